"""Strategies for the calendar: terms, time zones, moments, periods and windows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from loyaltykit.values.period import Period
from loyaltykit.values.term import Term
from loyaltykit.values.week import WEEKDAYS
from loyaltykit.values.window import Window

if TYPE_CHECKING:
    from datetime import tzinfo

    from hypothesis.strategies import DrawFn, SearchStrategy

ZONES: Final = (
    "UTC",
    "Europe/Berlin",
    "Europe/Moscow",
    "America/New_York",
    "Atlantic/Azores",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
)
"""The time zones that are drawn: 11 hours behind to 14 ahead, odd minutes, with and without summer time."""

ODD_TIMES: Final = {
    "Europe/Berlin": ("2026-03-29T02:30", "2026-10-25T02:30"),
    "Europe/Moscow": ("2014-10-26T01:30",),
    "America/New_York": ("2026-03-08T02:30", "2026-11-01T01:30"),
    "Atlantic/Azores": ("2026-03-29T00:30", "2026-10-25T00:30"),
    "Africa/Cairo": ("2024-04-26T00:30", "2024-10-31T23:30"),
    "Australia/Lord_Howe": ("2026-10-04T02:15", "2026-04-05T01:45"),
}
"""The middles of stretches of local time that a change of the clock skips, or repeats; some begin at midnight."""

_ODD = [(key, datetime.fromisoformat(text)) for key, texts in ODD_TIMES.items() for text in texts]
_NEAR = [timedelta(seconds=sign * off) for off in (1, 60, 1800, 3600, 86_400, 31 * 86_400) for sign in (1, -1)]
_FIRST, _LAST = datetime(2010, 1, 1), datetime(2040, 1, 1)  # noqa: DTZ001 - the bounds are local times


def terms() -> SearchStrategy[Term]:
    """
    Draw terms, of months, of days, of hours and of all together.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.terms(), lambda term: term.months > 0)
        Term('P1M')
    """
    years, months, weeks, days = (st.integers(1, most) for most in (5, 25, 10, 400))
    hours, seconds = st.integers(1, 100), st.integers(1, 200_000)
    alone = [
        st.builds("P{}D".format, days),
        st.builds("P{}M".format, months),
        st.builds("PT{}H".format, hours),
        st.builds("P{}Y".format, years),
        st.builds("P{}W".format, weeks),
        st.builds("PT{}S".format, seconds),
        st.builds("P{}Y{}M{}W{}DT{}H{}S".format, years, months, weeks, days, hours, seconds),
    ]
    return st.one_of(alone).map(Term)


def zones() -> SearchStrategy[ZoneInfo]:
    """
    Draw time zones: west and east, with odd offsets, with and without summer time, with one that begins at midnight.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.zones(), lambda zone: "Berlin" in zone.key)
        zoneinfo.ZoneInfo(key='Europe/Berlin')
    """
    return st.sampled_from(ZONES).map(ZoneInfo)


@st.composite
def moments(draw: DrawFn, zone: tzinfo | None = None) -> datetime:
    """
    Draw moments from 2010 to 2039 in *zone* (any, if left out), half of them at or near a change of some clock.

    Some have a local time that a gap skips, or one that comes twice.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.moments(), lambda moment: moment.fold == 1).tzinfo is None
        False
    """
    if draw(st.booleans()):
        return draw(st.datetimes(_FIRST, _LAST, timezones=zones() if zone is None else st.just(zone)))
    key, local = draw(st.sampled_from(_ODD))
    own = ZoneInfo(key) if zone is None else zone
    off = timedelta(seconds=draw(st.integers(-899, 899)))  # a quarter of an hour to each side is as odd
    odd = (local + off).replace(fold=draw(st.integers(0, 1)))
    if draw(st.booleans()):
        return odd.replace(tzinfo=own)
    off = draw(st.sampled_from(_NEAR) | st.timedeltas(-timedelta(hours=3), timedelta(hours=3)))
    return (odd.replace(tzinfo=ZoneInfo(key)).astimezone(UTC) + off).astimezone(own)


@st.composite
def periods(draw: DrawFn) -> Period:
    """
    Draw periods: between days, between moments, from one to the other, open on a side or both, some very short.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.periods(), lambda period: period.start is not None and period.start == period.until)
        Period(start=datetime.date(2010, 1, 1), until=datetime.date(2010, 1, 1))
    """
    day = draw(st.dates(_FIRST.date(), _LAST.date()))
    length = draw(st.sampled_from([0, 1, 6, 30, 365]) | st.integers(0, 1000))
    days = (day, day + timedelta(days=length))
    moment = draw(moments())
    seconds = draw(st.sampled_from([1, 3600, 86_400]) | st.integers(1, 10**8))
    instants = (moment, moment.astimezone(UTC) + timedelta(seconds=seconds))
    # A day begins up to 14 hours before it does in UTC, and ends up to 12 hours after.
    mixed = [(day, _noon(day, 2)), (_noon(day, -2), day)]
    start, until = draw(st.sampled_from([days, instants, *mixed]))
    return draw(st.sampled_from([Period(start, until), Period(start), Period(until=until), Period()]))


def _noon(day: date, later: int) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC) + timedelta(days=later)


@st.composite
def windows(draw: DrawFn) -> Window:
    """
    Draw windows: of some weekdays or all, across midnight, of one minute or all but one, with a zone or none.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.windows(), lambda window: window.zone is None and window.end < window.start)
        Window(weekdays=(), start='00:01', end='00:00', zone=None)
    """
    weekdays = draw(st.just([]) | st.lists(st.sampled_from(WEEKDAYS), unique=True, max_size=7))
    minutes = st.sampled_from([0, 1, 60, 1380, 1439]) | st.integers(0, 1439)
    start = draw(minutes)
    end = draw((minutes | st.just(1440)).filter(lambda end: end != start))
    zone = draw(st.none() | st.sampled_from(ZONES))
    return Window(weekdays, f"{start // 60:02}:{start % 60:02}", f"{end // 60:02}:{end % 60:02}", zone)
