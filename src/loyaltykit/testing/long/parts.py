"""Runs of many parts, each played from its number alone: they can be split, stopped, gone on with, and added up."""

from __future__ import annotations

import json
import multiprocessing
import time
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path


def numbers_in(text: str) -> range:
    """
    Read numbers such as ``0-499``, both included, or ``7``.

    Examples:
        >>> list(numbers_in("3-5")), list(numbers_in("7"))
        ([3, 4, 5], [7])
    """
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def played(
    numbers: Iterable[int], part: Callable[[int], dict[str, int]], state: Path, *, workers: int
) -> Iterator[str]:
    """
    Play the parts of *numbers* that aren't in *state* yet, in so many *workers*; give a line in words for each.

    *part* plays that of a number and gives its counts; it raises an AssertionError where something doesn't hold.

    *state* is a file with a line of JSON for each part: its number, its counts and seconds, or its failure. It's
    appended to, so that a run which was stopped goes on where it was; parts that have failed are played again.

    Examples:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     state = Path(folder, "parts.jsonl")
        ...     first = list(played([1, 2], lambda number: {"orders": number}, state, workers=1))
        ...     again = list(played([1, 2, 3], lambda number: {"orders": number}, state, workers=1))
        ...     summed([state])["orders"]
        6
        >>> len(first), len(again)
        (2, 1)
    """
    done = {line["number"] for line in _lines(state) if "failed" not in line}
    left = [number for number in numbers if number not in done]
    outcomes = _by_processes(left, part, workers) if workers > 1 else (_outcome(part, number) for number in left)
    for outcome in outcomes:
        with state.open("a", encoding="utf-8") as file:
            file.write(json.dumps(outcome) + "\n")
        yield _in_words(outcome)


def summed(states: Iterable[Path]) -> Counter[str]:
    """Add up the counts of all parts in *states*, each part once; *parts* is how many there are, *failed* of them."""
    parts = {line["number"]: line for state in states for line in _lines(state)}
    sums: Counter[str] = Counter()
    for line in parts.values():
        sums.update({"parts": 1, "failed": int("failed" in line), "seconds": round(line["seconds"])})
        sums.update(line.get("counts", {}))
    return sums


def _lines(state: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in state.read_text(encoding="utf-8").splitlines()] if state.exists() else []


def _outcome(part: Callable[[int], dict[str, int]], number: int) -> dict[str, Any]:
    begun, outcome = time.monotonic(), dict[str, Any](number=number)
    try:
        outcome["counts"] = part(number)
    except Exception as error:  # noqa: BLE001 - told with its number, and the others go on
        outcome["failed"] = str(error) if isinstance(error, AssertionError) else repr(error)
    return outcome | {"seconds": round(time.monotonic() - begun, 1)}


def play_share(numbers: Iterable[int], part: Callable[[int], dict[str, int]], results: Any) -> None:
    """Play a worker's share, and put what comes of each part into *results*, a queue."""
    for number in numbers:
        results.put(_outcome(part, number))


def _by_processes(numbers: list[int], part: Callable[[int], dict[str, int]], workers: int) -> Iterator[dict[str, Any]]:
    """Play parts in processes of their own, each of which plays every so many of the *numbers*."""
    context = multiprocessing.get_context("fork")
    results = context.SimpleQueue()
    shares = [(numbers[each::workers], part, results) for each in range(workers)]
    processes = [context.Process(target=play_share, args=share) for share in shares]
    for process in processes:
        process.start()
    yield from islice(iter(results.get, None), len(numbers))
    for process in processes:
        process.join()


def _in_words(outcome: dict[str, Any]) -> str:
    if "failed" in outcome:
        return f"{outcome['number']}: FAILED: {outcome['failed']} (play it again with --seed {outcome['number']})"
    counts = ", ".join(f"{count:,} {what}" for what, count in sorted(outcome["counts"].items()))
    return f"{outcome['number']}: {counts}, {outcome['seconds']} s"
