"""Redemption: share, minimum and maximum of paying with points (G7, R3, R10)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from loyaltykit import (
    ExcessDigits,
    InvalidValue,
    MixedUnits,
    Money,
    Order,
    Percent,
    Points,
    PointValue,
    Redeem,
    Redemption,
    Scope,
    Standing,
    redemption_for,
)

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
ROUBLE = PointValue("1", "RUB")


def rub(amount):
    return Money(amount, "RUB")


def decide(rule, requested, *, price="412.00", balance=1000, point_value=ROUBLE, charged=None, customer="m1"):
    order = Order(id="o1", customer=customer, price=None if price is None else rub(price))
    standing = Standing(balance=balance if isinstance(balance, Points) else Points(balance))
    return redemption_for(
        rule, order, at=AT, requested=requested, standing=standing, point_value=point_value, charged=charged
    )


def test_G7_an_order_may_be_paid_wholly_with_points():
    """Without limits the whole charged sum may be paid so, and no more."""
    assert decide(Redemption(), Points(412)).effects == (Redeem("m1", Points(412), rub("412.00")),)
    decision = decide(Redemption(), Points(500))
    assert decision.points == Points(412)
    assert decision.reasons[0].code == "limited_by_share"


def test_G7_or_partly():
    """Half of 412.00 is 206; just that much needs no reason."""
    half = Redemption(max_share=Percent(50))
    assert decide(half, Points(206)).reasons == ()
    decision = decide(half, Points(207))
    assert decision.effects == (Redeem("m1", Points(206), rub("206.00")),)
    (reason,) = decision.reasons
    assert (reason.share, reason.charged, reason.limit, reason.requested) == (
        Percent(50),
        rub("412.00"),
        Points(206),
        Points(207),
    )


@pytest.mark.parametrize(
    ("price", "share", "value", "points", "worth"),
    [
        ("2.85", 50, "0.0095", 150, "1.42"),  # 1.425 by the share: 150 points are worth just that, floored
        ("1.42", 100, "0.0095", 150, "1.42"),  # 149 would leave a cent that no points could pay
        ("3.33", 30, "0.001", 990, "0.99"),  # 0.999 by the share: nine more points would be spent for nothing
        ("10.00", 100, "3", 3, "9.00"),
    ],
)
def test_G7_a_share_is_paid_with_the_fewest_points_that_pay_it(price, share, value, points, worth):
    """Neither a cent too little for rounding twice, nor a point for nothing."""
    rule = Redemption(max_share=Percent(share))
    (effect,) = decide(rule, Points(9999), price=price, balance=9999, point_value=PointValue(value, "RUB")).effects
    assert (effect.points, effect.worth) == (Points(points), rub(worth))


def test_a_share_is_never_exceeded_by_rounding():
    """A third of 100.01 is 33.3333…: 33.33 in money, and 33 whole points."""
    rule = Redemption(max_share=Percent("33.3333"))
    assert decide(rule, Points(99), price="100.01").points == Points(33)
    fine = PointValue("1", "RUB", digits=2)
    assert decide(rule, Points(99), price="100.01", point_value=fine).points == Points("33.33", digits=2)


def test_R3_at_most_the_maximum():
    """The smallest limit is the one that's named."""
    rule = Redemption(max_share=Percent(50), maximum=Points(100))
    decision = decide(rule, Points(300))
    assert decision.points == Points(100)
    (reason,) = decision.reasons
    assert (reason.code, reason.maximum, reason.requested) == ("limited_by_maximum", Points(100), Points(300))


def test_R3_just_the_maximum_needs_no_reason():
    """And minimum and maximum may be one: then it's that or nothing."""
    rule = Redemption(minimum=Points(100), maximum=Points(100))
    assert decide(rule, Points(100)).reasons == ()
    assert decide(rule, Points(99)).effects == ()


def test_R3_less_than_the_minimum_isnt_spent_at_all():
    """The minimum itself is; what was possible stands in the reason, beside the limit that made it so."""
    rule = Redemption(minimum=Points(50))
    assert decide(rule, Points(50)).points == Points(50)
    decision = decide(rule, Points(49))
    assert decision.effects == ()
    assert (decision.reasons[0].minimum, decision.reasons[0].possible) == (Points(50), Points(49))
    decision = decide(rule, Points(300), balance=20)
    assert [reason.code for reason in decision.reasons] == ["limited_by_balance", "below_minimum_redemption"]


