"""A report in words and tables, as wide as a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from loyaltykit.errors import InvalidValue
from loyaltykit.replay.cost_words import (
    LINES,
    WIDTH,
    bonuses_table,
    codes_tables,
    districts_table,
    money_rows,
    rules_table,
    tiers_tables,
)
from loyaltykit.replay.costs import percent_text
from loyaltykit.reports.columns import aligned, counted, figure
from loyaltykit.settings.kind import hint_for, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from loyaltykit.replay.flows import Flow
    from loyaltykit.replay.report import Report, Sums

MONTHS: Final = 24
"""Months that are listed one by one; more are summed up by year."""


def report_in_words(report: Report, parts: Iterable[str] | None = None) -> str:
    r"""
    Say what *report* found, in *parts* of those that `PARTS` names, in this order; in all of them, if left out.

    A part that has nothing to say is passed over. Raises `InvalidValue` for one that there isn't.

    Examples:
        >>> import io
        >>> from loyaltykit import read_revisions
        >>> from loyaltykit.replay import Columns, replay, report_in_words
        >>> columns = Columns.from_dict({
        ...     "columns": {"placed_at": "when", "price": "fare"}, "moments": "iso", "values": {"customer": "m1"},
        ... })
        >>> orders = io.BytesIO(b"when,fare\n2026-03-01T10:00-06:00,12.50\n")
        >>> revisions = read_revisions("examples/chicago/program.toml")
        >>> print(report_in_words(replay(orders, columns=columns, revisions=revisions)).split(chr(10))[0])
        Chicago, replayed over 1 order from 2026-03-01 to 2026-03-01
    """
    sections = [_PARTS[part_named(part)](report) for part in (PARTS if parts is None else parts)]
    return "\n\n".join("\n".join(section) for section in sections if section)


def part_named(name: str) -> str:
    """
    Give *name* where it's that of a part of a report in words; raises `InvalidValue` for anything else.

    Examples:
        >>> part_named("rules")
        'rules'
    """
    if name not in _PARTS:
        message = f"{name!r} is no part of a report: {hint_for(name, PARTS)}"
        raise InvalidValue(message, value=name)
    return name


def _totals(report: Report) -> list[str]:
    total = report.total
    span = f" from {report.first_day} to {report.last_day}" if report.first_day else ""
    share = percent_text(total.cost_share)
    passed = [(report.blank_lines, "blank line"), (report.empty_surplus, "empty surplus field")]
    passed.append((report.further_lines, "further line"))
    passed_over = ", ".join(counted(count, what) for count, what in passed if count)
    rows = [
        ("orders read", figure(report.read), (f"; passed over: {passed_over}" if passed_over else "") + _long(report)),
        ("rows refused", figure(report.refused_count), ""),
        *_not_completed(report),
        ("turnover", figure(total.turnover), f" {total.turnover.currency}"),
        (
            "points earned" if report.life else "points issued",
            figure(total.points),
            f" to {report.gainers:,} of {counted(report.members, 'member')}",
        ),
        ("worth", figure(total.worth), f" {total.worth.currency}" + (f", {share} % of turnover" if share else "")),
        *money_rows(report),
    ]
    width = max(len(figure) for _, figure, _ in rows)
    head = f"{report.name}, replayed over {counted(total.orders, 'order')}{span}"
    lines = [head, "", *(f"  {label:<16}{figure:>{width}}{rest}" for label, figure, rest in rows)]
    if report.not_counted:
        lines.append(f"  not counted     {', '.join(report.not_counted)}: these need a repository")
    return lines


def _not_completed(report: Report) -> list[tuple[str, str, str]]:
    """Say how many orders weren't completed, where the file tells of any."""
    if not report.cancelled and not report.no_shows:
        return []
    return [
        (
            "not completed",
            figure(report.cancelled + report.no_shows),
            f": {report.cancelled:,} cancelled, {counted(report.no_shows, 'no-show')}",
        )
    ]


