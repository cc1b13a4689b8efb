"""Service points in an order's life: credited some time after the visit, taken back with it (S1, S2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from loyaltykit import Loyalty, Points, Program
from loyaltykit.adapters.memory import MemoryRepository
from tests.operations.support import (
    AT,
    DAY,
    HOUR,
    account_of,
    balance,
    city,
    codes,
    due_of,
    entries_of,
    everything,
    ride,
    rub,
    statement,
)

HAIRCUT = {"points": 50, "delay": "PT3H", "scope": {"services": ["haircut"]}}
ENDS = AT + 2 * HOUR
"""When the visit ends that is placed at `AT`."""

DUE = ENDS + 3 * HOUR


def visit(**facts):
    return ride("400", **({"service": "haircut", "ends_at": ENDS} | facts))


@pytest.fixture
def salon(life):
    return lambda **rules: life(**({"service_points": [HAIRCUT]} | rules))


def points_at(loyalty, *moments):
    return [balance(loyalty, moment).minor for moment in moments]


JUST_BEFORE = DUE - timedelta(microseconds=1)


@pytest.mark.parametrize("swept", [True, False])
def test_S2_points_are_credited_so_long_after_the_visits_end(salon, swept):
    """By time alone: a run that's late, or never comes, changes nothing."""
    loyalty = salon()
    loyalty.place(visit(), at=AT)
    done = loyalty.complete("o1", at=AT + HOUR)
    assert str(done.awards[0]) == "m1 earns 50 points, credited after PT3H"
    assert points_at(loyalty, AT + HOUR, JUST_BEFORE) == [0, 0]
    assert loyalty.members.view("m1", at=JUST_BEFORE).pending == Points(50)
    if swept:
        loyalty.run_due(at=DUE + 9 * DAY)
    assert points_at(loyalty, DUE + 9 * DAY) == [50]
    (line,) = statement(loyalty, DUE + 9 * DAY)
    assert (line.at, line.kind, line.rule, line.points) == (DUE, "issued", "service_points", Points(50))


def test_S2_they_are_counted_by_time_even_if_nothing_was_swept(salon):
    """The view at the due moment has them, and so has the next order."""
    loyalty = salon()
    loyalty.settle(visit(), at=AT)
    assert points_at(loyalty, JUST_BEFORE, DUE) == [0, 50]
    assert loyalty.settle(ride("400", id="o2"), at=DUE, redeem="all").redeemed == Points(50)


@pytest.mark.parametrize("told", ["placed", "amended", "completed", "settled"])
def test_S2_the_end_may_be_told_at_any_time(salon, told):
    """The last that was told counts."""
    loyalty = salon()
    if told == "settled":
        loyalty.settle(visit(), at=AT + HOUR)
    else:
        loyalty.place(visit(ends_at=ENDS if told == "placed" else ENDS - HOUR), at=AT)
        if told == "amended":
            loyalty.amend("a1", "o1", at=AT, ends_at=ENDS)
        loyalty.complete("o1", at=AT + HOUR, ends_at=ENDS if told == "completed" else None)
    assert points_at(loyalty, JUST_BEFORE, DUE) == [0, 50]


def test_S2_settling_a_placed_visit_takes_its_end_along(salon):
    """As it takes the final price."""
    loyalty = salon()
    loyalty.place(visit(ends_at=None), at=AT)
    loyalty.settle(visit(), at=AT + HOUR)
    assert points_at(loyalty, JUST_BEFORE, DUE) == [0, 50]


def test_S2_without_an_end_the_delay_counts_from_completion(salon):
    """As it does for cashback."""
    loyalty = salon(cashback=[{"points": 7, "delay": "PT1H"}])
    loyalty.place(visit(ends_at=None), at=AT)
    loyalty.complete("o1", at=AT + HOUR)
    moments = [AT + 2 * HOUR - timedelta(seconds=1), AT + 2 * HOUR, AT + 4 * HOUR - timedelta(seconds=1), AT + 4 * HOUR]
    assert points_at(loyalty, *moments) == [0, 7, 7, 57]


