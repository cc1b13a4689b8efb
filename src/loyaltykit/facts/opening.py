"""A member who is carried over from another system, as the host tells it. Row R6."""

from __future__ import annotations

from datetime import datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from loyaltykit.errors import InvalidValue
from loyaltykit.values.code import normal_code
from loyaltykit.values.moment import instant
from loyaltykit.values.money import Money, order_sum
from loyaltykit.values.points import Points
from loyaltykit.values.text import id_of

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_LOTS = 1_000
"""Lots that an opening balance may have."""


def _lots(lots: Iterable[tuple[Points, datetime | None]]) -> tuple[tuple[Points, datetime | None], ...]:
    given = tuple(lots)
    for points, expires in given:
        if type(points) is not Points or points.minor <= 0:
            message = f"an opening lot is (Points(…), when it expires), of more than no points: not {points!r}"
            raise InvalidValue(message, value=points)
        if expires is not None:
            instant(expires, "when an opening lot expires")
    if len(given) > MAX_LOTS:
        message = f"an opening balance has at most {MAX_LOTS} lots, not {len(given)}: merge those that expire together"
        raise InvalidValue(message, value=len(given))
    return tuple([(points, None if expires is None else instant(expires)) for points, expires in given])


def _money(value: Money | None) -> Money | None:
    return None if value is None else order_sum(value, "what an opening member was sold or has paid")


def _moment(value: datetime | None) -> datetime | None:
    return None if value is None else instant(value, "an opening member's last_order")


def _visited(value: datetime | None) -> datetime | None:
    return None if value is None else instant(value, "an opening member's last_visit")


def _levels(value: Iterable[tuple[str, str, datetime | None]]) -> tuple[tuple[str, str, datetime | None], ...]:
    given = []
    for tier, level, until in value:
        ends = None if until is None else instant(until, "until when an opening member has a level")
        given.append((id_of("a ladder", tier), id_of("a level", level), ends))
    ladders = [tier for tier, _, _ in given]
    twice = sorted({tier for tier in ladders if ladders.count(tier) > 1})
    if twice:
        message = f"an opening member has one level of each ladder, the higher: not two of {', '.join(twice)}"
        raise InvalidValue(message, value=twice[0])
    return tuple(sorted(given, key=itemgetter(0)))


def _categories(value: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(id_of("a category", name) for name in value))


def _member_id(value: str) -> str:
    return id_of("a member", value)


def _referrer(value: str | None) -> str | None:
    return None if value is None else id_of("a referrer", value)


def _code(value: str | None) -> str | None:
    return None if value is None else normal_code(value)


def _channels(value: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({id_of("a channel", name) for name in value}))


def _consent(_opening: Any, _attribute: Any, value: Any) -> None:
    if not (value is None or isinstance(value, bool)):
        message = f"an opening member's consent is True or False, None where nobody has said: not {value!r}"
        raise InvalidValue(message, value=value)


def _visits(_opening: Any, _attribute: Any, value: Any) -> None:
    if type(value) is not int or value < 0:
        message = f"an opening member's visits and sales are whole numbers, never below zero: not {value!r}"
        raise InvalidValue(message, value=value)


@frozen(kw_only=True)
class OpeningMember:
    """
    What is carried over of the member called *id*: points in *lots*, each with its expiry (None: never), and history.

    *visits* counts completed orders, *sales* those that were no visit; *sold* and *paid* are what was charged and
    received for all of them, *last_order* is the moment of the last, *last_visit* that of the last visit, if there are
    any and it isn't the same, *channels* those through which there was one. *levels* are given by hand: (ladder, level,
    until when; None for good); those that the rest earns come by themselves. *categories* they had. *referrer* is who
    brought the member, *code* the referral code that they pass on, *consent* whether they agreed to marketing, None
    where nobody has said. Raises `InvalidValue` and `NaiveMoment`.

    Examples:
        >>> from loyaltykit import OpeningMember, Points
        >>> OpeningMember(id="m1", lots=[(Points(350), None)], visits=12).lots
        ((Points(350), None),)
    """

    id: str = field(converter=_member_id)
    lots: tuple[tuple[Points, datetime | None], ...] = field(default=(), converter=_lots)
    visits: int = field(default=0, validator=_visits)
    sold: Money | None = field(default=None, converter=_money)
    paid: Money | None = field(default=None, converter=_money)
    last_order: datetime | None = field(default=None, converter=_moment)
    channels: tuple[str, ...] = field(default=(), converter=_channels)
    referrer: str | None = field(default=None, converter=_referrer)
    code: str | None = field(default=None, converter=_code)
    consent: bool | None = field(default=None, validator=_consent)
    sales: int = field(default=0, validator=_visits)
    last_visit: datetime | None = field(default=None, converter=_visited)
    levels: tuple[tuple[str, str, datetime | None], ...] = field(default=(), converter=_levels)
    categories: tuple[str, ...] = field(default=(), converter=_categories)
