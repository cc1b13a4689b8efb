"""Places in settings."""

from __future__ import annotations

import pytest

from loyaltykit import Currency, SettingsError
from loyaltykit.settings.here import MAX_PROBLEMS, Here


def test_paths_are_as_in_the_file():
    """Keys after points, entries in brackets from 0; the whole file has none."""
    whole = Here()
    assert whole.at("cashback").item(2).at("percent").path == "cashback[2].percent"
    assert whole.path == ""


def test_keys_of_anything_are_shown_so_that_a_terminal_bears_them():
    """A key in a file may hold control characters, or go on without end."""
    whole = Here()
    assert whole.at("x\x1b[2J").at("percent").path == r"'x\x1b[2J'.percent"
    assert whole.at("cashback").at("k" * 1000).path == f"cashback.{'k' * 60}…"


def test_all_places_of_a_file_share_problems_and_units():
    """What is noted or learnt at one is known at every other."""
    whole = Here()
    whole.at("cashback").item(0).problem("empty")
    whole.problem("too_deep")
    assert [(problem.path, problem.code) for problem in whole.at("x").problems] == [
        ("cashback[0]", "empty"),
        ("", "too_deep"),
    ]
    whole.at("currency").units.currency = Currency("RUB")
    assert whole.item(1).units.currency is Currency("RUB")
    assert Here().units.currency is None
    assert Here().problems == []


def test_more_problems_than_anybody_reads_end_the_reading():
    """A file of 90,000 unknown keys was read for 22 seconds, and told in 22 MB."""
    whole = Here()
    for index in range(MAX_PROBLEMS - 1):
        whole.item(index).problem("empty")
    with pytest.raises(SettingsError, match=r"read up to here: 1000 problems") as refused:
        whole.problem("too_deep")
    assert len(refused.value.problems) == MAX_PROBLEMS
