"""Cancel and no-show: an order comes to nothing, and what it held goes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from loyaltykit.documents.order import encode
from loyaltykit.operations.book import Book
from loyaltykit.operations.complete import judged_at, stored_order
from loyaltykit.operations.open_member import open_member
from loyaltykit.operations.requests import Load
from loyaltykit.operations.settlement import Settlement
from loyaltykit.operations.stands import as_it_stands
from loyaltykit.values.moment import instant
from loyaltykit.values.points import points_of
from loyaltykit.values.text import id_of

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Literal

    from loyaltykit.decision import Decision
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation


def cancel(
    programs: Programs, order_id: str, *, at: datetime, status: Literal["cancelled", "no_show"] = "cancelled"
) -> Operation[Settlement]:
    """End the order called *order_id*, which is *status* from then on; its points go back to their lots."""
    at = instant(at, "at")
    book = Book(programs, "cancel" if status == "cancelled" else status, id_of("an order", order_id), asked={})
    yield from programs.begun()
    stored = yield from stored_order(programs, order_id)
    placed, worth = stored.placed, programs.worth
    if placed.status != "placed":
        return (yield from book.settle(as_it_stands(programs, placed, at)))
    judged = judged_at(placed, at)
    program = yield from programs.by_id(placed.revision)
    decisions: tuple[Decision, ...] = ()
    if placed.held and placed.order.customer is not None:
        key = programs.key("member", placed.order.customer)
        member = yield from open_member(programs, program, placed.order.customer, (yield Load((key,)))[key], judged)
        decisions = member.end_hold(placed.order.id, points_of(0, worth.digits)).decisions(member.id)
        member.write_into(book)
    book.write(stored.key, stored.version, encode(evolve(placed, status=status, as_of=judged)))
    nothing = points_of(0, worth.digits)
    ended = Settlement(
        None, None, nothing, worth.worth(nothing), None, decisions, order_id, status, at, placed.revision
    )
    return (yield from book.settle(ended))
