"""
PostgreSQL: a change is one statement, so that rows are locked for as short as can be: BEGIN, that statement, COMMIT.

Nothing rests on an isolation level. The receipt comes first: whoever finds it there does nothing else. Documents are
locked in the order of keys, those that are there before those that are made, so that nobody waits in a ring.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

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
    SELECT * FROM json_to_recordset(CAST(:guards AS json)) AS guard (key text, version bigint, put boolean, body text)
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
    SELECT entry.*, CAST(:operation AS text) FROM json_to_recordset(CAST(:entries AS json)) AS entry
        (at bigint, line integer, account_hash bigint, account text, unit text, amount bigint, detail text)
    WHERE EXISTS (SELECT FROM done)
), moment AS MATERIALIZED (
    SELECT * FROM json_to_recordset(CAST(:due AS json)) AS due (key text, moment bigint)
    WHERE EXISTS (SELECT FROM done)
), forgotten AS (
    DELETE FROM {due} WHERE key IN (SELECT key FROM moment WHERE moment IS NULL)
), due AS (
    INSERT INTO {due} (key, moment) SELECT key, moment FROM moment WHERE moment IS NOT NULL
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


def _parameters(change: Change) -> dict[str, str]:
    """Give *change* as texts: so the statement has the same types each time, and the driver prepares it but once."""
    guards = [
        {"key": key, "version": version, "put": key in change.puts, "body": change.puts.get(key)}
        for key, version in change.guards.items()
    ]
    entries = [
        {
            "at": micros(entry.at),
            "line": entry.line,
            "account_hash": account_hash(entry.account),
            "account": entry.account,
            "unit": entry.unit,
            "amount": entry.amount,
            "detail": entry.detail,
        }
        for entry in change.entries
    ]
    due = [{"key": key, "moment": moment and micros(moment)} for key, moment in change.due.items()]
    return {
        "operation": change.operation_id,
        "digest": change.digest,
        "result": change.result,
        "guards": json.dumps(guards, ensure_ascii=False),
        "entries": json.dumps(entries, ensure_ascii=False),
        "due": json.dumps(due, ensure_ascii=False),
    }
