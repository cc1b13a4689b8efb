"""What processes of their own do to one SQLite file."""

from __future__ import annotations

import os
import random

from loyaltykit import VersionConflict
from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.testing.contract.trial import booked, change_of


def count_up(path, name, times):
    """Open the file, and count up one document, each time by a decision of its own that is committed twice."""
    repository = SqliteRepository(path)
    try:
        for number in range(times):
            _counted(repository, f"{name}/{number}")
    finally:
        repository.close()


def _counted(repository, operation):
    while True:
        seen = repository.load(["counter"])["counter"]
        puts = {"counter": str(int(seen.body or 0) + 1)}
        change = change_of(
            operation, guards={"counter": seen.version}, puts=puts, entries=booked(operation, ("counter", 1))
        )
        try:
            repository.commit(change)
        except VersionConflict:
            continue
        assert repository.commit(change).replayed
        return


def same_operations(path, seed, count):
    """Commit so many operations that others commit too, in an order of one's own; give how many were applied."""
    repository = SqliteRepository(path)
    try:
        operations = [f"webhook/{number}" for number in range(count)]
        random.Random(seed).shuffle(operations)  # noqa: S311 - an order, no secret
        changes = [change_of(each, guards={each: 0}, entries=booked(each, ("m1", 5))) for each in operations]
        return sum(not repository.commit(change).replayed for change in changes)
    finally:
        repository.close()


def commit_and_die(path):
    """Open the file, commit a document, and end without closing anything, as a killed process does."""
    SqliteRepository(path).commit(change_of("o", guards={"a": 0}))
    os._exit(0)
