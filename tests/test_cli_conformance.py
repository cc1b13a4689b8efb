"""``loyaltykit conformance``, as integrators run it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from loyaltykit.cli import main
from loyaltykit.testing.contract.conformance import Outcome, in_words
from loyaltykit.testing.contract.properties import PROPERTIES
from loyaltykit.testing.contract.verdict import Inconclusive

SHIPPED = "loyaltykit.testing.contract.factories"
BROKEN = "tests.testing.contract.test_contract:last_writer_wins"


@pytest.fixture(autouse=True)
def _paths(monkeypatch):
    """Leave the import path as it was."""
    monkeypatch.setattr(sys, "path", [*sys.path])


def test_a_repository_that_keeps_its_promises_ends_with_0(capsys):
    """A line for each property with what it proves, then the counts; all of both levels pass on a file."""
    assert main(["conformance", f"{SHIPPED}:sqlite_file"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[:3] for line in lines[:-1] if line[0] == "P"] == list(PROPERTIES)
    assert lines[1].startswith("P02  passed        What was never written loads as version 0")
    assert lines[-1] == f"{len(PROPERTIES) - 1} passed, 1 not claimed"


def test_what_is_given_up_is_not_claimed_and_never_passed(capsys):
    """With the reason beneath."""
    assert main(["conformance", f"{SHIPPED}:memory", "--level", "1"]) == 0
    told = capsys.readouterr().out
    assert "\nP13  not claimed   Documents, entries" in told
    assert "\n     not claimed: P13 needs durable, which the store gives up\n" in told
    assert "P18" not in told
    assert told.endswith("\n17 passed, 3 not claimed\n")


def test_a_broken_promise_ends_with_1_and_is_told_with_its_seed(capsys):
    """The message names the property, what was found, and how to play it again."""
    assert main(["conformance", BROKEN, "--level", "1", "--seed", "5"]) == 1
    told = capsys.readouterr().out
    assert "P03  failed " in told
    assert "     P03 stale_guard_changes_nothing: a commit with guards {'a': 0} raised no VersionConflict" in told
    assert "     (seed 5: play it again with LOYALTYKIT_SEED=5)" in told


def test_json_has_the_same_for_programs(capsys):
    """An object for each property."""
    assert main(["conformance", BROKEN, "--level", "1", "--json"]) == 1
    outcomes = {outcome["id"]: outcome for outcome in json.loads(capsys.readouterr().out)}
    assert outcomes["P02"] == {"id": "P02", "says": PROPERTIES["P02"].says, "verdict": "passed", "message": ""}
    assert outcomes["P03"]["verdict"] == "failed"


def test_a_race_that_showed_nothing_is_inconclusive_and_no_failure(capsys, monkeypatch):
    """It's counted apart, so that nobody takes it for passed."""

    def never_met(_property, _factory, *, seed):
        message = f"inconclusive: nothing raced from {seed}"
        raise Inconclusive(message)

    monkeypatch.setattr(type(PROPERTIES["P18"]), "play", never_met)
    assert main(["conformance", f"{SHIPPED}:memory", "--seed", "3"]) == 0
    assert capsys.readouterr().out.endswith(f"inconclusive: nothing raced from 3\n{len(PROPERTIES)} inconclusive\n")


def test_counts_stand_in_the_order_of_the_table():
    """Each verdict once."""
    outcomes = [Outcome("P01", "x", "passed"), Outcome("P02", "y", "failed", "why"), Outcome("P03", "z", "passed")]
    assert in_words(outcomes).splitlines()[1:] == [
        "P02  failed        y",
        "     why",
        "P03  passed        z",
        "2 passed, 1 failed",
    ]


def test_a_factory_that_isnt_there_ends_with_2(capsys):
    """With how to write one."""
    assert main(["conformance", "no.such:make"]) == 2
    assert "loyaltykit: 'no.such:make' names no factory, such as mypackage.loyalty:make" in capsys.readouterr().err


def test_a_factory_in_the_current_folder_is_found(tmp_path):
    """As an integrator has it, with the command that's installed."""
    source = "from loyaltykit.testing.contract.factories import memory as make\n"
    Path(tmp_path, "mine.py").write_text(source, encoding="utf-8")
    code = "import sys; sys.path.remove(''); from loyaltykit.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "conformance", "mine:make", "--level", "1"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.endswith("17 passed, 3 not claimed\n")
