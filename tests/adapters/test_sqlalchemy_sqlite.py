"""SQLAlchemy's repository on SQLite: engines as hosts have them, and what `prepare` makes of them."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
from contextlib import closing, suppress

import pytest
from sqlalchemy import MetaData, create_engine, event, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from loyaltykit import InvalidValue, StoreUnavailable, VersionConflict
from loyaltykit.adapters.sqlalchemy import SqlAlchemyRepository, prepare, sqlite, tables
from loyaltykit.testing.contract.sqlalchemy_factories import OnSqlite
from loyaltykit.testing.contract.trial import change_of

MODERN = sys.version_info >= (3, 12)


@pytest.fixture
def lite():
    factory = OnSqlite()
    factory.create()
    yield factory
    factory.destroy()


def repository(bind, factory):
    return SqlAlchemyRepository(bind, tables=factory.tables)


# Engines of all kinds

HOSTS = {
    "as SQLAlchemy makes it": {},
    "in autocommit": {"isolation_level": "AUTOCOMMIT"},
    "with a listener": {"listener": "BEGIN"},
    "with a listener that locks": {"listener": "BEGIN IMMEDIATE"},
    "with a listener alone": {"listener": "BEGIN", "connect_args": {"isolation_level": None}},
}
if MODERN:
    HOSTS["as PEP 249 has it"] = {"connect_args": {"autocommit": False}}


@pytest.fixture(params=HOSTS)
def host(request, lite):
    """Give an engine as hosts may have it: what begins its transactions, if it isn't the driver, is in *listener*."""
    options = dict(HOSTS[request.param])
    begun = options.pop("listener", None)
    engine = create_engine(lite.url, **options)
    if begun:
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begun))
    yield engine
    engine.dispose()


@pytest.mark.parametrize("prepared", [False, True])
def test_an_engine_of_the_hosts_may_begin_transactions_as_it_likes(lite, host, prepared):
    """Prepared afterwards or not: ours are kept, the host's are kept or rolled back whole, and what's read is fresh."""
    if prepared:
        prepare(host)
    store = repository(host, lite)
    assert not store.commit(change_of("own", guards={"a": 0})).replayed
    with pytest.raises(VersionConflict):
        store.commit(change_of("stale", guards={"b": 0, "a": 0}))
    for end in ("rollback", "commit"):
        with Session(host) as session:
            assert not repository(session, lite).commit(change_of("joined", guards={"a": 1})).replayed
            getattr(session, end)()
    assert store.load(["a"])["a"].version == 2
    lite.reopen().commit(change_of("other", guards={"a": 2}))
    assert {key: seen.version for key, seen in store.load(["a", "b"]).items()} == {"a": 3, "b": 0}


def savepoint_undone(engine, lite, operation):
    """Commit *operation* behind a savepoint of the host's, whose transaction is then rolled back."""
    with Session(engine) as session, session.begin():
        with session.begin_nested():
            repository(session, lite).commit(change_of(operation, guards={operation: 0}))
        session.rollback()


@pytest.mark.parametrize("prepared", [False, True])
def test_a_savepoint_of_the_hosts_is_part_of_a_transaction(lite, host, prepared):
    """Where that isn't sure it's refused: a savepoint alone commits where it ends, whatever the host does then."""
    if prepared:
        prepare(host)
    with suppress(InvalidValue):
        savepoint_undone(host, lite, "nested")
    assert lite.reopen().receipt("nested") is None


@pytest.mark.parametrize("refused", [True, False])
def test_an_engine_that_is_prepared_takes_savepoints(lite, refused):
    """As SQLAlchemy makes it, it takes none."""
    engine = create_engine(lite.url)
    if refused:
        with pytest.raises(
            InvalidValue, match=r"a savepoint of the host's .* prepare\(engine\) .*; nothing was written"
        ):
            savepoint_undone(engine, lite, "nested")
    else:
        prepare(engine)
        with Session(engine) as session, session.begin(), session.begin_nested():
            repository(session, lite).commit(change_of("nested"))
    assert (lite.reopen().receipt("nested") is None) == refused
    engine.dispose()


def test_the_hosts_own_autocommit_is_left_alone(tmp_path):
    """What it writes on a prepared engine is kept at once, and it may do what no transaction may."""
    engine = create_engine(f"sqlite:///{tmp_path / 'loyalty.db'}")
    prepare(engine)
    at_once = engine.execution_options(isolation_level="AUTOCOMMIT")
    with at_once.connect() as connection:
        connection.execute(text("CREATE TABLE ride (id)"))
        connection.execute(text("INSERT INTO ride VALUES (7)"))
        connection.execute(text("VACUUM"))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT id FROM ride")).scalar() == 7
    engine.dispose()


