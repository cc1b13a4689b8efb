"""On SQLite a page of keys costs what it gives, wherever it stands among the others."""

from __future__ import annotations

import pytest
from django.db import connections

from loyaltykit.testing.contract.django_factories import django_sqlite
from loyaltykit.testing.contract.factories import sqlite_file
from loyaltykit.testing.contract.sqlalchemy_factories import sqlalchemy_sqlite
from loyaltykit.testing.contract.trial import change_of


def of_sqlite(repository):
    return repository._connection


def of_sqlalchemy(repository):
    with repository._engine.connect() as connection:
        return connection.connection.driver_connection


def of_django(repository):
    return connections[repository.using].connection


@pytest.mark.parametrize(
    ("make", "driver_of"),
    [(sqlite_file, of_sqlite), (sqlalchemy_sqlite, of_sqlalchemy), (django_sqlite, of_django)],
)
def test_no_page_of_keys_looks_at_those_before_it_or_behind_its_prefix(make, driver_of):
    """The last one of members, too, behind 800 others and before as many orders: counted in steps of SQLite's own."""
    factory = make()
    try:
        repository = factory.create()
        for kind in ("member", "order"):
            for batch in range(10):
                keys = [f"{kind}/{batch}{number:02}" for number in range(80)]
                repository.commit(change_of(f"{kind} {batch}", guards=dict.fromkeys(keys, 0)))
        steps = []
        driver_of(repository).set_progress_handler(lambda: steps.append(1), 1)
        assert repository.keys("member/", after="member/976", limit=10) == [
            f"member/9{number}" for number in (77, 78, 79)
        ]
        driver_of(repository).set_progress_handler(None, 1)
        assert 0 < len(steps) < 400
    finally:
        factory.destroy()