def test_S2_delays_of_cashback_count_from_the_visits_end_too(salon):
    """There's one rule for all delays; an award without one is credited by completion."""
    loyalty = salon(cashback=[{"points": 7, "delay": "PT1H"}], first_app_order=[{"points": 3}])
    loyalty.settle(visit(channel="app"), at=AT)
    assert points_at(loyalty, AT, ENDS + HOUR - timedelta(seconds=1), ENDS + HOUR, DUE) == [3, 3, 10, 60]


@pytest.mark.parametrize("late", [0, 1, 400])
def test_S2_an_end_long_past_is_due_at_once(salon, late):
    """And the points live from then on: what's told late loses nothing."""
    loyalty = salon(expiry={"after": "P30D"})
    at = DUE + late * DAY
    loyalty.settle(visit(), at=at)
    view = loyalty.members.view("m1", at=at)
    assert (view.balance, view.pending) == (Points(50), Points(0))
    assert view.next_expiry.at - at > 29 * DAY


def test_S2_points_live_from_the_moment_when_they_are_due(salon):
    """Not from completion."""
    loyalty = salon(expiry={"after": "P30D"}, service_points=[HAIRCUT | {"delay": "P10D"}])
    loyalty.settle(visit(ends_at=AT + DAY), at=AT)
    assert loyalty.members.view("m1", at=AT + 11 * DAY).next_expiry.at == datetime(2026, 4, 20, 21, tzinfo=UTC)


@pytest.mark.parametrize("ending", ["cancel", "no_show"])
def test_S2_a_visit_that_comes_to_nothing_leaves_nothing(salon, repository, ending):
    """Neither before its end nor after."""
    loyalty = salon()
    loyalty.place(visit(), at=AT)
    getattr(loyalty, ending)("o1", at=AT + HOUR)
    loyalty.run_due(at=DUE)
    assert points_at(loyalty, DUE) == [0]
    assert (entries_of(repository), due_of(repository)) == ([], {})


def test_S2_a_refund_before_theyre_due_leaves_nothing(salon, repository):
    """Nothing was ever booked; half a refund leaves half of them to come."""
    loyalty = salon()
    loyalty.settle(visit(), at=AT)
    loyalty.refund("r1", "o1", at=AT + HOUR, amount=rub(200))
    assert loyalty.members.view("m1", at=AT + HOUR).pending == Points(25)
    loyalty.refund("r2", "o1", at=AT + HOUR)
    assert (points_at(loyalty, DUE), entries_of(repository)) == ([0], [])
    assert account_of(repository).pending == ()


@pytest.mark.parametrize("swept", [True, False])
def test_S2_a_refund_after_they_were_due_takes_them_back(salon, swept):
    """Swept or not; what was spent of them is owed."""
    loyalty = salon()
    loyalty.settle(visit(), at=AT)
    if swept:
        loyalty.run_due(at=DUE)
    loyalty.settle(ride("100", id="o2"), at=DUE, redeem=Points(20))
    done = loyalty.refund("r1", "o1", at=DUE)
    assert "m1 loses 50 points that were earned, owing 20 points of them" in str(done)
    view = loyalty.members.view("m1", at=DUE)
    assert (view.balance, view.debt) == (Points(0), Points(20))


def test_S2_a_correction_of_the_end_moves_the_moment(salon, repository):
    """Before it has come; the points are the same."""
    loyalty = salon()
    loyalty.settle(visit(), at=AT)
    loyalty.correct("c1", "o1", at=AT + HOUR, ends_at=ENDS + DAY)
    assert points_at(loyalty, DUE, DUE + DAY - timedelta(seconds=1), DUE + DAY) == [0, 0, 50]
    loyalty.correct("c2", "o1", at=AT + 2 * HOUR, ends_at=ENDS - 9 * DAY)
    assert points_at(loyalty, AT + 2 * HOUR) == [50]
    assert len(account_of(repository).pending) == 0


