"""What a replay keeps of each member: the only thing, besides branches and months, that memory grows with."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Final

from loyaltykit.facts.history import History

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from loyaltykit.facts.order import Order

_NO_HISTORY: Final = History()


class Member:
    """A member so far: smallest units of *points* earned, *orders* placed, the *history* behind the next one."""

    __slots__ = ("history", "orders", "points")

    def __init__(self) -> None:
        self.points = 0
        self.orders = 0
        self.history = _NO_HISTORY


class Members:
    """
    All members that the orders named so far, or that gained by them.

    Of the channels behind a member only *channels* are kept, those that a rule asks for: files may name any number.
    """

    def __init__(self, channels: Collection[str]) -> None:
        self._channels = frozenset(channels)
        self._members: dict[str, Member] = {}
        self._histories: dict[frozenset[str], History] = {}

    def history_of(self, member: str | None) -> History:
        """Give what lies behind *member* so far."""
        known = self._members.get(member) if member is not None else None
        return known.history if known else _NO_HISTORY

    def completed(self, order: Order) -> None:
        """Put *order* behind its customer."""
        if order.customer is None:
            return
        member = self._members.setdefault(order.customer, Member())
        member.orders += 1
        if order.channel in self._channels and order.channel not in member.history.channels:
            channels = member.history.channels | {order.channel}
            member.history = self._histories.setdefault(channels, History(channels=channels))

    def gained(self, member: str, points: int) -> None:
        """Add smallest units of *points* to what *member* earned."""
        self._members.setdefault(member, Member()).points += points

    def most(self, count: int) -> list[tuple[str, Member]]:
        """Give the *count* members who gained most, equal ones by their ids."""
        return heapq.nsmallest(count, self._gainers(), key=lambda pair: (-pair[1].points, pair[0]))

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._members)

    @property
    def gainers(self) -> int:
        """How many of them gained anything."""
        return sum(1 for _ in self._gainers())

    def _gainers(self) -> Iterator[tuple[str, Member]]:
        return ((name, member) for name, member in self._members.items() if member.points)
