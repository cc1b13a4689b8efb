"""Scopes: where and when a rule applies, and why not (R4, G5, B9)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from loyaltykit import (
    Cashback,
    NaiveMoment,
    Order,
    Percent,
    Period,
    Scope,
    Window,
    ZoneNeeded,
)

MOSCOW = ZoneInfo("Europe/Moscow")
NOON = datetime(2026, 11, 20, 12, tzinfo=MOSCOW)  # a Friday

FACTS = {
    "branches": "branch",
    "services": "service",
    "tariffs": "tariff",
    "worker_tariffs": "worker_tariff",
    "channels": "channel",
    "districts": "district",
}


def rule(scope_moment="placed", **parts):
    return Cashback(percent=Percent(5), name="night", scope=Scope(**parts), scope_moment=scope_moment)


@pytest.mark.parametrize("part", FACTS)
def test_G5_B9_each_part_is_judged_by_its_fact(part):
    """One of the names listed matches; another, or none told, doesn't, and the reason says both."""
    limited = rule(**{part: ("a", "b")})
    assert limited.outside(Order(id="o", **{FACTS[part]: "b"}), NOON, MOSCOW) is None
    for actual in ("c", None):
        reason = limited.outside(Order(id="o", **{FACTS[part]: actual}), NOON, MOSCOW)
        assert reason.code == "outside_scope"
        assert (reason.rule, reason.allowed, reason.actual) == ("night", ("a", "b"), actual)
        assert reason.part == part.replace("_", " ")


def test_an_empty_scope_is_everywhere():
    """A rule that says nothing of where applies to an order that says nothing."""
    assert rule().outside(Order(id="o"), NOON, None) is None


def test_all_parts_must_match():
    """Two parts narrow each other."""
    both = rule(branches=("a",), channels=("app",))
    assert both.outside(Order(id="o", branch="a", channel="app"), NOON, MOSCOW) is None
    assert both.outside(Order(id="o", branch="a", channel="web"), NOON, MOSCOW).part == "channels"
    assert both.outside(Order(id="o", branch="b", channel="app"), NOON, MOSCOW).part == "branches"


def test_G5_the_last_day_of_a_period_belongs_to_it():
    """Until the 20th includes the 20th to its end in the branch's zone, and in no other."""
    limited = rule(period=Period(until=date(2026, 11, 20)))
    last = datetime(2026, 11, 20, 23, 59, 59, 999_999, tzinfo=MOSCOW)
    after = datetime(2026, 11, 21, tzinfo=MOSCOW)
    assert limited.outside(Order(id="o"), last, MOSCOW) is None
    assert limited.outside(Order(id="o"), after, MOSCOW).code == "outside_period"
    assert limited.outside(Order(id="o"), after, ZoneInfo("Europe/London")) is None


def test_B9_one_of_several_windows_is_enough():
    """Friday lunch or Saturday night: either applies, other hours don't."""
    limited = rule(windows=(Window(["fri"], "11:00", "13:00"), Window(["sat"], "22:00", "02:00")))
    sunday_night = datetime(2026, 11, 22, 1, 59, tzinfo=MOSCOW)
    assert limited.outside(Order(id="o"), NOON, MOSCOW) is None
    assert limited.outside(Order(id="o"), sunday_night, MOSCOW) is None
    reason = limited.outside(Order(id="o"), datetime(2026, 11, 20, 13, tzinfo=MOSCOW), MOSCOW)
    assert reason.code == "outside_windows"
    assert "fri 11:00–13:00, sat 22:00–02:00" in reason.words


def test_a_window_with_its_own_zone_needs_no_other():
    """Its hours are told in its zone, whatever the branch's is."""
    limited = rule(windows=(Window(["fri"], "11:00", "13:00", "Europe/Moscow"),))
    assert limited.outside(Order(id="o"), NOON, None) is None
    assert limited.outside(Order(id="o"), NOON, ZoneInfo("Asia/Tokyo")) is None


def test_booked_on_monday_for_fridays_happy_hour():
    """scope_moment names the moment that is judged: placing, or the start where there's one."""
    monday = datetime(2026, 11, 16, 9, tzinfo=MOSCOW)
    friday_noon = (Window(["fri"], "11:00", "13:00"),)
    booked = Order(id="o", starts_at=NOON)
    assert rule("starts", windows=friday_noon).outside(booked, monday, MOSCOW) is None
    assert rule("placed", windows=friday_noon).outside(booked, monday, MOSCOW).moment == monday
    assert rule("starts", windows=friday_noon).outside(Order(id="o"), monday, MOSCOW).moment == monday


def test_local_days_and_hours_need_a_zone():
    """Without one the question can't be answered, and guessing would be wrong in every other city."""
    with pytest.raises(ZoneNeeded):
        rule(period=Period(date(2026, 1, 1))).outside(Order(id="o"), NOON, None)
    with pytest.raises(ZoneNeeded):
        rule(windows=(Window(["fri"]),)).outside(Order(id="o"), NOON, None)
    assert rule(period=Period(datetime(2026, 1, 1, tzinfo=UTC))).outside(Order(id="o"), NOON, None) is None


def test_a_naive_moment_is_refused_even_where_it_doesnt_matter():
    """A host learns of its mistake with its first order, not with the first happy hour."""
    with pytest.raises(NaiveMoment):
        rule().outside(Order(id="o"), datetime(2026, 1, 1), None)  # noqa: DTZ001 - that's what is refused


def test_a_rule_answers_under_its_name():
    """Or under its kind, where it has none."""
    assert rule().label == "night"
    assert Cashback(percent=Percent(5)).label == "cashback"
