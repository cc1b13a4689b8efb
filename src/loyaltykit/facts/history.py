"""What lies behind a member."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from loyaltykit.errors import InvalidValue
from loyaltykit.values.moment import instant
from loyaltykit.values.money import Money, order_sum
from loyaltykit.values.text import is_id

if TYPE_CHECKING:
    from collections.abc import Iterable


def _names(channels: Iterable[str]) -> frozenset[str]:
    given = (channels,) if isinstance(channels, str) else channels
    if not isinstance(given, Collection) or not all(isinstance(name, str) and is_id(name) for name in given):
        message = f"a history's channels are names, such as {{'app', 'phone'}}: not {channels!r}"
        raise InvalidValue(message, value=channels)
    return frozenset(given)


def _counted(_history: Any, _attribute: Any, value: Any) -> None:
    if type(value) is not int or value < 0:
        message = f"a history's visits are a whole number, never below zero: not {value!r}"
        raise InvalidValue(message, value=value)


def _day(_history: Any, _attribute: Any, value: Any) -> None:
    if type(value) is not date:
        message = f"a day of visits is a date, by the calendar of the program's zone: not {value!r}"
        raise InvalidValue(message, value=value)


def _total(value: Money | None) -> Money | None:
    return None if value is None else order_sum(value, "what a member was sold or has paid")


def _moment(value: datetime | None) -> datetime | None:
    return None if value is None else instant(value, "a history's last_visit")


@frozen(kw_only=True)
class DayOfVisits:
    """
    What lies behind a member of one local *day*: what was *sold* and *paid*, and the *visits*.

    Sums are None where there's nothing. Raises `InvalidValue` for what is no day, no money, or below zero.

    Examples:
        >>> from datetime import date
        >>> from loyaltykit import DayOfVisits, Money
        >>> DayOfVisits(day=date(2026, 3, 1), sold=Money(900, "RUB"), visits=1).paid is None
        True
    """

    day: date = field(validator=_day)
    sold: Money | None = field(default=None, converter=_total)
    paid: Money | None = field(default=None, converter=_total)
    visits: int = field(default=0, validator=_counted)


def _days(days: Iterable[DayOfVisits]) -> tuple[DayOfVisits, ...]:
    given = tuple(days)
    for each in given:
        if type(each) is not DayOfVisits:
            message = f"a history's recent days are DayOfVisits(…): not {each!r}"
            raise InvalidValue(message, value=each)
    return given


@frozen(kw_only=True)
class History:
    """
    The *channels* through which the member has had a completed order (app, phone, web, as the host names them).

    *visits* counts the completed orders that were visits, *sales* those that weren't; *sold* is what was charged for
    all of them, *paid* what was received (Y8): None for nothing. *last_visit* is the moment of the last visit, kept in
    UTC. *recent* are the local days of late, for ladders that count over a rolling period. Raises `InvalidValue` for
    channels that aren't a collection of names, for visits that are no number of orders, and for sums below zero;
    `NaiveMoment`.

    Examples:
        >>> from loyaltykit import History, Money
        >>> "app" in History(channels={"phone"}).channels
        False
        >>> History(visits=3, sold=Money(5000, "RUB")).sold
        Money('5000.00', 'RUB')
    """

    channels: frozenset[str] = field(default=frozenset(), converter=_names)
    visits: int = field(default=0, validator=_counted)
    sold: Money | None = field(default=None, converter=_total)
    paid: Money | None = field(default=None, converter=_total)
    last_visit: datetime | None = field(default=None, converter=_moment)
    recent: tuple[DayOfVisits, ...] = field(default=(), converter=_days)
    sales: int = field(default=0, validator=_counted)

    @property
    def orders(self) -> int:
        """
        The completed orders, visits or not.

        Examples:
            >>> History(visits=3, sales=2).orders
            5
        """
        return self.visits + self.sales
