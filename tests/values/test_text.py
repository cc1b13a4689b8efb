"""Ids and names."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit.values.text import MAX_TEXT, is_id, nearest, storable


@pytest.mark.parametrize("text", ["o", "order-5", "заказ 3", "a" * 128, "🚕", "a\u00a0b", "\u200d", " ", "{}"])
def test_ids(text):
    """Text of 1 to 128 characters, whatever the script."""
    assert is_id(text)


@pytest.mark.parametrize("text", ["", "a" * 129, "a\n", "\t", "a\x00", "\x7f", "\x85", "\ud800", "a\udfff"])
def test_what_is_no_id(text):
    """Nothing, too much, control characters, and halves of characters that no file can hold."""
    assert not is_id(text)


@given(st.text(st.characters(), max_size=140) | st.text(st.characters(categories=["Cc", "Cs", "Cf", "Zs"]), max_size=3))
def test_only_length_and_two_categories_count(text):
    """Cc are control characters, Cs lone surrogates."""
    bad = any(unicodedata.category(char) in {"Cc", "Cs"} for char in text)
    assert is_id(text) is (1 <= len(text) <= MAX_TEXT and not bad)


@pytest.mark.parametrize(
    ("word", "known", "found"),
    [
        ("percnt", ["points", "percent"], "percent"),
        ("xyz", ["points", "percent"], None),
        ("x", [], None),
        (5, ["5", "6"], "5"),
        ("percent" * 10_000, ["percent"], None),
    ],
)
def test_the_nearest_known_word(word, known, found):
    """For hints to those who mistyped; of a word without end only the beginning is looked at."""
    assert nearest(word, known) == found


@pytest.mark.parametrize("text", ["", "a\t\n", "Ёлка 😀 \U0010ffff", "a" * 100_000])
def test_text_of_any_length_and_letters_can_be_stored(text):
    """Control characters too: JSON text has line ends."""
    assert storable(text)


@pytest.mark.parametrize("text", ["\0", "a\0", "я\0", "\ud800", "a\udfff"])
def test_nul_and_halves_of_surrogate_pairs_cannot(text):
    """PostgreSQL has no NUL, UTF-8 no lone surrogates."""
    assert not storable(text)
