"""What past orders cost, in tables as wide as a terminal: by rule and district, step by step, promo by promo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from loyaltykit.replay.costs import percent_text, share_of
from loyaltykit.reports.columns import aligned, counted, figure
from loyaltykit.settings.kind import shown

if TYPE_CHECKING:
    from loyaltykit.replay.costs import DistrictSums
    from loyaltykit.replay.report import Report
    from loyaltykit.values.money import Money

LINES: Final = 8
"""Lines of the tables that may be long; what's left out is said."""

DISTRICTS: Final = 4
"""Districts that are shown: a map shows them all."""

MONTHS: Final = 24
"""Months for which tiers are told one by one."""

WIDTH: Final = 40
"""Characters of a name that are shown."""


def money_rows(report: Report) -> list[tuple[str, str, str]]:
    """Give what was paid besides points, and what all of it cost; nothing where there was no such money."""
    costs, turnover = report.costs, report.total.turnover
    share = percent_text(share_of(costs.total, turnover))
    paid = [("surcharges", costs.surcharges), ("bonuses", costs.bonuses), ("off prices", costs.discounts)]
    rows = [(label, figure(money), f" {money.currency}") for label, money in paid if money]
    all_in = f" {turnover.currency}" + (f", {share} % of turnover" if share else "")
    return [*rows, ("cost in all", figure(costs.total), all_in)] if rows else []


def rules_table(report: Report) -> list[str]:
    """Give what each rule gave and cost."""
    rows = [
        (
            shown(rule.rule, WIDTH),
            *(figure(each) for each in (rule.awards, rule.points, rule.money, rule.cost)),
            _share(rule.cost, report.total.turnover),
        )
        for rule in report.by_rule
    ]
    return aligned(("By rule", "awards", "points", "money", "cost", "share"), rows)


def districts_table(report: Report) -> list[str]:
    """Give the districts where most was paid to workers, and how many others there are."""
    highest = sorted(report.by_district, key=lambda each: (-each.surcharges.minor, -each.turnover.minor))
    rows = [
        (
            _district(each),
            *(figure(amount) for amount in (each.orders, each.turnover, each.surcharges)),
            _share(each.surcharges, each.turnover),
        )
        for each in highest[:DISTRICTS]
    ]
    left = len(highest) - len(rows)
    lines = aligned(("By district", "orders", "turnover", "surcharges", "share"), rows)
    return [*lines, f"  and {counted(left, 'other')}"] if left else lines


def bonuses_table(report: Report) -> list[str]:
    """Give how often each step of a worker bonus was paid."""
    rows = [
        (
            f"{shown(step.rule, WIDTH)}: " + ("late orders" if step.orders is None else counted(step.orders, "order")),
            *(figure(each) for each in (step.sum, step.times, step.workers, step.money)),
        )
        for step in report.bonuses
    ]
    return aligned(("Worker bonuses", "sum", "times", "workers", "money"), rows)


def codes_tables(report: Report) -> list[str]:
    """Give how each promo was used and what is left of its budget, and how many friends were brought."""
    return _promos(report) + _invitations(report)


def _promos(report: Report) -> list[str]:
    rows = [
        (
            shown(promo.promo, WIDTH),
            *(figure(each) for each in (promo.uses, promo.points, promo.discounts)),
            *("–" if money is None else figure(money) for money in (promo.budget, promo.left)),
        )
        for promo in report.promos
    ]
    return aligned(("Promos", "uses", "points", "off prices", "budget", "left"), rows)


def _invitations(report: Report) -> list[str]:
    rows = [(shown(each.rule, WIDTH), figure(each.friends), figure(each.points)) for each in report.invitations]
    return aligned(("Invitations", "friends", "points"), rows)


def tiers_tables(report: Report) -> list[str]:
    """Give who reached and lost each level, and what it took off prices; by month, where these aren't too many."""
    rows = [
        (
            f"{shown(each.tier, WIDTH)}: {shown(each.level, WIDTH)}",
            *map(figure, (each.reached, each.fallen, each.lapsed, each.members, each.orders, each.discounts)),
        )
        for each in report.tiers
    ]
    by_month = [
        (
            f"{each.month} {shown(each.tier, WIDTH)}: {shown(each.level, WIDTH)}",
            *map(figure, (each.reached, each.fallen, each.lapsed, each.members)),
        )
        for each in (report.tiers_by_month if len(report.by_month) <= MONTHS else ())
    ]
    return [
        *aligned(("Tiers", "reached", "fallen", "lapsed", "members", "orders", "off prices"), rows),
        *aligned(("Tiers by month", "reached", "fallen", "lapsed", "members"), by_month),
    ]


def _district(sums: DistrictSums) -> str:
    if sums.district is None or sums.name is None:
        return "(no district)"
    name = shown(sums.name, WIDTH)
    return name if sums.name == sums.district else f"{name} ({shown(sums.district, WIDTH)})"


def _share(cost: Money, turnover: Money) -> str:
    return f"{percent_text(share_of(cost, turnover)) or '–'} %"
