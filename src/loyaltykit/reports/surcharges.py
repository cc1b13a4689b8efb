"""Surcharges by the district of the pickup and by rule: how many orders, and what workers got. Rows G2, G3, G4."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from attrs import frozen

from loyaltykit.operations.open_worker import SURCHARGE
from loyaltykit.reports.reading import account_page, is_done, orders_page, summed, within
from loyaltykit.reports.report import Report
from loyaltykit.values.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from loyaltykit.documents.order import PlacedOrder
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.reports.reading import Booked, Sums
    from loyaltykit.values.currency import Currency


@frozen(kw_only=True)
class SurchargeRow:
    """
    What a *rule* gave workers for *orders* that began in a *district*, None for those that name none.

    Orders that are refunded wholly don't count. *money* is the sum of what was booked, less what was taken back: what
    workers keep of such orders is in it. An order that two kinds of rules answer for is in two rows, and once in the
    total.

    Examples:
        >>> from loyaltykit import Money, SurchargeRow
        >>> SurchargeRow(district="76", rule="centre", orders=1, money=Money(88, "RUB")).rule
        'centre'
    """

    district: str | None
    rule: str | None
    orders: int
    money: Money


def surcharges(
    programs: Programs, *, at: datetime, start: datetime | None = None, end: datetime | None = None
) -> Operation[Report[SurchargeRow]]:
    """Report surcharges, by district, those without one last, and by rule."""
    bounds = within(at, start, end)
    yield from programs.begun()
    sums = yield from summed(partial(orders_page, programs, bounds), _counted)
    sums.update((yield from summed(partial(account_page, programs, bounds, SURCHARGE), _credited)))
    return _report(sums, programs.worth.currency)


ALL = (None, None)
"""What the total is about."""


def _counted(orders: Iterable[PlacedOrder]) -> Sums:
    """Count those of *orders* that brought a surcharge."""
    sums: Sums = Counter()
    for placed in orders:
        rules = {rule for _, kind, rule, _ in placed.credits if kind == SURCHARGE}
        done = is_done(placed)
        for rule in rules:
            sums[(placed.order.district, rule), "orders"] += done
        sums[ALL, "orders"] += done and bool(rules)
    return sums


def _credited(page: Iterable[Booked]) -> Sums:
    """Sum up the money that was *booked*."""
    sums: Sums = Counter()
    for booked in page:
        for about in ((booked.placed.order.district, booked.rule), ALL):
            sums[about, "money"] += booked.amount
    return sums


def _report(sums: Sums, currency: Currency) -> Report[SurchargeRow]:
    def row(about: tuple[str | None, str | None]) -> SurchargeRow:
        district, rule = about
        money = Money.from_minor(sums[about, "money"], currency)
        return SurchargeRow(district=district, rule=rule, orders=sums[about, "orders"], money=money)

    found = {about for (about, _), units in sums.items() if units} - {ALL}
    rows = [row(about) for about in sorted(found, key=lambda about: (about[0] is None, about[0] or "", about[1]))]
    return Report("Surcharges by district", SurchargeRow, tuple(rows), row(ALL), names=2)
