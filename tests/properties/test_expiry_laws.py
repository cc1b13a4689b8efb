"""Expiry: later points never expire earlier, none before its term or long after, and lots stay few."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from loyaltykit import Expiry, Term, expires_at
from loyaltykit.rules.expiry import MAX_LOTS, inactive_at, returned_until
from loyaltykit.settings.kinds import days_in
from loyaltykit.testing import strategies

BY_AGE = strategies.expiries().filter(lambda expiry: expiry.after is not None)
DATED = BY_AGE.filter(lambda expiry: not expiry.after.seconds)
ENDS = st.sampled_from([expires_at, inactive_at, returned_until])
HOUR = timedelta(hours=1)
LONGEST = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=31)}


@given(ENDS, strategies.expiries(), strategies.zones(), strategies.moments(), strategies.moments())
def test_what_comes_later_never_expires_earlier(function, expiry, zone, one, other):
    """Whatever the clocks do between them."""
    earlier, later = sorted([one.astimezone(UTC), other.astimezone(UTC)])
    ends = [function(expiry, moment, zone=zone) for moment in (earlier, later)]
    assert ends == [None, None] or ends[0] <= ends[1]


@given(ENDS, strategies.expiries(), strategies.zones(), strategies.moments(), st.timedeltas(timedelta(), 30 * HOUR))
def test_what_comes_a_little_later_never_expires_earlier(function, expiry, zone, moment, later):
    """Around changes of the clock and ends of days above all."""
    ends = [function(expiry, each.astimezone(UTC), zone=zone) for each in (moment, moment.astimezone(UTC) + later)]
    assert ends == [None, None] or ends[0] <= ends[1]


@given(BY_AGE, strategies.zones(), strategies.moments())
def test_points_live_for_their_term_and_at_most_a_unit_longer(expiry, zone, credited_at):
    """Never less than was promised."""
    credited_at = credited_at.astimezone(UTC)
    moment = expires_at(expiry, credited_at, zone=zone)
    promised = expiry.after.after(credited_at.astimezone(zone)).astimezone(UTC)
    assert moment.tzinfo is UTC
    if expiry.after.seconds:
        assert moment == promised
    else:
        assert promised < moment <= promised + LONGEST[expiry.until_end_of] + HOUR  # one that a clock repeats


@given(DATED, strategies.zones(), strategies.moments())
def test_they_end_with_a_local_day_week_or_month(expiry, zone, credited_at):
    """The instant before is in the unit that ends, and their own is the first of the next."""
    moment = expires_at(expiry, credited_at, zone=zone)
    first = moment.astimezone(zone).date()
    last = (moment - timedelta(microseconds=1)).astimezone(zone).date()
    event(expiry.until_end_of)
    assert first == last + timedelta(days=1)
    if expiry.until_end_of == "week":
        assert first.weekday() == 0
    if expiry.until_end_of == "month":
        assert first.day == 1


@given(ENDS, strategies.expiries(), strategies.zones(), strategies.moments())
def test_one_instant_has_one_end_however_it_is_told(function, expiry, zone, moment):
    """In any zone, by a skipped local time or a repeated one."""
    for own in (zone, moment.tzinfo):
        told = [moment, moment.astimezone(UTC), moment.astimezone(zone)]
        assert len({function(expiry, each, zone=own) for each in told}) == 1


def lots_at(expiry, at, zone):
    """Give the moments at which all points expire that a member has who earned some every day, and hasn't used any."""
    days = range(days_in(expiry.after) + 32)
    credited = ((at.astimezone(zone) - timedelta(days=day)).astimezone(UTC) for day in days)
    ends = {expires_at(expiry, credited_at, zone=zone) for credited_at in credited}
    return {end for end in ends if end > at}


@given(DATED, strategies.zones(), strategies.moments())
def test_lots_stay_few_for_life(expiry, zone, at):
    """However long points live: 366, and the one that is growing."""
    assert len(lots_at(expiry, at.astimezone(UTC), zone)) <= MAX_LOTS + 1


@pytest.mark.parametrize(
    ("after", "unit"), [("P1Y", "day"), ("P366D", "day"), ("P7Y", "week"), ("P30Y", "month"), ("P366D", "month")]
)
def test_lots_are_as_many_as_they_may_be(after, unit):
    """At the bounds, in a leap year: so that the bounds are no tighter than they need be."""
    expiry = Expiry(after=Term(after), until_end_of=unit)
    lots = lots_at(expiry, datetime(2028, 3, 1, 12, tzinfo=UTC), UTC)
    assert len(lots) in {"day": {366, 367}, "week": {366, 367}, "month": {361, 13}}[unit]


@given(st.integers(1, 360), strategies.zones(), st.lists(st.integers(0, 2_000_000), min_size=2, max_size=5))
def test_points_of_one_month_expire_together(months, zone, seconds):
    """Months that end with the month: one lot for each month that something was earned in."""
    start = datetime(2026, 3, 3, tzinfo=UTC)
    expiry = Expiry(after=Term(f"P{months}M"), until_end_of="month")
    ends = {expires_at(expiry, start + timedelta(seconds=each), zone=zone) for each in seconds}
    assert len(ends) == 1
