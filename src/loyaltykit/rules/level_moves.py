"""
The levels of many members at once: rows of plain values in, an object out for each who moves. Rows Y1, Y2, Y3, B11.

What a ladder means is worked out once, to ints and a day, so that a row costs some comparisons and makes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final, TypeAlias

from attrs import frozen

from loyaltykit.values.day import day_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime, tzinfo

    from loyaltykit.rules.tier import Tier, Totals

Standing: TypeAlias = tuple[str, int, int, int, "date | None", "str | None"]
"""
A member's row: the id, minor units sold and paid, visits, the local day of the last visit, and what the level is called
that they have; None for none.
"""

_NEVER: Final = 10**30
"""More than any sum or count."""

_NOBODY: Final = (_NEVER, _NEVER, _NEVER, 0, 0, 0)
"""The bounds of a level that the ladder doesn't have any more: nobody stays."""


@frozen
class LevelMove:
    """
    That *member* has another level than *before*: *now* is what it's called, None for none.

    Examples:
        >>> from loyaltykit import LevelMove
        >>> LevelMove("m1", None, "silver").now
        'silver'
    """

    member: str
    before: str | None
    now: str | None


def level_moves(tier: Tier, rows: Iterable[Standing], *, at: datetime, zone: tzinfo) -> Iterator[LevelMove]:
    """
    Give those of *rows* whose level of *tier* is another *at* a moment, one after the other as they're read.

    A row is ``(id, sold, paid, visits, day of the last visit, level)``: sums in minor units, the local day in *zone*,
    None for whoever has never come or has no level. Where the ladder counts over a period, sums and visits are those of
    its days. Raises `NaiveMoment`.

    Examples:
        >>> from datetime import date, datetime, timezone
        >>> from loyaltykit import Level, Money, Tier, level_moves
        >>> levels = Level(name="bronze", visits=10), Level(name="silver", sold=Money(50_000, "RUB"), visits=30)
        >>> regulars = Tier(name="regulars", levels=levels, lapse_after=60)
        >>> rows = [
        ...     ("m1", 5_000_000, 0, 12, date(2026, 5, 1), "bronze"),
        ...     ("m2", 120_000, 0, 11, date(2026, 5, 1), "bronze"),
        ...     ("m3", 900_000, 0, 15, date(2026, 1, 1), "bronze"),
        ... ]
        >>> at = datetime(2026, 6, 1, tzinfo=timezone.utc)
        >>> [(move.member, move.now) for move in level_moves(regulars, rows, at=at, zone=timezone.utc)]
        [('m1', 'silver'), ('m3', None)]
    """
    away, stays = _last_day_away(tier, day_at(at, zone)), _stays(tier)
    names = (None, *[level.called for level in tier.levels])
    for member, sold, paid, visits, last_visit, before in rows:
        now = None
        if last_visit is None or away is None or last_visit > away:
            sold_own, paid_own, visits_own, sold_next, paid_next, visits_next = stays[before]
            reached = sold >= sold_own or paid >= paid_own or visits >= visits_own
            if reached and sold < sold_next and paid < paid_next and visits < visits_next:
                continue
            now = names[tier.reached((sold, paid, visits))]
        if now != before:
            yield LevelMove(member, before, now)


def _stays(tier: Tier) -> defaultdict[str | None, tuple[int, ...]]:
    """
    Give for each level what any criterion must reach for it, then what every one must stay below; nobody stays on a
    level that *tier* doesn't have.
    """
    figures = [_figures_from(tier, number) for number in range(len(tier.levels) + 2)]
    bounds = [(*own, *following) for own, following in pairwise(figures)]
    return defaultdict(lambda: _NOBODY, zip((None, *[level.called for level in tier.levels]), bounds, strict=True))


def _figures_from(tier: Tier, number: int) -> Totals:
    """Give the lowest figure by each criterion that leads to the level of that *number* or a higher one."""
    sold, paid, visits = [
        next((bound for bound, level in zip(bounds, numbers[1:], strict=True) if level >= number), _NEVER)
        for bounds, numbers in tier.thresholds
    ]
    return (sold, paid, visits) if number else (0, 0, 0)


def _last_day_away(tier: Tier, today: date) -> date | None:
    """Give the last local day of a last visit with which a member has lapsed on *today*; None where nobody has."""
    if tier.lapse_after is None or today.toordinal() <= tier.lapse_after + 1:
        return None
    return today - timedelta(days=tier.lapse_after + 1)
