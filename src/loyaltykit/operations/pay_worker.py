"""What a completed order brings its worker: surcharges, and a step towards a bonus. Rows G1, G2, G3, G4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve, frozen

from loyaltykit.decision import Decision
from loyaltykit.effects import Credit
from loyaltykit.ledger.cursor import from_micros
from loyaltykit.operations.requests import Load
from loyaltykit.operations.stands import refunded_of

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.documents.order import PlacedOrder
    from loyaltykit.facts.order import Order
    from loyaltykit.operations.book import Book
    from loyaltykit.operations.open_order import OpenOrder
    from loyaltykit.operations.open_worker import CountedIn, OpenWorker
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.program.program import Program
    from loyaltykit.waterfall.breakdown import Breakdown


@frozen
class Paid:
    """
    What an order brought its worker: *credits*, where it's *counted*, the worker's *life*, as its document keeps them;
    and the *decisions*.

    Examples:
        >>> Paid().credits
        ()
    """

    credits: tuple[tuple[str, str, str, int], ...] = ()
    counted: tuple[str, str, int, int] | None = None
    life: int = 0
    decisions: tuple[Decision, ...] = ()


def pay_worker(
    opened: OpenOrder, book: Book, breakdown: Breakdown, *, placed_at: datetime, at: datetime
) -> Operation[Paid]:
    """Credit the surcharges of *breakdown*, and count the order, completed *at* a moment, for the worker's bonus."""
    order, programs = opened.order, opened.programs
    credits_now = credits_of(breakdown)
    if order.worker is None or not (credits_now or programs.have_bonuses):
        return Paid()
    worker = yield from loaded(programs, order.worker, opened.at)
    revision = programs.revision_of(opened.program)
    for _, kind, rule, minor in credits_now:
        worker.credit(kind, order.id, rule, minor, revision)
    decisions, counted = yield from worker.count(order, placed_at=placed_at, at=at)
    if credits_now or counted is not None or worker.postings:
        worker.write_into(book)
    return Paid(credits_now, _row(worker.id, counted), worker.life, decisions)


def take_back(
    programs: Programs, program: Program, book: Book, before: PlacedOrder, now: PlacedOrder
) -> Operation[tuple[Decision, ...]]:
    """
    Take back what the worker got for an order, in proportion to what is refunded *now* and wasn't *before*; a bonus
    counts it no more once all is. Only where *program* says so: else workers keep what they were paid.
    """
    worker_id = before.order.worker
    if worker_id is None or program.worker_on_refund == "keep" or not (before.credits or before.counted):
        return ()
    worker = yield from loaded(programs, worker_id, now.as_of)
    if worker.life != before.worker_life:
        return ()
    then, by_now = refunded_of(before), refunded_of(now)
    decisions = []
    for _, kind, rule, minor in before.credits:
        back = by_now.of(minor) - then.of(minor)
        if back:
            worker.take_back(kind, before.order.id, rule, back, before.revision)
            decisions.append(Decision(rule, (Credit(worker_id, worker.money(-back)),)))
    if now.status == "refunded" and before.counted is not None:
        decisions.append(worker.uncount(_counted(before.counted), before.order.id))
    worker.write_into(book)
    return tuple(decisions)


def correct_worker(opened: OpenOrder, book: Book, breakdown: Breakdown, before: PlacedOrder) -> Operation[Paid]:
    """Post what *before*, a completed order, brings a worker now, less what it brought one before."""
    order, programs, now = opened.order, opened.programs, credits_of(breakdown)
    concerned = {worker_id for worker_id, *_ in (*before.credits, *now)}
    recounts = programs.have_bonuses and evolve(order, price=None) != evolve(before.order, price=None)
    if recounts:
        concerned |= {each for each in (order.worker, before.order.worker) if each is not None}
    workers = {}
    for worker_id in sorted(concerned):
        worker = yield from loaded(programs, worker_id, opened.at)
        if worker_id != before.order.worker or worker.life == before.worker_life:  # who was forgotten is somebody else
            workers[worker_id] = worker
    for rows, sign in ((before.credits, -1), (now, 1)):
        for worker_id, kind, rule, minor in rows:
            if worker_id in workers:
                workers[worker_id].credit(kind, order.id, rule, sign * minor, before.revision)
    counted, decisions = before.counted, _NOTHING
    if recounts:
        counted, decisions = yield from _recounted(workers, order, before)
    for worker in workers.values():
        worker.write_into(book)
    life = workers[order.worker].life if order.worker in workers else before.worker_life
    return Paid(now, counted, life, decisions)


_NOTHING: tuple[Decision, ...] = ()


def _row(worker_id: str, counted: CountedIn | None) -> tuple[str, str, int, int] | None:
    """Give where an order of a worker counts as its document keeps it."""
    return None if counted is None else (worker_id, counted.rule, counted.start, counted.life)


def _counted(row: tuple[str, str, int, int]) -> CountedIn:
    """Give where an order counts, as its document keeps it."""
    from loyaltykit.operations.open_worker import CountedIn  # noqa: PLC0415 - most programs have no bonuses

    _, rule, start, life = row
    return CountedIn(rule, start, life)


def _recounted(
    workers: dict[str, OpenWorker], order: Order, before: PlacedOrder
) -> Operation[tuple[tuple[str, str, int, int] | None, tuple[Decision, ...]]]:
    """Have *order* count for the bonus of its worker as it's told now, and no more as it was told *before*."""
    decisions, placed_at = _NOTHING, from_micros(before.placed_at)
    if before.counted is not None and before.counted[0] in workers:
        worker, counted_before = workers[before.counted[0]], _counted(before.counted)
        if order.worker == worker.id and worker.counts_still(counted_before, order, placed_at=placed_at):
            return before.counted, decisions
        decisions = (worker.uncount(counted_before, order.id),)
    if order.worker not in workers:
        return None, decisions
    at = from_micros(before.completed_at or before.placed_at)
    told, counted = yield from workers[order.worker].count(order, placed_at=placed_at, at=at)
    return _row(order.worker, counted), decisions + told


def credits_of(breakdown: Breakdown) -> tuple[tuple[str, str, str, int], ...]:
    """Give the credits of *breakdown* as an order's document keeps them: (worker, account, rule, minor units)."""
    return tuple(
        [
            (credit.member, "surcharge", decision.rule, credit.money.minor)
            for decision in breakdown.decisions
            for credit in decision.credits
        ]
    )


def loaded(programs: Programs, worker_id: str, at: int) -> Operation[OpenWorker]:
    """Load and open the document of a worker, brought to *at*."""
    from loyaltykit.operations.open_worker import open_worker  # noqa: PLC0415 - most programs pay no workers

    key = programs.key("worker", worker_id)
    return (yield from open_worker(programs, worker_id, (yield Load((key,)))[key], at))
