"""
How things are said: a sentence by its key, with figures as they stand in sentences. In English; others build on it.

English figures are those of ``str``: amounts with their ISO code, moments in ISO 8601.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from string import Formatter
from typing import TYPE_CHECKING, Any, Final

from loyaltykit.coded import in_words
from loyaltykit.messages.texts import NOUNS, TEXTS
from loyaltykit.values.moment import in_zone
from loyaltykit.values.money import Money
from loyaltykit.values.percent import Percent
from loyaltykit.values.period import Period
from loyaltykit.values.points import Points
from loyaltykit.values.term import Term
from loyaltykit.values.window import Window

if TYPE_CHECKING:
    from datetime import tzinfo

_FORMATTER: Final = Formatter()


class Speech:
    """
    English, with moments by the clocks of *zone*; as they stand, where that's None.

    Where it's *bare*, figures stand as settings are written, since they're there to be found in a file.

    Examples:
        >>> from loyaltykit import Points
        >>> speech = Speech()
        >>> speech.say("reason.worth_nothing", points=Points(1))
        '1 point come to less than the smallest coin'
    """

    def __init__(self, zone: tzinfo | None = None, *, bare: bool = False) -> None:
        self.language = "en"
        self.zone = zone
        self.bare = bare

    def say(self, key: str, /, **figures: Any) -> str:
        """
        Give the text called *key* with its *figures* in it.

        Of ``{orders:visits}`` the figure is *orders*, and told with the noun of a count: 3 visits.
        """
        parts = []
        for literal, name, noun, _ in _FORMATTER.parse(self.template(key)):
            parts.append(literal)
            if name is not None:
                parts.append(self.figure(name, figures[name], noun or ""))
        return "".join(parts)

    def figure(self, name: str, value: Any, noun: str = "") -> str:
        """Give the figure called *name* as it stands in a sentence, with its *noun* if it's counted by one."""
        if noun and isinstance(value, int | Decimal):
            return self.counted(value, noun)
        if isinstance(value, str):
            return self.word(name, value)
        return in_words(value) if self.bare else self.told(value)

    def template(self, key: str) -> str:
        """Give the text called *key*, with its figures in braces."""
        return TEXTS[key]

    def word(self, name: str, text: str) -> str:  # noqa: ARG002 - other languages look it up in the vocabulary
        """Give *text*, a figure called *name*, which may be a word of the library's or a name of the host's."""
        return text

    def counted(self, count: int | Decimal, noun: str) -> str:
        """Give *count* with its *noun*."""
        return f"{self.number(count)} {self.noun(count, noun)}"

    def noun(self, count: int | Decimal, noun: str) -> str:
        """Give the form of *noun* that goes with *count*."""
        one, many = NOUNS[noun]
        return one if count == 1 else many

    def number(self, number: int | Decimal) -> str:
        """Give *number* with all of its decimals."""
        return f"{number:f}" if isinstance(number, Decimal) else str(number)

    def money(self, money: Money) -> str:
        """Give *money* with its currency."""
        return str(money)

    def percent(self, percent: Percent) -> str:
        """Give *percent* with its sign."""
        return str(percent)

    def term(self, term: Term) -> str:
        """Give *term*."""
        return str(term)

    def day(self, day: date) -> str:
        """Give a date."""
        return str(day)

    def moment(self, moment: datetime) -> str:
        """Give *moment* by the clocks of the zone."""
        return str(self.local(moment))

    def local(self, moment: datetime) -> datetime:
        """Give *moment* by the clocks of the zone, where there is one."""
        return moment if self.zone is None else in_zone(moment, self.zone)

    def weekday(self, name: str) -> str:
        """Give the short name of the weekday that windows call *name*."""
        return name

    def points(self, points: Points) -> str:
        """Give *points* with their noun."""
        return self.counted(points.amount, "points")

    def period(self, period: Period) -> str:
        """Give both sides of *period*."""
        if period.start is None and period.until is None:
            return self.say("period.always")
        until = "period.until_moment" if isinstance(period.until, datetime) else "period.until_day"
        sides = (("period.from", period.start), (until, period.until))
        return " ".join([self.say(key, side=side) for key, side in sides if side is not None])

    def window(self, window: Window) -> str:
        """Give the days and hours of *window*, and its zone if it has its own."""
        days = ", ".join(map(self.weekday, window.weekdays)) or self.say("window.every_day")
        return f"{days} {window.start}–{window.end} {window.zone or ''}".rstrip()

    def several(self, values: tuple[Any, ...]) -> str:
        """Give *values* as a list."""
        return ", ".join(map(self.told, values))

    def nothing(self, _: None) -> str:
        """Say that there's no such figure."""
        return self.say("nothing.told")

    def told(self, value: Any) -> str:
        """Give a figure as it stands in a sentence; what has no words of its own, as text."""
        method = next((method for kind, method in _METHODS.items() if isinstance(value, kind)), None)
        return str(value) if method is None else str(getattr(self, method)(value))


_METHODS: Final[dict[type, str]] = {
    Points: "points",
    Money: "money",
    Percent: "percent",
    datetime: "moment",
    date: "day",
    Term: "term",
    Period: "period",
    Window: "window",
    tuple: "several",
    type(None): "nothing",
    Decimal: "number",
    int: "number",
}
"""The types of figures, each with the method that tells it; the first that fits does."""
