"""Settle: an order that was never placed, such as a street hail, is placed and completed in one commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.documents.order import decode
from loyaltykit.ledger.account import NEVER
from loyaltykit.ledger.cursor import micros
from loyaltykit.operations.book import Book
from loyaltykit.operations.complete import StoredOrder, book_completion, complete_placed
from loyaltykit.operations.open_member import open_member
from loyaltykit.operations.place import asked_of, placed_order
from loyaltykit.operations.quote import worked_out
from loyaltykit.operations.requests import Load
from loyaltykit.operations.stands import as_it_stands
from loyaltykit.values.moment import instant

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from loyaltykit.facts.order import Order
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.operations.settlement import Settlement
    from loyaltykit.rules.redemption import Requested


def settle(programs: Programs, order: Order, *, at: datetime, redeem: Requested | None = None) -> Operation[Settlement]:
    """Place and complete *order* at once; one that is placed already is completed by what is told of it now."""
    at = instant(at, "at")
    program = programs.at(at)
    book = Book(programs, "settle", order.id, asked=asked_of(programs, order, redeem))
    yield from programs.published(program)
    key = programs.key("order", order.id)
    member_key = None if order.customer is None else programs.key("member", order.customer)
    found = yield Load((key,) if member_key is None else (key, member_key))
    known = decode(key, found[key].body, programs.worth.currency)
    if known is not None:
        stored = StoredOrder(key, found[key].version, known)
        if known.status == "completed":
            return (yield from book.settle(as_it_stands(programs, known, at)))
        return (yield from complete_placed(programs, book, stored, _final(order), at))
    member = None
    if order.customer is not None and member_key is not None:
        member = yield from open_member(programs, program, order.customer, found[member_key], micros(at))
    breakdown = worked_out(program, order, at=at, redeem=redeem, member=member)
    if member is not None and breakdown.redeemed:
        member.hold(order.id, breakdown.redeemed, until=NEVER)
    placed = placed_order(order, breakdown, at=micros(at), revision=programs.revision_of(program))
    stored = StoredOrder(key, found[key].version, placed)
    return (yield from book_completion(program, book, stored, order, member, breakdown, at))


def _final(order: Order) -> dict[str, Any]:
    """Give the final facts that *order* tells."""
    told = {"price": order.price, "worker": order.worker, "worker_tariff": order.worker_tariff}
    return {name: value for name, value in told.items() if value is not None}
