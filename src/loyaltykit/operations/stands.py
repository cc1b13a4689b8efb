"""What a call answers that changes nothing: the order as it stands, and why."""

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
    """Give *placed* as it stands *at* a moment, with the reason why a call changes nothing about it."""
    order, status, worth = placed.order, placed.status, programs.worth
    if status == "completed":
        reason = Reason("already_completed", order=order.id)
    else:
        reason = Reason("already_known", order=order.id, status=status)
    spent = sum([amount for _, _, amount in placed.captured]) if status == "completed" else placed.held
    redeemed = points_of(spent if status in {"placed", "completed"} else 0, worth.digits)
    paid, price = worth.worth(redeemed), order.price if status in {"placed", "completed"} else None
    payable = None if price is None else price - paid
    decisions = (Decision("order", (), (reason,)),)
    return Settlement(price, price, redeemed, paid, payable, decisions, order.id, status, at, placed.revision)
