"""Clients as processes of their own, by fork, and what is heard of them on their pipes."""

from __future__ import annotations

import gc
import json
import multiprocessing
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from loyaltykit.testing.contract.forked import begin
from loyaltykit.testing.contract.verdict import Violated, check

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE: Final = 60.0
"""Seconds without a word after which a client counts as one that hangs."""


class Client:
    """
    A process that plays what *play* does with *arguments* and the end of a pipe, into which it speaks.

    Examples:
        >>> client = Client(lambda word, pipe: pipe.send_bytes(word), b'["begun"]')
        >>> client.word(), client.word(), client.end()
        (['begun'], None, False)
    """

    def __init__(self, play: Callable[..., None], *arguments: object) -> None:
        context = multiprocessing.get_context("fork")
        self.pipe, there = context.Pipe()
        self._process = context.Process(target=_played, args=(play, *arguments, there), daemon=True)
        begin(self._process)
        there.close()

    def tell(self, *words: object) -> None:
        """Tell it these *words*, if it's still there."""
        with suppress(BrokenPipeError):  # whoever hears it next is told
            self.pipe.send_bytes(json.dumps(words).encode())

    def word(self) -> list[Any] | None:
        """Give what it says next, None once it's gone; raises `Violated` where it hangs, or says that it failed."""
        try:
            if not self.pipe.poll(PATIENCE):
                message = f"a client said nothing for {PATIENCE} seconds"
                raise Violated(message)
            said: list[Any] = json.loads(self.pipe.recv_bytes())
        except (EOFError, OSError):  # the last word may be cut short
            return None
        check(said[0] != "failed", f"a client failed with {said[1:]}")
        return said

    def kill(self) -> None:
        """Kill it, if it still runs."""
        self._process.kill()

    def end(self) -> bool:
        """See it end, by itself or killed; say whether it was killed."""
        self._process.join()
        self.pipe.close()
        code = self._process.exitcode
        check(code in {0, -signal.SIGKILL}, f"a client ended by itself, with {code}")
        return code != 0


def _played(play: Callable[..., None], *arguments: object) -> None:
    """Play what *play* does in the forked process, which leaves all that it was born with as it is."""
    gc.freeze()  # what the parent has open isn't collected here: closing it would be felt there
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends this one
    play(*arguments)
