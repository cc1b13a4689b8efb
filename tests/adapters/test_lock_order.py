"""On PostgreSQL documents are locked in the order of their keys, so that no two commits wait for each other."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connections
from psycopg import errors

from loyaltykit.testing.contract.django_factories import django_postgres
from loyaltykit.testing.contract.sqlalchemy_factories import sqlalchemy_postgres
from loyaltykit.testing.contract.trial import change_of
from loyaltykit.testing.postgres import server

OPPOSED = ["c", "b", "a"]
"""Keys, as a change names them."""


@pytest.fixture(params=[sqlalchemy_postgres, django_postgres])
def store(request):
    """Give a repository, and the name of its table of documents."""
    factory = request.param()
    repository = factory.create()
    if request.param is sqlalchemy_postgres:
        yield repository, factory.tables.document.name
    else:
        yield repository, f"{factory.schema}.loyaltykit_document"
    factory.destroy()


@contextmanager
def waiting_at(statement, repository, change):
    """Be where *change* waits for somebody who has sent *statement*; it's committed when that one gives up."""

    def committed():
        answer = repository.commit(change)
        if hasattr(repository, "using"):
            connections[repository.using].close()
        return answer

    with ThreadPoolExecutor(1) as thread, psycopg.connect(server().url) as somebody:
        somebody.execute(statement)
        call = thread.submit(committed)
        while not blocked_by(somebody):
            assert not call.done()
            time.sleep(0.01)
        with psycopg.connect(server().url, options="-c lock_timeout=100ms") as looking:
            yield looking
            looking.rollback()
        somebody.rollback()
        assert not call.result(60).replayed


def blocked_by(somebody):
    """Say whether anybody waits for *somebody*."""
    asked = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE %s = ANY (pg_blocking_pids(pid)))"
    with psycopg.connect(server().url) as looking:
        return looking.execute(asked, (somebody.info.backend_pid,)).fetchone()[0]


def test_P24_known_documents_are_locked_in_the_order_of_their_keys(store):
    """Where the second isn't to be had, the first is held and the third isn't yet."""
    repository, table = store
    for key in OPPOSED:  # so that they lie in this order, too
        repository.commit(change_of(f"made {key}", guards={key: 0}))
    change = change_of("advanced", guards=dict.fromkeys(OPPOSED, 1))
    with waiting_at(f"SELECT FROM {table} WHERE key = 'b' FOR UPDATE", repository, change) as looking:
        free = looking.execute(f"SELECT key FROM {table} ORDER BY key FOR UPDATE SKIP LOCKED").fetchall()  # noqa: S608 - our own
    assert free == [("c",)]


def test_P24_new_documents_are_made_in_the_order_of_their_keys(store):
    """Where the second is somebody else's, maybe, the first is made and the third isn't yet."""
    repository, table = store
    change = change_of("made", guards=dict.fromkeys(OPPOSED, 0))
    with waiting_at(f"INSERT INTO {table} VALUES ('b', 1, NULL)", repository, change) as looking:  # noqa: S608 - our own
        looking.execute(f"INSERT INTO {table} VALUES ('c', 1, NULL)")  # noqa: S608 - our own
        looking.rollback()
        with pytest.raises(errors.LockNotAvailable):
            looking.execute(f"INSERT INTO {table} VALUES ('a', 1, NULL)")  # noqa: S608 - our own