def _long(report: Report) -> str:
    long = report.long_rows
    if long is None:
        return ""
    go = "goes" if long.rows == 1 else "go"
    return f"; {counted(long.rows, 'row')} {go} over {counted(long.lines, 'line')}, first on line {long.first}"


def _refused(report: Report) -> list[str]:
    if not report.refused:
        return []
    lines = [
        f"  {counted(refused.rows, 'row')} {refused.first.code}, first on line {refused.line}: {refused.first}"
        for refused in report.refused
    ]
    return ["Refused", *lines]


def _periods(report: Report) -> list[str]:
    if len(report.by_month) <= MONTHS:
        return _sums_table("By month", report.by_month.items())
    return _sums_table(f"By year ({len(report.by_month)} months)", report.by_year.items())


ASSUMED: Final = {"all": "if members spend all that they may on every order", "none": "if members spend none"}
"""What members were taken to spend."""


def _life(report: Report) -> list[str]:
    life = report.life
    if life is None or not life.by_month:
        return []
    by_month = len(life.by_month) <= MONTHS
    title, flows = ("By month", life.by_month) if by_month else ("By year", life.by_year)
    rows = [(period, *_flow(flow)) for period, flow in [*flows.items(), ("in all", life.total)]]
    share = percent_text(life.total.breakage)
    return [
        f"What became of the points, {ASSUMED[life.redeem]}",
        *aligned((title, "issued", "redeemed", "expired", "liability", "worth"), rows),
        *([f"  breakage: {share} % of the points issued expired unspent"] if share else []),
    ]


def _flow(flow: Flow) -> list[str]:
    return [figure(each) for each in (flow.issued, flow.redeemed, flow.expired, flow.liability, flow.worth)]


def _branches(report: Report) -> list[str]:
    if set(report.by_branch) <= {None}:
        return []
    largest = sorted(report.by_branch.items(), key=lambda item: -item[1].turnover.minor)
    named = [(shown(branch or "(no branch)", WIDTH), sums) for branch, sums in largest[:LINES]]
    left = len(largest) - len(named)
    lines = _sums_table("By branch", named)
    return [*lines, f"  and {counted(left, 'smaller one')}"] if left else lines


def _why_not_more(report: Report) -> list[str]:
    rows = [(f"{shown(why.rule, WIDTH)}: {why.first.code}", figure(why.orders)) for why in report.why_not_more]
    lines = aligned(("Why not more", "orders"), rows[:LINES])
    firsts = ["", *(f"  {shown(why.first.words, 100)}" for why in report.why_not_more)]
    left = len(rows) - LINES
    return [*(f"{line}{first}" for line, first in zip(lines, firsts, strict=False))] + (
        [f"  and {counted(left, 'other')}"] if left > 0 else []
    )


def _gained_most(report: Report) -> list[str]:
    rows = [
        (shown(gain.member, WIDTH), figure(gain.orders), figure(gain.points), figure(gain.worth))
        for gain in report.gained_most
    ]
    return aligned(("Who gained most", "orders", "points", "worth"), rows)


def _sums_table(title: str, groups: Iterable[tuple[str, Sums]]) -> list[str]:
    rows = [
        (
            group,
            figure(sums.orders),
            figure(sums.turnover),
            figure(sums.points),
            figure(sums.worth),
            f"{percent_text(sums.cost_share) or '–'} %",
        )
        for group, sums in groups
    ]
    return aligned((title, "orders", "turnover", "points", "worth", "share"), rows)


_PARTS: Final[dict[str, Callable[[Report], list[str]]]] = {
    "totals": _totals,
    "refused": _refused,
    "periods": _periods,
    "life": _life,
    "branches": _branches,
    "rules": rules_table,
    "districts": districts_table,
    "bonuses": bonuses_table,
    "codes": codes_tables,
    "tiers": tiers_tables,
    "reasons": _why_not_more,
    "members": _gained_most,
}

PARTS: Final = tuple(_PARTS)
"""The parts of a report in words, in their order."""
