"""What clients play until they're killed: cycles of orders with all that comes with them, drawn from a seed."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from loyaltykit.facts.order import Order
from loyaltykit.loyalty.loyalty import Loyalty
from loyaltykit.operations import adjust, issue_card, settlement
from loyaltykit.operations.adjust import Adjustment
from loyaltykit.operations.issue_card import IssuedCard
from loyaltykit.operations.settlement import Settlement
from loyaltykit.program.program import Program
from loyaltykit.testing.contract.trial import NOON
from loyaltykit.values.money import Money
from loyaltykit.values.points import Points

if TYPE_CHECKING:
    from collections.abc import Callable  # noqa: TC004 - attrs doesn't resolve annotations
    from datetime import datetime

    from loyaltykit.ledger.repository import Repository
    from loyaltykit.operations.join import Joined
    from loyaltykit.operations.run_due import Skipped

CYCLES: Final = 5
"""Cycles of a script."""

MEMBERS: Final = ("m1", "m2", "m3")

SETTINGS: Final = {
    "currency": "RUB",
    "point_value": "1",
    "time_zone": "UTC",
    "cashback": [{"percent": "20", "scope": {"channels": ["app"]}, "delay": "P1D"}, {"percent": "10"}],
    "redemption": [{"max_share": "50"}],
    "expiry": {"after": "P4D", "returned_after_expiry": "P1D"},
    "hold_timeout": "P3D",
    "clawback": "debt",
    "promo": [{"name": "summer", "code": "SUMMER", "percent": "10", "limit": 6, "budget": "500"}],
    "invitation": [{"referee_points": "30", "referrer_points": "50"}],
    "surcharge": [{"sum": "50"}],
    "worker_bonus": [{"name": "daily", "every": "P1D", "ladder": [{"orders": 1, "sum": "40"}]}],
    "worker_on_refund": "take_back",
}
"""A program under which each call of a cycle writes documents, entries and due moments."""


def program_called(name: str) -> Program:
    """
    Give the program that clients play, under the id *name*: those of several share no document.

    Examples:
        >>> program_called("town").id
        'town'
    """
    return Program.from_dict(SETTINGS | {"id": name})


PROGRAM: Final = program_called("city")


CARD: Final = "2222-2222-2222-2222"
"""The code of the gift card that all orders are paid with: what a client draws is the same in each."""

REFERRAL: Final = "#ROMASHKA"
"""The code by which m1 brings others."""


def client_of(store: Repository, program: Program = PROGRAM, **told: Any) -> Loyalty:
    """
    Give a client's `Loyalty` over *store*.

    Examples:
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> client_of(MemoryRepository()).cards.issue("c1", at=NOON, face=Money(50, "RUB")).code == CARD
        True
    """
    return Loyalty(program, store, randbelow=lambda _: 0, **told)


@frozen
class Step:
    """One *call* of a script; calls of one *kind* ask about the same statements of a store."""

    kind: str
    call: Callable[[Loyalty], Any]

    def played(self, loyalty: Loyalty) -> str:
        """Make the call; give its result as text, that which a receipt keeps where it keeps one."""
        result = self.call(loyalty)
        for kind, encode in _ENCODERS.items():
            if isinstance(result, kind):
                return encode(result, PROGRAM.worth)
        return repr(result)


_ENCODERS: Final[dict[type, Callable[..., str]]] = {
    Settlement: settlement.encode,
    IssuedCard: issue_card.encode,
    Adjustment: adjust.encode,
}


def drawn_script(seed: str, *, cycles: int = CYCLES) -> tuple[Step, ...]:
    """
    Give the script of *seed*, of so many *cycles*.

    Examples:
        >>> kinds = [step.kind for step in drawn_script("7", cycles=1)]
        >>> kinds[:7]
        ['first settle', 'issue', 'join', 'place', 'amend', 'complete', 'refund part']
        >>> kinds[7:]
        ['join brought', 'settle brought', 'adjust', 'place', 'cancel', 'run due', 'refund']
    """
    random, now, steps = Random(seed), NOON, []  # noqa: S311 - to be drawn again from the seed
    for number in range(cycles):
        for kind, call in _cycle(random, number):
            steps.append(Step(kind, partial(call, at=now)))
            now += timedelta(hours=random.choice((0, 1, 9)))
    return (Step(f"first {steps[0].kind}", steps[0].call), *steps[1:])


def _cycle(random: Random, number: int) -> list[tuple[str, partial[Any]]]:
    """Give the calls of a cycle, each with its kind."""
    member = random.choice(MEMBERS)
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
    brought = Order(id=f"brought {number}", customer=f"rider {number}", price=_price(random), worker="w1")
    part = Money.from_minor(random.randrange(1, 10_000), "RUB")
    given = Points(random.choice((-40, 5, 60)))
    codes: dict[str, Any] = {"promo_code": "summer", "gift_card": CARD}
    beginning = (
        ("issue", partial(_issue, face=Money(5_000, "RUB"))),
        ("join", partial(_join, member="m1", code=REFERRAL)),
    )
    return [
        ("settle", partial(Loyalty.settle, order=street)),
        *(beginning if not number else ()),
        ("place", partial(Loyalty.place, order=kept, redeem="all", **codes)),
        ("amend", partial(Loyalty.amend, amendment_id="a1", order_id=kept.id, price=_price(random))),
        ("complete", partial(Loyalty.complete, order_id=kept.id, price=_price(random))),
        ("refund part", partial(Loyalty.refund, refund_id="r1", order_id=kept.id, amount=part)),
        ("join brought", partial(_join, member=f"friend {number}", referral_code=REFERRAL)),
        ("settle brought", partial(Loyalty.settle, order=brought, referral_code=REFERRAL)),
        ("adjust", partial(_adjust, name=f"a{number}", member=member, points=given)),
        ("place", partial(Loyalty.place, order=lost, redeem=Points(random.randrange(1, 500)), **codes)),
        ("cancel", partial(Loyalty.cancel, order_id=lost.id)),
        ("run due", partial(_run_due)),
        ("refund", partial(Loyalty.refund, refund_id="r1", order_id=street.id)),
    ]


def _issue(loyalty: Loyalty, *, at: datetime, face: Money) -> IssuedCard:
    return loyalty.cards.issue("c1", at=at, face=face, expires=at + timedelta(days=2), member="m1")


def _join(loyalty: Loyalty, *, at: datetime, member: str, **codes: str) -> Joined:
    return loyalty.members.join(member, at=at, **codes)


def _adjust(loyalty: Loyalty, *, at: datetime, name: str, member: str, points: Points) -> Adjustment:
    return loyalty.members.adjust(name, member, points, at=at, description="by hand")


def _run_due(loyalty: Loyalty, *, at: datetime) -> tuple[Skipped, ...]:
    """Book what is due; give what was skipped, which repeating it doesn't change."""
    return loyalty.run_due(at=at).skipped


def _price(random: Random) -> Money:
    return Money.from_minor(random.randrange(10_000, 200_000), "RUB")
