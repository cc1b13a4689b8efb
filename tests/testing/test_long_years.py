"""Years of programs in simulated time: good ones are silent, and a planted fault is found out and named."""

from __future__ import annotations

import gc
import inspect
import json
from datetime import timedelta
from functools import partial

import pytest

from loyaltykit import Committed, InvalidValue, Loyalty, Money, Order, Program, Replayed
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.ledger.account import GRACED
from loyaltykit.operations.programs import Programs
from loyaltykit.testing.contract.verdict import Violated
from loyaltykit.testing.long.commands import Command
from loyaltykit.testing.long.judge import judge
from loyaltykit.testing.long.kept import Kept
from loyaltykit.testing.long.lots import check_lots
from loyaltykit.testing.long.programs import NEW_YEAR
from loyaltykit.testing.long.told import check_changes_nothing, check_told_again
from loyaltykit.testing.long.year import Year
from loyaltykit.testing.long.years import played_year
from tests.testing.year_faults import FAULTS


def test_a_tenth_of_a_year_leaves_books_that_agree():
    """Orders told late, twice and out of order, by clocks that jump, to processes that share nothing: all laws hold."""
    counts = played_year(4, orders=1_000)
    assert counts["orders"] == 1_000
    for what in ("Replayed", "Retried", "StoreUnavailable", "UnknownOrder", "again", "again at the end", "swept"):
        assert counts[what], what


def test_a_year_in_which_nobody_may_owe_never_has_anybody_below_zero():
    """Programs that forgive are judged by one law more: what a member has, added up by moments, is never negative."""
    year = Year(11, orders=100)
    assert {program.clawback for program in year.revisions.programs} == {"within_balance"}
    year.play()
    judge(year)


def test_points_that_are_held_or_live_on_grace_are_judged_by_their_dates():
    """Held points keep the date that they were credited with; those on a grace term have another, which is theirs."""
    program = Program.from_dict(
        {
            "id": "city",
            "currency": "RUB",
            "point_value": 1,
            "time_zone": "UTC",
            "cashback": [{"percent": 100}],
            "redemption": [{}],
            "hold_timeout": "P30D",
            "expiry": {"after": "P9D", "returned_after_expiry": "P4D"},
        }
    )
    store, programs = MemoryRepository(), Programs(program)
    loyalty = Loyalty(program, store)
    loyalty.settle(Order(id="o1", customer="m1", price=Money(9, "RUB")), at=NEW_YEAR)
    loyalty.place(Order(id="o2", customer="m1", price=Money(7, "RUB")), at=NEW_YEAR, redeem="all")
    check_lots(Kept(store, programs.worth), programs)
    loyalty.cancel("o2", at=NEW_YEAR + timedelta(days=12))
    (lot,) = Kept(store, programs.worth).members["m1"].account.lots
    assert lot[1:] == (GRACED, 7)
    check_lots(Kept(store, programs.worth), programs)


def test_a_year_may_pass_without_anybody_sweeping():
    """Time counts by itself: in some years nothing is ever booked by `run_due`."""
    year = Year(0, orders=5)
    while year.sweeps is not None:
        year = Year(year.seed + 1, orders=5)
    year.play()
    assert "swept" not in year.counts
    judge(year)


def test_what_is_refused_once_it_was_answered_is_told():
    """A command that's refused, or answered with nothing, when it's told again is no repetition."""

    def refuse(_loyalty, _at):
        message = "no"
        raise InvalidValue(message, value=7)

    with pytest.raises(InvalidValue):
        check_told_again(None, [Command("a", NEW_YEAR, refuse)], {"a": 7}, at=NEW_YEAR)
    with pytest.raises(Violated, match="'a' is answered, told again at the end"):
        check_told_again(None, [Command("a", NEW_YEAR, lambda _loyalty, _at: None)], {"a": 7}, at=NEW_YEAR)
    answered = [Command("a", NEW_YEAR, lambda _loyalty, _at: 7)]
    assert check_told_again(None, answered, {"a": 7}, at=NEW_YEAR) == 1


DAILY = Program.from_dict(
    {
        "id": "city",
        "currency": "RUB",
        "point_value": 1,
        "time_zone": "UTC",
        "cashback": [{"percent": 10}],
        "expiry": {"after": "P60D"},
    }
)


def fifty_orders(store, operations):
    """Give a face on *store* that notes its *operations*, the last command of fifty days, and all answers."""

    def hear(event):
        if isinstance(event, (Committed, Replayed)):
            operations[event.operation_id] = None

    loyalty = Loyalty(DAILY, store, observe=hear)

    def settle(day, loyalty, _at):
        when = NEW_YEAR + timedelta(days=day)
        return loyalty.settle(Order(id=f"o{day}", customer="m1", price=Money(100, "RUB")), at=when)

    commands = [Command(f"settle o{day}", NEW_YEAR, partial(settle, day)) for day in range(50)]
    answers = {command.name: command.call(loyalty, NEW_YEAR) for command in commands}

    def correct(loyalty, at):
        return loyalty.correct("c1", "o49", at=at, price=Money(90, "RUB"))

    last = Command("correct o49", NEW_YEAR, correct)
    answers[last.name] = last.call(loyalty, NEW_YEAR + timedelta(days=50))
    return loyalty, last, answers


LATER = NEW_YEAR + timedelta(days=400)


def test_what_was_due_may_be_booked_by_whoever_comes_first():
    """More was due than one change carries: a command that's told again books some of it, and then nothing more."""
    store, operations = MemoryRepository(), {}
    loyalty, last, answers = fifty_orders(store, operations)
    known = len(operations)
    assert check_changes_nothing(loyalty, store, [last], answers, operations, at=LATER) == 1
    assert [json.loads(each)[1] for each in [*operations][known:]] == ["due"]
    known = len(operations)
    assert check_changes_nothing(loyalty, store, [last], answers, operations, at=LATER) == 1
    assert len(operations) == known


def test_what_is_committed_besides_is_told():
    """A command that is another one when it's told again."""
    store, operations = MemoryRepository(), {}
    loyalty, last, answers = fifty_orders(store, operations)

    def twice(loyalty, at):
        loyalty.settle(Order(id="o99", customer="m1", price=Money(100, "RUB")), at=at)
        return last.call(loyalty, at)

    with pytest.raises(Violated, match=r'beside what was due, .*"settle","o99"'):
        check_changes_nothing(loyalty, store, [Command(last.name, NEW_YEAR, twice)], answers, operations, at=LATER)


@pytest.mark.parametrize("collects", [True, False])
def test_garbage_is_collected_afterwards_as_before(collects):
    """A year collects none while it's played, and leaves that as it was."""
    was_enabled = gc.isenabled()
    (gc.enable if collects else gc.disable)()
    played_year(3, orders=5)
    assert gc.isenabled() == collects
    (gc.enable if was_enabled else gc.disable)()


def test_a_year_is_the_same_each_time():
    """A seed plays the same year again: that's how a failure is looked at."""
    one, other = Year(7, orders=60), Year(7, orders=60)
    one.play()
    other.play()
    assert one.counts == other.counts
    assert one.answers == other.answers


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_planted_fault_is_found_out(fault, monkeypatch):
    """Each broken store, and each fault of an operation, is found by the law that it breaks; the seed is told."""
    seed, orders, says = FAULTS[fault]
    make = fault if inspect.isclass(fault) else MemoryRepository
    if make is MemoryRepository:
        fault(monkeypatch)
    with pytest.raises(Violated, match=says) as caught:
        played_year(seed, orders=orders, make=make)
    assert f"(year {seed}, of {orders} orders)" in str(caught.value)
