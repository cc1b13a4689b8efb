"""
What reasons and problems share: a stable code with figures, from a table, put into words only when someone asks.

The tables hold the English words; translations read the same codes and figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from loyaltykit.values.immutable import Immutable
from loyaltykit.values.points import Points

if TYPE_CHECKING:
    from collections.abc import Mapping


class Meaning:
    """What a code says: the *figures* that it carries, its English *words*, and the English *fix* where one is due."""

    __slots__ = ("figures", "fix", "words")

    def __init__(self, figures: tuple[str, ...], words: str, fix: str = "") -> None:
        self.figures = figures
        self.words = words
        self.fix = fix


class Coded(Immutable):
    """A *code* of the class's table with the *values* of its figures, in the table's order."""

    __slots__ = ("code", "values")

    table: ClassVar[Mapping[str, Meaning]]
    _compared: ClassVar[tuple[str, ...]] = ("code", "values")

    code: str
    values: tuple[Any, ...]

    def __init__(self, code: str, /, **figures: Any) -> None:
        meaning = self.table.get(code)
        if meaning is None or set(meaning.figures) != set(figures):
            expected = f"{code}({', '.join(meaning.figures)})" if meaning else f"one of {', '.join(sorted(self.table))}"
            message = f"{type(self).__name__} {code}({', '.join(figures)}) is not in the table: expected {expected}"
            raise TypeError(message)
        object.__setattr__(self, "code", code)
        object.__setattr__(self, "values", tuple([figures[name] for name in meaning.figures]))

    def __eq__(self, other: object) -> bool:
        """Say whether the other is of the same class, with the same code and figures."""
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self._compared)

    def __hash__(self) -> int:
        """Hash by code and figures."""
        return hash(tuple([getattr(self, name) for name in self._compared]))

    @property
    def figures(self) -> dict[str, Any]:
        """The figures by name."""
        return dict(zip(self.table[self.code].figures, self.values, strict=True))

    @property
    def words(self) -> str:
        """What it says, in English."""
        return self._in_words(self.table[self.code].words)

    def __getattr__(self, name: str) -> Any:
        """Give the figure called *name*."""
        if not name.startswith("_") and not hasattr(type(self), name):  # slots are empty only before it's made
            figures = self.figures
            if name in figures:
                return figures[name]
        message = f"{type(self).__name__} has no {name}"
        raise AttributeError(message)

    def _in_words(self, template: str) -> str:
        return template.format_map({name: in_words(value) for name, value in self.figures.items()})

    def __str__(self) -> str:
        """Give the words."""
        return self.words

    def __repr__(self) -> str:
        """Show the code and its figures, as it's made."""
        figures = "".join(f", {name}={value!r}" for name, value in self.figures.items())
        return f"{type(self).__name__}({self.code!r}{figures})"


def in_words(value: object) -> str:
    """
    Give a figure as it stands in an English sentence: points with their noun, several values as a list.

    Examples:
        >>> from loyaltykit import Points
        >>> in_words(Points(1)), in_words(Points(41)), in_words(("a", "b")), in_words(None)
        ('1 point', '41 points', 'a, b', 'none')
    """
    if isinstance(value, Points):
        return f"{value} point" if value == Points(1) else f"{value} points"
    if isinstance(value, tuple):
        return ", ".join(map(in_words, value))
    return "none" if value is None else str(value)
