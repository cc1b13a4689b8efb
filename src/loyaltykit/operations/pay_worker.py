"""What a completed order brings its worker: surcharges, and a step towards a bonus. Rows G1, G2, G3, G4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from loyaltykit.operations.open_worker import SURCHARGE, bonuses_run, open_worker
from loyaltykit.operations.requests import Load

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.decision import Decision  # noqa: TC004 - attrs doesn't resolve annotations
    from loyaltykit.operations.book import Book
    from loyaltykit.operations.open_order import OpenOrder
    from loyaltykit.operations.open_worker import OpenWorker
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.waterfall.breakdown import Breakdown


@frozen
class Paid:
    """
    What an order brought its worker: the *credits* and where it's *counted*, as its document keeps them; *decisions*.

    Examples:
        >>> Paid().credits
        ()
    """

    credits: tuple[tuple[str, str, str, int], ...] = ()
    counted: tuple[str, str, int, int] | None = None
    decisions: tuple[Decision, ...] = ()


def pay_worker(
    opened: OpenOrder, book: Book, breakdown: Breakdown, *, placed_at: datetime, at: datetime
) -> Operation[Paid]:
    """Credit the surcharges of *breakdown*, and count the order, completed *at* a moment, for the worker's bonus."""
    order, programs = opened.order, opened.programs
    credits_now = credits_of(breakdown)
    if order.worker is None or not (credits_now or bonuses_run(programs)):
        return Paid()
    worker = yield from loaded(programs, order.worker, opened.at)
    revision = programs.revision_of(opened.program)
    for _, kind, rule, minor in credits_now:
        worker.credit(kind, order.id, rule, minor, revision)
    decisions, counted = yield from worker.count(order, placed_at=placed_at, at=at)
    if credits_now or counted is not None or worker.postings:
        worker.write_into(book)
    return Paid(credits_now, None if counted is None else (worker.id, *counted), decisions)


def credits_of(breakdown: Breakdown) -> tuple[tuple[str, str, str, int], ...]:
    """Give the credits of *breakdown* as an order's document keeps them: (worker, account, rule, minor units)."""
    return tuple(
        [
            (credit.member, SURCHARGE, decision.rule, credit.money.minor)
            for decision in breakdown.decisions
            for credit in decision.credits
        ]
    )


def loaded(programs: Programs, worker_id: str, at: int) -> Operation[OpenWorker]:
    """Load and open the document of a worker, brought to *at*."""
    key = programs.key("worker", worker_id)
    return (yield from open_worker(programs, worker_id, (yield Load((key,)))[key], at))
