"""
A race: several runners at once on one store, with pauses drawn from the seed, and what each of them did and when.

Of runners in threads, half share the store's first repository, the others have connections of their own: hosts do both.
A race in which no two commits overlapped has shown nothing, and says so. A store that makes its calls elsewhere, as
tasks on a loop, has a ``span``: when the calling thread's last one began and ended there.
"""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from itertools import combinations
from random import Random
from threading import Barrier, BrokenBarrierError, Condition, Thread
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from attrs import define, field

from loyaltykit.errors import VersionConflict
from loyaltykit.testing.contract.calls import COMMIT, Call, Noted, in_lines, marks_of, turns_of
from loyaltykit.testing.contract.trial import change_of
from loyaltykit.testing.contract.turnstile import Turnstile, shared_by
from loyaltykit.testing.contract.verdict import Inconclusive, Order, Violated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from loyaltykit.ledger.repository import Change, Committed
    from loyaltykit.testing.contract.factory import Store
    from loyaltykit.testing.contract.trial import Trial

T = TypeVar("T")

ATTEMPTS: Final = 200
"""How often a runner decides anew before the race counts as one that never ends."""

PATIENCE = 60.0
"""Seconds without a call of anybody after which a race counts as one that hangs."""

LONGEST = 600.0
"""Seconds that runners wait for each other, and after which a race hangs, whatever calls are made."""

SHOWN: Final = 40
"""Calls of a schedule that a failure prints, the last ones."""


class Meeting(Protocol):
    """Where runners wait for each other: the barrier of threads, or that of processes."""

    def wait(self, timeout: float) -> object:
        """Wait until all are here."""
        ...

    def abort(self) -> None:
        """Let nobody wait any more."""
        ...


@define(eq=False)
class Runner:
    """
    One of several that race: its *number*, the random numbers of its pauses, and its *store*, once it has one.

    Calls of its *store* are noted, those of the same one *plain* aren't.
    """

    number: int
    random: Random
    barrier: Meeting
    turnstile: Turnstile | None
    calls: list[Call] = field(factory=list, init=False)
    plain: Store = field(init=False)
    store: Store = field(init=False)

    def connected(self, store: Store, note: Callable[[Call], object]) -> None:
        """Take *store*, as it is and with its calls told to *note*."""
        self.plain = store
        self.store = Noted(store, self.number, note, self.turnstile)

    def run(self, what: Callable[[Runner], T]) -> T:
        """Do *what* when every runner is here; frees those who wait for this one where it fails, or has done it."""
        try:
            self.meet()
            return what(self)
        except BaseException:
            self.barrier.abort()
            raise
        finally:
            if self.turnstile:
                self.turnstile.gone(self.number)

    def meet(self) -> None:
        """Wait until every runner is here."""
        if self.turnstile:
            self.turnstile.waits(self.number)
        self.barrier.wait(LONGEST)

    def pause(self) -> None:
        """Wait for as long as the seed says: half of the time not at all, else up to half a millisecond."""
        time.sleep(max(0.0, self.random.uniform(-0.0005, 0.0005)))

    def commit(self, change: Change) -> Committed:
        """Commit *change*."""
        return self.store.commit(change)

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


@define
class Fault:
    """What a runner failed with, as it's *told*; *waited* where it only waited for another that had failed."""

    told: str
    waited: bool = False
    error: Exception | None = None


@define
class Ended:
    """What came of a race: what each runner gave, in their order; their faults; and how many still hang."""

    given: list[Any]
    faults: list[Fault] = field(factory=list)
    hanging: int = 0


