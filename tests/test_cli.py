"""The command line, run as people run it."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import types
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import entry_points
from pathlib import Path
from typing import ClassVar

import pytest

from loyaltykit import Loyalty, __version__, program_schema, read_program
from loyaltykit.cli import main

PROGRAM = (
    'id = "city"\ncurrency = "USD"\npoint_value = "0.01"\ntime_zone = "America/Chicago"\n[[cashback]]\npercent = "5"\n'
)
COLUMNS = 'moments = "iso"\n[columns]\nplaced_at = "when"\nprice = "fare"\ncustomer = "who"\n'
ORDERS = "when,fare,who\n2026-03-01T12:00Z,10.00,m1\n2026-03-02T12:00Z,-1.00,=m2\nsoon,1.00,m2\n"
RUN = [sys.executable, "-c", "import sys; from loyaltykit.cli import main; sys.exit(main())"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Give a folder, which is the current one, with a program, columns and three orders."""
    monkeypatch.chdir(tmp_path)
    Path("program.toml").write_text(PROGRAM, encoding="utf-8")
    Path("columns.toml").write_text(COLUMNS, encoding="utf-8")
    Path("orders.csv").write_text(ORDERS, encoding="utf-8")
    return tmp_path


def replay_args(*more, orders="orders.csv", program="program.toml", columns="columns.toml"):
    """Give the arguments of a replay of the folder's files."""
    return ["replay", "--program", program, "--orders", orders, "--columns", columns, *more]


def files_of(folder):
    """Give the names of all files in *folder*, hidden ones too."""
    return sorted(path.name for path in folder.iterdir())


OURS = ["columns.toml", "orders.csv", "program.toml"]


def wait_until_begun(running, folder):
    """Wait until the replay that is *running* has begun a file, or has ended."""
    while files_of(folder) == OURS and running.poll() is None:
        time.sleep(0.01)


def send_until_ended(running, number):
    """
    Send the signal *number* to the process that is *running* until it ends.

    One that comes just before Python blocks in a read is heard with the next one only; a person would press again.
    """
    for _ in range(20):
        if running.poll() is None:
            running.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.wait(timeout=15)
            return
    running.kill()


def run_in_shell(line, folder):
    """Run the shell's *line*, in which loyaltykit is ours; give its exit status and what stood on both streams."""
    shell = shutil.which("sh") or pytest.skip("this system has no shell")
    command = f'loyaltykit() {{ {shlex.join(RUN)} "$@"; }}; {line}'
    done = subprocess.run([shell, "-c", command], cwd=folder, capture_output=True, check=False, text=True)  # noqa: S603
    return done.returncode, done.stdout, done.stderr


class TestCheck:
    def test_a_sound_program_is_said_in_words_with_its_revision(self, folder, capsys):
        """Exit status 0; the revision is the one that orders would name."""
        assert main(["check", "program.toml"]) == 0
        assert capsys.readouterr().out.splitlines() == [
            "Program city",
            "  a point is worth 0.01 USD; points have 0 decimals",
            "  days and hours are those of America/Chicago",
            "  runs in every branch",
            "cashback",
            "  percent 5 %",
            f"revision {read_program(folder / 'program.toml').revision}",
        ]

    def test_every_problem_has_a_line_with_its_file(self, folder, capsys):
        """Exit status 1; all problems of all files, and sound files in words between them."""
        (folder / "bad.toml").write_text(PROGRAM.replace('"5"', '"110"') + 'colour = "red"\n', encoding="utf-8")
        assert main(["check", "bad.toml", "program.toml", "none.toml"]) == 1
        told = capsys.readouterr().out.splitlines()
        assert told[:2] == [
            (
                "bad.toml: cashback[0].colour: there is no setting colour (use one of name, scope, scope_moment, "
                "percent, points, steps, minimum, maximum, basis, rounding, rounding_step, delay)"
            ),
            "bad.toml: cashback[0].percent: 110 is more than 100 (write at most 100)",
        ]
        assert told[2] == "Program city"
        assert told[-1].startswith("none.toml: can't be read: No such file")

    @pytest.mark.parametrize(
        ("lang", "told"),
        [
            ("ru", "bad.toml: cashback[0].percent: 110 больше, чем 100 (укажите не больше 100)"),
            ("uk_UA", "bad.toml: cashback[0].percent: 110 більше, ніж 100 (укажіть не більше 100)"),
            ("en", "bad.toml: cashback[0].percent: 110 is more than 100 (write at most 100)"),
        ],
    )
    def test_B1_problems_are_told_in_the_language_that_was_asked_for(self, folder, capsys, lang, told):
        """English is the default."""
        (folder / "bad.toml").write_text(PROGRAM.replace('"5"', '"110"'), encoding="utf-8")
        assert main(["check", "bad.toml", "--lang", lang]) == 1
        assert capsys.readouterr().out.splitlines() == [told]

    def test_a_language_without_words_is_a_wrong_command_line(self, folder, capsys):
        """Exit status 2, and which there are."""
        with pytest.raises(SystemExit, match="2"):
            main(["check", str(folder / "program.toml"), "--lang", "de"])
        assert "use one of en, ru, uk" in capsys.readouterr().err


