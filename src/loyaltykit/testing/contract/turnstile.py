"""
The turnstile: it has the runners of a race make their calls in an order that was recorded before.

An order is of whole calls, one at a time, or says where each call begins and ends, so that calls overlap as they did.
One call at a time, a race is the same every time: what a runner does next depends on its answers and its seed alone.
Where calls overlap, what happens between their beginnings and ends is the store's and the system's.

A runner that is answered otherwise than recorded may do something else than it did: turns of those who are gone, or
wait for others, are passed over, and whoever has no turn left waits until nobody has. Where a runner stays in the
store while all wait for it, as one does that waits for a lock, the order can't be kept, and all are let go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from loyaltykit.testing.contract.calls import ENDS, letter

if TYPE_CHECKING:
    from collections.abc import Sequence

STILL: Final = 5.0
"""Seconds without anything happening after which an order can't be kept."""

AS_RECORDED: Final = "everybody had their turn as recorded, with the same answers"

_EVENTS, _MORE, _DIFFERS, _LEFT, _INSIDE, _BUSY, _STATES = range(7)
"""Where what is shared stands: how much has happened, and whether without a turn; the turns, from 1, that was answered
otherwise first, and at which the order was left, and whether somebody was in the store then; the turn that is being
taken; where each runner is; which turns were taken."""

_HERE, _AWAY, _GONE = range(3)
"""Where a runner is: at its calls, waiting for all others, or at its end."""

_NOBODYS: Final = 10**6
"""The turn of who makes a call without one."""


def shared_by(marks: Sequence[str], runners: int) -> int:
    """
    Give how many numbers so many *runners* share to come in an order of *marks*.

    Examples:
        >>> shared_by(["A", "B"], runners=2)
        10
    """
    return _STATES + runners + len(marks)


class Turnstile:
    """
    An order of *marks* for so many *runners* of a race, with a *condition* and an *array* of numbers that they share.

    Examples:
        >>> from threading import Condition
        >>> marks = ["A", "B!"]
        >>> turnstile = Turnstile(marks, 2, Condition(), [0] * shared_by(marks, 2))
        >>> for runner in (0, 1):
        ...     turnstile.begin(runner)
        ...     turnstile.end(runner, "applied")
        ...     turnstile.gone(runner)
        >>> turnstile.in_words()
        'from turn 2 of 2 on, runner B was answered otherwise than recorded'
    """

    def __init__(self, marks: Sequence[str], runners: int, condition: Any, array: Any) -> None:
        self._marks = marks
        self._runners = range(runners)
        self._first = _STATES + runners
        self._passed = 0
        self._condition = condition
        self._shared = array
        self.one_at_a_time = not any(mark[0].islower() for mark in marks)

    def begin(self, runner: int) -> None:
        """Wait until the *runner* may begin its call."""
        with self._condition:
            turn = self._waited(letter(runner))
            if self.one_at_a_time and not self._shared[_LEFT]:
                self._shared[_BUSY] = _NOBODYS if turn is None else turn + 1
            self._happened()

    def end(self, runner: int, outcome: str) -> None:
        """Wait until the *runner*, whose call came to that *outcome*, may go on."""
        with self._condition:
            if self.one_at_a_time:
                turn = self._shared[_BUSY] - 1
                self._shared[_BUSY] = 0
            else:
                turn = self._waited(letter(runner).lower())
            if turn is not None and 0 <= turn < len(self._marks) and self._marks[turn][1:] != ENDS[outcome]:
                self._shared[_DIFFERS] = self._shared[_DIFFERS] or turn + 1
            self._happened()

    def waits(self, runner: int) -> None:
        """Let nobody wait for the *runner*, who waits for all others, until they're all there."""
        self._is(runner, _AWAY)

    def gone(self, runner: int) -> None:
        """Let nobody wait for the *runner* any more."""
        self._is(runner, _GONE)

    def _is(self, runner: int, where: int) -> None:
        with self._condition:
            states = [_STATES + each for each in self._runners]
            self._shared[_STATES + runner] = where
            if all(self._shared[state] != _HERE for state in states):  # those who wait have met
                for state in states:
                    self._shared[state] = _GONE if self._shared[state] == _GONE else _HERE
            self._happened()

    def _waited(self, mark: str) -> int | None:
        """Wait for the turn that has this *mark*, and take it; None where there's no such turn."""
        while not self._shared[_LEFT]:
            turn = self._next()
            free = not self._shared[_BUSY]
            if free and (turn is None or self._marks[turn][0] in mark.swapcase()):
                self._shared[_MORE] = 1
                return None
            if free and turn is not None and self._marks[turn][0] == mark:
                self._shared[self._first + turn] = 1
                return turn
            events = self._shared[_EVENTS]
            if not self._condition.wait(STILL) and self._shared[_EVENTS] == events:
                self._leave(len(self._marks) - 1 if turn is None else turn)
        return None

    def _leave(self, turn: int) -> None:
        """Note that the order is left at that *turn*, and let all go."""
        busy = self._shared[_BUSY]
        self._shared[_LEFT] = busy if 0 < busy < _NOBODYS else turn + 1
        self._shared[_INSIDE] = busy or self._marks[turn][0].islower()
        self._happened()

    def _next(self) -> int | None:
        """Give the first turn that nobody has taken of those who are here."""
        while self._passed < len(self._marks) and self._shared[self._first + self._passed]:
            self._passed += 1
        for turn in range(self._passed, len(self._marks)):
            runner = ord(self._marks[turn][0].upper()) - ord("A")
            here = runner in self._runners and self._shared[_STATES + runner] == _HERE
            if here and not self._shared[self._first + turn]:
                return turn
        return None

    def _happened(self) -> None:
        self._shared[_EVENTS] += 1
        self._condition.notify_all()

    def in_words(self) -> str:
        """Say how far the order was kept."""
        left, differs = int(self._shared[_LEFT]), int(self._shared[_DIFFERS])
        if left:
            who = f"runner {self._marks[left - 1][0].upper()}"
            stood = (
                "stayed in the store, as one that waits for a lock does," if self._shared[_INSIDE] else "didn't come"
            )
            return f"{self._at(left)}, the order was left: {who} {stood} for {STILL:g} s"
        if differs:
            who = self._marks[differs - 1][0].upper()
            return f"{self._at(differs)} on, runner {who} was answered otherwise than recorded"
        if self._shared[_MORE]:
            return "somebody made more calls than recorded"
        if not all(self._shared[self._first + turn] for turn in range(len(self._marks))):
            return "somebody had fewer turns than recorded"
        return AS_RECORDED

    def _at(self, turn: int) -> str:
        return f"from turn {turn} of {len(self._marks)}"
