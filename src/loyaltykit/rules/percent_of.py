"""What rules by percent share: the sum of an order that a percent is taken of, and the points that it comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from loyaltykit.values.money import Money, order_sum
from loyaltykit.values.rounding import ROUNDERS, Rounding

if TYPE_CHECKING:
    from loyaltykit.values.percent import Percent
    from loyaltykit.values.point_value import PointValue
    from loyaltykit.values.points import Points

BASES: Final = ("charged", "price", "payable")
"""The sums that a percent can be taken of: what is charged after discounts, the price, what is payable after points."""


def share_minor(basis: int, percent: Percent, point_value: PointValue, rounding: Rounding, step: int) -> int:
    """
    Give *percent* of *basis* minor units of money as smallest units of points, rounded once: the integer core.

    Examples:
        >>> from loyaltykit import Percent, PointValue
        >>> share_minor(41200, Percent("5"), PointValue("0.50", "RUB"), "half_up", 1)
        41
    """
    numerator = basis * percent.numerator * point_value.points_per
    return ROUNDERS[rounding](numerator, percent.denominator * point_value.minor_per * step) * step


def step_minor(rounding_step: Points | None, digits: int) -> int:
    """
    Give the smallest units of points, with *digits* decimals, to a multiple of which a rule rounds.

    Examples:
        >>> from loyaltykit import Points
        >>> step_minor(None, 2), step_minor(Points(10), 2)
        (1, 1000)
    """
    return 1 if rounding_step is None else rounding_step.with_digits(digits).minor


def basis_of(basis: str, price: Money, charged: Money | None, payable: Money | None) -> Money:
    """
    Give the sum of an order that *basis* names; what isn't told is the sum before it.

    Examples:
        >>> from loyaltykit import Money
        >>> basis_of("payable", Money(412, "RUB"), Money(400, "RUB"), None)
        Money('400.00', 'RUB')
    """
    if basis == "price":
        return price
    told = charged if basis == "charged" or payable is None else payable
    return price if told is None else order_sum(told, "a sum of an order")
