"""The kinds of settings that stand by themselves: names, words, whole numbers, zones, times, days and terms."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Final

from loyaltykit.errors import InvalidValue, NaiveMoment
from loyaltykit.settings.kind import UNREAD, Kind, Raw, Schema, shown
from loyaltykit.values.code import MAX_TYPED, normal_code
from loyaltykit.values.moment import instant, zone_named
from loyaltykit.values.text import MAX_TEXT, is_id
from loyaltykit.values.week import clock_minutes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyaltykit.settings.here import Here
    from loyaltykit.values.term import Term

MAX_DAYS: Final = 366
"""Days that a term written in days may have; more are written as months or years."""

MAX_HOURS: Final = 48
"""Hours that a term written in hours may have; more are written as days."""

_DATES = "([0-9]{1,6}Y)?([0-9]{1,6}M)?([0-9]{1,6}W)?([0-9]{1,6}D)?"
_HOURS = "T([0-9]{1,9}H)?([0-9]{1,9}M)?([0-9]{1,9}S)?"


class TextKind(Kind):
    """A name or an id: 1 to 128 characters, as the host writes them."""

    expected = "text"

    def parse(self, raw: Raw, here: Here) -> Any:
        """Take text alone."""
        return raw if isinstance(raw, str) else self.wrong_type(raw, here)

    def check(self, value: Any, here: Here) -> None:
        """Refuse what can't be an id."""
        if not isinstance(value, str):
            self.wrong_type(value, here)
        elif not is_id(value) or value != value.strip():
            here.problem("bad_text", value=shown(value))

    def schema(self) -> Schema:
        """Give the bounds of an id."""
        return {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}


class CodeKind(Kind):
    """A code that people type: letters, digits, ``#``, ``_`` and ``-``, in its normal form."""

    expected = "a code, such as SUMMER"

    def parse(self, raw: Raw, here: Here) -> Any:
        """Take text alone, and give its normal form."""
        if not isinstance(raw, str):
            return self.wrong_type(raw, here)
        try:
            return normal_code(raw)
        except InvalidValue as error:
            here.problem("bad_code", why=str(error))
            return UNREAD

    def check(self, value: Any, here: Here) -> None:
        """Refuse what is no code."""
        self.parse(value, here)

    def schema(self) -> Schema:
        """Give the bounds of what may be typed; letters are judged when it's read."""
        return {"type": "string", "minLength": 1, "maxLength": MAX_TYPED}


class TemplateKind(Kind):
    """A text with variables; which there are, the settings that hold it know."""

    expected = "a text with variables, such as {points}"

    def parse(self, raw: Raw, here: Here) -> Any:
        """Take text alone, whose braces stand around variables."""
        from loyaltykit.values.template import Template  # noqa: PLC0415 - most programs have none

        if not isinstance(raw, str):
            return self.wrong_type(raw, here)
        try:
            return Template(raw)
        except InvalidValue as error:
            here.problem("bad_template", why=str(error))
            return UNREAD

    def check(self, value: Any, here: Here) -> None:
        """Refuse what is no template: text that could be read as one is one already."""
        from loyaltykit.values.template import Template  # noqa: PLC0415 - most programs have none

        if not isinstance(value, Template):
            self.parse(value, here)

    def schema(self) -> Schema:
        """Give the bounds; variables are judged when it's read."""
        from loyaltykit.values.template import MAX_TEMPLATE  # noqa: PLC0415 - most programs have none

        return {"type": "string", "minLength": 1, "maxLength": MAX_TEMPLATE}


class FlagKind(Kind):
    """A yes or no: true or false."""

    expected = "true or false"

    def parse(self, raw: Raw, here: Here) -> Any:
        """Take true and false alone."""
        return raw if isinstance(raw, bool) else self.wrong_type(raw, here)

    def check(self, value: Any, here: Here) -> None:
        """Refuse what is neither."""
        if not isinstance(value, bool):
            self.wrong_type(value, here)

    def write(self, value: Any) -> Raw:
        """Give true or false."""
        return value

    def schema(self) -> Schema:
        """Allow the two."""
        return {"type": "boolean"}


