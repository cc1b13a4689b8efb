"""CSV for spreadsheets."""

from __future__ import annotations

from loyaltykit.replay import report_csv
from tests.replay.support import FULL, replayed


def test_the_table_has_a_line_for_each_month_and_branch():
    """Sorted by month, then branch, no branch first; 5 % of 10.00 is 50 points, worth 0.50."""
    report = replayed(
        "when,fare,who,where,how\n"
        "2026-03-31T23:59:59-05:00,10.00,m1,north,\n"
        "2026-04-01T00:00:00-05:00,20.00,m1,north,\n"
        "2026-03-01T12:00:00-06:00,30.00,m1,@centre,\n"
        "2026-03-02T12:00:00-06:00,0.99,,,\n"
        "2026-03-03T12:00:00-06:00,1.00,m2,north,\n",
        named=FULL,
    )
    assert report_csv(report).splitlines() == [
        "month,branch,orders,turnover,points,worth,cost_share_percent",
        "2026-03,,1,0.99,0,0.00,0.00",
        "2026-03,'@centre,1,30.00,150,1.50,5.00",
        "2026-03,north,2,11.00,55,0.55,5.00",
        "2026-04,north,1,20.00,100,1.00,5.00",
    ]
