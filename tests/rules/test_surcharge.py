"""Surcharges: money for the worker beside the order's price (G2, G3, G4)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from loyaltykit import (
    Credit,
    MixedUnits,
    Money,
    NaiveMoment,
    Order,
    Percent,
    Scope,
    SettingsError,
    Surcharge,
    surcharge_for,
)

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def rub(amount):
    return Money(amount, "RUB")


def decide(rule, price="250.00", **facts):
    told = {"id": "o1", "worker": "w7", "price": None if price is None else rub(price)} | facts
    return surcharge_for(rule, Order(**told), at=AT)


def test_G2_the_worker_gets_what_the_price_is_below_the_figure():
    """To the last minor unit; the order's price isn't touched."""
    rule = Surcharge(raise_to=rub(300))
    assert decide(rule).effects == (Credit("w7", rub(50)),)
    assert decide(rule, "299.99").effects == (Credit("w7", rub("0.01")),)
    assert decide(rule, "0").effects == (Credit("w7", rub(300)),)


def test_G2_a_price_that_reaches_the_figure_gets_nothing():
    """With the reason why."""
    for price in ("300.00", "412.00"):
        decision = decide(Surcharge(raise_to=rub(300)), price)
        assert decision.effects == ()
        assert [(reason.code, reason.raise_to, reason.actual) for reason in decision.reasons] == [
            ("high_enough", rub(300), rub(price))
        ]


def test_G3_a_percent_is_of_the_price_rounded_once():
    """10 % of 412.55 is 41.255."""
    assert decide(Surcharge(percent=Percent(10)), "412.55").effects == (Credit("w7", rub("41.26"), Percent(10)),)
    floored = Surcharge(percent=Percent(10), rounding="floor")
    assert decide(floored, "412.55").credits[0].money == rub("41.25")


def test_G3_a_percent_may_come_to_nothing():
    """Less than the smallest coin is none."""
    decision = decide(Surcharge(percent=Percent("0.1")), "0.10")
    assert (decision.effects, decision.reasons[0].code) == ((), "rounded_to_nothing")


def test_G3_a_sum_is_the_same_whatever_the_price():
    """Even while that isn't known."""
    for price in ("0", "250.00", None):
        assert decide(Surcharge(sum=rub(50)), price).effects == (Credit("w7", rub(50)),)


@pytest.mark.parametrize("rule", [Surcharge(raise_to=rub(300)), Surcharge(percent=Percent(10))])
def test_without_a_price_nothing_can_be_worked_out(rule):
    """A reason, and no error: the order goes on."""
    decision = decide(rule, None)
    assert (decision.effects, [reason.code for reason in decision.reasons]) == ((), ["price_unknown"])


def test_without_a_worker_nobody_gets_it():
    """An order that nobody has taken yet."""
    assert decide(Surcharge(sum=rub(50)), worker=None).reasons[0].code == "no_worker"


def test_G4_the_district_and_the_workers_tariff_decide():
    """That of the worker, not that of the order."""
    rule = Surcharge(sum=rub(50), scope=Scope(districts=("76",), worker_tariffs=("comfort",)))
    assert decide(rule, district="76", worker_tariff="comfort").effects
    assert not decide(rule, district="77", worker_tariff="comfort").in_scope
    assert not decide(rule, district="76", tariff="comfort").in_scope


def test_another_currency_is_refused():
    """As everywhere."""
    with pytest.raises(MixedUnits):
        surcharge_for(Surcharge(raise_to=rub(300)), Order(id="o1", worker="w7", price=Money(1, "USD")), at=AT)
    with pytest.raises(NaiveMoment):
        surcharge_for(Surcharge(sum=rub(1)), Order(id="o1", worker="w7"), at=datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("wrong", "path", "code"),
    [
        ({}, "", "no_gain"),
        ({"sum": rub(1), "raise_to": rub(2)}, "", "two_gains"),
        ({"sum": rub(1), "rounding": "floor"}, "rounding", "no_effect"),
        ({"sum": rub(0)}, "sum", "not_positive"),
    ],
)
def test_a_surcharge_says_one_thing(wrong, path, code):
    """Settings made in Python are checked as those of a file are."""
    with pytest.raises(SettingsError) as caught:
        Surcharge(**wrong)
    assert [(problem.path, problem.code) for problem in caught.value.problems] == [(path, code)]
