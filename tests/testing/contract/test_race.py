"""Races tell what they saw, and say so where they saw nothing."""

from __future__ import annotations

from threading import Event

import pytest

from loyaltykit.errors import OperationMismatch, VersionConflict
from loyaltykit.testing.contract.calls import marks_of, turns_of
from loyaltykit.testing.contract.factories import memory
from loyaltykit.testing.contract.race import ATTEMPTS, Call, Patience, Race, _wait_for
from loyaltykit.testing.contract.trial import NOON, Trial, change_of
from loyaltykit.testing.contract.verdict import Inconclusive, Violated, check


def race_of(runners):
    """Give a race on a fresh store."""
    return Race(Trial(memory(), seed=7), runners=runners)


def test_a_race_without_overlap_is_inconclusive():
    """One runner meets nobody, whatever it finds."""
    race = race_of(1)
    race.run(lambda runner: runner.commit(change_of("alone")))
    with pytest.raises(Inconclusive, match="inconclusive: no two of 1 commits overlapped"):
        race.judge(lambda: None)


def test_a_violation_counts_even_without_overlap():
    """What's wrong is wrong; the schedule says who did what."""
    race = race_of(1)
    race.run(lambda runner: runner.commit(change_of("alone")))
    with pytest.raises(Violated, match=r"(?s)^wrong\n +0 to +\d+ µs  runner A  applied   alone$"):
        race.judge(lambda: check(holds=False, says="wrong"))


def test_calls_overlap_where_two_runners_were_in_them_at_once():
    """Those of one runner never do, and one that begins as another ends doesn't either."""
    first, second, later = (Call(*span, "o", "applied") for span in ((0, 10, 0), (5, 15, 1), (10, 20, 1)))
    assert first.overlaps(second)
    assert second.overlaps(first)
    assert not first.overlaps(later)
    assert not second.overlaps(later)


def test_a_conflict_shows_that_runners_met():
    """Somebody came between loading and committing, though the commits themselves lay apart."""
    race = race_of(2)
    race.runners[0].calls.append(Call(0, 1, 0, "o", "conflict"))
    race.runners[1].calls.append(Call(5, 6, 1, "o", "applied"))
    assert race.overlapped()


def test_a_runner_that_is_never_let_through_ends():
    """After so many attempts, the race is violated."""
    race = race_of(1)

    race.runners[0].store = Contended(race.runners[0].store)
    with pytest.raises(Violated, match=f"never was in conflict {ATTEMPTS} times"):
        race.run(lambda runner: runner.decide("never", "a", by=lambda _: {"puts": {"a": "1"}}))


class Contended:
    """A store in which something is always written between a load and a commit."""

    def __init__(self, store):
        self.commit, self._store = store.commit, store

    def load(self, keys):
        found = self._store.load(keys)
        version = found["a"].version
        self.commit(change_of(f"meanwhile {version}", guards={"a": version}))
        return found


def test_the_first_error_is_told_not_that_others_waited_for_it():
    """A runner that fails frees those that wait to meet it."""
    race = race_of(2)

    def run(runner):
        if runner.number:
            raise KeyError(runner.number)
        runner.meet()

    with pytest.raises(Violated, match=r"a runner failed with KeyError\(1\)"):
        race.run(run)


def test_runners_that_hang_are_told_and_left_behind(monkeypatch):
    """A deadlock that nobody breaks must not hang the tests, too."""
    monkeypatch.setattr("loyaltykit.testing.contract.race.PATIENCE", 0.05)
    never = Event()
    told = r"^2 of 2 runners still hang: nobody made a call for 0.05 s, or the race has lasted for 600 s$"
    with pytest.raises(Violated, match=told):
        race_of(2).run(lambda _: never.wait())
    never.set()


def test_the_order_of_a_race_that_hangs_is_not_told(monkeypatch):
    """Nobody knows that it hangs in the same order again; what was committed is told."""
    monkeypatch.setattr("loyaltykit.testing.contract.race.PATIENCE", 0.05)
    never, race = Event(), race_of(1)
    race.runners[0].calls.append(Call(0, 1000, 0, "written", "applied"))
    told = r"(?s)1 of 1 runners still hang: .*\n +0 to +1 µs  runner A  applied   written$"
    with pytest.raises(Violated, match=told) as caught:
        race.run(lambda _: never.wait())
    never.set()
    assert caught.value.order is None


class Joined:
    """A thread that is waited for as long as it's asked, as often as *calls* has how many are made meanwhile."""

    def __init__(self, runner, calls):
        self.runner, self.calls, self.now = runner, calls, 0.0

    def is_alive(self):
        return bool(self.calls)

    def join(self, seconds):
        self.now += seconds
        self.runner.calls.extend([Call(0, 1, 0, "o", "applied")] * self.calls.pop(0))


@pytest.mark.parametrize(
    ("calls", "lasts", "hangs"),
    [
        ([3, 1, 1, 1, 0], 300, False),
        ([0], 60, False),
        ([1, 0, 1], 120, True),
        ([1] * 20, 600, True),
    ],
)
def test_a_slow_race_is_waited_for_as_long_as_calls_are_made(calls, lasts, hangs):
    """But not for ever."""
    (runner,) = race_of(1).runners
    thread = Joined(runner, calls)
    _wait_for([thread], [runner], Patience(lambda: thread.now))
    assert (thread.now, thread.is_alive()) == (lasts, hangs)


def test_pauses_are_drawn_from_the_seed():
    """The same seed, the same pauses; another runner, others."""
    first, second = ([runner.random.random() for runner in race_of(2).runners] for _ in range(2))
    assert first == second
    assert first[0] != first[1]


def test_every_call_of_a_runner_is_noted():
    """By its name, and what came of it: who came when is told of all, and only commits race."""
    race = race_of(1)

    def run(runner):
        runner.commit(change_of("write", guards={"a": 0}))
        runner.commit(change_of("write", guards={"a": 0}))
        with pytest.raises(VersionConflict):
            runner.commit(change_of("late", guards={"a": 0}))
        with pytest.raises(OperationMismatch):
            runner.commit(change_of("write", digest="another"))
        runner.store.load(["a"])
        runner.store.receipt("write")
        runner.store.keys("", after=None, limit=1)
        runner.store.entries(account=None, start=None, end=None, after=None, limit=1)
        runner.store.due(NOON, after=None, limit=1)
        runner.plain.load(["a"])

    race.run(run)
    assert [(call.name, call.outcome) for call in race.runners[0].calls] == [
        ("commit", "applied"),
        ("commit", "replayed"),
        ("commit", "conflict"),
        ("commit", "raised"),
        *((name, "done") for name in ("load", "receipt", "keys", "entries", "due")),
    ]
    assert [call.operation for call in race.calls] == ["write", "write", "late", "write"]
    assert "".join(marks_of(race.runners[0].calls)) == "AaAa=Aa!Aa?AaAaAaAaAa"
    assert "".join(turns_of(race.runners[0].calls)) == "AA=A!A?AAAAA"
