"""Ids and names: text that hosts and programs are told apart by."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from loyaltykit.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_TEXT = 128
"""Characters that an id or a name may have."""


def is_id(text: str) -> bool:
    r"""
    Say whether *text* can be an id: 1 to 128 characters, none of them a control character or a lone surrogate.

    Examples:
        >>> is_id("order-5"), is_id(""), is_id("a\n")
        (True, False, False)
    """
    if not 0 < len(text) <= MAX_TEXT:
        return False
    return text.isprintable() or not any(unicodedata.category(char) in {"Cc", "Cs"} for char in text)


def id_of(what: str, value: object) -> str:
    """
    Give *value*, the id of *what*, back; raises `InvalidValue` where it's none.

    Examples:
        >>> id_of("an order", "o1")
        'o1'
    """
    if not (isinstance(value, str) and is_id(value)):
        message = f"the id of {what} is text of 1 to {MAX_TEXT} characters, without control characters: not {value!r}"
        raise InvalidValue(message, value=value)
    return value


def storable(text: str) -> bool:
    r"""
    Say whether every database can hold *text*: PostgreSQL refuses NUL, and UTF-8 has no lone surrogates.

    Examples:
        >>> storable("Ёлка"), storable("a\0"), storable("\ud800")
        (True, False, False)
    """
    if text.isascii():
        return "\0" not in text
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def nearest(word: object, known: Iterable[str]) -> str | None:
    """
    Give the *known* word most like a mistyped one, or None if none is.

    Examples:
        >>> nearest("percnt", ["points", "percent"]), nearest("xyz", ["points", "percent"])
        ('percent', None)
    """
    from difflib import get_close_matches  # noqa: PLC0415 - only mistakes need it

    return next(iter(get_close_matches(str(word)[:MAX_TEXT], list(known), n=1)), None)
