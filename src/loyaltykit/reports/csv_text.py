"""Lines of CSV, for spreadsheets: nothing in a cell can be run as a formula."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_RUNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""How a cell begins that a spreadsheet may take for a formula; the last four are the full-width forms."""

_NEGATIVE_NUMBER = re.compile(r"-[0-9]+(\.[0-9]+)?", re.ASCII)


def csv_line(cells: Sequence[Any]) -> str:
    r"""
    Give *cells* as one line of CSV, defused; None is an empty cell.

    Examples:
        >>> csv_line(["@cmd", -5, None, "a, b"])
        '\'@cmd,-5,,"a, b"\n'
    """
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(_defused(cells))
    return line.getvalue()


def _defused(cells: Iterable[Any]) -> list[str]:
    return [defused("" if cell is None else str(cell)) for cell in cells]


def defused(cell: str) -> str:
    """
    Give *cell* with an apostrophe before it if a spreadsheet might run it; negative numbers stay numbers.

    Examples:
        >>> defused("=1+1"), defused("-2.50"), defused("-2+3"), defused("Kyiv")
        ("'=1+1", '-2.50', "'-2+3", 'Kyiv')
    """
    return "'" + cell if cell.startswith(_RUNS) and not _NEGATIVE_NUMBER.fullmatch(cell) else cell
