"""The order, as the host tells it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from attrs import field, frozen

from loyaltykit.errors import InvalidValue
from loyaltykit.values.moment import instant
from loyaltykit.values.money import Money
from loyaltykit.values.text import MAX_TEXT, is_id


def _checked_id(_order: Any, attribute: Any, value: Any) -> None:
    if value is not None and not (isinstance(value, str) and is_id(value)):
        message = (
            f"an order's {attribute.name} must be text of 1 to {MAX_TEXT} characters, without control "
            f"characters, not {value!r}"
        )
        raise InvalidValue(message, value=value)


def _checked_price(_order: Any, _attribute: Any, value: Any) -> None:
    if value is not None and (not isinstance(value, Money) or value.minor < 0):
        message = f"an order's price is Money, never below zero, or None while it isn't known: not {value!r}"
        raise InvalidValue(message, value=value)


def _start(value: datetime | None) -> datetime | None:
    return None if value is None else instant(value, "an order's starts_at")


_NAME: Any = field(default=None, validator=_checked_id)


@frozen(kw_only=True)
class Order:
    """
    A ride or a booking, by the host's own ids: *id* of the order, *customer* and *worker* of the members.

    *price* is the order's price before any discount, None while it isn't known. *branch*, *service*, *tariff*,
    *worker_tariff*, *channel* and *district* are what scopes look at; what the host leaves out matches only rules that
    don't ask. *starts_at* is when the ride or visit begins, if that isn't when it's placed; it's kept in UTC. Raises
    `InvalidValue` and `NaiveMoment`.

    Examples:
        >>> from loyaltykit import Money, Order
        >>> order = Order(id="o1", customer="m1", price=Money("412.00", "RUB"), branch="centre", channel="app")
        >>> order.tariff is None
        True
    """

    id: str = field(validator=_checked_id)
    customer: str | None = _NAME
    price: Money | None = field(default=None, validator=_checked_price)
    branch: str | None = _NAME
    service: str | None = _NAME
    tariff: str | None = _NAME
    worker: str | None = _NAME
    worker_tariff: str | None = _NAME
    channel: str | None = _NAME
    district: str | None = _NAME
    starts_at: datetime | None = field(default=None, converter=_start)
