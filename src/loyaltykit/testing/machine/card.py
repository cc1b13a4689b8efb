"""A gift card in the model: coins of one date each, as the plain way has it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from attrs import define, evolve, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

NEVER: Final = datetime.max.replace(tzinfo=UTC)


class Coins(NamedTuple):
    """So many minor units that *end* together; whether they live on *grace*."""

    ends: datetime
    grace: bool
    minor: int


def sum_of(coins: Iterable[Coins]) -> int:
    """Give how much *coins* are."""
    return sum(each.minor for each in coins)


def split(coins: list[Coins], minor: int) -> tuple[list[Coins], list[Coins]]:
    """
    Give the first *minor* units of *coins*, and the rest.

    Examples:
        >>> first, rest = split([Coins(NEVER, False, 5), Coins(NEVER, False, 9)], 7)
        >>> sum_of(first), sum_of(rest)
        (7, 7)
    """
    first: list[Coins] = []
    rest: list[Coins] = []
    for each in coins:
        here = min(each.minor, minor - sum_of(first))
        first += [each._replace(minor=here)] if here else []
        rest += [each._replace(minor=each.minor - here)] if each.minor > here else []
    return first, rest


@define
class Card:
    """
    A gift card as of a moment: its *coins*, and what orders hold of it, each until a moment.

    *after* says until when money lives that comes back at a moment, past its date; None where it's gone.

    Examples:
        >>> card = Card(NEVER, lambda moment: None, [Coins(NEVER, False, 500)])
        >>> card.hold("o1", 412, NEVER)
        0
        >>> card.balance, card.held("o1")
        (88, 412)
    """

    as_of: datetime
    after: Callable[[datetime], datetime | None]
    coins: list[Coins] = field(factory=list)
    holds: dict[str, tuple[list[Coins], datetime]] = field(factory=dict)
    frozen: bool = False

    def seen(self, at: datetime) -> Card:
        """Give another, as it is *at* a moment: holds have timed out by then, and coins have ended."""
        card = evolve(self, coins=[*self.coins], holds=dict(self.holds))
        at = max(at, self.as_of)
        while (moment := card.next_moment) <= at:
            ended = [order for order, (_, until) in card.holds.items() if until <= moment]
            card.as_of = max(moment, card.as_of)
            for order in ended[:1]:
                card.put_back(card.holds.pop(order)[0])
            if not ended:
                card.coins = [each for each in card.coins if each.ends > moment]
        card.as_of = at
        return card

    @property
    def next_moment(self) -> datetime:
        """When something happens to it by itself, after its own moment."""
        moments = [until for _, until in self.holds.values()] + [each.ends for each in self.coins]
        return min([moment for moment in moments if moment < NEVER], default=NEVER)

    @property
    def balance(self) -> int:
        """What can be spent."""
        return sum_of(self.coins)

    def held(self, order: str) -> int:
        """Give what an order holds."""
        return sum_of(self.holds.get(order, ([], NEVER))[0])

    def free(self, order: str) -> int:
        """Give what an order may hold."""
        return self.held(order) + (0 if self.frozen else self.balance)

    def accepts(self, order: str) -> bool:
        """Say whether an order may name it."""
        return bool(self.free(order))

    def hold(self, order: str, minor: int, until: datetime) -> int:
        """Have an order hold *minor* units in all; give what comes back of what it held."""
        own, _ = self.holds.pop(order, ([], NEVER))
        kept, back = split(own, minor)
        more, self.coins = split(sorted(self.coins), max(minor - sum_of(own), 0))
        if minor:
            self.holds[order] = sorted([*kept, *more]), until
        return self.put_back(back)

    def put_back(self, coins: Iterable[Coins]) -> int:
        """Give *coins* back, with their date; say how much of it wasn't too late."""
        back = 0
        for each in coins:
            until = each.ends if each.ends > self.as_of else None if each.grace else self.after(self.as_of)
            if until is not None:
                self.coins = sorted([*self.coins, Coins(until, each.grace or until != each.ends, each.minor)])
                back += each.minor
        return back
