"""
The registry of field kinds: each reads its setting from a file, checks it, writes it and describes it.

One kind a meaning: a percent, money, points, a time zone. ``read`` takes the raw value of TOML or JSON and gives the
typed one, or `UNREAD` after noting why not; ``check`` judges a typed value, wherever it came from; ``write`` gives the
raw value that ``read`` would read; ``schema`` gives JSON Schema. Nothing is ever coerced.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from loyaltykit.errors import ExcessDigits, InvalidValue, UnknownCurrency
from loyaltykit.values.currency import CURRENCY_DIGITS, Currency
from loyaltykit.values.exact import exact_number
from loyaltykit.values.moment import zone_named
from loyaltykit.values.money import Money
from loyaltykit.values.percent import Percent
from loyaltykit.values.points import MAX_POINT_DIGITS, Points
from loyaltykit.values.text import MAX_TEXT, is_id
from loyaltykit.values.window import clock_minutes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyaltykit.settings.problem import Here

    Raw = Any
    Schema = dict[str, Any]

UNREAD: Final[Any] = object()
"""What a setting gives that couldn't be read; its problems are noted."""

MAX_ENTRIES = 1_000
"""Entries that one list of settings may have."""

_DECIMAL_PATTERN = r"^[0-9]{1,30}(\.[0-9]{0,30})?$"


class Kind:
    """A kind of setting; *expected* says in words what to write."""

    expected = "a value"

    def read(self, raw: Raw, here: Here) -> Any:
        """Give the typed value of *raw*, or `UNREAD` with the problems noted at *here*."""
        if raw is None:
            here.problem("null", expected=self.expected)
            return UNREAD
        value = self.parse(raw, here)
        if value is not UNREAD:
            self.check(value, here)
        return value

    def parse(self, raw: Raw, here: Here) -> Any:
        """Give the typed value of *raw*, which isn't None; only its type and form are judged."""
        raise NotImplementedError  # pragma: no cover - every kind has its own

    def check(self, value: Any, here: Here) -> None:
        """Note what is wrong with typed *value*."""

    def write(self, value: Any) -> Raw:
        """Give the raw value that reads as *value*."""
        return str(value)

    def schema(self) -> Schema:
        """Give JSON Schema 2020-12 for the raw value."""
        raise NotImplementedError  # pragma: no cover - every kind has its own

    def wrong_type(self, raw: Raw, here: Here) -> Any:
        """Note that *raw* is of another type; give `UNREAD`."""
        if isinstance(raw, bool):
            here.problem("boolean", value=str(raw).lower(), expected=self.expected)
        elif isinstance(raw, float):
            here.problem("float" if raw - raw == 0 else "not_finite", value=raw, expected=self.expected)
        else:
            here.problem("wrong_type", value=shown(raw), expected=self.expected)
        return UNREAD


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
            here.problem("too_large", value=value, maximum=self.maximum)
        elif value < self.minimum:
            here.problem("too_small", value=value, minimum=self.minimum)

    def write(self, value: Any) -> Raw:
        """Give the number."""
        return value

    def schema(self) -> Schema:
        """Give the bounds."""
        return {"type": "integer", "minimum": self.minimum, "maximum": self.maximum}


class NumberKind(Kind):
    """An exact number above zero, written as text or as a whole number."""

    expected = 'a number as text, such as "2.5"'

    def parse(self, raw: Raw, here: Here) -> Any:
        """Take text and ints; floats aren't exact."""
        if isinstance(raw, bool) or not isinstance(raw, (int, str)):
            return self.wrong_type(raw, here)
        return self._typed(raw, here)

    def _typed(self, raw: int | str, here: Here) -> Any:
        try:
            return self.typed(raw, here)
        except ExcessDigits as error:
            here.problem("too_many_digits", value=shown(raw), digits=error.digits)
        except InvalidValue:
            here.problem("bad_number", value=shown(raw), expected=self.expected)
        return UNREAD

    def typed(self, raw: int | str, here: Here) -> Any:  # noqa: ARG002 - kinds of money and points need the place
        """Give *raw* as the typed value; raises `InvalidValue`."""
        return Decimal(exact_number(raw, "the number"))  # type: ignore[arg-type]

    def check(self, value: Any, here: Here) -> None:
        """Refuse other types, zero and less."""
        if not isinstance(value, Decimal):
            self.wrong_type(value, here)
        elif value <= 0:
            here.problem("not_positive", value=value)

    def schema(self) -> Schema:
        """Allow a whole number, or text with a decimal."""
        return {"anyOf": [{"type": "integer", "exclusiveMinimum": 0}, {"type": "string", "pattern": _DECIMAL_PATTERN}]}


