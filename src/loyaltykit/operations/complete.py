"""
Complete: what was promised when the order was placed is settled by the final facts: held points are spent, awards are
credited. Rows G5, G6, G8, R9, R10.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from loyaltykit.documents.order import decode, encode
from loyaltykit.effects import Advance
from loyaltykit.errors import UnknownOrder
from loyaltykit.ledger.cursor import from_micros, micros
from loyaltykit.operations.book import Book
from loyaltykit.operations.open_member import open_member
from loyaltykit.operations.open_order import OpenOrder
from loyaltykit.operations.pay_worker import pay_worker
from loyaltykit.operations.promise import by_promo, discount_of, kept, referrers_kept, tier_row
from loyaltykit.operations.referral import establish
from loyaltykit.operations.requests import Load
from loyaltykit.operations.settlement import settled
from loyaltykit.operations.stands import DONE, as_it_stands, late_reason
from loyaltykit.operations.terms import inactivity_of
from loyaltykit.values.moment import instant
from loyaltykit.values.points import points_of
from loyaltykit.values.text import id_of

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.decision import Decision
    from loyaltykit.documents.order import PlacedOrder  # noqa: TC004 - attrs doesn't resolve annotations
    from loyaltykit.facts.order import Order
    from loyaltykit.ledger.account import Lot, Pending
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
    ends_at: datetime | None = None,
) -> Operation[Settlement]:
    """Complete the order called *order_id* by its final facts; those that aren't told stand as they were placed."""
    at = instant(at, "at")
    final = told(price=price, worker=worker, worker_tariff=worker_tariff, ends_at=ends_at)
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
    for name in facts.keys() - {"price", "starts_at", "ends_at", "pickup"}:
        id_of(f"an order's {name}", facts[name])
    if "price" in facts:
        asked["price"] = programs.minor_of(facts["price"], "a final price")
    for name in facts.keys() & {"starts_at", "ends_at"}:
        asked[name] = micros(instant(facts[name], f"an order's {name}"))
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
    programs: Programs,
    book: Book,
    stored: StoredOrder,
    final: dict[str, Any],
    at: datetime,
    *,
    notes: tuple[Decision, ...] = (),
) -> Operation[Settlement]:
    """Complete an order that is placed, or whose hold has ended since, by the revision that it was placed under."""
    placed = stored.placed
    program = yield from programs.by_id(placed.revision)
    order = evolve(placed.order, **final) if final else placed.order
    opened = OpenOrder(programs, program, order, judged_at(placed, at))
    yield from opened.resume(placed)
    yield from opened.reward(placed)
    promised, held = kept(opened, placed)
    if opened.card is not None and placed.card is not None:
        held += opened.card.keep(placed.card, priced=order.price is not None)
    breakdown = opened.worked_out(at=from_micros(placed.placed_at), promised=promised)
    return (yield from book_completion(opened, book, stored, breakdown, at, notes=held + notes))


def open_customer(programs: Programs, program: Program, order: Order, at: int) -> Operation[OpenMember | None]:
    """Load and open the document of the customer of *order*; None where it names none."""
    if order.customer is None:
        return None
    key = programs.key("member", order.customer)
    return (yield from open_member(programs, program, order.customer, (yield Load((key,)))[key], at))


def judged_at(placed: PlacedOrder, at: datetime) -> int:
    """Give the moment that a call *at* a moment is judged by: never before what was done to the order already."""
    return max(micros(at), placed.as_of)


