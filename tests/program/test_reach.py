"""Whether a rule can ever answer: one that earlier ones cover wholly is refused (B6)."""

from __future__ import annotations

import pytest

from loyaltykit import Program, SettingsError
from loyaltykit.program import reach

BASE = {"id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow"}


def unreachable(*scopes, branches=(), moments=()):
    rules = [{"percent": 5} | ({"scope": scope} if scope else {}) for scope in scopes]
    for rule, moment in zip(rules, moments, strict=False):
        rule["scope_moment"] = moment
    raw = BASE | {"cashback": rules} | ({"branches": list(branches)} if branches else {})
    try:
        Program.from_dict(raw)
    except SettingsError as error:
        return {problem.path: problem.rules for problem in error.problems}
    return {}


def test_a_rule_after_one_for_everywhere_is_unreachable():
    """Nothing comes after everywhere."""
    assert unreachable({}, {"channels": ["app"]}) == {"cashback[1]": ("cashback[0]",)}


def test_the_general_rule_comes_last():
    """From narrow to wide, every rule has its own orders."""
    assert unreachable({"branches": ["a"], "tariffs": ["x"]}, {"branches": ["a"]}, {"tariffs": ["x"]}, {}) == {}


def test_several_rules_together_may_cover_one():
    """Branch a and branch b leave nothing of both, and the problem names the two."""
    assert unreachable({"branches": ["a"]}, {"branches": ["b"]}, {"branches": ["a", "b"]}) == {
        "cashback[2]": ("cashback[0]", "cashback[1]")
    }


def test_rules_that_only_touch_a_scope_leave_the_rest():
    """Branch a of two, by app and phone alone, leaves branch b and the web."""
    assert unreachable({"branches": ["a"], "channels": ["app"]}, {"branches": ["a"], "channels": ["app", "web"]}) == {}
    assert unreachable({"branches": ["a"]}, {"channels": ["app"]}, {"branches": ["a", "b"], "channels": ["app"]}) == {
        "cashback[2]": ("cashback[0]", "cashback[1]")
    }


def test_periods_that_join_cover_the_year():
    """A day belongs to the period that ends with it, and the next period may start on the day after."""
    halves = [
        {"period": {"from": "2026-01-01", "until": "2026-06-30"}},
        {"period": {"from": "2026-07-01", "until": "2026-12-31"}},
    ]
    year = {"period": {"from": "2026-01-01", "until": "2026-12-31"}}
    assert unreachable(*halves, year) == {"cashback[2]": ("cashback[0]", "cashback[1]")}
    halves[1]["period"]["from"] = "2026-07-02"
    assert unreachable(*halves, year) == {}


def test_windows_that_join_cover_the_day():
    """Hours are compared as minutes of the week, midnight and all."""
    night, day = {"windows": [{"from": "20:00", "to": "08:00"}]}, {"windows": [{"from": "08:00", "to": "20:00"}]}
    assert unreachable(night, day, {"windows": [{"weekdays": ["mon"]}]}) == {
        "cashback[2]": ("cashback[0]", "cashback[1]")
    }
    assert unreachable(night, day, {}) == {"cashback[2]": ("cashback[0]", "cashback[1]")}
    assert unreachable(night, {}) == {}


def test_windows_of_another_zone_are_other_hours():
    """What is night in Moscow isn't in Tokyo, so neither covers the other."""
    night = {"from": "20:00", "to": "08:00"}
    moscow, tokyo = ({"windows": [night | {"zone": zone}]} for zone in ("Europe/Moscow", "Asia/Tokyo"))
    assert unreachable(moscow, tokyo) == {}
    assert unreachable(moscow, {"windows": [night]}) == {"cashback[1]": ("cashback[0]",)}


def test_a_whole_week_is_all_the_time_there_is():
    """In one piece or in two, and by whatever clock."""
    day, night = {"from": "08:00", "to": "20:00"}, {"from": "20:00", "to": "08:00"}
    tokyo = {"zone": "Asia/Tokyo"}
    assert unreachable({"windows": [{"weekdays": ["mon"]}]}, {"windows": [day, night]}, {}) == {
        "cashback[2]": ("cashback[0]", "cashback[1]")
    }
    assert unreachable({"windows": [day | tokyo, night | tokyo]}, {}) == {"cashback[1]": ("cashback[0]",)}


