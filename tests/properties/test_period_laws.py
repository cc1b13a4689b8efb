"""Periods: half-open, and whole days in any zone."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import Period
from loyaltykit.testing import strategies

TICK = timedelta(microseconds=1)
TOKYO = timezone(timedelta(hours=9))


@st.composite
def near_a_day(draw, zone):
    """Draw a day, and a moment of *zone* near its beginning or its end."""
    moment = draw(strategies.moments(zone))
    return moment.date() + timedelta(days=draw(st.integers(-2, 2))), moment


@given(st.data(), strategies.periods(), strategies.zones())
def test_a_period_includes_its_start_and_excludes_its_end(data, period, zone):
    """An instant lies in it from the first bound up to and without the second; an open side has no bound."""
    start, end = period.bounds(zone=zone)
    assert (start is None, end is None) == (period.start is None, period.until is None)
    for instant, inside, just_before in ((start, True, False), (end, False, True)):
        if instant is not None:
            assert period.contains(instant, zone=zone) is inside
            assert period.contains(instant - TICK, zone=zone) is just_before
    moment = data.draw(strategies.moments())
    expected = (start is None or start <= moment.astimezone(UTC)) and (end is None or moment.astimezone(UTC) < end)
    assert period.contains(moment, zone=zone) is expected


@given(st.data(), strategies.zones())
def test_a_period_of_days_is_just_their_local_dates(data, zone):
    """From a date until a date holds what the calendar on the wall shows: both whole days, in every zone."""
    first, moment = data.draw(near_a_day(zone))
    last = first + timedelta(days=data.draw(st.integers(0, 2)))
    today = moment.astimezone(UTC).astimezone(zone).date()
    assert Period(first, last).contains(moment, zone=zone) is (first <= today <= last)
    assert Period(start=first).contains(moment, zone=zone) is (first <= today)
    assert Period(until=last).contains(moment, zone=zone) is (today <= last)


@given(st.data(), strategies.zones())
def test_adjacent_periods_of_days_share_time_out(data, zone):
    """Until a day, then from the next one: every moment lies in just one of them."""
    day, moment = data.draw(near_a_day(zone))
    before, after = Period(until=day), Period(start=day + timedelta(days=1))
    assert before.contains(moment, zone=zone) is not after.contains(moment, zone=zone)
    assert before.bounds(zone=zone)[1] == after.bounds(zone=zone)[0]


@given(strategies.moments(), strategies.moments(), strategies.zones())
def test_adjacent_periods_of_instants_share_time_out(cut, moment, zone):
    """Until an instant, then from it; the zone doesn't matter to instants."""
    for at in (moment, cut):
        assert Period(until=cut).contains(at, zone=None) is not Period(start=cut).contains(at, zone=None)
    assert Period(until=cut).bounds(zone=zone) == Period(until=cut).bounds(zone=None)


@given(strategies.periods())
def test_periods_survive_pickling_and_keep_instants_in_utc(period):
    """Two spellings of one instant are one period, and hash alike."""
    assert pickle.loads(pickle.dumps(period)) == period  # noqa: S301 - our own pickle
    for side in (period.start, period.until):
        assert not isinstance(side, datetime) or side.tzinfo is UTC
    sides = (period.start, period.until)
    elsewhere = [side.astimezone(TOKYO) if isinstance(side, datetime) else side for side in sides]
    assert Period(*elsewhere) == period
    assert hash(Period(*elsewhere)) == hash(period)
