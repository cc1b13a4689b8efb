"""Rows as CSV, written one by one: a report of millions takes no more room than one of them. Row S5."""

from __future__ import annotations

from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loyaltykit.reports.csv_text import csv_line
from loyaltykit.reports.row import cells_of, columns_of

if TYPE_CHECKING:
    from typing import Protocol, Self

    class Writable(Protocol):
        """What text can be written to."""

        def write(self, text: str, /) -> object:
            """Write *text*."""


class CsvFile:
    r"""
    Rows of the class *kind* on their way to *target*, a path or a file that is open for text, as CSV in UTF-8.

    Amounts are plain numbers in major units, and moments have their offset from UTC. What a spreadsheet might run as a
    formula gets an apostrophe. Raises `OSError` for a file that can't be written.

    Examples:
        >>> import io
        >>> from loyaltykit import CsvFile, Money, SurchargeRow
        >>> row = SurchargeRow(district="=1+1", rule="centre", orders=1200, money=Money(8800, "RUB"))
        >>> with CsvFile(text := io.StringIO(), SurchargeRow) as file:
        ...     file.add(row)
        >>> text.getvalue()
        "district,rule,orders,money\n'=1+1,centre,1200,8800.00\n"
    """

    def __init__(self, target: str | PathLike[str] | Writable, kind: type[Any]) -> None:
        self._target = target
        self._columns = columns_of(kind)

    def add(self, row: object) -> None:
        """Write *row*."""
        self._file.write(row_line(row, self._columns))

    def __enter__(self) -> Self:
        """Begin the file with the columns."""
        if isinstance(self._target, str | PathLike):
            self._own = Path(self._target).open("w", encoding="utf-8", newline="")
            self._file: Writable = self._own
        else:
            self._file = self._target
        self._file.write(csv_line(self._columns))
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file if it was opened here."""
        if isinstance(self._target, str | PathLike):
            self._own.close()


def row_line(row: object, columns: tuple[str, ...]) -> str:
    r"""
    Give the line of CSV of *row*.

    Examples:
        >>> from loyaltykit import Money, SurchargeRow
        >>> row_line(SurchargeRow(district=None, rule="centre", orders=1, money=Money(88, "RUB")), ("rule", "money"))
        'centre,88.00\n'
    """
    return csv_line([_cell(cell) for cell in cells_of(row, columns)])


def _cell(cell: Any) -> Any:
    return cell.isoformat() if isinstance(cell, datetime) else getattr(cell, "amount", cell)