def test_the_schema_is_the_librarys(capsys):
    """What an editor is given is what the reader is made of."""
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == program_schema()


class TestReplay:
    def test_the_report_is_printed(self, folder, capsys):
        """Exit status 0, also where rows were refused; nothing but the report is said, and nothing written."""
        assert main(replay_args()) == 0
        told, complaints = capsys.readouterr()
        assert told.startswith("city, replayed over 1 order from 2026-03-01 to 2026-03-01\n")
        assert "points issued      50 to 1 of 1 member\n" in told
        assert complaints == ""
        assert files_of(folder) == OURS

    def test_all_outputs_are_written(self, folder):
        """The report as JSON, its months and branches as CSV, and each refused row with its line and reason."""
        assert main(replay_args("--json", "r.json", "--csv", "r.csv", "--refused", "bad.csv")) == 0
        assert json.loads((folder / "r.json").read_text(encoding="utf-8"))["total"]["points"] == "50"
        assert (folder / "r.csv").read_text(encoding="utf-8").splitlines()[1:] == ["2026-03,,1,10.00,50,0.50,5.00"]
        assert (folder / "bad.csv").read_text(encoding="utf-8") == (
            "line,code,words\n"
            '3,negative_price,"the price, -1.00, is below zero"\n'
            '4,bad_moment,"placed_at: soon is no moment written as iso, of 1900 to 2999"\n'
        )
        assert files_of(folder) == sorted([*OURS, "bad.csv", "r.csv", "r.json"])

    def test_outputs_take_the_place_of_older_ones(self, folder):
        """With its permissions; a new one has those of any new file; through a link the file behind it is replaced."""
        (folder / "old.json").write_text("old", encoding="utf-8")
        (folder / "old.json").chmod(0o640)
        (folder / "link.json").symlink_to("old.json")
        assert main(replay_args("--json", "link.json", "--csv", "new.csv")) == 0
        assert (folder / "link.json").is_symlink()
        assert json.loads((folder / "old.json").read_text(encoding="utf-8"))["program"] == "city"
        assert (folder / "old.json").stat().st_mode & 0o777 == 0o640
        (folder / "new").touch()
        assert (folder / "new.csv").stat().st_mode == (folder / "new").stat().st_mode

    def test_a_device_is_written_to_and_not_replaced(self, folder):
        """/dev/null stays what it is."""
        assert main(replay_args("--json", os.devnull)) == 0
        assert not Path(os.devnull).is_file()
        assert files_of(folder) == OURS

    def test_several_programs_are_revisions(self, folder, capsys):
        """The second is in force from February on, before the orders were placed."""
        later = PROGRAM.replace('"5"', '"10"').replace("[[", 'in_force_from = "2026-02-01"\n[[')
        (folder / "later.toml").write_text(later, encoding="utf-8")
        assert main(replay_args("--program", "later.toml")) == 0
        assert "points issued     100 to" in capsys.readouterr().out

    def test_standard_input_gzip_and_plain_give_the_same_bytes(self, folder):
        """A pipe can't be wound back, and needn't be."""
        packed = gzip.compress(ORDERS.encode())
        (folder / "orders.csv.gz").write_bytes(packed)
        told = [
            subprocess.run([*RUN, *replay_args(orders=orders)], input=given, capture_output=True, check=True).stdout  # noqa: S603
            for orders, given in [("orders.csv", b""), ("orders.csv.gz", b""), ("-", ORDERS.encode()), ("-", packed)]
        ]
        assert told[0].startswith(b"city, replayed over 1 order")
        assert told == [told[0]] * 4

    def test_problems_of_program_and_columns_are_told_together(self, folder, capsys):
        """Exit status 1: settings have problems, and both files are named."""
        (folder / "program.toml").write_text("digits = 9\n", encoding="utf-8")
        (folder / "columns.toml").write_text('moments = "unix"\n', encoding="utf-8")
        assert main(replay_args("--json", "r.json")) == 1
        told, complaints = capsys.readouterr()
        assert told == ""
        assert "program.toml: 5 problems" in complaints
        assert "columns.toml: 1 problem\n  columns: is missing" in complaints
        assert files_of(folder) == OURS

    @pytest.mark.parametrize(
        ("content", "complaint"),
        [
            (b"", "orders.csv: the file of orders is empty"),
            (b"a,b\n1,2\n", "orders.csv: the orders have no column when"),
            (gzip.compress(ORDERS.encode(), mtime=0)[:-12], "orders.csv: the gzip file ends too early"),
        ],
    )
    def test_orders_that_cant_be_read_leave_no_file_behind(self, folder, capsys, content, complaint):
        """Exit status 2; older outputs stay as they were."""
        (folder / "orders.csv").write_bytes(content)
        (folder / "r.json").write_text("old", encoding="utf-8")
        assert main(replay_args("--json", "r.json", "--csv", "r.csv", "--refused", "bad.csv")) == 2
        told, complaints = capsys.readouterr()
        assert told == ""
        assert complaints.startswith(f"loyaltykit: {complaint}")
        assert (folder / "r.json").read_text(encoding="utf-8") == "old"
        assert files_of(folder) == [*OURS, "r.json"]

    @pytest.mark.parametrize("orders", ["none.csv", "."])
    def test_orders_that_arent_there(self, folder, capsys, orders):
        """Exit status 2, and the name of what isn't there."""
        assert main(replay_args("--refused", "bad.csv", orders=orders)) == 2
        assert f"'{orders}'" in capsys.readouterr().err
        assert files_of(folder) == OURS

    @pytest.mark.parametrize("option", ["--json", "--csv", "--refused"])
    @pytest.mark.parametrize(
        ("path", "why"),
        [
            ("nowhere/out", "No such file or directory"),
            ("orders.csv/out", "Not a directory"),
            (".", "Is a directory"),
            ("", "it names no file"),
            ("out/", "it names no file"),
            ("loop", "Too many levels of symbolic links"),
        ],
    )
    def test_an_output_that_cant_be_written_is_told_before_anything_is_read(self, folder, capsys, option, path, why):
        """Not after an hour of orders: here there are none. What was typed is named, not a file of ours."""
        (folder / "loop").symlink_to("loop")
        assert main(replay_args("--json", "r.json", option, path, orders="none.csv", program="none.toml")) == 2
        assert capsys.readouterr() == ("", f"loyaltykit: {option} {path} can't be written: {why}\n")
        assert files_of(folder) == sorted([*OURS, "loop"])

    @pytest.mark.parametrize("option", ["--json", "--csv", "--refused"])
    @pytest.mark.parametrize(
        ("path", "taken"),
        [
            ("orders.csv", "--orders orders.csv"),
            ("./program.toml", "--program program.toml"),
            ("link.toml", "--columns columns.toml"),
            ("hard.csv", "--orders orders.csv"),
        ],
    )
    def test_an_output_that_is_an_input_is_refused(self, folder, capsys, option, path, taken):
        """Whatever it's called: the orders of a year would be gone."""
        (folder / "link.toml").symlink_to("columns.toml")
        (folder / "hard.csv").hardlink_to("orders.csv")
        assert main(replay_args(option, path)) == 2
        told, complaint = capsys.readouterr()
        assert told == ""
        assert complaint.startswith(f"loyaltykit: {option} {path} can't be written: that is the file of {taken}, ")
        assert (folder / path).read_text(encoding="utf-8") in {ORDERS, PROGRAM, COLUMNS}
        assert files_of(folder) == sorted([*OURS, "hard.csv", "link.toml"])

    def test_an_output_that_is_standard_input_is_refused(self, folder):
        """The file behind it counts, not its name."""
        args = replay_args("--json", "orders.csv", orders="-")
        with (folder / "orders.csv").open("rb") as orders:
            done = subprocess.run([*RUN, *args], stdin=orders, capture_output=True, check=False)  # noqa: S603
        assert done.returncode == 2
        assert b"--json orders.csv can't be written: that is the file of --orders -," in done.stderr
        assert (folder / "orders.csv").read_text(encoding="utf-8") == ORDERS

    @pytest.mark.parametrize("second", ["out", "./out", "link"])
    @pytest.mark.parametrize("old", [True, False])
    def test_two_outputs_of_one_file_are_refused(self, folder, capsys, second, old):
        """One of the two would be lost; the older file stays as it was, and no new one is left behind."""
        (folder / "link").symlink_to("out")
        if old:
            (folder / "out").write_text("old", encoding="utf-8")
        assert main(replay_args("--json", "out", "--refused", second)) == 2
        assert f"--refused {second} can't be written: that is the file of --json out," in capsys.readouterr().err
        assert files_of(folder) == sorted([*OURS, "link", *(["out"] if old else [])])
        assert not old or (folder / "out").read_text(encoding="utf-8") == "old"

    def test_two_outputs_may_go_to_one_device(self, folder):
        """Nothing is lost there that wouldn't be anyhow."""
        assert main(replay_args("--json", os.devnull, "--csv", os.devnull)) == 0
        assert files_of(folder) == OURS

    @pytest.mark.parametrize("stream", ["stdout", "stderr"])
    def test_an_output_may_be_a_standard_stream(self, folder, stream):
        """Through a pipe, as in ``… --csv /dev/stderr | less``; what is written there is there."""
        if not Path(f"/dev/{stream}").exists():
            pytest.skip("this system has no names for its standard streams")
        done = subprocess.run(  # noqa: S603
            [*RUN, *replay_args("--csv", f"/dev/{stream}")], capture_output=True, check=True, text=True
        )
        assert getattr(done, stream).endswith(
            "month,branch,orders,turnover,points,worth,cost_share_percent\n2026-03,,1,10.00,50,0.50,5.00\n"
        )
        assert done.stdout.startswith("city, replayed over 1 order")
        assert files_of(folder) == OURS

    def test_a_standard_stream_that_leads_to_a_file_is_written_on(self, folder):
        """``… --csv /dev/stdout > out``: the report stands in that file too, and neither overwrites the other."""
        if not Path("/dev/stdout").exists():
            pytest.skip("this system has no names for its standard streams")
        with (folder / "out").open("wb") as out:
            subprocess.run([*RUN, *replay_args("--csv", "/dev/stdout")], stdout=out, check=True)  # noqa: S603
        told = (folder / "out").read_text(encoding="utf-8")
        assert told.count("replayed over") == told.count("month,branch") == 1
        assert files_of(folder) == sorted([*OURS, "out"])

    def test_an_output_may_be_a_pipe_that_the_shell_made(self, folder):
        """``--refused >(sort > sorted.csv)`` in bash: its name is that of an open pipe."""
        theirs, ours = os.pipe()
        args = replay_args("--refused", f"/dev/fd/{ours}")
        if not Path(f"/dev/fd/{ours}").exists():
            pytest.skip("this system has no names for open files")
        subprocess.run([*RUN, *args], pass_fds=[ours], stdout=subprocess.DEVNULL, check=True)  # noqa: S603
        os.close(ours)
        with open(theirs, encoding="utf-8") as pipe:  # noqa: PTH123 - it has no path
            assert pipe.read().startswith("line,code,words\n3,negative_price")
        assert files_of(folder) == OURS

    def test_a_pipe_that_nobody_reads_is_an_error(self, folder):
        """Unlike one of our words: whoever asked for that output doesn't get it; the other one isn't left half."""
        theirs, ours = os.pipe()
        name = f"/dev/fd/{ours}"
        if not Path(name).exists():
            pytest.skip("this system has no names for open files")
        args = [*RUN, *replay_args("--refused", name, "--json", "r.json", orders="-")]
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        with subprocess.Popen(args, pass_fds=[ours], **pipes) as running:  # noqa: S603
            os.close(ours)
            wait_until_begun(running, folder)
            os.close(theirs)
            told, complaints = running.communicate(ORDERS.encode() * 2000)
        assert (running.returncode, told) == (2, b"")
        assert complaints.decode() == f"loyaltykit: --refused {name} can't be written: Broken pipe\n"
        assert files_of(folder) == OURS

    @pytest.mark.usefixtures("folder")
    def test_names_that_the_terminal_cant_show_are_escaped(self):
        """An ASCII terminal shows a Russian customer's id as code points, and the report goes on."""
        text = ORDERS.replace("m1", "Иван")
        env = os.environ | {"PYTHONIOENCODING": "ascii"}
        done = subprocess.run(  # noqa: S603
            [*RUN, *replay_args(orders="-")], input=text.encode(), capture_output=True, check=True, env=env
        )
        assert rb"\u0418\u0432\u0430\u043d" in done.stdout


