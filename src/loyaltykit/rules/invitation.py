"""Invitation: whoever brings a friend is rewarded, and so is the friend, by their first order. Rows G9, T4, T5."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.decision import Decision
from loyaltykit.effects import Advance, Award
from loyaltykit.reason import Reason
from loyaltykit.rules.minimum import below
from loyaltykit.rules.scope import Rule
from loyaltykit.settings import field
from loyaltykit.settings.frozen import checked, settings
from loyaltykit.values.money import Money
from loyaltykit.values.points import Points

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from loyaltykit.facts.invited import Invited
    from loyaltykit.facts.order import Order
    from loyaltykit.settings.here import Here


@settings
class Invitation(Rule):
    """
    *referee_points* for a member who was invited, and *referrer_points* for whoever did it, by the member's first order
    (G9).

    The referrer's come when that order is completed (T5); the referee's, too, or at its *placing*, and can then be
    spent on it at once (T4). *minimum* is the lowest price of that order that earns either.

    Examples:
        >>> from loyaltykit import Invitation, Points
        >>> Invitation(referee_points=Points(100), referrer_points=Points(50)).referee_credited
        'completion'
    """

    referee_points: Points | None = field.points("The points of whoever was invited.", default=None)
    referee_credited: str = field.choice(
        ("placing", "completion"),
        "When they're credited: at placing they pay for that very order.",
        default="completion",
    )
    referrer_points: Points | None = field.points("The points of whoever invited them.", default=None)
    minimum: Money | None = field.money("The lowest price of the first order that earns them.", default=None)

    @checked("referee_points", "referrer_points")
    def _some_gain(self, here: Here) -> None:
        if self.referee_points is None and self.referrer_points is None:
            here.problem("no_gain", ways=("referee_points", "referrer_points"))

    @checked("referee_points", "referee_credited")
    def _credit_has_points(self, here: Here) -> None:
        if self.referee_credited != "completion" and self.referee_points is None:
            here.at("referee_credited").problem("no_effect", setting="referee_credited", needs="referee_points")


def invitation_for(
    invitation: Invitation, order: Order, *, at: datetime, invited: Invited, zone: tzinfo | None = None
) -> Decision:
    """
    Give what *invitation* grants for *order*, placed *at*: the first of its customer, who was *invited*.

    The customer's award stands first. *zone* is the branch's, for scopes by local days and hours. Raises `NaiveMoment`
    and `ZoneNeeded`, and `MixedUnits` where the order's price isn't in the currency of *minimum*.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Invitation, Invited, Order, Points, invitation_for
        >>> decision = invitation_for(
        ...     Invitation(referee_points=Points(100), referrer_points=Points(50)), Order(id="o1", customer="m1"),
        ...     at=datetime(2026, 3, 1, tzinfo=timezone.utc), invited=Invited(referrer="m7", code="D48M"),
        ... )
        >>> print(decision)
        invitation: m1 earns 100 points; m7 earns 50 points
    """
    reason = invitation.outside(order, at, zone) or _unmet(invitation, order)
    if reason is not None or order.customer is None:
        return Decision(invitation.label, (), (reason,) if reason else ())
    referee = Advance if invitation.referee_credited == "placing" else Award
    gains = (
        (referee, order.customer, invitation.referee_points),
        (Award, invited.referrer, invitation.referrer_points),
    )
    awards = [made(member, points) for made, member, points in gains if points is not None]
    return Decision(invitation.label, tuple(awards))


def _unmet(invitation: Invitation, order: Order) -> Reason | None:
    return Reason("no_customer") if order.customer is None else below(invitation.minimum, order.price)
