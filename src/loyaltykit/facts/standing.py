"""What is stored about a member at the moment of an order."""

from __future__ import annotations

from attrs import frozen

from loyaltykit.values.points import Points


@frozen(kw_only=True)
class Standing:
    """
    A member's *balance*: the points that can be spent at that moment, without expired and held ones.

    Examples:
        >>> from loyaltykit import Points, Standing
        >>> Standing(balance=Points(350)).balance
        Points(350)
    """

    balance: Points = Points(0)  # noqa: RUF009 - frozen
