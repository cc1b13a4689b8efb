"""The report and its JSON."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction

import pytest

from loyaltykit import Money, Points
from loyaltykit.replay import report_in_words
from loyaltykit.replay.report import LongRows, Sums, percent_text
from tests.replay.support import FULL, replayed, revisions

TEXT = (
    "when,fare,who,where,how\n"
    "2026-03-01T12:00:00-06:00,10.00,m1,north,\n"
    "2026-03-02T12:00:00-06:00,0.05,m2,,\n"
    "2026-03-03T12:00:00-06:00,-1.00,m2,,\n"
    "\n"
    "2026-04-01T12:00:00-05:00,20.00,m1,north,,\n"
)


def test_the_report_as_json():
    """Every figure, by hand: 5 % of 10.00 and 20.00 is 50 and 100 points; 5 % of 0.05 is a quarter of one."""
    report = replayed(TEXT, named=FULL)
    first = {"orders": 1, "turnover": "10.00", "points": "50", "worth": "0.50", "cost_share_percent": "5.00"}
    second = {"orders": 1, "turnover": "0.05", "points": "0", "worth": "0.00", "cost_share_percent": "0.00"}
    third = {"orders": 1, "turnover": "20.00", "points": "100", "worth": "1.00", "cost_share_percent": "5.00"}
    total = {"orders": 3, "turnover": "30.05", "points": "150", "worth": "1.50", "cost_share_percent": "4.99"}
    march = {"orders": 2, "turnover": "10.05", "points": "50", "worth": "0.50", "cost_share_percent": "4.98"}
    north = {"orders": 2, "turnover": "30.00", "points": "150", "worth": "1.50", "cost_share_percent": "5.00"}
    assert json.loads(report.to_json()) == {
        "program": "city",
        "currency": "USD",
        "revisions": [{"revision": revisions(cashback=[{"percent": 5}]).programs[0].revision, "orders": 3}],
        "first_order": "2026-03-01T18:00:00+00:00",
        "last_order": "2026-04-01T17:00:00+00:00",
        "orders_read": 4,
        "blank_lines": 1,
        "rows_over_several_lines": None,
        "empty_surplus_fields": 1,
        "further_lines": 0,
        "cancelled": 0,
        "no_shows": 0,
        "refused": {
            "count": 1,
            "by_code": {"negative_price": 1},
            "rows": [{"line": 4, "code": "negative_price", "words": "the price, -1.00, is below zero"}],
            "rows_not_listed": 0,
        },
        "total": total,
        "by_year": {"2026": total},
        "by_month": {"2026-03": march, "2026-04": third},
        "by_branch": [{"branch": None} | second, {"branch": "north"} | north],
        "by_month_and_branch": [
            {"month": "2026-03", "branch": None} | second,
            {"month": "2026-03", "branch": "north"} | first,
            {"month": "2026-04", "branch": "north"} | third,
        ],
        "by_rule": [
            {
                "rule": "cashback",
                "kind": "cashback",
                "awards": 2,
                "points": "150",
                "money": "0.00",
                "cost": "1.50",
                "cost_share_percent": "4.99",
            }
        ],
        "by_district": [],
        "costs": {"points": "1.50", "surcharges": "0.00", "bonuses": "0.00", "discounts": "0.00", "total": "1.50"},
        "tiers": [],
        "tiers_by_month": [],
        "not_counted": [],
        "why_not_more": [
            {
                "rule": "cashback",
                "code": "rounded_to_nothing",
                "orders": 1,
                "first": "5 % of 0.05 USD comes to less than the smallest award",
            }
        ],
        "members": 2,
        "members_who_gained": 1,
        "gained_most": [{"member": "m1", "points": "150", "worth": "1.50", "orders": 2}],
    }


def test_rows_over_several_lines_are_counted():
    """Two of them, over two and three lines; a row that is refused counts too."""
    report = replayed('when,fare,x\n2026-03-01T12Z,1,"a\nb"\n2026-03-01T12Z,2,c\nsoon,1,"\n\n"\n')
    assert report.long_rows == LongRows(2, 5, 2)
    assert report.to_dict()["rows_over_several_lines"] == {"rows": 2, "lines": 5, "first_line": 2}


def test_the_first_and_last_day_are_local():
    """
    The first order is of 1 April in Moscow, the last of 31 March in Chicago, five hours later; JSON has the instants.
    """
    under = revisions(branches=[{"id": "north"}, {"id": "moscow", "time_zone": "Europe/Moscow"}])
    text = "when,fare,who,where,how\n2026-03-31T22:00Z,1,,moscow,\n2026-04-01T03:00Z,1,,north,\n"
    report = replayed(text, named=FULL, under=under)
    assert (report.first_day, report.last_day) == (date(2026, 3, 31), date(2026, 4, 1))
    assert report_in_words(report).splitlines()[0].endswith("over 2 orders from 2026-03-31 to 2026-04-01")
    assert report.to_dict()["first_order"] == "2026-03-31T22:00:00+00:00"


def test_a_day_is_that_of_the_clock_on_the_wall():
    """At 21:30 on 31 March in Chicago it's April in UTC; month and headline agree."""
    report = replayed("when,fare\n2026-03-31T21:30-05:00,1\n")
    assert (report.first_day, list(report.by_month)) == (date(2026, 3, 31), ["2026-03"])
    assert report_in_words(report).startswith("city, replayed over 1 order from 2026-03-31 to 2026-03-31\n")


