"""The repository over Django keeps the contract, on SQLite and on PostgreSQL, whatever the host's settings are."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime
from multiprocessing import get_context

import pytest
from asgiref.sync import sync_to_async
from attrs import define, field
from django.core.management import call_command
from django.db import OperationalError, connections, transaction
from django.test.utils import CaptureQueriesContext

from loyaltykit import CommitUnknown, Loyalty, Money, Order, Points, Program, StoreUnavailable, VersionConflict
from loyaltykit.adapters.django import DjangoRepository
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.errors import RepositoryError
from loyaltykit.ledger.cursor import micros
from loyaltykit.testing import RepositoryContract
from loyaltykit.testing.contract import django_factories, racing
from loyaltykit.testing.contract.django_factories import (
    DjangoPostgres,
    DjangoSqlite,
    cut_off,
    django_postgres,
    django_sqlite,
)
from loyaltykit.testing.contract.properties import PROPERTIES
from loyaltykit.testing.contract.trial import booked, change_of, state_of

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PROGRAM = Program.from_dict(
    {
        "id": "city",
        "currency": "RUB",
        "point_value": "1",
        "time_zone": "Europe/Moscow",
        "cashback": [{"percent": "10"}],
    }
)
ORDER = Order(id="o1", customer="m1", price=Money("1000", "RUB"))
LATER = datetime(2026, 3, 2, tzinfo=UTC)


class TestDjangoSqlite(RepositoryContract):
    factory = "loyaltykit.testing.contract.django_factories:django_sqlite"


class TestDjangoPostgres(RepositoryContract):
    factory = "loyaltykit.testing.contract.django_factories:django_postgres"


@define
class With:
    """A factory of stores whose settings have *options* more."""

    factory: DjangoSqlite | DjangoPostgres
    options: dict = field(factory=dict)
    capabilities = DjangoPostgres.capabilities

    def create(self):
        self.factory.create().close()  # SQLite leaves WAL for no one else
        return self.reopen()

    def reopen(self):
        return self.factory.reopen(**self.options)

    def destroy(self):
        self.factory.destroy()


@pytest.fixture
def postgres():
    """Give a factory on PostgreSQL."""
    factory = django_postgres()
    yield factory
    factory.destroy()


@pytest.fixture
def sqlite():
    """Give a factory on SQLite."""
    factory = django_sqlite()
    yield factory
    factory.destroy()


@pytest.fixture(params=["sqlite", "postgres"])
def factory(request):
    """Give a factory, on each vendor in turn."""
    return request.getfixturevalue(request.param)


RACES = [each for each in PROPERTIES.values() if each.level == 2 and each.played.__module__ == racing.__name__]


@pytest.mark.parametrize("level", [3, 4], ids=["REPEATABLE READ", "SERIALIZABLE"])
@pytest.mark.parametrize("race", RACES, ids=[race.id for race in RACES])
def test_races_hold_under_any_isolation_level(race, level):
    """The contract isn't rested on one: what PostgreSQL calls a serialisation failure is a conflict or a replay."""
    race.play(With(django_postgres(), {"isolation_level": level}), seed=7)


@pytest.mark.parametrize("race", RACES, ids=[race.id for race in RACES])
def test_races_hold_on_sqlite_as_django_sets_it_up(race):
    """Transactions begun DEFERRED, on a file without WAL: the receipt comes first and takes the lock."""
    options = {"transaction_mode": None, "init_command": "PRAGMA journal_mode = DELETE"}
    race.play(With(django_sqlite(), options), seed=7)


def test_all_is_written_and_read_where_the_server_binds(postgres):
    """Values travel beside the statement there, so each needs a type that the server can tell."""
    postgres.create()
    store, model = postgres.reopen(server_side_binding=True), MemoryRepository()
    for number in range(5):
        change = change_of(
            f"o{number}", guards={f"k{number}": 0}, entries=booked(f"o{number}", ("m1", 5)), due={f"k{number}": NOW}
        )
        store.commit(change)
        model.commit(change)
    assert state_of(store, "o1", page=2) == state_of(model, "o1", page=2)


