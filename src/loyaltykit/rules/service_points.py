"""
Service points: so many for an order of a service or a class, each with its own number. Rows S1, S2.

They're credited some time after the visit, so that one that is cancelled before leaves nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.decision import Decision
from loyaltykit.effects import Award
from loyaltykit.reason import Reason
from loyaltykit.rules.minimum import below
from loyaltykit.rules.scope import Rule
from loyaltykit.settings import field
from loyaltykit.settings.frozen import settings

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from loyaltykit.facts.order import Order
    from loyaltykit.values.money import Money  # noqa: TC004 - loaded by the kind that reads it
    from loyaltykit.values.points import Points  # noqa: TC004
    from loyaltykit.values.term import Term  # noqa: TC004


@settings
class ServicePoints(Rule):
    """
    *points* for an order of the services in its scope, from the price *minimum* on (S1).

    With a *delay* they're credited that long after the visit has ended, or, where the host doesn't tell when that was,
    after the order was completed (S2).

    Examples:
        >>> from loyaltykit import Points, Scope, ServicePoints, Term
        >>> haircut = ServicePoints(points=Points(50), delay=Term("PT3H"), scope=Scope(services=("haircut",)))
        >>> haircut.delay
        Term('PT3H')
    """

    points: Points = field.points("The points that an order earns.")
    minimum: Money | None = field.money("The lowest price that earns them.", default=None)
    delay: Term | None = field.term(
        "How long after the visit's end the points are credited; by completion, if left out.", default=None
    )


def service_points_for(
    service_points: ServicePoints, order: Order, *, at: datetime, zone: tzinfo | None = None
) -> Decision:
    """
    Give what *service_points* grants to the customer of *order*, placed *at*.

    *zone* is the branch's, for scopes by local days and hours. Raises `NaiveMoment` and `ZoneNeeded`, and `MixedUnits`
    where the order's price isn't in the currency of *minimum*.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Order, Points, Scope, ServicePoints, Term, service_points_for
        >>> rule = ServicePoints(points=Points(50), delay=Term("PT3H"), scope=Scope(services=("haircut",)))
        >>> order = Order(id="o1", customer="m1", service="haircut")
        >>> print(service_points_for(rule, order, at=datetime(2026, 3, 1, tzinfo=timezone.utc)))
        service_points: m1 earns 50 points, credited after PT3H
    """
    reason = service_points.outside(order, at, zone) or _unmet(service_points, order)
    if reason is not None or order.customer is None:
        return Decision(service_points.label, (), (reason,) if reason else ())
    return Decision(service_points.label, (Award(order.customer, service_points.points, delay=service_points.delay),))


def _unmet(service_points: ServicePoints, order: Order) -> Reason | None:
    return Reason("no_customer") if order.customer is None else below(service_points.minimum, order.price)
