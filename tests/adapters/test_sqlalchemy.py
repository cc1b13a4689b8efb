"""What SQLAlchemy's repository is beside the contract: its round trips, its joins, and what it says of trouble."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Thread

import asyncpg
import pytest
from attrs import frozen
from sqlalchemy import Delete, MetaData, Update, create_engine, event, insert, text
from sqlalchemy.dialects import mysql
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from loyaltykit import (
    CommitUnknown,
    InvalidValue,
    LoyaltyError,
    OperationMismatch,
    StoreUnavailable,
    VersionConflict,
)
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.adapters.sqlalchemy import (
    AsyncSqlAlchemyRepository,
    SqlAlchemyRepository,
    account_hash,
    metadata,
    tables,
)
from loyaltykit.adapters.sqlalchemy.trouble import told
from loyaltykit.adapters.sqlalchemy.work import proved
from loyaltykit.ledger.cursor import entry_cursor
from loyaltykit.testing.contract.sqlalchemy_factories import (
    OnPostgres,
    OnSqlite,
    async_sqlalchemy_asyncpg,
    async_sqlalchemy_psycopg,
    async_sqlalchemy_sqlite,
    sqlalchemy_cluster,
)
from loyaltykit.testing.contract.trial import booked, change_of, state_of

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEVELS = ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"]


@contextmanager
def made(factory):
    """Give *factory* with an empty store, and remove it."""
    try:
        factory.create()
        yield factory
    finally:
        factory.destroy()


@pytest.fixture(params=[OnSqlite, OnPostgres])
def factory(request):
    with made(request.param()) as factory:
        yield factory


@pytest.fixture
def lite():
    with made(OnSqlite()) as factory:
        yield factory


@pytest.fixture
def postgres():
    with made(OnPostgres()) as factory:
        yield factory


def repository(bind, factory):
    return SqlAlchemyRepository(bind, tables=factory.tables)


def earned(number):
    """Give a change of all kinds, which takes three documents on from version *number*."""
    keys = ["member/m1", "order/o1", "worker/w1"]
    operation = f"earn {number}"
    return change_of(
        operation,
        guards=dict.fromkeys(keys, number),
        puts=dict.fromkeys(keys, str(number)),
        entries=booked(operation, ("member/m1", 5), ("worker/w1", 2)),
        due={"member/m1": NOON, "order/o1": None},
    )


# Round trips


@pytest.fixture
def round_trips(postgres):
    """Give what counts the round trips that a call over one connection makes, as libpq's own trace tells them."""
    engine = postgres.connect()
    pgconn = None

    def count(call):
        nonlocal pgconn
        with engine.connect() as connection:
            pgconn = connection.connection.driver_connection.pgconn
        with tempfile.TemporaryFile() as trace:
            pgconn.trace(trace.fileno())
            call()
            pgconn.untrace()
            trace.seek(0)
            return trace.read().count(b"ReadyForQuery")

    yield engine, count
    engine.dispose()


def test_a_commit_is_three_round_trips_on_postgresql(round_trips, postgres):
    """BEGIN, one statement, COMMIT; what is only read is one."""
    engine, count = round_trips
    store = repository(engine, postgres)
    for number in range(8):  # psycopg prepares what it has sent five times
        store.commit(earned(number))
        store.load(["member/m1"])
    assert count(lambda: store.commit(earned(8))) == 3
    assert count(lambda: store.commit(change_of("refused"))) == 3
    assert count(lambda: store.load(["member/m1", "order/o1"])) == 1


def test_a_joined_commit_is_three_round_trips_on_postgresql(round_trips, postgres):
    """A savepoint, one statement, and the savepoint's release; BEGIN and COMMIT are the host's."""
    engine, count = round_trips
    for number in range(8):
        repository(engine, postgres).commit(earned(number))
    with Session(engine) as session:
        session.execute(text("SELECT 1"))
        store, counted = repository(session, postgres), []
        pgconn = session.connection().connection.driver_connection.pgconn
        with tempfile.TemporaryFile() as trace:
            pgconn.trace(trace.fileno())
            store.commit(earned(8))
            pgconn.untrace()
            trace.seek(0)
            counted.append(trace.read().count(b"ReadyForQuery"))
        session.commit()
    assert counted == [3]
    assert count(lambda: repository(engine, postgres).load(["member/m1"])) == 1