AREAS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"number": 7, "called": "Centre"},
            "geometry": {"type": "Polygon", "coordinates": [[[10, 0], [11, 0], [11, 1], [10, 1], [10, 0]]]},
        }
    ],
}
MAPPED = ["--districts", "areas.json", "--district-key", "number"]


class TestReplayWithDistricts:
    @pytest.fixture(autouse=True)
    def mapped(self, folder):
        """Give the folder with a map, a surcharge in its district, and an order that begins there."""
        surcharge = '[[surcharge]]\nsum = "2"\nscope = { districts = ["7"] }\n'
        (folder / "program.toml").write_text(PROGRAM + surcharge, encoding="utf-8")
        places = 'worker = "driver"\npickup_longitude = "lon"\npickup_latitude = "lat"\n'
        (folder / "columns.toml").write_text(COLUMNS + places, encoding="utf-8")
        lines = "when,fare,who,driver,lon,lat\n2026-03-01T12:00Z,10.00,m1,w1,10.5,0.5\n"
        (folder / "orders.csv").write_text(lines, encoding="utf-8")
        (folder / "areas.json").write_text(json.dumps(AREAS), encoding="utf-8")
        return folder

    def test_G4_pickups_have_districts_and_the_map_is_drawn(self, mapped, capsys):
        """By the property that holds their ids, and that of their names; --say prints some parts alone."""
        args = replay_args(*MAPPED, "--district-name", "called", "--svg", "areas.svg", "--say", "districts")
        assert main(args) == 0
        assert capsys.readouterr().out.splitlines() == [
            "By district   orders  turnover  surcharges    share",
            "  Centre (7)       1     10.00        2.00  20.00 %",
        ]
        assert "<title>Centre (7): 2.00</title>" in (mapped / "areas.svg").read_text(encoding="utf-8")

    def test_a_map_that_is_wrong_is_told_like_settings(self, mapped, capsys):
        """Exit status 1, with every problem; no file is left behind."""
        (mapped / "areas.json").write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
        assert main(replay_args(*MAPPED, "--svg", "areas.svg")) == 1
        assert "loyaltykit: --districts: the map areas.json: 1 problem\n" in capsys.readouterr().err
        assert files_of(mapped) == sorted([*OURS, "areas.json"])

    def test_a_scope_that_names_no_district_of_the_map(self, capsys):
        """The key that's meant by default isn't there; with another one the scope has no such district."""
        assert main(replay_args("--districts", "areas.json")) == 1
        assert "LocationID" in capsys.readouterr().err
        assert main(replay_args("--districts", "areas.json", "--district-key", "called")) == 1
        assert "surcharge[0].scope.districts[0]: 7 is no district of the map" in capsys.readouterr().err

    @pytest.mark.parametrize("option", ["--district-key", "--district-name", "--svg"])
    def test_what_needs_a_map(self, folder, capsys, option):
        """Exit status 2."""
        with pytest.raises(SystemExit) as stopped:
            main(replay_args(option, "x"))
        assert stopped.value.code == 2
        assert f"error: {option} needs --districts" in capsys.readouterr().err
        assert files_of(folder) == sorted([*OURS, "areas.json"])

    def test_an_output_never_takes_the_place_of_the_map(self, capsys):
        """It's an input as the others are."""
        assert main(replay_args(*MAPPED, "--svg", "areas.json")) == 2
        assert "that is the file of --districts areas.json" in capsys.readouterr().err

    def test_a_part_that_a_report_doesnt_have(self, capsys):
        """Exit status 2, and what may be meant."""
        with pytest.raises(SystemExit) as stopped:
            main(replay_args("--say", "rules,district"))
        assert stopped.value.code == 2
        assert "'district' is no part of a report: did you mean districts?" in capsys.readouterr().err


