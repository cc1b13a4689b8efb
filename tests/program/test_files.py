"""Program files: TOML and JSON in, the same out (B8)."""

from __future__ import annotations

import json

import pytest

from loyaltykit import Program, SettingsError, read_program, write_program
from loyaltykit.program.files import MAX_BYTES

RAW = {
    "id": "city",
    "currency": "RUB",
    "point_value": "0.5",
    "time_zone": "Europe/Moscow",
    "name": "Ромашка",
    "in_force_from": "2026-12-01",
    "branches": [{"id": "centre"}, {"id": "kazan", "time_zone": "Europe/Samara"}],
    "cashback": [
        {
            "name": "friday night",
            "scope": {
                "branches": ["centre"],
                "period": {"from": "2026-12-01", "until": "2026-12-31"},
                "windows": [{"weekdays": ["fri"], "from": "22:00", "to": "02:00", "zone": "Europe/Moscow"}],
            },
            "scope_moment": "starts",
            "steps": [{"from": "300.00", "percent": 3}, {"from": "1000.00", "percent": "5.5"}],
            "maximum": 500,
            "rounding": "down",
            "rounding_step": 10,
        },
        {"points": 20, "delay": "PT3H"},
    ],
    "first_app_order": [{"points": 100, "minimum": "200.00", "channels": ["ios", "android"], "delay": "P1D"}],
    "redemption": [{"max_share": 50, "minimum": 50, "maximum": 500}],
    "expiry": {"after": "P2Y", "until_end_of": "month", "inactivity": "P1Y", "returned_after_expiry": "P7D"},
    "hold_timeout": "P10D",
}


@pytest.mark.parametrize("name", ["program.toml", "program.json", "PROGRAM.TOML"])
def test_B8_what_is_written_reads_back_as_the_same_program(name, tmp_path):
    """Every setting survives, to the last one."""
    program = Program.from_dict(RAW)
    write_program(program, tmp_path / name)
    assert read_program(tmp_path / name) == program


def test_B8_the_same_out():
    """A file that says no default and writes each value in its shortest form comes out as it went in."""
    assert Program.from_dict(RAW).to_dict() == RAW


def test_toml_and_json_mean_the_same(tmp_path):
    """TOML's own dates and times read as JSON's text does."""
    toml = tmp_path / "p.toml"
    toml.write_text(
        'id = "city"\ncurrency = "RUB"\npoint_value = 1\ntime_zone = "Europe/Moscow"\nin_force_from = 2026-12-01\n'
        "[[cashback]]\npercent = 5\n[cashback.scope]\n"
        "windows = [{weekdays = ['fri'], from = 22:00:00, to = 02:00:00}]\n"
        "period = {from = 2026-12-01, until = 2026-12-31T21:00:00Z}\n"
    )
    plain = tmp_path / "p.json"
    plain.write_text(
        json.dumps(
            {
                "id": "city",
                "currency": "RUB",
                "point_value": "1",
                "time_zone": "Europe/Moscow",
                "in_force_from": "2026-12-01",
                "cashback": [
                    {
                        "percent": "5",
                        "scope": {
                            "windows": [{"weekdays": ["fri"], "from": "22:00", "to": "02:00"}],
                            "period": {"from": "2026-12-01", "until": "2026-12-31T21:00:00+00:00"},
                        },
                    }
                ],
            }
        )
    )
    assert read_program(toml) == read_program(plain)


def test_a_byte_order_mark_is_passed_over(tmp_path):
    """Editors on Windows put one in front."""
    path = tmp_path / "p.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(RAW).encode())
    assert read_program(path) == Program.from_dict(RAW)


def test_a_program_is_written_as_toml_or_json_alone(tmp_path):
    """Another ending is refused, and leaves no file behind."""
    with pytest.raises(SettingsError, match="no format"):
        write_program(Program.from_dict(RAW), tmp_path / "p.yaml")
    assert list(tmp_path.iterdir()) == []


def test_only_keys_that_repeat_are_told(tmp_path):
    """Each once, however often it stands there, and the others not at all."""
    path = tmp_path / "p.json"
    path.write_text('{"id": "a", "currency": "RUB", "id": "b", "digits": 0, "id": "c", "digits": 1}')
    with pytest.raises(SettingsError) as caught:
        read_program(path)
    assert [problem.key for problem in caught.value.problems] == ["id", "digits"]


def test_a_file_of_just_the_largest_size_is_read(tmp_path):
    """One byte more isn't: the limit itself is allowed."""
    path = tmp_path / "p.json"
    text = json.dumps(RAW)
    path.write_bytes(text.encode() + b" " * (MAX_BYTES - len(text.encode())))
    assert read_program(path) == Program.from_dict(RAW)


def test_a_file_that_cant_be_opened_says_why_in_words(tmp_path):
    """Without error numbers, and without the path a second time."""
    with pytest.raises(SettingsError) as caught:
        read_program(tmp_path / "none.toml")
    assert caught.value.problems[0].why == "No such file or directory"


def test_a_path_with_a_nul_is_told():
    """As a file that can't be read, whatever the system says of it."""
    with pytest.raises(SettingsError, match="can't be read"):
        read_program("a\0.toml")
