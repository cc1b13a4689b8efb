"""Members by ladder and level, who moved, and whose level ends (S5, Y1, Y2, Y3, B7)."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from loyaltykit import InvalidValue, Loyalty
from tests.operations.ladders import CAME, CLASSES, MONTH, level, visits
from tests.operations.support import AT, DAY, HOUR, city, ride

WEEK = 7 * DAY


@pytest.fixture
def loyalty(life):
    """Give a program with two ladders, and three members who came to them in turn."""
    made = life(tier=[CAME, CLASSES])
    visits(made, 3, at=AT, prefix="a")
    visits(made, 10, at=AT + WEEK, prefix="b", member="m2", price="2500.00")
    visits(made, 30, at=AT + 2 * WEEK, prefix="c", member="m2", price="1")
    visits(made, 1, at=AT, prefix="d", member="m3")
    return made


def told(report):
    return [(row.tier, row.level, row.members, row.risen, row.fallen, row.ending) for row in report.rows]


def moves(report):
    return [(row.at, row.member, row.tier, row.before, row.level) for row in report.rows]


def test_Y3_members_by_ladder_and_level(loyalty):
    """Each level from the lowest, also those that nobody has; who never had one isn't counted."""
    assert told(loyalty.reports.tiers(at=AT + 2 * WEEK)) == [
        ("came", "5 %", 2, 2, 0, 0),
        ("came", None, 0, 0, 0, 0),
        ("classes", "bronze", 0, 0, 0, 0),
        ("classes", "silver", 1, 1, 0, 0),
        ("classes", "gold", 0, 0, 0, 0),
        ("classes", None, 0, 0, 0, 0),
    ]


def test_Y2_who_lapsed_has_fallen_swept_or_not(loyalty):
    """By time alone, as of the moment of the report."""
    later = AT + 61 * DAY
    before = told(loyalty.reports.tiers(at=later, start=AT + 60 * DAY))
    assert before[:2] == [("came", "5 %", 1, 0, 0, 1), ("came", None, 1, 0, 1, 0)]
    loyalty.run_due(at=later)
    assert told(loyalty.reports.tiers(at=later, start=AT + 60 * DAY)) == before


def test_Y1_who_moved_in_a_period(loyalty):
    """Half-open, by moment; of several moves the last."""
    all_moves = moves(loyalty.reports.tier_moves(at=AT + 2 * WEEK))
    assert all_moves == [
        (AT, "m1", "came", None, "5 %"),
        (AT + WEEK, "m2", "came", None, "5 %"),
        (AT + 2 * WEEK, "m2", "classes", "bronze", "silver"),
    ]
    assert moves(loyalty.reports.tier_moves(at=AT + 2 * WEEK, start=AT + WEEK, end=AT + 2 * WEEK)) == all_moves[1:2]
    assert moves(loyalty.reports.tier_moves(at=AT)) == all_moves[:1]
    assert all_moves[0][0].tzinfo is not None
    lapsed = moves(loyalty.reports.tier_moves(at=AT + 200 * DAY, start=AT + 3 * WEEK))
    assert [(member, ladder, before, now) for _, member, ladder, before, now in lapsed] == [
        ("m1", "came", "5 %", None),
        ("m2", "came", "5 %", None),
    ]


def test_B7_whose_level_ends(loyalty):
    """When, and what it becomes; before *end* alone where that's told."""
    endings = loyalty.reports.tier_endings(at=AT + 2 * WEEK)
    assert [(row.member, row.tier, row.level, row.becomes, row.lapses) for row in endings.rows] == [
        ("m1", "came", "5 %", None, True),
        ("m2", "came", "5 %", None, True),
    ]
    first, second = endings.rows
    for row in endings.rows:
        assert level(loyalty, row.at - timedelta(microseconds=1), "came", row.member) == "5 %"
        assert level(loyalty, row.at, "came", row.member) is None
    assert loyalty.reports.tier_endings(at=AT + 2 * WEEK, end=second.at).rows == (first,)
    assert loyalty.reports.tier_endings(at=second.at).rows == ()
    soon = loyalty.reports.tiers(at=AT + 2 * WEEK, ahead=60).rows[0]
    assert soon.ending == sum(row.at <= AT + 2 * WEEK + 60 * DAY for row in endings.rows) == 1
    for ahead in (-1, 1.5, True):
        with pytest.raises(InvalidValue, match="whole number of days ahead"):
            loyalty.reports.tiers(at=AT, ahead=ahead)
    with pytest.raises(InvalidValue, match="have ended by"):
        loyalty.reports.tier_endings(at=AT, end=AT - HOUR)


def test_Y1_what_leaves_a_rolling_period_falls(life):
    """That's no lapse."""
    loyalty = life(tier=[MONTH])
    visits(loyalty, 3)
    (ending,) = loyalty.reports.tier_endings(at=AT).rows
    assert (ending.level, ending.becomes, ending.lapses) == ("keen", None, False)


def test_Y3_a_ladder_of_another_revision_is_told_behind(repository):
    """By the names that members have of it; it neither rose nor fell, since nobody knows its order."""
    visits(Loyalty(city(tier=[CAME]), repository), 3)
    later = Loyalty(city(tier=[CLASSES]), repository)
    rows = told(later.reports.tiers(at=AT))
    assert rows[-1] == ("came", "5 %", 1, 0, 0, 0)
    assert [row[0] for row in rows[:-1]] == ["classes"] * 4


def test_Y3_sums_agree_with_members_one_by_one(life):
    """The report and each member's view, over months."""
    loyalty = life(tier=[CAME, CLASSES, MONTH])
    for day in range(0, 120, 5):
        for number in range(4):
            if day % (number + 1) == 0:
                order = ride(f"{1000 * (number + 1)}", id=f"o{day}-{number}", customer=f"m{number}")
                loyalty.settle(order, at=AT + day * DAY)
    for at in (AT + 60 * DAY, AT + 119 * DAY, AT + 150 * DAY, AT + 300 * DAY):
        later = max(at, AT + 115 * DAY)
        plain = Counter(
            (view.tier, view.level)
            for number in range(4)
            for view in loyalty.members.view(f"m{number}", at=later).tiers
            if view.level is not None
        )
        rows = {(row.tier, row.level): row.members for row in loyalty.reports.tiers(at=later).rows if row.level}
        assert {about: count for about, count in rows.items() if count} == plain


def test_Y3_more_members_than_a_page(life):
    """None is left out, and nobody twice."""
    loyalty = life(tier=[{"name": "seen", "levels": [{"name": "once", "visits": 1}]}])
    for number in range(120):
        loyalty.settle(ride("1", id=f"o{number}", customer=f"m{number:03}"), at=AT)
    assert [row.member for row in loyalty.reports.tier_moves(at=AT).rows] == [f"m{number:03}" for number in range(120)]
    assert loyalty.reports.tiers(at=AT).rows[0].members == 120
