"""What lies behind a member."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import attrs
import pytest

from loyaltykit import DayOfVisits, History, InvalidValue, Money, NaiveMoment


@pytest.mark.parametrize("channels", [{"app", "web"}, ["app", "web", "app"], frozenset({"web", "app"})])
def test_channels_become_a_frozen_set(channels):
    """However they're given, and how often."""
    assert History(channels=channels).channels == frozenset({"app", "web"})
    assert History(channels=channels) == History(channels=("web", "app"))


def test_one_channel_needs_no_list():
    """Text isn't taken for its letters."""
    assert History(channels="app").channels == frozenset({"app"})


def test_a_new_member_has_none_behind():
    """And a history doesn't change."""
    history = History()
    assert history.channels == frozenset()
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        history.channels = frozenset({"app"})


@pytest.mark.parametrize("channels", [5, None, {"app", 5}, [""], iter(("app",))])
def test_channels_are_names(channels):
    """Anything else is told, not taken apart."""
    with pytest.raises(InvalidValue, match="channels are names"):
        History(channels=channels)


def test_visits_count_completed_orders():
    """None for a new member; below zero, or what is no number, is told."""
    assert (History().visits, History(visits=3).visits) == (0, 3)
    for visits in (-1, True, "3"):
        with pytest.raises(InvalidValue, match="visits are a whole number"):
            History(visits=visits)


def test_Y8_sold_and_paid_are_different_figures():
    """What was charged, and what was received of it; None where nothing is known."""
    history = History(sold=Money(5000, "RUB"), paid=Money(1200, "RUB"))
    assert (history.sold, history.paid) == (Money(5000, "RUB"), Money(1200, "RUB"))
    assert (History().sold, History().paid) == (None, None)
    for wrong in (5000, "5000", Money(-1, "RUB")):
        with pytest.raises(InvalidValue, match="what a member was sold or has paid is Money, never below zero"):
            History(sold=wrong)


def test_a_last_visit_is_one_instant():
    """Kept in UTC; a moment without a zone is told."""
    moscow = datetime(2026, 3, 1, 2, tzinfo=ZoneInfo("Europe/Moscow"))
    assert History(last_visit=moscow).last_visit == datetime(2026, 2, 28, 23, tzinfo=UTC)
    with pytest.raises(NaiveMoment, match="a history's last_visit has no time zone"):
        History(last_visit=datetime(2026, 3, 1))  # noqa: DTZ001 - that's the point


def test_Y1_recent_days_are_days_of_visits():
    """Each with its date; whatever else is told."""
    day = DayOfVisits(day=date(2026, 3, 1), sold=Money(900, "RUB"), visits=1)
    assert History(recent=[day]).recent == (day,)
    with pytest.raises(InvalidValue, match="recent days are DayOfVisits"):
        History(recent=[date(2026, 3, 1)])


@pytest.mark.parametrize("day", ["2026-03-01", datetime(2026, 3, 1, tzinfo=UTC), None])
def test_a_day_of_visits_is_a_date(day):
    """A moment is none, since it's another day elsewhere."""
    with pytest.raises(InvalidValue, match="a day of visits is a date"):
        DayOfVisits(day=day)
