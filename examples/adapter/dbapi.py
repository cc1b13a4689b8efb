"""A repository over any DB-API connection (PEP 249), as docs/adapter.md builds it: proved on SQLite and PostgreSQL."""

from __future__ import annotations

from loyaltykit.errors import OperationMismatch, VersionConflict
from loyaltykit.ledger.cursor import behind_due, behind_entry, from_micros, micros
from loyaltykit.ledger.entry import Entry
from loyaltykit.ledger.repository import Committed, Due, Receipt, Versioned

BYTES = 'TEXT COLLATE "C"'  # text that is compared byte by byte, as PostgreSQL calls it; SQLite's is TEXT

TABLES = """
CREATE TABLE document (key {text} PRIMARY KEY, version BIGINT NOT NULL, body TEXT);
CREATE TABLE receipt (operation {text} PRIMARY KEY, digest TEXT NOT NULL, result TEXT NOT NULL);
CREATE TABLE entry (
    at BIGINT NOT NULL, operation {text} NOT NULL, line INTEGER NOT NULL, account {text} NOT NULL,
    unit TEXT NOT NULL, amount BIGINT NOT NULL, detail TEXT NOT NULL, PRIMARY KEY (at, operation, line)
);
CREATE INDEX entry_of_account ON entry (account, at);
CREATE TABLE due (key {text} PRIMARY KEY, moment BIGINT NOT NULL);
CREATE INDEX due_by_moment ON due (moment, key)
"""


class DbApiRepository:
    """A `Repository` and `Reader` over *transactions*, which are its own or the host's."""

    def __init__(self, transactions):
        self.on = transactions

    def load(self, keys, /):
        """Give what is stored under each of *keys*, an absent one as version 0."""
        found = dict.fromkeys(keys, Versioned(0, None))
        for start in range(0, len(keys), 500):
            page = keys[start : start + 500]
            marks = ", ".join("?" * len(page))
            asked = f"SELECT key, version, body FROM document WHERE key IN ({marks})"  # noqa: S608 - nothing but marks
            found |= {key: Versioned(version, body) for key, version, body in self._rows(asked, page)}
        return found

    def _rows(self, question, values):
        with self.on.reading() as connection:
            return self.on.execute(connection, question, values).fetchall()

    def commit(self, change, /):
        """Write *change*, or give the result that its operation left before."""
        with self.on.writing(change.operation_id) as connection:
            receipt = (change.operation_id, change.digest, change.result)
            inserted = "INSERT INTO receipt VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
            if not self.on.execute(connection, inserted, receipt).rowcount:
                return self._replayed(connection, change)
            for key in sorted(change.guards):
                self._advance(connection, change, key)
            self._book(connection, change.entries)
            self._set_due(connection, change.due)
        return Committed(change.result, replayed=False)

    def _replayed(self, connection, change):
        asked = "SELECT digest, result FROM receipt WHERE operation = ?"
        digest, result = self.on.execute(connection, asked, (change.operation_id,)).fetchone()
        if digest != change.digest:
            raise OperationMismatch.of(change.operation_id, result)
        return Committed(result, replayed=True)

    def _advance(self, connection, change, key):
        seen, body = change.guards[key], change.puts.get(key)
        if seen == 0:
            sent = "INSERT INTO document VALUES (?, 1, ?) ON CONFLICT DO NOTHING", (key, body)
        elif key in change.puts:
            sent = (
                "UPDATE document SET version = version + 1, body = ? WHERE key = ? AND version = ?",
                (body, key, seen),
            )
        else:
            sent = "UPDATE document SET version = version + 1 WHERE key = ? AND version = ?", (key, seen)
        if not self.on.execute(connection, *sent).rowcount:
            raise VersionConflict.of(key, seen)

    def _book(self, connection, entries):
        for each in entries:
            row = (micros(each.at), each.operation, each.line, each.account, each.unit, each.amount, each.detail)
            self.on.execute(connection, "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def _set_due(self, connection, due):
        for key, moment in due.items():
            self.on.execute(connection, "DELETE FROM due WHERE key = ?", (key,))
            if moment is not None:
                self.on.execute(connection, "INSERT INTO due VALUES (?, ?)", (key, micros(moment)))

    def receipt(self, operation_id, /):
        """Give what the operation left, None if it never was committed."""
        rows = self._rows("SELECT operation, digest, result FROM receipt WHERE operation = ?", (operation_id,))
        return Receipt(*rows[0]) if rows else None

    def keys(self, prefix, /, *, after, limit):
        """Give at most *limit* keys that begin with *prefix*, in their order, those behind the key *after*."""
        asked = "SELECT key FROM document WHERE key >= ? AND key > ? AND substr(key, 1, ?) = ? ORDER BY key LIMIT ?"
        return [key for (key,) in self._rows(asked, (prefix, after or "", len(prefix), prefix, limit))]

    def entries(self, *, account, start, end, after, limit):
        """Give at most *limit* entries of *account* (or all) from *start* up to *end*, by moment, operation, line."""
        wanted = [] if account is None else [("account = ?", (account,))]
        wanted += [] if start is None else [("at >= ?", (micros(start),))]
        wanted += [] if end is None else [("at < ?", (micros(end),))]
        wanted += [] if after is None else [("(at, operation, line) > (?, ?, ?)", behind_entry(after))]
        where = " AND ".join(condition for condition, _ in wanted) or "1 = 1"
        asked = f"SELECT * FROM entry WHERE {where} ORDER BY at, operation, line LIMIT ?"  # noqa: S608 - our own words
        values = [value for _, given in wanted for value in given]
        return [_entry(*row) for row in self._rows(asked, (*values, limit))]

    def due(self, before, /, *, after, limit):
        """Give at most *limit* documents due at *before* or earlier, by moment and key, those behind *after*."""
        behind = (-(2**63), "") if after is None else behind_due(after)
        asked = "SELECT key, moment FROM due WHERE moment <= ? AND (moment, key) > (?, ?) ORDER BY moment, key LIMIT ?"
        return [Due(key, from_micros(moment)) for key, moment in self._rows(asked, (micros(before), *behind, limit))]


def _entry(at, operation, line, account, unit, amount, detail):
    at = from_micros(at)
    return Entry(at=at, operation=operation, line=line, account=account, unit=unit, amount=amount, detail=detail)
