"""View of a worker: the balance of money, and how far they are with each bonus. Row G1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from loyaltykit.ledger.account import NEVER
from loyaltykit.ledger.cursor import from_micros, micros
from loyaltykit.operations.open_worker import open_worker
from loyaltykit.operations.requests import Load
from loyaltykit.values.moment import instant
from loyaltykit.values.text import id_of

if TYPE_CHECKING:
    from datetime import datetime  # noqa: TC004 - attrs doesn't resolve annotations

    from loyaltykit.documents.worker import BonusPeriod
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.rules.worker_bonus import WorkerBonus
    from loyaltykit.values.money import Money  # noqa: TC004


@frozen(kw_only=True)
class BonusProgress:
    """
    How far a worker is in the running period of a bonus, from *start* up to *end*: so many *orders* completed.

    *rule* is the bonus' name. *reached* is what is paid at the end if nothing more comes, *next_sum* what is paid from
    *next_orders* on; None where there's no such step. *end* is None where the calendar ends before.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import BonusProgress, Money
        >>> start, end = (datetime(2026, 3, day, tzinfo=timezone.utc) for day in (1, 8))
        >>> progress = BonusProgress(
        ...     rule="weekly", start=start, end=end, orders=12,
        ...     reached=None, next_orders=50, next_sum=Money(500, "RUB"),
        ... )
        >>> progress.next_orders - progress.orders
        38
    """

    rule: str
    start: datetime
    end: datetime | None
    orders: int
    reached: Money | None
    next_orders: int | None
    next_sum: Money | None


@frozen
class WorkerView:
    """
    What *worker* has *at* a moment: the *balance* of money, and the progress of the *bonuses* whose period runs.

    The balance is what a payout can take; it's below zero where more was taken back than was left. Time counts by
    itself: what has been reached in periods that ended by then is in it, swept or not.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Loyalty, Program
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> raw = {"id": "city", "currency": "RUB", "point_value": 1, "time_zone": "Europe/Moscow"}
        >>> loyalty = Loyalty(Program.from_dict(raw), MemoryRepository())
        >>> loyalty.workers.view("w7", at=datetime(2026, 3, 1, tzinfo=timezone.utc)).bonuses
        ()
    """

    worker: str
    at: datetime
    balance: Money
    bonuses: tuple[BonusProgress, ...]


def view_worker(programs: Programs, worker_id: str, *, at: datetime) -> Operation[WorkerView]:
    """Give what the worker called *worker_id* has *at* that moment; nothing is written."""
    at = instant(at, "at")
    key = programs.key("worker", id_of("a worker", worker_id))
    yield from programs.begun()
    worker = yield from open_worker(programs, worker_id, (yield Load((key,)))[key], micros(at))
    bonuses = tuple([_progress(bonus, period) for bonus, period in worker.running])
    return WorkerView(worker_id, at, worker.money(worker.balance), bonuses)


def _progress(bonus: WorkerBonus, period: BonusPeriod) -> BonusProgress:
    step = bonus.next_step(period.orders)
    return BonusProgress(
        rule=bonus.label,
        start=from_micros(period.start),
        end=None if period.end == NEVER else from_micros(period.end),
        orders=period.orders,
        reached=bonus.sum_for(period.orders),
        next_orders=None if step is None else step.orders,
        next_sum=None if step is None else step.sum,
    )
