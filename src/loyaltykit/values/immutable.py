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

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy and pickle by the slots, which `_filled` fills again."""
        names = [name for base in type(self).__mro__ for name in getattr(base, "__slots__", ())]
        return _filled, (type(self), {name: getattr(self, name) for name in names if hasattr(self, name)})

    def _refusal(self, name: str) -> AttributeError:
        return AttributeError(f"a {type(self).__name__} can't be changed ({name}): make another one")


def _filled(kind: type[Immutable], values: dict[str, Any]) -> Immutable:
    """Give an object of *kind* with *values* in its slots."""
    made = object.__new__(kind)
    for name, value in values.items():
        object.__setattr__(made, name, value)
    return made
