"""Categories in a member's life: given and taken away by what's done, visits missed and days away (Y4, Y5)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.operations.support import AT, DAY, HOUR, due_of, ride, rub

MOSCOW = ZoneInfo("Europe/Moscow")

ECONOMY = {"name": "Эконом", "added": {"sold": "2000"}, "removed": {"sold": "10000"}}
STANDARD = {"name": "Стандарт", "added": {"sold": "10000"}}
VIP = {"name": "VIP", "added": {"paid": "30000", "visits": 20}}
LOST = {"name": "Потерянные", "added": {"days_away": 90}, "removed": {"status": "came"}}
RELIABLE = {"name": "reliable", "added": {"status": "came"}, "removed": {"status": "no_show"}}
TROUBLE = {"name": "trouble", "added": {"status": "no_show"}}


def categories(loyalty, at, member="m1"):
    return set(loyalty.members.view(member, at=at).categories)


def test_Y4_2000_sold_are_economy(life):
    """The source's own example; visits and sales of goods count alike."""
    loyalty = life(category=[ECONOMY, STANDARD, VIP])
    loyalty.settle(ride("1999.99", id="o1"), at=AT)
    assert categories(loyalty, AT) == set()
    loyalty.settle(ride("0.01", id="goods", visit=False), at=AT)
    assert categories(loyalty, AT) == {"Эконом"}


def test_Y4_30000_paid_or_20_visits_are_vip(life):
    """The source's own example."""
    loyalty = life(category=[VIP])
    loyalty.settle(ride("30000", id="o1", customer="m1"), at=AT)
    assert categories(loyalty, AT) == set()
    loyalty.record_payment("p1", "o1", rub("30000"), at=AT)
    assert categories(loyalty, AT) == {"VIP"}
    for number in range(20):
        assert categories(loyalty, AT, "m2") == set()
        loyalty.settle(ride("1", id=f"o{number} of m2", customer="m2"), at=AT)
    assert categories(loyalty, AT, "m2") == {"VIP"}


def test_Y5_10000_sold_are_economy_no_more(life):
    """The source's own example: removed from one category as the other is added; all that match are given."""
    loyalty = life(category=[ECONOMY, STANDARD, VIP])
    loyalty.settle(ride("2000", id="o1"), at=AT)
    loyalty.settle(ride("8000", id="o2"), at=AT)
    assert categories(loyalty, AT) == {"Стандарт"}
    loyalty.record_payment("p1", "o2", rub("30000"), at=AT)
    assert categories(loyalty, AT) == {"Стандарт", "VIP"}
    assert loyalty.members.view("m1", at=AT).categories == ("Стандарт", "VIP")


@pytest.mark.parametrize("swept", [False, True])
def test_Y5_45_days_away_move_to_standard(life, swept):
    """The source's own example: removed from one and added to another by days away, at their local midnight."""
    economy = ECONOMY | {"removed": {"days_away": 45}}
    standard = {"name": "Стандарт", "added": {"days_away": 45}, "removed": {"days_away": 90}}
    loyalty = life(category=[economy, standard, LOST])
    loyalty.settle(ride("2000"), at=AT)
    for days, expected in ((45, {"Стандарт"}), (90, {"Потерянные"})):
        moment = datetime(2026, 3, 10, tzinfo=MOSCOW) + (days + 1) * DAY
        before = categories(loyalty, moment - HOUR)
        assert not before & expected
        assert not swept or loyalty.run_due(at=moment).done == 1
        assert categories(loyalty, moment) == expected
    assert not swept or loyalty.run_due(at=AT + 900 * DAY).done == 0


def test_Y4_goods_that_nobody_fetched_are_no_missed_visit(life):
    """An order that was no visit has nobody who didn't come to it."""
    loyalty = life(category=[TROUBLE])
    for visit in (False, True):
        loyalty.place(ride("100", id=f"o{visit}", visit=visit), at=AT)
        loyalty.no_show(f"o{visit}", at=AT)
        assert categories(loyalty, AT) == ({"trouble"} if visit else set())


def test_Y4_90_days_away_are_lost(life, repository):
    """The source's own example; who comes again isn't lost any more, and will be anew."""
    loyalty = life(category=[LOST])
    loyalty.settle(ride("100", id="o1"), at=AT)
    assert categories(loyalty, AT + 90 * DAY) == set()
    assert categories(loyalty, AT + 91 * DAY) == {"Потерянные"}
    loyalty.settle(ride("100", id="o2"), at=AT + 100 * DAY)
    assert categories(loyalty, AT + 100 * DAY) == set()
    assert categories(loyalty, AT + 191 * DAY) == {"Потерянные"}
    assert len(due_of(repository)) == 1


