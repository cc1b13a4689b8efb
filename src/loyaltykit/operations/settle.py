"""Settle: an order that was never placed, such as a street hail, is placed and completed in one commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.decision import Decision
from loyaltykit.ledger.account import NEVER
from loyaltykit.ledger.cursor import micros
from loyaltykit.operations.complete import StoredOrder, book_completion, complete_placed, told
from loyaltykit.operations.locate import located
from loyaltykit.operations.open_order import Named, OpenOrder
from loyaltykit.operations.place import asked_for, begin, new_order
from loyaltykit.operations.promise import promise
from loyaltykit.operations.stands import DONE, as_it_stands, late_reason
from loyaltykit.reason import Reason
from loyaltykit.values.moment import instant
from loyaltykit.values.points import points_of

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.facts.order import Order
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.operations.settlement import Settlement
    from loyaltykit.rules.redemption import Requested


def settle(
    programs: Programs,
    order: Order,
    *,
    at: datetime,
    redeem: Requested | None = None,
    promo_code: str | None = None,
    referral_code: str | None = None,
    gift_card: str | None = None,
) -> Operation[Settlement]:
    """Place and complete *order* at once; one that is placed already is completed by what is told of it now."""
    at, codes = instant(at, "at"), Named(promo_code, referral_code, gift_card)
    begun = yield from begin(programs, "settle", order, at=at, redeem=redeem, codes=codes)
    book, order = begun.book, located(programs.districts, order)
    if begun.known is not None:
        if begun.known.status in DONE:
            return (yield from book.settle(as_it_stands(programs, begun.known, at, late_reason(begun.known))))
        stored = StoredOrder(begun.key, begun.version, begun.known)
        return (
            yield from complete_placed(
                programs,
                book,
                stored,
                told(
                    price=order.price,
                    worker=order.worker,
                    worker_tariff=order.worker_tariff,
                    ends_at=order.ends_at,
                ),
                at,
                notes=_asked_too_late(order.id, begun.asked, codes),
            )
        )
    opened = OpenOrder(programs, begun.program, order, micros(at))
    yield from opened.take(codes, begun.found)
    if opened.card is not None and order.price is None:
        opened.notes += opened.card.pays_nothing(Reason("price_unknown"))
    placed = new_order(opened, begun)
    breakdown = opened.worked_out(at=at, redeem=asked_for(begun.program, begun.asked))
    brought = opened.invited
    placed = promise(opened, placed, breakdown)
    if brought is not None and opened.invited is None:
        yield from opened.reward(placed)  # who has joined is known by their first completed order, whatever it gives
    member, units = opened.customer, placed.held - placed.advanced
    if member is not None and units:
        member.hold(order.id, points_of(units, begun.program.digits), until=NEVER)
    return (yield from book_completion(opened, book, StoredOrder(begun.key, begun.version, placed), breakdown, at))


def _asked_too_late(order_id: str, asked: int | str | None, codes: Named) -> tuple[Decision, ...]:
    """Say that what is to be spent, and codes, are asked for when an order is placed, where any are named now."""
    if asked is None and codes == Named():
        return ()
    return (Decision("order", (), (Reason("already_placed", order=order_id),)),)
