"""Immutable values whose making is written by hand: they're filled once, through their slots, and never change."""

from __future__ import annotations

from typing import Any


class Immutable:
    """
    A base that refuses changes, and copies and pickles all the same.

    For the few value classes that write their own initialiser, equality and text. attrs would add nothing but this, and
    a third of a millisecond at import for each.

    Examples:
        >>> class Pair(Immutable):
        ...     __slots__ = ("left", "right")
        ...     def __init__(self, left, right):
        ...         object.__setattr__(self, "left", left)
        ...         object.__setattr__(self, "right", right)
        >>> Pair(1, 2).left
        1
        >>> Pair(1, 2).left = 3
        Traceback (most recent call last):
        ...
        AttributeError: a Pair can't be changed (left): make another one
    """

    __slots__ = ()

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: values don't change."""
        raise self._refusal(name)

    def __delattr__(self, name: str) -> None:
        """Refuse: values don't change."""
        raise self._refusal(name)

    def __setstate__(self, state: tuple[None, dict[str, Any]]) -> None:
        """Fill the slots of a copy."""
        for name, value in state[1].items():
            object.__setattr__(self, name, value)

    def _refusal(self, name: str) -> AttributeError:
        return AttributeError(f"a {type(self).__name__} can't be changed ({name}): make another one")
