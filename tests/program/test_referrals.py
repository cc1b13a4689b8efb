"""Splits, invitations and codes in a program file: what's read, and what contradicts itself (R1, R7, G9, T1)."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from loyaltykit import Codes, Program, SettingsError, program_in_words

BASE = {"id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow"}
SHARES = {"customer_referrer": "40", "customer": "40", "worker_referrer": "20"}
SPLIT = {"percent": "10", "shares": SHARES}
INVITATION = {"referee_points": 100, "referrer_points": 50}
TWO = {"branches": [{"id": "centre"}, {"id": "north"}]}


def split(**settings):
    return BASE | {"referral_split": [SPLIT | settings]}


def invitation(**settings):
    return BASE | {"redemption": [{}], "invitation": [settings]}


def codes(**settings):
    return BASE | {"codes": settings}


def shares(**settings):
    return split(shares=settings)


def scoped(*branches):
    return {"scope": {"branches": list(branches)}}


WRONG = {
    "shares of 99.99 percent": (
        shares(customer="59.99", worker="40"),
        "referral_split[0].shares",
        "not_whole",
        "the shares total 99.99 %, not 100 %",
    ),
    "shares of 110 percent": (shares(customer="70", worker="40"), "referral_split[0].shares", "not_whole", "110"),
    "no shares": (shares(), "referral_split[0].shares", "not_whole", "0 %"),
    "a share below zero": (
        shares(worker="-10"),
        "referral_split[0].shares.worker",
        "too_small",
        "-10 is less than 0",
    ),
    "a share above 100": (shares(customer="100.01"), "referral_split[0].shares.customer", "too_large", "100.01"),
    "a share that is a float": (shares(customer=0.5), "referral_split[0].shares.customer", "float", "0.5"),
    "an unknown role": (shares(driver="100"), "referral_split[0].shares.driver", "unknown_key", "driver"),
    "a split without a percent": (
        BASE | {"referral_split": [{"shares": SHARES}]},
        "referral_split[0].percent",
        "missing",
        "missing",
    ),
    "a split without shares": (
        BASE | {"referral_split": [{"percent": "10"}]},
        "referral_split[0].shares",
        "missing",
        "missing",
    ),
    "missing referrers without a share": (
        split(shares={"customer": "100"}, missing_referrer="program"),
        "referral_split[0].missing_referrer",
        "no_effect",
        "missing_referrer",
    ),
    "an invitation that gives nothing": (invitation(), "invitation[0]", "no_gain", "nothing"),
    "a moment of credit without points": (
        invitation(referrer_points=50, referee_credited="placing"),
        "invitation[0].referee_credited",
        "no_effect",
        "referee_credited",
    ),
    "an invitation without points to spend": (
        BASE | {"invitation": [INVITATION]},
        "invitation",
        "points_needed",
        "points",
    ),
    "an alphabet of nine": (codes(alphabet="23456789A"), "codes.alphabet", "too_few_characters", "9 characters"),
    "an alphabet with a letter twice": (codes(alphabet="23456789AA"), "codes.alphabet", "duplicate", "A stands twice"),
    "an alphabet of look-alikes": (codes(alphabet="23456789AМ"), "codes.alphabet", "not_as_drawn", "is read as M"),
}


@pytest.mark.parametrize("name", WRONG)
def test_B6_a_contradiction_is_told_with_its_path(name):
    """Each with code, words and a fix."""
    raw, path, code, words = WRONG[name]
    with pytest.raises(SettingsError) as caught:
        Program.from_dict(raw)
    assert [(problem.path, problem.code) for problem in caught.value.problems] == [
        (path, code),
        *([("referral_split[0].shares", "not_whole")] if code == "unknown_key" else []),
    ]
    assert words in caught.value.problems[0].words
    assert caught.value.problems[0].fix


@pytest.mark.parametrize(
    ("cashback", "referral_split", "branches"),
    [
        ({}, {}, "every branch"),
        ({}, TWO, ("centre", "north")),
        (scoped("north"), TWO, ("north",)),
        (scoped("north"), TWO | scoped("north"), ("north",)),
        ({}, TWO | scoped("centre"), ("centre",)),
        (scoped("north"), {}, ("north",)),
    ],
)
def test_R7_a_branch_with_both_cashback_and_a_split_is_refused(cashback, referral_split, branches):
    """Whatever their tariffs: a branch has the one or the other; a scope without branches is everywhere."""
    own = {"branches": referral_split["branches"]} if "branches" in referral_split else {}
    scope = {"scope": referral_split["scope"]} if "scope" in referral_split else {}
    raw = split(**scope) | own | {"cashback": [{"percent": 5} | cashback]}
    with pytest.raises(SettingsError) as caught:
        Program.from_dict(raw)
    (problem,) = caught.value.problems
    assert (problem.path, problem.code) == ("referral_split[0]", "cashback_and_split")
    assert (problem.rules, problem.branches) == (("cashback[0]",), branches)


def test_R7_cashback_in_one_branch_and_a_split_in_another_stand():
    """As the source has it: per branch, either."""
    raw = split(**scoped("centre")) | TWO | {"cashback": [{"percent": 5} | scoped("north")]}
    assert Program.from_dict(raw).referral_split[0].scope.branches == ("centre",)


def test_R7_every_cashback_rule_that_meets_a_split_is_named():
    """And beside other mistakes, nothing is told twice."""
    rules = [{"percent": 5} | scoped("north"), {"percent": 5} | scoped("centre"), {"percent": 3} | scoped("south")]
    raw = split() | {"branches": [*TWO["branches"], {"id": "south"}, {}], "cashback": rules}
    with pytest.raises(SettingsError) as caught:
        Program.from_dict(raw)
    told = {problem.code: problem for problem in caught.value.problems}
    assert told["cashback_and_split"].rules == ("cashback[0]", "cashback[1]", "cashback[2]")
    assert told["cashback_and_split"].branches == ("centre", "north", "south")
    assert set(told) == {"missing", "cashback_and_split"}


def test_R8_strategies_are_tied_to_tariffs_and_one_is_the_base():
    """The base stands last: it answers for the rest."""
    business = {"name": "business", "scope": {"tariffs": ["business"]}, "percent": "5"}
    program = Program.from_dict(BASE | {"referral_split": [SPLIT | business, SPLIT]})
    assert [rule.label for rule in program.referral_split] == ["business", "referral_split"]
    with pytest.raises(SettingsError, match="can never answer"):
        Program.from_dict(BASE | {"referral_split": [SPLIT, SPLIT | business]})


def test_B8_what_is_read_is_written_again():
    """Shares of nothing, defaults and the alphabet are left out."""
    raw = invitation(**INVITATION) | {"referral_split": [SPLIT], "codes": {"length": 6, "given": "request"}}
    written = Program.from_dict(raw).to_dict()
    assert written["referral_split"] == [{"percent": 10, "shares": {name: int(part) for name, part in SHARES.items()}}]
    assert written["codes"] == {"length": 6, "given": "request"}
    assert Program.from_dict(written) == Program.from_dict(raw)


def test_T1_codes_are_made_as_by_default_where_something_comes_of_them():
    """With splits or invitations, or where the program says so itself."""
    assert Program.from_dict(BASE).referral_codes is None
    assert Program.from_dict(split()).referral_codes == Codes()
    assert Program.from_dict(invitation(**INVITATION)).referral_codes == Codes()
    assert Program.from_dict(codes()).referral_codes == Codes()
    assert Program.from_dict(codes(length=6) | invitation(**INVITATION) | {"codes": {"length": 6}}).referral_codes == (
        Codes(length=6)
    )


def test_T1_a_program_says_in_words_how_codes_are_made():
    """Also where that's as by default."""
    assert program_in_words(Program.from_dict(codes())).splitlines()[-2:] == ["codes", "  as by default"]
    assert program_in_words(Program.from_dict(codes(length=6))).splitlines()[-1] == "  length 6"


def test_R1_a_split_is_said_in_words():
    """With its shares."""
    told = program_in_words(Program.from_dict(split())).splitlines()[-1]
    assert told == "  percent 10 %, shares (customer referrer 40 %, customer 40 %, worker referrer 20 %)"


def test_the_program_files_of_the_docs_are_sound():
    """Each of the page's files is read; the table of codes is what holds by default."""
    page = (Path(__file__).parents[2] / "docs" / "referrals.md").read_text("utf-8")
    files = [tomllib.loads(text) for text in re.findall(r"```toml\n(.*?)```", page, re.DOTALL)]
    city, codes, network = files
    assert Program.from_dict(city).invitation[0].referee_credited == "placing"
    assert Program.from_dict(BASE | codes).codes == Codes()
    assert [rule.label for rule in Program.from_dict(network).referral_split] == ["business", "referral_split"]
