"""Record a payment: what was received for an order, which may be less than what was charged. Row Y8."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from loyaltykit.documents.order import encode
from loyaltykit.errors import InvalidValue
from loyaltykit.operations.book import Book
from loyaltykit.operations.complete import judged_at, open_customer, stored_order
from loyaltykit.operations.stands import as_it_stands, late_reason
from loyaltykit.values.moment import instant
from loyaltykit.values.text import id_of

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.documents.order import PlacedOrder
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.operations.settlement import Settlement
    from loyaltykit.values.money import Money


def record_payment(
    programs: Programs, payment_id: str, order_id: str, amount: Money, *, at: datetime
) -> Operation[Settlement]:
    """
    Note that *amount* was received for an order. What a refund has given back of it already doesn't count as paid, and
    what comes in for an order that was cancelled goes back.
    """
    at = instant(at, "at")
    received = programs.minor_of(amount, "a payment")
    if not received:
        message = "a payment of nothing changes nothing: leave the call out"
        raise InvalidValue(message, value=amount)
    ids = id_of("an order", order_id), id_of("a payment", payment_id)
    book = Book(programs, "pay", *ids, asked={"amount": received})
    yield from programs.begun()
    stored = yield from stored_order(programs, order_id)
    placed, judged = stored.placed, judged_at(stored.placed, at)
    if placed.status == "cancelled":
        return (yield from book.settle(as_it_stands(programs, placed, at, late_reason(placed), refund=amount)))
    program = yield from programs.by_id(placed.revision)
    member = yield from open_customer(programs, program, placed.order, judged)
    gone = _given_back(programs, placed, received, at)
    rows, cleared = placed.received, placed.cleared
    if member is not None and member.knew(placed):
        rows, cleared = member.pay(placed, received - gone), member.history_of(placed)
        member.write_into(book)
    done = evolve(
        placed,
        as_of=judged,
        paid=placed.paid + received - gone,
        given_ahead=max(placed.given_ahead - gone, 0),
        received=rows,
        cleared=cleared,
    )
    book.write(stored.key, stored.version, encode(done))
    return (yield from book.settle(as_it_stands(programs, done, at)))


def _given_back(programs: Programs, placed: PlacedOrder, received: int, at: datetime) -> int:
    """
    Give what of the money that's *received* for *placed* was given back before it came: what's more than is due still,
    and all of it once the order is refunded as a whole.
    """
    if placed.status == "refunded":
        return received
    if not placed.given_ahead:
        return 0
    due = as_it_stands(programs, placed, at).due
    return min(placed.given_ahead, max(0, placed.paid + received - (0 if due is None else due.minor)))
