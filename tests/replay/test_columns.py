"""Columns files."""

from __future__ import annotations

import pickle

import pytest

from loyaltykit import SettingsError
from loyaltykit.replay import Columns, read_columns
from loyaltykit.replay.columns import FACTS
from tests.replay.support import COLUMNS, EXAMPLES


def problems_of(raw):
    """Give path and code of every problem of *raw*."""
    with pytest.raises(SettingsError) as refused:
        Columns.from_dict(raw)
    return [(problem.path, problem.code) for problem in refused.value.problems]


def test_a_columns_file_is_read_from_toml(tmp_path):
    """Facts, values, form, zone and rounding are as the file says."""
    path = tmp_path / "columns.toml"
    path.write_text(
        'moments = "unix_wall_clock"\ntime_zone = "America/Chicago"\nrounding = "half_up"\n'
        '[columns]\nplaced_at = "trip_start_timestamp"\nprice = "fare"\ncustomer = "customer"\n'
        '[values]\nservice = "taxi"\n',
        encoding="utf-8",
    )
    columns = read_columns(path)
    assert columns.named == {"placed_at": "trip_start_timestamp", "price": "fare", "customer": "customer"}
    assert columns.shared == {"service": "taxi"}
    assert (columns.moments, columns.time_zone, columns.rounding) == ("unix_wall_clock", "America/Chicago", "half_up")


def test_a_columns_file_may_be_json(tmp_path):
    """The ending decides the format."""
    path = tmp_path / "columns.json"
    path.write_text('{"moments": "iso", "columns": {"placed_at": "when", "price": "fare"}}', encoding="utf-8")
    assert read_columns(path) == Columns.from_dict(COLUMNS)


def test_every_fact_of_an_order_may_be_a_column():
    """All twenty-two facts can be mapped, each to its own column; a quantity may be a sum of several."""
    named = {fact: f"the {fact}" for fact in FACTS if fact != "quantity"}
    meaning = {"statuses": {"cancelled": ["off"]}, "goods": ["sale"]}
    columns = Columns.from_dict(COLUMNS | {"columns": named | {"quantity": ["weekend", "week"]}} | meaning)
    assert len(FACTS) == 22
    assert columns.named == named | {"quantity 0": "weekend", "quantity 1": "week"}


def test_the_problems_of_a_file_name_the_file(tmp_path):
    """Whoever reads the message knows which file to open."""
    path = tmp_path / "columns.toml"
    path.write_text('moments = "iso"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"columns\.toml: 1 problem"):
        read_columns(path)


def test_all_problems_are_told_at_once():
    """A file with six problems shows six, in the order of the settings."""
    raw = {
        "colour": "red",
        "columns": {"placed_at": "when ", "price": 5, "branch": "company"},
        "values": {"branch": "centre", "id": "o1"},
        "moments": "%Y",
        "rounding": "sideways",
    }
    assert problems_of(raw) == [
        ("colour", "unknown_key"),
        ("columns.placed_at", "bad_text"),
        ("columns.price", "wrong_type"),
        ("values.id", "unknown_key"),
        ("rounding", "unknown_choice"),
        ("values.branch", "column_and_value"),
        ("moments", "bad_moments"),
    ]


def test_moment_and_price_must_be_columns():
    """Without them there's nothing to work out."""
    assert problems_of({"moments": "iso", "columns": {}}) == [
        ("columns.placed_at", "missing"),
        ("columns.price", "missing"),
    ]
    assert problems_of({}) == [("columns", "missing"), ("moments", "missing")]


@pytest.mark.parametrize(
    "fact", ["customer", "branch", "service", "tariff", "worker", "worker_tariff", "channel", "district"]
)
def test_a_fact_may_not_be_a_column_and_a_value(fact):
    """Which of the two would count isn't guessed."""
    named = COLUMNS["columns"] | {fact: "c"}
    assert problems_of(COLUMNS | {"columns": named, "values": {fact: "v"}}) == [(f"values.{fact}", "column_and_value")]


@pytest.mark.parametrize(("one", "other"), [("longitude", "latitude"), ("latitude", "longitude")])
def test_a_pickup_has_two_columns(one, other):
    """A longitude alone is no point."""
    named = COLUMNS["columns"] | {f"pickup_{one}": "c"}
    assert problems_of(COLUMNS | {"columns": named}) == [(f"columns.pickup_{other}", "missing")]


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"columns": {"status": "s"}}, ("statuses", "missing")),
        ({"statuses": {"cancelled": ["off"]}}, ("statuses", "no_effect")),
        ({"columns": {"kind": "k"}}, ("goods", "missing")),
        ({"values": {"kind": "sale"}}, ("goods", "missing")),
        ({"goods": ["sale"]}, ("goods", "no_effect")),
        (
            {"columns": {"kind": "k"}, "values": {"kind": "sale"}, "goods": ["sale"]},
            ("values.kind", "column_and_value"),
        ),
        ({"lines": True}, ("columns.id", "missing")),
        (
            {"columns": {"status": "s"}, "statuses": {"cancelled": ["off"], "no_show": ["off"]}},
            ("statuses.no_show", "status_twice"),
        ),
    ],
)
def test_B4_what_needs_another_setting_says_so(more, problem):
    """A column whose values mean nothing, a meaning without its column, lines without ids."""
    named = COLUMNS["columns"] | more.get("columns", {})
    assert problems_of(COLUMNS | more | {"columns": named}) == [problem]


@pytest.mark.parametrize("form", ["unix_wall_clock", "%Y-%m-%d %H:%M"])
def test_a_form_without_offsets_needs_a_zone(form):
    """A wall clock without a zone is another instant in every city."""
    assert problems_of(COLUMNS | {"moments": form}) == [("time_zone", "zone_missing")]


@pytest.mark.parametrize("form", ["unix", "%Y-%m-%d %H:%M %z"])
def test_a_zone_beside_a_form_with_offsets_says_nothing(form):
    """What has no effect is a mistake that would stay unseen."""
    assert problems_of(COLUMNS | {"moments": form, "time_zone": "Europe/Kyiv"}) == [("time_zone", "no_effect")]


def test_an_unknown_zone_is_refused():
    """Zones are those of the IANA database."""
    assert problems_of(COLUMNS | {"time_zone": "Chicago"}) == [("time_zone", "unknown_zone")]


def test_columns_are_values():
    """They're equal by value, hashable, and can be pickled."""
    columns = Columns.from_dict(COLUMNS)
    assert pickle.loads(pickle.dumps(columns)) == columns  # noqa: S301 - our own
    assert len({columns, Columns.from_dict(COLUMNS)}) == 1


def test_the_example_is_sound():
    """The Chicago columns read as they're meant."""
    assert read_columns(EXAMPLES / "chicago" / "columns.toml").named["branch"] == "branch"
