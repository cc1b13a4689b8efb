"""The text of a schedule: which race it was, its seed, and who came when. A failure prints it, to be played again."""

from __future__ import annotations

import re
from typing import Final

from attrs import frozen

from loyaltykit.errors import InvalidValue
from loyaltykit.testing.contract.properties import AMONG_PROCESSES, PROPERTIES

_MARK: Final = r"[A-Za-z][!=?]?"


@frozen
class Schedule:
    """
    Who came when in the race of the property with that *key*, played from *seed*: *marks*, as `marks_of` gives them.

    Examples:
        >>> Schedule.from_text("P18/processes 7 ABab=").marks
        ('A', 'B', 'a', 'b=')
    """

    key: str
    seed: int
    marks: tuple[str, ...]

    @property
    def overlaps(self) -> bool:
        """Whether calls overlap in it; else they come one at a time."""
        return any(mark[0].islower() for mark in self.marks)

    @classmethod
    def from_text(cls, text: str) -> Schedule:
        """Give the schedule that *text* holds, however its lines are broken; raises `InvalidValue` for any other."""
        key, seed, *rest = [*text.split(), "", ""][: max(2, len(text.split()))]
        word = "".join(rest)
        if key not in RACES or not re.fullmatch(r"-?\d+", seed) or not re.fullmatch(f"({_MARK})+", word):
            message = f"{_short(text)!r} is no schedule: write it as the failure has it, such as 'P18 7 ABab='"
            raise InvalidValue(message, value=text)
        return cls(key, int(seed), tuple(re.findall(_MARK, word)))


RACES: Final = frozenset(
    [
        *(each.key for each in AMONG_PROCESSES.values()),
        *(PROPERTIES[each].key for each in AMONG_PROCESSES),
    ]
)
"""The keys of the races, which have schedules."""


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
