"""How well referrals worked: by whom and by which code, with what effect. Row T7."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from loyaltykit.reports.reading import whole
from loyaltykit.reports.referral_sums import referral_sums
from loyaltykit.reports.report import Report
from loyaltykit.values.money import Money
from loyaltykit.values.points import Points, points_of

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.reports.reading import Sums
    from loyaltykit.reports.referral_sums import Brought
    from loyaltykit.values.point_value import PointValue


@frozen(kw_only=True)
class ReferralRow:
    """
    What a *referrer* brought by a *code*, None for members who were carried over or set by the host.

    *invited* are the members who were brought, whenever that was, and aren't forgotten; *first_orders* their first
    completed orders, but for those that were placed below an invitation's minimum; *orders* all of them, but for those
    that are refunded wholly, and *turnover* what was charged for them and not refunded. *referrer_points* are what the
    referrer got by invitations and splits, *referee_points* what the invited got by their invitation, as they were
    booked.

    Examples:
        >>> from loyaltykit import Money, Points, ReferralRow
        >>> row = ReferralRow(
        ...     referrer="m7", code="D48M", invited=3, first_orders=1, orders=2, turnover=Money(824, "RUB"),
        ...     referrer_points=Points(50), referee_points=Points(100),
        ... )
        >>> row.invited - row.first_orders
        2
    """

    referrer: str | None
    code: str | None
    invited: int
    first_orders: int
    orders: int
    turnover: Money
    referrer_points: Points
    referee_points: Points


def referrals(
    programs: Programs, *, at: datetime, start: datetime | None = None, end: datetime | None = None
) -> Operation[Report[ReferralRow]]:
    """Report what was brought by each code: the largest turnover first, equal ones by referrer and code."""
    sums = yield from referral_sums(programs, _code_of, at=at, start=start, end=end)
    found = {about for (about, _), units in sums.items() if units}
    ranked = sorted(found, key=lambda about: (-sums[about, "turnover"], about[0], about[1] or ""))
    rows = [_row(about, sums, programs.worth) for about in ranked]
    return Report("Referrals", ReferralRow, tuple(rows), _row(ALL, whole(sums, ALL), programs.worth), names=2)


def _code_of(brought: Brought) -> tuple[str, str | None]:
    return brought.referrer, brought.code


ALL = (None, None)
"""What the total is about."""


def _row(about: tuple[str | None, str | None], sums: Sums, worth: PointValue) -> ReferralRow:
    referrer, code = about
    return ReferralRow(
        referrer=referrer,
        code=code,
        invited=sums[about, "invited"],
        first_orders=sums[about, "first_orders"],
        orders=sums[about, "orders"],
        turnover=Money.from_minor(sums[about, "turnover"], worth.currency),
        referrer_points=points_of(sums[about, "referrer_points"], worth.digits),
        referee_points=points_of(sums[about, "referee_points"], worth.digits),
    )
