"""When points expire: by age, by inactivity, and again once they came back (G8)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from loyaltykit import Expiry, InvalidValue, NaiveMoment, SettingsError, Term, ZoneNeeded, expires_at
from loyaltykit.rules.expiry import inactive_at, returned_until

MOSCOW = ZoneInfo("Europe/Moscow")
NAIVE = datetime(2026, 3, 10, 12)  # noqa: DTZ001


def moscow(text):
    """Give the moment that clocks in Moscow show as *text*."""
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


def shown(moment, zone=MOSCOW):
    """Give what the clocks of *zone* show at *moment*, which is told in UTC."""
    assert moment.tzinfo is UTC
    return moment.astimezone(zone).isoformat(timespec="minutes")[:16]


def end_of(after, credited_at, unit="day", zone=MOSCOW):
    return shown(expires_at(Expiry(after=Term(after), until_end_of=unit), credited_at, zone=zone), zone)


@pytest.mark.parametrize(
    ("credited_at", "after", "expires"),
    [
        ("2026-03-10T00:00", "P1D", "2026-03-12T00:00"),
        ("2026-03-10T23:59", "P1D", "2026-03-12T00:00"),
        ("2026-03-10T12:00", "P30D", "2026-04-10T00:00"),
        ("2026-03-10T12:00", "P366D", "2027-03-12T00:00"),
        ("2026-03-10T12:00", "P1M", "2026-04-11T00:00"),
        ("2026-08-31T12:00", "P6M", "2027-03-01T00:00"),
        ("2027-08-31T12:00", "P6M", "2028-03-01T00:00"),
        ("2028-02-29T12:00", "P1Y", "2029-03-01T00:00"),
        ("2026-12-31T12:00", "P11M30D", "2027-12-31T00:00"),
    ],
)
def test_G8_terms_of_days_months_and_years_end_with_the_local_day(credited_at, after, expires):
    """The row "expiry moment": the whole day that the term ends in still counts; months clamp to their last day."""
    assert end_of(after, moscow(credited_at)) == expires


@pytest.mark.parametrize(
    ("credited_at", "after", "unit", "expires"),
    [
        ("2026-03-10T12:00", "P6M", "month", "2026-10-01T00:00"),
        ("2026-03-01T00:00", "P6M", "month", "2026-10-01T00:00"),
        ("2026-03-31T23:59", "P6M", "month", "2026-10-01T00:00"),
        ("2026-11-30T12:00", "P1M", "month", "2027-01-01T00:00"),
        ("2026-03-10T12:00", "P30Y", "month", "2056-04-01T00:00"),
        ("2026-03-10T12:00", "P30D", "week", "2026-04-13T00:00"),  # a Thursday, until Monday
        ("2026-03-13T12:00", "P30D", "week", "2026-04-13T00:00"),  # a Sunday
        ("2026-03-14T12:00", "P30D", "week", "2026-04-20T00:00"),  # a Monday
        ("2026-03-10T12:00", "P7Y", "week", "2033-03-14T00:00"),
    ],
)
def test_G8_or_with_its_week_or_month_so_that_lots_merge(credited_at, after, unit, expires):
    """The row "expiry moment": if the program says so. Weeks are those of ISO, from Monday to Sunday."""
    assert end_of(after, moscow(credited_at), unit) == expires


@pytest.mark.parametrize(
    ("credited_at", "after", "expires"),
    [
        ("2026-03-10T12:00:01+03:00", "PT3H", "2026-03-10T12:00:01+00:00"),
        ("2026-03-28T12:00:00+01:00", "PT24H", "2026-03-29T11:00:00+00:00"),  # Berlin's clock goes forward meanwhile
        ("2026-03-10T12:00:00+03:00", "PT1S", "2026-03-10T09:00:01+00:00"),
    ],
)
def test_G8_terms_of_hours_elapse(credited_at, after, expires):
    """The row "expiry moment": to the second, in any zone."""
    credited_at = datetime.fromisoformat(credited_at)
    for zone in (MOSCOW, ZoneInfo("Europe/Berlin"), UTC):
        assert expires_at(Expiry(after=Term(after)), credited_at, zone=zone) == datetime.fromisoformat(expires)


def test_G8_the_programs_day_counts_wherever_the_moment_was_told():
    """Half past ten in the evening in London is the next day in Moscow."""
    late = datetime(2026, 3, 10, 22, 30, tzinfo=ZoneInfo("Europe/London"))
    assert end_of("P1D", late) == "2026-03-13T00:00"
    assert end_of("P1D", late, zone=ZoneInfo("Europe/London")) == "2026-03-12T00:00"


@pytest.mark.parametrize(
    ("zone", "credited_at", "expires"),
    [
        ("Europe/Berlin", "2026-03-28T12:00", "2026-03-29T22:00"),  # an hour is skipped on the last day
        ("Europe/Berlin", "2026-10-24T12:00", "2026-10-25T23:00"),  # one is repeated
        ("Africa/Cairo", "2024-04-24T12:00", "2024-04-25T22:00"),  # midnight is skipped: the day begins at one
        ("Atlantic/Azores", "2026-10-23T12:00", "2026-10-25T00:00"),  # midnight comes twice: its first
        ("Pacific/Apia", "2011-12-28T12:00", "2011-12-30T10:00"),  # there is no 30 December
        ("Pacific/Apia", "2011-12-29T12:00", "2011-12-31T10:00"),  # a day later is the 31st
    ],
)
def test_G8_a_day_ends_where_the_clocks_of_the_zone_end_it(zone, credited_at, expires):
    """The row "expiry moment", through changes of the clock; *expires* is in UTC."""
    zone = ZoneInfo(zone)
    credited_at = datetime.fromisoformat(credited_at).replace(tzinfo=zone)
    assert shown(expires_at(Expiry(after=Term("P1D")), credited_at, zone=zone), UTC) == expires


def test_G8_a_skipped_local_time_is_the_instant_that_it_names():
    """Half an hour past a midnight that the clock skips is, by the offset after the change, still the day before."""
    cairo = ZoneInfo("Africa/Cairo")
    skipped = datetime(2024, 4, 26, 0, 30, fold=1, tzinfo=cairo)
    assert skipped.astimezone(UTC).astimezone(cairo).day == 25
    assert (
        end_of("P1D", skipped, zone=cairo) == end_of("P1D", skipped.astimezone(UTC), zone=cairo) == "2024-04-27T00:00"
    )


def test_G8_staying_away_ends_with_the_local_day():
    """The row "inactivity expiry": a term after the last completed order, whatever lots end with."""
    expiry = Expiry(after=Term("P2Y"), until_end_of="month", inactivity=Term("P6M"))
    assert shown(inactive_at(expiry, moscow("2026-03-10T12:00"), zone=MOSCOW)) == "2026-09-11T00:00"
    assert shown(expires_at(expiry, moscow("2026-03-10T12:00"), zone=MOSCOW)) == "2028-04-01T00:00"


@pytest.mark.parametrize(
    ("grace", "until"),
    [("P7D", "2026-03-18T00:00"), ("P1M", "2026-04-11T00:00"), ("PT3H", "2026-03-10T15:00"), (None, None)],
)
def test_G8_points_that_come_back_after_their_expiry(grace, until):
    """The row "points given back": gone at once, or a grace by days, whatever lots end with, or by hours."""
    returned = None if grace is None else Term(grace)
    expiry = Expiry(after=Term("P6M"), until_end_of="month", returned_after_expiry=returned)
    moment = returned_until(expiry, moscow("2026-03-10T12:00"), zone=MOSCOW)
    assert (moment if until is None else shown(moment)) == until


@pytest.mark.parametrize("function", [expires_at, inactive_at, returned_until])
def test_G8_nothing_expires_unless_it_is_set(function):
    """Neither without settings nor under those for something else."""
    other = Expiry(inactivity=Term("P1Y")) if function is expires_at else Expiry(after=Term("P1Y"))
    assert function(None, moscow("2026-03-10T12:00"), zone=MOSCOW) is None
    assert function(other, moscow("2026-03-10T12:00"), zone=MOSCOW) is None


EVERYTHING = Expiry(after=Term("P30D"), inactivity=Term("P30D"), returned_after_expiry=Term("P30D"))
HOURS = Expiry(after=Term("PT48H"), inactivity=Term("P30D"), returned_after_expiry=Term("PT48H"))


@pytest.mark.parametrize("function", [expires_at, inactive_at, returned_until])
class TestMoments:
    """Moments have a zone, and so has the calendar that they're counted by."""

    def test_a_naive_one_is_refused(self, function):
        """Also where nothing would expire: a host's mistake shows before the settings change."""
        told = {expires_at: "credited_at", inactive_at: "completed_at", returned_until: "returned_at"}[function]
        for expiry in (EVERYTHING, None):
            with pytest.raises(NaiveMoment, match=f"^{told} has no time zone"):
                function(expiry, NAIVE, zone=MOSCOW)

    def test_local_days_need_a_zone(self, function):
        """The machine's would be a guess."""
        with pytest.raises(ZoneNeeded):
            function(EVERYTHING, moscow("2026-03-10T12:00"), zone=None)

    def test_past_the_calendar_nothing_expires(self, function):
        """An order's completion never fails for it."""
        for expiry in (EVERYTHING, HOURS):
            assert function(expiry, datetime(9999, 12, 30, 12, tzinfo=UTC), zone=UTC) is None

    def test_a_moment_that_the_zone_has_no_day_for_is_refused(self, function):
        """As everywhere: at the end of the calendar, Moscow is ahead of it."""
        with pytest.raises(InvalidValue, match="edge of the calendar"):
            function(EVERYTHING, datetime(9999, 12, 31, 23, tzinfo=UTC), zone=MOSCOW)


