"""Measuring two things side by side: turn by turn, so that a machine that slows down slows both."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Callable


@frozen
class Row:
    """One line of the table: the *work*, its *yardstick*, medians of both in seconds, their *ratio*, its *goal*."""

    work: str
    yardstick: str
    ours: float
    theirs: float
    ratio: float
    goal: float


def in_process(
    work: str,
    yardstick: str,
    ours: Callable[[], object],
    theirs: Callable[[], object],
    goal: float,
    *,
    rounds: int = 41,
    calls: int = 5_000,
) -> Row:
    """Time *ours* and *theirs* in turn, *calls* at a time over *rounds*; the ratio is the median of the rounds' own."""
    pairs = [(_seconds(ours, calls), _seconds(theirs, calls)) for _ in range(rounds)]
    return _row(work, yardstick, pairs, goal)


def in_fresh_processes(work: str, yardstick: str, ours: str, theirs: str, goal: float, *, rounds: int = 21) -> Row:
    """Time the code *ours* and *theirs*, each in a fresh process, in turn; the process's own start doesn't count."""
    pairs = [(_seconds_in_process(ours), _seconds_in_process(theirs)) for _ in range(rounds)]
    return _row(work, yardstick, pairs, goal)


def _row(work: str, yardstick: str, pairs: list[tuple[float, float]], goal: float) -> Row:
    ours, theirs = zip(*pairs, strict=True)
    ratio = statistics.median(own / other for own, other in pairs)
    return Row(work, yardstick, statistics.median(ours), statistics.median(theirs), ratio, goal)


def _seconds(call: Callable[[], object], calls: int) -> float:
    start = time.perf_counter()
    for _ in range(calls):
        call()
    return (time.perf_counter() - start) / calls


def _seconds_in_process(code: str) -> float:
    script = f"import time\nstart = time.perf_counter()\n{code}\nprint(time.perf_counter() - start)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return float(done.stdout)
