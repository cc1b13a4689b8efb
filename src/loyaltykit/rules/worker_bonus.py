"""
Worker bonus: money for completing so many orders within a period. Row G1.

Periods follow each other from the worker's first order on, each *every* long, counted from that order and never
chained: monthly ones from 31 January end on 28 February, on 31 March and so on.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from loyaltykit.errors import InvalidValue
from loyaltykit.rules.scope import Rule
from loyaltykit.settings import field
from loyaltykit.settings.frozen import Settings, checked, settings
from loyaltykit.values.moment import in_zone, instant
from loyaltykit.values.money import Money
from loyaltykit.values.term import Term

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from loyaltykit.settings.here import Here

MOST_ORDERS: Final = 1_000_000
"""The most orders that a step may ask for."""

_DAY: Final = 86_400
_SHORTEST_MONTH: Final = 28 * _DAY
_SLACK: Final = 2 * _DAY
"""Seconds by which a zone's clock may have been moved between two moments, at most."""


@settings
class BonusStep(Settings):
    """
    One step of a worker bonus: *orders* completed within a period earn *sum*.

    Examples:
        >>> from loyaltykit import BonusStep, Money
        >>> BonusStep(orders=50, sum=Money(500, "RUB")).orders
        50
    """

    orders: int = field.whole("The completed orders that earn it.", minimum=1, maximum=MOST_ORDERS)
    sum: Money = field.money("What the worker is credited for them.")


@settings
class WorkerBonus(Rule):
    """
    Money for a worker who completes so many orders within a period: the highest step of the *ladder* reached (G1).

    Periods, each *every* long, are counted from the worker's first completed order on, by the clocks of the program's
    zone.

    Examples:
        >>> from loyaltykit import BonusStep, Money, Term, WorkerBonus
        >>> steps = BonusStep(orders=50, sum=Money(500, "RUB")), BonusStep(orders=100, sum=Money(1500, "RUB"))
        >>> WorkerBonus(name="weekly", every=Term("P7D"), ladder=steps).sum_for(120)
        Money('1500.00', 'RUB')
    """

    every: Term = field.term("How long a period is.")
    ladder: tuple[BonusStep, ...] = field.tables(
        BonusStep, "Sums by completed orders, both rising; the highest step reached is paid."
    )

    @checked("ladder")
    def _some_step(self, here: Here) -> None:
        if not self.ladder:
            here.at("ladder").problem("empty")

    @checked("ladder")
    def _ladder_rises(self, here: Here) -> None:
        for name in ("orders", "sum"):
            figures = [getattr(step, name, None) for step in self.ladder]
            for index, (before, figure) in enumerate(pairwise(figures), start=1):
                if before is not None and figure is not None and figure <= before:
                    here.at("ladder").item(index).at(name).problem("not_ascending", value=figure, before=before)

    def sum_for(self, orders: int) -> Money | None:
        """
        Give what *orders* completed within a period earn: the highest step that they reach; None below the first.

        Examples:
            >>> from loyaltykit import BonusStep, Money, Term, WorkerBonus
            >>> WorkerBonus(every=Term("P1D"), ladder=(BonusStep(orders=2, sum=Money(9, "RUB")),)).sum_for(1) is None
            True
        """
        reached = bisect_right(self.ladder, orders, key=lambda step: step.orders)
        return self.ladder[reached - 1].sum if reached else None

    def next_step(self, orders: int) -> BonusStep | None:
        """Give the lowest step that *orders* don't reach yet; None where they reach them all."""
        return next((step for step in self.ladder if step.orders > orders), None)


def period_start(every: Term, anchor: datetime, number: int, *, zone: tzinfo) -> datetime | None:
    """
    Give the start of the period *number*, from 0, of those that follow each other from *anchor* on, in UTC.

    It's the end of the one before. Days and months are counted by the clocks of *zone*. None past the calendar's end.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from zoneinfo import ZoneInfo
        >>> from loyaltykit import Term
        >>> first = datetime(2026, 1, 31, 9, tzinfo=timezone.utc)
        >>> moscow = ZoneInfo("Europe/Moscow")
        >>> [str(period_start(Term("P1M"), first, number, zone=moscow).date()) for number in range(3)]
        ['2026-01-31', '2026-02-28', '2026-03-31']
    """
    try:
        return instant(every.after(in_zone(anchor, zone), number))
    except InvalidValue:
        return None


def period_at(every: Term, anchor: datetime, moment: datetime, *, zone: tzinfo) -> int:
    """
    Give the number of the period that *moment*, at *anchor* or later, lies in: found at once, however many lie between.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from zoneinfo import ZoneInfo
        >>> from loyaltykit import Term
        >>> first = datetime(2026, 3, 1, 9, tzinfo=timezone.utc)
        >>> period_at(Term("PT1H"), first, first.replace(year=2036), zone=ZoneInfo("Europe/Moscow"))
        87672
    """
    shortest = every.months * _SHORTEST_MONTH + every.days * _DAY + every.seconds
    most = int(((moment - anchor).total_seconds() + _SLACK) // shortest) + 1

    def is_later(number: int) -> bool:
        start = period_start(every, anchor, number, zone=zone)
        return start is None or start > moment

    return bisect_right(range(1, most + 1), False, key=is_later)  # noqa: FBT003 - those before are no later
