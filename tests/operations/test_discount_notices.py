"""A discount that will end is told of so many days ahead, once, and not at that moment (Y6)."""

from __future__ import annotations

from datetime import datetime

import pytest

from loyaltykit import Notice, Percent
from tests.operations.ladders import MOSCOW, SOLD, stored
from tests.operations.support import AT, DAY, HOUR, due_of, ride, rub

ENDING = {"kind": "discount_will_end", "ahead": 7}
LAPSES = datetime(2026, 5, 10, tzinfo=MOSCOW)
TELLS = datetime(2026, 5, 3, tzinfo=MOSCOW)
MONTH = {"name": "month", "over": "P30D", "levels": [{"percent": "5", "visits": 1}, {"percent": "10", "visits": 2}]}


def told(loyalty, at):
    """Give what waits to be told at a moment: when it was made, and what it says."""
    return [(each.at, each.notice) for each in loyalty.notices.waiting(at=at).notices]


def ending(until, *, tier="sold", level="5 %", percent=5):
    return Notice("discount_will_end", tier=tier, level=level, percent=Percent(percent), until=until)


@pytest.fixture
def agreed(life):
    """Give what makes a `Loyalty` in which m1 has agreed to marketing."""

    def made(**rules):
        loyalty = life(notice=[ENDING], **rules)
        loyalty.members.set_consent("m1", agreed=True, at=AT)
        return loyalty

    return made


def test_Y6_told_seven_days_ahead_once(agreed, repository):
    """By the sweep of that day; not again, and not when it ends."""
    loyalty = agreed(tier=[SOLD])
    loyalty.settle(ride("5000"), at=AT)
    assert loyalty.run_due(at=TELLS - HOUR).done == 0
    assert loyalty.run_due(at=TELLS + HOUR).done == 1
    assert told(loyalty, TELLS + HOUR) == [(TELLS + HOUR, ending(LAPSES))]
    loyalty.record_payment("p1", "o1", rub(1), at=TELLS + DAY)
    loyalty.members.recalculate("m1", at=TELLS + DAY)
    for moment in (TELLS + 2 * DAY, LAPSES, LAPSES + DAY):
        loyalty.run_due(at=moment)
        assert len(told(loyalty, moment)) == 1
    assert not [due for due in due_of(repository) if "notice" not in due]
    assert stored(repository).levels["sold"].told == ()


def test_Y6_a_visit_puts_it_off(agreed):
    """The end that it leads to is told of in its turn."""
    loyalty = agreed(tier=[SOLD])
    loyalty.settle(ride("5000"), at=AT)
    loyalty.run_due(at=TELLS)
    loyalty.settle(ride("1", id="o2"), at=TELLS + DAY)
    later = TELLS + DAY + 61 * DAY
    loyalty.run_due(at=later - 7 * DAY)
    assert [notice for _, notice in told(loyalty, later)] == [ending(LAPSES), ending(later)]


def test_Y6_a_refund_that_brings_the_end_back_tells_nothing_new(agreed):
    """It was told of already."""
    loyalty = agreed(tier=[SOLD])
    loyalty.settle(ride("5000"), at=AT)
    loyalty.run_due(at=TELLS)
    loyalty.settle(ride("1", id="o2"), at=TELLS + DAY)
    loyalty.refund("r1", "o2", at=TELLS + DAY)
    loyalty.run_due(at=TELLS + 2 * DAY)
    assert [notice for _, notice in told(loyalty, TELLS + 2 * DAY)] == [ending(LAPSES)]


def test_Y6_whoever_looks_after_the_end_tells_nothing(agreed):
    """A notice of what's to come is of no use once it has come."""
    loyalty = agreed(tier=[SOLD])
    loyalty.settle(ride("5000"), at=AT)
    loyalty.run_due(at=LAPSES)
    assert told(loyalty, LAPSES) == []


def test_Y6_told_by_any_call_that_writes_the_member(agreed):
    """A payment does as well as a sweep."""
    loyalty = agreed(tier=[SOLD])
    loyalty.settle(ride("5000"), at=AT)
    loyalty.record_payment("p1", "o1", rub(1), at=TELLS + HOUR)
    assert told(loyalty, TELLS + HOUR) == [(TELLS + HOUR, ending(LAPSES))]
    assert loyalty.run_due(at=TELLS + DAY).done == 0


