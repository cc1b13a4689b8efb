"""
Async repositories that are broken: those that are broken anyhow, behind async calls, and those that only tasks break.

What breaks among tasks is what awaits between two steps that belong together; threads aren't needed for it.
"""

from __future__ import annotations

import asyncio
from bisect import insort
from contextlib import asynccontextmanager

from attrs import evolve

from loyaltykit.adapters.memory import AsyncMemoryRepository
from loyaltykit.errors import StoreUnavailable
from loyaltykit.ledger.repository import Committed
from loyaltykit.testing.contract.factories import InProcess
from loyaltykit.testing.contract.factory import CAPABILITIES
from loyaltykit.testing.contract.tasks import OnLoop
from tests.testing.contract.broken import BROKEN
from tests.testing.contract.broken import breaks as noted
from tests.testing.contract.broken_among_several import breaks as noted_there

BROKEN_ASYNC = {}
"""Every broken async repository by its name: the property that it fails, and its factory, which is on a loop."""


class Turned(AsyncMemoryRepository):
    """Any store behind async calls, with one to close it."""

    async def close(self):
        getattr(self._store, "close", lambda: None)()


class TurnedFactory:
    """The stores of a plain *factory* behind async calls; its own are async, too."""

    def __init__(self, factory):
        self.factory = factory
        claimed = getattr(factory, "capabilities", CAPABILITIES)
        self.capabilities = claimed - {"threads"} | ({"tasks"} if "threads" in claimed else frozenset())

    async def create(self):
        return Turned(self.factory.create())

    async def reopen(self):
        return Turned(self.factory.reopen())

    async def destroy(self):
        self.factory.destroy()

    def fault(self, kind):
        trouble = self.factory.fault(kind) if hasattr(self.factory, "fault") else None
        return trouble and self.in_trouble(trouble)

    @asynccontextmanager
    async def in_trouble(self, trouble):
        with trouble as store:
            yield Turned(store)


THREADS_ALONE = {
    "EntriesOneByOne",
    "UnlockedReceipts",
    "LoserInConflict",
    "UnlockedTransfers",
    "UnlockedLimits",
    "UnlockedPurses",
    "UnlockedEnds",
    "LocksAsGiven",
}
"""Those that break between two threads in one call: behind async calls they hold up the loop instead."""

assert noted_there is noted  # whoever is broken among several has been noted, too


def _on_loop(factory):
    return lambda: OnLoop(TurnedFactory(factory()))


BROKEN_ASYNC |= {
    f"{name} turned": (property_id, _on_loop(factory))
    for name, (property_id, factory) in [*BROKEN.items()]
    if name not in THREADS_ALONE
}


def breaks(*property_ids):
    """Note that an async class breaks the properties of those ids."""

    def noted(cls):
        for property_id in property_ids:
            BROKEN_ASYNC[f"{cls.__name__} {property_id}"] = (property_id, on_loop(cls))
        return cls

    return noted


def on_loop(cls):
    """Give what makes a factory of stores of that async class."""
    return lambda: OnLoop(InProcess(cls, capabilities=frozenset({"tasks"})))


async def a_moment():
    """Let other tasks come between, as waiting for a database does."""
    await asyncio.sleep(0.002)


@breaks("P18", "P19", "P20", "P21", "P22", "P23")
class AwaitsBeforeWriting(AsyncMemoryRepository):
    """It awaits between looking at receipt and versions, and writing."""

    async def commit(self, change):
        known = self._store._receipts.get(change.operation_id)
        if known is not None:
            return self._store._replay(change, known)
        self._store._check(change)
        await a_moment()
        self._store._write(change)
        return Committed(change.result, replayed=False)


@breaks("P18")
class ReceiptBeforeLock(AsyncMemoryRepository):
    """A receipt is looked for before the lock is awaited, so who comes second is in conflict, not answered."""

    def __init__(self):
        super().__init__()
        self._lock = asyncio.Lock()

    async def commit(self, change):
        known = await self.receipt(change.operation_id)
        async with self._lock:
            if known is not None:
                return self._store._replay(change, known)
            self._store._check(change)
            await a_moment()
            self._store._write(change)
        return Committed(change.result, replayed=False)


@breaks("P15")
class EntriesAwaited(AsyncMemoryRepository):
    """Entries are written one by one, each awaited, and reading doesn't wait for the last."""

    async def commit(self, change):
        committed = await super().commit(evolve(change, entries=()))
        for entry in () if committed.replayed else change.entries:
            insort(self._store._entries, entry, key=lambda each: (each.at, each.operation, each.line))
            await a_moment()
        return committed


@breaks("P07", "P08", "P09", "P10", "P18")
class ReceiptLost(AsyncMemoryRepository):
    """The receipt is written by a task of its own, which nobody awaits and which never gets to it."""

    async def commit(self, change):
        committed = await super().commit(change)
        self._store._receipts.pop(change.operation_id)
        return committed


@breaks("P25")
class ReceiptAwaited(AsyncMemoryRepository):
    """The receipt is written in a transaction of its own: it passes every race, and cancelled between them, none."""

    def __init__(self):
        super().__init__()
        self._lock = asyncio.Lock()

    async def commit(self, change):
        async with self._lock:
            known = self._store._receipts.get(change.operation_id)
            if known is not None:
                return self._store._replay(change, known)
            self._store._check(change)
            self._store._write(change)
            receipt = self._store._receipts.pop(change.operation_id)
            await a_moment()
            self._store._receipts[change.operation_id] = receipt
        return Committed(change.result, replayed=False)


@breaks("P25")
class CancelledIsUnavailable(AsyncMemoryRepository):
    """Whatever ends a commit early is said to have prevented it, though it was written."""

    async def commit(self, change):
        try:
            return await super().commit(change)
        except asyncio.CancelledError:
            message = "cancelled; nothing was written"
            raise StoreUnavailable(message) from None


@breaks("P25")
class CancelledBooksAgain(AsyncMemoryRepository):
    """What was cancelled is tried once more, from the entries on."""

    async def commit(self, change):
        try:
            return await super().commit(change)
        except asyncio.CancelledError:
            for entry in change.entries:
                insort(self._store._entries, entry, key=lambda each: (each.at, each.operation, each.line))
            raise


@breaks("P24")
class TaskLocksAsGiven(AsyncMemoryRepository):
    """Each key has a lock, awaited in the order of the guards, and a deadlock is the caller's."""

    def __init__(self):
        super().__init__()
        self._locks = {}

    async def commit(self, change):
        held = []
        try:
            for key in change.guards:
                lock = self._locks.setdefault(key, asyncio.Lock())
                await asyncio.wait_for(lock.acquire(), timeout=0.1)
                held.append(lock)
                await a_moment()
            return await super().commit(change)
        finally:
            for lock in held:
                lock.release()
