"""A branch's map: which district has a point, which cover it, and how the map travels."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from array import array
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from loyaltykit import InvalidValue, LoyaltyError
from loyaltykit.geo import DistrictMap
from tests.geo.support import UNIT, feature, ids, map_of, square, squares

TOWN = DistrictMap.from_geojson(squares((0, 0), (1, 0), (1, 1)), key="id")


def test_G4_the_pickup_point_decides_the_district():
    """Inside, it's that district; outside all, none."""
    assert [
        TOWN.resolve(x, y) and TOWN.resolve(x, y).id for x, y in ((0.5, 0.5), (1.5, 0.5), (1.5, 1.5), (0.5, 1.5))
    ] == [
        "0",
        "1",
        "2",
        None,
    ]


def neighbours(**properties):
    """Give two squares with a border in common, the first of which has *properties*."""
    return map_of(feature(id="west", **properties), feature(square(1, 0), id="east"), priority="rank")


def test_G4_a_border_belongs_to_both_and_goes_by_priority():
    """Corners too; a negative priority is below none at all."""
    for rank, winner in ((1, "west"), (0.5, "west"), (-1, "east")):
        found = neighbours(rank=rank)
        for y in (0, 0.5, 1):
            assert found.resolve(1, y).id == winner
            assert ids(found.resolve_all(1, y)) == {"west", "east"}


def test_G4_then_to_the_smaller_area():
    """Wherever it stands in the file."""
    small, large = feature(square(0, 0), id="small"), feature(square(1, 0, 2), id="large")
    assert map_of(small, large).resolve(1, 0.5).id == "small"
    assert map_of(large, small).resolve(1, 0.5).id == "small"


def test_G4_then_to_the_earlier_in_the_file():
    """Of twins, the first."""
    twins = [feature(id="b"), feature(id="a")]
    assert map_of(*twins).resolve(0.5, 0.5).id == "b"
    assert map_of(*reversed(twins)).resolve(0.5, 0.5).id == "a"


def test_G4_an_overlap_goes_by_the_same_rule():
    """A district within another wins by its area, unless the other has the higher priority."""
    outer, inner = feature(square(0, 0, 3), id="outer", rank=0), feature(square(1, 1), id="inner")
    found = map_of(outer, inner, priority="rank")
    assert found.resolve(1.5, 1.5).id == "inner"
    assert [each.id for each in found.resolve_all(1.5, 1.5)] == ["inner", "outer"]
    assert [each.id for each in found.resolve_all(0.5, 0.5)] == ["outer"]
    outer["properties"]["rank"] = 1
    assert map_of(outer, inner, priority="rank").resolve(1.5, 1.5).id == "outer"


def test_a_point_of_null_island_lies_in_no_district():
    """Unless one is there."""
    assert map_of(feature(square(30, 50))).resolve(0.0, 0.0) is None
    assert map_of(feature(square(30, 50))).resolve_all(0, 0) == ()
    assert TOWN.resolve(0, 0).id == "0"


def test_ten_districts_or_ten_thousand():
    """Each of a lattice is found by its middle, each border goes to the smaller one, farther from the equator."""
    for side, cells in ((3, 1_000), (100, 500_000)):
        size = 1 / 128
        corners = [(size * column, 50 + size * row) for row in range(side) for column in range(side)]
        lattice = DistrictMap.from_geojson(squares(*corners, size=size), key="id")
        assert (len(lattice), lattice.problems()) == (side**2, ())
        assert len(lattice._grid.cells) <= cells * 2
        middles = [(west + size / 2, south + size / 2) for west, south in corners]
        found = lattice.resolve_many(*zip(*middles, strict=True))
        assert [district.index for district in found] == list(range(side**2))
        borders = [(west + size / 2, south + size) for west, south in corners]
        above = [district.index for district in lattice.resolve_many(*zip(*borders, strict=True))]
        assert above == [min(at + side, at % side + side * (side - 1)) for at in range(side**2)]


WRONG = [
    (float("nan"), 0.5),
    (0.5, float("nan")),
    (float("inf"), 0.5),
    (0.5, float("-inf")),
    (180.5, 0),
    (0, 90.5),
    (10**400, 0),
    ("0.5", 0.5),
    (0.5, None),
    (True, 0.5),
    (0.5, False),
    (Decimal("0.5"), 0.5),
    (np.bool_(1), 0.5),
    (np.str_("0.5"), 0.5),
    (0.5, 0.5j),
    (Fraction(10**400), 0),
    (10**5_000, 0),
]


@pytest.mark.parametrize("point", WRONG)
def test_what_is_no_place_on_earth(point):
    """It's an error that hosts and operations can catch, and says what to write."""
    for ask in (TOWN.resolve, TOWN.resolve_all, lambda x, y: TOWN.resolve_many([0.5, x], [0.5, y])):
        with pytest.raises(InvalidValue, match="write ") as caught:
            ask(*point)
        assert isinstance(caught.value, LoyaltyError)
        assert isinstance(caught.value, ValueError)


def test_ints_and_subclasses_of_float_are_numbers():
    """As they come from JSON and from numpy."""
    assert TOWN.resolve(0, 1).id == TOWN.resolve(np.float64(0), np.float64(1)).id == "0"


@pytest.mark.parametrize("number", [np.float32, np.float16, np.int64, np.uint8, np.longdouble, Fraction])
def test_every_real_number_is_one(number):
    """One by one as in an array of its kind."""
    assert TOWN.resolve(number(1), number(1)).id == TOWN.resolve_all(number(1), 1)[0].id == TOWN.resolve(1.0, 1.0).id
    assert [each.id for each in TOWN.resolve_many([number(1), 0.5], [number(1), 0])] == [TOWN.resolve(1.0, 1.0).id, "0"]


