"""Step 4 at completion: of the points that were held at placing, those that are spent (R10)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from loyaltykit import Money, Order, Points, Program, Redeem, work_out
from loyaltykit.waterfall.captured import Promised, captured_for

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
BASE = {"id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow"}
HALF = {"redemption": [{"max_share": 50, "minimum": 50, "maximum": 120}]}


def rub(amount):
    return Money(amount, "RUB")


def captured(charged, held=200, *, limited=True, **rules):
    """Give the decision about *held* points for an order that is *charged* so much in the end."""
    charged = None if charged is None else rub(charged)
    order = Order(id="o1", customer="m1", price=charged)
    program = Program.from_dict(BASE | (rules or HALF))
    promised = Promised(Points(held), limited=limited)
    return captured_for(program, order, at=AT, promised=promised, charged=charged)


def test_R10_exactly_what_was_held_is_taken():
    """Charged 412, 200 points. Neither share nor minimum nor maximum is judged again, nor whether any rule remains."""
    for rules in (HALF, {"cashback": [{"percent": 5}]}):
        for charged in ("412.00", "200.00"):
            decision = captured(charged, **rules)
            assert decision.effects == (Redeem("m1", Points(200), rub(200)),)
            assert decision.reasons == ()


@pytest.mark.parametrize(("charged", "spent"), [("199.99", 199), ("150", 150), ("1", 1)])
def test_R10_fewer_only_where_the_final_sum_is_worth_less(charged, spent):
    """The reason names the sum, and what it can be paid with."""
    decision = captured(charged)
    assert decision.effects == (Redeem("m1", Points(spent), rub(spent)),)
    (reason,) = decision.reasons
    assert (reason.code, reason.charged, reason.limit, reason.held) == (
        "limited_by_price",
        rub(charged),
        Points(spent),
        Points(200),
    )


@pytest.mark.parametrize("charged", ["0", "0.99"])
def test_nothing_is_spent_where_nothing_can_be_paid(charged):
    """A ride that costs less than a point is worth."""
    decision = captured(charged)
    assert (decision.effects, decision.reasons[0].code) == ((), "limited_by_price")


def test_points_worth_less_than_a_minor_unit_pay_all_of_it():
    """1.42 at 0.0095 a point takes 150 points: 149 would leave a cent that none could ever pay."""
    program = {"point_value": "0.0095"} | HALF
    assert captured("1.42", **program).effects[0].points == Points(150)


def test_R10_a_price_that_is_never_known_limits_nothing():
    """What was held within the limits is spent."""
    assert captured(None).effects[0].points == Points(200)


@pytest.mark.parametrize(
    ("charged", "spent", "code"),
    [("412", 120, "limited_by_maximum"), ("150", 75, "limited_by_share"), ("90", 0, "limited_by_share")],
)
def test_R3_where_no_price_was_known_at_placing_the_limits_bind_now(charged, spent, code):
    """All of them: share, maximum, minimum."""
    decision = captured(charged, limited=False)
    assert decision.points == Points(spent)
    assert decision.reasons[0].code == code
    assert (decision.reasons[-1].code == "below_minimum_redemption") == (not spent)


def test_what_is_asked_for_now_doesnt_matter_once_points_are_held():
    """The hold is the request."""
    order = Order(id="o1", customer="m1", price=rub(412))
    promised = Promised(Points(200), limited=True)
    breakdown = work_out(Program.from_dict(BASE | HALF), order, at=AT, redeem=Points(50), promised=promised)
    assert (breakdown.redeemed, breakdown.payable) == (Points(200), rub(212))


def test_R4_outside_its_branches_a_program_takes_nothing():
    """What was held there, if ever it was, goes back."""
    program = Program.from_dict(BASE | HALF | {"branches": [{"id": "centre"}]})
    promised = Promised(Points(200), limited=True)
    breakdown = work_out(program, Order(id="o1", customer="m1", price=rub(412)), at=AT, promised=promised)
    assert (breakdown.redeemed, breakdown.reasons[0].code) == (Points(0), "outside_branches")
