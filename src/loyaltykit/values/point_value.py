"""What a point is worth in money: the one bridge between points and money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.errors import InvalidValue, MixedUnits
from loyaltykit.values.currency import Currency
from loyaltykit.values.exact import exact_decimal
from loyaltykit.values.immutable import Immutable
from loyaltykit.values.money import Money
from loyaltykit.values.points import Points, points_of

if TYPE_CHECKING:
    from decimal import Decimal


class PointValue(Immutable):
    """
    The worth of one point: *value* major units of *currency* (0.50, or 0.0095), for points with *digits* decimals.

    A program has one. Raises `InvalidValue` for a value that isn't more than zero.

    Examples:
        >>> from loyaltykit import Money, Points, PointValue
        >>> half = PointValue("0.50", "RUB")
        >>> half.worth(Points(41)), half.points_for(Money("20.70", "RUB"))
        (Money('20.50', 'RUB'), Points(41))
    """

    __slots__ = ("currency", "digits", "minor_per", "points_per", "value")

    value: Decimal
    currency: Currency
    digits: int
    points_per: int
    minor_per: int

    def __init__(self, value: Decimal | int | str, currency: Currency | str, *, digits: int = 0) -> None:
        number = exact_decimal(value, "a point value")
        if number <= 0:
            message = f"a point must be worth more than nothing, not {value}"
            raise InvalidValue(message, value=value)
        known = Currency(str(currency))
        numerator, denominator = number.as_integer_ratio()
        _set_value(self, number)
        _set_currency(self, known)
        _set_digits(self, Points(0, digits=digits).digits)
        # points_per smallest units of points are worth minor_per minor units of money, exactly.
        _set_points_per(self, denominator * 10**digits)
        _set_minor_per(self, numerator * 10**known.digits)

    def worth(self, points: Points) -> Money:
        """
        Give what *points* are worth, floored to the minor unit.

        Examples:
            >>> from loyaltykit import Points, PointValue
            >>> PointValue("0.0095", "USD").worth(Points(150))
            Money('1.42', 'USD')
        """
        units = points.with_digits(self.digits).minor
        return Money.from_minor(units * self.minor_per // self.points_per, self.currency)

    def points_for(self, money: Money) -> Points:
        """
        Give the most points that *money* covers.

        Examples:
            >>> from loyaltykit import Money, PointValue
            >>> PointValue("0.0095", "USD").points_for(Money("1.42", "USD"))
            Points(149)
        """
        return points_of(self.minor_in(money) * self.points_per // self.minor_per, self.digits)

    def points_to_pay(self, money: Money) -> Points:
        """
        Give the fewest points that are worth *money*, or, where no number of points is, the most that are worth less.

        Examples:
            >>> from loyaltykit import Money, PointValue
            >>> value = PointValue("0.0095", "USD")
            >>> value.points_to_pay(Money("1.42", "USD")), value.worth(value.points_to_pay(Money("1.42", "USD")))
            (Points(150), Money('1.42', 'USD'))
            >>> PointValue("3", "USD").points_to_pay(Money("10.00", "USD"))
            Points(3)
        """
        minor = self.minor_in(money)
        fewest = -(-minor * self.points_per // self.minor_per)
        exceeds = fewest * self.minor_per // self.points_per > minor
        return points_of(fewest - exceeds, self.digits)

    def minor_in(self, money: Money) -> int:
        """Give the minor units of *money*, which must be in this currency; raises `MixedUnits` otherwise."""
        if money.currency is not self.currency:
            message = (
                f"{money} is not in the program's currency, {self.currency}: convert it before it reaches loyaltykit"
            )
            raise MixedUnits(message, left=money, right=self)
        return money.minor

    def __eq__(self, other: object) -> bool:
        """Say whether the other is the same value in the same currency and digits."""
        if type(other) is not PointValue:
            return NotImplemented
        return (self.value, self.currency, self.digits) == (other.value, other.currency, other.digits)

    def __hash__(self) -> int:
        """Hash by value, currency and digits."""
        return hash((self.value, self.currency, self.digits))

    def __repr__(self) -> str:
        """Show how it's made."""
        digits = f", digits={self.digits}" if self.digits else ""
        return f"PointValue('{self.value:f}', '{self.currency}'{digits})"

    def __str__(self) -> str:
        """Give the worth of a point: 0.50 RUB."""
        return f"{self.value:f} {self.currency}"


_set_value: Any = PointValue.__dict__["value"].__set__
_set_currency: Any = PointValue.__dict__["currency"].__set__
_set_digits: Any = PointValue.__dict__["digits"].__set__
_set_points_per: Any = PointValue.__dict__["points_per"].__set__
_set_minor_per: Any = PointValue.__dict__["minor_per"].__set__
