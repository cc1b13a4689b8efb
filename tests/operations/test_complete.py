"""Complete: held points are spent, awards are credited, the order lies behind the member (G5, G6, R9, R10)."""

from __future__ import annotations

import pytest

from loyaltykit import InvalidValue, MixedUnits, Money, OperationMismatch, Points, UnknownOrder
from loyaltykit.ledger.entry import unbalanced
from tests.operations.support import AT, DAY, HOUR, balance, codes, entries_of, everything, give, ride, rub, statement


def test_R10_exactly_what_was_held_is_taken(life):
    """Charged 412, 200 points: due 212. Share and minimum aren't judged again."""
    loyalty = life(redemption=[{"max_share": "50", "minimum": "200"}])
    give(loyalty, 350)
    loyalty.place(ride("500"), at=AT, redeem=Points(200))
    done = loyalty.complete("o1", at=AT + HOUR, price=rub("212.00"))
    assert (done.status, done.redeemed, done.due) == ("completed", Points(200), rub(12))
    assert codes(done) == ["outside_scope"]  # of the rule by which points are given
    view = loyalty.members.view("m1", at=AT + HOUR)
    assert (view.balance, view.held) == (Points(150), Points(0))


def test_R10_fewer_only_where_the_final_sum_is_worth_less(life):
    """The rest goes back."""
    loyalty = life()
    give(loyalty, 350)
    loyalty.place(ride("500"), at=AT, redeem=Points(200))
    done = loyalty.complete("o1", at=AT, price=rub("150.50"))
    assert (done.redeemed, done.due) == (Points(150), rub("0.50"))
    assert "limited_by_price" in codes(done)
    assert balance(loyalty, AT) == Points(350) - done.redeemed
    (released,) = [decision for decision in done.decisions if decision.rule == "hold"]
    assert released.points == Points(200) - done.redeemed


def test_R9_accrual_follows_the_final_facts(life):
    """The worker's tariff and the price are those at the end of the trip."""
    loyalty = life(cashback=[{"percent": 10, "scope": {"worker_tariffs": ["gold"]}}, {"percent": 5}])
    loyalty.place(ride("300"), at=AT)
    done = loyalty.complete("o1", at=AT + HOUR, price=rub("412"), worker="w7", worker_tariff="gold")
    assert (done.price, done.awards[0].points) == (rub(412), Points(41))
    loyalty.place(ride("300", id="o2"), at=AT)
    assert loyalty.complete("o2", at=AT).awards[0].points == Points(15)


def test_R9_awards_are_judged_at_the_moment_of_placing(life):
    """Tuesday's rule for an order that ends on Wednesday."""
    loyalty = life(cashback=[{"percent": 10, "scope": {"windows": [{"weekdays": ["tue"]}]}}])
    loyalty.place(ride("100"), at=AT)
    assert loyalty.complete("o1", at=AT + DAY).awards[0].points == Points(10)


def test_G6_the_first_app_order_is_known_by_history(life):
    """Orders by phone don't count; the second through the app earns nothing; nor does one that was placed before."""
    loyalty = life(first_app_order=[{"points": 100}])
    loyalty.settle(ride(id="o1", channel="phone"), at=AT)
    for order in ("o2", "o3"):
        loyalty.place(ride(id=order, channel="app"), at=AT)
    assert [award.points for award in loyalty.complete("o2", at=AT).awards] == [Points(100)]
    third = loyalty.complete("o3", at=AT)
    assert (third.awards, "not_first_app_order" in codes(third)) == ((), True)
    loyalty.place(ride(id="o4", customer="m2", channel="app"), at=AT)
    loyalty.cancel("o4", at=AT)
    loyalty.place(ride(id="o5", customer="m2", channel="app"), at=AT)
    assert loyalty.complete("o5", at=AT).awards[0].points == Points(100)


def test_a_completed_order_lies_behind_the_member(life):
    """A visit more, and what was charged for it."""
    loyalty = life()
    for number, price in enumerate(("412.00", "100.50")):
        loyalty.place(ride(price, id=f"o{number}"), at=AT)
        loyalty.complete(f"o{number}", at=AT)
    loyalty.place(ride(id="o9"), at=AT)
    view = loyalty.members.view("m1", at=AT)
    assert (view.visits, view.sold) == (2, rub("512.50"))


