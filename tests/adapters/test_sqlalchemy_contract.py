"""The whole contract on SQLAlchemy's stores: SQLite, and PostgreSQL where there's one, for those who wait and await."""

from __future__ import annotations

import pytest

from loyaltykit.testing import AsyncRepositoryContract, RepositoryContract
from loyaltykit.testing.contract import modelled


@pytest.fixture(autouse=True)
def _shorter_lives(monkeypatch):
    """P17 plays 300 calls elsewhere; here there are five stores."""
    monkeypatch.setattr(modelled, "CALLS", 60)


class TestSqlAlchemyOnSqlite(RepositoryContract):
    """B5, B11: a file of SQLite, by the standard library's driver."""

    factory = "loyaltykit.testing.contract.sqlalchemy_factories:sqlalchemy_sqlite"


class TestSqlAlchemyOnPostgres(RepositoryContract):
    """B5, B11: PostgreSQL by psycopg."""

    factory = "loyaltykit.testing.contract.sqlalchemy_factories:sqlalchemy_postgres"


class TestAsyncSqlAlchemyOnSqlite(AsyncRepositoryContract):
    """B5, B11: a file of SQLite, by aiosqlite."""

    factory = "loyaltykit.testing.contract.sqlalchemy_factories:async_sqlalchemy_sqlite"


class TestAsyncSqlAlchemyByPsycopg(AsyncRepositoryContract):
    """B5, B11: PostgreSQL by psycopg, awaited."""

    factory = "loyaltykit.testing.contract.sqlalchemy_factories:async_sqlalchemy_psycopg"


class TestAsyncSqlAlchemyByAsyncpg(AsyncRepositoryContract):
    """B5, B11: PostgreSQL by asyncpg."""

    factory = "loyaltykit.testing.contract.sqlalchemy_factories:async_sqlalchemy_asyncpg"
