"""What every kind of setting can do."""

from __future__ import annotations

import pytest

from loyaltykit.settings.kind import UNREAD, Kind, hint_for, shown


class AnyKind(Kind):
    """A kind that takes everything as it is."""

    def parse(self, raw, _here):
        return raw


def test_nothing_is_never_a_setting(here, noted):
    """JSON's null is told to say something, or to leave the key out."""
    assert AnyKind().read(None, here) is UNREAD
    assert noted() == [("setting", "null", {"expected": "a value"})]


def test_what_is_read_is_checked(here):
    """By default nothing is wrong, and text is written as it stands."""
    assert AnyKind().read(5, here) == 5
    assert here.problems == []
    assert AnyKind().write(5) == "5"


@pytest.mark.parametrize(
    ("raw", "code", "value"),
    [
        (True, "boolean", "true"),
        (False, "boolean", "false"),
        (2.5, "float", 2.5),
        (float("inf"), "not_finite", float("inf")),
        ("text", "wrong_type", "text"),
        ([1], "wrong_type", "[1]"),
    ],
)
def test_a_wrong_type_is_named_for_what_it_is(raw, code, value, here, noted):
    """A yes or no, a float, no number at all, or anything else."""
    assert Kind().wrong_type(raw, here) is UNREAD
    assert noted() == [("setting", code, {"value": value, "expected": "a value"})]


def test_nan_is_no_number(here, noted):
    """It isn't even equal to itself."""
    Kind().wrong_type(float("nan"), here)
    assert noted()[0][1] == "not_finite"


@pytest.mark.parametrize(
    ("word", "hint"),
    [("percnt", "did you mean percent?"), ("xyz", "use one of percent, points"), (5, "use one of percent, points")],
)
def test_hints(word, hint):
    """The nearest word, or all of them."""
    assert hint_for(word, ["percent", "points"]) == hint


def test_a_hint_shows_words_of_files_so_that_a_terminal_bears_them():
    """The nearest may be a header's, or a branch's: from a file that nobody vouches for."""
    assert hint_for("fare", ["fare\x1b[2J"]) == r"did you mean 'fare\x1b[2J'?"


def test_a_hint_never_lists_without_end():
    """Two hundred characters of names are enough."""
    assert len(hint_for("xyz", [f"name-{index}" for index in range(1000)])) < 220


@pytest.mark.parametrize(
    ("value", "words"),
    [("text", "text"), ("", "''"), ("a\n", r"'a\n'"), (5, "5"), ([1], "[1]"), ("x" * 100, "x" * 60 + "…")],
)
def test_what_problems_show(value, words):
    """Text bare where it can be printed, anything else as Python writes it, and never too much of it."""
    assert shown(value) == words


def test_even_an_endless_number_can_be_shown():
    """A file in hexadecimal may hold one."""
    assert len(shown(10**5000)) <= 61
