"""Long runs in parts: split, stopped, gone on with and added up; and the command that plays them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import partial

import pytest

from loyaltykit.testing.contract.verdict import Violated
from loyaltykit.testing.long.__main__ import main
from loyaltykit.testing.long.parts import numbers_in, play_share, played, summed


def doubled(number, *, wrong=()):
    """Give twice the *number*, but fail for the *wrong* ones."""
    if number in wrong:
        message = f"{number} is wrong"
        raise Violated(message)
    return {"doubled": 2 * number}


def test_a_part_that_failed_is_told_with_its_seed_and_played_again(tmp_path):
    """A failure doesn't stop the others; once it's mended, the same command plays that part alone."""
    state = tmp_path / "parts.jsonl"
    lines = list(played([1, 2, 3], partial(doubled, wrong=[2]), state, workers=1))
    assert "2: FAILED: 2 is wrong (play it again with --seed 2)" in lines
    assert summed([state])["failed"] == 1
    (line,) = played([1, 2, 3], doubled, state, workers=1)
    assert line.startswith("2: 4 doubled, ")
    assert summed([state]) == {"parts": 3, "failed": 0, "doubled": 12, "seconds": 0}


def test_an_error_that_no_law_foresaw_is_told_by_its_name(tmp_path):
    """Whatever escapes from the library counts as a failure, too."""
    (line,) = played([7], lambda _: {}["none"], tmp_path / "parts.jsonl", workers=1)
    assert "FAILED: KeyError('none')" in line


def test_parts_are_played_by_several_processes(tmp_path):
    """Each of the workers plays a share, and all that they did is kept."""
    state = tmp_path / "parts.jsonl"
    assert len(list(played(range(5), doubled, state, workers=2))) == 5
    assert sorted(json.loads(line)["number"] for line in state.read_text().splitlines()) == [0, 1, 2, 3, 4]
    assert list(played(range(5), doubled, state, workers=2)) == []


def test_a_worker_puts_what_comes_of_each_part_of_its_share():
    """A worker says of each part what came of it, whether it held or not."""
    said = []
    play_share([2, 3], partial(doubled, wrong=[3]), said.append)
    assert said[0] == {"number": 2, "counts": {"doubled": 4}, "seconds": 0.0}
    assert said[1]["failed"] == "3 is wrong"
    assert said[2:] == [None]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="workers are forked")
def test_a_worker_that_is_gone_is_told(tmp_path):
    """One that the system ends for want of memory would be waited for without end; what others did is kept."""
    state = tmp_path / "parts.jsonl"

    def ending(number):
        return os._exit(9) if number == 3 else doubled(number)

    with pytest.raises(Violated, match="a worker is gone in the middle of its share"):
        list(played([1, 3, 5], ending, state, workers=1 + 1))
    list(played([1, 3, 5], doubled, state, workers=2))
    assert summed([state])["doubled"] == 18


def test_parts_of_another_run_are_not_taken_for_these(tmp_path):
    """Another factory's crowds, or shorter years, may stand in the same file: they're played all the same."""
    state = tmp_path / "parts.jsonl"
    assert len(list(played([1, 2], doubled, state, workers=1, run="at SQLite"))) == 2
    assert len(list(played([1, 2], doubled, state, workers=1, run="at PostgreSQL"))) == 2
    assert not list(played([1, 2], doubled, state, workers=1, run="at SQLite"))
    assert summed([state])["parts"] == 4


def test_the_command_knows_its_runs_apart(tmp_path, capsys):
    """Years of 10 orders aren't those of 20, and no crowds."""
    state = ["--numbers", "3", "--state", str(tmp_path / "state.jsonl")]
    sizes = ["--processes", "2", "--calls", "4"]
    runs = [["years", "--orders", "10"], ["years", "--orders", "20"], ["crowds", *sizes], ["years", "--orders", "10"]]
    told = []
    for run in runs:
        assert main([*run, *state]) == 0
        told.append(len(capsys.readouterr().out.splitlines()))
    assert told == [1, 1, 1, 0]


def test_parts_of_several_files_are_added_up_each_once(tmp_path):
    """Halves that were played apart come to the whole, also where they overlap."""
    one, other = tmp_path / "one.jsonl", tmp_path / "other.jsonl"
    list(played(numbers_in("1-3"), doubled, one, workers=1))
    list(played(numbers_in("3-4"), doubled, other, workers=1))
    assert summed([one, other, tmp_path / "not played yet.jsonl"])["doubled"] == 20


@pytest.mark.parametrize("numbers", ["5-3", "all", "-1"])
def test_what_names_no_parts_is_refused(numbers, tmp_path, capsys):
    """A run of nothing would pass for one in which all held."""
    with pytest.raises(SystemExit):
        main(["years", f"--numbers={numbers}", "--state", str(tmp_path / "years.jsonl")])
    assert repr(numbers) in capsys.readouterr().err


def test_years_are_played_and_added_up_by_command(tmp_path, capsys):
    """`python -m loyaltykit.testing.long years` appends figures, and `sum` tells what they come to."""
    state = str(tmp_path / "a folder that isn't there" / "years.jsonl")
    assert main(["years", "--numbers", "3-4", "--orders", "20", "--state", state]) == 0
    assert "3: " in capsys.readouterr().out
    assert main(["sum", state]) == 0
    assert "            40 orders\n" in capsys.readouterr().out


def test_one_year_is_played_again_by_its_seed(capsys):
    """`--seed` plays one year alone."""
    assert main(["years", "--seed", "3", "--orders", "20"]) == 0
    assert "            20 orders\n" in capsys.readouterr().out


def test_a_run_with_a_failure_ends_with_status_1(tmp_path, capsys):
    """Whoever plays years in a job of their own sees by the status whether all held."""
    state = tmp_path / "crowds.jsonl"
    told = ["--numbers", "1", "--processes", "2", "--calls", "4", "--state", str(state)]
    assert main(["crowds", "tests.testing.test_long_crowd:Forgetful", *told]) == 1
    assert "FAILED" in capsys.readouterr().out
    assert main(["sum", str(state)]) == 1


def test_the_module_is_a_command(tmp_path):
    """`python -m loyaltykit.testing.long` is what the Makefile calls."""
    command = [sys.executable, "-m", "loyaltykit.testing.long", "sum", str(tmp_path / "nothing.jsonl")]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == ""  # noqa: S603 - a command of ours
