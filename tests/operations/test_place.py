"""Place: an order is taken, and the points to be spent on it are held (R10, B3)."""

from __future__ import annotations

from datetime import datetime

import pytest

from loyaltykit import InvalidValue, MixedUnits, Money, NaiveMoment, OperationMismatch, Order, Points
from tests.operations.support import AT, DAY, HOUR, account_of, balance, codes, everything, give, ride, rub


def test_R10_points_are_held_when_the_order_is_placed(life):
    """The sum is fixed then: held points are nobody else's, and none have left the member yet."""
    loyalty = life()
    give(loyalty, 350)
    placed = loyalty.place(ride(), at=AT, redeem=Points(200))
    assert (placed.status, placed.redeemed, placed.due) == ("placed", Points(200), rub(212))
    view = loyalty.members.view("m1", at=AT)
    assert (view.balance, view.held) == (Points(150), Points(200))
    assert loyalty.place(ride(id="o2"), at=AT, redeem="all").redeemed == Points(150)
    third = loyalty.place(ride(id="o3"), at=AT, redeem=Points(1))
    assert (third.redeemed, codes(third)[0]) == (Points(0), "limited_by_balance")


def test_R3_within_the_limits_of_the_rule_that_answers(life):
    """Minimum and maximum, and the share of what's charged."""
    loyalty = life(redemption=[{"max_share": "25", "minimum": "50", "maximum": "90"}])
    give(loyalty, 350)
    assert loyalty.place(ride("320"), at=AT, redeem="all").redeemed == Points(80)
    assert loyalty.place(ride("1000", id="o2"), at=AT, redeem="all").redeemed == Points(90)
    few = loyalty.place(ride("160", id="o3"), at=AT, redeem="all")
    assert (few.redeemed, few.due, codes(few)[:2]) == (
        Points(0),
        rub(160),
        ["limited_by_share", "below_minimum_redemption"],
    )


def test_nothing_asked_for_holds_nothing(life, repository):
    """The member's document isn't touched, but for the order's."""
    loyalty = life()
    give(loyalty, 350)
    before = account_of(repository)
    assert loyalty.place(ride(), at=AT + HOUR).redeemed == Points(0)
    assert account_of(repository) == before


def test_R4_outside_its_branches_nothing_is_held(life):
    """The order goes on without it."""
    loyalty = life(branches=[{"id": "centre"}])
    loyalty.settle(ride("350", id="gift", tariff="gift", branch="centre"), at=AT)
    placed = loyalty.place(ride(branch="south"), at=AT, redeem="all")
    assert (placed.redeemed, placed.due, codes(placed)) == (Points(0), rub(412), ["outside_branches"])
    assert balance(loyalty, AT) == Points(350)


def test_the_same_call_twice_gives_the_first_result(life, repository):
    """At any moment, and nothing is held twice."""
    loyalty = life()
    give(loyalty, 350)
    first = loyalty.place(ride(), at=AT, redeem=Points(200))
    before = everything(repository)
    assert loyalty.place(ride(), at=AT + DAY, redeem=Points(200)) == first
    assert everything(repository) == before


def test_with_other_arguments_it_is_refused_with_the_first_result(life, repository):
    """So that the order can go on."""
    loyalty = life()
    give(loyalty, 350)
    first = loyalty.place(ride(), at=AT, redeem=Points(200))
    before = everything(repository)
    for order, redeem in (
        (ride(), "all"),
        (ride(), None),
        (ride("413"), Points(200)),
        (ride(channel="app"), Points(200)),
    ):
        with pytest.raises(OperationMismatch) as caught:
            loyalty.place(order, at=AT, redeem=redeem)
        assert caught.value.first == first
    assert everything(repository) == before


def test_an_order_that_is_over_is_told_as_it_stands(life):
    """A street hail can't be placed afterwards."""
    loyalty = life()
    give(loyalty, 350)
    loyalty.settle(ride(), at=AT, redeem=Points(200))
    told = loyalty.place(ride(), at=AT, redeem=Points(100))
    assert (told.status, told.due, told.redeemed) == ("completed", rub(212), Points(200))
    assert codes(told) == ["already_completed"]


def test_a_hosts_mistakes_leave_no_trace(life, repository):
    """They're refused before anything is asked."""
    loyalty = life()
    with pytest.raises(NaiveMoment):
        loyalty.place(ride(), at=datetime(2026, 3, 1))  # noqa: DTZ001 - that's what is refused
    with pytest.raises(MixedUnits):
        loyalty.place(Order(id="o1", price=Money(5, "USD")), at=AT)
    for redeem in (200, "everything", Points(-1), Points("0.5", digits=1)):
        with pytest.raises(InvalidValue):
            loyalty.place(ride(), at=AT, redeem=redeem)
    assert everything(repository) == ({}, [], {})


def test_a_start_at_the_end_of_the_calendar_stops_no_order(life):
    """Some hosts write the last day of all for "some time"."""
    loyalty = life()
    give(loyalty, 350)
    someday = datetime.fromisoformat("9999-12-31T00:00:00+00:00")
    assert loyalty.place(ride(starts_at=someday), at=AT, redeem=Points(200)).redeemed == Points(200)
    assert loyalty.complete("o1", at=AT).due == rub(212)