def test_no_figure_is_ever_a_float():
    """Counts are whole numbers, amounts and shares text."""

    def refuse(text):
        raise AssertionError(text)

    json.loads(replayed(TEXT, named=FULL).to_json(), parse_float=refuse)


def test_a_report_of_no_orders():
    """A header alone is a file of no orders: there's no share, and no first order."""
    report = replayed("when,fare\n")
    assert report.total == Sums(0, Money("0", "USD"), Points(0), Money("0", "USD"))
    assert (report.first_at, report.first_day, report.last_day, report.total.cost_share) == (None,) * 4
    assert report.revisions == ()
    assert json.loads(report.to_json())["total"]["cost_share_percent"] is None


def test_points_with_decimals_are_counted_in_full():
    """5 % of 0.05 at a cent a point is a quarter of a point; four of them are a point, worth a cent."""
    under = revisions(digits=2, cashback=[{"percent": 5}])
    lines = [f"2026-03-0{day}T12Z,0.05,m1,," for day in range(1, 5)]
    report = replayed("when,fare,who,where,how\n" + "\n".join(lines), named=FULL, under=under)
    assert report.total.points == Points("1.00", digits=2)
    assert str(report.total.worth) == "0.01 USD"
    assert report.gained_most[0].points == Points(1)


def test_an_order_counts_once_for_each_reason_of_a_rule():
    """Three rules that lie outside are one answer: no rule matched; it counts as one order for its code."""
    scopes = [{"percent": 5, "scope": {"branches": [name]}} for name in ("a", "b", "c")]
    report = replayed("when,fare,who,where,how\n2026-03-01T12Z,1,m1,d,\n", named=FULL, under=revisions(cashback=scopes))
    assert [(why.rule, why.orders, why.first.code) for why in report.why_not_more] == [("cashback", 1, "outside_scope")]
    assert report.why_not_more[0].first.allowed == ("a",)


def test_the_ten_who_gained_most_are_named_ties_by_id():
    """Twelve members earn the same: the ten smallest ids are named."""
    lines = "".join(f"2026-03-01T12Z,10,m{number:02},,\n" for number in range(12, 0, -1))
    report = replayed("when,fare,who,where,how\n" + lines, named=FULL)
    assert [gain.member for gain in report.gained_most] == [f"m{number:02}" for number in range(1, 11)]
    assert (report.members, report.gainers) == (12, 12)


@pytest.mark.parametrize(
    ("share", "text"),
    [(Fraction(0), "0.00"), (Fraction(1, 20_000), "0.01"), (Fraction(1, 20_001), "0.00"), (Fraction(5, 4), "125.00")],
)
def test_shares_are_rounded_half_up_only_where_theyre_shown(share, text):
    """0.005 % is 0.01 %, a hair less is nothing."""
    assert percent_text(share) == text
