"""Gift cards in a program: what they need, what is refused, and how they're written (S3, S8, G12)."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from loyaltykit import GiftCard, Money, Points, Program, SettingsError, Term, program_in_words, program_schema

BASE = {"id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow"}
FIFTY = {"name": "fifty", "face": "50", "points_price": 500, "valid_for": "P12M"}


def problems_of(*offers, **rules):
    with pytest.raises(SettingsError) as caught:
        Program.from_dict(BASE | {"redemption": [{}], "gift_card": list(offers)} | rules)
    return [(problem.path, problem.code) for problem in caught.value.problems]


def test_S3_a_program_has_gift_cards_by_name():
    """Others it has none of; they're written as they were read, and the schema allows it."""
    raw = BASE | {"redemption": [{}], "gift_card": [FIFTY, {"name": "hundred", "face": "100"}]}
    program = Program.from_dict(raw)
    fifty = GiftCard(name="fifty", face=Money(50, "RUB"), points_price=Points(500), valid_for=Term("P12M"))
    assert program.gift_card_named("fifty") == fifty
    assert program.gift_card_named("Fifty") is None
    assert Program.from_dict(program.to_dict()) == program
    assert list(Draft202012Validator(program_schema()).iter_errors(raw)) == []
    words = "gift_card\n  name fifty, face 50.00 RUB, points price 500 points, valid for 1 year\n  name hundred"
    assert words in program_in_words(program)


def test_S8_a_card_for_points_needs_points_that_can_be_spent():
    """One that's sold for money alone doesn't."""
    without = Program.from_dict(BASE | {"gift_card": [{"name": "hundred", "face": "100"}]})
    assert without.gift_card_named("hundred").points_price is None
    with pytest.raises(SettingsError) as caught:
        Program.from_dict(BASE | {"gift_card": [{"name": "hundred", "face": "100"}, FIFTY]})
    ((problem),) = caught.value.problems
    assert (problem.path, problem.code) == ("gift_card[1].points_price", "points_needed")


@pytest.mark.parametrize(
    ("offer", "path", "code"),
    [
        ({"face": "50"}, "name", "missing"),
        ({"name": "fifty"}, "face", "missing"),
        (FIFTY | {"face": 0}, "face", "not_positive"),
        (FIFTY | {"face": "-50"}, "face", "not_positive"),
        (FIFTY | {"face": "50 USD"}, "face", "wrong_currency"),
        (FIFTY | {"points_price": 0}, "points_price", "not_positive"),
        (FIFTY | {"points_price": "0.5"}, "points_price", "too_many_digits"),
        (FIFTY | {"valid_for": "PT3H"}, "valid_for", "term_of_hours"),
        (FIFTY | {"valid_for": "P11Y"}, "valid_for", "too_long"),
        (FIFTY | {"valid_for": "a year"}, "valid_for", "bad_term"),
        (FIFTY | {"price": 500}, "price", "unknown_key"),
    ],
)
def test_S3_every_mistake_has_its_path(offer, path, code):
    """Nothing is coerced."""
    assert (f"gift_card[0].{path}", code) in problems_of(offer)


def test_two_gift_cards_have_two_names():
    """Else nobody knew which is bought."""
    assert problems_of(FIFTY, FIFTY | {"face": "60"}) == [("gift_card[1].name", "duplicate")]
