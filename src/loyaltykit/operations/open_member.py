"""A member's document in the hands of an operation: brought up to its moment, changed, and written once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attrs import evolve, frozen

from loyaltykit.decision import Decision
from loyaltykit.documents.form import as_json
from loyaltykit.documents.member import Member, decode, encode
from loyaltykit.effects import Clawback, Release, Return
from loyaltykit.ledger import account as ledger
from loyaltykit.ledger.account import NEVER
from loyaltykit.ledger.cursor import from_micros, micros
from loyaltykit.operations.behind import with_order, without_order
from loyaltykit.operations.book import Book
from loyaltykit.operations.days import paid_back, paid_on, with_day, without_day
from loyaltykit.operations.levels import next_moment, passed
from loyaltykit.operations.requests import Commit, Load
from loyaltykit.operations.stands import spent_of
from loyaltykit.operations.terms import after, expiry_of, grace_of, inactivity_of
from loyaltykit.reason import Reason
from loyaltykit.values.points import Points, points_of

if TYPE_CHECKING:
    from loyaltykit.documents.member import Day
    from loyaltykit.documents.notice import StoredNotice
    from loyaltykit.documents.order import PlacedOrder
    from loyaltykit.effects import Award
    from loyaltykit.facts.opening import OpeningMember
    from loyaltykit.facts.order import Order
    from loyaltykit.ledger.account import Pending, Posting
    from loyaltykit.ledger.repository import Versioned
    from loyaltykit.operations.days import Received
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.operations.shares import Refunded
    from loyaltykit.program.program import Program
    from loyaltykit.rules.category import VisitStatus
    from loyaltykit.rules.notice import NoticeSettings

LONGEST: Final = 367 * 86_400_000_000
"""Microseconds that outlast the longest term in which any program takes awards back."""

FIGURES: Final = 1_000
"""Figures of what expired unspent that a member keeps, the latest: more than a year of days has."""

STEPS: Final = 40
"""Postings by time alone that one change carries; a member for whom more have come due is swept first."""


def _gone(figure: tuple[int, int, int]) -> int:
    return figure[1]


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
        self._was_due = min(before.next_moment, next_moment(self.member))
        self.at = max(at, before.as_of)
        self.known = stored.body is not None
        self.life = self.member.life if self.known else stored.version
        self.account = before
        self.postings: list[Posting] = []
        self._notices: list[StoredNotice] = []
        if self._was_due > self.at:
            self.account = before.with_(as_of=self.at)
        else:
            self._changed(ledger.brought_to(before, self.at, grace=self._grace, steps=steps))
            self.member = passed(self.member, self.account.as_of)

    @property
    def caught_up(self) -> bool:
        """Whether all that time does to the account by then has been done."""
        return not self.postings or self.account.next_moment > self.at

    @property
    def has_told(self) -> bool:
        """Whether all that there was to tell the member by then has been told."""
        return self.member.wakes > self.at

    @property
    def is_due(self) -> bool:
        """Whether anything was due by then."""
        return self._was_due <= self.at

    def knew(self, placed: PlacedOrder) -> bool:
        """Say whether *placed* belongs to the member as they're known: who was forgotten is somebody else."""
        return self.life == placed.lives.get(self.id, 0)

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

    def rehold(self, order_id: str, points: Points, *, until: int) -> tuple[Decision, ...]:
        """Have an order hold *points* in all; say what of its hold went back, and what had expired."""
        before = self.account.holds.get(order_id)
        changed = ledger.reheld(self.account, order_id, points.minor, until=until, grace=self._grace)
        self._changed(changed)
        gone, digits = -sum([posting.amount for posting in changed[1]]), self._program.digits
        back = max((before.amount if before else 0) - points.minor, 0) - gone
        return Ended((), points_of(back, digits), points_of(gone, digits)).decisions(self.id)

    def earn_difference(
        self, award: Award, old: Pending | None, placed: PlacedOrder, *, order: Order, rule: str
    ) -> tuple[Pending, tuple[Pending, int] | None]:
        """
        Credit what *award* of *order*, which *placed* is now, is more than the *old* one; give it as it stands, and
        what of the old one is to go.
        """
        completed = placed.later.get(self.id, self.at if placed.completed_at is None else placed.completed_at)
        due = self._due(award, order, completed)
        expires, amount = expiry_of(self._program, due), award.points.with_digits(self._program.digits).minor
        new = ledger.Pending(due, expires, amount, order.id, rule, self._revision)
        same = old is not None and (old.due, old.expires) == (due, expires)
        more = amount - (old.amount if old is not None and same else 0)
        if more > 0:
            self._credit(evolve(new, amount=more))
        if old is None or (same and more >= 0):
            return new, None
        return new, (old, -more if same else old.amount)

    def _credit(self, earned: Pending) -> None:
        """
        Credit what is *earned*, or have it wait until it's due; late credits are booked now, with the date that they
        would have had.
        """
        if earned.due > self.at:
            self.account = ledger.awaiting(self.account, earned)
        else:
            self._changed(
                ledger.credited(self.account, earned if earned.due == self.at else evolve(earned, due=self.at))
            )

    def _due(self, award: Award, order: Order, completed: int) -> int:
        """
        Give when *award* of *order*, *completed* at a moment, is credited: a delay counts from its end where that's
        told, and what was due before the completion is due then (S2).
        """
        if award.delay is None:
            return completed
        start = completed if order.ends_at is None else micros(order.ends_at)
        return max(after(self._program, award.delay, start), completed)

    def earn(self, award: Award, *, order: Order, rule: str) -> Pending:
        """Credit *award* of *rule*, or, if it's delayed, have it wait; say when it's due and when it expires."""
        due = self._due(award, order, self.at)
        amount = award.points.with_digits(self._program.digits).minor
        earned = ledger.Pending(due, expiry_of(self._program, due), amount, order.id, rule, self._revision)
        self._credit(earned)
        return earned

    def earn_and_spend(self, award: Award, spent: int, *, order_id: str, rule: str) -> Pending:
        """Credit *award* of *rule*, of which *spent* units pay for the order that it was given with."""
        amount = award.points.with_digits(self._program.digits).minor
        earned = ledger.Pending(self.at, expiry_of(self._program, self.at), amount, order_id, rule, self._revision)
        self._changed(ledger.credited_and_spent(self.account, earned, spent))
        return earned

    def give_back(self, placed: PlacedOrder, then: Refunded, by_now: Refunded) -> tuple[Decision, ...]:
        """
        Give back what was spent on *placed*, for what is refunded *by now* and wasn't *then*: last lots first.

        But before these come lots of the dates of its own awards, since what of them has expired is counted as taken
        back: so many small refunds come to one big one, whatever has expired by then.
        """
        spent, dates = spent_of(placed), {award.expires for who, award in placed.awards if who == self.id}
        lots = tuple(sorted(placed.captured, key=lambda lot: lot[0] in dates))
        return self.return_lots(evolve(placed, captured=lots), spent - by_now.of(spent), spent - then.of(spent))

    def return_lots(self, placed: PlacedOrder, first: int, last: int) -> tuple[Decision, ...]:
        """Give back what was spent on *placed* between its *first* and its *last* point."""
        lots = ledger.taken(ledger.taken(placed.captured, last)[0], first)[1]
        if not lots:
            return ()
        changed = ledger.given_back(
            self.account, lots, order=placed.order.id, grace=self._grace, revision=self._revision
        )
        self._changed(changed)
        gone = -sum([posting.amount for posting in changed[1] if posting.kind == ledger.EXPIRED])
        back, expired = points_of(last - first - gone, self._program.digits), points_of(gone, self._program.digits)
        effects = (Return(self.id, back),) if back else ()
        reasons = (Reason("returned_after_expiry", points=expired),) if expired else ()
        return (Decision("redemption", effects, reasons),)

    def claw_back(self, award: Pending, amount: int, *, owing: bool) -> Decision:
        """Take *amount* of *award* back; say what of it is owed, or forgiven."""
        clawed, digits = ledger.clawed_back(self.account, award, amount, owing=owing), self._program.digits
        self._changed((clawed.account, clawed.postings))
        reasons = (Reason("forgiven", points=points_of(clawed.forgiven, digits)),) if clawed.forgiven else ()
        lost = points_of(amount - clawed.forgiven, digits)
        effects = (Clawback(self.id, lost, points_of(clawed.owed, digits)),) if lost else ()
        return Decision(award.rule, effects, reasons)

    def unsell(
        self, placed: PlacedOrder, sold: int, paid: int, *, whole: bool = False, status: VisitStatus | None = None
    ) -> Received:
        """
        Take so much off what was *sold* and *paid* for *placed*; where it's the *whole* order, that, too.

        *status* says how it has just ended, where nobody came. Give by which days the rest was paid, where that's
        counted. Of an order whose history was cleared, nothing is left to be taken off.
        """
        if placed.cleared != self.member.cleared:
            self.judge(status)
            return ()
        if whole:
            self.member = without_order(self.member, placed.order, placed.visited)
        left, back = paid_back(placed.received, paid)
        days = self._without(placed, back, sold, whole=whole) if self._counts_days else ()
        before = self.member
        self.member = evolve(before, sold=before.sold - sold, paid=before.paid - paid, days=days)
        self.judge(status)
        return left

    def _without(self, placed: PlacedOrder, back: Received, sold: int, *, whole: bool) -> tuple[Day, ...]:
        """Give the days behind the member without what *placed* was sold for, and what of its payments went *back*."""
        days = self.member.days
        for ordinal, amount in back:
            days = without_day(days, ordinal, paid=amount)
        if placed.day is None:
            return days
        return without_day(days, placed.day, sold=sold, visits=int(whole and placed.order.visit))

    def pay(self, placed: PlacedOrder, received: int) -> Received:
        """
        Note that so much was *received* for *placed*; give by which days it was paid, where that's counted. Where its
        history was cleared, this is no part of what lies behind the member.
        """
        if self.history_of(placed) != self.member.cleared:
            return placed.received
        before, days, rows = self.member, self.member.days, placed.received
        if self._counts_days:
            today = self._programs.day_of(self.at)
            days, rows = with_day(days, today, paid=received), paid_on(rows, today, received)
        self.member = evolve(before, paid=before.paid + received, days=days)
        self.judge()
        return rows

    def history_of(self, placed: PlacedOrder) -> int:
        """Give into which history of the member, counted by its clearings, *placed* goes, or has gone already."""
        is_part = placed.paid or placed.completed_at is not None
        return placed.cleared if is_part else self.member.cleared

    def take_over(self, placed: PlacedOrder) -> Received:
        """Take what was paid for *placed* over into a history that was begun since; give by which days it was paid."""
        if self.history_of(placed) == self.member.cleared:
            return placed.received
        return self.pay(evolve(placed, paid=0, received=()), placed.paid)

    def visit(self, order: Order, sold: int, *, at: int, inactive_at: int) -> int | None:
        """
        Put *order* behind the member, completed *at* a moment of its own: what it was *sold* for, and that it was a
        visit. Give the local day on which it counts, where that's kept.
        """
        self.account = self.account.with_(inactive_at=inactive_at)
        self.member = with_order(self.member, order, sold, at)
        day = None
        if self._counts_days:
            came = self.member.last_visit if order.visit else None
            day = self._programs.day_of(at if came is None else came)
            days = with_day(self.member.days, day, sold=sold, visits=int(order.visit))
            self.member = evolve(self.member, days=days)
        self.judge("came" if order.visit else None)
        return day

    def judge(self, status: VisitStatus | None = None) -> None:
        """Judge levels and categories by the program in force; *status* says how an order has just ended (Y7)."""
        if self._programs.have_levels:
            from loyaltykit.operations.judged import judged  # noqa: PLC0415 - most programs have no tiers

            self.member = judged(self._in_force, self.member, self.at, status=status)

    def give_level(self, ladder: str, level: str | None, *, until: int) -> None:
        """Give a level of a *ladder* by hand, *until* a moment; None takes back what was given so."""
        from loyaltykit.documents.level_held import LevelHeld  # noqa: PLC0415 - that's rare

        held = self.member.levels.get(ladder, LevelHeld(level=None, since=self.at))
        levels = {**self.member.levels, ladder: evolve(held, given=level, until=NEVER if level is None else until)}
        self.member = evolve(self.member, levels=levels)
        self.judge()

    @property
    def levels(self) -> dict[str, str]:
        """The names of the levels that the member has, by their ladders."""
        return {ladder: held.level for ladder, held in self.member.levels.items() if held.level is not None}

    @property
    def _in_force(self) -> Program:
        """The program in force at the moment that the member is brought to, whatever the order was placed under."""
        return self._programs.at_or_first(from_micros(self.at))

    @property
    def _counts_days(self) -> bool:
        """Whether a ladder counts over a rolling period, so that days are kept."""
        return self._programs.have_levels and any(tier.over is not None for tier in self._in_force.tier)

    def adjust(self, points: Points, adjustment_id: str) -> tuple[Points, tuple[Reason, ...]]:
        """Credit *points*, or take them where they're below zero, as far as there are any; give what was done."""
        asked, digits = points.with_digits(self._program.digits).minor, self._program.digits
        amount = max(asked, -self.account.balance)
        self._changed(
            ledger.adjusted(self.account, amount, expires=expiry_of(self._program, self.at), by=adjustment_id)
        )
        if amount == asked:
            return points_of(amount, digits), ()
        reason = Reason("limited_by_balance", balance=points_of(-amount, digits), requested=points_of(-asked, digits))
        return points_of(amount, digits), (reason,)

    def buy(self, points: Points, card_id: str, offer: str) -> None:
        """Spend *points* on a gift card that is bought by the *offer* of that name (S3)."""
        from loyaltykit.ledger.card import bought  # noqa: PLC0415 - most members buy none

        self._changed(bought(self.account, points.minor, by=card_id, rule=offer))

    def open_with(self, opening: OpeningMember, program: Program) -> None:
        """Carry *opening* over, for a member of whom nothing is known."""
        lots = [
            (NEVER if expires is None else micros(expires), points.with_digits(program.digits).minor)
            for points, expires in opening.lots
        ]
        left = NEVER if opening.last_order is None else inactivity_of(program, micros(opening.last_order))
        self._changed(ledger.opened_with(self.account, lots, inactive_at=left))
        self._changed(ledger.brought_to(self.account, self.at, grace=self._grace))
        sold, paid = (0 if money is None else money.minor for money in (opening.sold, opening.paid))
        last_visit = opening.last_visit or (opening.last_order if opening.visits else None)
        self.member = Member(
            self.account,
            dict.fromkeys(opening.channels, 1),
            opening.visits,
            sold,
            paid,
            sales=opening.sales,
            last_visit=None if last_visit is None else min(micros(last_visit), self.at),
            categories=opening.categories,
            consent=None if opening.consent is None else (opening.consent, self.at),
        )
        self.judge()
        for tier, level, until in opening.levels:
            self.give_level(tier, level, until=NEVER if until is None else micros(until))

    def tells(self, kind: str) -> NoticeSettings | None:
        """Give the settings of that *kind* of notice, where the member is to be told; else None (S7)."""
        setting = self._in_force.notice_of(kind) if self._programs.have_notices else None
        return setting if setting is not None and (self.member.agreed or not setting.needs_consent) else None

    def notify(self, kind: str, *, moment: int | None = None, note: str | None = None, **figures: Any) -> None:
        """
        Have the member told a notice of that *kind*, where they're to be told; it's written with their document (S7).

        It's of *moment*, of now if left out; *note* is the adjustment whose description is one of its figures.
        """
        if self.tells(kind) is not None:
            from loyaltykit.documents.notice import StoredNotice  # noqa: PLC0415 - most programs tell nothing
            from loyaltykit.notice import Notice  # noqa: PLC0415

            told = Notice(kind, **figures).figures
            at, code = self.at if moment is None else moment, self.member.code
            self._notices.append(StoredNotice(kind=kind, at=at, figures=told, note=note, code=code))

    def forget(self, book: Book) -> None:
        """Empty the document: what the member had, held or owed goes to the program's account ``forgotten``."""
        self._changed((ledger.Account(), ledger.forgotten(self.account)))
        self.member = Member()
        self.write_into(book, empty=True)

    def _changed(self, changed: ledger.Changed) -> None:
        self.account, postings = changed
        self.postings += postings

    def _prune(self) -> None:
        """Forget what expired so long ago that no refund can ask for it any more."""
        if self.account.unspent:
            unspent = tuple([each for each in self.account.unspent if each[1] >= self.at - LONGEST])
            self.account = self.account.with_(unspent=tuple(sorted(unspent, key=_gone)[-FIGURES:]))

    def write_into(self, book: Book, *, empty: bool = False) -> None:
        """Write the document, its postings, and the moment at which something is due next, where that has moved."""
        self._prune()
        if not empty and (self._programs.have_notices or next_moment(self.member) <= self.at):
            self._tell(book)
        before = self.member
        after_all = evolve(before, account=self.account, life=self.life)
        book.write(self.key, self.version, None if empty else encode(after_all))
        for posting in self.postings:
            book.post(self.key, posting, posting.revision or self._programs.revision_at(posting.at))
        moment = min(self.account.next_moment, next_moment(self.member))
        if moment != self._was_due:
            book.due(self.key, moment)

    def _tell(self, book: Book) -> None:
        """Write what there is to tell the member."""
        from loyaltykit.operations.tell import gather  # noqa: PLC0415 - most programs tell nothing

        gather(self._programs, self)
        for notice in self._notices:
            book.tell(self.id, notice)


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


def sweep(programs: Programs, member: OpenMember) -> Operation[bool]:
    """Book what time has done to *member* so far; say whether that was done, or another had done it first."""
    book = Book(programs, "due", member.id, str(member.version), asked={})
    member.write_into(book)
    committed = yield Commit(book.change(NOTHING_MORE))
    return not committed.replayed


NOTHING_MORE: Final = as_json({"v": 1})
"""The result of an operation whose caller needs no answer."""
