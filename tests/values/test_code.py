"""Codes: one normal form for all the ways in which people type them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import InvalidValue
from loyaltykit.values.code import ALPHABET, draw_code, normal_code, shown_code


@pytest.mark.parametrize(
    "typed",
    [
        "D48M",
        "d48m",
        " d48 m ",
        "D48М",
        "D48м",
        "D\u00a048M",
        "D48\u200bM",
        "\ufeffD48M",
        "Ｄ４８Ｍ",
    ],
)
def test_T6_a_code_is_the_same_however_its_typed(typed):
    """In lower case, on a Russian keyboard, with blanks, or pasted with marks that can't be seen."""
    assert normal_code(typed) == "D48M"


def test_T1_a_personal_code_keeps_its_marks():
    """A hash, an underscore and a hyphen are part of it; letters of any script are letters."""
    assert normal_code("#romashka_01") == "#ROMASHKA_01"
    assert normal_code("ёлка-ß") == "ЁЛKA-SS"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "at least one letter or digit"),
        (" \u200b", "at least one letter or digit"),
        ("SALE🎉", "'🎉' in 'SALE🎉' is none of them"),
        ("A+B", "'+' in 'A+B' is none of them"),
        ("x" * 65, "at most 64 characters: '" + "x" * 40 + "…' has 65"),
        ("x" * 10_000, "has 10000"),
        ("ﬃ" * 30, "at most 64 characters"),
        ("\ud800", "is none of them"),
        ("a\0", "is none of them"),
        (None, "a code is text, not 'None'"),
        (["x" * 10_000], "a code is text, not"),
    ],
)
def test_T6_what_is_no_code_is_refused_and_shown_short(typed, why):
    """Ten thousand characters aren't looked at one by one, nor repeated in the message."""
    with pytest.raises(InvalidValue, match=re.escape(why)) as refused:
        normal_code(typed)
    assert len(str(refused.value)) < 200


def test_what_can_be_shown_is_shown_whole():
    """Forty characters can."""
    assert shown_code("x" * 40) == repr("x" * 40)


@given(st.text(max_size=64))
def test_a_normal_form_is_its_own(text):
    """So that a code that was stored is found by itself, and what is refused is refused as an InvalidValue."""
    try:
        code = normal_code(text)
    except InvalidValue:
        return
    assert normal_code(code) == code
    assert 1 <= len(code) <= 64


@given(st.integers(1, 64), st.randoms(use_true_random=False))
def test_T1_a_drawn_code_is_its_own_normal_form(length, random):
    """And has no look-alikes: 0, 1, I, L, O."""
    code = draw_code(ALPHABET, length, random.randrange)
    assert len(code) == length
    assert normal_code(code) == code
    assert not set(code) & set("01ILO")
