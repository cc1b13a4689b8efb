"""The kinds of settings that stand by themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import jsonschema
import pytest

from loyaltykit.settings.kind import UNREAD
from loyaltykit.settings.kinds import ChoiceKind, ClockKind, DayKind, TextKind, WholeKind, ZoneKind

NAIVE = datetime(2026, 12, 31, 10)  # noqa: DTZ001
NOON = datetime(2026, 12, 31, 12, tzinfo=UTC)
WORDS = ChoiceKind(["placed", "starts"])
WHOLE = WholeKind(0, 6)


@pytest.mark.parametrize(
    ("kind", "raw", "value", "written"),
    [
        (TextKind(), "Ромашка", "Ромашка", "Ромашка"),
        (TextKind(), "x" * 128, "x" * 128, "x" * 128),
        (WORDS, "starts", "starts", "starts"),
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
    ],
)
def test_what_is_refused_when_given_typed(kind, value, code, here, noted):
    """Settings made in Python are judged as strictly as those of a file."""
    kind.check(value, here)
    assert [found for _, found, _ in noted()] == [code]


@pytest.mark.parametrize("kind", [TextKind(), WORDS, WHOLE, ZoneKind(), ClockKind(), DayKind()])
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
