"""Reasons: codes with figures, words only when asked for (B1)."""

from __future__ import annotations

import pickle
import string

import pytest

from loyaltykit import Money, Reason
from loyaltykit.reason import REASONS


@pytest.mark.parametrize("code", REASONS)
def test_B1_every_reason_says_each_of_its_figures(code):
    """A figure that isn't in the words would be hidden from the reader, and words with another would fail."""
    meaning = REASONS[code]
    named = {name for _, name, _, _ in string.Formatter().parse(meaning.words) if name}
    assert named == set(meaning.figures)
    figures = {name: f"<{name}>" for name in meaning.figures}
    words = Reason(code, **figures).words
    assert all(f"<{name}>" in words for name in meaning.figures)


def test_a_reason_is_a_value():
    """Equal by code and figures, hashable, picklable; figures are attributes and a dict."""
    reason = Reason("below_minimum", minimum=Money(300, "RUB"), actual=Money(250, "RUB"))
    assert reason == Reason("below_minimum", actual=Money(250, "RUB"), minimum=Money(300, "RUB"))
    assert reason != Reason("below_minimum", actual=Money(251, "RUB"), minimum=Money(300, "RUB"))
    assert hash(reason) == hash(pickle.loads(pickle.dumps(reason)))  # noqa: S301 - our own bytes
    assert reason.figures == {"minimum": Money(300, "RUB"), "actual": Money(250, "RUB")}
    assert repr(reason) == "Reason('below_minimum', minimum=Money('300.00', 'RUB'), actual=Money('250.00', 'RUB'))"