LIVED = (
    "order,when,fare,who\n"
    "o1,2026-01-10T12:00Z,10.00,m1\n"
    "o2,2026-02-10T12:00Z,1.00,m1\n"
    "o1,2026-02-11T12:00Z,1.00,m1\n"
    "o3,2026-02-12T12:00Z,1.00,m1\n"
)
SPENT = '[[redemption]]\nmax_share = "25"\n'


@pytest.fixture
def lives(folder):
    """Give the folder with orders that have ids, one of them twice, and a program under which points are spent."""
    (folder / "program.toml").write_text(PROGRAM + SPENT, encoding="utf-8")
    (folder / "columns.toml").write_text(COLUMNS + 'id = "order"\n', encoding="utf-8")
    (folder / "orders.csv").write_text(LIVED, encoding="utf-8")
    return folder


STORED = ["--repository", "sqlite:loyalty.db"]


def rows_of(path):
    """Give all that the store at *path* holds."""
    with contextlib.closing(sqlite3.connect(path)) as store:
        return list(store.iterdump())


class TestReplayOverARepository:
    @pytest.mark.parametrize("repository", ["memory", "sqlite:loyalty.db"])
    def test_the_life_of_the_points_is_reported(self, lives, capsys, repository):
        """50, 5 and 5 points earned; of 1.00 a quarter is paid with points, twice."""
        args = ["--repository", repository, "--redeem", "all", "--life", "life.csv", "--json", "r.json"]
        assert main(replay_args(*args, "--refused", "bad.csv")) == 0
        told, complaints = capsys.readouterr()
        assert complaints == ""
        assert "What became of the points, if members spend all that they may on every order\n" in told
        assert (lives / "life.csv").read_text(encoding="utf-8") == (
            "month,issued,redeemed,expired,liability,liability_worth\n2026-01,50,0,0,50,0.50\n2026-02,10,50,0,10,0.10\n"
        )
        assert json.loads((lives / "r.json").read_text(encoding="utf-8"))["life"]["total"]["redeemed"] == "50"
        assert (lives / "bad.csv").read_text(encoding="utf-8").splitlines()[1:] == [
            '4,duplicate_order,"its order, o1, stands on line 2 already"'
        ]
        store = [] if repository == "memory" else ["loyalty.db"]
        assert files_of(lives) == sorted([*OURS, "bad.csv", "life.csv", "r.json", *store])

    def test_nothing_is_spent_unless_the_caller_says_so(self, lives, capsys):
        """As with ``--redeem none``, to the letter."""
        told = []
        for more in ([], ["--redeem", "none"]):
            assert main(replay_args("--repository", "memory", *more)) == 0
            told.append(capsys.readouterr().out)
        assert told[0] == told[1]
        assert "What became of the points, if members spend none\n" in told[0]
        assert files_of(lives) == OURS

    def test_B10_the_same_file_again_changes_nothing(self, lives, capsys):
        """The store has the same rows, the report the same words."""
        told, kept = [], []
        for _ in range(2):
            assert main(replay_args(*STORED, "--redeem", "all")) == 0
            told.append(capsys.readouterr().out)
            kept.append(rows_of(lives / "loyalty.db"))
        assert told[0] == told[1]
        assert kept[0] == kept[1]

    @pytest.mark.parametrize("args", [["--redeem", "all"], ["--redeem", "none"], ["--life", "life.csv"]])
    def test_what_needs_a_repository(self, folder, capsys, args):
        """Exit status 2: the report would have nothing of it."""
        with pytest.raises(SystemExit) as stopped:
            main(replay_args(*args))
        assert stopped.value.code == 2
        assert f"error: {args[0]} needs --repository: without one nobody has points" in capsys.readouterr().err
        assert files_of(folder) == OURS

    @pytest.mark.parametrize("name", ["", "memory:", "loyalty.db", "sqlite", "sqlite:", "postgres:x", "Memory"])
    def test_a_store_of_another_kind(self, folder, capsys, name):
        """Exit status 2, and the two that there are."""
        with pytest.raises(SystemExit) as stopped:
            main(replay_args("--repository", name))
        assert stopped.value.code == 2
        assert f"{name!r} is no store: write memory, or sqlite: and the path of a file" in capsys.readouterr().err
        assert files_of(folder) == OURS

    @pytest.mark.parametrize(
        ("path", "why"),
        [
            ("nowhere/x.db", "unable to open database file"),
            (".", "unable to open database file"),
            ("other.txt", "file is not a database"),
        ],
    )
    def test_a_store_that_cant_be_opened(self, lives, capsys, path, why):
        """Exit status 2, before an order is read, and no file."""
        (lives / "other.txt").write_text("more than a hundred bytes of text " * 9, encoding="utf-8")
        args = replay_args("--repository", f"sqlite:{path}", "--json", "r.json", orders="none.csv")
        assert main(args) == 2
        told, complaint = capsys.readouterr()
        assert told == ""
        assert complaint.startswith(f"loyaltykit: --repository sqlite:{path}: the store can't be reached: {why}")
        assert files_of(lives) == sorted([*OURS, "other.txt"])

    def test_a_store_that_is_newer(self, lives, capsys):
        """Exit status 2; what stands there is left alone."""
        assert main(replay_args(*STORED)) == 0
        with contextlib.closing(sqlite3.connect(lives / "loyalty.db")) as store, store:
            store.execute("""UPDATE document SET body = '{"v":9}' WHERE key LIKE '%"member"%'""")
        kept = rows_of(lives / "loyalty.db")
        (lives / "orders.csv").write_text(LIVED + "o4,2026-03-10T12:00Z,10.00,m1\n", encoding="utf-8")
        capsys.readouterr()
        assert main(replay_args(*STORED, "--json", "r.json")) == 2
        complaint = capsys.readouterr().err
        assert complaint.startswith('loyaltykit: --repository sqlite:loyalty.db: ["city","member","m1"] was written in')
        assert "upgrade loyaltykit" in complaint
        assert rows_of(lives / "loyalty.db") == kept
        assert files_of(lives) == sorted([*OURS, "loyalty.db"])

    @pytest.mark.parametrize("option", ["--json", "--csv", "--life", "--refused"])
    @pytest.mark.parametrize("path", ["loyalty.db", "./loyalty.db-wal", "loyalty.db-shm", "link"])
    @pytest.mark.parametrize("there", [True, False])
    def test_an_output_never_takes_the_place_of_the_store(self, lives, capsys, option, path, there):
        """Nor of what stands beside it while it's open, whether there's one yet or not."""
        (lives / "link").symlink_to("loyalty.db")
        if there:
            assert main(replay_args(*STORED)) == 0
        before = files_of(lives)
        assert main(replay_args(*STORED, option, path)) == 2
        words = f"{option} {path} can't be written: that is the file of --repository sqlite:loyalty.db, "
        assert words in capsys.readouterr().err
        assert files_of(lives) == before

    @pytest.mark.parametrize("taken", OURS)
    def test_an_input_never_becomes_a_store(self, lives, capsys, taken):
        """SQLite would take an empty file for a new one."""
        (lives / taken).write_text("", encoding="utf-8")
        assert main(replay_args("--repository", f"sqlite:{taken}")) == 2
        assert f"--repository sqlite:{taken} can't be written: that is the file of --" in capsys.readouterr().err
        assert (lives / taken).read_bytes() == b""

    def test_files_without_ids_need_an_empty_store(self, lives, capsys):
        """A second run is refused, and says what to do."""
        (lives / "columns.toml").write_text(COLUMNS, encoding="utf-8")
        assert main(replay_args(*STORED)) == 0
        kept = rows_of(lives / "loyalty.db")
        assert main(replay_args(*STORED)) == 2
        assert "orders.csv: the orders have no ids, and the store holds orders already" in capsys.readouterr().err
        assert rows_of(lives / "loyalty.db") == kept

    @pytest.mark.parametrize("call", ["place", "complete"])
    def test_a_stopped_replay_goes_on_where_it_was(self, lives, monkeypatch, capsys, call):
        """The store keeps the orders that it got, and no file is written; the second run comes to what one would."""
        assert main(replay_args("--repository", "memory", "--redeem", "all")) == 0
        whole = capsys.readouterr().out
        args = replay_args(*STORED, "--redeem", "all", "--json", "r.json")
        original, calls = getattr(Loyalty, call), []

        def stop_at_the_third(self, order, **options):
            calls.append(order)
            if len(calls) == 3:
                raise KeyboardInterrupt
            return original(self, order, **options)

        monkeypatch.setattr(Loyalty, call, stop_at_the_third)
        assert main(args) == 130
        assert capsys.readouterr().err == (
            "loyaltykit: stopped; no file was written, and the store keeps the orders that it got: "
            "the same again goes on from there\n"
        )
        assert files_of(lives) == sorted([*OURS, "loyalty.db"])
        monkeypatch.undo()
        monkeypatch.chdir(lives)
        assert main(args) == 0
        assert capsys.readouterr().out == whole

    @pytest.mark.usefixtures("lives")
    def test_memory_is_gone_when_a_replay_is_stopped(self, monkeypatch, capsys):
        """As without a repository, nothing was written."""

        def stop(*_, **__):
            raise KeyboardInterrupt

        monkeypatch.setattr(Loyalty, "place", stop)
        assert main(replay_args("--repository", "memory")) == 130
        assert capsys.readouterr().err == "loyaltykit: stopped; nothing was written\n"


