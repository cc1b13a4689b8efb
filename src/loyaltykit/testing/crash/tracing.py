"""Factories that say what their stores do, statement by statement."""

from __future__ import annotations

import multiprocessing
import signal
from typing import TYPE_CHECKING, Final, Protocol, cast

from loyaltykit.testing.contract.factory import Factory, claims, hooks_of
from loyaltykit.testing.contract.verdict import NotClaimed

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltykit.testing.contract.factory import Store

NEEDED: Final = ("durable", "processes")
"""What a store must claim to be judged: that others see, and keep, what a process that is gone has acknowledged."""


class Traced(Factory, Protocol):
    """
    A `Factory` that can say what its stores do: ``trace(callback)`` gives a repository over the same store, by a fresh
    connection, that calls *callback* with the text of each statement before it's sent.

    It's called in a forked process, where none of the parent's connections may be used.
    """

    def trace(self, callback: Callable[[str], object], /) -> Store:
        """Give another repository over the same store, which tells each statement before it's sent."""
        ...


def traced(factory: Factory) -> Traced:
    """
    Give *factory* as one that can say what its stores do; raises `NotClaimed` where it can't, or its store gives up
    what a crash asks for.

    Examples:
        >>> from loyaltykit.testing.contract.factories import memory
        >>> traced(memory())
        Traceback (most recent call last):
            ...
        loyaltykit.testing.contract.verdict.NotClaimed: not claimed: a crash needs durable, processes, trace and fork
    """
    if not (claims(factory).issuperset(NEEDED) and "trace" in hooks_of(factory) and _killable()):
        message = f"not claimed: a crash needs {', '.join(NEEDED)}, trace and fork"
        raise NotClaimed(message)
    return cast("Traced", factory)


class Served(Traced, Protocol):
    """A `Traced` factory whose server can be killed, all its processes at once, and started again over what it left."""

    def kill_server(self) -> None:
        """Kill every process of the server by SIGKILL, at once."""
        ...

    def start_server(self) -> None:
        """Start the server again; return when it answers."""
        ...


def served(factory: Factory) -> Served:
    """
    Give *factory* as one whose server can be killed; raises `NotClaimed` where it can't.

    Examples:
        >>> from loyaltykit.testing.contract.factories import sqlite_file
        >>> served(sqlite_file())
        Traceback (most recent call last):
            ...
        loyaltykit.testing.contract.verdict.NotClaimed: not claimed: it needs kill_server() and start_server()
    """
    found = cast("Served", traced(factory))
    if not hooks_of(factory) >= {"kill_server", "start_server"}:
        message = "not claimed: it needs kill_server() and start_server()"
        raise NotClaimed(message)
    return found


def _killable() -> bool:
    """Say whether this system can fork a process, and kill it for good."""
    return hasattr(signal, "SIGKILL") and "fork" in multiprocessing.get_all_start_methods()
