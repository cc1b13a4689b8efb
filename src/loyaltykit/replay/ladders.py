"""
Where members stand on the ladders of a program, by the past orders alone: who reaches which level, falls and lapses.
Rows B4, Y1, Y2, Y3.

A completed order is a visit, unless it's a sale of goods, and is taken to be paid in full. All is judged as over a
repository, by the same pure functions, and kept in memory member by member.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from attrs import evolve, frozen

from loyaltykit.documents.member import Member
from loyaltykit.effects import Discount
from loyaltykit.ledger.cursor import from_micros, micros
from loyaltykit.operations.behind import with_order
from loyaltykit.operations.days import with_day
from loyaltykit.operations.judged import judged
from loyaltykit.operations.levels import passed
from loyaltykit.operations.programs import Programs
from loyaltykit.replay.tier_sums import TierMonth, TierSums
from loyaltykit.values.moment import in_zone
from loyaltykit.values.money import Money

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime  # noqa: TC004 - attrs doesn't resolve annotations
    from typing import TypeAlias

    from loyaltykit.documents.level_held import LevelHeld
    from loyaltykit.facts.order import Order
    from loyaltykit.program.program import Program
    from loyaltykit.program.revisions import Revisions
    from loyaltykit.waterfall.breakdown import Breakdown

    OnMove: TypeAlias = Callable[["Move"], None]

REACHED: Final = "reached"
FALLEN: Final = "fallen"
LAPSED: Final = "lapsed"


@frozen
class Move:
    """
    That *member* went from one level of the ladder called *tier* to another *at* a moment, None for none, and *why*.

    That's ``reached``, ``fallen`` where it's a lower one, or ``lapsed`` where they had stayed away for too long.

    Examples:
        >>> from datetime import datetime, timezone
        >>> Move(datetime(2026, 3, 1, tzinfo=timezone.utc), "m1", "regulars", None, "5 %", "reached").level
        '5 %'
    """

    at: datetime
    member: str
    tier: str
    before: str | None
    level: str | None
    why: str


class Ladders:
    """
    All members so far on the ladders of *revisions*; *on_move* hears of every move, those of one member by time.
    """

    def __init__(self, revisions: Revisions, on_move: OnMove | None = None) -> None:
        self._programs = Programs(revisions)
        self._there = any(program.tier for program in revisions.programs)
        self._rolling = any(tier.over is not None for program in revisions.programs for tier in program.tier)
        self._on_move = on_move
        self._members: dict[str, Member] = {}
        self._moves: Counter[tuple[str, str, str, str]] = Counter()
        self._standing: Counter[tuple[str, str, str]] = Counter()
        self._discounts: Counter[tuple[str, str]] = Counter()
        self._orders: Counter[tuple[str, str]] = Counter()

    def levels_at(self, member_id: str | None, at: datetime) -> Mapping[str, str]:
        """Give the names of the levels that a member has *at* a moment, by ladder."""
        member = self._members.get(member_id or "")
        if member is None:
            return {}
        levels = passed(member, micros(at)).levels
        return {ladder: held.level for ladder, held in levels.items() if held.level is not None}

    def add(self, order: Order, at: datetime, breakdown: Breakdown) -> None:
        """Put *order*, completed *at* a moment with such a *breakdown*, behind its customer; orders come by time."""
        if not self._there or order.customer is None:
            return
        moment, program = micros(at), self._programs.at(at)
        member = self._brought(order.customer, moment)
        self._count_discounts(member, breakdown)
        sold, paid = (0 if money is None else money.minor for money in (breakdown.charged, breakdown.due))
        after = with_order(member, order, sold, moment)
        after = evolve(after, paid=after.paid + paid)
        if self._rolling:
            today = self._programs.day_of(moment)
            after = evolve(after, days=with_day(after.days, today, sold=sold, paid=paid, visits=int(order.visit)))
        after = judged(program, after, moment, status="came" if order.visit else None)
        for tier, held in after.levels.items():
            before = member.levels.get(tier)
            self._step(program, order.customer, tier, None if before is None else before.level, held.level, moment)
        self._members[order.customer] = after

    def finish(self, until: datetime) -> None:
        """Let time alone do what it does to all members up to and with *until*."""
        for member_id in self._members:
            self._members[member_id] = self._brought(member_id, micros(until))

    def by_level(self) -> Iterator[TierSums]:
        """Give what each level of each ladder came to, in the order of the programs."""
        currency = self._programs.worth.currency
        for tier, level in self._levels():
            reached, fallen, lapsed = (self._total(tier, level, why) for why in (REACHED, FALLEN, LAPSED))
            members = sum([count for (_, *about), count in self._standing.items() if about == [tier, level]])
            off = Money.from_minor(self._discounts[tier, level], currency)
            yield TierSums(tier, level, reached, fallen, lapsed, members, self._orders[tier, level], off)

    def by_month(self, months: list[str]) -> Iterator[TierMonth]:
        """Give the same for each of *months*, from the first order's to the last one's, with the members at its end."""
        members: Counter[tuple[str, str]] = Counter()
        for month in months:
            for tier, level in self._levels():
                members[tier, level] += self._standing[month, tier, level]
                reached, fallen, lapsed = (self._moves[month, tier, level, why] for why in (REACHED, FALLEN, LAPSED))
                yield TierMonth(month, tier, level, reached, fallen, lapsed, members[tier, level])

    def _levels(self) -> list[tuple[str, str]]:
        programs = self._programs.revisions.programs
        named = [(tier.name, level.called) for program in programs for tier in program.tier for level in tier.levels]
        return list(dict.fromkeys(named))

    def _total(self, tier: str, level: str, why: str) -> int:
        return sum([count for (_, *about), count in self._moves.items() if about == [tier, level, why]])

    def _brought(self, member_id: str, moment: int) -> Member:
        """Give a member as time alone has made them by *moment*, every move told."""
        member = self._members.get(member_id, Member())
        for tier, held in member.levels.items():
            self._pass(member_id, tier, held, moment)
        return passed(member, moment)

    def _pass(self, member_id: str, tier: str, held: LevelHeld, moment: int) -> None:
        level = held.level
        for when, lower in held.then:
            if when <= moment:
                why = LAPSED if lower is None and when == held.lapses_at else FALLEN
                self._move(member_id, tier, level, lower, when, why)
                level = lower

    def _step(
        self, program: Program, member_id: str, tier: str, before: str | None, level: str | None, moment: int
    ) -> None:
        """Note a move by an order, up or, where a revision asks for more, down."""
        ladder = program.tier_named(tier)
        if before != level and ladder is not None:
            why = REACHED if ladder.rank(level) > ladder.rank(before) else FALLEN
            self._move(member_id, tier, before, level, moment, why)

    def _move(self, member_id: str, tier: str, before: str | None, level: str | None, moment: int, why: str) -> None:
        at = in_zone(from_micros(moment), self._programs.zone)
        month = f"{at.year:04}-{at.month:02}"
        about = level if why == REACHED else before
        self._moves[month, tier, about or "", why] += 1
        for name, change in ((before, -1), (level, 1)):
            if name is not None:
                self._standing[month, tier, name] += change
        if self._on_move is not None:
            self._on_move(Move(at, member_id, tier, before, level, why))

    def _count_discounts(self, member: Member, breakdown: Breakdown) -> None:
        """Count what came off by the levels that *member* had when the order was placed."""
        for decision in breakdown.decisions:
            held = member.levels.get(decision.rule)
            off = [effect.money.minor for effect in decision.effects if isinstance(effect, Discount)]
            if off and held is not None and held.level is not None:
                self._orders[decision.rule, held.level] += 1
                self._discounts[decision.rule, held.level] += sum(off)
