"""What the database's refusals mean: a conflict, a store that can't be reached, or an outcome that isn't known."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.exc import SQLAlchemyError

from loyaltykit.errors import CommitUnknown, InvalidValue, LoyaltyError, StoreUnavailable, VersionConflict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.ledger.repository import Change

_UNDONE: Final = frozenset({"40001", "40P01", "SQLITE_BUSY_SNAPSHOT"})
"""A serialisation failure, a deadlock; on SQLite, a transaction that had read before another one wrote."""

_NO_TRANSACTION: Final = "25P01"

_AUTOCOMMIT = (
    "the connection given is in AUTOCOMMIT, so there's no transaction to join: give one without, or the engine itself; "
    "nothing was written"
)
_MAKE_TABLES = "; make its tables by create_all or by Alembic, under the prefix that the repository has"


@contextmanager
def told(change: Change | None = None, *, committing: bool = False) -> Iterator[None]:
    """
    Tell in our words what goes wrong inside with *change*, or with reading.

    Nothing is written there, unless it's *committing*: then only what the database is known to have undone isn't.
    """
    try:
        yield
    except LoyaltyError:
        raise
    except Exception as error:
        if not _is_trouble(error):
            raise
        if change is not None and _code(error) in _UNDONE:
            raise _overtaken(change) from error
        if change is not None and committing:
            raise _unknown(change, error) from error
        raise unavailable(error) from error


def _is_trouble(error: Exception) -> bool:
    """Say whether *error* is the database's, or its driver's: asyncpg lets the system's through, and by 2.0 its own."""
    return isinstance(error, (SQLAlchemyError, OSError)) or type(error).__module__.startswith("asyncpg.")


def _code(error: BaseException) -> str | None:
    """Give PostgreSQL's code of *error*, or SQLite's name for it."""
    driver: Any = getattr(error, "orig", None) or error
    return getattr(driver, "sqlstate", None) or getattr(driver, "sqlite_errorname", None)


def _overtaken(change: Change) -> VersionConflict:
    """Give the conflict of *change* with a transaction that the database doesn't name."""
    key = next(iter(change.guards), change.operation_id)
    message = f"another transaction was faster than {change.operation_id}: load {key} again and decide anew"
    return VersionConflict(message, key=key, operation_id=None)


def unavailable(error: BaseException) -> StoreUnavailable | InvalidValue:
    """Give our words for *error*, by which nothing was written."""
    if _code(error) == _NO_TRANSACTION:
        return InvalidValue(_AUTOCOMMIT, value="AUTOCOMMIT")
    words = _words(error)
    hint = _MAKE_TABLES if _code(error) == "42P01" or "no such table" in words else ""
    return StoreUnavailable(f"the store can't be reached: {words}; nothing was written{hint}")


def _unknown(change: Change, error: BaseException) -> CommitUnknown:
    message = f"whether {change.operation_id} was written isn't known ({_words(error)}): commit the same change again"
    return CommitUnknown(message, operation_id=change.operation_id)


def _words(error: BaseException) -> str:
    """Give what the driver says, without the statement and its values, which SQLAlchemy adds."""
    return str(getattr(error, "orig", None) or error).partition("\n")[0] or repr(error)
