"""Notices: kinds with figures, words only when asked for (S7, Y6)."""

from __future__ import annotations

import string

import pytest

from loyaltykit import Notice, Points
from loyaltykit.notice import AHEAD, NOTICES, UNASKED


@pytest.mark.parametrize("kind", NOTICES)
def test_S7_every_notice_says_each_of_its_figures(kind):
    """A figure that isn't in the words would be hidden from the member."""
    meaning = NOTICES[kind]
    named = {name for _, name, _, _ in string.Formatter().parse(meaning.words) if name}
    assert named == set(meaning.figures)
    words = Notice(kind, **{name: f"<{name}>" for name in meaning.figures}).words
    assert all(f"<{name}>" in words for name in meaning.figures)


def test_S7_kinds_that_are_told_apart_are_kinds():
    """Those ahead of something, and those that need no consent."""
    assert AHEAD.issubset(NOTICES)
    assert UNASKED.issubset(NOTICES)
    assert not AHEAD & UNASKED


def test_S6_an_adjustment_is_told_with_its_description_if_it_has_one():
    """Nothing stands where there's none."""
    told = {"points": Points(50), "balance": Points(57)}
    words = "the balance changed by 50 points, to 57 points."
    assert str(Notice("points_adjusted", **told, description="Извините")) == f"{words} Извините"
    assert str(Notice("points_adjusted", **told, description="")) == words
