"""Which notices a program makes, to whom, and in which words (S7, S8, Y6, T3)."""

from __future__ import annotations

import pytest

from loyaltykit import NoticeSettings, NoticeTemplate, Program, SettingsError, Template
from loyaltykit.notice import AHEAD, NOTICES

BASE = {"id": "city", "currency": "RUB", "point_value": 1, "time_zone": "Europe/Moscow"}


TIER = {"name": "regulars", "levels": [{"percent": 5, "visits": 3}]}
CLASSES = {"name": "classes", "lapse_after": 60, "levels": [{"name": "gold", "visits": 3}]}
CARD = {"name": "fifty", "face": 50}


def problems(**told):
    with pytest.raises(SettingsError) as caught:
        NoticeSettings(**told)
    return [(problem.path, problem.code) for problem in caught.value.problems]


@pytest.mark.parametrize("kind", NOTICES)
def test_S7_consent_is_needed_but_for_what_a_member_has_just_bought(kind):
    """Unless the program says otherwise."""
    ahead = {"ahead": 7} if kind in AHEAD else {}
    assert NoticeSettings(kind=kind, **ahead).needs_consent is (kind != "card_bought")
    for consent in (True, False):
        assert NoticeSettings(kind=kind, consent=consent, **ahead).needs_consent is consent


@pytest.mark.parametrize("kind", NOTICES)
def test_Y6_only_what_is_to_come_is_told_ahead(kind):
    """There the days are needed, elsewhere they're refused."""
    wrong = {} if kind in AHEAD else {"ahead": 7}
    assert problems(kind=kind, **wrong) == [("ahead", "missing" if kind in AHEAD else "no_effect")]


@pytest.mark.parametrize("kind", NOTICES)
def test_T3_a_template_has_the_figures_of_its_kind_and_the_members_code(kind):
    """In both ways of writing; other variables are refused, with the nearest."""
    ahead = {"ahead": 7} if kind in AHEAD else {}
    text = " ".join(f"{{{name}}}" for name in NOTICES[kind].figures) + " %ClientReferralCode%"
    own = NoticeSettings(kind=kind, template=NoticeTemplate(uk=text), **ahead)
    assert own.template_in("uk") == Template(text)
    wrong = NoticeTemplate(en="{colour}", ru="{points} {code} {until} {face}")
    assert ("template.en", "unknown_variable") in problems(kind=kind, template=wrong, **ahead)


def test_S7_a_language_without_a_template_has_none():
    """Whatever is asked for."""
    own = NoticeSettings(kind="code_given", template=NoticeTemplate(ru="{code}"))
    assert [own.template_in(language) for language in ("ru", "en", "kind", "de")] == [
        Template("{code}"),
        None,
        None,
        None,
    ]
    assert NoticeSettings(kind="code_given").template_in("en") is None


def test_S7_a_template_is_checked_when_its_made_in_python_too():
    """Text that isn't one, and what is no text."""
    with pytest.raises(SettingsError, match="stands around a variable"):
        NoticeTemplate(en="{points!r}")
    with pytest.raises(SettingsError, match="7 is not a text with variables"):
        NoticeTemplate(en=7)


def test_S7_a_program_knows_its_notices():
    """By their kind, as they're written in its file."""
    raw = BASE | {
        "cashback": [{"percent": 5}],
        "notice": [
            {"kind": "points_credited", "template": {"en": "You have {points} more", "ru": "Вам начислено %Points%"}},
            {"kind": "points_adjusted", "consent": False},
        ],
    }
    program = Program.from_dict(raw)
    assert program.notice_of("points_credited").template.ru == Template("Вам начислено %Points%")
    assert program.notice_of("points_adjusted").needs_consent is False
    assert program.notice_of("code_given") is None
    assert program.to_dict() == raw


@pytest.mark.parametrize(
    ("kind", "giver"),
    [
        ("points_credited", {"first_app_order": [{"points": 5}]}),
        ("points_credited", {"redemption": [{}], "promo": [{"name": "p", "code": "P", "points": 5}]}),
        ("points_credited", {"redemption": [{}], "invitation": [{"referrer_points": 5}]}),
        ("points_credited", {"service_points": [{"points": 5}]}),
        ("points_will_expire", {"expiry": {"after": "P60D"}}),
        ("discount_will_end", {"tier": [TIER | {"lapse_after": 60}]}),
        ("discount_will_end", {"tier": [TIER | {"over": "P30D"}]}),
        ("discount_will_end", {"tier": [CLASSES, TIER]}),  # a level by hand ends
        ("card_bought", {"redemption": [{}], "gift_card": [CARD | {"points_price": 500}]}),
        ("code_given", {"codes": {"length": 5}}),
        ("code_given", {"redemption": [{}], "invitation": [{"referrer_points": 5}]}),
    ],
)
def test_S8_a_notice_needs_what_it_tells_of(kind, giver):
    """With it there's nothing to mend, without it the notice is refused, with the way to mend it."""
    notice = {"kind": kind, "ahead": 7} if kind in AHEAD else {"kind": kind}
    assert Program.from_dict(BASE | giver | {"notice": [notice]}).notice_of(kind)
    with pytest.raises(SettingsError) as caught:
        Program.from_dict(BASE | {"notice": [notice]})
    (problem,) = caught.value.problems
    assert (problem.path, problem.code, problem.kind) == ("notice[0].kind", "nothing_to_tell", kind)


