"""
What settings of rules contradict each other in: the whole of each problem, where it stands and with which figures (B6).

Beside what can't be read, nothing is made up: a step that is unreadable is one problem, and no second.
"""

from __future__ import annotations

import pytest

from loyaltykit import Money, Percent, Points, Problem, Program, SettingsError, Term
from loyaltykit.notice import AHEAD

BASE = {"id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow", "redemption": [{}]}
BAD = "x"
"""What is no number."""


def rub(amount):
    return Money(amount, "RUB")


def problem(code, path, **figures):
    return Problem(code, path=path, **figures)


def no_effect(path, needs):
    """Give the problem of the setting at *path*, which changes nothing without what it *needs*."""
    return problem("no_effect", path, setting=path.rsplit(".", 1)[-1], needs=needs)


def unread(path, what="bad_number"):
    """Give what is told of a setting that can't be read, by path and code alone."""
    return path, what


def step(start, **gain):
    return {"from": start} | (gain or {"percent": 5})


PERCENT_MATTERS = [
    no_effect("cashback[0].basis", "percent"),
    no_effect("cashback[0].rounding", "percent"),
    no_effect("cashback[0].rounding_step", "percent"),
]
OF_PERCENT = {"basis": "price", "rounding": "down", "rounding_step": 5}

