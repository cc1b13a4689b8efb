"""
Repositories over SQLAlchemy 2, on PostgreSQL and SQLite, with transactions of their own or in the host's.
"""

from __future__ import annotations

from loyaltykit.adapters.sqlalchemy.async_repository import AsyncSqlAlchemyRepository
from loyaltykit.adapters.sqlalchemy.repository import SqlAlchemyRepository
from loyaltykit.adapters.sqlalchemy.sqlite import prepare
from loyaltykit.adapters.sqlalchemy.tables import TABLES, Tables, account_hash, metadata, tables

__all__ = [
    "TABLES",
    "AsyncSqlAlchemyRepository",
    "SqlAlchemyRepository",
    "Tables",
    "account_hash",
    "metadata",
    "prepare",
    "tables",
]
