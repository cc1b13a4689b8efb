"""What whoever observes hears, and how often an operation is tried again."""

from __future__ import annotations

from math import inf
from random import uniform
from typing import TYPE_CHECKING, Final, TypeAlias

from attrs import field, frozen

from loyaltykit.errors import InvalidValue
from loyaltykit.operations.run_due import Skipped

if TYPE_CHECKING:
    from collections.abc import Callable


SHORTEST: Final = 0.002
"""Seconds that an attempt counts as taking at least."""


@frozen
class Committed:
    """
    The operation called *operation_id* was committed.

    Examples:
        >>> Committed("place o1").operation_id
        'place o1'
    """

    operation_id: str


@frozen
class Replayed:
    """
    The operation called *operation_id* had been committed before, and gave its first result again.

    Examples:
        >>> Replayed("place o1").operation_id
        'place o1'
    """

    operation_id: str


@frozen
class Retried:
    """
    The *attempt* met a conflict on the document under *key*, and the operation begins anew.

    Examples:
        >>> Retried("member/m1", 1).attempt
        1
    """

    key: str
    attempt: int


Event: TypeAlias = Committed | Replayed | Retried | Skipped

Observer: TypeAlias = "Callable[[Event], object]"
"""Whoever hears what happens; what it gives back is of no account."""


def ignore(_: Event) -> None:
    """Hear nothing."""


def _count(_retry: object, _attribute: object, attempts: int) -> None:
    if type(attempts) is not int or attempts < 1:
        message = f"an operation is tried a whole number of times, once at least: not {attempts!r}"
        raise InvalidValue(message, value=attempts)


def _seconds(_retry: object, _attribute: object, longest: float) -> None:
    if type(longest) not in {int, float} or not 0 <= longest < inf:
        message = f"the longest pause is a number of seconds, 0 or more: not {longest!r}"
        raise InvalidValue(message, value=longest)


@frozen(kw_only=True)
class Retry:
    """
    An operation that meets a conflict is tried *attempts* times in all, with pauses up to *longest* seconds between.

    Pauses are drawn at random from a span that doubles each time, so that those who collided don't collide again. It
    begins with how long the attempt took, since on a busy store those who collide are at it for longer.

    Examples:
        >>> from loyaltykit import Retry
        >>> Retry(attempts=3).attempts
        3
        >>> 0 <= Retry(longest=0.1).pause(20) <= 0.1
        True
    """

    attempts: int = field(default=8, validator=_count)
    longest: float = field(default=0.5, validator=_seconds)

    def pause(self, attempt: int, took: float = 0.0) -> float:
        """Give the seconds to wait after the *attempt* that failed, counted from 1, and *took* so many seconds."""
        span = max(took, SHORTEST) * 2 ** min(attempt, 64)
        return uniform(0, min(self.longest, span))  # noqa: S311 - only spreads callers out