def test_S2_a_delayed_award_waits(life):
    """It's pending until its moment, then part of the balance, swept or not."""
    loyalty = life(cashback=[{"percent": 5, "delay": "PT3H"}])
    loyalty.settle(ride(), at=AT)
    view = loyalty.members.view("m1", at=AT + 3 * HOUR - HOUR / 3600)
    assert (view.balance, view.pending) == (Points(0), Points(21))
    view = loyalty.members.view("m1", at=AT + 3 * HOUR)
    assert (view.balance, view.pending) == (Points(21), Points(0))


def test_an_unpriced_order_that_stays_so_earns_nothing(life):
    """Nothing is due that the library knows of."""
    loyalty = life(cashback=[{"percent": 5}])
    loyalty.place(ride(None), at=AT)
    done = loyalty.complete("o1", at=AT)
    assert (done.due, done.awards, codes(done)) == (None, (), ["price_unknown"])
    assert loyalty.members.view("m1", at=AT).visits == 1


def test_B10_the_operations_entries_sum_to_zero(life, repository):
    """Issue and redemption, each balanced by the program's account of its kind."""
    loyalty = life(cashback=[{"percent": 5}])
    give(loyalty, 350)
    loyalty.place(ride(), at=AT, redeem=Points(200))
    loyalty.complete("o1", at=AT)
    booked = [entry for entry in entries_of(repository) if "complete" in entry.operation]
    assert unbalanced(booked) == {}
    assert [(entry.account, entry.amount) for entry in booked] == [
        ('["city","member","m1"]', -200),
        ('["city","redeemed"]', 200),
        ('["city","member","m1"]', 21),
        ('["city","issued"]', -21),
    ]


def test_the_same_call_twice_gives_the_first_result(life, repository):
    """At any moment."""
    loyalty = life(cashback=[{"percent": 5}])
    loyalty.place(ride(), at=AT)
    first = loyalty.complete("o1", at=AT, price=rub(400), worker="w7")
    before = everything(repository)
    assert loyalty.complete("o1", at=AT + DAY, price=rub("400.00"), worker="w7") == first
    assert everything(repository) == before
    for told in ({}, {"price": rub(400)}, {"price": rub(401), "worker": "w7"}, {"price": rub(400), "worker": "w8"}):
        with pytest.raises(OperationMismatch) as caught:
            loyalty.complete("o1", at=AT, **told)
        assert caught.value.first == first
    assert everything(repository) == before


def test_an_order_that_was_settled_is_told_as_it_stands(life):
    """With the reason why nothing changes."""
    loyalty = life(cashback=[{"percent": 5}])
    loyalty.settle(ride(), at=AT)
    told = loyalty.complete("o1", at=AT, price=rub(500))
    assert (told.due, told.awards, codes(told)) == (rub(412), (), ["already_completed"])
    assert len(statement(loyalty, AT)) == 1


def test_an_order_that_nobody_placed_is_unknown(life, repository):
    """The error says what to call instead."""
    with pytest.raises(UnknownOrder, match="settle one that needs no placing"):
        life().complete("o1", at=AT)
    assert everything(repository) == ({}, [], {})


def test_a_hosts_mistakes_leave_no_trace(life, repository):
    """The order is as it was."""
    loyalty = life()
    loyalty.place(ride(), at=AT)
    before = everything(repository)
    for told in ({"price": "412"}, {"price": 412}, {"price": rub(-1)}, {"worker": ""}, {"worker_tariff": 5}):
        with pytest.raises(InvalidValue):
            loyalty.complete("o1", at=AT, **told)
    with pytest.raises(MixedUnits):
        loyalty.complete("o1", at=AT, price=Money(412, "USD"))
    for order_id in ("", 5, "a\nb", "\ud800", "x" * 129):
        with pytest.raises(InvalidValue, match="the id of an order"):
            loyalty.complete(order_id, at=AT)
    assert everything(repository) == before
