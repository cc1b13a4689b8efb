"""
Redemption: how much of an order may be paid with points. Rows G7, R3 and R10.

Points spent are at most the balance, those that pay a share of what is charged, and a maximum; less than the minimum
isn't spent at all. They're valued at the point value, floored to the minor unit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from loyaltykit.decision import Decision
from loyaltykit.effects import Redeem
from loyaltykit.errors import InvalidValue
from loyaltykit.reason import Reason
from loyaltykit.rules.scope import Rule
from loyaltykit.settings import field
from loyaltykit.settings.frozen import checked, settings
from loyaltykit.values.money import order_sum
from loyaltykit.values.percent import Percent
from loyaltykit.values.points import Points

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from loyaltykit.facts.order import Order
    from loyaltykit.facts.standing import Standing
    from loyaltykit.settings.here import Here
    from loyaltykit.values.money import Money
    from loyaltykit.values.point_value import PointValue

Requested: TypeAlias = Points | Literal["all"]
"""The points that a member asks to spend; ``"all"`` is as many as there are and the rule allows."""


@settings
class Redemption(Rule):
    """
    The limits of paying with points: at most *max_share* of what is charged and *maximum* points, at least *minimum*
    (G7, R3).

    Examples:
        >>> from loyaltykit import Percent, Points, Redemption
        >>> Redemption(max_share=Percent("50"), minimum=Points(50), maximum=Points(500)).maximum
        Points(500)
    """

    max_share: Percent = field.percent(
        "The share of the charged sum that may be paid with points.", default=Percent("100")
    )
    minimum: Points | None = field.points("The fewest points that can be spent on an order.", default=None)
    maximum: Points | None = field.points("The most points that can be spent on an order.", default=None)

    @checked("minimum", "maximum")
    def _minimum_fits(self, here: Here) -> None:
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            here.at("minimum").problem("minimum_above_maximum", minimum=self.minimum, maximum=self.maximum)


def redemption_for(
    redemption: Redemption,
    order: Order,
    *,
    at: datetime,
    requested: Requested,
    standing: Standing,
    point_value: PointValue,
    zone: tzinfo | None = None,
    charged: Money | None = None,
) -> Decision:
    """
    Give the points of *requested* that the customer of *order*, placed *at*, may spend on it, and what they're worth.

    *charged* is the price after discounts (the price, if left out). While neither is known, share and minimum aren't
    judged: a hold keeps the request, and they bind at completion. Raises `NaiveMoment`, `ZoneNeeded`, `MixedUnits` for
    another currency than the point value's, and `InvalidValue` for a request or a sum of less than zero.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Money, Order, Percent, PointValue, Points, Redemption, Standing, redemption_for
        >>> order = Order(id="o1", customer="m1", price=Money("412.00", "RUB"))
        >>> decision = redemption_for(
        ...     Redemption(max_share=Percent("50"), minimum=Points(50)), order, requested=Points(300),
        ...     at=datetime(2026, 3, 1, tzinfo=timezone.utc), standing=Standing(balance=Points(350)),
        ...     point_value=PointValue("1", "RUB"),
        ... )
        >>> print(decision.effects[0])
        m1 spends 206 points, worth 206.00 RUB
        >>> print(decision.reasons[0])
        300 points asked for; 50 % of 412.00 RUB may be paid so: 206 points
    """
    wanted = _wanted(requested, standing)
    reason = redemption.outside(order, at, zone) or (Reason("no_customer") if order.customer is None else None)
    if reason is not None or order.customer is None:
        return Decision(redemption.label, (), (reason,) if reason else ())
    charged = order.price if charged is None else order_sum(charged, "what is charged")
    possible, reasons = _limited(redemption, wanted, standing, charged, point_value)
    worth = point_value.worth(possible)
    if charged is not None and redemption.minimum is not None and possible < redemption.minimum:
        reasons += (Reason("below_minimum_redemption", minimum=redemption.minimum, possible=possible),)
    elif possible and not worth:
        reasons += (Reason("worth_nothing", points=possible),)
    elif possible:
        return Decision(redemption.label, (Redeem(order.customer, possible, worth),), reasons)
    return Decision(redemption.label, (), reasons)


def _wanted(requested: Requested, standing: Standing) -> Points:
    check_requested(requested)
    return standing.balance if requested == "all" else requested


def check_requested(requested: Requested) -> None:
    """
    Raise `InvalidValue` where *requested* isn't what a member may ask to spend.

    Examples:
        >>> check_requested("all")
    """
    if requested != "all" and (type(requested) is not Points or requested.minor < 0):
        message = f'points to redeem are Points(…), never below zero, or "all": not {requested!r}'
        raise InvalidValue(message, value=requested)


def _limited(
    redemption: Redemption, wanted: Points, standing: Standing, charged: Money | None, point_value: PointValue
) -> tuple[Points, tuple[Reason, ...]]:
    """Give the points that every limit allows, and the reason of the limit that binds, if one does."""
    possible = wanted
    binding: tuple[Reason, ...] = ()
    if standing.balance < possible:
        possible = standing.balance
        binding = (Reason("limited_by_balance", balance=possible, requested=wanted),)
    share = None if charged is None else point_value.points_to_pay(redemption.max_share.of(charged, "floor"))
    if share is not None and share < possible:
        possible = share
        figures = {"share": redemption.max_share, "charged": charged, "limit": share, "requested": wanted}
        binding = (Reason("limited_by_share", **figures),)
    if redemption.maximum is not None and redemption.maximum < possible:
        possible = redemption.maximum
        binding = (Reason("limited_by_maximum", maximum=possible, requested=wanted),)
    waiting = (Reason("limits_at_completion"),) if charged is None else ()
    return possible.with_digits(point_value.digits), waiting + binding