def test_S8_promo_codes_that_give_no_points_credit_none():
    """A discount is none."""
    promo = {"redemption": [{}], "promo": [{"name": "p", "code": "P", "percent": 5}]}
    with pytest.raises(SettingsError, match="points_credited never comes"):
        Program.from_dict(BASE | promo | {"notice": [{"kind": "points_credited"}]})


@pytest.mark.parametrize(
    ("kind", "near"), [("discount_will_end", {"tier": [CLASSES]}), ("card_bought", {"gift_card": [CARD]})]
)
def test_S8_classes_without_a_discount_and_a_card_for_money_tell_nothing(kind, near):
    """What the notice needs is a setting of theirs."""
    notice = {"kind": kind, "ahead": 7} if kind in AHEAD else {"kind": kind}
    with pytest.raises(SettingsError) as caught:
        Program.from_dict(BASE | near | {"notice": [notice]})
    (problem,) = caught.value.problems
    assert (problem.path, problem.code) == ("notice[0].kind", "nothing_to_tell")


@pytest.mark.parametrize(
    ("kind", "near", "setting", "days"),
    [
        ("points_will_expire", {"expiry": {"after": "P30D"}}, "after", 30),
        ("points_will_expire", {"expiry": {"after": "P1M"}}, "after", 28),
        ("points_will_expire", {"expiry": {"after": "P1D", "until_end_of": "week"}}, "after", 7),
        ("points_will_expire", {"expiry": {"after": "P1D", "until_end_of": "month"}}, "after", 31),
        ("points_will_expire", {"expiry": {"after": "P1Y", "inactivity": "P10D"}}, "inactivity", 10),
        ("discount_will_end", {"tier": [CLASSES, TIER | {"lapse_after": 20}]}, "lapse_after", 20),
        ("discount_will_end", {"tier": [TIER | {"lapse_after": 60, "over": "P20D"}]}, "over", 20),
    ],
)
def test_Y6_a_notice_of_what_is_always_near_is_refused(kind, near, setting, days):
    """It would be told with nearly every order; a day less ahead isn't."""
    notice = {"kind": kind, "ahead": days - 1}
    assert Program.from_dict(BASE | near | {"notice": [notice]}).notice_of(kind).ahead == days - 1
    for ahead in (days, 90):
        with pytest.raises(SettingsError) as caught:
            Program.from_dict(BASE | near | {"notice": [{"kind": kind, "ahead": ahead}]})
        (problem,) = caught.value.problems
        assert (problem.path, problem.code) == ("notice[0].ahead", "told_at_once")
        assert (problem.setting, problem.days) == (setting, days)


def test_S7_points_that_live_for_hours_are_not_told_of_days_ahead():
    """There's no day less."""
    raw = BASE | {"expiry": {"after": "PT12H"}, "notice": [{"kind": "points_will_expire", "ahead": 1}]}
    with pytest.raises(SettingsError, match=r"since after is PT12H \(write less than 1, or take the notice out\)"):
        Program.from_dict(raw)


def test_B6_ladders_that_cant_be_read_may_have_a_discount():
    """Neither their levels nor their lapse is told of twice."""
    for tier in ("gold", [7], [TIER | {"levels": "gold"}], [TIER | {"lapse_after": "a week"}], [TIER | {"over": 7}]):
        raw = BASE | {"tier": tier, "notice": [{"kind": "discount_will_end", "ahead": 90}]}
        with pytest.raises(SettingsError) as caught:
            Program.from_dict(raw)
        assert [problem.path.partition("[")[0] for problem in caught.value.problems] == ["tier"]


def test_B6_what_cant_be_read_may_be_there():
    """One mistake is told once: no notice is refused for a rule that has a mistake itself."""
    raw = BASE | {
        "cashback": "5 %",
        "expiry": 7,
        "notice": [{"kind": "points_credited"}, {"kind": "points_will_expire"}],
    }
    with pytest.raises(SettingsError) as caught:
        Program.from_dict(raw)
    told = [(problem.path, problem.code) for problem in caught.value.problems]
    assert told == [("cashback", "wrong_type"), ("expiry", "wrong_type"), ("notice[1].ahead", "missing")]


def test_words_are_of_a_language_that_there_is():
    """Whatever else the settings have by that name."""
    own = NoticeSettings(kind="code_given", template=NoticeTemplate(en="%Code%"))
    assert own.template_in("as_kind") is None