def test_a_commit_on_sqlite_is_begun_at_once(lite):
    """BEGIN IMMEDIATE comes first; each table is written by one statement for all of its rows."""
    said = []
    store = lite.trace(said.append)
    store.commit(earned(0))
    assert [line.split(" (")[0].split(" FROM")[0] for line in said] == [
        "BEGIN IMMEDIATE",
        f'INSERT INTO "{lite.tables.receipt.name}"',
        "SELECT key, version, body",
        f'INSERT INTO "{lite.tables.document.name}"',
        f'INSERT INTO "{lite.tables.entry.name}"',
        f'INSERT INTO "{lite.tables.due.name}"',
        "DELETE",
        "COMMIT",
    ]


# Isolation levels


@pytest.mark.parametrize("level", LEVELS)
def test_no_isolation_level_is_rested_on(postgres, level):
    """Under each, in a host's transactions and in ours: threads count up one document, and each count is there."""
    engine = postgres.connect().execution_options(isolation_level=level)
    barrier, errors = Barrier(4), []

    def count_up(thread):
        try:
            barrier.wait(60)
            for number in range(5):
                counted(f"{thread}/{number}", joining=thread % 2)
        except Exception as error:  # noqa: BLE001 - raised again by the one who waits
            errors.append(error)

    def counted(operation, *, joining):
        while True:
            with suppress(VersionConflict):
                if not joining:
                    return one_more(repository(engine, postgres), operation)
                with Session(engine) as session, session.begin():
                    return one_more(repository(session, postgres), operation)

    def one_more(store, operation):
        seen = store.load(["counter"])["counter"]
        store.commit(
            change_of(operation, guards={"counter": seen.version}, puts={"counter": str(int(seen.body or 0) + 1)})
        )

    threads = [Thread(target=count_up, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert postgres.reopen().load(["counter"])["counter"].body == "20"
    engine.dispose()


def test_transactions_of_our_own_are_such_even_if_the_engine_commits_each_statement(postgres):
    """An engine in AUTOCOMMIT: a stale guard still leaves nothing behind."""
    store = repository(postgres.connect().execution_options(isolation_level="AUTOCOMMIT"), postgres)
    with pytest.raises(VersionConflict):
        store.commit(change_of("o", guards={"a": 0, "b": 7}))
    assert state_of(store, "o").receipts == {"o": None}


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_a_host_that_began_before_another_committed_meets_a_conflict(postgres, level):
    """Its transaction can't see what it would have to: it rolls back, and starts again; also where it would replay."""
    change = change_of("earn", guards={"a": 0})
    engine = postgres.connect().execution_options(isolation_level=level)
    for committed in (change, change_of("other", guards={"a": 1}), change_of("spend")):
        with Session(engine) as session:
            session.execute(text("SELECT 1 FROM pg_class LIMIT 1"))
            postgres.reopen().commit(committed)
            with pytest.raises(VersionConflict) as caught:
                repository(session, postgres).commit(change_of(committed.operation_id, guards=committed.guards))
            assert caught.value.key == next(iter(committed.guards), "spend")
    assert repository(engine, postgres).commit(change).replayed
    engine.dispose()


def test_a_deadlock_between_hosts_is_a_conflict(postgres):
    """Two that commit to the same keys in opposed orders: one is undone, and told so."""
    postgres.reopen().commit(change_of("o", guards={"a": 0, "b": 0}))
    barrier, outcomes = Barrier(2), []

    def play(name, *keys):
        with Session(postgres.connect()) as session:
            store = repository(session, postgres)
            store.commit(change_of(f"{name}/first", guards={keys[0]: 1}))
            barrier.wait(60)
            try:
                store.commit(change_of(f"{name}/then", guards={keys[1]: 1}))
                outcomes.append("written")
            except VersionConflict as conflict:
                outcomes.append(str(conflict))
            session.commit() if outcomes[-1] == "written" else session.rollback()

    threads = [Thread(target=play, args=names) for names in (("x", "a", "b"), ("y", "b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [outcome == "written" for outcome in outcomes].count(True) <= 1
    assert any("another transaction was faster" in outcome for outcome in outcomes)


# Hosts of all kinds


def test_a_repository_for_a_session_costs_nothing_to_make(factory):
    """No connection is asked for and nothing said: a web request may make one each."""
    said = []
    engine = factory.connect()
    event.listen(engine, "checkout", lambda *_: said.append("checkout"))
    repository(Session(engine), factory)
    assert said == []
    engine.dispose()


def test_hosts_may_have_a_connection_a_session_or_a_registry_of_sessions(factory):
    """Each joins; what is rolled back is gone, what is committed stays."""
    engine = factory.connect()
    sessions = scoped_session(sessionmaker(engine))
    by_table = Session(binds=dict.fromkeys(factory.tables.all, engine))
    for number, host in enumerate((engine.connect(), Session(engine), sessions, by_table)):
        for end in ("rollback", "commit"):
            assert not repository(host, factory).commit(change_of(f"o{number}", guards={"a": number})).replayed
            getattr(host, end)()
        host.close()
    assert factory.reopen().load(["a"])["a"].version == 4
    engine.dispose()


def routed(leader):
    """Give a class of sessions, as SQLAlchemy's manual has it, that read elsewhere than from the *leader*."""

    class Routing(Session):
        def get_bind(self, mapper=None, *, clause=None, **_more):
            if self._flushing or isinstance(clause, (Update, Delete)):
                return leader
            pytest.fail(f"{mapper or clause} was asked of a replica")

    return Routing


def test_a_session_that_routes_gives_us_its_leader(lite):
    """A replica has no place for what is written, and doesn't see each acknowledged commit (C8)."""
    engine = lite.connect()
    with routed(engine)() as session, session.begin():
        store = repository(session, lite)
        store.commit(change_of("o", guards={"a": 0}))
        assert store.load(["a"])["a"].version == 1
    assert lite.reopen().receipt("o") is not None
    engine.dispose()


def test_an_awaited_session_that_routes_does_so_too():
    """Through the session that it drives."""

    async def play():
        factory = async_sqlalchemy_sqlite()
        factory.create()
        leader = factory.connect()
        async with AsyncSession(sync_session_class=routed(leader.sync_engine)) as session, session.begin():
            await AsyncSqlAlchemyRepository(session, tables=factory.own.tables).commit(change_of("o"))
        receipt = await factory.reopen().receipt("o")
        await factory.destroy()
        return receipt

    assert asyncio.run(play()) is not None


@pytest.mark.parametrize("make", [async_sqlalchemy_sqlite, async_sqlalchemy_psycopg, async_sqlalchemy_asyncpg])
def test_async_hosts_may_have_a_connection_a_session_or_a_registry_of_sessions(make):
    """Each joins; what is rolled back is gone, what is committed stays."""

    async def play():
        factory = make()
        factory.create()
        try:
            engine = factory.connect()
            sessions = async_scoped_session(async_sessionmaker(engine), asyncio.current_task)
            for number, host in enumerate((await engine.connect(), AsyncSession(engine), sessions)):
                for end in ("rollback", "commit"):
                    store = AsyncSqlAlchemyRepository(host, tables=factory.own.tables)
                    assert not (await store.commit(change_of(f"o{number}", guards={"a": number}))).replayed
                    await getattr(host, end)()
                await host.close()
            return (await factory.reopen().load(["a"]))["a"].version
        finally:
            await factory.destroy()

    assert asyncio.run(play()) == 3


def test_a_connection_in_autocommit_cannot_be_joined(postgres):
    """There's no transaction: it is said, and nothing is written."""
    with (
        postgres.connect().connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
        pytest.raises(InvalidValue, match="is in AUTOCOMMIT, so there's no transaction to join"),
    ):
        repository(connection, postgres).commit(change_of("o"))
    assert postgres.reopen().receipt("o") is None


@pytest.mark.parametrize("begun", [None, "BEGIN", "BEGIN IMMEDIATE"])
def test_a_sqlite_engine_of_the_hosts_own_needs_no_preparation(lite, begun):
    """As SQLAlchemy makes it, or with a listener that begins transactions: ours are IMMEDIATE, and the host's hold."""
    engine = create_engine(lite.url)
    if begun:
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begun))
    assert not repository(engine, lite).commit(change_of("own", guards={"a": 0})).replayed
    for end in ("rollback", "commit"):
        with engine.connect() as connection:
            assert not repository(connection, lite).commit(change_of("joined", guards={"a": 1})).replayed
            getattr(connection, end)()
    assert lite.reopen().load(["a"])["a"].version == 2
    engine.dispose()


def test_a_host_that_has_read_before_another_wrote_meets_a_conflict_on_sqlite(lite):
    """A deferred transaction can't be made to write any more: it's to start again."""
    engine = create_engine(lite.url)
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        repository(connection, lite).load(["a"])
        lite.reopen().commit(change_of("other", guards={"a": 0}))
        with pytest.raises(VersionConflict, match="another transaction was faster than late: load a again"):
            repository(connection, lite).commit(change_of("late", guards={"a": 0}))
    engine.dispose()


def test_other_binds_are_refused():
    """A path, an async engine for those who wait, and the other way about."""
    engine, async_engine = create_engine("sqlite://"), create_async_engine("sqlite+aiosqlite://")
    for bind in ("sqlite://", async_engine):
        with pytest.raises(InvalidValue, match="over an Engine, a Connection or a Session, not over"):
            SqlAlchemyRepository(bind)
    for bind in ("sqlite://", engine):
        with pytest.raises(InvalidValue, match="over an AsyncEngine, AsyncConnection or AsyncSession, not over"):
            AsyncSqlAlchemyRepository(bind)


@pytest.mark.parametrize("url", ["postgresql+asyncpg://nowhere/none", "sqlite+aiosqlite://"])
def test_drivers_for_those_who_await_are_refused_to_those_who_wait(url):
    """They'd fail at the first call, by words about greenlets."""
    with pytest.raises(InvalidValue, match="is for those who await: AsyncSqlAlchemyRepository"):
        SqlAlchemyRepository(create_engine(url))


def test_other_databases_are_refused():
    """What isn't proved isn't promised."""
    with pytest.raises(InvalidValue, match="isn't proved: use postgresql") as caught:
        proved(mysql.dialect())
    assert caught.value.value == "mysql+mysqldb"


# Trouble


def test_a_statement_that_takes_too_long_leaves_nothing(postgres):
    """``statement_timeout``: the store is unavailable, and the same change goes through later."""
    store = repository(postgres.connect(options="-c statement_timeout=100ms"), postgres)
    with postgres.locked(), pytest.raises(StoreUnavailable, match="statement timeout; nothing was written"):
        store.commit(change_of("o"))
    assert not store.commit(change_of("o")).replayed


def test_a_pool_without_a_free_connection_is_unavailable(factory):
    """For who writes and who reads; when one is given back, both go on."""
    engine = create_engine(factory.url, pool_size=1, max_overflow=0, pool_timeout=0.01)
    store = repository(engine, factory)
    with engine.connect():
        for call in (lambda: store.commit(change_of("o")), lambda: store.load(["a"])):
            with pytest.raises(StoreUnavailable, match=r"QueuePool limit .* nothing was written"):
                call()
    assert not store.commit(change_of("o")).replayed
    engine.dispose()


def ended(postgres, connection):
    """Have the server end *connection*, as an administrator does."""
    driver = connection.connection.driver_connection
    process = driver.get_server_pid() if connection.dialect.driver == "asyncpg" else driver.info.backend_pid
    with postgres.connect().connect() as other:
        assert other.execute(text("SELECT pg_terminate_backend(:process, 10000)"), {"process": process}).scalar()


def test_a_connection_that_the_server_ends_before_the_commit_has_written_nothing(postgres):
    """Restarts and failovers: one call is unavailable, the next has a new connection."""
    engine = postgres.connect()
    store = repository(engine, postgres)
    with engine.connect() as connection:
        ended(postgres, connection)
    with pytest.raises(StoreUnavailable, match="nothing was written"):
        store.commit(change_of("o"))
    assert not store.commit(change_of("o")).replayed


def test_whether_a_commit_whose_connection_is_lost_was_written_is_not_known(postgres):
    """Nobody has answered COMMIT; the same change again tells."""
    engine = postgres.connect()
    store, change = repository(engine, postgres), change_of("o", guards={"a": 0})
    event.listen(engine, "commit", lambda connection: ended(postgres, connection), once=True)
    with pytest.raises(
        CommitUnknown, match=r"whether o was written isn't known .*: commit the same change again"
    ) as caught:
        store.commit(change)
    assert caught.value.operation_id == "o"
    assert not store.commit(change).replayed
    assert store.commit(change).replayed


KNOWN = change_of("o", guards={"a": 0}, result="7")
ROLLED_BACK = {
    "known": (KNOWN, lambda outcome: outcome.replayed and outcome.result == "7"),
    "conflict": (change_of("p", guards={"a": 0}), lambda outcome: isinstance(outcome, VersionConflict)),
    "mismatch": (
        change_of("o", guards={"a": 0}, digest="another"),
        lambda outcome: isinstance(outcome, OperationMismatch),
    ),
}
"""Changes that end in a rollback once the first is known, and what each comes to."""


@pytest.mark.parametrize(("change", "is_right"), ROLLED_BACK.values(), ids=ROLLED_BACK)
def test_a_connection_that_is_lost_behind_an_answer_takes_nothing_back(postgres, change, is_right):
    """What is rolled back is done with: a server that's gone has forgotten it by itself."""
    engine = postgres.connect()
    store = repository(engine, postgres)
    store.commit(KNOWN)
    event.listen(engine, "rollback", lambda connection: ended(postgres, connection), once=True)
    try:
        outcome = store.commit(change)
    except LoyaltyError as error:
        outcome = error
    assert is_right(outcome)
    assert not store.commit(change_of("q")).replayed


@pytest.mark.parametrize("make", [async_sqlalchemy_psycopg, async_sqlalchemy_asyncpg])
@pytest.mark.parametrize(("change", "is_right"), ROLLED_BACK.values(), ids=ROLLED_BACK)
def test_the_same_for_those_who_await(make, change, is_right):
    """By each driver."""
    factory = make()

    async def play():
        store = factory.create()
        await store.commit(KNOWN)
        engine = factory.engines[-1].sync_engine
        event.listen(engine, "rollback", lambda connection: ended(factory.own, connection), once=True)
        try:
            outcome = await store.commit(change)
        except LoyaltyError as error:
            outcome = error
        replayed = (await store.commit(change_of("q"))).replayed
        await factory.destroy()
        return outcome, replayed

    outcome, replayed = asyncio.run(play())
    assert is_right(outcome)
    assert not replayed


def test_a_server_that_is_not_there_is_unavailable():
    """By each driver, for who writes and who reads."""
    nowhere = "127.0.0.1:1/none"
    store = SqlAlchemyRepository(create_engine(f"postgresql+psycopg://{nowhere}"))
    for call in (lambda: store.commit(change_of("o")), lambda: store.receipt("o")):
        with pytest.raises(StoreUnavailable, match=r"the store can't be reached: .*refused"):
            call()
    for driver in ("psycopg", "asyncpg"):
        awaited = AsyncSqlAlchemyRepository(create_async_engine(f"postgresql+{driver}://{nowhere}"))
        for call in (lambda: awaited.commit(change_of("o")), lambda: awaited.receipt("o")):  # noqa: B023 - used at once
            with pytest.raises(StoreUnavailable, match=r"the store can't be reached: .*"):
                asyncio.run(call())


def test_errors_that_sqlalchemy_lets_through_are_told():
    """By 2.0 those of asyncpg while it connects; a bug of anybody's isn't taken for a store that can't be reached."""
    with pytest.raises(StoreUnavailable, match="too many connections; nothing was written"), told():
        raise asyncpg.TooManyConnectionsError("too many connections")  # noqa: EM101 - the server's words
    with pytest.raises(ZeroDivisionError), told():
        raise ZeroDivisionError


def test_a_connection_that_nobody_awaited_is_told():
    """As SQLAlchemy says it, for who writes and who reads."""
    store = AsyncSqlAlchemyRepository(create_async_engine("sqlite+aiosqlite://").connect())
    for call in (lambda: store.commit(change_of("o")), lambda: store.receipt("o")):
        with pytest.raises(StoreUnavailable, match="context has not been started"):
            asyncio.run(call())


def test_tables_that_are_missing_are_named(factory):
    """And how to make them."""
    store = SqlAlchemyRepository(factory.connect(), tables=tables(prefix="absent_"))
    with pytest.raises(StoreUnavailable, match=r"absent_document.*make its tables by create_all or by Alembic"):
        store.load(["a"])


def test_what_is_told_has_no_values_in_it(factory):
    """SQLAlchemy adds the statement and its parameters to each error: bodies have no business in a log."""
    store = SqlAlchemyRepository(factory.connect(), tables=tables(prefix="absent_"))
    with pytest.raises(StoreUnavailable) as caught:
        store.commit(change_of("o", guards={"a": 0}, puts={"a": '"secret"'}))
    assert "secret" not in str(caught.value)


def test_a_file_that_somebody_reads_is_not_committed_to_without_wal(tmp_path):
    """COMMIT is refused, and can be rolled back: nothing was written, and that's known."""
    own = tables(metadata=MetaData())
    engine = create_engine(f"sqlite:///{tmp_path / 'loyalty.db'}", connect_args={"timeout": 0})
    own.create_all(engine)
    store, change = SqlAlchemyRepository(engine, tables=own), change_of("o", guards={"a": 0})
    with closing(sqlite3.connect(tmp_path / "loyalty.db")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM loyaltykit_receipt").fetchall()
        with pytest.raises(StoreUnavailable, match="database is locked; nothing was written"):
            store.commit(change)
    assert not store.commit(change).replayed
    engine.dispose()


def test_whether_a_commit_to_a_file_that_then_fails_was_written_is_not_known(lite):
    """It's no longer in the transaction: what became of it, the same change again tells."""
    engine = lite.connect()
    store, change = repository(engine, lite), change_of("o", guards={"a": 0})

    def fail(connection):
        connection.connection.driver_connection.commit()
        message = "input/output error"
        raise OSError(message)

    event.listen(engine, "commit", fail, once=True)
    with pytest.raises(CommitUnknown, match="input/output error"):
        store.commit(change)
    assert store.commit(change).replayed


@frozen
class Refusal(Exception):
    """What a driver raises."""

    sqlstate: str


def test_what_is_undone_at_commit_is_a_conflict():
    """SERIALIZABLE refuses as late as COMMIT, and says so."""
    undone, lost = (OperationalError("COMMIT", {}, Refusal(code)) for code in ("40001", "57P01"))
    with pytest.raises(VersionConflict), told(change_of("o"), committing=True):
        raise undone
    with pytest.raises(CommitUnknown), told(change_of("o"), committing=True):
        raise lost


# Tables


def test_tables_are_the_hosts_own():
    """Its prefix, its schema, its metadata; the usual ones are importable for Alembic."""
    own = MetaData()
    made = tables(prefix="points_", schema="loyalty", metadata=own)
    assert sorted(own.tables) == [f"loyalty.points_{name}" for name in ("document", "due", "entry", "receipt")]
    assert made is tables(prefix="points_", schema="loyalty", metadata=own)
    assert sorted(metadata.tables) == [f"loyaltykit_{name}" for name in ("document", "due", "entry", "receipt")]


@pytest.mark.parametrize("name", ["", "Points_", "points-", 'a"b', "1_", "p" * 41])
def test_names_that_would_need_quoting_are_refused(name):
    """So that no statement depends on how they're quoted."""
    with pytest.raises(InvalidValue, match=r"the prefix .* isn't 1 to 40 plain letters"):
        tables(prefix=name)
    with pytest.raises(InvalidValue, match=r"the schema .* isn't 1 to 40 plain letters"):
        tables(schema=name)


def test_a_store_stands_in_a_schema(postgres):
    """Of PostgreSQL."""
    engine, own = postgres.connect(), tables(prefix="own_", schema=postgres.tables.document.name)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {own.document.schema}"))
        own.create_all(connection)
    assert not SqlAlchemyRepository(engine, tables=own).commit(earned(0)).replayed
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {own.document.schema} CASCADE"))
    engine.dispose()


def test_tables_may_be_partitioned(postgres):
    """By the statements of the docs, in place of ours: entries by time, receipts by hash; all the same to the store."""
    page = Path(__file__).parents[2] / "docs" / "sqlalchemy.md"
    statements = page.read_text(encoding="utf-8").partition("```sql")[2].partition("```")[0]
    engine, prefix = postgres.connect(), postgres.tables.document.name.removesuffix("document")
    with engine.begin() as connection:
        for table in (postgres.tables.entry, postgres.tables.receipt):
            table.drop(connection)
        connection.exec_driver_sql(statements.replace("loyaltykit_", prefix))
    store, model = repository(engine, postgres), MemoryRepository()
    months = [datetime(2026, month, 1, tzinfo=UTC) for month in (2, 3, 4)]
    for number, at in enumerate(reversed(months)):
        for each in (store, model):
            each.commit(change_of(f"o{number}", guards={"a": number}, entries=booked(f"o{number}", ("a", 5), at=at)))
            assert each.commit(change_of(f"o{number}")).replayed
    assert state_of(store, "o0", "o1", page=2) == state_of(model, "o0", "o1")
    engine.dispose()


def test_an_account_is_found_by_a_hash_that_any_language_can_make(postgres):
    """The first 8 bytes of its SHA-256, here by PostgreSQL itself."""
    question = "SELECT ('x' || left(encode(sha256(convert_to(:account, 'UTF8')), 'hex'), 16))::bit(64)::bigint"
    with postgres.connect().connect() as connection:
        for account in ("member/m1", '["город","member","я"]', "x" * 2048):
            assert connection.execute(text(question), {"account": account}).scalar() == account_hash(account)


def test_a_page_of_a_large_account_reads_few_more_rows_than_it_gives(postgres):
    """
    Though the account has half of all entries, as those of a program have, and the driver has prepared the question,
    so that PostgreSQL plans it for any account.
    """
    table = postgres.tables.entry.name
    engine = postgres.connect(options="-c plan_cache_mode=force_generic_plan", prepare_threshold=0)
    with engine.begin() as connection:
        connection.execute(
            insert(postgres.tables.entry),
            [
                {"at": number, "operation": f"o{number}", "line": 0, "account": account, "unit": "points"}
                | {"account_hash": account_hash(account), "amount": 5, "detail": ""}
                for number in range(4000)
                for account in ["house" if number % 2 else f"member/{number % 400}"]
            ],
        )
        connection.execute(text(f'ANALYZE "{table}"'))
    read = text("SELECT coalesce(seq_tup_read, 0) + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = :name")
    with engine.connect() as connection:
        store, after = repository(connection, postgres), None
        for page in (1, 2):
            given = store.entries(account="house", start=None, end=None, after=after, limit=50)
            assert connection.execute(read, {"name": table}).scalar() <= 150 * page
            after = entry_cursor(given[-1])


def test_names_that_hash_alike_are_told_apart(lite, monkeypatch):
    """The hash only leads there: the account itself is compared as well."""
    for module in ("reading", "sqlite"):
        monkeypatch.setattr(f"loyaltykit.adapters.sqlalchemy.{module}.account_hash", lambda _account: 7)
    store = lite.reopen()
    store.commit(change_of("o", entries=booked("o", ("a", 5), ("b", 6))))
    found = store.entries(account="a", start=None, end=None, after=None, limit=9)
    assert [entry.amount for entry in found] == [5]


# Factories


def test_a_cluster_of_ones_own_is_killed_and_started_again():
    """P27's hooks: what was acknowledged is there afterwards; a store whose server is down is removed without it."""
    factory = sqlalchemy_cluster()
    try:
        store = factory.create()
        assert not store.commit(earned(0)).replayed
        factory.kill_server()
        with pytest.raises(StoreUnavailable):
            store.load(["member/m1"])
        factory.start_server()
        assert store.commit(earned(0)).replayed
        factory.kill_server()
        factory.destroy()
        assert not factory.create().commit(earned(0)).replayed
    finally:
        factory.destroy()
        factory.cluster.stop()


def test_trouble_that_a_factory_cannot_cause_is_none():
    """Disks fail when they like, and PostgreSQL's isn't full for the asking."""
    assert OnSqlite().fault("io") is None
    assert OnPostgres().fault("full") is None
    assert async_sqlalchemy_asyncpg().fault("full") is None
    OnSqlite().destroy()


def test_async_stores_tell_their_statements():
    """P26's hook."""
    factory, said = async_sqlalchemy_sqlite(), []

    async def play():
        factory.create()
        await factory.trace(said.append).commit(earned(0))
        await factory.destroy()

    asyncio.run(play())
    assert (said[0], said[-1], len(said)) == ("BEGIN IMMEDIATE", "COMMIT", 8)
