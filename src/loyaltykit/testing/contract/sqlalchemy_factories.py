"""Factories of the stores over SQLAlchemy: on SQLite, and on the PostgreSQL that tests have."""

from __future__ import annotations

from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast
from uuid import uuid4

from attrs import define, field
from sqlalchemy import Column, Integer, MetaData, Table, Text, create_engine, event, insert, make_url, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from loyaltykit.adapters.sqlalchemy import AsyncSqlAlchemyRepository, SqlAlchemyRepository, Tables, prepare, tables
from loyaltykit.testing.contract.factory import ASYNC_CAPABILITIES, CAPABILITIES
from loyaltykit.testing.postgres import Cluster, server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from sqlalchemy import Engine

    from loyaltykit.testing.contract.factory import AsyncStore, Store

POOL: Final = {"pool_size": 8, "max_overflow": 8}
"""Connections of one engine: as many as the kit has threads."""

IMPATIENT: Final[dict[str, dict[str, Any]]] = {
    "pysqlite": {"timeout": 0.0},
    "aiosqlite": {"timeout": 0.0},
    "psycopg": {"options": "-c lock_timeout=50ms"},
    "asyncpg": {"server_settings": {"lock_timeout": "50ms"}},
}
"""How each driver is told not to wait for a lock."""


def _tell(engine: Engine, callback: Callable[[str], object]) -> None:
    """Have *callback* told of each statement, and of each end of a transaction, before it's sent."""
    event.listen(engine, "before_cursor_execute", lambda _c, _cursor, statement, *_rest: callback(statement))
    event.listen(engine, "commit", lambda _connection: callback("COMMIT"))
    event.listen(engine, "rollback", lambda _connection: callback("ROLLBACK"))


@define
class Stores:
    """What both factories have: engines to one store, and a host with a table and transactions of its own."""

    capabilities: frozenset[str] = CAPABILITIES
    tables: Tables = field(factory=tables, init=False)
    engines: list[Engine] = field(factory=list, init=False)

    @property
    def host(self) -> Table:
        """A table of the host's own, beside those of the store."""
        name = self.tables.document.name.removesuffix("document") + "host"
        return Table(name, MetaData(), Column("id", Integer, primary_key=True), Column("text", Text))

    def connect(self, **options: Any) -> Engine:
        """Give another engine to the store, whose driver is told *options*; it's closed with the store."""
        self.engines.append(self._engine(**options))
        return self.engines[-1]

    def _engine(self, **options: Any) -> Engine:
        raise NotImplementedError  # pragma: no cover - each has its own

    def create(self) -> SqlAlchemyRepository:
        """Make an empty store."""
        engine = self.connect()
        self.tables.create_all(engine)
        self.host.create(engine)
        return SqlAlchemyRepository(engine, tables=self.tables)

    def reopen(self) -> SqlAlchemyRepository:
        """Give a repository over another engine."""
        return SqlAlchemyRepository(self.connect(), tables=self.tables)

    def trace(self, callback: Callable[[str], object]) -> SqlAlchemyRepository:
        """Give a repository that tells *callback* of each statement before it's sent."""
        engine = self.connect()
        _tell(engine, callback)
        return SqlAlchemyRepository(engine, tables=self.tables)

    @contextmanager
    def transaction(self) -> Iterator[tuple[SqlAlchemyRepository, Callable[[str], object]]]:
        """Begin a transaction of the host's; give a repository that joins it, and what writes a row of the host's."""
        host = self.host
        with Session(self.connect()) as session, session.begin():
            yield (
                SqlAlchemyRepository(session, tables=self.tables),
                lambda written: session.execute(insert(host).values(text=written)),
            )

    def written(self) -> list[str]:
        """Give the texts of the host's rows that are committed."""
        with self.connect().connect() as connection:
            return list(connection.scalars(select(self.host.c.text).order_by(self.host.c.id)))

    def _close(self) -> None:
        while self.engines:
            self.engines.pop().dispose()


