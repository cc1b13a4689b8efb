"""How far a member is to the next level of a ladder, and what keeps the present one until when. Row B7."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from loyaltykit.rules.tier import falls_at, has_lapsed, lapses_at, totals_at
from loyaltykit.values.day import day_at

if TYPE_CHECKING:
    from datetime import datetime, tzinfo  # noqa: TC004 - attrs doesn't resolve annotations

    from loyaltykit.facts.history import History
    from loyaltykit.rules.tier import Level, Tier, Totals
    from loyaltykit.values.money import Money  # noqa: TC004


@frozen(kw_only=True)
class Missing:
    """
    What is missing to a level: so much to be *sold* or *paid*, or so many *visits*; any one is enough (B7).

    What the level doesn't ask for is None.

    Examples:
        >>> from loyaltykit import Missing
        >>> Missing(visits=2).sold is None
        True
    """

    sold: Money | None = None
    paid: Money | None = None
    visits: int | None = None


@frozen(kw_only=True)
class TierProgress:
    """
    Where a member stands on the ladder called *tier*: their *level*, None for none (B7).

    *next_level* is the one above, None on the highest; *missing* says what leads there. Whoever has *lapsed* is back on
    *next_level* with one visit, if one is enough. At *lapses_at* the level is lost unless the member comes before; at
    *falls_at* it falls, unless they do one of what *keeps* it before; both are None where that never happens.

    Examples:
        >>> from loyaltykit import Missing, TierProgress
        >>> standing = TierProgress(tier="regulars", level="bronze", next_level="silver", missing=Missing(visits=2))
        >>> standing.missing.visits, standing.lapses_at
        (2, None)
    """

    tier: str
    level: str | None
    next_level: str | None = None
    missing: Missing | None = None
    lapsed: bool = False
    lapses_at: datetime | None = None
    falls_at: datetime | None = None
    keeps: Missing | None = None


def tier_progress(tier: Tier, history: History, *, at: datetime, zone: tzinfo) -> TierProgress:
    """
    Give where a member stands on *tier* *at* a moment, by the *history* that lies behind them.

    Days are those of *zone*, the program's. Raises `NaiveMoment`, and `MixedUnits` for sums in another currency than
    the ladder's.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import History, Level, Money, Percent, Tier, tier_progress
        >>> regulars = Tier(name="regulars", levels=[Level(percent=Percent(5), sold=Money(5000, "RUB"), visits=3)])
        >>> history = History(sold=Money(1800, "RUB"), visits=1)
        >>> progress = tier_progress(regulars, history, at=datetime(2026, 3, 1, tzinfo=timezone.utc), zone=timezone.utc)
        >>> progress.next_level, progress.missing
        ('5 %', Missing(sold=Money('3200.00', 'RUB'), paid=None, visits=2))
    """
    totals = _totals(tier, history, at, zone)
    if has_lapsed(tier, history.last_visit, at=at, zone=zone):
        return _lapsed(tier, totals)
    number = tier.reached(totals)
    level = tier.levels[number - 1] if number else None
    falls = falls_at(tier, history, at=at, zone=zone)
    return TierProgress(
        tier=tier.name,
        level=None if level is None else level.called,
        **_above(tier, number, totals),
        lapses_at=None if level is None else lapses_at(tier, history.last_visit, zone=zone),
        falls_at=falls,
        keeps=None if falls is None or level is None else missing_to(level, _totals(tier, history, falls, zone)),
    )


def missing_to(level: Level, totals: Totals) -> Missing:
    """
    Give what *totals*, which don't reach *level*, lack of it by each criterion that it asks for.

    Examples:
        >>> from loyaltykit import Level, Money
        >>> missing_to(Level(name="gold", sold=Money(90, "RUB"), visits=9), (1_000, 0, 4))
        Missing(sold=Money('80.00', 'RUB'), paid=None, visits=5)
    """
    sold, paid, visits = totals
    return Missing(
        sold=None if level.sold is None else level.sold.with_minor(level.sold.minor - sold),
        paid=None if level.paid is None else level.paid.with_minor(level.paid.minor - paid),
        visits=None if level.visits is None else level.visits - visits,
    )


def _lapsed(tier: Tier, totals: Totals) -> TierProgress:
    """Give where whoever has lapsed stands: the next visit brings them to what they reach with it."""
    sold, paid, visits = totals
    number = tier.reached((sold, paid, visits + 1))
    if not number:
        return TierProgress(tier=tier.name, level=None, lapsed=True, **_above(tier, 0, totals))
    back = tier.levels[number - 1].called
    return TierProgress(tier=tier.name, level=None, lapsed=True, next_level=back, missing=Missing(visits=1))


def _totals(tier: Tier, history: History, moment: datetime, zone: tzinfo) -> Totals:
    return totals_at(tier, history, day_at(moment, zone))


def _above(tier: Tier, number: int, totals: Totals) -> dict[str, Any]:
    """Give the level above the one of that *number*, and what is missing to it; nothing on the highest."""
    if number == len(tier.levels):
        return {}
    following = tier.levels[number]
    return {"next_level": following.called, "missing": missing_to(following, totals)}
