"""The command line, run as people run it."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from loyaltykit import program_schema, read_program
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
                "percent, points, steps, minimum, maximum, basis, rounding, rounding_step)"
            ),
            "bad.toml: cashback[0].percent: 110 is more than 100 (write at most 100)",
        ]
        assert told[2] == "Program city"
        assert told[-1].startswith("none.toml: can't be read: No such file")


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
        """With the permissions that any new file has; through a link the file behind it is replaced."""
        (folder / "old.json").write_text("old", encoding="utf-8")
        (folder / "link.json").symlink_to("old.json")
        assert main(replay_args("--json", "link.json")) == 0
        assert (folder / "link.json").is_symlink()
        assert json.loads((folder / "old.json").read_text(encoding="utf-8"))["program"] == "city"
        (folder / "new").touch()
        assert (folder / "old.json").stat().st_mode == (folder / "new").stat().st_mode

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
            (gzip.compress(ORDERS.encode())[:-12], "orders.csv: the gzip file ends too early"),
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

    def test_one_output_that_cant_be_written_stops_all(self, folder, capsys):
        """A report of which half is missing is not left behind."""
        assert main(replay_args("--json", "r.json", "--csv", "nowhere/r.csv")) == 2
        assert "nowhere" in capsys.readouterr().err
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


def test_an_interrupted_replay_leaves_nothing_behind(folder):
    """Control-C while orders still come in: one line, exit status 130, and no file."""
    args = replay_args("--refused", "bad.csv", orders="-")
    with subprocess.Popen([*RUN, *args], stdin=subprocess.PIPE, stderr=subprocess.PIPE) as running:  # noqa: S603
        running.stdin.write(ORDERS.encode())
        running.stdin.flush()
        while files_of(folder) == OURS and running.poll() is None:  # until it has begun
            time.sleep(0.01)
        running.send_signal(signal.SIGINT)
        assert running.stderr.read() == b"loyaltykit: stopped; nothing was written\n"
    assert running.returncode == 130
    assert files_of(folder) == OURS


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
