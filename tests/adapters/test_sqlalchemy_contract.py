"""The whole contract on SQLAlchemy's stores: SQLite, and PostgreSQL where there's one."""

from __future__ import annotations

import pytest

from loyaltykit.testing import RepositoryContract
from loyaltykit.testing.contract import modelled


@pytest.fixture(autouse=True)
def _shorter_lives(monkeypatch):
    """P17 plays 300 calls elsewhere; here there are five stores."""
    monkeypatch.setattr(modelled, "CALLS", 40)


class TestSqlAlchemyOnSqlite(RepositoryContract):
    """B5, B11: a file of SQLite, by the standard library's driver."""

    factory = "loyaltykit.testing.contract.sqlalchemy_factories:sqlalchemy_sqlite"


class TestSqlAlchemyOnPostgres(RepositoryContract):
    """B5, B11: PostgreSQL by psycopg."""

    factory = "loyaltykit.testing.contract.sqlalchemy_factories:sqlalchemy_postgres"
