"""Stores that are broken among several connections, after them, and in trouble (P12, P13, P28)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.errors import LoyaltyError, StoreUnavailable
from loyaltykit.ledger.repository import Committed
from loyaltykit.testing.broken.table import breaks
from loyaltykit.testing.contract.factories import SqliteFile

if TYPE_CHECKING:
    import os
    import sqlite3
    from collections.abc import Sequence

    from loyaltykit.ledger.repository import Change, Versioned


@breaks("P12", on=SqliteFile, like="benoitc/gunicorn#1043: which balance one is told depends on who answers")
class LoadsFromCache(SqliteRepository):
    """Each connection remembers what it has loaded until it writes itself."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        super().__init__(path)
        self._cache: dict[str, Versioned] = {}

    def load(self, keys: Sequence[str], /) -> dict[str, Versioned]:
        for key in keys:
            self._cache.setdefault(key, super().load([key])[key])
        return {key: self._cache[key] for key in keys}

    def commit(self, change: Change, /) -> Committed:
        self._cache.clear()
        return super().commit(change)


@breaks("P13", on=SqliteFile, like="what SQLite's :memory: and Redis without a file do by their manuals")
class GoneWithTheConnection(SqliteRepository):
    """It claims to be durable, and keeps everything in its connection."""

    def __init__(self, path: str | os.PathLike[str]) -> None:  # noqa: ARG002 - that is what's broken
        super().__init__(":memory:")


@breaks("P13", on=SqliteFile, like="05bit/peewee-async#209: acknowledged, and gone with the connection of the pool")
class CommitsLater(SqliteRepository):
    """It leaves its transaction open, for speed, and what was acknowledged is gone when the connection is."""

    def _commit(self, connection: sqlite3.Connection, change: Change) -> tuple[str, str] | None:
        if not connection.in_transaction:
            connection.execute("BEGIN IMMEDIATE")
        return self._write(connection, change)


@breaks(
    "P28",
    on=SqliteFile,
    like="sqlalchemy/sqlalchemy#11760: what the driver raises is handed on, whatever layer it's of",
)
class TroubleAsItCame(SqliteRepository):
    """The driver's own error escapes."""

    def commit(self, change: Change, /) -> Committed:
        try:
            return super().commit(change)
        except StoreUnavailable as error:
            raise cast("sqlite3.Error", error.__cause__) from None


@breaks(
    "P28",
    on=SqliteFile,
    like="mchidk/BinaryRage#4: the disk was full, all exceptions were eaten, and nothing was written",
)
class TroubleSwallowed(SqliteRepository):
    """A commit that failed is said to have been made."""

    def commit(self, change: Change, /) -> Committed:
        try:
            return super().commit(change)
        except LoyaltyError:
            return Committed(change.result, replayed=False)


@breaks(
    "P28", on=SqliteFile, like="woocommerce/woocommerce#31245: a payment is said to have failed, and the coupon is used"
)
class UnavailableThoughWritten(SqliteRepository):
    """What could not be written there was written elsewhere, and is said to be nowhere."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        super().__init__(path)
        self._spare = path

    def commit(self, change: Change, /) -> Committed:
        try:
            return super().commit(change)
        except StoreUnavailable:
            if "full" in change.guards:
                spare = SqliteRepository(self._spare)
                spare.commit(change)
                spare.close()
            raise
