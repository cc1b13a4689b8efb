"""Cancel and no-show: an order comes to nothing, and what it held goes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from loyaltykit.documents.order import encode
from loyaltykit.operations.book import Book
from loyaltykit.operations.complete import judged_at, open_customer, stored_order
from loyaltykit.operations.referral import untie
from loyaltykit.operations.stands import as_it_stands, late_reason
from loyaltykit.values.moment import instant
from loyaltykit.values.money import Money
from loyaltykit.values.points import points_of
from loyaltykit.values.text import id_of

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Literal

    from loyaltykit.decision import Decision
    from loyaltykit.documents.order import PlacedOrder
    from loyaltykit.operations.open_promo import OpenPromo
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.operations.settlement import Settlement
    from loyaltykit.program.program import Program
    from loyaltykit.rules.category import VisitStatus


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
        return (yield from book.settle(as_it_stands(programs, placed, at, late_reason(placed))))
    judged = judged_at(placed, at)
    program = yield from programs.by_id(placed.revision)
    decisions: tuple[Decision, ...] = ()
    promo = yield from _released(programs, program, placed, judged)
    is_missed = status == "no_show" and programs.have_levels and placed.order.visit
    missed: VisitStatus | None = "no_show" if is_missed else None
    touched = placed.held > placed.advanced or placed.paid or placed.invited or missed
    member = (yield from open_customer(programs, program, placed.order, judged)) if touched else None
    if member is not None and member.knew(placed):
        untie(member, order_id)
        decisions = member.end_hold(placed.order.id, points_of(0, worth.digits)).decisions(member.id)
        member.unsell(placed, 0, placed.paid, status=missed)
        member.write_into(book)
    if promo is not None:
        promo.write_into(book)
    if placed.card is not None and placed.card.held:
        from loyaltykit.operations.order_card import reopened_card  # noqa: PLC0415 - most orders named none

        card = yield from reopened_card(programs, program, placed.card, order_id, at=judged)
        decisions += card.release()
        card.write_into(book)
    done = evolve(placed, status=status, as_of=judged, paid=0, received=())
    refund = Money.from_minor(placed.paid, worth.currency) if placed.paid else None
    book.write(stored.key, stored.version, encode(done))
    return (yield from book.settle(as_it_stands(programs, done, at, decisions=decisions, refund=refund)))


def _released(programs: Programs, program: Program, placed: PlacedOrder, at: int) -> Operation[OpenPromo | None]:
    """Give back what *placed* has reserved of a promo code."""
    if placed.promo is None:
        return None
    from loyaltykit.operations.open_promo import reopen_promo  # noqa: PLC0415 - most orders named none

    promo = yield from reopen_promo(programs, program, placed.promo, placed.order, at=at)
    promo.release()
    return promo
