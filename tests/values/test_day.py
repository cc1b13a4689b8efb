"""Local days: when they begin, and which one a moment lies in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import NaiveMoment
from loyaltykit.testing import strategies
from loyaltykit.values.day import away_from, day_at, day_start

MOSCOW, APIA = ZoneInfo("Europe/Moscow"), ZoneInfo("Pacific/Apia")
ST_JOHNS, SAO_PAULO = ZoneInfo("America/St_Johns"), ZoneInfo("America/Sao_Paulo")
TORONTO = ZoneInfo("America/Toronto")


def test_a_day_begins_at_its_midnight():
    """Or where the clock was put forward over it, or where the next one does if it was skipped."""
    assert day_start(date(2026, 3, 1), MOSCOW) == datetime(2026, 2, 28, 21, tzinfo=UTC)
    assert day_start(date(2018, 11, 4), SAO_PAULO) == datetime(2018, 11, 4, 3, tzinfo=UTC)
    assert day_start(date(2011, 12, 30), APIA) == day_start(date(2011, 12, 31), APIA)


def test_a_moment_lies_in_the_day_that_has_begun_last():
    """In Newfoundland the clock went from 0:01 back to 23:01: the new day had begun."""
    assert day_at(datetime(2026, 2, 28, 20, 59, 59, tzinfo=UTC), MOSCOW) == date(2026, 2, 28)
    assert day_at(datetime(2026, 2, 28, 21, tzinfo=UTC), MOSCOW) == date(2026, 3, 1)
    back = datetime(2010, 11, 7, 2, 31, tzinfo=UTC)
    assert back.astimezone(ST_JOHNS).date() == date(2010, 11, 6)
    assert day_at(back, ST_JOHNS) == date(2010, 11, 7)
    with pytest.raises(NaiveMoment):
        day_at(datetime(2026, 3, 1), MOSCOW)  # noqa: DTZ001 - that's the point


def test_a_midnight_that_the_clock_leapt_over_comes_after_the_leap():
    """In Toronto it went from 23:30 to 0:30: until half an hour later, it's the day before."""
    leap = datetime(1919, 3, 31, 4, 30, tzinfo=UTC)
    assert leap.astimezone(TORONTO).isoformat() == "1919-03-31T00:30:00-04:00"
    assert day_start(date(1919, 3, 31), TORONTO) == leap + timedelta(minutes=30)
    assert [day_at(leap + timedelta(minutes=late), TORONTO).day for late in (-1, 0, 29, 30)] == [30, 30, 30, 31]


def test_the_calendars_ends_have_days():
    """The first and the last; what lies behind is None."""
    first, last = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 12, tzinfo=UTC)
    assert (day_at(first, MOSCOW), day_at(last, UTC)) == (date.min, date.max)
    assert day_start(date.max, UTC, after=1) is None
    assert day_start(date.min, MOSCOW) is None
    assert away_from(last, 1, UTC) is None


@given(strategies.moments(), strategies.zones(), st.integers(0, 400))
def test_days_follow_each_other(moment, zone, days):
    """A moment lies between the start of its day and that of the next; whoever is away for n days is so from then."""
    day = day_at(moment, zone)
    assert day_start(day, zone) <= moment < day_start(day, zone, after=1)
    away = away_from(moment, days, zone)
    assert (day_at(away, zone) - day).days >= days + 1
    assert (day_at(away - timedelta(microseconds=1), zone) - day).days <= days
