"""Step 4: the points that are redeemed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.decision import Decision
from loyaltykit.reason import Reason
from loyaltykit.rules.redemption import Requested, redemption_for
from loyaltykit.waterfall.first_answer import first_answer

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.facts.order import Order
    from loyaltykit.facts.standing import Standing
    from loyaltykit.program.program import Program
    from loyaltykit.values.money import Money


def redeemed_for(
    program: Program, order: Order, *, at: datetime, redeem: Requested, standing: Standing, charged: Money | None
) -> Decision:
    """Give the points of *redeem* that may be spent on *order*, of which *charged* is to be paid."""
    if not program.redemption:
        return Decision("redemption", (), (Reason("no_redemption"),))
    zone = program.zone_of(order.branch)
    return first_answer(
        "redemption",
        program.redemption,
        lambda rule: redemption_for(
            rule,
            order,
            at=at,
            requested=redeem,
            standing=standing,
            point_value=program.worth,
            zone=zone,
            charged=charged,
        ),
    )
