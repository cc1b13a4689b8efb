"""Lines of CSV, for spreadsheets."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit.reports.csv_text import csv_line, defused

FORMULA = re.compile(r"\s*(?!-[0-9]+(\.[0-9]+)?(,|$))[=+@-]")
"""How a formula begins; a negative number is none."""


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
        "\ta",
        "\ra",
        "\na",
        "\uff1d1+1",
        "\uff0b1",
        "\uff0d1",
        "\uff20SUM(A1)",
        " =1+1",
        "\u00a0 @SUM(A1)",
        "\u200b=1+1",
        "\ufeff=1+1",
        "\v+1",
        " -2.50",
        "\0=1",
    ],
)
def test_what_a_spreadsheet_might_run_gets_an_apostrophe(cell):
    """The apostrophe makes it text; the rest stays as it was."""
    assert defused(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "-2.50", "-7", "12.50", "a=b", "Kyiv – центр", "'quoted", " x"])
def test_what_is_harmless_stays_as_it_is(cell):
    """Negative numbers are numbers."""
    assert defused(cell) == cell


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("a;=1+1", "a;'=1+1"),
        ("a; \t@b", "a; \t'@b"),
        ("=1;-2", "'=1;'-2"),
        (';"=1"', ';\'"=1"'),
        ("a\r\n+1", "a\r\n'+1"),
        ("\t=1", "'\t'=1"),
        ("a;b=1", "a;b=1"),
        ("a,=1", "a,=1"),
    ],
)
def test_no_formula_begins_within_a_cell(cell, told):
    """Where a spreadsheet parts cells by semicolons or tabs."""
    assert defused(cell) == told


@given(st.lists(st.text(" a1.,;'\t\r\n\"\u00a0=+-@", max_size=12), min_size=2, max_size=4), st.sampled_from(",;\t"))
def test_S5_however_cells_are_parted_none_is_a_formula(cells, delimiter):
    """By commas, semicolons or tabs; by commas they read back as they were defused."""
    line = csv_line(cells)
    read = [cell for row in csv.reader(io.StringIO(line, newline=""), delimiter=delimiter) for cell in row]
    assert [cell for cell in read if FORMULA.match(cell)] == []
    if delimiter == ",":
        assert read == [defused(cell) for cell in cells]


def test_what_needs_no_quotes_has_none():
    """Numbers, names and moments stand as they are."""
    cells = ["a b", 12.5, -5, None, "центр", "2026-03-01T00:00:00+03:00"]
    assert csv_line(cells) == "a b,12.5,-5,,центр,2026-03-01T00:00:00+03:00\n"


def test_a_line_reads_back_as_its_cells():
    """Commas, quotes and line ends are quoted; nothing is an empty cell."""
    cells = ["a,b", 'c"d', "e\nf", None, -5]
    assert next(csv.reader(io.StringIO(csv_line(cells)))) == ["a,b", 'c"d', "e\nf", "", "-5"]
