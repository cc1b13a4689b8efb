"""Cashback: percent, points, steps, minimum, maximum, basis and rounding (G5)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from loyaltykit import (
    Award,
    Cashback,
    CashbackStep,
    LoyaltyError,
    MixedUnits,
    Money,
    Order,
    Percent,
    Points,
    PointValue,
    Scope,
    SettingsError,
    Term,
    cashback_for,
)

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
ROUBLE = PointValue("1", "RUB")


def rub(amount):
    return Money(amount, "RUB")


def decide(rule, price, point_value=ROUBLE, *, order=None, **sums):
    order = order or Order(id="o1", customer="m1", price=None if price is None else rub(price))
    return cashback_for(rule, order, at=AT, point_value=point_value, **sums)


def test_G5_a_percent_of_the_order():
    """5 % of 412.00 at one rouble a point is 20.6, so 21 points, and the award says of what."""
    decision = decide(Cashback(percent=Percent(5)), "412.00")
    assert decision.effects == (Award("m1", Points(21), rub("412.00"), Percent(5)),)
    assert decision.reasons == ()


def test_a_percent_passes_the_point_value_before_the_one_rounding():
    """5 % of 412.00 at 0.50 a point is 41.2, so 41; rounding the money first would give 42."""
    assert decide(Cashback(percent=Percent(5)), "412.00", PointValue("0.50", "RUB")).points == Points(41)


def test_two_per_hundred_of_199_is_3_and_not_2():
    """Units aren't floored before they're multiplied: 2 % of 199 is 3.98, rounded down 3."""
    assert decide(Cashback(percent=Percent(2), rounding="down"), "199").points == Points(3)


def test_G5_points_whatever_the_price():
    """A fixed number of points has neither basis nor percent."""
    assert decide(Cashback(points=Points(20)), "412.00").effects == (Award("m1", Points(20)),)


def test_G5_from_a_minimum_order():
    """The minimum itself earns; a kopeck less doesn't, and the reason has both figures."""
    rule = Cashback(percent=Percent(5), minimum=rub(300))
    assert decide(rule, "300.00").points == Points(15)
    decision = decide(rule, "299.99")
    assert decision.effects == ()
    (reason,) = decision.reasons
    assert (reason.code, reason.minimum, reason.actual) == ("below_minimum", rub(300), rub("299.99"))


STEPS = Cashback(
    steps=(
        CashbackStep(from_price=rub(300), percent=Percent(3)),
        CashbackStep(from_price=rub(1000), percent=Percent(5)),
        CashbackStep(from_price=rub(5000), points=Points(300)),
    )
)


@pytest.mark.parametrize(
    ("price", "points"),
    [
        ("300.00", 9),
        ("999.99", 30),
        ("1000.00", 50),
        ("1200.00", 60),
        ("4999.99", 250),
        ("5000.00", 300),
        ("9999", 300),
    ],
)
def test_the_highest_step_reached_answers_for_the_whole(price, points):
    """1,200 at 5 % is 60: never in slices."""
    assert decide(STEPS, price).points == Points(points)


def test_below_the_lowest_step_nothing_is_earned():
    """The lowest step is a minimum too; of the two the higher counts."""
    assert decide(STEPS, "299.99").reasons[0].minimum == rub(300)
    step = CashbackStep(from_price=rub(300), percent=Percent(3))
    assert decide(Cashback(steps=(step,), minimum=rub(500)), "400").reasons[0].minimum == rub(500)
    assert decide(Cashback(steps=(step,), minimum=rub(200)), "250").reasons[0].minimum == rub(300)


def test_steps_go_by_the_price_and_take_their_share_of_the_basis():
    """1,200 by the price is the step of 5 %, taken of the 900 that are charged."""
    assert decide(STEPS, "1200", charged=rub(900)).points == Points(45)


