"""Invitations: what a friend's first order earns them and whoever invited them (G9, T4, T5)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from loyaltykit import (
    Advance,
    Award,
    InvalidValue,
    Invitation,
    Invited,
    MixedUnits,
    Money,
    NaiveMoment,
    Order,
    Points,
    Reason,
    Scope,
    invitation_for,
)

AT = datetime(2026, 3, 10, 9, tzinfo=UTC)
INVITED = Invited(referrer="m7", code="D48M")


def rub(amount):
    return Money(amount, "RUB")


def rule(**settings):
    return Invitation(**({"referee_points": Points(100), "referrer_points": Points(50)} | settings))


def decided(invitation, *, at=AT, **facts):
    placed = Order(**({"id": "o1", "customer": "m1", "price": rub("412.00")} | facts))
    return invitation_for(invitation, placed, at=at, invited=INVITED)


def test_G9_both_sides_are_rewarded():
    """The friend first."""
    assert decided(rule()).effects == (Award("m1", Points(100)), Award("m7", Points(50)))


def test_T4_the_friends_points_may_pay_for_that_very_order():
    """Where they're credited at placing; the referrer's never are."""
    placing = rule(referee_credited="placing")
    assert decided(placing).effects == (Advance("m1", Points(100)), Award("m7", Points(50)))


def test_T5_the_codes_owner_alone_may_be_rewarded():
    """Or the friend alone."""
    assert decided(rule(referee_points=None)).effects == (Award("m7", Points(50)),)
    assert decided(rule(referrer_points=None)).effects == (Award("m1", Points(100)),)


def test_G9_from_a_minimum_order():
    """By the price; while it isn't known, that's the reason."""
    assert decided(rule(minimum=rub(412))).points == Points(150)
    assert decided(rule(minimum=rub(500))).reasons == (Reason("below_minimum", minimum=rub(500), actual=rub(412)),)
    assert decided(rule(minimum=rub(500)), price=None).reasons == (Reason("price_unknown"),)
    assert decided(rule(), price=None).points == Points(150)


def test_G9_an_order_without_a_customer_rewards_nobody():
    """There's no friend."""
    assert decided(rule(), customer=None).reasons == (Reason("no_customer"),)


def test_G9_outside_its_scope_it_says_so():
    """As every rule does."""
    decision = decided(rule(name="spring", scope=Scope(channels=("app",))), channel="phone")
    assert (decision.rule, decision.in_scope) == ("spring", False)


def test_G9_what_only_a_host_does_wrong_is_an_error():
    """A naive moment, another currency, an id or a code that is none."""
    with pytest.raises(NaiveMoment):
        decided(rule(), at=datetime(2026, 3, 1))  # noqa: DTZ001
    with pytest.raises(MixedUnits):
        decided(rule(minimum=rub(5)), price=Money(5, "USD"))
    with pytest.raises(InvalidValue):
        Invited(referrer="")
    with pytest.raises(InvalidValue):
        Invited(referrer="m7", code="🎉")


def test_T6_a_code_is_kept_in_its_normal_form():
    """However it was typed; none is none."""
    assert Invited(referrer="m7", code=" d48 m").code == "D48M"
    assert Invited(referrer="m7").code is None
