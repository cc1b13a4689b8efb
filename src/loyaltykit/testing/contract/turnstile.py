"""
The turnstile: it has the runners of a race begin and end their calls in an order that was recorded before.

Only who comes when is played again. What happens within a store, between the beginning and the end of calls that
overlap, is the store's and the system's; so is what a load sees of a commit beside it. Where an answer differs from
the recorded one, a runner may do something else than it did: the turnstile notes it and goes on, and lets whoever has
no more turns pass. Where a runner stays in the store while everybody waits for it, as one does that waits for a lock,
the order can't be kept, and all are let go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from loyaltykit.testing.contract.calls import ENDS, letter

if TYPE_CHECKING:
    from collections.abc import Sequence

STILL: Final = 5.0
"""Seconds without anybody's turn after which the order can't be kept."""

SHARED: Final = 29
"""Numbers that runners share: the turn, the first that differs, the one at which it stood still, and who is gone."""

_POSITION, _DIFFERS, _LEFT, _GONE = 0, 1, 2, 3


class Turnstile:
    """
    An order of *marks* for the runners of a race, with a *condition* and an *array* of numbers that they share.

    Examples:
        >>> from threading import Condition
        >>> turnstile = Turnstile(["A", "a", "B", "b!"], Condition(), [0] * SHARED)
        >>> for runner in (0, 1):
        ...     turnstile.begin(runner)
        ...     turnstile.end(runner, "applied")
        ...     turnstile.gone(runner)
        >>> turnstile.in_words()
        'from turn 4 of 4 on, runner B was answered otherwise than recorded'
    """

    def __init__(self, marks: Sequence[str], condition: Any, array: Any) -> None:
        self._marks = marks
        self._last = {mark[0].upper(): turn for turn, mark in enumerate(marks)}
        self._condition = condition
        self._shared = array

    def begin(self, runner: int) -> None:
        """Wait until the *runner* may begin its call."""
        self._pass(letter(runner))

    def end(self, runner: int, outcome: str) -> None:
        """Wait until the *runner*, whose call came to that *outcome*, may go on."""
        self._pass(letter(runner).lower() + ENDS[outcome])

    def gone(self, runner: int) -> None:
        """Let nobody wait for the *runner* any more."""
        with self._condition:
            self._shared[_GONE + runner] = 1
            self._pass_over()
            self._condition.notify_all()

    def _pass(self, mark: str) -> None:
        with self._condition:
            while not self._free(mark):
                turn = self._shared[_POSITION]
                if self._marks[turn][0] == mark[0]:
                    self._taken(turn, mark)
                    return
                if not self._condition.wait(STILL) and self._shared[_POSITION] == turn:
                    self._shared[_LEFT] = self._shared[_LEFT] or turn + 1
                    self._condition.notify_all()

    def _free(self, mark: str) -> bool:
        """Say whether nobody has to wait any more, or not who has that *mark*: it has no turn left."""
        return bool(self._shared[_LEFT]) or self._shared[_POSITION] > self._last.get(mark[0].upper(), -1)

    def _taken(self, turn: int, mark: str) -> None:
        if self._marks[turn] != mark:
            self._shared[_DIFFERS] = self._shared[_DIFFERS] or turn + 1
        self._shared[_POSITION] = turn + 1
        self._pass_over()
        self._condition.notify_all()

    def _pass_over(self) -> None:
        """Pass over the turns of those who are gone."""
        while (
            self._shared[_POSITION] < len(self._marks) and self._shared[_GONE + self._runner(self._shared[_POSITION])]
        ):
            self._shared[_DIFFERS] = self._shared[_DIFFERS] or self._shared[_POSITION] + 1
            self._shared[_POSITION] += 1

    def _runner(self, turn: int) -> int:
        return ord(self._marks[turn][0].upper()) - ord("A")

    def in_words(self) -> str:
        """Say how far the order was kept."""
        left, differs = int(self._shared[_LEFT]), int(self._shared[_DIFFERS])
        if left:
            mark = self._marks[left - 1]
            what = "began no call" if mark.isupper() else "stayed in the store, as one that waits for a lock does"
            return f"{self._at(left)}, the order was left: runner {mark[0].upper()} {what} for {STILL:g} s"
        if differs:
            who = self._marks[differs - 1][0].upper()
            return f"{self._at(differs)} on, runner {who} was answered otherwise than recorded"
        return "everybody had their turn as recorded, with the same answers"

    def _at(self, turn: int) -> str:
        return f"from turn {turn} of {len(self._marks)}"
