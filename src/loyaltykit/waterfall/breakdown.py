"""What an order comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from loyaltykit.coded import in_words
from loyaltykit.decision import Decision
from loyaltykit.values.money import Money
from loyaltykit.values.points import Points
from loyaltykit.waterfall.discounted import KeptTier

if TYPE_CHECKING:
    from loyaltykit.effects import Award
    from loyaltykit.reason import Reason


@frozen
class Breakdown:
    """
    An order's sums: *price*, *charged* after discounts, *redeemed* points and their *worth*, *payable* after these.

    *card* is the money that a gift card pays of it, None where none does; the rest is `due`.
    *decisions* are the answers of all rules in the order in which they were asked. Sums are None while the price isn't
    known. *tier* is the discount by a tier that the order has, or would have but for a larger one by promo code.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Money, Order, Program, work_out
        >>> program = Program.from_dict({
        ...     "id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow",
        ...     "cashback": [{"percent": "5"}],
        ... })
        >>> order = Order(id="o1", customer="m1", price=Money("412.00", "RUB"))
        >>> breakdown = work_out(program, order, at=datetime(2026, 3, 1, tzinfo=timezone.utc))
        >>> breakdown.payable, breakdown.awards[0].points
        (Money('412.00', 'RUB'), Points(21))
    """

    price: Money | None
    charged: Money | None
    redeemed: Points
    worth: Money
    payable: Money | None
    decisions: tuple[Decision, ...]
    tier: KeptTier | None = field(default=None, kw_only=True)
    card: Money | None = field(default=None, kw_only=True)

    @property
    def due(self) -> Money | None:
        """What is left to be paid in money; None while the price isn't known, and where nothing was sold."""
        return self.payable if self.payable is None or self.card is None else self.payable - self.card

    @property
    def awards(self) -> tuple[Award, ...]:
        """Who earns what, in the order of the rules."""
        return tuple([award for decision in self.decisions for award in decision.awards])

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why not more, in the order of the rules."""
        return tuple([reason for decision in self.decisions for reason in decision.reasons])

    def __str__(self) -> str:
        """Say it in English: the sums, then each rule's answer on a line of its own."""
        sums = f"price {in_words(self.price)}, charged {in_words(self.charged)}, payable {in_words(self.payable)}"
        card = "" if self.card is None else f", by gift card {self.card}, due {in_words(self.due)}"
        return "\n".join([sums + card, *(f"  {decision}" for decision in self.decisions)])
