"""A crowd: processes that call `Loyalty` at one store, all at once, and exact laws for what they leave."""

from __future__ import annotations

import hashlib
import multiprocessing
import time
import traceback
from collections import Counter
from itertools import islice
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Final

from attrs import define, field

from loyaltykit.errors import Contended, StoreUnavailable
from loyaltykit.loyalty.loyalty import Loyalty
from loyaltykit.loyalty.observe import Committed, Replayed, Retry
from loyaltykit.operations.programs import Programs
from loyaltykit.operations.stands import DONE
from loyaltykit.testing.contract import forked
from loyaltykit.testing.contract.factory import claims
from loyaltykit.testing.contract.verdict import NotClaimed, Violated, check, same
from loyaltykit.testing.long.books import check_year_books
from loyaltykit.testing.long.crowd_script import PROGRAM, REVISIONS, begin, calls_of
from loyaltykit.testing.long.history import check_bonuses, check_history
from loyaltykit.testing.long.kept import Kept
from loyaltykit.testing.long.lots import check_ends
from loyaltykit.testing.long.shares import check_cards, check_promos, check_spent, check_workers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection

    from loyaltykit.loyalty.observe import Event
    from loyaltykit.testing.contract.factory import Factory, Store

PROCESSES: Final = 16
CALLS: Final = 1_000
"""Calls of each process."""

AT_WORK: Final = 25
"""Calls after which a process says that it's at work still."""

PATIENCE: Final = 300.0
"""Seconds after which a process that has said nothing counts as one that hangs."""

RETRY: Final = Retry()

AGAIN: Final = 60
"""How often the host calls again what was `Contended`, or met a store that was busy for too long."""


@define
class Heard:
    """
    What a process did: its *answers* by the names of calls, as digests, the *operations* that it knows to be committed,
    and its *counts*: what was committed, replayed, and tried again, and how often a call was `Contended`.

    Examples:
        >>> Heard().counts["Contended"]
        0
    """

    answers: dict[str, str] = field(factory=dict)
    operations: set[str] = field(factory=set)
    counts: Counter[str] = field(factory=Counter)

    def hear(self, event: Event) -> None:
        """Note what becomes of an operation."""
        self.counts[type(event).__name__] += 1
        if isinstance(event, (Committed, Replayed)):
            self.operations.add(event.operation_id)


def play_crowd(factory: Factory, seed: int, *, processes: int = PROCESSES, calls: int = CALLS) -> dict[str, int]:
    """
    Have so many *processes* make so many *calls* each at one store of *factory*, drawn from *seed*; give the counts.

    Raises `Violated` with the seed where a law doesn't hold, an error escapes or a process hangs, and `NotClaimed` for
    stores of one process.

    Examples:
        >>> from loyaltykit.testing.contract.factories import sqlite_file
        >>> play_crowd(sqlite_file(), 7, processes=2, calls=4)["calls"]
        8
    """
    if "processes" not in claims(factory) or "fork" not in multiprocessing.get_all_start_methods():
        message = "not claimed: a crowd needs processes and fork"
        raise NotClaimed(message)
    try:
        store = factory.create()
        begin(Loyalty(PROGRAM, store, randbelow=lambda _: 0))
        _close(store)
        begun = time.monotonic()
        heard = _all_heard(factory, seed, processes, calls)
        seconds = time.monotonic() - begun
        _judge(factory.reopen(), heard)
    except AssertionError as error:
        message = f"{error} (crowd {seed}, of {processes} processes with {calls} calls)"
        raise Violated(message) from error
    finally:
        factory.destroy()
    counts = sum([each.counts for each in heard], Counter[str]())
    return {**counts, "calls": processes * calls, "milliseconds of calls": round(1_000 * seconds)}