class PercentKind(NumberKind):
    """A percent above 0 and up to 100."""

    expected = 'a percent, such as 5 or "2.5"'
    maximum = 100

    def typed(self, raw: int | str, here: Here) -> Any:  # noqa: ARG002 - kinds of money and points need the place
        """Give the percent."""
        return Percent(raw)

    def check(self, value: Any, here: Here) -> None:
        """Refuse other types, zero and less, and more than 100."""
        if not isinstance(value, Percent):
            self.wrong_type(value, here)
        elif value.numerator <= 0:
            here.problem("not_positive", value=value.value)
        elif value.value > self.maximum:
            here.problem("too_large", value=value.value, maximum=self.maximum)

    def write(self, value: Any) -> Raw:
        """Give the number as text, or as it is if it's whole."""
        return plain(value.value)

    def schema(self) -> Schema:
        """Bound whole numbers; text is bounded when it's read."""
        whole = {"type": "integer", "exclusiveMinimum": 0, "maximum": self.maximum}
        return {"anyOf": [whole, {"type": "string", "pattern": _DECIMAL_PATTERN}]}


class PointsKind(NumberKind):
    """Points above zero, with at most the program's digits."""

    expected = 'points, such as 50 or "0.5"'

    def typed(self, raw: int | str, here: Here) -> Any:
        """Give the points in the program's digits."""
        return Points(raw, digits=here.units.digits or 0)

    def check(self, value: Any, here: Here) -> None:
        """Refuse other types, zero and less, and decimals that the program's points don't have."""
        if not isinstance(value, Points):
            self.wrong_type(value, here)
        elif value.minor <= 0:
            here.problem("not_positive", value=value.amount)
        elif here.units.digits is not None:
            try:
                value.with_digits(here.units.digits)
            except ExcessDigits:
                here.problem("too_many_digits", value=value.amount, digits=here.units.digits)

    def write(self, value: Any) -> Raw:
        """Give the number as text, or as it is if it's whole."""
        return plain(value.amount)


class MoneyKind(NumberKind):
    """Money of the program's currency above zero: a bare amount, or one with the code behind it."""

    expected = 'money, such as 300 or "300.00"'

    def typed(self, raw: int | str, here: Here) -> Any:
        """Give the money; without a known currency it can't be told, and that problem is noted already."""
        amount, _, code = raw.partition(" ") if isinstance(raw, str) else (raw, "", "")
        currency = here.units.currency
        if code and currency is not None and code != currency.code:
            here.problem("wrong_currency", value=raw, currency=currency.code)
            return UNREAD
        if currency is None:
            exact_number(amount, "money")
            return UNREAD
        return Money(amount, currency)

    def check(self, value: Any, here: Here) -> None:
        """Refuse other types, zero and less, and another currency than the program's."""
        if not isinstance(value, Money):
            self.wrong_type(value, here)
        elif value.minor <= 0:
            here.problem("not_positive", value=value)
        elif here.units.currency not in {None, value.currency}:
            here.problem("wrong_currency", value=value, currency=here.units.currency)

    def write(self, value: Any) -> Raw:
        """Give the amount as text."""
        return str(value.amount)

    def schema(self) -> Schema:
        """Allow a whole number, or text with a decimal and perhaps a code."""
        pattern = _DECIMAL_PATTERN.replace("$", "( [A-Z]{3})?$")
        return {"anyOf": [{"type": "integer", "exclusiveMinimum": 0}, {"type": "string", "pattern": pattern}]}


