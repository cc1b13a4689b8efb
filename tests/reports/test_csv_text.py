"""Lines of CSV, for spreadsheets."""

from __future__ import annotations

import csv
import io

import pytest

from loyaltykit.reports.csv_text import csv_line, defused


@pytest.mark.parametrize(
    "cell",
    [
        '=HYPERLINK("http://example.com")',
        "+1+cmd",
        "-1+1",
        "-",
        "-2.5e3",
        "--5",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\uff1d1+1",
        "\uff0b1",
        "\uff0d1",
        "\uff20SUM(A1)",
    ],
)
def test_what_a_spreadsheet_might_run_gets_an_apostrophe(cell):
    """The apostrophe makes it text; the rest stays as it was."""
    assert defused(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "-2.50", "-7", "12.50", "a=b", "Kyiv – центр", "'quoted", " x"])
def test_what_is_harmless_stays_as_it_is(cell):
    """Negative numbers are numbers."""
    assert defused(cell) == cell


def test_a_line_reads_back_as_its_cells():
    """Commas, quotes and line ends are quoted; nothing is an empty cell."""
    cells = ["a,b", 'c"d', "e\nf", None, -5]
    assert next(csv.reader(io.StringIO(csv_line(cells)))) == ["a,b", 'c"d', "e\nf", "", "-5"]
