"""The surcharges of an order: of each of the two kinds, the first in the file whose scope matches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.rules.surcharge import surcharge_for
from loyaltykit.waterfall.first_answer import first_answer

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.decision import Decision
    from loyaltykit.facts.order import Order
    from loyaltykit.program.program import Program


def surcharges_for(program: Program, order: Order, *, at: datetime) -> tuple[Decision, ...]:
    """
    Give what the worker of *order*, placed *at*, is credited beside its price: raised to a figure, then a fixed part.

    A kind without rules gives no answer.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Money, Order, Program
        >>> program = Program.from_dict({
        ...     "id": "city", "currency": "RUB", "point_value": 1, "time_zone": "Europe/Moscow",
        ...     "surcharge": [{"sum": 50}, {"raise_to": 300}],
        ... })
        >>> order = Order(id="o1", worker="w7", price=Money("250.00", "RUB"))
        >>> for decision in surcharges_for(program, order, at=datetime(2026, 3, 1, tzinfo=timezone.utc)):
        ...     print(decision)
        surcharge: w7 is credited 50.00 RUB
        surcharge: w7 is credited 50.00 RUB
    """
    zone = program.zone_of(order.branch)
    kinds = [[rule for rule in program.surcharge if rule.raises is raises] for raises in (True, False)]
    return tuple(
        [
            first_answer("surcharge", rules, lambda rule: surcharge_for(rule, order, at=at, zone=zone))
            for rules in kinds
            if rules
        ]
    )
