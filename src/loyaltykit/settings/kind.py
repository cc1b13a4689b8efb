"""
What every kind of setting can do: read its setting from a file, check it, write it and describe it.

``read`` takes the raw value of TOML or JSON and gives the typed one, or `UNREAD` after noting why not; ``check`` judges
a typed value, wherever it came from; ``write`` gives the raw value that ``read`` would read; ``schema`` gives JSON
Schema. Nothing is ever coerced.
"""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

from loyaltykit.values.text import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyaltykit.settings.here import Here

Raw: TypeAlias = Any
"""A value as TOML or JSON give it."""

Schema: TypeAlias = dict[str, Any]
"""A JSON Schema."""

UNREAD: Final[Any] = object()
"""What a setting gives that couldn't be read; its problems are noted."""


class HasKind(Protocol):
    """What a settings class offers to those that hold it."""

    @classmethod
    def as_kind(cls) -> Kind:
        """Give the kind of setting that its settings are."""
        ...


class Kind:
    """
    A kind of setting; *expected* says in words what to write.

    One that *tells_units* is checked even at its default: others are read in its units. Where None is written as a
    word, that's the *none_word*.
    """

    expected = "a value"
    tells_units = False
    none_word: str | None = None

    def read(self, raw: Raw, here: Here) -> Any:
        """Give the typed value of *raw*, or `UNREAD` with the problems noted at *here*."""
        if raw is None:
            here.problem("null", expected=self.expected)
            return UNREAD
        before = len(here.problems)
        value = self.parse(raw, here)
        if value is not UNREAD:
            self.check(value, here)
        return value if len(here.problems) == before else UNREAD

    def parse(self, raw: Raw, here: Here) -> Any:
        """Give the typed value of *raw*, which isn't None; only its type and form are judged."""
        raise NotImplementedError  # pragma: no cover - every kind has its own

    def check(self, value: Any, here: Here) -> None:
        """Note what is wrong with typed *value*."""

    def write(self, value: Any) -> Raw:
        """Give the raw value that reads as *value*; of text, what it holds, whatever class it's of."""
        if value is None:
            return self.none_word
        return str.__str__(value) if isinstance(value, str) else str(value)

    def schema(self) -> Schema:
        """Give JSON Schema 2020-12 for the raw value."""
        raise NotImplementedError  # pragma: no cover - every kind has its own

    def wrong_type(self, raw: Raw, here: Here) -> Any:
        """Note that *raw* is of another type; give `UNREAD`."""
        if isinstance(raw, bool):
            here.problem("boolean", value=str(raw).lower(), expected=self.expected)
        elif isinstance(raw, float):
            here.problem("float" if raw - raw == 0 else "not_finite", value=raw, expected=self.expected)
        else:
            here.problem("wrong_type", value=shown(raw), expected=self.expected)
        return UNREAD


def hint_for(word: object, known: Iterable[object]) -> str:
    """Give the nearest of the *known* words as a question, else name them."""
    names = [str(name) for name in known]
    close = nearest(word, names)
    return f"did you mean {shown(close)}?" if close else f"use one of {shown(', '.join(names), 200)}"


def shown(value: object, limit: int = 60) -> str:
    """Give *value* as a problem shows it: text and dates bare, anything else as Python writes it, never too long."""
    if isinstance(value, str) and value.isprintable() and value:
        text: str = value
    elif isinstance(value, date | time):
        text = str(value)
    else:
        text = _written(value)
    return text if len(text) <= limit else text[:limit] + "…"


def _written(value: object) -> str:
    import reprlib  # noqa: PLC0415 - only mistakes need it

    try:
        return reprlib.repr(value) if isinstance(value, dict | list | tuple) else repr(value)
    except ValueError:  # Python refuses to write thousands of digits
        return "a number of many digits"
