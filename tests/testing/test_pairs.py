"""
Every two calls at once, in every order in which they can meet: what comes of them is what comes of them in turn.

Where something weaker holds, `pairs.py` says what and why.
"""

from __future__ import annotations

import os
from itertools import combinations_with_replacement, product

import pytest

from loyaltykit.testing.schedules import every_schedule
from tests.testing.pairs import CALLS, EARLY, LATE, SCENES, Called, Race, ends, scenes_of

deep = pytest.mark.skipif(os.environ.get("LOYALTYKIT_SCHEDULES") != "deep", reason="make schedules plays it")

MOMENTS = [*product((EARLY, LATE), repeat=2)]

PAIRS = [*combinations_with_replacement(CALLS, 2)]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_two_calls_at_once_come_to_what_they_come_to_in_turn(one, other, tally):
    """Documents, entries, due moments, receipts and answers, whoever was first; and the books agree (P14, P21)."""
    for (at, then), scene in product(MOMENTS, scenes_of(one, other)):
        tally["any two calls of an order or a member"] += Race(scene, Called(one, at), Called(other, then, 2)).check()


@pytest.mark.parametrize("name", [*CALLS])
def test_a_call_that_is_made_twice_at_once_applies_once(name):
    """Whatever the moment of the second; both are told the same (P18)."""
    for (at, then), scene in product(MOMENTS, scenes_of(name)):
        Race(scene, Called(name, at), Called(name, then)).check()


@pytest.mark.parametrize("calls", [2, 3])
def test_schedules_that_go_on_as_one_are_as_many_as_those_that_are_played(calls):
    """And they come to the same ends."""
    for scene in SCENES:
        race = Race(scene, *[Called("complete", EARLY), Called("refund part", LATE), Called("run_due", LATE)][:calls])
        played = [*every_schedule(race.store, race.racers)]
        ended = ends(race.store, race.racers)
        assert sum(end.schedules for end in ended) == len(played)
        assert {repr(end.outcome.results) for end in ended} == {repr(outcome.results) for outcome in played}


@deep
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_two_calls_and_a_third_come_to_what_they_come_to_in_turn(one, other, tally):
    """The third is one of the two once more, as a webhook that comes twice, or `run_due`."""
    first, second = Called(one, EARLY), Called(other, LATE, 2)
    again = Called(one, LATE), Called(other, EARLY, 2), Called("run_due", LATE)
    for third, scene in product(again, scenes_of(one, other)):
        tally["any two calls of an order or a member, and a third"] += Race(scene, first, second, third).check()
