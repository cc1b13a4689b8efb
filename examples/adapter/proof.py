"""What the kit is told of the store: how it's made, reached again and removed, on SQLite and on PostgreSQL."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from dbapi import BYTES, TABLES, DbApiRepository
from transactions import Joined, Own


class on_sqlite:  # noqa: N801 - it's called as a function is
    """Stores in SQLite files."""

    driver, text, begin = sqlite3, "TEXT", "BEGIN IMMEDIATE"
    lock = "BEGIN IMMEDIATE"

    def create(self):
        """Make an empty store, with a table of the host's own beside ours."""
        self.make_place()
        host = "CREATE TABLE host (line TEXT NOT NULL)"
        with closing(self.connect()) as connection:
            for statement in (*TABLES.format(text=self.text).split(";"), host):
                connection.cursor().execute(statement)
        return self.reopen()

    def make_place(self):
        """Make a folder for the file."""
        self.folder = TemporaryDirectory()
        self.connect = partial(sqlite3.connect, Path(self.folder.name, "loyalty.db"), isolation_level=None, timeout=10)

    def reopen(self):
        """Give another repository over the same store."""
        return DbApiRepository(self.own())

    def own(self):
        """Give transactions of the adapter's own."""
        return Own(self.driver, self.connect, begin=self.begin)

    def destroy(self):
        """Remove the store."""
        self.folder.cleanup()

    def trace(self, callback):
        """Give another repository, which tells each statement before it's sent."""
        repository = self.reopen()
        repository.on.told = callback
        return repository

    @contextmanager
    def transaction(self):
        """Give a repository that joins a transaction of the host's, and what writes a line of the host's in it."""
        with closing(self.connect()) as connection:
            joined = Joined(self.driver, connection)
            joined.execute(connection, self.begin)
            yield (
                DbApiRepository(joined),
                lambda line: joined.execute(connection, "INSERT INTO host VALUES (?)", (line,)),
            )
            joined.execute(connection, "COMMIT")

    def written(self):
        """Give the host's lines that are committed."""
        with closing(self.connect()) as connection:
            return [line for (line,) in self.own().execute(connection, "SELECT line FROM host").fetchall()]

    def fault(self, kind):
        """Give a repository that finds the store locked."""
        return self._locked() if kind == "locked" else None

    @contextmanager
    def _locked(self):
        with closing(self.connect()) as other:
            other.cursor().execute(self.lock)
            yield DbApiRepository(Own(self.driver, self.impatient(), begin=self.begin))

    def impatient(self):
        """Give what connects, and waits for no lock."""
        return partial(self.connect, timeout=0)


class on_postgresql(on_sqlite):  # noqa: N801 - it's called as a function is
    """Stores in schemas of the PostgreSQL that the kit finds or starts, each repository with a pool of connections."""

    text, begin = BYTES, "BEGIN"
    lock = "BEGIN; LOCK TABLE receipt"

    def make_place(self):
        """Make a schema."""
        import psycopg

        from loyaltykit.testing.postgres import server

        self.driver, self.schema, self.pools = psycopg, f"store_{uuid4().hex}", []
        self.connect = partial(psycopg.connect, server().url, autocommit=True, options=f"-csearch_path={self.schema}")
        with closing(self.connect()) as connection:
            connection.cursor().execute(f"CREATE SCHEMA {self.schema}")

    def own(self):
        """Give transactions of the adapter's own, from a pool of connections."""
        from sqlalchemy.pool import QueuePool

        self.pools.append(QueuePool(self.connect, pool_size=8))
        return Own(self.driver, self.pools[-1].connect, begin=self.begin)

    def destroy(self):
        """Remove the store."""
        for pool in self.pools:
            pool.dispose()
        with closing(self.connect()) as connection:
            connection.cursor().execute(f"DROP SCHEMA IF EXISTS {self.schema} CASCADE")

    def impatient(self):
        """Give what connects, and waits for no lock."""
        return partial(self.connect, options=f"-csearch_path={self.schema} -clock_timeout=50")
