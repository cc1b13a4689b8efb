"""The harness: it starts clients, kills them, opens the store anew, and judges what they left."""

from __future__ import annotations

import time
from random import Random
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from loyaltykit.testing.contract.playing import removed
from loyaltykit.testing.contract.verdict import Violated
from loyaltykit.testing.crash.client import ACKNOWLEDGING, COMMITTED, play
from loyaltykit.testing.crash.clients import Client
from loyaltykit.testing.crash.figures import Figures
from loyaltykit.testing.crash.judge import Judge
from loyaltykit.testing.crash.script import PROGRAM, drawn_script
from loyaltykit.testing.crash.tracing import traced
from loyaltykit.testing.crash.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from loyaltykit.testing.contract.factory import Factory
    from loyaltykit.testing.crash.script import Step

SOME: Final = 4
"""Calls within whose time a client is killed that dies at random."""

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


AT_RANDOM: Final = "at random"
BEFORE_A_STATEMENT: Final = "before a statement"
WHERE: Final = {COMMITTED: "behind a commit", ACKNOWLEDGING: "before the acknowledgement"}


class Crashes:
    """
    Clients of the stores of *factory*, killed over and over, all drawn from *seed*.

    They die at each moment of each kind of call in turn, in an order that is drawn: before every statement, when a
    commit has returned, before the acknowledgement; and, if *at_random*, as many others at any moment, even within a
    statement. What they play is *scripted* from a seed of each store's own. Raises `NotClaimed` for a factory that
    can't be traced.

    Examples:
        >>> from loyaltykit.testing.contract.factories import sqlite_file
        >>> Crashes(sqlite_file(), seed=7, at_random=False).run(3).kills
        Counter({'before a statement': 3})
    """

    def __init__(
        self,
        factory: Factory,
        *,
        seed: int,
        at_random: bool = True,
        scripted: Callable[[str], Sequence[Step]] = drawn_script,
    ) -> None:
        self._at_random_too = at_random
        self._factory = traced(factory)
        self._seed = seed
        self._random = Random(seed)  # noqa: S311 - to be drawn again from the seed
        self._scripted = scripted
        self._window = 0.0
        self.figures = Figures()
        self._turns = Turns(self._random, self.figures)

    def run(self, kills: int, *, once_each: bool = False) -> Figures:
        """
        Kill so many clients; give what that came to. Raises `Violated` with the seed where a store didn't bear it.

        With *once_each* it ends before, when every moment that was seen has had its turn.
        """
        with self.figures.running(self._seed):
            while self.figures.kills.total() < kills and not (once_each and self._all_had):
                self._life(kills)
        return self.figures

    @property
    def _all_had(self) -> bool:
        return bool(self.figures.lengths) and not self.figures.missing

    def _life(self, kills: int) -> None:
        """Play one script on a store of its own, by as many clients as it takes."""
        script = self._scripted(f"{self._seed}/{self.figures.stores}")
        judge = Judge(script, PROGRAM, self.figures)
        self.figures.stores += 1
        with removed(self._factory):
            close(self._factory.create())
            while not judge.is_done and self.figures.kills.total() < kills:
                rest = script[judge.position :]
                heard = self._at_random(rest) if self._is_random() else self._in_turn(rest)
                for step, length in zip(rest, heard.lengths, strict=False):
                    self._turns.learn(step.kind, length)
                self._judged(judge, heard)
            self._looked_over(judge)

    def _looked_over(self, judge: Judge) -> None:
        """See that every receipt of the store's life is there."""
        store = self._factory.reopen()
        try:
            judge.look_over(store)
        finally:
            close(store)

    def _is_random(self) -> bool:
        """Say whether the next client dies at random: every other one."""
        return self._at_random_too and 2 * self.figures.kills[AT_RANDOM] < self.figures.kills.total()

    def _at_random(self, script: Sequence[Step]) -> Heard:
        heard = self._heard(script, {}, seconds=self._random.uniform(0, self._window))
        if heard.killed and len(heard.acknowledged) < len(script):
            self.figures.kills[AT_RANDOM] += 1
        return heard

    def _in_turn(self, script: Sequence[Step]) -> Heard:
        """Have a client killed where it's the turn; the first of all plays to the end, so that moments are known."""
        heard = self._heard(script, self._turns.next(), seconds=None)
        if heard.at is not None:
            number, what = heard.at
            self.figures.kills[WHERE.get(what, BEFORE_A_STATEMENT)] += 1
            self._turns.had(script[len(heard.acknowledged)].kind, number)
        return heard

    def _heard(self, script: Sequence[Step], turns: Mapping[str, int], *, seconds: float | None) -> Heard:
        """Start a client of *script*, kill it after so many *seconds* if it's to be, and give what it said."""
        client, said = Client(play, self._factory, script, turns), []
        try:
            client.word()
            begun = time.monotonic()
            if seconds is not None:
                time.sleep(seconds)
                client.kill()
            while (word := client.word()) is not None:
                said.append(word)
                if len(said) == SOME and seconds is None:
                    self._window = time.monotonic() - begun
        finally:
            client.kill()
            killed = client.end()
        return _understood(said, killed=killed)

    def _judged(self, judge: Judge, heard: Heard) -> None:
        """Judge what a client has left, and bring the call to an end that it was killed in."""
        store = self._factory.reopen()
        try:
            judge.hear(store, heard.acknowledged)
            judge.nothing_partial(store)
            if not judge.is_done:
                judge.repeated_once(store)
        except Exception as error:
            told = str(error) if isinstance(error, AssertionError) else repr(error)
            message = f"{_in_words(judge, heard)}: {told}"
            raise Violated(message) from error
        finally:
            close(store)


def _understood(said: Sequence[Sequence[Any]], *, killed: bool) -> Heard:
    done = [rest for word, *rest in said if word == "done"]
    places = [(rest[0], rest[1]) for word, *rest in said if word == "killed"]
    return Heard(
        acknowledged=tuple([result for result, _ in done]),
        lengths=tuple([length for _, length in done]),
        at=places[0] if places else None,
        killed=killed,
    )


def _in_words(judge: Judge, heard: Heard) -> str:
    """Say where a client died."""
    if judge.is_done:
        return "a client had played to its end"
    where = AT_RANDOM if heard.at is None else f"before {heard.at[1][:SHOWN]}"
    return f"a client was killed {where}, in {judge.script[judge.position].kind}"


def close(store: Any) -> None:
    """Close *store*, if it can be: no connection of this process may be open while another is forked."""
    getattr(store, "close", lambda: None)()
