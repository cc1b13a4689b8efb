"""The document of an order: what was promised when it was placed, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from attrs import field, frozen

from loyaltykit.documents.form import as_json, opened, understood
from loyaltykit.documents.lots import read_lots, written_lots
from loyaltykit.documents.promo_use import PromoHeld, read_held, written_held
from loyaltykit.facts.order import Order
from loyaltykit.ledger.account import NEVER, Pending
from loyaltykit.ledger.cursor import from_micros, micros
from loyaltykit.values.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping  # noqa: TC004 - attrs doesn't resolve annotations

    from loyaltykit.documents.card_held import CardHeld  # noqa: TC004
    from loyaltykit.ledger.account import Lot  # noqa: TC004 - attrs doesn't resolve annotations
    from loyaltykit.values.currency import Currency

Status: TypeAlias = Literal["quoted", "placed", "completed", "cancelled", "no_show", "refunded"]
"""Where an order stands: quoted ones aren't stored; one that is refunded in part is completed still."""

_LATER: Final = (
    "asked",
    "had",
    "paid",
    "refunded",
    "given_ahead",
    "lives",
    "later",
    "discount",
    "promised",
    "advanced",
    "until",
    "referrers",
    "invited",
    "credits",
    "counted",
    "worker_life",
    "visits",
    "tier",
    "levels",
    "visited",
    "received",
    "day",
    "cleared",
)
"""What a placed order may have as it lives on; left out of its body where there's nothing."""

_NAMES: Final = ("customer", "branch", "service", "tariff", "worker", "worker_tariff", "channel", "district")


@frozen(kw_only=True)
class PlacedOrder:
    """
    An *order* as it was told last, *placed_at* a moment under a *revision*, and its *status* as of another.

    *limited* says whether the limits of redemption have been judged, *held* how many points were to be spent,
    *captured* from which lots they came in the end, and *awards* who earned what: (member, award). *asked* is what was
    to be spent: units of points, or all. *completed_at* is when it was completed, *had* the channels behind the
    customer then. *paid* and *refunded* are minor units that were received, and given back of what was charged;
    *given_ahead* are those of the latter that hadn't been received.

    *lives* says in which life of theirs customer and all who ever earned by it were: some are forgotten since; *later*
    when an earner was credited, where that wasn't at its completion. *discount* is what came off the price, in minor
    units. *promised* are awards by the codes that were named with the order: (rule, member, units, whether it's an
    advance that the order may spend); *advanced* is how many of *held* come from those. What it holds of points and a
    gift card is held *until* a moment, 0 for nothing, as in orders from before 0.2. *promo* is what it keeps of a
    promo code, *unused* of one that gave nothing at completion, with the customer's *visits* then. *referrers* are who
    brought customer and worker, as it was at completion; *invited* who is rewarded for the customer's first order, and
    by which code; *credits* the money that workers got: (worker, account, rule, minor units); *counted* says where it
    counts for a worker's bonus, *worker_life* in which life of theirs the worker was. *tier* is the discount that the
    customer's level gave: (ladder, level, percent); until it's completed, *levels* are those that the customer had when
    it was placed, or its price was told first: (ladder, level). Where levels are kept, *visited* is when the order was
    a visit, with the visit before it. Where days are counted, *received* is what was paid by local day, (ordinal, minor
    units), and *day* the ordinal of the one on which its sale and visit count. *card* is the gift card that pays for
    it, and what of that. *cleared* is how often the customer's history had been cleared when the order, or the first
    payment for it, went into it (S8).

    Examples:
        >>> from loyaltykit import Currency, Order
        >>> order = Order(id="o1")
        >>> placed = PlacedOrder(order=order, placed_at=3, revision="r1", status="placed", as_of=3, limited=True)
        >>> decode("order/o1", encode(placed), Currency("RUB")) == placed
        True
    """

    order: Order
    placed_at: int
    revision: str
    status: Status
    as_of: int
    limited: bool
    held: int = 0
    captured: tuple[Lot, ...] = ()
    awards: tuple[tuple[str, Pending], ...] = ()
    asked: int | str | None = None
    completed_at: int | None = None
    had: tuple[str, ...] = ()
    paid: int = 0
    refunded: int = 0
    given_ahead: int = 0
    lives: Mapping[str, int] = field(factory=dict)
    later: Mapping[str, int] = field(factory=dict)
    discount: int = 0
    promised: tuple[tuple[str, str, int, bool], ...] = ()
    advanced: int = 0
    until: int = 0
    promo: PromoHeld | None = None
    unused: PromoHeld | None = None
    visits: int = 0
    referrers: tuple[str | None, str | None] | None = None
    invited: tuple[str, str | None] | None = None
    credits: tuple[tuple[str, str, str, int], ...] = ()
    counted: tuple[str, str, int, int] | None = None
    worker_life: int = 0
    tier: tuple[str, str, str] | None = None
    levels: tuple[tuple[str, str], ...] = ()
    visited: tuple[int, int | None] | None = None
    received: tuple[tuple[int, int], ...] = ()
    day: int | None = None
    card: CardHeld | None = None
    cleared: int = 0


