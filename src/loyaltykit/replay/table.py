"""Reports as CSV, for spreadsheets: nothing in a cell can be run as a formula."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from loyaltykit.reports.csv_text import csv_line

if TYPE_CHECKING:
    from loyaltykit.replay.flows import Life
    from loyaltykit.replay.report import Report

HEADER: Final = ("month", "branch", "orders", "turnover", "points", "worth", "cost_share_percent")


def report_csv(report: Report) -> str:
    r"""
    Give the table of months and branches of *report*, a line for each that had orders; totals are left to the reader.

    Examples:
        >>> import io
        >>> from loyaltykit import read_revisions
        >>> from loyaltykit.replay import Columns, replay, report_csv
        >>> columns = Columns.from_dict({
        ...     "columns": {"placed_at": "when", "price": "fare", "branch": "company"}, "moments": "iso",
        ... })
        >>> orders = io.BytesIO(b"when,fare,company\n2026-03-01T10:00-06:00,12.50,=1+1\n")
        >>> report = replay(orders, columns=columns, revisions=read_revisions("examples/chicago/program.toml"))
        >>> print(report_csv(report), end="")
        month,branch,orders,turnover,points,worth,cost_share_percent
        2026-03,'=1+1,1,12.50,0,0.00,0.00
    """
    rows = (
        ({"month": month, "branch": branch} | sums.to_dict())
        for (month, branch), sums in report.by_month_and_branch.items()
    )
    return "".join([csv_line(HEADER), *(csv_line([row[name] for name in HEADER]) for row in rows)])


LIFE_HEADER: Final = ("month", "issued", "redeemed", "expired", "liability", "liability_worth")


def life_csv(life: Life) -> str:
    r"""
    Give the table of the months of *life*: what was issued, redeemed and expired in each, and the liability at its end.

    Examples:
        >>> from loyaltykit import Money, Points
        >>> from loyaltykit.replay import Flow, Life, life_csv
        >>> march = Flow(Points(100), Points(30), Points(20), Points(50), Money("0.50", "USD"))
        >>> print(life_csv(Life("all", None, march, {"2026": march}, {"2026-03": march})), end="")
        month,issued,redeemed,expired,liability,liability_worth
        2026-03,100,30,20,50,0.50
    """
    lines = [csv_line([month, *flow.to_dict().values()]) for month, flow in life.by_month.items()]
    return "".join([csv_line(LIFE_HEADER), *lines])
