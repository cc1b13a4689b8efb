"""Referral splits: who gets which part of an order's percent, exactly, and why not more (R1, R2, R8)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from loyaltykit import (
    InvalidValue,
    MixedUnits,
    Money,
    NaiveMoment,
    Order,
    Percent,
    Points,
    PointValue,
    Reason,
    ReferralSplit,
    Referrers,
    Scope,
    Share,
    Shares,
    referral_split_for,
)

AT = datetime(2026, 3, 10, 9, tzinfo=UTC)
WORTH = PointValue("1", "RUB")
SHARES = Shares(customer_referrer=Percent(40), customer=Percent(40), worker_referrer=Percent(20))
BOTH = Referrers(customer="m7", worker="w8")
NOBODY = Referrers()


def rub(amount):
    return Money(amount, "RUB")


def order(price="412.00", **facts):
    return Order(**({"id": "o1", "customer": "m1", "worker": "w7", "price": price and rub(price)} | facts))


def split(**settings):
    return ReferralSplit(**({"percent": Percent(10), "shares": SHARES} | settings))


def decided(rule, placed=None, referrers=BOTH, **options):
    return referral_split_for(
        rule, order() if placed is None else placed, at=AT, point_value=WORTH, referrers=referrers, **options
    )


def parts(decision):
    return [(share.member, share.points.minor, share.role) for share in decision.awards]


def test_R1_a_percent_is_rounded_once_and_divided_by_the_largest_remainder():
    """10 % of 412.00 is 41.2, so 41 points, over 40/40/20/0: 17, 16, 8 and nothing."""
    decision = decided(split())
    assert decision.effects == (
        Share("m7", Points(17), "customer's referrer"),
        Share("m1", Points(16), "customer"),
        Share("w8", Points(8), "worker's referrer"),
    )
    assert (decision.points, decision.reasons) == (Points(41), ())


def test_R1_all_four_may_have_a_share():
    """In the order of the settings."""
    quarters = Shares(**dict.fromkeys(["customer_referrer", "customer", "worker_referrer", "worker"], Percent(25)))
    assert parts(decided(split(shares=quarters))) == [
        ("m7", 11, "customer's referrer"),
        ("m1", 10, "customer"),
        ("w8", 10, "worker's referrer"),
        ("w7", 10, "worker"),
    ]


def test_R2_a_missing_referrers_share_goes_to_the_same_sides_participant():
    """Allocated among the four first, then added: 17 + 16 for the customer, 8 for the worker who has no share else."""
    decision = decided(split(), referrers=NOBODY)
    assert parts(decision) == [("m1", 33, "customer"), ("w7", 8, "worker")]
    assert decision.reasons == ()


def test_R2_or_it_stays_with_the_program():
    """And the answer says so, side by side."""
    decision = decided(split(missing_referrer="program"), referrers=NOBODY)
    assert parts(decision) == [("m1", 16, "customer")]
    assert decision.reasons == (
        Reason("not_invited", role="customer", points=Points(17)),
        Reason("not_invited", role="worker", points=Points(8)),
    )


@pytest.mark.parametrize("referrers", [BOTH, NOBODY])
@pytest.mark.parametrize("missing", ["participant", "program"])
def test_R2_an_absent_participants_shares_stay_with_the_program(referrers, missing):
    """The referrer's share, too: there's nobody on that side."""
    decision = decided(split(missing_referrer=missing), order(worker=None), referrers)
    assert [member for member, _, _ in parts(decision)] == (["m7", "m1"] if referrers is BOTH else ["m1"])
    assert decision.reasons[-1] == Reason("nobody_in_role", role="worker", points=Points(8))


def test_R2_without_a_customer_the_workers_side_earns():
    """A street hail: nobody knows the customer."""
    decision = decided(split(), order(customer=None))
    assert parts(decision) == [("w8", 8, "worker's referrer")]
    assert str(decision.reasons[0]) == "the order names no customer: 33 points aren't paid"


def test_R1_nobody_at_all_is_a_reason():
    """There's nobody to earn."""
    assert decided(split(), order(customer=None, worker=None)).reasons == (Reason("no_participants"),)


def test_R1_a_customer_who_is_the_worker_earns_once():
    """As the customer; the worker's side stays with the program."""
    decision = decided(split(), order(worker="m1"))
    assert parts(decision) == [("m7", 17, "customer's referrer"), ("m1", 16, "customer")]
    assert decision.reasons == (Reason("earns_once", member="m1", points=Points(8)),)


def test_R1_whoever_has_two_roles_gets_one_share_that_names_both():
    """The driver who invited this customer."""
    shares = Shares(customer_referrer=Percent(50), worker=Percent(50))
    decision = decided(split(shares=shares), referrers=Referrers(customer="w7"))
    assert parts(decision) == [("w7", 41, "customer's referrer and worker")]
    assert str(decision.effects[0]) == "w7 earns 41 points as the customer's referrer and worker"


