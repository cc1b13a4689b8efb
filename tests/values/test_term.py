"""Terms: written in ISO 8601, counted by the calendar."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from loyaltykit import InvalidValue, NaiveMoment, Term

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "months", "days", "seconds"),
    [
        ("P3M", 3, 0, 0),
        ("P60D", 0, 60, 0),
        ("P1Y6M", 18, 0, 0),
        ("P2W", 0, 14, 0),
        ("P1W1D", 0, 8, 0),
        ("PT3H", 0, 0, 10_800),
        ("PT90M", 0, 0, 5_400),
        ("PT1H1M1S", 0, 0, 3_661),
        ("P1Y2M3W4DT5H6M7S", 14, 25, 18_367),
        ("P0Y1D", 0, 1, 0),
        ("P007D", 0, 7, 0),
    ],
)
def test_iso_8601(text, months, days, seconds):
    """Years are months, weeks days, hours and minutes seconds; a month never becomes days."""
    term = Term(text)
    assert (term.months, term.days, term.seconds) == (months, days, seconds)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "P1",
        "1D",
        "P1DT",
        "3M",
        "p3m",
        "P-1D",
        "-P1D",
        "+P1D",
        "P1.5D",
        "P1,5D",
        "P1D1M",
        "P1H",
        "PT1D",
        "P1M1Y",
        " P1D",
        "P1D ",
        "P1D\n",
        "P1_0D",
        "P５D",
        "P1234567D",
        "PT1234567890S",
        "P1DP1D",
        "P1D/P2D",
        90,
        timedelta(days=1),
        None,
        b"P1D",
    ],
)
def test_other_text_is_refused(text):
    """Signs, fractions, blanks, small letters, a wrong order, other digits; and what is no text."""
    with pytest.raises(InvalidValue, match="is no term: write an ISO 8601 duration, such as P3M") as caught:
        Term(text)
    assert caught.value.value == text


@pytest.mark.parametrize("text", ["P0D", "PT0S", "P0Y0M0W0DT0H0M0S"])
def test_a_term_of_nothing_is_refused(text):
    """Leaving it out says the same."""
    with pytest.raises(InvalidValue, match="term of nothing: leave it out"):
        Term(text)


@pytest.mark.parametrize(
    ("text", "shortest"),
    [
        ("P12M", "P1Y"),
        ("P18M", "P1Y6M"),
        ("P2W", "P14D"),
        ("PT60M", "PT1H"),
        ("PT3661S", "PT1H1M1S"),
        ("P1DT1S", "P1DT1S"),
    ],
)
def test_equal_terms_print_alike(text, shortest):
    """In the shortest form; they're equal, with one hash."""
    assert str(Term(text)) == shortest
    assert repr(Term(text)) == f"Term('{shortest}')"
    assert Term(text) == Term(shortest)
    assert hash(Term(text)) == hash(Term(shortest))


def test_a_month_is_not_30_days():
    """Nor a day 24 hours."""
    assert Term("P1M") != Term("P30D")
    assert Term("P1D") != Term("PT24H")


@pytest.mark.parametrize(
    ("start", "term", "times", "end"),
    [
        ("2026-01-31", "P1M", 1, "2026-02-28"),
        ("2028-01-31", "P1M", 1, "2028-02-29"),
        ("2026-01-31", "P1M", 2, "2026-03-31"),  # from the start, not from 28 February
        ("2026-01-31", "P3M", 1, "2026-04-30"),
        ("2028-02-29", "P1Y", 1, "2029-02-28"),
        ("2028-02-29", "P1Y", 4, "2032-02-29"),
        ("2026-12-31", "P60D", 1, "2027-03-01"),
        ("2026-01-31", "P1M1D", 1, "2026-03-01"),  # months first: 28 February, then a day
        ("2026-03-01", "P1W", 0, "2026-03-01"),
        ("2026-03-31", "P1M", -1, "2026-02-28"),  # back
    ],
)
def test_months_clamp_and_are_counted_from_the_start(start, term, times, end):
    """To the last valid day of the month, each time anew."""
    noon = datetime.fromisoformat(f"{start}T12:00").replace(tzinfo=BERLIN)
    assert Term(term).after(noon, times=times) == datetime.fromisoformat(f"{end}T12:00").replace(tzinfo=BERLIN)


class TestClockChanges:
    """Berlin springs forward on 29 March 2026 at 2:00 and falls back on 25 October at 3:00."""

    @pytest.mark.parametrize(
        ("start", "term", "end"),
        [
            ("2026-03-28T02:30", "P1D", "2026-03-29T03:30:00+02:00"),  # no 2:30 that day: forward
            ("2026-03-28T02:30", "P2D", "2026-03-30T02:30:00+02:00"),
            ("2026-02-28T02:30", "P1M1D", "2026-03-29T03:30:00+02:00"),
            ("2026-03-28T12:00", "P1D", "2026-03-29T12:00:00+02:00"),  # 23 hours
            ("2026-03-28T12:00", "PT24H", "2026-03-29T13:00:00+02:00"),
            ("2026-10-24T02:30", "P1D", "2026-10-25T02:30:00+02:00"),  # the first of the two
            ("2026-10-24T12:00", "P1D", "2026-10-25T12:00:00+01:00"),  # 25 hours
            ("2026-10-24T12:00", "PT24H", "2026-10-25T11:00:00+01:00"),
            ("2026-10-25T02:30", "PT1H", "2026-10-25T02:30:00+01:00"),  # the second
            ("2026-03-28T02:30", "P1DT1H", "2026-03-29T04:30:00+02:00"),
        ],
    )
    def test_days_go_by_the_wall_clock_and_hours_elapse(self, start, term, end):
        """A day ends at the same time on the clock, an hour lasts an hour."""
        moment = datetime.fromisoformat(start).replace(tzinfo=BERLIN)
        assert Term(term).after(moment).isoformat() == end

    def test_the_zone_is_the_moments_own(self):
        """A day after noon UTC is noon UTC, whatever Berlin does."""
        assert Term("P1D").after(datetime(2026, 3, 28, 12, tzinfo=UTC)) == datetime(2026, 3, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize("term", ["P1D", "P1M", "PT1S", "P999999Y", "P999999D", "PT999999999H"])
@pytest.mark.parametrize("times", [1, 10**12])
def test_past_the_year_9999_is_refused(term, times):
    """The calendar ends there; the message says so."""
    last = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    with pytest.raises(InvalidValue, match="ends with the year 9999") as caught:
        Term(term).after(last, times=times)
    assert caught.value.value is last


@pytest.mark.parametrize("times", [1.5, "2", None, True])
def test_terms_are_counted_whole(times):
    """Half a month is no date."""
    with pytest.raises(InvalidValue, match="whole number of times"):
        Term("P1M").after(datetime(2026, 1, 1, tzinfo=UTC), times=times)


@pytest.mark.parametrize("moment", [datetime(2026, 1, 1), date(2026, 1, 1)])  # noqa: DTZ001
def test_only_an_aware_moment_has_an_end(moment):
    """A naive one is refused with the fix."""
    with pytest.raises(InvalidValue, match="moment"):
        Term("P1D").after(moment)
    assert issubclass(NaiveMoment, InvalidValue)


def test_a_term_cant_be_changed_and_travels():
    """Frozen, and equal after a pickle."""
    term = Term("P1Y6M")
    with pytest.raises(AttributeError):
        term.months = 1
    assert pickle.loads(pickle.dumps(term)) == term  # noqa: S301
