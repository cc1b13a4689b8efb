"""What holds of every rule that is asked about an order: its scope's hours are the branch's, and it answers by name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve

from loyaltykit import (
    Cashback,
    CodeUse,
    FirstAppOrder,
    History,
    Invitation,
    Invited,
    Money,
    NaiveMoment,
    Order,
    Percent,
    Period,
    Points,
    PointValue,
    Promo,
    Reason,
    Redemption,
    ReferralSplit,
    Referrers,
    Scope,
    ServicePoints,
    Shares,
    Standing,
    Surcharge,
    Window,
    ZoneNeeded,
    cashback_for,
    first_app_order_for,
    invitation_for,
    promo_for,
    redemption_for,
    referral_split_for,
    service_points_for,
    surcharge_for,
)

MOSCOW, SAMARA = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Samara")
LATE = datetime(2026, 11, 20, 23, 30, tzinfo=timezone(timedelta(hours=3)))
"""Friday in Moscow, and Saturday in Samara."""

FRIDAYS = Scope(windows=(Window(weekdays=("fri",)),))
ORDER = Order(id="o1", customer="m1", worker="w7", price=Money(1000, "RUB"), channel="app")
WORTH = {"point_value": PointValue("1", "RUB")}
USE = {"use": CodeUse(code="SUMMER", promo="own"), "history": History()}
HELD = {"requested": Points(5), "standing": Standing(balance=Points(9))}

ASKED = {
    "cashback": (cashback_for, Cashback(percent=Percent(5)), WORTH),
    "first app order": (first_app_order_for, FirstAppOrder(points=Points(5)), {"history": History()}),
    "invitation": (invitation_for, Invitation(referee_points=Points(5)), {"invited": Invited(referrer="m7")}),
    "promo": (promo_for, Promo(name="own", code="SUMMER", percent=Percent(5)), USE | WORTH),
    "redemption": (redemption_for, Redemption(), HELD | WORTH),
    "referral split": (
        referral_split_for,
        ReferralSplit(percent=Percent(5), shares=Shares(customer=Percent(100))),
        {"referrers": Referrers()} | WORTH,
    ),
    "service points": (service_points_for, ServicePoints(points=Points(5)), {}),
    "surcharge": (surcharge_for, Surcharge(sum=Money(5, "RUB")), {}),
}


def asked(name, order=ORDER, **told):
    """Give the answer of the rule for *order*, which applies on Fridays alone and is called own."""
    decide, rule, known = ASKED[name]
    return decide(evolve(rule, name="own", scope=FRIDAYS), order, **{"at": LATE, "zone": MOSCOW} | known | told)


@pytest.mark.parametrize("name", ASKED)
def test_a_rule_answers_by_its_name(name):
    """Whether it gives something or says why not."""
    decision = asked(name)
    assert (decision.rule, decision.reasons) == ("own", ())
    assert len(decision.effects) == 1


@pytest.mark.parametrize("name", ASKED)
def test_B9_hours_are_those_of_the_branch(name):
    """The reason shows the moment by its clock; without one, hours mean nothing."""
    decision = asked(name, zone=SAMARA)
    (reason,) = decision.reasons
    assert (decision.rule, decision.effects) == ("own", ())
    assert (reason.code, reason.rule, reason.moment.isoformat()) == (
        "outside_windows",
        "own",
        "2026-11-21T00:30:00+04:00",
    )
    with pytest.raises(ZoneNeeded):
        asked(name, zone=None)


@pytest.mark.parametrize("name", ASKED)
def test_an_order_without_anyone_to_reward_is_told_so(name):
    """By the same name, with that reason alone."""
    decision = asked(name, Order(id="o1", price=Money(1000, "RUB"), channel="app"))
    assert (decision.rule, decision.effects) == ("own", ())
    (reason,) = decision.reasons
    assert reason.code in {"no_customer", "no_worker", "no_participants"}


@pytest.mark.parametrize("name", ASKED)
def test_a_rule_that_looks_at_the_start_judges_by_it(name):
    """An order that was placed on Friday for Saturday lies outside."""
    decide, rule, known = ASKED[name]
    rule = evolve(rule, name="own", scope=FRIDAYS, scope_moment="starts")
    told = {"zone": MOSCOW} | known
    assert decide(rule, evolve(ORDER, starts_at=LATE), at=datetime(2026, 11, 19, tzinfo=UTC), **told).effects
    assert not decide(rule, evolve(ORDER, starts_at=LATE + timedelta(days=1)), at=LATE, **told).effects


LITTLE = Percent("0.01")
ROUNDED = Reason("rounded_to_nothing", share=LITTLE, basis=Money("0.40", "RUB"))
TOO_LITTLE = {
    "cashback": ({"percent": LITTLE}, ROUNDED),
    "promo": ({"percent": LITTLE}, ROUNDED),
    "redemption": (
        {"minimum": Points(50)},
        Reason("below_minimum_redemption", minimum=Points(50), possible=Points(0)),
    ),
    "referral split": ({"percent": LITTLE}, ROUNDED),
    "surcharge": ({"sum": None, "percent": LITTLE}, ROUNDED),
}


@pytest.mark.parametrize("name", TOO_LITTLE)
def test_a_rule_that_comes_to_nothing_says_so_by_its_name(name):
    """A ten-thousandth of 0.40; and no point, where fifty are the fewest."""
    changes, reason = TOO_LITTLE[name]
    decide, rule, known = ASKED[name]
    order = evolve(ORDER, price=Money("0.40", "RUB"))
    decision = decide(evolve(rule, name="own", **changes), order, at=LATE, zone=MOSCOW, **known)
    assert (decision.rule, decision.effects, decision.reasons[-1]) == ("own", (), reason)


@pytest.mark.parametrize("name", ASKED)
def test_a_moment_without_a_zone_is_refused_by_its_name(name):
    """Whatever the scope looks at."""
    decide, rule, known = ASKED[name]
    with pytest.raises(NaiveMoment, match=r"^at has no time zone"):
        decide(rule, ORDER, at=datetime(2026, 11, 20), zone=MOSCOW, **known)  # noqa: DTZ001 - that's what is refused


@pytest.mark.parametrize("name", ASKED)
def test_a_period_that_is_over_is_told_with_the_moment_as_it_was_told(name):
    """By the branch's clock, where there's one."""
    decide, rule, known = ASKED[name]
    period = Period(None, LATE - timedelta(hours=1))
    over = evolve(rule, name="own", scope=Scope(period=period))
    for zone, told in ((None, "2026-11-20T23:30:00+03:00"), (SAMARA, "2026-11-21T00:30:00+04:00")):
        (reason,) = decide(over, ORDER, at=LATE, zone=zone, **known).reasons
        assert (reason.code, reason.rule, reason.period) == ("outside_period", "own", period)
        assert reason.moment.isoformat() == told
