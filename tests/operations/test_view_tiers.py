"""What a member sees of their levels: how far the next is, when the present one ends, what keeps it (B7)."""

from __future__ import annotations

from datetime import datetime

from loyaltykit import Missing, Percent, TierView
from tests.operations.ladders import CLASSES, MONTH, MOSCOW, SOLD, visits
from tests.operations.support import AT, DAY, HOUR, ride, rub

BY_VISITS = {"name": "came", "lapse_after": 60, "levels": [{"name": "new", "visits": 1}, {"name": "old", "visits": 4}]}


def seen(loyalty, at=AT, member="m1", index=0):
    return loyalty.members.view(member, at=at).tiers[index]


def test_B7_how_far_the_next_level_is(life):
    """By each criterion; any one is enough."""
    loyalty = life(tier=[CLASSES])
    loyalty.settle(ride("8000"), at=AT)
    loyalty.record_payment("p1", "o1", rub(500), at=AT)
    assert seen(loyalty) == TierView(
        tier="classes",
        level=None,
        next_level="bronze",
        missing=Missing(sold=rub(12_000), paid=rub(19_500), visits=9),
    )
    assert seen(loyalty, member="nobody").missing == Missing(sold=rub(20_000), paid=rub(20_000), visits=10)


def test_B7_the_present_level_and_when_it_lapses(life):
    """With its percent, since when it's had, and nothing above the highest."""
    loyalty = life(tier=[SOLD])
    loyalty.settle(ride("5000"), at=AT)
    assert seen(loyalty, AT + HOUR) == TierView(
        tier="sold",
        level="5 %",
        percent=Percent(5),
        since=AT,
        lapses_at=datetime(2026, 5, 10, tzinfo=MOSCOW),
        ends_at=datetime(2026, 5, 10, tzinfo=MOSCOW),
        keeps=Missing(visits=1),
    )


def test_B7_a_lapsed_level_is_a_visit_away(life):
    """One brings back what lies behind; where one more visit reaches more, that."""
    loyalty = life(tier=[BY_VISITS, SOLD])
    visits(loyalty, 3, price="2000")
    late = datetime(2026, 5, 10, tzinfo=MOSCOW)
    view = seen(loyalty, late)
    assert (view.level, view.since, view.next_level, view.missing) == (None, late, "old", Missing(visits=1))
    assert (view.lapses_at, view.ends_at) == (None, None)
    assert seen(loyalty, late, index=1).next_level == "5 %"


GOLD_BY_SOLD = {
    "name": "sold",
    "lapse_after": 30,
    "levels": [{"name": "bronze", "sold": "100"}, {"name": "gold", "sold": "200"}, {"name": "top", "sold": "900"}],
}


def test_B7_whoever_lapsed_and_was_given_a_lower_level_is_a_visit_from_the_higher(life):
    """300 sold are gold, which has lapsed; bronze by hand. Nothing of the sum is missing, and a sale isn't enough."""
    loyalty = life(tier=[GOLD_BY_SOLD])
    visits(loyalty, 3)
    loyalty.members.set_tier("s1", "m1", "sold", "bronze", at=AT + 50 * DAY)
    view = seen(loyalty, AT + 50 * DAY)
    assert (view.level, view.next_level, view.missing) == ("bronze", "gold", Missing(visits=1))
    patient = life(tier=[GOLD_BY_SOLD | {"lapse_after": 300}])
    assert seen(patient, AT + 50 * DAY) == view
    visits(loyalty, 1, at=AT + 50 * DAY, prefix="back")
    assert seen(loyalty, AT + 50 * DAY).level == "gold"


def test_B7_whoever_lapsed_and_was_given_as_high_a_level_sees_the_next(life):
    """With what's missing to it."""
    loyalty = life(tier=[GOLD_BY_SOLD])
    visits(loyalty, 3)
    loyalty.members.set_tier("s1", "m1", "sold", "gold", at=AT + 50 * DAY)
    view = seen(loyalty, AT + 50 * DAY)
    assert (view.level, view.next_level, view.missing) == ("gold", "top", Missing(sold=rub(600)))


