"""Codes of gift cards, as they're drawn, shown and typed (S3)."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit.values.card_code import LENGTH, draw_card_code, grouped, normal_card_code
from loyaltykit.values.code import ALPHABET

CODES = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)


@given(CODES)
def test_S3_a_code_is_read_as_its_shown(code):
    """In its groups, in small letters, with blanks."""
    assert grouped(code).count("-") == 3
    for typed in (code, grouped(code), grouped(code).lower(), grouped(code).replace("-", " "), f" {code}\n"):
        assert normal_card_code(typed) == code


@pytest.mark.parametrize(
    "typed", ["", "D48M", "D48M-7K2P-WXYZ-234", "D48M-7K2P-WXYZ-23456", "🎉", None, 7, "x" * 10_000]
)
def test_S3_anything_else_is_no_code(typed):
    """And never an error: people type it."""
    assert normal_card_code(typed) is None


def test_S3_cyrillic_look_alikes_are_read_as_latin():
    """Codes are typed on Russian keyboards."""
    assert normal_card_code("АВЕК-МНРС-ТУХ2-2222") == "ABEKMHPCTYX22222"


def test_S3_codes_are_drawn_of_all_characters():
    """None of them is another's look-alike."""
    drawn = {draw_card_code(secrets.randbelow) for _ in range(300)}
    assert len(drawn) == 300
    assert set("".join(drawn)) == set(ALPHABET)
