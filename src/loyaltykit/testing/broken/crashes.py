"""Stores that pass every race, and are found in parts when a client was killed (P26)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.ledger.cursor import micros
from loyaltykit.testing.broken.table import breaks
from loyaltykit.testing.contract.factories import SqliteFile

if TYPE_CHECKING:
    import sqlite3

    from loyaltykit.ledger.repository import Change


@breaks(
    "P26",
    level=4,
    on=SqliteFile,
    like="a trial of ours: it passed every race, and applied 92 of 300 killed operations twice",
)
class ReceiptBehindTheCommit(SqliteRepository):
    """What was done is written first, then, in a transaction of its own, that it was done."""

    def _commit(self, connection: sqlite3.Connection, change: Change) -> tuple[str, str] | None:
        connection.execute("BEGIN IMMEDIATE")
        try:
            known = self._write(connection, change)
            connection.execute("DELETE FROM receipt WHERE operation = ? AND ?", (change.operation_id, known is None))
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        receipt = (change.operation_id, change.digest, change.result)
        connection.execute("INSERT INTO receipt VALUES (?, ?, ?) ON CONFLICT DO NOTHING", receipt)
        return known


@breaks(
    "P26",
    level=4,
    also="P03 P04",
    on=SqliteFile,
    like="frappe/erpnext#59050: the order was made, and its points never deducted",
)
class NoTransaction(SqliteRepository):
    """Each statement is a transaction of its own."""

    def _commit(self, connection: sqlite3.Connection, change: Change) -> tuple[str, str] | None:
        return self._write(connection, change)


@breaks(
    "P26",
    level=4,
    on=SqliteFile,
    like="woocommerce/woocommerce#31245: a reservation that nothing is there any more to end",
)
class DueMomentsLater(SqliteRepository):
    """Due moments are noted once everything else is written."""

    def _commit(self, connection: sqlite3.Connection, change: Change) -> tuple[str, str] | None:
        known = super()._commit(connection, evolve(change, due={}))
        for key, moment in () if known else change.due.items():
            connection.execute("DELETE FROM due WHERE key = ?", (key,))
            if moment is not None:
                connection.execute("INSERT INTO due VALUES (?, ?)", (key, micros(moment)))
        return known
