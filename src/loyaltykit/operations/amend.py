"""Amend: an order is edited before it's completed, and what it holds is swapped in one commit. Row B3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from attrs import evolve

from loyaltykit.documents.order import encode
from loyaltykit.facts.standing import Standing
from loyaltykit.ledger.cursor import from_micros
from loyaltykit.operations.book import Book
from loyaltykit.operations.complete import asked_facts, judged_at, open_customer, stored_order, told
from loyaltykit.operations.place import hold_ends, units_asked
from loyaltykit.operations.settlement import settled
from loyaltykit.operations.stands import as_it_stands, late_reason
from loyaltykit.values.moment import instant
from loyaltykit.values.points import points_of
from loyaltykit.values.text import id_of
from loyaltykit.waterfall.work_out import work_out

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.decision import Decision
    from loyaltykit.facts.order import Order
    from loyaltykit.operations.open_member import OpenMember
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.operations.settlement import Settlement
    from loyaltykit.program.program import Program
    from loyaltykit.rules.redemption import Requested
    from loyaltykit.waterfall.breakdown import Breakdown


def amend(
    programs: Programs,
    amendment_id: str,
    order_id: str,
    *,
    at: datetime,
    redeem: Requested | None = None,
    **facts: Any,
) -> Operation[Settlement]:
    """Change *facts* of a placed order, or what is to be spent on it, and judge it anew as it was placed."""
    at = instant(at, "at")
    changed, asked = told(**facts), units_asked(programs, redeem)
    ids = id_of("an order", order_id), id_of("an amendment", amendment_id)
    book = Book(programs, "amend", *ids, asked={**asked_facts(programs, changed), "redeem": asked})
    yield from programs.begun()
    stored = yield from stored_order(programs, order_id)
    placed = stored.placed
    if placed.status != "placed":
        return (yield from book.settle(as_it_stands(programs, placed, at, late_reason(placed))))
    program = yield from programs.by_id(placed.revision)
    order, judged = evolve(placed.order, **changed), judged_at(placed, at)
    wanted = placed.asked if asked is None else asked
    member = yield from open_customer(programs, program, order, judged)
    breakdown = _worked_out(program, order, from_micros(placed.placed_at), wanted, member)
    notes: tuple[Decision, ...] = ()
    if member is not None and (breakdown.redeemed or order_id in member.account.holds):
        notes = member.rehold(order_id, breakdown.redeemed, until=hold_ends(program, order, judged))
        member.write_into(book)
    held, limited = breakdown.redeemed.minor, order.price is not None
    lives = placed.lives if member is None or not held else {member.id: member.life} if member.life else {}
    done = evolve(placed, order=order, as_of=judged, held=held, limited=limited, asked=wanted, lives=lives)
    book.write(stored.key, stored.version, encode(done))
    return (yield from book.settle(settled(breakdown, order_id, "placed", at, placed.revision, notes=notes)))


def _worked_out(
    program: Program, order: Order, placed_at: datetime, wanted: int | str | None, member: OpenMember | None
) -> Breakdown:
    """Work out *order* with what the member may spend: the balance, and what the order holds itself."""
    redeem = cast("Requested", points_of(wanted, program.digits) if isinstance(wanted, int) else wanted)
    if member is None:
        return work_out(program, order, at=placed_at, redeem=redeem)
    own = member.account.holds.get(order.id)
    spendable = points_of(member.account.balance + (own.amount if own else 0), program.digits)
    history = member.member.history
    return work_out(program, order, at=placed_at, redeem=redeem, standing=Standing(balance=spendable), history=history)
