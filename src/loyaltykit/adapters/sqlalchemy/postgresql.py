"""
PostgreSQL: a change is one statement, so that rows are locked for as short as can be: BEGIN, that statement, COMMIT.

Nothing rests on an isolation level. The receipt comes first: whoever finds it there does nothing else. Documents are
locked in the order of keys, those that are there before those that are made, so that nobody waits in a ring.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import TextClause, text

from loyaltykit.adapters.sqlalchemy.reading import quoted
from loyaltykit.adapters.sqlalchemy.tables import account_hash
from loyaltykit.errors import VersionConflict
from loyaltykit.ledger.cursor import micros

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from loyaltykit.adapters.sqlalchemy.tables import Tables
    from loyaltykit.ledger.repository import Change

_WRITE = """
WITH receipt AS (
    INSERT INTO {receipt} (operation, digest, result) VALUES (:operation, :digest, :result)
    ON CONFLICT DO NOTHING
    RETURNING operation
), guard AS MATERIALIZED (
    SELECT * FROM unnest(
        CAST(:keys AS text[]), CAST(:versions AS bigint[]), CAST(:puts AS boolean[]), CAST(:bodies AS text[])
    ) AS guard (key, version, put, body)
    WHERE EXISTS (SELECT FROM receipt)
), locked AS MATERIALIZED (
    SELECT document.key FROM {document} AS document JOIN guard USING (key)
    ORDER BY document.key
    FOR UPDATE OF document
), advanced AS (
    UPDATE {document} AS document
    SET version = document.version + 1, body = CASE WHEN guard.put THEN guard.body ELSE document.body END
    FROM locked JOIN guard USING (key)
    WHERE document.key = locked.key AND document.version = guard.version
    RETURNING document.key
), created AS (
    INSERT INTO {document} (key, version, body)
    SELECT key, 1, body FROM guard
    WHERE version = 0 AND (SELECT count(*) FROM advanced) IS NOT NULL -- after all that are advanced
    ORDER BY key COLLATE "C"
    ON CONFLICT DO NOTHING
    RETURNING key
), kept AS MATERIALIZED (
    SELECT key FROM advanced UNION ALL SELECT key FROM created
), done AS MATERIALIZED (
    SELECT FROM receipt WHERE (SELECT count(*) FROM kept) = (SELECT count(*) FROM guard)
), booked AS (
    INSERT INTO {entry} (at, line, account_hash, account, unit, amount, detail, operation)
    SELECT entry.*, CAST(:operation AS text) FROM unnest(
        CAST(:ats AS bigint[]), CAST(:lines AS integer[]), CAST(:hashes AS bigint[]), CAST(:accounts AS text[]),
        CAST(:units AS text[]), CAST(:amounts AS bigint[]), CAST(:details AS text[])
    ) AS entry
    WHERE EXISTS (SELECT FROM done)
), forgotten AS (
    DELETE FROM {due} WHERE key = ANY(CAST(:forgotten AS text[])) AND EXISTS (SELECT FROM done)
), due AS (
    INSERT INTO {due} (key, moment)
    SELECT due.* FROM unnest(CAST(:due AS text[]), CAST(:moments AS bigint[])) AS due
    WHERE EXISTS (SELECT FROM done)
    ON CONFLICT (key) DO UPDATE SET moment = excluded.moment
)
SELECT EXISTS (SELECT FROM receipt), ARRAY(SELECT key FROM kept)
"""


@cache
def _write(tables: Tables) -> TextClause:
    names = {table: quoted(getattr(tables, table)) for table in ("document", "receipt", "entry", "due")}
    return text(_WRITE.format(**names))


def write(connection: Connection, tables: Tables, change: Change) -> bool:
    """
    Write *change*; say whether it was, and isn't known from before.

    Raises `VersionConflict` for the first of its guards that doesn't hold: by then some of it may be written, to be
    rolled back.
    """
    fresh, kept = connection.execute(_write(tables), _parameters(change)).one()
    if fresh and len(kept) < len(change.guards):
        key = next(key for key in change.guards if key not in kept)
        raise VersionConflict.of(key, change.guards[key])
    return bool(fresh)


def _parameters(change: Change) -> dict[str, Any]:
    guards, entries = sorted(change.guards), change.entries
    due = {key: micros(moment) for key, moment in change.due.items() if moment is not None}
    return {
        "operation": change.operation_id,
        "digest": change.digest,
        "result": change.result,
        "keys": guards,
        "versions": [change.guards[key] for key in guards],
        "puts": [key in change.puts for key in guards],
        "bodies": [change.puts.get(key) for key in guards],
        "ats": [micros(entry.at) for entry in entries],
        "lines": [entry.line for entry in entries],
        "hashes": [account_hash(entry.account) for entry in entries],
        "accounts": [entry.account for entry in entries],
        "units": [entry.unit for entry in entries],
        "amounts": [entry.amount for entry in entries],
        "details": [entry.detail for entry in entries],
        "forgotten": [key for key, moment in change.due.items() if moment is None],
        "due": list(due),
        "moments": list(due.values()),
    }
