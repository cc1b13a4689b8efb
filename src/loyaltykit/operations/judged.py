"""
Levels and categories of a member are judged, with all that time alone will make of them. Rows Y1–Y7.

Theory of operation. Whenever what lies behind a member changes, they're judged by the program in force then, and so is
what becomes of them if nothing more is done: a level falls as days leave a rolling period, it lapses, what was given by
hand ends, categories change by days away. That's kept in the member's document, and `levels.passed` lets it happen.
Pure.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from attrs import evolve

from loyaltykit.documents.level_held import LevelHeld
from loyaltykit.facts.history import History
from loyaltykit.ledger.account import NEVER
from loyaltykit.ledger.cursor import from_micros, micros
from loyaltykit.operations.days import from_day
from loyaltykit.operations.terms import days_before
from loyaltykit.rules.category import categories_change_at, categories_for
from loyaltykit.rules.rolling import first_day
from loyaltykit.rules.tier import Behind, falls_by, lapses_at, level_by
from loyaltykit.values.day import day_at
from loyaltykit.values.money import Money

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from loyaltykit.documents.member import Member
    from loyaltykit.program.program import Program
    from loyaltykit.rules.category import VisitStatus
    from loyaltykit.rules.tier import Tier

Course: TypeAlias = list[tuple[int, "str | None"]]
"""A level from a moment on, and what it becomes by time alone: (moment, level), the first as it is now."""


def judged(program: Program, member: Member, at: int, *, status: VisitStatus | None = None) -> Member:
    """
    Give *member* with levels and categories as *program* judges them *at* a moment.

    *status* is told where an order has just ended so. Only a visit restores a level that has lapsed.
    """
    kept = evolve(member, days=from_day(member.days, _first_day(program, at))) if member.days else member
    history, behind = history_of(program, kept), behind_of(kept)
    levels = {tier.name: _held(program, tier, kept.levels.get(tier.name), behind, at, status) for tier in program.tier}
    categories, away, barred = _categories(program, kept, history, at, status)
    left_out = {ladder: _by_hand(held, at) for ladder, held in kept.levels.items() if ladder not in levels}
    told = {ladder: held for ladder, held in {**levels, **left_out}.items() if held is not None}
    return evolve(kept, levels=told, categories=categories, away=away, barred=barred)


def history_of(program: Program, member: Member) -> History:
    """Give what categories are judged by of what lies behind *member*, and what tells how far the next level is."""
    currency = program.currency
    return History(
        visits=member.visits,
        sold=Money.from_minor(member.sold, currency),
        paid=Money.from_minor(member.paid, currency),
        last_visit=_last_visit(member),
    )


def behind_of(member: Member) -> Behind:
    """Give what levels are judged by of what lies behind *member*: a year of days, and no object for each."""
    return Behind((member.sold, member.paid, member.visits), _last_visit(member), member.days)


def _last_visit(member: Member) -> datetime | None:
    return None if member.last_visit is None else from_micros(member.last_visit)


def _first_day(program: Program, at: int) -> int:
    """Give the ordinal of the first local day that still counts for a ladder of *program*; tomorrow where none does."""
    today = day_at(from_micros(at), program.zone)
    firsts = [first_day(tier.over, today).toordinal() for tier in program.tier if tier.over is not None]
    return min(firsts, default=today.toordinal() + 1)


def _held(
    program: Program, tier: Tier, before: LevelHeld | None, behind: Behind, at: int, status: VisitStatus | None
) -> LevelHeld | None:
    """Give what a member has of *tier*, with the one *before*; None where they've never had a level of it."""
    now = None if before is None else before.at(at)
    if now is not None and now.has_lapsed(at) and behind.last_visit is not None and status != "came":
        earned: Course = [(at, None)]
        lapses = now.lapses_at
    else:
        earned, lapses = _earned(program, tier, behind, at)
    (_, level), *then = _with_given(tier, earned, now)
    if now is None:
        now = LevelHeld(level=None, since=at)
    if level != now.level:
        now = evolve(now, level=level, since=at, before=now.level)
    if (level, now.before, now.given) == (None, None, None):
        return None
    notices = notices_of(program, tier, [(at, level), *then], told=now.told)
    return evolve(now, then=tuple(then), lapses_at=lapses, notices=notices)


