"""Points for a member's first order through the app, besides cashback. Row G6."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.decision import Decision
from loyaltykit.effects import Award
from loyaltykit.reason import Reason
from loyaltykit.rules.minimum import below
from loyaltykit.rules.scope import Rule
from loyaltykit.settings import field
from loyaltykit.settings.frozen import checked, settings
from loyaltykit.values.money import Money
from loyaltykit.values.points import Points

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from loyaltykit.facts.history import History
    from loyaltykit.facts.order import Order
    from loyaltykit.settings.here import Here
    from loyaltykit.values.term import Term  # noqa: TC004 - loaded by the kind that reads it


@settings
class FirstAppOrder(Rule):
    """
    *points* for the first completed order that comes through one of *channels*, from the price *minimum* on (G6).

    A member who has so far ordered by phone alone still has a first order through the app ahead. With a *delay* the
    points are credited that long after the order is completed (S2).

    Examples:
        >>> from loyaltykit import FirstAppOrder, Points
        >>> FirstAppOrder(points=Points(100)).channels
        ('app',)
    """

    points: Points = field.points("The points that the first order through the app earns.")
    minimum: Money | None = field.money("The lowest price that earns them.", default=None)
    channels: tuple[str, ...] = field.names("The channels that are the app.", default=("app",))
    delay: Term | None = field.term(
        "How long after completion the points are credited; at once, if left out.", default=None
    )

    @checked("channels")
    def _some_channel(self, here: Here) -> None:
        if not self.channels:
            here.at("channels").problem("empty")

    @checked("channels", "scope")
    def _channels_meet(self, here: Here) -> None:
        scope = getattr(self.scope, "channels", ())
        if self.channels and scope and not set(self.channels) & set(scope):
            here.problem("never_applies")


def first_app_order_for(
    first: FirstAppOrder,
    order: Order,
    *,
    at: datetime,
    history: History,
    zone: tzinfo | None = None,
) -> Decision:
    """
    Give what *first* grants to the customer of *order*, placed *at*, with that *history* behind them.

    *zone* is the branch's, for scopes by local days and hours. Raises `NaiveMoment` and `ZoneNeeded`, and `MixedUnits`
    where the order's price isn't in the currency of *minimum*.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import FirstAppOrder, History, Order, Points, first_app_order_for
        >>> order = Order(id="o1", customer="m1", channel="app")
        >>> at = datetime(2026, 3, 1, tzinfo=timezone.utc)
        >>> rule = FirstAppOrder(points=Points(100))
        >>> print(first_app_order_for(rule, order, at=at, history=History(channels={"phone"})))
        first_app_order: m1 earns 100 points
    """
    reason = first.outside(order, at, zone) or _unmet(first, order, history)
    if reason is not None or order.customer is None:
        return Decision(first.label, (), (reason,) if reason else ())
    return Decision(first.label, (Award(order.customer, first.points, delay=first.delay),))


def _unmet(first: FirstAppOrder, order: Order, history: History) -> Reason | None:
    if order.customer is None:
        return Reason("no_customer")
    if order.channel not in first.channels:
        return Reason("not_app", channels=first.channels, actual=order.channel)
    if not history.channels.isdisjoint(first.channels):
        return Reason("not_first_app_order", channels=first.channels)
    return below(first.minimum, order.price)
