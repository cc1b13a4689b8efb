"""Step 5: what a gift card pays. It's stored money: it lowers what is due, and not the basis of awards. Rows S3, B3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from loyaltykit.decision import Decision
from loyaltykit.effects import CardPayment
from loyaltykit.reason import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyaltykit.facts.card_standing import CardStanding
    from loyaltykit.values.money import Money

RULE: Final = "gift_card"
"""Under which name decisions about gift cards stand."""


def carded_for(card: CardStanding, payable: Money | None) -> Decision:
    """
    Give what *card* pays of *payable*; where that isn't known yet, all that's on it, to be held.

    Raises `MixedUnits` for a card of another currency.

    Examples:
        >>> from loyaltykit import CardStanding, Money
        >>> print(carded_for(CardStanding(card="c1", balance=Money(500, "RUB")), Money(412, "RUB")))
        gift_card: the gift card c1 pays 412.00 RUB
        >>> print(carded_for(CardStanding(card="c1", balance=Money(50, "RUB")), Money(412, "RUB")).reasons[0])
        412.00 RUB are to be paid; the gift card has 50.00 RUB for this order
    """
    reason = _objection(card, payable)
    if reason is not None:
        return Decision(RULE, (), (reason,))
    if payable is None or payable <= card.balance:
        return Decision(RULE, (CardPayment(card.card, card.balance if payable is None else payable),))
    reason = Reason("limited_by_card", balance=card.balance, payable=payable)
    return Decision(RULE, (CardPayment(card.card, card.balance),), (reason,))


def _objection(card: CardStanding, payable: Money | None) -> Reason | None:
    """Give the reason why *card* pays nothing of *payable*; None where it does."""
    if card.frozen:
        return Reason("card_frozen")
    if not card.balance.minor:
        return Reason("card_empty")
    return Reason("card_not_needed") if payable is not None and not payable.minor else None


def paid_by_card(decisions: Iterable[Decision]) -> Money | None:
    """
    Give the money that a gift card pays by *decisions*; None where none does.

    Examples:
        >>> from loyaltykit import CardPayment, Decision, Money
        >>> paid_by_card([Decision("gift_card", (CardPayment("c1", Money(50, "RUB")),))])
        Money('50.00', 'RUB')
    """
    paid = [effect for decision in decisions for effect in decision.effects if isinstance(effect, CardPayment)]
    return paid[0].money if paid else None
