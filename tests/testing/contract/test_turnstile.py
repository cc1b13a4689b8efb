"""An order that was recorded is kept: one call at a time, or with calls that overlap as they did."""

from __future__ import annotations

import time
from contextlib import suppress
from threading import Condition, Event, Thread, Timer

import pytest

from loyaltykit import InvalidValue, VersionConflict
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.testing.contract.factories import memory
from loyaltykit.testing.contract.race import Race
from loyaltykit.testing.contract.schedule import RACES, Schedule
from loyaltykit.testing.contract.trial import Trial, change_of
from loyaltykit.testing.contract.turnstile import AS_RECORDED, Turnstile, shared_by


def race_of(marks, runners=2):
    """Give a race in that order, on a fresh store."""
    return Race(Trial(memory(), seed=7, marks=marks.split()), runners=runners)


def loads(times):
    """Give what loads so often."""

    def run(runner):
        for _ in range(times):
            runner.store.load(["a"])

    return run


def ran(race, what):
    """Run *race*; give who began and ended in which order, and how far the order was kept."""
    race.run(what)
    calls = sorted(race.runners[0].calls + race.runners[1].calls)
    return "".join("AB"[call.runner] for call in calls), race._trial.kept


@pytest.mark.parametrize("marks", ["A A A B B B", "B A B A B A", "B B A A A B", "A B B A B A"])
def test_calls_come_one_at_a_time_in_any_order(marks):
    """Whoever is ready first, and none begins before the last has ended."""
    race = race_of(marks)
    assert ran(race, loads(3)) == (marks.replace(" ", ""), AS_RECORDED)
    assert not race.overlapped()


class Slow(MemoryRepository):
    """A store whose commits take their time, and wait for a gate to open."""

    def __init__(self):
        super().__init__()
        self.gate = Event()

    def commit(self, change):
        self.gate.wait(5)
        time.sleep(0.005)
        return super().commit(change)


def commits(runner):
    """Commit once."""
    runner.commit(change_of(f"write {runner.number}", guards={f"{runner.number}": 0}))


@pytest.mark.parametrize(("marks", "overlap"), [("A B a b", True), ("B A a b", True), ("A a B b", False)])
def test_calls_overlap_where_they_did(marks, overlap):
    """Begun in that order, and whoever is back first waits for the other."""
    race = race_of(marks)
    for runner in race.runners:
        runner.connected(Slow(), runner.calls.append)
        runner.store.store.gate.set()
    order, kept = ran(race, commits)
    assert (order, kept) == ("".join(mark for mark in marks if mark.isupper()), AS_RECORDED)
    assert race.overlapped() is overlap


def conflicts(runner):
    """Commit what is in conflict for whoever comes second."""
    loaded = runner.store.load(["a"])["a"].version
    runner.meet()
    with suppress(VersionConflict):
        runner.commit(change_of(f"write {runner.number}", guards={"a": loaded}))


@pytest.mark.parametrize(
    ("marks", "kept"),
    [
        ("A B A B!", AS_RECORDED),
        ("B A B A!", AS_RECORDED),
        ("A B A! B", "from turn 3 of 4 on, runner A was answered otherwise than recorded"),
        ("A a B b A B b a!", AS_RECORDED),
        ("A a B b A B b! a!", "from turn 7 of 8 on, runner B was answered otherwise than recorded"),
        ("A B A", "somebody made more calls than recorded"),
        ("A B A B! B A C", "somebody had fewer turns than recorded"),
        ("A A B B!", AS_RECORDED),
    ],
)
def test_it_is_told_how_far_an_order_was_kept(marks, kept):
    """Who waits for others has no turn meanwhile, and who's gone has none any more."""
    race = race_of(marks)
    if "a!" in marks:
        race.runners[0].store.store.commit = slowly(race.runners[0].store.store.commit)
    race.run(conflicts)
    assert race._trial.kept == kept


def slowly(commit):
    """Give a commit that lets whoever came later come first."""

    def committed(change):
        time.sleep(0.05 if change.operation_id == "write 0" else 0)
        return commit(change)

    return committed


@pytest.mark.parametrize(("marks", "turn"), [("A B", 1), ("A a B b", 2)])
def test_an_order_that_nobody_goes_on_with_is_left(marks, turn, monkeypatch):
    """As where a runner waits in the store for what another holds: all are let go, and it's told."""
    monkeypatch.setattr("loyaltykit.testing.contract.turnstile.STILL", 0.05)
    race, store = race_of(marks), Slow()
    for runner in race.runners:
        runner.connected(store, runner.calls.append)
    opened = Timer(0.3, store.gate.set)
    opened.start()
    race.run(commits)
    opened.join()
    assert race._trial.kept == (
        f"from turn {turn} of {len(marks.split())}, the order was left: runner A stayed in the store, "
        "as one that waits for a lock does, for 0.05 s"
    )


def test_a_runner_that_does_not_come_is_told(monkeypatch):
    """It may be waiting for something that only another brings."""
    monkeypatch.setattr("loyaltykit.testing.contract.turnstile.STILL", 0.05)
    turnstile = Turnstile(["A", "B"], 2, Condition(), [0] * shared_by(["A", "B"], 2))
    turnstile.begin(1)
    turnstile.end(1, "done")
    assert turnstile.in_words() == "from turn 1 of 2, the order was left: runner A didn't come for 0.05 s"


def test_whoever_has_no_turn_left_waits_for_those_who_have():
    """So that what comes behind an order is no part of it."""
    turnstile, begun = Turnstile(["A"], 2, Condition(), [0] * shared_by(["A"], 2)), []

    def come():
        turnstile.begin(1)
        begun.append(1)
        turnstile.end(1, "done")

    other = Thread(target=come)
    other.start()
    time.sleep(0.02)
    assert begun == []
    turnstile.begin(0)
    turnstile.end(0, "done")
    other.join()
    assert begun == [1]
    assert turnstile.in_words() == "somebody made more calls than recorded"


def test_a_runner_in_the_store_without_a_turn_is_told_as_well(monkeypatch):
    """Behind the last turn, or before it."""
    monkeypatch.setattr("loyaltykit.testing.contract.turnstile.STILL", 0.05)
    turnstile = Turnstile(["A"], 3, Condition(), [0] * shared_by(["A"], 3))
    turnstile.gone(0)
    turnstile.begin(1)
    turnstile.begin(2)
    assert turnstile.in_words().startswith("from turn 1 of 1, the order was left: runner A stayed in the store")


# The text of it


def test_a_schedule_names_a_race_a_seed_and_an_order():
    """However its lines are broken."""
    assert Schedule.from_text(" P18/processes 7 AB\n  a!b= ") == Schedule("P18/processes", 7, ("A", "B", "a!", "b="))
    assert Schedule.from_text("P18 -7 AB").seed == -7
    assert Schedule.from_text("P18 7 ABab").overlaps
    assert not Schedule.from_text("P18 7 AB!A").overlaps
    assert sorted(RACES)[:3] == ["P18", "P18/processes", "P19"]


@pytest.mark.parametrize("text", ["", "P18", "P18 7", "P18 - AB", "P01 7 AB", "P18 7 A!!", "P18 7 AB1"])
def test_what_is_no_schedule_is_refused(text):
    """With how it's written."""
    with pytest.raises(InvalidValue, match="is no schedule: write it as the failure has it") as caught:
        Schedule.from_text(text)
    assert caught.value.value == text
