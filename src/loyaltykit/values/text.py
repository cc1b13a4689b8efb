"""Ids and names: text that hosts and programs are told apart by."""

from __future__ import annotations

import unicodedata

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
