"""
Repositories in memory: one dict of each thing, under one lock. For tests, trials, and as the plain model of a store.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from functools import partial
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from loyaltykit.errors import OperationMismatch, VersionConflict
from loyaltykit.ledger.cursor import behind_due, behind_entry, micros
from loyaltykit.ledger.repository import Committed, Due, Receipt, Versioned

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from datetime import datetime

    from loyaltykit.ledger.entry import Entry
    from loyaltykit.ledger.repository import Change

T = TypeVar("T")

_ABSENT = Versioned(0, None)


class MemoryRepository:
    """
    A `Repository` and `Reader` in this process's memory; what it holds is gone with it.

    Examples:
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> from loyaltykit.ledger.repository import Change
        >>> repository = MemoryRepository()
        >>> change = Change(operation_id="place o1", digest="d", guards={"order/o1": 0}, puts={"order/o1": "{}"})
        >>> repository.commit(change).replayed, repository.commit(change).replayed
        (False, True)
        >>> repository.load(["order/o1"])["order/o1"]
        Versioned(version=1, body='{}')
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._documents: dict[str, Versioned] = {}
        self._receipts: dict[str, Receipt] = {}
        self._entries: list[Entry] = []
        self._due: dict[str, datetime] = {}

    def load(self, keys: Sequence[str], /) -> dict[str, Versioned]:
        """Give what is stored under each of *keys*."""
        with self._lock:
            return {key: self._documents.get(key, _ABSENT) for key in keys}

    def commit(self, change: Change, /) -> Committed:
        """Write *change*, or give the result that its operation left before."""
        with self._lock:
            known = self._receipts.get(change.operation_id)
            if known is not None:
                return self._replay(change, known)
            self._check(change)
            self._write(change)
            return Committed(change.result, replayed=False)

    def _replay(self, change: Change, known: Receipt) -> Committed:
        if known.digest != change.digest:
            raise OperationMismatch.of(change.operation_id, known.result)
        return Committed(known.result, replayed=True)

    def _check(self, change: Change) -> None:
        for key, version in change.guards.items():
            if self._documents.get(key, _ABSENT).version != version:
                raise VersionConflict.of(key, version)

    def _write(self, change: Change) -> None:
        for key in change.guards:
            self._advance(change, key)
        for key, moment in change.due.items():
            self._set_due(key, moment)
        for entry in change.entries:
            insort(self._entries, entry, key=_order)
        self._receipts[change.operation_id] = Receipt(change.operation_id, change.digest, change.result)

    def _advance(self, change: Change, key: str) -> None:
        version, body = change.guards[key], self._documents.get(key, _ABSENT).body
        self._documents[key] = Versioned(version + 1, change.puts.get(key, body))

    def _set_due(self, key: str, moment: datetime | None) -> None:
        if moment is None:
            self._due.pop(key, None)
        else:
            self._due[key] = moment

    def receipt(self, operation_id: str, /) -> Receipt | None:
        """Give what the operation left, None if it never was committed."""
        with self._lock:
            return self._receipts.get(operation_id)

    def keys(self, prefix: str, /, *, after: str | None, limit: int) -> list[str]:
        """Give at most *limit* keys that begin with *prefix*, in their order, those behind the key *after*."""
        with self._lock:
            found = [key for key in self._documents if key.startswith(prefix) and (after is None or key > after)]
        return sorted(found)[:limit]

    def entries(
        self, *, account: str | None, start: datetime | None, end: datetime | None, after: str | None, limit: int
    ) -> list[Entry]:
        """
        Give at most *limit* entries of *account* (or all) from *start* up to *end*, by moment, operation and line.
        """
        behind = None if after is None else behind_entry(after)
        with self._lock:
            first = 0 if behind is None else bisect_right(self._entries, behind, key=_order)
            found = (
                entry
                for entry in islice(self._entries, first, None)
                if (account is None or entry.account == account)
                and (start is None or start <= entry.at)
                and (end is None or entry.at < end)
            )
            return list(islice(found, limit))

    def due(self, before: datetime, /, *, after: str | None, limit: int) -> list[Due]:
        """Give at most *limit* documents due at *before* or earlier, by moment and key, those behind *after*."""
        behind = None if after is None else behind_due(after)
        with self._lock:
            waiting = sorted((micros(moment), key, moment) for key, moment in self._due.items() if moment <= before)
        return [Due(key, moment) for at, key, moment in waiting if behind is None or (at, key) > behind][:limit]


def _order(entry: Entry) -> tuple[int, str, int]:
    return micros(entry.at), entry.operation, entry.line


class AsyncMemoryRepository:
    """
    An `AsyncRepository` and `AsyncReader` in memory; over *store*, it shares what that `MemoryRepository` holds.

    Every call gives the event loop a turn before and after its work, so that tasks come between each other as they
    would over a network.

    Examples:
        >>> import asyncio
        >>> from loyaltykit.adapters.memory import AsyncMemoryRepository, MemoryRepository
        >>> from loyaltykit.ledger.repository import Change
        >>> store = MemoryRepository()
        >>> change = Change(operation_id="place o1", digest="d", guards={"order/o1": 0}, puts={"order/o1": "{}"})
        >>> asyncio.run(AsyncMemoryRepository(store).commit(change)).replayed
        False
        >>> store.load(["order/o1"])["order/o1"]
        Versioned(version=1, body='{}')
    """

    def __init__(self, store: MemoryRepository | None = None) -> None:
        self._store = MemoryRepository() if store is None else store

    async def load(self, keys: Sequence[str], /) -> dict[str, Versioned]:
        """Give what is stored under each of *keys*."""
        return await _in_turn(partial(self._store.load, keys))

    async def commit(self, change: Change, /) -> Committed:
        """Write *change*, or give the result that its operation left before."""
        return await _in_turn(partial(self._store.commit, change))

    async def receipt(self, operation_id: str, /) -> Receipt | None:
        """Give what the operation left, None if it never was committed."""
        return await _in_turn(partial(self._store.receipt, operation_id))

    async def keys(self, prefix: str, /, *, after: str | None, limit: int) -> list[str]:
        """Give at most *limit* keys that begin with *prefix*, in their order, those behind the key *after*."""
        return await _in_turn(partial(self._store.keys, prefix, after=after, limit=limit))

    async def entries(
        self, *, account: str | None, start: datetime | None, end: datetime | None, after: str | None, limit: int
    ) -> list[Entry]:
        """
        Give at most *limit* entries of *account* (or all) from *start* up to *end*, by moment, operation and line.
        """
        read = partial(self._store.entries, account=account, start=start, end=end, after=after, limit=limit)
        return await _in_turn(read)

    async def due(self, before: datetime, /, *, after: str | None, limit: int) -> list[Due]:
        """Give at most *limit* documents due at *before* or earlier, by moment and key, those behind *after*."""
        return await _in_turn(partial(self._store.due, before, after=after, limit=limit))


async def _in_turn(call: Callable[[], T]) -> T:
    """Give what *call* gives, with a turn of the loop before and after, errors included."""
    await _Turn()
    try:
        return call()
    finally:
        await _Turn()


class _Turn:
    """Awaited, it lets every other task go first: ``asyncio.sleep(0)``, without the 40 ms that importing it takes."""

    def __await__(self) -> Generator[None, None, None]:
        yield
