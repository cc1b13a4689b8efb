"""Level 4: clients that are killed, and the server under them, in the middle of an order's life."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from loyaltykit.testing.contract.verdict import check
from loyaltykit.testing.crash.harness import BEFORE_A_STATEMENT, Crashes
from loyaltykit.testing.crash.outages import Outages
from loyaltykit.testing.crash.script import drawn_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.testing.contract.trial import Trial
    from loyaltykit.testing.crash.script import Step

KINDS: Final = frozenset({"first settle", "place", "complete"})
"""The calls that clients are killed in: `loyaltykit.testing.crash` kills them in all."""

KILLS: Final = 150
"""Clients that are killed in turn, at most: each moment of each kind once, if there aren't too many."""

AT_RANDOM: Final = 8
"""Clients that are killed after these, half of them at any moment."""

OUTAGES: Final = 12
"""Times that the server is killed."""


def killed_clients_leave_nothing_in_part(trial: Trial) -> None:
    """Clients killed at any statement leave nothing in part, and nothing lost; a retry applies once (C4, C5)."""
    with _stores_of_their_own(trial):
        for kills, at_random in ((KILLS, False), (AT_RANDOM, True)):
            crashes = Crashes(trial.factory, seed=trial.seed, at_random=at_random, scripted=_short)
            figures = crashes.run(kills, once_each=not at_random)
            told = figures.kills[BEFORE_A_STATEMENT]
            check(told, "trace(callback) told of no statement, so nobody was killed at one")
            if figures.missing and not at_random:
                trial.kept = f"not shown: what a kill does at {figures.no_turn}, where {kills} kills didn't get to"


def a_killed_server_keeps_what_it_acknowledged(trial: Trial) -> None:
    """A killed server has kept what it acknowledged; clients are told, and go on once it is back (C4, C5, C6)."""
    with _stores_of_their_own(trial):
        Outages(trial.factory, seed=trial.seed, cycles=2).run(OUTAGES)


@contextmanager
def _stores_of_their_own(trial: Trial) -> Iterator[None]:
    """Remove the trial's store while clients have theirs; make it anew behind them, so that there's one to remove."""
    trial.factory.destroy()
    yield
    trial.store = trial.factory.create()


def _short(seed: str) -> tuple[Step, ...]:
    """Give a script of a few kinds of calls."""
    return tuple([step for step in drawn_script(seed, cycles=1) if step.kind in KINDS])
