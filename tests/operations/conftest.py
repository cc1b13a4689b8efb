"""Every test of an operation runs on each repository, and leaves books that agree."""

from __future__ import annotations

import pytest

from loyaltykit import Loyalty
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.adapters.sqlite import SqliteRepository
from tests.operations.support import audit, city


@pytest.fixture(params=["memory", "sqlite"])
def repository(request):
    """Give an empty repository of each kind; whatever a test does to it, its books must agree in the end."""
    if request.param == "memory":
        made = MemoryRepository()
        yield made
        audit(made)
        return
    made = SqliteRepository(":memory:")
    yield made
    audit(made)
    made.close()


@pytest.fixture
def life(repository):
    """Give what makes a `Loyalty` over the repository, of the city's program with some rules more."""
    return lambda **rules: Loyalty(city(**rules), repository)
