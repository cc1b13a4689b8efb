"""Periods: stretches of time that include their start and exclude their end."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from attrs import field, frozen

from loyaltykit.errors import InvalidValue
from loyaltykit.values.moment import instant, local_instant, needed

_EDGES = (date.min, date.max)
"""The days whose midnights don't exist in every zone."""

_FAR = timedelta(hours=16)
"""More than any zone has ever been off UTC."""


def _boundary(value: date | datetime | None) -> date | datetime | None:
    if isinstance(value, datetime):
        return instant(value, "the boundary of a period")
    if value is not None and not isinstance(value, date):
        message = f"a period runs between dates or aware datetimes, not {value!r}"
        raise InvalidValue(message, value=value)
    if value in _EDGES:
        message = f"{value} lies at the edge of the calendar: leave that side of the period open instead"
        raise InvalidValue(message, value=value)
    return value


@frozen
class Period:
    """
    The half-open stretch of instants from *start* up to and without *until*; None is open on that side.

    A date without a time means local days, and *until* a date includes that whole day: until 31 December ends where
    1 January begins. Which instants these are depends on the zone, so `contains` and `bounds` ask for it. Raises
    `NaiveMoment` for a datetime without a zone and `InvalidValue` for a period that ends before it starts.

    Examples:
        >>> from datetime import date, datetime
        >>> from zoneinfo import ZoneInfo
        >>> from loyaltykit import Period
        >>> moscow = ZoneInfo("Europe/Moscow")
        >>> december = Period(date(2026, 12, 1), date(2026, 12, 31))
        >>> december.contains(datetime(2026, 12, 31, 23, 59, 59, tzinfo=moscow), zone=moscow)
        True
        >>> december.contains(datetime(2027, 1, 1, tzinfo=moscow), zone=moscow)
        False
    """

    start: date | datetime | None = field(default=None, converter=_boundary)
    until: date | datetime | None = field(default=None, converter=_boundary)

    def __attrs_post_init__(self) -> None:
        """Refuse a period in which nothing can happen."""
        start, end = self.bounds(zone=UTC)
        mixed = type(self.start) is not type(self.until)  # which comes first depends on the zone
        if start is not None and end is not None and start - end >= (_FAR if mixed else timedelta()):
            message = f"the period {self} ends before it starts, or as it does: swap its two sides"
            raise InvalidValue(message, value=self)

    def bounds(self, *, zone: tzinfo | None) -> tuple[datetime | None, datetime | None]:
        """
        Give the first instant and the first one after it, in UTC, with local days taken in *zone*.

        Raises `ZoneNeeded` where a side is a date and *zone* is None.

        Examples:
            >>> from datetime import date
            >>> from zoneinfo import ZoneInfo
            >>> from loyaltykit import Period
            >>> start, end = Period(until=date(2026, 12, 31)).bounds(zone=ZoneInfo("Asia/Tokyo"))
            >>> start, end.isoformat()
            (None, '2026-12-31T15:00:00+00:00')
        """
        return _as_instant(self.start, zone, days=0), _as_instant(self.until, zone, days=1)

    def contains(self, moment: datetime, *, zone: tzinfo | None) -> bool:
        """
        Say whether *moment* lies in the period, its local days taken in *zone*.

        Raises `NaiveMoment`, and `ZoneNeeded` where a side is a date and *zone* is None.
        """
        at = instant(moment)
        start, end = self.bounds(zone=zone)
        return (start is None or start <= at) and (end is None or at < end)

    def __str__(self) -> str:
        """Give both sides in words: from 2026-01-01 until 2026-12-31."""
        sides = [f"from {self.start}" if self.start else "", f"until {self.until}" if self.until else ""]
        return " ".join(filter(None, sides)) or "always"


def _as_instant(side: date | datetime | None, zone: tzinfo | None, days: int) -> datetime | None:
    if side is None or isinstance(side, datetime):
        return side
    midnight = datetime.combine(side + timedelta(days=days), time())
    return local_instant(midnight, needed(zone, "a period of local days"))
