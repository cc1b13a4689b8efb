"""The kinds of settings that stand by themselves: names, words, whole numbers, zones, times and days."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from loyaltykit.errors import InvalidValue, NaiveMoment
from loyaltykit.settings.kind import UNREAD, Kind, Raw, Schema, shown
from loyaltykit.values.moment import instant, zone_named
from loyaltykit.values.text import MAX_TEXT, is_id
from loyaltykit.values.week import clock_minutes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyaltykit.settings.here import Here


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
