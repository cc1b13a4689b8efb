"""How far each worker is with each bonus. Row G1."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from attrs import frozen

from loyaltykit.ledger.account import NEVER
from loyaltykit.ledger.cursor import from_micros, micros
from loyaltykit.operations.open_worker import open_worker
from loyaltykit.operations.requests import Look, ReadKeys
from loyaltykit.reports.reading import PAGE
from loyaltykit.reports.report import Report
from loyaltykit.values.moment import in_zone, instant
from loyaltykit.values.money import Money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyaltykit.documents.worker import BonusPeriod
    from loyaltykit.operations.open_worker import OpenWorker
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.rules.worker_bonus import WorkerBonus


@frozen(kw_only=True)
class WorkerBonusRow:
    """
    How far a *worker* is in the running period of a bonus, the *rule*, from *start* up to *end*: so many *orders*.

    Moments are in the program's time zone, *end* is None where the calendar ends before. *reached* is what is paid at
    the end if nothing more comes, *next_orders* the next step of the ladder and *next_sum* what that pays, None behind
    the last. In the total are orders and what's reached.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Money, WorkerBonusRow
        >>> start, end = (datetime(2026, 3, day, tzinfo=timezone.utc) for day in (1, 8))
        >>> row = WorkerBonusRow(
        ...     worker="w7", rule="weekly", start=start, end=end, orders=12,
        ...     reached=Money(0, "RUB"), next_orders=50, next_sum=Money(500, "RUB"),
        ... )
        >>> row.next_orders - row.orders
        38
    """

    worker: str | None
    rule: str | None
    start: datetime | None
    end: datetime | None
    orders: int
    reached: Money
    next_orders: int | None
    next_sum: Money | None


def worker_bonuses(programs: Programs, *, at: datetime) -> Operation[Report[WorkerBonusRow]]:
    """Report the bonus periods that run *at* a moment, by worker and rule, with the orders that are stored by now."""
    moment = micros(instant(at, "at"))
    yield from programs.begun()
    prefix = programs.prefix("worker")
    rows: list[WorkerBonusRow] = []
    after: str | None = None
    while keys := (yield ReadKeys(prefix=prefix, after=after, limit=PAGE)):
        found = yield Look(tuple(keys))
        for key in keys:
            worker = yield from open_worker(programs, json.loads(key)[-1], found[key], moment)
            running = [(bonus, period) for bonus, period in worker.running if period.start <= moment]
            rows += [_row(worker, bonus, period, programs) for bonus, period in running]
        after = keys[-1]
    return _report(rows, Money.from_minor(0, programs.worth.currency))


def _row(worker: OpenWorker, bonus: WorkerBonus, period: BonusPeriod, programs: Programs) -> WorkerBonusRow:
    step = bonus.next_step(period.orders)
    return WorkerBonusRow(
        worker=worker.id,
        rule=bonus.label,
        start=in_zone(from_micros(period.start), programs.zone),
        end=None if period.end == NEVER else in_zone(from_micros(period.end), programs.zone),
        orders=period.orders,
        reached=bonus.sum_for(period.orders) or worker.money(0),
        next_orders=None if step is None else step.orders,
        next_sum=None if step is None else step.sum,
    )


def _report(rows: Sequence[WorkerBonusRow], nothing: Money) -> Report[WorkerBonusRow]:
    total = WorkerBonusRow(
        worker=None,
        rule=None,
        start=None,
        end=None,
        orders=sum([row.orders for row in rows]),
        reached=sum([row.reached for row in rows], start=nothing),
        next_orders=None,
        next_sum=None,
    )
    return Report("Worker bonuses", WorkerBonusRow, tuple(rows), total, names=4)