def book_completion(
    opened: OpenOrder,
    book: Book,
    stored: StoredOrder,
    breakdown: Breakdown,
    at: datetime,
    *,
    notes: tuple[Decision, ...] = (),
) -> Operation[Settlement]:
    """Spend what *breakdown* says of the hold, credit its awards, put the order behind the customer, and commit."""
    placed, order, cast = stored.placed, opened.order, opened.cast
    earners = [award.member for award in breakdown.awards]
    yield from cast.open(*earners, opened.invited.referrer if opened.invited is not None else None)
    customer = opened.customer
    had = () if customer is None else tuple(sorted(customer.member.channels))
    orders = 0 if customer is None else customer.member.orders
    last_visit = None if customer is None else customer.member.last_visit
    lots, awards, ended = spent_and_earned(opened, breakdown)
    card = opened.capture_card(placed.card, breakdown)
    notes += ended + opened.notes
    received, day = placed.received, None
    if customer is not None:
        received = customer.take_over(placed)
        sold = 0 if breakdown.charged is None else breakdown.charged.minor
        day = customer.visit(order, sold, at=opened.at, inactive_at=inactivity_of(opened.program, customer.at))
        if opened.invited is not None:
            establish(cast, customer, opened.invited)
        yield from give_code(opened, customer, book)
    cast.write_into(book)
    paid = yield from pay_worker(opened, book, breakdown, placed_at=from_micros(placed.placed_at), at=at)
    as_of = judged_at(placed, at)
    promo = None if opened.promo is None else opened.promo.consume(by_promo(opened.promo, breakdown))
    unused = None if opened.promo is None or promo is not None else opened.promo.named()
    completed_at = as_of if customer is None else customer.at
    done = evolve(
        placed,
        order=order,
        status="completed",
        as_of=as_of,
        captured=lots,
        awards=awards,
        completed_at=completed_at,
        had=had,
        lives={**placed.lives, **cast.lives(*earners, None if customer is None else customer.id)},
        later={each: cast.members[each].at for each in earners if cast.members[each].at != completed_at},
        discount=discount_of(breakdown),
        tier=tier_row(breakdown.tier),
        levels=(),
        promised=(),
        advanced=0,
        until=0,
        promo=promo,
        unused=unused,
        visits=orders if unused is not None else 0,
        referrers=referrers_kept(opened),
        invited=None if opened.invited is None else (opened.invited.referrer, opened.invited.code),
        credits=paid.credits,
        counted=paid.counted,
        worker_life=paid.life,
        visited=_visited(opened, last_visit),
        received=received,
        day=day,
        cleared=0 if customer is None else customer.member.cleared,
        card=card,
    )
    opened.write_codes(book)
    book.write(stored.key, stored.version, encode(done))
    settlement = settled(breakdown, order.id, "completed", at, placed.revision, notes=notes + paid.decisions)
    return (yield from book.settle(settlement))


def _visited(opened: OpenOrder, last_visit: int | None) -> tuple[int, int | None] | None:
    """Give when the order was a visit, and which was the *last_visit* before it; None where no levels are kept."""
    customer, is_visit = opened.customer, opened.order.visit and opened.programs.have_levels
    if customer is None or customer.member.last_visit is None or not is_visit:
        return None
    return customer.member.last_visit, last_visit


def spent_and_earned(
    opened: OpenOrder, breakdown: Breakdown
) -> tuple[tuple[Lot, ...], tuple[tuple[str, Pending], ...], tuple[Decision, ...]]:
    """
    Spend what the order was promised, and credit what it earns; an advance is spent before anything else.

    Give the lots that were spent, who earned what, and what became of the hold.
    """
    order, digits, customer = opened.order, opened.program.digits, opened.customer
    left = breakdown.redeemed.minor
    lots: list[Lot] = []
    awards: list[tuple[str, Pending]] = []
    later = []
    for decision in breakdown.decisions:
        for award in decision.awards:
            if not isinstance(award, Advance):
                later.append((decision.rule, award))
                continue
            spent = min(left, award.points.with_digits(digits).minor)
            earned = opened.cast.members[award.member].earn_and_spend(
                award, spent, order_id=order.id, rule=decision.rule
            )
            awards.append((award.member, earned))
            lots += [(earned.expires, 0, spent)] if spent else []
            left -= spent
    notes: tuple[Decision, ...] = ()
    if customer is not None:
        ended = customer.end_hold(order.id, points_of(left, digits))
        notes = ended.decisions(customer.id)
        lots += ended.lots
    for rule, award in later:
        awards.append((award.member, opened.cast.members[award.member].earn(award, order=order, rule=rule)))
    return tuple(lots), tuple(awards), notes


def give_code(opened: OpenOrder, customer: OpenMember, book: Book) -> Operation[None]:
    """Give *customer* a referral code with the completed order, where they have none and the program says so (T2)."""
    codes = opened.program.referral_codes
    if codes is not None and codes.given == "completion" and customer.member.code is None:
        from loyaltykit.operations.give_code import code_for  # noqa: PLC0415 - most programs have no codes
        from loyaltykit.operations.issue_code import keep  # noqa: PLC0415

        keep(customer, (yield from code_for(opened.programs, opened.program, customer)), book)
