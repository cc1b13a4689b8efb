"""
What an order is promised when it's placed, and what of that stands when it's completed: what's held for it, what its
codes give. Rows R10, B3, T4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from loyaltykit.decision import Decision
from loyaltykit.effects import Advance, Award
from loyaltykit.ledger.account import NEVER
from loyaltykit.operations.referral import untie
from loyaltykit.reason import Reason
from loyaltykit.values.percent import Percent
from loyaltykit.values.points import points_of
from loyaltykit.waterfall.captured import Promised
from loyaltykit.waterfall.credited import advanced
from loyaltykit.waterfall.discounted import KeptTier

if TYPE_CHECKING:
    from loyaltykit.documents.order import PlacedOrder
    from loyaltykit.documents.promo_use import PromoHeld
    from loyaltykit.operations.open_order import OpenOrder
    from loyaltykit.operations.open_promo import OpenPromo
    from loyaltykit.program.program import Program
    from loyaltykit.waterfall.breakdown import Breakdown


def promise(opened: OpenOrder, placed: PlacedOrder, breakdown: Breakdown, *, tied: bool = False) -> PlacedOrder:
    """
    Reserve what the codes of *placed* give by *breakdown*, and note what it's promised; points are held besides.

    A referral that is *tied* to the order already stays so, whatever comes of it.
    """
    promo: PromoHeld | None = None
    if opened.promo is not None:
        promo = opened.promo.reserve(by_promo(opened.promo, breakdown), until=opened.hold_ends)
    invited = opened.invited
    if invited is not None and opened.customer is not None and not (tied or _brings(opened.program, breakdown)):
        untie(opened.customer, placed.order.id)
        invited = opened.invited = None
    redeemed, card = breakdown.redeemed.minor, opened.hold_card(breakdown)
    return evolve(
        placed,
        held=redeemed,
        discount=discount_of(breakdown),
        tier=tier_row(breakdown.tier),
        promised=_rows(opened, breakdown),
        advanced=min(redeemed, advanced(breakdown.decisions, opened.program.digits).minor),
        promo=promo,
        card=card,
        until=opened.hold_ends if redeemed or (card is not None and card.held) else 0,
        invited=None if invited is None else (invited.referrer, invited.code),
    )


def _brings(program: Program, breakdown: Breakdown) -> bool:
    """Say whether a referral code does anything for the order: nothing is used up by a use without effect."""
    decision = _decision(breakdown, invitation_labels(program))
    if any(reason.code == "outside_branches" for reason in breakdown.reasons):
        return False
    return bool(program.referral_split or decision.effects or any(r.code == "price_unknown" for r in decision.reasons))


def invitation_labels(program: Program) -> set[str]:
    """Name the invitation rules of *program*."""
    return {"invitation", *(rule.label for rule in program.invitation)}


def by_promo(promo: OpenPromo, breakdown: Breakdown) -> Decision:
    """Give what *promo* does for the order."""
    return _decision(breakdown, {promo.rule.label})


def referrers_kept(opened: OpenOrder) -> tuple[str | None, str | None] | None:
    """Give who brought customer and worker, as the order's document keeps it; None where it splits nothing."""
    if not opened.program.referral_split:
        return None
    return opened.referrers.customer, opened.referrers.worker


def _decision(breakdown: Breakdown, labels: set[str]) -> Decision:
    """Give the decision of the rule among *labels* that answered; an empty one where none was asked."""
    return next((each for each in breakdown.decisions if each.rule in labels), Decision("", (), ()))


def discount_of(breakdown: Breakdown) -> int:
    """Give what comes off the price, in minor units."""
    if breakdown.price is None or breakdown.charged is None:
        return 0
    return (breakdown.price - breakdown.charged).minor


def tier_row(kept: KeptTier | None) -> tuple[str, str, str] | None:
    """Give the discount of a tier as the order's document keeps it."""
    return None if kept is None else (kept.tier, kept.level, f"{kept.percent.value:f}")


def kept_tier(placed: PlacedOrder) -> KeptTier | None:
    """Give the discount of a tier that *placed* was promised, or had; None for none."""
    return None if placed.tier is None else KeptTier(placed.tier[0], placed.tier[1], Percent(placed.tier[2]))


def _rows(opened: OpenOrder, breakdown: Breakdown) -> tuple[tuple[str, str, int, bool], ...]:
    """Give the awards by codes as the order's document keeps them."""
    if opened.promo is None and opened.invited is None:
        return ()
    labels, digits = invitation_labels(opened.program), opened.program.digits
    if opened.promo is not None:
        labels |= {opened.promo.rule.label}
    return tuple(
        [
            (decision.rule, award.member, award.points.with_digits(digits).minor, isinstance(award, Advance))
            for decision in breakdown.decisions
            if decision.rule in labels
            for award in decision.awards
        ]
    )


def kept(opened: OpenOrder, placed: PlacedOrder) -> tuple[Promised, tuple[Decision, ...]]:
    """
    Give what stands of the promises to *placed*, as it's completed, and why not all.

    Of a hold that has ended, what is still free is held again; of a code whose reservation has ended, what it gives is
    judged anew.
    """
    promo = None
    held, code = placed.promo, opened.promo
    if code is not None and held is not None and held.judged and placed.status == "placed":
        promo = code.kept(held) if code.is_held(held, opened.at) else None
    rows = _standing(opened, placed)
    if promo is not None and opened.promo is not None and not opened.forgotten:
        rows += [row for row in placed.promised if row[0] == opened.promo.rule.label]
    free = min(placed.advanced, sum([units for _, _, units, is_advance in rows if is_advance]))
    own, notes = _held(opened, placed)
    points = points_of(own + free, opened.program.digits)
    return Promised(
        points, limited=placed.limited, promo=promo, invitation=_invitation(opened, rows), tier=kept_tier(placed)
    ), notes


def _standing(opened: OpenOrder, placed: PlacedOrder) -> list[tuple[str, str, int, bool]]:
    """
    Give what stands of the awards by invitation that were promised to *placed*: where nobody brings the customer any
    more, though the order had been waited for, what the customer was promised still does.
    """
    rows = [row for row in placed.promised if row[0] in invitation_labels(opened.program)]
    if opened.forgotten:
        return []
    if opened.invited is None:
        rows = [row for row in rows if opened.tied and row[1] == placed.order.customer]
    return rows


def _invitation(opened: OpenOrder, rows: list[tuple[str, str, int, bool]]) -> Decision | None:
    """Give the decision of the invitation that was promised; None where none was yet."""
    labels, digits = invitation_labels(opened.program), opened.program.digits
    awards = [
        (Advance if is_advance else Award)(member, points_of(units, digits))
        for rule, member, units, is_advance in rows
        if rule in labels
    ]
    names = [rule for rule, *_ in rows if rule in labels]
    return Decision(names[0], tuple(awards)) if names else None


def _held(opened: OpenOrder, placed: PlacedOrder) -> tuple[int, tuple[Decision, ...]]:
    """Give the units that the order holds, or, where its hold had ended, those that could be held again."""
    member, held, order_id = opened.customer, placed.held - placed.advanced, placed.order.id
    if member is None:
        return 0, ()
    if not held or order_id in member.account.holds:
        return held, ()
    digits = opened.program.digits
    free = min(held, member.account.balance)
    if free:
        member.hold(order_id, points_of(free, digits), until=NEVER)
    reason = Reason("hold_ended", held=points_of(held, digits), free=points_of(free, digits))
    return free, (Decision("hold", (), (reason,)),)
