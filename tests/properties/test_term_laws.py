"""Terms against dateutil: clamped, by the wall clock, counted from the start."""

from __future__ import annotations

import pickle
from datetime import UTC, timedelta

from dateutil import tz
from dateutil.relativedelta import relativedelta
from hypothesis import event, given
from hypothesis import strategies as st

from loyaltykit import Term
from loyaltykit.testing import strategies

DATED = st.builds("P{}M{}D".format, st.integers(0, 30), st.integers(1, 70)).map(Term)
TIMES = st.integers(0, 40)


@st.composite
def ends_at_a_change(draw):
    """Draw a moment and a term of days whose end the clock shows at or near one of its changes."""
    end, days = draw(strategies.moments()), draw(st.integers(1, 60))
    return end.replace(fold=0) - timedelta(days=days), Term(f"P{days}D"), 1  # by the wall clock


STARTS = ends_at_a_change() | st.tuples(strategies.moments(), strategies.terms(), TIMES)


def wall(moment):
    """Give what the clock shows."""
    return moment.replace(tzinfo=None, fold=0)


@given(STARTS)
def test_a_term_ends_where_dateutil_says(start):
    """Months clamp and days pass by the wall clock, a gap resolves forward; seconds then elapse."""
    moment, term, times = start
    steps = relativedelta(months=term.months * times, days=term.days * times)
    local = (wall(moment) + steps).replace(tzinfo=moment.tzinfo)
    dated = tz.resolve_imaginary(local) if term.months or term.days else moment
    expected = (dated if times else moment).astimezone(UTC) + timedelta(seconds=term.seconds * times)
    event("gap" if not tz.datetime_exists(local) else "repeated" if tz.datetime_ambiguous(local) else "plain")
    assert term.after(moment, times=times).astimezone(UTC) == expected


@given(ends_at_a_change() | st.tuples(strategies.moments(), DATED, st.just(1)))
def test_the_end_stays_on_the_wall_clock_in_the_moments_own_zone(start):
    """The clock shows the same time as at the start, or a later one after a gap; a repeated time is its first."""
    moment, term, times = start
    end = term.after(moment, times=times)
    expected = wall(moment) + relativedelta(months=term.months, days=term.days)
    assert end.tzinfo is moment.tzinfo
    assert wall(end) >= expected
    if tz.datetime_exists(expected, moment.tzinfo):
        assert wall(end) == expected
        assert end.fold == 0
    else:
        assert wall(end) - expected <= timedelta(hours=1)


@given(strategies.moments(), st.integers(1, 48), st.integers(1, 24))
def test_several_months_are_counted_from_the_start(moment, months, times):
    """So many times a month is once so many months, whatever days lie between."""
    assert Term(f"P{months}M").after(moment, times=times) == Term(f"P{months * times}M").after(moment)
    month_end = moment.replace(day=31, month=1)
    assert Term("P1M").after(month_end, times=2).day == 31


@given(strategies.moments(), st.integers(1, 10**6), TIMES)
def test_hours_and_seconds_elapse(moment, seconds, times):
    """Clocks may change meanwhile: time goes on all the same."""
    end = Term(f"PT{seconds}S").after(moment, times=times)
    assert end.astimezone(UTC) - moment.astimezone(UTC) == timedelta(seconds=seconds * times)


@given(strategies.moments(), strategies.terms(), TIMES)
def test_more_terms_end_later(moment, term, times):
    """Time never runs back, and no term at all is the moment itself."""
    assert term.after(moment, times=times).astimezone(UTC) <= term.after(moment, times=times + 1).astimezone(UTC)
    assert term.after(moment, times=0).astimezone(UTC) == moment.astimezone(UTC)


@given(strategies.terms())
def test_terms_survive_every_way_there_and_back(term):
    """Their shortest text, their own repr and pickle give the same term."""
    for back in (
        Term(str(term)),
        eval(repr(term), {"Term": Term}),  # noqa: S307 - our own repr
        pickle.loads(pickle.dumps(term)),  # noqa: S301 - our own pickle
    ):
        assert back == term
        assert hash(back) == hash(term)
