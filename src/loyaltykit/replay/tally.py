"""The running sums of a replay: whole numbers of smallest units, from which the report is made at the end."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from loyaltykit.replay.ladders import Ladders
from loyaltykit.replay.members import Members
from loyaltykit.replay.report import Gain, LongRows, Refused, Report, Sums, WhyNotMore
from loyaltykit.replay.spent import Spent
from loyaltykit.reports.liability import month_of, months_between
from loyaltykit.values.money import Money
from loyaltykit.values.points import Points

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime
    from typing import TypeVar

    from loyaltykit.decision import Decision
    from loyaltykit.effects import Award
    from loyaltykit.facts.order import Order
    from loyaltykit.geo.district import District
    from loyaltykit.program.program import Program
    from loyaltykit.program.revisions import Revisions
    from loyaltykit.reason import Reason
    from loyaltykit.replay.ladders import OnMove
    from loyaltykit.replay.orders import Told
    from loyaltykit.replay.outcome import Outcome
    from loyaltykit.replay.refusal import Refusal
    from loyaltykit.replay.rows import Row
    from loyaltykit.replay.worked import Worked

    AnyKey = TypeVar("AnyKey", str, tuple[str, str])

LISTED: Final = 1_000
"""Refused rows that a report lists; the rest are counted."""

TOP: Final = 10
"""Members who gained most that a report names."""

GOOD_NEWS: Final = frozenset({"bonus_ahead"})
"""Reasons that say how far somebody is, and not why there isn't more."""

NEED_A_STORE: Final = ("worker_bonus", "promo", "invitation")
"""The kinds of rules that rest on what is kept: without a repository they're not counted."""

_Cell = list[int]
"""Orders, minor units of turnover, smallest units of points."""


