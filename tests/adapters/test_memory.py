"""The repositories in memory keep the contract, among threads or tasks, for as long as their process lives."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from loyaltykit import VersionConflict
from loyaltykit.adapters.memory import AsyncMemoryRepository, MemoryRepository
from loyaltykit.ledger.repository import Committed
from loyaltykit.testing import AsyncRepositoryContract, RepositoryContract
from loyaltykit.testing.contract.trial import booked, change_of, state_of


class TestMemory(RepositoryContract):
    factory = "loyaltykit.testing.contract.factories:memory"


class TestAsyncMemory(AsyncRepositoryContract):
    factory = "loyaltykit.testing.contract.factories:async_memory"


def test_a_plain_repository_and_an_async_one_may_share_what_they_hold():
    """What one was told is committed, the other sees, in every call."""
    at, store = datetime(2026, 3, 1, tzinfo=UTC), MemoryRepository()
    change = change_of("earn", guards={"m1": 0}, puts={"m1": "1"}, entries=booked("earn", ("m1", 5)), due={"m1": at})

    async def everything(repository):
        return (
            await repository.commit(change),
            await repository.load(["m1"]),
            await repository.receipt("earn"),
            await repository.keys("m", after=None, limit=5),
            await repository.entries(account=None, start=None, end=None, after=None, limit=5),
            await repository.due(at, after=None, limit=5),
        )

    committed, *read = asyncio.run(everything(AsyncMemoryRepository(store)))
    state = state_of(store, "earn")
    assert committed == Committed("null", replayed=False)
    assert read == [state.documents, state.receipts["earn"], ["m1"], state.entries, state.due]
    assert store.commit(change).replayed


def test_an_empty_store_is_shared_as_well():
    """It isn't taken for none."""
    store = MemoryRepository()
    asyncio.run(AsyncMemoryRepository(store).commit(change_of("first")))
    assert store.receipt("first")


def test_tasks_come_between_the_calls_of_another():
    """Each call gives a turn before its work and one after, errors included."""
    seen = []

    async def watch():
        while True:
            seen.append(None)
            await asyncio.sleep(0)

    async def turns(repository):
        watcher = asyncio.create_task(watch())
        await repository.commit(change_of("first", guards={"a": 0}))
        after_commit = len(seen)
        with pytest.raises(VersionConflict):
            await repository.commit(change_of("late", guards={"a": 0}))
        watcher.cancel()
        return after_commit, len(seen)

    assert asyncio.run(turns(AsyncMemoryRepository())) == (2, 4)


@pytest.mark.parametrize(("turns", "applied"), [(0, False), (1, False), (2, True)])
def test_a_commit_cancelled_at_any_turn_is_applied_once_by_the_retry(turns, applied):
    """Before its work nothing is written, after it all of it is; the caller can't tell, and needn't."""
    store, change = MemoryRepository(), change_of("earn", guards={"m1": 0}, entries=booked("earn", ("m1", 5)))
    repository = AsyncMemoryRepository(store)

    async def cancelled():
        task = asyncio.create_task(repository.commit(change))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await repository.commit(change)

    assert asyncio.run(cancelled()) == Committed("null", replayed=applied)
    assert store.load(["m1"])["m1"].version == 1
    assert len(state_of(store).entries) == 2
