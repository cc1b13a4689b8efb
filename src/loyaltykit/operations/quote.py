"""Quote: what an order would come to, before it's placed. Nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.ledger.cursor import micros
from loyaltykit.operations.locate import located
from loyaltykit.operations.open_order import Named, OpenOrder
from loyaltykit.operations.place import asked_for, units_asked
from loyaltykit.operations.requests import Load
from loyaltykit.operations.settlement import settled
from loyaltykit.values.moment import instant

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.facts.order import Order
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.operations.settlement import Settlement
    from loyaltykit.rules.redemption import Requested


def quote(
    programs: Programs,
    order: Order,
    *,
    at: datetime,
    redeem: Requested | None = None,
    promo_code: str | None = None,
    referral_code: str | None = None,
    gift_card: str | None = None,
) -> Operation[Settlement]:
    """
    Work out *order* as if it were placed *at* that moment, with these codes, and *redeem* points spent on it.

    Where it's placed already, what it holds may be spent on it.
    """
    at = instant(at, "at")
    if order.price is not None:
        programs.minor_of(order.price, "an order's price")
    yield from programs.begun()
    program = programs.at(at)
    order = located(programs.districts, order)
    opened = OpenOrder(programs, program, order, micros(at), writes=False)
    found = {} if order.customer is None else (yield Load((programs.key("member", order.customer),)))
    yield from opened.take(Named(promo_code, referral_code, gift_card), found)
    own = None if opened.customer is None else opened.customer.account.holds.get(order.id)
    wanted, free = asked_for(program, units_asked(programs, redeem)), 0 if own is None else own.amount
    breakdown = opened.worked_out(at=at, redeem=wanted, free=free)
    return settled(breakdown, order.id, "quoted", at, programs.revision_of(program), notes=opened.notes)