class Tally:
    """What has been counted so far, under *revisions*, with the names of *districts*; *on_move* hears of tiers."""

    def __init__(self, revisions: Revisions, districts: Iterable[District], on_move: OnMove | None = None) -> None:
        self._revisions = revisions
        self._spent = Spent(revisions, {district.id: district.name for district in districts})
        self._worth = revisions.programs[0].worth
        self.ladders = Ladders(revisions, on_move)
        self.members = Members(
            {channel for program in revisions.programs for rule in program.first_app_order for channel in rule.channels}
        )
        self._blank_lines = 0
        self._empty_surplus = 0
        self._long_rows: LongRows | None = None
        self._further_lines = 0
        self._endings: Counter[str | None] = Counter()
        self._refused: dict[str, tuple[int, Refusal]] = {}
        self._refusals: Counter[str] = Counter()
        self._refused_rows: list[tuple[int, Refusal]] = []
        self._orders_by_revision: Counter[str] = Counter()
        self._first_at: datetime | None = None
        self._last_at: datetime | None = None
        self._first_day = date.max
        self._last_day = date.min
        self._cells: defaultdict[tuple[str, str | None], _Cell] = defaultdict(lambda: [0, 0, 0])
        self._reasons: dict[tuple[str, str], Reason] = {}
        self._reason_orders: Counter[tuple[str, str]] = Counter()

    def see(self, row: Row) -> None:
        """Count what is notable of the form of *row*, whether it holds an order or not."""
        self._blank_lines += row.is_blank
        self._empty_surplus += row.surplus
        if row.lines > 1:
            so_far = self._long_rows or LongRows(0, 0, row.line)
            self._long_rows = LongRows(so_far.rows + 1, so_far.lines + row.lines, so_far.first)

    def refuse(self, line: int, refusal: Refusal) -> None:
        """Count the row on *line* as refused."""
        self._refused.setdefault(refusal.code, (line, refusal))
        self._refusals[refusal.code] += 1
        if len(self._refused_rows) < LISTED:
            self._refused_rows.append((line, refusal))

    def merge(self, lines: int) -> None:
        """Count the *lines* of an order behind its first."""
        self._further_lines += lines

    def end(self, told: Told) -> None:
        """Count an order that ended without being completed, as *told*."""
        self._endings[told.ending] += 1

    def add(self, program: Program, order: Order, at: datetime, worked: Worked) -> None:
        """Count *order*, placed *at* under *program*, as it was *worked* out; orders come by time."""
        self._first_at = self._first_at or at
        self._last_at = at
        self._orders_by_revision[worked.revision] += 1
        breakdown = worked.breakdown
        points = self._spent.add(order, breakdown)
        self._add_gains(breakdown.awards)
        self._add_reasons(worked.decisions)
        local = at.astimezone(program.zone_of(order.branch))
        self._first_day = min(self._first_day, local.date())  # the first moment may be a later day somewhere else
        self._last_day = max(self._last_day, local.date())
        cell = self._cells[f"{local.year}-{local.month:02}", order.branch]
        cell[0] += 1
        cell[1] += breakdown.charged.minor if breakdown.charged is not None else 0
        cell[2] += points
        self.members.completed(order)
        self.ladders.add(order, at, breakdown)

    def _add_gains(self, awards: Iterable[Award]) -> None:
        for award in awards:
            self.members.gained(award.member, award.points.with_digits(self._worth.digits).minor)

    def _add_reasons(self, decisions: Iterable[Decision]) -> None:
        """Count the order once for each reason of a rule, be it given when it was placed, when completed, or both."""
        keys: dict[tuple[str, str], Reason] = {}
        for decision in decisions:
            for reason in decision.reasons:
                if reason.code in GOOD_NEWS:
                    continue
                keys.setdefault((decision.rule, reason.code), reason)
        for key, reason in keys.items():
            self._reasons.setdefault(key, reason)
            self._reason_orders[key] += 1

    def report(self, outcome: Outcome) -> Report:
        """Give the sums, with what is known of them in the end."""
        program = self._revisions.programs[-1]
        if self._last_at is not None:
            self.ladders.finish(self._last_at)
        counted = sum(cell[0] for cell in self._cells.values())
        return Report(
            program=program.id,
            name=program.name or program.id,
            revisions=self._used_revisions(),
            first_at=self._first_at,
            last_at=self._last_at,
            first_day=self._first_day if counted else None,
            last_day=self._last_day if counted else None,
            read=counted + self._refusals.total() + self._endings.total(),
            further_lines=self._further_lines,
            cancelled=self._endings["cancelled"],
            no_shows=self._endings["no_show"],
            blank_lines=self._blank_lines,
            long_rows=self._long_rows,
            empty_surplus=self._empty_surplus,
            refused=tuple(Refused(rows, *self._refused[code]) for code, rows in _most_first(self._refusals)),
            refused_rows=tuple(self._refused_rows),
            total=self._sums(self._cells.values()),
            by_year=self._grouped(lambda month, _: month[:4]),
            by_month=self._grouped(lambda month, _: month),
            by_branch=self._grouped(lambda _, branch: branch),
            by_month_and_branch=self._grouped(lambda month, branch: (month, branch)),
            by_rule=tuple(self._spent.by_rule(outcome)),
            by_district=tuple(self._spent.by_district()),
            costs=self._spent.costs(outcome),
            why_not_more=tuple(
                WhyNotMore(key[0], orders, self._reasons[key]) for key, orders in _most_first(self._reason_orders)
            ),
            members=self.members.count,
            gainers=self.members.gainers,
            gained_most=tuple(self._gains()),
            life=outcome.life,
            promos=tuple(self._spent.promos(outcome)) if outcome.life else (),
            invitations=tuple(self._spent.invitations()) if outcome.life else (),
            bonuses=outcome.steps,
            tiers=tuple(self.ladders.by_level()),
            tiers_by_month=tuple(self.ladders.by_month(self._months(program))),
            not_counted=() if outcome.life else self._spent.kinds_in(NEED_A_STORE),
        )

    def _months(self, program: Program) -> list[str]:
        """Give the months from that of the first order to that of the last, by the program's clocks."""
        if self._first_at is None or self._last_at is None:
            return []
        return months_between(month_of(self._first_at, program.zone), month_of(self._last_at, program.zone))

    def _grouped(self, key: Callable[[str, str | None], Any]) -> dict[Any, Sums]:
        """Give the sums of the cells by *key* of month and branch, in its order; no branch comes first."""
        groups: dict[Any, list[_Cell]] = {}
        for (month, branch), cell in sorted(self._cells.items(), key=lambda item: key(item[0][0], item[0][1] or "")):
            groups.setdefault(key(month, branch), []).append(cell)
        return {group: self._sums(cells) for group, cells in groups.items()}

    def _sums(self, cells: Iterable[_Cell]) -> Sums:
        orders, turnover, minor = (sum(figures) for figures in zip([0, 0, 0], *cells, strict=True))
        points = Points.from_minor(minor, self._worth.digits)
        return Sums(orders, Money.from_minor(turnover, self._worth.currency), points, self._worth.worth(points))

    def _gains(self) -> Iterator[Gain]:
        for name, member in self.members.most(TOP):
            points = Points.from_minor(member.points, self._worth.digits)
            yield Gain(name, points, self._worth.worth(points), member.orders)

    def _used_revisions(self) -> tuple[tuple[str, int], ...]:
        """Give the revisions with their orders: those given first, in their order, then others that the store knew."""
        given = dict.fromkeys(program.revision for program in self._revisions.programs)
        used = self._orders_by_revision
        return tuple([(revision, used[revision]) for revision in {**given, **used} if used[revision]])


def _most_first(counts: Counter[AnyKey]) -> list[tuple[AnyKey, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
