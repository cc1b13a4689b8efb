"""
The gift card of an order: held when it's placed, captured when it's completed, given back when it's refunded. Rows S3,
B3, B2.

What is held is money on the card, so nobody's account is asked: a forgotten customer changes nothing, and neither does
who owns the card. Of one that is frozen later, or has another code, the order keeps what it holds, and holds no more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from loyaltykit.decision import Decision
from loyaltykit.documents.card_held import CardHeld
from loyaltykit.facts.card_standing import CardStanding
from loyaltykit.ledger.account import NEVER, taken
from loyaltykit.operations.open_card import card_of, open_card
from loyaltykit.operations.stands import money_refunded_of
from loyaltykit.operations.view_card import objection
from loyaltykit.reason import Reason
from loyaltykit.values.card_code import normal_card_code
from loyaltykit.waterfall.carded import RULE

if TYPE_CHECKING:
    from loyaltykit.documents.order import PlacedOrder
    from loyaltykit.operations.book import Book
    from loyaltykit.operations.open_card import OpenCard
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.program.program import Program
    from loyaltykit.waterfall.breakdown import Breakdown


class OrderCard:
    """
    The gift *card* that is to pay for the order called *order_id*, which named it when it had been *recoded* so often.

    *paying* is what step 5 looks at: what the order may hold of it, or, once it's completed, what it holds or captured.
    """

    def __init__(self, card: OpenCard, order_id: str, recoded: int) -> None:
        self.card = card
        self._order_id = order_id
        self._recoded = recoded
        self.paying: CardStanding | None = None
        self.may_pay(self._free, frozen=card.card.frozen and not card.held_for(order_id))

    @property
    def _free(self) -> int:
        return self.card.free_for(self._order_id, recoded=self._recoded)

    def may_pay(self, minor: int, *, frozen: bool = False) -> None:
        """Have it pay for no more than *minor* units."""
        self.paying = CardStanding(card=self.card.id, balance=self.card.money(minor), frozen=frozen)

    def pays_nothing(self, *reasons: Reason) -> tuple[Decision, ...]:
        """Have it pay for nothing; say why not."""
        self.paying = None
        return (Decision(RULE, (), reasons),) if reasons else ()

    def hold(self, breakdown: Breakdown, *, until: int) -> tuple[CardHeld, tuple[Decision, ...]]:
        """Hold what *breakdown* has it pay, *until* a moment; give what the order keeps of it, and what came back."""
        minor = _minor(breakdown)
        notes = self.card.rehold(self._order_id, minor, until=until)
        return CardHeld(self.card.id, minor, recoded=self._recoded), notes

    def release(self) -> tuple[Decision, ...]:
        """Give back what the order holds."""
        return self.card.rehold(self._order_id, 0, until=NEVER)

    def keep(self, held: CardHeld, *, priced: bool) -> tuple[Decision, ...]:
        """
        Have it pay, at completion, no more than was *held*; say what of that couldn't be held again.

        Where no price was ever told, nothing is to be paid.
        """
        own = self.card.held_for(self._order_id)
        notes: tuple[Decision, ...] = ()
        if not held.held:
            return self.pays_nothing()
        if not priced:
            return self.pays_nothing(Reason("price_unknown"))
        if not own:
            own = min(held.held, self._free)
            self.card.rehold(self._order_id, own, until=NEVER)
            reason = Reason("card_hold_ended", held=self.card.money(held.held), free=self.card.money(own))
            frozen = (Reason("card_frozen"),) if self.card.card.frozen else ()
            notes = (Decision(RULE, (), (reason, *frozen)),)
        self.paying = None
        if own:
            self.may_pay(own)
        return notes

    def keep_captured(self, held: CardHeld) -> None:
        """Have it pay, as the order is corrected, no more than was captured."""
        self.paying = None
        if held.captured:
            self.may_pay(held.captured)

    def capture(self, held: CardHeld, breakdown: Breakdown) -> tuple[CardHeld, tuple[Decision, ...]]:
        """Spend what *breakdown* has it pay of what was *held*; give what the order keeps of it, and what came back."""
        lots, notes = self.card.end_hold(self._order_id, _minor(breakdown))
        return evolve(held, lots=lots), notes

    def correct(self, held: CardHeld, breakdown: Breakdown) -> tuple[CardHeld, tuple[Decision, ...]]:
        """Give back what was captured and isn't to be paid by *breakdown* any more."""
        minor = _minor(breakdown)
        notes = self.card.return_lots(self._order_id, held.lots, kept=minor)
        return evolve(held, lots=taken(held.lots, minor)[0]), notes

    def write_into(self, book: Book) -> None:
        """Write the card, where what the order holds or captured has changed, or time has done something to it."""
        if self.card.changed or self.card.is_due:
            self.card.write_into(book)


def _minor(breakdown: Breakdown) -> int:
    return 0 if breakdown.card is None else breakdown.card.minor


def named_card(
    programs: Programs,
    program: Program,
    typed: str,
    order_id: str,
    *,
    at: int,
    writes: bool,
    beside: OrderCard | None = None,
) -> Operation[OrderCard | Reason]:
    """
    Open the gift card whose code somebody *typed* for an order; or give the reason why nothing can be paid with it.

    *beside* is the one that the order has already: where it's the same, it's opened once.
    """
    card_id = yield from card_of(programs, typed)
    if card_id is None:
        return Reason("card_unknown")
    if beside is not None and beside.card.id == card_id:
        card = beside.card
    else:
        card = yield from open_card(programs, program, card_id, at, writes=writes)
    if card.card.code != normal_card_code(typed):
        return Reason("card_unknown")  # it has had a new code since that was looked up
    return objection(card, order_id=order_id) or OrderCard(card, order_id, card.card.recoded)


def reopened_card(
    programs: Programs, program: Program, held: CardHeld, order_id: str, *, at: int
) -> Operation[OrderCard]:
    """Open the gift card that an order keeps as *held*, *at* a later moment."""
    return OrderCard((yield from open_card(programs, program, held.card, at)), order_id, held.recoded)


def refund_card(
    programs: Programs, program: Program, book: Book, held: CardHeld, before: PlacedOrder, now: PlacedOrder
) -> Operation[tuple[Decision, ...]]:
    """Give back, of what an order captured as *held*, the share of what is refunded *now* and wasn't *before*."""
    already, due = (money_refunded_of(programs, each).of(held.captured) for each in (before, now))
    if due == already:
        return ()
    card = yield from open_card(programs, program, held.card, now.as_of)
    left = taken(held.lots, held.captured - already)[0]
    decisions = card.return_lots(before.order.id, left, kept=held.captured - due)
    card.write_into(book)
    return decisions
