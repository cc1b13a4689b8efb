"""Sorting on disk."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import textwrap

import pytest

from loyaltykit import UnreadableOrders
from loyaltykit.replay.spool import spool


def through(records):
    """Give *records* as they come back."""
    with spool(2) as kept:
        kept.keep(records)
        return list(kept.by_time()), kept.count


def test_records_come_back_by_time_equal_moments_in_the_order_they_went_in():
    """The same as Python's own stable sort."""
    draw = random.Random(5)  # noqa: S311 - no secret
    records = [(draw.randrange(-50, 50), f"record {position}") for position in range(3000)]
    assert through(records) == (sorted(records, key=lambda record: record[0]), 3000)


def test_records_that_went_in_by_time_come_back_as_they_are():
    """Equal moments are in order too; so is an empty file."""
    records = [(1, "a"), (1, "c"), (1, "b"), (2, "a")]
    assert through(records) == (records, 4)
    assert through([]) == ([], 0)


def test_one_step_back_in_time_is_enough_to_sort():
    """Only the last record is out of order here."""
    assert through([(1, "a"), (3, "b"), (2, "c")])[0] == [(1, "a"), (2, "c"), (3, "b")]


def test_values_come_back_as_they_went_in():
    """Text that looks like a number stays text; nothing is nothing; 64 bits fit."""
    records = [(0, "007"), (1, None), (2, 2**63 - 1), (3, "Чикаго")]
    assert through(records)[0] == records


def test_what_goes_wrong_outside_is_not_taken_for_the_disk():
    """An error of whoever gives the records stays what it is."""

    def broken():
        yield (1, "a")
        message = "cut off"
        raise UnreadableOrders(message)

    with pytest.raises(UnreadableOrders, match="cut off"):
        through(broken())
    with pytest.raises(sqlite3.ProgrammingError), spool(2) as kept:
        kept.keep([(1, "too", "wide")])


def test_a_full_disk_is_said_to_be():
    """With files limited to 1 MB, as a full disk would, 200,000 records don't fit."""
    script = """
        import resource, signal
        from loyaltykit.errors import UnreadableOrders
        from loyaltykit.replay.spool import spool

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
        try:
            with spool(2) as kept:
                kept.keep((n, "x" * 100) for n in range(200_000))
        except UnreadableOrders as error:
            print(error)
    """
    pytest.importorskip("resource")
    done = subprocess.run(  # noqa: S603 - this Python, our script
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True
    )
    assert "can't be sorted on disk" in done.stdout
    assert "TMPDIR" in done.stdout
