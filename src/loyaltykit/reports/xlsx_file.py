"""
Rows as an Excel file, written one by one through a temporary file: a report of millions takes no more room than one of
them. Row S5.

A file is made by xlsxwriter, an extra. Text is written as text and never as a formula; it's formatted as text, too, so
that editing a cell makes it none. Excel counts in floats of 15 digits, so a number with more is written as text.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from os import PathLike
from pathlib import Path
from shutil import copyfile, copyfileobj
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from loyaltykit.errors import MissingExtra
from loyaltykit.reports.row import cells_of, columns_of
from loyaltykit.values.money import Money

if TYPE_CHECKING:
    from typing import Protocol, Self

    class WritableBytes(Protocol):
        """What bytes can be written to."""

        def write(self, content: bytes, /) -> object:
            """Write *content*."""


SHEET_ROWS: Final = 1_048_576
"""Rows that a sheet of Excel has at most, that of the columns among them."""

DIGITS: Final = 15
"""Significant digits that Excel keeps of a number."""

_BORN: Final = datetime(1980, 1, 1, tzinfo=UTC)
"""When each file says it was made, so that the same rows give the same file."""

_FIRST_YEAR: Final = 1900
"""Excel knows no earlier day."""


class XlsxFile:
    """
    Rows of the class *kind* on their way to *target*, a path or a file that is open for bytes, as a file of Excel.

    Amounts are numbers, formatted with their digits, and money with its currency, too; those of more than 15 digits are
    text, since Excel would lose the rest. A moment is the day and time that its own clock shows. Sheets hold 1,048,576
    rows each, and there are as many as are needed. Where the block ends by an error nothing is written. Raises
    `MissingExtra` where xlsxwriter isn't installed, and `OSError` for a file that can't be written.

    Examples:
        >>> import io
        >>> from loyaltykit import Money, SurchargeRow, XlsxFile
        >>> row = SurchargeRow(district="=1+1", rule="centre", orders=1200, money=Money(8800, "RUB"))
        >>> with XlsxFile(target := io.BytesIO(), SurchargeRow) as file:
        ...     file.add(row)
        >>> target.getvalue()[:2]
        b'PK'
    """

    def __init__(self, target: str | PathLike[str] | WritableBytes, kind: type[Any]) -> None:
        self._writer = _xlsxwriter()
        self._target = target
        self._columns = columns_of(kind)

    def add(self, row: object) -> None:
        """Write *row*."""
        if self._row == SHEET_ROWS:
            self._begin_sheet()
        for column, cell in enumerate(cells_of(row, self._columns)):
            self._write(column, cell)
        self._row += 1

    def __enter__(self) -> Self:
        """Begin the file with the columns."""
        self._folder = TemporaryDirectory(prefix="loyaltykit-", ignore_cleanup_errors=True)
        self._made = Path(self._folder.name, "made.xlsx")
        options = {"constant_memory": True, "tmpdir": self._folder.name}
        self._book = self._writer.Workbook(str(self._made), options)
        self._book.set_properties({"created": _BORN})
        self._book.use_zip64()
        self._formats: dict[str, Any] = {}
        self._begin_sheet()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Write the file, if all went well."""
        try:
            if kind is None:
                self._hand_over()
        finally:
            for sheet in self._book.worksheets():
                sheet.row_data_fh.close()
            self._book.fileclosed = True
            self._folder.cleanup()

    def _hand_over(self) -> None:
        """Make the file, and copy it to where it belongs: what can't be made leaves nothing there."""
        try:
            self._book.close()
        except self._writer.exceptions.FileCreateError as error:  # which hides the system's own
            raise error.__context__ or error from None
        if isinstance(self._target, str | PathLike):
            copyfile(self._made, self._target)
        else:
            with self._made.open("rb") as made:
                copyfileobj(made, self._target)

    def _begin_sheet(self) -> None:
        self._sheet = self._book.add_worksheet(f"rows {len(self._book.worksheets()) + 1}")
        self._sheet.freeze_panes(1, 0)
        self._row = 0
        for column, name in enumerate(self._columns):
            self._sheet.write_string(0, column, name)
        self._row = 1

    def _write(self, column: int, cell: Any) -> None:
        if cell is None:
            return
        value = getattr(cell, "amount", cell)
        text = cell.isoformat() if isinstance(cell, datetime) else str(value)
        place = self._row, column
        if isinstance(cell, datetime) and cell.year >= _FIRST_YEAR:
            self._sheet.write_datetime(*place, cell.replace(tzinfo=None), self._format("yyyy-mm-dd hh:mm:ss"))
        elif isinstance(cell, bool):
            self._sheet.write_boolean(*place, cell)
        elif isinstance(value, int | Decimal) and _digits(text) <= DIGITS:
            self._sheet.write_number(*place, float(value), self._format(_shape(cell, text)))
        else:
            self._sheet.write_string(*place, _harmless(text), self._format("@"))

    def _format(self, shape: str) -> Any:
        if shape not in self._formats:
            self._formats[shape] = self._book.add_format({"num_format": shape})
        return self._formats[shape]


def _xlsxwriter() -> Any:
    try:
        import xlsxwriter  # noqa: PLC0415 - an extra
        import xlsxwriter.exceptions  # noqa: PLC0415
    except ImportError:
        message = "files of Excel are written by xlsxwriter, which isn't installed: pip install 'loyaltykit[reports]'"
        raise MissingExtra(message, extra="reports") from None
    return xlsxwriter


def _digits(text: str) -> int:
    """Count the significant digits of the number *text*."""
    return len(text.lstrip("-").replace(".", "").strip("0"))


def _shape(cell: Any, text: str) -> str:
    """Give the format of a number: as many decimals as its *text* has, and the currency of money."""
    decimals = len(text.partition(".")[2])
    shape = "#,##0" + ("." + "0" * decimals if decimals else "")
    return f'{shape} "{cell.currency}"' if isinstance(cell, Money) else shape


def _harmless(text: str) -> str:
    """Give *text* that no writer takes for mark-up: what looks like a rich string would be written as it is."""
    return f"'{text}" if text.startswith("<r>") and text.endswith("</r>") else text
