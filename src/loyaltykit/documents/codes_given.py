"""
The document of how many codes were generated, under the key ``["city","codes"]``: by it codes lengthen in time.

It's an estimate, so that giving out codes doesn't fight over it: one code in `SAMPLED`, told by the code itself, counts
for all of these; a batch of codes is counted at once.
"""

from __future__ import annotations

from typing import Final
from zlib import crc32

from loyaltykit.documents.form import as_json, opened, understood

SAMPLED: Final = 64
"""Codes of which one is counted, for all of them."""


def encode(given: int) -> str:
    """
    Give the body for so many codes *given*.

    Examples:
        >>> encode(128)
        '{"v":1,"given":128}'
    """
    return as_json({"v": 1, "given": given})


@understood
def decode(key: str, body: str | None) -> int:
    """
    Read the *body* stored under *key*: how many codes were given. Raises `StoreTooNew`.

    Examples:
        >>> decode("codes", encode(128)), decode("codes", None)
        (128, 0)
    """
    return 0 if body is None else int(opened(key, body)["given"])


def is_counted(code: str) -> bool:
    """
    Say whether *code* is the one in `SAMPLED` that is counted.

    Examples:
        >>> [code for code in ("D48M", "7KQX", "ZZZR") if is_counted(code)]
        []
    """
    return crc32(code.encode()) % SAMPLED == 0
