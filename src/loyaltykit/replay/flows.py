"""What became of points, by month: issued, redeemed, expired, and the liability that is left. Rows B4, B10, G8."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from attrs import frozen

from loyaltykit.ledger.account import EXPIRED, ISSUED, REDEEMED
from loyaltykit.ledger.cursor import entry_cursor
from loyaltykit.replay.costs import percent_text
from loyaltykit.values.money import Money
from loyaltykit.values.points import Points, points_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime  # noqa: TC004 - attrs doesn't resolve annotations

    from loyaltykit.ledger.entry import Entry
    from loyaltykit.ledger.repository import Reader
    from loyaltykit.operations.programs import Programs

KINDS: Final = (ISSUED, REDEEMED, EXPIRED)
"""The accounts of a program: together they come to what it owes its members, with the sign turned."""

PAGE: Final = 50_000
"""Entries, or members with something due, that are read at a time."""

_Cell: TypeAlias = list[int]
"""Smallest units issued, redeemed and expired."""

Span: TypeAlias = "tuple[datetime, datetime]"
"""The moments of the first and the last order."""

MICROSECOND = timedelta(microseconds=1)


@frozen
class Flow:
    """
    The points *issued*, *redeemed* and *expired* in a period; the *liability* at its end: what members have, and its
    *worth*.

    Examples:
        >>> from loyaltykit import Money, Points
        >>> Flow(Points(100), Points(30), Points(20), Points(50), Money("0.50", "USD")).breakage
        Fraction(1, 5)
    """

    issued: Points
    redeemed: Points
    expired: Points
    liability: Points
    worth: Money

    @property
    def breakage(self) -> Fraction | None:
        """The points expired unspent as a share of those issued, exact; None where none were."""
        return Fraction(self.expired.minor, self.issued.minor) if self.issued else None

    def to_dict(self) -> dict[str, Any]:
        """Give the figures as JSON holds them, amounts as text."""
        return {
            "issued": str(self.issued),
            "redeemed": str(self.redeemed),
            "expired": str(self.expired),
            "liability": str(self.liability),
            "liability_worth": str(self.worth.amount),
        }


@frozen
class Life:
    """
    What became of all points by the moment *until*, that of the last order: in *total*, by year and by month.

    *redeem* is what members were taken to spend: ``"all"`` that they may, on every order, or ``"none"``. Months are
    those of the program's zone, and none is left out; the last one goes up to *until*.

    Examples:
        >>> from loyaltykit import Money, Points
        >>> march = Flow(Points(100), Points(30), Points(20), Points(50), Money("0.50", "USD"))
        >>> Life("all", None, march, {"2026": march}, {"2026-03": march}).to_dict()["total"]["breakage_percent"]
        '20.00'
    """

    redeem: str
    until: datetime | None
    total: Flow
    by_year: dict[str, Flow]
    by_month: dict[str, Flow]

    def to_dict(self) -> dict[str, Any]:
        """Give the figures as JSON holds them."""
        return {
            "redeem": self.redeem,
            "until": self.until and self.until.isoformat(),
            "total": self.total.to_dict() | {"breakage_percent": percent_text(self.total.breakage)},
            "by_year": {year: flow.to_dict() for year, flow in self.by_year.items()},
            "by_month": {month: flow.to_dict() for month, flow in self.by_month.items()},
        }


def read_life(reader: Reader, programs: Programs, *, redeem: str, span: Span | None) -> Life:
    """
    Sum up the entries of *programs* that *reader* has up to and with the last moment of *span*, page by page.

    Months begin with that of the first entry or of the first moment, whichever is earlier; without a span there's none.
    """
    cells: defaultdict[str, _Cell] = defaultdict(lambda: [0, 0, 0])
    if span is not None:
        for moment in span:
            cells[_month(moment, programs)] = [0, 0, 0]
        for place, kind in enumerate(KINDS):
            for entry in entries_before(reader, programs.key(kind), span[1] + MICROSECOND):
                cells[_month(entry.at, programs)][place] += -entry.amount if kind == ISSUED else entry.amount
    by_month, by_year, left = {}, {}, 0
    yearly: defaultdict[str, _Cell] = defaultdict(lambda: [0, 0, 0])
    for month in _all_months(sorted(cells)):
        cell, year = cells[month], yearly[month[:4]]
        year[:] = map(sum, zip(year, cell, strict=True))
        left += cell[0] - cell[1] - cell[2]
        by_month[month] = _flow(programs, cell, left)
        by_year[month[:4]] = _flow(programs, year, left)
    total = [sum(figures) for figures in zip([0, 0, 0], *cells.values(), strict=True)]
    return Life(redeem, span[1] if span else None, _flow(programs, total, left), by_year, by_month)


def entries_before(reader: Reader, account: str, end: datetime) -> Iterator[Entry]:
    """Give the entries of *account* before *end*, never more than a page of them held at once."""
    after: str | None = None
    while True:
        page = reader.entries(account=account, start=None, end=end, after=after, limit=PAGE)
        yield from page
        if len(page) < PAGE:
            return
        after = entry_cursor(page[-1])


def _month(moment: datetime, programs: Programs) -> str:
    local = moment.astimezone(programs.zone)
    return f"{local.year}-{local.month:02}"


def _all_months(months: list[str]) -> list[str]:
    """Give the months from the first to the last of *months*, those between them too."""
    if not months:
        return []
    first, last = ([int(part) for part in month.split("-")] for month in (months[0], months[-1]))
    counts = range(first[0] * 12 + first[1] - 1, last[0] * 12 + last[1])
    return [f"{count // 12}-{count % 12 + 1:02}" for count in counts]


def _flow(programs: Programs, cell: _Cell, left: int) -> Flow:
    digits = programs.worth.digits
    issued, redeemed, expired, liability = (points_of(minor, digits) for minor in (*cell, left))
    return Flow(issued, redeemed, expired, liability, programs.worth.worth(liability))