def test_B7_what_keeps_a_level_keeps_it_from_what_ends_it_next(life):
    """A lapse before the fall: a visit, and not the 60 that would be missing then."""
    both = {"name": "both", "over": "P30D", "lapse_after": 20, "levels": [{"name": "bronze", "sold": "100"}]}
    loyalty = life(tier=[both])
    loyalty.settle(ride("40", id="o1"), at=AT)
    loyalty.settle(ride("60", id="o2"), at=AT + 5 * DAY)
    view = seen(loyalty, AT + 5 * DAY)
    assert (view.ends_at == view.lapses_at, view.keeps) == (True, Missing(visits=1))
    loyalty.settle(ride("1", id="o3"), at=AT + 15 * DAY)
    view = seen(loyalty, AT + 15 * DAY)
    assert (view.lapses_at, view.keeps) == (None, Missing(sold=rub(39)))
    loyalty.members.set_tier("s1", "m1", "both", "bronze", at=AT + 15 * DAY)
    view = seen(loyalty, AT + 15 * DAY)
    assert (view.level, view.ends_at, view.keeps) == ("bronze", None, None)


def test_B7_what_keeps_the_level_of_a_rolling_ladder(life):
    """What is to be done before it falls, counted without the days that will have left."""
    loyalty = life(tier=[MONTH])
    for number in range(3):
        loyalty.settle(ride("100", id=f"o{number}"), at=AT + number * DAY)
    view = seen(loyalty, AT + 3 * DAY)
    assert (view.level, view.ends_at) == ("keen", datetime(2026, 4, 9, tzinfo=MOSCOW))
    assert view.keeps == Missing(visits=1, paid=rub(900))
    assert view.lapses_at is None


def test_B7_a_level_by_hand(life):
    """Until when it's had, and what leads from it to the next one."""
    loyalty = life(tier=[CLASSES])
    loyalty.members.set_tier("s1", "m1", "classes", "silver", at=AT, until=AT + 9 * DAY)
    loyalty.settle(ride("20000"), at=AT)
    view = seen(loyalty)
    assert (view.level, view.by_hand, view.until, view.ends_at) == ("silver", True, AT + 9 * DAY, AT + 9 * DAY)
    assert (view.next_level, view.missing.sold, view.missing.visits) == ("gold", rub(80_000), 49)
    loyalty.members.set_tier("s2", "m1", "classes", "gold", at=AT)
    view = seen(loyalty)
    assert (view.level, view.until, view.ends_at, view.next_level) == ("gold", None, None, None)
    loyalty.settle(ride("100000", id="o2"), at=AT)
    loyalty.members.set_tier("s3", "m1", "classes", "bronze", at=AT)
    assert (seen(loyalty).level, seen(loyalty).by_hand) == ("gold", False)


def test_B7_a_program_that_has_changed_since(life):
    """What's had stands until it's worked out again; what would be reached by then isn't missing."""
    life(tier=[BY_VISITS]).settle(ride("100"), at=AT)
    easier = life(tier=[BY_VISITS | {"levels": [{"name": "new", "visits": 1}, {"name": "old", "sold": "1"}]}])
    view = seen(easier)
    assert (view.level, view.next_level, view.missing) == ("new", "old", Missing(sold=rub(0)))
    renamed = life(tier=[BY_VISITS | {"levels": [{"name": "first", "percent": "5", "visits": 2}]}])
    view = seen(renamed)
    assert (view.level, view.percent) == ("new", None)
    assert (view.next_level, view.missing) == ("first", Missing(visits=1))


def test_B7_what_has_lapsed_stays_so_though_members_may_stay_away_for_longer_now(life):
    """A visit brings it back."""
    life(tier=[SOLD]).settle(ride("5000"), at=AT)
    life(tier=[SOLD]).run_due(at=AT + 70 * DAY)
    view = seen(life(tier=[SOLD | {"lapse_after": 90}]), AT + 70 * DAY)
    assert (view.level, view.next_level, view.missing) == (None, "5 %", Missing(visits=1))


def test_B7_the_last_visit(life):
    """None before the first one; a sale of goods is none."""
    loyalty = life(tier=[SOLD])
    loyalty.settle(ride(visit=False), at=AT)
    assert loyalty.members.view("m1", at=AT).last_visit is None
    loyalty.settle(ride(id="o2"), at=AT + HOUR)
    assert loyalty.members.view("m1", at=AT + DAY).last_visit == AT + HOUR
