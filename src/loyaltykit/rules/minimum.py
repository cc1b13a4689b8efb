"""The lowest price that earns anything, which several rules have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.reason import Reason

if TYPE_CHECKING:
    from loyaltykit.values.money import Money


def below(minimum: Money | None, price: Money | None) -> Reason | None:
    """
    Give the reason why an order of *price* doesn't reach *minimum*; None where it does, or there's none.

    Raises `MixedUnits` for sums in two currencies.

    Examples:
        >>> from loyaltykit import Money
        >>> print(below(Money(300, "RUB"), Money(250, "RUB")))
        the price, 250.00 RUB, is below the minimum, 300.00 RUB
        >>> below(None, None) is None
        True
    """
    if minimum is None:
        return None
    if price is None:
        return Reason("price_unknown")
    return Reason("below_minimum", minimum=minimum, actual=price) if price < minimum else None
