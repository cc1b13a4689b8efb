"""What members may still spend, month by month, and how it came to that: issued, redeemed, expired. Row B10."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from loyaltykit.ledger.cursor import from_micros
from loyaltykit.reports.point_sums import SIGNS, all_sums, change_of
from loyaltykit.reports.points import MICROSECOND, wanted_points
from loyaltykit.reports.reading import whole, within
from loyaltykit.reports.report import Report
from loyaltykit.values.moment import in_zone
from loyaltykit.values.money import Money
from loyaltykit.values.points import Points, points_of

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.reports.reading import Sums
    from loyaltykit.values.point_value import PointValue


@frozen(kw_only=True)
class LiabilityRow:
    """
    What a *month* of the program's time zone did to all that members have, and what they have at its end.

    *issued* is what rules gave, *clawed_back* what refunds and corrections took of it again; *redeemed* what was spent,
    on gift cards, too, less what was given back, *expired* what nobody spent in time, *adjusted* what was given by
    hand, less what was taken, *carried_over* what members had brought along, *forgotten* what was given up with them.
    *liability* is what members have at the month's end, held points included, less what they owe, and *worth* that in
    money. *breakage* is the percentage, of all points issued by then and not clawed back, or carried over, that have
    expired; None where there were none.

    Examples:
        >>> from decimal import Decimal
        >>> from loyaltykit import LiabilityRow, Money, Points
        >>> nothing = dict.fromkeys(("clawed_back", "redeemed", "adjusted", "carried_over", "forgotten"), Points(0))
        >>> left = {"liability": Points(30), "worth": Money(30, "RUB"), "breakage": Decimal("25.00")}
        >>> LiabilityRow(month="2026-03", issued=Points(40), expired=Points(10), **nothing, **left).breakage
        Decimal('25.00')
    """

    month: str | None
    issued: Points
    clawed_back: Points
    redeemed: Points
    expired: Points
    adjusted: Points
    carried_over: Points
    forgotten: Points
    liability: Points
    worth: Money
    breakage: Decimal | None


GIVEN: Final = {"issued": 1, "clawed_back": -1, "carried_over": 1}
"""The figures of what was given, of which breakage is a share, and whether each adds to it."""


def liability(
    programs: Programs, *, at: datetime, start: datetime | None = None, end: datetime | None = None
) -> Operation[Report[LiabilityRow]]:
    """
    Report each month from that of the first posting, or of *start*, to that of *at*, or of *end*, by the entries.

    The last month is told up to that moment. What time has done counts, whether or not it's booked yet.
    """
    bounds = within(at, start, end)
    wanted = wanted_points({}, at=at, end=end)
    yield from programs.begun()
    sums = yield from all_sums(programs, wanted, "month")
    known = sorted({month for month, _ in sums})
    months = months_between(known[0], month_of(wanted.until - MICROSECOND, programs.zone)) if known else []
    rows, so_far = [], Counter[tuple[Any, Any]]()
    for month in months:
        so_far.update({(None, figure): sums[month, figure] for figure in SIGNS})
        rows.append(_row(month, sums, month, so_far, programs.worth))
    first = "" if bounds.start is None else month_of(from_micros(bounds.start), programs.zone)
    shown = [row for row in rows if (row.month or "") >= first]
    told = whole(Counter({key: units for key, units in sums.items() if key[0] >= first}), None)
    return Report("Liability", LiabilityRow, tuple(shown), _row(None, told, None, so_far, programs.worth))


def month_of(moment: datetime, zone: tzinfo) -> str:
    """
    Give the month of *moment* by the clocks of *zone*.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from zoneinfo import ZoneInfo
        >>> month_of(datetime(2026, 3, 31, 22, tzinfo=timezone.utc), ZoneInfo("Europe/Moscow"))
        '2026-04'
    """
    local = in_zone(moment, zone)
    return f"{local.year:04}-{local.month:02}"


def months_between(first: str, last: str) -> list[str]:
    """
    Give the months from the *first* to the *last*, both included.

    Examples:
        >>> months_between("2026-11", "2027-01")
        ['2026-11', '2026-12', '2027-01']
    """
    numbers = [int(year) * 12 + int(month) - 1 for year, month in (first.split("-"), last.split("-"))]
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(numbers[0], numbers[1] + 1)]


def _row(month: str | None, sums: Sums, about: str | None, so_far: Sums, worth: PointValue) -> LiabilityRow:
    """Give the row of a *month* by its *sums*, and by what was summed up *so far*, both of them in units."""
    left = points_of(change_of(so_far, None), worth.digits)
    return LiabilityRow(
        month=month,
        liability=left,
        worth=worth.worth(left),
        breakage=_percent(so_far[None, "expired"], sum([sign * so_far[None, name] for name, sign in GIVEN.items()])),
        **{figure: points_of(sums[about, figure], worth.digits) for figure in SIGNS},
    )


def _percent(part: int, of: int) -> Decimal | None:
    """Give *part* as a percentage, with two decimals; None where there's nothing to divide."""
    return Decimal((part * 20_000 + of) // (2 * of)).scaleb(-2) if of > 0 else None
