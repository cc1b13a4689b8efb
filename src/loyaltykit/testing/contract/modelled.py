"""Level 1, with `Loyalty` itself: all operations over the store under test, in any order, against the plain model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from loyaltykit.testing.contract.trial import NOON
from loyaltykit.testing.machine.deal import DAY, HOUR, Deal
from loyaltykit.testing.machine.life import MEMBERS, Life
from loyaltykit.testing.machine.model import FOREVER

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from random import Random

    from loyaltykit.testing.contract.trial import Trial

CALLS: Final = 300
"""Calls of a life."""

CUSTOMERS: Final = (*MEMBERS, None)


def every_operation_agrees_with_the_model(trial: Trial) -> None:
    """All operations, in any order, late and again, come to what a plain model says of each member (C1, C4)."""
    random, now = trial.random, NOON
    life = Life(_deal(random), trial.store)
    for _ in range(CALLS):
        now += random.randrange(5) * HOUR
        at = max(NOON, now - random.choice((0, 0, 0, 5, 40)) * HOUR)
        random.choice((_order, _order, _order_made, _order_made, _order_made, _member))(life, random, at)
    life.all_again(now)
    life.run_due(now + 30 * DAY)
    life.all_again(now + 30 * DAY)


def _deal(random: Random) -> Deal:
    """Draw a program whose points expire, so that dates matter."""
    return Deal(
        percent=random.choice((10, 50)),
        delay=random.choice((None, 2 * DAY)),
        welcome=random.choice((0, 30)),
        max_share=random.choice((50, 100)),
        minimum=random.choice((0, 20)),
        maximum=random.choice((None, 60)),
        lives=random.choice((DAY, 3 * DAY, 9 * DAY)),
        inactivity=random.choice((None, 2 * DAY)),
        grace=random.choice((None, DAY)),
        hold=random.choice((DAY, 3 * DAY)),
        refundable=random.choice((DAY, 90 * DAY)),
        owing=random.random() < 0.5,  # noqa: PLR2004 - as often as not
    )


def _order(life: Life, random: Random, at: datetime) -> None:
    """Have somebody order, or ask."""
    number = random.randrange(90)
    facts: dict[str, Any] = {
        "member": CUSTOMERS[number % len(CUSTOMERS)],
        "price": random.choice((None, 99, 4_000, 10_000, 33_333)),
        "starts": random.choice((None, at + 30 * HOUR)),
        "channel": random.choice((None, "app")),
        "redeem": random.choice((None, "all", 10)),
    }
    random.choice((life.place, life.place, life.settle, life.quote))(f"o{number}", at, **facts)


def _order_made(life: Life, random: Random, at: datetime) -> None:
    """Have something become of an order that was made."""
    name, pick = random.choice("abc"), random.randrange(40)
    placed, done = life.one_of(pick, "placed"), life.one_of(pick, "completed")
    price = random.choice((99, 4_000, 10_000, 33_333))
    calls: tuple[Callable[[], None], ...] = (
        lambda: life.complete(placed, at, random.choice((None, price))),
        lambda: life.complete(placed, at),
        lambda: life.complete(life.one_of(pick, "cancelled", "no_show"), at),
        lambda: life.cancel(placed, at),
        lambda: life.no_show(placed, at),
        lambda: life.amend(
            placed, name, at, price=random.choice((None, price)), redeem=random.choice((None, "all", 5))
        ),
        lambda: life.refund(done, name, at, amount=random.choice((None, 100, price))),
        lambda: life.correct(done, name, at, price=price),
        lambda: life.record_payment(done, name, at, amount=price),
    )
    random.choice(calls)()


def _member(life: Life, random: Random, at: datetime) -> None:
    """Have something become of a member, or of all."""
    member, name = random.choice(MEMBERS), random.choice("abc")
    lots = tuple((random.choice((5, 40)), at + random.choice((-1, 9, 50)) * HOUR) for _ in range(random.randrange(3)))
    calls: tuple[Callable[[], None], ...] = (
        lambda: life.adjust(member, name, at, points=random.choice((5, 50, -50))),
        lambda: life.import_member(member, at, lots=(*lots, (1, FOREVER)), visits=2, sold=500),
        lambda: life.forget(random.choice((*MEMBERS, *["m9"] * 20)), at),
        lambda: life.run_due(at),
        lambda: life.again(random.randrange(CALLS), at),
    )
    random.choice(calls)()
