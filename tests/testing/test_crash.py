"""Clients killed in the middle of an order's life: a sound store bears it, and broken ones are found out."""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from attrs import evolve

from loyaltykit import Loyalty
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.errors import CommitUnknown, StoreUnavailable
from loyaltykit.ledger.cursor import micros
from loyaltykit.ledger.entry import Entry
from loyaltykit.ledger.repository import Receipt
from loyaltykit.testing.contract import crashing
from loyaltykit.testing.contract.factories import SqliteFile, memory, sqlite_file
from loyaltykit.testing.contract.properties import KILLED
from loyaltykit.testing.contract.sqlalchemy_factories import async_sqlalchemy_sqlite
from loyaltykit.testing.contract.tasks import OnLoop
from loyaltykit.testing.contract.trial import NOON, change_of
from loyaltykit.testing.contract.verdict import NotClaimed, Violated
from loyaltykit.testing.crash import clients, outages
from loyaltykit.testing.crash.__main__ import SQLITE
from loyaltykit.testing.crash.books import check_books
from loyaltykit.testing.crash.client import ACKNOWLEDGING, COMMITTED, Moments, Told, killed, play, play_through
from loyaltykit.testing.crash.figures import Figures
from loyaltykit.testing.crash.harness import AT_RANDOM, Crashes, Heard
from loyaltykit.testing.crash.judge import Judge
from loyaltykit.testing.crash.outages import Outages
from loyaltykit.testing.crash.player import Player, ended
from loyaltykit.testing.crash.script import PROGRAM, drawn_script
from loyaltykit.testing.crash.twin import twin_of

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="clients are forked")

BROKEN = {}
"""Every store that doesn't bear a crash, by its name."""


def broken(cls):
    BROKEN[cls.__name__] = cls
    return cls


def autocommitted(connection, change):
    """Write the receipt of *change* in a transaction of its own."""
    connection.execute("INSERT INTO receipt VALUES (?, ?, ?)", (change.operation_id, change.digest, change.result))


class Rewritten(SqliteRepository):
    """A repository on SQLite whose commits are put together otherwise."""

    def _known(self, connection, change):
        asked = "SELECT digest, result FROM receipt WHERE operation = ?"
        return connection.execute(asked, (change.operation_id,)).fetchone()

    def _without_receipt(self, connection, change):
        """Write *change* but for its receipt, in one transaction."""
        connection.execute("BEGIN IMMEDIATE")
        try:
            self._write(connection, change)
            connection.execute("DELETE FROM receipt WHERE operation = ?", (change.operation_id,))
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


@broken
class ReceiptBehindTheCommit(Rewritten):
    """What was done is written first, then that it was done."""

    def _commit(self, connection, change):
        known = self._known(connection, change)
        if known is None:
            self._without_receipt(connection, change)
            autocommitted(connection, change)
        return known


@broken
class ReceiptInItsOwnTransaction(Rewritten):
    """That it was done is written first, so that no other does it, then what was done."""

    def _commit(self, connection, change):
        known = self._known(connection, change)
        if known is None:
            autocommitted(connection, change)
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("DELETE FROM receipt WHERE operation = ?", (change.operation_id,))
            self._write(connection, change)
            connection.execute("COMMIT")
        return known


@broken
class KnowsOnlyItsOwn(SqliteRepository):
    """Each connection remembers what it has done; what another one did before is done anew."""

    def _open(self):
        super()._open()
        self._own = {}

    def _commit(self, connection, change):
        if change.operation_id in self._own:
            return self._own[change.operation_id]
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("DELETE FROM receipt WHERE operation = ?", (change.operation_id,))
        self._write(connection, change)
        connection.execute("COMMIT")
        self._own[change.operation_id] = (change.digest, change.result)
        return None


@broken
class NoTransaction(SqliteRepository):
    """Each statement is a transaction of its own."""

    def _commit(self, connection, change):
        return self._write(connection, change)


@broken
class DueMomentsLater(SqliteRepository):
    """Due moments are noted once everything else is written."""

    def _commit(self, connection, change):
        known = super()._commit(connection, evolve(change, due={}))
        for key, moment in () if known else change.due.items():
            connection.execute("DELETE FROM due WHERE key = ?", (key,))
            if moment is not None:
                connection.execute("INSERT INTO due VALUES (?, ?)", (key, micros(moment)))
        return known


@broken
class WrittenBehind(SqliteRepository):
    """A commit is acknowledged when it's written down in memory; the next one takes it to the disk."""

    def _end(self, connection, change):
        """Leave the transaction open."""

    def _commit(self, connection, change):
        if connection.in_transaction:
            connection.execute("COMMIT")
        connection.execute("BEGIN IMMEDIATE")
        return self._write(connection, change)