@define
class OnSqlite(Stores):
    """A factory of SQLite files in a temporary folder."""

    dialect: ClassVar[str] = "sqlite"
    async_pool: ClassVar[Mapping[str, Any]] = {"poolclass": NullPool}  # none is left open for a process that is forked
    folder: TemporaryDirectory[str] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        """The file of the store."""
        self.folder = self.folder or TemporaryDirectory(prefix="loyaltykit-", ignore_cleanup_errors=True)
        return f"sqlite:///{Path(self.folder.name, 'loyalty.db')}"

    def _engine(self, **options: Any) -> Engine:
        engine = create_engine(self.url, connect_args={"timeout": 30.0} | options, **POOL)
        prepare(engine)
        return engine

    def destroy(self) -> None:
        """Close every connection and remove the file."""
        self._close()
        if self.folder:
            self.folder.cleanup()
        self.folder = None

    def fault(self, kind: str) -> AbstractContextManager[Store] | None:
        """Give a repository that finds the file locked, or full; SQLite can't be told to fail otherwise."""
        trouble = {"locked": self._locked, "full": self._full}.get(kind)
        return trouble() if trouble else None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Lock the file, as somebody else."""
        with self.connect().begin():
            yield

    @contextmanager
    def _locked(self) -> Iterator[Store]:
        with self.locked():
            yield SqlAlchemyRepository(self.connect(**IMPATIENT["pysqlite"]), tables=self.tables)

    @contextmanager
    def _full(self) -> Iterator[Store]:
        engine = self.connect()
        event.listen(engine, "connect", _leave_no_room)
        yield SqlAlchemyRepository(engine, tables=self.tables)


def _leave_no_room(driver: Any, _record: object) -> None:
    (pages,) = driver.execute("PRAGMA page_count").fetchone()
    driver.execute(f"PRAGMA max_page_count = {pages}").close()


@define
class OnPostgres(Stores):
    """
    A factory of stores on PostgreSQL, each under a prefix of its own: on the server that tests share, or a *cluster*.
    """

    dialect: ClassVar[str] = "postgresql"
    async_pool: ClassVar[Mapping[str, Any]] = POOL
    cluster: Cluster | None = None

    @property
    def url(self) -> str:
        """Where to connect, by psycopg."""
        return (self.cluster or server()).url.replace("postgresql://", "postgresql+psycopg://", 1)

    def _engine(self, **options: Any) -> Engine:
        return create_engine(self.url, connect_args=options, **POOL)

    def create(self) -> SqlAlchemyRepository:
        """Make an empty store."""
        if self.cluster and not self.cluster.running:
            self.cluster.start()
        self.tables = tables(prefix=f"t{uuid4().hex[:12]}_")
        return super().create()

    def destroy(self) -> None:
        """Drop the tables of the store, if the server still runs, and close every connection."""
        if self.engines and (self.cluster is None or self.cluster.running):
            engine = self.connect()
            self.host.drop(engine, checkfirst=True)
            self.tables.document.metadata.drop_all(engine)
        self._close()

    def fault(self, kind: str) -> AbstractContextManager[Store] | None:
        """Give a repository that finds a table locked by somebody else; a full disk can't be had for the asking."""
        return self._locked() if kind == "locked" else None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Lock the documents, as somebody else."""
        with self.connect().begin() as other:
            other.execute(text(f'LOCK TABLE "{self.tables.document.name}"'))
            yield

    @contextmanager
    def _locked(self) -> Iterator[Store]:
        with self.locked():
            yield SqlAlchemyRepository(self.connect(**IMPATIENT["psycopg"]), tables=self.tables)


@define
class OnCluster(OnPostgres):
    """A factory of stores on a cluster of its own, which waits for the disk, and can be killed and started again."""

    cluster: Cluster | None = field(factory=Cluster)

    def kill_server(self) -> None:
        """Kill the server, at once."""
        cast("Cluster", self.cluster).kill()

    def start_server(self) -> None:
        """Start it again; return when it answers."""
        cast("Cluster", self.cluster).start()


@define
class AsyncStores:
    """
    The same stores for those who await: *own* makes and removes them, and async engines by *driver* are what's opened.
    """

    own: OnSqlite | OnPostgres
    driver: str
    capabilities: frozenset[str] = ASYNC_CAPABILITIES
    engines: list[AsyncEngine] = field(factory=list, init=False)

    def connect(self, **options: Any) -> AsyncEngine:
        """Give another engine to the store."""
        url = make_url(self.own.url).set(drivername=f"{self.own.dialect}+{self.driver}")
        self.engines.append(create_async_engine(url, connect_args=options, **self.own.async_pool))
        if self.own.dialect == "sqlite":
            prepare(self.engines[-1])
        return self.engines[-1]

    def create(self) -> AsyncSqlAlchemyRepository:
        """Make an empty store."""
        self.own.create()
        return self.reopen()

    def reopen(self) -> AsyncSqlAlchemyRepository:
        """Give a repository over another engine."""
        return AsyncSqlAlchemyRepository(self.connect(), tables=self.own.tables)

    async def destroy(self) -> None:
        """Close every connection, and remove the store."""
        while self.engines:
            await self.engines.pop().dispose()
        self.own.destroy()

    def trace(self, callback: Callable[[str], object]) -> AsyncSqlAlchemyRepository:
        """Give a repository that tells *callback* of each statement before it's sent."""
        engine = self.connect()
        _tell(engine.sync_engine, callback)
        return AsyncSqlAlchemyRepository(engine, tables=self.own.tables)

    def fault(self, kind: str) -> AbstractContextManager[AsyncStore] | None:
        """Give a repository that finds the store locked by somebody else."""
        return self._locked() if kind == "locked" else None

    @contextmanager
    def _locked(self) -> Iterator[AsyncStore]:
        with self.own.locked():
            yield AsyncSqlAlchemyRepository(self.connect(**IMPATIENT[self.driver]), tables=self.own.tables)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[tuple[AsyncSqlAlchemyRepository, Callable[[str], Awaitable[object]]]]:
        """Begin a transaction of the host's; give a repository that joins it, and what writes a row of the host's."""
        host = self.own.host
        async with AsyncSession(self.connect()) as session, session.begin():
            yield (
                AsyncSqlAlchemyRepository(session, tables=self.own.tables),
                lambda written: session.execute(insert(host).values(text=written)),
            )

    def written(self) -> list[str]:
        """Give the texts of the host's rows that are committed."""
        return self.own.written()


