"""The kinds of settings that stand by themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import jsonschema
import pytest

from loyaltykit import Term
from loyaltykit.settings.here import Here
from loyaltykit.settings.kind import UNREAD
from loyaltykit.settings.kinds import (
    ChoiceKind,
    ClockKind,
    CodeKind,
    DayKind,
    FlagKind,
    TermKind,
    TextKind,
    WholeKind,
    ZoneKind,
    days_in,
)

NAIVE = datetime(2026, 12, 31, 10)  # noqa: DTZ001
NOON = datetime(2026, 12, 31, 12, tzinfo=UTC)
WORDS = ChoiceKind(["placed", "starts"])
WHOLE = WholeKind(0, 6)
WITH_A_WORD = TermKind(none_word="expire")


@pytest.mark.parametrize(
    ("kind", "raw", "value", "written"),
    [
        (TextKind(), "Ромашка", "Ромашка", "Ромашка"),
        (TextKind(), "x" * 128, "x" * 128, "x" * 128),
        (WORDS, "starts", "starts", "starts"),
        (CodeKind(), " лето-26", "ЛETO-26", "ЛETO-26"),
        (FlagKind(), True, True, True),
        (FlagKind(), False, False, False),
        (WHOLE, 0, 0, 0),
        (WHOLE, 6, 6, 6),
        (ZoneKind(), "Europe/Moscow", "Europe/Moscow", "Europe/Moscow"),
        (ClockKind(), "22:30", "22:30", "22:30"),
        (ClockKind(), "24:00", "24:00", "24:00"),
        (ClockKind(), time(9, 5), "09:05", "09:05"),  # as TOML has it
        (DayKind(), "2026-12-31", date(2026, 12, 31), "2026-12-31"),
        (DayKind(), date(2026, 12, 31), date(2026, 12, 31), "2026-12-31"),
        (DayKind(), "2026-12-31T12:00:00+00:00", NOON, "2026-12-31T12:00:00+00:00"),
        (DayKind(), "2026-12-31T12:00Z", NOON, "2026-12-31T12:00:00+00:00"),
        (DayKind(), NOON, NOON, "2026-12-31T12:00:00+00:00"),
        (TermKind(), "P30D", Term("P30D"), "P30D"),
        (TermKind(), "P366D", Term("P366D"), "P366D"),
        (TermKind(), "P12M", Term("P1Y"), "P1Y"),
        (TermKind(), "P2W1D", Term("P15D"), "P15D"),
        (TermKind(), "PT48H", Term("PT48H"), "PT48H"),
        (TermKind(), "PT90S", Term("PT1M30S"), "PT1M30S"),
        (TermKind(years=30), "P360M", Term("P30Y"), "P30Y"),
        (TermKind(hours=False), "P1Y", Term("P1Y"), "P1Y"),
        (WITH_A_WORD, "P7D", Term("P7D"), "P7D"),
        (WITH_A_WORD, "expire", None, "expire"),
    ],
)
def test_what_is_read_is_written_and_fits_the_schema(kind, raw, value, written, here):
    """The raw value gives the typed one, which is sound, and gives back a raw one that reads as it."""
    assert kind.read(raw, here) == value
    assert kind.write(value) == written
    assert kind.read(written, here) == value
    kind.check(value, here)
    assert here.problems == []
    jsonschema.Draft202012Validator(kind.schema()).validate(written)


@pytest.mark.parametrize(
    ("kind", "raw", "code"),
    [
        (TextKind(), 5, "wrong_type"),
        (TextKind(), True, "boolean"),
        (TextKind(), "", "bad_text"),
        (TextKind(), " x", "bad_text"),
        (TextKind(), "x ", "bad_text"),
        (TextKind(), "a\nb", "bad_text"),
        (TextKind(), "x" * 129, "bad_text"),
        (CodeKind(), "sale 🎉", "bad_code"),
        (CodeKind(), "x" * 10_000, "bad_code"),
        (CodeKind(), "  ", "bad_code"),
        (CodeKind(), 2026, "wrong_type"),
        (FlagKind(), "yes", "wrong_type"),
        (FlagKind(), 1, "wrong_type"),
        (WORDS, "begins", "unknown_choice"),
        (WORDS, "Placed", "unknown_choice"),
        (WORDS, 5, "wrong_type"),
        (WHOLE, 7, "too_large"),
        (WHOLE, -1, "too_small"),
        (WHOLE, "5", "wrong_type"),
        (WHOLE, True, "boolean"),
        (WHOLE, 2.0, "float"),
        (ZoneKind(), "Mars/Base", "unknown_zone"),
        (ZoneKind(), "", "unknown_zone"),
        (ZoneKind(), "../../etc/passwd", "unknown_zone"),
        (ZoneKind(), 3, "wrong_type"),
        (ClockKind(), "25:00", "bad_time"),
        (ClockKind(), "9:00", "bad_time"),
        (ClockKind(), time(9, 5, 30), "bad_time"),
        (ClockKind(), time(9, 5, microsecond=1), "bad_time"),
        (ClockKind(), time(9, 5, tzinfo=UTC), "bad_time"),
        (ClockKind(), 9, "wrong_type"),
        (DayKind(), "31.12.2026", "bad_date"),
        (DayKind(), "2026-02-30", "bad_date"),
        (DayKind(), "2026-12-31T10:00", "naive_moment"),
        (DayKind(), NAIVE, "naive_moment"),
        (DayKind(), "9999-12-31T23:59:59-05:00", "bad_date"),
        (DayKind(), 20261231, "wrong_type"),
        (DayKind(), time(9, 5), "wrong_type"),
        (TermKind(), 30, "wrong_type"),
        (TermKind(), "30 days", "bad_term"),
        (TermKind(), "P0D", "bad_term"),
        (TermKind(), "P1.5D", "bad_term"),
        (TermKind(), "expire", "bad_term"),
        (TermKind(), "P1DT3H", "mixed_term"),
        (TermKind(), "P1MT3H", "mixed_term"),
        (TermKind(), "P367D", "too_long"),
        (TermKind(), "PT48H1S", "too_long"),
        (TermKind(), "P13M", "too_long"),
        (TermKind(), "P12M1D", "too_long"),
        (TermKind(years=30), "P367D", "too_long"),
        (TermKind(years=30), "P30Y1D", "too_long"),
        (TermKind(hours=False), "PT3H", "term_of_hours"),
        (TermKind(hours=False), "P1DT3H", "term_of_hours"),
    ],
)
def test_what_is_refused_when_read(kind, raw, code, here, noted):
    """One problem each, at its place, whose words and fix can be said."""
    kind.read(raw, here)
    assert [(path, found) for path, found, _ in noted()] == [("setting", code)]
    assert str(here.problems[0])


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        (TextKind(), 5, "wrong_type"),
        (WORDS, 5, "unknown_choice"),
        (WORDS, [], "unknown_choice"),
        (WHOLE, "5", "wrong_type"),
        (WHOLE, True, "boolean"),
        (WHOLE, 7, "too_large"),
        (ZoneKind(), 5, "unknown_zone"),
        (ClockKind(), time(9), "bad_time"),
        (DayKind(), "2026-12-31", "wrong_type"),
        (DayKind(), NAIVE, "naive_moment"),
        (TermKind(), "P30D", "wrong_type"),
        (TermKind(), None, "wrong_type"),
        (WITH_A_WORD, "expire", "wrong_type"),
        (TermKind(), Term("P1DT3H"), "mixed_term"),
        (TermKind(), Term("P367D"), "too_long"),
    ],
)
def test_what_is_refused_when_given_typed(kind, value, code, here, noted):
    """Settings made in Python are judged as strictly as those of a file."""
    kind.check(value, here)
    assert [found for _, found, _ in noted()] == [code]


@pytest.mark.parametrize(
    "kind",
    [TextKind(), WORDS, WHOLE, ZoneKind(), ClockKind(), DayKind(), TermKind(), TermKind(hours=False), WITH_A_WORD],
)
def test_every_kind_says_what_it_expects_and_refuses_null(kind, here, noted):
    """In words that finish the sentence "write …"."""
    assert kind.read(None, here) is UNREAD
    assert noted() == [("setting", "null", {"expected": kind.expected})]
    assert kind.expected != "a value"


@pytest.mark.parametrize(
    ("kind", "raw"), [(TextKind(), ""), (WORDS, "begins"), (WHOLE, 7), (ClockKind(), "9:00"), (ZoneKind(), "")]
)
def test_the_schema_refuses_as_well(kind, raw):
    """What an editor can see, it marks."""
    assert not jsonschema.Draft202012Validator(kind.schema()).is_valid(raw)


@pytest.mark.parametrize("raw", ["25:00", "24:01", "12:60", "9:00", "", "12:00:00"])
def test_the_schema_of_times_is_as_strict_as_the_reader(raw, here):
    """The pattern and the clock agree."""
    assert not jsonschema.Draft202012Validator(ClockKind().schema()).is_valid(raw)
    ClockKind().read(raw, here)
    assert here.problems


def test_a_moment_is_kept_in_utc(here):
    """So that one instant is written in one way, and a time that a clock skipped equals itself when read again."""
    assert DayKind().write(DayKind().read("2026-12-31T15:00:00+03:00", here)) == "2026-12-31T12:00:00+00:00"


@pytest.mark.parametrize("raw", ["P", "PT", "30D", "P1DT3H", "P0D", "PT0H", "P1H", "P1.5D", "P-1D", "expire", ""])
@pytest.mark.parametrize("kind", [TermKind(), TermKind(hours=False), WITH_A_WORD])
def test_the_schema_of_terms_is_as_strict_as_the_reader(kind, raw, here):
    """But for bounds, the pattern and the term agree."""
    valid = jsonschema.Draft202012Validator(kind.schema()).is_valid(raw)
    kind.read(raw, here)
    assert valid is (not here.problems) is (raw == kind.none_word)


def test_the_fix_of_a_term_too_long_names_another_way(here):
    """Where there's one: hours are written as days, days as months, if so many may be."""
    for kind, raw in ((TermKind(), "PT72H"), (TermKind(years=30), "P400D"), (TermKind(), "P400D"), (TermKind(), "P2Y")):
        kind.read(raw, here)
    assert [problem.fix for problem in here.problems] == [
        "write at most PT48H, or days",
        "write at most P366D, or months or years",
        "write at most P366D",
        "write at most P1Y",
    ]


@pytest.mark.parametrize(
    ("text", "days"), [("P366D", 366), ("P1M", 31), ("P2M", 61), ("P1Y", 366), ("P84M", 2562), ("P30Y", 10_980)]
)
def test_terms_are_compared_by_days_at_366_a_year(text, days):
    """So that a year and its longest number of days are as long, however they're written."""
    assert days_in(Term(text)) == days


def test_a_flag_that_is_made_of_something_else_is_refused():
    """Whoever makes settings in Python writes True or False, too."""
    here = Here()
    FlagKind().check(1, here)
    assert [problem.code for problem in here.problems] == ["wrong_type"]
