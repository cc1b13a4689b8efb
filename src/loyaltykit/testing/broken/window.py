"""Windows: where a broken store lets others in, held open until somebody comes, so that no race is left to luck."""

from __future__ import annotations

import asyncio
import os
from multiprocessing import get_context
from threading import Condition, get_ident
from typing import Final

PATIENCE: Final = 0.1
"""Seconds that one who's alone waits for another."""

MEETINGS: Final = 60
"""How often somebody is waited for; by then everything that can be wrong is."""


class Window:
    """
    A place between two steps that belong together: whoever comes there waits until another has come as well.

    Whoever made it is alone by definition, and waits for nobody: that's how stores are prepared and judged.

    Examples:
        >>> Window().stand_open()
    """

    def __init__(self) -> None:
        self._made_by = get_ident()
        self._changed = Condition()
        self._come = 0
        self._patience = PATIENCE

    def stand_open(self) -> None:
        """Wait for another, up to `PATIENCE` seconds."""
        if get_ident() != self._made_by:
            with self._changed:
                self._come = here = self._come + 1
                self._changed.notify_all()
                if here < MEETINGS:
                    came = self._changed.wait_for(lambda: self._come > here, self._patience)
                    self._patience = PATIENCE if came else _thinner(self._patience)

    def pass_by(self) -> None:
        """Come, and wait for nobody."""
        with self._changed:
            self._come += 1
            self._changed.notify_all()

    def wait_for_two(self) -> None:
        """Wait until others have passed by twice: the second of them has come since. Patience wears thin in vain."""
        with self._changed:
            here = self._come
            if not self._changed.wait_for(lambda: self._come > here + 1, self._patience):
                self._patience = _thinner(self._patience)


def _thinner(patience: float) -> float:
    """Give what is left of *patience* that was in vain: calls that are made one at a time never meet."""
    return max(patience / 2, 0.001)


class WindowOfProcesses:
    """
    A window in which forked processes meet; the one that made it waits for nobody.

    Examples:
        >>> WindowOfProcesses().stand_open()
    """

    def __init__(self) -> None:
        forked = get_context("fork")
        self._made_by = os.getpid()
        self._changed = forked.Condition()
        self._come = forked.Value("i", 0, lock=False)
        self._patience = PATIENCE

    def stand_open(self) -> None:
        """Wait for another, up to `PATIENCE` seconds."""
        if os.getpid() != self._made_by:
            with self._changed:
                self._come.value = here = self._come.value + 1
                self._changed.notify_all()
                if here < MEETINGS:
                    came = self._changed.wait_for(lambda: self._come.value > here, self._patience)
                    self._patience = PATIENCE if came else _thinner(self._patience)


class WindowOfTasks:
    """
    A window in which tasks of one loop meet.

    Examples:
        >>> import asyncio
        >>> asyncio.run(WindowOfTasks().stand_open())
    """

    def __init__(self) -> None:
        self._waiting: list[asyncio.Event] = []
        self._patience = PATIENCE
        self._met = 0

    async def stand_open(self) -> None:
        """Await another, up to `PATIENCE` seconds; less where nobody came the last time."""
        self.pass_by()
        if self._met < MEETINGS:
            await self._another()

    def pass_by(self) -> None:
        """Come, and await nobody."""
        for each in self._waiting:
            each.set()
        self._waiting.clear()

    async def wait_for_two(self) -> None:
        """Await others who pass by twice: the second of them has come since."""
        await self._another()
        await self._another()

    async def _another(self) -> None:
        come = asyncio.Event()
        self._waiting.append(come)
        try:
            await asyncio.wait_for(come.wait(), self._patience)
        except TimeoutError:
            self._patience = max(self._patience / 2, 0.01)
        else:
            self._patience = PATIENCE
            self._met += 1
