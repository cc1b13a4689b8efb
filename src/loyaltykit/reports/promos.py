"""What each promo came to: uses, discounts, points, turnover, and what is left of its budget. Rows G10, B9."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from attrs import frozen

from loyaltykit.documents.promo_use import decode
from loyaltykit.ledger.cursor import micros
from loyaltykit.reports.reading import (
    discount_of,
    loaded,
    orders_page,
    points_page,
    summed,
    turnover_of,
    whole,
    within,
)
from loyaltykit.reports.report import Report
from loyaltykit.rules.promo import left_of
from loyaltykit.values.money import Money
from loyaltykit.values.points import Points, points_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from loyaltykit.documents.order import PlacedOrder
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.program.program import Program
    from loyaltykit.reports.reading import Booked, Sums
    from loyaltykit.rules.promo import Promo
    from loyaltykit.values.point_value import PointValue


@frozen(kw_only=True)
class PromoRow:
    """
    What a *promo* came to over its *uses*, which stay uses when an order is refunded.

    *turnover* is what was charged for these orders, *discount* what came off their prices, both less what was refunded.
    *points* are those of customers, *worker_points* those of the workers whose codes they were, as they were booked.
    *budget* is the promo's, *left* what orders have neither taken of it nor reserved; both are None where it has none.

    Examples:
        >>> from loyaltykit import Money, Points, PromoRow
        >>> rub = [Money(sum, "RUB") for sum in ("370.80", "41.20", 500, "458.80")]
        >>> row = PromoRow(
        ...     promo="summer", uses=1, turnover=rub[0], discount=rub[1],
        ...     points=Points(0), worker_points=Points(0), budget=rub[2], left=rub[3],
        ... )
        >>> row.budget - row.left
        Money('41.20', 'RUB')
    """

    promo: str | None
    uses: int
    turnover: Money
    discount: Money
    points: Points
    worker_points: Points
    budget: Money | None = None
    left: Money | None = None


def promos(
    programs: Programs, *, at: datetime, start: datetime | None = None, end: datetime | None = None
) -> Operation[Report[PromoRow]]:
    """Report the promos in force, in the order of the file, and then, by name, others that orders have used."""
    bounds = within(at, start, end)
    yield from programs.begun()
    program = programs.at(at)
    sums = yield from summed(partial(orders_page, programs, bounds), _counted)
    sums.update((yield from summed(partial(points_page, programs, bounds, promo_roles), _credited)))
    limited = {promo.name: promo for promo in program.promo if promo.budget is not None}
    used = yield from loaded(programs, "promo", limited)
    budgets = {name: _budget(limited[name], programs.key("promo", name), body, at) for name, body in used.items()}
    return _report(program, sums, budgets)


def promo_roles(program: Program) -> Mapping[str, str]:
    """Name the promo rules of *program*; no rule of another kind has the name of one."""
    return {promo.label: "promo" for promo in program.promo}


def _budget(promo: Promo, key: str, body: str | None, at: datetime) -> dict[str, Money]:
    """Give the budget of *promo*, and what is left of it *at* a moment."""
    assert promo.budget is not None  # noqa: S101 - these alone are asked for
    spent = decode(key, body).at(micros(at)).taken[1]
    return {"budget": promo.budget, "left": left_of(promo.budget, promo.budget.with_minor(spent))}


def _counted(orders: Iterable[PlacedOrder]) -> Sums:
    """Sum up those of *orders* that used a promo code."""
    sums: Sums = Counter()
    for placed in orders:
        if placed.promo is not None:
            name = placed.promo.promo
            sums[name, "uses"] += 1
            sums[name, "turnover"] += turnover_of(placed)
            sums[name, "discount"] += discount_of(placed)
    return sums


def _credited(page: Iterable[Booked]) -> Sums:
    """Sum up the points that were *booked* for the use of a promo code."""
    sums: Sums = Counter()
    for booked in page:
        sums[booked.rule, figure_of(booked)] += booked.amount
    return sums


def figure_of(booked: Booked) -> str:
    """Name the figure that *booked* points belong to: the customer's, or those of the worker whose code it was."""
    return "points" if booked.member == booked.placed.order.customer else "worker_points"


def _report(program: Program, sums: Sums, budgets: Mapping[str, dict[str, Money]]) -> Report[PromoRow]:
    names = [promo.name for promo in program.promo]
    others = sorted({name for name, _ in sums} - set(names))
    rows = [_row(name, sums, name, program.worth, budgets.get(name, {})) for name in (*names, *others)]
    return Report("Promos", PromoRow, tuple(rows), _row(None, whole(sums, None), None, program.worth, {}))


def _row(name: str | None, sums: Sums, about: object, worth: PointValue, budget: Mapping[str, Money]) -> PromoRow:
    return PromoRow(
        promo=name,
        uses=sums[about, "uses"],
        turnover=Money.from_minor(sums[about, "turnover"], worth.currency),
        discount=Money.from_minor(sums[about, "discount"], worth.currency),
        points=points_of(sums[about, "points"], worth.digits),
        worker_points=points_of(sums[about, "worker_points"], worth.digits),
        **budget,
    )