@pytest.mark.parametrize("args", [[], ["replay"], ["repeat"], ["check"], ["replay", "--orders", "-"]])
def test_a_wrong_command_line(args, capsys):
    """Exit status 2, with what is missing."""
    with pytest.raises(SystemExit) as stopped:
        main(args)
    assert stopped.value.code == 2
    assert "usage: loyaltykit" in capsys.readouterr().err


def test_a_reader_who_has_read_enough_is_no_error():
    """``loyaltykit schema | head -1`` ends quietly."""
    with subprocess.Popen([*RUN, "schema"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:  # noqa: S603
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 0


@pytest.mark.parametrize(
    ("number", "words", "status"),
    [(signal.SIGINT, "stopped", 130), (signal.SIGTERM, "told to end", 143)],
)
def test_an_interrupted_replay_leaves_nothing_behind(folder, number, words, status):
    """
    Control-C, or the end of a service, while orders still come in: one line, the shell's status, and no file.

    Unmeasured: a signal that comes while coverage holds its lock would have the process wait for itself.
    """
    alone = {name: value for name, value in os.environ.items() if name != "COVERAGE_PROCESS_CONFIG"}
    heard = "import signal as s; s.signal(s.SIGINT, s.default_int_handler); "  # what runs in the background isn't
    args = [*RUN[:2], heard + RUN[2], *replay_args("--refused", "bad.csv", orders="-")]
    with subprocess.Popen(args, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=alone) as running:  # noqa: S603
        running.stdin.write(ORDERS.encode())
        running.stdin.flush()
        wait_until_begun(running, folder)
        send_until_ended(running, number)
        assert running.stderr.read().decode() == f"loyaltykit: {words}; nothing was written\n"
    assert running.returncode == status
    assert files_of(folder) == OURS


@pytest.mark.usefixtures("folder")
def test_sigterm_is_the_hosts_again_after_a_replay():
    """Whoever calls the command from Python keeps their own handler."""
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        ours = signal.getsignal(signal.SIGTERM)
        assert main(replay_args()) == 0
        assert signal.getsignal(signal.SIGTERM) is ours
    finally:
        signal.signal(signal.SIGTERM, before)


@pytest.mark.usefixtures("folder")
def test_a_replay_may_run_in_any_thread():
    """Only the main one may be told of signals."""
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(main, replay_args()).result() == 0


REPLAY = " ".join(["loyaltykit", *replay_args()])


@pytest.mark.parametrize(
    ("line", "status", "complaint"),
    [
        ("loyaltykit schema >&-", 2, "standard output is closed: nothing could be said"),
        (f"{REPLAY} --json r.json >&-", 2, "standard output is closed: nothing could be said"),
        (
            f"{REPLAY} --json r.json --orders - <&-",
            2,
            "-: standard input is closed: there are no orders to read",
        ),
        (f"{REPLAY} --json r.json --orders none.csv 2>&-", 2, None),
        ("loyaltykit >&- 2>&-", 2, None),
    ],
)
def test_closed_standard_streams_are_told_where_they_can_be(folder, line, status, complaint):
    """As some services start their commands: no traceback, and no file."""
    assert run_in_shell(line, folder) == (status, "", f"loyaltykit: {complaint}\n" if complaint else "")
    assert files_of(folder) == OURS


def test_without_standard_error_a_replay_goes_on(folder):
    """There is nothing to complain of."""
    status, told, _ = run_in_shell(f"{REPLAY} 2>&-", folder)
    assert (status, told[:25]) == (0, "city, replayed over 1 ord")


def test_words_that_cant_be_written_are_an_error_and_leave_no_file(folder):
    """A full disk behind standard output: what is said to be so is so."""
    if not Path("/dev/full").exists():
        pytest.skip("this system has no device that is always full")
    complaint = "loyaltykit: standard output can't be written: No space left on device\n"
    assert run_in_shell(f"{REPLAY} --json r.json > /dev/full", folder) == (2, "", complaint)
    assert files_of(folder) == OURS


def test_outputs_are_written_though_nobody_reads_the_words(folder):
    """``loyaltykit replay … --json r.json | head -1`` asked for that file."""
    args = replay_args("--json", "r.json", orders="-")
    with subprocess.Popen([*RUN, *args], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:  # noqa: S603
        running.stdout.close()
        running.stdin.write(ORDERS.encode())
    assert running.returncode == 0
    assert json.loads((folder / "r.json").read_text(encoding="utf-8"))["program"] == "city"


def test_the_version(capsys):
    """That of the library."""
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out == f"loyaltykit {__version__}\n"


def on_a_terminal(script, folder):
    """Run *script* with a terminal as its standard error; give what stood there, and the rest."""
    pty, termios = pytest.importorskip("pty"), pytest.importorskip("termios")
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 100))
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=theirs, check=True, cwd=folder
    )
    os.write(theirs, b"the end")
    seen = b""
    while not seen.endswith(b"the end"):
        seen += os.read(ours, 65536)
    os.close(theirs)
    os.close(ours)
    return seen.decode().removesuffix("the end"), done.stdout.decode()