class ChoiceKind(Kind):
    """One of a few words."""

    def __init__(self, choices: Sequence[str]) -> None:
        self.choices = tuple(choices)
        self.expected = "one of " + ", ".join(self.choices)

    def parse(self, raw: Raw, here: Here) -> Any:
        """Take text alone."""
        return raw if isinstance(raw, str) else self.wrong_type(raw, here)

    def check(self, value: Any, here: Here) -> None:
        """Refuse other words."""
        if value not in self.choices:
            here.problem("unknown_choice", value=shown(value), choices=self.choices)

    def schema(self) -> Schema:
        """List the words."""
        return {"enum": list(self.choices)}


class WholeKind(Kind):
    """A whole number within bounds."""

    def __init__(self, minimum: int, maximum: int) -> None:
        self.minimum, self.maximum = minimum, maximum
        self.expected = f"a whole number from {minimum} to {maximum}"

    def parse(self, raw: Raw, here: Here) -> Any:
        """Take an int alone."""
        return raw if type(raw) is int else self.wrong_type(raw, here)

    def check(self, value: Any, here: Here) -> None:
        """Refuse what's out of bounds."""
        if type(value) is not int:
            self.wrong_type(value, here)
        elif value > self.maximum:
            here.problem("too_large", value=shown(value), maximum=self.maximum)
        elif value < self.minimum:
            here.problem("too_small", value=shown(value), minimum=self.minimum)

    def write(self, value: Any) -> Raw:
        """Give the number."""
        return value

    def schema(self) -> Schema:
        """Give the bounds."""
        return {"type": "integer", "minimum": self.minimum, "maximum": self.maximum}


class ZoneKind(Kind):
    """A time zone by its IANA name."""

    expected = "an IANA time zone, such as Europe/Moscow"

    def parse(self, raw: Raw, here: Here) -> Any:
        """Take text alone."""
        return raw if isinstance(raw, str) else self.wrong_type(raw, here)

    def check(self, value: Any, here: Here) -> None:
        """Refuse a name that the database doesn't have."""
        try:
            zone_named(value)
        except InvalidValue:
            here.problem("unknown_zone", value=shown(value))

    def schema(self) -> Schema:
        """Allow any name; which there are depends on the machine's database."""
        return {"type": "string", "minLength": 1}


