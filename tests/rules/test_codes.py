"""Codes: what referral codes are made of (T1, T2)."""

from __future__ import annotations

import pytest

from loyaltykit import Codes, SettingsError
from loyaltykit.rules.codes import read_as


def problems_of(**settings):
    with pytest.raises(SettingsError) as caught:
        Codes(**settings)
    return [(problem.path, problem.code) for problem in caught.value.problems]


def test_T1_by_default_four_of_31_without_look_alikes():
    """No 0, 1, I, L or O."""
    assert (len(Codes().alphabet), Codes().length, Codes().given) == (31, 4, "completion")
    assert not set(Codes().alphabet) & set("01ILO")


@pytest.mark.parametrize("alphabet", ["0123456789", "АБВГДЕЖЗИЙ".replace("А", "Ю").replace("В", "Я").replace("Е", "Э")])
def test_T1_any_alphabet_of_ten_characters_will_do(alphabet):
    """Cyrillic letters, too, but for those that are read as Latin ones."""
    assert Codes(alphabet=alphabet).alphabet == alphabet


@pytest.mark.parametrize(
    ("alphabet", "code"),
    [
        ("23456789A", "too_few_characters"),
        ("23456789AA", "duplicate"),
        ("23456789Aa", "not_as_drawn"),
        ("23456789AМ", "not_as_drawn"),
        ("23456789A+", "not_as_drawn"),
        ("23456789A B", "not_as_drawn"),
    ],
)
def test_T1_an_alphabet_whose_codes_would_be_read_otherwise_is_refused(alphabet, code):
    """Small letters, Cyrillic ones read as Latin, letters twice, what is no part of a code, or too few."""
    assert problems_of(alphabet=alphabet) == [("alphabet", code)]


def test_T1_what_a_character_is_read_as_is_told():
    """М is M; a plus is nothing."""
    assert (read_as("М"), read_as("+")) == ("M", None)


def test_T1_a_length_and_a_moment_have_bounds():
    """Two characters can be guessed, and codes are given at completion or on request."""
    assert problems_of(length=2, given="never") == [("length", "too_small"), ("given", "unknown_choice")]
    assert problems_of(length=33) == [("length", "too_large")]
