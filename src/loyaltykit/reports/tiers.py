"""How many members have each level of each ladder, who came to it in a period, and whose ends soon. Rows Y1, Y2, Y3."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Final

from attrs import frozen

from loyaltykit.errors import InvalidValue
from loyaltykit.reports.held_levels import held_levels_page
from loyaltykit.reports.reading import summed, within
from loyaltykit.reports.report import Report

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.program.program import Program
    from loyaltykit.reports.held_levels import Held
    from loyaltykit.reports.reading import Sums, Within

DAY: Final = 86_400_000_000
"""Microseconds of a day."""


@frozen(kw_only=True)
class TierRow:
    """
    How many *members* have a *level* of the ladder called *tier*; None stands for those who have none any more.

    In the period *risen* came to it from below, or had none, and *fallen* from above; *ending* are those who lose it by
    time alone within the days ahead, unless they do something for it before.

    Examples:
        >>> from loyaltykit import TierRow
        >>> TierRow(tier="regulars", level="silver", members=30, risen=4, fallen=1, ending=2).members
        30
    """

    tier: str
    level: str | None
    members: int
    risen: int
    fallen: int
    ending: int


def tiers(
    programs: Programs, *, at: datetime, start: datetime | None = None, end: datetime | None = None, ahead: int = 30
) -> Operation[Report[TierRow]]:
    """Report members by ladder and level, from the lowest; whoever never had a level isn't among them."""
    if type(ahead) is not int or ahead < 0:
        message = f"levels end within a whole number of days ahead, 0 at least: not {ahead!r}"
        raise InvalidValue(message, value=ahead)
    bounds, program = within(at, start, end), programs.at_or_first(at)
    count = partial(_counted, program=program, bounds=bounds, ending_by=bounds.at + ahead * DAY)
    sums = yield from summed(partial(held_levels_page, programs, bounds.at), count)
    own = [(tier.name, level) for tier in program.tier for level in (*[each.called for each in tier.levels], None)]
    others = sorted({about for about, _ in sums} - set(own), key=lambda about: (about[0], about[1] is None, about[1]))
    rows = [_row(tier, level, sums) for tier, level in (*own, *others)]
    return Report("Tiers", TierRow, tuple(rows), names=2)


def _counted(page: Iterable[Held], *, program: Program, bounds: Within, ending_by: int) -> Sums:
    sums: Sums = Counter()
    for each in page:
        about = each.tier, each.held.level
        moved = each.step(program) if bounds.holds(each.held.since) else 0
        sums[about, "members"] += 1
        sums[about, "risen"] += moved > 0
        sums[about, "fallen"] += moved < 0
        sums[about, "ending"] += each.held.ends_at <= ending_by
    return sums


def _row(tier: str, level: str | None, sums: Sums) -> TierRow:
    figures = {name: sums[(tier, level), name] for name in ("members", "risen", "fallen", "ending")}
    return TierRow(tier=tier, level=level, **figures)
