"""A member's document in the hands of an operation: brought up to its moment, changed, and written once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import frozen

from loyaltykit.decision import Decision, Reason, Release
from loyaltykit.documents.form import as_json
from loyaltykit.documents.member import Member, decode, encode
from loyaltykit.ledger import account as ledger
from loyaltykit.operations.book import Book
from loyaltykit.operations.requests import Commit, Load
from loyaltykit.operations.terms import after, expiry_of, grace_of
from loyaltykit.values.points import Points, points_of

if TYPE_CHECKING:
    from loyaltykit.decision import Award
    from loyaltykit.ledger.account import Pending, Posting
    from loyaltykit.ledger.repository import Versioned
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.program.program import Program

STEPS: Final = 40
"""Postings by time alone that one change carries; a member for whom more have come due is swept first."""


@frozen
class Ended:
    """What became of a hold: the *lots* that were spent, the points that are *back*, and those that had *expired*."""

    lots: tuple[ledger.Lot, ...]
    back: Points
    expired: Points

    def decisions(self, member_id: str) -> tuple[Decision, ...]:
        """Say what of it went back to the member, and what had expired."""
        effects = (Release(member_id, self.back),) if self.back else ()
        reasons = (Reason("returned_after_expiry", points=self.expired),) if self.expired else ()
        return (Decision("hold", effects, reasons),) if effects or reasons else ()


class OpenMember:
    """
    The member called *member_id* as *stored*, brought to the later of *at* and the moment they were last judged at.

    What is done to the account gathers postings; `write_into` hands all of it to the operation's book. Given *steps*,
    time is let pass only as far as one change carries.
    """

    def __init__(
        self,
        programs: Programs,
        program: Program,
        member_id: str,
        stored: Versioned,
        at: int,
        steps: int | None = STEPS,
    ) -> None:
        self.id = member_id
        self.key = programs.key("member", member_id)
        self._programs = programs
        self._program = program
        self._revision = programs.revision_of(program)
        self._grace = grace_of(programs)
        self.version = stored.version
        self.member = decode(self.key, stored.body)
        before = self.member.account
        self._was_due = before.next_moment
        self.at = max(at, before.as_of)
        self.account = before
        self.postings: list[Posting] = []
        if self._was_due > self.at:
            self.account = before.with_(as_of=self.at)
        else:
            self._changed(ledger.brought_to(before, self.at, grace=self._grace, steps=steps))

    @property
    def caught_up(self) -> bool:
        """Whether all that time does to the account by then has been done."""
        return not self.postings or self.account.next_moment > self.at

    @property
    def balance(self) -> Points:
        """The points that may be spent."""
        return points_of(self.account.balance, self._program.digits)

    def hold(self, order_id: str, points: Points, *, until: int) -> None:
        """Hold *points* for an order."""
        self.account = ledger.held_for(self.account, order_id, points.minor, until=until)

    def end_hold(self, order_id: str, spent: Points) -> Ended:
        """Spend *spent* of what an order holds, and give back the rest; say what came of it."""
        hold = self.account.holds.get(order_id)
        changed = ledger.ended(self.account, order_id, spent=spent.minor, grace=self._grace, revision=self._revision)
        self._changed(changed)
        gone = -sum([posting.amount for posting in changed[1] if posting.kind == ledger.EXPIRED])
        held, digits = hold.amount if hold else 0, self._program.digits
        lots = ledger.taken(hold.lots, spent.minor)[0] if hold else ()
        return Ended(lots, points_of(held - spent.minor - gone, digits), points_of(gone, digits))

    def earn(self, award: Award, *, order_id: str, rule: str) -> Pending:
        """Credit *award* of *rule*, or, if it's delayed, have it wait; say when it's due and when it expires."""
        due = self.at if award.delay is None else after(self._program, award.delay, self.at)
        amount = award.points.with_digits(self._program.digits).minor
        earned = ledger.Pending(due, expiry_of(self._program, due), amount, order_id, rule, self._revision)
        if due > self.at:
            self.account = ledger.awaiting(self.account, earned)
        else:
            self._changed(ledger.credited(self.account, earned))
        return earned

    def visit(self, channel: str | None, sold: int, *, inactive_at: int) -> None:
        """Put a completed order behind the member: its *channel*, and what it was *sold* for."""
        before = self.member
        self.account = self.account.with_(inactive_at=inactive_at)
        channels = dict(before.channels)
        if channel is not None:
            channels[channel] = channels.get(channel, 0) + 1
        self.member = Member(self.account, channels, before.visits + 1, before.sold + sold, before.paid)

    def _changed(self, changed: ledger.Changed) -> None:
        self.account, postings = changed
        self.postings += postings

    def write_into(self, book: Book) -> None:
        """Write the document, its postings, and the moment at which something is due next, where that has moved."""
        before = self.member
        after_all = Member(self.account, before.channels, before.visits, before.sold, before.paid)
        book.write(self.key, self.version, encode(after_all))
        for posting in self.postings:
            book.post(self.key, posting, posting.revision or self._programs.revision_at(posting.at))
        next_moment = self.account.next_moment
        if next_moment != self._was_due:
            book.due(self.key, next_moment)


def open_member(
    programs: Programs, program: Program, member_id: str, stored: Versioned, at: int
) -> Operation[OpenMember]:
    """
    Open the document of *member_id* as it was *stored*; where more has come due than a change carries, sweep it first.
    """
    member = OpenMember(programs, program, member_id, stored, at)
    while not member.caught_up:
        yield from sweep(programs, member)
        member = OpenMember(programs, program, member_id, (yield Load((member.key,)))[member.key], at)
    return member


def sweep(programs: Programs, member: OpenMember) -> Operation[None]:
    """Book what time has done to *member* so far; whoever else does so at the same time books the same."""
    book = Book(programs, "due", member.id, str(member.version), asked={})
    member.write_into(book)
    yield Commit(book.change(NOTHING_MORE))


NOTHING_MORE: Final = as_json({"v": 1})
"""The result of an operation whose caller needs no answer."""
