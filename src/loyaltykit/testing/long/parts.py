"""Runs of many parts, each played from its number alone: they can be split, stopped, gone on with, and added up."""

from __future__ import annotations

import json
import multiprocessing
import time
from collections import Counter
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any

from loyaltykit.errors import InvalidValue
from loyaltykit.testing.contract.verdict import Violated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.connection import Connection
    from pathlib import Path


def numbers_in(text: str) -> range:
    """
    Read numbers such as ``0-499``, both included, or ``7``; raises a ValueError for what is none.

    Examples:
        >>> list(numbers_in("3-5")), list(numbers_in("7"))
        ([3, 4, 5], [7])
    """
    first, _, last = text.partition("-")
    numbers = range(int(first), int(last or first) + 1)
    if not numbers:
        message = f"numbers are such as 0-499, the lower one first, not {text!r}"
        raise InvalidValue(message, value=text)
    return numbers


def played(
    numbers: Iterable[int], part: Callable[[int], dict[str, int]], state: Path, *, workers: int, run: str = ""
) -> Iterator[str]:
    """
    Play the parts of *numbers* that aren't in *state* yet, in so many *workers*; give a line in words for each.

    *part* plays that of a number and gives its counts; it raises an AssertionError where something doesn't hold. *run*
    says what they're parts of: those of other runs in the same file aren't taken for these.

    *state* is a file with a line of JSON for each part: its run and number, its counts and seconds, or its failure.
    It's appended to, so that a run which was stopped goes on where it was; parts that have failed are played again.
    Raises `Violated` where a worker ends by itself, such as for want of memory.

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
    state.parent.mkdir(parents=True, exist_ok=True)
    done = {line["number"] for line in _lines(state) if line.get("run", "") == run and "failed" not in line}
    left = [number for number in numbers if number not in done]
    outcomes = _by_processes(left, part, workers) if workers > 1 else (_outcome(part, number) for number in left)
    for outcome in outcomes:
        with state.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"run": run} | outcome) + "\n")
        yield _in_words(outcome)


def summed(states: Iterable[Path]) -> Counter[str]:
    """Add up the counts of all parts in *states*, each part once; *parts* is how many there are, *failed* of them."""
    parts = {(line.get("run", ""), line["number"]): line for state in states for line in _lines(state)}
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


def play_share(
    numbers: Iterable[int], part: Callable[[int], dict[str, int]], say: Callable[[dict[str, Any] | None], object]
) -> None:
    """Play a worker's share: *say* what comes of each part, and None behind the last."""
    for number in numbers:
        say(_outcome(part, number))
    say(None)


def _by_processes(numbers: list[int], part: Callable[[int], dict[str, int]], workers: int) -> Iterator[dict[str, Any]]:
    """Play parts in processes of their own, each of which plays every so many of the *numbers*."""
    context, ears, processes = multiprocessing.get_context("fork"), [], []
    for each in range(workers):
        ear, mouth = context.Pipe(duplex=False)
        process = context.Process(target=play_share, args=(numbers[each::workers], part, mouth.send))
        process.start()
        mouth.close()
        ears.append(ear)
        processes.append(process)
    try:
        yield from _told(ears)
    finally:
        for process in processes:
            process.kill()
            process.join()


def _told(ears: list[Connection]) -> Iterator[dict[str, Any]]:
    """Give what is said into the *ears*, until all are done; raises `Violated` where a worker is gone before."""
    left: list[Any] = list(ears)
    while left:
        for ear in wait(left):
            outcome = _heard(ear)
            if outcome is None:
                left.remove(ear)
            else:
                yield outcome


def _heard(ear: Any) -> dict[str, Any] | None:
    """Give what a worker says next, None once it's done."""
    try:
        said: dict[str, Any] | None = ear.recv()
    except EOFError:
        message = "a worker is gone in the middle of its share, such as for want of memory: the same command goes on"
        raise Violated(message) from None
    return said


def _in_words(outcome: dict[str, Any]) -> str:
    if "failed" in outcome:
        return f"{outcome['number']}: FAILED: {outcome['failed']} (play it again with --seed {outcome['number']})"
    counts = ", ".join(f"{count:,} {what}" for what, count in sorted(outcome["counts"].items()))
    return f"{outcome['number']}: {counts}, {outcome['seconds']} s"