def test_S2_a_correction_that_moves_the_end_on_takes_back_what_was_credited(salon):
    """And credits it when it's due."""
    loyalty = salon()
    loyalty.settle(visit(), at=AT)
    loyalty.correct("c1", "o1", at=DUE + HOUR, ends_at=ENDS + DAY)
    assert points_at(loyalty, DUE + HOUR, DUE + DAY) == [0, 50]


@pytest.mark.parametrize("call", ["place", "complete", "settle", "correct"])
def test_S2_what_is_due_past_the_calendars_end_never_comes(salon, call):
    """The visit goes on; a correction of its end has them come."""
    loyalty = salon(expiry={"after": "P30D"})
    end = datetime(9999, 12, 31, 23, 30, tzinfo=UTC)
    if call == "place":
        loyalty.place(visit(ends_at=end), at=AT)
        loyalty.complete("o1", at=AT)
    elif call == "complete":
        loyalty.place(visit(), at=AT)
        loyalty.complete("o1", at=AT, ends_at=end)
    else:
        loyalty.settle(visit(ends_at=end if call == "settle" else ENDS), at=AT)
    if call == "correct":
        loyalty.correct("c1", "o1", at=AT, ends_at=end)
    assert loyalty.run_due(at=AT + 400 * DAY).done == 0
    view = loyalty.members.view("m1", at=AT + 400 * DAY)
    assert (view.balance, view.pending) == (Points(0), Points(50))
    loyalty.correct("c2", "o1", at=AT, ends_at=ENDS)
    assert points_at(loyalty, JUST_BEFORE, DUE) == [0, 50]


def test_S2_the_same_call_with_another_end_is_another_call(salon):
    """One that tells none is the call of before."""
    loyalty = salon()
    loyalty.place(visit(), at=AT)
    done = loyalty.complete("o1", at=AT, ends_at=ENDS)
    assert loyalty.complete("o1", at=AT, ends_at=ENDS) == done
    with pytest.raises(RuntimeError, match="other"):
        loyalty.complete("o1", at=AT)


def test_S2_a_visit_over_the_change_of_clocks(repository):
    """Three hours elapse, whatever the clock shows; a day is one of the calendar."""
    rules = [HAIRCUT, HAIRCUT | {"delay": "P1D", "scope": {"services": ["massage"]}}]
    raw = city(service_points=rules).to_dict() | {"time_zone": "Europe/Berlin"}
    loyalty = Loyalty(Program.from_dict(raw), repository)
    end = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)  # half past midnight; at two it's three
    loyalty.settle(visit(ends_at=end), at=end - HOUR)
    loyalty.settle(visit(id="o2", service="massage", ends_at=end), at=end - HOUR)
    three, day = end + 3 * HOUR, end + 23 * HOUR
    moments = [three - timedelta(seconds=1), three, day - timedelta(seconds=1), day]
    assert points_at(loyalty, *moments) == [0, 50, 50, 100]


def test_S1_who_is_forgotten_before_the_points_are_due_never_gets_them(salon):
    """Nor does whoever has the id after them."""
    loyalty = salon()
    loyalty.settle(visit(), at=AT)
    loyalty.members.forget("m1", at=AT + HOUR)
    assert points_at(loyalty, DUE) == [0]


def test_S1_an_order_without_an_end_costs_no_more_than_before():
    """Its document says nothing of it."""
    told = []
    for facts in ({}, {"ends_at": ENDS}):
        repository = MemoryRepository()
        Loyalty(city(), repository).place(ride(**facts), at=AT)
        told.append(str(everything(repository)))
    assert ["ends_at" in each for each in told] == [False, True]


def test_S1_why_no_points_were_earned_is_told(salon):
    """By the service, or by the minimum."""
    loyalty = salon(service_points=[HAIRCUT | {"minimum": "500"}])
    assert "below_minimum" in codes(loyalty.settle(visit(), at=AT))
    assert "outside_scope" in codes(loyalty.settle(visit(id="o2", service="massage"), at=AT))
