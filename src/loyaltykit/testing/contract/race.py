"""
A race: several runners at once on one store, with pauses drawn from the seed, and what each of them did and when.

Half of the runners share the store's first repository, the others have connections of their own: hosts do both. A race
in which no two calls overlapped has shown nothing, and says so. A store that makes its calls elsewhere, as tasks on a
loop, has a ``span``: when the calling thread's last one began and ended there.
"""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from itertools import combinations
from random import Random
from threading import Barrier, BrokenBarrierError, Thread
from typing import TYPE_CHECKING, Any, Final

from attrs import define, field, frozen

from loyaltykit.errors import VersionConflict
from loyaltykit.testing.contract.trial import change_of
from loyaltykit.testing.contract.verdict import Inconclusive, Violated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loyaltykit.ledger.repository import Change, Committed
    from loyaltykit.testing.contract.factory import Store
    from loyaltykit.testing.contract.trial import Trial

ATTEMPTS: Final = 200
"""How often a runner decides anew before the race counts as one that never ends."""

PATIENCE = 60.0
"""Seconds that runners wait for each other, and that a race may last before it counts as one that hangs."""

SHOWN: Final = 40
"""Calls of a schedule that a failure prints, the last ones."""


@frozen(order=True)
class Call:
    """One commit: when it began and ended, in nanoseconds, whose it was, and what came of it."""

    start: int
    end: int
    runner: int
    operation: str
    outcome: str

    def overlaps(self, other: Call) -> bool:
        """Say whether two runners were in their calls at the same time."""
        return self.runner != other.runner and self.start < other.end and other.start < self.end


@define(eq=False)
class Runner:
    """One of several that race: its *number*, its *store*, and the random numbers of its pauses."""

    number: int
    store: Store
    random: Random
    barrier: Barrier
    calls: list[Call] = field(factory=list, init=False)

    def meet(self) -> None:
        """Wait until every runner is here."""
        self.barrier.wait(PATIENCE)

    def pause(self) -> None:
        """Wait for as long as the seed says: half of the time not at all, else up to half a millisecond."""
        time.sleep(max(0.0, self.random.uniform(-0.0005, 0.0005)))

    def commit(self, change: Change) -> Committed:
        """Commit *change*, and note when and with what outcome."""
        begun, outcome = time.perf_counter_ns(), "raised"
        try:
            committed = self.store.commit(change)
            outcome = "replayed" if committed.replayed else "applied"
        except VersionConflict:
            outcome = "conflict"
            raise
        finally:
            start, end = getattr(self.store, "span", ()) or (begun, time.perf_counter_ns())
            self.calls.append(Call(start, end, self.number, change.operation_id, outcome))
        return committed

    def decide(self, operation_id: str, *keys: str, by: Callable[[dict[str, Any]], dict[str, Any]]) -> Committed:
        """
        Load *keys*, decide *by* their bodies what to change, and commit it; anew after each conflict.

        *by* gives the fields of the change. A decision without puts is a refusal and guards nothing.
        """
        for _attempt in range(ATTEMPTS):
            loaded = self.store.load(keys)
            self.pause()
            fields = by({key: loaded[key].body for key in keys})
            guards = {key: loaded[key].version for key in keys} if "puts" in fields else {}
            try:
                return self.commit(change_of(operation_id, guards=guards, **fields))
            except VersionConflict:
                self.pause()
        message = f"{operation_id} was in conflict {ATTEMPTS} times and never came to an end"
        raise Violated(message)


class Race:
    """
    So many *runners* on the store of *trial*.

    Examples:
        >>> from loyaltykit.testing.contract.factories import memory
        >>> from loyaltykit.testing.contract.trial import Trial
        >>> race = Race(Trial(memory(), seed=7), runners=2)
        >>> race.run(lambda runner: None)
        >>> race.schedule()
        ''
    """

    def __init__(self, trial: Trial, *, runners: int) -> None:
        barrier = Barrier(runners)
        self.runners = [
            Runner(
                number=number,
                store=trial.factory.reopen() if number % 2 else trial.store,
                random=Random(f"{trial.seed}/{number}"),  # noqa: S311 - to be drawn again from the seed
                barrier=barrier,
            )
            for number in range(runners)
        ]

    @property
    def calls(self) -> list[Call]:
        """All calls, as they began."""
        return sorted(call for runner in self.runners for call in runner.calls)

    def run(self, what: Callable[[Runner], None]) -> None:
        """Let every runner do *what*, all at once; raises the first error of any, with the schedule."""
        errors: list[Exception] = []
        threads = [Thread(target=self._guarded, args=(what, runner, errors), daemon=True) for runner in self.runners]
        with _eager_switching():
            for thread in threads:
                thread.start()
            end = time.monotonic() + PATIENCE
            for thread in threads:
                thread.join(max(0, end - time.monotonic()))
        if hanging := sum(thread.is_alive() for thread in threads):
            message = f"{hanging} of {len(threads)} runners still hang after {PATIENCE} seconds\n{self.schedule()}"
            raise Violated(message)
        if errors:
            first = min(errors, key=lambda error: isinstance(error, BrokenBarrierError))
            message = f"a runner failed with {first!r}\n{self.schedule()}"
            raise Violated(message) from first

    @staticmethod
    def _guarded(what: Callable[[Runner], None], runner: Runner, errors: list[Exception]) -> None:
        try:
            runner.meet()
            what(runner)
        except Exception as error:  # noqa: BLE001 - raised again by the one who waits
            errors.append(error)
            runner.barrier.abort()

    def judge(self, judged: Callable[[], None]) -> None:
        """Have the outcome *judged*; a failure tells the schedule, and one without overlap is inconclusive."""
        try:
            judged()
        except Violated as error:
            message = f"{error}\n{self.schedule()}"
            raise Violated(message) from None
        if not self.overlapped():
            message = f"inconclusive: no two of {len(self.calls)} commits overlapped, so nothing raced"
            raise Inconclusive(message)

    def overlapped(self) -> bool:
        """Say whether any two runners were seen in each other's way."""
        calls = self.calls
        met = any(one.overlaps(other) for one, other in combinations(calls, 2))
        return met or any(call.outcome == "conflict" for call in calls)

    def schedule(self) -> str:
        """Give who called what and when, a line each, in microseconds from the first."""
        calls = self.calls
        lines = [
            f"  {(call.start - calls[0].start) // 1000:>8} to {(call.end - calls[0].start) // 1000:>8} µs  "
            f"runner {call.runner}  {call.outcome:<8}  {call.operation}"
            for call in calls
        ]
        return "\n".join(lines[-SHOWN:])


@contextmanager
def _eager_switching() -> Iterator[None]:
    """Switch threads as often as this Python can, so that they meet."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)
