"""What is told of members, workers and gift cards through a year, beside their orders."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from loyaltykit.testing.long.commands import Command
from loyaltykit.testing.long.programs import CARDS, CURRENCY, FOR_WORKERS, SINGLE
from loyaltykit.values.money import Money
from loyaltykit.values.points import Points

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from random import Random

    from loyaltykit.loyalty.loyalty import Loyalty
    from loyaltykit.testing.long.commands import Cast

BATCH: Final = 20
"""Codes that are generated at a time."""


def other_command(random: Random, cast: Cast, number: int, at: datetime) -> Command:
    """
    Draw something that is told beside orders: the one of that *number*, *at* a moment.

    Examples:
        >>> from random import Random
        >>> from loyaltykit.testing.long.commands import Cast
        >>> from loyaltykit.testing.long.programs import NEW_YEAR
        >>> other_command(Random(7), Cast(10, 3), 1, NEW_YEAR).name
        'code 1'
    """
    (draw,) = random.choices([*_DRAWN], [*_DRAWN.values()])
    name, call, *more = draw(random, cast, number, at)
    return Command(name, at, call, *more)


def _adjust(random: Random, cast: Cast, number: int, _at: datetime) -> Any:
    member, points = cast.member(random), Points(random.choice((50, 7, -30)))
    return f"adjust {number}", lambda loyalty, at: loyalty.members.adjust(f"a{number}", member, points, at=at)


def _join(random: Random, cast: Cast, number: int, _at: datetime) -> Any:
    member, code = cast.member(random), f"#FRIEND_{cast.member(random)[1:]}"

    def call(loyalty: Loyalty, at: datetime) -> None:
        loyalty.members.join(member, at=at, referral_code=code)

    return f"join {number}", call


def _code(random: Random, cast: Cast, number: int, _at: datetime) -> Any:
    member = cast.member(random)

    def call(loyalty: Loyalty, at: datetime) -> Any:
        return loyalty.codes.issue(f"i{number}", member, at=at, code=f"#FRIEND_{member[1:]}")

    return f"code {number}", call


def _issue(random: Random, cast: Cast, number: int, told_at: datetime) -> Any:
    card, face = f"c{number}", Money.from_minor(random.randrange(100, 50_000), CURRENCY)
    ends = random.choice((None, told_at + random.randrange(40, 90) * timedelta(days=1)))

    def call(loyalty: Loyalty, at: datetime) -> Any:
        return loyalty.cards.issue(card, at=at, face=face, expires=ends)

    return f"issue card {card}", call, _hearing(cast, card)


def _buy(random: Random, cast: Cast, number: int, _at: datetime) -> Any:
    card, member = f"b{number}", cast.member(random)

    def call(loyalty: Loyalty, at: datetime) -> Any:
        return loyalty.cards.buy(card, CARDS[0], member=member, at=at)

    return f"buy card {card}", call, _hearing(cast, card)


def _hearing(cast: Cast, card: str) -> Callable[[Any], object]:
    """Note the code of a card that was issued, or bought."""

    def heard(issued: Any) -> None:
        if issued.code is not None:
            cast.cards[card] = issued.code

    return heard


def _change_card(random: Random, cast: Cast, number: int, at: datetime) -> Any:
    """Freeze a card, or unfreeze it: what that's answered is how it stands by then, so nothing is compared."""
    if not cast.cards:
        return _issue(random, cast, number, at)
    card, how = random.choice([*cast.cards]), random.choice(("freeze", "unfreeze", "unfreeze"))

    def call(loyalty: Loyalty, at: datetime) -> None:
        getattr(loyalty.cards, how)(f"{how} {number}", card, at=at)

    return f"{how} {number}", call


def _pay_out(random: Random, cast: Cast, number: int, _at: datetime) -> Any:
    worker = cast.worker(random)
    amount = random.choice((None, Money.from_minor(random.randrange(1, 9_000), CURRENCY)))
    return f"pay out {number}", lambda loyalty, at: loyalty.workers.pay_out(f"p{number}", worker, at=at, amount=amount)


def _generate(random: Random, cast: Cast, number: int, _at: datetime) -> Any:
    """Generate codes for single uses, or a worker's."""
    whose = random.choice((None, cast.worker(random)))
    name, told = (SINGLE, cast.singles) if whose is None else (FOR_WORKERS, cast.of_workers)
    count = BATCH if whose is None else 1

    def call(loyalty: Loyalty, at: datetime) -> list[str]:
        return list(loyalty.codes.generate(f"batch {number}", name, count, at=at, worker=whose))

    return f"generate {number}", call, told.extend


def _consent(random: Random, cast: Cast, number: int, _at: datetime) -> Any:
    member, agreed = cast.member(random), random.random() < 0.5  # noqa: PLR2004 - as often as not

    def call(loyalty: Loyalty, at: datetime) -> None:
        loyalty.members.set_consent(member, agreed=agreed, at=at)

    return f"consent {number}", call


_DRAWN: Final[dict[Callable[[Random, Cast, int, datetime], Any], int]] = {
    _adjust: 4,
    _join: 6,
    _code: 8,
    _issue: 4,
    _buy: 3,
    _change_card: 2,
    _pay_out: 6,
    _generate: 2,
    _consent: 2,
}
"""What may be told, and how often."""
