"""A gift card's document in the hands of an operation: brought up to its moment, changed, and written once. Row S3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from loyaltykit.decision import Decision
from loyaltykit.documents.card import Card, decode, decode_code, encode
from loyaltykit.effects import CardRelease, CardReturn
from loyaltykit.errors import UnknownCard
from loyaltykit.ledger import account as ledger
from loyaltykit.ledger.card import of_card
from loyaltykit.operations.book import Book
from loyaltykit.operations.open_member import NOTHING_MORE, STEPS
from loyaltykit.operations.requests import Commit, Load
from loyaltykit.operations.terms import grace_of
from loyaltykit.reason import Reason
from loyaltykit.values.card_code import normal_card_code
from loyaltykit.values.money import Money
from loyaltykit.waterfall.carded import RULE

if TYPE_CHECKING:
    from loyaltykit.effects import Effect
    from loyaltykit.ledger.account import Lot, Posting
    from loyaltykit.ledger.repository import Versioned
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.program.program import Program


class OpenCard:
    """
    The gift *card* called *card_id* as *stored*, brought to the later of *at* and the moment it was last judged at.

    What is done to its account gathers postings, and `write_into` hands all of it to the operation's book. Given
    *steps*, time is let pass only as far as one change carries.
    """

    def __init__(
        self,
        programs: Programs,
        program: Program,
        card_id: str,
        stored: Versioned,
        at: int,
        steps: int | None = STEPS,
    ) -> None:
        self.id = card_id
        self.key = programs.key("card", card_id)
        self.version = stored.version
        self._programs = programs
        self._revision = programs.revision_of(program)
        self._grace = grace_of(programs)
        card = decode(self.key, stored.body)
        if card is None:
            raise UnknownCard.of(card_id)
        self.card: Card = card
        self._was_due = card.account.next_moment
        self.at = max(at, card.account.as_of)
        self.account = card.account
        self.postings: list[Posting] = []
        self.changed = False
        self._changed(ledger.brought_to(card.account, self.at, grace=self._grace, steps=steps))

    @property
    def caught_up(self) -> bool:
        """Whether all that time does to the card by then has been done."""
        return not self.postings or self.account.next_moment > self.at

    @property
    def is_due(self) -> bool:
        """Whether anything was due by then."""
        return self._was_due <= self.at

    @property
    def is_expired(self) -> bool:
        """Whether it has expired, and nothing of it lives on."""
        return self.card.expires <= self.at and not self.account.balance

    def money(self, minor: int) -> Money:
        """Give *minor* units of the program's currency."""
        return Money.from_minor(minor, self._programs.worth.currency)

    def held_for(self, order_id: str) -> int:
        """Give the minor units that an order holds."""
        hold = self.account.holds.get(order_id)
        return 0 if hold is None else hold.amount

    def free_for(self, order_id: str, *, recoded: int) -> int:
        """
        Give the minor units that an order may hold in all: none more than it does, where the card is frozen, or has a
        new code since it had been *recoded* so often as the order named it.
        """
        more = not self.card.frozen and recoded == self.card.recoded
        return self.held_for(order_id) + (self.account.balance if more else 0)

    def rehold(self, order_id: str, minor: int, *, until: int) -> tuple[Decision, ...]:
        """Have an order hold *minor* units in all; say what of its hold went back, and what had expired."""
        more = minor - self.held_for(order_id)
        self.changed = self.changed or minor > 0 or order_id in self.account.holds
        gone = self._changed(ledger.reheld(self.account, order_id, minor, until=until, grace=self._grace))
        return self._released(-more - gone, gone)

    def end_hold(self, order_id: str, spent: int) -> tuple[tuple[Lot, ...], tuple[Decision, ...]]:
        """Spend *spent* of what an order holds, and have the rest back; give the lots spent, and what came of it."""
        hold = self.account.holds.get(order_id)
        if hold is None:
            return (), ()
        self.changed = True
        gone = self._changed(
            ledger.ended(self.account, order_id, spent=spent, grace=self._grace, revision=self._revision)
        )
        return ledger.taken(hold.lots, spent)[0], self._released(hold.amount - spent - gone, gone)

    def return_lots(self, order_id: str, lots: tuple[Lot, ...], *, kept: int) -> tuple[Decision, ...]:
        """Give back of *lots*, which an order had captured, all but those that hold the first *kept* units."""
        back = ledger.taken(lots, kept)[1]
        if not back:
            return ()
        self.changed = True
        gone = self._changed(
            ledger.given_back(self.account, back, order=order_id, grace=self._grace, revision=self._revision)
        )
        returned = sum([amount for _, _, amount in back]) - gone
        return self._told((CardReturn(self.id, self.money(returned)),) if returned else (), gone)

    def _released(self, back: int, gone: int) -> tuple[Decision, ...]:
        return self._told((CardRelease(self.id, self.money(back)),) if back > 0 else (), gone)

    def _told(self, effects: tuple[Effect, ...], gone: int) -> tuple[Decision, ...]:
        reasons = (Reason("card_money_expired", money=self.money(gone)),) if gone else ()
        return (Decision(RULE, effects, reasons),) if effects or reasons else ()

    def _changed(self, changed: ledger.Changed) -> int:
        """Take over what has *changed*; give the units that expired by it."""
        account, postings = changed
        self.account = account.with_(unspent=())  # nothing of a card is clawed back
        self.postings += postings
        return -sum([posting.amount for posting in postings if posting.kind == ledger.EXPIRED])

    def write_into(self, book: Book) -> None:
        """Write the document, its postings, and the moment at which something is due next, where that has moved."""
        book.write(self.key, self.version, encode(evolve(self.card, account=self.account)))
        unit = self._programs.worth.currency.code
        for posting in self.postings:
            revision = posting.revision or self._programs.revision_at(posting.at)
            book.post(self.key, of_card(posting), revision, unit=unit)
        if self.account.next_moment != self._was_due:
            book.due(self.key, self.account.next_moment)


def open_card(
    programs: Programs, program: Program, card_id: str, at: int, *, writes: bool = True
) -> Operation[OpenCard]:
    """
    Load and open the gift card called *card_id*; where more has come due than a change carries, sweep it first.

    Where nothing is to be written, time is let pass as far as it has come. Raises `UnknownCard`.
    """
    key = programs.key("card", card_id)
    while True:
        stored = (yield Load((key,)))[key]
        card = OpenCard(programs, program, card_id, stored, at, STEPS if writes else None)
        if card.caught_up:
            return card
        yield from sweep_card(programs, card)


def card_of(programs: Programs, typed: object) -> Operation[str | None]:
    """
    Find which gift card has the code that somebody *typed*; None where none has it.

    What can be no code is looked up as any other, so that nobody learns from the time that it takes.
    """
    key = programs.key("card_code", normal_card_code(typed) or "none")
    return decode_code(key, (yield Load((key,)))[key].body)


def sweep_card(programs: Programs, card: OpenCard) -> Operation[bool]:
    """Book what time has done to *card* so far; say whether that was done, or another had done it first."""
    book = Book(programs, "due_card", card.id, str(card.version), asked={})
    card.write_into(book)
    committed = yield Commit(book.change(NOTHING_MORE))
    return not committed.replayed
