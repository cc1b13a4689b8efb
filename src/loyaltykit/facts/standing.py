"""What is stored about a member at the moment of an order."""

from __future__ import annotations

from attrs import frozen

from loyaltykit.errors import InvalidValue
from loyaltykit.values.points import Points


@frozen(kw_only=True)
class Standing:
    """
    A member's *balance*: the points that can be spent at that moment, without expired and held ones.

    Raises `InvalidValue` for anything else, and for less than zero.

    Examples:
        >>> from loyaltykit import Points, Standing
        >>> Standing(balance=Points(350)).balance
        Points(350)
    """

    balance: Points = Points(0)  # noqa: RUF009 - frozen

    def __attrs_post_init__(self) -> None:
        """Refuse what is no number of points that can be spent."""
        if type(self.balance) is not Points or self.balance.minor < 0:
            message = f"a balance is Points(…), never below zero: not {self.balance!r}"
            raise InvalidValue(message, value=self.balance)