class OtherJournal(SqliteRepository):
    """A repository whose file has another journal; changes larger than its cache reach the file before the commit."""

    journal: str

    def _open(self):
        super()._open()
        self._connection.execute(f"PRAGMA journal_mode = {self.journal}")
        self._connection.execute("PRAGMA cache_size = 1")


@broken
class NoJournal(OtherJournal):
    """What a transaction has written stays, whether it was committed or not."""

    journal = "OFF"


@broken
class JournalInMemory(OtherJournal):
    """Who would roll back is gone, and the journal with them."""

    journal = "MEMORY"


class RollbackJournal(OtherJournal):
    """Sound: the journal of old stands in a file."""

    journal = "DELETE"


def factory_of(cls):
    """Give the factory of *cls*, without waiting for the disk: what was written outlives a kill in any case."""

    def make(path):
        repository = cls(path)
        repository._connection.execute("PRAGMA synchronous = OFF")
        return repository

    return SqliteFile(make=make)


@pytest.mark.parametrize("name", BROKEN)
def test_a_store_that_bears_no_crash_is_found_out(name):
    """By kills at statements alone, which strike where the seed says."""
    with pytest.raises(Violated, match=r"(?s)^a client .*\(seed 7, kill \d+\)$"):
        Crashes(factory_of(BROKEN[name]), seed=7, at_random=False).run(150)


def test_P26_a_sound_store_bears_them_all():
    """At any moment, in turn and at random."""
    figures = Crashes(sqlite_file(), seed=7).run(60)
    assert figures.kills.total() == figures.found.total() == 60
    assert figures.kills[AT_RANDOM] >= 20
    assert figures.kills["before a statement"] >= 15


def test_P26_async_stores_are_killed_too():
    """Each client has a loop of its own; what it dies before is told there."""
    figures = Crashes(OnLoop(async_sqlalchemy_sqlite()), seed=7).run(6)
    assert figures.kills[AT_RANDOM] == 3


def test_P26_is_a_property_of_the_contract():
    """Passed by what is sound, in every moment of a few kinds of calls, and failed by name by what isn't."""
    assert KILLED["P26"].play(sqlite_file(), seed=7) == ""
    with pytest.raises(Violated, match=r"(?s)^P26 killed_clients_leave_nothing_in_part: a client was killed before .*"):
        KILLED["P26"].play(factory_of(ReceiptBehindTheCommit), seed=7)


class RemovedOnce(SqliteFile):
    """What isn't there can't be removed."""

    def destroy(self):
        Path(self.path).unlink()
        super().destroy()


def test_P26_a_store_that_can_be_removed_but_once_is_sound(monkeypatch):
    """Each that is made is removed once: its clients', and the trial's."""
    monkeypatch.setattr(crashing, "KILLS", 2)
    monkeypatch.setattr(crashing, "AT_RANDOM", 1)
    KILLED["P26"].play(RemovedOnce(), seed=7)


def test_P26_moments_that_had_no_turn_are_told(monkeypatch):
    """Where calls have more of them than clients are killed."""
    monkeypatch.setattr(crashing, "KILLS", 2)
    monkeypatch.setattr(crashing, "AT_RANDOM", 1)
    told = KILLED["P26"].play(sqlite_file(), seed=7)
    assert re.fullmatch(r"not shown: what a kill does at complete [\d, to]+; first settle .*; place .*, where .*", told)


def test_a_journal_in_a_file_bears_them_too():
    """What the others lack is the journal, and not the large cache."""
    assert Crashes(factory_of(RollbackJournal), seed=7, at_random=False).run(20).kills.total() == 20


def short(seed):
    """Give a script of two kinds of calls."""
    return tuple(step for step in drawn_script(seed, cycles=1) if step.kind in {"first settle", "join brought"})


def test_every_moment_of_every_call_has_its_turn():
    """Statements, what follows a commit, and what comes before the acknowledgement; the same from the same seed."""
    runs = []
    for kills in (15, 150):
        crashes = Crashes(factory_of(SqliteRepository), seed=7, at_random=False, scripted=short)
        runs.append(crashes.run(kills, once_each=True))
    few, all_ = runs
    assert few.places < all_.places
    assert few.missing
    assert not all_.missing
    assert 30 < len(all_.places) <= all_.kills.total() < 150
    assert set(all_.kills) == {"before a statement", "behind a commit", "before the acknowledgement"}
    assert set(all_.found) == {"applied", "applied in some of its commits", "not applied"}


