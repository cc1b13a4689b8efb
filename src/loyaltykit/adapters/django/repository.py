"""
A repository over one of the databases of Django's settings.

A commit is a durable transaction of its own; or it's a part of the host's, where that was asked for. Receipt first,
then the guarded documents at their versions, which holds under any isolation level.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from django.db import Error, connections, router, transaction

from loyaltykit.adapters.django.trouble import is_busy, is_conflict, told
from loyaltykit.adapters.django.writing import WRITING
from loyaltykit.errors import CommitUnknown, OperationMismatch, RepositoryError, VersionConflict
from loyaltykit.ledger.cursor import behind_due, behind_entry, from_micros, key_range, micros
from loyaltykit.ledger.entry import Entry
from loyaltykit.ledger.repository import Committed, Due, Receipt, Versioned

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from loyaltykit.ledger.repository import Change

_PAGE: Final = 500
"""Keys of one question, below the number of parameters that any database takes."""

_ABSENT: Final = Versioned(0, None)

_RECEIPT: Final = (
    "INSERT INTO loyaltykit_receipt (operation, digest, result) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
)
_KNOWN: Final = "SELECT operation, digest, result FROM loyaltykit_receipt WHERE operation = %s"


class DjangoRepository:
    """
    A `Repository` and `Reader` over the database *using*, by its alias in ``DATABASES``; without one, over that which
    the host's routers give for writing.

    Each commit is a transaction of its own. With *joins* it's a part of the ``atomic`` block that the host is in: it's
    written when that is committed, and a conflict leaves nothing, also where the host swallows it. Threads may share
    a repository, each has its own connection. Raises `RepositoryError` where a transaction is open that it wasn't told
    to join, where there's none to join, and for a database that is neither PostgreSQL nor SQLite.

    Examples:
        >>> from loyaltykit.testing.contract.django_factories import django_sqlite
        >>> from loyaltykit.ledger.repository import Change
        >>> factory = django_sqlite()
        >>> repository = factory.create()  # yours: DjangoRepository()
        >>> change = Change(operation_id="place o1", digest="d", guards={"order/o1": 0}, puts={"order/o1": "{}"})
        >>> repository.commit(change).replayed, repository.commit(change).replayed
        (False, True)
        >>> repository.load(["order/o1"])["order/o1"]
        Versioned(version=1, body='{}')
        >>> factory.destroy()
    """

    def __init__(self, using: str | None = None, *, joins: bool = False) -> None:
        self._using = using
        self._joins = joins

    @property
    def using(self) -> str:
        """The alias of its database; all is read where it's written, since copies lag behind (C8)."""
        if self._using is not None:
            return self._using
        from loyaltykit.adapters.django.models import Document  # noqa: PLC0415 - once all apps are there

        alias: str = router.db_for_write(Document)
        return alias

    def close(self) -> None:
        """Close this thread's connection; the next call opens another."""
        connections[self.using].close()

    def load(self, keys: Sequence[str], /) -> dict[str, Versioned]:
        """Give what is stored under each of *keys*."""
        found = dict.fromkeys(keys, _ABSENT)
        wanted = list(found)
        for start in range(0, len(wanted), _PAGE):
            page = wanted[start : start + _PAGE]
            question = f"SELECT key, version, body FROM loyaltykit_document WHERE key IN ({_marks(page)})"  # noqa: S608 - nothing but marks
            for key, version, body in self._rows(question, page):
                found[key] = Versioned(version, body)
        return found

    def commit(self, change: Change, /) -> Committed:
        """Write *change*, or give the result that its operation left before."""
        connection = self._connection()
        return self._joined(connection, change) if self._joins else self._alone(connection, change)

    def _joined(self, connection: Any, change: Change) -> Committed:
        """Write *change* behind a savepoint of the host's transaction."""
        try:
            if not connection.in_atomic_block:
                raise _no_transaction(connection.alias)
            with _atomic(connection.alias):
                return _write(connection, change)
        except Error as error:
            raise told(error, connection.alias, _first_key(change)) from error

    def _alone(self, connection: Any, change: Change) -> Committed:
        """Write *change* in a transaction of its own."""
        written = False
        try:
            with _mending(connection), _durable(connection):
                committed = _write(connection, change)
                written = not committed.replayed
        except Error as error:
            if is_conflict(error) and (known := self.receipt(change.operation_id)):
                return _replayed(change, known)  # whoever was faster did the same (C5)
            if written and not (is_conflict(error) or is_busy(error)):
                raise _unknown(change, error) from error
            raise told(error, connection.alias, _first_key(change)) from error
        return committed

    def receipt(self, operation_id: str, /) -> Receipt | None:
        """Give what the operation left, None if it never was committed."""
        rows = self._rows(_KNOWN, (operation_id,))
        return Receipt(*rows[0]) if rows else None

    def keys(self, prefix: str, /, *, after: str | None, limit: int) -> list[str]:
        """Give at most *limit* keys that begin with *prefix*, in their order, those behind the key *after*."""
        begin, end = key_range(prefix, after)
        wanted: list[_Condition] = [("key >= %s", (begin,))]
        if end is not None:
            wanted.append(("key < %s", (end,)))
        return [key for (key,) in self._list("SELECT key FROM loyaltykit_document", wanted, "key", limit)]

    def entries(
        self, *, account: str | None, start: datetime | None, end: datetime | None, after: str | None, limit: int
    ) -> list[Entry]:
        """
        Give at most *limit* entries of *account* (or all) from *start* up to *end*, by moment, operation and line.
        """
        wanted: list[_Condition] = []
        if account is not None:
            wanted.append(("account = %s", (account,)))
        if start is not None:
            wanted.append(("at >= %s", (micros(start),)))
        if end is not None:
            wanted.append(("at < %s", (micros(end),)))
        if after is not None:
            behind = behind_entry(after)
            wanted.append(("at >= %s AND (at, operation, line) > (%s, %s, %s)", (behind[0], *behind)))
        question = "SELECT at, operation, line, account, unit, amount, detail FROM loyaltykit_entry"
        return [_entry(*row) for row in self._list(question, wanted, "at, operation, line", limit)]

    def due(self, before: datetime, /, *, after: str | None, limit: int) -> list[Due]:
        """Give at most *limit* documents due at *before* or earlier, by moment and key, those behind *after*."""
        wanted: list[_Condition] = [("moment <= %s", (micros(before),))]
        if after is not None:
            wanted.append(("(moment, key) > (%s, %s)", behind_due(after)))
        rows = self._list("SELECT key, moment FROM loyaltykit_due", wanted, "moment, key", limit)
        return [Due(key, from_micros(moment)) for key, moment in rows]

    def _list(self, question: str, wanted: Sequence[_Condition], order: str, limit: int) -> list[Any]:
        """Ask *question* for the first *limit* rows in *order* that are as *wanted*."""
        where = " AND ".join(condition for condition, _ in wanted) or "TRUE"
        values = [value for _, given in wanted for value in given]
        return self._rows(f"{question} WHERE {where} ORDER BY {order} LIMIT %s", [*values, limit])

    def _rows(self, question: str, values: Sequence[object]) -> list[Any]:
        """Ask *question*, and give all rows of the answer."""
        connection = self._connection()
        try:
            with _mending(connection), connection.cursor() as cursor:
                cursor.execute(question, values)
                rows: list[Any] = cursor.fetchall()
        except Error as error:
            raise told(error, connection.alias) from error
        return rows

    def _connection(self) -> Any:
        """Give this thread's connection."""
        connection = connections[self.using]
        if connection.vendor not in WRITING:
            message = (
                f"{connection.alias!r} is a database of {connection.vendor}, and this adapter is for PostgreSQL and "
                "SQLite: name another one with using=…, or write an adapter of your own"
            )
            raise RepositoryError(message)
        return connection


