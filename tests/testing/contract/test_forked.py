"""Level 3: the same races, each runner a process with a connection of its own."""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from itertools import count
from types import SimpleNamespace

import pytest
from attrs import evolve

from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.errors import VersionConflict
from loyaltykit.testing.contract import forked
from loyaltykit.testing.contract.factories import SqliteFile, async_memory, sqlite_file
from loyaltykit.testing.contract.forked import Processes, begin
from loyaltykit.testing.contract.properties import AMONG_PROCESSES, ASYNC_PROPERTIES, KILLED, PROPERTIES, all_properties
from loyaltykit.testing.contract.race import Patience, Race
from loyaltykit.testing.contract.tasks import OnLoop
from loyaltykit.testing.contract.trial import Trial, change_of
from loyaltykit.testing.contract.verdict import NotClaimed, Violated
from tests.testing.contract.broken_async import TurnedFactory

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="runners are forked")


def test_level_3_repeats_the_races_of_level_2():
    """By the same ids, for plain stores and async ones."""
    races = [each for each in PROPERTIES.values() if each.level == 2]
    assert (
        [each.id for each in races]
        == list(AMONG_PROCESSES)
        == [f"P{number}" for number in (18, 19, 20, 21, 22, 23, 24)]
    )
    for each in AMONG_PROCESSES.values():
        assert (each.level, each.needs, each.key) == (3, ("processes",), f"{each.id}/processes")
        assert each.played is PROPERTIES[each.id].played
        assert each.says == "Among processes: " + PROPERTIES[each.id].says[0].lower() + PROPERTIES[each.id].says[1:]
    for awaited, table in ((False, PROPERTIES), (True, ASYNC_PROPERTIES)):
        assert {each.key for each in all_properties(awaited=awaited)} == {
            *table,
            *(each.key for each in AMONG_PROCESSES.values()),
            *KILLED,
            *(["P25/processes"] if awaited else []),
        }


@pytest.mark.parametrize("property_id", AMONG_PROCESSES)
def test_sqlite_keeps_its_promises_among_processes(property_id):
    """In one file."""
    AMONG_PROCESSES[property_id].play(sqlite_file(), seed=7)


AWAITED = {each.key: each for each in all_properties(awaited=True) if each.level == 3}


@pytest.mark.parametrize("key", AWAITED)
def test_async_stores_have_a_loop_in_each_process(key):
    """On which the store is reached anew; what is cancelled there is retried there, beside others that do the same."""
    AWAITED[key].play(OnLoop(TurnedFactory(sqlite_file())), seed=7)


# Who is broken among processes alone


LOCK = threading.Lock()


class LockedHere(SqliteRepository):
    """Versions are checked under a lock of the process, and the last process to write wins."""

    def commit(self, change):
        with LOCK:
            if self.receipt(change.operation_id) is None:
                self.checked(change)
                time.sleep(0.002)
            return self.forced(change)

    def checked(self, change):
        for key, found in self.load([*change.guards]).items():
            if found.version != change.guards[key]:
                raise VersionConflict.of(key, change.guards[key])

    def forced(self, change):
        while True:
            versions = {key: found.version for key, found in self.load([*change.guards]).items()}
            try:
                return super().commit(evolve(change, guards=versions))
            except VersionConflict:
                continue


@pytest.mark.parametrize("property_id", ["P19", "P20", "P22"])
def test_a_lock_of_one_process_is_seen_through_among_several(property_id):
    """Threads find nothing wrong with it; the failure tells the schedule, with letters for who did what."""
    PROPERTIES[property_id].play(SqliteFile(LockedHere), seed=7)
    name = PROPERTIES[property_id].name
    told = rf"(?s)^{property_id}/processes {name}: .*\n +\d+ to +\d+ µs  runner [A-F]  applied   .*LOYALTYKIT_SEED=7\)$"
    with pytest.raises(Violated, match=told) as caught:
        AMONG_PROCESSES[property_id].play(SqliteFile(LockedHere), seed=7)
    assert caught.value.schedule.startswith(f"{property_id}/processes 7 ")


def test_what_is_given_up_is_not_claimed():
    """Processes, here."""
    with pytest.raises(NotClaimed, match=r"^not claimed: P18/processes needs processes, which the store gives up$"):
        AMONG_PROCESSES["P18"].play(OnLoop(async_memory()), seed=7)


def test_a_system_that_cannot_fork_claims_nothing(monkeypatch):
    """Such as Windows."""
    monkeypatch.delattr(os, "fork")
    with pytest.raises(NotClaimed, match=r"^not claimed: P18/processes needs fork, which this system lacks$"):
        AMONG_PROCESSES["P18"].play(sqlite_file(), seed=7)


