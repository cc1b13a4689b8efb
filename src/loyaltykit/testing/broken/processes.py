"""
Stores that do well among threads, whose process has what the database should have (P18 to P21, level 3).

Each is on SQLite; what the connections of one process share is given to them. Where processes must meet to find it out,
a window stands open between the steps that lie apart.
"""

from __future__ import annotations

from contextlib import nullcontext
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING

from attrs import define, evolve, field

from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.errors import VersionConflict
from loyaltykit.ledger.repository import Committed
from loyaltykit.testing.broken.table import breaks
from loyaltykit.testing.broken.window import WindowOfProcesses
from loyaltykit.testing.contract.factories import SqliteFile

if TYPE_CHECKING:
    import os
    import sqlite3
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from loyaltykit.ledger.repository import Change, Versioned


@define
class Shared:
    """What the connections of one process share; a forked process goes on with a copy of it."""

    lock: Lock = field(factory=Lock)
    documents: dict[str, Versioned] = field(factory=dict)
    receipts: dict[str, str] = field(factory=dict)
    numbers: Iterator[int] = field(factory=count)
    window: WindowOfProcesses = field(factory=WindowOfProcesses)


class Sharing(SqliteRepository):
    """A connection that has something in common with the others of its process."""

    def __init__(self, path: str | os.PathLike[str], shared: Shared) -> None:
        super().__init__(path)
        self._shared = shared


def in_processes(cls: type[Sharing]) -> SqliteFile:
    """Give a factory of files whose connections are of that class."""
    shared = Shared()

    def make(path: Path) -> Sharing:
        return cls(path, shared)

    return SqliteFile(make)


@breaks(
    "P20", level=3, on=in_processes, like="atrocore/atropim#735, benoitc/gunicorn#1043: each worker has its own past"
)
class CachedByTheProcess(Sharing):
    """Documents are cached in the process, which hears of what it writes itself."""

    def load(self, keys: Sequence[str], /) -> dict[str, Versioned]:
        cache = self._shared.documents
        with self._shared.lock:  # else what was read before a commit would be kept behind it
            if missing := [key for key in keys if key not in cache]:
                cache.update(super().load(missing))
            return {key: cache[key] for key in keys}

    def commit(self, change: Change, /) -> Committed:
        with self._shared.lock:
            committed = super().commit(change)
            self._shared.documents.update(super().load([*change.guards]))
        return committed


class CheckedInPython(Sharing):
    """Versions are read, compared, and then written over, in steps that lie apart."""

    def commit(self, change: Change, /) -> Committed:
        with self.kept_out():
            if self.receipt(change.operation_id) is None:
                self.check(change)
                self._shared.window.stand_open()
            return super().commit(change)

    def kept_out(self) -> AbstractContextManager[object]:
        """Keep others out, or seem to."""
        return nullcontext()

    def check(self, change: Change) -> None:
        """Compare the versions with those of *change*."""
        found = self.load([*change.guards])
        for key, version in change.guards.items():
            if found[key].version != version:
                raise VersionConflict.of(key, version)

    @staticmethod
    def _write(connection: sqlite3.Connection, change: Change) -> tuple[str, str] | None:
        """Write *change* whatever the versions are."""
        asked = "SELECT version FROM document WHERE key = ?"
        found = {key: connection.execute(asked, (key,)).fetchone() or (0,) for key in change.guards}
        return SqliteRepository._write(connection, evolve(change, guards={key: each for key, (each,) in found.items()}))


@breaks(
    "P20",
    level=3,
    on=in_processes,
    like="SynoCommunity/spkrepo#100, benoitc/gunicorn#2251: a lock for one worker of five",
)
class LockOfTheProcess(CheckedInPython):
    """A lock in the process keeps others out: those of the same process."""

    def kept_out(self) -> AbstractContextManager[object]:
        return self._shared.lock


@breaks("P19", level=3, on=in_processes, like="what Django's select_for_update does on SQLite by its manual: nothing")
class ForUpdateLeftOut(CheckedInPython):
    """Rows are read FOR UPDATE, which is left out where the database has no such thing."""


@breaks("P21", level=3, on=in_processes, like="spree/spree#10697: the row was locked outside of a transaction")
class LockedOutsideTransaction(CheckedInPython):
    """What locks the rows is a transaction of its own, which is over before anything is written."""

    def check(self, change: Change) -> None:
        with self._lock:
            connection = self._here()
            connection.execute("BEGIN IMMEDIATE")
            try:
                super().check(change)
            finally:
                connection.execute("COMMIT")


@breaks(
    "P18",
    level=3,
    on=in_processes,
    like="vjt/grappa-irc#524, learningequality/kolibri#13878: locked, however long one waits",
)
class Deferred(Sharing):
    """A transaction begins DEFERRED, by reading, and can't write once somebody else has; nobody tries again."""

    def _commit(self, connection: sqlite3.Connection, change: Change) -> tuple[str, str] | None:
        connection.execute("BEGIN")
        try:
            connection.execute("SELECT 1 FROM receipt WHERE operation = ?", (change.operation_id,)).fetchone()
            self._shared.window.stand_open()
            known = self._write(connection, change)
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        return known


@breaks(
    "P18",
    level=3,
    on=in_processes,
    like="mads256h/stregsystemet-rs#54: what was answered is kept in the memory of whoever answered",
)
class ReceiptsOfTheProcess(Sharing):
    """Receipts are looked for in the process that has written them."""

    def commit(self, change: Change, /) -> Committed:
        with self._shared.lock:
            known = self._shared.receipts.get(change.operation_id)
            if known is None:
                super().commit(change)
            self._shared.receipts.setdefault(change.operation_id, change.result)
        return Committed(known or change.result, replayed=known is not None)

    @staticmethod
    def _write(connection: sqlite3.Connection, change: Change) -> tuple[str, str] | None:
        """Write *change*, whether it's known or not."""
        connection.execute("DELETE FROM receipt WHERE operation = ?", (change.operation_id,))
        return SqliteRepository._write(connection, change)


@breaks(
    "P19",
    level=3,
    on=in_processes,
    like="copiousfreetime/torid#1, bleargh45/Data-UUID#27: forked, and the same ids from there on",
)
class NumbersOfTheProcess(Sharing):
    """Bookings are numbered by a counter in the process; one whose number is taken is left out as a double."""

    def _open(self) -> None:
        super()._open()
        self._connection.execute("CREATE TABLE IF NOT EXISTS booking (number INTEGER PRIMARY KEY)")

    def _commit(self, connection: sqlite3.Connection, change: Change) -> tuple[str, str] | None:
        number = next(self._shared.numbers)
        new = connection.execute("INSERT INTO booking VALUES (?) ON CONFLICT DO NOTHING", (number,)).rowcount
        return super()._commit(connection, change if new else evolve(change, entries=()))
