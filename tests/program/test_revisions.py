"""Revisions: programs that follow each other, each in force from its own moment (B8)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from loyaltykit import (
    InvalidValue,
    NaiveMoment,
    NoRevision,
    Program,
    Revisions,
    SettingsError,
    read_revisions,
    write_program,
)

BASE = {"id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow"}


def program(**settings):
    return Program.from_dict(BASE | settings)


def test_B8_the_revision_in_force_is_the_last_that_has_started():
    """A local day starts at its midnight in the program's zone, and the moment itself belongs to the new revision."""
    first, second = program(), program(in_force_from="2026-12-01")
    third = program(in_force_from="2027-01-01T12:00:00+03:00")
    revisions = Revisions([third, first, second])
    assert revisions.programs == (first, second, third)
    assert revisions.at(datetime(2026, 11, 30, 20, 59, 59, tzinfo=UTC)) is first
    assert revisions.at(datetime(2026, 11, 30, 21, 0, tzinfo=UTC)) is second
    assert revisions.at(datetime(2027, 1, 1, 8, 59, tzinfo=UTC)) is second
    assert revisions.at(datetime(2027, 1, 1, 9, 0, tzinfo=UTC)) is third


def test_before_the_first_revision_there_is_none():
    """The error says when the first one starts."""
    revisions = Revisions([program(in_force_from="2026-12-01")])
    with pytest.raises(NoRevision, match="2026-11-30 21:00") as caught:
        revisions.at(datetime(2026, 11, 1, tzinfo=UTC))
    assert caught.value.at == datetime(2026, 11, 1, tzinfo=UTC)
    with pytest.raises(NaiveMoment):
        revisions.at(datetime(2026, 12, 1))  # noqa: DTZ001 - that's what is refused


def test_what_balances_are_counted_in_never_changes():
    """Id, currency, digits, point value and zone are the same in every revision, and all breaches are told."""
    later = Program.from_dict(
        {"id": "town", "currency": "USD", "point_value": "2", "time_zone": "Asia/Tokyo", "digits": 1}
        | {"in_force_from": "2026-12-01"}
    )
    with pytest.raises(SettingsError) as caught:
        Revisions([program(), later])
    assert [(problem.path, problem.code) for problem in caught.value.problems] == [
        (f"revisions[1].{name}", "changed_for_good")
        for name in ("id", "currency", "digits", "point_value", "time_zone")
    ]


def test_two_revisions_cant_start_at_one_moment():
    """Which one would be in force then?"""
    with pytest.raises(SettingsError, match="the beginning"):
        Revisions([program(), program(cashback=[{"percent": 5}])])
    with pytest.raises(SettingsError, match="2026-12-01"):
        Revisions([program(in_force_from="2026-12-01"), program(in_force_from="2026-12-01T00:00:00+03:00")])


def test_no_revision_is_no_program():
    """An empty list of revisions is refused at once, not at the first order."""
    with pytest.raises(SettingsError, match="empty"):
        Revisions([])


def test_revisions_are_read_from_files_in_any_order(tmp_path):
    """Each file says itself from when it is in force; problems name their file."""
    first, second = tmp_path / "first.toml", tmp_path / "second.json"
    write_program(program(), first)
    write_program(program(in_force_from="2026-12-01"), second)
    assert read_revisions(second, first).programs == (program(), program(in_force_from="2026-12-01"))
    first.write_text("id = 7")
    second.write_text("[]")
    with pytest.raises(SettingsError) as caught:
        read_revisions(first, second)
    paths = [problem.path for problem in caught.value.problems]
    assert f"{first}.id" in paths
    assert f"{second}" in paths
    with pytest.raises(SettingsError) as caught:
        read_revisions(first)
    assert caught.value.problems[0].path == "id"


def test_what_changed_is_told_by_its_file(tmp_path):
    """Each file is compared with the first one in force, so a right third one isn't blamed for a wrong second."""
    days = (None, "2026-12-01", "2027-01-01")
    files = [tmp_path / f"{n}.json" for n in range(3)]
    for file, day, digits in zip(files, days, (0, 2, 0), strict=True):
        write_program(program(digits=digits, **({"in_force_from": day} if day else {})), file)
    with pytest.raises(SettingsError) as caught:
        read_revisions(*files)
    assert [problem.path for problem in caught.value.problems] == [f"{files[1]}.digits"]


def test_revisions_are_programs():
    """Paths are read first."""
    with pytest.raises(InvalidValue, match="read_program"):
        Revisions(["first.toml"])