@pytest.mark.parametrize("swept", [False, True])
def test_Y4_a_visit_told_late_is_judged_when_it_was(life, swept):
    """Whoever came 95 days ago is lost by now, though they've just been told to have come: swept or not."""
    loyalty = life(category=[LOST])
    loyalty.settle(ride(id="o1"), at=AT)
    if swept:
        loyalty.run_due(at=AT + 100 * DAY)
    loyalty.settle(ride(id="o2"), at=AT + 5 * DAY)
    assert categories(loyalty, AT + 100 * DAY) == {"Потерянные"}
    loyalty.settle(ride(id="o3"), at=AT + 100 * DAY)
    assert categories(loyalty, AT + 100 * DAY) == set()
    assert categories(loyalty, AT + 191 * DAY) == {"Потерянные"}


def test_Y4_the_status_of_a_visit(life):
    """Who came, and who didn't: also where nothing was held for the order, and not for a sale of goods."""
    loyalty = life(category=[RELIABLE, TROUBLE])
    loyalty.settle(ride("100", id="goods", visit=False), at=AT)
    assert categories(loyalty, AT) == set()
    loyalty.settle(ride("100", id="o1"), at=AT)
    assert categories(loyalty, AT) == {"reliable"}
    for order in ("missed", "cancelled"):
        loyalty.place(ride("100", id=order), at=AT)
    loyalty.cancel("cancelled", at=AT)
    assert categories(loyalty, AT) == {"reliable"}
    loyalty.no_show("missed", at=AT)
    assert categories(loyalty, AT) == {"trouble"}
    assert loyalty.members.view("m1", at=AT).visits == 1


def test_Y4_a_no_show_of_nobody_s(life):
    """An order without a customer gives no category."""
    loyalty = life(category=[TROUBLE])
    loyalty.place(ride("100", customer=None), at=AT)
    assert loyalty.no_show("o1", at=AT).status == "no_show"


def test_Y4_what_a_rule_gave_stays(life):
    """A refund takes nothing away that no rule removes."""
    loyalty = life(category=[ECONOMY, RELIABLE])
    loyalty.settle(ride("2000"), at=AT)
    loyalty.refund("r1", "o1", at=AT)
    assert categories(loyalty, AT) == {"Эконом", "reliable"}


def test_Y7_a_category_that_a_revision_drops_stays(life):
    """No rule has removed it; those that the program has stand before it."""
    life(category=[ECONOMY, STANDARD]).settle(ride("2000"), at=AT)
    loyalty = life(category=[VIP | {"added": {"visits": 1}}])
    assert loyalty.members.recalculate("m1", at=AT).added == ("VIP",)
    assert loyalty.members.view("m1", at=AT).categories == ("VIP", "Эконом")
    loyalty = life(tier=[{"name": "t", "levels": [{"name": "one", "visits": 1}]}])
    loyalty.members.recalculate("m1", at=AT)
    assert loyalty.members.view("m1", at=AT).categories == ("VIP", "Эконом")


def test_Y5_what_a_missed_visit_took_away_comes_back_by_a_visit_alone(life):
    """Two visits were reached long ago: neither a payment, nor the run over all members, nor goods give it back."""
    vip = {"name": "VIP", "added": {"visits": 2}, "removed": {"status": "no_show"}}
    loyalty = life(category=[vip, STANDARD])
    for number in range(2):
        loyalty.settle(ride("100", id=f"o{number}"), at=AT)
    assert categories(loyalty, AT) == {"VIP"}
    for number in range(2):
        loyalty.place(ride("100", id=f"missed {number}"), at=AT)
        loyalty.no_show(f"missed {number}", at=AT)
        assert categories(loyalty, AT) == set()
    loyalty.record_payment("p1", "o1", rub(100), at=AT)
    assert not loyalty.members.recalculate("m1", at=AT).has_moved
    loyalty.settle(ride("10000", id="goods", visit=False), at=AT)
    assert categories(loyalty, AT) == {"Стандарт"}
    loyalty.settle(ride("100", id="again"), at=AT)
    assert categories(loyalty, AT) == {"VIP", "Стандарт"}


def test_Y5_what_coming_takes_away_stays_away(life):
    """Also where a visit is what adds it."""
    loyalty = life(category=[{"name": "new", "added": {"visits": 1}, "removed": {"status": "came"}}])
    loyalty.settle(ride("100"), at=AT)
    loyalty.record_payment("p1", "o1", rub(100), at=AT)
    assert categories(loyalty, AT) == set()


def test_Y4_who_missed_a_visit_while_away_is_lost_by_their_next_absence(life):
    """Time alone gives nothing back either, until they've come and stay away again."""
    lost = {"name": "lost", "added": {"days_away": 10}, "removed": {"status": "no_show"}}
    loyalty = life(category=[lost])
    loyalty.settle(ride("100"), at=AT)
    loyalty.place(ride("100", id="missed"), at=AT + 12 * DAY)
    assert categories(loyalty, AT + 12 * DAY) == {"lost"}
    loyalty.no_show("missed", at=AT + 12 * DAY)
    assert categories(loyalty, AT + 12 * DAY) == categories(loyalty, AT + 90 * DAY) == set()
    loyalty.settle(ride("100", id="back"), at=AT + 90 * DAY)
    assert categories(loyalty, AT + 100 * DAY) == set()
    assert categories(loyalty, AT + 101 * DAY) == {"lost"}
