"""Place: an order is taken, and the points to be spent on it are held. Rows R10, B3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from loyaltykit.documents.order import PlacedOrder, decode, encode, written_order
from loyaltykit.ledger.cursor import micros
from loyaltykit.operations.book import Book
from loyaltykit.operations.cast import Cast
from loyaltykit.operations.quote import worked_out
from loyaltykit.operations.requests import Load
from loyaltykit.operations.settlement import settled
from loyaltykit.operations.stands import as_it_stands, late_reason
from loyaltykit.operations.terms import after
from loyaltykit.rules.redemption import check_requested
from loyaltykit.values.moment import instant

if TYPE_CHECKING:
    from collections.abc import Mapping  # noqa: TC004 - attrs doesn't resolve annotations
    from datetime import datetime

    from loyaltykit.facts.order import Order
    from loyaltykit.ledger.repository import Versioned  # noqa: TC004 - attrs doesn't resolve annotations
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.operations.settlement import Settlement
    from loyaltykit.program.program import Program  # noqa: TC004
    from loyaltykit.rules.redemption import Requested
    from loyaltykit.waterfall.breakdown import Breakdown


def place(programs: Programs, order: Order, *, at: datetime, redeem: Requested | None = None) -> Operation[Settlement]:
    """Place *order* and hold *redeem* points for it, as many of them as the rules allow."""
    at = instant(at, "at")
    begun = yield from begin(programs, "place", order, at=at, redeem=redeem)
    book, program = begun.book, begun.program
    if begun.known is not None:
        return (yield from book.settle(as_it_stands(programs, begun.known, at, late_reason(begun.known))))
    cast = Cast(programs, program, micros(at))
    yield from cast.open(order.customer, found=begun.found)
    member = cast.get(order.customer)
    breakdown = worked_out(program, order, at=at, redeem=redeem, member=member)
    if member is not None and breakdown.redeemed:
        member.hold(order.id, breakdown.redeemed, until=hold_ends(program, order, micros(at)))
        member.write_into(book)
    placed = placed_order(programs, begun, order, breakdown, at=micros(at), cast=cast)
    book.write(begun.key, begun.version, encode(placed))
    return (yield from book.settle(settled(breakdown, order.id, "placed", at, placed.revision)))


@frozen
class Begun:
    """
    An operation that places an order, as it begins: its *book*, the *program* in force, the order's *key*, *version*.

    *known* is what stands there already, None where the order is new; *found* has the customer's document, too;
    *asked* is what was asked to be spent.
    """

    book: Book
    program: Program
    key: str
    version: int
    known: PlacedOrder | None
    found: Mapping[str, Versioned]
    asked: int | str | None


def begin(programs: Programs, kind: str, order: Order, *, at: datetime, redeem: Requested | None) -> Operation[Begun]:
    """Begin the operation of that *kind* that places *order*: publish the program, load what there is."""
    program = programs.at(at)
    if order.price is not None:
        programs.minor_of(order.price, "an order's price")
    asked = units_asked(programs, redeem)
    book = Book(programs, kind, order.id, asked={"order": written_order(order), "redeem": asked})
    yield from programs.published(program)
    key = programs.key("order", order.id)
    member_key = None if order.customer is None else programs.key("member", order.customer)
    found = yield Load((key,) if member_key is None else (key, member_key))
    known = decode(key, found[key].body, programs.worth.currency)
    return Begun(book, program, key, found[key].version, known, found, asked)


def units_asked(programs: Programs, redeem: Requested | None) -> int | str | None:
    """Give what is asked to be spent: units of points, ``"all"``, or None; raises `InvalidValue` for anything else."""
    if redeem is None:
        return None
    check_requested(redeem)
    return redeem if isinstance(redeem, str) else redeem.with_digits(programs.worth.digits).minor


def placed_order(
    programs: Programs, begun: Begun, order: Order, breakdown: Breakdown, *, at: int, cast: Cast
) -> PlacedOrder:
    """Give the document of *order*, placed *at* that moment by somebody of *cast*."""
    return PlacedOrder(
        order=order,
        placed_at=at,
        revision=programs.revision_of(begun.program),
        status="placed",
        as_of=at,
        limited=order.price is not None,
        held=breakdown.redeemed.minor,
        asked=begun.asked,
        lives=cast.lives(order.customer),
    )


def hold_ends(program: Program, order: Order, at: int) -> int:
    """Give when the hold of *order*, placed *at* that moment, times out, counted from its start if that's later."""
    start = at if order.starts_at is None else max(at, micros(order.starts_at))
    return after(program, program.hold_timeout, start)
