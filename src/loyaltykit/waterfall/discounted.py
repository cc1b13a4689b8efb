"""Step 2: what comes off the price; a promo code's points, where it gives these instead, stand beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from loyaltykit.errors import InvalidValue
from loyaltykit.values.money import Money

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.decision import Decision
    from loyaltykit.facts.code_use import CodeUse
    from loyaltykit.facts.history import History
    from loyaltykit.facts.order import Order
    from loyaltykit.program.program import Program


@frozen
class KeptPromo:
    """
    That a promo was granted at placing: what is *reserved* of its budget for the order, and what is *left* of it.

    Both are None where there's no budget.

    Examples:
        >>> from loyaltykit import Money
        >>> KeptPromo(reserved=Money("41.20", "RUB"), left=Money(10, "RUB")).left
        Money('10.00', 'RUB')
    """

    reserved: Money | None = None
    left: Money | None = None


def promo_decision(
    program: Program,
    order: Order,
    *,
    at: datetime,
    use: CodeUse,
    history: History,
    kept: KeptPromo | None = None,
) -> Decision:
    """
    Give what the promo does whose code's *use* that is; where it was granted at placing and *kept*, by that.

    Raises `InvalidValue` for the use of a promo that *program* doesn't have.
    """
    from loyaltykit.rules.promo import kept_promo, promo_for  # noqa: PLC0415 - most programs have none

    promo = program.promo_named(use.promo)
    if promo is None:
        message = f"the program has no promo called {use.promo}: a code's use names one of its own"
        raise InvalidValue(message, value=use.promo)
    if kept is not None:
        return kept_promo(promo, order, use=use, reserved=kept.reserved, left=kept.left, point_value=program.worth)
    return promo_for(
        promo, order, at=at, use=use, history=history, point_value=program.worth, zone=program.zone_of(order.branch)
    )


def charged_after(decisions: tuple[Decision, ...], price: Money | None) -> Money | None:
    """
    Give what is to be paid of *price* once the discounts of *decisions* have come off it.

    Examples:
        >>> from loyaltykit import Decision, Discount, Money
        >>> charged_after((Decision("summer", (Discount("m1", Money(12, "RUB")),)),), Money(412, "RUB"))
        Money('400.00', 'RUB')
    """
    if price is None:
        return None
    for decision in decisions:
        for discount in decision.discounts:
            price -= discount.money
    return price