def test_R1_one_who_invited_both_sides():
    """Gets both referrers' shares as one."""
    decision = decided(split(), referrers=Referrers(customer="m7", worker="m7"))
    assert parts(decision) == [("m7", 25, "customer's referrer and worker's referrer"), ("m1", 16, "customer")]


def test_R1_a_role_whose_part_is_nothing_is_silent():
    """One point over 40/40/20 is the customer's referrer's; the others lose nothing that they could have had."""
    decision = decided(split(), order("10.00"), Referrers(customer="m7"))
    assert (parts(decision), decision.reasons) == ([("m7", 1, "customer's referrer")], ())


def test_R1_less_than_the_smallest_unit_is_a_reason():
    """10 % of 4.00 comes to 0.4 points."""
    reason = Reason("rounded_to_nothing", share=Percent(10), basis=rub("4.00"))
    assert decided(split(), order("4.00")).reasons == (reason,)


@pytest.mark.parametrize(("basis", "whole"), [("price", 41), ("charged", 40), ("payable", 20)])
def test_R1_the_basis_is_a_setting(basis, whole):
    """The price, what's charged after discounts, or what's payable after points."""
    decision = decided(split(basis=basis), charged=rub(400), payable=rub(200))
    assert decision.points == Points(whole)


def test_R1_rounding_is_a_setting():
    """Up to tens: 50 over 40/40/20."""
    decision = decided(split(rounding="up", rounding_step=Points(10)))
    assert [points for _, points, _ in parts(decision)] == [20, 20, 10]


def test_R1_points_of_finer_digits_are_divided_in_their_smallest_unit():
    """41.20 over 40/40/20."""
    fine = PointValue("1", "RUB", digits=2)
    decision = referral_split_for(split(), order(), at=AT, point_value=fine, referrers=BOTH)
    assert [share.points for share in decision.awards] == [
        Points("16.48", digits=2),
        Points("16.48", digits=2),
        Points("8.24", digits=2),
    ]


def test_R1_below_the_minimum_nobody_earns():
    """By the price, as with every minimum."""
    decision = decided(split(minimum=rub(500)), charged=rub(600))
    assert decision.reasons == (Reason("below_minimum", minimum=rub(500), actual=rub(412)),)
    assert decided(split(minimum=rub(412))).points == Points(41)


def test_R1_an_unknown_price_is_a_reason():
    """It's worked out at completion."""
    assert decided(split(), order(price=None)).reasons == (Reason("price_unknown"),)


def test_R8_a_strategy_is_tied_to_tariffs_by_its_scope():
    """Outside it, the next one answers."""
    rule = split(name="business", scope=Scope(tariffs=("business", "premium")))
    assert decided(rule, order(tariff="premium")).points == Points(41)
    outside = decided(rule, order(tariff="economy"))
    assert (outside.rule, outside.in_scope, outside.effects) == ("business", False, ())


def test_R1_what_only_a_host_does_wrong_is_an_error():
    """A naive moment, another currency, a sum below zero, an id that is none."""
    with pytest.raises(NaiveMoment):
        referral_split_for(split(), order(), at=datetime(2026, 3, 1), point_value=WORTH, referrers=BOTH)  # noqa: DTZ001
    with pytest.raises(MixedUnits):
        decided(split(), order(price=None).__class__(id="o1", customer="m1", price=Money(5, "USD")))
    with pytest.raises(InvalidValue):
        decided(split(), charged=rub(-1))
    with pytest.raises(InvalidValue):
        Referrers(customer="")


@pytest.mark.parametrize(
    ("worker", "code", "named"),
    [(None, "nobody_in_role", {"role": "worker"}), ("m1", "earns_once", {"member": "m1"})],
)
def test_R2_each_side_says_whose_part_isnt_paid(worker, code, named):
    """The customer's referrer, whom there's none of, and then all of the worker's side: 4 of 41, and 8 and 4."""
    shares = Shares(
        customer_referrer=Percent(10), customer=Percent(60), worker_referrer=Percent(20), worker=Percent(10)
    )
    rule = split(shares=shares, missing_referrer="program")
    decision = decided(rule, order("410.00", worker=worker), NOBODY)
    assert parts(decision) == [("m1", 25, "customer")]
    assert decision.reasons == (
        Reason("not_invited", role="customer", points=Points(4)),
        Reason(code, points=Points(12), **named),
    )


def test_R2_whoever_has_no_share_leaves_nothing_unpaid():
    """There's no reason for a part of nothing."""
    rule = split(shares=Shares(customer=Percent(100)), missing_referrer="participant")
    assert decided(rule, order(worker=None), NOBODY).reasons == ()


def test_an_order_for_nothing_comes_to_nothing():
    """It's below no minimum where there's none."""
    assert [reason.code for reason in decided(split(), order("0.00")).reasons] == ["rounded_to_nothing"]
