"""The harness: it starts clients, kills them, opens the store anew, and judges what they left."""

from __future__ import annotations

import json
import multiprocessing
import signal
import time
from collections import Counter
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Any, Final

from attrs import define, field, frozen

from loyaltykit.loyalty.observe import Replayed
from loyaltykit.testing.contract.trial import state_of
from loyaltykit.testing.contract.verdict import Violated, check, same
from loyaltykit.testing.crash.books import check_books
from loyaltykit.testing.crash.client import ACKNOWLEDGING, COMMITTED, play
from loyaltykit.testing.crash.script import PROGRAM, client_of, drawn_script
from loyaltykit.testing.crash.tracing import traced
from loyaltykit.testing.crash.twin import twin_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from loyaltykit.loyalty.observe import Event
    from loyaltykit.testing.contract.factory import Factory, Store
    from loyaltykit.testing.crash.script import Step
    from loyaltykit.testing.crash.tracing import Traced
    from loyaltykit.testing.crash.twin import Twin

PATIENCE: Final = 60.0
"""Seconds without a word after which a client counts as one that hangs."""

WINDOW: Final = 0.012
"""Seconds from a client's first word within which one that dies at random is killed: some calls."""

SHOWN: Final = 48
"""Characters of a statement that a failure shows."""


@frozen
class Heard:
    """
    What was heard of a client: the results that it *acknowledged*, how many moments each call had, whether it was
    *killed*, and *at* which moment, before what, where it was its turn.
    """

    acknowledged: tuple[str, ...]
    lengths: tuple[int, ...]
    at: tuple[int, str] | None
    killed: bool


@define
class Figures:
    """
    What a run came to: *kills* by where they struck, calls *acknowledged*, calls in flight *found* applied or not.

    *places* are the different (kind of call, moment) at which clients died, of so many *moments* that were seen;
    *stores* how many were made.
    """

    kills: Counter[str] = field(factory=Counter)
    found: Counter[str] = field(factory=Counter)
    places: set[tuple[str, int]] = field(factory=set)
    moments: int = 0
    acknowledged: int = 0
    stores: int = 0
    seconds: float = 0.0

    def in_words(self) -> str:
        """
        Give the figures, a line each.

        Examples:
            >>> print(Figures(kills=Counter({"at random": 2}), found=Counter(applied=1), acknowledged=3).in_words())
            2 kills: 2 at random
            of the calls in flight, 1 applied; each repeated twice, applied once
            3 calls acknowledged, none lost
            0 of 0 moments of calls have had their turn
            0 stores made, 0.0 s
        """
        kills = ", ".join(f"{count:,} {where}" for where, count in sorted(self.kills.items()))
        found = ", ".join(f"{count:,} {what}" for what, count in sorted(self.found.items()))
        return (
            f"{self.kills.total():,} kills: {kills}\n"
            f"of the calls in flight, {found}; each repeated twice, applied once\n"
            f"{self.acknowledged:,} calls acknowledged, none lost\n"
            f"{len(self.places):,} of {self.moments:,} moments of calls have had their turn\n"
            f"{self.stores:,} stores made, {self.seconds:.1f} s"
        )


AT_RANDOM: Final = "at random"
BEFORE_A_STATEMENT: Final = "before a statement"
_WHERE: Final = {COMMITTED: "behind a commit", ACKNOWLEDGING: "before the acknowledgement"}


