"""``loyaltykit conformance``, as integrators run it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from loyaltykit.cli import main
from loyaltykit.testing.contract.conformance import Outcome, in_words
from loyaltykit.testing.contract.factories import memory
from loyaltykit.testing.contract.properties import PROPERTIES
from loyaltykit.testing.contract.verdict import Inconclusive

SHIPPED = "loyaltykit.testing.contract.factories"
COUNTERS = "loyaltykit.testing.broken:CountersUnchecked"
BROKEN = "tests.testing.contract.test_contract:last_writer_wins"


@pytest.fixture(autouse=True)
def _paths(monkeypatch):
    """Leave the import path as it was."""
    monkeypatch.setattr(sys, "path", [*sys.path])


def test_a_repository_that_keeps_its_promises_ends_with_0(capsys):
    """A line for each property with what it proves, what was played, and the counts."""
    assert main(["conformance", f"{SHIPPED}:sqlite_file", "--level", "1", "--seed", "5"]) == 0
    lines = capsys.readouterr().out.splitlines()
    level_1 = [each.id for each in PROPERTIES.values() if each.level == 1]
    assert [line[:3] for line in lines[:-2] if line[0] == "P"] == level_1
    assert lines[1].startswith("P02  passed        What was never written loads as version 0")
    assert re.fullmatch(r"level 1, one caller after another; from seed 5, in \d+\.\d s", lines[-2])
    assert lines[-1] == f"{len(level_1) - 1} passed, 1 not claimed"


def test_the_level_is_the_highest_that_is_claimed_unless_it_is_said(capsys):
    """And that is told: a store in memory has threads, and no processes."""
    assert main(["conformance", f"{SHIPPED}:memory"]) == 0
    told = capsys.readouterr().out
    assert "levels 1 to 2, threads or tasks, the highest that the factory claims; from seed " in told
    assert told.endswith(f"\n{len(PROPERTIES) - 3} passed, 3 not claimed\n")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="runners are forked")
def test_some_properties_can_be_played_alone(capsys):
    """By id at every level, or by the key of one among processes; what's slow says how long it took."""
    played = ["--property", "P22", "--property", "P18/processes"]
    assert main(["conformance", f"{SHIPPED}:sqlite_file", *played]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[:32] for line in lines[:3]] == [
        "P18  passed        Among process",
        "P22  passed        Of two that e",
        "P22  passed        Among process",
    ]
    assert lines[-2].startswith("levels 2 to 3, processes; from seed ")


def test_a_property_that_there_is_not_ends_with_2(capsys):
    """With those that there are: P25 is one of async stores."""
    assert main(["conformance", f"{SHIPPED}:memory", "--property", "P25"]) == 2
    assert "'P25' is no property of this store: there are P01, P02" in capsys.readouterr().err


def test_a_property_above_the_level_ends_with_2(capsys):
    """Nothing would be played, and so nothing be wrong."""
    assert main(["conformance", f"{SHIPPED}:memory", "--level", "1", "--property", "P02", "--property", "P22"]) == 2
    assert capsys.readouterr().err == "loyaltykit: P22 is above level 1: ask for a higher one, or for none\n"


def test_whoever_stops_it_is_told_what_was_played(capsys, monkeypatch):
    """A store that hangs is known by that."""

    def stopped(*_given, **_named):
        raise KeyboardInterrupt

    monkeypatch.setattr(type(PROPERTIES["P18"]), "play", stopped)
    assert main(["conformance", f"{SHIPPED}:memory", "--property", "P22"]) == 130
    assert capsys.readouterr().err == "loyaltykit: stopped while P22 was played; nothing was written\n"


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
    assert main(["conformance", BROKEN, "--level", "1", "--json", "--seed", "5"]) == 1
    outcomes = {outcome["id"]: outcome for outcome in json.loads(capsys.readouterr().out)}
    assert isinstance(outcomes["P02"].pop("seconds"), float)
    assert outcomes["P02"] == {
        "id": "P02",
        "says": PROPERTIES["P02"].says,
        "verdict": "passed",
        "message": "",
        "level": 1,
        "seed": 5,
        "schedule": "",
    }
    assert outcomes["P03"]["verdict"] == "failed"


def talkative():
    """Give a factory that says what it does, as migrations do."""
    print("migrating")  # noqa: T201 - that's the question
    return memory()


def test_what_a_factory_prints_stands_apart(capsys):
    """Programs read nothing but the outcomes."""
    assert main(["conformance", "tests.test_cli_conformance:talkative", "--property", "P02", "--json"]) == 0
    told = capsys.readouterr()
    assert [each["verdict"] for each in json.loads(told.out)] == ["passed"]
    assert told.err == "migrating\n"


def test_markdown_has_a_table_and_the_messages_of_failures(capsys):
    """To be put into a page, or a pull request."""
    assert main(["conformance", BROKEN, "--level", "1", "--markdown", "--seed", "5"]) == 1
    told = capsys.readouterr().out
    assert re.search(r"\n\| P02 \| 1 \| passed \| \d\.\d\d \| What was never written .*\|\n", told)
    assert re.search(r"\n\n\d+ passed, \d+ failed, .*; level 1, one caller after another; from seed 5, in ", told)
    assert "\n```text\nP03 stale_guard_changes_nothing: a commit with guards {'a': 0} raised" in told
    assert "not claimed: P13" not in told


