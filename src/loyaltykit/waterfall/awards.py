"""Step 6: the awards that an order earns at completion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.rules.cashback import cashback_for
from loyaltykit.rules.first_app_order import first_app_order_for
from loyaltykit.waterfall.first_answer import first_answer

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.decision import Decision
    from loyaltykit.facts.history import History
    from loyaltykit.facts.order import Order
    from loyaltykit.facts.referrers import Referrers
    from loyaltykit.program.program import Program
    from loyaltykit.values.money import Money


def awards_for(
    program: Program,
    order: Order,
    *,
    at: datetime,
    history: History,
    referrers: Referrers,
    charged: Money | None,
    payable: Money | None,
) -> tuple[Decision, ...]:
    """Give the answers of all rules that award anything for *order*, placed *at*; kinds without rules give none."""
    zone, worth = program.zone_of(order.branch), program.worth
    decisions = []
    if program.cashback:
        decisions.append(
            first_answer(
                "cashback",
                program.cashback,
                lambda rule: cashback_for(
                    rule, order, at=at, point_value=worth, zone=zone, charged=charged, payable=payable
                ),
            )
        )
    if program.referral_split:
        from loyaltykit.rules.referral_split import referral_split_for  # noqa: PLC0415 - most programs have none

        decisions.append(
            first_answer(
                "referral_split",
                program.referral_split,
                lambda rule: referral_split_for(
                    rule,
                    order,
                    at=at,
                    point_value=worth,
                    referrers=referrers,
                    zone=zone,
                    charged=charged,
                    payable=payable,
                ),
            )
        )
    if program.service_points:
        from loyaltykit.rules.service_points import service_points_for  # noqa: PLC0415 - most programs have none

        decisions.append(
            first_answer(
                "service_points",
                program.service_points,
                lambda rule: service_points_for(rule, order, at=at, zone=zone),
            )
        )
    if program.first_app_order:
        decisions.append(
            first_answer(
                "first_app_order",
                program.first_app_order,
                lambda rule: first_app_order_for(rule, order, at=at, history=history, zone=zone),
            )
        )
    if program.surcharge:
        from loyaltykit.waterfall.surcharges import surcharges_for  # noqa: PLC0415 - most programs have none

        decisions += surcharges_for(program, order, at=at)
    return tuple(decisions)
