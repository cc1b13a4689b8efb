"""The program: its units, branches, rules, id and the checks that need the host's names."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from zoneinfo import ZoneInfo

import pytest

from loyaltykit import (
    Branch,
    Cashback,
    Currency,
    Money,
    Percent,
    Points,
    PointValue,
    Program,
    Redemption,
    Scope,
    SettingsError,
    Term,
)

BASE = {"id": "city", "currency": "RUB", "point_value": "0.50", "time_zone": "Europe/Moscow"}


def test_B8_a_program_reads_into_typed_settings():
    """Each raw value becomes the typed one of its kind, in the program's own units."""
    program = Program.from_dict(
        BASE
        | {
            "name": "Ромашка",
            "digits": 2,
            "in_force_from": "2026-12-01",
            "branches": [{"id": "centre"}, {"id": "kazan", "time_zone": "Europe/Samara"}],
            "cashback": [{"percent": "2.5", "minimum": "300", "maximum": "10.5"}],
            "redemption": [{"max_share": 50, "minimum": 50}],
            "first_app_order": [{"points": 100}],
        }
    )
    assert program.worth == PointValue("0.50", "RUB", digits=2)
    assert program.in_force_from == date(2026, 12, 1)
    assert program.cashback[0].minimum == Money(300, "RUB")
    assert program.cashback[0].maximum == Points("10.50", digits=2)
    assert program.redemption[0].max_share == Percent(50)
    assert program.first_app_order[0].channels == ("app",)


def test_a_program_made_in_python_equals_the_one_from_a_file():
    """Settings objects and settings files are two ways to one program."""
    made = Program(
        id="city",
        currency=Currency("RUB"),
        point_value=Program.from_dict(BASE).point_value,
        time_zone="Europe/Moscow",
        cashback=(Cashback(percent=Percent("5"), scope=Scope(branches=("a",))),),
    )
    read = Program.from_dict(BASE | {"cashback": [{"percent": "5", "scope": {"branches": ["a"]}}]})
    assert made == read
    assert made.revision == read.revision
    assert hash(made) == hash(read)
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301 - our own bytes


def test_B6_a_program_made_in_python_is_checked_alike():
    """Money in another currency and points with surplus decimals are found in settings objects too."""
    with pytest.raises(SettingsError) as caught:
        Program(
            id="city",
            currency=Currency("RUB"),
            point_value=1,
            time_zone="Europe/Moscow",
            cashback=[
                Cashback(percent=Percent(5), minimum=Money(3, "USD"), maximum=Points("1.5", digits=1)),
                Redemption(),
            ],
            branches=[Branch(id="a")],
        )
    assert [(problem.path, problem.code) for problem in caught.value.problems] == [
        ("point_value", "wrong_type"),
        ("cashback[0].minimum", "wrong_currency"),
        ("cashback[0].maximum", "too_many_digits"),
        ("cashback[1]", "wrong_type"),
    ]


def test_a_list_becomes_a_tuple_so_that_nothing_can_change():
    """A program is immutable all the way down, and so hashable."""
    branches = ["a"]
    scope = Scope(branches=branches)
    branches.append("b")
    assert scope.branches == ("a",)
    with pytest.raises(AttributeError):
        scope.branches = ("b",)


def test_B8_the_revision_is_the_contents_id():
    """However it's written, one content has one id; any change of content changes it."""
    program = Program.from_dict(BASE | {"cashback": [{"percent": "5"}]})
    same = Program.from_dict(
        {"cashback": [{"percent": 5, "basis": "charged"}], "digits": 0, "point_value": "0.5"}
        | {key: BASE[key] for key in ("time_zone", "currency", "id")}
    )
    other = Program.from_dict(BASE | {"cashback": [{"percent": "6"}]})
    assert program.revision == same.revision
    assert program.revision != other.revision
    assert len(program.revision) == 64


def test_B8_settings_that_came_later_leave_older_revisions_alone():
    """The ids that version 0.1 gave: orders name the revision that they were promised under."""
    bare = Program.from_dict(BASE)
    assert bare.revision == "bb881a7cfbcdc3e421d7b771fa0ad711324c443d1fd3dd8b77b6cb63202ee70b"
    ruled = Program.from_dict(BASE | {"cashback": [{"percent": "5"}], "first_app_order": [{"points": 100}]})
    assert ruled.revision == "192427120516c2c63cb9d35a90b7dee74d1bab139325bc8e69cc50c407625f54"


def test_G8_R10_equal_terms_are_one_revision():
    """However they're written; what stands at its default is as if it were left out."""
    year = Program.from_dict(BASE | {"hold_timeout": "P1W", "expiry": {"after": "P12M"}})
    plain = Program.from_dict(
        BASE | {"expiry": {"after": "P1Y", "until_end_of": "day", "returned_after_expiry": "expire"}}
    )
    assert year == plain
    assert year.revision == plain.revision
    assert plain.to_dict()["expiry"] == {"after": "P1Y"}
    assert plain.hold_timeout == Term("P7D")
    assert Program.from_dict(BASE).expiry is None