class Crashes:
    """
    Clients of the stores of *factory*, killed over and over, all drawn from *seed*.

    They die at each moment of each kind of call in turn, in an order that is drawn: before every statement, when a
    commit has returned, before the acknowledgement; and, if *at_random*, as many others at any moment, even within a
    statement. Raises `NotClaimed` for a factory that can't be traced.

    Examples:
        >>> from loyaltykit.testing.contract.factories import sqlite_file
        >>> Crashes(sqlite_file(), seed=7).run(3).kills
        Counter({'before a statement': 3})
    """

    def __init__(self, factory: Factory, *, seed: int, at_random: bool = True) -> None:
        self._at_random_too = at_random
        self._factory = traced(factory)
        self._seed = seed
        self._random = Random(seed)  # noqa: S311 - to be drawn again from the seed
        self._left: dict[str, list[int]] = {}
        self._most: dict[str, int] = {}
        self.figures = Figures()

    def run(self, kills: int) -> Figures:
        """
        Kill so many clients; give what that came to. Raises `Violated` with the seed where a store didn't bear it.
        """
        begun = time.monotonic()
        try:
            while self.figures.kills.total() < kills:
                self._life(kills)
        except Violated as error:
            message = f"{error}\n(seed {self._seed}, kill {self.figures.kills.total()})"
            raise Violated(message) from error
        finally:
            self.figures.seconds += time.monotonic() - begun
        return self.figures

    def _life(self, kills: int) -> None:
        """Play one script on a store of its own, by as many clients as it takes."""
        script = drawn_script(f"{self._seed}/{self.figures.stores}")
        judge = _Judge(self._factory, script, twin_of(script), self.figures)
        at_random = self._at_random_too and 2 * self.figures.kills[AT_RANDOM] < self.figures.kills.total()
        self.figures.stores += 1
        try:
            _close(self._factory.create())
            while judge.position < len(script) and self.figures.kills.total() < kills:
                rest = script[judge.position :]
                heard = self._at_random(rest) if at_random else self._in_turn(rest)
                self._learn(rest, heard)
                judge.hear(heard)
        finally:
            self._factory.destroy()

    def _at_random(self, script: Sequence[Step]) -> Heard:
        heard = self._heard(script, {}, seconds=self._random.uniform(0, WINDOW))
        if heard.killed and len(heard.acknowledged) < len(script):
            self.figures.kills[AT_RANDOM] += 1
        return heard

    def _in_turn(self, script: Sequence[Step]) -> Heard:
        """Have a client killed where it's the turn; the first of all plays to the end, so that moments are known."""
        turns = {kind: left[-1] for kind, left in self._left.items()}
        heard = self._heard(script, turns, seconds=None)
        if heard.at is not None:
            kind, (number, what) = script[len(heard.acknowledged)].kind, heard.at
            self.figures.kills[_WHERE.get(what, BEFORE_A_STATEMENT)] += 1
            self.figures.places.add((kind, number))
            self._had(kind, number)
        return heard

    def _learn(self, script: Sequence[Step], heard: Heard) -> None:
        """Note how many moments the calls had that were played to their end, and pass over those that none has."""
        for step, length in zip(script, heard.lengths, strict=False):
            self._most[step.kind] = max(length, self._most.get(step.kind, 0))
            left = self._left.setdefault(step.kind, [])
            if not left or min(left) > length:  # none is left that a call of this length has
                self._again(step.kind)
            elif left[-1] > length:  # others of the kind are longer: it waits for one
                left.insert(0, left.pop())
        self.figures.moments = sum(self._most.values())

    def _had(self, kind: str, number: int) -> None:
        """Note that a moment of that *kind* of call has had its turn; when all have, they're drawn again."""
        self._most[kind] = max(number, self._most.get(kind, 0))
        self._left[kind].pop()
        if not self._left[kind]:
            self._again(kind)

    def _again(self, kind: str) -> None:
        """Draw anew in which order the moments of that *kind* of call have their turn, and one that may be there."""
        self._left[kind] = [*range(1, self._most[kind] + 2)]
        self._random.shuffle(self._left[kind])

    def _heard(self, script: Sequence[Step], turns: Mapping[str, int], *, seconds: float | None) -> Heard:
        """Start a client of *script*, kill it after so many *seconds* if it's to be, and give what it said."""
        context = multiprocessing.get_context("fork")
        ear, mouth = context.Pipe(duplex=False)
        client = context.Process(target=play, args=(self._factory, script, turns, mouth), daemon=True)
        client.start()
        mouth.close()
        try:
            words = _words(ear)
            said = [*islice(words, 1)]
            if seconds is not None:
                time.sleep(seconds)
                client.kill()
            said += words
        finally:
            client.kill()
            client.join()
            ear.close()
        check(client.exitcode in {0, -signal.SIGKILL}, f"a client ended by itself, with {client.exitcode}")
        return _understood(said, killed=client.exitcode != 0)


