"""
Every two calls at once, in every order in which they can meet: what comes of them is what comes of them in turn.

Where something weaker holds, `pairs.py` says what and why.
"""

from __future__ import annotations

from itertools import combinations_with_replacement, product

import pytest

from tests.testing.pairs import CALLS, EARLY, LATE, Called, Race, scenes_of

MOMENTS = [*product((EARLY, LATE), repeat=2)]

SNAPSHOT = "an order is read, then its member: where both have changed in between, that's no conflict but an error"
TORN = "a statement reads entries, then the document: what's booked in between is in neither, or in both"
REVIVED = "a sweep that comes after forgetting writes the empty document anew: the member is known, and not imported"
TWICE = "an amendment that holds more of a lot has it stand twice in the hold"
MINUS = "what lies behind a forgotten member falls below zero, and a channel that isn't there is looked for"

WAITING = {
    ("refund", "refund"): SNAPSHOT,
    ("amend", "complete"): SNAPSHOT,
    ("settle", "amend"): SNAPSHOT,
    ("forget", "run_due"): REVIVED,
    ("place", "amend"): TWICE,
    ("amend", "amend"): TWICE,
    ("refund part", "forget"): MINUS,
    ("refund", "forget"): MINUS,
    ("correct", "forget"): MINUS,
}
WAITING |= {(name, "statement"): TORN for name in set(CALLS) - {"view", "statement"}}


def pair(one, other):
    reason = WAITING.get((one, other))
    marks = [pytest.mark.xfail(strict=True, reason=reason)] if reason else []
    return pytest.param(one, other, marks=marks, id=f"{one}, {other}")


@pytest.mark.parametrize(("one", "other"), [pair(one, other) for one, other in combinations_with_replacement(CALLS, 2)])
def test_two_calls_at_once_come_to_what_they_come_to_in_turn(one, other):
    """Documents, entries, due moments, receipts and answers, whoever was first; and the books agree (P14, P21)."""
    for (at, then), scene in product(MOMENTS, scenes_of(one, other)):
        Race(scene, Called(one, at), Called(other, then, 2)).check()


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pair(name, name).marks if name == "refund" else ()) for name in CALLS]
)
def test_a_call_that_is_made_twice_at_once_applies_once(name):
    """Whatever the moment of the second; both are told the same (P18)."""
    for (at, then), scene in product(MOMENTS, scenes_of(name)):
        Race(scene, Called(name, at), Called(name, then)).check()
