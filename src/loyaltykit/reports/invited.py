"""Who was brought, by whom and by which code, and what came of it. Row T7."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from loyaltykit.reports.reading import whole
from loyaltykit.reports.referral_sums import Brought, referral_sums
from loyaltykit.reports.report import Report
from loyaltykit.values.money import Money
from loyaltykit.values.points import Points, points_of

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.reports.reading import Sums
    from loyaltykit.values.point_value import PointValue


@frozen(kw_only=True)
class InvitedRow:
    """
    What came of a *member* whom a *referrer* brought by a *code*, None for members who were carried over.

    *orders* are those that they completed, but for those that are refunded wholly, and *turnover* what was charged for
    them and not refunded. *referrer_points* are what the referrer got for that by invitations and splits,
    *referee_points* what the member got by the invitation, as they were booked.

    Examples:
        >>> from loyaltykit import InvitedRow, Money, Points
        >>> row = InvitedRow(
        ...     member="m1", referrer="m7", code="D48M", orders=1, turnover=Money(412, "RUB"),
        ...     referrer_points=Points(50), referee_points=Points(100),
        ... )
        >>> row.referrer
        'm7'
    """

    member: str | None
    referrer: str | None
    code: str | None
    orders: int
    turnover: Money
    referrer_points: Points
    referee_points: Points


def invited(
    programs: Programs, *, at: datetime, start: datetime | None = None, end: datetime | None = None
) -> Operation[Report[InvitedRow]]:
    """Report each member who was brought, by referrer, code and member."""
    sums = yield from referral_sums(programs, _itself, at=at, start=start, end=end)
    found = {brought for (brought, _), units in sums.items() if units}
    ranked = sorted(found, key=lambda brought: (brought.referrer, brought.code or "", brought.member))
    rows = [_row(brought, sums, programs.worth) for brought in ranked]
    return Report("Invited members", InvitedRow, tuple(rows), _row(None, whole(sums, None), programs.worth), names=3)


def _itself(brought: Brought) -> Brought:
    return brought


def _row(brought: Brought | None, sums: Sums, worth: PointValue) -> InvitedRow:
    return InvitedRow(
        member=None if brought is None else brought.member,
        referrer=None if brought is None else brought.referrer,
        code=None if brought is None else brought.code,
        orders=sums[brought, "orders"],
        turnover=Money.from_minor(sums[brought, "turnover"], worth.currency),
        referrer_points=points_of(sums[brought, "referrer_points"], worth.digits),
        referee_points=points_of(sums[brought, "referee_points"], worth.digits),
    )