def test_the_branches_of_the_program_are_all_there_are():
    """Where it runs in a and b alone, rules for a and b leave nothing; of two zones each has its own branches."""
    two = [{"id": "a"}, {"id": "b", "time_zone": "Asia/Tokyo"}]
    assert unreachable({"branches": ["a"]}, {"branches": ["b"]}, {}) == {}
    assert unreachable({"branches": ["a"]}, {"branches": ["b"]}, {}, branches=two) == {
        "cashback[2]": ("cashback[0]", "cashback[1]")
    }
    until_moment = {"period": {"until": "2026-12-31T21:00:00+00:00"}}  # the end of December in Moscow
    assert unreachable(until_moment, {"branches": ["a"], "period": {"until": "2026-12-31"}}, branches=two) == {
        "cashback[1]": ("cashback[0]",)
    }


def test_a_rule_without_a_moment_never_applies():
    """A day and a moment may make a period in one zone, and none in the program's."""
    raw = {"percent": 5, "scope": {"period": {"from": "2027-01-01T01:00:00+03:00", "until": "2026-12-31"}}}
    with pytest.raises(SettingsError) as caught:
        Program.from_dict(BASE | {"cashback": [raw]})
    assert [(problem.path, problem.code) for problem in caught.value.problems] == [("cashback[0]", "never_applies")]


def test_a_rule_for_the_start_of_the_ride_covers_none_for_its_placing():
    """Booked today for December is in one period and not in the other."""
    december = {"period": {"from": "2026-12-01", "until": "2026-12-31"}}
    assert unreachable(december, december, moments=("starts", "placed")) == {}
    assert unreachable(december, december, moments=("starts", "starts")) == {"cashback[1]": ("cashback[0]",)}


def test_local_days_are_taken_in_every_zone_of_the_program():
    """Moscow's last moment of December covers Moscow's December, but not that of a branch further west."""
    until_moment = {"period": {"until": "2026-12-31T21:00:00+00:00"}}
    until_day = {"period": {"until": "2026-12-31"}}
    assert unreachable(until_moment, until_day) == {"cashback[1]": ("cashback[0]",)}
    assert unreachable(until_moment, until_day, branches=[{"id": "west", "time_zone": "Europe/Kaliningrad"}]) == {}


def test_each_kind_of_rule_is_judged_by_itself():
    """A redemption doesn't stand in the way of a cashback."""
    Program.from_dict(BASE | {"cashback": [{"percent": 5}], "redemption": [{}], "first_app_order": [{"points": 1}]})


def test_a_question_that_would_take_too_long_is_given_up(monkeypatch):
    """Past a bound of work the rule is taken as reachable: settings are untrusted, and a refusal must be sure."""
    scopes = [{"branches": [f"b{n}"], "channels": [f"c{n}"], "tariffs": [f"t{n}"]} for n in range(6)]
    whole = {key: [f"{key[0]}{n}" for n in range(6)] for key in ("branches", "channels", "tariffs")}
    covering = [{"branches": [f"b{n}"]} for n in range(6)]
    assert unreachable(*scopes, *covering, whole)
    monkeypatch.setattr(reach, "MAX_STEPS", 3)
    assert not unreachable(*scopes, *covering, whole)


@pytest.mark.parametrize("part", ["branches", "services", "tariffs", "worker_tariffs", "channels", "districts"])
def test_B9_every_part_of_a_scope_counts(part):
    """A rule narrowed by any part leaves the rest to the next one."""
    assert unreachable({part: ["a"]}, {}) == {}
    assert unreachable({part: ["a", "b"]}, {part: ["b"]}) == {"cashback[1]": ("cashback[0]",)}


@pytest.mark.parametrize("side", ["from", "until"])
def test_a_period_open_on_one_side_covers_itself_and_no_more(side):
    """What goes on for ever is covered by the same, and leaves the time on its other side."""
    half = {"period": {side: "2026-06-30"}}
    assert unreachable(half, half) == {"cashback[1]": ("cashback[0]",)}
    assert unreachable(half, {}) == {}


def test_only_rules_that_touch_a_scope_are_named():
    """Of two rules before it, the one that shares no order with it isn't to blame."""
    assert unreachable({"channels": ["x"]}, {"branches": ["a"]}, {"branches": ["a"], "channels": ["y"]}) == {
        "cashback[2]": ("cashback[1]",)
    }


def test_a_rule_that_many_cover_names_ten_of_them():
    """A file of 1,000 rules, each for everywhere, would else be told in 10 MB."""
    told = unreachable(*[{}] * 12)
    assert told["cashback[10]"] == tuple(f"cashback[{index}]" for index in range(10))
    assert told["cashback[11]"] == (*told["cashback[10]"], "…")
