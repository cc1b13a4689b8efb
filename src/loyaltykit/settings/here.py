"""A place in settings, where problems are noted while they're read and checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from loyaltykit.errors import SettingsError
from loyaltykit.settings.kind import shown

if TYPE_CHECKING:
    from loyaltykit.settings.problem import Problem
    from loyaltykit.values.currency import Currency

MAX_PROBLEMS: Final = 1_000
"""Problems that are told of one file; what has more isn't read to its end, so that nobody has to wait for it."""


class Here:
    """
    A place in settings, where problems are noted: its *path*, the *problems* of the whole, and the program's *units*.
    """

    __slots__ = ("path", "problems", "units")

    def __init__(self, path: str = "", problems: list[Problem] | None = None, units: Units | None = None) -> None:
        self.path = path
        self.problems: list[Problem] = [] if problems is None else problems
        self.units = units or Units()

    def at(self, key: str) -> Here:
        """Give the place of *key*, shown as any value from a file is, below this one."""
        told = shown(key)
        return Here(f"{self.path}.{told}" if self.path else told, self.problems, self.units)

    def item(self, index: int) -> Here:
        """Give the place of the list entry *index* (from 0) of this one."""
        return Here(f"{self.path}[{index}]", self.problems, self.units)

    def problem(self, code: str, **figures: Any) -> None:
        """Note a problem of this place; raises `SettingsError` with all of them where they become too many."""
        from loyaltykit.settings.problem import Problem  # noqa: PLC0415 - sound settings need none of its tables

        self.problems.append(Problem(code, path=self.path, **figures))
        if len(self.problems) == MAX_PROBLEMS:
            what = "the settings, read up to here"
            raise SettingsError.of(what, self.problems)


class Units:
    """
    The *currency* and the points' *digits* of the program that's read; None while they aren't known.

    They fill as the program's own fields are read. Where they can't be read, that is noted once: without a currency
    money can't be told, and with *digits_unread* neither can points.
    """

    __slots__ = ("currency", "digits", "digits_unread")

    def __init__(self) -> None:
        self.currency: Currency | None = None
        self.digits: int | None = None
        self.digits_unread = False
