"""Files that are written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from loyaltykit.replay.outputs import Outputs, UnwritableOutput


def test_outputs_take_their_places_together(tmp_path):
    """Until the block ends the older file stands there."""
    place = tmp_path / "out"
    place.write_text("old", encoding="utf-8")
    with Outputs([]) as outputs:
        outputs.begin("--json", str(place)).write("Привет\n")
        assert place.read_text(encoding="utf-8") == "old"
    assert place.read_bytes() == "Привет\n".encode()
    assert list(tmp_path.iterdir()) == [place]


def write(outputs, *, last=lambda: None):
    """Write the *outputs*, each an option and its path, and do a *last* thing before they take their places."""
    with Outputs([]) as begun:
        for option, path in outputs:
            begun.begin(option, str(path)).write("whole")
        last()


def test_an_error_leaves_everything_as_it_was(tmp_path):
    """Whatever the error is."""
    with pytest.raises(ZeroDivisionError):
        write([("--json", tmp_path / "out")], last=lambda: 1 // 0)
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_while_a_file_is_begun_leaves_none(tmp_path, monkeypatch):
    """It's there already, and nobody has got it yet."""

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("loyaltykit.replay.outputs._opened", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write([("--json", tmp_path / "out")])
    assert list(tmp_path.iterdir()) == []


def test_what_is_held_back_to_the_end_may_fail_too(tmp_path):
    """A full device takes a few bytes into the buffer, and refuses them when it's closed; no other file stands then."""
    if not Path("/dev/full").exists():
        pytest.skip("this system has no device that is always full")
    with pytest.raises(UnwritableOutput, match="--csv /dev/full can't be written: No space left on device"):
        write([("--json", tmp_path / "out"), ("--csv", "/dev/full")])
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_is_taken_meanwhile_is_told(tmp_path):
    """Somebody made a folder of that name: nothing of ours is left."""
    place = tmp_path / "out"
    with pytest.raises(UnwritableOutput, match="can't be written: Is a directory"):
        write([("--json", place)], last=place.mkdir)
    assert list(tmp_path.iterdir()) == [place]


def test_the_longest_names_that_a_folder_takes_are_taken(tmp_path):
    """What is written beside the place has a short name of its own."""
    place = tmp_path / ("x" * 255)
    with Outputs([]) as outputs:
        outputs.begin("--json", str(place)).write("whole")
    assert place.read_text(encoding="utf-8") == "whole"


def test_inputs_that_cant_be_looked_at_are_left_to_their_reader():
    """A loop of links, a closed stream: whoever opens them says what is wrong."""
    with Outputs([("--orders", "x" * 5000), ("--columns", "-"), ("--program", "none")]) as outputs:
        outputs.begin("--json", None).write("nowhere")
