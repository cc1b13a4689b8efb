"""
Step 2: what comes off the price, by a tier and by a promo code; a code's points, where it gives these instead, stand
beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from loyaltykit.decision import Decision
from loyaltykit.errors import InvalidValue
from loyaltykit.reason import Reason
from loyaltykit.values.money import Money
from loyaltykit.values.percent import Percent

if TYPE_CHECKING:
    from datetime import datetime

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


@frozen
class KeptTier:
    """
    The discount by a tier that an order had when it was placed, or would have had but for a larger one by promo code.

    It's the *percent* of the *level* that the customer had on the ladder called *tier*; it follows the final price.

    Examples:
        >>> from loyaltykit import Percent
        >>> KeptTier(tier="regulars", level="silver", percent=Percent(5)).percent
        Percent('5')
    """

    tier: str
    level: str
    percent: Percent


def promo_decision(
    program: Program,
    order: Order,
    *,
    at: datetime,
    use: CodeUse,
    history: History,
    kept: KeptPromo | None = None,
    charged: Money | None = None,
) -> Decision:
    """
    Give what the promo does whose code's *use* that is; where it was granted at placing and *kept*, by that.

    *charged* is what a discount by a tier has left of the price, if it comes off that.

    Raises `InvalidValue` for the use of a promo that *program* doesn't have.
    """
    from loyaltykit.rules.promo import kept_promo, promo_for  # noqa: PLC0415 - most programs have none

    promo = program.promo_named(use.promo)
    if promo is None:
        message = f"the program has no promo called {use.promo}: a code's use names one of its own"
        raise InvalidValue(message, value=use.promo)
    if kept is not None:
        told = {"reserved": kept.reserved, "left": kept.left, "charged": charged}
        return kept_promo(promo, order, use=use, point_value=program.worth, **told)
    zone = program.zone_of(order.branch)
    return promo_for(
        promo, order, at=at, use=use, history=history, point_value=program.worth, zone=zone, charged=charged
    )


def best_of(by_tier: Decision | None, promo: Decision, *, promised: bool) -> tuple[Decision | None, Decision]:
    """
    Give the answers by tier and by promo code so that one discount alone comes off: the larger, the tier's if they're
    equal.

    The other loses its effects, and says which one is no less; so a promo code that gives nothing isn't used up. A
    promo's discount that was *promised* when the order was placed was the larger one then, and stays.

    Examples:
        >>> from loyaltykit import Decision, Discount, Money
        >>> tier = Decision("regulars", (Discount("m1", Money(50, "RUB")),))
        >>> promo = Decision("summer", (Discount("m1", Money(50, "RUB")),))
        >>> print(best_of(tier, promo, promised=False)[1])
        summer: regulars takes 50.00 RUB off, which is no less
    """
    if by_tier is None or not promo.discounts:
        return by_tier, promo
    if promised:
        return None, promo
    if not by_tier.discounts:
        return by_tier, promo
    own, other = by_tier.discounts[0].money, promo.discounts[0].money
    if own >= other:
        return by_tier, _outdone(promo, by_tier.rule, own)
    return _outdone(by_tier, promo.rule, other), promo


def _outdone(answer: Decision, rule: str, discount: Money) -> Decision:
    """Give *answer* without its effects, since *rule* takes a *discount* off that is no less."""
    return Decision(answer.rule, (), (*answer.reasons, Reason("other_discount", rule=rule, discount=discount)))


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
