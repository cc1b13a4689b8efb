"""Outages: the server is killed under its clients, started again, and what it has kept is judged (P27)."""

from __future__ import annotations

import time
from multiprocessing.connection import wait
from random import Random
from typing import TYPE_CHECKING, Final

from loyaltykit.testing.contract.playing import removed
from loyaltykit.testing.contract.verdict import Violated, check
from loyaltykit.testing.crash.client import COMMITTED, Strike, play_through
from loyaltykit.testing.crash.clients import PATIENCE, Client
from loyaltykit.testing.crash.figures import Figures
from loyaltykit.testing.crash.harness import AT_RANDOM, BEFORE_A_STATEMENT, SHOWN, WHERE, close
from loyaltykit.testing.crash.judge import Judge
from loyaltykit.testing.crash.player import Moment, Player, ended
from loyaltykit.testing.crash.script import CYCLES, drawn_script, program_called
from loyaltykit.testing.crash.tracing import served
from loyaltykit.testing.crash.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyaltykit.testing.contract.factory import Factory

PROGRAMS: Final = ("city", "port", "town")
"""The programs that are played at once, by a client each."""

CALLS: Final = 9
"""Calls of all clients, less one, after which a server dies at the latest that dies at random."""

ARRIVAL: Final = 1.0
"""Seconds within which clients come to where the server dies; else it dies as they stand."""

MEETING: Final = 0.004
"""Seconds that a statement, or the end of the server that it's to meet, is held back, at most."""

SENDING: Final = "while a statement was sent"
COMMITTING: Final = "while a COMMIT was sent"
BEHIND: Final = WHERE[COMMITTED]
WAYS: Final = (AT_RANDOM, BEFORE_A_STATEMENT, SENDING, COMMITTING, BEHIND)
"""How a server dies: at any moment, or by that of one of its clients."""

NOWHERE: Final = Strike({}, None, waits=False)
"""What a client is told that has no moment at which the server dies."""


