"""View: where a member stands on each ladder, how far the next level is, and what keeps the present one. Row B7."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from loyaltykit.facts.history import DayOfVisits
from loyaltykit.ledger.account import NEVER
from loyaltykit.ledger.cursor import from_micros, micros
from loyaltykit.operations.judged import history_of
from loyaltykit.rules.tier import totals_at
from loyaltykit.rules.tier_progress import Missing, missing_to, tier_progress
from loyaltykit.values.day import day_at
from loyaltykit.values.money import Money

if TYPE_CHECKING:
    from datetime import datetime  # noqa: TC004 - attrs doesn't resolve annotations

    from loyaltykit.documents.level_held import LevelHeld
    from loyaltykit.documents.member import Member
    from loyaltykit.facts.history import History
    from loyaltykit.program.program import Program
    from loyaltykit.rules.tier import Tier
    from loyaltykit.rules.tier_progress import TierProgress
    from loyaltykit.values.percent import Percent  # noqa: TC004


@frozen(kw_only=True)
class TierView:
    """
    Where a member stands on the ladder called *tier*: the *level*, the *percent* that it takes off, *since* when.

    A level *by_hand* lasts *until* a moment, None for good. *lapses_at* is when the level is lost unless the member
    comes before, *ends_at* when it changes next by time alone, unless they do one of what *keeps* it past that: a visit
    from a lapse. *next_level* is the one above, *missing* what leads there; who has lapsed gets back by a visit. What
    there's nothing to say of is None.

    Examples:
        >>> from loyaltykit import Missing, TierView
        >>> view = TierView(tier="regulars", level="silver", next_level="gold", missing=Missing(visits=20))
        >>> view.missing.visits, view.lapses_at
        (20, None)
    """

    tier: str
    level: str | None
    percent: Percent | None = None
    since: datetime | None = None
    by_hand: bool = False
    until: datetime | None = None
    lapses_at: datetime | None = None
    ends_at: datetime | None = None
    next_level: str | None = None
    missing: Missing | None = None
    keeps: Missing | None = None


def tiers_of(program: Program, member: Member, at: int) -> tuple[TierView, ...]:
    """Give where *member* stands on each ladder of *program* *at* a moment, to which time has been let pass."""
    history = evolve(history_of(program, member), recent=_recent(program, member))
    return tuple([_seen(program, tier, member.levels.get(tier.name), history, at) for tier in program.tier])


def _recent(program: Program, member: Member) -> list[DayOfVisits]:
    """Give the days that *member* keeps for rolling ladders as facts."""
    return [
        DayOfVisits(
            day=date.fromordinal(ordinal),
            sold=Money.from_minor(sold, program.currency),
            paid=Money.from_minor(paid, program.currency),
            visits=visits,
        )
        for ordinal, sold, paid, visits in member.days
    ]


def _seen(program: Program, tier: Tier, held: LevelHeld | None, history: History, at: int) -> TierView:
    if held is None:
        return TierView(tier=tier.name, level=None, **_ahead(program, tier, None, history, at))
    known = tier.level_named(held.level)
    lapses = held.lapses_at if any(moment == held.lapses_at for moment, _ in held.then) else NEVER
    return TierView(
        tier=tier.name,
        level=held.level,
        percent=None if known is None else known.percent,
        since=from_micros(held.since),
        by_hand=held.given is not None and held.given == held.level,
        until=_moment(held.until),
        lapses_at=_moment(lapses),
        ends_at=_moment(held.ends_at),
        **_ahead(program, tier, held, history, at),
    )


def _ahead(program: Program, tier: Tier, held: LevelHeld | None, history: History, at: int) -> dict[str, Any]:
    """Give the next level, what is missing to it, and what keeps the present one."""
    moment = from_micros(at)
    progress = tier_progress(tier, history, at=moment, zone=program.zone)
    level = None if held is None else held.level
    if level == progress.level:
        keeps = None if held is None else _keeps(held, progress)
        return {"next_level": progress.next_level, "missing": progress.missing, "keeps": keeps}
    if held is not None and held.has_lapsed(at):
        back = progress.next_level if progress.lapsed else progress.level
        if tier.rank(back) > tier.rank(level):
            return {"next_level": back, "missing": Missing(visits=1)}
    above = tier.levels[tier.rank(level) :]
    if not above:
        return {}
    totals = totals_at(tier, history, day_at(moment, program.zone))
    return {"next_level": above[0].called, "missing": _more(missing_to(above[0], totals))}


def _keeps(held: LevelHeld, progress: TierProgress) -> Missing | None:
    """Give what keeps the level that is *held* when it would end next: a visit from a lapse, figures from a fall."""
    if held.ends_at == NEVER:
        return None
    falls = NEVER if progress.falls_at is None else micros(progress.falls_at)
    return Missing(visits=1) if held.ends_at == held.lapses_at < falls else progress.keeps


def _more(missing: Missing) -> Missing:
    """Give what is *missing* where some of it may be there already: a level is judged anew by what's done next."""
    sold, paid = (
        None if money is None else money.with_minor(max(money.minor, 0)) for money in (missing.sold, missing.paid)
    )
    return Missing(sold=sold, paid=paid, visits=None if missing.visits is None else max(missing.visits, 0))


def _moment(moment: int) -> datetime | None:
    return None if moment == NEVER else from_micros(moment)
