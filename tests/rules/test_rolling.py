"""The local days of a rolling period (Y1)."""

from __future__ import annotations

from datetime import date, timedelta

from loyaltykit import Term
from loyaltykit.rules.rolling import first_day, last_day


def test_the_first_day_that_counts_is_the_first_whose_last_is_today_or_later():
    """Whatever months are short; and the calendar has a first day."""
    for term in map(Term, ("P1D", "P7D", "P1M", "P1M5D", "P11M30D", "P1Y", "P366D")):
        for today in (date(2024, 2, 29), date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 12, 31)):
            first = first_day(term, today)
            assert last_day(term, first) >= today > last_day(term, first - timedelta(days=1))
    assert first_day(Term("P1Y"), date(1, 3, 1)) == date.min


def test_a_period_that_begins_with_the_calendar_counts_from_its_own_day_on():
    """Not from the calendar's first."""
    assert first_day(Term("P1Y"), date(2, 6, 1)) == date(1, 6, 2)
    assert first_day(Term("P1Y"), date(1, 6, 1)) == date.min