class Outages:
    """
    Servers of the stores of *factory*, killed over and over while clients play, all drawn from *seed*.

    Three clients play at once, each a program of its own. The server is killed at any moment; or before a statement of
    one of them, in turn; or when it sends one, in particular a COMMIT; or when a commit has returned. All are told
    `CommitUnknown` or `StoreUnavailable`, and go on over the same repository once the server is back. Raises
    `NotClaimed` for a factory whose server can't be killed.

    Examples:
        >>> from loyaltykit.testing.contract.factories import sqlite_file
        >>> Outages(sqlite_file(), seed=7)
        Traceback (most recent call last):
            ...
        loyaltykit.testing.contract.verdict.NotClaimed: not claimed: it needs kill_server() and start_server()
    """

    def __init__(self, factory: Factory, *, seed: int, cycles: int = CYCLES) -> None:
        self._factory = served(factory)
        self._seed = seed
        self._cycles = cycles
        self._random = Random(seed)  # noqa: S311 - to be drawn again from the seed
        self.figures = Figures()
        self._turns = Turns(self._random, self.figures)

    def run(self, kills: int) -> Figures:
        """
        Kill the server so often; give what that came to. Raises `Violated` with the seed where it wasn't borne.
        """
        with self.figures.running(self._seed):
            while self.figures.kills.total() < kills:
                self._life(kills)
        return self.figures

    def _life(self, kills: int) -> None:
        """Have a client of each program play its script on one store, to its end once there are *kills* enough."""
        players: list[Player] = []
        with removed(self._factory), ended(players):
            close(self._factory.create())
            for name in PROGRAMS:
                players.append(self._begun(name))
                players[-1].client.word()
            while self.figures.kills.total() < kills and not all(each.gone for each in players):
                self._outage(players)
            self._ended(players)

    def _begun(self, name: str) -> Player:
        program = program_called(name)
        script = drawn_script(f"{self._seed}/{self.figures.stores}/{name}", cycles=self._cycles)
        judge = Judge(script, program, self.figures, shared=True)
        return Player(Client(play_through, self._factory, script, program), judge)

    def _outage(self, players: Sequence[Player]) -> None:
        """Have all go on, kill the server under them, start it again, and judge; unless all end before."""
        live = [each for each in players if not each.gone]
        chosen = self._random.choice(live)
        way = self._random.choice(WAYS) if self._turns.next() else AT_RANDOM
        strike = self._strike(way)
        calls = self._random.randrange(CALLS) if way == AT_RANDOM else None
        reached = self._played_on(live, chosen, strike, calls)
        if all(each.gone for each in live):
            return
        if not (reached and strike.waits):
            time.sleep(self._random.uniform(0, MEETING))
        self._factory.kill_server()
        late = reached
        while left := [each for each in live if not (each.waits or each.gone)]:
            if late and strike.waits:
                chosen.go_on(NOWHERE)
            late = self._hear(left)
        self._factory.start_server()
        self._judged(players, self._told(way, reached))

    def _told(self, way: str, reached: Moment | None) -> str:
        """Count where the server was killed, and tell it."""
        where = AT_RANDOM if reached is None else way
        if reached is not None and way in {BEFORE_A_STATEMENT, SENDING}:
            self._turns.had(reached.kind, reached.number)
            where = WHERE.get(reached.what, way)
        self.figures.kills[where] += 1
        told = "" if reached is None else f", in {reached.kind} at {reached.what[:SHOWN]}"
        return f"the server was killed {where}{told}"

    def _played_on(self, live: Sequence[Player], chosen: Player, strike: Strike, calls: int | None) -> Moment | None:
        """Have the *live* ones go on for so many *calls*, or until *chosen* comes to its *strike*: give where."""
        end = time.monotonic() + ARRIVAL
        for each in live:
            each.go_on(strike if each is chosen else NOWHERE)
        while not chosen.gone and (now := time.monotonic()) < end:
            if calls is not None and sum(len(each.acknowledged) for each in live) >= calls:
                break
            left = [each for each in live if not each.gone]
            reached = self._hear(left, end - now)
            if reached:
                return reached
            check(not any(each.waits for each in left), "a client was told an error while the server was there")
        return None

    def _strike(self, way: str) -> Strike:
        """Give what the chosen client is told of the moment at which the server dies."""
        pause = self._random.uniform(0, MEETING)
        return {
            AT_RANDOM: NOWHERE,
            BEFORE_A_STATEMENT: Strike(self._turns.next(), None, waits=True),
            SENDING: Strike(self._turns.next(), None, waits=False, pause=pause),
            COMMITTING: Strike({}, "COMMIT", waits=False, pause=pause),
            BEHIND: Strike({}, COMMITTED, waits=True),
        }[way]

    def _hear(self, players: Sequence[Player], seconds: float | None = None) -> Moment | None:
        """Hear what any of *players* says, for as many *seconds* at most; give the moment that one has reached."""
        ready = wait([each.client.pipe for each in players], PATIENCE if seconds is None else seconds)
        check(ready or seconds is not None, f"no client said a word for {PATIENCE} seconds")
        heard = [each.hear(self.figures, self._turns) for each in players if each.client.pipe in ready]
        return next(filter(None, heard), None)

    def _ended(self, players: Sequence[Player]) -> None:
        """Have all play to their end, and judge."""
        for each in players:
            if not each.gone:
                each.go_on(NOWHERE)
        while left := [each for each in players if not each.gone]:
            self._hear(left)
            check(not any(each.waits for each in left), "a client was told an error while the server was there")
        self._judged(players, "the clients had played to their end")
        check(all(each.judge.is_done for each in players), "a client ended before its script")
        self.figures.stores += 1

    def _judged(self, players: Sequence[Player], told: str) -> None:
        """Judge what the store has kept of each of *players*."""
        store = self._factory.reopen()
        try:
            for each in players:
                each.judged(store)
        except Exception as error:
            message = f"{told}: {error if isinstance(error, AssertionError) else repr(error)}"
            raise Violated(message) from error
        finally:
            close(store)
