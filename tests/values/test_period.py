"""Periods: half-open, of local days or of instants."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from loyaltykit import InvalidValue, NaiveMoment, Period, ZoneNeeded

MOSCOW, BERLIN, TOKYO = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo")
CAIRO = ZoneInfo("Africa/Cairo")
NEW_YEARS_EVE = date(2026, 12, 31)


@pytest.mark.parametrize("zone", [MOSCOW, BERLIN, TOKYO, UTC])
def test_until_a_date_includes_that_whole_day(zone):
    """Until 31 December ends where 1 January begins, wherever that is."""
    period = Period(until=NEW_YEARS_EVE)
    midnight = datetime(2027, 1, 1, tzinfo=zone)
    assert period.contains(midnight - timedelta(microseconds=1), zone=zone)
    assert not period.contains(midnight, zone=zone)


def test_days_are_local():
    """The same instant may be on the last day in one zone and past it in another."""
    period, moment = Period(until=NEW_YEARS_EVE), datetime(2026, 12, 31, 18, tzinfo=UTC)
    assert period.contains(moment, zone=BERLIN)
    assert not period.contains(moment, zone=TOKYO)


def test_from_a_date_starts_at_its_midnight():
    """Not a moment earlier."""
    period, midnight = Period(date(2026, 12, 1)), datetime(2026, 12, 1, tzinfo=MOSCOW)
    assert period.contains(midnight, zone=MOSCOW)
    assert not period.contains(midnight - timedelta(microseconds=1), zone=MOSCOW)


def test_one_day():
    """From a date until the same date is that day, 23 hours long where the clock springs forward."""
    start, end = Period(date(2026, 3, 29), date(2026, 3, 29)).bounds(zone=BERLIN)
    assert end - start == timedelta(hours=23)


def test_a_day_whose_midnight_is_skipped_begins_after_the_gap():
    """Cairo's 26 April 2024 began at one o'clock."""
    start, _ = Period(date(2024, 4, 26)).bounds(zone=CAIRO)
    assert start.astimezone(CAIRO).isoformat() == "2024-04-26T01:00:00+03:00"


def test_instants_are_half_open_and_need_no_zone():
    """From the first, without the last; kept in UTC."""
    noon = datetime(2026, 3, 1, 12, tzinfo=MOSCOW)
    period = Period(noon, noon + timedelta(hours=1))
    assert period.start.isoformat() == "2026-03-01T09:00:00+00:00"
    assert period.contains(noon, zone=None)
    assert not period.contains(noon + timedelta(hours=1), zone=None)
    assert period == Period(noon.astimezone(TOKYO), (noon + timedelta(hours=1)).astimezone(UTC))


def test_an_open_side_has_no_bound():
    """Without sides it's always."""
    assert Period().bounds(zone=None) == (None, None)
    assert Period().contains(datetime.min.replace(tzinfo=UTC), zone=None)


def test_days_without_a_zone_cant_be_judged():
    """Which instants they are depends on the place."""
    with pytest.raises(ZoneNeeded, match="a period of local days"):
        Period(until=NEW_YEARS_EVE).contains(datetime(2026, 1, 1, tzinfo=UTC), zone=None)


def test_a_naive_moment_is_refused():
    """As a side and as what is asked about."""
    naive = datetime(2026, 1, 1)  # noqa: DTZ001
    with pytest.raises(NaiveMoment, match="the boundary of a period"):
        Period(naive)
    with pytest.raises(NaiveMoment):
        Period().contains(naive, zone=UTC)


@pytest.mark.parametrize("side", ["2026-01-01", 2026, 0])
def test_sides_are_dates_or_moments(side):
    """Text is read by settings, not here."""
    with pytest.raises(InvalidValue, match="between dates or aware datetimes"):
        Period(until=side)


@pytest.mark.parametrize(
    ("start", "until"),
    [
        (date(2026, 1, 2), date(2026, 1, 1)),
        (date(2026, 1, 3), date(2026, 1, 1)),
        (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)),
        (datetime(2026, 1, 2, 16, tzinfo=UTC), date(2026, 1, 1)),
    ],
)
def test_a_period_in_which_nothing_can_happen_is_refused(start, until):
    """Swapped sides, and no length at all."""
    with pytest.raises(InvalidValue, match="ends before it starts"):
        Period(start, until)


@pytest.mark.parametrize("side", ["start", "until"])
@pytest.mark.parametrize("edge", [date.min, date.max])
def test_the_edges_of_the_calendar_are_refused(side, edge):
    """Their midnights don't exist in every zone, and an open side says the same."""
    with pytest.raises(InvalidValue, match="leave that side of the period open") as caught:
        Period(**{side: edge})
    assert caught.value.value == edge


@pytest.mark.parametrize("hours", [-23, 0, 23])
def test_the_days_beside_the_edges_have_midnights_everywhere(hours):
    """In the zones farthest ahead and behind that Python knows."""
    zone, one_day = timezone(timedelta(hours=hours)), timedelta(days=1)
    period = Period(date.min + one_day, date.max - one_day)
    assert period.contains(datetime(2026, 1, 1, tzinfo=UTC), zone=zone)


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (Period(date(2026, 1, 1), NEW_YEARS_EVE), "from 2026-01-01 until 2026-12-31"),
        (Period(date(2026, 1, 1)), "from 2026-01-01"),
        (Period(until=NEW_YEARS_EVE), "until 2026-12-31"),
        (Period(), "always"),
    ],
)
def test_words(period, words):
    """Both sides, one, or always."""
    assert str(period) == words


def test_a_period_is_a_value():
    """Frozen, hashed by its sides, equal after a pickle."""
    period = Period(date(2026, 1, 1), NEW_YEARS_EVE)
    with pytest.raises(AttributeError):
        period.until = None
    assert {period: 1}[Period(date(2026, 1, 1), NEW_YEARS_EVE)] == 1
    assert pickle.loads(pickle.dumps(period)) == period  # noqa: S301


def test_a_day_and_a_moment_that_meet_in_some_zone_make_a_period():
    """Until 28 February lasts longest in the west: from 3:00 in UTC there are hours left in Chicago, none in London."""
    period = Period(datetime(2026, 3, 1, 3, tzinfo=UTC), date(2026, 2, 28))
    at = datetime(2026, 3, 1, 4, tzinfo=UTC)
    assert period.contains(at, zone=ZoneInfo("America/Chicago"))
    assert not period.contains(at, zone=ZoneInfo("Europe/London"))
    with pytest.raises(InvalidValue, match="ends before it starts"):
        Period(datetime(2026, 3, 1, 16, tzinfo=UTC), date(2026, 2, 28))


def test_a_period_may_last_for_ever():
    """To the last moment that there is, from a day or from a moment."""
    last = datetime.max.replace(tzinfo=UTC)
    for start in (date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)):
        assert Period(start, last).contains(datetime(2027, 1, 1, tzinfo=UTC), zone=MOSCOW)