def test_a_terminal_shows_how_far_it_is(folder):
    """Bytes read of the file, then orders worked through; on standard error alone, gone at the end."""
    pytest.importorskip("tqdm")
    script = f"from loyaltykit.cli import main; main({replay_args()!r})"
    seen, told = on_a_terminal(script, folder)
    assert "reading: " in seen
    assert "working out: " in seen
    assert told.startswith("city, replayed over 1 order")


class Bar:
    """A progress bar that only remembers how it was made, and what it was told."""

    made: ClassVar[list] = []

    def __init__(self, items=(), **settings):
        self.items, self.settings, self.updates = items, settings, []
        self.made.append(self)

    def __iter__(self):
        return iter(self.items)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def update(self, count):
        self.updates.append(count)


@pytest.mark.parametrize("piped", [False, True])
def test_bars_show_the_bytes_that_were_read_and_leave_nothing_behind(folder, monkeypatch, piped):
    """Of a file so many in all, of a pipe nobody knows how many; then orders, refused ones not among them."""
    monkeypatch.setattr(Bar, "made", [])
    monkeypatch.setattr("loyaltykit.cli._bar", lambda: Bar)
    theirs, ours = os.pipe()
    os.write(ours, ORDERS.encode())
    os.close(ours)
    with open(theirs, encoding="utf-8") as pipe:  # noqa: PTH123 - it has no path
        monkeypatch.setattr(sys, "stdin", pipe)
        assert main(replay_args(orders="-" if piped else "orders.csv")) == 0
    reading, working = Bar.made
    assert reading.settings["total"] == (None if piped else (folder / "orders.csv").stat().st_size)
    assert sum(reading.updates) == len(ORDERS.encode())
    assert working.settings["total"] == 1
    assert [bar.settings["leave"] for bar in Bar.made] == [False, False]
    assert [bar.settings["file"] for bar in Bar.made] == [sys.stderr] * 2