def test_an_order_earns_at_most_the_maximum():
    """The reason keeps what would have been due; just the maximum needs none."""
    rule = Cashback(percent=Percent(5), maximum=Points(50))
    assert decide(rule, "1000").reasons == ()
    decision = decide(rule, "1010")
    assert decision.points == Points(50)
    assert decision.effects[0].basis == rub(1010)
    (reason,) = decision.reasons
    assert (reason.code, reason.maximum, reason.uncapped) == ("capped", Points(50), Points(51))


@pytest.mark.parametrize(
    ("basis", "sums", "points"),
    [
        ("price", {"charged": rub(800), "payable": rub(600)}, 100),
        ("charged", {"charged": rub(800), "payable": rub(600)}, 80),
        ("payable", {"charged": rub(800), "payable": rub(600)}, 60),
        ("payable", {"charged": rub(800)}, 80),
        ("payable", {}, 100),
        ("charged", {}, 100),
    ],
)
def test_the_basis_is_a_setting(basis, sums, points):
    """A sum that isn't told is the one before it."""
    assert decide(Cashback(percent=Percent(10), basis=basis), "1000", **sums).points == Points(points)


def test_an_order_paid_whole_with_points_has_a_basis_of_nothing():
    """Payable zero is zero, and not the price."""
    decision = decide(Cashback(percent=Percent(10), basis="payable"), "1000", charged=rub(1000), payable=rub(0))
    assert decision.effects == ()
    assert (decision.reasons[0].code, decision.reasons[0].basis) == ("rounded_to_nothing", rub(0))
    discounted = decide(Cashback(percent=Percent(10)), "1000", charged=rub(0))
    assert discounted.effects == ()


@pytest.mark.parametrize(
    ("rounding", "points"),
    [("half_up", 3), ("half_even", 2), ("half_down", 2), ("up", 3), ("down", 2), ("ceiling", 3), ("floor", 2)],
)
def test_rounding_is_the_rules_own(rounding, points):
    """2.5 points, seven ways."""
    assert decide(Cashback(percent=Percent("2.5"), rounding=rounding), "100").points == Points(points)


def test_points_are_rounded_to_a_step():
    """41.2 points to tens are 40, and 45 go up."""
    rule = Cashback(percent=Percent(10), rounding_step=Points(10))
    assert decide(rule, "412").points == Points(40)
    assert decide(rule, "450").points == Points(50)


def test_points_with_digits():
    """5 % of 412.37 is 20.6185, so 20.62 points of two digits; maxima of whole points fit in."""
    fine = PointValue("1", "RUB", digits=2)
    assert decide(Cashback(percent=Percent(5)), "412.37", fine).points == Points("20.62", digits=2)
    assert decide(Cashback(percent=Percent(5), maximum=Points(20)), "412.37", fine).points == Points(20)
    assert decide(Cashback(points=Points(7)), "412.37", fine).points.digits == 2
    step = Cashback(percent=Percent(5), rounding_step=Points("0.50", digits=2))
    assert decide(step, "412.37", fine).points == Points("20.50", digits=2)


def test_a_share_that_rounds_to_nothing_is_no_award():
    """One per cent of a rouble is less than a point; the reason says of what."""
    decision = decide(Cashback(percent=Percent(1)), "1.00")
    assert decision.effects == ()
    assert str(decision.reasons[0]) == "1 % of 1.00 RUB comes to less than the smallest award"


def test_without_customer_or_price_there_is_a_reason():
    """Loyalty never stops an order: what's missing is a reason, not an error."""
    rule = Cashback(percent=Percent(5))
    assert decide(rule, None).reasons[0].code == "price_unknown"
    assert decide(rule, None, order=Order(id="o", price=rub(100))).reasons[0].code == "no_customer"


def test_outside_its_scope_a_rule_doesnt_answer():
    """The decision has the reason, and says that it wasn't the one to answer."""
    decision = decide(Cashback(percent=Percent(5), scope=Scope(branches=("a",))), "100")
    assert not decision.in_scope
    assert decision.reasons[0].code == "outside_scope"
    assert decide(Cashback(percent=Percent(5), minimum=rub(500)), "100").in_scope