WIDE = {
    "guards": {"new/1": 0, "new/2": 0, "known/1": 1, "known/2": 1},
    "puts": {"new/1": "1", "known/1": "2"},
    "due": {"new/1": NOW, "known/1": LATER, "known/2": None},
    "entries": booked("wide", *((f"account/{number}", 5) for number in range(50))),
}


def test_a_commit_takes_few_round_trips(postgres):
    """Eight at most on PostgreSQL, BEGIN and COMMIT among them; three for a refusal, four for a replay."""
    store = postgres.create()
    store.commit(change_of("known", guards={"known/1": 0, "known/2": 0}))
    sent = {}
    for name, change in {"wide": change_of("wide", **WIDE), "refused": change_of("refused")}.items():
        for turn in ("first", "again"):
            with CaptureQueriesContext(connections[store.using]) as queries:
                store.commit(change)
            sent[name, turn] = [query["sql"].split("(")[0][:40] for query in queries]
    assert {each: len(statements) for each, statements in sent.items()} == {
        ("wide", "first"): 8,
        ("wide", "again"): 4,
        ("refused", "first"): 3,
        ("refused", "again"): 4,
    }, sent


def test_a_load_is_one_question(factory):
    """Of up to 500 keys; each key once, however often it's asked for."""
    store = factory.create()
    keys = [f"key/{number}" for number in range(600)]
    store.commit(change_of("o", guards={keys[0]: 0, keys[550]: 0}))
    with CaptureQueriesContext(connections[store.using]) as queries:
        assert [key for key, each in store.load([*keys, *keys]).items() if each.version] == [keys[0], keys[550]]
    assert len(queries) == 2


def test_a_repeatable_read_that_met_the_same_operation_replays_it(postgres):
    """Its snapshot doesn't see the receipt that stands in its way, so it looks again, once it's out (C5)."""
    store = postgres.create()
    snapshot = postgres.reopen(isolation_level=3)
    change = change_of("webhook", guards={"m1": 0})

    def meanwhile(execute, sql, *arguments):
        if sql.startswith("INSERT INTO loyaltykit_receipt"):
            with connections[snapshot.using].cursor() as cursor:
                cursor.connection.execute("SELECT 1")  # takes the snapshot
            store.commit(change)
        return execute(sql, *arguments)

    with connections[snapshot.using].execute_wrapper(meanwhile):
        assert snapshot.commit(change).replayed


def test_a_joined_commit_that_was_overtaken_is_a_conflict(postgres):
    """Under REPEATABLE READ: the host rolls back, and begins anew."""
    store = postgres.create()
    snapshot = postgres.reopen(isolation_level=3)
    joined = DjangoRepository(snapshot.using, joins=True)
    with transaction.atomic(using=snapshot.using):
        assert joined.load(["m1"])["m1"].version == 0
        store.commit(change_of("faster", guards={"m1": 0}))
        with pytest.raises(VersionConflict, match="somebody else was faster") as caught:
            joined.commit(change_of("late", guards={"m1": 0}))
    assert caught.value.key == "m1"


def test_a_joined_commit_behind_a_stale_read_of_sqlite_is_a_conflict(sqlite):
    """A transaction that has begun to read can't write once others have written: "locked" means conflict."""
    store = sqlite.create()
    deferred = sqlite.reopen(transaction_mode=None)
    joined = DjangoRepository(deferred.using, joins=True)
    with transaction.atomic(using=deferred.using):
        assert joined.load(["m1"])["m1"].version == 0
        store.commit(change_of("faster", guards={"m1": 0}))
        with pytest.raises(VersionConflict, match="somebody else was faster"):
            joined.commit(change_of("late", guards={"m1": 0}))
    with transaction.atomic(using=deferred.using):
        assert joined.load(["m1"])["m1"].version == 1
        joined.commit(change_of("late", guards={"m1": 1}))
    assert store.receipt("late")


