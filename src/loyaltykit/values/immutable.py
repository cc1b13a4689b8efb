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


class Record(Immutable):
    """
    An immutable value that is what its parts are: equal, hashed and shown by them, in the order of ``__match_args__``.

    For what is made anew with every decision: filled through its slots, it costs a third less than frozen attrs.

    Examples:
        >>> class Pair(Record):
        ...     __slots__ = ("left", "right")
        ...     __match_args__ = ("left", "right")
        ...     def __init__(self, left, right):
        ...         object.__setattr__(self, "left", left)
        ...         object.__setattr__(self, "right", right)
        >>> Pair(1, 2), Pair(1, 2) == Pair(1, 2), len({Pair(1, 2), Pair(1, 2)})
        (Pair(left=1, right=2), True, 1)
    """

    __slots__ = ()
    __match_args__: tuple[str, ...] = ()

    def _parts(self) -> tuple[Any, ...]:
        return tuple([getattr(self, name) for name in self.__match_args__])

    def __eq__(self, other: object) -> bool:
        """Say whether the other is of the same class with equal parts."""
        if type(other) is not type(self):
            return NotImplemented
        return self._parts() == other._parts()

    def __hash__(self) -> int:
        """Hash by the parts."""
        return hash((type(self).__name__, self._parts()))

    def __repr__(self) -> str:
        """Show the parts by name, as it's made."""
        parts = zip(self.__match_args__, self._parts(), strict=True)
        return f"{type(self).__name__}({', '.join(f'{name}={part!r}' for name, part in parts)})"


def _filled(kind: type[Immutable], values: dict[str, Any]) -> Immutable:
    """Give an object of *kind* with *values* in its slots."""
    made = object.__new__(kind)
    for name, value in values.items():
        object.__setattr__(made, name, value)
    return made
