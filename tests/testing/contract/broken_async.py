"""Plain repositories behind async calls: the broken ones are found out there as well."""

from __future__ import annotations

from contextlib import asynccontextmanager

from loyaltykit.adapters.memory import AsyncMemoryRepository
from loyaltykit.testing.broken import BROKEN
from loyaltykit.testing.contract.factory import CAPABILITIES
from loyaltykit.testing.contract.tasks import OnLoop


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


def turnable(broken):
    """Say whether it's broken behind async calls as well: not by threads alone, whose windows hold up the loop."""
    by_threads = broken.level > 1 or broken.name == "EntriesOneByOne"
    return not (broken.awaited or by_threads or broken.property == "P29") or broken.name == "WrittenKeysChecked"


BROKEN_ASYNC = {
    f"{name} turned": (broken.property, lambda broken=broken: OnLoop(TurnedFactory(broken())))
    for name, broken in BROKEN.items()
    if turnable(broken)
}
"""Broken repositories behind async calls: the property that each fails, and its factory, which is on a loop."""
