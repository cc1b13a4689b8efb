"""What comes of a property: it holds, it's violated, its store doesn't claim it, or a race showed nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar
from unittest import SkipTest

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Callable

E = TypeVar("E", bound=Exception)


class Violated(AssertionError):
    """A promise that wasn't kept; in a race, *order* tells who came when, and *schedule* plays that again."""

    def __init__(self, message: str, *, order: Order | None = None, schedule: str = "") -> None:
        super().__init__(message)
        self.order = order
        self.schedule = schedule


@frozen
class Order:
    """
    Who came when in a race: its *marks*, *turns* of whole calls as near to these as can be, and, where it was played in
    an order, how far that was *kept*.
    """

    marks: tuple[str, ...]
    turns: tuple[str, ...]
    kept: str = ""


class NotClaimed(SkipTest):
    """The store doesn't claim what this property needs, so nothing is said about it."""


class Inconclusive(SkipTest):
    """The runners of a race never met, so nothing is said about it."""


def check(holds: object, says: str) -> None:
    """
    Raise `Violated` with what it *says*, unless it *holds*.

    Examples:
        >>> check(1 + 1 == 2, "sums are wrong")
    """
    if not holds:
        raise Violated(says)


def same(got: object, wanted: object, what: str) -> None:
    """
    Raise `Violated` unless *got* is what was *wanted*, showing where they differ.

    Examples:
        >>> same({"a": 1, "b": 2}, {"a": 1, "b": 3}, "the count")
        Traceback (most recent call last):
            ...
        loyaltykit.testing.contract.verdict.Violated: the count is {'b': 2}, not {'b': 3}
    """
    if got != wanted:
        got, wanted = _differing(got, wanted)
        message = f"{what} is {_short(got)}, not {_short(wanted)}"
        raise Violated(message)


def _differing(got: object, wanted: object) -> tuple[object, object]:
    """Leave out of two dicts, or two lists, what they have in common; lists as dicts by place."""
    if isinstance(got, list) and isinstance(wanted, list):
        got, wanted = dict(enumerate(got)), dict(enumerate(wanted))
    if not (isinstance(got, dict) and isinstance(wanted, dict)):
        return got, wanted
    other = {key for key in got.keys() | wanted.keys() if got.get(key, _NOTHING) != wanted.get(key, _NOTHING)}
    return {key: got[key] for key in got if key in other}, {key: wanted[key] for key in wanted if key in other}


_NOTHING = object()


def raised(kinds: type[E] | tuple[type[E], ...], call: Callable[[], object], what: str) -> E:
    """
    Give the error that *call* raises, of one of these *kinds*; `Violated` where it raises none.

    Examples:
        >>> raised(KeyError, lambda: {}["a"], "looking up")
        KeyError('a')
    """
    try:
        given = call()
    except kinds as error:
        return error
    names = " or ".join(kind.__name__ for kind in (kinds if isinstance(kinds, tuple) else (kinds,)))
    message = f"{what} raised no {names}, but gave {_short(given)}"
    raise Violated(message)


def _short(value: object, most: int = 300) -> str:
    text = ascii(value)  # so that \u00e9 and e\u0301 are told apart
    return text if len(text) <= most else f"{text[:most]}… ({len(text)} characters)"
