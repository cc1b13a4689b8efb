"""An order as it stands: what a call answers that changes none of its sums, with the reason why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from loyaltykit.decision import Decision
from loyaltykit.ledger.cursor import micros
from loyaltykit.operations.settlement import Settlement
from loyaltykit.operations.shares import Refunded
from loyaltykit.reason import Reason
from loyaltykit.values.money import Money
from loyaltykit.values.points import points_of

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.documents.order import PlacedOrder
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.settlement import Carried

DONE = frozenset({"completed", "refunded"})
"""Where an order stands that was completed, whatever was refunded of it."""

SOLD = DONE | {"placed"}
"""Where something is to be paid for it."""


def charged_of(placed: PlacedOrder) -> int:
    """Give what was charged for *placed*, in minor units."""
    return 0 if placed.order.price is None else placed.order.price.minor - placed.discount


def refunded_of(placed: PlacedOrder) -> Refunded:
    """Give how much of *placed* is refunded."""
    return Refunded(placed.refunded, charged_of(placed), whole=placed.status == "refunded")


def spent_of(placed: PlacedOrder) -> int:
    """Give the units of points that *placed* holds, or that were spent on it, whatever was given back since."""
    return placed.held if placed.status == "placed" else sum([amount for _, _, amount in placed.captured])


def by_card_of(placed: PlacedOrder) -> int:
    """Give the minor units that *placed* holds of a gift card, or that were captured, whatever was given back since."""
    if placed.card is None:
        return 0
    return placed.card.held if placed.status == "placed" else placed.card.captured


def money_of(programs: Programs, placed: PlacedOrder) -> int:
    """
    Give what was to be paid for *placed* beside points, in cash and by gift card, in minor units; nothing, where no
    price was ever known.
    """
    points = programs.worth.worth(points_of(spent_of(placed), programs.worth.digits))
    return 0 if placed.order.price is None else charged_of(placed) - points.minor


def money_refunded_of(programs: Programs, placed: PlacedOrder) -> Refunded:
    """Give how much of that money is refunded: its share is floored once, and then parted between card and cash."""
    money, shares = money_of(programs, placed), refunded_of(placed)
    return Refunded(shares.of(money), money, whole=shares.whole)


def cash_refunded_of(programs: Programs, placed: PlacedOrder) -> int:
    """Give how much of the cash is refunded: what is left of the money's share beside the card's."""
    money = money_refunded_of(programs, placed)
    return money.total - money.of(by_card_of(placed))


def late_reason(placed: PlacedOrder) -> Reason:
    """Give the reason why a call comes too late that an order must be placed for."""
    order_id = placed.order.id
    if placed.status == "completed":
        return Reason("already_completed", order=order_id)
    if placed.status == "refunded":
        return Reason("already_refunded", order=order_id)
    return Reason("already_ended", order=order_id, status=placed.status)


def _without_what_ended(placed: PlacedOrder, at: datetime) -> PlacedOrder:
    """Give *placed* without what it held, where that has timed out by then."""
    if placed.status != "placed" or not placed.until or max(micros(at), placed.as_of) < placed.until:
        return placed
    return evolve(placed, held=0, card=None)


def as_it_stands(
    programs: Programs,
    placed: PlacedOrder,
    at: datetime,
    *reasons: Reason,
    decisions: tuple[Decision, ...] = (),
    refund: Money | None = None,
    carried: tuple[Carried, ...] = (),
) -> Settlement:
    """Give *placed* as it stands, with *reasons* why a call *at* that moment does nothing more, or what it did."""
    placed = _without_what_ended(placed, at)
    worth, shares, units = programs.worth, refunded_of(placed), spent_of(placed)
    by_card, money = by_card_of(placed), money_refunded_of(programs, placed)
    sold = placed.status in SOLD
    price = placed.order.price if sold else None
    redeemed = points_of(units - shares.of(units) if sold else 0, worth.digits)
    card = by_card - money.of(by_card) if sold else 0
    charged = payable = None
    if price is not None:
        charged = Money.from_minor(charged_of(placed) - placed.refunded, worth.currency)
        payable = Money.from_minor(money.charged - money.total, worth.currency)
    why = (Decision("order", (), reasons),) if reasons else ()
    return Settlement(
        price,
        charged,
        redeemed,
        worth.worth(redeemed),
        payable,
        decisions + why,
        placed.order.id,
        placed.status,
        at,
        placed.revision,
        refund,
        carried,
        card=Money.from_minor(card, worth.currency) if card else None,
    )
