"""
Complete: what was promised when the order was placed is settled by the final facts: held points are spent, awards are
credited. Rows G5, G6, G8, R9, R10.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attrs import evolve, frozen

from loyaltykit.decision import Decision, Reason
from loyaltykit.documents.order import decode, encode
from loyaltykit.errors import UnknownOrder
from loyaltykit.facts.history import History
from loyaltykit.ledger.account import NEVER
from loyaltykit.ledger.cursor import from_micros, micros
from loyaltykit.operations.book import Book
from loyaltykit.operations.cast import Cast
from loyaltykit.operations.open_member import open_member
from loyaltykit.operations.requests import Load
from loyaltykit.operations.settlement import settled
from loyaltykit.operations.stands import DONE, as_it_stands, late_reason
from loyaltykit.operations.terms import inactivity_of
from loyaltykit.values.moment import instant
from loyaltykit.values.points import points_of
from loyaltykit.values.text import id_of
from loyaltykit.waterfall.captured import Promised
from loyaltykit.waterfall.work_out import work_out

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.documents.order import PlacedOrder  # noqa: TC004 - attrs doesn't resolve annotations
    from loyaltykit.facts.order import Order
    from loyaltykit.ledger.account import Lot
    from loyaltykit.operations.open_member import OpenMember
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.operations.settlement import Settlement
    from loyaltykit.program.program import Program
    from loyaltykit.values.money import Money
    from loyaltykit.waterfall.breakdown import Breakdown


def complete(
    programs: Programs,
    order_id: str,
    *,
    at: datetime,
    price: Money | None = None,
    worker: str | None = None,
    worker_tariff: str | None = None,
) -> Operation[Settlement]:
    """Complete the order called *order_id* by its final facts; those that aren't told stand as they were placed."""
    at = instant(at, "at")
    final = told(price=price, worker=worker, worker_tariff=worker_tariff)
    book = Book(programs, "complete", id_of("an order", order_id), asked=asked_facts(programs, final))
    yield from programs.begun()
    stored = yield from stored_order(programs, order_id)
    if stored.placed.status in DONE:
        return (yield from book.settle(as_it_stands(programs, stored.placed, at, late_reason(stored.placed))))
    return (yield from complete_placed(programs, book, stored, final, at))


def told(**facts: Any) -> dict[str, Any]:
    """Give those of *facts* that are told: None says nothing."""
    return {name: value for name, value in facts.items() if value is not None}


def asked_facts(programs: Programs, facts: dict[str, Any]) -> dict[str, Any]:
    """Give *facts* of an order as a digest takes them; raises `InvalidValue` and `MixedUnits` for what's no price."""
    asked = dict(facts)
    for name in facts.keys() - {"price", "starts_at"}:
        id_of(f"an order's {name}", facts[name])
    if "price" in facts:
        asked["price"] = programs.minor_of(facts["price"], "a final price")
    if "starts_at" in facts:
        asked["starts_at"] = micros(instant(facts["starts_at"], "an order's starts_at"))
    return asked


@frozen
class StoredOrder:
    """An order's document: its *key*, the *version* that was loaded, and what is *placed* there."""

    key: str
    version: int
    placed: PlacedOrder


def stored_order(programs: Programs, order_id: str) -> Operation[StoredOrder]:
    """Load the document of an order; raises `UnknownOrder`."""
    key = programs.key("order", order_id)
    found = (yield Load((key,)))[key]
    placed = decode(key, found.body, programs.worth.currency)
    if placed is None:
        message = f"the order {order_id} was never placed: place it first, or settle one that needs no placing"
        raise UnknownOrder(message, order=order_id)
    return StoredOrder(key, found.version, placed)


def complete_placed(
    programs: Programs, book: Book, stored: StoredOrder, final: dict[str, Any], at: datetime
) -> Operation[Settlement]:
    """Complete an order that is placed, or whose hold has ended since, by the revision that it was placed under."""
    placed = stored.placed
    program = yield from programs.by_id(placed.revision)
    order = evolve(placed.order, **final) if final else placed.order
    placed_at = from_micros(placed.placed_at)
    notes: tuple[Decision, ...] = ()
    promised, history = None, NO_HISTORY
    cast = Cast(programs, program, judged_at(placed, at))
    yield from cast.open(order.customer)
    member = cast.get(order.customer)
    if member is not None:
        promised, notes = _promised(member, placed, program.digits)
        history = member.member.history
    breakdown = work_out(program, order, at=placed_at, promised=promised, history=history)
    return (yield from book_completion(program, book, stored, order, cast, breakdown, at, notes=notes))


def open_customer(programs: Programs, program: Program, order: Order, at: int) -> Operation[OpenMember | None]:
    """Load and open the document of the customer of *order*; None where it names none."""
    if order.customer is None:
        return None
    key = programs.key("member", order.customer)
    return (yield from open_member(programs, program, order.customer, (yield Load((key,)))[key], at))


def judged_at(placed: PlacedOrder, at: datetime) -> int:
    """Give the moment that a call *at* a moment is judged by: never before what was done to the order already."""
    return max(micros(at), placed.as_of)


def _promised(member: OpenMember, placed: PlacedOrder, digits: int) -> tuple[Promised | None, tuple[Decision, ...]]:
    """Give the points that the order holds, and where its hold had ended, those that could be held again."""
    order_id, held = placed.order.id, points_of(placed.held, digits)
    notes: tuple[Decision, ...] = ()
    if held and order_id not in member.account.holds:
        free = min(held, member.balance)
        if free:
            member.hold(order_id, free, until=NEVER)
        notes = (Decision("hold", (), (Reason("hold_ended", held=held, free=free),)),)
        held = free
    return Promised(held, limited=placed.limited) if held else None, notes


def book_completion(
    program: Program,
    book: Book,
    stored: StoredOrder,
    order: Order,
    cast: Cast,
    breakdown: Breakdown,
    at: datetime,
    *,
    notes: tuple[Decision, ...] = (),
) -> Operation[Settlement]:
    """Spend what *breakdown* says of the hold, credit its awards, put *order* behind the member, and commit."""
    placed = stored.placed
    lots: tuple[Lot, ...] = ()
    had: tuple[str, ...] = ()
    member = cast.get(order.customer)
    if member is not None:
        had = tuple(sorted(member.member.channels))
        ended = member.end_hold(order.id, breakdown.redeemed)
        lots, notes = ended.lots, notes + ended.decisions(member.id)
        sold = 0 if breakdown.charged is None else breakdown.charged.minor
        member.visit(order.channel, sold, inactive_at=inactivity_of(program, member.at))
    awards = cast.earn(breakdown.decisions, order.id)
    cast.write_into(book)
    as_of = judged_at(placed, at)
    done = evolve(
        placed,
        order=order,
        status="completed",
        as_of=as_of,
        captured=lots,
        awards=awards,
        completed_at=as_of if member is None else member.at,
        had=had,
        lives=cast.lives(order.customer, *(who for who, _ in awards)),
        paid=placed.paid if member is None or member.knew(placed) else 0,
    )
    book.write(stored.key, stored.version, encode(done))
    return (yield from book.settle(settled(breakdown, order.id, "completed", at, placed.revision, notes=notes)))


NO_HISTORY: Final = History()
