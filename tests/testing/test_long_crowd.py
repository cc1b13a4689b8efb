"""Crowds: processes at one store, whose calls come out exactly once, and stores that lose or double some."""

from __future__ import annotations

import os
import time
from multiprocessing import Pipe
from threading import Barrier

import pytest

from loyaltykit import Loyalty
from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.errors import CommitUnknown, StoreUnavailable, VersionConflict
from loyaltykit.loyalty.observe import Retried
from loyaltykit.testing.contract.factories import SqliteFile, memory, sqlite_file
from loyaltykit.testing.contract.verdict import NotClaimed, Violated
from loyaltykit.testing.long import crowd
from loyaltykit.testing.long.crowd import call_alone, play_crowd
from loyaltykit.testing.long.crowd_script import PROGRAM, begin

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a crowd needs fork")


class Unguarded(SqliteRepository):
    """Whoever writes last wins: the versions that are there are taken for those that were read."""

    def load(self, keys):
        found = super().load(keys)
        time.sleep(0.003)  # others come between
        return found

    def commit(self, change):
        if not change.operation_id.startswith('["city","publish"'):
            found = super().load(list(change.guards))
            change.guards.update({key: each.version for key, each in found.items()})
        return super().commit(change)


class Vanishing(SqliteRepository):
    """Its process ends in the middle of a call, without a word."""

    def commit(self, change):
        os._exit(3 if change else 0)


class Unsure(SqliteRepository):
    """It never knows whether it has written."""

    def load(self, keys):
        message = f"the connection was lost while {keys} were loaded"
        raise CommitUnknown(message, operation_id="o1")


class Busy(SqliteRepository):
    """It's always busy."""

    def load(self, keys):
        message = f"busy: {keys} can't be loaded"
        raise StoreUnavailable(message)


class Slow(SqliteRepository):
    """Others are faster with the first of every three changes."""

    tries = 0

    def commit(self, change):
        self.tries += 1
        if self.tries % 3 == 1:
            raise VersionConflict.of(next(iter(change.guards)), 0)
        return super().commit(change)


class Forgetful(SqliteFile):
    """A factory whose stores, but for the first, are of the class that *later* names."""

    def __init__(self, later=Unsure):
        super().__init__()
        self.later = later

    def create(self):
        made = SqliteRepository(self.path)
        self.opened.append(made)
        self.make = self.later
        return made


def test_processes_at_one_store_do_everything_once():
    """Points, a card, a limit, a budget, workers' money and orders that all tell of: exact sums at the end."""
    counts = play_crowd(sqlite_file(), 7, processes=4, calls=25)
    assert counts["calls"] == 100
    assert counts["Replayed"] > 0


def test_a_process_says_what_it_was_answered_and_what_it_committed():
    """Whoever calls tells every answer, every operation, and how often others were faster."""
    factory = sqlite_file()
    store, said = factory.create(), []
    begin(Loyalty(PROGRAM, store, randbelow=lambda _: 0))
    call_alone(factory, 7, 0, 40, Barrier(1), said.append)
    call_alone(factory, 7, 0, 40, Barrier(1), said.append)
    first, again = [each for each in said if each is not None]
    assert len(first.answers) == len(again.answers) == 40
    assert first.answers == again.answers
    assert first.operations == again.operations
    assert again.counts["Replayed"] == 40
    factory.destroy()


def test_a_process_tells_what_escaped():
    """An error is told with its traceback, and a call that's never done is one."""
    for later, says in ((Unsure, "CommitUnknown"), (Busy, "a call wasn't done in 60 times")):
        factory, said = Forgetful(later), []
        factory.create()
        call_alone(factory, 7, 0, 1, Barrier(1), said.append)
        assert says in said[-1]
        factory.destroy()


def test_whoever_is_never_first_calls_again(monkeypatch):
    """A call that's `Contended` is the host's to make again, and counted."""
    monkeypatch.setattr(crowd, "RETRY", crowd.Retry(attempts=1, longest=0))
    factory, said = Forgetful(Slow), []
    begin(Loyalty(PROGRAM, factory.create(), randbelow=lambda _: 0))
    call_alone(factory, 7, 0, 10, Barrier(1), said.append)
    assert len(said[-1].answers) == 10
    assert said[-1].counts["Contended"] > 3
    factory.destroy()


@pytest.mark.parametrize(
    ("later", "says"),
    [
        (Unguarded, "crowd 7"),
        (Vanishing, "gone without a word"),
        (Unsure, "CommitUnknown"),
        (Busy, "a call wasn't done in"),
    ],
)
def test_a_broken_store_is_found_out(later, says):
    """A store without versions loses what others wrote; errors that escape, and processes that end, are told."""
    with pytest.raises(Violated, match=says):
        play_crowd(Forgetful(later), 7, processes=4, calls=25)


def test_what_is_tried_again_is_counted_and_no_operation():
    """It's one only when it's committed."""
    heard = crowd.Heard()
    heard.hear(Retried("order/o1", 1))
    assert (heard.counts["Retried"], heard.operations) == (1, set())


def test_a_process_that_hangs_is_told(monkeypatch):
    """Whoever says nothing for too long counts as one that hangs."""
    monkeypatch.setattr(crowd, "PATIENCE", 0.0)
    ear, mouth = Pipe(duplex=False)
    with pytest.raises(Violated, match="1 processes have said nothing"):
        crowd._told([ear])
    ear.close()
    mouth.close()


def test_a_crowd_needs_processes():
    """A store of one process doesn't claim it."""
    with pytest.raises(NotClaimed):
        play_crowd(memory(), 7)
