"""
A pytest session that tries mutants: tests are collected once, and for each mutant a fork of the process runs them.

In the fork, the code of the changed function is put into the function that has been imported. Where that can't be,
since its defaults change, and for every mutant that survives so, a fresh interpreter imports the changed source and
runs all tests again: what a module makes while it's imported is made with the change.
"""

from __future__ import annotations

import gc
import os
import resource
import subprocess
import sys
import tempfile
from contextlib import suppress
from functools import _lru_cache_wrapper
from pathlib import Path
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, NoReturn

import pytest

from mutation.mutants import signature

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mutation.mutants import Mutant

KILLED, SURVIVED, TIMED_OUT = "killed", "survived", "timed out"
UNSURE = "survived in a fork"
WORDS = "not tried: words"
UNSWAPPED = "not swapped"

_STATUS = {SURVIVED: 0, KILLED: 1, UNSWAPPED: 70}
"""With which a fork ends."""

MEMORY = 4 << 30
"""The bytes of addresses that a fork may have: a loop that gathers for ever ends by it."""


class Trials:
    """
    The plugin: tries *mutants* of the module at *path* by *tests*, and tells *note* how each ended.

    *quickly* leaves it at the fork, unsure of what survives there.
    """

    def __init__(
        self,
        path: Path,
        mutants: Iterable[Mutant],
        tests: Sequence[str],
        note: Callable[[Mutant, str], None],
        *,
        quickly: bool,
    ) -> None:
        self.path = path
        self.source = path.read_text(encoding="utf-8")
        self.mutants = mutants
        self.tests = tests
        self.note = note
        self.quickly = quickly
        self.broken: str | None = "its tests could not be collected"

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests as they are, to warm up, then in a fork with nothing changed, then for each mutant."""
        started = os.times()
        _run(session, [item for item in session.items if isinstance(item, pytest.Function)])  # examples run once alone
        ended = os.times()
        self.broken = None
        self.functions = [each for each in gc.get_objects() if _is_of(each, self.path)]
        self.caches = [each for each in gc.get_objects() if _is_cache(each)]
        gc.freeze()  # what a fork doesn't look at needs no memory of its own
        seconds = int(5 * (ended.user - started.user + ended.system - started.system)) + 2
        unchanged = _in_fork(lambda: None, lambda: _run(session, session.items), seconds)
        if session.testsfailed or unchanged != SURVIVED:
            self.broken = f"the tests fail as they are: {session.testsfailed} here, {unchanged} in a fork"
            return True
        for mutant in self.mutants:
            self.note(mutant, self._tried(session, mutant, seconds))
        return True

    def _tried(self, session: pytest.Session, mutant: Mutant, seconds: int) -> str:
        """Say how *mutant* ended; a survivor has survived in an interpreter of its own."""
        if signature(mutant.source, mutant.function) == signature(self.source, mutant.function):
            ended = _in_fork(lambda: self._swap(mutant), lambda: _run(session, session.items), seconds)
            if ended not in {SURVIVED, UNSWAPPED}:
                return ended
        return UNSURE if self.quickly else self._anew(mutant, seconds)

    def _swap(self, mutant: Mutant) -> None:
        """Put *mutant*'s function in the place of the one that has been imported, and forget what it has answered."""
        changed = _codes(compile(mutant.source, str(self.path), "exec"))
        for function in self.functions:
            if function.__code__.co_qualname == mutant.function:
                function.__code__ = changed[mutant.function, function.__code__.co_firstlineno]
        for cache in self.caches:
            cache.cache_clear()

    def _anew(self, mutant: Mutant, seconds: int) -> str:
        """Run the tests in a fresh interpreter that imports *mutant*'s source."""
        with tempfile.TemporaryDirectory() as folder:
            changed = Path(folder) / "changed.py"
            changed.write_text(mutant.source, encoding="utf-8")
            command = [
                sys.executable,
                "-m",
                "mutation.anew",
                str(self.path),
                str(changed),
                str(seconds + 10),
                *self.tests,
            ]
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            return _said(subprocess.call(command, **quiet))  # noqa: S603 - this Python with our own arguments


def _run(session: pytest.Session, items: Sequence[pytest.Item]) -> bool:
    """Run *items* of *session* up to the first that fails; say whether one did."""
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return True
    return False


def _in_fork(prepare: Callable[[], None], run: Callable[[], bool], seconds: int) -> str:
    """Say how *run* ended in a fork with so many *seconds* of a processor, once it was made ready by *prepare*."""
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if not child:
        _end(prepare, run, seconds)
    return _said(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def _end(prepare: Callable[[], None], run: Callable[[], bool], seconds: int) -> NoReturn:
    """Make ready, run, and end the process by a status of its own for each."""
    status = _STATUS[UNSWAPPED]
    with suppress(BaseException):
        prepare()
        status = _STATUS[KILLED]
        bounded(seconds)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        status = _STATUS[KILLED if run() else SURVIVED]
    os._exit(status)


def bounded(seconds: int) -> None:
    """Let the system end this process after so many *seconds* of a processor."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _said(status: int) -> str:
    """Say what an exit status means: below zero, the system ended the process; of pytest's own, any but 0 is a kill."""
    if status < 0:
        return TIMED_OUT
    return {_STATUS[SURVIVED]: SURVIVED, _STATUS[UNSWAPPED]: UNSWAPPED}.get(status, KILLED)


def _is_of(each: object, path: Path) -> bool:
    """Say whether *each* is a function that has been imported from *path*, however it's wrapped."""
    return type(each) is FunctionType and each.__code__.co_filename == str(path)


def _is_cache(each: object) -> bool:
    return isinstance(each, _lru_cache_wrapper) and (each.__module__ or "").startswith("loyaltykit")


def _codes(code: CodeType) -> dict[tuple[str, int], CodeType]:
    """Give every piece of code within *code* by its qualified name and first line."""
    found = {(code.co_qualname, code.co_firstlineno): code}
    for part in code.co_consts:
        if isinstance(part, CodeType):
            found |= _codes(part)
    return found
