"""
The kinds of settings that are exact numbers: percents, points, money, and the program's units that they're read in.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from loyaltykit.errors import ExcessDigits, InvalidValue, UnknownCurrency
from loyaltykit.settings.kind import UNREAD, Kind, Raw, Schema, shown
from loyaltykit.settings.kinds import WholeKind
from loyaltykit.values.currency import CURRENCY_DIGITS, Currency
from loyaltykit.values.exact import exact_decimal
from loyaltykit.values.money import Money
from loyaltykit.values.percent import Percent
from loyaltykit.values.points import MAX_POINT_DIGITS, Points
from loyaltykit.values.text import nearest

if TYPE_CHECKING:
    from loyaltykit.settings.here import Here

_DECIMAL_PATTERN = r"^[0-9]{1,30}(\.[0-9]{1,30})?$"


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
            return self.typed(_plainly(raw), here)
        except ExcessDigits as error:
            here.problem("too_many_digits", value=shown(raw), digits=error.digits)
        except InvalidValue:
            here.problem("bad_number", value=shown(raw), expected=self.expected)
        return UNREAD

    def typed(self, raw: int | str, here: Here) -> Any:  # noqa: ARG002 - kinds of money and points need the place
        """Give *raw* as the typed value; raises `InvalidValue`."""
        return exact_decimal(raw, "the number")

    def write(self, value: Any) -> Raw:
        """Give the number as text, or as it is if it's whole."""
        return plain(value)

    def check(self, value: Any, here: Here) -> None:
        """Refuse other types, zero and less."""
        if not isinstance(value, Decimal):
            self.wrong_type(value, here)
        elif not is_exact(value):
            here.problem("bad_number", value=value, expected=self.expected)
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


class ShareKind(PercentKind):
    """A percent from 0 to 100: a share of a whole, which may be nothing."""

    expected = 'a percent from 0 to 100, such as 40 or "2.5"'

    def check(self, value: Any, here: Here) -> None:
        """Refuse other types, less than zero, and more than 100."""
        if isinstance(value, Percent) and value.numerator < 0:
            here.problem("too_small", value=value.value, minimum=0)
        elif not isinstance(value, Percent) or value.numerator:
            super().check(value, here)

    def schema(self) -> Schema:
        """Allow zero, too."""
        whole = {"type": "integer", "minimum": 0, "maximum": self.maximum}
        return {"anyOf": [whole, {"type": "string", "pattern": _DECIMAL_PATTERN}]}


MAX_POINTS = 10**15
"""The most units of points that a setting may give or ask for: ledgers add up thousands of them."""


class PointsKind(NumberKind):
    """Points above zero, with at most the program's digits."""

    expected = 'points, such as 50 or "0.5"'

    def typed(self, raw: int | str, here: Here) -> Any:
        """Give the points in the program's digits; while these aren't known, only a number is told from none."""
        if here.units.digits_unread:
            return _untold(raw, here)
        return Points(raw, digits=here.units.digits or 0)

    def check(self, value: Any, here: Here) -> None:
        """Refuse other types, zero and less, and decimals that the program's points don't have."""
        if not isinstance(value, Points):
            self.wrong_type(value, here)
        elif value.minor <= 0:
            here.problem("not_positive", value=value.amount)
        elif value.minor > MAX_POINTS:
            here.problem("too_large", value=value.amount, maximum=MAX_POINTS)
        elif here.units.digits is not None:
            try:
                value.with_digits(here.units.digits)
            except ExcessDigits:
                here.problem("too_many_digits", value=value.amount, digits=here.units.digits)

    def write(self, value: Any) -> Raw:
        """Give the number as text, or as it is if it's whole."""
        return plain(value.amount)


MAX_MONEY = 10**15
"""The most minor units that a setting may give or ask for."""


class MoneyKind(NumberKind):
    """Money of the program's currency above zero: a bare amount, or one with the code behind it."""

    expected = 'money, such as 300 or "300.00"'

    def typed(self, raw: int | str, here: Here) -> Any:
        """Give the money; without a known currency it can't be told, and that problem is noted already."""
        amount, blank, code = raw.partition(" ") if isinstance(raw, str) else (raw, "", "")
        currency = here.units.currency
        if currency is not None and blank and code != currency.code:
            here.problem("wrong_currency", value=shown(raw), currency=currency.code)
        if currency is None or (blank and code != currency.code):
            return _untold(amount, here)
        return Money(amount, currency)

    def check(self, value: Any, here: Here) -> None:
        """Refuse other types, zero and less, and another currency than the program's."""
        if not isinstance(value, Money):
            self.wrong_type(value, here)
            return
        here.units.currency = here.units.currency or value.currency  # what comes first, all else is compared with
        if value.minor <= 0:
            here.problem("not_positive", value=value)
        elif value.minor > MAX_MONEY:
            here.problem("too_large", value=value, maximum=value.with_minor(MAX_MONEY))
        elif here.units.currency is not value.currency:
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
            close = nearest(raw.upper(), CURRENCY_DIGITS)
            hint = f"did you mean {close}?" if close else "write its three capitals, such as RUB"
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

    tells_units = True

    def __init__(self) -> None:
        super().__init__(0, MAX_POINT_DIGITS)

    def read(self, raw: Raw, here: Here) -> Any:
        """Read the number; tell the place if it couldn't be."""
        value = super().read(raw, here)
        here.units.digits_unread = value is UNREAD
        return value

    def check(self, value: Any, here: Here) -> None:
        """Refuse what's out of bounds; tell the place how finely points are counted."""
        super().check(value, here)
        if type(value) is int and self.minimum <= value <= self.maximum:
            here.units.digits = value


def _plainly(raw: int | str) -> int | str:
    """Give *raw* back if it's written as the schema says, without a plus and with digits around a point."""
    if isinstance(raw, str) and (raw[:1] in "+." or raw.partition(" ")[0].endswith(".")):
        message = f"{raw!r} is not written plainly"
        raise InvalidValue(message, value=raw)
    return raw


def _untold(raw: int | str, here: Here) -> Any:
    """Judge a number whose unit isn't known, which is noted already: it may be none, or too small."""
    number = exact_decimal(raw, "the number")
    if number <= 0:
        here.problem("not_positive", value=number)
    return UNREAD


def is_exact(number: Decimal) -> bool:
    """Say whether *number* is finite and within the bounds of every exact number."""
    try:
        exact_decimal(number, "the number")
    except InvalidValue:
        return False
    return True


def plain(number: Decimal) -> Raw:
    """Give an exact number as the shortest raw value, so that equal ones are written alike: an int, or text."""
    return int(number) if number == int(number) else format(number, "f").rstrip("0")
