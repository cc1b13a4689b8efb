"""
Records sorted on disk: written in the order of the file, read back by time, equal moments in the order of the file.

A private database in a temporary file that has no name and goes away by itself; what it keeps in memory is bounded.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from loyaltykit.errors import UnreadableOrders

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from loyaltykit.replay.orders import Record


class Spool:
    """Records whose first value, a whole number, is the moment by which they're sorted."""

    def __init__(self, database: sqlite3.Connection, width: int) -> None:
        self._database = database
        self._width = width
        self._latest: int | None = None
        self._in_order = True
        self.count = 0
        columns = ", ".join(f"v{index}" for index in range(width))  # without types: values come back as they went in
        database.execute("PRAGMA journal_mode = OFF")
        database.execute(f"CREATE TABLE record (position INTEGER PRIMARY KEY, {columns})")
        database.execute("CREATE TABLE seen (id TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID")

    def keep(self, records: Iterable[Record]) -> None:
        """Keep *records*, in this order, after those kept before."""
        marks = ", ".join("?" * self._width)
        insert = f"INSERT INTO record VALUES (NULL, {marks})"  # noqa: S608 - nothing but marks
        self._database.executemany(insert, self._watched(records))

    def first_line(self, order_id: str, line: int) -> int:
        """Give the line that had *order_id* first: this one, if none was told before."""
        execute = self._database.execute
        if execute("INSERT INTO seen VALUES (?, ?) ON CONFLICT DO NOTHING", (order_id, line)).rowcount:
            return line
        first: int = execute("SELECT line FROM seen WHERE id = ?", (order_id,)).fetchone()[0]
        return first

    def by_time(self) -> Iterator[Record]:
        """Give all records by time; sorted only if they weren't kept so."""
        order = "position" if self._in_order else "v0, position"
        columns = ", ".join(f"v{index}" for index in range(self._width))
        return self._database.execute(f"SELECT {columns} FROM record ORDER BY {order}")  # noqa: S608 - our own names

    def together(self, place: int) -> Iterator[Record]:
        """Give all records in the order of the file, each behind the first one with the same value at *place*."""
        columns = ", ".join(f"v{index}" for index in range(self._width))
        firsts = f"SELECT v{place} AS shared, MIN(position) AS first FROM record GROUP BY 1"  # noqa: S608 - our own names
        joined = f"SELECT {columns} FROM record JOIN ({firsts}) ON v{place} = shared"  # noqa: S608
        return self._database.execute(f"{joined} ORDER BY first, position")

    def _watched(self, records: Iterable[Record]) -> Iterator[Record]:
        for record in records:
            moment = record[0]
            self._in_order &= self._latest is None or self._latest <= moment
            self._latest = moment
            self.count += 1
            yield record


@contextmanager
def spool(width: int) -> Iterator[Spool]:
    """
    Give an empty spool for records of *width* values; what it holds is gone afterwards.

    Raises `UnreadableOrders` where there's no room on the disk.

    Examples:
        >>> with spool(2) as records:
        ...     records.keep([(5, "later"), (3, "earlier"), (5, "last")])
        ...     [name for _, name in records.by_time()]
        ['earlier', 'later', 'last']
    """
    with closing(sqlite3.connect("")) as database:
        try:
            yield Spool(database, width)
        except sqlite3.OperationalError as error:
            message = f"the orders can't be sorted on disk: {error}; set TMPDIR to a folder with more room"
            raise UnreadableOrders(message) from None
