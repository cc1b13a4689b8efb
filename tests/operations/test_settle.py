"""Settle: an order that was never placed is placed and completed in one commit."""

from __future__ import annotations

import json

import pytest

from loyaltykit import InvalidValue, OperationMismatch, Points
from tests.operations.support import AT, DAY, balance, codes, entries_of, everything, give, ride, rub, statement


def test_a_street_hail_is_placed_and_completed_at_once(life, repository):
    """Points are spent and earned in one commit: charged 412, 200 points, due 212."""
    loyalty = life(cashback=[{"percent": 5}])
    give(loyalty, 350)
    done = loyalty.settle(ride(), at=AT, redeem=Points(200))
    assert (done.status, done.redeemed, done.due, done.awards[0].points) == (
        "completed",
        Points(200),
        rub(212),
        Points(21),
    )
    view = loyalty.members.view("m1", at=AT)
    assert (view.balance, view.held, view.visits) == (Points(171), Points(0), 2)
    booked = {entry.operation for entry in entries_of(repository) if "o1" in entry.operation}
    assert booked == {'["city","settle","o1"]'}


def test_what_it_earns_cant_be_spent_on_itself(life):
    """Redemption comes before awards."""
    loyalty = life(cashback=[{"percent": 5}])
    assert loyalty.settle(ride(), at=AT, redeem="all").redeemed == Points(0)
    assert balance(loyalty, AT) == Points(21)


def test_one_that_is_placed_is_completed_by_what_is_told_now(life):
    """What it holds stands, whatever is asked for now."""
    loyalty = life(cashback=[{"percent": 5}])
    give(loyalty, 350)
    loyalty.place(ride(None), at=AT, redeem=Points(200))
    done = loyalty.settle(ride("400", worker="w7"), at=AT, redeem=Points(50))
    assert (done.redeemed, done.due, done.awards[0].points) == (Points(200), rub(200), Points(20))


def test_one_that_is_completed_is_told_as_it_stands(life):
    """Nothing is booked twice."""
    loyalty = life(cashback=[{"percent": 5}])
    loyalty.place(ride(), at=AT)
    loyalty.complete("o1", at=AT)
    told = loyalty.settle(ride("500"), at=AT)
    assert (told.due, codes(told)) == (rub(412), ["already_completed"])
    assert len(statement(loyalty, AT)) == 1


def test_a_customer_less_order_touches_no_member(life, repository):
    """Its reasons say why it earns nothing."""
    loyalty = life(cashback=[{"percent": 5}])
    done = loyalty.settle(ride(customer=None), at=AT, redeem="all")
    assert (done.due, done.awards, done.redeemed) == (rub(412), (), Points(0))
    assert codes(done) == ["no_customer", "no_customer"]
    documents, entries, _ = everything(repository)
    assert (entries, [key for key in documents if json.loads(key)[1] == "member"]) == ([], [])


def test_the_same_call_twice_gives_the_first_result(life, repository):
    """With other arguments, the error carries it."""
    loyalty = life(cashback=[{"percent": 5}])
    first = loyalty.settle(ride(), at=AT)
    before = everything(repository)
    assert loyalty.settle(ride(), at=AT + DAY) == first
    with pytest.raises(OperationMismatch) as caught:
        loyalty.settle(ride("413"), at=AT)
    assert (caught.value.first, everything(repository)) == (first, before)


def test_a_hosts_mistakes_leave_no_trace(life, repository):
    """They're refused before anything is asked."""
    loyalty = life()
    for redeem in (200, "everything", Points(-1)):
        with pytest.raises(InvalidValue):
            loyalty.settle(ride(), at=AT, redeem=redeem)
    assert everything(repository) == ({}, [], {})


def test_what_is_asked_of_a_placed_order_comes_too_late(life):
    """It says so; what the order holds stands."""
    loyalty = life(promo=[{"name": "a", "code": "AA", "percent": "10"}])
    give(loyalty, 350)
    for number, asked in enumerate([{"promo_code": "AA"}, {"redeem": "all"}, {"referral_code": "D48M"}, {}]):
        loyalty.place(ride(id=f"o{number}"), at=AT)
        done = loyalty.settle(ride(id=f"o{number}"), at=AT, **asked)
        assert (done.due, "already_placed" in codes(done)) == (rub("412.00"), bool(asked))


def test_what_is_asked_is_told_in_the_programs_digits(life):
    """Also the first time, so that a repeated call says the same words."""
    loyalty = life(digits=2)
    calls = [loyalty.place(ride(), at=AT, redeem=Points(20)) for _ in range(2)]
    assert str(calls[0]) == str(calls[1])
