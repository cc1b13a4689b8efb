"""Step 2, first: the discount by a tier. Of several ladders the largest percent counts (Y1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from loyaltykit.decision import Decision
from loyaltykit.reason import Reason
from loyaltykit.rules.tier import percent_off, tier_discount_for
from loyaltykit.waterfall.discounted import KeptTier

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loyaltykit.facts.order import Order
    from loyaltykit.program.program import Program
    from loyaltykit.waterfall.captured import Promised

_TOO_LITTLE: Final = frozenset({"order_is_free", "rounded_to_nothing"})
"""Why a percent takes nothing off the price that's known."""


def by_tier(
    program: Program, order: Order, *, at: datetime, levels: Mapping[str, str], promised: Promised | None
) -> tuple[Decision | None, KeptTier | None]:
    """
    Give what the *levels* that a customer has, by ladder, take off *order*, placed *at*, and what it keeps of that.

    Where the order was *promised* something at a known price, that stands, and levels aren't looked at again. None
    where nothing is to be said.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Money, Order, Program
        >>> program = Program.from_dict({
        ...     "id": "salon", "currency": "RUB", "point_value": 1, "time_zone": "Europe/Moscow",
        ...     "tier": [{"name": "regulars", "levels": [{"name": "silver", "percent": 5, "visits": 3}]}],
        ... })
        >>> order = Order(id="o1", customer="m1", price=Money("412.00", "RUB"))
        >>> told = {"at": datetime(2026, 3, 1, tzinfo=timezone.utc), "promised": None}
        >>> answer, kept = by_tier(program, order, levels={"regulars": "silver"}, **told)
        >>> print(answer)
        regulars: m1 gets 20.60 RUB off (5 % of the price)
        >>> kept.level
        'silver'
    """
    if order.customer is None:
        return Decision("tier", (), (Reason("no_customer"),)), None
    if promised is not None and promised.tier is not None:
        kept = promised.tier
        return percent_off(kept.tier, kept.percent, order.customer, order.price), kept
    if promised is not None and promised.limited:
        return None, None
    return _largest(program, order, at, levels)


def _largest(
    program: Program, order: Order, at: datetime, levels: Mapping[str, str]
) -> tuple[Decision, KeptTier | None]:
    """Ask every ladder; the largest percent answers, the earlier ladder's of two equal ones."""
    zone = program.zone_of(order.branch)
    offered: list[tuple[Decision, KeptTier]] = []
    reasons: list[Reason] = []
    for tier in program.tier:
        level = tier.level_named(levels.get(tier.name))
        answer = tier_discount_for(tier, levels.get(tier.name), order, at=at, zone=zone)
        reasons += [reason for reason in answer.reasons if reason not in reasons]
        if level is not None and level.percent is not None and _follows_price(answer):
            offered.append((answer, KeptTier(tier=tier.name, level=level.called, percent=level.percent)))
    if not offered:
        return Decision("tier", (), tuple(reasons)), None
    answer, kept = max(offered, key=lambda each: each[1].percent)
    return (answer if answer.discounts else Decision("tier", (), tuple(reasons))), kept


def _follows_price(answer: Decision) -> bool:
    """Say whether the percent counts: it takes something off, or would but for a price that is too low as yet."""
    return bool(answer.discounts) or any(reason.code in _TOO_LITTLE for reason in answer.reasons)
