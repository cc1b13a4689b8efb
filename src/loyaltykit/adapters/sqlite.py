"""
A repository on SQLite, with nothing but the standard library.

One connection, used by one thread at a time; other processes have their own. Every commit is one transaction begun
IMMEDIATE, so that two writers wait for each other instead of failing half-way, in WAL mode with ``synchronous=FULL``,
so that it is on the disk when ``commit`` returns.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from loyaltykit.errors import CommitUnknown, InvalidValue, OperationMismatch, StoreUnavailable, VersionConflict
from loyaltykit.ledger.cursor import behind_due, behind_entry, from_micros, key_range, micros
from loyaltykit.ledger.entry import Entry
from loyaltykit.ledger.repository import Committed, Due, Receipt, Versioned

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from loyaltykit.ledger.repository import Change

_SCHEMA = """
CREATE TABLE IF NOT EXISTS document (key TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, body TEXT);
CREATE TABLE IF NOT EXISTS receipt (operation TEXT NOT NULL UNIQUE, digest TEXT NOT NULL, result TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS entry (
    at INTEGER NOT NULL, operation TEXT NOT NULL, line INTEGER NOT NULL, account TEXT NOT NULL, unit TEXT NOT NULL,
    amount INTEGER NOT NULL, detail TEXT NOT NULL, PRIMARY KEY (at, operation, line)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entry_of_account ON entry (account, at, operation, line);
CREATE TABLE IF NOT EXISTS due (key TEXT NOT NULL UNIQUE, moment INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS due_by_moment ON due (moment, key);
"""

MEMORY = ":memory:"
"""The path of a store that lives in its connection alone."""

_PAGE = 500
"""Keys of one question, below the number of parameters that any SQLite takes."""


_TABLES = ("document", "receipt", "entry", "due")

_ABSENT = Versioned(0, None)

_LEFT_BEHIND = "a store in memory stays with the process that made it: give a forked one a file, or its own store"
_GONE = "the file of the store is gone since the process was forked; nothing was written"
_IN_COMMIT = "the process was forked in the middle of a commit: make another repository here"

_OPEN: WeakSet[SqliteRepository] = WeakSet()
_forking: list[SqliteRepository] = []


def _before_fork() -> None:
    held = list(_OPEN)
    for repository in held:
        repository._before_fork()  # noqa: SLF001 - of this module
    _forking[:] = held


def _after_fork_here() -> None:
    while _forking:
        _forking.pop()._lock.release()  # noqa: SLF001 - of this module


def _after_fork_there() -> None:
    while _forking:
        _forking.pop()._after_fork()  # noqa: SLF001 - of this module


if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows doesn't fork
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork_here, after_in_child=_after_fork_there)


class SqliteRepository:
    """
    A `Repository` and `Reader` in the SQLite file at *path*, made if it isn't there; ``":memory:"`` keeps it in memory.

    Several threads and processes may use the same file; a writer waits up to *timeout* seconds for another. One that is
    *read_only* makes nothing and refuses each commit: it's for a file that holds a store already. Raises
    `StoreUnavailable` where the file can't be opened, is locked for longer, the disk is full, or it holds no store.

    Examples:
        >>> from loyaltykit.adapters.sqlite import SqliteRepository
        >>> from loyaltykit.ledger.repository import Change
        >>> repository = SqliteRepository(":memory:")
        >>> change = Change(operation_id="place o1", digest="d", guards={"order/o1": 0}, puts={"order/o1": "{}"})
        >>> repository.commit(change).replayed, repository.commit(change).replayed
        (False, True)
        >>> repository.load(["order/o1"])["order/o1"]
        Versioned(version=1, body='{}')
        >>> repository.close()
    """

    def __init__(self, path: str | os.PathLike[str], *, timeout: float = 30, read_only: bool = False) -> None:
        self._path = _absolute(os.fspath(path))
        if read_only and self._path == MEMORY:
            message = "a new store in memory has nothing to read: name a file, or leave read_only out"
            raise InvalidValue(message, value=path)
        self._timeout = timeout
        self._read_only = read_only
        self._lock = RLock()
        self._process = os.getpid()
        self._closed = False
        self._open()
        _OPEN.add(self)

    def _open(self) -> None:
        try:
            connection = sqlite3.connect(
                _for_reading(self._path) if self._read_only else self._path,
                timeout=self._timeout,
                isolation_level=None,
                check_same_thread=False,
                uri=self._read_only,
            )
            try:
                if self._read_only:
                    _look_over(connection, self._path)
                else:
                    _make_ready(connection)
            except BaseException:
                connection.close()
                raise
            self._connection, self._away = connection, False
        except sqlite3.Error as error:
            raise _unavailable(error) from error

    def close(self) -> None:
        """Close the file; what was committed stays."""
        with self._lock:
            self._closed = True
            self._connection.close()

    def _here(self) -> sqlite3.Connection:
        """Give the connection of this process; it's opened anew where it was closed for a fork."""
        if self._away and not self._closed:
            if not Path(self._path).exists():
                raise StoreUnavailable(_GONE)
            self._open()
        if self._process != os.getpid():
            raise StoreUnavailable(_LEFT_BEHIND if self._path == MEMORY else _IN_COMMIT)
        return self._connection

    def _before_fork(self) -> None:
        """
        Close the file while nobody uses it: SQLite counts its locks by process, so a forked one that had it open would
        believe in its parent's, and its parent remove the log under what it commits.
        """
        self._lock.acquire()
        with suppress(sqlite3.Error):  # one that's closed already
            if self._path != MEMORY and not self._connection.in_transaction:
                self._connection.close()
                self._away = True

    def _after_fork(self) -> None:
        """Go on in the forked process, with a lock of its own."""
        self._lock = RLock()
        if self._away:
            self._process = os.getpid()

    def _rows(self, question: str, values: Sequence[object]) -> list[Any]:
        """Ask *question*, and give all rows of the answer."""
        try:
            with self._lock:
                return self._here().execute(question, values).fetchall()
        except sqlite3.Error as error:
            raise _unavailable(error) from error

    def load(self, keys: Sequence[str], /) -> dict[str, Versioned]:
        """Give what is stored under each of *keys*."""
        found = dict.fromkeys(keys, _ABSENT)
        for start in range(0, len(keys), _PAGE):
            page = keys[start : start + _PAGE]
            for key, version, body in self._rows(_load_question(len(page)), page):
                found[key] = Versioned(version, body)
        return found

    def commit(self, change: Change, /) -> Committed:
        """Write *change*, or give the result that its operation left before."""
        try:
            with self._lock:
                known = self._commit(self._here(), change)
        except sqlite3.Error as error:
            raise _unavailable(error) from error
        return Committed(change.result, replayed=False) if known is None else _replayed(change, known)

    def _commit(self, connection: sqlite3.Connection, change: Change) -> tuple[str, str] | None:
        if connection.in_transaction:  # a signal handler has come between: what it began is none of ours to end
            message = "a commit of this repository is under way in the same thread; nothing was written"
            raise StoreUnavailable(message)
        try:
            connection.execute("BEGIN IMMEDIATE")
            known = self._write(connection, change)
            if known is None:
                self._end(connection, change)
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        return known

    @staticmethod
    def _end(connection: sqlite3.Connection, change: Change) -> None:
        try:
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            if connection.in_transaction:  # nothing of it was written, and it can be rolled back
                raise
            message = f"whether {change.operation_id} was written isn't known ({error}): commit the same change again"
            raise CommitUnknown(message, operation_id=change.operation_id) from error

    @staticmethod
    def _write(connection: sqlite3.Connection, change: Change) -> tuple[str, str] | None:
        """Write *change*; give digest and result of its receipt instead, if there's one already."""
        execute, operation = connection.execute, change.operation_id
        receipt = (operation, change.digest, change.result)
        if not execute("INSERT INTO receipt VALUES (?, ?, ?) ON CONFLICT DO NOTHING", receipt).rowcount:
            known: tuple[str, str] = execute(
                "SELECT digest, result FROM receipt WHERE operation = ?", (operation,)
            ).fetchone()
            return known
        for key, version in change.guards.items():
            if not _advance(connection, change, key, version):
                raise VersionConflict.of(key, version)
        rows = [(micros(e.at), e.operation, e.line, e.account, e.unit, e.amount, e.detail) for e in change.entries]
        connection.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        for key, moment in change.due.items():
            if moment is None:
                execute("DELETE FROM due WHERE key = ?", (key,))
            else:
                execute(
                    "INSERT INTO due VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET moment = excluded.moment",
                    (key, micros(moment)),
                )
        return None

    def receipt(self, operation_id: str, /) -> Receipt | None:
        """Give what the operation left, None if it never was committed."""
        question = "SELECT operation, digest, result FROM receipt WHERE operation = ?"
        rows = self._rows(question, (operation_id,))
        return Receipt(*rows[0]) if rows else None

    def keys(self, prefix: str, /, *, after: str | None, limit: int) -> list[str]:
        """Give at most *limit* keys that begin with *prefix*, in their order, those behind the key *after*."""
        begin, end = key_range(prefix, after)
        upto, ends = ("", ()) if end is None else ("AND key < ?", (end,))
        question = f"SELECT key FROM document WHERE key >= ? {upto} ORDER BY key LIMIT ?"  # noqa: S608 - our own
        return [key for (key,) in self._rows(question, (begin, *ends, limit))]

    def entries(
        self, *, account: str | None, start: datetime | None, end: datetime | None, after: str | None, limit: int
    ) -> list[Entry]:
        """
        Give at most *limit* entries of *account* (or all) from *start* up to *end*, by moment, operation and line.
        """
        wanted: list[tuple[str, tuple[object, ...]]] = []
        if account is not None:
            wanted.append(("account = ?", (account,)))
        if start is not None:
            wanted.append(("at >= ?", (micros(start),)))
        if end is not None:
            wanted.append(("at < ?", (micros(end),)))
        if after is not None:
            wanted.append(("(at, operation, line) > (?, ?, ?)", behind_entry(after)))
        where = " AND ".join(condition for condition, _ in wanted) or "TRUE"
        question = (
            f"SELECT at, operation, line, account, unit, amount, detail FROM entry WHERE {where} "  # noqa: S608 - our own
            "ORDER BY at, operation, line LIMIT ?"
        )
        values = [value for _, given in wanted for value in given]
        return [_entry(*row) for row in self._rows(question, (*values, limit))]

    def due(self, before: datetime, /, *, after: str | None, limit: int) -> list[Due]:
        """Give at most *limit* documents due at *before* or earlier, by moment and key, those behind *after*."""
        behind = (-(2**63), "") if after is None else behind_due(after)
        question = (
            "SELECT key, moment FROM due WHERE moment <= ? AND (moment, key) > (?, ?) ORDER BY moment, key LIMIT ?"
        )
        rows = self._rows(question, (micros(before), *behind, limit))
        return [Due(key, from_micros(moment)) for key, moment in rows]


def _absolute(path: str) -> str:
    """Give *path* such that it names the same file after the process has gone to another folder."""
    if not path:
        message = "a store needs a path: the file that holds it, or :memory:"
        raise InvalidValue(message, value=path)
    return path if path == MEMORY else str(Path(path).absolute())


def _for_reading(path: str) -> str:
    """
    Give the URI by which SQLite reads the file at *path* and leaves nothing of its own beside it.

    It takes the log that reading needs away again only where it might write; a log that is there already belongs to
    whoever has the file open, or was killed, and stays.
    """
    in_use = any(Path(path + end).exists() for end in ("-wal", "-journal"))
    return f"{Path(path).as_uri()}?mode={'ro' if in_use else 'rw'}"


def _look_over(connection: sqlite3.Connection, path: str) -> None:
    """Have *connection* write nothing; raises `StoreUnavailable` where the file at *path* holds no store."""
    connection.execute("PRAGMA query_only = ON")
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    missing = next((table for table in _TABLES if table not in there), None)
    if missing is not None:
        message = f"{path} has no table {missing}: name the file that the orders were kept in; nothing was written"
        raise StoreUnavailable(message)


def _make_ready(connection: sqlite3.Connection) -> None:
    """Have *connection* write durably, and make the tables that aren't there yet."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")  # what is forgotten is overwritten, whatever SQLite was built with
    connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")


def _unavailable(error: sqlite3.Error) -> StoreUnavailable:
    """Tell SQLite's refusal as ours: by then nothing of a change was written."""
    return StoreUnavailable(f"the store can't be reached: {error}; nothing was written")


@cache
def _load_question(keys: int) -> str:
    return f"SELECT key, version, body FROM document WHERE key IN ({', '.join('?' * keys)})"  # noqa: S608 - nothing but marks


def _replayed(change: Change, known: tuple[str, str]) -> Committed:
    digest, result = known
    if digest != change.digest:
        raise OperationMismatch.of(change.operation_id, result)
    return Committed(result, replayed=True)


def _advance(connection: sqlite3.Connection, change: Change, key: str, version: int) -> bool:
    """Advance the document at *key* from *version*, with its new body if it has one; say whether it was there."""
    if version == 0:
        row = (key, change.puts.get(key))
        return bool(connection.execute("INSERT INTO document VALUES (?, 1, ?) ON CONFLICT DO NOTHING", row).rowcount)
    if key not in change.puts:
        advance = "UPDATE document SET version = version + 1 WHERE key = ? AND version = ?"
        return bool(connection.execute(advance, (key, version)).rowcount)
    put = "UPDATE document SET version = version + 1, body = ? WHERE key = ? AND version = ?"
    return bool(connection.execute(put, (change.puts[key], key, version)).rowcount)


def _entry(at: int, operation: str, line: int, account: str, unit: str, amount: int, detail: str) -> Entry:
    return Entry(
        at=from_micros(at), operation=operation, line=line, account=account, unit=unit, amount=amount, detail=detail
    )
