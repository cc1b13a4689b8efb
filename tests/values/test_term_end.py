"""Where terms of local days end."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from loyaltykit import Term
from loyaltykit.values.term_end import term_end

MOSCOW = ZoneInfo("Europe/Moscow")
NOON = datetime(2026, 3, 10, 12, tzinfo=MOSCOW)
"""A Tuesday."""


@pytest.mark.parametrize(
    ("term", "unit", "end"),
    [
        ("P30D", "day", "2026-04-10T00:00:00+03:00"),
        ("P30D", "week", "2026-04-13T00:00:00+03:00"),
        ("P30D", "month", "2026-05-01T00:00:00+03:00"),
        ("P1Y", "day", "2027-03-11T00:00:00+03:00"),
        ("PT3H", "month", "2026-03-10T15:00:00+03:00"),
    ],
)
def test_days_end_with_their_unit_and_hours_elapse(term, unit, end):
    """Weeks begin on Mondays; a term of hours asks for no calendar."""
    assert term_end(Term(term), NOON, MOSCOW, unit) == datetime.fromisoformat(end)


def test_past_the_calendar_nothing_ends():
    """With the year 9999."""
    assert term_end(Term("P2Y"), datetime(9999, 1, 1, tzinfo=UTC), UTC) is None
