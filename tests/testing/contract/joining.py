"""Stores on SQLite that join a transaction of the host's own, as P29's hooks ask for: a good one, and a bad one."""

from __future__ import annotations

from contextlib import asynccontextmanager, closing, contextmanager
from sqlite3 import connect

from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.testing.contract.factories import SqliteFile
from loyaltykit.testing.contract.tasks import OnLoop
from tests.testing.contract.broken import breaks
from tests.testing.contract.broken_async import BROKEN_ASYNC, Turned, TurnedFactory

JOINING = frozenset({"threads", "processes", "durable", "joins_transaction"})


class Joined(SqliteRepository):
    """A repository in a transaction that the host has begun on its connection: a commit is a savepoint of it."""

    def _commit(self, connection, change):
        connection.execute("SAVEPOINT loyaltykit")
        try:
            return self._write(connection, change)
        except BaseException:
            connection.execute("ROLLBACK TO loyaltykit")
            raise
        finally:
            connection.execute("RELEASE loyaltykit")


class JoiningFile(SqliteFile):
    """A factory of SQLite files that have a table of the host's own; what joins is a *joined*."""

    def __init__(self, joined=Joined, capabilities=JOINING, make=SqliteRepository):
        super().__init__(make=make, capabilities=capabilities)
        self.joined = joined

    def create(self):
        store = super().create()
        with closing(connect(self.path)) as connection:
            connection.execute("CREATE TABLE host (text TEXT NOT NULL)")
        return store

    @contextmanager
    def transaction(self):
        with closing(self.joined(self.path)) as repository:
            connection = repository._connection
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield repository, lambda text: connection.execute("INSERT INTO host VALUES (?)", (text,))
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def written(self):
        with closing(connect(self.path)) as connection:
            return [text for (text,) in connection.execute("SELECT text FROM host")]


class TurnedJoining(TurnedFactory):
    """The same behind async calls."""

    @asynccontextmanager
    async def transaction(self):
        with self.factory.transaction() as (repository, write):

            async def turned(text):
                write(text)

            yield Turned(repository), turned

    async def written(self):
        return self.factory.written()


class Commits(Joined):
    """It commits the host's transaction with its own, as autocommit does, and begins the host another."""

    def _commit(self, connection, change):
        known = super()._commit(connection, change)
        connection.execute("COMMIT")
        connection.execute("BEGIN IMMEDIATE")
        return known


breaks("P29", JoiningFile)(Commits)
BROKEN_ASYNC["Commits turned"] = "P29", lambda: OnLoop(TurnedJoining(JoiningFile(Commits)))
