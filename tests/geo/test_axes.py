"""Where features lie: in range, within the box, and longitude first."""

from __future__ import annotations

import pytest

from loyaltykit.geo import DistrictMap
from tests.geo.support import codes, collection, feature, map_of, refusal, square, squares


def swapped(raw, *indices):
    """Give *raw* with the axes of the features at *indices* swapped."""
    features = list(raw["features"])
    for at in indices:
        (ring,) = features[at]["geometry"]["coordinates"]
        features[at] = feature([(y, x) for x, y in ring], id=str(at))
    return collection(*features)


CITY = squares(*[(37 + 0.1 * x, 55 + 0.1 * y) for x in range(5) for y in range(5)], size=0.09)


@pytest.mark.parametrize("indices", [(3,), (0,), (0, 3, 7), tuple(range(1, 25)), tuple(range(13))])
def test_features_that_disagree_have_their_axes_swapped(indices):
    """Whichever part it is, one or most: the smaller one is named, and which is wrong, only the host can say."""
    (problem,) = refusal(swapped(CITY, *indices))
    odd = indices if len(indices) < 13 else sorted(set(range(25)) - set(indices))
    assert (problem.code, problem.feature) == ("axes_disagree", None)
    assert problem.others == 25 - len(odd)
    assert problem.features == ", ".join(f"{at} ({at})" for at in odd)
    assert problem.words.startswith("latitude and longitude are swapped in a part of the file")


def test_so_many_that_not_all_are_named():
    """Twenty, and the others counted."""
    raw = squares(*[(37 + 0.01 * at, 55) for at in range(50)], size=0.009)
    (problem,) = refusal(swapped(raw, *range(22)))
    assert problem.features.endswith(", 19 (19) and 2 more")


def test_within_finds_a_file_swapped_whole():
    """It agrees with itself, so nothing else could."""
    raw = swapped(CITY, *range(25))
    assert len(DistrictMap.from_geojson(raw, key="id")) == 25
    problems = refusal(raw, within=(36.8, 54.9, 38.0, 56.0))
    assert codes(problems) == ["axes_swapped"] * 25
    assert problems[0].words == (
        "latitude and longitude are swapped: it begins at 55.0, 37.0, "
        "outside 36.8, 54.9, 38, 56, the box given as within"
    )


def test_within_tells_which_part_is_swapped():
    """So that nobody has to guess."""
    problems = refusal(swapped(CITY, 3, 7), within=(36.8, 54.9, 38.0, 56.0))
    assert [(each.code, each.feature) for each in problems] == [("axes_swapped", 3), ("axes_swapped", 7)]


def test_within_finds_another_citys_file():
    """Neither as it is nor swapped does it lie there."""
    (problem,) = refusal(collection(feature(square(30, 50))), within=(36.8, 54.9, 38.0, 56.0))
    assert problem.words == "it lies wholly outside 36.8, 54.9, 38, 56, the box given as within"


def test_within_is_rough():
    """A district that reaches beyond the box is none that's wrong."""
    assert map_of(feature(square(37.5, 55.5)), within=(36.8, 54.9, 38.0, 56.0)).ids == ("a",)


def test_a_latitude_beyond_90_that_would_be_a_longitude():
    """Vladivostok with its latitude first is known by itself."""
    (problem,) = refusal(collection(feature([(y, x) for x, y in square(131, 43)])))
    assert (problem.code, problem.feature, problem.key) == ("axes_swapped", 0, "a")
    assert (
        problem.words == "latitude and longitude are swapped: it begins at 43.0, 131.0, and no latitude goes beyond 90"
    )


@pytest.mark.parametrize(
    ("ring", "value"),
    [
        (square(180, 0), "181.0, 0.0"),
        (square(0, 190), "0.0, 190.0"),
        (square(-200, 10), "-200.0, 10.0"),
        (square(500_000, 6_000_000), "500000.0, 6000000.0"),
    ],
)
def test_a_point_out_of_range(ring, value):
    """No swap would bring it back; metres are taken for degrees, say."""
    (problem,) = refusal(collection(feature(ring)))
    assert (problem.code, problem.where, problem.value) == ("out_of_range", "polygon 1, ring 1", value)


def test_only_rings_with_a_point_out_of_range_are_told():
    """The others are right."""
    parts = {"type": "MultiPolygon", "coordinates": [[square(0, 0)], [square(200, 0)]]}
    (problem,) = refusal(collection(feature(geometry=parts)))
    assert problem.where == "polygon 2, ring 1"


@pytest.mark.parametrize(
    "corners",
    [
        [(-2.0, 46.0), (2.0, 46.0), (6.0, 44.0), (55.2, -21.4)],
        [(26.0, 40.0), (30.0, 38.0), (35.0, 37.0), (38.0, 37.0), (43.0, 39.0)],
        [(-100.0, 40.0), (-157.0, 21.0)],
        [(10.0, 10.0), (11.0, 11.0)],
    ],
)
def test_a_map_that_is_merely_wide_is_no_swapped_one(corners):
    """France with Réunion, Turkey across the diagonal, Hawaii, two towns on it."""
    assert len(DistrictMap.from_geojson(squares(*corners), key="id")) == len(corners)


def test_two_places_that_mirror_each_other_are_settled_by_within():
    """As the fix says: nothing in the file can tell them from a part that's swapped, so the host does."""
    raw = squares((40.0, 30.0), (41.0, 30.0), (30.0, 40.0))
    (problem,) = refusal(raw)
    assert problem.code == "axes_disagree"
    assert problem.fix == (
        "write longitude first in every feature; within= tells which of them are wrong, "
        "or, with a box around all of them, that none is"
    )
    assert DistrictMap.from_geojson(raw, key="id", within=(29, 29, 43, 42)).ids == ("0", "1", "2")
