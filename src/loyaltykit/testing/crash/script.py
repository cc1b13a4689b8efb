"""What clients play until they're killed: cycles of orders with codes, gift cards and workers, drawn from a seed."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from loyaltykit.facts.order import Order
from loyaltykit.loyalty.loyalty import Loyalty
from loyaltykit.operations import issue_card, settlement
from loyaltykit.operations.issue_card import IssuedCard
from loyaltykit.program.program import Program
from loyaltykit.testing.contract.trial import NOON
from loyaltykit.values.money import Money
from loyaltykit.values.points import Points

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator  # noqa: TC004 - attrs doesn't resolve annotations
    from datetime import datetime

    from loyaltykit.ledger.repository import Repository

CYCLES: Final = 5
"""Cycles of a script."""

MEMBERS: Final = ("m1", "m2", "m3")

PROGRAM: Final = Program.from_dict(
    {
        "id": "city",
        "currency": "RUB",
        "point_value": "1",
        "time_zone": "UTC",
        "cashback": [{"percent": "20", "scope": {"channels": ["app"]}, "delay": "P1D"}, {"percent": "10"}],
        "redemption": [{"max_share": "50"}],
        "expiry": {"after": "P4D", "returned_after_expiry": "P1D"},
        "hold_timeout": "P3D",
        "clawback": "debt",
        "promo": [{"name": "summer", "code": "SUMMER", "percent": "10", "limit": 6, "budget": "500"}],
        "surcharge": [{"sum": "50"}],
        "worker_on_refund": "take_back",
    }
)
"""A program under which each call of a cycle writes documents, entries and due moments."""


CARD: Final = "2222-2222-2222-2222"
"""The code of the gift card that all orders are paid with: what a client draws is the same in each."""


def client_of(store: Repository, **told: Any) -> Loyalty:
    """
    Give a client's `Loyalty` over *store*.

    Examples:
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> client_of(MemoryRepository()).cards.issue("c1", at=NOON, face=Money(50, "RUB")).code == CARD
        True
    """
    return Loyalty(PROGRAM, store, randbelow=lambda _: 0, **told)


@frozen
class Step:
    """One *call* of a script; calls of one *kind* ask about the same statements of a store."""

    kind: str
    call: Callable[[Loyalty], Any]

    def played(self, loyalty: Loyalty) -> str:
        """Make the call; give its result as a receipt keeps it."""
        result = self.call(loyalty)
        if isinstance(result, IssuedCard):
            return issue_card.encode(result, PROGRAM.worth)
        return settlement.encode(result, PROGRAM.worth)


def drawn_script(seed: str, *, cycles: int = CYCLES) -> tuple[Step, ...]:
    """
    Give the script of *seed*, of so many *cycles*.

    Examples:
        >>> [step.kind for step in drawn_script("7", cycles=1)]
        ['first settle', 'issue', 'place', 'amend', 'complete', 'refund part', 'place', 'cancel', 'refund']
    """
    random, now, steps = Random(seed), NOON, []  # noqa: S311 - to be drawn again from the seed
    for number in range(cycles):
        for step, hours in _cycle(random, number, now):
            now += timedelta(hours=hours)
            steps.append(step)
    return (Step(f"first {steps[0].kind}", steps[0].call), *steps[1:])


def _cycle(random: Random, number: int, begun: datetime) -> Iterator[tuple[Step, int]]:
    """Give the steps of a cycle with the hours that pass after each."""
    now, member = begun, random.choice(MEMBERS)
    street, kept, lost = (
        Order(
            id=f"{name} {number}",
            customer=member,
            price=_price(random),
            channel=random.choice(("app", None)),
            worker="w1",
        )
        for name in ("street", "kept", "lost")
    )
    part = Money.from_minor(random.randrange(1, 10_000), "RUB")
    codes: dict[str, Any] = {"promo_code": "summer", "gift_card": CARD}
    calls: tuple[tuple[str, partial[Any]], ...] = (
        ("settle", partial(Loyalty.settle, order=street)),
        *((("issue", partial(_issue, face=Money(5_000, "RUB"))),) if not number else ()),
        ("place", partial(Loyalty.place, order=kept, redeem="all", **codes)),
        ("amend", partial(Loyalty.amend, amendment_id="a1", order_id=kept.id, price=_price(random))),
        ("complete", partial(Loyalty.complete, order_id=kept.id, price=_price(random))),
        ("refund part", partial(Loyalty.refund, refund_id="r1", order_id=kept.id, amount=part)),
        ("place", partial(Loyalty.place, order=lost, redeem=Points(random.randrange(1, 500)), **codes)),
        ("cancel", partial(Loyalty.cancel, order_id=lost.id)),
        ("refund", partial(Loyalty.refund, refund_id="r1", order_id=street.id)),
    )
    for kind, call in calls:
        hours = random.choice((0, 1, 9))
        yield Step(kind, partial(call, at=now)), hours
        now += timedelta(hours=hours)


def _issue(loyalty: Loyalty, *, at: datetime, face: Money) -> IssuedCard:
    return loyalty.cards.issue("c1", at=at, face=face, expires=at + timedelta(days=2), member="m1")


def _price(random: Random) -> Money:
    return Money.from_minor(random.randrange(10_000, 200_000), "RUB")
