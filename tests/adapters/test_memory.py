"""The repository in memory keeps the contract, among threads, for as long as its process lives."""

from __future__ import annotations

from loyaltykit.testing import RepositoryContract


class TestMemory(RepositoryContract):
    factory = "loyaltykit.testing.contract.factories:memory"
