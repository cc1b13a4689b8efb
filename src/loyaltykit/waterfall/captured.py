"""Step 4 at completion: of the points that were held at placing, those that are spent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from loyaltykit.decision import Decision
from loyaltykit.effects import Redeem
from loyaltykit.facts.standing import Standing
from loyaltykit.reason import Reason
from loyaltykit.values.points import Points
from loyaltykit.waterfall.discounted import KeptPromo, KeptTier
from loyaltykit.waterfall.redeemed import redeemed_for

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.facts.order import Order
    from loyaltykit.program.program import Program
    from loyaltykit.values.money import Money


@frozen
class Promised:
    """
    What an order was promised when it was placed: the *points* to be spent on it, what its *promo* code and the
    *invitation* of its customer give, and the discount by a *tier*.

    *limited* says whether the price was known then, so that share and minimum of the points were judged, and levels
    looked at; *promo* and *invitation* are None where nothing was granted yet, and are judged by the final facts.

    Examples:
        >>> from loyaltykit import Points
        >>> Promised(Points(200), limited=True).points
        Points(200)
    """

    points: Points
    limited: bool
    promo: KeptPromo | None = None
    invitation: Decision | None = None
    tier: KeptTier | None = None


def captured_for(
    program: Program, order: Order, *, at: datetime, promised: Promised, charged: Money | None
) -> Decision:
    """
    Give the points of *promised* that are spent on *order*, of which *charged* is to be paid in the end (R10).

    They're those that were held, fewer only where the final sum can be paid with fewer. Where no price was known when
    they were held, the limits bind now.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Money, Order, Points, Program
        >>> program = Program.from_dict({
        ...     "id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow",
        ...     "redemption": [{"max_share": "50"}],
        ... })
        >>> order = Order(id="o1", customer="m1", price=Money("300", "RUB"))
        >>> options = {"at": datetime(2026, 3, 1, tzinfo=timezone.utc), "charged": order.price}
        >>> print(captured_for(program, order, promised=Promised(Points(200), limited=True), **options))
        redemption: m1 spends 200 points, worth 200.00 RUB
        >>> print(captured_for(program, order, promised=Promised(Points(200), limited=False), **options).effects[0])
        m1 spends 150 points, worth 150.00 RUB
    """
    held = promised.points
    if not promised.limited:
        return redeemed_for(program, order, at=at, redeem=held, standing=Standing(balance=held), charged=charged)
    assert order.customer is not None  # noqa: S101 - somebody held them
    limit = held if charged is None else min(held, program.worth.points_to_pay(charged))
    reasons = (Reason("limited_by_price", charged=charged, limit=limit, held=held),) if limit < held else ()
    effects = (Redeem(order.customer, limit, program.worth.worth(limit)),) if limit else ()
    return Decision("redemption", effects, reasons)