_Condition: TypeAlias = "tuple[str, tuple[object, ...]]"
"""A part of WHERE with its values."""


def _atomic(alias: str, *, durable: bool = False) -> AbstractContextManager[None]:
    block: Any = transaction.atomic(using=alias, durable=durable)
    return cast("AbstractContextManager[None]", block)


@contextmanager
def _mending(connection: Any) -> Iterator[None]:
    """
    Close *connection* where the block breaks it, so that the next call connects anew.

    One that is amid a transaction of the host's is left alone: Django would end that without an error, and its rows
    would be lost.
    """
    alone = True
    try:
        alone = connection.get_autocommit()
        yield
    except Error:
        if alone:
            connection.close_if_unusable_or_obsolete()
        raise


@contextmanager
def _durable(connection: Any) -> Iterator[None]:
    """Begin a transaction on *connection* that is committed when the block ends; refuse to be within another one."""
    if not (connection.in_atomic_block or connection.get_autocommit()):
        raise _within_another(connection.alias, "autocommit is off")
    with ExitStack() as stack:
        try:
            stack.enter_context(_atomic(connection.alias, durable=True))
        except RuntimeError as error:
            raise _within_another(connection.alias, "an atomic block is open") from error
        yield


def _within_another(alias: str, why: str) -> RepositoryError:
    message = (
        f"{why} on {alias!r}, and what's committed must be on the disk: call it outside, such as in a view that "
        "is non_atomic_requests, or have it written with the host's own rows by "
        f"loyalty.on(DjangoRepository({alias!r}, joins=True)); nothing was written"
    )
    return RepositoryError(message)


def _no_transaction(alias: str) -> RepositoryError:
    message = (
        f"there's no transaction to join on {alias!r}: open atomic(using={alias!r}) around the calls, or leave "
        "joins=True out; nothing was written"
    )
    return RepositoryError(message)


def _unknown(change: Change, error: Error) -> CommitUnknown:
    message = f"whether {change.operation_id} was written isn't known ({error}): commit the same change again"
    return CommitUnknown(message, operation_id=change.operation_id)


def _write(connection: Any, change: Change) -> Committed:
    """Write *change*, receipt first; give the result of its receipt instead, if there's one already."""
    writing = WRITING[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(_RECEIPT, (change.operation_id, change.digest, change.result))
        if not cursor.rowcount:
            cursor.execute(_KNOWN, (change.operation_id,))
            return _replayed(change, Receipt(*cursor.fetchone()))
        advanced = writing.advance(cursor, change)
        for key, version in change.guards.items():
            if key not in advanced:
                raise VersionConflict.of(key, version)
        if change.entries:
            writing.book(cursor, change.entries)
        if moments := {key: moment for key, moment in change.due.items() if moment is not None}:
            writing.set_due(cursor, moments)
        if done := [key for key, moment in change.due.items() if moment is None]:
            writing.clear_due(cursor, done)
    return Committed(change.result, replayed=False)


def _replayed(change: Change, known: Receipt) -> Committed:
    if known.digest != change.digest:
        raise OperationMismatch.of(change.operation_id, known.result)
    return Committed(known.result, replayed=True)


def _first_key(change: Change) -> str:
    """Give what a conflict that the database tells of is named by: it doesn't say which row it was."""
    return next(iter(change.guards), change.operation_id)


def _marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))


def _entry(at: int, operation: str, line: int, account: str, unit: str, amount: int, detail: str) -> Entry:
    return Entry(
        at=from_micros(at), operation=operation, line=line, account=account, unit=unit, amount=amount, detail=detail
    )
