"""What a crowd does at one store: orders of few members, over one promo, one gift card, one budget and few workers."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any, Final

from loyaltykit.facts.opening import OpeningMember
from loyaltykit.facts.order import Order
from loyaltykit.program.program import Program
from loyaltykit.program.revisions import Revisions
from loyaltykit.testing.contract.trial import NOON
from loyaltykit.testing.contract.verdict import same
from loyaltykit.values.money import Money
from loyaltykit.values.points import Points

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loyaltykit.loyalty.loyalty import Loyalty

MEMBERS: Final = 12
WORKERS: Final = 3

CARD: Final = "2222-2222-2222-2222"
"""The code of the one gift card."""

FACE: Final = 400_000
"""Minor units on it: less than is asked for by many."""

SHARED: Final = 10
"""Every how many orders there's one that all processes tell of."""

PROGRAM: Final = Program.from_dict(
    {
        "id": "city",
        "currency": "RUB",
        "point_value": "1",
        "time_zone": "UTC",
        "cashback": [{"percent": "10"}],
        "redemption": [{"max_share": "50"}],
        "expiry": {"after": "P60D"},
        "clawback": "within_balance",
        "promo": [
            {"name": "limited", "code": "FEW", "percent": "10", "limit": 150, "per_member": 20},
            {"name": "paid", "code": "PAID", "sum": "30", "budget": "2500"},
        ],
        "surcharge": [{"sum": "5"}],
        "worker_bonus": [{"name": "weekly", "every": "P7D", "ladder": [{"orders": 10, "sum": "50"}]}],
    }
)
"""A program whose every order asks for documents that others ask for."""

REVISIONS: Final = Revisions([PROGRAM])


def begin(loyalty: Loyalty) -> None:
    """
    Carry the members over, and issue the gift card.

    Examples:
        >>> from loyaltykit import Loyalty
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> loyalty = Loyalty(PROGRAM, MemoryRepository(), randbelow=lambda _: 0)
        >>> begin(loyalty)
        >>> loyalty.members.view("m1", at=NOON).balance
        Points(300)
    """
    openings = [OpeningMember(id=f"m{number}", lots=[(Points(300), None)]) for number in range(MEMBERS)]
    same(loyalty.members.import_members(openings, at=NOON).done, MEMBERS, "the count of members imported")
    same(loyalty.cards.issue("c1", at=NOON, face=Money.from_minor(FACE, "RUB")).code, CARD, "the code of the card")


def calls_of(seed: int, process: int) -> Iterator[tuple[str, Callable[[Loyalty], Any]]]:
    """
    Draw what a *process* of a crowd calls, without end, each by a name: that of a shared one is the same for all.

    Examples:
        >>> calls = calls_of(7, 0)
        >>> [next(calls)[0] for _ in range(4)]
        ['settle shared 0', 'place 0/1', 'complete 0/1', 'place 0/2']
    """
    random, number = Random(f"{seed}/{process}"), 0  # noqa: S311 - to be drawn again from the seed
    while True:
        if number % SHARED:
            yield from _order(random, f"{process}/{number}")
        else:
            yield from _order(Random(f"{seed}/shared/{number}"), f"shared {number}")  # noqa: S311 - likewise
        number += 1


def _order(random: Random, name: str) -> Iterator[tuple[str, Callable[[Loyalty], Any]]]:
    order = Order(
        id=name,
        customer=f"m{random.randrange(MEMBERS)}",
        worker=f"w{random.randrange(WORKERS)}",
        price=Money.from_minor(random.randrange(1_000, 60_000), "RUB"),
    )
    wishes: list[dict[str, Any]] = [{}, {"redeem": "all"}, {"redeem": Points(random.randrange(1, 90))}]
    wishes += [{"promo_code": "few"}, {"promo_code": "paid"}, {"gift_card": CARD}]
    wanted = random.choice(wishes)
    if random.random() < 0.3:  # noqa: PLR2004 - a street hail
        yield f"settle {name}", lambda loyalty: loyalty.settle(order, at=NOON, **wanted)
    else:
        yield f"place {name}", lambda loyalty: loyalty.place(order, at=NOON, **wanted)
        if random.random() < 0.15:  # noqa: PLR2004 - the others are completed
            yield f"cancel {name}", lambda loyalty: loyalty.cancel(name, at=NOON)
            return
        yield f"complete {name}", lambda loyalty: loyalty.complete(name, at=NOON)
    if random.random() < 0.2:  # noqa: PLR2004 - the others stay so
        part = random.choice((None, Money.from_minor(500, "RUB")))
        yield f"refund {name}", lambda loyalty: loyalty.refund("r", name, at=NOON, amount=part)
