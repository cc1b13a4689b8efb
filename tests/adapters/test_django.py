"""The repository over Django keeps the contract, on SQLite and on PostgreSQL."""

from __future__ import annotations

from loyaltykit.testing import RepositoryContract


class TestDjangoSqlite(RepositoryContract):
    factory = "loyaltykit.testing.contract.django_factories:django_sqlite"


class TestDjangoPostgres(RepositoryContract):
    factory = "loyaltykit.testing.contract.django_factories:django_postgres"
