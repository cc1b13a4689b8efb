"""A worker's document in the hands of an operation: brought up to its moment, changed, and written once. Row G1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from attrs import evolve

from loyaltykit.decision import Decision
from loyaltykit.documents.worker import Worker, decode, encode
from loyaltykit.effects import Credit
from loyaltykit.ledger.account import FORGOTTEN, NEVER, Posting
from loyaltykit.ledger.cursor import from_micros, micros
from loyaltykit.operations.bonus_periods import bonus_called, first_period, following
from loyaltykit.reason import Reason
from loyaltykit.values.moment import in_zone
from loyaltykit.values.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from loyaltykit.documents.worker import BonusPeriod
    from loyaltykit.facts.order import Order
    from loyaltykit.ledger.repository import Versioned
    from loyaltykit.operations.book import Book
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.program.program import Program
    from loyaltykit.rules.worker_bonus import WorkerBonus

SURCHARGE: Final = "surcharge"
WORKER_BONUS: Final = "worker_bonus"
PAYOUT: Final = "payout"

LONGEST: Final = 367 * 86_400_000_000
"""Microseconds after which the last period of a bonus that goes on no more is closed."""


class CountedIn(NamedTuple):
    """
    Where an order counts for a worker bonus: the *rule*'s label, the *start* of the period, and the worker's *life*.

    Examples:
        >>> CountedIn("weekly", 3, 0).rule
        'weekly'
    """

    rule: str
    start: int
    life: int


class OpenWorker:
    """
    The worker called *worker_id* as *stored*, brought to the later of *at* and the moment they were last judged at.

    Periods of bonuses that have ended by then are paid, each at its end. What is done gathers postings, and
    `write_into` hands all of it to the operation's book. *revisions* are those that the document names.
    """

    def __init__(
        self, programs: Programs, worker_id: str, stored: Versioned, at: int, revisions: Mapping[str, Program]
    ) -> None:
        self.id = worker_id
        self.key = programs.key("worker", worker_id)
        self.version = stored.version
        self._programs = programs
        self._revisions = dict(revisions)
        before = decode(self.key, stored.body)
        self.known = stored.body is not None
        self.life = before.life if self.known else stored.version
        self.balance = before.balance
        self.bonuses = dict(before.bonuses)
        self.postings: list[Posting] = []
        self._before = before
        self._was_due = self.next_moment
        self.at = max(at, before.as_of)
        for label in before.bonuses:
            self._pass_time(label)

    @property
    def is_due(self) -> bool:
        """Whether a bonus was due to be paid by then."""
        return self._was_due <= self.at

    @property
    def next_moment(self) -> int:
        """When the next bonus is paid, by time alone; `NEVER` where no running period has come to one yet."""
        running = [(periods[-1], label) for label, periods in self.bonuses.items()]
        return min([each.end for each, label in running if each.paid is None and self._sum(each, label)], default=NEVER)

    @property
    def running(self) -> Iterator[tuple[WorkerBonus, BonusPeriod]]:
        """The periods that run, each with its rule."""
        for label, periods in self.bonuses.items():
            if periods[-1].paid is None:
                yield self._rule(periods[-1], label), periods[-1]

    def money(self, minor: int) -> Money:
        """Give *minor* units of the program's currency."""
        return Money.from_minor(minor, self._programs.worth.currency)

    def credit(self, kind: str, order_id: str, rule: str, minor: int, revision: str) -> None:
        """Credit *minor* units for an order by a *rule* of *revision*; the program's account *kind* gives them."""
        self._post(Posting(self.at, kind, minor, order_id, rule, revision))

    def take_back(self, kind: str, order_id: str, rule: str, minor: int, revision: str) -> None:
        """
        Take *minor* units back that were credited for an order: the balance may go below zero.

        Of whoever was forgotten since, and isn't known any more, nothing is taken.
        """
        if self.known:
            self.credit(kind, order_id, rule, -minor, revision)

    def pay_out(self, minor: int, payout_id: str) -> None:
        """Take *minor* units that are paid to the worker."""
        self._post(Posting(self.at, PAYOUT, -minor, by=payout_id))

    def count(
        self, order: Order, *, placed_at: datetime, at: datetime
    ) -> Operation[tuple[tuple[Decision, ...], CountedIn | None]]:
        """
        Count *order*, placed at one moment and told to be completed *at* another, for the bonus whose scope it matches.

        Give what was decided, and where it counts: what `uncount` asks for. It counts in the period that it falls in,
        by the rule that this began with; where that's closed already, in the latest.
        """
        told = micros(at)
        program = self._programs.at_or_first(at)
        if not program.runs_in(order.branch):
            return (), None
        bonus, reasons = self._answering(program, order, placed_at, told)
        if bonus is None:
            return ((Decision(WORKER_BONUS, (), reasons),) if reasons else ()), None
        if self._begins_anew(bonus.label, told):
            yield from self._programs.published(program)
            self._begin(program, bonus, told)
        place, late = self._place(bonus.label, told)
        decision, counted = self._counted(bonus.label, place, 1, order.id)
        self._pass_time(bonus.label)
        decision = Decision(decision.rule, decision.effects, late + decision.reasons)
        return (decision,), counted

    def counts_still(self, counted: CountedIn, order: Order, *, placed_at: datetime) -> bool:
        """Say whether *order*, told anew, counts where it *counted*: by its rule's scope, or since that's closed."""
        periods = [each for each in self.bonuses.get(counted.rule, ()) if each.start == counted.start]
        if counted.life != self.life or not periods:
            return True
        zone = self._revisions[periods[0].revision].zone_of(order.branch)
        return self._rule(periods[0], counted.rule).outside(order, placed_at, zone) is None

    def uncount(self, counted: CountedIn, order_id: str) -> Decision:
        """Count an order no more where it *counted*; a period that has paid takes back what that makes less."""
        label = counted.rule
        starts = [period.start for period in self.bonuses.get(label, ())]
        if counted.life != self.life or counted.start not in starts:
            return Decision(label, (), (Reason("bonus_closed", start=self._local(counted.start)),))
        return self._counted(label, starts.index(counted.start), -1, order_id)[0]

    def forget(self, book: Book) -> None:
        """Empty the document: what the worker had, or owed, goes to the program's account ``forgotten``."""
        self._post(Posting(self.at, FORGOTTEN, -self.balance))
        self.bonuses = {}
        self.write_into(book, empty=True)

    def write_into(self, book: Book, *, empty: bool = False) -> None:
        """Write the document, its postings, and the moment at which something is due next, where that has moved."""
        after_all = Worker(self.at, self.balance, self.bonuses, self.life)
        book.write(self.key, self.version, None if empty else encode(after_all))
        for posting in netted(self.postings):
            revision = posting.revision or self._programs.revision_at(posting.at)
            book.post(self.key, posting, revision, unit=self._programs.worth.currency.code)
        if self.next_moment != self._was_due:
            book.due(self.key, self.next_moment)

    def _post(self, posting: Posting) -> None:
        self.balance += posting.amount
        self.postings.append(posting)

    def _rule(self, period: BonusPeriod, label: str) -> WorkerBonus:
        bonus = bonus_called(label, self._revisions[period.revision])
        assert bonus is not None  # noqa: S101 - the period began with it
        return bonus

    def _sum(self, period: BonusPeriod, label: str) -> int:
        earned = self._rule(period, label).sum_for(period.orders)
        return 0 if earned is None else earned.minor

    def _pass_time(self, label: str) -> None:
        """Pay the latest period of a bonus if it has ended by now, and go on to the one that runs."""
        latest = self.bonuses[label][-1]
        if latest.end > self.at:
            return
        if latest.paid is not None:
            if latest.end < self.at - LONGEST:
                del self.bonuses[label]
            return
        earned = self._sum(latest, label)
        if earned:
            moment = max(latest.end, self._before.as_of)
            self._post(Posting(moment, WORKER_BONUS, earned, rule=label, revision=latest.revision))
        ended = evolve(latest, paid=earned)
        self.bonuses[label] = following(self._programs, self._rule(latest, label), ended, self.at)

    def _answering(
        self, program: Program, order: Order, placed_at: datetime, told: int
    ) -> tuple[WorkerBonus | None, tuple[Reason, ...]]:
        """Give the first bonus whose scope *order* matches, each as the period that it falls in began with it."""
        as_begun = {
            label: self._rule(period, label)
            for label, periods in self.bonuses.items()
            for period in periods
            if period.covers(told)
        }
        in_force = {bonus.label: bonus for bonus in program.worker_bonus}
        reasons = []
        for bonus in (in_force | as_begun).values():
            reason = bonus.outside(order, placed_at, program.zone_of(order.branch))
            if reason is None:
                return bonus, ()
            reasons.append(reason)
        return None, tuple(reasons)

    def _begins_anew(self, label: str, told: int) -> bool:
        periods = self.bonuses.get(label)
        return not periods or (periods[-1].paid is not None and told >= periods[-1].end)

    def _begin(self, program: Program, bonus: WorkerBonus, told: int) -> None:
        revision = self._programs.revision_of(program)
        self._revisions[revision] = program
        begun = first_period(self._programs, bonus, revision, told)
        self.bonuses[bonus.label] = (*self.bonuses.get(bonus.label, ())[-1:], begun)

    def _place(self, label: str, told: int) -> tuple[int, tuple[Reason, ...]]:
        """Give which of the open periods an order counts in: where its moment falls, or else, late, the latest."""
        periods = self.bonuses[label]
        for place, period in enumerate(periods):
            if period.covers(told):
                return place, ()
        late = Reason("counted_late", moment=self._local(told), start=self._local(periods[-1].start))
        return len(periods) - 1, (late,)

    def _counted(self, label: str, place: int, more: int, order_id: str) -> tuple[Decision, CountedIn]:
        """Have *more* orders count in the open period at *place*; one that has paid pays the difference now."""
        periods = list(self.bonuses[label])
        before = periods[place]
        period = evolve(before, orders=before.orders + more)
        effects: tuple[Credit, ...] = ()
        if before.paid is not None:
            difference = self._sum(period, label) - before.paid
            period = evolve(period, paid=before.paid + difference)
            if difference:
                effects = (Credit(self.id, self.money(difference)),)
                self.credit(WORKER_BONUS, order_id, label, difference, period.revision)
        periods[place] = period
        self.bonuses[label] = tuple(periods)
        ahead = Reason("bonus_ahead", orders=period.orders, end=self._local(period.end))
        return Decision(label, effects, (ahead,)), CountedIn(label, period.start, self.life)

    def _local(self, moment: int) -> datetime | None:
        return None if moment == NEVER else in_zone(from_micros(moment), self._programs.zone)


def netted(postings: list[Posting]) -> list[Posting]:
    """
    Give *postings* with those that differ in their amount alone as one, and without those that come to nothing.

    Examples:
        >>> netted([Posting(3, "worker_bonus", 500), Posting(3, "worker_bonus", -500), Posting(3, "payout", -7)])
        [Posting(at=3, kind='payout', amount=-7, order=None, rule=None, revision=None, by=None)]
    """
    sums: dict[Posting, int] = {}
    for posting in postings:
        alike = evolve(posting, amount=0)
        sums[alike] = sums.get(alike, 0) + posting.amount
    return [evolve(alike, amount=amount) for alike, amount in sums.items() if amount]


def open_worker(programs: Programs, worker_id: str, stored: Versioned, at: int) -> Operation[OpenWorker]:
    """Open the document of *worker_id* as it was *stored*, with the revisions by which their periods began."""
    document = decode(programs.key("worker", worker_id), stored.body)
    revisions: dict[str, Program] = {}
    for periods in document.bonuses.values():
        for period in periods:
            if period.revision not in revisions:
                revisions[period.revision] = yield from programs.by_id(period.revision)
    return OpenWorker(programs, worker_id, stored, at, revisions)