class ClockKind(Kind):
    """A time of day: text such as 22:30, or a local time of TOML with whole minutes."""

    expected = 'a time of day, such as "22:30"'

    def parse(self, raw: Raw, here: Here) -> Any:
        """Take text, and TOML's own local times."""
        if isinstance(raw, time):
            if raw.second or raw.microsecond or raw.tzinfo:
                here.problem("bad_time", value=raw)
                return UNREAD
            return raw.strftime("%H:%M")
        return raw if isinstance(raw, str) else self.wrong_type(raw, here)

    def check(self, value: Any, here: Here) -> None:
        """Refuse what no clock shows."""
        try:
            clock_minutes(value)
        except InvalidValue:
            here.problem("bad_time", value=shown(value))

    def schema(self) -> Schema:
        """Give the form."""
        return {"type": "string", "pattern": r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"}


class DayKind(Kind):
    """A local day, or a moment with its offset: TOML's own dates, or ISO 8601 text."""

    expected = "a date such as 2026-12-31, or a moment with its offset"

    def parse(self, raw: Raw, here: Here) -> Any:
        """Take a date or an aware datetime."""
        value = self._from_text(raw) if isinstance(raw, str) else raw
        if value is None:
            here.problem("bad_date", value=shown(raw))
            return UNREAD
        if not isinstance(value, date):
            return self.wrong_type(raw, here)
        return self._instant(value, here) if isinstance(value, datetime) else value

    @staticmethod
    def _instant(moment: datetime, here: Here) -> Any:
        try:
            return instant(moment)
        except NaiveMoment:
            here.problem("naive_moment", value=moment.isoformat())
        except InvalidValue:
            here.problem("bad_date", value=moment.isoformat())
        return UNREAD

    @staticmethod
    def _from_text(text: str) -> date | datetime | None:
        for reader in (date.fromisoformat, datetime.fromisoformat):
            try:
                return reader(text)
            except ValueError:
                continue
        return None

    def check(self, value: Any, here: Here) -> None:
        """Refuse other types and moments without a zone."""
        if not isinstance(value, date):
            self.wrong_type(value, here)
        elif isinstance(value, datetime):
            self._instant(value, here)
        elif value in {date.min, date.max}:
            here.problem("bad_date", value=value)

    def write(self, value: Any) -> Raw:
        """Give ISO 8601 text."""
        return value.isoformat()

    def schema(self) -> Schema:
        """Allow a date or a date and time."""
        return {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}


class TermKind(Kind):
    """
    A term in ISO 8601: days, months and years up to so many *years*, or up to 48 hours where *hours* may be written.

    A term that has both is refused: whether its days or its hours come first would change when it ends. The *none_word*
    is what stands for None, where there is one.
    """

    def __init__(self, *, years: int = 1, hours: bool = True, none_word: str | None = None) -> None:
        self.years, self.hours, self.none_word = years, hours, none_word
        forms = "P6M, P30D or PT3H" if hours else "P6M or P30D"
        self.expected = f"a term in ISO 8601, such as {forms}" + (f', or "{none_word}"' if none_word else "")

    def parse(self, raw: Raw, here: Here) -> Any:
        """Take ISO 8601 text, or the word for None."""
        from loyaltykit.values.term import Term  # noqa: PLC0415 - 1 ms that settings without terms never need

        if not isinstance(raw, str):
            return self.wrong_type(raw, here)
        if raw == self.none_word:
            return None
        try:
            return Term(raw)
        except InvalidValue:
            here.problem("bad_term", value=shown(raw), expected=self.expected)
            return UNREAD

    def check(self, value: Any, here: Here) -> None:
        """Refuse other types, a mixture of days and hours, and what's out of bounds."""
        from loyaltykit.values.term import Term  # noqa: PLC0415 - 1 ms that settings without terms never need

        if value is None and self.none_word is not None:
            return
        if not isinstance(value, Term):
            self.wrong_type(value, here)
        elif value.seconds:
            self._check_hours(value, here)
        else:
            self._check_dates(value, here)

    def _check_hours(self, term: Term, here: Here) -> None:
        if not self.hours:
            here.problem("term_of_hours", value=term)
        elif term.months or term.days:
            here.problem("mixed_term", value=term)
        elif term.seconds > MAX_HOURS * 3600:
            most = f"PT{MAX_HOURS}H"
            here.problem("too_long", value=term, maximum=most, hint=f"write at most {most}, or days")

    def _check_dates(self, term: Term, here: Here) -> None:
        if term.days > MAX_DAYS:
            instead = ", or months or years" if self.years > 1 else ""
            here.problem("too_long", value=term, maximum=f"P{MAX_DAYS}D", hint=f"write at most P{MAX_DAYS}D{instead}")
        elif days_in(term) > self.years * MAX_DAYS:
            most = f"P{self.years}Y"
            here.problem("too_long", value=term, maximum=most, hint=f"write at most {most}")

    def schema(self) -> Schema:
        """Give the form, and the word for None."""
        form = f"({_DATES}|{_HOURS})" if self.hours else _DATES
        text = {"type": "string", "pattern": f"^(?=.*[1-9])P{form}$"}
        return text if self.none_word is None else {"anyOf": [{"const": self.none_word}, text]}


def days_in(term: Term) -> int:
    """
    Give the days of a *term* without hours for comparing it with a bound: a year is the longest, of 366 days.

    Examples:
        >>> from loyaltykit import Term
        >>> days_in(Term("P1Y")), days_in(Term("P1M")), days_in(Term("P1M1D"))
        (366, 31, 32)
    """
    return term.days + -(-term.months * MAX_DAYS // 12)
