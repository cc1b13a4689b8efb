"""What type checkers see of repositories: the shipped ones are both halves of a store, plain or async."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_type

from loyaltykit.adapters.memory import AsyncMemoryRepository, MemoryRepository
from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.ledger.repository import (
    AsyncReader,
    AsyncRepository,
    Change,
    Committed,
    Reader,
    Receipt,
    Repository,
    Versioned,
)
from loyaltykit.testing import AsyncRepositoryContract, RepositoryContract
from loyaltykit.testing.contract.factories import async_memory, memory, sqlite_file, sqlite_memory
from loyaltykit.testing.contract.factory import (  # noqa: TC001 - used as an integrator would
    AsyncFactory,
    AsyncStore,
    Factory,
    Store,
)
from loyaltykit.testing.contract.tasks import OnLoop

repositories: list[Repository] = [MemoryRepository(), SqliteRepository(":memory:")]
readers: list[Reader] = [MemoryRepository(), SqliteRepository(":memory:")]
stores: list[Store] = [MemoryRepository(), SqliteRepository(":memory:")]
factories: list[Factory] = [memory(), sqlite_memory(), sqlite_file(), OnLoop(async_memory())]

async_repositories: list[AsyncRepository] = [AsyncMemoryRepository(), AsyncMemoryRepository(MemoryRepository())]
async_readers: list[AsyncReader] = [AsyncMemoryRepository()]

assert_type(repositories[0].load(["a"]), Mapping[str, Versioned])
assert_type(repositories[0].commit(Change(operation_id="o", digest="d", guards={"a": 0}, puts={"a": None})), Committed)
assert_type(repositories[0].receipt("o"), Receipt | None)


async def awaited(repository: AsyncRepository) -> None:
    """What awaiting gives is what the plain calls give."""
    assert_type(await repository.load(["a"]), Mapping[str, Versioned])
    assert_type(await repository.commit(Change(operation_id="o", digest="d")), Committed)
    assert_type(await repository.receipt("o"), Receipt | None)


class AllAsync:
    """A factory with async calls."""

    async def create(self) -> AsyncMemoryRepository:
        """Make one."""
        return AsyncMemoryRepository()

    async def reopen(self) -> AsyncStore:
        """Reach it anew."""
        return AsyncMemoryRepository()

    async def destroy(self) -> None:
        """Remove it."""


async_factories: list[AsyncFactory] = [async_memory(), AllAsync()]


class TestMine(RepositoryContract):
    """As an integrator writes it."""

    factory = "mypackage.loyalty:make"


class TestMineAsync(AsyncRepositoryContract):
    """The same for an async one."""

    factory = "mypackage.loyalty:make"
