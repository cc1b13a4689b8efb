"""Reports as CSV, for spreadsheets (S5), and as tables of a terminal."""

from __future__ import annotations

import csv
import io
import pickle
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from loyaltykit import Money, Report, SurchargeRow, WorkerBonusRow


def row(district, rule, orders, money):
    return SurchargeRow(district=district, rule=rule, orders=orders, money=Money(money, "RUB"))


@pytest.fixture
def report():
    """Give a report whose names come from files that nobody vouches for."""
    rows = (row("=1+1", "a,b", 1200, "1500000.50"), row(None, "x" * 50, 1, "-5"))
    return Report("Surcharges by district", SurchargeRow, rows, row(None, None, 1201, "1499995.50"), names=2)


def test_S5_csv_has_plain_numbers_and_no_formulas(report):
    """What isn't told is an empty cell; totals are left to the reader."""
    report.to_csv(file := io.StringIO())
    assert list(csv.reader(io.StringIO(file.getvalue()))) == [
        ["district", "rule", "orders", "money"],
        ["'=1+1", "a,b", "1200", "1500000.50"],
        ["", "x" * 50, "1", "-5.00"],
    ]


@pytest.mark.parametrize("kind", [str, lambda path: path])
def test_S5_csv_is_written_to_a_path(tmp_path, kind):
    """Text or path, in UTF-8, with the line ends of the lines."""
    path = tmp_path / "surcharges.csv"
    Report("Surcharges", SurchargeRow, (row("центр", "r", 1, 1),)).to_csv(kind(path))
    assert path.read_bytes() == "district,rule,orders,money\nцентр,r,1,1.00\n".encode()


def test_S5_a_path_that_cant_be_written_is_the_system_s_error(report, tmp_path):
    """A folder is none."""
    with pytest.raises(OSError, match="directory"):
        report.to_csv(tmp_path)


def test_the_table_is_aligned_with_units_and_thousands(report):
    """Long names are cut; the total stands below."""
    assert str(report).splitlines() == [
        "Surcharges by district: 2 rows",
        "district  rule                                       orders    money, RUB",
        "  =1+1    a,b                                         1,200  1,500,000.50",
        f"  –       {'x' * 40}…       1         -5.00",
        "  in all                                              1,201  1,499,995.50",
    ]


def test_a_report_of_nothing_says_so():
    """And its CSV has the columns alone."""
    nothing = Report("Surcharges by district", SurchargeRow, (), row(None, None, 0, 0), names=2)
    assert str(nothing) == "Surcharges by district: nothing"
    assert nothing.csv_lines() == ["district,rule,orders,money\n"]


def test_moments_have_their_offset_in_csv_and_are_local_in_the_table():
    """Nothing is shown as nothing."""
    moment = datetime(2026, 3, 10, 12, tzinfo=ZoneInfo("Europe/Moscow"))
    told = {"start": moment, "end": None, "orders": 2, "reached": Money(0, "RUB"), "next_orders": 5}
    line = WorkerBonusRow(worker="w7", rule="weekly", next_sum=Money(500, "RUB"), **told)
    report = Report("Worker bonuses", WorkerBonusRow, (line,), names=4)
    assert report.csv_lines()[1] == "w7,weekly,2026-03-10T12:00:00+03:00,,2,0.00,5,500.00\n"
    assert str(report).splitlines()[2] == (
        "  w7    weekly  2026-03-10 12:00  –         2          0.00            5         500.00"
    )


def test_control_characters_of_a_name_dont_reach_the_terminal():
    """They're shown as Python writes them."""
    assert r"'\x1b[2J'" in str(Report("Surcharges", SurchargeRow, (row("\x1b[2J", "r", 1, 1),), names=2))


def test_a_report_is_a_frozen_value(report):
    """It's equal by value, and can be sent to another process."""
    assert pickle.loads(pickle.dumps(report)) == report  # noqa: S301 - our own
    with pytest.raises(AttributeError):
        report.rows = ()
