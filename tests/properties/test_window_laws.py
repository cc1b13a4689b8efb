"""Windows against an oracle that walks the days."""

from __future__ import annotations

import pickle
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import event, given
from hypothesis import strategies as st

from loyaltykit import Window
from loyaltykit.testing import strategies
from loyaltykit.values.week import DAY, WEEK, WEEKDAYS, clock_minutes

MONDAY = datetime(2026, 3, 2)  # noqa: DTZ001 - a wall clock has no zone


def shows(window, wall):
    """Say whether a wall clock that shows *wall* shows a time in *window*: of the day itself or the one before."""
    for day in (wall.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=ago) for ago in (0, 1)):
        start, end = (day + timedelta(minutes=clock_minutes(text)) for text in (window.start, window.end))
        end += timedelta(days=1) if end <= start else timedelta()
        if start <= wall < end and (not window.weekdays or WEEKDAYS[day.weekday()] in window.weekdays):
            return True
    return False


@given(strategies.windows(), strategies.moments(), strategies.zones())
def test_a_window_contains_what_the_clock_shows(window, moment, zone):
    """Whatever the date, the clocks' changes and the zone, only the weekday and the time on the wall count."""
    own = ZoneInfo(window.zone) if window.zone else zone
    wall = moment.astimezone(own).replace(tzinfo=None, fold=0)
    event(f"inside: {shows(window, wall)}")
    assert window.contains(moment, zone=zone) is shows(window, wall)


@given(strategies.windows(), st.integers(0, WEEK - 1), st.sampled_from([0, 1, 59]))
def test_a_window_agrees_with_its_stretches_minute_by_minute(window, minute, second):
    """A minute of the week lies in a stretch just if the clock shows a time in the window."""
    wall = MONDAY + timedelta(minutes=minute, seconds=second)
    inside = any(start <= minute < end for start, end in window.stretches)
    assert inside is shows(window, wall)


@given(strategies.windows())
def test_stretches_are_the_days_times_the_length(window):
    """They lie within the week, in order, don't overlap, and last as long as the window does on each of its days."""
    stretches = window.stretches
    length = (clock_minutes(window.end) - clock_minutes(window.start)) % DAY or DAY
    assert sum(end - start for start, end in stretches) == length * (len(window.weekdays) or 7)
    edges = [edge for stretch in stretches for edge in stretch]
    assert edges == sorted(edges)
    assert edges[0] >= 0
    assert edges[-1] <= WEEK


@given(strategies.windows())
def test_windows_survive_pickling_and_name_their_days_in_order(window):
    """Given in any order, weekdays stand from Monday on."""
    assert pickle.loads(pickle.dumps(window)) == window  # noqa: S301 - our own pickle
    backwards = Window(list(reversed(window.weekdays)), window.start, window.end, window.zone)
    assert backwards == window
    assert hash(backwards) == hash(window)
