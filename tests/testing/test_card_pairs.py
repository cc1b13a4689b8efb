"""
Every two calls at once that meet on a gift card: in every order in which they can meet, what comes of them is what
comes of them in turn (S3, B3, B10).
"""

from __future__ import annotations

import os
from itertools import combinations_with_replacement, product

import pytest

from tests.testing.card_pairs import CALLS, LATER, OF_ORDERS, SOON, CardRace
from tests.testing.pairs import SCENES, Called

DEEP = os.environ.get("LOYALTYKIT_SCHEDULES") == "deep"
deep = pytest.mark.skipif(not DEEP, reason="make schedules plays it")

MOMENTS = [(SOON, SOON), (SOON, LATER), *([(LATER, SOON), (LATER, LATER)] if DEEP else [])]
PAIRS = [*combinations_with_replacement(CALLS, 2)]


def scenes_of(*names):
    """Give the scenes in which calls of those *names* meet: one, where none of them names an order of it."""
    return SCENES if OF_ORDERS.keys() & {*names} else SCENES[:1]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_B3_two_calls_on_a_card_come_to_what_they_come_to_in_turn(one, other, tally):
    """Holds, captures, returns, expiry, owners; and the books agree (P14, P21)."""
    for (at, then), scene in product(MOMENTS, scenes_of(one, other)):
        tally["any two calls on a gift card"] += CardRace(scene, Called(one, at), Called(other, then, 2)).check()


@pytest.mark.parametrize("name", [*CALLS])
def test_B3_a_call_on_a_card_that_is_made_twice_at_once_applies_once(name):
    """Whatever the moment of the second; both are told the same (P18)."""
    for (at, then), scene in product(MOMENTS, scenes_of(name)):
        CardRace(scene, Called(name, at), Called(name, then)).check()


@deep
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_B3_two_calls_on_a_card_and_a_third_come_to_what_they_come_to_in_turn(one, other, tally):
    """The third is one of the two once more, as a webhook that comes twice, or the card's sweep."""
    first, second = Called(one, SOON), Called(other, LATER, 2)
    again = Called(one, LATER), Called(other, SOON, 2), Called("sweep the card", LATER)
    for third, scene in product(again, scenes_of(one, other)):
        tally["any two calls on a gift card, and a third"] += CardRace(scene, first, second, third).check()
