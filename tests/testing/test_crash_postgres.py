"""Clients, and servers, killed over PostgreSQL: what is sound bears it, and broken stores are found out."""

from __future__ import annotations

import psycopg
import pytest

from loyaltykit.testing.contract import crashing
from loyaltykit.testing.contract.properties import KILLED
from loyaltykit.testing.contract.sqlalchemy_factories import (
    async_sqlalchemy_asyncpg_cluster,
    async_sqlalchemy_psycopg_cluster,
)
from loyaltykit.testing.contract.tasks import OnLoop
from loyaltykit.testing.contract.verdict import Violated
from loyaltykit.testing.crash import outages
from loyaltykit.testing.crash.harness import AT_RANDOM, Crashes
from loyaltykit.testing.crash.outages import Outages
from loyaltykit.testing.postgres import Cluster
from tests.testing.crash_stores import BROKEN, NotOnTheDisk, OwnCluster, PlainPostgres, Unanswered

SETTINGS = {
    "wal_writer_delay": "10s",  # what isn't written down by a commit itself is late
    "synchronous_standby_names": "nobody",  # who is waited for where synchronous_commit isn't local
}


@pytest.fixture(scope="module")
def cluster():
    """Give a cluster whose server can be killed, and which waits for the disk as a host's does."""
    with Cluster(SETTINGS) as started:
        yield started


def test_P26_clients_are_killed_over_a_server_that_stays(cluster):
    """At any moment, in turn and at random; what a server is still ending for one that is gone is waited for."""
    figures = Crashes(OwnCluster(cluster), seed=7).run(20)
    assert figures.kills.total() == 20
    assert figures.kills[AT_RANDOM] == 10


def test_P27_a_server_is_killed_under_its_clients(cluster):
    """Each is told so in the contract's words, and goes on over the same repository; nothing is lost or twice."""
    figures = Outages(OwnCluster(cluster), seed=7, cycles=1).run(5)
    assert figures.kills.total() == 5
    assert set(figures.told) <= {"CommitUnknown", "StoreUnavailable"}
    assert 5 < figures.told.total() <= figures.found.total()
    assert figures.acknowledged >= 3 * 14


@pytest.mark.parametrize("make", [async_sqlalchemy_asyncpg_cluster, async_sqlalchemy_psycopg_cluster])
def test_P27_a_server_is_killed_under_clients_that_await(make):
    """By each driver: nothing of theirs escapes, and nothing is lost or twice."""
    factory = make()
    try:
        figures = Outages(OnLoop(factory), seed=7, cycles=1).run(3)
    finally:
        factory.own.cluster.stop()
    assert figures.kills.total() == 3
    assert figures.told.total() > 3
    assert set(figures.told) <= {"CommitUnknown", "StoreUnavailable"}


def test_P27_what_was_written_and_never_answered_is_found_by_its_retry(cluster):
    """Every commit is of unknown outcome, and applied, as long as the server waits for another one."""
    figures = Outages(AnsweredAtLast(cluster, Unanswered), seed=7, cycles=1).run(4)
    assert figures.told["CommitUnknown"] >= 6
    assert figures.found["applied"] >= 2


def test_P27_is_a_property_of_the_contract(cluster):
    """Failed by name."""
    with pytest.raises(Violated, match=r"^P27 a_killed_server_keeps_what_it_acknowledged: the server was killed "):
        KILLED["P27"].play(OwnCluster(cluster, NotOnTheDisk), seed=7)


class RemovedOnce(OwnCluster):
    """What isn't there can't be removed."""

    def destroy(self):
        with psycopg.connect(self.cluster.url, autocommit=True, options=PlainPostgres.settings) as connection:
            connection.execute(f"DROP SCHEMA {self.schema} CASCADE")


def test_P27_a_store_that_can_be_removed_but_once_is_sound(cluster, monkeypatch):
    """Each that is made is removed once: its clients', and the trial's."""
    monkeypatch.setattr(crashing, "OUTAGES", 1)
    KILLED["P27"].play(RemovedOnce(cluster), seed=7)


def test_a_client_that_comes_late_to_where_its_server_dies_goes_on(cluster, monkeypatch):
    """It waits there to be told that the server is gone, which is so already."""
    for name, value in {"WAYS": (outages.BEHIND,), "ARRIVAL": 0, "MEETING": 0.5}.items():
        monkeypatch.setattr(outages, name, value)
    late = Outages(OwnCluster(cluster), seed=7, cycles=1)
    late._turns.learn("place", 1)
    assert late.run(2).kills == {AT_RANDOM: 2}


def test_P27_moments_have_their_turn(cluster, monkeypatch):
    """Of a call that was seen, the server dies where it's the turn, and what had it is told."""
    monkeypatch.setattr(outages, "WAYS", (outages.BEFORE_A_STATEMENT,))
    monkeypatch.setattr(outages, "ARRIVAL", 30)
    turns = Outages(OwnCluster(cluster), seed=7, cycles=1)
    turns._turns.learn("first settle", 3)
    assert turns.run(1).places <= {("first settle", number) for number in range(1, 5)}
    assert len(turns.figures.places) == 1


def test_P27_a_client_that_ends_before_its_server_is_judged(cluster, monkeypatch):
    """No outage came to it, and the next one plays on another store."""
    for name, value in {"PROGRAMS": ("city",), "WAYS": (AT_RANDOM,), "ARRIVAL": 30, "CALLS": 60}.items():
        monkeypatch.setattr(outages, name, value)
    figures = Outages(OwnCluster(cluster), seed=97, cycles=1).run(1)
    assert figures.stores >= 2
    assert figures.kills == {AT_RANDOM: 1}


class AnsweredAtLast(OwnCluster):
    """A factory whose server waits for no other one any more, once it was killed four times."""

    kills = 0

    def kill_server(self):
        super().kill_server()
        self.kills += 1
        if self.kills == 4:
            self.cluster.settings["synchronous_standby_names"] = ""

    def destroy(self):
        self.cluster.settings["synchronous_standby_names"] = "nobody"
        self.cluster.kill()  # the next store's is started with that


@pytest.mark.parametrize("name", BROKEN)
def test_a_store_that_bears_no_outage_is_found_out(name, cluster):
    """Each by what it does wrong."""
    cls, told = BROKEN[name]
    with pytest.raises(Violated, match=rf"(?s)({told}).*\(seed 7, kill \d+\)$"):
        Outages(OwnCluster(cluster, cls), seed=7, cycles=2).run(30)
