"""Async stores that only tasks break: they await between two steps that belong together."""

from __future__ import annotations

import asyncio
from bisect import insort
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import evolve

from loyaltykit.adapters.memory import AsyncMemoryRepository
from loyaltykit.errors import StoreUnavailable
from loyaltykit.ledger.cursor import micros
from loyaltykit.ledger.repository import Committed
from loyaltykit.testing.broken.table import breaks
from loyaltykit.testing.broken.window import WindowOfTasks
from loyaltykit.testing.contract.factories import InProcess

if TYPE_CHECKING:
    from loyaltykit.adapters.memory import MemoryRepository
    from loyaltykit.ledger.entry import Entry
    from loyaltykit.ledger.repository import Change

S = TypeVar("S")


def on_a_loop(cls: type[S]) -> InProcess[S]:
    """Give a factory of stores of that async class."""
    return InProcess(cls, capabilities=frozenset({"tasks"}))


class Opened(AsyncMemoryRepository):
    """An async store in memory that reaches into the one beneath it, and awaits there."""

    def __init__(self) -> None:
        super().__init__()
        self._window = WindowOfTasks()

    @property
    def inner(self) -> MemoryRepository:
        return self._store

    def known(self, change: Change) -> Committed | None:
        """Give what the operation of *change* left, if it left anything."""
        receipt = self.inner._receipts.get(change.operation_id)
        return self.inner._replay(change, receipt) if receipt else None

    def add(self, entry: Entry) -> None:
        """Write one *entry*."""
        insort(self.inner._entries, entry, key=lambda each: (micros(each.at), each.operation, each.line))


@breaks(
    "P18",
    level=2,
    also="P19 P20 P21 P22 P23",
    on=on_a_loop,
    awaited=True,
    like="saleor/saleor#15849: between the look and the deed others come",
)
class AwaitsBeforeWriting(Opened):
    """It awaits between looking at receipt and versions, and writing."""

    async def commit(self, change: Change, /) -> Committed:
        known = self.known(change)
        if known is not None:
            return known
        self.inner._check(change)
        await self._window.stand_open()
        self.inner._write(change)
        return Committed(change.result, replayed=False)


@breaks(
    "P18", level=2, on=on_a_loop, awaited=True, like="vendurehq/vendure#4660: looked up before the lock was awaited"
)
class ReceiptBeforeLock(Opened):
    """A receipt is looked for before the lock is awaited, so who comes second is in conflict, not answered."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = asyncio.Lock()

    async def commit(self, change: Change, /) -> Committed:
        known = self.known(change)
        await self._window.stand_open()
        async with self._lock:
            if known is not None:
                return known
            self.inner._check(change)
            self.inner._write(change)
        return Committed(change.result, replayed=False)


@breaks(
    "P15",
    on=on_a_loop,
    awaited=True,
    like="opensourcepos/opensourcepos#4640: the one side stands, the other is awaited",
)
class EntriesAwaited(Opened):
    """Entries are written one by one, each awaited, and reading doesn't wait for the last."""

    async def commit(self, change: Change, /) -> Committed:
        committed = await super().commit(evolve(change, entries=()))
        for entry in () if committed.replayed else change.entries:
            self.add(entry)
            await self._window.wait_for_two()
        return committed

    async def entries(self, **wanted: Any) -> list[Entry]:
        found = await super().entries(**wanted)
        self._window.pass_by()
        return found


@breaks(
    "P07",
    also="P01 P08 P09 P10 P11 P14 P16 P17 P18",
    on=on_a_loop,
    awaited=True,
    like="what asyncio.create_task does by its manual, where nobody keeps the task: it may never get to run",
)
class ReceiptLost(Opened):
    """The receipt is written by a task of its own, which nobody awaits and which never gets to it."""

    async def commit(self, change: Change, /) -> Committed:
        committed = await super().commit(change)
        self.inner._receipts.pop(change.operation_id)
        return committed


async def a_moment() -> None:
    """Let other tasks come between, as waiting for a database does."""
    await asyncio.sleep(0.005)


@breaks(
    "P25",
    level=2,
    on=on_a_loop,
    awaited=True,
    like="a trial of ours: a receipt in a transaction of its own passes every race, and doubles what is broken off",
)
class ReceiptAwaited(Opened):
    """The receipt is written in a transaction of its own: it passes every race, and cancelled between them, none."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = asyncio.Lock()

    async def commit(self, change: Change, /) -> Committed:
        async with self._lock:
            known = self.known(change)
            if known is not None:
                return known
            self.inner._check(change)
            self.inner._write(change)
            receipt = self.inner._receipts.pop(change.operation_id)
            await a_moment()
            self.inner._receipts[change.operation_id] = receipt
        return Committed(change.result, replayed=False)


@breaks(
    "P25",
    level=2,
    on=on_a_loop,
    awaited=True,
    like="oxidecomputer/async-bb8-diesel#47: cancelled, and what becomes of the transaction is anybody's guess",
)
class CancelledIsUnavailable(AsyncMemoryRepository):
    """Whatever ends a commit early is said to have prevented it, though it was written."""

    async def commit(self, change: Change, /) -> Committed:
        try:
            return await super().commit(change)
        except asyncio.CancelledError:
            message = "cancelled; nothing was written"
            raise StoreUnavailable(message) from None


@breaks(
    "P25",
    level=2,
    on=on_a_loop,
    awaited=True,
    like="wasp-lang/open-saas#688: what seemed to have failed is done once more, and was done already",
)
class CancelledBooksAgain(Opened):
    """What was cancelled is tried once more, from the entries on."""

    async def commit(self, change: Change, /) -> Committed:
        try:
            return await super().commit(change)
        except asyncio.CancelledError:
            for entry in change.entries:
                self.add(entry)
            raise


@breaks(
    "P24",
    level=2,
    on=on_a_loop,
    awaited=True,
    like="datahub-project/datahub#18401: keys sorted for years, then passed through a set; deadlocks",
)
class TaskLocksAsGiven(Opened):
    """Each key has a lock, awaited in the order of the guards, and a deadlock is the caller's."""

    def __init__(self) -> None:
        super().__init__()
        self._locks: dict[str, asyncio.Lock] = {}

    async def commit(self, change: Change, /) -> Committed:
        held: list[asyncio.Lock] = []
        try:
            for key in change.guards:
                lock = self._locks.setdefault(key, asyncio.Lock())
                await asyncio.wait_for(lock.acquire(), timeout=0.5)
                held.append(lock)
                if len(held) == 1:
                    await self._window.stand_open()
            return await super().commit(change)
        finally:
            for lock in held:
                lock.release()
