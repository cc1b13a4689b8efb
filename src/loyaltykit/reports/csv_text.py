"""
Lines of CSV, for spreadsheets: nothing in a cell can be run as a formula.

A spreadsheet may part cells by something else than commas: by semicolons, as one does whose decimals have commas, or by
tabs. Quotes help there only in the first cell, so a formula must not begin behind a semicolon, tab or line end either.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_BLANK: Final = r"""[^\S\t\r\n]|[\0"\u200b-\u200f\u2060\ufeff]"""
"""What a spreadsheet may pass over before a formula: blanks, what isn't seen, and quotes that open a cell."""

_RUNS: Final = r"[=+@\-\uff1d\uff0b\uff0d\uff20]"
"""How a formula may begin; the last four are the full-width forms."""

_BEGINS: Final = re.compile(rf"\A(?=[\t\r\n])|(?:\A|(?<=[;\t\r\n]))(?=(?:{_BLANK})*{_RUNS})")
"""Where a spreadsheet may take what follows for a formula."""

_NEGATIVE_NUMBER: Final = re.compile(r"-[0-9]+(\.[0-9]+)?", re.ASCII)

_PARTS: Final = re.compile(r"""[,;"\t\r\n]""")
"""What parts cells or lines, here or there, and quotes."""


def csv_line(cells: Sequence[Any]) -> str:
    r"""
    Give *cells* as one line of CSV, defused; None is an empty cell.

    Examples:
        >>> csv_line(["@cmd", -5, None, "a, b"])
        '\'@cmd,-5,,"a, b"\n'
    """
    return ",".join([_quoted(defused("" if cell is None else str(cell))) for cell in cells]) + "\n"


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if _PARTS.search(cell) else cell


def defused(cell: str) -> str:
    """
    Give *cell* with an apostrophe wherever a spreadsheet might begin to run it; negative numbers stay numbers.

    Examples:
        >>> defused("=1+1"), defused("a;=1+1"), defused("-2.50"), defused("-2+3"), defused("Kyiv")
        ("'=1+1", "a;'=1+1", '-2.50', "'-2+3", 'Kyiv')
    """
    return cell if _NEGATIVE_NUMBER.fullmatch(cell) else _BEGINS.sub("'", cell)