def test_the_form_is_one_of_two(capsys):
    """Not both."""
    with pytest.raises(SystemExit) as ended:
        main(["conformance", BROKEN, "--json", "--markdown"])
    assert ended.value.code == 2
    assert "not allowed with argument" in capsys.readouterr().err


def schedule_of(capsys, *options):
    """Give the schedule that a broken store's failure tells, and its first line."""
    assert main(["conformance", COUNTERS, *options, "--json"]) == 1
    outcome, *_ = json.loads(capsys.readouterr().out)
    return outcome["schedule"], outcome["message"].splitlines()[0]


def test_a_race_that_failed_is_played_again_in_its_order(capsys, tmp_path):
    """From the text of the failure, or a file of it, as often as one likes: the same failure each time."""
    schedule, told = schedule_of(capsys, "--property", "P20", "--seed", "5")
    assert schedule.startswith("P20 5 ")
    file = tmp_path / "schedule.txt"
    file.write_text("\n".join([schedule[:50], schedule[50:]]), encoding="utf-8")
    for given in (schedule, str(file)):
        assert schedule_of(capsys, "--schedule", given) == (schedule, told)
        assert main(["conformance", COUNTERS, "--schedule", given]) == 1
        said = capsys.readouterr().out
        assert f"     {told}\n" in said
        assert "\n     played in that order: everybody had their turn as recorded, with the same answers\n" in said
        assert (
            f"\n     schedule, one call at a time: in this order it's the same every time:\n     {schedule}\n" in said
        )


def test_a_store_that_was_mended_passes_in_that_order(capsys):
    """With how far it could be kept: a conflict is a conflict now."""
    schedule, _ = schedule_of(capsys, "--property", "P20", "--seed", "5")
    assert main(["conformance", f"{SHIPPED}:memory", "--schedule", schedule]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("P20  passed ")
    assert re.match(r"     from turn \d+ of \d+ on, runner [A-F] was answered otherwise than recorded$", said[1])


def test_an_order_in_which_calls_overlap_is_tried_a_few_times(monkeypatch):
    """Until it fails: what happens within the store isn't ours to say."""
    played = []

    def play(_property, _factory, *, seed, marks):
        played.append((seed, marks))
        return "as recorded"

    monkeypatch.setattr(type(PROPERTIES["P18"]), "play", play)
    assert main(["conformance", f"{SHIPPED}:memory", "--schedule", "P18 5 ABab="]) == 0
    assert played == [(5, ("A", "B", "a", "b="))] * 5


@pytest.mark.parametrize("option", [["--seed", "5"], ["--level", "2"], ["--property", "P20"]])
def test_a_schedule_says_by_itself_what_is_played(option, capsys):
    """Another seed, say, would be another race."""
    with pytest.raises(SystemExit) as ended:
        main(["conformance", BROKEN, "--schedule", "P20 5 AB", *option])
    assert ended.value.code == 2
    assert f"{option[0]} goes without --schedule, which says by itself what is played" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text", ["", "P20", "P20 5", "P20 5 A-B", "P02 5 AB", "P20 five AB", "no/such/file " * 9, "\0"]
)
def test_what_is_no_schedule_ends_with_2(text, capsys):
    """With how one is written."""
    assert main(["conformance", BROKEN, "--schedule", text]) == 2
    assert "is no schedule: write it as the failure has it, such as 'P18 7 ABab='" in capsys.readouterr().err


class Bar:
    """A progress bar that notes what it shows."""

    monitor_interval = 10
    shown = None

    def __init__(self, properties, **options):
        assert options["leave"] is False
        Bar.shown = []
        self.properties = properties

    def __enter__(self):
        return self

    def __exit__(self, *_):
        Bar.shown.append("closed")

    def __iter__(self):
        return iter(self.properties)

    def set_postfix_str(self, text):
        Bar.shown.append(text)


def test_a_bar_names_what_is_played(monkeypatch, capsys):
    """On a terminal with tqdm, and without the thread by which that watches itself: it mustn't be forked."""
    monkeypatch.setattr("loyaltykit.cli._bar", lambda: Bar)
    assert main(["conformance", f"{SHIPPED}:memory", "--property", "P02", "--property", "P03"]) == 0
    assert Bar.shown == ["P02", "P03", "closed"]
    assert Bar.monitor_interval == 0
    assert capsys.readouterr().out.endswith("\n2 passed\n")


def test_a_race_that_showed_nothing_is_inconclusive_and_no_failure(capsys, monkeypatch):
    """It's counted apart, so that nobody takes it for passed."""

    def never_met(_property, _factory, *, seed, marks):
        assert not marks
        message = f"inconclusive: nothing raced from {seed}"
        raise Inconclusive(message)

    monkeypatch.setattr(type(PROPERTIES["P18"]), "play", never_met)
    assert main(["conformance", f"{SHIPPED}:memory", "--seed", "3", "--level", "2"]) == 0
    told = capsys.readouterr().out
    assert told.count("inconclusive: nothing raced from 3\n") == len(PROPERTIES)
    assert told.endswith(f"\n{len(PROPERTIES)} inconclusive\n")


def test_counts_stand_in_the_order_of_the_table():
    """Each verdict once."""
    slow = Outcome("P03", "z", "passed", seconds=1.25)
    outcomes = [Outcome("P01", "x", "passed"), Outcome("P02", "y", "failed", "why"), slow]
    assert in_words(outcomes).splitlines()[1:] == [
        "P02  failed        y",
        "     why",
        "P03  passed        z  1.2 s",
        "level 1, one caller after another; from seed 0, in 1.2 s",
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
