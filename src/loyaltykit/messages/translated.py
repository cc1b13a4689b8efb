"""
Speech in a language with a catalogue: sentences and nouns from there, figures as that language writes them.

Babel knows how money, dates and terms are written. How many decimals a figure has it never decides: it would round the
dinars of Iraq, and give yen what they don't have, so every pattern is made with the figure's own.
"""

from __future__ import annotations

import re
from decimal import Context, Decimal, localcontext
from functools import lru_cache
from gettext import GNUTranslations
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from babel import Locale
from babel.dates import format_date, format_time, get_day_names
from babel.numbers import format_currency, format_decimal
from babel.units import format_unit

from loyaltykit.messages.speech import Speech
from loyaltykit.messages.texts import TEXTS
from loyaltykit.messages.vocabulary import phrase_in
from loyaltykit.values.week import WEEKDAYS

if TYPE_CHECKING:
    from datetime import date, datetime, tzinfo

    from loyaltykit.values.money import Money
    from loyaltykit.values.percent import Percent
    from loyaltykit.values.term import Term

DOMAIN: Final = "loyaltykit"
"""The name of every catalogue's file."""

_EXACTLY: Final = Context(prec=5_000)
"""More digits than any figure has, whatever the host's own context rounds to."""


class Translated(Speech):
    """
    Speech in *language*, one that has a catalogue; what isn't translated is said in English.

    Examples:
        >>> from loyaltykit import Points
        >>> speech = Translated("ru")
        >>> speech.told(Points(2)), speech.told(Points("1.5", digits=1))
        ('2 балла', '1,5 балла')
    """

    def __init__(self, language: str, zone: tzinfo | None = None, *, bare: bool = False) -> None:
        super().__init__(zone, bare=bare)
        self.language = language
        self.catalogue = catalogue(language)
        self.locale = Locale.parse(language)

    def template(self, key: str) -> str:
        """Give the translation of the text called *key*, or its English."""
        found = self.catalogue.gettext(key)
        return TEXTS[key] if found == key else found

    def word(self, name: str, text: str) -> str:
        """Give the translation of *text*, a figure called *name*, where it's a word of the library's."""
        phrase = phrase_in(name, text)
        return text if phrase is None else self.say(phrase[0], **phrase[1])

    def noun(self, count: int | Decimal, noun: str) -> str:
        """Give the form of *noun* that goes with *count*: by its last digits, and another one for fractions (CLDR)."""
        key = f"noun.{noun}"
        if isinstance(count, Decimal) and _decimals(count):
            return self.catalogue.gettext(f"{key}.fraction")
        return self.catalogue.ngettext(key, key, abs(int(count)))

    def number(self, number: int | Decimal) -> str:
        """Give *number* with all of its decimals."""
        exact = Decimal(f"{number:f}") if isinstance(number, Decimal) else Decimal(number)
        with localcontext(_EXACTLY):
            return format_decimal(exact, format=_with_decimals("#,##0.00", _decimals(exact)), locale=self.locale)

    def money(self, money: Money) -> str:
        """Give *money* with its currency's sign, and with the decimals of ISO 4217."""
        pattern = _with_decimals(self.locale.currency_formats["standard"].pattern, money.digits)
        code = money.currency.code
        with localcontext(_EXACTLY):
            return format_currency(money.amount, code, format=pattern, locale=self.locale, currency_digits=False)

    def percent(self, percent: Percent) -> str:
        """Give *percent* with its sign, apart from the number or not as the language has it."""
        sign = self.locale.percent_formats[None].pattern.rpartition("0")[2]
        return f"{self.number(percent.value)}{sign}"

    def term(self, term: Term) -> str:
        """Give *term* in years, months, days, hours, minutes and seconds, as far as it has them."""
        years, months = divmod(term.months, 12)
        hours, minutes, seconds = term.seconds // 3600, term.seconds // 60 % 60, term.seconds % 60
        counts = {"year": years, "month": months, "day": term.days, "hour": hours, "minute": minutes, "second": seconds}
        parts = [(count, f"duration-{unit}") for unit, count in counts.items() if count]
        with localcontext(_EXACTLY):
            return " ".join([format_unit(count, unit, length="long", locale=self.locale) for count, unit in parts])

    def day(self, day: date) -> str:
        """Give a date with its month spelled."""
        return str(format_date(day, "long", locale=self.locale))

    def moment(self, moment: datetime) -> str:
        """
        Give *moment* by the clocks of the zone, or as it stands, then with its offset.

        An hour that the clocks show twice has its offset as well.
        """
        local = self.local(moment)
        seconds = ":ss" if local.second or local.microsecond else ""
        parts = ".SSSSSS" if local.microsecond else ""
        time = format_time(local.time(), f"HH:mm{seconds}{parts}", locale=self.locale)  # the wall clock's, in no zone
        offset = f" {_offset(local)}" if self.zone is None or _is_repeated(local) else ""
        return f"{self.day(local.date())}, {time}{offset}"

    def weekday(self, name: str) -> str:
        """Give the short name of the weekday that windows call *name*."""
        names = get_day_names("abbreviated", context="stand-alone", locale=self.locale)
        return str(names[WEEKDAYS.index(name)])


@lru_cache
def catalogue(language: str) -> GNUTranslations:
    """Give the compiled catalogue of *language*; it lies beside this module."""
    path = files("loyaltykit.messages") / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
    with path.open("rb") as file:
        return GNUTranslations(file)


def _decimals(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _with_decimals(pattern: str, count: int) -> str:
    return re.sub(r"0\.0+", "0" + "." * bool(count) + "0" * count, pattern)


def _offset(local: datetime) -> str:
    told = local.strftime("%z")
    return "UTC" if told.strip("+0:") == "" else f"UTC{told[:3]}:{told[3:5]}"


def _is_repeated(local: datetime) -> bool:
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
