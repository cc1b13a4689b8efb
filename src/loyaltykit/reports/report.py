"""A report: rows of frozen objects, with a total where there's one; as CSV for spreadsheets, and as a table."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from attrs import frozen

from loyaltykit.reports.columns import aligned, counted, figure
from loyaltykit.reports.csv_file import CsvFile, row_line
from loyaltykit.reports.csv_text import csv_line
from loyaltykit.reports.row import cells_of, columns_of
from loyaltykit.reports.xlsx_file import XlsxFile
from loyaltykit.settings.kind import shown
from loyaltykit.values.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

    from loyaltykit.reports.csv_file import Writable
    from loyaltykit.reports.xlsx_file import WritableBytes

Row = TypeVar("Row")

WIDTH: Final = 40
"""Characters of a name that are shown in a table; a CSV file has all of them."""

UNKNOWN: Final = "–"
"""What a table shows where there's nothing to tell."""


@frozen
class Report(Generic[Row]):
    r"""
    What a report called *title* came to: its *rows*, all of the class *kind*, and their *total*, None where none is.

    Rows stand in an order that each report says. The first columns, so many *names*, say what a row is about; they're
    None in the total. A report of nothing has no rows.

    Examples:
        >>> from loyaltykit import Money, Report, SurchargeRow
        >>> row = SurchargeRow(district="76", rule="centre", orders=1200, money=Money(8800, "RUB"))
        >>> report = Report("Surcharges by district", SurchargeRow, (row,), names=2)
        >>> print(report)
        Surcharges by district: 1 row
        district  rule    orders  money, RUB
          76      centre   1,200    8,800.00
        >>> report.csv_lines()
        ['district,rule,orders,money\n', '76,centre,1200,8800.00\n']
    """

    title: str
    kind: type[Row]
    rows: tuple[Row, ...]
    total: Row | None = None
    names: int = 1

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns: those of a row's fields."""
        return columns_of(self.kind)

    def csv_lines(self) -> list[str]:
        """Give the lines of CSV: the columns, and a line for each row; totals are left to the reader (S5)."""
        return [csv_line(self.columns), *[row_line(row, self.columns) for row in self.rows]]

    def to_csv(self, target: str | PathLike[str] | Writable) -> None:
        r"""
        Write the rows as a `CsvFile` to the path *target*, or to a file that is open for text; totals are left out.

        Raises `OSError` for a file that can't be written.

        Examples:
            >>> import io
            >>> from loyaltykit import Report, SurchargeRow
            >>> Report("Surcharges by district", SurchargeRow, ()).to_csv(file := io.StringIO())
            >>> file.getvalue()
            'district,rule,orders,money\n'
        """
        with CsvFile(target, self.kind) as file:
            for row in self.rows:
                file.add(row)

    def to_xlsx(self, target: str | PathLike[str] | WritableBytes) -> None:
        """
        Write the rows as an `XlsxFile` to the path *target*, or to a file that is open for bytes; totals are left out.

        Raises `MissingExtra` where xlsxwriter isn't installed, and `OSError` for a file that can't be written.

        Examples:
            >>> import io
            >>> from loyaltykit import Report, SurchargeRow
            >>> Report("Surcharges by district", SurchargeRow, ()).to_xlsx(file := io.BytesIO())
            >>> file.getvalue()[:2]
            b'PK'
        """
        with XlsxFile(target, self.kind) as file:
            for row in self.rows:
                file.add(row)

    def __str__(self) -> str:
        """Give the report as a table for a terminal."""
        if not self.rows:
            return f"{self.title}: nothing"
        lines = [cells_of(row, self.columns) for row in self.rows]
        total = [] if self.total is None else [cells_of(self.total, self.columns)]
        header = list(map(_headed, self.columns, zip(*lines, *total, strict=True)))
        table = [list(map(_in_words, line)) for line in lines]
        table += [["in all", *["" if cell is None else _in_words(cell) for cell in line[1:]]] for line in total]
        return "\n".join([f"{self.title}: {counted(len(lines), 'row')}", *aligned(header, table, names=self.names)])


def _headed(name: str, cells: Iterable[Any]) -> str:
    """Give the words above a column; where it holds money, with the currency."""
    words = name.replace("_", " ")
    money = next((cell for cell in cells if isinstance(cell, Money)), None)
    return words if money is None else f"{words}, {money.currency}"


def _in_words(cell: Any) -> str:
    if cell is None:
        return UNKNOWN
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    return shown(cell, WIDTH) if isinstance(cell, str) else figure(cell)
