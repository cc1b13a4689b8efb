"""What workers got by district and rule (G2, G3, G4)."""

from __future__ import annotations

import pytest

from loyaltykit import Loyalty
from tests.operations.support import AT, DAY, city, entries_of, ride, rub
from tests.reports.support import figures, owner

SURCHARGES = [
    {"name": "centre", "raise_to": "450", "scope": {"districts": ["76", "=9"]}},
    {"percent": "10"},
]


@pytest.fixture
def loyalty(life):
    """Give a program with two kinds of surcharges, that takes back what's refunded."""
    return life(surcharge=SURCHARGES, worker_on_refund="take_back")


def worked(loyalty, name="o1", *, district="76", at=AT, price="400.00", **facts):
    return loyalty.settle(ride(price, id=name, **({"worker": "w7", "district": district} | facts)), at=at)


def told(loyalty, at=AT, **bounds):
    """Give the rows as plain figures, with the total behind them."""
    report = loyalty.reports.surcharges(at=at, **bounds)
    return [(row.district, row.rule, *figures(row, "orders", "money")) for row in (*report.rows, report.total)]


def test_G4_by_district_and_rule(loyalty, repository):
    """Orders without a district last; an order that two rules answer for is one in the total."""
    worked(loyalty)
    worked(loyalty, "o2", price="430.00", worker="w8")
    worked(loyalty, "o3", district=None)
    worked(loyalty, "o4", worker=None)
    assert told(loyalty) == [
        ("76", "centre", "2", "70.00"),
        ("76", "surcharge", "2", "83.00"),
        (None, "surcharge", "1", "40.00"),
        (None, None, "3", "193.00"),
    ]
    booked = [entry.amount for entry in entries_of(repository) if owner(entry)[1] == "worker"]
    assert sum(booked) == 19_300


def test_G4_without_surcharges_the_report_is_empty(life):
    """Nothing, in all."""
    assert told(life()) == [(None, None, "0", "0.00")]


def test_G4_refunds_take_back_in_proportion(loyalty):
    """An order that was refunded wholly is none any more, and has no row where nothing is left of its surcharge."""
    worked(loyalty)
    loyalty.refund("r1", "o1", at=AT, amount=rub("200.00"))
    assert told(loyalty)[:2] == [("76", "centre", "1", "25.00"), ("76", "surcharge", "1", "20.00")]
    loyalty.refund("r2", "o1", at=AT)
    assert told(loyalty) == [(None, None, "0", "0.00")]


def test_G4_what_workers_keep_stays_in_the_report(life):
    """As the program says unless it's told otherwise; the order is none any more."""
    loyalty = life(surcharge=SURCHARGES)
    worked(loyalty)
    loyalty.refund("r1", "o1", at=AT)
    assert told(loyalty)[0] == ("76", "centre", "0", "50.00")


def test_G4_a_corrected_district_has_all_of_it(loyalty):
    """The one where it was told wrong has nothing left, and no row."""
    worked(loyalty)
    loyalty.correct("c1", "o1", at=AT, district="12")
    assert told(loyalty) == [("12", "surcharge", "1", "40.00"), (None, None, "1", "40.00")]


def test_G4_payouts_and_forgotten_workers_change_nothing(loyalty):
    """The report is about what was credited."""
    worked(loyalty)
    loyalty.workers.pay_out("p1", "w7", at=AT, amount=rub("10.00"))
    loyalty.members.forget("w7", at=AT)
    assert told(loyalty)[-1] == (None, None, "1", "90.00")


def test_G4_a_period_is_that_of_completion(loyalty):
    """Half-open, and never beyond the moment of the report."""
    for day in range(3):
        worked(loyalty, f"o{day}", at=AT + day * DAY)
    assert told(loyalty, AT + DAY)[-1] == (None, None, "2", "180.00")
    assert told(loyalty, AT + 9 * DAY, start=AT + DAY, end=AT + 2 * DAY)[-1] == (None, None, "1", "90.00")


def test_G4_several_revisions(repository):
    """Each order by its own."""
    worked(Loyalty(city(surcharge=SURCHARGES), repository))
    later = Loyalty(city(surcharge=[{"name": "more", "sum": "5"}]), repository)
    worked(later, "o2")
    assert [row[:3] for row in told(later)] == [
        ("76", "centre", "1"),
        ("76", "more", "1"),
        ("76", "surcharge", "1"),
        (None, None, "2"),
    ]
