"""A repository over SQLAlchemy: with transactions of its own over an engine, else in that of the host."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session, scoped_session

from loyaltykit.adapters.sqlalchemy import reading, work
from loyaltykit.adapters.sqlalchemy.tables import TABLES
from loyaltykit.adapters.sqlalchemy.trouble import told
from loyaltykit.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from typing import Any

    from loyaltykit.adapters.sqlalchemy.tables import Tables
    from loyaltykit.ledger.entry import Entry
    from loyaltykit.ledger.repository import Change, Committed, Due, Receipt, Versioned

T = TypeVar("T")


class SqlAlchemyRepository:
    """
    A `Repository` and `Reader` over *bind*, in *tables*, which are there already: on PostgreSQL (psycopg) or SQLite.

    Over an `Engine` each commit is a transaction of its own. Over the host's `Session` or `Connection` it joins the
    host's transaction: nothing is committed and nothing retried; a change that is refused leaves nothing in it, and the
    host commits or rolls back. Raises `InvalidValue` for another bind, database or driver (B5).

    Examples:
        >>> from sqlalchemy import create_engine
        >>> from loyaltykit.adapters.sqlalchemy import SqlAlchemyRepository, tables
        >>> from loyaltykit.ledger.repository import Change
        >>> engine = create_engine("sqlite://")
        >>> tables().create_all(engine)
        >>> repository = SqlAlchemyRepository(engine)
        >>> change = Change(operation_id="place o1", digest="d", guards={"order/o1": 0}, puts={"order/o1": "{}"})
        >>> repository.commit(change).replayed, repository.commit(change).replayed
        (False, True)
        >>> repository.load(["order/o1"])["order/o1"]
        Versioned(version=1, body='{}')
        >>> engine.dispose()
    """

    def __init__(self, bind: Engine | Connection | Session | scoped_session[Any], *, tables: Tables = TABLES) -> None:
        self._tables = tables
        self._host: Connection | Session | scoped_session[Any] | None = None
        if isinstance(bind, Engine):
            work.proved(bind.dialect)
            if bind.dialect.is_async:
                message = (
                    f"{bind.dialect.driver} is for those who await: AsyncSqlAlchemyRepository(create_async_engine(…))"
                )
                raise InvalidValue(message, value=bind)
            self._engine = bind
        elif isinstance(bind, (Connection, Session, scoped_session)):
            self._host = bind
        else:
            message = f"a repository is made over an Engine, a Connection or a Session, not over {bind!r}"
            raise InvalidValue(message, value=bind)

    def _joined(self) -> Connection | None:
        """Give the connection of the host's transaction, None where there are transactions of our own."""
        host = self._host
        if isinstance(host, (Session, scoped_session)):
            host = host.connection(bind_arguments={"clause": self._tables.document.update()})
        return host

    def _read(self, ask: Callable[..., T], *question: object) -> T:
        with told():
            if (host := self._joined()) is not None:
                return work.joined(host, self._tables, ask, *question)
            with self._engine.connect() as connection:
                return work.read(connection, self._tables, ask, *question)

    def load(self, keys: Sequence[str], /) -> dict[str, Versioned]:
        """Give what is stored under each of *keys*."""
        return self._read(reading.load, keys)

    def commit(self, change: Change, /) -> Committed:
        """Write *change*, or give the result that its operation left before."""
        with told():
            host = self._joined()
        if host is not None:
            return work.join(host, self._tables, change)
        with ExitStack() as stack:
            with told():
                connection = stack.enter_context(self._engine.connect())
            return work.commit(connection, self._tables, change)

    def receipt(self, operation_id: str, /) -> Receipt | None:
        """Give what the operation left, None if it never was committed."""
        return self._read(reading.receipt, operation_id)

    def keys(self, prefix: str, /, *, after: str | None, limit: int) -> list[str]:
        """Give at most *limit* keys that begin with *prefix*, in their order, those behind the key *after*."""
        return self._read(reading.keys, prefix, after, limit)

    def entries(
        self, *, account: str | None, start: datetime | None, end: datetime | None, after: str | None, limit: int
    ) -> list[Entry]:
        """
        Give at most *limit* entries of *account* (or all) from *start* up to *end*, by moment, operation and line.
        """
        return self._read(partial(reading.entries, account=account, start=start, end=end, after=after, limit=limit))

    def due(self, before: datetime, /, *, after: str | None, limit: int) -> list[Due]:
        """Give at most *limit* documents due at *before* or earlier, by moment and key, those behind *after*."""
        return self._read(reading.due, before, after, limit)
