"""Amend: an order is edited before it's completed, and what it holds is swapped in one commit. Row B3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve

from loyaltykit.documents.order import encode
from loyaltykit.ledger.cursor import from_micros
from loyaltykit.operations.book import Book
from loyaltykit.operations.complete import asked_facts, judged_at, stored_order, told
from loyaltykit.operations.locate import located
from loyaltykit.operations.open_order import Named, OpenOrder
from loyaltykit.operations.open_promo import waits
from loyaltykit.operations.place import asked_for, units_asked
from loyaltykit.operations.promise import by_promo, promise
from loyaltykit.operations.referral import tie
from loyaltykit.operations.settlement import settled
from loyaltykit.operations.stands import as_it_stands, late_reason
from loyaltykit.values.moment import instant
from loyaltykit.values.points import points_of
from loyaltykit.values.text import id_of

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.decision import Decision
    from loyaltykit.documents.order import PlacedOrder
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.operations.settlement import Settlement
    from loyaltykit.rules.redemption import Requested
    from loyaltykit.waterfall.breakdown import Breakdown


def amend(
    programs: Programs,
    amendment_id: str,
    order_id: str,
    *,
    at: datetime,
    redeem: Requested | None = None,
    promo_code: str | None = None,
    gift_card: str | None = None,
    **facts: Any,
) -> Operation[Settlement]:
    """Change *facts* of a placed order, what is to be spent on it, or its promo code, and judge it as it was placed."""
    at = instant(at, "at")
    changed, asked, code = told(**facts), units_asked(programs, redeem), Named(promo_code).promo
    card = Named(card=gift_card).card
    ids = id_of("an order", order_id), id_of("an amendment", amendment_id)
    named = {"redeem": asked, "promo": code, "card": card}
    book = Book(programs, "amend", *ids, asked=asked_facts(programs, changed) | named)
    yield from programs.begun()
    stored = yield from stored_order(programs, order_id)
    placed = stored.placed
    if placed.status != "placed":
        return (yield from book.settle(as_it_stands(programs, placed, at, late_reason(placed))))
    program = yield from programs.by_id(placed.revision)
    if "pickup" in changed:
        changed = {"district": None, **changed}
    order = located(programs.districts, evolve(placed.order, **changed))
    opened = OpenOrder(programs, program, order, judged_at(placed, at))
    yield from opened.resume(placed)
    if card == "":
        opened.drop_card()
    elif card is not None:
        yield from opened.pay_by(card)
    wanted = placed.asked if asked is None else asked
    breakdown = yield from _edited(opened, placed, wanted, code)
    limited = opened.order.price is not None
    levels = opened.levels if limited and not placed.limited else placed.levels
    edited = evolve(placed, order=opened.order, as_of=opened.at, limited=limited, asked=wanted, levels=levels)
    done, notes = _reheld(opened, promise(opened, edited, breakdown, tied=True), book, tied=placed.invited is not None)
    opened.write_codes(book)
    book.write(stored.key, stored.version, encode(done))
    notes += opened.notes
    return (yield from book.settle(settled(breakdown, order_id, "placed", at, placed.revision, notes=notes)))


def _edited(opened: OpenOrder, placed: PlacedOrder, wanted: int | str | None, code: str | None) -> Operation[Breakdown]:
    """Work the order out with the promo *code* that is named now; one that gives nothing leaves the one that stands."""
    before = opened.promo
    if code == "":
        opened.drop_promo()
    elif code is not None:
        yield from opened.use(code)
    breakdown = _worked_out(opened, placed, wanted)
    if before is None or opened.promo in (None, before):
        return breakdown
    decision = by_promo(opened.promo, breakdown)
    if decision.effects or waits(decision):
        before.release()
        return breakdown
    opened.promo, opened.replaced = before, None
    opened.notes += (decision,)
    return _worked_out(opened, placed, wanted)


def _worked_out(opened: OpenOrder, placed: PlacedOrder, wanted: int | str | None) -> Breakdown:
    """Work the order out with what the member may spend: the balance, and what the order holds itself."""
    own = None if opened.customer is None else opened.customer.account.holds.get(placed.order.id)
    free = 0 if own is None else own.amount
    code, held = opened.promo, placed.promo
    granted = code is not None and held is not None and code.use.code == held.code and code.is_held(held, opened.at)
    return opened.worked_out(
        at=from_micros(placed.placed_at),
        redeem=asked_for(opened.program, wanted),
        free=free,
        granted=granted,
        levels=dict(placed.levels) if placed.limited else None,
    )


def _reheld(
    opened: OpenOrder, placed: PlacedOrder, book: Book, *, tied: bool
) -> tuple[PlacedOrder, tuple[Decision, ...]]:
    """
    Have *placed* hold what it's to spend now, and, where it was *tied* to it, the customer's referral.

    Give it as it stands then, and what became of what it held.
    """
    member, units, order_id = opened.customer, placed.held - placed.advanced, placed.order.id
    if member is None or not (units or order_id in member.account.holds or tied):
        return placed, ()
    until = opened.hold_ends
    if opened.invited is not None:
        tie(opened.cast, member, opened.invited, order_id, until=until)
    notes = member.rehold(order_id, points_of(units, opened.program.digits), until=until)
    member.write_into(book)
    return (evolve(placed, lives=opened.cast.lives(member.id)) if units else placed), notes
