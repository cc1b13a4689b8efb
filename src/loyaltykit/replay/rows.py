"""The rows of a file of past orders: CSV with a header, each row with its line, whatever is wrong with it said."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from loyaltykit.errors import UnreadableOrders
from loyaltykit.replay.refusal import Refusal
from loyaltykit.replay.source import MAX_ROW, Lines, RowTooLong
from loyaltykit.settings.kind import hint_for, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.replay.columns import Columns
    from loyaltykit.replay.source import Readable


@frozen
class Row:
    r"""
    A row of the file, beginning on *line* (from 1): its *cells*, the text of each mapped fact without blanks around.

    A row that can't be read has a *refusal*; a blank line has neither that nor cells. *surplus* counts the empty fields
    that stand after the header's last column and are passed over. A row goes over several *lines* where quotes hold
    their ends.

    Examples:
        >>> import io
        >>> from loyaltykit.replay import Columns, read_rows
        >>> columns = Columns.from_dict({"columns": {"placed_at": "when", "price": "fare"}, "moments": "iso"})
        >>> for row in read_rows(io.BytesIO(b"when,fare\n2026-03-01,4.50,,\n\n2026-03-01\n"), columns):
        ...     print(row.line, row.cells, row.surplus, row.is_blank, row.refusal)
        2 {'placed_at': '2026-03-01', 'price': '4.50'} 2 False None
        3 {} 0 True None
        4 {} 0 False it has 1 fields where the header has 2 columns
    """

    line: int
    cells: dict[str, str] = field(factory=dict)
    surplus: int = 0
    refusal: Refusal | None = None
    lines: int = 1

    @property
    def is_blank(self) -> bool:
        """Whether the line says nothing."""
        return not self.cells and self.refusal is None


def read_rows(file: Readable, columns: Columns) -> Iterator[Row]:
    r"""
    Give the rows of binary *file*, CSV, plain or gzip, in UTF-8, whose first row that isn't blank is the header.

    Raises `UnreadableOrders` where no row can be read: an empty file, a header without the mapped columns, a gzip file
    that was cut off.

    Examples:
        >>> import gzip, io
        >>> from loyaltykit.replay import Columns, read_rows
        >>> columns = Columns.from_dict({"columns": {"placed_at": "when", "price": "fare"}, "moments": "iso"})
        >>> packed = io.BytesIO(gzip.compress(b"fare, when\n4.50,2026-03-01\n"))
        >>> [row.cells["price"] for row in read_rows(packed, columns)]
        ['4.50']
    """
    lines = Lines(file)
    rows = _raw_rows(lines)
    header = _header(rows)
    places = _places(header, columns)
    for line, fields in rows:
        row = _row(line, fields, len(header), places)
        over = lines.count - line + 1
        yield row if over == 1 else evolve(row, lines=over)


def _raw_rows(lines: Lines) -> Iterator[tuple[int, list[str] | Refusal]]:
    """Give each row's fields, or why it has none, with the line on which it begins."""
    reader = csv.reader(lines, strict=True)
    while True:
        line = lines.count + 1
        lines.begin_row()
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, _fault(str(error), until=lines.count)
        except RowTooLong:
            yield line, Refusal("row_too_long", limit=MAX_ROW)


def _fault(why: str, until: int) -> Refusal:
    """Give what Python's csv says is wrong, up to that line; its limit is the whole process's, and left as it is."""
    if why.startswith("field larger than field limit"):
        return Refusal("field_too_long", limit=csv.field_size_limit(), until=until)
    return Refusal("broken_quotes", why=why, until=until)


def _header(rows: Iterator[tuple[int, list[str] | Refusal]]) -> list[str]:
    for line, fields in rows:
        if isinstance(fields, Refusal):
            message = f"the header, on line {line}, can't be read: {fields}"
            raise UnreadableOrders(message)
        if not _is_blank(fields):
            return [name.strip() for name in fields]
    message = "the file of orders is empty: its first row names the columns"
    raise UnreadableOrders(message)


def _places(header: list[str], columns: Columns) -> dict[str, int]:
    """Give the place of each fact in a row; every mapped column must stand in the header, once."""
    missing = [column for column in columns.named.values() if column not in header]
    if missing:
        told = ", nor ".join(f"{column} ({hint_for(column, header)})" for column in missing)
        message = f"the orders have no column {told}; their header: {shown(', '.join(header), 1000)}"
        raise UnreadableOrders(message)
    twice = sorted({column for column in columns.named.values() if header.count(column) > 1})
    if twice:
        message = f"the header has {', '.join(twice)} more than once: rename all but the one that is meant"
        raise UnreadableOrders(message)
    return {fact: header.index(column) for fact, column in columns.named.items()}


def _row(line: int, fields: list[str] | Refusal, width: int, places: dict[str, int]) -> Row:
    if isinstance(fields, Refusal):
        return Row(line, refusal=fields)
    if _is_blank(fields):
        return Row(line)
    if len(fields) < width:
        return Row(line, refusal=Refusal("missing_fields", fields=len(fields), columns=width))
    surplus = fields[width:]
    if any(map(str.strip, surplus)):
        return Row(line, refusal=Refusal("surplus_fields", columns=width, value=shown(",".join(surplus))))
    return Row(line, {fact: fields[place].strip() for fact, place in places.items()}, len(surplus))


def _is_blank(fields: list[str]) -> bool:
    return not fields or (len(fields) == 1 and not fields[0].strip())
