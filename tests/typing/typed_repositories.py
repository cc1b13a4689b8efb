"""What type checkers see of repositories: the shipped ones are both halves of a store, and so is a plain class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_type

from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.ledger.repository import Change, Committed, Reader, Receipt, Repository, Versioned
from loyaltykit.testing import RepositoryContract
from loyaltykit.testing.contract.factories import memory, sqlite_file, sqlite_memory
from loyaltykit.testing.contract.factory import Factory, Store  # noqa: TC001 - used as an integrator would

repositories: list[Repository] = [MemoryRepository(), SqliteRepository(":memory:")]
readers: list[Reader] = [MemoryRepository(), SqliteRepository(":memory:")]
stores: list[Store] = [MemoryRepository(), SqliteRepository(":memory:")]
factories: list[Factory] = [memory(), sqlite_memory(), sqlite_file()]

assert_type(repositories[0].load(["a"]), Mapping[str, Versioned])
assert_type(repositories[0].commit(Change(operation_id="o", digest="d", guards={"a": 0}, puts={"a": None})), Committed)
assert_type(repositories[0].receipt("o"), Receipt | None)


class TestMine(RepositoryContract):
    """As an integrator writes it."""

    factory = "mypackage.loyalty:make"
