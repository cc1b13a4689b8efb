"""What a call answers that comes too late: the order as it stands, and why nothing is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.decision import Decision, Reason
from loyaltykit.operations.settlement import Settlement
from loyaltykit.values.points import points_of

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.documents.order import PlacedOrder
    from loyaltykit.operations.programs import Programs


def as_it_stands(programs: Programs, placed: PlacedOrder, at: datetime) -> Settlement:
    """Give *placed*, which is completed or came to nothing, as it stands, with the reason why *at* is too late."""
    order, worth = placed.order, programs.worth
    if placed.status == "completed":
        price, reason = order.price, Reason("already_completed", order=order.id)
    else:
        price, reason = None, Reason("already_ended", order=order.id, status=placed.status)
    redeemed = points_of(sum([amount for _, _, amount in placed.captured]), worth.digits)
    paid = worth.worth(redeemed)
    payable = None if price is None else price - paid
    decisions = (Decision("order", (), (reason,)),)
    return Settlement(price, price, redeemed, paid, payable, decisions, order.id, placed.status, at, placed.revision)
