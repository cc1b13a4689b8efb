"""Tables of a terminal: columns that stand under each other, figures by their last digit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


def aligned(header: Sequence[str], rows: Sequence[Sequence[str]], *, names: int = 1) -> list[str]:
    r"""
    Give *rows* under *header*, the first columns, so many *names*, to the left, the others to the right.

    Nothing without rows.

    Examples:
        >>> print(*aligned(("By month", "points"), [("2026-03", "41"), ("2026-04", "1,205")]), sep="\n")
        By month   points
          2026-03      41
          2026-04   1,205
        >>> aligned(("By month", "points"), [])
        []
    """
    if not rows:
        return []
    lines = [tuple(header), *[(f"  {row[0]}", *row[1:]) for row in rows]]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    sides = ["<" if place < names else ">" for place in range(len(widths))]
    return [
        "  ".join([f"{cell:{side}{width}}" for cell, side, width in zip(line, sides, widths, strict=True)]).rstrip()
        for line in lines
    ]


def figure(value: Any) -> str:
    """
    Give a count, points or money as a table shows it, without its unit.

    Examples:
        >>> from loyaltykit import Money
        >>> figure(Money("1205.50", "RUB")), figure(1205)
        ('1,205.50', '1,205')
    """
    return f"{getattr(value, 'amount', value):,}"


def counted(count: int, noun: str) -> str:
    """
    Give *count* with what it counts.

    Examples:
        >>> counted(1, "row"), counted(1205, "row")
        ('1 row', '1,205 rows')
    """
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
