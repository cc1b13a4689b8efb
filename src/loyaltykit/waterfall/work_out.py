"""The fixed sequence in which an order is worked out: the same for a quote, a placing and a completion."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from loyaltykit.decision import Decision
from loyaltykit.effects import Redeem
from loyaltykit.facts.history import History
from loyaltykit.facts.referrers import Referrers
from loyaltykit.facts.standing import Standing
from loyaltykit.reason import Reason
from loyaltykit.values.moment import instant
from loyaltykit.values.money import Money
from loyaltykit.values.points import Points, points_of
from loyaltykit.waterfall.awards import awards_for
from loyaltykit.waterfall.breakdown import Breakdown
from loyaltykit.waterfall.captured import captured_for
from loyaltykit.waterfall.credited import advanced, invitation_answer, too_late_to_spend
from loyaltykit.waterfall.discounted import best_of, charged_after, promo_decision
from loyaltykit.waterfall.redeemed import redeemed_for

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loyaltykit.facts.card_standing import CardStanding
    from loyaltykit.facts.code_use import CodeUse
    from loyaltykit.facts.invited import Invited
    from loyaltykit.facts.order import Order
    from loyaltykit.program.program import Program
    from loyaltykit.rules.redemption import Requested
    from loyaltykit.waterfall.captured import Promised
    from loyaltykit.waterfall.discounted import KeptTier

_NO_STANDING = Standing()
_NO_HISTORY = History()
_NO_REFERRERS = Referrers()
_NO_LEVELS: Mapping[str, str] = MappingProxyType({})


def work_out(  # noqa: PLR0913 - each fact is told by its name
    program: Program,
    order: Order,
    *,
    at: datetime,
    redeem: Requested | None = None,
    promised: Promised | None = None,
    standing: Standing = _NO_STANDING,
    history: History = _NO_HISTORY,
    use: CodeUse | None = None,
    invited: Invited | None = None,
    referrers: Referrers = _NO_REFERRERS,
    card: CardStanding | None = None,
    levels: Mapping[str, str] = _NO_LEVELS,
) -> Breakdown:
    """
    Work out *order*, placed *at*, under *program*: what is charged, redeemed and payable, and what it earns.

    *redeem* is the points that the member asks to spend (None for none); *promised*, at completion, what the order was
    promised, which is kept without judging anew. *standing* and *history* are what's known of the member; *use* of the
    promo code that was named, *invited* who brought a member whose first order this is, *referrers* who brought
    customer and worker, *levels* what the level is called that the customer has, by ladder; *card* what is
    on the gift card that is to pay. Nothing is stored. Raises `NaiveMoment`, and `MixedUnits` for a price in another
    currency.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Money, Order, Points, Program, Standing, work_out
        >>> program = Program.from_dict({
        ...     "id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow",
        ...     "cashback": [{"percent": "5", "basis": "payable"}], "redemption": [{"max_share": "50"}],
        ... })
        >>> order = Order(id="o1", customer="m1", price=Money("412.00", "RUB"))
        >>> at = datetime(2026, 3, 1, tzinfo=timezone.utc)
        >>> print(work_out(program, order, at=at, redeem=Points(200), standing=Standing(balance=Points(350))))
        price 412.00 RUB, charged 412.00 RUB, payable 212.00 RUB
          redemption: m1 spends 200 points, worth 200.00 RUB
          cashback: m1 earns 11 points (5 % of 212.00 RUB)
    """
    at = instant(at, "at")
    price = charged = order.price
    if price is not None:
        program.worth.minor_in(price)
    if not program.runs_in(order.branch):
        reason = Reason("outside_branches", branch=order.branch, branches=tuple(own.id for own in program.branches))
        points, worth = _spent(program, ())
        return Breakdown(price, charged, points, worth, charged, (Decision("program", (), (reason,)),))
    discounts, tier = _discounts(program, order, at=at, levels=levels, history=history, use=use, promised=promised)
    codes = (*discounts, *_by_invitation(program, order, at=at, invited=invited, promised=promised))
    charged, credited = charged_after(codes, price), advanced(codes, program.digits)
    redeemed: tuple[Decision, ...] = ()
    if promised is not None and promised.points:
        redeemed = (captured_for(program, order, at=at, promised=promised, charged=charged),)
    elif redeem is not None:
        standing = Standing(balance=standing.balance + credited) if credited else standing
        redeemed = (redeemed_for(program, order, at=at, redeem=redeem, standing=standing, charged=charged),)
    points, worth = _spent(program, redeemed)
    payable = None if charged is None else charged - worth
    by_card, paid = ((), None) if card is None else _by_card(card, payable)
    awards = awards_for(program, order, at=at, history=history, referrers=referrers, charged=charged, payable=payable)
    decisions = (*codes, *redeemed, *by_card, *awards)
    return Breakdown(price, charged, points, worth, payable, decisions, tier=tier, card=paid)


def _discounts(
    program: Program,
    order: Order,
    *,
    at: datetime,
    levels: Mapping[str, str],
    history: History,
    use: CodeUse | None,
    promised: Promised | None,
) -> tuple[tuple[Decision, ...], KeptTier | None]:
    """Give what a tier and a promo code do for *order*, and what it keeps of the tier's discount."""
    answer: Decision | None = None
    tier: KeptTier | None = None
    if program.tier:
        from loyaltykit.waterfall.by_tier import by_tier  # noqa: PLC0415 - most programs have none

        answer, tier = by_tier(program, order, at=at, levels=levels, promised=promised)
    if use is None:
        return (() if answer is None else (answer,)), tier
    stacked, kept = program.discounts == "stack", None if promised is None else promised.promo
    charged = charged_after((answer,), order.price) if stacked and answer is not None else None
    promo = promo_decision(program, order, at=at, use=use, history=history, kept=kept, charged=charged)
    if promised is not None and kept is None:
        promo = too_late_to_spend(promo)
    if not stacked:
        answer, promo = best_of(answer, promo, promised=kept is not None)
    return ((promo,) if answer is None else (answer, promo)), tier


def _by_card(card: CardStanding, payable: Money | None) -> tuple[tuple[Decision, ...], Money | None]:
    """Give the answer of the gift card that is to pay for the order, and what it pays of *payable*."""
    from loyaltykit.waterfall.carded import carded_for, paid_by_card  # noqa: PLC0415 - most orders name none

    decisions = (carded_for(card, payable),)
    return decisions, paid_by_card(decisions)


def _by_invitation(
    program: Program, order: Order, *, at: datetime, invited: Invited | None, promised: Promised | None
) -> tuple[Decision, ...]:
    """Give what the code of whoever invited the customer does for *order*."""
    if promised is not None and promised.invitation is not None:
        return (promised.invitation,)
    invitation = invitation_answer(program, order, at=at, invited=invited)
    return invitation if promised is None else tuple([too_late_to_spend(each) for each in invitation])


def _spent(program: Program, redeemed: tuple[Decision, ...]) -> tuple[Points, Money]:
    """Give the points that are spent, and what they're worth."""
    spent = [effect for decision in redeemed for effect in decision.effects if isinstance(effect, Redeem)]
    if spent:
        return spent[0].points, spent[0].worth
    return points_of(0, program.digits), Money.from_minor(0, program.currency)