def test_never_more_than_the_balance():
    """The member's points are the first limit."""
    decision = decide(Redemption(), Points(300), balance=120)
    assert decision.points == Points(120)
    assert (decision.reasons[0].balance, decision.reasons[0].requested) == (Points(120), Points(300))


def test_all_is_as_many_as_there_are_and_the_rule_allows():
    """No reason is due where all that there is was spent."""
    assert decide(Redemption(), "all", balance=120).effects == (Redeem("m1", Points(120), rub(120)),)
    assert decide(Redemption(), "all", balance=120).reasons == ()
    assert decide(Redemption(), "all", balance=999).points == Points(412)


def test_nothing_asked_or_nothing_there_is_nothing_spent():
    """Zero is a request like any other."""
    assert decide(Redemption(), Points(0)).effects == ()
    assert decide(Redemption(), "all", balance=0).effects == ()


def test_the_share_is_of_what_is_charged():
    """A discount lowers it; a charge of nothing leaves nothing to pay."""
    half = Redemption(max_share=Percent(50))
    assert decide(half, Points(300), charged=rub(200)).points == Points(100)
    assert decide(half, Points(300), charged=rub(0)).effects == ()


def test_points_are_valued_at_the_point_value_floored():
    """150 points at 0.0095 are 1.425, so 1.42; one point alone is worth nothing."""
    cent = PointValue("0.0095", "RUB")
    assert decide(Redemption(), Points(150), point_value=cent).effects == (Redeem("m1", Points(150), rub("1.42")),)
    decision = decide(Redemption(), Points(1), point_value=cent)
    assert decision.effects == ()
    assert (decision.reasons[0].code, decision.reasons[0].points) == ("worth_nothing", Points(1))
    decision = decide(Redemption(maximum=Points(1)), Points(5), point_value=cent)
    assert [reason.code for reason in decision.reasons] == ["limited_by_maximum", "worth_nothing"]


def test_a_limit_in_money_is_never_exceeded_by_points():
    """10.00 at 3.00 a point are 3 points, worth 9.00."""
    (effect,) = decide(Redemption(), "all", price="10.00", point_value=PointValue("3", "RUB")).effects
    assert (effect.points, effect.worth) == (Points(3), rub("9.00"))


def test_R10_without_a_price_share_and_minimum_wait_for_completion():
    """A hold keeps the request up to balance and maximum."""
    rule = Redemption(max_share=Percent(50), minimum=Points(50), maximum=Points(300))
    decision = decide(rule, Points(20), price=None)
    assert decision.points == Points(20)
    assert [reason.code for reason in decision.reasons] == ["limits_at_completion"]
    decision = decide(rule, Points(400), price=None)
    assert decision.points == Points(300)
    assert [reason.code for reason in decision.reasons] == ["limits_at_completion", "limited_by_maximum"]


def test_points_of_other_digits_are_the_same_points():
    """200 asked under two digits are 200.00; surplus digits under none are refused, not cut."""
    fine = PointValue("1", "RUB", digits=2)
    assert decide(Redemption(), Points(200), point_value=fine).points == Points("200.00", digits=2)
    with pytest.raises(ExcessDigits):
        decide(Redemption(), Points("1.5", digits=1))


@pytest.mark.parametrize("requested", [Points(-1), 200, "everything", None, True])
def test_a_request_is_points_or_all(requested):
    """A number isn't points, and less than zero would be a gift."""
    with pytest.raises(InvalidValue, match="points to redeem are Points") as caught:
        decide(Redemption(), requested)
    assert caught.value.value is requested


def test_without_customer_or_outside_the_scope_nothing_is_spent():
    """Both are reasons, and the scope's is no answer."""
    assert decide(Redemption(), Points(5), customer=None).reasons[0].code == "no_customer"
    decision = decide(Redemption(scope=Scope(channels=("app",))), Points(5))
    assert not decision.in_scope


def test_another_currency_is_a_mistake_of_the_host():
    """Points can't be worth dollars in a program of roubles."""
    with pytest.raises(MixedUnits):
        decide(Redemption(), Points(5), charged=Money(5, "USD"))


@pytest.mark.parametrize("charged", [Money(-100, "RUB"), 412])
def test_what_is_charged_is_money_and_never_below_zero(charged):
    """Less than nothing can't be paid with points: it would hand some out."""
    with pytest.raises(InvalidValue, match="never below zero"):
        decide(Redemption(), Points(5), charged=charged)
