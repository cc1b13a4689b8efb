"""Local days: the day that a moment lies in by the calendar of a zone, and the moment at which a day begins."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from loyaltykit.values.moment import in_zone, local_instant

if TYPE_CHECKING:
    from datetime import tzinfo

_DAY = timedelta(days=1)


def day_start(day: date, zone: tzinfo, *, after: int = 0) -> datetime | None:
    """
    Give the moment in UTC at which the local day so many days *after* *day* begins; None past the calendar.

    A day without a midnight begins where the clock was put forward, a skipped one where the next does.

    Examples:
        >>> from datetime import date
        >>> from zoneinfo import ZoneInfo
        >>> day_start(date(2026, 3, 1), ZoneInfo("Europe/Moscow"), after=61).isoformat()
        '2026-04-30T21:00:00+00:00'
    """
    try:
        midnight = datetime(day.year, day.month, day.day) + timedelta(days=after)  # noqa: DTZ001 - of local time
        return local_instant(midnight, zone)
    except (OverflowError, ValueError):
        return None


def day_at(moment: datetime, zone: tzinfo) -> date:
    """
    Give the local day that *moment* lies in: the last one that has begun, so that days follow each other even where a
    clock is put back over midnight. Raises `NaiveMoment`.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from zoneinfo import ZoneInfo
        >>> day_at(datetime(2026, 2, 28, 21, tzinfo=timezone.utc), ZoneInfo("Europe/Moscow"))
        datetime.date(2026, 3, 1)
    """
    day = in_zone(moment, zone).date()
    following = day_start(day, zone, after=1)
    if following is not None and following <= moment:
        return day + _DAY
    begins = day_start(day, zone)
    return day if begins is None or begins <= moment else day - _DAY


def away_from(last: datetime, days: int, zone: tzinfo) -> datetime | None:
    """
    Give the moment from which more than *days* local days have passed since that of *last*; None past the calendar.

    Examples:
        >>> from datetime import datetime
        >>> from zoneinfo import ZoneInfo
        >>> moscow = ZoneInfo("Europe/Moscow")
        >>> away_from(datetime(2026, 3, 1, 18, tzinfo=moscow), 60, moscow).astimezone(moscow).isoformat()
        '2026-05-01T00:00:00+03:00'
    """
    return day_start(day_at(last, zone), zone, after=days + 1)
