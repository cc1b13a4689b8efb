"""Percents: exact decimals, and the share that they take of an amount."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from loyaltykit.errors import MixedUnits
from loyaltykit.values.amount import Amount
from loyaltykit.values.exact import exact_decimal
from loyaltykit.values.immutable import Immutable
from loyaltykit.values.money import step_units
from loyaltykit.values.rounding import Rounding, round_ratio

if TYPE_CHECKING:
    from decimal import Decimal

    AnyAmount = TypeVar("AnyAmount", bound=Amount)


class Percent(Immutable):
    """
    An exact percent: ``Percent("2.5")`` is 2.5 %, *numerator* ÷ *denominator* as a share of one.

    *value* is an int, a Decimal or the text of a decimal; raises `InexactNumber` for a float.

    Examples:
        >>> from loyaltykit import Money, Percent
        >>> Percent("10").of(Money("412.55", "RUB"))
        Money('41.26', 'RUB')
        >>> Percent("2.5") < Percent(3)
        True
    """

    __slots__ = ("denominator", "numerator", "value")

    value: Decimal
    numerator: int
    denominator: int

    def __init__(self, value: Decimal | int | str) -> None:
        number = exact_decimal(value, "a percent")
        numerator, denominator = number.as_integer_ratio()
        _set_value(self, number)
        _set_numerator(self, numerator)
        _set_denominator(self, denominator * 100)

    def of(
        self, amount: AnyAmount, rounding: Rounding = "half_up", step: Decimal | int | str | None = None
    ) -> AnyAmount:
        """
        Give this share of *amount*, money or points, rounded once by *rounding* to a multiple of *step* (major units).

        Examples:
            >>> from loyaltykit import Money, Percent
            >>> Percent("7.7").of(Money("13.00", "CHF"), step="0.05")
            Money('1.00', 'CHF')
        """
        if not isinstance(amount, Amount):
            message = f"a percent is taken of Money or Points, not of {amount!r}"
            raise MixedUnits(message, left=self, right=amount)
        units = step_units(step, amount.digits, "a step")
        return amount.with_minor(round_ratio(amount.minor * self.numerator, self.denominator, rounding, units))

    def __eq__(self, other: object) -> bool:
        """Say whether the other is the same percent."""
        return self.value == other.value if type(other) is Percent else NotImplemented

    def __hash__(self) -> int:
        """Hash by value, so that 10 and 10.0 are one."""
        return hash(("percent", self.value))

    def __lt__(self, other: Percent) -> bool:
        """Compare with another percent."""
        return self.value < other.value if type(other) is Percent else NotImplemented

    def __le__(self, other: Percent) -> bool:
        """Compare with another percent."""
        return self.value <= other.value if type(other) is Percent else NotImplemented

    def __gt__(self, other: Percent) -> bool:
        """Compare with another percent."""
        return self.value > other.value if type(other) is Percent else NotImplemented

    def __ge__(self, other: Percent) -> bool:
        """Compare with another percent."""
        return self.value >= other.value if type(other) is Percent else NotImplemented

    def __repr__(self) -> str:
        """Show how it's made."""
        return f"Percent('{self.value:f}')"

    def __str__(self) -> str:
        """Give the number with its sign: 2.5 %."""
        return f"{self.value:f} %"


_set_value: Any = Percent.__dict__["value"].__set__
_set_numerator: Any = Percent.__dict__["numerator"].__set__
_set_denominator: Any = Percent.__dict__["denominator"].__set__
