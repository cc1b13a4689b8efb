"""
What a commit writes behind its receipt, by vendor: rows of documents, entries and due moments.

It's SQL of our own, since the ORM can't do it in so few round trips: it doesn't tell which rows ``ignore_conflicts``
has left out, and updates many rows each with a body of its own only by a CASE for each, in no order of locks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from loyaltykit.ledger.cursor import micros

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from loyaltykit.ledger.entry import Entry
    from loyaltykit.ledger.repository import Change


class Writing(Protocol):
    """How one vendor's database is written."""

    def advance(self, cursor: Any, change: Change) -> set[str]:
        """Advance each guarded document that is at its version, with its new body; give their keys (C2, C3)."""
        ...

    def book(self, cursor: Any, entries: Sequence[Entry]) -> None:
        """Write *entries*."""
        ...

    def set_due(self, cursor: Any, moments: Mapping[str, datetime]) -> None:
        """Have each document due at its moment."""
        ...

    def clear_due(self, cursor: Any, keys: Sequence[str]) -> None:
        """Have the documents due no more."""
        ...


class Postgresql:
    """
    PostgreSQL: a statement for each kind of row, however many there are.

    Rows are locked in the order of their keys, so that no two commits wait for each other; new documents come first.
    """

    CREATE: Final = (
        "INSERT INTO loyaltykit_document (key, version, body) SELECT key, 1, body "
        "FROM unnest(%s::text[], %s::text[]) AS new (key, body) ON CONFLICT DO NOTHING RETURNING key"
    )
    ADVANCE: Final = (
        "WITH locked AS ("
        "SELECT key FROM loyaltykit_document WHERE key = ANY (%s::text[]) ORDER BY key FOR NO KEY UPDATE"
        ") UPDATE loyaltykit_document AS document SET version = document.version + 1, "
        "body = CASE WHEN asked.put THEN asked.body ELSE document.body END FROM locked, "
        "unnest(%s::text[], %s::bigint[], %s::boolean[], %s::text[]) AS asked (key, version, put, body) "
        "WHERE document.key = locked.key AND document.key = asked.key AND document.version = asked.version "
        "RETURNING document.key"
    )
    BOOK: Final = (
        "INSERT INTO loyaltykit_entry (at, operation, line, account, unit, amount, detail) SELECT * FROM unnest("
        "%s::bigint[], %s::text[], %s::integer[], %s::text[], %s::text[], %s::bigint[], %s::text[])"
    )
    SET_DUE: Final = (
        "INSERT INTO loyaltykit_due (key, moment) SELECT * FROM unnest(%s::text[], %s::bigint[]) "
        "ON CONFLICT (key) DO UPDATE SET moment = excluded.moment"
    )
    CLEAR_DUE: Final = "DELETE FROM loyaltykit_due WHERE key = ANY (%s::text[])"

    def advance(self, cursor: Any, change: Change) -> set[str]:
        """Advance each guarded document that is at its version."""
        keys, advanced = sorted(change.guards), set[str]()
        if new := [key for key in keys if change.guards[key] == 0]:
            cursor.execute(self.CREATE, (new, [change.puts.get(key) for key in new]))
            advanced |= {key for (key,) in cursor.fetchall()}
        if known := [key for key in keys if change.guards[key] > 0]:
            versions = [change.guards[key] for key in known]
            put, bodies = [key in change.puts for key in known], [change.puts.get(key) for key in known]
            cursor.execute(self.ADVANCE, (known, known, versions, put, bodies))
            advanced |= {key for (key,) in cursor.fetchall()}
        return advanced

    def book(self, cursor: Any, entries: Sequence[Entry]) -> None:
        """Write *entries*."""
        cursor.execute(self.BOOK, [list(column) for column in zip(*map(_row, entries), strict=True)])

    def set_due(self, cursor: Any, moments: Mapping[str, datetime]) -> None:
        """Have each document due at its moment."""
        cursor.execute(self.SET_DUE, (list(moments), [micros(moment) for moment in moments.values()]))

    def clear_due(self, cursor: Any, keys: Sequence[str]) -> None:
        """Have the documents due no more."""
        cursor.execute(self.CLEAR_DUE, (list(keys),))


class Sqlite:
    """SQLite: a statement for each row, since none of them travels, and one that writes has no other beside it."""

    CREATE: Final = "INSERT INTO loyaltykit_document (key, version, body) VALUES (%s, 1, %s) ON CONFLICT DO NOTHING"
    ADVANCE: Final = "UPDATE loyaltykit_document SET version = version + 1 WHERE key = %s AND version = %s"
    PUT: Final = "UPDATE loyaltykit_document SET version = version + 1, body = %s WHERE key = %s AND version = %s"
    BOOK: Final = (
        "INSERT INTO loyaltykit_entry (at, operation, line, account, unit, amount, detail) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s)"
    )
    SET_DUE: Final = (
        "INSERT INTO loyaltykit_due (key, moment) VALUES (%s, %s) "
        "ON CONFLICT (key) DO UPDATE SET moment = excluded.moment"
    )
    CLEAR_DUE: Final = "DELETE FROM loyaltykit_due WHERE key = %s"

    def advance(self, cursor: Any, change: Change) -> set[str]:
        """Advance each guarded document that is at its version."""
        advanced = set[str]()
        for key, version in change.guards.items():
            if version == 0:
                cursor.execute(self.CREATE, (key, change.puts.get(key)))
            elif key in change.puts:
                cursor.execute(self.PUT, (change.puts[key], key, version))
            else:
                cursor.execute(self.ADVANCE, (key, version))
            advanced |= {key} if cursor.rowcount else set()
        return advanced

    def book(self, cursor: Any, entries: Sequence[Entry]) -> None:
        """Write *entries*."""
        cursor.executemany(self.BOOK, list(map(_row, entries)))

    def set_due(self, cursor: Any, moments: Mapping[str, datetime]) -> None:
        """Have each document due at its moment."""
        cursor.executemany(self.SET_DUE, [(key, micros(moment)) for key, moment in moments.items()])

    def clear_due(self, cursor: Any, keys: Sequence[str]) -> None:
        """Have the documents due no more."""
        cursor.executemany(self.CLEAR_DUE, [(key,) for key in keys])


def _row(entry: Entry) -> tuple[int, str, int, str, str, int, str]:
    return (micros(entry.at), entry.operation, entry.line, entry.account, entry.unit, entry.amount, entry.detail)


WRITING: Final[Mapping[str, Writing]] = {"postgresql": Postgresql(), "sqlite": Sqlite()}
"""How each vendor is written; others aren't."""