@pytest.fixture
def race_of():
    """Give a function that makes a race among processes, whose store is removed at the end."""
    factories = []

    def made(runners, factory=None):
        factories.append(factory or sqlite_file())
        return Race(Trial(factories[-1], seed=7, among=Processes()), runners=runners)

    yield made
    for factory in factories:
        factory.destroy()


def test_each_runner_gives_what_it_gave_and_its_calls(race_of):
    """Through a pipe, with times that can be compared."""
    race = race_of(3)

    def run(runner):
        runner.store.load(["a"])
        runner.commit(change_of(f"write {runner.number}", guards={f"{runner.number}": 0}))
        return os.getpid()

    given = race.run(run)
    assert len({*given, os.getpid()}) == 4
    assert sorted(call.operation for call in race.calls) == ["write 0", "write 1", "write 2"]
    assert [call.name for call in race.runners[0].calls] == ["load", "commit"]
    assert len(race.schedule().splitlines()) == 3


def test_a_runner_that_fails_is_told_with_its_traceback(race_of):
    """And frees those that wait to meet it."""
    race = race_of(2)

    def run(runner):
        if runner.number:
            raise KeyError(runner.number)
        runner.meet()

    with pytest.raises(Violated, match=r"(?s)a runner failed with KeyError\(1\)\nTraceback .*in run\n"):
        race.run(run)


def test_a_process_that_ends_by_itself_is_told(race_of):
    """As one that crashes does; nobody waits for it."""
    race = race_of(2)

    def run(runner):
        if runner.number:
            os._exit(3)
        runner.meet()

    with pytest.raises(Violated, match=r"a runner failed with the end of its process, with 3"):
        race.run(run)


def test_a_store_that_cannot_be_reached_anew_is_told(race_of):
    """With what went wrong where it was tried."""

    class Once(SqliteFile):
        def reopen(self):
            if self.opened:
                message = "one connection is enough"
                raise RuntimeError(message)
            return super().reopen()

    with pytest.raises(Violated, match=r"a runner failed with RuntimeError\('one connection is enough'\)"):
        race_of(2, Once()).run(lambda runner: runner.meet())


def test_runners_that_hang_are_killed(monkeypatch, race_of):
    """Whether they say something or not."""
    for name, seconds in {"PATIENCE": 0.3, "LONGEST": 1.0}.items():
        monkeypatch.setattr(f"loyaltykit.testing.contract.race.{name}", seconds)
    race = race_of(2)

    def run(runner):
        while True:
            time.sleep(0.01)
            if runner.number:
                runner.store.load([])

    with pytest.raises(Violated, match=r"2 of 2 runners still hang: nobody made a call for 0.3 s"):
        race.run(run)


def test_slow_runners_are_waited_for_as_long_as_they_make_calls(monkeypatch, race_of):
    """By a clock in which each look at it takes 25 seconds."""
    looks = count(0, 25)
    monkeypatch.setattr("loyaltykit.testing.contract.race.Patience", lambda: Patience(lambda: next(looks)))
    race_of(1).run(lambda runner: [runner.store.load([]) for _ in range(5)])
    assert next(looks) > 250


class Mouth:
    """The end of a pipe, kept here."""

    def __init__(self):
        self.said = []
        self.send = self.said.append


def test_what_a_runner_tells(race_of):
    """Calls, what it gives, or what it failed with; signals and what's the parent's are left alone."""
    race, mouth = race_of(1), Mouth()
    trial = race._trial
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(gc, "freeze", lambda: mouth.send("frozen"))
        patched.setattr(signal, "signal", lambda *given: mouth.send(given))
        forked._alone(race.runners[0], trial, lambda runner: runner.store.load([]), mouth)
    assert mouth.said[:2] == ["frozen", (signal.SIGINT, signal.SIG_IGN)]
    assert [said[0] for said in mouth.said[2:]] == ["call", "gave"]
    forked._told(race.runners[0], trial, lambda _: {}["a"], mouth)
    kind, fault = mouth.said[-1]
    assert (kind, fault.waited) == ("failed", False)
    assert fault.told.startswith("KeyError('a')\nTraceback")


def test_a_ctrl_c_waits_until_a_process_is_forked():
    """It's neither lost on the way, nor does it leave one half begun."""
    forked = []

    def start():
        signal.raise_signal(signal.SIGINT)
        forked.append("here")

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            begin(SimpleNamespace(start=start))
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert forked == ["here"]


def test_any_thread_may_fork():
    """Only the main one may be told of signals."""
    forked = []
    thread = threading.Thread(target=begin, args=(SimpleNamespace(start=lambda: forked.append("here")),))
    thread.start()
    thread.join()
    assert forked == ["here"]