def encode(placed: PlacedOrder) -> str:
    """
    Give the body of *placed*; the order's price is in minor units of the program's currency.

    Examples:
        >>> from loyaltykit import Order
        >>> order = Order(id="o1")
        >>> encode(PlacedOrder(order=order, placed_at=3, revision="r1", status="placed", as_of=3, limited=True))
        '{"v":1,"order":{"id":"o1"},"placed_at":3,"revision":"r1","status":"placed","as_of":3,"limited":true,"held":0}'
    """
    body: dict[str, Any] = {
        "v": 1,
        "order": written_order(placed.order),
        "placed_at": placed.placed_at,
        "revision": placed.revision,
        "status": placed.status,
        "as_of": placed.as_of,
        "limited": placed.limited,
        "held": placed.held,
    }
    if placed.captured:
        body["captured"] = written_lots(placed.captured)
    if placed.awards:
        body["awards"] = [
            [member, each.rule, each.amount, each.due, None if each.expires == NEVER else each.expires]
            for member, each in placed.awards
        ]
    if placed.completed_at is not None:
        body["completed_at"] = placed.completed_at
    for name in _LATER:
        value = getattr(placed, name)
        if value:
            body[name] = value
    if placed.promo is not None:
        body["promo"] = written_held(placed.promo)
    if placed.unused is not None:
        body["unused"] = written_held(placed.unused)
    if placed.card is not None:
        from loyaltykit.documents.card_held import written_card  # noqa: PLC0415 - most orders name no gift card

        body["card"] = written_card(placed.card)
    return as_json(body)


@understood
def decode(key: str, body: str | None, currency: Currency) -> PlacedOrder | None:
    """
    Read the *body* stored under *key*; None is that of an order that was never placed. Raises `StoreTooNew`.

    Examples:
        >>> from loyaltykit import Currency
        >>> decode("order/o1", None, Currency("RUB")) is None
        True
    """
    if body is None:
        return None
    raw = opened(key, body)
    order, revision = _read_order(raw["order"], currency), raw["revision"]
    return PlacedOrder(
        order=order,
        placed_at=raw["placed_at"],
        revision=revision,
        status=raw["status"],
        as_of=raw["as_of"],
        limited=raw["limited"],
        held=raw["held"],
        captured=read_lots(raw.get("captured", ())),
        awards=tuple(
            [
                (member, Pending(due, NEVER if expires is None else expires, amount, order.id, rule, revision))
                for member, rule, amount, due, expires in raw.get("awards", ())
            ]
        ),
        asked=raw.get("asked"),
        completed_at=raw.get("completed_at"),
        had=tuple(raw.get("had", ())),
        paid=raw.get("paid", 0),
        refunded=raw.get("refunded", 0),
        given_ahead=raw.get("given_ahead", 0),
        lives=raw.get("lives", {}),
        later=raw.get("later", {}),
        discount=raw.get("discount", 0),
        promised=_rows(raw.get("promised", ())),
        advanced=raw.get("advanced", 0),
        until=raw.get("until", 0),
        promo=read_held(raw.get("promo")),
        unused=read_held(raw.get("unused")),
        visits=raw.get("visits", 0),
        referrers=_row(raw.get("referrers")),
        invited=_row(raw.get("invited")),
        credits=_rows(raw.get("credits", ())),
        counted=_row(raw.get("counted")),
        worker_life=raw.get("worker_life", 0),
        tier=_row(raw.get("tier")),
        levels=_rows(raw.get("levels", ())),
        visited=_row(raw.get("visited")),
        received=_rows(raw.get("received", ())),
        day=raw.get("day"),
        card=_card(raw.get("card")),
        cleared=raw.get("cleared", 0),
    )


def _card(raw: list[Any] | None) -> CardHeld | None:
    if raw is None:
        return None
    from loyaltykit.documents.card_held import read_card  # noqa: PLC0415 - most orders name no gift card

    return read_card(raw)


def _row(raw: list[Any] | None) -> Any:
    return None if raw is None else tuple(raw)


def _rows(raw: Iterable[list[Any]]) -> Any:
    return tuple([tuple(row) for row in raw])


def written_order(order: Order) -> dict[str, Any]:
    """
    Give the facts of *order* that are known, as JSON holds them.

    Examples:
        >>> from loyaltykit import Money, Order
        >>> written_order(Order(id="o1", price=Money("4.12", "RUB"), channel="app"))
        {'id': 'o1', 'channel': 'app', 'price': 412}
    """
    told: dict[str, Any] = {"id": order.id}
    for name in _NAMES:
        value = getattr(order, name)
        if value is not None:
            told[name] = value
    if order.price is not None:
        told["price"] = order.price.minor
    if order.starts_at is not None:
        told["starts_at"] = micros(order.starts_at)
    if order.ends_at is not None:
        told["ends_at"] = micros(order.ends_at)
    if not order.visit:
        told["visit"] = False
    return told


def _read_order(told: dict[str, Any], currency: Currency) -> Order:
    if "price" in told:
        told["price"] = Money.from_minor(told["price"], currency)
    told |= {name: from_micros(told[name]) for name in ("starts_at", "ends_at") if name in told}
    return Order(**told)
