"""
The local days of a rolling period: those that count for a ladder over a term, today among them. Row Y1.

A day is a row of whole numbers, in minor units: a year of them is looked at with each order.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

from loyaltykit.errors import InvalidValue

if TYPE_CHECKING:
    from loyaltykit.values.term import Term

Day: TypeAlias = tuple[int, int, int, int]
"""A local day by its ordinal, what was sold and paid that day in minor units, and the visits."""

_DAY: Final = timedelta(days=1)
_CLAMPED: Final = timedelta(days=4)
"""More than the ends of months ever move a term."""


def counted_days(over: Term, days: tuple[Day, ...], today: date) -> tuple[Day, ...]:
    """
    Give those of *days*, in their order, that count on the local day *today*, where a ladder counts *over* a term.

    Examples:
        >>> from datetime import date
        >>> from loyaltykit import Term
        >>> today = date(2026, 3, 3)
        >>> days = tuple([(today.toordinal() + n, 500, 0, 1) for n in (-2, -1, 0, 1)])
        >>> counted_days(Term("P2D"), days, today) == days[1:3]
        True
    """
    first = bisect_left(days, (first_day(over, today).toordinal(),))
    return days[first : bisect_left(days, (today.toordinal() + 1,))]


@lru_cache(maxsize=64)
def first_day(over: Term, today: date) -> date:
    """
    Give the earliest local day that counts on *today*, where a ladder counts *over* a term that includes *today*.

    Examples:
        >>> from datetime import date
        >>> from loyaltykit import Term
        >>> first_day(Term("P30D"), date(2026, 3, 30)), first_day(Term("P1Y"), date(2026, 3, 1))
        (datetime.date(2026, 3, 1), datetime.date(2025, 3, 2))
    """
    try:
        day = over.after(_as_moment(today), times=-1).date() - _CLAMPED
    except (InvalidValue, OverflowError):  # before the calendar
        return date.min
    while last_day(over, day) < today:
        day += _DAY
    return day


def last_day(over: Term, day: date) -> date:
    """
    Give the last local day on which a visit of *day* counts, where a ladder counts *over* a term.

    Examples:
        >>> from datetime import date
        >>> from loyaltykit import Term
        >>> last_day(Term("P1M"), date(2026, 1, 31)), last_day(Term("P1D"), date(2026, 1, 31))
        (datetime.date(2026, 2, 27), datetime.date(2026, 1, 31))
    """
    try:
        return over.after(_as_moment(day)).date() - _DAY
    except InvalidValue:  # past the calendar
        return date.max


def _as_moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
