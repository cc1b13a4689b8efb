"""Sixteen processes on one PostgreSQL: counts come out exact, conflicts are all that anybody meets, no deadlock."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import pytest

from loyaltykit.testing.contract.sqlalchemy_factories import sqlalchemy_postgres
from tests.adapters import sqlalchemy_crowd
from tests.adapters.sqlalchemy_crowd import KEYS

PROCESSES = 16
TIMES = 3


@pytest.fixture(scope="module")
def pool():
    """Processes that are forked from one which has imported what they need, and has no threads."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.adapters.sqlalchemy_crowd"])
    with ProcessPoolExecutor(PROCESSES, context) as pool:
        yield pool


@pytest.fixture
def postgres():
    factory = sqlalchemy_postgres()
    factory.create()
    yield factory
    factory.destroy()


def counted(pool, postgres, what):
    """Have every process do *what*; give the counts, and how many conflicts were met."""
    url, prefix = postgres.url, postgres.tables.document.name.removesuffix("document")
    conflicts = sum(pool.map(partial(what, url, prefix, times=TIMES), range(PROCESSES)))
    loaded = postgres.reopen().load(KEYS)
    return {key: int(each.body) for key, each in loaded.items()}, conflicts


def test_P24_opposed_key_orders_come_to_an_end(pool, postgres):
    """Documents are locked in the order of keys, whatever order they're named in."""
    counts, conflicts = counted(pool, postgres, sqlalchemy_crowd.opposed)
    assert counts == dict.fromkeys(KEYS, PROCESSES * TIMES)
    assert conflicts


def test_P24_host_transactions_that_wait_in_rings_meet_conflicts_alone(pool, postgres):
    """Of two that lock in opposed orders, PostgreSQL undoes one: to the host it's a conflict, and it starts again."""
    counts, conflicts = counted(pool, postgres, sqlalchemy_crowd.in_host_transactions)
    assert sum(counts.values()) == 2 * PROCESSES * TIMES
    assert conflicts
