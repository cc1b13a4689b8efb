"""What processes of their own do to one store on PostgreSQL, each by an engine of its own."""

from __future__ import annotations

import random
import time

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from loyaltykit import VersionConflict
from loyaltykit.adapters.sqlalchemy import SqlAlchemyRepository, tables
from loyaltykit.testing.contract.trial import booked, change_of

KEYS = [f"key/{number}" for number in range(6)]


def in_host_transactions(url, prefix, seed, times):
    """
    Count up two keys so often, each by a commit of its own, in transactions of a host's; give the conflicts met.

    The orders of keys are drawn, so that transactions wait for each other in rings.
    """
    own, draw, conflicts = tables(prefix=prefix), random.Random(seed), 0  # noqa: S311 - an order, no secret
    engine = create_engine(url, pool_size=1)
    for number in range(times):
        pair = draw.sample(KEYS, 2)
        while True:
            try:
                with Session(engine) as session, session.begin():
                    repository = SqlAlchemyRepository(session, tables=own)
                    for key in pair:
                        count_up(repository, f"{seed}/{number}/{key}", key)
                break
            except VersionConflict:
                conflicts += 1
                time.sleep(draw.uniform(0, 0.01))
    engine.dispose()
    return conflicts


def count_up(repository, operation, key):
    """Count up *key* by one."""
    seen = repository.load([key])[key]
    puts, entries = {key: str(int(seen.body or 0) + 1)}, booked(operation, (key, 1))
    repository.commit(change_of(operation, guards={key: seen.version}, puts=puts, entries=entries))


def opposed(url, prefix, seed, times):
    """Count up all keys at once, so often, in an order drawn anew; give the conflicts met."""
    own, draw, conflicts = tables(prefix=prefix), random.Random(seed), 0  # noqa: S311 - an order, no secret
    engine = create_engine(url, pool_size=1)
    repository = SqlAlchemyRepository(engine, tables=own)
    for number in range(times):
        while True:
            seen = repository.load(KEYS)
            keys = draw.sample(KEYS, len(KEYS))
            try:
                repository.commit(
                    change_of(
                        f"{seed}/{number}",
                        guards={key: seen[key].version for key in keys},
                        puts={key: str(int(seen[key].body or 0) + 1) for key in keys},
                    )
                )
                break
            except VersionConflict:
                conflicts += 1
                time.sleep(draw.uniform(0, 0.01))
    engine.dispose()
    return conflicts
