"""
SQLite: one writer at a time, who has locked the file before anything is read, so that what is read stays true.

The driver of the standard library begins transactions by itself, as late as it can, and SQLAlchemy leaves that to it.
Here they're begun by hand.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet

from sqlalchemy import TextClause, event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from loyaltykit.adapters.sqlalchemy.reading import ENTRY, load, quoted
from loyaltykit.adapters.sqlalchemy.tables import account_hash
from loyaltykit.errors import InvalidValue, VersionConflict
from loyaltykit.ledger.cursor import micros

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Engine, Table

    from loyaltykit.adapters.sqlalchemy.tables import Tables
    from loyaltykit.ledger.entry import Entry
    from loyaltykit.ledger.repository import Change, Versioned


OWN: Final = {"loyaltykit_own": True}
"""The execution option of connections that the repository has begun a transaction on, or reads without one."""

_ENDLESS: Final = (
    "by connect_args={'autocommit': True}, or AUTOCOMMIT with skip_autocommit_rollback, transactions have no end: what "
    "is written wouldn't be kept, or not taken back; leave that out of create_engine; nothing was written"
)


_SAVEPOINT: Final = (
    "a savepoint of the host's on an engine that isn't prepared may be in no transaction, and commit where it ends: "
    "call prepare(engine) before the engine is used; nothing was written"
)

_READY: Final = "loyaltykit_ready"
"""What is noted beside a connection that `prepare` has seen."""


def in_transaction(connection: Connection) -> bool:
    """Say whether the driver's own connection, which knows better, is in a transaction."""
    driver: Any = connection.connection.driver_connection
    return bool(driver.in_transaction)


def begin(connection: Connection) -> None:
    """Begin a transaction of the repository's own, which has locked the file."""
    connection.begin()
    _lock(connection)


def _lock(connection: Connection) -> None:
    """
    Lock the file for the transaction that begins; what a listener of the host's, or the driver, has begun is nothing
    yet.

    Raises `InvalidValue` where nobody would end it.
    """
    driver: Any = connection.connection.driver_connection
    unended = getattr(driver, "autocommit", None) is True
    not_rolled_back = getattr(connection.dialect, "skip_autocommit_rollback", False) and driver.isolation_level is None
    if unended or not_rolled_back:
        raise InvalidValue(_ENDLESS, value=connection.engine.url)
    if in_transaction(connection):
        connection.exec_driver_sql("ROLLBACK")
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def join(connection: Connection) -> None:
    """
    Have *connection* be in a transaction before a savepoint is set: one without would be the transaction itself, and
    commit where it ends.

    Raises `InvalidValue` where the host has set one already, and perhaps without.
    """
    if connection.in_nested_transaction() and _may_lack_begin(connection):
        raise InvalidValue(_SAVEPOINT, value=connection.engine.url)
    if not connection.in_transaction():
        connection.begin()
    if not in_transaction(connection):
        _lock(connection)


def _may_lack_begin(connection: Connection) -> bool:
    """Say whether nobody, or the driver, begins transactions, which does so for what writes and not for savepoints."""
    driver: Any = connection.connection.driver_connection
    by_driver = driver.isolation_level is not None and getattr(driver, "autocommit", None) is not False
    return _in_autocommit(connection) or (by_driver and _READY not in connection.info)


def _in_autocommit(connection: Connection) -> bool:
    return connection._is_autocommit_isolation()  # noqa: SLF001 - there's no public way to ask


def write(connection: Connection, tables: Tables, change: Change) -> bool:
    """
    Write *change*; say whether it was, and isn't known from before.

    Raises `VersionConflict` for the first of its guards that doesn't hold: by then some of it is written, to be rolled
    back.
    """
    answered = {"operation": change.operation_id, "digest": change.digest, "result": change.result}
    if not connection.execute(_insert(tables.receipt, (*answered,), "NOTHING"), answered).rowcount:
        return False
    stored = load(connection, tables, [*change.guards])
    for key, version in change.guards.items():
        if stored[key].version != version:
            raise VersionConflict.of(key, version)
    for statement, rows in _written(tables, change, stored):
        if rows:
            connection.execute(statement, rows)
    return True


