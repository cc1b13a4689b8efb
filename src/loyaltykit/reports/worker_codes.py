"""Whom a worker's promo code brought, and what came of it. Row G11."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from attrs import frozen

from loyaltykit.reports.promos import figure_of, promo_roles
from loyaltykit.reports.reading import (
    discount_of,
    is_done,
    orders_page,
    points_page,
    summed,
    turnover_of,
    whole,
    within,
)
from loyaltykit.reports.report import Report
from loyaltykit.values.money import Money
from loyaltykit.values.points import Points, points_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from loyaltykit.documents.order import PlacedOrder
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.reports.reading import Booked, Sums
    from loyaltykit.values.point_value import PointValue

About: TypeAlias = tuple[str | None, ...]
"""Worker, code, promo and customer."""


@frozen(kw_only=True)
class WorkerCodeRow:
    """
    What a *worker*'s *code* of a *promo* brought by one *customer*: the *orders* that were completed with it.

    Orders that are refunded wholly don't count. *turnover* is what was charged for them, *discount* what came off their
    prices, both less what was refunded; *points* are those of the customer by the promo, *worker_points* those of the
    worker, as they were booked.

    Examples:
        >>> from loyaltykit import Money, Points, WorkerCodeRow
        >>> row = WorkerCodeRow(
        ...     worker="w7", code="W7KQ", promo="drivers", customer="m1", orders=1, turnover=Money(412, "RUB"),
        ...     discount=Money(0, "RUB"), points=Points(100), worker_points=Points(50),
        ... )
        >>> row.customer
        'm1'
    """

    worker: str | None
    code: str | None
    promo: str | None
    customer: str | None
    orders: int
    turnover: Money
    discount: Money
    points: Points
    worker_points: Points


def worker_codes(
    programs: Programs, *, at: datetime, start: datetime | None = None, end: datetime | None = None
) -> Operation[Report[WorkerCodeRow]]:
    """Report whom workers' codes brought, by worker, code, promo and customer."""
    bounds = within(at, start, end)
    yield from programs.begun()
    sums = yield from summed(partial(orders_page, programs, bounds), _counted)
    sums.update((yield from summed(partial(points_page, programs, bounds, promo_roles), _credited)))
    return _report(sums, programs.worth)


def _about(placed: PlacedOrder) -> About | None:
    """Give what row *placed* belongs to; None where it has no worker's code."""
    held = placed.promo
    return None if held is None or held.worker is None else (held.worker, held.code, held.promo, placed.order.customer)


def _counted(orders: Iterable[PlacedOrder]) -> Sums:
    """Sum up those of *orders* that were completed with a worker's code."""
    sums: Sums = Counter()
    for placed in orders:
        about = _about(placed)
        if about is not None:
            sums[about, "orders"] += is_done(placed)
            sums[about, "turnover"] += turnover_of(placed)
            sums[about, "discount"] += discount_of(placed)
    return sums


def _credited(page: Iterable[Booked]) -> Sums:
    """Sum up the points that were *booked* for orders with a worker's code."""
    sums: Sums = Counter()
    for booked in page:
        about = _about(booked.placed)
        if about is not None:
            sums[about, figure_of(booked)] += booked.amount
    return sums


def _report(sums: Sums, worth: PointValue) -> Report[WorkerCodeRow]:
    found = sorted({about for (about, _), units in sums.items() if units})
    rows = [_row(about, sums, worth) for about in found]
    return Report("Workers' codes", WorkerCodeRow, tuple(rows), _row(NOBODY, whole(sums, NOBODY), worth), names=4)


NOBODY = (None, None, None, None)
"""What the total is about."""


def _row(about: About, sums: Sums, worth: PointValue) -> WorkerCodeRow:
    worker, code, promo, customer = about
    return WorkerCodeRow(
        worker=worker,
        code=code,
        promo=promo,
        customer=customer,
        orders=sums[about, "orders"],
        turnover=Money.from_minor(sums[about, "turnover"], worth.currency),
        discount=Money.from_minor(sums[about, "discount"], worth.currency),
        points=points_of(sums[about, "points"], worth.digits),
        worker_points=points_of(sums[about, "worker_points"], worth.digits),
    )
