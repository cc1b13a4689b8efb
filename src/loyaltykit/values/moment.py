"""Moments: datetimes that name one instant, and the zones that local days belong to."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Any

from loyaltykit.errors import InvalidValue, NaiveMoment, ZoneNeeded

_NO_PLACE = frozenset({"localtime", "posixrules", "Factory"})
"""Names in the database that mean another zone on each machine, or none."""


def aware(moment: datetime, what: str = "a moment") -> datetime:
    """
    Give *moment* back if it names one instant; raises `NaiveMoment` if its time zone is missing.

    Examples:
        >>> from datetime import datetime, timezone
        >>> aware(datetime(2026, 3, 1, tzinfo=timezone.utc)).hour
        0
    """
    if type(moment) is datetime and moment.tzinfo is UTC:
        return moment
    if not isinstance(moment, datetime):
        message = f"{what} must be a datetime, not {moment!r}"
        raise InvalidValue(message, value=moment)
    if moment.utcoffset() is None:
        message = (
            f"{what} has no time zone: {moment}; say where it is meant, "
            'such as moment.replace(tzinfo=ZoneInfo("Europe/Moscow")), or use datetime.now(timezone.utc)'
        )
        raise NaiveMoment(message, value=moment)
    return moment


def instant(moment: datetime, what: str = "a moment") -> datetime:
    """Give *moment* in UTC; raises `NaiveMoment` if its time zone is missing."""
    return in_zone(moment, UTC, what)


def in_zone(moment: datetime, zone: tzinfo, what: str = "a moment") -> datetime:
    """Give *moment* by the clocks of *zone*; raises `NaiveMoment`, and `InvalidValue` where their calendar ends."""
    try:
        return aware(moment, what).astimezone(zone)
    except OverflowError:
        message = f"{what}, {moment}, lies at the edge of the calendar, which runs from the year 1 to 9999"
        raise InvalidValue(message, value=moment) from None


def local_instant(local: datetime, zone: tzinfo) -> datetime:
    """
    Give the instant in UTC of a *local* wall-clock time: one in a DST gap resolves forward, a repeated one is its
    first.

    Examples:
        >>> from datetime import datetime
        >>> from zoneinfo import ZoneInfo
        >>> local_instant(datetime(2026, 3, 29, 2, 30), ZoneInfo("Europe/Berlin")).isoformat()
        '2026-03-29T01:30:00+00:00'
    """
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def needed(zone: tzinfo | None, what: str) -> tzinfo:
    """Give *zone*; raises `ZoneNeeded` if there is none, naming *what* can't be judged without."""
    if zone is None:
        message = f"{what} is meant in local time: say in which zone, by zone=ZoneInfo(…) or in the settings"
        raise ZoneNeeded(message, value=None)
    return zone


def zone_named(key: object) -> Any:
    """
    Give the time zone that the IANA database calls *key*; raises `InvalidValue` for none.

    Examples:
        >>> zone_named("Europe/Moscow")
        zoneinfo.ZoneInfo(key='Europe/Moscow')
    """
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - 9 ms that a rule without local times never needs

    named = isinstance(key, str) and key not in _NO_PLACE and not key.startswith(("right/", "posix/"))
    try:
        return ZoneInfo(key if named else "")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - bad keys are the point
    except (KeyError, ValueError, TypeError, OSError):  # missing, no plain path, no text, a folder
        message = f"{key!r} is no time zone: write its IANA name, such as Europe/Moscow"
        raise InvalidValue(message, value=key) from None
