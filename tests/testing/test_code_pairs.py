"""
Every two calls at once that name codes, or bring friends and workers what is theirs: in every order in which they can
meet, what comes of them is what comes of them in turn (B9, B10, G9, G10, G1, R1, T2).

Where something weaker holds, `code_pairs.py` says what and why.
"""

from __future__ import annotations

import os
from itertools import combinations_with_replacement, product

import pytest

from tests.testing.code_pairs import CALLS, DRAWN, LATER, OF_ORDERS, SCENES, SOON, CodeRace, DrawingRace
from tests.testing.pairs import Called

DEEP = os.environ.get("LOYALTYKIT_SCHEDULES") == "deep"
deep = pytest.mark.skipif(not DEEP, reason="make schedules plays it")

MOMENTS = [(SOON, SOON), (SOON, LATER), *([(LATER, SOON), (LATER, LATER)] if DEEP else [])]
OF_NOBODY = {*CALLS} - {*OF_ORDERS} - {"join", "sweep the member", "forget"}
"""The calls that are the same in every scene."""

PAIRS = [*combinations_with_replacement(CALLS, 2)]


def scenes_of(*names):
    return SCENES[:1] if OF_NOBODY.issuperset(names) else SCENES


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_two_calls_with_codes_come_to_what_they_come_to_in_turn(one, other, tally):
    """Promos' uses and budgets, friends and rewards, workers' money; and the books agree (P14, P21)."""
    for (at, then), scene in product(MOMENTS, scenes_of(one, other)):
        tally["any two calls with codes"] += CodeRace(scene, Called(one, at), Called(other, then, 2)).check()


@pytest.mark.parametrize("name", [*CALLS])
def test_a_call_with_codes_that_is_made_twice_at_once_applies_once(name):
    """Whatever the moment of the second; both are told the same (P18)."""
    for (at, then), scene in product(MOMENTS, scenes_of(name)):
        CodeRace(scene, Called(name, at), Called(name, then)).check()


@pytest.mark.parametrize(("one", "other"), [*combinations_with_replacement(DRAWN.calls, 2)])
def test_T2_whoever_draws_a_code_that_another_is_given_draws_again(one, other):
    """No two have the same, and nobody who was given one is without."""
    for scene in SCENES:
        DrawingRace(scene, Called(one, SOON), Called(other, SOON, 2)).check()


@deep
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_two_calls_with_codes_and_a_third_come_to_what_they_come_to_in_turn(one, other, tally):
    """The third is one of the two once more, as a webhook that comes twice, or the member's sweep."""
    first, second = Called(one, SOON), Called(other, LATER, 2)
    again = Called(one, LATER), Called(other, SOON, 2), Called("sweep the member", LATER)
    for third, scene in product(again, scenes_of(one, other)):
        tally["any two calls with codes, and a third"] += CodeRace(scene, first, second, third).check()