def test_a_joined_commit_behind_a_read_is_unavailable_without_wal(sqlite):
    """Whoever is about to write and whoever has read would wait for each other: the block is begun anew."""
    sqlite.create().close()
    writer, reader = (
        sqlite.reopen(transaction_mode=mode, init_command="PRAGMA journal_mode = DELETE").using
        for mode in ("IMMEDIATE", None)
    )
    joined, change = DjangoRepository(reader, joins=True), change_of("o", guards={"m1": 0})
    with transaction.atomic(using=writer), transaction.atomic(using=reader):
        assert joined.load(["m1"])["m1"].version == 0
        with pytest.raises(StoreUnavailable, match="database is locked; nothing was written"):
            joined.commit(change)
    with transaction.atomic(using=reader):
        assert not joined.commit(change).replayed


@pytest.mark.parametrize("mode", ["IMMEDIATE", None])
def test_a_file_locked_for_too_long_is_unavailable(sqlite, mode):
    """Nothing was written, and the same change goes through when the lock is gone."""
    store, change = sqlite.create(), change_of("o", guards={"a": 0})
    impatient = sqlite.reopen(timeout=0, transaction_mode=mode)
    locked = pytest.raises(StoreUnavailable, match="database is locked; nothing was written")
    with transaction.atomic(using=store.using), locked:
        impatient.commit(change)
    assert not impatient.commit(change).replayed


@pytest.mark.parametrize("mode", ["IMMEDIATE", None])
def test_an_end_that_waits_for_a_reader_for_too_long_is_unavailable(sqlite, mode):
    """Without WAL a COMMIT waits for those who read: it's rolled back, and the file is free for the next one."""
    sqlite.create().close()
    options = {"init_command": "PRAGMA journal_mode = DELETE", "timeout": 0}
    store, other = (sqlite.reopen(transaction_mode=mode, **options) for _ in range(2))
    reader, change = sqlite.reopen(transaction_mode=None, **options), change_of("o", guards={"a": 0})
    with transaction.atomic(using=reader.using):
        assert reader.load(["a"])["a"].version == 0
        with pytest.raises(StoreUnavailable, match="database is locked; nothing was written"):
            store.commit(change)
        assert store.receipt("o") is None
    assert not other.commit(change).replayed
    assert store.commit(change).replayed


@pytest.mark.parametrize("before", ["INSERT INTO loyaltykit_receipt", "WITH locked", "INSERT INTO loyaltykit_entry"])
def test_a_connection_lost_before_the_end_is_unavailable(postgres, before):
    """Nothing was written; the next call has a connection again."""
    store = postgres.create()
    store.commit(change_of("known", guards={"known/1": 0, "known/2": 0}))
    change = change_of("wide", **WIDE)
    with cut_off(store.using, before=before), pytest.raises(StoreUnavailable, match="nothing was written"):
        store.commit(change)
    assert store.receipt("wide") is None
    assert not store.commit(change).replayed


def test_a_connection_lost_at_the_end_leaves_it_unknown(postgres):
    """The retry tells, by the same repository."""
    store, change = postgres.create(), change_of("o", guards={"a": 0})
    with (
        cut_off(store.using, before="COMMIT"),
        pytest.raises(CommitUnknown, match="o was written isn't known") as caught,
    ):
        store.commit(change)
    assert caught.value.operation_id == "o"
    store.commit(change)
    assert store.commit(change).replayed
    assert store.load(["a"])["a"].version == 1


def test_a_connection_lost_while_reading_is_unavailable_once(postgres):
    """A long-lived worker goes on: the next call connects anew."""
    store = postgres.create()
    with cut_off(store.using, before="SELECT"), pytest.raises(StoreUnavailable):
        store.load(["a"])
    assert store.load(["a"])["a"].version == 0


