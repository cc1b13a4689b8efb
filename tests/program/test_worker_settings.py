"""What a program says of workers: surcharges, bonuses, and what a refund does to them (G1, G2, G3, G4, B6)."""

from __future__ import annotations

import jsonschema
import pytest

from loyaltykit import Program, SettingsError, program_in_words, program_schema

BASE = {"id": "city", "currency": "RUB", "point_value": 1, "time_zone": "Europe/Moscow"}
BONUS = {"every": "P7D", "ladder": [{"orders": 50, "sum": "500"}, {"orders": 100, "sum": "1500"}]}
RAW = BASE | {
    "surcharge": [
        {"name": "centre", "raise_to": "300", "scope": {"districts": ["76"], "worker_tariffs": ["comfort"]}},
        {"name": "night", "sum": "50", "scope": {"windows": [{"from": "22:00", "to": "06:00"}]}},
        {"percent": "10", "rounding": "floor"},
    ],
    "worker_bonus": [BONUS],
    "worker_on_refund": "take_back",
}


def problems(**rules):
    with pytest.raises(SettingsError) as caught:
        Program.from_dict(BASE | rules)
    return [(problem.path, problem.code) for problem in caught.value.problems]


def test_B8_what_is_written_is_read_again():
    """And fits the schema."""
    program = Program.from_dict(RAW)
    assert Program.from_dict(program.to_dict()) == program
    assert list(jsonschema.Draft202012Validator(program_schema()).iter_errors(RAW)) == []
    assert program.worker_bonus[0].ladder[1].orders == 100
    assert Program.from_dict(BASE).worker_on_refund == "keep"


def test_it_is_said_in_words():
    """A line each."""
    assert program_in_words(Program.from_dict(RAW)).splitlines()[4:] == [
        "  a full refund takes back what the worker got",
        "surcharge",
        "  name centre, scope (worker tariffs comfort, districts 76), raise to 300.00 RUB",
        "  name night, scope (windows every day 22:00–06:00), sum 50.00 RUB",
        "  percent 10 %, rounding floor",
        "worker_bonus",
        "  every 7 days, ladder (orders 50, sum 500.00 RUB); (orders 100, sum 1500.00 RUB)",
    ]


def test_B6_several_bonuses_need_names():
    """Each counts orders under its own; one alone goes by its kind."""
    scope = {"scope": {"tariffs": ["airport"]}}
    assert problems(worker_bonus=[BONUS | scope, BONUS | {"name": "weekly"}]) == [("worker_bonus[0].name", "missing")]
    assert Program.from_dict(BASE | {"worker_bonus": [BONUS]}).worker_bonus[0].label == "worker_bonus"


def test_B6_a_bonus_that_another_covers_cant_answer():
    """As with any kind of rules; and a district that the map hasn't is told."""
    two = [BONUS | {"name": "all"}, BONUS | {"name": "airport", "scope": {"tariffs": ["airport"]}}]
    assert problems(worker_bonus=two) == [("worker_bonus[1]", "unreachable")]
    assert [problem.path for problem in Program.from_dict(RAW).check(districts=["77"])] == [
        "surcharge[0].scope.districts[0]"
    ]


@pytest.mark.parametrize(
    ("bonus", "path", "code"),
    [
        ({"every": "PT0S"}, "every", "bad_term"),
        ({"every": "P3Y"}, "every", "too_long"),
        ({"ladder": []}, "ladder", "empty"),
        ({"ladder": [{"orders": 0, "sum": 5}]}, "ladder[0].orders", "too_small"),
        ({"ladder": [{"orders": "5", "sum": 5}]}, "ladder[0].orders", "wrong_type"),
        ({"ladder": [{"orders": 5, "sum": 0}]}, "ladder[0].sum", "not_positive"),
        ({"ladder": [{"orders": 5, "sum": 5}, {"orders": 6, "sum": 5}]}, "ladder[1].sum", "not_ascending"),
        ({"ladder": [{"orders": 5, "sum": 5}, {"orders": 5, "sum": 6}]}, "ladder[1].orders", "not_ascending"),
    ],
)
def test_B6_a_bonus_has_a_period_and_a_ladder_that_rises(bonus, path, code):
    """All of it told at once, by its path."""
    assert problems(worker_bonus=[BONUS | bonus]) == [(f"worker_bonus[0].{path}", code)]


@pytest.mark.parametrize(
    ("surcharge", "path", "code"),
    [
        ({"name": "x"}, "", "no_gain"),
        ({"sum": 5, "percent": 5}, "", "two_gains"),
        ({"sum": 5, "rounding": "up"}, ".rounding", "no_effect"),
        ({"sum": "5 USD"}, ".sum", "wrong_currency"),
        ({"percent": 101}, ".percent", "too_large"),
        ({"raise_to": -1}, ".raise_to", "not_positive"),
        ({"raise_to": 10**13 + 1}, ".raise_to", "too_large"),
    ],
)
def test_B6_a_surcharge_says_one_thing(surcharge, path, code):
    """One of three ways."""
    assert problems(surcharge=[surcharge]) == [(f"surcharge[0]{path}", code)]


def test_B6_a_choice_is_one_of_the_words():
    """What a refund does to the worker's money."""
    assert problems(worker_on_refund="take") == [("worker_on_refund", "unknown_choice")]
