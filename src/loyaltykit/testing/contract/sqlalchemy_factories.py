"""Factories of the stores over SQLAlchemy: on SQLite, and on the PostgreSQL that tests have."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from attrs import define, field
from sqlalchemy import Column, Integer, MetaData, Table, Text, create_engine, event, insert, select, text
from sqlalchemy.orm import Session

from loyaltykit.adapters.sqlalchemy import SqlAlchemyRepository, Tables, prepare, tables
from loyaltykit.testing.contract.factory import CAPABILITIES
from loyaltykit.testing.postgres import Cluster, server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from sqlalchemy import Engine

    from loyaltykit.testing.contract.factory import Store

POOL = {"pool_size": 8, "max_overflow": 8}
"""Connections of one engine: as many as the kit has threads."""


def _host_table(own: Tables) -> Table:
    """Give a table of the host's own, beside those of the store."""
    name = own.document.name.removesuffix("document") + "host"
    return Table(name, MetaData(), Column("id", Integer, primary_key=True), Column("text", Text))


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

    def connect(self, **options: Any) -> Engine:
        """Give another engine to the store."""
        raise NotImplementedError  # pragma: no cover - each has its own

    def _connected(self, **options: Any) -> Engine:
        self.engines.append(self.connect(**options))
        return self.engines[-1]

    def create(self) -> SqlAlchemyRepository:
        """Make an empty store."""
        engine = self._connected()
        self.tables.create_all(engine)
        _host_table(self.tables).create(engine)
        return SqlAlchemyRepository(engine, tables=self.tables)

    def reopen(self) -> SqlAlchemyRepository:
        """Give a repository over another engine."""
        return SqlAlchemyRepository(self._connected(), tables=self.tables)

    def trace(self, callback: Callable[[str], object]) -> SqlAlchemyRepository:
        """Give a repository that tells *callback* of each statement before it's sent."""
        engine = self._connected()
        _tell(engine, callback)
        return SqlAlchemyRepository(engine, tables=self.tables)

    @contextmanager
    def transaction(self) -> Iterator[tuple[SqlAlchemyRepository, Callable[[str], object]]]:
        """Begin a transaction of the host's; give a repository that joins it, and what writes a row of the host's."""
        host = _host_table(self.tables)
        with Session(self._connected()) as session, session.begin():
            yield (
                SqlAlchemyRepository(session, tables=self.tables),
                lambda written: session.execute(insert(host).values(text=written)),
            )

    def written(self) -> list[str]:
        """Give the texts of the host's rows that are committed."""
        host = _host_table(self.tables)
        with Session(self._connected()) as session:
            return list(session.scalars(select(host.c.text).order_by(host.c.id)))

    def _close(self) -> None:
        while self.engines:
            self.engines.pop().dispose()


@define
class OnSqlite(Stores):
    """A factory of SQLite files in a temporary folder."""

    folder: TemporaryDirectory[str] | None = field(default=None, init=False)

    def connect(self, **options: Any) -> Engine:
        """Give another engine to the file."""
        self.folder = self.folder or TemporaryDirectory(prefix="loyaltykit-", ignore_cleanup_errors=True)
        arguments = {"timeout": 30.0} | options
        engine = create_engine(f"sqlite:///{Path(self.folder.name, 'loyalty.db')}", connect_args=arguments, **POOL)
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
    def _locked(self) -> Iterator[Store]:
        with self._connected().begin():  # which locks the file
            yield SqlAlchemyRepository(self._connected(timeout=0.0), tables=self.tables)

    @contextmanager
    def _full(self) -> Iterator[Store]:
        engine = self._connected()
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

    cluster: Cluster | None = None
    driver: str = "psycopg"

    @property
    def url(self) -> str:
        """Where to connect, by the driver."""
        given = (self.cluster or server()).url
        return given.replace("postgresql://", f"postgresql+{self.driver}://", 1)

    def connect(self, **options: Any) -> Engine:
        """Give another engine to the server."""
        return create_engine(self.url, connect_args=options, **POOL)

    def create(self) -> SqlAlchemyRepository:
        """Make an empty store."""
        if self.cluster and not self.cluster.running:
            self.cluster.start()
        self.tables = tables(prefix=f"t{uuid4().hex[:12]}_")
        return super().create()

    def destroy(self) -> None:
        """Drop the tables of the store, if the server still runs; close every connection; stop the cluster."""
        if self.engines and (self.cluster is None or self.cluster.running):
            engine = self._connected()
            _host_table(self.tables).drop(engine, checkfirst=True)
            self.tables.document.metadata.drop_all(engine)
        self._close()
        if self.cluster:
            self.cluster.stop()

    def fault(self, kind: str) -> AbstractContextManager[Store] | None:
        """Give a repository that finds a table locked by somebody else; a full disk can't be had for the asking."""
        return self._locked() if kind == "locked" else None

    @contextmanager
    def _locked(self) -> Iterator[Store]:
        with self._connected().begin() as other:
            other.execute(text(f'LOCK TABLE "{self.tables.document.name}"'))
            yield SqlAlchemyRepository(self._connected(options="-c lock_timeout=50ms"), tables=self.tables)


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
        >>> sqlalchemy_postgres().driver
        'psycopg'
    """
    return OnPostgres()