def test_without_tqdm_there_is_no_bar_and_nothing_fails(folder):
    """The bar is an extra."""
    script = f"import sys; sys.modules['tqdm'] = None; from loyaltykit.cli import main; main({replay_args()!r})"
    seen, told = on_a_terminal(script, folder)
    assert seen == ""
    assert told.startswith("city, replayed over 1 order")


def test_the_command_is_installed():
    """The name in pyproject.toml leads here."""
    (script,) = entry_points(group="console_scripts", name="loyaltykit")
    assert script.load() is main


@pytest.mark.usefixtures("folder")
def test_an_interruption_while_orders_are_read_has_the_shells_status(monkeypatch, capsys):
    """However it comes; the files that were begun are gone."""

    class Interrupted(io.RawIOBase):
        def read(self, _size=-1):
            raise KeyboardInterrupt

    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=Interrupted()))
    assert main(replay_args("--refused", "bad.csv", orders="-")) == 130
    assert capsys.readouterr().err == "loyaltykit: stopped; nothing was written\n"
    assert files_of(Path()) == OURS


@pytest.mark.usefixtures("folder")
def test_a_service_that_ends_while_orders_are_read_has_its_status(monkeypatch, capsys):
    """As a container's end has it."""

    class Ended(io.RawIOBase):
        def read(self, _size=-1):
            signal.raise_signal(signal.SIGTERM)
            return b""

    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=Ended()))
    assert main(replay_args("--refused", "bad.csv", orders="-")) == 143
    assert capsys.readouterr().err == "loyaltykit: told to end; nothing was written\n"
    assert files_of(Path()) == OURS
