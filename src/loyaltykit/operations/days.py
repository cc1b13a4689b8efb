"""
Local days that lie behind a member, for ladders that count over a rolling period, and on which of them an order was
paid. Rows Y1, Y8.

Pure: rows go in and come out. A day is its ordinal; what isn't kept any more can't be taken back, and needn't be.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from loyaltykit.documents.member import Day

Received: TypeAlias = tuple[tuple[int, int], ...]
"""What was paid for an order on each day, by their ordinals, in minor units."""


def with_day(days: tuple[Day, ...], ordinal: int, *, sold: int = 0, paid: int = 0, visits: int = 0) -> tuple[Day, ...]:
    """
    Give *days*, which are in their order, with so much more on one of them.

    Examples:
        >>> with_day(with_day((), 7, sold=500, visits=1), 7, sold=400)
        ((7, 900, 0, 1),)
    """
    first, after = bisect_left(days, (ordinal,)), bisect_left(days, (ordinal + 1,))
    _, *had = days[first] if first < after else (ordinal, 0, 0, 0)
    sums = had[0] + sold, had[1] + paid, had[2] + visits
    return days[:first] + (((ordinal, *sums),) if any(sums) else ()) + days[after:]


def without_day(
    days: tuple[Day, ...], ordinal: int, *, sold: int = 0, paid: int = 0, visits: int = 0
) -> tuple[Day, ...]:
    """
    Give *days* with so much less on one of them, but never less than nothing: what isn't kept any more stays away.

    Examples:
        >>> without_day(((7, 900, 0, 1),), 7, sold=400), without_day((), 7, sold=400)
        (((7, 500, 0, 1),), ())
    """
    had = next((sums for day, *sums in days if day == ordinal), (0, 0, 0))
    return with_day(days, ordinal, sold=-min(sold, had[0]), paid=-min(paid, had[1]), visits=-min(visits, had[2]))


def from_day(days: tuple[Day, ...], first: int) -> tuple[Day, ...]:
    """
    Give those of *days* from the *first* on.

    Examples:
        >>> from_day(((6, 500, 0, 1), (7, 900, 0, 1)), 7)
        ((7, 900, 0, 1),)
    """
    return tuple([day for day in days if day[0] >= first])


def paid_on(received: Received, ordinal: int, amount: int) -> Received:
    """
    Give what was *received* for an order, with *amount* more on a day.

    Examples:
        >>> paid_on(((7, 500),), 7, 400)
        ((7, 900),)
    """
    kept = dict(received)
    return tuple(sorted({**kept, ordinal: kept.get(ordinal, 0) + amount}.items()))


def paid_back(received: Received, amount: int) -> tuple[Received, Received]:
    """
    Give what is left of what was *received* once *amount* of it went back, the last first; and what went back by day.

    Examples:
        >>> paid_back(((6, 500), (7, 900)), 1_000)
        (((6, 400),), ((7, 900), (6, 100)))
    """
    left, back = [], []
    for ordinal, paid in reversed(received):
        part = min(paid, amount)
        amount -= part
        left.append((ordinal, paid - part))
        back.append((ordinal, part))
    return tuple([row for row in reversed(left) if row[1]]), tuple([row for row in back if row[1]])