class AsyncOnCluster(AsyncStores):
    """A factory of stores for those who await, on a cluster of its own, which can be killed and started again."""

    def kill_server(self) -> None:
        """Kill the server, at once."""
        cast("OnCluster", self.own).kill_server()

    def start_server(self) -> None:
        """Start it again; return when it answers."""
        cast("OnCluster", self.own).start_server()


def sqlalchemy_sqlite() -> OnSqlite:
    """
    Give the factory of `SqlAlchemyRepository` on files of SQLite.

    Examples:
        >>> factory = sqlalchemy_sqlite()
        >>> factory.create().keys("", after=None, limit=1)
        []
        >>> factory.destroy()
    """
    return OnSqlite()


def sqlalchemy_postgres() -> OnPostgres:
    """
    Give the factory of `SqlAlchemyRepository` on the PostgreSQL that tests share.

    Examples:
        >>> sqlalchemy_postgres().dialect
        'postgresql'
    """
    return OnPostgres()


def sqlalchemy_cluster() -> OnCluster:
    """
    Give the factory of `SqlAlchemyRepository` on a cluster of PostgreSQL of its own, which can be killed.

    Examples:
        >>> sqlalchemy_cluster().dialect
        'postgresql'
    """
    return OnCluster()


def async_sqlalchemy_sqlite() -> AsyncStores:
    """
    Give the factory of `AsyncSqlAlchemyRepository` on files of SQLite, by aiosqlite.

    Examples:
        >>> async_sqlalchemy_sqlite().driver
        'aiosqlite'
    """
    return AsyncStores(OnSqlite(), "aiosqlite")


def async_sqlalchemy_psycopg() -> AsyncStores:
    """
    Give the factory of `AsyncSqlAlchemyRepository` on the PostgreSQL that tests share, by psycopg.

    Examples:
        >>> async_sqlalchemy_psycopg().driver
        'psycopg'
    """
    return AsyncStores(OnPostgres(), "psycopg")


def async_sqlalchemy_asyncpg() -> AsyncStores:
    """
    Give the factory of `AsyncSqlAlchemyRepository` on the PostgreSQL that tests share, by asyncpg.

    Examples:
        >>> async_sqlalchemy_asyncpg().driver
        'asyncpg'
    """
    return AsyncStores(OnPostgres(), "asyncpg")


def async_sqlalchemy_asyncpg_cluster() -> AsyncOnCluster:
    """
    Give the factory of `AsyncSqlAlchemyRepository` on a cluster of PostgreSQL of its own, by asyncpg.

    Examples:
        >>> async_sqlalchemy_asyncpg_cluster().driver
        'asyncpg'
    """
    return AsyncOnCluster(OnCluster(), "asyncpg")


def async_sqlalchemy_psycopg_cluster() -> AsyncOnCluster:
    """
    Give the factory of `AsyncSqlAlchemyRepository` on a cluster of PostgreSQL of its own, by psycopg.

    Examples:
        >>> async_sqlalchemy_psycopg_cluster().driver
        'psycopg'
    """
    return AsyncOnCluster(OnCluster(), "psycopg")
