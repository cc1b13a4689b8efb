"""A program in words."""

from __future__ import annotations

import pytest

from loyaltykit import Program, program_in_words
from tests.program.test_files import RAW


def test_every_setting_that_isnt_at_its_default_is_said():
    """What the file says is what the words say, in its order."""
    assert program_in_words(Program.from_dict(RAW)).splitlines() == [
        "Program city (Ромашка)",
        "  a point is worth 0.5 RUB; points have 0 decimals",
        "  days and hours are those of Europe/Moscow",
        "  in force from 2026-12-01",
        "  runs in centre, kazan (Europe/Samara)",
        "  an order holds points for 10 days at most",
        "cashback",
        (
            "  name friday night, scope (branches centre, period from 2026-12-01 until 2026-12-31, "
            "windows fri 22:00–02:00 Europe/Moscow), scope moment starts, "
            "steps (from 300.00 RUB, percent 3 %); (from 1000.00 RUB, percent 5.5 %), maximum 500 points, "
            "rounding down, rounding step 10 points"
        ),
        "  points 20 points, delay 3 hours",
        "first_app_order",
        "  points 100 points, minimum 200.00 RUB, channels ios, android, delay 1 day",
        "redemption",
        "  max share 50 %, minimum 50 points, maximum 500 points",
        "expiry",
        "  after 2 years, until end of month, inactivity 1 year, returned after expiry 7 days",
    ]


def test_S7_notices_are_said_with_their_templates():
    """Behind everything that they may tell of."""
    raw = {"id": "a", "currency": "RUB", "point_value": 1, "time_zone": "UTC", "expiry": {"after": "P60D"}}
    raw["service_points"] = [{"points": 50, "delay": "PT3H", "scope": {"services": ["haircut"]}}]
    raw["notice"] = [
        {"kind": "points_credited", "consent": False, "template": {"ru": "Ещё {points}", "en": "%Points% more"}},
        {"kind": "points_will_expire", "ahead": 7},
    ]
    assert program_in_words(Program.from_dict(raw)).splitlines()[4:] == [
        "service_points",
        "  scope (services haircut), points 50 points, delay 3 hours",
        "expiry",
        "  after 60 days",
        "notice",
        "  kind points_credited, consent no, template (en %Points% more, ru Ещё {points})",
        "  kind points_will_expire, ahead 7",
    ]


def test_a_rule_without_settings_says_so():
    """A redemption without limits is a rule all the same."""
    raw = {"id": "a", "currency": "RUB", "point_value": 1, "time_zone": "UTC", "redemption": [{}]}
    assert program_in_words(Program.from_dict(raw)).splitlines()[-2:] == ["redemption", "  without limits"]


@pytest.mark.parametrize(
    ("term", "words"),
    [
        ("P18M", "1 year 6 months"),
        ("P2W1D", "15 days"),
        ("PT1H1M1S", "1 hour 1 minute 1 second"),
        ("PT90M", "1 hour 30 minutes"),
    ],
)
def test_terms_are_said_in_words(term, words):
    """Whoever reads what a program means needn't know ISO 8601."""
    raw = {"id": "a", "currency": "RUB", "point_value": 1, "time_zone": "UTC"}
    raw |= {"cashback": [{"points": 5, "delay": term}]} if "T" in term else {"expiry": {"inactivity": term}}
    assert program_in_words(Program.from_dict(raw)).endswith(f" {words}")
