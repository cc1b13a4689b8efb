"""Lots as JSON holds them: ``[expires, mark, amount]``, with null for those that never expire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.ledger.account import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyaltykit.ledger.account import Lot


def written_lots(lots: Iterable[Lot]) -> list[Any]:
    """
    Give *lots* as JSON holds them.

    Examples:
        >>> written_lots([(90, 0, 41), (NEVER, 0, 5)])
        [[90, 0, 41], [None, 0, 5]]
    """
    return [[None if expires == NEVER else expires, graced, amount] for expires, graced, amount in lots]


def read_lots(raw: Iterable[Any]) -> tuple[Lot, ...]:
    """
    Read lots as JSON holds them.

    Examples:
        >>> read_lots([[None, 0, 5]]) == ((NEVER, 0, 5),)
        True
    """
    return tuple([(NEVER if expires is None else expires, graced, amount) for expires, graced, amount in raw])