def _all_heard(factory: Factory, seed: int, processes: int, calls: int) -> list[Heard]:
    """Start the processes, and hear what each did."""
    context = multiprocessing.get_context("fork")
    barrier, ears, started = context.Barrier(processes), [], []
    for number in range(processes):
        ear, mouth = context.Pipe(duplex=False)
        process = context.Process(
            target=call_alone, args=(factory, seed, number, calls, barrier, mouth.send), daemon=True
        )
        forked.begin(process)
        mouth.close()
        ears.append(ear)
        started.append(process)
    try:
        return _told(ears)
    finally:
        for process in started:
            process.kill()
            process.join()


def _told(ears: Sequence[Connection]) -> list[Heard]:
    """Give what is said into the *ears*; raises `Violated` for an error, and for whoever says nothing any more."""
    heard: list[Heard] = []
    waiting = list(ears)
    while waiting:
        ready: Any = wait(waiting, PATIENCE)
        check(ready, f"{len(waiting)} processes have said nothing for {PATIENCE} seconds")
        for ear in ready:
            try:
                said = ear.recv()
            except EOFError:
                said = "a process is gone without a word"
            if said is None:
                continue
            waiting.remove(ear)
            if not isinstance(said, Heard):
                message = f"a process failed: {said}"
                raise Violated(message)
            heard.append(said)
    return heard


def call_alone(
    factory: Factory, seed: int, number: int, calls: int, barrier: Any, say: Callable[[Any], object]
) -> None:
    """
    Make the calls of the process of that *number* once all have met at the *barrier*; *say* what came of it,
    and None as long as it's at work.
    """
    try:
        store = factory.reopen()
        heard = Heard()
        loyalty = Loyalty(PROGRAM, store, observe=heard.hear, retry=RETRY)
        barrier.wait(PATIENCE)
        for made, (name, call) in enumerate(islice(calls_of(seed, number), calls)):
            if made % AT_WORK == 0:
                say(None)
            answer = _insisted(call, loyalty, heard)
            heard.answers[name] = hashlib.sha256(repr(answer).encode()).hexdigest()
        say(heard)
    except Exception:  # noqa: BLE001 - told to the one who listens
        say(traceback.format_exc())


def _insisted(call: Any, loyalty: Loyalty, heard: Heard) -> Any:
    """Make a *call*, again and again where others are always faster; any other error escapes."""
    for _ in range(AGAIN):
        try:
            return call(loyalty)
        except (Contended, StoreUnavailable) as error:
            heard.counts[type(error).__name__] += 1
    message = f"a call wasn't done in {AGAIN} times"
    raise Violated(message)


def _judge(store: Store, heard: Sequence[Heard]) -> None:
    """See that the books agree with each other, with what the processes were told, and with what there was to share."""
    programs = Programs(REVISIONS)
    kept = Kept(store, programs.worth)
    _check_answers(heard)
    check_year_books(store, kept, programs, set().union(*[each.operations for each in heard]))
    for name in kept.members:
        check(kept.members[name].account.posted >= 0, f"{name} is below zero")
    check_spent(kept)
    check_cards(kept, programs)
    check_workers(kept)
    check_promos(kept, REVISIONS)
    check_ends(kept)
    check_history(kept)
    check_bonuses(kept, programs)
    _check_orders(kept, heard)


def _check_answers(heard: Sequence[Heard]) -> None:
    """See that whoever made the same call was answered the same."""
    first: dict[str, str] = {}
    for each in heard:
        for name, answer in each.answers.items():
            same(answer, first.setdefault(name, answer), f"what {name!r} is answered, by another process,")


def _check_orders(kept: Kept, heard: Sequence[Heard]) -> None:
    """See that each order that was ended is ended, and none is there that nobody placed."""
    called = {name for each in heard for name in each.answers}
    ended = {name.partition(" ")[2] for name in called if name.startswith(("settle", "complete"))}
    done = {name for name, placed in kept.orders.items() if placed.status in DONE}
    same(done, ended, "which orders are completed")
    begun = {name.partition(" ")[2] for name in called if name.startswith(("settle", "place"))}
    same(set(kept.orders), begun, "which orders there are")


def _close(store: Any) -> None:
    """Close *store*, if it can be: no connection of this process may be open while others are forked."""
    getattr(store, "close", lambda: None)()
