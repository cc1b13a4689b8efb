"""What every call in an order's life answers, and how it's kept, so that the same call gets the same answer again."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from attrs import frozen

from loyaltykit.documents import decisions as codec
from loyaltykit.documents.form import as_json, opened, understood
from loyaltykit.ledger.cursor import from_micros, micros
from loyaltykit.values.money import Money
from loyaltykit.values.points import points_of
from loyaltykit.waterfall.breakdown import Breakdown

if TYPE_CHECKING:
    from datetime import datetime  # noqa: TC004 - attrs doesn't resolve annotations

    from loyaltykit.decision import Decision
    from loyaltykit.documents.order import Status  # noqa: TC004
    from loyaltykit.values.point_value import PointValue


@frozen
class Carried:
    """
    What a refund still owes of a share, under one unit: *amount* of its smallest units, settled by the full refund.

    *what* is ``money``, in cash and by gift card together, ``gift_card`` for the card's part of the money given back,
    ``redemption``, or the rule whose award it's a share of; *member* whose it is: None for money and for cards.

    Examples:
        >>> Carried("redemption", "m1", Fraction(14, 25)).amount < 1
        True
    """

    what: str
    member: str | None
    amount: Fraction


@frozen
class Settlement(Breakdown):
    """
    An order as it stands after a call: its sums, what was decided and why, and its *status*.

    *due* is what to charge: what is payable, less what a gift *card* pays of it. *redeemed* are the points held once
    it's placed, and those spent once it's completed; the same goes for the card. *order_id* is the host's, *at* the
    moment of the call that did it, *revision* the program that it's judged by. A call that changes nothing says why in
    its *reasons*. *refund* is the money that a refund or a cancellation gives back; *carried* what its shares leave
    under way.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Loyalty, Money, Order, Program
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> program = Program.from_dict({
        ...     "id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow",
        ...     "cashback": [{"percent": "5"}],
        ... })
        >>> loyalty = Loyalty(program, MemoryRepository())
        >>> order = Order(id="o1", customer="m1", price=Money("412.00", "RUB"))
        >>> done = loyalty.settle(order, at=datetime(2026, 3, 1, tzinfo=timezone.utc))
        >>> done.status, done.due, done.awards[0].points
        ('completed', Money('412.00', 'RUB'), Points(21))
    """

    order_id: str
    status: Status
    at: datetime
    revision: str
    refund: Money | None = None
    carried: tuple[Carried, ...] = ()


def settled(
    breakdown: Breakdown,
    order_id: str,
    status: Status,
    at: datetime,
    revision: str,
    *,
    notes: tuple[Decision, ...] = (),
) -> Settlement:
    """Give the settlement of an order that comes to *breakdown*; *notes* are what the operation itself decided."""
    sums = breakdown.price, breakdown.charged, breakdown.redeemed, breakdown.worth, breakdown.payable
    return Settlement(*sums, breakdown.decisions + notes, order_id, status, at, revision, card=breakdown.card)


def encode(settlement: Settlement, worth: PointValue) -> str:
    """
    Give the result that a receipt keeps of *settlement*.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Money, PointValue, Points
        >>> value = PointValue(1, "RUB")
        >>> at = datetime(2026, 3, 1, tzinfo=timezone.utc)
        >>> ended = Settlement(None, None, Points(0), Money(0, "RUB"), None, (), "o1", "cancelled", at, "r1")
        >>> decode("cancel o1", encode(ended, value), value) == ended
        True
    """
    sums = [
        None if money is None else money.minor for money in (settlement.price, settlement.charged, settlement.payable)
    ]
    body: dict[str, Any] = {
        "v": 1,
        "order": settlement.order_id,
        "status": settlement.status,
        "at": micros(settlement.at),
        "revision": settlement.revision,
        "sums": sums,
        "redeemed": settlement.redeemed.with_digits(worth.digits).minor,
        "decisions": codec.written(settlement.decisions, worth),
    }
    if settlement.refund is not None:
        body["refund"] = settlement.refund.minor
    if settlement.card is not None:
        body["card"] = settlement.card.minor
    if settlement.carried:
        body["carried"] = [
            [each.what, each.member, each.amount.numerator, each.amount.denominator] for each in settlement.carried
        ]
    return as_json(body)


@understood
def decode(operation_id: str, result: str, worth: PointValue) -> Settlement:
    """Read the *result* that the receipt of *operation_id* keeps; raises `StoreTooNew`."""
    raw = opened(operation_id, result)
    price, charged, payable = [None if each is None else Money.from_minor(each, worth.currency) for each in raw["sums"]]
    redeemed = points_of(raw["redeemed"], worth.digits)
    sums = price, charged, redeemed, worth.worth(redeemed), payable
    at = from_micros(raw["at"])
    return Settlement(
        *sums,
        codec.read(raw["decisions"], worth),
        raw["order"],
        raw["status"],
        at,
        raw["revision"],
        Money.from_minor(raw["refund"], worth.currency) if "refund" in raw else None,
        tuple([Carried(what, member, Fraction(*parts)) for what, member, *parts in raw.get("carried", ())]),
        card=Money.from_minor(raw["card"], worth.currency) if "card" in raw else None,
    )
