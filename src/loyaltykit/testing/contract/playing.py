"""
Playing a property: on a fresh store, anew where a race has shown nothing, and once more in an order where it failed.

Threads and processes are the system's to schedule, so a race that failed may go well the next time. A failure is worth
most where it comes every time: so the calls of a failed race are tried one at a time, in an order near to the recorded
one. If it still fails, the store goes wrong with whole calls already, and that order is told, for it's the same each
time; else what's wrong is in how calls overlap, and the recorded order of their beginnings and ends is told.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final
from unittest import SkipTest

from loyaltykit.testing.contract.trial import Trial
from loyaltykit.testing.contract.turnstile import AS_RECORDED
from loyaltykit.testing.contract.verdict import Inconclusive, Violated, check

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loyaltykit.testing.contract.factory import Factory
    from loyaltykit.testing.contract.properties import Property

ATTEMPTS: Final = 4
"""How often a race that showed nothing is run before it's told as inconclusive."""

REPLAYS: Final = 4
"""How often one that failed is played one call at a time, to find an order in which it always does."""

CALLS: Final = ("load", "commit", "receipt", "keys", "entries", "due")
"""What a store under test has, a repository and a reader."""

ALWAYS: Final = "one call at a time: in this order it's the same every time"
OVERLAPPING: Final = "calls overlap: it's the same where they meet in the store as they did"


def play(each: Property, factory: Factory, *, seed: int, marks: Sequence[str] = ()) -> str:
    """
    Play a property on fresh stores of *factory* from *seed*; a race in the order of *marks*, if there are any.

    Gives how far that order was kept. Raises `Violated` where a promise isn't kept, and what is told as skipped:
    `Inconclusive` where the runners of a race never met, however often it was run.

    Examples:
        >>> from loyaltykit.testing.contract.factories import memory
        >>> from loyaltykit.testing.contract.properties import PROPERTIES
        >>> play(PROPERTIES["P22"], memory(), seed=7, marks=["A", "B"])
        'somebody made more calls than recorded'
    """
    try:
        return _shown(each, factory, seed, marks)
    except Violated as error:
        raise _told(each, seed, error if marks else _settled(each, factory, seed, error)) from error.__cause__


def _shown(each: Property, factory: Factory, seed: int, marks: Sequence[str]) -> str:
    """Play it until it has shown something, but not for ever."""
    for _attempt in range(ATTEMPTS - 1):
        with suppress(Inconclusive):
            return _once(each, factory, seed, marks)
    return _once(each, factory, seed, marks)


def _once(each: Property, factory: Factory, seed: int, marks: Sequence[str]) -> str:
    with removed(factory):
        trial = _begun(each, factory, seed, marks)
        try:
            _looked_at(trial)
            each.played(trial)
        except (SkipTest, Violated):
            raise
        except Exception as error:
            raise Violated(repr(error)) from error
    return trial.kept


@contextmanager
def removed(factory: Factory) -> Iterator[None]:
    """
    Remove the store afterwards; that it can't be is told where nothing worse has come of it.

    Examples:
        >>> from loyaltykit.testing.contract.factories import memory
        >>> with removed(factory := memory()):
        ...     factory.create().load([])
        {}
    """
    try:
        yield
    except BaseException:
        with suppress(Exception):
            factory.destroy()
        raise
    try:
        factory.destroy()
    except Exception as error:
        message = f"the factory's destroy() failed with {error!r}"
        raise Violated(message) from error


def _begun(each: Property, factory: Factory, seed: int, marks: Sequence[str]) -> Trial:
    """Give a trial on a fresh store; that there is none is the factory's fault, and told so."""
    try:
        trial = Trial(factory, seed=seed, among=each.among, marks=marks)
    except (SkipTest, Violated):
        raise
    except Exception as error:
        message = f"the factory's create() failed with {error!r}"
        raise Violated(message) from error
    return trial


def _looked_at(trial: Trial) -> None:
    """See that what the factory made is a store, and an empty one."""
    lacking = [name for name in CALLS if not callable(getattr(trial.store, name, None))]
    check(not lacking, f"what the factory's create() gave, {trial.store!r}, has no {', '.join(lacking)}")
    left = trial.store.keys("", after=None, limit=1)
    check(not left, f"the store that the factory's create() made isn't empty: it has {left}; is it new each time?")


def _settled(each: Property, factory: Factory, seed: int, first: Violated) -> Violated:
    """Give a failure that comes every time, one call at a time; the *first* where none is found."""
    order = first.order
    for _attempt in range(REPLAYS if order else 0):
        assert order is not None  # noqa: S101 - else it would have been no race
        try:
            _once(each, factory, seed, order.turns)
        except Violated as again:
            if again.order is None:
                break
            if again.order.kept == AS_RECORDED:
                return again
            order = again.order
        except SkipTest:
            break
        else:
            break
    return first


def _told(each: Property, seed: int, error: Violated) -> Violated:
    """Give *error* with all that it takes to play it again."""
    again = f"(seed {seed}: play it again with LOYALTYKIT_SEED={seed})"
    if error.order is None:
        return Violated(f"{each.key} {each.name}: {error}\n{again}")
    schedule = f"{each.key} {seed} {''.join(error.order.marks)}"
    how = OVERLAPPING if any(mark[0].islower() for mark in error.order.marks) else ALWAYS
    told = f"{each.key} {each.name}: {error}\nschedule, {how}:\n{schedule}\n{again}"
    return Violated(told, order=error.order, schedule=schedule)
