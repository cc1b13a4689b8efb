"""What a database refuses, as the errors that a repository promises (C2, C6)."""

from __future__ import annotations

import sqlite3
from typing import Final

from loyaltykit.errors import RepositoryError, StoreUnavailable, VersionConflict

CONFLICTS: Final = frozenset({"40001", "40P01"})
"""PostgreSQL's codes of a serialisation failure and of a deadlock."""

NO_TABLE: Final = "42P01"
"""PostgreSQL's code of a table that isn't there."""

_PRIMARY: Final = 0xFF
"""The part of SQLite's codes that says what; the rest says why."""

_STALE: Final = getattr(sqlite3, "SQLITE_BUSY_SNAPSHOT", 517)


def is_conflict(error: BaseException) -> bool:
    """
    Say whether *error* is the database's way to say that somebody else was faster.

    So are PostgreSQL's serialisation failures and deadlocks, and SQLite's refusal to write behind what was read when
    others have written since.
    """
    cause = error.__cause__
    return getattr(cause, "sqlstate", None) in CONFLICTS or getattr(cause, "sqlite_errorcode", None) == _STALE


def is_busy(error: BaseException) -> bool:
    """
    Say whether *error* is SQLite's way to say that others have held the file for too long.

    A COMMIT that it refuses so has written nothing, and Django rolls it back.
    """
    return getattr(error.__cause__, "sqlite_errorcode", 0) & _PRIMARY == sqlite3.SQLITE_BUSY


def told(error: Exception, using: str, key: str = "") -> RepositoryError:
    """
    Give Django's *error* of the database *using* as ours, where nothing of a change was written: a `VersionConflict`
    over *key* where somebody else was faster, else `StoreUnavailable`.

    Examples:
        >>> from django.db import OperationalError
        >>> told(OperationalError("database is locked"), "default")
        StoreUnavailable("the store can't be reached: database is locked; nothing was written")
    """
    if is_conflict(error):
        message = f"somebody else was faster ({_words(error)}): load what was decided on again and decide anew"
        return VersionConflict(message, key=key, operation_id=None)
    migrate = f"; run migrate loyaltykit --database={using}, which makes the tables"
    hint = migrate if _lacks_tables(error) else ""
    return StoreUnavailable(f"the store can't be reached: {_words(error)}; nothing was written{hint}")


def _lacks_tables(error: Exception) -> bool:
    return getattr(error.__cause__, "sqlstate", None) == NO_TABLE or "no such table" in str(error)


def _words(error: Exception) -> str:
    """Give what the database said, without the lines that point into the statement."""
    return str(error).strip().partition("\n")[0] or type(error).__name__
