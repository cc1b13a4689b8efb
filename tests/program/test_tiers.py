"""Ladders and categories in a program file: read, written, said in words, and every mistake in them (Y1–Y5, B6, B8)."""

from __future__ import annotations

import tomllib
from pathlib import Path

import jsonschema
import pytest

from loyaltykit import Money, Program, SettingsError, Term, program_in_words, program_schema

BASE = {"id": "salon", "currency": "RUB", "point_value": 1, "time_zone": "Europe/Moscow"}
BRONZE, SILVER = {"name": "bronze", "sold": "20000", "visits": 10}, {"percent": "5", "sold": "50000"}
TIER = {"name": "regulars", "levels": [BRONZE, SILVER]}
ECONOMY = {"name": "Эконом", "added": {"sold": "2000"}, "removed": {"sold": "10000"}}
PROMOS = {"redemption": [{}], "promo": [{"name": "summer", "code": "SUMMER", "percent": 5}]}
RAW = BASE | {
    **PROMOS,
    "tier": [TIER | {"over": "P12M", "lapse_after": 60, "scope": {"branches": ["centre"]}}],
    "category": [ECONOMY, {"name": "Потерянные", "added": {"days_away": 90, "status": "no_show"}}],
    "discounts": "stack",
}


def tier(**settings):
    return BASE | {"tier": [TIER | settings]}


def levels(*levels):
    return tier(levels=list(levels))


def category(**settings):
    return BASE | {"category": [ECONOMY | settings]}


def test_Y1_Y3_B8_what_is_written_is_read_again():
    """And fits the schema."""
    program = Program.from_dict(RAW)
    assert Program.from_dict(program.to_dict()) == program
    assert list(jsonschema.Draft202012Validator(program_schema()).iter_errors(RAW)) == []
    (regulars,) = program.tier
    assert (regulars.over, regulars.lapse_after) == (Term("P1Y"), 60)
    assert [level.called for level in regulars.levels] == ["bronze", "5 %"]
    assert program.category[0].removed.sold == Money(10_000, "RUB")
    assert program.tier_named("regulars") is regulars
    assert program.tier_named("strangers") is None
    assert Program.from_dict(BASE).discounts == "best"


def test_they_are_said_in_words():
    """A line each."""
    said = program_in_words(Program.from_dict(RAW)).splitlines()
    assert said[4] == "  a promo code takes its discount off what a tier has left"
    assert said[said.index("tier") + 1].endswith(
        "name regulars, over 1 year, lapse after 60, "
        "levels (name bronze, sold 20000.00 RUB, visits 10); (percent 5 %, sold 50000.00 RUB)"
    )
    assert said[said.index("tier") + 2 :] == [
        "category",
        "  name Эконом, added (sold 2000.00 RUB), removed (sold 10000.00 RUB)",
        "  name Потерянные, added (days away 90, status no_show)",
    ]


def test_Y3_ladders_stand_beside_each_other():
    """A member has one level of each, so none is unreachable behind another."""
    assert len(Program.from_dict(BASE | {"tier": [TIER, TIER | {"name": "classes"}]}).tier) == 2


