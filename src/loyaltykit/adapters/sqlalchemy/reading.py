"""What is read of a store, over a connection: one text for every question, whatever sends it."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Table, TextClause, text

from loyaltykit.adapters.sqlalchemy.tables import account_hash
from loyaltykit.ledger.cursor import behind_due, behind_entry, from_micros, key_range, micros
from loyaltykit.ledger.entry import Entry
from loyaltykit.ledger.repository import Due, Receipt, Versioned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from loyaltykit.adapters.sqlalchemy.tables import Tables

_ABSENT = Versioned(0, None)

_AMONG = {"postgresql": "= ANY(CAST(:keys AS text[]))", "sqlite": "IN (SELECT value FROM json_each(:keys))"}
"""How each database asks for a list of keys by one parameter, so that the text is the same for any number."""

_LIST: dict[str, Callable[[list[str]], object]] = {"postgresql": list, "sqlite": json.dumps}
"""What that parameter is."""


def quoted(table: Table) -> str:
    """Give the name of *table*, with that of its schema, as SQL has it."""
    return f'"{table.schema}"."{table.name}"' if table.schema else f'"{table.name}"'


def load(connection: Connection, tables: Tables, keys: Sequence[str]) -> dict[str, Versioned]:
    """Give what is stored under each of *keys*."""
    found = dict.fromkeys(keys, _ABSENT)
    dialect = connection.dialect.name
    asked = {"keys": _LIST[dialect](list(found))}
    for key, version, body in connection.execute(_load(tables.document, dialect), asked):
        found[key] = Versioned(version, body)
    return found


@cache
def _load(document: Table, dialect: str) -> TextClause:
    return text(f"SELECT key, version, body FROM {quoted(document)} WHERE key {_AMONG[dialect]}")  # noqa: S608 - our own


def receipt(connection: Connection, tables: Tables, operation_id: str) -> Receipt | None:
    """Give what the operation left, None if it never was committed."""
    row = connection.execute(_receipt(tables.receipt), {"operation": operation_id}).first()
    return None if row is None else Receipt(*row)


@cache
def _receipt(table: Table) -> TextClause:
    return text(f"SELECT operation, digest, result FROM {quoted(table)} WHERE operation = :operation")  # noqa: S608 - our own


def keys(connection: Connection, tables: Tables, prefix: str, after: str | None, limit: int) -> list[str]:
    """Give at most *limit* keys that begin with *prefix*, in their order, those behind the key *after*."""
    begin, end = key_range(prefix, after)
    wanted = {"key >= :begin": {"begin": begin}}
    if end is not None:
        wanted["key < :end"] = {"end": end}
    return [key for (key,) in _page(connection, tables.document, "key", "key", wanted, limit)]


ENTRY: Final = ("at", "operation", "line", "account", "unit", "amount", "detail")
"""The columns of an entry, in the order of what is read."""


def entries(
    connection: Connection,
    tables: Tables,
    *,
    account: str | None,
    start: datetime | None,
    end: datetime | None,
    after: str | None,
    limit: int,
) -> list[Entry]:
    """
    Give at most *limit* entries of *account* (or all) from *start* up to *end*, by moment, operation and line.
    """
    wanted: dict[str, dict[str, object]] = {}
    if account is not None:
        # in the text, so that PostgreSQL plans for this account, though the driver prepares the question
        wanted[f"account_hash = {account_hash(account)} AND account = :account"] = {"account": account}
    if start is not None:
        wanted["at >= :start"] = {"start": micros(start)}
    if end is not None:
        wanted["at < :end"] = {"end": micros(end)}
    if after is not None:
        behind = zip(("at", "operation", "line"), behind_entry(after), strict=True)
        wanted["(at, operation, line) > (:at, :operation, :line)"] = dict(behind)
    return [
        _entry(*row) for row in _page(connection, tables.entry, ", ".join(ENTRY), "at, operation, line", wanted, limit)
    ]


def _entry(at: int, operation: str, line: int, account: str, unit: str, amount: int, detail: str) -> Entry:
    return Entry(
        at=from_micros(at), operation=operation, line=line, account=account, unit=unit, amount=amount, detail=detail
    )


def due(connection: Connection, tables: Tables, before: datetime, after: str | None, limit: int) -> list[Due]:
    """Give at most *limit* documents due at *before* or earlier, by moment and key, those behind *after*."""
    wanted: dict[str, dict[str, object]] = {"moment <= :before": {"before": micros(before)}}
    if after is not None:
        wanted["(moment, key) > (:moment, :key)"] = dict(zip(("moment", "key"), behind_due(after), strict=True))
    rows = _page(connection, tables.due, "key, moment", "moment, key", wanted, limit)
    return [Due(key, from_micros(moment)) for key, moment in rows]


def _page(
    connection: Connection,
    table: Table,
    columns: str,
    order: str,
    wanted: Mapping[str, Mapping[str, object]],
    limit: int,
) -> Iterable[Any]:
    """Ask for *columns* of *table* in that *order*, where all conditions *wanted* hold, each with its parameters."""
    parameters = {name: value for given in wanted.values() for name, value in given.items()}
    return connection.execute(_question(table, columns, order, tuple(wanted)), {**parameters, "limit": limit})


@lru_cache(maxsize=100)
def _question(table: Table, columns: str, order: str, wanted: tuple[str, ...]) -> TextClause:
    where = " AND ".join(wanted) or "TRUE"
    return text(f"SELECT {columns} FROM {quoted(table)} WHERE {where} ORDER BY {order} LIMIT :limit")  # noqa: S608 - our own
