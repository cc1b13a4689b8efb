"""A worker's document: bonuses are paid at each period's end, by time alone (G1)."""

from __future__ import annotations

import json

import pytest

from loyaltykit.documents.worker import decode
from loyaltykit.ledger.account import NEVER
from loyaltykit.ledger.cursor import from_micros, micros
from tests.operations.support import AT, DAY, HOUR, due_of, entries_of, ride, rub
from tests.operations.workers import DAILY, Shift

KEY = '["city","worker","w7"]'


@pytest.fixture
def shift(repository):
    return lambda *bonuses, later=(): Shift(repository, *bonuses, later=later)


def worker_of(repository):
    return decode(KEY, repository.load([KEY])[KEY].body)


def paid(repository):
    """Give what was posted to the worker: the moment, the rule, and the roubles."""
    told = [(each.at, json.loads(each.detail).get("rule"), each.amount) for each in entries_of(repository, KEY)]
    return [(at, rule, amount // 100) for at, rule, amount in told]


def orders(shift, count, at, *, first="a"):
    for number in range(count):
        shift.complete(f"{first}{number}", at)


def codes(told):
    return [reason.code for decision in told[0] for reason in decision.reasons]


def test_G1_the_first_order_begins_the_first_period(shift, repository):
    """By the clocks of the program: a day on, at the same hour."""
    decisions, counted = shift(DAILY).complete("o1", AT)
    (period,) = worker_of(repository).bonuses["daily"]
    assert (from_micros(period.start), from_micros(period.end), period.orders) == (AT, AT + DAY, 1)
    assert (decisions[0].rule, decisions[0].effects, decisions[0].reasons[0].orders) == ("daily", (), 1)
    assert counted == ("daily", micros(AT), 0)
    assert due_of(repository) == {}


def test_G1_what_is_reached_is_due_at_the_end(shift, repository):
    """Only then is there anything for a sweep to do."""
    orders(shift(DAILY), 2, AT)
    assert due_of(repository) == {KEY: micros(AT + DAY)}


def test_G1_the_highest_step_reached_is_paid_at_the_periods_own_end(shift, repository):
    """Whoever looks first, and whenever."""
    bonus = shift(DAILY)
    orders(bonus, 3, AT)
    assert bonus.opened(AT + DAY - HOUR).balance == 0
    assert bonus.opened(AT + DAY).balance == 25_000
    bonus.complete("b", AT + 5 * DAY)
    assert paid(repository) == [(AT + DAY, "daily", 250)]
    other_side = [entry for entry in entries_of(repository) if entry.account == '["city","worker_bonus"]']
    assert [(entry.unit, entry.amount) for entry in other_side] == [("RUB", -25_000)]


def test_G1_the_next_period_follows_at_once(shift):
    """And the second one ends two days after the first order, not a day after its own."""
    bonus = shift(DAILY)
    orders(bonus, 2, AT)
    orders(bonus, 2, AT + DAY + HOUR, first="b")
    assert bonus.opened(AT + 2 * DAY).balance == 20_000
    assert bonus.opened(AT + 2 * DAY).postings[0].at == micros(AT + 2 * DAY)


def test_G1_empty_periods_are_skipped_in_one_step(shift, repository):
    """A worker who comes back after ten years of hours has the two latest periods, and no posting more."""
    bonus = shift(DAILY | {"every": "PT1H"})
    orders(bonus, 2, AT)
    back = AT.replace(year=2036) + HOUR / 2
    bonus.complete("b", back)
    before, running = worker_of(repository).bonuses["daily"]
    assert (from_micros(running.start), running.orders, running.paid) == (back - HOUR / 2, 1, None)
    assert (before.end, before.orders, before.paid) == (running.start, 0, 0)
    assert paid(repository) == [(AT + HOUR, "daily", 100)]


def test_G1_a_late_order_counts_where_it_falls(shift, repository):
    """The period before is open still: the ladder's difference is posted when it's told."""
    bonus = shift(DAILY)
    orders(bonus, 2, AT)
    bonus.complete("b", AT + DAY + HOUR)
    decisions, counted = bonus.complete("late", AT + HOUR)
    assert [credit.money for credit in decisions[0].credits] == [rub(150)]
    assert counted.start == micros(AT)
    assert paid(repository) == [(AT + DAY, "daily", 100), (AT + DAY + HOUR, "daily", 150)]
    assert worker_of(repository).bonuses["daily"][1].orders == 1


def test_G1_an_older_one_counts_in_the_running_period(shift, repository):
    """With the reason."""
    bonus = shift(DAILY)
    bonus.complete("a", AT)
    bonus.complete("b", AT + 2 * DAY)
    told = bonus.complete("late", AT + HOUR)
    assert codes(told) == ["counted_late", "bonus_ahead"]
    assert told[0][0].reasons[0].start == AT + 2 * DAY
    assert worker_of(repository).bonuses["daily"][1].orders == 2


def test_G1_one_from_before_the_first_period_counts_in_it(shift):
    """It's told after the first."""
    bonus = shift(DAILY)
    bonus.complete("a", AT)
    assert codes(bonus.complete("b", AT - HOUR)) == ["counted_late", "bonus_ahead"]


def test_G1_a_first_order_that_is_told_late_is_paid_with_its_period(shift, repository):
    """Its period has ended by then: what it comes to is paid at the moment that all is judged at."""
    bonus = shift(DAILY | {"ladder": [{"orders": 1, "sum": 100}]})
    bonus.credit("x", 500, AT + 9 * DAY)
    bonus.complete("a", AT)
    assert sorted(paid(repository)) == [(AT + 9 * DAY, "daily", 100), (AT + 9 * DAY, "surcharge", 5)]
    assert [each.orders for each in worker_of(repository).bonuses["daily"]] == [0, 0]


def test_G1_months_are_counted_from_the_first_order(shift, repository):
    """From 31 January: 28 February, 31 March."""
    bonus = shift(DAILY | {"every": "P1M"})
    start = AT.replace(month=1, day=31)
    orders(bonus, 2, start)
    orders(bonus, 2, start.replace(month=3, day=1), first="b")
    orders(bonus, 1, start.replace(month=5, day=1), first="c")
    assert [moment.date().isoformat() for moment, _, _ in paid(repository)] == ["2026-02-28", "2026-03-31"]


def test_G1_of_several_the_first_whose_scope_matches_counts(shift, repository):
    """Each has periods of its own."""
    taxi = DAILY | {"name": "airport", "scope": {"tariffs": ["airport"]}}
    bonus = shift(taxi, DAILY | {"every": "P7D"})
    bonus.complete("a", AT)
    bonus.complete("b", AT + HOUR, tariff="airport")
    found = worker_of(repository).bonuses
    assert {label: [from_micros(each.start) for each in periods] for label, periods in found.items()} == {
        "daily": [AT],
        "airport": [AT + HOUR],
    }


def test_G1_outside_every_scope_nothing_counts(shift, repository):
    """With the reason of each rule."""
    told = shift(DAILY | {"scope": {"tariffs": ["airport"]}}).complete("a", AT, tariff="economy")
    assert (codes(told), told[1]) == (["outside_scope"], None)
    assert worker_of(repository).bonuses == {}


def test_G1_a_scope_by_the_hour_is_judged_when_the_order_was_placed(shift):
    """Not when it's completed."""
    night = {"scope": {"windows": [{"from": "22:00", "to": "06:00"}]}}
    bonus = shift(DAILY | night)
    midnight = AT.replace(hour=21)
    assert bonus.complete("a", AT + DAY, placed_at=midnight)[1] is not None
    assert codes(bonus.complete("b", midnight, placed_at=AT)) == ["outside_windows"]


def test_R4_a_branch_in_which_the_program_doesnt_run_has_no_bonus(repository):
    """As it has no awards."""
    bonus = Shift(repository, later=[("2026-01-01", {"worker_bonus": [DAILY], "branches": [{"id": "a"}]})])
    assert bonus.complete("a", AT, branch="b") == ((), None)
    assert bonus.complete("b", AT, branch="a")[1] is not None


NEXT_DAY = "2026-03-10T18:00:00+03:00"
"""Six hours after `AT`: within the first period."""


def test_G1_a_revision_that_leaves_the_setting_alone_restarts_nothing(shift, repository):
    """The periods go on from the same anchor."""
    bonus = shift(DAILY, later=[(NEXT_DAY, {"worker_bonus": [DAILY], "cashback": [{"percent": 5}]})])
    bonus.complete("a", AT)
    bonus.complete("b", AT + DAY + HOUR)
    assert [from_micros(each.start) for each in worker_of(repository).bonuses["daily"]] == [AT, AT + DAY]


def test_G1_a_running_period_ends_under_the_rule_it_began_with(shift, repository):
    """Then the changed one begins anew, with the first order after it."""
    richer = DAILY | {"ladder": [{"orders": 1, "sum": 1000}]}
    bonus = shift(DAILY, later=[(NEXT_DAY, {"worker_bonus": [richer]})])
    bonus.complete("a", AT)
    bonus.complete("b", AT + 12 * HOUR)
    assert bonus.opened(AT + DAY).balance == 10_000
    bonus.complete("c", AT + 3 * DAY)
    old, new = worker_of(repository).bonuses["daily"]
    assert (from_micros(old.start), old.paid) == (AT, 10_000)
    assert (from_micros(new.start), from_micros(new.anchor)) == (AT + 3 * DAY, AT + 3 * DAY)
    assert bonus.opened(AT + 4 * DAY).balance == 110_000


def test_G1_orders_count_to_the_end_of_a_period_whose_rule_is_gone(shift, repository):
    """What was promised stands; then there's no bonus any more."""
    bonus = shift(DAILY, later=[(NEXT_DAY, {})])
    bonus.complete("a", AT)
    assert bonus.complete("b", AT + 12 * HOUR)[1].rule == "daily"
    assert bonus.complete("c", AT + DAY) == ((), None)
    assert paid(repository) == [(AT + DAY, "daily", 100)]
    assert bonus.complete("d", AT + 13 * HOUR)[0][0].credits[0].money == rub(150)


@pytest.mark.parametrize("day", ["2026-03-10", "2026-03-12"])
def test_G1_a_change_that_is_taken_back_within_a_period_changes_nothing(shift, repository, day):
    """What counts is the rule in force when a period would start."""
    there, back = f"{day}T18:00:00+03:00", f"{day}T19:00:00+03:00"
    bonus = shift(DAILY, later=[(there, {}), (back, {"worker_bonus": [DAILY]})])
    bonus.complete("a", AT)
    bonus.complete("b", AT + 3 * DAY + HOUR)
    assert [from_micros(each.start) for each in worker_of(repository).bonuses["daily"]] == [
        AT + 2 * DAY,
        AT + 3 * DAY,
    ]


def test_G1_a_chain_that_a_revision_ended_long_ago_stays_ended(shift, repository):
    """Its last period is open until a new one has begun: here the fourth, in which the rule was changed."""
    bonus = shift(DAILY, later=[("2026-03-13T18:00:00+03:00", {"worker_bonus": [DAILY | {"every": "P2D"}]})])
    bonus.complete("a", AT)
    bonus.credit("x", 500, AT + 9 * DAY)
    (last,) = worker_of(repository).bonuses["daily"]
    assert (from_micros(last.start), last.orders, last.paid) == (AT + 3 * DAY, 0, 0)
    assert codes(bonus.complete("b", AT + DAY)) == ["counted_late", "bonus_ahead"]
    bonus.complete("c", AT + 9 * DAY)
    assert [from_micros(each.start) for each in worker_of(repository).bonuses["daily"]] == [
        AT + 3 * DAY,
        AT + 9 * DAY,
    ]


def test_G1_a_change_at_the_very_start_of_a_period_is_that_periods(shift, repository):
    """The one before is the last of its chain."""
    bonus = shift(DAILY, later=[("2026-03-11T12:00:00+03:00", {"worker_bonus": [DAILY | {"every": "P2D"}]})])
    bonus.complete("a", AT)
    bonus.complete("b", AT + DAY + HOUR)
    assert [from_micros(each.start) for each in worker_of(repository).bonuses["daily"]] == [AT, AT + DAY + HOUR]


def test_a_chain_that_ended_a_year_ago_is_forgotten(shift, repository):
    """So that a worker's document stays small, whatever bonuses came and went."""
    bonus = shift(DAILY, later=[(NEXT_DAY, {})])
    bonus.complete("a", AT)
    bonus.credit("x", 500, AT + 2 * DAY)
    assert "daily" in worker_of(repository).bonuses
    bonus.credit("y", 500, AT + 400 * DAY)
    assert worker_of(repository).bonuses == {}


def test_G1_a_bonus_may_end_with_the_calendar(shift, repository):
    """A period that would end after it never does."""
    bonus = shift(DAILY | {"every": "P1Y"})
    orders(bonus, 2, AT.replace(year=9999))
    assert worker_of(repository).bonuses["daily"][0].end == NEVER
    assert due_of(repository) == {}


def test_B2_an_order_counts_no_more_where_it_counted(shift, repository):
    """In a running period it's just one order less, and nothing is due where nothing will be paid."""
    bonus = shift(DAILY)
    bonus.complete("a", AT)
    _, counted = bonus.complete("b", AT)
    decision = bonus.uncount("b", counted, AT + HOUR)
    assert (decision.effects, decision.reasons[0].orders) == ((), 1)
    assert due_of(repository) == {}


def test_B2_a_paid_period_takes_back_the_difference(shift, repository):
    """The balance may go below zero: what was paid out stays paid."""
    bonus = shift(DAILY)
    _, counted = bonus.complete("a", AT)
    bonus.complete("b", AT)
    decision = bonus.uncount("a", counted, AT + DAY + HOUR)
    assert [credit.money for credit in decision.credits] == [rub(-100)]
    assert str(decision.credits[0]) == "w7 gives back 100.00 RUB"
    assert paid(repository) == [(AT + DAY, "daily", 100), (AT + DAY + HOUR, "daily", -100)]
    bonus.credit("x", 500, AT + DAY + HOUR, back=True)
    assert worker_of(repository).balance == -500


def test_B2_a_closed_period_stays_as_it_was(shift):
    """With the reason; so does one of a life before."""
    bonus = shift(DAILY)
    _, counted = bonus.complete("a", AT)
    bonus.complete("b", AT)
    for other, at in ((counted._replace(life=7), AT), (counted._replace(rule="x"), AT), (counted, AT + 2 * DAY)):
        decision = bonus.uncount(f"a{at}{other}", other, at)
        assert (decision.effects, decision.reasons[0].code, decision.reasons[0].start) == ((), "bonus_closed", AT)


def test_B2_a_correction_to_the_same_worker_posts_nothing(shift, repository):
    """Counted no more and counted again, in one commit: what cancels out isn't booked."""
    bonus = shift(DAILY)
    _, counted = bonus.complete("a", AT)
    bonus.complete("b", AT)
    bonus.complete("c", AT + DAY)
    before = len(entries_of(repository))
    opened = bonus.opened(AT + DAY + HOUR)
    opened.uncount(counted, "a")

    def again():
        _, counted = yield from opened.count(ride(id="a", worker="w7"), placed_at=AT, at=AT)
        return counted

    assert bonus.run(again) == counted
    assert len(opened.postings) == 2
    assert len(entries_of(repository)) == before
