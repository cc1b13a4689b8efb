"""Promo codes in a program file: what's read, what contradicts itself, and what the program says of them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from loyaltykit import Percent, Program, SettingsError, program_in_words, program_schema
from loyaltykit.reason import REASONS

BASE = {"id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow", "redemption": [{}]}
SUMMER = {"name": "summer", "code": "summer", "percent": "10"}
WORKERS = {"name": "bring", "kind": "worker", "points": 100, "worker_points": 50, "first_order_only": False}


def problems_of(*promos, **rules):
    with pytest.raises(SettingsError) as caught:
        Program.from_dict({name: value for name, value in (BASE | rules | {"promo": list(promos)}).items() if value})
    return [(problem.path, problem.code) for problem in caught.value.problems]


def test_G10_a_code_is_looked_up_in_its_normal_form():
    """Issued codes name their rule."""
    program = Program.from_dict(BASE | {"promo": [SUMMER, WORKERS]})
    assert program.promo_by_code("SUMMER").percent == Percent(10)
    assert program.promo_by_code("BRING") is None
    assert program.promo_named("bring").code is None
    assert program.promo_named("SUMMER") is None


def test_promos_are_written_as_they_are_read():
    """A code in its normal form; and the schema allows it."""
    raw = BASE | {"promo": [SUMMER | {"limit": 100, "per_member": 1, "budget": "50000"}, WORKERS]}
    program = Program.from_dict(raw)
    assert program.to_dict()["promo"][0]["code"] == "SUMMER"
    assert program.to_dict()["promo"][1]["first_order_only"] is False
    assert Program.from_dict(program.to_dict()) == program
    assert list(Draft202012Validator(program_schema()).iter_errors(raw)) == []


def test_promos_in_words():
    """A yes or no is a word."""
    words = program_in_words(Program.from_dict(BASE | {"promo": [SUMMER | {"first_order_only": True}, WORKERS]}))
    assert "promo\n  name summer, code SUMMER, percent 10 %, first order only yes\n" in words
    assert "first order only no" in words


def test_promos_dont_stand_in_each_others_way():
    """Each answers for its own codes, so none is unreachable behind another."""
    program = Program.from_dict(BASE | {"promo": [SUMMER, SUMMER | {"name": "winter", "code": "WINTER"}]})
    assert [promo.name for promo in program.promo] == ["summer", "winter"]


def test_G12_promo_codes_need_points_to_be_set_up():
    """Points that nobody could ever spend would be a promise without worth."""
    assert problems_of(SUMMER, redemption=None) == [("promo", "points_needed")]


@pytest.mark.parametrize(
    ("promo", "path", "code"),
    [
        ({"name": "summer", "code": "SUMMER"}, "promo[0]", "no_gain"),
        (SUMMER | {"code": "🎉"}, "promo[0].code", "bad_code"),
        (SUMMER | {"code": "x" * 10_000}, "promo[0].code", "bad_code"),
        (SUMMER | {"code": 2026}, "promo[0].code", "wrong_type"),
        (SUMMER | {"first_order_only": "yes"}, "promo[0].first_order_only", "wrong_type"),
        (SUMMER | {"limit": "100"}, "promo[0].limit", "wrong_type"),
        (SUMMER | {"kind": "weekly"}, "promo[0].kind", "unknown_choice"),
        (SUMMER | {"budget": "5 USD"}, "promo[0].budget", "wrong_currency"),
        (
            SUMMER | {"scope": {"period": {"from": "2026-06-01", "until": "2026-05-01"}}},
            "promo[0].scope.period",
            "impossible",
        ),
        (SUMMER | {"scope": {"branches": ["nort"]}}, "promo[0].scope.branches[0]", "unknown_branch"),
        (SUMMER | {"name": "promo"}, "promo[0].name", "kind_name"),
        ({"code": "SUMMER", "percent": 5}, "promo[0].name", "missing"),
    ],
)
def test_B6_mistakes_in_promos_are_told_with_their_path(promo, path, code):
    """One problem each."""
    assert problems_of(promo, branches=[{"id": "north"}]) == [(path, code)]


def test_the_program_file_of_the_docs_is_sound():
    """And the reasons that the page lists are those that the rule and its documents have."""
    page = (Path(__file__).parents[2] / "docs" / "promo.md").read_text("utf-8")
    (text,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    program = Program.from_dict(tomllib.loads(text))
    assert [promo.name for promo in program.promo] == ["summer", "thanks", "bring"]
    listed = page.partition("| reason |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`(\w+)`", listed)) - {"limit", "per_member"} < set(REASONS)


def test_names_and_codes_differ():
    """However a code is written."""
    same_code = SUMMER | {"name": "again", "code": " Summer"}
    assert problems_of(SUMMER, same_code) == [("promo[1].code", "duplicate")]
    assert problems_of(SUMMER, SUMMER | {"code": "WINTER"}) == [("promo[1].name", "duplicate")]


def test_districts_of_promos_are_checked_against_the_map():
    """As those of any rule."""
    program = Program.from_dict(BASE | {"promo": [SUMMER | {"scope": {"districts": ["Airprot"]}}]})
    (problem,) = program.check(districts=["Airport"])
    assert problem.path == "promo[0].scope.districts[0]"
