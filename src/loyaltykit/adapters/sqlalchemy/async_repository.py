"""The same repository for those who await: what it does over a connection is one text with the one that waits."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_scoped_session

from loyaltykit.adapters.sqlalchemy import reading, work
from loyaltykit.adapters.sqlalchemy.tables import TABLES
from loyaltykit.adapters.sqlalchemy.trouble import told
from loyaltykit.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from datetime import datetime

    from loyaltykit.adapters.sqlalchemy.tables import Tables
    from loyaltykit.ledger.entry import Entry
    from loyaltykit.ledger.repository import Change, Committed, Due, Receipt, Versioned

T = TypeVar("T")


class AsyncSqlAlchemyRepository:
    """
    An `AsyncRepository` and `AsyncReader` over *bind*, in *tables*, which are there already: on PostgreSQL (psycopg,
    asyncpg) or SQLite (aiosqlite).

    Over an `AsyncEngine` each commit is a transaction of its own. Over the host's `AsyncSession` or `AsyncConnection`
    it joins the host's transaction, as `SqlAlchemyRepository` does. A commit that is cancelled is one of unknown
    outcome: on PostgreSQL its connection isn't used again, on SQLite it goes on to its end, unawaited. Raises
    `InvalidValue` for another bind, database or driver (B5).

    Examples:
        >>> import asyncio
        >>> from sqlalchemy.ext.asyncio import create_async_engine
        >>> from loyaltykit.adapters.sqlalchemy import AsyncSqlAlchemyRepository, tables
        >>> from loyaltykit.ledger.repository import Change
        >>> async def twice(change):
        ...     engine = create_async_engine("sqlite+aiosqlite://")
        ...     async with engine.begin() as connection:
        ...         await connection.run_sync(tables().create_all)
        ...     repository = AsyncSqlAlchemyRepository(engine)
        ...     replayed = [(await repository.commit(change)).replayed for _ in range(2)]
        ...     await engine.dispose()
        ...     return replayed
        >>> asyncio.run(twice(Change(operation_id="place o1", digest="d", guards={"order/o1": 0})))
        [False, True]
    """

    def __init__(
        self,
        bind: AsyncEngine | AsyncConnection | AsyncSession | async_scoped_session[Any],
        *,
        tables: Tables = TABLES,
    ) -> None:
        self._tables = tables
        self._host: AsyncConnection | AsyncSession | async_scoped_session[Any] | None = None
        if isinstance(bind, AsyncEngine):
            work.proved(bind.dialect)
            self._engine = bind
        elif isinstance(bind, (AsyncConnection, AsyncSession, async_scoped_session)):
            self._host = bind
        else:
            message = (
                f"an async repository is made over an AsyncEngine, AsyncConnection or AsyncSession, not over {bind!r}"
            )
            raise InvalidValue(message, value=bind)

    async def _joined(self) -> AsyncConnection | None:
        """Give the connection of the host's transaction, None where there are transactions of our own."""
        host = self._host
        if isinstance(host, (AsyncSession, async_scoped_session)):
            host = await host.connection(bind_arguments={"clause": self._tables.document.update()})
        return host

    async def _read(self, ask: Callable[..., T], *question: object) -> T:
        with told():
            if (host := await self._joined()) is not None:
                return await host.run_sync(work.joined, self._tables, ask, *question)
            return await _to_its_end(self._engine, self._asked(ask, *question))

    async def _asked(self, ask: Callable[..., T], *question: object) -> T:
        async with self._engine.connect() as connection:
            return await connection.run_sync(work.read, self._tables, ask, *question)

    async def load(self, keys: Sequence[str], /) -> dict[str, Versioned]:
        """Give what is stored under each of *keys*."""
        return await self._read(reading.load, keys)

    async def commit(self, change: Change, /) -> Committed:
        """Write *change*, or give the result that its operation left before."""
        with told():
            if (host := await self._joined()) is not None:
                return await host.run_sync(work.join, self._tables, change)
        return await _to_its_end(self._engine, self._committed(change))

    async def _committed(self, change: Change) -> Committed:
        async with AsyncExitStack() as stack:
            with told():
                connection = await stack.enter_async_context(self._engine.connect())
            return await connection.run_sync(work.commit, self._tables, change)

    async def receipt(self, operation_id: str, /) -> Receipt | None:
        """Give what the operation left, None if it never was committed."""
        return await self._read(reading.receipt, operation_id)

    async def keys(self, prefix: str, /, *, after: str | None, limit: int) -> list[str]:
        """Give at most *limit* keys that begin with *prefix*, in their order, those behind the key *after*."""
        return await self._read(reading.keys, prefix, after, limit)

    async def entries(
        self, *, account: str | None, start: datetime | None, end: datetime | None, after: str | None, limit: int
    ) -> list[Entry]:
        """
        Give at most *limit* entries of *account* (or all) from *start* up to *end*, by moment, operation and line.
        """
        ask = partial(reading.entries, account=account, start=start, end=end, after=after, limit=limit)
        return await self._read(ask)

    async def due(self, before: datetime, /, *, after: str | None, limit: int) -> list[Due]:
        """Give at most *limit* documents due at *before* or earlier, by moment and key, those behind *after*."""
        return await self._read(reading.due, before, after, limit)


_RUNNING: Final[set[asyncio.Task[Any]]] = set()
"""What still runs though nobody may await it any more: the loop itself would forget it."""


async def _to_its_end(engine: AsyncEngine, call: Coroutine[Any, Any, T]) -> T:
    """
    Await *call*; on SQLite it goes on to its end even if this is cancelled.

    A thread does SQLite's work, and can't be stopped. Its connection, left in the middle, would keep the file locked
    until Python has found its cursors to be garbage.
    """
    if engine.dialect.name != "sqlite":
        return await call
    task = asyncio.ensure_future(call)
    _RUNNING.add(task)
    task.add_done_callback(_RUNNING.discard)
    return await asyncio.shield(task)