CASES = {
    "cashback: points or a percent of a step, not both": (
        {"cashback": [{"steps": [{"from": 5, "percent": 5, "points": 5}]}]},
        [problem("two_gains", "cashback[0].steps[0]", given=("percent", "points"))],
    ),
    "cashback: steps rise": (
        {"cashback": [{"steps": [step(9), step(9), step(8), step(10)]}]},
        [
            problem("not_ascending", "cashback[0].steps[1].from", value=rub(9), before=rub(9)),
            problem("not_ascending", "cashback[0].steps[2].from", value=rub(8), before=rub(9)),
        ],
    ),
    "cashback: an unreadable step is compared with none": (
        {"cashback": [{"steps": [step(9), step(BAD), step(8)]}]},
        [unread("cashback[0].steps[1].from")],
    ),
    "cashback: a step that is unreadable above the minimum": (
        {"cashback": [{"minimum": 20, "steps": [step(BAD), step(9), step(BAD)]}]},
        [unread("cashback[0].steps[0].from"), unread("cashback[0].steps[2].from")],
    ),
    "cashback: every step leads somewhere": (
        {"cashback": [{"minimum": 9, "steps": [step(5), step(9), step(12)]}]},
        [problem("step_below_minimum", "cashback[0].steps[0]", value=rub(5), minimum=rub(9))],
    ),
    "cashback: of steps that don't rise, none is below the minimum": (
        {"cashback": [{"minimum": 9, "steps": [step(5), step(5)]}]},
        [problem("not_ascending", "cashback[0].steps[1].from", value=rub(5), before=rub(5))],
    ),
    "cashback: no more than the maximum": (
        {"cashback": [{"maximum": 40, "steps": [step(1, points=50), step(2, points=40), step(3, points=41)]}]},
        [
            problem("above_cap", "cashback[0].steps[0].points", value=Points(50), maximum=Points(40)),
            problem("above_cap", "cashback[0].steps[2].points", value=Points(41), maximum=Points(40)),
        ],
    ),
    "cashback: points of an unreadable step": (
        {"cashback": [{"maximum": 40, "steps": [step(1, points=BAD)]}]},
        [unread("cashback[0].steps[0].points")],
    ),
    "cashback: points above the maximum": (
        {"cashback": [{"maximum": 40, "points": 50}]},
        [problem("above_cap", "cashback[0].points", value=Points(50), maximum=Points(40))],
    ),
    "cashback: a step of rounding above the maximum": (
        {"cashback": [{"percent": 5, "maximum": 5, "rounding_step": 6}]},
        [problem("above_cap", "cashback[0].rounding_step", value=Points(6), maximum=Points(5))],
    ),
    "cashback: points aren't rounded": ({"cashback": [{"points": 5} | OF_PERCENT]}, PERCENT_MATTERS),
    "cashback: points by step aren't rounded": (
        {"cashback": [{"steps": [step(1, points=5)]} | OF_PERCENT]},
        PERCENT_MATTERS,
    ),
    "cashback: what can't be read may be a percent": (
        {"cashback": [{"steps": [step(1, percent=BAD)]} | OF_PERCENT]},
        [unread("cashback[0].steps[0].percent")],
    ),
    "cashback: what can't be read has no effect to speak of": (
        {"cashback": [{"points": 5, "rounding_step": BAD, "basis": "total", "rounding": "away"}]},
        [
            unread("cashback[0].basis", "unknown_choice"),
            unread("cashback[0].rounding", "unknown_choice"),
            unread("cashback[0].rounding_step"),
        ],
    ),
    "scope: a moment that no hour looks at": (
        {"cashback": [{"percent": 5, "scope_moment": "starts", "scope": {"channels": ["app"]}}]},
        [no_effect("cashback[0].scope_moment", "a period or windows")],
    ),
    "scope: hours that can't be read may look at it": (
        {"cashback": [{"percent": 5, "scope_moment": "starts", "scope": {"period": 5, "windows": 5}}]},
        [
            unread("cashback[0].scope.period", "wrong_type"),
            unread("cashback[0].scope.windows", "wrong_type"),
        ],
    ),
    "notice: days ahead of nothing": (
        {"cashback": [{"percent": 5}], "notice": [{"kind": "points_credited", "ahead": 5}]},
        [no_effect("notice[0].ahead", f"kind to one of {', '.join(sorted(AHEAD))}")],
    ),
    "notice: a variable that isn't a figure": (
        {"cashback": [{"percent": 5}], "notice": [{"kind": "points_credited", "template": {"en": "%Pionts%"}}]},
        [problem("unknown_variable", "notice[0].template.en", value="pionts", hint="did you mean points?")],
    ),
    "redemption: a minimum above the maximum": (
        {"redemption": [{"minimum": 500, "maximum": 50}]},
        [problem("minimum_above_maximum", "redemption[0].minimum", minimum=Points(500), maximum=Points(50))],
    ),
    "promo: a common code": (
        {"promo": [{"name": "a", "percent": 5}]},
        [problem("missing", "promo[0].code", expected="a code, such as SUMMER, or another kind")],
    ),
    "promo: codes that are issued": (
        {"promo": [{"name": "a", "percent": 5, "kind": "individual", "code": "SUMMER"}]},
        [no_effect("promo[0].code", 'kind = "common"')],
    ),
    "promo: nothing is given": (
        {"promo": [{"name": "a", "code": "SUMMER"}]},
        [problem("no_gain", "promo[0]", ways=("points", "percent", "sum"))],
    ),
    "promo: too much is given": (
        {"promo": [{"name": "a", "code": "SUMMER", "percent": 5, "sum": 5}]},
        [problem("two_gains", "promo[0]", given=("percent", "sum"))],
    ),
    "promo: what a percent or points alone have": (
        {"promo": [{"name": "a", "code": "SUMMER", "sum": 5, "maximum_discount": 5, "credited": "placing"}]},
        [no_effect("promo[0].maximum_discount", "percent"), no_effect("promo[0].credited", "points")],
    ),
    "promo: a code for a single use": (
        {"promo": [{"name": "a", "percent": 5, "kind": "individual", "limit": 5}]},
        [no_effect("promo[0].limit", 'kind = "common" or "worker"')],
    ),
    "promo: a worker's reward": (
        {"promo": [{"name": "a", "code": "SUMMER", "percent": 5, "worker_points": 5}]},
        [no_effect("promo[0].worker_points", 'kind = "worker"')],
    ),
    "split: shares that aren't whole": (
        {"referral_split": [{"percent": 5, "shares": {"customer": 60, "worker": 30}}]},
        [problem("not_whole", "referral_split[0].shares", total=Percent(90).value)],
    ),
    "split: referrers without a share": (
        {"referral_split": [{"percent": 5, "missing_referrer": "program", "shares": {"customer": 100}}]},
        [no_effect("referral_split[0].missing_referrer", "a referrer's share")],
    ),
    "split: a referrer's share that can't be read": (
        {"referral_split": [{"percent": 5, "missing_referrer": "program", "shares": {"worker_referrer": BAD}}]},
        [unread("referral_split[0].shares.worker_referrer")],
    ),
    "split: shares that can't be read": (
        {"referral_split": [{"percent": 5, "missing_referrer": "program", "shares": {"customer_referrer": BAD}}]},
        [unread("referral_split[0].shares.customer_referrer")],
    ),
    "expiry: of nothing": (
        {"expiry": {}},
        [problem("nothing_expires", "expiry", ways=("after", "inactivity"))],
    ),
    "expiry: the end of what": (
        {"expiry": {"inactivity": "P1Y", "until_end_of": "week"}},
        [no_effect("expiry.until_end_of", "after in days, months or years")],
    ),
    "expiry: hours end no week": (
        {"expiry": {"after": "PT3H", "until_end_of": "month"}},
        [no_effect("expiry.until_end_of", "after in days, months or years")],
    ),
    "expiry: too many days": (
        {"expiry": {"after": "P2Y"}},
        [problem("too_many_lots", "expiry.until_end_of", value=Term("P2Y"), unit="day", hint="week or month")],
    ),
    "first order by app: by no channel": (
        {"first_app_order": [{"points": 5, "channels": []}]},
        [problem("empty", "first_app_order[0].channels")],
    ),
    "first order by app: by a channel out of scope": (
        {"first_app_order": [{"points": 5, "scope": {"channels": ["web"]}}]},
        [problem("never_applies", "first_app_order[0]")],
    ),
    "first order by app: by a scope that can't be read": (
        {"first_app_order": [{"points": 5, "scope": {"channels": 5}}]},
        [unread("first_app_order[0].scope.channels", "wrong_type")],
    ),
    "invitation: nothing is given": (
        {"invitation": [{}]},
        [problem("no_gain", "invitation[0]", ways=("referee_points", "referrer_points"))],
    ),
    "invitation: nothing is credited": (
        {"invitation": [{"referrer_points": 5, "referee_credited": "placing"}]},
        [no_effect("invitation[0].referee_credited", "referee_points")],
    ),
    "surcharge: nothing is given": (
        {"surcharge": [{}]},
        [problem("no_gain", "surcharge[0]", ways=("raise_to", "percent", "sum"))],
    ),
    "surcharge: a sum isn't rounded": (
        {"surcharge": [{"sum": 5, "rounding": "down"}]},
        [no_effect("surcharge[0].rounding", "percent")],
    ),
    "bonus: no step": (
        {"worker_bonus": [{"every": "P1D", "ladder": []}]},
        [problem("empty", "worker_bonus[0].ladder")],
    ),
    "bonus: steps rise in both": (
        {
            "worker_bonus": [
                {
                    "every": "P1D",
                    "ladder": [{"orders": 5, "sum": 9}, {"orders": 5, "sum": 9}, {"orders": 4, "sum": 10}],
                }
            ]
        },
        [
            problem("not_ascending", "worker_bonus[0].ladder[1].orders", value=5, before=5),
            problem("not_ascending", "worker_bonus[0].ladder[2].orders", value=4, before=5),
            problem("not_ascending", "worker_bonus[0].ladder[1].sum", value=rub(9), before=rub(9)),
        ],
    ),
    "bonus: an unreadable step is compared with none": (
        {
            "worker_bonus": [
                {
                    "every": "P1D",
                    "ladder": [{"orders": 5, "sum": 9}, {"orders": BAD, "sum": BAD}, {"orders": 4, "sum": 8}],
                }
            ]
        },
        [unread("worker_bonus[0].ladder[1].orders", "wrong_type"), unread("worker_bonus[0].ladder[1].sum")],
    ),
    "tier: an empty ladder": ({"tier": [{"name": "a", "levels": []}]}, [problem("empty", "tier[0].levels")]),
    "tier: a level that is nothing": (
        {"tier": [{"name": "a", "levels": [{"visits": 1}]}]},
        [problem("no_gain", "tier[0].levels[0]", ways=("name", "percent"))],
    ),
    "tier: a level that nobody reaches": (
        {"tier": [{"name": "a", "levels": [{"percent": 5}]}]},
        [problem("no_criterion", "tier[0].levels[0]", ways=("sold", "paid", "visits"))],
    ),
    "tier: two levels of one name": (
        {"tier": [{"name": "a", "levels": [{"percent": 5, "visits": 1}, {"percent": "5.0", "visits": 2}]}]},
        [problem("duplicate", "tier[0].levels[1]", value="5 %")],
    ),
    "tier: figures that fall": (
        {
            "tier": [
                {
                    "name": "a",
                    "levels": [
                        {"percent": 5, "sold": 9, "paid": 9, "visits": 9},
                        {"percent": 4, "sold": 8, "paid": 8, "visits": 8},
                    ],
                }
            ]
        },
        [
            problem("falling", "tier[0].levels[1].percent", value=Percent(4), before=Percent(5)),
            problem("falling", "tier[0].levels[1].sold", value=rub(8), before=rub(9)),
            problem("falling", "tier[0].levels[1].paid", value=rub(8), before=rub(9)),
            problem("falling", "tier[0].levels[1].visits", value=8, before=9),
        ],
    ),
    "tier: a level without a percent takes a discount away": (
        {"tier": [{"name": "a", "levels": [{"percent": 5, "visits": 1}, {"name": "gold", "visits": 2}]}]},
        [problem("falling", "tier[0].levels[1].percent", value=Percent("0"), before=Percent(5))],
    ),
    "tier: figures are compared with the last that was told": (
        {
            "tier": [
                {
                    "name": "a",
                    "levels": [{"name": "b", "visits": 9}, {"name": "c", "sold": 1}, {"name": "d", "visits": 8}],
                }
            ]
        },
        [problem("falling", "tier[0].levels[2].visits", value=8, before=9)],
    ),
    "tier: a level that nobody stays on": (
        {
            "tier": [
                {
                    "name": "a",
                    "levels": [
                        {"name": "b", "visits": 3, "sold": 5},
                        {"name": "c", "sold": 5},
                        {"name": "d", "visits": 3},
                    ],
                }
            ]
        },
        [problem("never_held", "tier[0].levels[0]", levels=("c", "d"))],
    ),
    "tier: names and percents that can't be read are no duplicates": (
        {"tier": [{"name": "a", "levels": [{"percent": BAD, "visits": 1}, {"percent": BAD, "visits": 2}]}]},
        [unread("tier[0].levels[0].percent"), unread("tier[0].levels[1].percent")],
    ),
    "tier: a name that can't be read": (
        {"tier": [{"name": "a", "levels": [{"name": 5, "visits": 1}, {"name": "b", "visits": 2}]}]},
        [unread("tier[0].levels[0].name", "wrong_type")],
    ),
    "tier: a figure that can't be read is nobody's": (
        {"tier": [{"name": "a", "levels": [{"name": "b", "visits": 1}, {"name": "c", "visits": BAD}]}]},
        [unread("tier[0].levels[1].visits", "wrong_type")],
    ),
    "category: taken back at once": (
        {"category": [{"name": "a", "added": {"sold": 50, "visits": 5}, "removed": {"sold": 50, "visits": 6}}]},
        [
            problem(
                "taken_back",
                "category[0].removed.sold",
                criterion="sold",
                added=rub(50),
                removal="sold",
                removed=rub(50),
            )
        ],
    ),
    "category: taken back by the status that gave it": (
        {"category": [{"name": "a", "added": {"status": "no_show"}, "removed": {"status": "no_show"}}]},
        [
            problem(
                "taken_back",
                "category[0].removed.status",
                criterion="status",
                added="no_show",
                removal="status",
                removed="no_show",
            )
        ],
    ),
    "category: taken back from all who have come": (
        {"category": [{"name": "a", "added": {"days_away": 9}, "removed": {"visits": 1}}]},
        [
            problem(
                "taken_back",
                "category[0].removed.visits",
                criterion="days away",
                added=9,
                removal="visits",
                removed=1,
            )
        ],
    ),
    "category: figures that can't be read": (
        {
            "category": [
                {
                    "name": "a",
                    "added": {"sold": BAD, "days_away": BAD, "status": "never"},
                    "removed": {"sold": 5, "days_away": 5, "status": "came", "visits": 1},
                }
            ]
        },
        [
            unread("category[0].added.sold"),
            unread("category[0].added.days_away", "wrong_type"),
            unread("category[0].added.status", "unknown_choice"),
        ],
    ),
    "codes: characters": (
        {"codes": {"alphabet": "AAo23"}},
        [
            problem("too_few_characters", "codes.alphabet", count=5, least=10),
            problem("duplicate", "codes.alphabet", value="A"),
            problem("not_as_drawn", "codes.alphabet", value="o", read="O"),
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_B6_a_contradiction_is_told_with_its_figures(name):
    """Exactly these problems, in this order."""
    rules, expected = CASES[name]
    with pytest.raises(SettingsError) as caught:
        Program.from_dict(BASE | rules)
    told = caught.value.problems
    assert len(told) == len(expected)
    for each, known in zip(told, expected, strict=True):
        assert (each if isinstance(known, Problem) else (each.path, each.code)) == known


FINE = {
    "cashback: a maximum that is just reached": {"cashback": [{"maximum": 40, "steps": [step(1, points=40)]}]},
    "cashback: a percent of a step is rounded": {"cashback": [{"steps": [step(1)]} | OF_PERCENT]},
    "cashback: a rounding step of the maximum": {"cashback": [{"percent": 5, "maximum": 5, "rounding_step": 5}]},
    "cashback: a minimum between two steps": {"cashback": [{"minimum": 8, "steps": [step(5), step(9)]}]},
    "cashback: a minimum of one step": {"cashback": [{"minimum": 9, "steps": [step(5)]}]},
    "redemption: a minimum that is the maximum": {"redemption": [{"minimum": 50, "maximum": 50}]},
    "expiry: a year of days": {"expiry": {"after": "P1Y"}},
    "expiry: two years of weeks": {"expiry": {"after": "P2Y", "until_end_of": "week"}},
    "expiry: hours to the end of no day": {"expiry": {"after": "PT3H"}},
    "first order by app: a channel of its own": {
        "first_app_order": [{"points": 5, "channels": ["ios", "web"], "scope": {"channels": ["web", "phone"]}}]
    },
    "split: one referrer has a share": {
        "referral_split": [
            {"percent": 5, "missing_referrer": "program", "shares": {"customer": 90, "worker_referrer": 10}}
        ]
    },
}


@pytest.mark.parametrize("name", FINE)
def test_B6_what_is_no_contradiction_is_fine(name):
    """At the very edge."""
    assert Program.from_dict(BASE | FINE[name])
