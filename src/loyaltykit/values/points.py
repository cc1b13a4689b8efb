"""Points: the loyalty currency, counted exactly in units of the program's digits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.errors import ExcessDigits, InvalidValue
from loyaltykit.values.amount import Amount
from loyaltykit.values.exact import decimal_of, exact_number, scaled
from loyaltykit.values.money import step_units
from loyaltykit.values.rounding import Rounding, round_ratio

if TYPE_CHECKING:
    from decimal import Decimal
    from fractions import Fraction

MAX_POINT_DIGITS = 6
"""The most decimals that a program's points may have."""


class Points(Amount):
    """
    An exact number of points with *digits* decimals (0 unless set); 200 points are equal to 200.00.

    *value* is an int, a Decimal or the text of a decimal. Raises `InexactNumber` for a float, `ExcessDigits` for more
    decimals than *digits*.

    Examples:
        >>> from loyaltykit import Points
        >>> Points(200) - Points(41)
        Points(159)
        >>> Points("1.50", digits=2) + Points(1)
        Points('2.50', digits=2)
    """

    __slots__ = ("digits",)  # pyright: ignore[reportIncompatibleMethodOverride] - a property to its readers

    digits: int  # pyright: ignore[reportIncompatibleMethodOverride]

    def __init__(self, value: Decimal | int | str, *, digits: int = 0) -> None:
        _check_digits(digits)
        _set_minor(self, scaled(exact_number(value, "points"), digits, "points"))
        _set_digits(self, digits)

    @classmethod
    def from_minor(cls, minor: int, digits: int = 0) -> Points:
        """
        Give *minor* smallest units of points with *digits* decimals.

        Examples:
            >>> from loyaltykit import Points
            >>> Points.from_minor(150, digits=2)
            Points('1.50', digits=2)
        """
        if type(minor) is not int:
            message = f"smallest units are counted in ints, not {minor!r}: give whole points to Points(…) instead"
            raise InvalidValue(message, value=minor)
        _check_digits(digits)
        return points_of(minor, digits)

    @classmethod
    def rounded(
        cls,
        value: Decimal | Fraction | int | str,
        rounding: Rounding = "half_up",
        step: Decimal | int | str | None = None,
        *,
        digits: int = 0,
    ) -> Points:
        """
        Give any exact number as points, rounded once by *rounding* to a multiple of *step* (whole points).

        Examples:
            >>> from loyaltykit import Points
            >>> Points.rounded("41.2"), Points.rounded("41.2", step=10)
            (Points(41), Points(40))
        """
        _check_digits(digits)
        numerator, denominator = exact_number(value, "points").as_integer_ratio()
        units = step_units(step, digits, "a step of points")
        return points_of(round_ratio(numerator * 10**digits, denominator, rounding, units), digits)

    def with_digits(self, digits: int) -> Points:
        """
        Give the same points with *digits* decimals; raises `ExcessDigits` where they'd be lost.

        Examples:
            >>> from loyaltykit import Points
            >>> Points(200).with_digits(2)
            Points('200.00', digits=2)
        """
        if digits == self.digits:
            return self
        try:
            return Points(self.amount, digits=digits)
        except ExcessDigits:
            message = f"{self} points have more decimals than {digits}: round them first, by Points.rounded(…)"
            raise ExcessDigits(message, value=self, digits=digits) from None

    def with_minor(self, minor: int) -> Points:
        """Give *minor* smallest units with the same digits."""
        return points_of(minor, self.digits)

    def aligned(self, other: Any) -> tuple[int, int, Points]:
        """Give both counts in the finer of the two units."""
        if self.digits == other.digits:
            return self.minor, other.minor, self
        if self.digits > other.digits:
            return self.minor, other.minor * 10 ** (self.digits - other.digits), self
        return self.minor * 10 ** (other.digits - self.digits), other.minor, other

    def __eq__(self, other: object) -> bool:
        """Say whether the other is the same number of points."""
        if type(other) is not Points:
            return NotImplemented
        left, right, _ = self.aligned(other)
        return left == right

    def __hash__(self) -> int:
        """Hash by number, whatever the digits."""
        return hash(("points", self.amount))

    def __repr__(self) -> str:
        """Show how it's made."""
        return f"Points('{self.amount}', digits={self.digits})" if self.digits else f"Points({self.minor})"

    def __str__(self) -> str:
        """Give the bare number."""
        return str(decimal_of(self.minor, self.digits))


def _check_digits(digits: int) -> None:
    if type(digits) is not int or not 0 <= digits <= MAX_POINT_DIGITS:
        message = f"points have 0 to {MAX_POINT_DIGITS} decimals, not {digits!r}"
        raise InvalidValue(message, value=digits)


def points_of(minor: int, digits: int) -> Points:
    """Give *minor* smallest units of points; both are trusted."""
    points: Points = _new(Points)
    _set_minor(points, minor)
    _set_digits(points, digits)
    return points


# Frozen objects are filled through their slots: half the time of object.__setattr__ by name.
_new: Any = object.__new__
_set_minor: Any = Amount.__dict__["minor"].__set__
_set_digits: Any = Points.__dict__["digits"].__set__
