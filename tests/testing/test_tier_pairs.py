"""
Every two calls at once that judge a member's levels: in every order in which they can meet, what comes of them is what
comes of them in turn (Y1, Y2, Y4, Y7).
"""

from __future__ import annotations

import os
from itertools import combinations_with_replacement, product

import pytest

from tests.testing.pairs import EARLY, LATE, Called, scenes_of
from tests.testing.tier_pairs import CALLS, TierRace

DEEP = os.environ.get("LOYALTYKIT_SCHEDULES") == "deep"
deep = pytest.mark.skipif(not DEEP, reason="make schedules plays it")

MOMENTS = [(EARLY, EARLY), (EARLY, LATE), *([(LATE, EARLY), (LATE, LATE)] if DEEP else [])]
PAIRS = [*combinations_with_replacement(CALLS, 2)]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_two_calls_on_levels_come_to_what_they_come_to_in_turn(one, other, tally):
    """Two completions, a completion and a recalculation or a level by hand, and whatever else (P14, P21)."""
    for (at, then), scene in product(MOMENTS, scenes_of(one, other)):
        tally["any two calls that judge levels"] += TierRace(scene, Called(one, at), Called(other, then, 2)).check()


@pytest.mark.parametrize("name", [*CALLS])
def test_a_call_on_levels_that_is_made_twice_at_once_applies_once(name):
    """Whatever the moment of the second; both are told the same (P18)."""
    for (at, then), scene in product(MOMENTS, scenes_of(name)):
        TierRace(scene, Called(name, at), Called(name, then)).check()


@deep
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_two_calls_on_levels_and_a_third_come_to_what_they_come_to_in_turn(one, other, tally):
    """The third is one of the two once more, as a webhook that comes twice, or `run_due`."""
    first, second = Called(one, EARLY), Called(other, LATE, 2)
    again = Called(one, LATE), Called(other, EARLY, 2), Called("run_due", LATE)
    for third, scene in product(again, scenes_of(one, other)):
        tally["any two calls that judge levels, and a third"] += TierRace(scene, first, second, third).check()
