"""Laws of promo codes: a discount is never above the price, the maximum or the budget, and says why it's less."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from loyaltykit import Award, Discount, History, Money, Order, PointValue, Scope, kept_promo, promo_for
from loyaltykit.rules.promo import cost_of, left_of
from loyaltykit.testing import strategies

AT = datetime(2026, 6, 1, tzinfo=UTC)
WORTHS = st.sampled_from([PointValue("1", "RUB"), PointValue("0.0095", "RUB"), PointValue("7", "RUB")])


@st.composite
def asked(draw, *, everywhere=(True, False)):
    """Draw a promo, an order, and what's known of a code of it; mostly ones that get something."""
    promo, order = draw(strategies.promos("RUB")), draw(strategies.orders("RUB"))
    use = evolve(draw(strategies.code_uses("RUB")), promo=promo.name)
    if draw(st.sampled_from(everywhere)):
        promo = evolve(promo, scope=Scope(), scope_moment="placed", minimum=None)
        price = Money.from_minor(draw(st.integers(1, 100_000)), "RUB")
        order, use = evolve(order, customer="m1", price=price), evolve(use, uses=0, member_uses=0, bound_to=None)
    return promo, order, use


def decide(case, visits, worth):
    promo, order, use = case
    history = History(visits=visits)
    zone = ZoneInfo("Europe/Moscow")
    return promo_for(promo, order, at=AT, use=use, history=history, point_value=worth, zone=zone)


def within(promo, order, decision):
    """See that what comes off is more than nothing, and neither above the price nor the maximum."""
    for effect in decision.effects:
        if isinstance(effect, Discount):
            assert 0 < effect.money.minor <= order.price.minor
            assert promo.maximum_discount is None or effect.money <= promo.maximum_discount


@given(asked(), st.integers(0, 2), WORTHS)
def test_B9_no_price_maximum_or_budget_is_exceeded(case, visits, worth):
    """Nor is a limit; whoever gets nothing, or less, is told why."""
    promo, order, use = case
    decision = decide(case, visits, worth)
    within(promo, order, decision)
    assert decision.effects or decision.reasons
    if decision.effects:
        assert promo.budget is None or cost_of(decision, order.customer, worth) <= left_of(promo.budget, use.spent)
        assert promo.uses_per_code is None or use.uses < promo.uses_per_code
        assert promo.uses_per_member is None or use.member_uses < promo.uses_per_member
        assert not (promo.is_for_first_orders and visits)
        assert promo.minimum is None or order.price >= promo.minimum


@given(asked(), WORTHS)
def test_G11_a_worker_is_rewarded_only_beside_a_customer(case, worth):
    """Never by their own order."""
    promo, order, use = case
    decision = decide(case, 0, worth)
    rewards = [each for each in decision.effects if isinstance(each, Award) and each.points == promo.worker_points]
    if use.worker in {each.member for each in rewards if each.member != order.customer}:
        assert decision.effects[0].member == order.customer != use.worker


@given(asked(), st.integers(0, 10**7), st.integers(0, 10**6), st.integers(0, 10**6), WORTHS)
def test_B3_what_was_promised_is_kept_within_price_maximum_and_budget(case, final, reserved, left, worth):
    """At whatever price the order ends."""
    promo, _, use = case
    price = Money.from_minor(final, "RUB")
    closed = Order(id="o1", customer="m1", price=price)
    both = [Money.from_minor(each, "RUB") if promo.budget else None for each in (reserved, left)]
    decision = kept_promo(promo, closed, use=use, reserved=both[0], left=both[1], point_value=worth)
    within(promo, closed, decision)
    assert decision.effects or decision.reasons
    if promo.budget is not None and promo.points is None:
        assert cost_of(decision, "m1", worth).minor <= reserved + left


@given(asked(everywhere=(True,)), WORTHS)
def test_B3_the_same_price_keeps_the_same_discount(case, worth):
    """What was granted at placing stands, with what it reserved."""
    promo, order, use = case
    placed = decide(case, 0, worth)
    assume(placed.effects)
    budget = promo.budget is not None
    cost = cost_of(placed, order.customer, worth) if budget else None
    left = left_of(promo.budget, use.spent) - cost if budget else None
    again = kept_promo(promo, order, use=use, reserved=cost, left=left, point_value=worth)
    assert again == placed


@given(asked(), st.integers(0, 10**6), st.integers(0, 10**6), WORTHS)
def test_a_discount_doesnt_fall_as_the_price_rises(case, low, more, worth):
    """But for the order's other conditions, which are left alone here."""
    promo, _, use = case
    offs = []
    for minor in (low, low + more):
        order = Order(id="o1", customer="m1", price=Money.from_minor(minor, "RUB"))
        decision = kept_promo(promo, order, use=use, reserved=None, left=None, point_value=worth)
        offs.append(cost_of(decision, "m1", worth))
    assert offs[0] <= offs[1]