def test_a_connection_lost_by_a_joined_read_fails_the_hosts_block(postgres):
    """Also where the host swallows what it's told: no row is lost without a word. The next block connects anew."""
    store = postgres.create()
    joined = DjangoRepository(store.using, joins=True)
    with (
        cut_off(store.using, before="SELECT"),
        pytest.raises(OperationalError),
        transaction.atomic(using=store.using),
        pytest.raises(StoreUnavailable),
    ):
        joined.load(["a"])
    with transaction.atomic(using=store.using):
        assert joined.load(["a"])["a"].version == 0


def test_a_database_without_the_tables_says_how_they_are_made(factory):
    """Not migrated yet: the command names the alias, since migrate alone is for the default one."""
    store = factory.reopen()
    hint = f"run migrate loyaltykit --database={store.using}, which makes the tables"
    with pytest.raises(StoreUnavailable, match=f"loyaltykit_document.*; {hint}"):
        store.load(["a"])
    with pytest.raises(StoreUnavailable, match=hint):
        store.commit(change_of("o"))
    with transaction.atomic(using=store.using), pytest.raises(StoreUnavailable, match=hint):
        DjangoRepository(store.using, joins=True).commit(change_of("o"))
    call_command("migrate", "loyaltykit", database=store.using, verbosity=0)
    assert store.load(["a"])["a"].version == 0


def test_a_database_of_another_vendor_is_refused(factory, monkeypatch):
    """It says what is served."""
    store = factory.create()
    monkeypatch.setattr(connections[store.using], "vendor", "oracle")
    with pytest.raises(
        RepositoryError, match=r"is a database of oracle, and this adapter is for PostgreSQL and SQLite"
    ):
        store.load(["a"])


def test_a_closed_connection_is_opened_again(factory):
    """As Django does it: close() is for the end of a thread, or before a fork."""
    store = factory.create()
    store.commit(change_of("o", guards={"a": 0}))
    store.close()
    assert store.load(["a"])["a"].version == 1


def test_keys_are_found_by_any_beginning(factory):
    """Those whose last letter is the last before the surrogates, or of all, too."""
    store = factory.create()
    last = chr(sys.maxunicode)
    keys = sorted(
        [
            "a",
            "a%",
            "A",
            "a_",
            "ab",
            "a\ud7ff",
            "a\ud7ffb",
            "a\ue000",
            f"a{last}",
            f"a{last}b",
            "b",
            last,
            "é",
            "e\u0301",
        ]
    )
    for key in keys:
        store.commit(change_of(key, guards={key: 0}))
    for prefix in {key[:length] for key in keys for length in range(3)}:
        wanted = [key for key in keys if key.startswith(prefix)]
        assert store.keys(prefix, after=None, limit=100) == wanted
        assert store.keys(prefix, after=wanted[0], limit=1) == wanted[1:2]


KEYS = [f"key/{number}" for number in range(8)]