@pytest.mark.parametrize(
    "column",
    [
        list,
        tuple,
        np.array,
        lambda values: array("d", values),
        iter,
        lambda values: [np.float64(each) for each in values],
    ],
)
def test_many_points_at_once(column):
    """Of lists, tuples, arrays of numpy and of Python, and whatever gives numbers."""
    lons, lats = [0.5, 1.5, 7.5, 1.0], [0.5, 1.5, 7.5, 0.5]
    found = TOWN.resolve_many(column(lons), column(lats))
    assert found == [TOWN.resolve(lon, lat) for lon, lat in zip(lons, lats, strict=True)]
    assert [each and each.id for each in found] == ["0", "2", None, "0"]


def test_many_whole_numbers():
    """Ints are degrees too."""
    assert [each and each.id for each in TOWN.resolve_many([0, 1, 9], [0, 0, 9])] == ["0", "0", None]


def test_no_points_at_all():
    """Nothing in, nothing out."""
    assert TOWN.resolve_many([], []) == []


def test_columns_of_different_length():
    """A column was lost somewhere."""
    with pytest.raises(InvalidValue, match="2 longitudes and 1 latitudes are no points: give as many of both"):
        TOWN.resolve_many([1, 2], [1])


@pytest.mark.parametrize(
    ("lons", "lats"),
    [(0.5, 0.5), (None, None), ([0.5], 0.5), (np.float64(0.5), [0.5]), (np.array(0.5), np.array(0.5)), (object(), [1])],
)
def test_what_is_no_column(lons, lats):
    """It says what to give, and which method takes a single point."""
    with pytest.raises(
        InvalidValue, match=r"give two lists, arrays or columns of numbers, or ask resolve for one point"
    ):
        TOWN.resolve_many(lons, lats)


def test_a_map_is_its_districts_in_the_files_order():
    """Whatever their ranks."""
    found = map_of(feature(id="b"), feature(square(1, 0, 2), id="a", rank=9), priority="rank")
    assert len(found) == 2
    assert [(each.id, each.index, each.priority) for each in found] == [("b", 0, 0), ("a", 1, 9)]
    assert found.ids == ("b", "a")
    assert repr(found) == "<DistrictMap of 2 districts>"


def test_a_district_shows_no_outline():
    """Which may have thousands of points."""
    (district,) = map_of(feature())
    assert repr(district).startswith("District(id='a', name='a', priority=0, area=")
    assert "polygons" not in repr(district)
    assert district.polygons == ((tuple((float(x), float(y)) for x, y in UNIT),),)


def test_its_area_is_the_grounds():
    """A degree at the equator is 111 km; at 60° north half as wide."""
    assert map_of(feature(square(0, 0))).resolve(0, 0).area == pytest.approx(111_195**2, rel=1e-3)
    assert map_of(feature(square(0, 59.5))).resolve(0, 60).area == pytest.approx(111_195**2 / 2, rel=1e-3)


def test_the_area_of_a_hole_isnt_its():
    """Nor that of what lies between its parts."""
    rings = {"type": "Polygon", "coordinates": [square(0, 0), square(0.25, 0.25, 0.5)]}
    assert map_of(feature(geometry=rings)).resolve(0, 0).area == pytest.approx(111_195**2 * 0.75, rel=1e-3)


LOAD = """
import json, pickle, sys
with open(sys.argv[1], "rb") as file:
    found = pickle.load(file)
answers = [district and district.id for district in found.resolve_many([0.5, 1.0, 9.0], [0.5, 0.5, 9.0])]
answers.append([district.id for district in found.resolve_all(1.0, 0.5)])
heavy = ("shapely", "numpy", "loyaltykit.geo.building", "loyaltykit.geo.frame")
loaded = [name for name in heavy if name in sys.modules]
print(json.dumps([answers, [problem.code for problem in found.problems()], loaded]))
"""


def test_a_pickled_map_serves_a_fresh_process_without_shapely_and_unbuilt(tmp_path):
    """Neither geometry libraries nor what builds grids is loaded there; its problems come along."""
    path = tmp_path / "map.pickle"
    found = map_of(feature(id="0"), feature(square(1, 0), id="1"), feature(square(1.5, 0), id="2"))
    path.write_bytes(pickle.dumps(found))
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    command = [sys.executable, "-c", LOAD, str(path)]
    done = subprocess.run(command, env=unmeasured, capture_output=True, text=True, check=True)  # noqa: S603
    answers, problems, loaded = json.loads(done.stdout)
    assert answers == ["0", "0", None, ["0", "1"]]
    assert problems == ["overlap"]
    assert loaded == []


def test_a_pickled_map_is_the_same_map():
    """Its grid as well, cell by cell, and its districts are one with the grid's."""
    back = pickle.loads(pickle.dumps(TOWN))  # noqa: S301
    assert list(back) == list(TOWN)
    assert back._grid == TOWN._grid
    assert back.resolve(0.5, 0.5) is next(iter(back))


def test_a_refused_map_leaves_nothing(tmp_path):
    """There's no object with half of the districts."""
    path = tmp_path / "half.geojson"
    path.write_text(json.dumps(squares((0, 0), (1, 0)))[:-20], encoding="utf-8")
    with pytest.raises(LoyaltyError, match=r"^the map .*half\.geojson: 1 problem\n  the file is no JSON: "):
        DistrictMap.from_geojson(path, key="id")
