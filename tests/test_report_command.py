"""``loyaltykit report``, run as people run it (T7, G10, G11, S5)."""

from __future__ import annotations

import gc
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from openpyxl import load_workbook

from loyaltykit import Loyalty, Money, Order, read_program
from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.cli import main
from tests.operations.support import AT, DAY

PROGRAM = """
id = "city"
currency = "RUB"
point_value = "1"
time_zone = "Europe/Moscow"
[[redemption]]
[[promo]]
name = "summer"
code = "SUMMER"
percent = "10"
[[cashback]]
percent = "5"
[expiry]
after = "P60D"
[[worker_bonus]]
every = "P7D"
ladder = [{ orders = 2, sum = "500" }]
"""
STORE = ["--repository", "sqlite:loyalty.db"]
NOW = ["--at", "2026-04-01T00:00+03:00"]


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    """Give a folder, which is the current one, with a program and a store of three days' orders."""
    monkeypatch.chdir(tmp_path)
    Path("program.toml").write_text(PROGRAM, encoding="utf-8")
    with closing(SqliteRepository("loyalty.db")) as repository:
        loyalty = Loyalty(read_program("program.toml"), repository)
        for day in range(3):
            order = Order(id=f"o{day}", customer="m1", worker="w7", price=Money(1000, "RUB"))
            loyalty.settle(order, at=AT + day * DAY, promo_code="SUMMER")


def report(name, *more, program="program.toml"):
    return main(["report", name, program, *STORE, *more])


def test_G10_a_report_on_the_terminal(capsys):
    """As a table."""
    assert report("promos", *NOW) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Promos: 1 row",
        "promo     uses  turnover, RUB  discount, RUB  points  worker points  budget  left",
        "  summer     3       2,700.00         300.00       0              0       –     –",
        "  in all     3       2,700.00         300.00       0              0",
    ]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("referrals", "Referrals: nothing"),
        ("invited", "Invited members: nothing"),
        ("worker-codes", "Workers' codes: nothing"),
        ("worker-bonuses", "Worker bonuses: nothing"),
        ("surcharges", "Surcharges by district: nothing"),
        ("points", "Points by month: nothing"),
        ("liability", "Liability: nothing"),
        ("tiers", "Tiers: nothing"),
        ("tier-moves", "Tier moves: nothing"),
        ("tier-endings", "Tier endings: nothing"),
        ("cards", "Gift cards: nothing"),
        ("card-sums", "Gift cards: nothing"),
    ],
)
def test_T7_every_report_has_its_name(capsys, name, said):
    """A report of nothing is no error; by default it's as of now."""
    assert report(name, "--at", "2026-03-01T00:00Z") == 0
    assert capsys.readouterr().out.startswith(f"{said}\n")
    assert report(name) == 0


def test_G10_days_are_local_and_the_last_one_is_included(capsys):
    """From the 11th until the 11th is that day."""
    assert report("promos", *NOW, "--from", "2026-03-11", "--until", "2026-03-11") == 0
    assert "  in all     1 " in capsys.readouterr().out
    assert report("promos", *NOW, "--from", "2026-03-11") == 0
    assert "  in all     2 " in capsys.readouterr().out


def test_S5_rows_as_csv(capsys):
    """The file stands in its place when all went well."""
    assert report("promos", *NOW, "--csv", "promos.csv") == 0
    assert Path("promos.csv").read_text(encoding="utf-8") == (
        "promo,uses,turnover,discount,points,worker_points,budget,left\nsummer,3,2700.00,300.00,0,0,,\n"
    )
    assert "Promos: 1 row" in capsys.readouterr().out


def test_G1_bonuses_as_they_stand(capsys):
    """They have no period."""
    assert report("worker-bonuses", "--at", "2026-03-12T12:00+03:00") == 0
    row = "  w7      worker_bonus  2026-03-10 12:00  2026-03-17 12:00       3        500.00            –         –"
    assert row in capsys.readouterr().out.splitlines()
    with pytest.raises(SystemExit) as stopped:
        report("worker-bonuses", "--until", "2026-03-11")
    assert stopped.value.code == 2
    assert "worker-bonuses are told as they stand: leave --from and --until out" in capsys.readouterr().err


