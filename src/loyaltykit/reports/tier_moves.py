"""Who moved on which ladder in a period: the level that they have, and the one before it. Rows Y1, Y2, Y3."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from attrs import frozen

from loyaltykit.ledger.cursor import from_micros
from loyaltykit.reports.held_levels import held_levels_page
from loyaltykit.reports.reading import gathered, within
from loyaltykit.reports.report import Report
from loyaltykit.values.moment import in_zone

if TYPE_CHECKING:
    from datetime import datetime  # noqa: TC004 - attrs doesn't resolve annotations

    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation


@frozen(kw_only=True)
class TierMove:
    """
    That a *member* has had a *level* of the ladder called *tier* since *at*, and another *before*; None for none.

    The moment is in the program's time zone. Of several moves the last is known.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import TierMove
        >>> at = datetime(2026, 3, 1, tzinfo=timezone.utc)
        >>> TierMove(at=at, member="m1", tier="regulars", before="bronze", level="silver").level
        'silver'
    """

    at: datetime
    member: str
    tier: str
    before: str | None
    level: str | None


def tier_moves(
    programs: Programs, *, at: datetime, start: datetime | None = None, end: datetime | None = None
) -> Operation[Report[TierMove]]:
    """Report who moved from *start* up to *end*, by moment, member and ladder."""
    bounds = within(at, start, end)
    held = yield from gathered(
        partial(held_levels_page, programs, bounds.at), lambda each: bounds.holds(each.held.since)
    )
    held.sort(key=lambda each: (each.held.since, each.member, each.tier))
    rows = [
        TierMove(
            at=in_zone(from_micros(each.held.since), programs.zone),
            member=each.member,
            tier=each.tier,
            before=each.held.before,
            level=each.held.level,
        )
        for each in held
    ]
    return Report("Tier moves", TierMove, tuple(rows), names=5)
