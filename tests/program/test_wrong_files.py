"""Every kind of mistake in a program file: its exact path, its code and a fix, one test each (B6, B8)."""

from __future__ import annotations

import json

import pytest

from loyaltykit import Program, SettingsError, read_program

BASE = {"id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow"}

CASHBACK = {"percent": "5"}


def cashback(**settings):
    return BASE | {"cashback": [CASHBACK | settings]}


def scope(**parts):
    return cashback(scope=parts)


def expiry(**settings):
    return BASE | {"expiry": settings}


def notice(**settings):
    return cashback() | {"notice": [{"kind": "points_credited"} | settings]}


def without(key):
    return {name: value for name, value in BASE.items() if name != key}


WRONG = {
    # Keys
    "unknown key of the program": (BASE | {"curency": "RUB"}, "curency", "unknown_key", "did you mean currency?"),
    "unknown key of a rule": (cashback(percnt=5), "cashback[0].percnt", "unknown_key", "did you mean percent?"),
    "unknown key of a scope": (
        scope(branch=["a"]),
        "cashback[0].scope.branch",
        "unknown_key",
        "did you mean branches?",
    ),
    "unknown key like no other": (BASE | {"xyz": 1}, "xyz", "unknown_key", "use one of id, currency"),
    "missing id": (without("id"), "id", "missing", "write text"),
    "missing currency": (without("currency"), "currency", "missing", "such as RUB"),
    "missing point value": (without("point_value"), "point_value", "missing", 'such as "2.5"'),
    "missing time zone": (without("time_zone"), "time_zone", "missing", "such as Europe/Moscow"),
    "missing points": (BASE | {"first_app_order": [{}]}, "first_app_order[0].points", "missing", "such as 50"),
    "missing from of a step": (
        BASE | {"cashback": [{"steps": [{"percent": 5}]}]},
        "cashback[0].steps[0].from",
        "missing",
        "such as 300",
    ),
    # Types
    "number for text": (BASE | {"id": 7}, "id", "wrong_type", "write text"),
    "text for a list": (BASE | {"cashback": "5 %"}, "cashback", "wrong_type", "write a list"),
    "table for a list": (BASE | {"cashback": CASHBACK}, "cashback", "wrong_type", "write a list"),
    "text for a table": (BASE | {"cashback": ["5 %"]}, "cashback[0]", "wrong_type", "write a table with name"),
    "list for a percent": (cashback(percent=[5]), "cashback[0].percent", "wrong_type", "write a percent"),
    "text for digits": (BASE | {"digits": "2"}, "digits", "wrong_type", "a whole number from 0 to 6"),
    "boolean for a percent": (cashback(percent=True), "cashback[0].percent", "boolean", "write a percent"),
    "boolean for money": (cashback(minimum=False), "cashback[0].minimum", "boolean", "write money"),
    "boolean for digits": (BASE | {"digits": True}, "digits", "boolean", "a whole number from 0 to 6"),
    "boolean for text": (BASE | {"id": True}, "id", "boolean", "write text"),
    "float for money": (cashback(minimum=300.5), "cashback[0].minimum", "float", 'such as 300 or "300.00"'),
    "float for a percent": (cashback(percent=2.5), "cashback[0].percent", "float", 'such as 5 or "2.5"'),
    "float for points": (cashback(maximum=10.0), "cashback[0].maximum", "float", "write points"),
    "float for digits": (BASE | {"digits": 2.0}, "digits", "float", "a whole number"),
    "NaN for a percent": (cashback(percent=float("nan")), "cashback[0].percent", "not_finite", "write a percent"),
    "infinity for money": (cashback(minimum=float("inf")), "cashback[0].minimum", "not_finite", "write money"),
    "null": (cashback(maximum=None), "cashback[0].maximum", "null", "leave the key out"),
    # Numbers
    "words for a number": (cashback(percent="five"), "cashback[0].percent", "bad_number", 'such as 5 or "2.5"'),
    "NaN as text": (cashback(percent="NaN"), "cashback[0].percent", "bad_number", 'such as 5 or "2.5"'),
    "comma for the point": (cashback(minimum="300,50"), "cashback[0].minimum", "bad_number", 'such as 300 or "300.00"'),
    "exponent": (cashback(minimum="1e9"), "cashback[0].minimum", "bad_number", 'such as 300 or "300.00"'),
    "number without end": (BASE | {"point_value": "1" * 99}, "point_value", "bad_number", 'such as "2.5"'),
    "more than 100 percent": (cashback(percent="110"), "cashback[0].percent", "too_large", "write at most 100"),
    "zero percent": (cashback(percent=0), "cashback[0].percent", "not_positive", "above zero"),
    "percent below zero": (cashback(percent="-5"), "cashback[0].percent", "not_positive", "above zero"),
    "zero money": (cashback(minimum="0.00"), "cashback[0].minimum", "not_positive", "above zero"),
    "points below zero": (cashback(maximum=-1), "cashback[0].maximum", "not_positive", "above zero"),
    "point worth nothing": (BASE | {"point_value": 0}, "point_value", "not_positive", "above zero"),
    "too many digits of points": (BASE | {"digits": 7}, "digits", "too_large", "write at most 6"),
    "digits below zero": (BASE | {"digits": -1}, "digits", "too_small", "write at least 0"),
    "surplus decimals of money": (
        cashback(minimum="0.505"),
        "cashback[0].minimum",
        "too_many_digits",
        "at most 2 after",
    ),
    "surplus decimals of points": (
        cashback(maximum="1.5"),
        "cashback[0].maximum",
        "too_many_digits",
        "at most 0 after",
    ),
    # Words
    "no currency": (BASE | {"currency": "RUR"}, "currency", "unknown_currency", "did you mean RUB?"),
    "currency in small letters": (BASE | {"currency": "rub"}, "currency", "unknown_currency", "did you mean RUB?"),
    "number for a currency": (BASE | {"currency": 643}, "currency", "wrong_type", "such as RUB"),
    "another currency": (cashback(minimum="300 USD"), "cashback[0].minimum", "wrong_currency", "write it in RUB"),
    "no time zone": (BASE | {"time_zone": "Moscow"}, "time_zone", "unknown_zone", "such as Europe/Moscow"),
    "a file for a time zone": (BASE | {"time_zone": "../etc"}, "time_zone", "unknown_zone", "such as Europe/Moscow"),
    "no basis": (cashback(basis="net"), "cashback[0].basis", "unknown_choice", "charged, price, payable"),
    "no rounding": (cashback(rounding="bankers"), "cashback[0].rounding", "unknown_choice", "half_even"),
    "no moment": (cashback(scope_moment="paid"), "cashback[0].scope_moment", "unknown_choice", "placed, starts"),
    "empty id": (BASE | {"id": ""}, "id", "bad_text", "1 to 128 characters"),
    "id without end": (BASE | {"id": "x" * 129}, "id", "bad_text", "1 to 128 characters"),
    "control character": (BASE | {"id": "ci\x00ty"}, "id", "bad_text", "no control characters"),
    "blank around a name": (
        scope(branches=["centre "]),
        "cashback[0].scope.branches[0]",
        "bad_text",
        "no blanks around",
    ),
    # Time
    "no date": (scope(period={"from": "soon"}), "cashback[0].scope.period.from", "bad_date", "such as 2026-12-31"),
    "day that isn't": (scope(period={"until": "2026-02-30"}), "cashback[0].scope.period.until", "bad_date", "a date"),
    "moment without zone": (
        scope(period={"from": "2026-01-01T00:00:00"}),
        "cashback[0].scope.period.from",
        "naive_moment",
        "such as 2026-01-01T00:00:00+03:00",
    ),
    "period backwards": (
        scope(period={"from": "2026-02-01", "until": "2026-01-01"}),
        "cashback[0].scope.period",
        "impossible",
        "mend one of its sides",
    ),
    "no time of day": (scope(windows=[{"from": "25:00"}]), "cashback[0].scope.windows[0].from", "bad_time", "to 24:00"),
    "window of no length": (
        scope(windows=[{"from": "10:00", "to": "10:00"}]),
        "cashback[0].scope.windows[0]",
        "impossible",
        "mend one of its sides",
    ),
    "no weekday": (
        scope(windows=[{"weekdays": ["friday"]}]),
        "cashback[0].scope.windows[0].weekdays[0]",
        "unknown_choice",
        "mon, tue, wed",
    ),
    "weekday twice": (
        scope(windows=[{"weekdays": ["fri", "fri"]}]),
        "cashback[0].scope.windows[0].weekdays[1]",
        "duplicate",
        "keep one",
    ),
    # Lists
    "empty list": (BASE | {"cashback": []}, "cashback", "empty", "leave the key out"),
    "empty table": (scope(), "cashback[0].scope", "empty", "leave the key out"),
    "list without end": (scope(branches=list("ab") * 501), "cashback[0].scope.branches", "too_many", "at most 1000"),
    "name twice in a list": (scope(channels=["a", "a"]), "cashback[0].scope.channels[1]", "duplicate", "keep one"),
    "branch twice": (BASE | {"branches": [{"id": "a"}, {"id": "a"}]}, "branches[1].id", "duplicate", "keep one"),
    "rule name twice": (
        BASE | {"cashback": [{"name": "a", "percent": 5, "scope": {"branches": ["x"]}}, {"name": "a", "percent": 6}]},
        "cashback[1].name",
        "duplicate",
        "keep one",
    ),
    "rule name twice over kinds": (
        BASE | {"cashback": [{"name": "a", "percent": 5}], "redemption": [{"name": "a"}]},
        "redemption[0].name",
        "duplicate",
        "keep one",
    ),
    "rule named as a kind": (
        cashback(name="redemption"),
        "cashback[0].name",
        "kind_name",
        "a name of its own",
    ),
    "window twice": (
        scope(windows=[{"weekdays": ["fri"]}, {"weekdays": ["fri"]}]),
        "cashback[0].scope.windows[1]",
        "duplicate",
        "keep one",
    ),
    "window that is all defaults": (
        scope(windows=[{"from": "00:00"}]),
        "cashback[0].scope.windows[0]",
        "empty",
        "write at least one",
    ),
    "moment of a rule without hours": (
        cashback(scope_moment="starts"),
        "cashback[0].scope_moment",
        "no_effect",
        "set a period or windows",
    ),
    "rounding without a percent": (
        BASE | {"cashback": [{"points": 5, "rounding": "down"}]},
        "cashback[0].rounding",
        "no_effect",
        "set percent",
    ),
    "basis without a percent": (
        BASE | {"cashback": [{"steps": [{"from": 5, "points": 5}], "basis": "price"}]},
        "cashback[0].basis",
        "no_effect",
        "set percent",
    ),
    "app that the scope leaves out": (
        BASE | {"first_app_order": [{"points": 5, "scope": {"channels": ["phone"]}}]},
        "first_app_order[0]",
        "never_applies",
        "meet",
    ),
    "zone of the machine": (BASE | {"time_zone": "localtime"}, "time_zone", "unknown_zone", "such as Europe/Moscow"),
    "zone with leap seconds": (BASE | {"time_zone": "right/UTC"}, "time_zone", "unknown_zone", "such as Europe/Moscow"),
    "plus sign": (cashback(minimum="+5"), "cashback[0].minimum", "bad_number", 'such as 300 or "300.00"'),
    "point without a digit before it": (
        cashback(percent=".5"),
        "cashback[0].percent",
        "bad_number",
        'such as 5 or "2.5"',
    ),
    "point without a digit behind it": (
        cashback(percent="5."),
        "cashback[0].percent",
        "bad_number",
        'such as 5 or "2.5"',
    ),
    "blank behind a sum": (cashback(minimum="300 "), "cashback[0].minimum", "wrong_currency", "write it in RUB"),
    "no channel is the app": (
        BASE | {"first_app_order": [{"points": 5, "channels": []}]},
        "first_app_order[0].channels",
        "empty",
        "write at least one",
    ),
    # Contradictions
    "no gain": (BASE | {"cashback": [{"minimum": 5}]}, "cashback[0]", "no_gain", "set one of percent, points, steps"),
    "two gains": (cashback(points=5), "cashback[0]", "two_gains", "keep one of them"),
    "no gain in a step": (
        BASE | {"cashback": [{"steps": [{"from": 5}]}]},
        "cashback[0].steps[0]",
        "no_gain",
        "percent",
    ),
    "steps that don't rise": (
        BASE | {"cashback": [{"steps": [{"from": 9, "percent": 5}, {"from": 9, "percent": 6}]}]},
        "cashback[0].steps[1].from",
        "not_ascending",
        "order the steps",
    ),
    "step that the minimum hides": (
        BASE | {"cashback": [{"minimum": 9, "steps": [{"from": 5, "percent": 5}, {"from": 9, "percent": 6}]}]},
        "cashback[0].steps[0]",
        "step_below_minimum",
        "minimum is 9.00 RUB",
    ),
    "points above the maximum": (
        BASE | {"cashback": [{"points": 50, "maximum": 40}]},
        "cashback[0].points",
        "above_cap",
        "raise the maximum",
    ),
    "step above the maximum": (
        BASE | {"cashback": [{"maximum": 40, "steps": [{"from": 1, "points": 50}]}]},
        "cashback[0].steps[0].points",
        "above_cap",
        "raise the maximum",
    ),
    "rounding step above the maximum": (
        cashback(maximum=5, rounding_step=10),
        "cashback[0].rounding_step",
        "above_cap",
        "raise the maximum",
    ),
    "rounding step without a percent": (
        BASE | {"cashback": [{"points": 50, "rounding_step": 10}]},
        "cashback[0].rounding_step",
        "no_effect",
        "set percent",
    ),
    "redemption's minimum above its maximum": (
        BASE | {"redemption": [{"minimum": 500, "maximum": 50}]},
        "redemption[0].minimum",
        "minimum_above_maximum",
        "raise the maximum",
    ),
    "rule that can't answer": (
        BASE | {"cashback": [{"percent": 5}, {"percent": 6, "scope": {"branches": ["a"]}}]},
        "cashback[1]",
        "unreachable",
        "move it up",
    ),
    # Terms
    "no term": (expiry(after="6 months"), "expiry.after", "bad_term", "such as P6M, P30D or PT3H"),
    "number for a term": (expiry(after=180), "expiry.after", "wrong_type", "such as P6M, P30D or PT3H"),
    "no term nor the word": (
        expiry(after="P6M", returned_after_expiry="never"),
        "expiry.returned_after_expiry",
        "bad_term",
        'or "expire"',
    ),
    "days and hours until points expire": (expiry(after="P1DT3H"), "expiry.after", "mixed_term", "or hours alone"),
    "days and hours of a grace": (
        expiry(after="P6M", returned_after_expiry="P1DT3H"),
        "expiry.returned_after_expiry",
        "mixed_term",
        "or hours alone",
    ),
    "days and hours of inactivity": (
        expiry(inactivity="P1DT3H"),
        "expiry.inactivity",
        "term_of_hours",
        "days, months or years",
    ),
    "days and hours of a delay": (cashback(delay="P1DT3H"), "cashback[0].delay", "mixed_term", "or hours alone"),
    "days and hours of a hold": (BASE | {"hold_timeout": "P1DT3H"}, "hold_timeout", "mixed_term", "or hours alone"),
    "many hours until points expire": (expiry(after="PT49H"), "expiry.after", "too_long", "at most PT48H, or days"),
    "many hours of a grace": (
        expiry(after="P6M", returned_after_expiry="PT49H"),
        "expiry.returned_after_expiry",
        "too_long",
        "at most PT48H, or days",
    ),
    "many hours of a delay": (
        BASE | {"first_app_order": [{"points": 5, "delay": "PT72H"}]},
        "first_app_order[0].delay",
        "too_long",
        "at most PT48H, or days",
    ),
    "many hours of a hold": (BASE | {"hold_timeout": "PT72H"}, "hold_timeout", "too_long", "at most PT48H, or days"),
    "hours of inactivity": (expiry(inactivity="PT3H"), "expiry.inactivity", "term_of_hours", "days, months or years"),
    "many days until points expire": (expiry(after="P367D"), "expiry.after", "too_long", "or months or years"),
    "many days of inactivity": (expiry(inactivity="P367D"), "expiry.inactivity", "too_long", "or months or years"),
    "many days of a grace": (
        expiry(after="P6M", returned_after_expiry="P367D"),
        "expiry.returned_after_expiry",
        "too_long",
        "at most P366D",
    ),
    "many days of a delay": (cashback(delay="P367D"), "cashback[0].delay", "too_long", "at most P366D"),
    "many days of a hold": (BASE | {"hold_timeout": "P367D"}, "hold_timeout", "too_long", "at most P366D"),
    "many years until points expire": (
        expiry(after="P361M", until_end_of="month"),
        "expiry.after",
        "too_long",
        "at most P30Y",
    ),
    "many years of inactivity": (expiry(inactivity="P121M"), "expiry.inactivity", "too_long", "at most P10Y"),
    "many months of a grace": (
        expiry(after="P6M", returned_after_expiry="P13M"),
        "expiry.returned_after_expiry",
        "too_long",
        "at most P1Y",
    ),
    "many months of a delay": (cashback(delay="P13M"), "cashback[0].delay", "too_long", "at most P1Y"),
    # Contradictions of expiry
    "expiry of nothing": (expiry(), "expiry", "nothing_expires", "set one of after, inactivity"),
    "expiry that only says its unit": (
        expiry(until_end_of="month"),
        "expiry",
        "nothing_expires",
        "set one of after, inactivity",
    ),
    "grace for points that never expire": (
        expiry(returned_after_expiry="P7D"),
        "expiry",
        "nothing_expires",
        "set one of after, inactivity",
    ),
    "no unit of expiry": (expiry(after="P6M", until_end_of="year"), "expiry.until_end_of", "unknown_choice", "month"),
    "unit of hours": (
        expiry(after="PT3H", until_end_of="month"),
        "expiry.until_end_of",
        "no_effect",
        "set after in days, months or years",
    ),
    "unit of inactivity alone": (
        expiry(inactivity="P1Y", until_end_of="week"),
        "expiry.until_end_of",
        "no_effect",
        "set after in days, months or years",
    ),
    "a lot a day for over a year": (
        expiry(after="P13M"),
        "expiry.until_end_of",
        "too_many_lots",
        "set it to week or month",
    ),
    "a lot a day for a year and a day": (
        expiry(after="P1Y1D"),
        "expiry.until_end_of",
        "too_many_lots",
        "set it to week or month",
    ),
    "a lot a week for over seven years": (
        expiry(after="P85M", until_end_of="week"),
        "expiry.until_end_of",
        "too_many_lots",
        "set it to month",
    ),
    # Notices
    "no kind of notice": (notice(kind="birthday"), "notice[0].kind", "unknown_choice", "points_credited"),
    "notice that stands twice": (
        notice() | {"notice": [{"kind": "points_adjusted"}, {"kind": "points_adjusted"}]},
        "notice[1].kind",
        "duplicate",
        "keep one of the two",
    ),
    "notice ahead of nothing": (notice(ahead=7), "notice[0].ahead", "no_effect", "set kind to one of"),
    "notice far ahead": (
        notice(kind="points_will_expire", ahead=91) | {"expiry": {"after": "P6M"}},
        "notice[0].ahead",
        "too_large",
        "at most 90",
    ),
    "template of nothing": (notice(template={}), "notice[0].template", "empty", "leave the key out"),
    "template in another language": (notice(template={"de": "Punkte"}), "notice[0].template.de", "unknown_key", "en"),
    "template that's no text": (notice(template={"en": 7}), "notice[0].template.en", "wrong_type", "with variables"),
    "blank template": (notice(template={"en": " "}), "notice[0].template.en", "bad_template", "You have %Points% more"),
    "template with a format": (
        notice(template={"ru": "{points:>9}"}),
        "notice[0].template.ru",
        "bad_template",
        "You have %Points% more",
    ),
    "template with an attribute": (
        notice(template={"uk": "{points.minor}"}),
        "notice[0].template.uk",
        "bad_template",
        "You have %Points% more",
    ),
    "template with a variable that isn't": (
        notice(template={"en": "%Pointz% more"}),
        "notice[0].template.en",
        "unknown_variable",
        "did you mean points?",
    ),
    "notice of points that nothing gives": (
        BASE | {"notice": [{"kind": "points_credited"}]},
        "notice[0].kind",
        "nothing_to_tell",
        "such as [[cashback]]",
    ),
    "notice of points that never expire": (
        notice(kind="points_will_expire", ahead=7),
        "notice[0].kind",
        "nothing_to_tell",
        "add [expiry]",
    ),
    "notice told as soon as points are there": (
        notice(kind="points_will_expire", ahead=28) | {"expiry": {"after": "P1M"}},
        "notice[0].ahead",
        "told_at_once",
        "write less than 28, or take the notice out",
    ),
    "notice of codes that nobody gets": (notice(kind="code_given"), "notice[0].kind", "nothing_to_tell", "[codes]"),
    "branch that isn't": (
        scope(branches=["nort"]) | {"branches": [{"id": "north"}]},
        "cashback[0].scope.branches[0]",
        "unknown_branch",
        "did you mean north?, or add it to branches",
    ),
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
    assert str(problem) in str(caught.value)


def test_the_good_program_that_the_mistakes_are_made_in_is_good():
    """Without its mistake each file is sound, so each test above fails for its mistake alone."""
    assert Program.from_dict(cashback(scope={"branches": ["a"]})).cashback[0].scope.branches == ("a",)


def test_B6_ten_mistakes_give_ten_problems():
    """All problems are told at once, in the order of the file, contradictions among them."""
    raw = {
        "id": "",
        "currency": "RUB",
        "point_value": 1.5,
        "time_zone": "Europe/Moscow",
        "colour": "red",
        "branches": [{"id": "north"}, {"id": "north"}],
        "cashback": [
            {"percent": "110", "minimum": "300 USD"},
            {"percent": True, "scope": {"branches": ["soth"]}},
            {"scope": {"period": {"from": "2026-01-01T00:00:00"}}},
        ],
    }
    with pytest.raises(SettingsError) as caught:
        Program.from_dict(raw)
    told = [(problem.path, problem.code) for problem in caught.value.problems]
    assert told == [
        ("colour", "unknown_key"),
        ("id", "bad_text"),
        ("point_value", "float"),
        ("cashback[0].percent", "too_large"),
        ("cashback[0].minimum", "wrong_currency"),
        ("cashback[1].percent", "boolean"),
        ("cashback[2].scope.period.from", "naive_moment"),
        ("cashback[2]", "no_gain"),
        ("branches[1].id", "duplicate"),
        ("cashback[1].scope.branches[0]", "unknown_branch"),
        ("cashback[1]", "unreachable"),
    ]
    assert "11 problems" in str(caught.value)


def test_a_missing_currency_is_told_once_and_not_for_every_sum():
    """Money can't be told without the currency; the one problem is the currency."""
    with pytest.raises(SettingsError) as caught:
        Program.from_dict(without("currency") | {"cashback": [{"percent": 5, "minimum": 300}]})
    assert [problem.path for problem in caught.value.problems] == ["currency"]


def problems_of(raw):
    with pytest.raises(SettingsError) as caught:
        Program.from_dict(raw)
    return [(problem.path, problem.code) for problem in caught.value.problems]


def test_B6_an_unknown_currency_hides_nothing_else():
    """Money can't be told then, and everything that isn't money is."""
    raw = BASE | {
        "currency": "RUR",
        "cashback": [{"steps": [{"from": 300, "percent": 3}, {"from": -5, "percent": 5}]}],
        "redemption": [{"max_share": 110}],
    }
    assert problems_of(raw) == [
        ("currency", "unknown_currency"),
        ("cashback[0].steps[1].from", "not_positive"),
        ("redemption[0].max_share", "too_large"),
    ]


def test_B6_unknown_digits_hide_nothing_else():
    """How many decimals points have isn't known then; that they're numbers above zero is."""
    raw = BASE | {"digits": "2", "first_app_order": [{"points": "0.5"}], "redemption": [{"minimum": "x", "maximum": 0}]}
    assert problems_of(raw) == [
        ("digits", "wrong_type"),
        ("redemption[0].minimum", "bad_number"),
        ("redemption[0].maximum", "not_positive"),
    ]


def test_B6_without_a_time_zone_rules_are_still_compared():
    """Whatever the zone, nothing comes behind everywhere."""
    raw = without("time_zone") | {"cashback": [{"percent": 5}, {"percent": 3}]}
    assert problems_of(raw) == [("time_zone", "missing"), ("cashback[1]", "unreachable")]


def test_B6_one_mistake_is_told_once():
    """A value that is refused takes no part in the checks across values."""
    assert problems_of(BASE | {"cashback": [{"points": 0}]}) == [("cashback[0].points", "not_positive")]
    assert problems_of(BASE | {"cashback": [{}]}) == [("cashback[0]", "no_gain")]
    assert problems_of(BASE | {"cashback": [{"points": -5, "maximum": -10}]}) == [
        ("cashback[0].points", "not_positive"),
        ("cashback[0].maximum", "not_positive"),
    ]


def test_B6_a_number_and_its_currency_are_both_judged():
    """What is no number in another currency is two mistakes."""
    assert problems_of(cashback(minimum="abc USD")) == [
        ("cashback[0].minimum", "wrong_currency"),
        ("cashback[0].minimum", "bad_number"),
    ]


@pytest.mark.parametrize("endless", ["bare", "below zero", "in a list", "in a table"])
@pytest.mark.parametrize("key", ["id", "digits", "point_value", "cashback", "time_zone"])
def test_numbers_without_end_are_told(key, endless):
    """Python refuses to write them, and so they're described."""
    number = 10**5000
    raw = {"bare": number, "below zero": -number, "in a list": [number], "in a table": {"a": number}}[endless]
    assert problems_of(BASE | {key: raw})[0][0].startswith(key)


def test_tables_without_end_are_told():
    """Dotted keys of TOML may lie as deep as one likes."""
    deep = {}
    for _ in range(20_000):
        deep = {"a": deep}
    assert problems_of(BASE | {"cashback": [deep]})[0] == ("cashback[0].a", "unknown_key")
    assert problems_of(BASE | {"id": deep}) == [("id", "wrong_type")]


def test_a_problem_names_branches_by_the_nearest():
    """A thousand branches aren't listed for each mistake."""
    raw = scope(branches=["b1x"]) | {"branches": [{"id": f"b{n}"} for n in range(1000)]}
    with pytest.raises(SettingsError) as caught:
        Program.from_dict(raw)
    assert len(str(caught.value)) < 300


FILES = {
    "broken TOML": ("p.toml", b"id = ", "bad_syntax", "Invalid value"),
    "key twice in TOML": ("p.toml", b"id = 'a'\nid = 'b'", "bad_syntax", "Cannot overwrite"),
    "endless number in TOML": ("p.toml", b"id = " + b"1" * 5000, "bad_syntax", "digit"),
    "broken JSON": ("p.json", b'{"id": }', "bad_syntax", "line 1, column 8"),
    "endless number in JSON": ("p.json", b'{"id": ' + b"1" * 5000 + b"}", "bad_syntax", "digit"),
    "key twice in JSON": ("p.json", b'{"id": "a", "id": "b"}', "duplicate_key", "id stands twice"),
    "JSON that is a list": ("p.json", b"[]", "wrong_type", "[] is not a table"),
    "JSON that is null": ("p.json", b"null", "null", "null says nothing"),
    "nested without end": ("p.json", b"[" * 100_000, "too_deep", "nested too deep"),
    "TOML nested without end": ("p.toml", b"a = " + b"[" * 100_000, "too_deep", "nested too deep"),
    "another encoding": ("p.toml", "id = 'Ромашка'".encode("cp1251"), "bad_encoding", "byte 6 is 0xd0"),
    "file without end": ("p.toml", b"#" * 1_048_577, "file_too_large", "larger than 1048576 bytes"),
    "another format": ("p.yaml", b"id: a", "unknown_format", ".yaml is no format"),
    "no ending": ("program", b"id: a", "unknown_format", "a name without an ending"),
    "no file": ("p.toml", None, "unreadable_file", "No such file"),
}


@pytest.mark.parametrize("name", FILES)
def test_B8_a_file_that_cant_be_read_is_told(name, tmp_path):
    """A file that is no program at all gives one problem of the whole file, and never another exception."""
    filename, content, code, words = FILES[name]
    path = tmp_path / filename
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        read_program(path)
    (problem,) = caught.value.problems
    assert (problem.path, problem.code) == ("", code)
    assert words in problem.words
    assert str(path) in str(caught.value)


def test_toml_refuses_what_json_refuses(tmp_path):
    """TOML's own floats, dates and times are judged by the same kinds as JSON's text."""
    path = tmp_path / "p.toml"
    path.write_text(
        'id = "city"\ncurrency = "RUB"\npoint_value = nan\ntime_zone = "Europe/Moscow"\n'
        "in_force_from = 2026-01-01T00:00:00\n[[cashback]]\npercent = 5\n"
        "scope.windows = [{from = 10:00:30}]\nscope.period.from = 10:00:00\n"
    )
    with pytest.raises(SettingsError) as caught:
        read_program(path)
    assert [(problem.path, problem.code) for problem in caught.value.problems] == [
        ("point_value", "not_finite"),
        ("in_force_from", "naive_moment"),
        ("cashback[0].scope.period.from", "wrong_type"),
        ("cashback[0].scope.windows[0].from", "bad_time"),
    ]


def test_every_problem_in_the_table_has_words_and_a_fix():
    """A code without words or a fix would leave its reader alone."""
    from loyaltykit.settings.problem import PROBLEMS  # noqa: PLC0415 - one test alone looks at the table

    assert all(meaning.words and meaning.fix for meaning in PROBLEMS.values())


def test_an_error_survives_json():
    """Paths and codes are plain text that a host's screens can carry."""
    with pytest.raises(SettingsError) as caught:
        Program.from_dict({})
    told = json.dumps([[problem.path, problem.code] for problem in caught.value.problems])
    assert json.loads(told)[0] == ["id", "missing"]
