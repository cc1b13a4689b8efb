"""Place: an order is taken, and what is to be spent on it is held: points, a use of a code. Rows R10, B3, T4, T6."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from attrs import frozen

from loyaltykit.documents.order import PlacedOrder, decode, encode, written_order
from loyaltykit.ledger.cursor import micros
from loyaltykit.operations.book import Book
from loyaltykit.operations.locate import located
from loyaltykit.operations.open_order import Named, OpenOrder
from loyaltykit.operations.promise import promise
from loyaltykit.operations.requests import Load
from loyaltykit.operations.settlement import settled
from loyaltykit.operations.stands import as_it_stands, late_reason
from loyaltykit.rules.redemption import check_requested
from loyaltykit.values.moment import instant
from loyaltykit.values.points import points_of

if TYPE_CHECKING:
    from collections.abc import Mapping  # noqa: TC004 - attrs doesn't resolve annotations
    from datetime import datetime

    from loyaltykit.facts.order import Order
    from loyaltykit.ledger.repository import Versioned  # noqa: TC004
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.operations.settlement import Settlement
    from loyaltykit.program.program import Program  # noqa: TC004
    from loyaltykit.rules.redemption import Requested


def place(
    programs: Programs,
    order: Order,
    *,
    at: datetime,
    redeem: Requested | None = None,
    promo_code: str | None = None,
    referral_code: str | None = None,
    gift_card: str | None = None,
) -> Operation[Settlement]:
    """Place *order* with these codes, and hold *redeem* points for it, as many of them as the rules allow."""
    at, codes = instant(at, "at"), Named(promo_code, referral_code, gift_card)
    begun = yield from begin(programs, "place", order, at=at, redeem=redeem, codes=codes)
    book, program, order = begun.book, begun.program, located(programs.districts, order)
    if begun.known is not None:
        return (yield from book.settle(as_it_stands(programs, begun.known, at, late_reason(begun.known))))
    opened = OpenOrder(programs, program, order, micros(at))
    yield from opened.take(codes, begun.found)
    breakdown = opened.worked_out(at=at, redeem=asked_for(program, begun.asked))
    placed = promise(opened, new_order(opened, begun), breakdown)
    hold(opened, placed, book)
    book.write(begun.key, begun.version, encode(placed))
    return (yield from book.settle(settled(breakdown, order.id, "placed", at, placed.revision, notes=opened.notes)))


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


def begin(
    programs: Programs, kind: str, order: Order, *, at: datetime, redeem: Requested | None, codes: Named
) -> Operation[Begun]:
    """Begin the operation of that *kind* that places *order*: publish the program, load what there is."""
    program = programs.at(at)
    if order.price is not None:
        programs.minor_of(order.price, "an order's price")
    asked = units_asked(programs, redeem)
    told: dict[str, Any] = {"order": written_order(order), "redeem": asked, "pickup": order.pickup}
    told |= {"promo": codes.promo, "referral": codes.referral, "card": codes.card}
    book = Book(programs, kind, order.id, asked=told)
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


def asked_for(program: Program, units: int | str | None) -> Requested | None:
    """Give what is to be spent, as `units_asked` gave it, in the program's digits."""
    return cast("Requested", points_of(units, program.digits) if isinstance(units, int) else units)


def new_order(opened: OpenOrder, begun: Begun) -> PlacedOrder:
    """Give the document of an order that is placed now, before anything is promised to it."""
    return PlacedOrder(
        order=opened.order,
        placed_at=opened.at,
        revision=opened.programs.revision_of(begun.program),
        status="placed",
        as_of=opened.at,
        limited=opened.order.price is not None,
        asked=begun.asked,
        levels=() if opened.order.price is None else opened.levels,
        lives=opened.cast.lives(opened.order.customer),
    )


def hold(opened: OpenOrder, placed: PlacedOrder, book: Book) -> None:
    """Hold what *placed* is to spend of the customer's points, and write whatever its codes have changed."""
    member, units = opened.customer, placed.held - placed.advanced
    if member is not None and units:
        member.hold(placed.order.id, points_of(units, opened.program.digits), until=opened.hold_ends)
    if member is not None and (units or placed.invited is not None):
        member.write_into(book)
    opened.write_codes(book)