def _written(
    tables: Tables, change: Change, stored: Mapping[str, Versioned]
) -> list[tuple[TextClause, list[dict[str, Any]]]]:
    """Give the statements that write *change* over what is *stored*, each with its rows."""
    document, due = tables.document, tables.due
    return [
        (
            _insert(
                document, ("key", "version", "body"), "UPDATE SET version = excluded.version, body = excluded.body"
            ),
            [
                {"key": key, "version": version + 1, "body": change.puts.get(key, stored[key].body)}
                for key, version in change.guards.items()
            ],
        ),
        (_insert(tables.entry, (*ENTRY, "account_hash")), [*map(_row, change.entries)]),
        (
            _insert(due, ("key", "moment"), "UPDATE SET moment = excluded.moment"),
            [{"key": key, "moment": micros(moment)} for key, moment in change.due.items() if moment is not None],
        ),
        (_delete(due), [{"key": key} for key, moment in change.due.items() if moment is None]),
    ]


def _row(entry: Entry) -> dict[str, Any]:
    own = {column: getattr(entry, column) for column in ENTRY}
    return own | {"at": micros(entry.at), "account_hash": account_hash(entry.account)}


@cache
def _insert(table: Table, columns: tuple[str, ...], else_do: str = "") -> TextClause:
    names, marks = ", ".join(columns), ", ".join(f":{column}" for column in columns)
    conflict = f"ON CONFLICT ({columns[0]}) DO {else_do}" if else_do else ""
    return text(f"INSERT INTO {quoted(table)} ({names}) VALUES ({marks}) {conflict}")  # noqa: S608 - our own


@cache
def _delete(table: Table) -> TextClause:
    return text(f"DELETE FROM {quoted(table)} WHERE key = :key")  # noqa: S608 - our own


def prepare(engine: Engine | AsyncEngine) -> None:
    """
    Have every connection of *engine*, of SQLite, write durably, let others read meanwhile, and overwrite what is
    emptied: WAL, synchronous FULL, secure_delete.

    Transactions of the host's own on it begin IMMEDIATE, so that two writers wait for each other instead of failing
    half-way. A process that is forked opens the file anew, unless the engine is async: fork before it is used. Call it
    before the engine is used. Raises `InvalidValue` for an engine of another database, which needs nothing.

    Examples:
        >>> from sqlalchemy import create_engine
        >>> from loyaltykit.adapters.sqlalchemy import prepare, tables
        >>> engine = create_engine("sqlite://")
        >>> prepare(engine)
        >>> tables().create_all(engine)
        >>> engine.dispose()
    """
    if engine.dialect.name != "sqlite":
        message = f"an engine of {engine.dialect.name} needs no preparation: prepare(engine) is for SQLite alone"
        raise InvalidValue(message, value=engine.dialect.name)
    if isinstance(engine, AsyncEngine):
        _listen(engine.sync_engine)
    else:
        _listen(engine)
        if not _in_memory(engine):
            _PREPARED.add(engine)


def _in_memory(engine: Engine) -> bool:
    """Say whether what *engine* keeps is gone when it's closed."""
    database = engine.url.database or ":memory:"
    return ":memory:" in database or engine.url.query.get("mode") == "memory"


def _listen(engine: Engine) -> None:
    if not event.contains(engine, "connect", _make_ready):
        event.listen(engine, "connect", _make_ready)
        event.listen(engine, "begin", _begin_immediate)


def _make_ready(driver: Any, record: Any) -> None:
    """Set what can't be set within a transaction, such as one that the driver begins by itself."""
    record.info[_READY] = True
    cursor = driver.cursor()
    begun = getattr(driver, "driver_connection", driver).in_transaction
    if begun:
        cursor.execute("ROLLBACK")
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    if begun:
        cursor.execute("BEGIN")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    """Begin the host's own transaction, which AUTOCOMMIT has none of; those of the repository begin by themselves."""
    own = connection.get_execution_options().keys() >= OWN.keys()
    if not own and not _in_autocommit(connection):
        _lock(connection)


_PREPARED: WeakSet[Engine] = WeakSet()


def _before_fork() -> None:
    """
    Close the files that nobody uses at the moment: SQLite counts its locks by process, so a forked one that had a file
    open would believe in its parent's.
    """
    for engine in list(_PREPARED):
        engine.dispose()


if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows doesn't fork
    os.register_at_fork(before=_before_fork)