def test_Y6_each_fall_of_a_rolling_ladder(agreed):
    """10 % end, and later the 5 % that they leave; where both are near, both are told."""
    loyalty = agreed(tier=[SOLD, MONTH])
    for number, days in enumerate((0, 20)):
        loyalty.settle(ride("100", id=f"o{number}"), at=AT + days * DAY)
    falls = [datetime(2026, 4, 9, tzinfo=MOSCOW), datetime(2026, 4, 29, tzinfo=MOSCOW)]
    told_of = [
        ending(falls[0], tier="month", level="10 %", percent=10),
        ending(falls[1], tier="month", level="5 %", percent=5),
    ]
    loyalty.run_due(at=falls[0] - 7 * DAY)
    assert [notice for _, notice in told(loyalty, falls[0])] == told_of[:1]
    loyalty.run_due(at=falls[1] - HOUR)
    assert [notice for _, notice in told(loyalty, falls[1])] == told_of


def test_Y6_ends_that_are_close_together_are_told_together(agreed):
    """Each by the level that it ends."""
    loyalty = agreed(tier=[SOLD, MONTH])
    for number in range(2):
        loyalty.settle(ride("100", id=f"o{number}"), at=AT + number * DAY)
    loyalty.run_due(at=AT + 29 * DAY)
    assert [notice.level for _, notice in told(loyalty, AT + 29 * DAY)] == ["10 %", "5 %"]


def test_Y6_a_level_by_hand_ends_too(agreed):
    """Told as any other end of a discount."""
    loyalty = agreed(tier=[SOLD])
    loyalty.members.set_tier("s1", "m1", "sold", "5 %", at=AT, until=LAPSES)
    loyalty.run_due(at=TELLS)
    assert [notice for _, notice in told(loyalty, TELLS)] == [ending(LAPSES)]


def test_Y6_whoever_has_not_agreed_is_not_told(life):
    """Nor is anybody where a class without a discount ends."""
    classes = {"name": "classes", "lapse_after": 30, "levels": [{"name": "gold", "visits": 1}]}
    loyalty = life(notice=[ENDING], tier=[SOLD, classes])
    loyalty.settle(ride("5000"), at=AT)
    assert loyalty.run_due(at=TELLS).done == 1
    assert loyalty.run_due(at=TELLS + DAY).done == 0
    assert told(loyalty, TELLS + DAY) == []


def test_Y6_whoever_agrees_later_is_told_of_what_is_still_to_come(life):
    """At once, though the sweep has been by, as of points that will expire; once."""
    loyalty = life(notice=[ENDING], tier=[SOLD])
    loyalty.settle(ride("5000"), at=AT)
    loyalty.run_due(at=TELLS)
    loyalty.members.set_consent("m1", agreed=False, at=TELLS + HOUR)
    assert told(loyalty, TELLS + HOUR) == []
    agrees = TELLS + DAY
    loyalty.members.set_consent("m1", agreed=True, at=agrees)
    loyalty.members.set_consent("m1", agreed=True, at=agrees + DAY)
    assert loyalty.run_due(at=agrees + DAY).done == 0
    assert told(loyalty, agrees + DAY) == [(agrees, ending(LAPSES))]


def test_Y6_whoever_agrees_once_it_has_ended_is_told_nothing(life):
    """There's nothing to come."""
    loyalty = life(notice=[ENDING], tier=[SOLD])
    loyalty.settle(ride("5000"), at=AT)
    loyalty.members.set_consent("m1", agreed=True, at=LAPSES)
    assert told(loyalty, LAPSES + DAY) == []


def test_Y6_what_was_told_is_kept_up_to_its_end_alone(agreed, repository):
    """Whoever comes each week, told of each end that the visit then puts off, keeps a few of them."""
    loyalty = agreed(tier=[SOLD | {"lapse_after": 10}])
    for week in range(40):
        loyalty.settle(ride("5000", id=f"o{week}"), at=AT + week * 7 * DAY)
        loyalty.run_due(at=AT + week * 7 * DAY + 6 * DAY)
        assert len(stored(repository).levels["sold"].told) <= 2
    assert len(told(loyalty, AT + 40 * 7 * DAY)) == 13  # those of the last ninety days


def test_Y6_a_program_that_tells_no_more_drains_what_was_to_be_told(life):
    """Nothing stays due for ever; a level that it doesn't have any more is told of by nobody."""
    loyalty = life(notice=[ENDING], tier=[SOLD])
    loyalty.members.set_consent("m1", agreed=True, at=AT)
    loyalty.settle(ride("5000"), at=AT)
    silent = life(tier=[SOLD | {"lapse_after": 90}])
    assert [silent.run_due(at=TELLS + n * HOUR).done for n in range(2)] == [1, 0]
    assert told(silent, TELLS) == []
    other = life(notice=[ENDING], tier=[SOLD | {"levels": [{"percent": "6", "sold": "1"}]}])
    other.members.set_consent("m2", agreed=True, at=AT)
    loyalty.settle(ride("5000", id="o2", customer="m2"), at=AT)
    assert other.run_due(at=TELLS).done == 1
    assert told(other, TELLS) == []