class CurrencyKind(Kind):
    """A currency by its ISO 4217 code; it becomes the currency of all money beside and below it."""

    expected = "an ISO 4217 code, such as RUB"

    def parse(self, raw: Raw, here: Here) -> Any:
        """Take a current code."""
        if not isinstance(raw, str):
            return self.wrong_type(raw, here)
        try:
            return Currency(raw)
        except UnknownCurrency:
            close = get_close_matches(raw.upper(), CURRENCY_DIGITS, n=1)
            hint = f"did you mean {close[0]}?" if close else "write its three capitals, such as RUB"
            here.problem("unknown_currency", value=shown(raw), hint=hint)
            return UNREAD

    def check(self, value: Any, here: Here) -> None:
        """Refuse other types; tell the place what money is in."""
        if isinstance(value, Currency):
            here.units.currency = value
        else:
            self.wrong_type(value, here)

    def schema(self) -> Schema:
        """List the codes."""
        return {"enum": sorted(CURRENCY_DIGITS)}


class DigitsKind(WholeKind):
    """The decimals of the program's points; they hold for all points beside and below."""

    def __init__(self) -> None:
        super().__init__(0, MAX_POINT_DIGITS)

    def check(self, value: Any, here: Here) -> None:
        """Refuse what's out of bounds; tell the place how finely points are counted."""
        super().check(value, here)
        if type(value) is int and self.minimum <= value <= self.maximum:
            here.units.digits = value


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
        if isinstance(value, datetime) and value.utcoffset() is None:
            here.problem("naive_moment", value=value.isoformat())
            return UNREAD
        return value

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
        elif isinstance(value, datetime) and value.utcoffset() is None:
            here.problem("naive_moment", value=value.isoformat())

    def write(self, value: Any) -> Raw:
        """Give ISO 8601 text."""
        return value.isoformat()

    def schema(self) -> Schema:
        """Allow a date or a date and time."""
        return {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}


class ListKind(Kind):
    """A list of one kind; where *unique*, nothing may stand in it twice."""

    def __init__(self, item: Kind, *, unique: bool = False) -> None:
        self.item = item
        self.unique = unique
        self.expected = f"a list, each {item.expected}"

    def parse(self, raw: Raw, here: Here) -> Any:
        """Read each entry; those that can't be read stand as `UNREAD`, so that places keep their numbers."""
        if not isinstance(raw, list):
            return self.wrong_type(raw, here)
        if not raw:
            here.problem("empty")
            return UNREAD
        if len(raw) > MAX_ENTRIES:
            here.problem("too_many", count=len(raw), limit=MAX_ENTRIES)
            return UNREAD
        return tuple([self.item.read(entry, here.item(index)) for index, entry in enumerate(raw)])

    def read(self, raw: Raw, here: Here) -> Any:
        """Read each entry, and note entries that stand twice."""
        if raw is None:
            return super().read(raw, here)
        value = self.parse(raw, here)
        if value is not UNREAD:
            self._note_duplicates(value, here)
        return value

    def check(self, value: Any, here: Here) -> None:
        """Check each entry of a tuple, and note entries that stand twice."""
        if not isinstance(value, tuple):
            self.wrong_type(value, here)
            return
        for index, entry in enumerate(value):
            self.item.check(entry, here.item(index))
        self._note_duplicates(value, here)

    def _note_duplicates(self, value: tuple[Any, ...], here: Here) -> None:
        seen = []
        for index, entry in enumerate(value if self.unique else ()):
            if entry in seen:
                here.item(index).problem("duplicate", value=shown(entry))
            seen.append(entry)

    def write(self, value: Any) -> Raw:
        """Write each entry."""
        return [self.item.write(entry) for entry in value]

    def schema(self) -> Schema:
        """Describe the entries."""
        unique = {"uniqueItems": True} if self.unique else {}
        return {"type": "array", "items": self.item.schema(), "minItems": 1, "maxItems": MAX_ENTRIES, **unique}