def test_a_call_that_finds_nothing_to_do_is_told_apart():
    """Nothing of it is applied, nor not applied."""
    script = tuple(step for step in drawn_script("7", cycles=1) if step.kind == "run due")
    figures = Crashes(factory_of(SqliteRepository), seed=7, at_random=False, scripted=lambda _: script).run(3)
    assert figures.found == {"with nothing to write": 3}


class Pipe:
    """A pipe that keeps what's said."""

    def __init__(self):
        self.said = []

    def send_bytes(self, text):
        self.said.append(json.loads(text))


@pytest.fixture
def factory():
    """Give a factory of SQLite files, with an empty store."""
    made = sqlite_file()
    made.create().close()
    yield made
    made.destroy()


def test_a_client_acknowledges_each_call_and_dies_in_its_turn(factory):
    """Here it's told to die and doesn't, so that one sees each moment."""
    script, pipe, died = drawn_script("7", cycles=1), Pipe(), []
    play(factory, script, {"cancel": 3}, pipe, lambda: died.append(1))
    words = ["begun", *["done"] * 11, "killed", "done", "done", "done"]
    assert [word for word, *_ in pipe.said] == words
    assert [rest[0] for word, *rest in pipe.said if word == "done"] == [step.result for step in twin_of(script).steps]
    assert died == [1]


def test_a_client_is_killed_for_good(monkeypatch):
    """By SIGKILL, which leaves it no time for anything."""
    sent = []
    monkeypatch.setattr(signal, "raise_signal", sent.append)
    killed()
    assert sent == [signal.SIGKILL]


def test_the_last_moments_of_a_call_are_its_commit_and_its_acknowledgement(factory):
    """So what is applied and not yet told of is killed, too."""
    pipe = Pipe()
    script = drawn_script("7", cycles=1)
    play(factory, script, {}, pipe)
    length = pipe.said[1][2]
    for back, what in enumerate(("COMMIT", COMMITTED, ACKNOWLEDGING)):
        factory.destroy()
        factory.create().close()
        pipe = Pipe()
        play(factory, script[:1], {"first settle": length - 2 + back}, pipe, lambda: None)
        assert pipe.said[1] == ["killed", length - 2 + back, what]


def test_a_client_asks_for_receipts_as_others_do(factory):
    """Whoever repeats a call may ask first."""
    told = Told(factory.trace(lambda _: None), Moments({}, Pipe().send_bytes))
    assert told.receipt("o1") is None


class Failing(SqliteFile):
    """A factory whose clients can't open the store."""

    def trace(self, _):
        message = "unable to open"
        raise sqlite3.OperationalError(message)


class Hanging(SqliteFile):
    """A factory whose clients never do anything."""

    def trace(self, _):
        time.sleep(60)


class Leaving(SqliteFile):
    """A factory whose clients leave by themselves."""

    def trace(self, _):
        os._exit(3)


@pytest.mark.parametrize(
    ("cls", "told"),
    [
        (Failing, "a client failed with .*OperationalError"),
        (Hanging, "a client said nothing for 0.2 seconds"),
        (Leaving, "a client ended by itself, with 3"),
    ],
)
def test_a_client_that_plays_nothing_is_a_failure(cls, told, monkeypatch):
    """And never a kill that was borne."""
    monkeypatch.setattr(clients, "PATIENCE", 0.2)
    with pytest.raises(Violated, match=told):
        Crashes(cls(), seed=7).run(1)


class LeavingUnderAServer(Leaving):
    """It has a server, which doesn't mind; how often a store was removed is counted."""

    removed = 0

    def kill_server(self):
        """Leave it."""

    def start_server(self):
        """It's there."""

    def destroy(self):
        super().destroy()
        self.removed += 1


class Unkillable(LeavingUnderAServer):
    """Its server can't be killed."""

    def kill_server(self):
        message = "no server here"
        raise OSError(message)


class Unremovable(Unkillable):
    """Nor can its store be removed."""

    def destroy(self):
        super().destroy()
        message = "in use"
        raise OSError(message)


@pytest.mark.parametrize(
    ("cls", "error", "told"),
    [
        (LeavingUnderAServer, Violated, r"^a client ended by itself, with 3\n"),
        (Unkillable, OSError, r"^no server here$"),
        (Unremovable, OSError, r"^no server here$"),
    ],
)
def test_whatever_ends_an_outage_no_client_and_no_store_is_left(cls, error, told, monkeypatch):
    """What went wrong first is told; those who hang beside one that has left are killed."""
    begun = []
    monkeypatch.setattr(outages, "CALLS", 1)  # nobody is heard before the server is to die
    monkeypatch.setattr(outages, "Client", lambda *given: begun.append(clients.Client(*given)) or begun[-1])
    factory = cls()
    with pytest.raises(error, match=told):
        Outages(factory, seed=7).run(1)
    assert factory.removed == 1
    assert len(begun) == 3
    assert not any(each._process.is_alive() for each in begun)


