"""Whom workers' codes brought (G11)."""

from __future__ import annotations

import pytest

from tests.operations.support import AT, DAY, ride, rub
from tests.reports.support import figures, issued

DRIVERS = {"name": "drivers", "kind": "worker", "points": 100, "worker_points": 50}
OFF = {"name": "off", "kind": "worker", "percent": "10", "worker_points": 50}
NUMBERS = ("orders", "turnover", "discount", "points", "worker_points")


@pytest.fixture
def loyalty(life):
    """Give a program with codes of workers and a common one."""
    common = {"name": "summer", "code": "SUMMER", "points": 10}
    return life(promo=[DRIVERS, common, OFF])


def code_of(loyalty, worker, promo="drivers"):
    """Give a worker a code, and tell it."""
    (code,) = loyalty.codes.generate(f"{promo} of {worker}", promo, 1, at=AT, worker=worker)
    return code


def told(loyalty, at=AT, **bounds):
    """Give the rows as plain figures, with the total behind them."""
    report = loyalty.reports.worker_codes(at=at, **bounds)
    return [
        (row.worker, row.code, row.promo, row.customer, *figures(row, *NUMBERS)) for row in (*report.rows, report.total)
    ]


def test_G11_whom_each_code_brought(loyalty, repository):
    """By worker and customer; a common code brings nobody."""
    seven, eight = code_of(loyalty, "w7"), code_of(loyalty, "w8", "off")
    for member, code in (("m3", eight), ("m1", seven), ("m2", seven), ("m4", "SUMMER")):
        loyalty.settle(ride("400.00", id=f"of {member}", customer=member), at=AT, promo_code=code)
    assert told(loyalty) == [
        ("w7", seven, "drivers", "m1", "1", "400.00", "0.00", "100", "50"),
        ("w7", seven, "drivers", "m2", "1", "400.00", "0.00", "100", "50"),
        ("w8", eight, "off", "m3", "1", "360.00", "40.00", "0", "50"),
        (None, None, None, None, "3", "1160.00", "40.00", "200", "150"),
    ]
    assert issued(repository, "drivers", "off") == {"m1": 100, "m2": 100, "w7": 100, "w8": 50}


def test_G11_in_the_promos_report_they_re_all_together(loyalty):
    """Points of customers and of workers apart."""
    code = code_of(loyalty, "w7")
    loyalty.settle(ride("400.00"), at=AT, promo_code=code)
    (row, *_) = loyalty.reports.promos(at=AT).rows
    assert figures(row, "promo", "uses", "points", "worker_points") == ("drivers", "1", "100", "50")


def test_G11_a_code_that_nobody_used_brought_nobody(loyalty):
    """Nor one of an order that was cancelled, or is under way."""
    code = code_of(loyalty, "w7")
    for name in ("o1", "o2"):
        loyalty.place(ride(id=name, customer=name), at=AT, promo_code=code)
    loyalty.cancel("o1", at=AT)
    assert told(loyalty) == [(None, None, None, None, "0", "0.00", "0.00", "0", "0")]


def test_G11_refunds_lower_all_of_it(loyalty):
    """Wholly refunded, nothing is left, and no row."""
    code = code_of(loyalty, "w7")
    loyalty.settle(ride("400.00"), at=AT, promo_code=code)
    loyalty.refund("r1", "o1", at=AT, amount=rub("200.00"))
    assert told(loyalty)[0][4:] == ("1", "200.00", "0.00", "50", "25")
    loyalty.refund("r2", "o1", at=AT)
    assert len(told(loyalty)) == 1


def test_G11_a_period_and_forgotten_people(loyalty):
    """Ids stay; what isn't in the period isn't told."""
    code = code_of(loyalty, "w7")
    loyalty.settle(ride("400.00"), at=AT, promo_code=code)
    for member in ("m1", "w7"):
        loyalty.members.forget(member, at=AT)
    assert told(loyalty)[0] == ("w7", code, "drivers", "m1", "1", "400.00", "0.00", "100", "50")
    assert len(told(loyalty, AT + DAY, start=AT + DAY)) == 1