def count_up(factory, number):
    """Count up all keys, in an order of one's own; end with the number of conflicts, or 99 where anything escapes."""
    store, conflicts = factory.reopen(), 0
    order = KEYS[:: 1 if number % 2 else -1]
    for turn in range(5):
        while True:
            loaded = store.load(order)
            puts = {key: str(int(loaded[key].body or 0) + 1) for key in order}
            try:
                store.commit(
                    change_of(f"{number}/{turn}", guards={key: loaded[key].version for key in order}, puts=puts)
                )
            except VersionConflict:
                conflicts += 1
            except Exception:  # noqa: BLE001  # pragma: no cover - what the test would find
                os._exit(99)
            else:
                break
    os._exit(min(conflicts, 90))  # pragma: no cover - another process, which ends without telling what it ran


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system doesn't fork")
def test_sixteen_processes_with_opposed_orders_meet_conflicts_at_most(factory):
    """No deadlock escapes, and all is counted; each forked one has connections of its own."""
    store, fork = factory.create(), get_context("fork")
    processes = [fork.Process(target=count_up, args=(factory, number)) for number in range(16)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    codes = [process.exitcode for process in processes]
    assert all(0 <= code < 99 for code in codes), codes
    assert any(codes)
    assert {each.body for each in store.load(KEYS).values()} == {str(16 * 5)}


def test_a_factory_tells_each_statement_before_it_is_sent(factory):
    """As a crash wants it: from BEGIN, where one travels, to COMMIT; a statement that isn't let through isn't sent."""
    factory.create()
    told = []
    store = factory.trace(told.append)
    store.commit(change_of("o", guards={"a": 0}))
    assert [statement[:31] for statement in told if statement != "BEGIN IMMEDIATE"] == [
        "INSERT INTO loyaltykit_receipt ",
        "INSERT INTO loyaltykit_document",
        "COMMIT",
    ]
    assert store.receipt("o")


def test_a_fork_leaves_a_transaction_alone(factory):
    """What's idle is closed before a process is doubled; what is in the middle of something goes on."""
    store = factory.create()
    joined = DjangoRepository(store.using, joins=True)
    with transaction.atomic(using=store.using):
        joined.commit(change_of("o", guards={"a": 0}))
        django_factories._close_idle()
    assert store.load(["a"])["a"].version == 1
    django_factories._close_idle()
    assert connections[store.using].connection is None
    assert store.load(["a"])["a"].version == 1


def test_a_factory_that_has_made_nothing_removes_nothing():
    """Neither a folder nor a schema."""
    for factory in (django_sqlite(), django_postgres()):
        factory.destroy()
        assert factory == type(factory)()


def test_a_server_that_is_killed_and_started_again_has_what_it_acknowledged():
    """While it's away all is unavailable; then the same repository goes on."""
    factory = django_factories.django_cluster()
    try:
        store, change = factory.create(), change_of("o", guards={"a": 0})
        store.commit(change)
        factory.kill_server()
        with pytest.raises(StoreUnavailable, match="nothing was written"):
            store.commit(change_of("away", guards={"a": 1}))
        factory.start_server()
        assert store.commit(change).replayed
        assert not store.commit(change_of("away", guards={"a": 1})).replayed
        factory.kill_server()
        factory.destroy()
    finally:
        factory.cluster.stop()


async def placed(loyalty):
    return await sync_to_async(loyalty.settle)(ORDER, at=NOW)


def test_an_async_view_calls_in_the_thread_that_django_keeps_for_it(factory):
    """Which has a connection of its own, closed by the one that has opened it."""
    store = factory.create()
    asyncio.run(placed(Loyalty(PROGRAM, store)))
    assert Loyalty(PROGRAM, store).members.view("m1", at=NOW).balance == Points(100)


class Partitioned(DjangoPostgres):
    """A factory whose table of entries is partitioned by their moments, as the page on Django says."""

    def create(self):
        store = super().create()
        with connections[store.using].cursor() as cursor:
            cursor.execute("ALTER TABLE loyaltykit_entry RENAME TO whole")
            cursor.execute("CREATE TABLE loyaltykit_entry (LIKE whole) PARTITION BY RANGE (at)")
            cursor.execute("ALTER TABLE loyaltykit_entry ADD PRIMARY KEY (at, operation, line)")
            cursor.execute("CREATE INDEX ON loyaltykit_entry (account, at)")
            for name, start, end in (("early", "MINVALUE", micros(NOW)), ("late", micros(NOW), "MAXVALUE")):
                cursor.execute(
                    f"CREATE TABLE {name} PARTITION OF loyaltykit_entry FOR VALUES FROM ({start}) TO ({end})"
                )
        return store


@pytest.mark.parametrize("property_id", ["P01", "P11", "P19"])
def test_entries_may_be_partitioned_by_their_moments(property_id):
    """Writing and reading them asks for nothing else."""
    PROPERTIES[property_id].play(Partitioned(), seed=7)