def _by_hand(before: LevelHeld, at: int) -> LevelHeld | None:
    """Give what a member has of a ladder that's left out: no level, and what was given by hand, if it comes back."""
    now = before.at(at)
    if now.given is None:
        return None
    if now.level is not None:
        now = evolve(now, level=None, since=at, before=now.level)
    return evolve(now, then=(), notices=(), told=())


def _earned(program: Program, tier: Tier, behind: Behind, at: int) -> tuple[Course, int]:
    """Give the level of *tier* that what lies *behind* a member earns from *at* on, and when it lapses, had or not."""
    zone, moment = program.zone, from_micros(at)
    lapses = lapses_at(tier, behind.last_visit, zone=zone)
    course: Course = []
    while True:
        level = level_by(tier, behind, at=moment, zone=zone)
        course.append((micros(moment), None if level is None else level.called))
        falls = falls_by(tier, behind, at=moment, zone=zone)
        later = [each for each in (falls, lapses) if each is not None and each > moment]
        if level is None or not later:
            return course, NEVER if lapses is None else micros(lapses)
        moment = min(later)


def _with_given(tier: Tier, earned: Course, held: LevelHeld | None) -> Course:
    """Give the level that a member has of *tier*: what is *earned*, or, up to its end, what is given, if higher."""
    if held is None or held.given is None:
        return earned
    moments = sorted({moment for moment, _ in earned} | ({held.until} - {NEVER}))
    course: Course = []
    for moment in moments:
        level = [name for since, name in earned if since <= moment][-1]
        if moment < held.until:
            level = max(level, held.given, key=tier.rank)
        if not course or course[-1][1] != level:
            course.append((moment, level))
    return course


def notices_of(program: Program, tier: Tier, course: Course, *, told: Collection[int]) -> tuple[tuple[int, int], ...]:
    """Give when to tell that a discount will end, and when it does, for each end that nobody has *told* of (Y6)."""
    notice = program.notice_of("discount_will_end")
    if notice is None or notice.ahead is None:
        return ()
    ends = [end for (_, level), (end, lower) in pairwise(course) if percent_of(tier, lower) < percent_of(tier, level)]
    return tuple([(days_before(program, notice.ahead, end), end) for end in ends if end not in told])


def percent_of(tier: Tier, level: str | None) -> Decimal:
    """Give the percent that the *level* of *tier* takes off prices; 0 where there's none."""
    known = tier.level_named(level)
    return Decimal(0) if known is None or known.percent is None else known.percent.value


def _categories(
    program: Program, member: Member, history: History, at: int, status: VisitStatus | None
) -> tuple[tuple[str, ...], tuple[tuple[int, tuple[str, ...]], ...], tuple[str, ...]]:
    """
    Give the categories that *member* has *at* a moment, what those become by staying away, and which are barred. A
    visit that's told late is judged at its own moment, so that what staying away has done since comes after it.
    """
    if not program.category:
        return member.categories, (), ()
    rules, zone, came = program.category, program.zone, member.last_visit if status == "came" else None
    moment = from_micros(at if came is None else min(at, came))
    before, told = frozenset(member.categories), {"zone": zone, "status": status, "barred": frozenset(member.barred)}
    change = categories_for(rules, before, history, at=moment, **told)
    had, known = change.now, {"zone": zone, "barred": change.barred}
    course = [(micros(moment), _in_order(program, had))]
    while (changes := categories_change_at(rules, had, history, at=moment, **known)) is not None:
        moment = changes
        had = categories_for(rules, had, history, at=moment, **known).now
        course.append((micros(moment), _in_order(program, had)))
    now = [names for since, names in course if since <= at][-1]
    return now, tuple([(since, names) for since, names in course if since > at]), _in_order(program, change.barred)


def _in_order(program: Program, names: frozenset[str]) -> tuple[str, ...]:
    """Give *names* of categories as they stand in *program*, and those that it doesn't have any more behind them."""
    own = [category.name for category in program.category if category.name in names]
    return (*own, *sorted(names.difference(own)))
