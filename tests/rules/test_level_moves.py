"""The levels of many members at once (Y1, Y2, Y3, B11)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from loyaltykit import Level, LevelMove, Money, NaiveMoment, Tier, level_moves

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
LEVELS = Level(name="bronze", visits=10), Level(name="silver", sold=Money(500, "RUB"), visits=30)
REGULARS = Tier(name="regulars", levels=LEVELS, lapse_after=60)


def moves(*rows, tier=REGULARS, at=AT):
    return list(level_moves(tier, rows, at=at, zone=UTC))


def test_Y1_only_who_moves_is_told_of():
    """Up, down, in and out."""
    rows = [
        ("m1", 0, 0, 9, None, None),
        ("m2", 0, 0, 10, None, None),
        ("m3", 50_000, 0, 10, None, "bronze"),
        ("m4", 50_000, 0, 10, None, "silver"),
        ("m5", 49_999, 10**9, 10, None, "silver"),
        ("m6", 0, 0, 0, None, "silver"),
        ("m7", 0, 0, 30, None, "gold"),
    ]
    assert moves(*rows) == [
        LevelMove("m2", None, "bronze"),
        LevelMove("m3", "bronze", "silver"),
        LevelMove("m5", "silver", "bronze"),
        LevelMove("m6", "silver", None),
        LevelMove("m7", "gold", "silver"),
    ]


def test_Y2_whoever_stays_away_for_more_than_60_days_has_no_level():
    """2 April is 60 days before 1 June, 1 April 61."""
    stayed, lapsed = ("m1", 0, 0, 10, date(2026, 4, 2), "bronze"), ("m2", 0, 0, 10, date(2026, 4, 1), "bronze")
    assert moves(stayed, lapsed) == [LevelMove("m2", "bronze", None)]
    assert moves(("m3", 0, 0, 10, date(2026, 4, 1), None)) == []
    assert moves(lapsed, tier=Tier(name="regulars", levels=LEVELS)) == []
    assert moves(lapsed, at=datetime(1, 1, 20, tzinfo=UTC)) == []


def test_rows_are_read_one_after_the_other():
    """So that millions need no memory."""
    rows = iter([("m1", 0, 0, 10, None, None), ("m2", 0, 0, 10, None, None)])
    assert next(level_moves(REGULARS, rows, at=AT, zone=UTC)).member == "m1"
    assert next(rows)[0] == "m2"
    with pytest.raises(NaiveMoment):
        moves(at=datetime(2026, 3, 1))  # noqa: DTZ001 - that's the point


def test_Y1_each_criterion_leads_to_the_next_level_at_its_very_figure():
    """And a unit below it leads nowhere."""
    sold, paid = Money(200, "RUB"), Money(100, "RUB")
    both = (
        Level(name="bronze", sold=Money(50, "RUB"), paid=Money(50, "RUB"), visits=10),
        Level(name="silver", sold=sold, paid=paid, visits=30),
    )
    tier = Tier(name="regulars", levels=both)
    next_ones = [("m1", 200_00, 0, 10), ("m2", 0, 100_00, 10), ("m3", 0, 0, 30)]
    below = [("m1", 200_00 - 1, 0, 10), ("m2", 0, 100_00 - 1, 10), ("m3", 0, 0, 29)]
    told = moves(*[(*row, None, "bronze") for row in next_ones], tier=tier)
    assert told == [LevelMove(member, "bronze", "silver") for member, *_ in next_ones]
    assert moves(*[(*row, None, "bronze") for row in below], tier=tier) == []


def test_Y2_days_are_those_of_the_zone():
    """At 22:00 on 1 June in UTC it's 2 June in Moscow."""
    row = ("m1", 0, 0, 10, date(2026, 4, 2), "bronze")
    late = AT.replace(hour=22)
    assert list(level_moves(REGULARS, [row], at=late, zone=UTC)) == []
    assert list(level_moves(REGULARS, [row], at=late, zone=ZoneInfo("Europe/Moscow"))) == [
        LevelMove("m1", "bronze", None)
    ]


@pytest.mark.parametrize("day", [1, 2, 3, 4])
def test_Y2_nobody_has_lapsed_as_the_calendar_begins(day):
    """Sixty days and one after its first day somebody might have."""
    lapsed = ("m1", 0, 0, 10, date.min, "bronze")
    stays = ("m2", 0, 0, 10, date(1, 1, 4), "bronze")
    told = moves(lapsed, stays, at=datetime(1, 3, day, tzinfo=UTC))
    assert told == [LevelMove("m1", "bronze", None)] * (day > 2)
    assert moves(lapsed, tier=Tier(name="regulars", levels=LEVELS)) == []
