"""The rows that exist so far, each with what its yardstick does by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from attrs import define

from bench.districts import district_rows
from bench.life import life_rows
from bench.measure import Row, in_fresh_processes, in_process
from bench.postgres import postgres_rows
from bench.tiers import tier_rows
from loyaltykit import (
    Cashback,
    CodeUse,
    History,
    Money,
    Order,
    Percent,
    Points,
    PointValue,
    Promo,
    ReferralSplit,
    Referrers,
    Scope,
    Shares,
    cashback_for,
    promo_for,
    referral_split_for,
)
from loyaltykit.rules.percent_of import share_minor
from loyaltykit.values.split import split

if TYPE_CHECKING:
    from collections.abc import Iterator

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
RULE = Cashback(
    percent=Percent("5"),
    minimum=Money(300, "RUB"),
    maximum=Points(500),
    scope=Scope(branches=("centre", "north"), tariffs=("economy", "business")),
)
ORDER = Order(id="o1", customer="m1", price=Money("412.00", "RUB"), branch="centre", tariff="economy")
HALF = PointValue("0.50", "RUB")
SPLIT = ReferralSplit(
    percent=Percent("10"),
    shares=Shares(customer_referrer=Percent(40), customer=Percent(40), worker_referrer=Percent(20)),
    minimum=Money(300, "RUB"),
    scope=Scope(branches=("centre", "north"), tariffs=("economy", "business")),
)
RIDE = Order(id="o1", customer="m1", worker="w7", price=Money("412.00", "RUB"), branch="centre", tariff="economy")
REFERRERS = Referrers(customer="m7", worker="w8")
PROMO = Promo(
    name="summer",
    code="SUMMER",
    percent=Percent("10"),
    minimum=Money(300, "RUB"),
    maximum_discount=Money(200, "RUB"),
    limit=100,
    per_member=3,
    budget=Money(50_000, "RUB"),
    scope=Scope(branches=("centre", "north"), tariffs=("economy", "business")),
)
USE = CodeUse(code="SUMMER", promo="summer", uses=99, member_uses=2, spent=Money(49_000, "RUB"))
NEW = History()


@define
class PlainUse:
    """What a host without the library would know of a code."""

    uses: int
    member_uses: int
    spent: Decimal


PLAIN_USE = PlainUse(99, 2, Decimal(49_000))
LIMIT, PER_MEMBER, MOST_OFF, BUDGET = 100, 3, Decimal(200), Decimal(50_000)


@define
class PlainOrder:
    """An order as a host without the library would have it."""

    branch: str
    tariff: str
    price: Decimal


PLAIN = PlainOrder("centre", "economy", Decimal("412.00"))
BRANCHES, TARIFFS = frozenset({"centre", "north"}), frozenset({"economy", "business"})
MINIMUM, MAXIMUM, PERCENT, VALUE = Decimal(300), Decimal(500), Decimal(5), Decimal("0.50")
HUNDRED, TEN, ONE, CENT = Decimal(100), Decimal(10), Decimal(1), Decimal("0.01")


def cashback_by_hand(order: PlainOrder) -> Decimal | None:
    """The rule above, inlined: a bare number, without a reason."""
    if order.branch not in BRANCHES or order.tariff not in TARIFFS:
        return None
    if order.price < MINIMUM:
        return None
    points = (order.price * PERCENT / HUNDRED / VALUE).quantize(ONE, rounding=ROUND_HALF_UP)
    return min(points, MAXIMUM)


def promo_by_hand(order: PlainOrder, use: PlainUse) -> Decimal | None:
    """The promo above, inlined: a bare number, without a reason."""
    if order.branch not in BRANCHES or order.tariff not in TARIFFS:
        return None
    if use.uses >= LIMIT or use.member_uses >= PER_MEMBER or order.price < MINIMUM:
        return None
    off = (order.price * TEN / HUNDRED).quantize(CENT, rounding=ROUND_HALF_UP)
    return min(off, MOST_OFF, order.price, BUDGET - use.spent)


def split_by_hand(amount: Decimal, weights: list[Decimal], unit: Decimal = CENT) -> list[Decimal]:
    """The largest remainder, as one writes it on Decimal."""
    total = sum(weights)
    exact = [amount * weight / total for weight in weights]
    parts = [share.quantize(unit, rounding=ROUND_DOWN) for share in exact]
    left = int((amount - sum(parts)) / unit)
    for index in sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))[:left]:
        parts[index] += unit
    return parts


def referral_split_by_hand(order: PlainOrder, shares: list[Decimal]) -> dict[str, Decimal] | None:
    """The split above, inlined: bare numbers, without a reason."""
    if order.branch not in BRANCHES or order.tariff not in TARIFFS:
        return None
    if order.price < MINIMUM:
        return None
    whole = (order.price * TEN / HUNDRED / VALUE).quantize(ONE, rounding=ROUND_HALF_UP)
    parts = split_by_hand(whole, shares, ONE)
    return {member: part for member, part in zip(("m7", "m1", "w8", "w7"), parts, strict=True) if part}


FIRST_DECISION = """
from datetime import datetime, timezone
from loyaltykit import Cashback, Money, Order, Percent, PointValue, cashback_for
order = Order(id="o1", customer="m1", price=Money("412.00", "RUB"))
cashback_for(
    Cashback(percent=Percent("5")), order, at=datetime.now(timezone.utc), point_value=PointValue("0.50", "RUB")
)
"""

FIRST_LOYALTY = """
from datetime import datetime, timezone
from loyaltykit import Loyalty, Money, Order, Program
from loyaltykit.adapters.memory import MemoryRepository
program = Program.from_dict({
    "id": "city", "currency": "RUB", "point_value": "0.50", "time_zone": "Europe/Moscow", "cashback": [{"percent": 5}],
})
order = Order(id="o1", customer="m1", price=Money("412.00", "RUB"))
Loyalty(program, MemoryRepository()).settle(order, at=datetime.now(timezone.utc))
"""


def rows() -> Iterator[Row]:
    """Measure row after row."""
    yield in_process(
        "one cashback decision, explained",
        "the same rule inlined on Decimal",
        lambda: cashback_for(RULE, ORDER, at=AT, point_value=HALF),
        lambda: cashback_by_hand(PLAIN),
        3.5,
    )
    percent = Percent("5")
    yield in_process(
        "its integer core: the share in points, rounded",
        "the same rule inlined on Decimal",
        lambda: share_minor(41200, percent, HALF, "half_up", 1),
        lambda: cashback_by_hand(PLAIN),
        1.2,
    )
    ten, weights = Money("10.00", "EUR"), (40, 40, 20, 0)
    plain, plain_weights = Decimal("10.00"), [Decimal(weight) for weight in weights]
    yield in_process(
        "10.00 over 40/40/20/0, as Money",
        "the largest remainder on Decimal",
        lambda: ten.allocate(weights),
        lambda: split_by_hand(plain, plain_weights),
        1.0,
    )
    yield in_process(
        "its integer core",
        "the largest remainder on Decimal",
        lambda: split(1000, weights),
        lambda: split_by_hand(plain, plain_weights),
        0.4,
    )
    yield in_process(
        "one referral split, explained",
        "the same rule inlined on Decimal",
        lambda: referral_split_for(SPLIT, RIDE, at=AT, point_value=HALF, referrers=REFERRERS),
        lambda: referral_split_by_hand(PLAIN, plain_weights),
        2.0,
    )
    yield in_process(
        "one promo decision, explained",
        "the same rule inlined on Decimal",
        lambda: promo_for(PROMO, ORDER, at=AT, use=USE, history=NEW, point_value=HALF),
        lambda: promo_by_hand(PLAIN, PLAIN_USE),
        4.0,
    )
    yield in_fresh_processes("import loyaltykit", "import attrs", "import loyaltykit", "import attrs", 0.1)
    yield in_fresh_processes("first decision, imports and all", "import attrs", FIRST_DECISION, "import attrs", 1.4)
    yield in_fresh_processes("first Loyalty, and an order settled", "import attrs", FIRST_LOYALTY, "import attrs", 2)
    yield from tier_rows()
    yield from district_rows()
    yield from life_rows()
    yield from postgres_rows()