def test_T7_an_earlier_moment_says_what_it_leaves_as_it_stands(capsys):
    """Who was invited, budgets and bonuses have no past."""
    with pytest.raises(SystemExit):
        main(["report", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert "who was invited, budgets, bonus orders, tiers and gift cards as stored last" in said


def test_a_store_that_isnt_there_isnt_made(capsys):
    """Exit status 2."""
    assert main(["report", "promos", "program.toml", "--repository", "sqlite:other.db"]) == 2
    assert capsys.readouterr().err.startswith("loyaltykit: --repository sqlite:other.db: there is no such file: name")
    assert not Path("other.db").exists()


@pytest.mark.parametrize(
    ("args", "complaint"),
    [
        (["--from", "2026-03-12", "--until", "2026-03-10"], "ends before it starts"),
        (["--csv", "loyalty.db"], "--csv loyalty.db can't be written: that is the file of --repository"),
        (["--csv", "program.toml"], "--csv program.toml can't be written"),
    ],
)
def test_what_cant_be_reported(capsys, args, complaint):
    """Exit status 2, and nothing is written."""
    before = Path("program.toml").read_bytes(), Path("loyalty.db").read_bytes()
    assert report("promos", *args) == 2
    assert complaint in capsys.readouterr().err
    assert (Path("program.toml").read_bytes(), Path("loyalty.db").read_bytes()) == before


@pytest.mark.parametrize(
    ("args", "complaint"),
    [
        (["--from", "March"], "'March' is no day: write it as 2026-03-01"),
        (["--at", "today"], "'today' is no moment with its offset from UTC"),
        (["--at", "2026-03-01T12:00"], "'2026-03-01T12:00' is no moment with its offset from UTC"),
        (["--repository", "memory"], "'memory' is no store that is kept: write sqlite: and the path"),
    ],
)
def test_a_wrong_command_line(capsys, args, complaint):
    """Exit status 2, and how to write it."""
    with pytest.raises(SystemExit) as stopped:
        report("promos", *args)
    assert stopped.value.code == 2
    assert complaint in capsys.readouterr().err


def test_a_moment_before_the_first_revision(capsys):
    """Exit status 2: nobody can say which promos were in force."""
    Path("program.toml").write_text('in_force_from = "2026-03-01"\n' + PROGRAM, encoding="utf-8")
    assert report("promos", "--at", "2026-01-01T00:00Z") == 2
    assert "no revision is in force at 2026-01-01" in capsys.readouterr().err


def test_settings_with_problems(capsys):
    """Exit status 1."""
    Path("program.toml").write_text('id = "city"', encoding="utf-8")
    assert report("promos") == 1
    assert "currency" in capsys.readouterr().err


def beside():
    """Give every file of the folder, with what's in it."""
    return {path.name: path.read_bytes() for path in Path().iterdir()}


@pytest.mark.parametrize(
    ("made", "complaint"),
    [
        ("CREATE TABLE invoice (id)", "has no table document: name the file that the orders were kept in"),
        ("", "has no table document: name"),
        (None, "file is not a database"),
    ],
)
def test_T7_a_file_that_is_no_store_stays_as_it_is(capsys, made, complaint):
    """A host's own database by a typing mistake, an empty file, a text: exit status 2, and the complaint names it."""
    if made is None:
        Path("other.db").write_text("words, and not a few of them " * 30, encoding="utf-8")
    else:
        Path("other.db").touch()
        with closing(sqlite3.connect("other.db")) as connection:
            connection.executescript(made)
    before = beside()
    assert main(["report", "promos", "program.toml", "--repository", "sqlite:other.db"]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.startswith("loyaltykit: --repository sqlite:other.db: ")) == ("", True)
    assert complaint in said.err
    assert beside() == before


def test_T7_a_report_leaves_no_trace(capsys):
    """Neither in the store nor beside it, whether or not another has it open; it sees what that one wrote last."""
    before = beside()
    assert report("promos", *NOW) == 0
    assert beside() == before
    with closing(SqliteRepository("loyalty.db")) as repository:
        order = Order(id="last", customer="m1", price=Money(1000, "RUB"))
        Loyalty(read_program("program.toml"), repository).settle(order, at=AT, promo_code="SUMMER")
        before = beside()
        assert report("promos", *NOW) == 0
        after = beside()
        assert {name: after[name] for name in ("loyalty.db", "loyalty.db-wal")} == {
            name: before[name] for name in ("loyalty.db", "loyalty.db-wal")
        }
    assert [line.split()[1] for line in capsys.readouterr().out.splitlines() if line.startswith("  summer")] == [
        "3",
        "4",
    ]


def test_S5_postings_are_written_and_their_sums_printed(capsys):
    """As CSV and for Excel, all of them; what time has done and nobody has booked is among them."""
    assert report("points", "--at", "2027-04-01T00:00+03:00", "--csv", "points.csv", "--xlsx", "points.xlsx") == 0
    assert capsys.readouterr().out.splitlines()[0] == "Points by month: 2 rows"
    lines = Path("points.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("at,member,kind,points,order,rule,branch,service,revision,operation,description")
    assert [line.split(",")[1:4] for line in lines[1:]] == [["m1", "issued", "45"]] * 3 + [["m1", "expired", "-45"]] * 3
    (sheet,) = load_workbook("points.xlsx").worksheets
    cells = [[cell.value for cell in line[1:4]] for line in list(sheet.iter_rows())[1:]]
    assert cells == [["m1", "issued", 45]] * 3 + [["m1", "expired", -45]] * 3


def test_S5_postings_are_told_apart(capsys):
    """By what they are, and by day."""
    assert report("point-sums", *NOW, "--by", "member", "--kind", "issued", "--until", "2026-03-11") == 0
    assert capsys.readouterr().out.splitlines()[-1].split() == ["in", "all", "2", "90", *["0"] * 6, "90"]
    assert report("points", *NOW, "--branch", "north") == 0
    assert capsys.readouterr().out == "Points by month: nothing\n"


def test_B10_liability_from_the_command_line(capsys):
    """By month; other reports have a file of Excel, too."""
    assert report("liability", *NOW, "--xlsx", "liability.xlsx") == 0
    assert "  2026-03     135  " in capsys.readouterr().out
    (sheet,) = load_workbook("liability.xlsx").worksheets
    assert [cell.value for cell in sheet[2]] == ["2026-03", 135, 0, 0, 0, 0, 0, 0, 135, 135, 0]


@pytest.mark.parametrize(
    ("name", "args", "complaint"),
    [
        ("promos", ["--member", "m1"], "--member is for points and point-sums: leave it out for promos"),
        ("liability", ["--by", "month"], "--by is for points and point-sums: leave it out for liability"),
        ("point-sums", ["--by", "hour"], "invalid choice: 'hour'"),
        ("cards", ["--until", "2026-03-11"], "cards are told as they stand: leave --from and --until out"),
        ("tier-endings", ["--from", "2026-03-11"], "tier-endings are told as they stand: leave --from out"),
    ],
)
def test_S5_options_of_other_reports(capsys, name, args, complaint):
    """Exit status 2."""
    with pytest.raises(SystemExit) as stopped:
        report(name, *args)
    assert stopped.value.code == 2
    assert complaint in capsys.readouterr().err


def test_S5_a_kind_that_isnt_there(capsys):
    """Exit status 2, and no file."""
    assert report("points", "--kind", "earned", "--csv", "points.csv") == 2
    assert "earned is no kind of posting" in capsys.readouterr().err
    assert not Path("points.csv").exists()


def test_S5_without_xlsxwriter(capsys, monkeypatch):
    """Exit status 2, what to install, and no file."""
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    assert report("promos", *NOW, "--xlsx", "promos.xlsx") == 2
    assert "pip install 'loyaltykit[reports]'" in capsys.readouterr().err
    assert not Path("promos.xlsx").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("option", ["--csv", "--xlsx"])
def test_S5_a_full_disk_is_said_to_be(capfd, option):
    """Exit status 2, and nothing but the complaint."""
    assert report("promos", *NOW, option, "/dev/full") == 2
    gc.collect()
    assert capfd.readouterr().err == f"loyaltykit: {option} /dev/full can't be written: No space left on device\n"