class Patience:
    """
    How long a race is waited for, by a *clock* of seconds: for `PATIENCE` from what was last heard, `LONGEST` in all.

    Examples:
        >>> 59 < Patience().left <= 60
        True
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._end = clock() + LONGEST
        self.heard()

    def heard(self) -> None:
        """Note that something was heard of the race."""
        self._until = min(self._clock() + PATIENCE, self._end)

    @property
    def left(self) -> float:
        """How many seconds are left."""
        return max(0.0, self._until - self._clock())


class Among(Protocol):
    """Where runners are: in threads of this process, or in processes of their own."""

    def barrier(self, runners: int) -> Meeting:
        """Give where so many runners wait for each other."""
        ...

    def turnstile(self, marks: Sequence[str], runners: int) -> Turnstile:
        """Give what has so many *runners* come in an order of *marks*."""
        ...

    def connect(self, runner: Runner, trial: Trial) -> None:
        """Give *runner* a store before the race, if that is the time for it."""
        ...

    def play(self, runners: Sequence[Runner], trial: Trial, what: Callable[[Runner], object]) -> Ended:
        """Have all *runners* do *what* at once."""
        ...


class Threads:
    """
    Runners in threads.

    Examples:
        >>> Threads().barrier(2).parties
        2
    """

    def barrier(self, runners: int) -> Barrier:
        """Give where so many runners wait for each other."""
        return Barrier(runners)

    def turnstile(self, marks: Sequence[str], runners: int) -> Turnstile:
        """Give what has so many *runners* come in an order of *marks*."""
        return Turnstile(marks, runners, Condition(), [0] * shared_by(marks, runners))

    def connect(self, runner: Runner, trial: Trial) -> None:
        """Give every other runner a connection of its own; the rest share one."""
        runner.connected(trial.factory.reopen() if runner.number % 2 else trial.store, runner.calls.append)

    def play(self, runners: Sequence[Runner], trial: Trial, what: Callable[[Runner], object]) -> Ended:  # noqa: ARG002 - stores are connected already
        """Have all *runners* do *what* at once."""
        ended = Ended([None] * len(runners))
        threads = [Thread(target=_threaded, args=(what, runner, ended), daemon=True) for runner in runners]
        with _eager_switching():
            for thread in threads:
                thread.start()
            _wait_for(threads, runners, Patience())
        ended.hanging = sum(thread.is_alive() for thread in threads)
        return ended


def _wait_for(threads: Sequence[Thread], runners: Sequence[Runner], patience: Patience) -> None:
    """Wait until all *threads* have ended, or *patience* has, which looks at times whether *runners* made calls."""
    seen = 0
    for thread in threads:
        while thread.is_alive() and patience.left:
            thread.join(patience.left)
            noted = sum(len(runner.calls) for runner in runners)
            if noted > seen:
                seen = noted
                patience.heard()


def _threaded(what: Callable[[Runner], object], runner: Runner, ended: Ended) -> None:
    try:
        ended.given[runner.number] = runner.run(what)
    except Exception as error:  # noqa: BLE001 - told by the one who waits
        told = str(error) if isinstance(error, Violated) else repr(error)
        ended.faults.append(Fault(told, isinstance(error, BrokenBarrierError), error))


@contextmanager
def _eager_switching() -> Iterator[None]:
    """Switch threads as often as this Python can, so that they meet."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


class Race:
    """
    So many *runners* on the store of *trial*, in threads or wherever the trial says.

    Examples:
        >>> from loyaltykit.testing.contract.factories import memory
        >>> from loyaltykit.testing.contract.trial import Trial
        >>> race = Race(Trial(memory(), seed=7), runners=2)
        >>> race.run(lambda runner: runner.number)
        [0, 1]
        >>> race.schedule()
        ''
    """

    def __init__(self, trial: Trial, *, runners: int) -> None:
        self._trial = trial
        self._among: Among = trial.among or Threads()
        self._turnstile = self._among.turnstile(trial.marks, runners) if trial.marks else None
        barrier = self._among.barrier(runners)
        self.runners = [
            Runner(
                number=number,
                random=Random(f"{trial.seed}/{number}"),  # noqa: S311 - to be drawn again from the seed
                barrier=barrier,
                turnstile=self._turnstile,
            )
            for number in range(runners)
        ]
        for runner in self.runners:
            self._among.connect(runner, trial)

    @property
    def calls(self) -> list[Call]:
        """All commits, as they began."""
        return [call for call in self._all_calls() if call.name == COMMIT]

    def _all_calls(self) -> list[Call]:
        return sorted(call for runner in self.runners for call in runner.calls)

    def run(self, what: Callable[[Runner], T]) -> list[T]:
        """
        Let every runner do *what*, all at once, and give what each gave; raises the first error of any, as `Violated`.
        """
        ended = self._among.play(self.runners, self._trial, what)
        if self._turnstile:
            self._trial.kept = self._turnstile.in_words()
        if ended.hanging:
            after = f"nobody made a call for {PATIENCE:g} s, or the race has lasted for {LONGEST:g} s"
            message = f"{ended.hanging} of {len(self.runners)} runners still hang: {after}\n{self.schedule()}"
            raise Violated(message.rstrip())  # what hangs isn't played again: its order is told of no other
        if ended.faults:
            first = min(ended.faults, key=lambda fault: fault.waited)
            message = f"a runner failed with {first.told}"
            raise self._violated(message) from first.error
        return ended.given

    def judge(self, judged: Callable[[], None]) -> None:
        """Have the outcome *judged*; a failure tells the schedule, and one without overlap is inconclusive."""
        try:
            judged()
        except Violated as error:
            raise self._violated(str(error)) from None
        if not (self._turnstile or self.overlapped()):
            message = f"inconclusive: no two of {len(self.calls)} commits overlapped, so nothing raced"
            raise Inconclusive(message)

    def _violated(self, message: str) -> Violated:
        calls, kept = self._all_calls(), self._trial.kept
        if not calls:  # nothing was noted of it, as of commits that are cancelled
            return Violated(message)
        turns, one_at_a_time = turns_of(calls), self._turnstile and self._turnstile.one_at_a_time
        order = Order(tuple(turns if one_at_a_time else marks_of(calls)), tuple(turns), kept)
        again = f"\nplayed in that order: {kept}" if kept else ""
        return Violated(f"{message}\n{self.schedule()}{again}", order=order)

    def overlapped(self) -> bool:
        """Say whether any two runners were seen in each other's way."""
        calls = self.calls
        met = any(one.overlaps(other) for one, other in combinations(calls, 2))
        return met or any(call.outcome == "conflict" for call in calls)

    def schedule(self) -> str:
        """Give who committed what and when, a line each, in microseconds from the first."""
        return in_lines(self.calls, SHOWN)