def test_R4_a_program_runs_in_its_branches_alone():
    """Without branches it runs everywhere."""
    everywhere = Program.from_dict(BASE)
    assert everywhere.runs_in("kazan")
    assert everywhere.runs_in(None)
    program = Program.from_dict(BASE | {"branches": [{"id": "kazan", "time_zone": "Europe/Samara"}, {"id": "centre"}]})
    assert program.runs_in("kazan")
    assert not program.runs_in("perm")
    assert not program.runs_in(None)
    assert program.zone_of("kazan") == ZoneInfo("Europe/Samara")
    assert program.zone_of("centre") == program.zone_of(None) == ZoneInfo("Europe/Moscow")


def test_districts_are_checked_against_the_hosts_map():
    """The map isn't in the settings, so its names are checked when the host gives them."""
    program = Program.from_dict(BASE | {"cashback": [{"percent": 5, "scope": {"districts": ["Airport", "Zoo"]}}]})
    assert program.check() == ()
    assert program.check(districts={"Airport", "Zoo"}) == ()
    (problem,) = program.check(districts=["Airport", "Centre"])
    assert problem.path == "cashback[0].scope.districts[1]"
    assert problem.code == "unknown_district"
    assert "Airport, Centre" in problem.fix


def test_branches_with_problems_dont_hide_other_problems():
    """A branch without an id, or with a zone that isn't, is told beside what else is wrong."""
    with pytest.raises(SettingsError) as caught:
        Program.from_dict(
            BASE
            | {
                "branches": [{"time_zone": "Mars"}, {"id": "a"}],
                "cashback": [{"percent": 5, "scope": {"branches": [7, "b"]}}],
            }
        )
    assert [problem.path for problem in caught.value.problems] == [
        "branches[0].id",
        "branches[0].time_zone",
        "cashback[0].scope.branches[0]",
        "cashback[0].scope.branches[1]",
    ]


def test_a_moment_with_its_offset_is_a_moment():
    """Periods take moments as well as local days."""
    program = Program.from_dict(
        BASE | {"cashback": [{"percent": 5, "scope": {"period": {"from": "2026-01-01T00:00:00+03:00"}}}]}
    )
    assert program.cashback[0].scope.period.start == datetime(2025, 12, 31, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (datetime(2026, 12, 1), "naive_moment"),  # noqa: DTZ001 - that's what is refused
        (datetime.min.replace(tzinfo=ZoneInfo("Asia/Tokyo")), "bad_date"),
        ("2026-12-01", "wrong_type"),
        (date.min, "bad_date"),
        (date.max, "bad_date"),
    ],
)
def test_a_day_given_in_python_is_checked_alike(moment, code):
    """A moment without a zone, one before the calendar begins in UTC, and text are no days."""
    with pytest.raises(SettingsError) as caught:
        Program(id="city", currency=Currency("RUB"), point_value=Decimal(1), time_zone="UTC", in_force_from=moment)
    assert [(problem.path, problem.code) for problem in caught.value.problems] == [("in_force_from", code)]


def test_a_moment_given_in_python_is_kept_in_utc():
    """So that equal programs are written alike, whatever zone they were told in."""
    noon = datetime(2026, 12, 1, 12, tzinfo=ZoneInfo("Europe/Moscow"))
    made = Program(id="c", currency=Currency("RUB"), point_value=Decimal(1), time_zone="UTC", in_force_from=noon)
    assert made.to_dict()["in_force_from"] == "2026-12-01T09:00:00+00:00"


def test_ids_of_a_hosts_own_kind_of_text_are_written_as_text():
    """An enumeration of names equals what it holds, and so do its program's file and revision."""

    class Name(StrEnum):
        CITY = "city"

    class Older(str, Enum):  # noqa: UP042 - hosts have such
        CITY = "city"

    read = Program.from_dict(BASE)
    for name in (Name.CITY, Older.CITY):
        made = Program(id=name, currency=Currency("RUB"), point_value=read.point_value, time_zone="Europe/Moscow")
        assert made.to_dict() == read.to_dict()
        assert made.revision == read.revision


def test_a_list_made_in_python_has_the_same_limit():
    """What couldn't be read back can't be made."""
    with pytest.raises(SettingsError, match="has 1001 entries"):
        Program(
            id="c",
            currency=Currency("RUB"),
            point_value=Decimal(1),
            time_zone="UTC",
            branches=[Branch(id=f"b{n}") for n in range(1001)],
        )
