"""Moments and zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest

from loyaltykit import InvalidValue, NaiveMoment, ZoneNeeded
from loyaltykit.values.moment import aware, in_zone, instant, local_instant, needed, zone_named

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("zone", [UTC, BERLIN, timezone(timedelta(hours=3))])
def test_an_aware_moment_is_given_back(zone):
    """As it came, in its own zone."""
    moment = datetime(2026, 3, 1, 12, tzinfo=zone)
    assert aware(moment) is moment


class _Nowhere(tzinfo):
    """A time zone that doesn't know its offset, which Python counts as none."""

    def utcoffset(self, _moment):
        return None


@pytest.mark.parametrize("zone", [None, _Nowhere()])
def test_a_naive_moment_is_refused_with_the_fix(zone):
    """It would be another instant in every city."""
    moment = datetime(2026, 3, 1, tzinfo=zone)
    with pytest.raises(NaiveMoment, match=r"at has no time zone: .*moment\.replace\(tzinfo=ZoneInfo") as caught:
        aware(moment, "at")
    assert caught.value.value is moment


@pytest.mark.parametrize("moment", [date(2026, 3, 1), "2026-03-01T00:00Z", 0, None])
def test_what_is_no_datetime_is_refused(moment):
    """Neither dates, text nor seconds."""
    with pytest.raises(InvalidValue, match="at must be a datetime"):
        aware(moment, "at")


def test_an_instant_is_in_utc():
    """Noon in Berlin's winter is eleven."""
    assert instant(datetime(2026, 1, 1, 12, tzinfo=BERLIN)).isoformat() == "2026-01-01T11:00:00+00:00"


@pytest.mark.parametrize(
    ("moment", "hours"), [(datetime.max.replace(tzinfo=UTC), 1), (datetime.min.replace(tzinfo=UTC), -1)]
)
def test_a_moment_past_the_calendar_is_refused(moment, hours):
    """Another zone's clock would show the year 10000, or 0."""
    ahead, behind = timezone(timedelta(hours=hours)), timezone(timedelta(hours=-hours))
    with pytest.raises(InvalidValue, match="lies at the edge of the calendar") as caught:
        in_zone(moment, ahead)
    assert caught.value.value is moment
    with pytest.raises(InvalidValue, match=r"at, .* lies at the edge"):
        instant(moment.replace(tzinfo=behind), "at")
    assert in_zone(moment, behind).year in {1, 9999}


@pytest.mark.parametrize(
    ("local", "fold", "utc"),
    [
        ("2026-03-29T01:59", 0, "2026-03-29T00:59Z"),
        ("2026-03-29T02:30", 0, "2026-03-29T01:30Z"),  # skipped: 3:30 in summer time
        ("2026-03-29T02:30", 1, "2026-03-29T01:30Z"),
        ("2026-03-29T03:00", 0, "2026-03-29T01:00Z"),
        ("2026-10-25T02:30", 0, "2026-10-25T00:30Z"),  # twice: the first is in summer time
        ("2026-10-25T02:30", 1, "2026-10-25T00:30Z"),
    ],
)
def test_a_gap_resolves_forward_and_a_repeated_time_is_its_first(local, fold, utc):
    """Berlin's clock has no 2:30 on the last Sunday of March, and two on that of October."""
    wall = datetime.fromisoformat(local).replace(fold=fold)
    assert local_instant(wall, BERLIN) == datetime.fromisoformat(utc)


def test_a_zone_that_is_needed():
    """Local days without a place can't be judged."""
    assert needed(BERLIN, "a period") is BERLIN
    with pytest.raises(ZoneNeeded, match="a period is meant in local time"):
        needed(None, "a period")


@pytest.mark.parametrize(
    "key",
    ["Mars/Base", "", "europe/moscow ", "Europe", "../etc/passwd", "/etc/localtime", "a\0b", "\ud800", 3, None, []],
)
def test_what_is_no_zone_is_refused(key):
    """Unknown names, folders, paths out of the database, and what is no text."""
    with pytest.raises(InvalidValue, match="is no time zone: write its IANA name") as caught:
        zone_named(key)
    assert caught.value.value == key


def test_a_zone_by_its_name():
    """The same object each time."""
    assert zone_named("Europe/Berlin") is BERLIN
