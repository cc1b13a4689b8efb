"""Reports as files of Excel, read back by another library (S5)."""

from __future__ import annotations

import builtins
import gc
import io
import tempfile
import xml.etree.ElementTree as ET
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from loyaltykit import MissingExtra, Money, Points, Report, SurchargeRow, XlsxFile
from loyaltykit.reports import xlsx_file
from tests.reports.test_csv_text import test_what_a_spreadsheet_might_run_gets_an_apostrophe as dangers

DANGEROUS = [*dangers.pytestmark[0].args[1], "=cmd|' /C calc'!A0", "{=1+1}", "http://example.com", "</t></is><f>1</f>"]
NUMBERS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@frozen
class Pair:
    """A row of two cells, of any kind."""

    one: object
    other: object = None


@pytest.fixture(autouse=True)
def _nothing_left(tmp_path, monkeypatch):
    """See that no temporary file is left."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    gc.collect()
    assert list(folder.iterdir()) == []


def written(*cells):
    """Give the bytes of a file with one row for each of *cells*."""
    with XlsxFile(target := io.BytesIO(), Pair) as file:
        for cell in cells:
            file.add(Pair(cell))
    return target.getvalue()


def read(*cells):
    """Give the first cell of each row of such a file, as another library reads it."""
    (sheet,) = load_workbook(io.BytesIO(written(*cells))).worksheets
    return [row[0] for row in list(sheet.iter_rows())[1:]]


def formulas(content):
    """Give the formulas of the first sheet, by its bare mark-up."""
    sheet = ET.fromstring(zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml"))  # noqa: S314 - our own
    return sheet.findall(f".//{NUMBERS}f")


def test_S5_a_report_becomes_a_file_of_excel(tmp_path):
    """Columns as in CSV, numbers as numbers, what isn't told as nothing; the total is left to the reader."""
    row = SurchargeRow(district="центр", rule="=1+1", orders=1200, money=Money("-1500000.50", "RUB"))
    nothing = SurchargeRow(district=None, rule="r", orders=1, money=Money(0, "RUB"))
    Report("Surcharges", SurchargeRow, (row, nothing), nothing, names=2).to_xlsx(tmp_path / "surcharges.xlsx")
    (sheet,) = load_workbook(tmp_path / "surcharges.xlsx").worksheets
    assert [[cell.value for cell in line] for line in sheet.iter_rows()] == [
        ["district", "rule", "orders", "money"],
        ["центр", "=1+1", 1200, -1500000.5],
        [None, "r", 1, 0],
    ]
    assert [cell.data_type for cell in sheet[2]] == ["s", "s", "n", "n"]
    assert [cell.number_format for cell in sheet[2]] == ["@", "@", "#,##0", '#,##0.00 "RUB"']


@pytest.mark.parametrize("kind", [str, lambda path: path, lambda path: path.open("wb")])
def test_S5_a_path_its_text_or_an_open_file(tmp_path, kind):
    """The file is the same, whenever it's written."""
    target = kind(tmp_path / "report.xlsx")
    Report("Surcharges", SurchargeRow, ()).to_xlsx(target)
    if hasattr(target, "close"):
        target.close()
    again = io.BytesIO()
    Report("Surcharges", SurchargeRow, ()).to_xlsx(again)
    assert again.getvalue() == (tmp_path / "report.xlsx").read_bytes()


@pytest.mark.parametrize("cell", DANGEROUS)
def test_S5_no_cell_is_a_formula_or_a_link(cell):
    """It's text, and formatted as text, so that editing it doesn't make it a formula."""
    content = written(cell)
    (found,) = read(cell)
    assert (found.data_type, found.number_format, found.hyperlink) == ("s", "@", None)
    assert formulas(content) == []
    assert "sheet1.xml.rels" not in str(zipfile.ZipFile(io.BytesIO(content)).namelist())


@given(st.text(max_size=20))
def test_S5_any_text_stays_text(text):
    """Whatever it holds, the file can be read, and has no formula."""
    text = "".join([each for each in text if not 0xD800 <= ord(each) < 0xE000])
    content = written(f"a{text}")
    load_workbook(io.BytesIO(content))
    assert formulas(content) == []