WRONG = {
    "no name": (BASE | {"tier": [{"levels": [BRONZE]}]}, "tier[0].name", "missing", "write text"),
    "a kind's name": (tier(name="promo"), "tier[0].name", "kind_name", "a name of its own"),
    "a name twice": (BASE | {"tier": [TIER, TIER]}, "tier[1].name", "duplicate", "keep one of the two"),
    "no levels": (BASE | {"tier": [{"name": "regulars"}]}, "tier[0].levels", "missing", "write a list"),
    "an empty ladder": (tier(levels=[]), "tier[0].levels", "empty", "at least one"),
    "more than a year": (tier(over="P13M"), "tier[0].over", "too_long", "write at most P1Y"),
    "hours": (tier(over="PT48H"), "tier[0].over", "term_of_hours", "write days, months or years"),
    "no days away": (tier(lapse_after=0), "tier[0].lapse_after", "too_small", "write at least 1"),
    "a branch that isn't": (
        tier(scope={"branches": ["nroth"]}) | {"branches": [{"id": "north"}]},
        "tier[0].scope.branches[0]",
        "unknown_branch",
        "did you mean north?",
    ),
    "a level that is nothing": (levels({"visits": 3}), "tier[0].levels[0]", "no_gain", "set one of name, percent"),
    "a level for nobody": (levels({"name": "x"}), "tier[0].levels[0]", "no_criterion", "set one of sold, paid, visits"),
    "a level twice": (levels(SILVER, SILVER | {"sold": "60000"}), "tier[0].levels[1]", "duplicate", "keep one"),
    "a percent as a name": (
        levels(SILVER, {"name": "5 %", "percent": 6, "sold": "60000"}),
        "tier[0].levels[1]",
        "duplicate",
        "keep one",
    ),
    "a percent that falls": (
        levels(SILVER, {"percent": 4, "sold": "60000"}),
        "tier[0].levels[1].percent",
        "falling",
        "from the lowest to the highest",
    ),
    "a class that takes a discount away": (
        levels(SILVER, {"name": "gold", "sold": "60000"}),
        "tier[0].levels[1].percent",
        "falling",
        "from the lowest to the highest",
    ),
    "a sum that falls": (
        levels(SILVER, {"name": "gold", "percent": 6, "visits": 99}, {"percent": 7, "sold": "40000"}),
        "tier[0].levels[2].sold",
        "falling",
        "from the lowest to the highest",
    ),
    "visits that fall": (
        levels(BRONZE, SILVER | {"visits": 9}),
        "tier[0].levels[1].visits",
        "falling",
        "from the lowest to the highest",
    ),
    "a level that nobody stays on": (
        levels({"percent": 5, "sold": "100", "visits": 3}, {"percent": 6, "visits": 3}, {"percent": 7, "sold": "100"}),
        "tier[0].levels[0]",
        "never_held",
        "let it ask for less",
    ),
    "discounts that never meet": (tier() | {"discounts": "stack"}, "discounts", "no_effect", "[[tier]] and [[promo]]"),
    "unknown discounts": (RAW | {"discounts": "sum"}, "discounts", "unknown_choice", "use one of best, stack"),
    "a category without a name": (
        BASE | {"category": [{"added": {"visits": 1}}]},
        "category[0].name",
        "missing",
        "write text",
    ),
    "a category that is never given": (
        BASE | {"category": [{"name": "VIP"}]},
        "category[0].added",
        "missing",
        "a table with sold, paid",
    ),
    "a category given by nothing": (category(added={}), "category[0].added", "empty", "leave the key out"),
    "a category twice": (BASE | {"category": [ECONOMY, ECONOMY]}, "category[1].name", "duplicate", "keep one"),
    "a status that isn't": (
        category(added={"status": "cancelled"}),
        "category[0].added.status",
        "unknown_choice",
        "use one of came, no_show",
    ),
    "a removal that undoes": (category(removed={"sold": 2000}), "category[0].removed.sold", "taken_back", "differ"),
}


@pytest.mark.parametrize("name", WRONG)
def test_B6_a_mistake_is_told_with_its_path_and_a_fix(name):
    """One mistake gives just one problem, at its exact path, with a code and how to mend it."""
    raw, path, code, fix = WRONG[name]
    with pytest.raises(SettingsError) as caught:
        Program.from_dict(raw)
    (problem,) = caught.value.problems
    assert (problem.path, problem.code) == (path, code)
    assert fix in problem.fix


def test_B6_levels_that_nobody_stays_on_name_those_that_are_reached():
    """So that the words say where to look."""
    raw, *_ = WRONG["a level that nobody stays on"]
    with pytest.raises(SettingsError, match="whoever reaches it has reached 6 %, 7 % at once"):
        Program.from_dict(raw)


def test_B6_what_cant_be_read_is_told_once():
    """A level whose figure is none takes no part in what levels are compared by."""
    raw = levels({"percent": 5, "sold": "x", "visits": 3}, {"percent": "y", "visits": 3}, {"visits": 2, "percent": 9})
    with pytest.raises(SettingsError) as caught:
        Program.from_dict(raw)
    assert [(problem.path, problem.code) for problem in caught.value.problems] == [
        ("tier[0].levels[0].sold", "bad_number"),
        ("tier[0].levels[1].percent", "bad_number"),
        ("tier[0].levels[2].visits", "falling"),
    ]


def test_the_file_of_the_docs_is_sound():
    """As it stands there, to the letter of the page that it's taken from."""
    page = (Path(__file__).parents[2] / "docs" / "tiers.md").read_text("utf-8")
    raw = tomllib.loads(page.split("```toml\n")[1].split("```")[0])
    program = Program.from_dict(raw)
    assert [tier.name for tier in program.tier] == ["regulars", "classes"]
    assert [category.name for category in program.category] == ["Эконом", "Стандарт", "VIP", "Потерянные"]
