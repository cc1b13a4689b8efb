"""
Stores that should join a transaction of the host's own, and go their own ways (P29).

The host here has a connection to SQLite and a table; `Joined` is how a repository joins it as it should.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from attrs import define

from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.errors import VersionConflict
from loyaltykit.testing.broken.table import breaks
from loyaltykit.testing.contract.factories import SqliteFile

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator

    from loyaltykit.ledger.repository import Change, Committed


class Joined(SqliteRepository):
    """A repository in a transaction that the host has begun on its connection: a commit is a savepoint of it."""

    def _commit(self, connection: sqlite3.Connection, change: Change) -> tuple[str, str] | None:
        connection.execute("SAVEPOINT loyaltykit")
        try:
            return self._write(connection, change)
        except BaseException:
            connection.execute("ROLLBACK TO loyaltykit")
            raise
        finally:
            connection.execute("RELEASE loyaltykit")


@define
class HostFile(SqliteFile):
    """A factory of SQLite files that have a table of the host's own; what joins its transactions is a *joined*."""

    capabilities: frozenset[str] = frozenset({"threads", "processes", "durable", "joins_transaction"})
    joined: type[SqliteRepository] = Joined

    def create(self) -> SqliteRepository:
        """Make an empty store, and the host's table."""
        store = super().create()
        store._connection.execute("CREATE TABLE host (text TEXT NOT NULL)")
        return store

    @contextmanager
    def transaction(self) -> Iterator[tuple[SqliteRepository, Callable[[str], object]]]:
        """Open a transaction of the host's; give a repository that joins it, and what writes a row in it."""
        with closing(self.joined(self.path)) as repository:
            connection = repository._connection
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield repository, lambda text: connection.execute("INSERT INTO host VALUES (?)", (text,))
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def written(self) -> list[str]:
        """Give the host's rows that are committed."""
        with closing(sqlite3.connect(self.path)) as connection:
            return [text for (text,) in connection.execute("SELECT text FROM host")]


def joining(cls: type[SqliteRepository]) -> HostFile:
    """Give a factory whose host has its transactions joined by that class."""
    return HostFile(joined=cls)


@breaks("P29", on=joining, like="waterdog-oss/ktor-template#34: a nested call committed the transaction that it was in")
class CommitsForTheHost(Joined):
    """It commits the host's transaction with its own, as autocommit does, and begins the host another."""

    def _commit(self, connection: sqlite3.Connection, change: Change) -> tuple[str, str] | None:
        known = super()._commit(connection, change)
        connection.execute("COMMIT")
        connection.execute("BEGIN IMMEDIATE")
        return known


@breaks("P29", on=joining, like="NorthernLight1/N.EntityFramework.Extensions#140, d3vyce/fastapi-toolsets#338")
class RollsBackForTheHost(Joined):
    """On a conflict it rolls back all of the host's transaction, which isn't its own, and begins the host another."""

    def _commit(self, connection: sqlite3.Connection, change: Change) -> tuple[str, str] | None:
        try:
            return self._write(connection, change)
        except VersionConflict:
            connection.execute("ROLLBACK")
            connection.execute("BEGIN IMMEDIATE")
            raise


@breaks("P29", on=joining, like="saleor/saleor#15855: what is left by whoever lost is taken for a win")
class SwallowedConflictStays(Joined):
    """There's no savepoint, so what was written up to a conflict lands if the host swallows it: the receipt, too."""

    def _commit(self, connection: sqlite3.Connection, change: Change) -> tuple[str, str] | None:
        return self._write(connection, change)


@breaks(
    "P29",
    on=joining,
    like="vendurehq/vendure#4660: a lock on another connection, gone before the deed",
)
class OwnConnection(Joined):
    """It writes by a connection of its own inside the host's transaction, and waits for it, or lands without it."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        super().__init__(path)
        self._own = SqliteRepository(path, timeout=0.05)

    def commit(self, change: Change, /) -> Committed:
        return self._own.commit(change)

    def close(self) -> None:
        self._own.close()
        super().close()