def test_another_currency_is_a_mistake_of_the_host():
    """It can't be a reason: no rule of the program could ever answer for it."""
    with pytest.raises(MixedUnits, match="program's currency, RUB"):
        decide(Cashback(percent=Percent(5)), None, order=Order(id="o", customer="m", price=Money(5, "USD")))


def test_settings_made_in_python_are_checked_alike():
    """Two ways to gain, and a step in vain: the same problems as in a file."""
    with pytest.raises(SettingsError, match="says twice what it gives: percent, points"):
        Cashback(percent=Percent(5), points=Points(5))
    with pytest.raises(SettingsError, match="doesn't come after"):
        Cashback(steps=tuple(reversed(STEPS.steps)))
    with pytest.raises(SettingsError, match=r"percent: 5 is not a percent"):
        Cashback(percent=5)
    with pytest.raises(SettingsError, match=r"percent: 2.5 is a float"):
        Cashback(percent=2.5)


def test_a_gain_may_reach_the_maximum():
    """Just the maximum is no contradiction, in points, in a step and in a rounding step."""
    step = CashbackStep(from_price=rub(1), points=Points(40))
    assert Cashback(points=Points(40), maximum=Points(40)).points == Points(40)
    assert Cashback(steps=(step,), maximum=Points(40)).steps == (step,)
    assert Cashback(percent=Percent(5), rounding_step=Points(40), maximum=Points(40)).maximum == Points(40)


def test_payable_alone_is_the_basis_too():
    """Each sum may be told without the others."""
    rule = Cashback(percent=Percent(5), basis="payable")
    assert decide(rule, "412.00", payable=rub(100)).points == Points(5)


@pytest.mark.parametrize("charged", [Money(-1, "RUB"), 412, Money(412, "USD")])
def test_a_basis_is_money_of_the_program_and_never_below_zero(charged):
    """Anything else is a mistake of the host, and never an award below zero."""
    with pytest.raises(LoyaltyError):
        decide(Cashback(percent=Percent(5)), "412.00", charged=charged)


def test_points_typed_whole_count_whole_under_any_digits():
    """Points(10) is ten points, and not ten hundredths, as a step, a gain and a maximum."""
    fine = PointValue("1", "RUB", digits=2)
    assert decide(Cashback(percent=Percent(10), rounding_step=Points(10)), "412", fine).points == Points(40)
    assert decide(Cashback(points=Points(7), maximum=Points(7)), "412", fine).points == Points(7)
    capped = decide(Cashback(percent=Percent(10), maximum=Points(10)), "412", fine)
    assert (capped.points, capped.points.digits) == (Points(10), 2)


def test_settings_of_two_currencies_contradict_each_other():
    """In steps, and in a minimum beside them: the first one that stands there is what the others are compared with."""
    steps = [CashbackStep(from_price=Money(n, code), percent=Percent(n)) for n, code in ((1, "RUB"), (2, "USD"))]
    with pytest.raises(SettingsError) as caught:
        Cashback(steps=steps)
    assert [(problem.path, problem.code) for problem in caught.value.problems] == [("steps[1].from", "wrong_currency")]
    with pytest.raises(SettingsError, match=r"minimum: 1\.00 USD is not in RUB"):
        Cashback(steps=steps[:1], minimum=Money(1, "USD"))


def test_S2_an_award_may_be_delayed():
    """It says for how long; without a delay it's credited at once."""
    rule = Cashback(points=Points(20), delay=Term("PT3H"))
    assert decide(rule, "412.00").effects == (Award("m1", Points(20), delay=Term("PT3H")),)
    by_percent = Cashback(percent=Percent(5), delay=Term("P1D"))
    assert decide(by_percent, "412.00").awards[0].delay == Term("P1D")
    assert decide(Cashback(points=Points(20)), "412.00").awards[0].delay is None
