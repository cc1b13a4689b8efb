"""The surcharges of an order: one of each of the two kinds (G2, G3, G4)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from loyaltykit import Credit, Money, Order, Percent, Program, SettingsError, work_out
from loyaltykit.waterfall.surcharges import surcharges_for

AT = datetime(2026, 3, 10, 9, tzinfo=UTC)
BASE = {"id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow"}
CENTRE, COMFORT = {"districts": ["76"]}, {"worker_tariffs": ["comfort"]}


def rub(amount):
    return Money(amount, "RUB")


def program(*surcharges):
    return Program.from_dict(BASE | {"surcharge": list(surcharges)})


def decide(program, price="250.00", **facts):
    return surcharges_for(program, Order(**{"id": "o1", "worker": "w7", "price": rub(price)} | facts), at=AT)


def test_G2_G3_the_two_kinds_stack():
    """Raised to the figure first; the percent is of the price, not of what it was raised to."""
    raised, fixed = decide(program({"percent": 10}, {"raise_to": 300}))
    assert raised.effects == (Credit("w7", rub(50)),)
    assert fixed.effects == (Credit("w7", rub(25), Percent(10)),)


def test_G4_of_each_kind_the_first_that_matches_answers():
    """The district's, else the worker tariff's general one."""
    rules = program(
        {"name": "centre", "raise_to": 400, "scope": CENTRE | COMFORT},
        {"name": "comfort", "raise_to": 300, "scope": COMFORT},
        {"name": "gift", "sum": 5, "scope": CENTRE},
    )
    told = {"district": "76", "worker_tariff": "comfort"}
    assert [decision.rule for decision in decide(rules, **told)] == ["centre", "gift"]
    raised, fixed = decide(rules, **told | {"district": "77"})
    assert (raised.rule, fixed.effects, fixed.in_scope) == ("comfort", (), False)


def test_a_kind_without_rules_gives_no_answer():
    """Nor does a program without any."""
    assert decide(Program.from_dict(BASE)) == ()
    assert len(decide(program({"sum": 5}))) == 1


def test_each_kind_is_judged_by_itself_whether_it_can_answer():
    """One that raises doesn't stand in the way of one that adds; two of one kind do, by their places in the file."""
    program({"raise_to": 300}, {"sum": 5})
    with pytest.raises(SettingsError) as caught:
        program({"raise_to": 300}, {"sum": 5}, {"percent": 5}, {"raise_to": 200})
    assert [(problem.path, problem.code, problem.rules) for problem in caught.value.problems] == [
        ("surcharge[3]", "unreachable", ("surcharge[0]",)),
        ("surcharge[2]", "unreachable", ("surcharge[1]",)),
    ]


def test_a_surcharge_that_cant_be_read_is_one_problem():
    """Nothing more is made of it."""
    with pytest.raises(SettingsError) as caught:
        program({"raise_to": "much"}, {"sum": 5})
    assert [problem.path for problem in caught.value.problems] == ["surcharge[0].raise_to"]


def test_G2_the_price_stays_what_it_is():
    """Whatever the worker gets, the customer is charged the price, and cashback is of that."""
    rules = Program.from_dict(BASE | {"cashback": [{"percent": 10}], "surcharge": [{"raise_to": 300}, {"percent": 10}]})
    order = Order(id="o1", customer="m1", worker="w7", price=rub(250))
    worked = work_out(rules, order, at=AT)
    assert (worked.price, worked.charged, worked.payable) == (rub(250), rub(250), rub(250))
    assert [each.money for decision in worked.decisions for each in decision.credits] == [rub(50), rub(25)]
    assert [award.points.minor for award in worked.awards] == [25]