def _words(ear: Any) -> Iterator[list[Any]]:
    """Give all that is said until the one who says it is gone."""
    try:
        while ear.poll(PATIENCE):
            yield json.loads(ear.recv_bytes())
    except (EOFError, OSError):  # the last word may be cut short
        return
    message = f"a client said nothing for {PATIENCE} seconds"
    raise Violated(message)


def _understood(said: Sequence[Sequence[Any]], *, killed: bool) -> Heard:
    for word, *rest in said:
        check(word != "failed", f"a client failed with {rest}")
    done = [rest for word, *rest in said if word == "done"]
    places = [(rest[0], rest[1]) for word, *rest in said if word == "killed"]
    return Heard(
        acknowledged=tuple([result for result, _ in done]),
        lengths=tuple([length for _, length in done]),
        at=places[0] if places else None,
        killed=killed,
    )


class _Judge:
    """Who judges the store of *factory* after each client of *script*, by its *twin*; *position* is the next step."""

    def __init__(self, factory: Traced, script: Sequence[Step], twin: Twin, figures: Figures) -> None:
        self._factory = factory
        self._script = script
        self._twin = twin
        self._figures = figures
        self.position = 0

    def hear(self, heard: Heard) -> None:
        """Judge what a client has left, and bring the call to an end that it was killed in."""
        first, self.position = self.position, self.position + len(heard.acknowledged)
        self._figures.acknowledged += len(heard.acknowledged)
        store = self._factory.reopen()
        try:
            self._acknowledged(store, first, heard.acknowledged)
            self._nothing_partial(store)
            if self.position < len(self._script):
                self._repeated_once(store)
                self.position += 1
        except Exception as error:
            told = str(error) if isinstance(error, AssertionError) else repr(error)
            message = f"{self._in_words(heard)}: {told}"
            raise Violated(message) from error
        finally:
            _close(store)

    def _in_words(self, heard: Heard) -> str:
        """Say where a client died."""
        if self.position == len(self._script):
            return "a client had played to its end"
        where = AT_RANDOM if heard.at is None else f"before {heard.at[1][:SHOWN]}"
        return f"a client was killed {where}, in {self._script[self.position].kind}"

    def _acknowledged(self, store: Store, first: int, results: Sequence[str]) -> None:
        """See that what was acknowledged is what it should have been, and is there."""
        for step, result in zip(self._twin.steps[first:], results, strict=False):
            same(result, step.result, "an acknowledged result")
            receipt = store.receipt(step.operations[-1])
            same(receipt and receipt.result, result, f"what is kept of {step.operations[-1]}, which was acknowledged,")

    def _nothing_partial(self, store: Store) -> None:
        """See that the store agrees with itself, and is as it was before the call in flight or after a commit of it."""
        check_books(store, PROGRAM, self._twin.operations)
        state = state_of(store, *self._twin.operations)
        at = min(self.position, len(self._script) - 1)
        known = self._twin.steps[at].states
        check(self.position == at or state == known[-1], "the store isn't as the finished script left it")
        check(state in known, "the store is as the script never left it: a call was written in part")

    def _repeated_once(self, store: Store) -> None:
        """Repeat the call in flight, twice: it's applied once."""
        heard: list[Event] = []
        loyalty = client_of(store, observe=heard.append)
        step, played = self._script[self.position], self._twin.steps[self.position]
        for time_ in ("first", "second"):
            same(step.played(loyalty), played.result, f"the result of the call in flight, repeated the {time_} time,")
            state = state_of(store, *self._twin.operations)
            check(state == played.states[-1], f"the store isn't as an uninterrupted one, repeated the {time_} time")
        self._figures.found["applied" if _replayed(heard) else "not applied"] += 1


def _replayed(heard: Sequence[Event]) -> bool:
    """Say whether the first repetition found its operation: its last event but for that of the second."""
    return isinstance(heard[-2], Replayed)


def _close(store: Any) -> None:
    """Close *store*, if it can be: no connection of this process may be open while another is forked."""
    getattr(store, "close", lambda: None)()
