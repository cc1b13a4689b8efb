"""Referral splits: whatever the percent, the price and the shares, not a unit is lost or made (R1, R2)."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

from attrs import evolve
from hypothesis import assume, event, given

from loyaltykit import Points, Referrers, Scope, referral_split_for
from loyaltykit.rules.percent_of import basis_of, share_minor, step_minor
from loyaltykit.testing import strategies

AT = datetime(2026, 3, 10, 9, tzinfo=UTC)
RULES = strategies.referral_splits("RUB").map(lambda rule: evolve(rule, scope=Scope(), scope_moment="placed"))
WORTHS = strategies.point_values("RUB", digits=0)
ORDERS = strategies.orders("RUB").filter(lambda order: order.price is not None and (order.customer or order.worker))


def decided(rule, order, worth, referrers):
    """Give the decision for an order that the rule rewards, and the units that its percent comes to."""
    assume(rule.minimum is None or rule.minimum <= order.price)
    decision = referral_split_for(rule, order, at=AT, point_value=worth, referrers=referrers, zone=UTC)
    basis = basis_of(rule.basis, order.price, None, None)
    step = step_minor(rule.rounding_step, worth.digits)
    return decision, share_minor(basis.minor, rule.percent, worth, rule.rounding, step)


@given(RULES, ORDERS, WORTHS, strategies.referrers())
def test_R1_what_is_paid_and_what_isnt_sum_up_to_the_percent(rule, order, worth, referrers):
    """Every unit is somebody's, or its reason says that it stays with the program."""
    decision, whole = decided(rule, order, worth, referrers)
    unpaid = sum(reason.points.minor for reason in decision.reasons if "points" in reason.figures)
    event(f"paid to {len(decision.effects)}")
    assert decision.points.minor + unpaid == whole
    assert all(share.points.minor > 0 for share in decision.awards)


@given(RULES, ORDERS, WORTHS, strategies.referrers())
def test_R1_nobody_earns_twice(rule, order, worth, referrers):
    """Whoever has several roles has one share."""
    decision, _ = decided(rule, order, worth, referrers)
    earners = [share.member for share in decision.awards]
    assert len(earners) == len(set(earners))
    assert set(earners) <= {order.customer, order.worker, referrers.customer, referrers.worker}


@given(RULES, ORDERS, WORTHS, strategies.referrers())
def test_R2_who_is_missing_changes_nobody_elses_part_on_the_other_side(rule, order, worth, referrers):
    """Allocation comes first, so each role's part is less than a unit off its exact share, whoever is there."""
    decision, whole = decided(rule, order, worth, referrers)
    exact = dict(
        zip(
            ("customer's referrer", "customer", "worker's referrer", "worker"),
            [Fraction(whole * weight, sum(rule.shares.weights)) for weight in rule.shares.weights],
            strict=True,
        )
    )
    for share in decision.awards:
        roles = share.role.split(" and ")
        due = [exact[role] for role in roles]
        if rule.missing_referrer == "participant":
            due += [exact[f"{role}'s referrer"] for role in roles if role in exact and _has_none(role, referrers)]
        assert abs(share.points.minor - sum(due)) < len(due)


def _has_none(role, referrers):
    return role in {"customer", "worker"} and getattr(referrers, role) is None


@given(strategies.shares())
def test_R1_shares_total_100_percent(shares):
    """And are kept in exact proportion."""
    assert sum(percent.value for percent in shares.percents) == 100
    total = sum(shares.weights)
    assert [Fraction(weight, total) for weight in shares.weights] == [
        Fraction(percent.numerator, percent.denominator) for percent in shares.percents
    ]


@given(RULES, ORDERS, WORTHS)
def test_R1_where_all_four_are_there_the_parts_are_those_of_the_allocation(rule, order, worth):
    """The same as `Points.allocate` over the shares."""
    four = evolve(order, customer="m1", worker="w7")
    decision, whole = decided(rule, four, worth, Referrers(customer="m7", worker="w8"))
    parts = Points(whole).allocate([percent.value for percent in rule.shares.percents])
    got = {share.member: share.points for share in decision.awards}
    assert [got.get(member, Points(0)) for member in ("m7", "m1", "w8", "w7")] == list(parts)
