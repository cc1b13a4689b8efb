"""Settle: an order that was never placed, such as a street hail, is placed and completed in one commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.ledger.account import NEVER
from loyaltykit.ledger.cursor import micros
from loyaltykit.operations.cast import Cast
from loyaltykit.operations.complete import StoredOrder, book_completion, complete_placed, told
from loyaltykit.operations.place import begin, placed_order
from loyaltykit.operations.quote import worked_out
from loyaltykit.operations.stands import DONE, as_it_stands, late_reason
from loyaltykit.values.moment import instant

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.facts.order import Order
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.operations.settlement import Settlement
    from loyaltykit.rules.redemption import Requested


def settle(programs: Programs, order: Order, *, at: datetime, redeem: Requested | None = None) -> Operation[Settlement]:
    """Place and complete *order* at once; one that is placed already is completed by what is told of it now."""
    at = instant(at, "at")
    begun = yield from begin(programs, "settle", order, at=at, redeem=redeem)
    book, program = begun.book, begun.program
    if begun.known is not None:
        if begun.known.status in DONE:
            return (yield from book.settle(as_it_stands(programs, begun.known, at, late_reason(begun.known))))
        stored = StoredOrder(begun.key, begun.version, begun.known)
        return (
            yield from complete_placed(
                programs,
                book,
                stored,
                told(price=order.price, worker=order.worker, worker_tariff=order.worker_tariff),
                at,
            )
        )
    cast = Cast(programs, program, micros(at))
    yield from cast.open(order.customer, found=begun.found)
    member = cast.get(order.customer)
    breakdown = worked_out(program, order, at=at, redeem=redeem, member=member)
    if member is not None and breakdown.redeemed:
        member.hold(order.id, breakdown.redeemed, until=NEVER)
    placed = placed_order(programs, begun, order, breakdown, at=micros(at), cast=cast)
    stored = StoredOrder(begun.key, begun.version, placed)
    return (yield from book_completion(program, book, stored, order, cast, breakdown, at))
