"""
Runners in processes of their own, as hosts on several machines are: each reaches the store anew, and shares nothing.

A runner is forked, so it needs no import string; its factory's ``reopen()`` is called in it, and must touch no
connection of the one that forked it. It tells each call through a pipe, then what it gives or failed with. One that
hangs is killed.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
import traceback
import warnings
from multiprocessing.connection import wait
from multiprocessing.sharedctypes import RawArray
from threading import BrokenBarrierError
from typing import TYPE_CHECKING, Any

from attrs import define

from loyaltykit.testing.contract import race
from loyaltykit.testing.contract.turnstile import Turnstile, shared_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.context import ForkProcess

    from loyaltykit.testing.contract.race import Ended, Meeting, Runner
    from loyaltykit.testing.contract.trial import Trial


def forks() -> bool:
    """
    Say whether this system can fork processes.

    Examples:
        >>> forks() == hasattr(os, "fork")
        True
    """
    return hasattr(os, "fork")


class Processes:
    """
    Runners in processes.

    Examples:
        >>> Processes().barrier(2).parties
        2
    """

    def barrier(self, runners: int) -> Meeting:
        """Give where so many runners wait for each other."""
        return multiprocessing.get_context("fork").Barrier(runners)

    def turnstile(self, marks: Sequence[str], runners: int) -> Turnstile:
        """Give what has so many *runners* come in an order of *marks*."""
        array = RawArray("i", shared_by(marks, runners))
        return Turnstile(marks, runners, multiprocessing.get_context("fork").Condition(), array)

    def connect(self, runner: Runner, trial: Trial) -> None:
        """Leave it to the process: no connection is carried into it."""

    def play(self, runners: Sequence[Runner], trial: Trial, what: Callable[[Runner], object]) -> Ended:
        """Have all *runners* do *what* at once."""
        ended = race.Ended([None] * len(runners))
        children = [_started(runner, trial, what) for runner in runners]
        try:
            for child, word in _words(children):
                child.hear(word, ended)
        finally:
            for child in children:
                ended.hanging += child.over()
        return ended


@define(eq=False)
class _Child:
    """The process of a *runner*, and the ear at the pipe that it speaks into."""

    runner: Runner
    process: ForkProcess
    ear: Any
    ended: bool = False

    def hear(self, word: tuple[str, Any], ended: Ended) -> None:
        """Take in what it says: a call, what it gives, or what it failed with, or that it's gone."""
        kind, said = word
        if kind == "call":
            self.runner.calls.append(said)
        elif kind == "gave":
            self.ended = True
            ended.given[self.runner.number] = said
        elif kind == "failed":
            self.ended = True
            ended.faults.append(said)
        else:
            self.ended = True
            self.process.join()
            self.runner.barrier.abort()
            ended.faults.append(race.Fault(f"the end of its process, with {self.process.exitcode}"))

    def over(self) -> bool:
        """End it, whatever it still does; say whether it hung."""
        self.process.kill()
        self.process.join()
        self.ear.close()
        return not self.ended


def _started(runner: Runner, trial: Trial, what: Callable[[Runner], object]) -> _Child:
    """Fork a process for *runner*."""
    context = multiprocessing.get_context("fork")
    ear, mouth = context.Pipe(duplex=False)
    process = context.Process(target=_alone, args=(runner, trial, what, mouth), daemon=True)
    begin(process)
    mouth.close()
    return _Child(runner, process, ear)


def begin(process: ForkProcess) -> None:
    """
    Fork *process*. A Ctrl-C waits until that's done: it would be lost in what Python does at a fork, or felt there.

    Examples:
        >>> process = multiprocessing.get_context("fork").Process(target=print)
        >>> begin(process)
        >>> process.join()
        >>> process.exitcode
        0
    """
    if threading.current_thread() is not threading.main_thread():
        _start(process)  # only the main thread feels it
        return
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    try:
        _start(process)
    finally:
        signal.signal(signal.SIGINT, before or signal.SIG_DFL)  # None, if Python didn't set it
    for number in heard:
        signal.raise_signal(number)


def _start(process: ForkProcess) -> None:
    with warnings.catch_warnings():  # other threads' locks may be held: none that is needed there
        warnings.simplefilter("ignore", DeprecationWarning)
        process.start()


def _alone(runner: Runner, trial: Trial, what: Callable[[Runner], object], mouth: Any) -> None:
    """Do *what* in a process of its own, and leave alone what's the parent's."""
    gc.freeze()  # nothing of it is collected here: closing it would be felt there
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it's the parent who ends this one
    _told(runner, trial, what, mouth)


def _told(runner: Runner, trial: Trial, what: Callable[[Runner], object], mouth: Any) -> None:
    """Do *what* by a connection of its own, and tell each call and what came of it."""
    try:
        runner.connected(trial.factory.reopen(), lambda call: mouth.send(("call", call)))
        mouth.send(("gave", runner.run(what)))
    except Exception as error:  # noqa: BLE001 - told by the one who listens
        runner.barrier.abort()
        told = f"{error!r}\n{traceback.format_exc()}"
        mouth.send(("failed", race.Fault(told, isinstance(error, BrokenBarrierError))))


def _words(children: Sequence[_Child]) -> Iterator[tuple[_Child, tuple[str, Any]]]:
    """Give who says what, until all have ended, or patience has; of one that's gone, that it is."""
    patience = race.Patience()
    while speaking := [child for child in children if not child.ended]:
        left = patience.left
        ready = wait([child.ear for child in speaking], left) if left else []
        if not ready:
            return
        patience.heard()
        for child in speaking:
            try:
                if child.ear in ready:
                    yield child, child.ear.recv()
            except (EOFError, OSError):
                yield child, ("gone", None)
