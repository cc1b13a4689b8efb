"""What an order's document keeps of the gift card that was named with it. Rows S3, B3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from loyaltykit.documents.lots import read_lots, written_lots

if TYPE_CHECKING:
    from loyaltykit.ledger.account import Lot  # noqa: TC004 - attrs doesn't resolve annotations


@frozen
class CardHeld:
    """
    That an order is to be paid with *card*, by the host's id: the minor units that were *held*, and in the end the
    *lots* that were captured. *recoded* is how often the card had had a new code when the order named it.

    Examples:
        >>> read_card(written_card(CardHeld("c1", 5_000))) == CardHeld("c1", 5_000)
        True
    """

    card: str
    held: int
    lots: tuple[Lot, ...] = ()
    recoded: int = 0

    @property
    def captured(self) -> int:
        """The minor units that were captured, whatever was given back since."""
        return sum([amount for _, _, amount in self.lots])


def written_card(held: CardHeld) -> list[Any]:
    """Give *held* as JSON holds it."""
    row = [held.card, held.held, written_lots(held.lots)]
    return [*row, held.recoded] if held.recoded else row


def read_card(raw: list[Any]) -> CardHeld:
    """Read what JSON holds of it."""
    card, held, lots, *recoded = raw
    return CardHeld(card, held, read_lots(lots), *recoded)
