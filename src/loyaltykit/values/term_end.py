"""When a term ends that is counted in local days: with the last of them, or with its week or month."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from loyaltykit.values.moment import in_zone, instant, local_instant, needed

if TYPE_CHECKING:
    from datetime import date, tzinfo

    from loyaltykit.values.term import Term


def term_end(term: Term, moment: datetime, zone: tzinfo, unit: str = "day") -> datetime | None:
    """
    Give the moment, in UTC, at which *term* ends that begins at *moment*; None where the calendar ends before.

    A term of hours elapses. Any other is counted by the calendar of *zone*, and lasts to the end of the local *unit*
    that it ends in: ``"day"``, ``"week"`` (Monday to Sunday) or ``"month"``.

    Examples:
        >>> from datetime import datetime
        >>> from zoneinfo import ZoneInfo
        >>> from loyaltykit import Term
        >>> moscow = ZoneInfo("Europe/Moscow")
        >>> term_end(Term("P30D"), datetime(2026, 3, 10, 12, tzinfo=moscow), moscow).isoformat()
        '2026-04-09T21:00:00+00:00'
    """
    start = instant(moment) if term.seconds else in_zone(instant(moment), needed(zone, "a term of local days"))
    try:
        end = term.after(start)
        return end if term.seconds else local_instant(_midnight_after(end.date(), unit), zone)
    except (OverflowError, ValueError):  # past the calendar
        return None


def _midnight_after(day: date, unit: str) -> datetime:
    """Give the midnight, without a zone, at the end of the *unit* that *day* lies in."""
    if unit == "month":
        following = day.replace(day=28) + timedelta(days=4)
        return datetime(following.year, following.month, 1)  # noqa: DTZ001 - of local time
    days = 7 - day.weekday() if unit == "week" else 1
    return datetime(day.year, day.month, day.day) + timedelta(days=days)  # noqa: DTZ001 - of local time
