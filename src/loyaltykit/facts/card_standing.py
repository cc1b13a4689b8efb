"""What is stored about a gift card at the moment of an order."""

from __future__ import annotations

from attrs import frozen

from loyaltykit.errors import InvalidValue
from loyaltykit.values.money import Money, order_sum
from loyaltykit.values.text import id_of


@frozen(kw_only=True)
class CardStanding:
    """
    The *balance* of a gift *card*, by the host's id: what an order can be paid with, unless it's *frozen*.

    Raises `InvalidValue` for anything else, and for less than zero.

    Examples:
        >>> from loyaltykit import CardStanding, Money
        >>> CardStanding(card="c1", balance=Money("50.00", "RUB")).balance
        Money('50.00', 'RUB')
    """

    card: str
    balance: Money
    frozen: bool = False

    def __attrs_post_init__(self) -> None:
        """Refuse what is no card, and no money that can be spent."""
        id_of("a gift card", self.card)
        order_sum(self.balance, "a gift card's balance")
        if not isinstance(self.frozen, bool):
            message = f"a gift card is frozen or not: True or False, not {self.frozen!r}"
            raise InvalidValue(message, value=self.frozen)
