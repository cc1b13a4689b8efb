"""Texts, moments and amounts that stores are known to change: cut, fold, normalise, round, or take for nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from loyaltykit.ledger.entry import MAX_AMOUNT, MAX_NAME, Entry
from loyaltykit.ledger.repository import MAX_BODY, MAX_ENTRIES

if TYPE_CHECKING:
    from random import Random


def _longest(begin: str, letter: str, end: str) -> str:
    """Give a name of as many bytes as there may be, filled with *letter*."""
    room, size = MAX_NAME - len((begin + end).encode()), len(letter.encode())
    return begin + "x" * (room % size) + letter * (room // size) + end


LONG: Final = (
    _longest('["city","member","', "m", '"]'),
    _longest('["Москва","заказ \\"5\\"","', "я", '"]'),
    _longest('["城市","', "😀", '1"]'),
    _longest('["城市","', "😀", '2"]'),
)
"""Names at the bound of C9: JSON arrays, quoted, in letters of one to four bytes; the last two differ at the end."""

KEYS: Final = (
    *LONG,
    "member/m1",
    "member/M1",
    "member/m1 ",
    " member/m1",
    "member/é",
    "member/e\u0301",
    "member/Ё",
    "member/ё",
    "member/е",
    "member/ß",
    "member/ss",
    "member/İ",
    "member/i",
    "member/😀",
    "member/\ufb01",
    "member/%",
    "member/_",
    "member/'\"`\\",
    "member/" + "k" * 121,
    "1",
    "01",
    "1.0",
    "null",
    "\U0010ffff",
)
"""Keys that differ only in what some stores don't tell apart: case, accents, spaces at the end, types."""

BODIES: Final = (
    "{}",
    '""',
    None,
    "0",
    '{"n": 123456789012345678901234567890, "n2": -0.1000}',
    '{"b": 1, "a": 2,  "a": 3}\n',
    '"\u00e9 e\u0301 \u212b \ufb01 Ёё ẞß İı"',
    '"😀 \U0010ffff \ufeff \u200f \u2028"',
    '"\\u0000 \\ud800 \\n"',
    '"\'; DROP TABLE document; -- %s ? :a $1"',
    json.dumps("я" * ((MAX_BODY - 2) // 2), ensure_ascii=False),
)
"""Bodies that a store which parses, cuts, folds or normalises its text gives back otherwise."""

DETAIL: Final = "\u00e9 e\u0301 Ё 😀 \\u0000 \\\\"

MOMENTS: Final = (
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 59, 999_999, UTC),
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(2026, 3, 1, 12, 0, 0, 1, UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC),
)
"""Moments at the edges, and such as lose a microsecond where they're kept as floats."""


def big_entries(operation: str) -> tuple[Entry, ...]:
    """
    Give entries of *operation* with the largest amounts and the smallest, at moments of all kinds, with long names.

    Examples:
        >>> sum(entry.amount for entry in big_entries("o1"))
        0
    """
    amounts = [sign * amount for amount in (MAX_AMOUNT, 2**53 + 1, 1) for sign in (1, -1)]
    detail = f'{{"text": "{DETAIL}"}}'
    return tuple(
        Entry(
            at=MOMENTS[line % len(MOMENTS)],
            operation=operation,
            line=line,
            account=KEYS[line],
            unit=LONG[0] if line < 4 else "₽",  # noqa: PLR2004 - the last two balance each other
            amount=amount,
            detail=detail,
        )
        for line, amount in enumerate(amounts)
    )


def large_entries(operation: str) -> tuple[Entry, ...]:
    """
    Give as many entries of *operation* as a change may have.

    Examples:
        >>> len(large_entries("o1"))
        200
    """
    return tuple(
        Entry(at=MOMENTS[3], operation=operation, line=line, account="a", unit="points", amount=1 - line % 2 * 2)
        for line in range(MAX_ENTRIES)
    )


def drawn_text(random: Random) -> list[str]:
    """
    Give JSON texts of *random* characters from all of Unicode.

    Examples:
        >>> from random import Random
        >>> len(drawn_text(Random(7)))
        17
    """
    return [json.dumps("".join(map(chr, _codes(random))), ensure_ascii=False) for _ in range(len(KEYS) - len(BODIES))]


def _codes(random: Random) -> list[int]:
    most = random.choice((0x7F, 0x24F, 0xD7FF, 0x10FFFF))
    codes = (random.randrange(0x20, most + 1) for _ in range(random.randrange(60)))
    return [code for code in codes if not 0xD800 <= code <= 0xDFFF]  # noqa: PLR2004 - halves of surrogate pairs