def test_all_clients_are_killed_before_one_is_found_to_have_left():
    """So that none goes on in a store that is gone."""
    left, hanging = (clients.Client(play) for play in (lambda _: os._exit(3), lambda _: time.sleep(60)))
    left._process.join()
    with pytest.raises(Violated, match="with 3"), ended([Player(left, None), Player(hanging, None)]):
        pass
    assert hanging._process.exitcode == -signal.SIGKILL


def test_a_store_that_gives_up_what_crashes_need_is_not_judged():
    """Nothing is said about it."""
    for given_up in (memory(), SqliteFile(capabilities=frozenset({"processes"}))):
        with pytest.raises(NotClaimed, match=r"^not claimed: a crash needs durable, processes, trace and fork"):
            Crashes(given_up, seed=7)


def test_a_client_that_is_done_was_not_killed(factory):
    """However late the kill comes: it doesn't count as one."""
    crashes = Crashes(factory, seed=7)
    crashes._window = 1.5
    heard = crashes._at_random(drawn_script("7", cycles=1)[:1])
    assert (len(heard.acknowledged), heard.killed) == (1, False)
    assert crashes.figures.kills.total() == 0


def test_a_client_says_why_it_fails():
    """So that the one who listens needn't look for it."""
    pipe = Pipe()
    play(Failing(), (), {}, pipe)
    assert pipe.said == [["begun"], ["failed", "OperationalError('unable to open')"]]


@pytest.mark.parametrize(
    "factory", [SQLITE, "loyaltykit.testing.contract.sqlalchemy_factories:async_sqlalchemy_sqlite"]
)
def test_the_command_says_its_figures(factory):
    """With the seed that draws the same again, also of stores that are awaited."""
    command = [sys.executable, "-m", "loyaltykit.testing.crash", factory, "--kills", "5", "--seed", "7"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    assert re.fullmatch(
        r"clients: 5 kills: .* before a statement.*\n"
        r"of the calls in flight, .* not applied; each repeated, applied once\n"
        r"\d+ calls acknowledged, none lost\n"
        r"\d+ of \d+ moments of calls have had their turn, none: .*\n"
        r"\d+ stores made, \d+\.\d s\n1 of 1 parts, seed 7\n",
        done.stdout,
    )


# What must agree in any store


def lived(cycles=2):
    """Give a store in which a script was played, and its operations."""
    store, script = MemoryRepository(), drawn_script("7", cycles=cycles)
    for step in script:
        step.played(Loyalty(PROGRAM, store))
    return store, twin_of(script).operations


def test_what_was_played_to_its_end_agrees():
    """Without any crash."""
    check_books(lived()[0], PROGRAM, lived()[1])


MEMBER = '["city","member","m9"]'


def sides(*accounts):
    """Give a pair of entries."""
    return tuple(
        Entry(at=NOON, operation="o", line=line, account=account, unit="points", amount=1 - 2 * line)
        for line, account in enumerate(accounts)
    )


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"entries": sides(MEMBER, '["city","issued"]')}, "what documents say is posted"),
        ({"due": {'["city","order","kept 0"]': NOON}}, "what is due"),
        ({"puts": {'["city","order","kept 0"]': None}}, "where orders stand"),
        ({"entries": sides('["city","issued"]', '["city","expired"]')}, "what the accounts of city have"),
    ],
)
def test_what_does_not_agree_is_told(fields, told):
    """An entry without its document, a due moment without its cause, an order without its receipt, a wrong account."""
    store, operations = lived()
    keys = [*fields.get("due", {}), *fields.get("puts", {})]
    guards = {key: found.version for key, found in store.load(keys).items()}
    store.commit(change_of("o", guards=guards, **fields))
    with pytest.raises(AssertionError, match=told):
        check_books(store, PROGRAM, operations)


# Forks: a client that was forked while its parent had the file open


def commits_twice(repository, pipe):
    """Commit once, and once more when told to."""
    repository.commit(change_of("o1", guards={"o1": 0}))
    pipe.send("once")
    pipe.recv()
    repository.commit(change_of("o2", guards={"o2": 0}))


