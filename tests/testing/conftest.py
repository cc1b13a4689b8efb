"""Counts the schedules that tests have played, and prints them in the end where they're played at length."""

from __future__ import annotations

import os
from collections import Counter

import pytest

COUNTED = Counter()
"""Schedules by kind."""


@pytest.fixture
def tally():
    """Give what counts schedules by their kind."""
    return COUNTED


def pytest_terminal_summary(terminalreporter):
    """Print how many there were of each kind."""
    if os.environ.get("LOYALTYKIT_SCHEDULES") == "deep" and COUNTED:
        terminalreporter.section("schedules")
        for kind, schedules in COUNTED.items():
            terminalreporter.write_line(f"{schedules:>24,}  {kind}")
        terminalreporter.write_line(f"{COUNTED.total():>24,}  in all")
