"""The kinds of settings that hold others: lists, and tables of keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.errors import InvalidValue
from loyaltykit.settings.kind import UNREAD, Kind, Raw, Schema, hint_for, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from loyaltykit.settings.here import Here

MAX_ENTRIES = 1_000
"""Entries that one list of settings may have."""


class ListKind(Kind):
    """A list of one kind; where *unique*, nothing may stand in it twice."""

    def __init__(self, item: Kind, *, unique: bool = False) -> None:
        self.item = item
        self.unique = unique
        self.expected = f"a list, each {item.expected}"

    def parse(self, raw: Raw, here: Here) -> Any:
        """Read each entry; those that can't be read stand as `UNREAD`, so that places keep their numbers."""
        if not isinstance(raw, list):
            return self.wrong_type(raw, here)
        if not raw:
            here.problem("empty")
            return UNREAD
        if self._is_too_long(raw, here):
            return UNREAD
        return tuple([self.item.read(entry, here.item(index)) for index, entry in enumerate(raw)])

    def read(self, raw: Raw, here: Here) -> Any:
        """Read each entry, and note entries that stand twice."""
        if raw is None:
            return super().read(raw, here)
        value = self.parse(raw, here)
        if value is not UNREAD:
            self._note_duplicates(value, here)
        return value

    def check(self, value: Any, here: Here) -> None:
        """Check each entry of a tuple, and note entries that stand twice."""
        if not isinstance(value, tuple):
            self.wrong_type(value, here)
            return
        if self._is_too_long(value, here):
            return
        for index, entry in enumerate(value):
            self.item.check(entry, here.item(index))
        self._note_duplicates(value, here)

    @staticmethod
    def _is_too_long(entries: Sequence[Any], here: Here) -> bool:
        if len(entries) > MAX_ENTRIES:
            here.problem("too_many", count=len(entries), limit=MAX_ENTRIES)
        return len(entries) > MAX_ENTRIES

    def _note_duplicates(self, value: tuple[Any, ...], here: Here) -> None:
        seen = []
        for index, entry in enumerate(value if self.unique else ()):
            if entry is not UNREAD and entry in seen:
                here.item(index).problem("duplicate", value=shown(entry))
            seen.append(entry)

    def write(self, value: Any) -> Raw:
        """Write each entry."""
        return [self.item.write(entry) for entry in value]

    def schema(self) -> Schema:
        """Describe the entries."""
        unique = {"uniqueItems": True} if self.unique else {}
        return {"type": "array", "items": self.item.schema(), "minItems": 1, "maxItems": MAX_ENTRIES, **unique}


class TableKind(Kind):
    """
    A table of keys, each of a kind, made into one object of the class that *load* gives when it's first needed.

    *fields* gives for each key in the file the attribute that holds it, its kind, and its default (`UNREAD` for none).
    """

    may_be_empty = False

    def __init__(self, name: str, load: Callable[[], Any], fields: dict[str, Field]) -> None:
        self.name = name
        self.load = load
        self.fields = fields
        self.expected = f"a table with {', '.join(fields)}"

    def read(self, raw: Raw, here: Here) -> Any:
        """Read every key, and make the object if nothing was wrong; else give what could be read, as a `Partial`."""
        if raw is None or not isinstance(raw, dict):
            return super().read(raw, here)
        before = len(here.problems)
        found = self._found(raw, here)
        parts = [found.get(field.attribute, UNREAD) for field in self.fields.values()]
        if len(here.problems) == before:
            self._note_emptiness(parts, here)
        if len(here.problems) == before and all(map(is_whole, parts)):
            try:
                return self.load()(**found)
            except InvalidValue as error:
                here.problem("impossible", why=str(error))
        return Partial(found)

    def _note_emptiness(self, parts: Sequence[Any], here: Here) -> None:
        """Note a table whose *parts* are all at their defaults, where such a table means nothing."""
        defaults = [field.default for field in self.fields.values()]
        if here.path and not self.may_be_empty and UNREAD not in defaults and list(parts) == defaults:
            here.problem("empty")

    def parse(self, raw: Raw, here: Here) -> Any:
        """Refuse what is no table."""
        return self.wrong_type(raw, here)

    def _found(self, raw: dict[str, Raw], here: Here) -> dict[str, Any]:
        for key in raw:
            if key not in self.fields:
                here.at(str(key)).problem("unknown_key", key=shown(key), hint=hint_for(key, self.fields))
        found = {}
        for key, field in self.fields.items():
            if key in raw:
                value = field.kind.read(raw[key], here.at(key))
            else:
                value = field.default
                if value is UNREAD:
                    here.at(key).problem("missing", expected=field.kind.expected)
                elif field.tells_units:
                    field.kind.check(value, here.at(key))
            if value is not UNREAD:
                found[field.attribute] = value
        return found

    def check(self, value: Any, here: Here) -> None:
        """Check the type and every field."""
        if not isinstance(value, self.load()):
            self.wrong_type(value, here)
            return
        parts = [getattr(value, field.attribute) for field in self.fields.values()]
        for (key, field), part in zip(self.fields.items(), parts, strict=True):
            if part != field.default or field.tells_units:
                field.kind.check(part, here.at(key))
        self._note_emptiness(parts, here)

    def write(self, value: Any) -> Raw:
        """Write every field that isn't at its default."""
        parts = ((key, field, getattr(value, field.attribute)) for key, field in self.fields.items())
        return {key: field.kind.write(part) for key, field, part in parts if part != field.default}

    def schema(self) -> Schema:
        """Describe every key."""
        return {
            "type": "object",
            "title": self.name,
            "properties": {key: field.schema() for key, field in self.fields.items()},
            "required": self._required(),
            "additionalProperties": False,
        }

    def _required(self) -> list[str]:
        return [key for key, field in self.fields.items() if field.default is UNREAD]


class Field:
    """
    A field of a table: the *attribute* that holds it, its *kind*, its *default* and what it *says*, in a sentence.

    A *kind* that is given by a function is made when it's first needed: settings that a file doesn't have cost nothing.
    """

    __slots__ = ("_kind", "attribute", "default", "says", "tells_units")

    def __init__(self, attribute: str, kind: Kind | Callable[[], Kind], default: Any = UNREAD, says: str = "") -> None:
        self.attribute = attribute
        self._kind = kind
        self.default = default
        self.says = says
        self.tells_units = isinstance(kind, Kind) and kind.tells_units

    @property
    def kind(self) -> Kind:
        """The kind of setting that it holds."""
        if not isinstance(self._kind, Kind):
            self._kind = self._kind()
        return self._kind

    def schema(self) -> Schema:
        """Describe the field, with its default where there's one to write."""
        described = {"description": self.says} if self.says else {}
        written = self.written_default()
        return self.kind.schema() | described | ({} if written in (None, [], {}) else {"default": written})

    def written_default(self) -> Raw:
        """Give the default as a file would write it; None where it can't, or where there's none."""
        if self.default is UNREAD or (self.default is None and self.kind.none_word is None):
            return None
        return self.kind.write(self.default)


class Partial:
    """
    What could be read of a table that has problems: the attributes that are known, for the checks that need no more.
    """

    def __init__(self, found: dict[str, Any]) -> None:
        self.__dict__.update(found)


def is_whole(value: Any) -> bool:
    """Say whether *value* could be read, with all that it holds."""
    if isinstance(value, tuple):
        return all(map(is_whole, value))
    return value is not UNREAD and not isinstance(value, Partial)