def test_what_a_forked_client_acknowledges_outlives_its_parents_connection(tmp_path):
    """Its parent, who seems to be the last to have the file open, removes the log under it when it closes."""
    path = tmp_path / "loyalty.db"
    repository = SqliteRepository(path)
    here, there = multiprocessing.Pipe()
    child = multiprocessing.get_context("fork").Process(target=commits_twice, args=(repository, there))
    child.start()
    there.close()  # so that a child that is gone is no reason to wait
    here.recv()
    repository.close()
    here.send("again")
    child.join()
    assert child.exitcode == 0
    with closing(SqliteRepository(path)) as reopened:
        assert reopened.receipt("o2") is not None


# Outages: a client that bears that its server comes and goes


class Stumbling(MemoryRepository):
    """A store whose commits fail with each of some errors once, of which unknown ones were written nevertheless."""

    def __init__(self, *errors):
        super().__init__()
        self.errors = list(errors)

    def commit(self, change):
        error = self.errors.pop(0) if self.errors else None
        if error is None or isinstance(error, CommitUnknown):
            committed = super().commit(change)
        if error is None:
            return committed
        raise error

    def trace(self, callback):
        self.callback = callback
        return self

    def load(self, keys):
        self.callback("SELECT")
        return super().load(keys)


class Ordered(Pipe):
    """A pipe that keeps what's said, and in which *strikes* are heard."""

    def __init__(self, *strikes):
        super().__init__()
        self.strikes = list(strikes)

    def recv_bytes(self):
        return json.dumps(self.strikes.pop(0)).encode()


NOWHERE = [{}, None, False, 0]


def heard(store, *strikes, steps=(0,)):
    """Give what a client says that plays so many *steps* over *store*, without the results and numbers."""
    pipe, script = Ordered(*strikes), drawn_script("7", cycles=1)
    play_through(store, [script[step] for step in steps], PROGRAM, pipe)
    assert not pipe.strikes
    return [[word, *said[:1]] if word in {"commit", "told", "failed"} else [word] for word, *said in pipe.said]


def test_a_client_makes_its_call_again_when_its_server_is_back():
    """What its commit was told it says, and what ended the call; an unknown one is tried twice."""
    unknown = CommitUnknown("lost", operation_id="o1")
    lost = StoreUnavailable("gone")
    *said, failed = heard(Stumbling(unknown, lost, lost), NOWHERE, NOWHERE, NOWHERE, steps=(0, 4))
    assert said == [
        ["begun"],
        ["commit", "CommitUnknown"],
        ["commit", "StoreUnavailable"],
        ["told", "CommitUnknown"],
        ["commit", "StoreUnavailable"],
        ["told", "StoreUnavailable"],
        ["done"],
    ]
    assert failed[1].startswith("UnknownOrder(")


def test_a_client_waits_where_its_server_dies_or_meets_it_on_its_way():
    """By the number of the moment, or by how the statement begins, once each."""
    waits, meets = [{"first settle": 3}, None, True, 0], [{}, "SEL", False, 0.001]
    told = heard(Stumbling(), waits, NOWHERE)
    assert told == [["begun"], ["killed"], ["done"]]
    assert heard(Stumbling(), meets) == [["begun"], ["killed"], ["done"]]


def test_a_client_is_born_with_nothing_to_collect_and_nothing_to_interrupt_it(monkeypatch):
    """Its parent's connections are its parent's."""
    done = []
    monkeypatch.setattr(gc, "freeze", lambda: done.append("frozen"))
    monkeypatch.setattr(signal, "signal", lambda *given: done.append(given))
    clients._played(done.append, "played")
    assert done == ["frozen", (signal.SIGINT, signal.SIG_IGN), "played"]


def test_a_store_that_forgets_what_was_finished_is_found_out(factory):
    """Where a client had played to its end, too."""
    script = drawn_script("7", cycles=1)[:1]
    judge = Judge(script, PROGRAM, Figures())
    heard = Heard(acknowledged=(twin_of(script).steps[0].result,), lengths=(9,), at=None, killed=False)
    crashes = Crashes(factory, seed=7)
    with pytest.raises(Violated, match=r"^a client was killed at random, in first settle: what is kept of "):
        crashes._judged(judge, heard)
    judge.position = 1
    with pytest.raises(Violated, match=r"^a client had played to its end: .*as the finished script left it$"):
        crashes._judged(judge, evolve(heard, acknowledged=()))
    judge._seen["o1"] = Receipt("o1", "d", "{}")
    with pytest.raises(Violated, match=r"^what is kept of .* is None, not Receipt"):
        crashes._looked_over(judge)