class TableKind(Kind):
    """
    A table of keys, each of a kind, made into one object by *make*: a period, a window, or a settings class.

    *fields* gives for each key in the file the attribute that holds it, its kind, and its default (`UNREAD` for none).
    """

    def __init__(self, name: str, make: Any, fields: dict[str, Field]) -> None:
        self.name = name
        self.make = make
        self.fields = fields
        self.expected = f"a table with {', '.join(fields)}"

    def read(self, raw: Raw, here: Here) -> Any:
        """Read every key, and make the object if nothing was wrong; else give what could be read, as a `Partial`."""
        if raw is None or not isinstance(raw, dict):
            return super().read(raw, here)
        before = len(here.problems)
        if not raw and here.path and not self._required():
            here.problem("empty")
        found = self._found(raw, here)
        if len(here.problems) == before and len(found) == len(self.fields):
            try:
                return self.make(**found)
            except InvalidValue as error:
                here.problem("impossible", why=str(error))
        return Partial(found)

    def parse(self, raw: Raw, here: Here) -> Any:
        """Refuse what is no table."""
        return self.wrong_type(raw, here)

    def _found(self, raw: dict[str, Raw], here: Here) -> dict[str, Any]:
        for key in raw:
            if key not in self.fields:
                here.at(str(key)).problem("unknown_key", key=shown(key), hint=hint_for(key, self.fields))
        found = {}
        for key, field in self.fields.items():
            if key in raw:
                value = field.kind.read(raw[key], here.at(key))
            else:
                value = field.default
                if value is UNREAD:
                    here.at(key).problem("missing", expected=field.kind.expected)
                elif value is not None:
                    field.kind.check(value, here.at(key))
            if value is not UNREAD:
                found[field.attribute] = value
        return found

    def check(self, value: Any, here: Here) -> None:
        """Check the type and every field."""
        if not isinstance(value, self.make):
            self.wrong_type(value, here)
            return
        for key, field in self.fields.items():
            part = getattr(value, field.attribute)
            if part is not None or field.default is not None:
                field.kind.check(part, here.at(key))

    def write(self, value: Any) -> Raw:
        """Write every field that isn't at its default."""
        parts = ((key, field, getattr(value, field.attribute)) for key, field in self.fields.items())
        return {key: field.kind.write(part) for key, field, part in parts if part != field.default}

    def schema(self) -> Schema:
        """Describe every key."""
        return {
            "type": "object",
            "title": self.name,
            "properties": {key: field.schema() for key, field in self.fields.items()},
            "required": self._required(),
            "additionalProperties": False,
        }

    def _required(self) -> list[str]:
        return [key for key, field in self.fields.items() if field.default is UNREAD]


class Field:
    """A field of a table: the *attribute* that holds it, its *kind*, its *default* and what it *says*, in a sentence."""

    __slots__ = ("attribute", "default", "kind", "says")

    def __init__(self, attribute: str, kind: Kind, default: Any = UNREAD, says: str = "") -> None:
        self.attribute = attribute
        self.kind = kind
        self.default = default
        self.says = says

    def schema(self) -> Schema:
        """Describe the field, with its default where there's one to write."""
        described = {"description": self.says} if self.says else {}
        absent = self.default is UNREAD or self.default is None or self.default == ()
        return self.kind.schema() | described | ({} if absent else {"default": self.kind.write(self.default)})


class Partial:
    """What could be read of a table that has problems: the attributes that are known, for the checks that need no more."""

    def __init__(self, found: dict[str, Any]) -> None:
        self.__dict__.update(found)


def hint_for(word: object, known: Any) -> str:
    """Give the nearest of the *known* words as a question, else name them."""
    names = [str(name) for name in known]
    close = get_close_matches(str(word), names, n=1)
    return f"did you mean {close[0]}?" if close else f"use one of {shown(', '.join(names), 200)}"


def shown(value: object, limit: int = 60) -> str:
    """Give *value* as a problem shows it: text bare, anything else as Python writes it, and never too long."""
    text = value if isinstance(value, str) and value.isprintable() and value else repr(value)
    return text if len(text) <= limit else text[:limit] + "…"


def plain(number: Any) -> Raw:
    """Give an exact number as the shortest raw value: an int if it's whole, else text."""
    return int(number) if number == int(number) else str(number)
