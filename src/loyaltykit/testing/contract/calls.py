"""What the runners of a race asked of their stores: each call with when it began and ended, and what came of it."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from attrs import frozen

from loyaltykit.errors import VersionConflict
from loyaltykit.ledger.repository import Committed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from loyaltykit.ledger.entry import Entry
    from loyaltykit.ledger.repository import Change, Due, Receipt, Versioned
    from loyaltykit.testing.contract.factory import Store

T = TypeVar("T")

COMMIT = "commit"


@frozen(order=True)
class Call:
    """One call: when it began and ended, in nanoseconds, which runner's, of which operation, and what came of it."""

    start: int
    end: int
    runner: int
    operation: str
    outcome: str
    name: str = COMMIT

    def overlaps(self, other: Call) -> bool:
        """Say whether two runners were in their calls at the same time."""
        return self.runner != other.runner and self.start < other.end and other.start < self.end


def in_lines(calls: Sequence[Call], most: int) -> str:
    """
    Give who called what and when, a line each, in microseconds from the first; the last ones, *most* lines.

    Examples:
        >>> print(in_lines([Call(5_000, 9_000, 0, "earn 1", "applied")], most=40))
                 0 to        4 µs  runner A  applied   earn 1
    """
    lines = [
        f"  {(call.start - calls[0].start) // 1000:>8} to {(call.end - calls[0].start) // 1000:>8} µs  "
        f"runner {letter(call.runner)}  {call.outcome:<8}  {call.operation}"
        for call in calls
    ]
    return "\n".join(lines[-most:])


def letter(runner: int) -> str:
    """
    Give the letter by which schedules name the *runner* of that number.

    Examples:
        >>> letter(0), letter(5)
        ('A', 'F')
    """
    return chr(ord("A") + runner)


ENDS = {"applied": "", "done": "", "conflict": "!", "replayed": "=", "raised": "?"}
"""How a schedule marks what came of a call."""


def marks_of(calls: Iterable[Call]) -> list[str]:
    """
    Give the schedule of *calls*: a capital where a runner's call begins, a small letter where it ends.

    The end of a commit has a mark behind it: ``!`` where it met a conflict, ``=`` where it was a replay; ``?`` is any
    other error.

    Examples:
        >>> marks_of([Call(0, 9, 0, "earn 1", "applied"), Call(5, 7, 1, "earn 1", "conflict")])
        ['A', 'B', 'b!', 'a']
    """
    ends = []
    for number, call in enumerate(sorted(calls)):
        begins = letter(call.runner)
        ends += [(call.start, call.runner, number, begins)]
        ends += [(call.end, call.runner, number, begins.lower() + ENDS[call.outcome])]
    return [mark for *_, mark in sorted(ends, key=lambda each: each[:3])]


def turns_of(calls: Iterable[Call]) -> list[str]:
    """
    Give an order of *calls* one at a time: a commit stands where it ended, anything else where it began.

    Examples:
        >>> turns_of([Call(0, 9, 0, "earn 1", "applied"), Call(5, 7, 1, "earn 1", "conflict")])
        ['B!', 'A']
    """
    ordered = sorted(calls, key=lambda call: (call.end if call.name == COMMIT else call.start, call))
    return [letter(call.runner) + ENDS[call.outcome] for call in ordered]


class Turns(Protocol):
    """Who says when a runner may begin a call, and when it may go on after one."""

    def begin(self, runner: int) -> None:
        """Wait until the *runner* may begin its call."""
        ...

    def end(self, runner: int, outcome: str) -> None:
        """Wait until the *runner*, whose call came to that *outcome*, may go on."""
        ...


class Noted:
    """
    The *store* of a *runner*: each call waits for its turn, where there are *turns*, and is told to *note*.

    Examples:
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> calls = []
        >>> Noted(MemoryRepository(), 0, calls.append).load([])
        {}
        >>> calls[0].name, calls[0].outcome
        ('load', 'done')
    """

    def __init__(self, store: Store, runner: int, note: Callable[[Call], object], turns: Turns | None = None) -> None:
        self.store = store
        self._runner = runner
        self._note = note
        self._turns = turns

    def load(self, keys: Sequence[str], /) -> Mapping[str, Versioned]:
        """Give what is stored under each of *keys*."""
        return self._noted("load", "", partial(self.store.load, keys))

    def commit(self, change: Change, /) -> Committed:
        """Write *change*, or give the result that its operation left before."""
        return self._noted(COMMIT, change.operation_id, partial(self.store.commit, change))

    def receipt(self, operation_id: str, /) -> Receipt | None:
        """Give what the operation left."""
        return self._noted("receipt", operation_id, partial(self.store.receipt, operation_id))

    def keys(self, prefix: str, /, *, after: str | None, limit: int) -> Sequence[str]:
        """Give a page of keys."""
        return self._noted("keys", "", partial(self.store.keys, prefix, after=after, limit=limit))

    def entries(
        self, *, account: str | None, start: datetime | None, end: datetime | None, after: str | None, limit: int
    ) -> Sequence[Entry]:
        """Give a page of entries."""
        read = partial(self.store.entries, account=account, start=start, end=end, after=after, limit=limit)
        return self._noted("entries", "", read)

    def due(self, before: datetime, /, *, after: str | None, limit: int) -> Sequence[Due]:
        """Give a page of due moments."""
        return self._noted("due", "", partial(self.store.due, before, after=after, limit=limit))

    def _noted(self, name: str, operation: str, call: Callable[[], T]) -> T:
        if self._turns:
            self._turns.begin(self._runner)
        begun, outcome = time.perf_counter_ns(), "raised"
        try:
            given = call()
            outcome = _outcome(given)
        except VersionConflict:
            outcome = "conflict"
            raise
        finally:
            start, end = self._span(begun)
            self._note(Call(start, end, self._runner, operation, outcome, name))
            if self._turns:
                self._turns.end(self._runner, outcome)
        return given

    def _span(self, begun: int) -> tuple[int, int]:
        """Give when the last call began and ended: where it was made, if the store knows, else as seen from here."""
        span: tuple[int, ...] = getattr(self.store, "span", ())
        return (span[0], span[-1]) if len(span) > 1 else (begun, time.perf_counter_ns())


def _outcome(given: object) -> str:
    if isinstance(given, Committed):
        return "replayed" if given.replayed else "applied"
    return "done"
