"""The whole contract on SQLAlchemy's stores for those who await, by each driver."""

from __future__ import annotations

import os

import pytest

from loyaltykit.testing import AsyncRepositoryContract
from loyaltykit.testing.contract import modelled

DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
"""``make deep`` plays all on each."""

SHORT = ("P01", "P18", "P20", "P25", "P29")
"""What psycopg has to show otherwise: it's sent the same text as asyncpg, and waits for it in its own way."""


@pytest.fixture(autouse=True)
def _shorter_lives(monkeypatch):
    """P17 plays 300 calls elsewhere; here there are three stores."""
    monkeypatch.setattr(modelled, "CALLS", 300 if DEEP else 20)


class TestAsyncSqlAlchemyOnSqlite(AsyncRepositoryContract):
    """B5, B11: a file of SQLite, by aiosqlite."""

    factory = "loyaltykit.testing.contract.sqlalchemy_factories:async_sqlalchemy_sqlite"


class TestAsyncSqlAlchemyByAsyncpg(AsyncRepositoryContract):
    """B5, B11: PostgreSQL by asyncpg."""

    factory = "loyaltykit.testing.contract.sqlalchemy_factories:async_sqlalchemy_asyncpg"


class TestAsyncSqlAlchemyByPsycopg(AsyncRepositoryContract):
    """B5, B11: PostgreSQL by psycopg, awaited."""

    factory = "loyaltykit.testing.contract.sqlalchemy_factories:async_sqlalchemy_psycopg"

    @pytest.fixture(autouse=True)
    def _short(self, request):
        if not DEEP and not request.node.name.startswith(tuple(f"test_{short}_" for short in SHORT)):
            pytest.skip("played by make deep, and by asyncpg here")
