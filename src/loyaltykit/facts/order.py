"""The order, as the host tells it."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from loyaltykit.errors import InvalidValue
from loyaltykit.values.moment import instant
from loyaltykit.values.money import Money, order_sum
from loyaltykit.values.text import MAX_TEXT, is_id


def _start(value: datetime | None) -> datetime | None:
    return None if value is None else instant(value, "an order's starts_at")


def _end(value: datetime | None) -> datetime | None:
    return None if value is None else instant(value, "an order's ends_at")


def _is_place(value: object) -> bool:
    """Say whether *value* is a longitude and a latitude in degrees."""
    if not isinstance(value, tuple) or len(value) != len(_BOUNDS):
        return False
    return all(
        isinstance(each, int | float) and not isinstance(each, bool) and -bound <= each <= bound
        for each, bound in zip(value, _BOUNDS, strict=True)
    )


_BOUNDS = (180, 90)
_IDS = ("id", "customer", "branch", "service", "tariff", "worker", "worker_tariff", "channel", "district")


@frozen(kw_only=True)
class Order:
    """
    A ride or a booking, by the host's own ids: *id* of the order, *customer* and *worker* of the members.

    *price* is the order's price before any discount, None while it isn't known. *branch*, *service*, *tariff*,
    *worker_tariff*, *channel* and *district* are what scopes look at; what the host leaves out matches only rules that
    don't ask. *pickup* is the longitude and latitude at which the ride begins: `Loyalty` finds the district by the
    branch's map, where none is told. *starts_at* is when the ride or visit begins, if that isn't when it's placed,
    *ends_at* when it ends, if that isn't when it's completed: delays of awards count from there (S2). Both are kept in
    UTC. A sale of goods is no *visit*: it counts as sold and paid alone (Y4). Raises `InvalidValue` and
    `NaiveMoment`.

    Examples:
        >>> from loyaltykit import Money, Order
        >>> order = Order(id="o1", customer="m1", price=Money("412.00", "RUB"), branch="centre", channel="app")
        >>> order.tariff is None
        True
    """

    id: str
    customer: str | None = None
    price: Money | None = None
    branch: str | None = None
    service: str | None = None
    tariff: str | None = None
    worker: str | None = None
    worker_tariff: str | None = None
    channel: str | None = None
    district: str | None = None
    starts_at: datetime | None = field(default=None, converter=_start)
    pickup: tuple[float, float] | None = None
    visit: bool = True
    ends_at: datetime | None = field(default=None, converter=_end)

    def __attrs_post_init__(self) -> None:
        """Refuse ids that aren't text of their kind, and prices that aren't money."""
        for name in _IDS:
            value = getattr(self, name)
            if value is not None and not (isinstance(value, str) and is_id(value)):
                self._refuse(f"{name} must be text of 1 to {MAX_TEXT} characters, without control characters", value)
        if self.id is None:
            self._refuse("id is needed: the host's own id of the order, as text", self.id)
        if self.pickup is not None and not _is_place(self.pickup):
            self._refuse("pickup is (longitude, latitude) in degrees, such as (37.62, 55.75)", self.pickup)
        if not isinstance(self.visit, bool):
            self._refuse("visit is True, or False for a sale of goods", self.visit)
        if self.price is not None:
            order_sum(self.price, "an order's price")

    def _refuse(self, what: str, value: object) -> None:
        message = f"an order's {what}: not {value!r}"
        raise InvalidValue(message, value=value)
