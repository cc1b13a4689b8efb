"""What postings of points come to, by month, member, branch, service, rule or revision. Rows S5, R11, B10."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Final

from attrs import frozen

from loyaltykit.errors import InvalidValue
from loyaltykit.ledger.account import ADJUSTED, EXPIRED, FORGOTTEN, ISSUED, OPENING, REDEEMED
from loyaltykit.ledger.card import CARD_BOUGHT
from loyaltykit.reports.points import STAGES, wanted_points
from loyaltykit.reports.reading import summed, whole
from loyaltykit.reports.report import Report
from loyaltykit.settings.kind import hint_for, shown
from loyaltykit.values.points import Points, points_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.reports.points import Only, PointsRow, Wanted
    from loyaltykit.reports.reading import Sums

BY: Final = ("month", "member", "branch", "service", "rule", "revision")
"""What postings may be summed up by."""

SIGNS: Final = {
    "issued": 1,
    "clawed_back": -1,
    "redeemed": -1,
    "expired": -1,
    "adjusted": 1,
    "carried_over": 1,
    "forgotten": -1,
}
"""The figures, and whether each adds to what members have or takes from it."""

_FIGURES: Final = {
    REDEEMED: "redeemed",
    CARD_BOUGHT: "redeemed",
    EXPIRED: "expired",
    ADJUSTED: "adjusted",
    OPENING: "carried_over",
    FORGOTTEN: "forgotten",
}
"""The figure of each kind of posting, but for what is issued or clawed back."""


@frozen(kw_only=True)
class PointsSums:
    """
    What the *postings* came to that have the same *about*: a month, a member, a branch and so on, None for none.

    *issued* is what rules gave, *clawed_back* what refunds and corrections took of it again; *redeemed* what was spent,
    on gift cards, too, less what was given back, *expired* what nobody spent in time, *adjusted* what was given by
    hand, less what was taken, *carried_over* what members had brought along, *forgotten* what was given up with them.
    *change* is what all that did to the balances.

    Examples:
        >>> from loyaltykit import Points, PointsSums
        >>> nothing = dict.fromkeys(("clawed_back", "expired", "adjusted", "carried_over", "forgotten"), Points(0))
        >>> given = {"issued": Points(41), "redeemed": Points(1), "change": Points(40)}
        >>> PointsSums(about="2026-03", postings=2, **given, **nothing).change
        Points(40)
    """

    about: str | None
    postings: int
    issued: Points
    clawed_back: Points
    redeemed: Points
    expired: Points
    adjusted: Points
    carried_over: Points
    forgotten: Points
    change: Points


def point_sums(
    programs: Programs,
    only: Only,
    *,
    at: datetime,
    start: datetime | None = None,
    end: datetime | None = None,
    by: str = "month",
) -> Operation[Report[PointsSums]]:
    """Report what postings come to, *by* one thing or another, in its order, those of none last."""
    if by not in BY:
        message = f"postings can't be summed up by {shown(by)}: {hint_for(by, BY)}"
        raise InvalidValue(message, value=by)
    yield from programs.begun()
    sums = yield from all_sums(programs, wanted_points(only, at=at, start=start, end=end), by)
    found = sorted({about for about, _ in sums}, key=lambda about: (about is None, about or ""))
    rows = [_row(about, sums, programs.worth.digits) for about in found]
    total = _row(None, whole(sums, None), programs.worth.digits)
    return Report(f"Points by {by}", PointsSums, tuple(rows), total)


def all_sums(programs: Programs, wanted: Wanted, by: str) -> Operation[Sums]:
    """Sum up the postings that are *wanted*, booked or not, *by* one thing, and by figure."""
    sums: Sums = Counter()
    for stage in STAGES:
        sums.update((yield from summed(partial(stage, programs, wanted), partial(_summed, by=by))))
    return sums


def _summed(rows: Iterable[PointsRow], by: str) -> Sums:
    sums: Sums = Counter()
    for row in rows:
        about = f"{row.at.year:04}-{row.at.month:02}" if by == "month" else getattr(row, by)
        figure = _figure_of(row)
        sums[about, figure] += SIGNS[figure] * row.points.minor
        sums[about, "postings"] += 1
    return sums


def _figure_of(row: PointsRow) -> str:
    if row.kind == ISSUED:
        return "issued" if row.points.minor > 0 else "clawed_back"
    return _FIGURES[row.kind]


def change_of(sums: Sums, about: str | None) -> int:
    """
    Give what the *sums* of *about* did to the balances, in units.

    Examples:
        >>> change_of(Counter({("2026-03", "issued"): 41, ("2026-03", "expired"): 1}), "2026-03")
        40
    """
    return sum([sign * sums[about, figure] for figure, sign in SIGNS.items()])


def _row(about: str | None, sums: Sums, digits: int) -> PointsSums:
    return PointsSums(
        about=about,
        postings=sums[about, "postings"],
        change=points_of(change_of(sums, about), digits),
        **{figure: points_of(sums[about, figure], digits) for figure in SIGNS},
    )
