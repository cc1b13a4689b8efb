"""
What a repository does over a connection: the same for one that waits and one that's awaited, which runs it by
``run_sync``.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from loyaltykit.adapters.sqlalchemy import postgresql, sqlite
from loyaltykit.adapters.sqlalchemy.reading import receipt
from loyaltykit.adapters.sqlalchemy.trouble import told, unavailable
from loyaltykit.errors import InvalidValue, OperationMismatch
from loyaltykit.ledger.repository import Committed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Dialect

    from loyaltykit.adapters.sqlalchemy.tables import Tables
    from loyaltykit.ledger.repository import Change

T = TypeVar("T")

PROVED: Final = {"postgresql": ("psycopg", "asyncpg"), "sqlite": ("pysqlite", "aiosqlite")}
"""The drivers that are proved, by dialect."""

_WRITING: Final[dict[str, dict[str, Any]]] = {"postgresql": {"isolation_level": "READ COMMITTED"}, "sqlite": sqlite.OWN}
_READING: Final[dict[str, dict[str, Any]]] = {"postgresql": {"isolation_level": "AUTOCOMMIT"}, "sqlite": sqlite.OWN}
"""Transactions of our own need no more than this; on SQLite they're begun by hand."""

_WRITE: Final = {"postgresql": postgresql.write, "sqlite": sqlite.write}


def proved(dialect: Dialect) -> str:
    """Give the name of *dialect*; raises `InvalidValue` for one whose repository isn't proved."""
    if dialect.driver in PROVED.get(dialect.name, ()):
        return dialect.name
    given = f"{dialect.name}+{dialect.driver}"
    message = (
        f"{given} isn't proved: use postgresql+psycopg, postgresql+asyncpg, sqlite or sqlite+aiosqlite, or write an "
        "adapter and have the kit prove it: loyaltykit conformance"
    )
    raise InvalidValue(message, value=given)


def read(connection: Connection, tables: Tables, ask: Callable[..., T], *question: object) -> T:
    """Give what *ask* gives to *question* on a *connection* of our own: one statement, without a transaction."""
    connection.execution_options(**_READING[connection.dialect.name])
    return ask(connection, tables, *question)


def joined(connection: Connection, tables: Tables, ask: Callable[..., T], *question: object) -> T:
    """Give what *ask* gives to *question* in the host's transaction on *connection*."""
    proved(connection.dialect)
    return ask(connection, tables, *question)


def commit(connection: Connection, tables: Tables, change: Change) -> Committed:
    """Write *change* in a transaction of its own on *connection*, which is closed behind it whatever happens."""
    with _rolled_back(connection):
        with told(change):
            connection.execution_options(**_WRITING[connection.dialect.name])
            if connection.dialect.name == "sqlite":
                sqlite.begin(connection)
            committed = _written(connection, tables, change)
        if not committed.replayed:
            _end(connection, change)
    return committed


@contextmanager
def _rolled_back(connection: Connection) -> Iterator[None]:
    """
    Roll back on *connection* what isn't committed inside. Where that fails the answer stands: the server has forgotten
    by itself whoever is gone.
    """
    try:
        yield
    finally:
        with suppress(SQLAlchemyError, sqlite3.Error, OSError):
            connection.rollback()
            if connection.dialect.name == "sqlite":  # where COMMIT was refused SQLAlchemy is done, and the driver isn't
                connection.connection.rollback()


def _end(connection: Connection, change: Change) -> None:
    with told(change, committing=True):
        try:
            connection.commit()
        except Exception as error:
            if connection.dialect.name == "sqlite" and sqlite.in_transaction(connection):  # it can be rolled back
                raise unavailable(error) from error
            raise


def join(connection: Connection, tables: Tables, change: Change) -> Committed:
    """Write *change* in the host's transaction on *connection*; what is refused leaves nothing in it (C2)."""
    with told(change):
        proved(connection.dialect)
        if connection.dialect.name == "sqlite":
            sqlite.join(connection)
        with connection.begin_nested():
            return _written(connection, tables, change)


def _written(connection: Connection, tables: Tables, change: Change) -> Committed:
    if _WRITE[connection.dialect.name](connection, tables, change):
        return Committed(change.result, replayed=False)
    known = receipt(connection, tables, change.operation_id)
    assert known is not None  # noqa: S101 - it was found there, and where it can't be seen the database raises
    if known.digest != change.digest:
        raise OperationMismatch.of(change.operation_id, known.result)
    return Committed(known.result, replayed=True)