@pytest.mark.parametrize("unit", ["day", "week", "month"])
@pytest.mark.parametrize("last", [datetime(9999, 12, 31), datetime(9999, 11, 30)])  # noqa: DTZ001
def test_the_last_day_week_and_month_of_the_calendar(unit, last):
    """None ends past the year 9999, and one that ends within it still does."""
    credited_at = last.replace(tzinfo=UTC) - timedelta(days=1)
    moment = expires_at(Expiry(after=Term("P1D"), until_end_of=unit), credited_at, zone=UTC)
    assert (moment is None) is (last.month == 12)


def test_settings_made_in_python_are_checked_alike():
    """As those of a file are; None is what the file calls expire."""
    with pytest.raises(SettingsError, match="lets nothing expire"):
        Expiry()
    with pytest.raises(SettingsError, match="returned_after_expiry: expire is not a term"):
        Expiry(after=Term("P1D"), returned_after_expiry="expire")


@pytest.mark.parametrize(
    ("after", "unit"), [("P1Y", "day"), ("P366D", "day"), ("P84M", "week"), ("P7Y", "month"), ("P30Y", "month")]
)
def test_G8_the_longest_terms(after, unit):
    """A lot a day for a year, one a week for seven years, one a month for thirty."""
    assert Expiry(after=Term(after), until_end_of=unit).after == Term(after)
