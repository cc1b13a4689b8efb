"""Points for the first order through the app (G6)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from loyaltykit import (
    Award,
    FirstAppOrder,
    History,
    MixedUnits,
    Money,
    Order,
    Points,
    Reason,
    Scope,
    SettingsError,
    Term,
    first_app_order_for,
)

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
RULE = FirstAppOrder(points=Points(100))


def decide(rule=RULE, *, channels=(), **order):
    facts = {"id": "o1", "customer": "m1", "channel": "app"} | order
    return first_app_order_for(rule, Order(**facts), at=AT, history=History(channels=channels))


def test_G6_the_first_order_through_the_app_earns_its_own_points():
    """Orders by phone before it don't count against it."""
    assert decide().effects == (Award("m1", Points(100)),)
    assert decide(channels={"phone"}).points == Points(100)


def test_G6_only_the_first():
    """A completed order through the app is behind the member for good."""
    decision = decide(channels={"app", "phone"})
    assert decision.effects == ()
    assert decision.reasons == (Reason("not_first_app_order", channels=("app",)),)


def test_an_order_by_phone_isnt_one():
    """Nor is one whose channel isn't told."""
    assert decide(channel="phone").reasons == (Reason("not_app", channels=("app",), actual="phone"),)
    assert decide(channel=None).reasons[0].actual is None


def test_several_channels_may_be_the_app():
    """Whoever has ordered by one of them has had the first order by app."""
    rule = FirstAppOrder(points=Points(100), channels=("ios", "android"))
    assert decide(rule, channel="ios").points == Points(100)
    assert decide(rule, channel="ios", channels={"android"}).effects == ()
    assert decide(rule, channel="app").reasons[0].channels == ("ios", "android")


def test_a_minimum_looks_at_the_price():
    """The minimum itself earns; less, or a price that isn't known, doesn't."""
    rule = FirstAppOrder(points=Points(100), minimum=Money(300, "RUB"))
    assert decide(rule, price=Money(300, "RUB")).points == Points(100)
    assert decide(rule, price=Money("299.99", "RUB")).reasons[0].code == "below_minimum"
    assert decide(rule).reasons[0].code == "price_unknown"
    with pytest.raises(MixedUnits):
        decide(rule, price=Money(300, "USD"))


def test_without_a_customer_nobody_earns():
    """A street hail has no member."""
    assert decide(customer=None).reasons[0].code == "no_customer"


def test_outside_its_scope_it_doesnt_answer():
    """The scope is that of every rule."""
    assert not decide(FirstAppOrder(points=Points(1), scope=Scope(branches=("a",)))).in_scope


def test_some_channel_must_be_the_app():
    """Settings made in Python are checked as those of a file are."""
    with pytest.raises(SettingsError, match="channels: is empty"):
        FirstAppOrder(points=Points(1), channels=())


def test_S2_it_may_be_delayed():
    """As other awards are."""
    rule = FirstAppOrder(points=Points(100), delay=Term("P1D"))
    assert decide(rule).effects == (Award("m1", Points(100), delay=Term("P1D")),)
