"""What past orders would have cost: the sums of a replay, exact, and their form as JSON."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from attrs import frozen

from loyaltykit.reason import Reason
from loyaltykit.replay.costs import (
    Costs,
    DistrictSums,
    InvitationSums,
    PromoSums,
    RuleSums,
    StepSums,
    percent_text,
    share_of,
)
from loyaltykit.replay.refusal import Refusal
from loyaltykit.values.money import Money
from loyaltykit.values.points import Points

if TYPE_CHECKING:
    from fractions import Fraction

    from loyaltykit.replay.flows import Life  # noqa: TC004 - attrs doesn't resolve annotations
    from loyaltykit.replay.tier_sums import TierMonth, TierSums  # noqa: TC004


@frozen
class Sums:
    """
    *orders*, their *turnover*, the *points* that they earned, and what these are *worth*, floored to the minor unit.

    Examples:
        >>> from loyaltykit import Money, Points
        >>> sums = Sums(3, Money("30.00", "USD"), Points(100), Money("1.00", "USD"))
        >>> sums.cost_share, percent_text(sums.cost_share)
        (Fraction(1, 30), '3.33')
    """

    orders: int
    turnover: Money
    points: Points
    worth: Money

    @property
    def cost_share(self) -> Fraction | None:
        """What the points are worth as a share of turnover, exact; None without turnover."""
        return share_of(self.worth, self.turnover)

    def to_dict(self) -> dict[str, Any]:
        """Give the figures as JSON holds them: counts as numbers, amounts as text."""
        return {
            "orders": self.orders,
            "turnover": str(self.turnover.amount),
            "points": str(self.points),
            "worth": str(self.worth.amount),
            "cost_share_percent": percent_text(self.cost_share),
        }


@frozen
class WhyNotMore:
    """How many *orders* a *rule* gave nothing, or less than it might, for one kind of reason; the *first* as it was."""

    rule: str
    orders: int
    first: Reason


@frozen
class Gain:
    """What a *member* gained: *points* over so many *orders*."""

    member: str
    points: Points
    worth: Money
    orders: int


@frozen
class Refused:
    """How many *rows* were refused for the same kind of reason; the *first* of them stands on *line*."""

    rows: int
    line: int
    first: Refusal


@frozen
class LongRows:
    """How many *rows* go over more than one line, how many *lines* they take, and on which line the *first* begins."""

    rows: int
    lines: int
    first: int


@frozen
class Report:
    r"""
    What a program would have cost over past orders: `replay` makes it.

    *read* orders are those counted in *total*, the *refused* ones, and those that the file says were *cancelled* or
    *no_shows*, which count nowhere else. *refused_rows* lists the first 1,000 refused ones with their lines. Where
    orders have several lines, *further_lines* counts those behind the first. Quotes that were never meant hide orders
    in rows over several lines: *long_rows* counts these. Months, *first_day* and *last_day* are local to the orders'
    branches; branches are None where orders name none.
    Points are those that the orders earned; what became of them is their *life*, None without a repository.

    *tiers* say who reached and lost each level, and what it took off prices, by the orders of the file alone.

    *costs* is what it came to in points and money; *by_district* is empty where no order has a district. *promos*,
    *invitations* and *bonuses*, the steps that worker bonuses paid, need a repository, too: *not_counted* names the
    kinds of rules whose cost isn't known without one.

    Examples:
        >>> import io
        >>> from loyaltykit import read_revisions
        >>> from loyaltykit.replay import Columns, replay
        >>> columns = Columns.from_dict({"columns": {"placed_at": "when", "price": "fare"}, "moments": "iso"})
        >>> orders = io.BytesIO(b"when,fare\n2026-03-01T10:00-06:00,12.50\n2026-03-01T11:00-06:00,-2.50\n")
        >>> report = replay(orders, columns=columns, revisions=read_revisions("examples/chicago/program.toml"))
        >>> report.total.turnover, report.refused_rows
        (Money('12.50', 'USD'), ((3, Refusal('negative_price', value='-2.50')),))
    """

    program: str
    name: str
    revisions: tuple[tuple[str, int], ...]
    first_at: datetime | None
    last_at: datetime | None
    first_day: date | None
    last_day: date | None
    read: int
    blank_lines: int
    long_rows: LongRows | None
    empty_surplus: int
    further_lines: int
    cancelled: int
    no_shows: int
    refused: tuple[Refused, ...]
    refused_rows: tuple[tuple[int, Refusal], ...]
    total: Sums
    by_year: dict[str, Sums]
    by_month: dict[str, Sums]
    by_branch: dict[str | None, Sums]
    by_month_and_branch: dict[tuple[str, str | None], Sums]
    by_rule: tuple[RuleSums, ...]
    by_district: tuple[DistrictSums, ...]
    costs: Costs
    why_not_more: tuple[WhyNotMore, ...]
    members: int
    gainers: int
    gained_most: tuple[Gain, ...]
    life: Life | None
    promos: tuple[PromoSums, ...]
    invitations: tuple[InvitationSums, ...]
    bonuses: tuple[StepSums, ...]
    tiers: tuple[TierSums, ...]
    tiers_by_month: tuple[TierMonth, ...]
    not_counted: tuple[str, ...]

    @property
    def refused_count(self) -> int:
        """How many rows were refused."""
        return sum(refused.rows for refused in self.refused)

    def to_dict(self) -> dict[str, Any]:
        r"""
        Give the report as JSON holds it: counts as numbers, amounts and shares as text, so that none is ever a float.

        Examples:
            >>> import io
            >>> from loyaltykit import read_revisions
            >>> from loyaltykit.replay import Columns, replay
            >>> columns = Columns.from_dict({"columns": {"placed_at": "when", "price": "fare"}, "moments": "iso"})
            >>> orders = io.BytesIO(b"when,fare\n2026-03-01T10:00-06:00,12.50\n")
            >>> report = replay(orders, columns=columns, revisions=read_revisions("examples/chicago/program.toml"))
            >>> report.to_dict()["by_month"]["2026-03"]["turnover"]
            '12.50'
        """
        lived = {} if self.life is None else self._lived_dict(self.life)
        return {
            "program": self.program,
            "currency": self.total.turnover.currency.code,
            "revisions": [{"revision": revision, "orders": orders} for revision, orders in self.revisions],
            "first_order": self.first_at and self.first_at.isoformat(),
            "last_order": self.last_at and self.last_at.isoformat(),
            "orders_read": self.read,
            "blank_lines": self.blank_lines,
            "rows_over_several_lines": self._long_dict(),
            "empty_surplus_fields": self.empty_surplus,
            "further_lines": self.further_lines,
            "cancelled": self.cancelled,
            "no_shows": self.no_shows,
            "refused": self._refused_dict(),
            "total": self.total.to_dict(),
            "by_year": {year: sums.to_dict() for year, sums in self.by_year.items()},
            "by_month": {month: sums.to_dict() for month, sums in self.by_month.items()},
            "by_branch": [{"branch": branch} | sums.to_dict() for branch, sums in self.by_branch.items()],
            "by_month_and_branch": [
                {"month": month, "branch": branch} | sums.to_dict()
                for (month, branch), sums in self.by_month_and_branch.items()
            ],
            "by_rule": [rule.to_dict(self.total.turnover) for rule in self.by_rule],
            "why_not_more": [
                {"rule": why.rule, "code": why.first.code, "orders": why.orders, "first": why.first.words}
                for why in self.why_not_more
            ],
            "members": self.members,
            "members_who_gained": self.gainers,
            "gained_most": [
                {
                    "member": gain.member,
                    "points": str(gain.points),
                    "worth": str(gain.worth.amount),
                    "orders": gain.orders,
                }
                for gain in self.gained_most
            ],
            "by_district": [district.to_dict() for district in self.by_district],
            "costs": self.costs.to_dict(),
            "tiers": [tier.to_dict() for tier in self.tiers],
            "tiers_by_month": [month.to_dict() for month in self.tiers_by_month],
            "not_counted": list(self.not_counted),
            **lived,
        }

    def to_json(self) -> str:
        r"""
        Give the report as JSON text, the same bytes for the same orders and settings.

        Examples:
            >>> import io
            >>> from loyaltykit import read_revisions
            >>> from loyaltykit.replay import Columns, replay
            >>> columns = Columns.from_dict({"columns": {"placed_at": "when", "price": "fare"}, "moments": "iso"})
            >>> revisions = read_revisions("examples/chicago/program.toml")
            >>> replay(io.BytesIO(b"when,fare\n"), columns=columns, revisions=revisions).to_json()[:24]
            '{\n  "program": "chicago"'
        """
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2) + "\n"

    def _lived_dict(self, life: Life) -> dict[str, Any]:
        return {
            "life": life.to_dict(),
            "promos": [promo.to_dict() for promo in self.promos],
            "invitations": [invitation.to_dict() for invitation in self.invitations],
            "bonuses": [step.to_dict() for step in self.bonuses],
        }

    def _long_dict(self) -> dict[str, Any] | None:
        long = self.long_rows
        return None if long is None else {"rows": long.rows, "lines": long.lines, "first_line": long.first}

    def _refused_dict(self) -> dict[str, Any]:
        rows = [{"line": line, "code": refusal.code, "words": refusal.words} for line, refusal in self.refused_rows]
        return {
            "count": self.refused_count,
            "by_code": {refused.first.code: refused.rows for refused in self.refused},
            "rows": rows,
            "rows_not_listed": self.refused_count - len(rows),
        }
