"""Windows: hours of the week by the clock on the wall."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from loyaltykit import InvalidValue, NaiveMoment, Window, ZoneNeeded

MOSCOW, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("local", "inside"),
    [
        ("2026-11-20T21:59:59", False),  # Friday
        ("2026-11-20T22:00:00", True),
        ("2026-11-20T23:59:59", True),
        ("2026-11-21T00:00:00", True),  # Saturday, but Friday's night
        ("2026-11-21T01:59:59", True),
        ("2026-11-21T02:00:00", False),
        ("2026-11-21T23:00:00", False),
        ("2026-11-20T01:00:00", False),  # Thursday's night
    ],
)
def test_a_happy_hour_across_midnight_belongs_to_its_first_day(local, inside):
    """Friday from 22:00 to 02:00."""
    moment = datetime.fromisoformat(local).replace(tzinfo=MOSCOW)
    assert Window(["fri"], "22:00", "02:00").contains(moment, zone=MOSCOW) is inside


def test_sundays_night_runs_into_monday():
    """The week's end cuts nothing off."""
    window = Window(["sun"], "23:00", "01:00")
    assert window.stretches == ((0, 60), (10_020, 10_080))
    assert window.contains(datetime(2026, 11, 23, 0, 30, tzinfo=MOSCOW), zone=MOSCOW)  # Monday
    assert not window.contains(datetime(2026, 11, 22, 0, 30, tzinfo=MOSCOW), zone=MOSCOW)  # Sunday


@pytest.mark.parametrize(
    ("window", "stretches"),
    [
        (Window(["mon"]), ((0, 1440),)),
        (Window(["mon"], "22:00", "24:00"), ((1320, 1440),)),
        (Window(["mon"], "22:00", "00:00"), ((1320, 1440),)),
        (Window(["tue", "mon"], "00:00", "00:01"), ((0, 1), (1440, 1441))),
        (Window(["mon"], "12:00", "11:59"), ((720, 2159),)),
    ],
)
def test_stretches(window, stretches):
    """Minutes of the week from Monday 00:00; up to 24:00 and up to 00:00 are the same."""
    assert window.stretches == stretches


def test_no_weekday_means_every_day():
    """Seven stretches of the same length."""
    assert len(Window(start="12:00", end="14:00").stretches) == 7
    assert Window(start="12:00", end="14:00").contains(datetime(2026, 11, 18, 13, tzinfo=UTC), zone=UTC)


def test_its_own_zone_comes_first():
    """21:00 UTC is midnight in Moscow, whatever the branch's zone."""
    window, moment = Window(start="00:00", end="01:00", zone="Europe/Moscow"), datetime(2026, 1, 1, 21, tzinfo=UTC)
    assert window.contains(moment, zone=UTC)
    assert window.contains(moment, zone=None)
    assert not Window(start="00:00", end="01:00").contains(moment, zone=UTC)


def test_without_a_zone_it_cant_be_judged():
    """A clock hangs somewhere."""
    with pytest.raises(ZoneNeeded, match="a window of the week"):
        Window().contains(datetime(2026, 1, 1, tzinfo=UTC), zone=None)


def test_a_repeated_hour_counts_twice_and_a_skipped_one_never():
    """Only what the clock shows counts: on Berlin's 25 October, 2:30 comes at 00:30 and at 01:30 UTC."""
    window = Window(start="02:00", end="03:00")
    assert window.contains(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), zone=BERLIN)
    assert window.contains(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), zone=BERLIN)
    assert not window.contains(datetime(2026, 3, 29, 1, 0, tzinfo=UTC), zone=BERLIN)


def test_a_naive_moment_is_refused():
    """Also where the window has a zone: whose clock showed it?"""
    with pytest.raises(NaiveMoment):
        Window(zone="Europe/Moscow").contains(datetime(2026, 1, 1), zone=None)  # noqa: DTZ001


def test_a_moment_past_the_calendar_is_refused():
    """Moscow's clock would show the year 10000."""
    with pytest.raises(InvalidValue, match="edge of the calendar"):
        Window().contains(datetime.max.replace(tzinfo=UTC), zone=MOSCOW)


@pytest.mark.parametrize("text", ["24:01", "9:05", "noon", None])
def test_its_sides_are_times_of_day(text):
    """From and to alike."""
    for side in ("start", "end"):
        with pytest.raises(InvalidValue, match="is no time of day"):
            Window(**{side: text})


@pytest.mark.parametrize(("start", "end"), [("12:00", "12:00"), ("00:00", "00:00"), ("24:00", "01:00")])
def test_a_window_of_no_length_is_refused(start, end):
    """And one that starts where the day is over."""
    with pytest.raises(InvalidValue, match="has no length"):
        Window(start=start, end=end)


@pytest.mark.parametrize("weekdays", [["friday"], "fry", ["Fri"], [5], ["fri", "x"]])
def test_what_is_no_weekday_is_refused(weekdays):
    """Three small letters each."""
    with pytest.raises(InvalidValue, match="is no weekday: use mon, tue"):
        Window(weekdays)


def test_a_weekday_stands_once():
    """Twice is a slip of the pen."""
    with pytest.raises(InvalidValue, match="stands twice in fri, fri"):
        Window(["fri", "fri"])


@pytest.mark.parametrize("zone", ["Mars/Base", "", 3])
def test_what_is_no_zone_is_refused(zone):
    """Empty text is no zone either; None is none."""
    with pytest.raises(InvalidValue, match="is no time zone"):
        Window(zone=zone)


def test_words():
    """Days, hours, and the zone where it has one."""
    assert str(Window(["sun", "fri"], "22:00", "02:00", "Europe/Moscow")) == "fri, sun 22:00–02:00 Europe/Moscow"
    assert str(Window()) == "every day 00:00–24:00"


def test_a_window_is_a_value():
    """One weekday needs no list; frozen, hashed by its parts, equal after a pickle."""
    window = Window("fri", "22:00", "02:00")
    assert window == Window(("fri",), "22:00", "02:00")
    assert hash(window) == hash(Window(["fri"], "22:00", "02:00"))
    assert pickle.loads(pickle.dumps(window)) == window  # noqa: S301
    with pytest.raises(AttributeError):
        window.end = "03:00"
