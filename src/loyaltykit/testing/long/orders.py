"""The lives of orders, drawn: placed, edited, completed, paid, refunded, corrected, cancelled, or forgotten."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from loyaltykit.facts.order import Order
from loyaltykit.loyalty.loyalty import Loyalty
from loyaltykit.testing.long.commands import Command
from loyaltykit.testing.long.programs import COMMON, CURRENCY
from loyaltykit.values.money import Money
from loyaltykit.values.points import Points

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from random import Random

    from loyaltykit.testing.long.commands import Cast

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)

HIGHEST: Final = 60_000
"""Minor units of the highest price."""


def order_life(random: Random, cast: Cast, name: str, begun: datetime) -> Iterator[Command]:
    """
    Draw all that is told of the order called *name*, as it happens from when it was *begun*.

    Examples:
        >>> from random import Random
        >>> from loyaltykit.testing.long.commands import Cast
        >>> from loyaltykit.testing.long.programs import NEW_YEAR
        >>> [command.name for command in order_life(Random(45), Cast(10, 3), "o1", NEW_YEAR)]
        ['place o1', 'complete o1', 'refund r0 o1']
    """
    order = _order(random, cast, name, begun)
    wishes = _wishes(random, cast, order)
    if random.random() < 0.4:  # noqa: PLR2004 - a street hail
        yield Command(f"settle {name}", begun, _told(Loyalty.settle, order, **wishes))
        yield from _afterwards(random, name, begun)
        return
    yield Command(f"place {name}", begun, _told(Loyalty.place, order, **wishes))
    now = begun + random.random() * 8 * HOUR
    for number in range(random.choice((0, 0, 0, 0, 1, 2))):
        yield Command(f"amend a{number} {name}", now, _told(Loyalty.amend, f"a{number}", name, **_edits(random, cast)))
        now += random.random() * HOUR
    (end,) = random.choices((_complete, _late, _come_to_nothing, _forgotten), (80, 5, 10, 5))
    yield from end(random, cast, name, now)


def _told(call: Callable[..., Any], *args: Any, **asked: Any) -> Callable[[Loyalty, datetime], Any]:
    """Give what makes the *call* so, at a moment."""
    return lambda loyalty, at: call(loyalty, *args, at=at, **asked)


def _complete(random: Random, cast: Cast, name: str, now: datetime) -> Iterator[Command]:
    final: dict[str, Any] = {}
    if random.random() < 0.5:  # noqa: PLR2004 - the meter's
        final["price"] = price_of(random)
    if random.random() < 0.1:  # noqa: PLR2004 - another driver came
        final["worker"] = cast.worker(random)
    yield Command(f"complete {name}", now, _told(Loyalty.complete, name, **final))
    yield from _afterwards(random, name, now)


def _late(random: Random, cast: Cast, name: str, now: datetime) -> Iterator[Command]:
    """Complete it once its hold may have timed out."""
    return _complete(random, cast, name, now + random.randrange(1, 20) * DAY)


def _come_to_nothing(random: Random, cast: Cast, name: str, now: datetime) -> Iterator[Command]:
    """Cancel it; now and then somebody completes it all the same."""
    how, call = random.choice((("cancel", Loyalty.cancel), ("cancel", Loyalty.cancel), ("no_show", Loyalty.no_show)))
    yield Command(f"{how} {name}", now, _told(call, name))
    if random.random() < 0.1:  # noqa: PLR2004 - now and then
        yield from _complete(random, cast, name, now + random.random() * DAY)


def _forgotten(_random: Random, _cast: Cast, _name: str, _now: datetime) -> Iterator[Command]:
    """Never end it: its hold times out."""
    return iter(())


def _afterwards(random: Random, name: str, done: datetime) -> Iterator[Command]:
    """Have it paid for, corrected, or given back, in parts or wholly, and not always in that order."""
    if random.random() < 0.2:  # noqa: PLR2004 - others don't tell payments
        pay = _told(Loyalty.record_payment, "p", name, price_of(random) or Money(1, CURRENCY))
        yield Command(f"pay {name}", done + random.random() * DAY, pay)
    if random.random() < 0.05:  # noqa: PLR2004 - seldom
        facts: dict[str, Any] = {"price": price_of(random), "channel": None, "worker": None}
        told = {fact: value for fact, value in facts.items() if value is not None}
        yield Command(f"correct {name}", done + random.random() * DAY, _told(Loyalty.correct, "c", name, **told))
    if random.random() < 0.12:  # noqa: PLR2004 - more often than in life
        now = done
        for number in range(random.randrange(1, 4)):
            now += random.random() * random.choice((DAY, 30 * DAY))
            part = random.choice((None, Money.from_minor(random.randrange(1, 9_000), CURRENCY)))
            yield Command(f"refund r{number} {name}", now, _told(Loyalty.refund, f"r{number}", name, amount=part))


def price_of(random: Random) -> Money | None:
    """
    Draw a price, which isn't always known, and may be nothing.

    Examples:
        >>> from random import Random
        >>> price_of(Random(7))
        Money('13.66', 'RUB')
    """
    if random.random() < 0.04:  # noqa: PLR2004 - seldom
        return random.choice((None, Money(0, CURRENCY)))
    return Money.from_minor(int(HIGHEST * random.random() ** 2) + 1, CURRENCY)


def _order(random: Random, cast: Cast, name: str, begun: datetime) -> Order:
    return Order(
        id=name,
        customer=None if random.random() < 0.03 else cast.member(random),  # noqa: PLR2004 - a stranger
        price=price_of(random),
        service=random.choice((None, None, "wash")),
        worker=random.choice((None, cast.worker(random), cast.worker(random))),
        channel=random.choice((None, "app", "app", "phone")),
        district=random.choice((None, "centre", "suburb")),
        starts_at=random.choice((None, None, None, begun + random.random() * 3 * DAY)),
        visit=random.random() > 0.05,  # noqa: PLR2004 - a sale of goods
    )


def _wishes(random: Random, cast: Cast, order: Order) -> dict[str, Any]:
    """Draw what is to be spent on an order, and the codes that are named with it."""
    drawn: dict[str, tuple[float, Callable[[], Any]]] = {
        "redeem": (0.4, partial(_requested, random)),
        "promo_code": (0.2, partial(_promo, random, cast)),
        "referral_code": (0.05, lambda: f"#FRIEND_{cast.member(random)[1:]}"),
        "gift_card": (0.1, lambda: random.choice([*cast.cards.values()] or ["2222-2222-2222-2222"])),
    }
    wanted = {what: draw() for what, (share, draw) in drawn.items() if random.random() < share}
    return wanted if order.customer is not None else {what: wanted[what] for what in wanted if what == "gift_card"}


def _requested(random: Random) -> Any:
    return random.choice(("all", Points(random.randrange(1, 200))))


def _promo(random: Random, cast: Cast) -> str:
    codes = random.choice(([*COMMON.values()], cast.singles, cast.of_workers)) or ["NONESUCH"]
    return random.choice(codes)


def _edits(random: Random, cast: Cast) -> dict[str, Any]:
    """Draw what is edited in an order before it's completed."""
    drawn: dict[str, Callable[[], Any]] = {
        "price": lambda: price_of(random) or Money(7, CURRENCY),
        "redeem": lambda: random.choice((Points(0), "all")),
        "promo_code": lambda: random.choice(("", _promo(random, cast))),
        "gift_card": lambda: random.choice(["", *cast.cards.values()]),
        "channel": lambda: "phone",
        "worker": lambda: cast.worker(random),
    }
    return {what: drawn[what]() for what in random.sample(sorted(drawn), 2)}