def test_a_commit_that_is_refused_leaves_no_lock_to_whoever_is_next(tmp_path):
    """Even where the pool of the host's doesn't roll back: what wasn't written isn't written later either."""
    own, path = tables(metadata=MetaData()), tmp_path / "loyalty.db"
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 0}, pool_reset_on_return=None)
    own.create_all(engine)
    store, change = SqlAlchemyRepository(engine, tables=own), change_of("o", guards={"a": 0})
    with closing(sqlite3.connect(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM loyaltykit_receipt").fetchall()
        with pytest.raises(StoreUnavailable, match="nothing was written"):
            store.commit(change)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE ride (id)"))
    assert store.receipt("o") is None
    engine.dispose()


class Endless(sqlite3.Connection):
    """What ``autocommit=True`` makes of a connection, on any Python: by then it doesn't commit."""

    autocommit = True

    def commit(self):
        """Do nothing."""


ENDLESS = [
    {"connect_args": {"autocommit": True} if MODERN else {"factory": Endless}},
    {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True},
]


@pytest.mark.parametrize("options", ENDLESS)
@pytest.mark.parametrize("prepared", [False, True])
def test_an_engine_that_ends_no_transaction_is_refused(lite, prepared, options):
    """
    By ``autocommit=True`` sqlite3 would take each COMMIT for done, and forget it when the connection is closed; by
    ``skip_autocommit_rollback`` what a host rolls back would land with the next commit.
    """
    engine = create_engine(lite.url, **options)
    if prepared:
        prepare(engine)
    with pytest.raises(InvalidValue, match=r"transactions have no end: .* leave that out of create_engine"):
        repository(engine, lite).commit(change_of("own"))
    with Session(engine) as session, pytest.raises(InvalidValue, match="transactions have no end"):
        repository(session, lite).commit(change_of("joined"))
    assert not lite.reopen().commit(change_of("own")).replayed
    engine.dispose()


# Prepared


def pragmas(connection):
    return [
        connection.exec_driver_sql(f"PRAGMA {name}").scalar()
        for name in ("journal_mode", "synchronous", "secure_delete")
    ]


def keep_what_is_emptied(driver, _record):
    driver.execute("PRAGMA secure_delete = OFF").close()


def test_a_prepared_engine_writes_ahead_synchronises_and_overwrites(lite, host):
    """As SQLite says, whatever has begun and however it was built; preparing twice does no harm."""
    event.listen(host, "connect", keep_what_is_emptied)
    prepare(host)
    prepare(host)
    with host.connect() as connection:
        assert pragmas(connection) == ["wal", 2, 1]
    assert not repository(host, lite).commit(change_of("o")).replayed


def test_what_is_begun_as_a_connection_is_made_is_begun_again(lite):
    """As sqlite3 does by ``autocommit=False``: no PRAGMA can be set within it."""
    engine = create_engine(lite.url)
    event.listen(engine, "connect", lambda driver, _record: driver.execute("BEGIN").close())
    prepare(engine)
    with closing(engine.raw_connection()) as connection:
        assert connection.driver_connection.in_transaction
    with engine.connect() as connection:
        assert pragmas(connection) == ["wal", 2, 1]
    engine.dispose()


def test_an_async_engine_is_prepared_alike(tmp_path):
    """By aiosqlite."""

    async def asked():
        engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'loyalty.db'}")
        prepare(engine)
        async with engine.connect() as connection:
            said = await connection.run_sync(pragmas)
        await engine.dispose()
        return said

    assert asyncio.run(asked()) == ["wal", 2, 1]


def test_a_prepared_engine_locks_the_file_for_a_host_that_begins(lite):
    """So that nobody else gets between its reading and its writing; who only reads the store doesn't wait."""
    engine, other = lite.connect(), lite.connect(timeout=0.0)
    with engine.begin():
        with pytest.raises(StoreUnavailable, match="locked"):
            repository(other, lite).commit(change_of("o"))
        assert repository(other, lite).load(["a"])["a"].version == 0


def test_an_engine_of_another_database_is_not_prepared():
    """PostgreSQL knows no PRAGMA, and would say so at each connection."""
    with pytest.raises(InvalidValue, match=r"an engine of postgresql needs no preparation"):
        prepare(create_engine("postgresql+psycopg://nowhere/none"))


# Forks


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system doesn't fork")
def test_a_prepared_file_is_closed_for_a_fork(lite):
    """SQLite counts its locks by process: nobody may have the file open while a process is doubled."""
    engine = lite.connect()
    store = repository(engine, lite)
    store.commit(change_of("parent", guards={"a": 0}))
    assert engine.pool.checkedin() == 1
    sqlite._before_fork()
    assert engine.pool.checkedin() == 0
    assert not store.commit(change_of("again", guards={"a": 1})).replayed


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("sqlite://", {}),
        ("sqlite:///:memory:", {"poolclass": StaticPool}),
        ("sqlite:///file:kept?mode=memory&cache=shared&uri=true", {"poolclass": StaticPool}),
    ],
)
def test_a_store_in_memory_outlives_a_fork(url, options):
    """It has no file that a child could share, and would be gone if its connection were closed."""
    engine = create_engine(url, **options)
    prepare(engine)
    tables().create_all(engine)
    store = SqlAlchemyRepository(engine)
    store.commit(change_of("o", guards={"a": 0}))
    sqlite._before_fork()
    assert store.load(["a"])["a"].version == 1
    engine.dispose()