def test_S5_what_looks_like_rich_text_is_text():
    """It would be written as mark-up, and make the file unreadable or another one."""
    (found,) = read("<r>boo</x></r>")
    assert found.value == "'<r>boo</x></r>"


@pytest.mark.parametrize(
    ("cell", "value", "shape"),
    [
        (10**15 - 1, 10**15 - 1, "#,##0"),
        (-(10**14), -(10**14), "#,##0"),
        (12 * 10**20, 12 * 10**20, "#,##0"),
        (10**15 + 1, "1000000000000001", "@"),
        (Money("1234567890123.45", "RUB"), 1234567890123.45, '#,##0.00 "RUB"'),
        (Money("12345678901234.56", "RUB"), "12345678901234.56", "@"),
        (Money("-0.01", "RUB"), -0.01, '#,##0.00 "RUB"'),
        (Money(5, "JPY"), 5, '#,##0 "JPY"'),
        (Points("1.50", digits=2), 1.5, "#,##0.00"),
        (Decimal("12.5"), 12.5, "#,##0.0"),
        (0, 0, "#,##0"),
        ("123", "123", "@"),
    ],
)
def test_S5_numbers_lose_no_digit(cell, value, shape):
    """Excel keeps 15 significant digits: what has more is text."""
    (found,) = read(cell)
    assert (found.value, found.number_format) == (value, shape)


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.sampled_from(["RUB", "JPY", "KWD"]))
def test_S5_money_reads_back_as_it_was(minor, currency):
    """To the minor unit, by the 15 digits that Excel shows."""
    money = Money.from_minor(minor, currency)
    (found,) = read(money)
    assert Decimal(f"{found.value:.15g}") == money.amount


def test_S5_moments_are_excels_own():
    """As their own clock shows them; Excel knows no day before 1900."""
    moscow, before = datetime(2026, 3, 1, 12, 30, tzinfo=ZoneInfo("Europe/Moscow")), datetime(1899, 12, 31, tzinfo=UTC)
    told, early = read(moscow, before)
    assert (told.value, told.number_format) == (datetime(2026, 3, 1, 12, 30), "yyyy-mm-dd hh:mm:ss")  # noqa: DTZ001
    assert early.value == "1899-12-31T00:00:00+00:00"


def test_S5_yes_and_no():
    """They're Excel's own, too."""
    assert [(each.value, each.data_type) for each in read(True, False)] == [(True, "b"), (False, "b")]  # noqa: FBT003


def test_S5_more_rows_than_a_sheet_has(monkeypatch):
    """They go on in the next, below its own columns."""
    monkeypatch.setattr(xlsx_file, "SHEET_ROWS", 3)
    book = load_workbook(io.BytesIO(written(1, 2, 3)))
    assert [[line[0] for line in sheet.values] for sheet in book.worksheets] == [["one", 1, 2], ["one", 3]]
    assert book.sheetnames == ["rows 1", "rows 2"]


def test_S5_an_error_leaves_no_file(tmp_path):
    """Neither there nor among the temporary ones."""

    def fail():
        with XlsxFile(tmp_path / "report.xlsx", Pair) as file:
            file.add(Pair(1))
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert not (tmp_path / "report.xlsx").exists()


def test_S5_a_path_that_cant_be_written_is_the_systems_error(tmp_path):
    """A folder is none."""
    with pytest.raises(IsADirectoryError):
        Report("Surcharges", SurchargeRow, ()).to_xlsx(tmp_path)


def test_S5_without_xlsxwriter_the_extra_is_named(monkeypatch):
    """What to install, in the error."""
    real = builtins.__import__

    def refusing(name, *rest):
        if name == "xlsxwriter":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refusing)
    with pytest.raises(MissingExtra, match=r"pip install 'loyaltykit\[reports\]'") as caught:
        Report("Surcharges", SurchargeRow, ()).to_xlsx(Path("report.xlsx"))
    assert (caught.value.extra, isinstance(caught.value, ImportError)) == ("reports", True)


def test_S5_a_file_that_cant_be_made_is_the_systems_error(tmp_path):
    """As where the disk of temporary files is full; nothing stands in its place."""

    def fail():
        with XlsxFile(tmp_path / "report.xlsx", Pair) as file:
            file._made.mkdir()

    with pytest.raises(IsADirectoryError):
        fail()
    assert not (tmp_path / "report.xlsx").exists()
