"""
Codes of gift cards: drawn so that nobody guesses one, shown in groups, and read however they're typed. Row S3.

Whoever has the code has the money, so it's long: 31¹⁶ codes of sixteen characters, some 79 bits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from loyaltykit.errors import InvalidValue
from loyaltykit.values.code import ALPHABET, draw_code, normal_code

if TYPE_CHECKING:
    from collections.abc import Callable

LENGTH: Final = 16
"""Characters of a gift card's code."""

GROUP: Final = 4
"""How many of them stand together, as it's shown."""


def draw_card_code(randbelow: Callable[[int], int]) -> str:
    """
    Draw a code in its normal form; *randbelow* gives a number below the one that it's given.

    Examples:
        >>> draw_card_code(lambda count: count - 1)
        'ZZZZZZZZZZZZZZZZ'
    """
    return draw_code(ALPHABET, LENGTH, randbelow)


def normal_card_code(typed: object) -> str | None:
    """
    Give the normal form of what somebody *typed* for a gift card's code; None for what can be none.

    Examples:
        >>> normal_card_code("d48m-7k2p  wxyz-2345"), normal_card_code("D48M"), normal_card_code(None)
        ('D48M7K2PWXYZ2345', None, None)
    """
    try:
        code = normal_code(typed).replace("-", "")
    except InvalidValue:
        return None
    return code if len(code) == LENGTH else None


def grouped(code: str) -> str:
    """
    Give *code* as people read it and type it off.

    Examples:
        >>> grouped("D48M7K2PWXYZ2345")
        'D48M-7K2P-WXYZ-2345'
    """
    return "-".join([code[start : start + GROUP] for start in range(0, len(code), GROUP)])
