"""Playing: anew where a race has shown nothing, and in an order in which what failed fails again."""

from __future__ import annotations

import os
import re

import pytest

from loyaltykit.testing.broken import BROKEN
from loyaltykit.testing.contract.factories import memory
from loyaltykit.testing.contract.playing import ATTEMPTS
from loyaltykit.testing.contract.properties import Property, all_properties
from loyaltykit.testing.contract.race import Race
from loyaltykit.testing.contract.schedule import Schedule
from loyaltykit.testing.contract.tasks import OnLoop
from loyaltykit.testing.contract.trial import change_of
from loyaltykit.testing.contract.verdict import Inconclusive, Violated, check


def shows(*outcomes):
    """Give a property that comes to each of these in turn, and the stores on which it was played."""
    left, stores = [*outcomes], []

    def comes_to_something(trial):
        stores.append(trial.store)
        outcome = left.pop(0)
        if outcome:
            raise outcome

    return Property("P18", 2, comes_to_something), stores


def test_a_race_that_showed_nothing_is_run_again_on_a_fresh_store():
    """Before it's told as inconclusive."""
    nothing = Inconclusive("inconclusive: nothing raced")
    each, stores = shows(nothing, nothing, None)
    assert each.play(memory(), seed=7) == ""
    assert len({*map(id, stores)}) == 3
    each, stores = shows(*[nothing] * ATTEMPTS)
    with pytest.raises(Inconclusive, match="nothing raced"):
        each.play(memory(), seed=7)
    assert len(stores) == ATTEMPTS


def test_whatever_else_goes_wrong_is_a_violation():
    """Told with what it was, and the seed."""
    each, _ = shows(KeyError("a"))
    with pytest.raises(Violated, match=r"^P18 comes_to_something: KeyError\('a'\)\n\(seed 7: .*SEED=7\)$") as caught:
        each.play(memory(), seed=7)
    assert isinstance(caught.value.__cause__, KeyError)
    assert caught.value.schedule == ""


def played(name):
    """Give the property that the broken store of that name fails, and what makes its stores."""
    each = BROKEN[name]
    key = each.property if each.level < 3 else f"{each.property}/processes"
    (found,) = [known for known in all_properties(awaited=each.awaited) if known.key == key]
    return found, (lambda: OnLoop(each())) if each.awaited else each


def failure(name, **order):
    """Give how the broken store of that name fails."""
    each, make = played(name)
    with pytest.raises(Violated) as caught:
        each.play(make(), seed=7, **order)
    return caught.value


FORKED = pytest.mark.skipif(not hasattr(os, "fork"), reason="runners are forked")


@pytest.mark.parametrize(
    "name",
    ["OneGuardChecked", "CountersUnchecked", "WrittenKeysChecked", pytest.param("NumbersOfTheProcess", marks=FORKED)],
)
def test_what_fails_one_call_at_a_time_fails_alike_each_time(name):
    """In its order, to the last figure: runners, answers and what's found are the same."""
    first = failure(name)
    schedule = Schedule.from_text(first.schedule)
    assert not schedule.overlaps
    assert "\nschedule, one call at a time: in this order it's the same every time:\n" in str(first)
    for _time in range(3):
        again = failure(name, marks=schedule.marks)
        assert again.schedule == first.schedule
        assert str(again).splitlines()[0] == str(first).splitlines()[0]
        assert "\nplayed in that order: everybody had their turn as recorded, with the same answers\n" in str(again)


@pytest.mark.parametrize("name", ["Unlocked", "AwaitsBeforeWriting", pytest.param("LockOfTheProcess", marks=FORKED)])
def test_what_fails_where_calls_overlap_fails_again_where_they_overlap(name):
    """It's the store that has them meet within, so the figures may be others."""
    first = failure(name)
    schedule = Schedule.from_text(first.schedule)
    assert schedule.overlaps
    assert "\nschedule, calls overlap: it's the same where they meet in the store as they did:\n" in str(first)
    again = failure(name, marks=schedule.marks)
    assert again.schedule.split()[:2] == first.schedule.split()[:2]


def test_P25_what_cant_be_played_in_an_order_tells_none():
    """Of commits that are cancelled no turns are noted: the seed is all that there is."""
    error = failure("CancelledBooksAgain")
    assert re.fullmatch(
        r"P25 cancelled_commits_apply_once: a runner failed with the number of entries is \d+, not 33\n"
        r"\(seed 7: play it again with LOYALTYKIT_SEED=7\)",
        str(error),
    )
    assert error.schedule == ""


def races(*outcomes):
    """Give a property that races, and comes to each of these in turn."""
    left = [*outcomes]

    def races(trial):
        race = Race(trial, runners=2)
        race.run(lambda runner: runner.commit(change_of(f"write {runner.number}")))
        outcome = left.pop(0)
        if not isinstance(outcome, str):
            raise outcome
        race.judge(lambda: check(outcome == "well", "wrong"))

    return Property("P18", 2, races)


@pytest.mark.parametrize(
    ("then", "overlaps"), [("wrong", False), ("well", True), (Inconclusive("nothing"), True), (KeyError("a"), True)]
)
def test_an_order_is_told_one_call_at_a_time_where_that_fails_as_well(then, overlaps):
    """Else it's the recorded one: what else comes of it shows nothing of calls one at a time."""
    with pytest.raises(Violated, match=r"^P18 races: wrong\n") as caught:
        races("wrong", then).play(memory(), seed=7)
    assert Schedule.from_text(caught.value.schedule).overlaps is overlaps
