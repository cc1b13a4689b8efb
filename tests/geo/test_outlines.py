"""Rings and positions, each judged where it stands."""

from __future__ import annotations

import pytest

from loyaltykit.geo import outlines
from tests.geo.support import BOW, UNIT, collection, feature, map_of, only, refusal, square


def polygon(*rings):
    """Give a feature of a Polygon with *rings*."""
    return feature(geometry={"type": "Polygon", "coordinates": list(rings)})


def test_a_ring_that_isnt_closed():
    """It refuses the map, and under repair it's closed, which is told."""
    (problem,) = refusal(collection(feature(UNIT[:-1])))
    assert str(problem) == (
        "feature 0 (a): polygon 1, ring 1 doesn't end where it begins "
        '(repeat its first point, or close it by repair="report")'
    )
    repaired = map_of(feature(UNIT[:-1]), repair="report")
    assert str(repaired.problems()[0]) == (
        "feature 0 (a): mended: polygon 1, ring 1 was closed by its first point (close it in the file as well)"
    )
    assert repaired.resolve(0.0, 0.5).id == "a"


@pytest.mark.parametrize(
    ("ring", "told"),
    [
        ([], [("short_ring", 0)]),
        ([[0, 0]], [("short_ring", 1)]),
        ([[0, 0], [1, 1]], [("short_ring", 2), ("unclosed_ring", None)]),
        ([[0, 0], [1, 1], [0, 0]], [("short_ring", 2)]),
        ([[0, 0], [1, 1], [1, 1], [0, 0]], [("short_ring", 2)]),
    ],
)
@pytest.mark.parametrize("repair", [None, "report"])
def test_a_ring_of_two_points_encloses_nothing(ring, told, repair):
    """What's lost can't be mended, so it refuses the map under repair as well."""
    problems = [problem for problem in refusal(collection(polygon(ring)), repair=repair) if problem.refuses]
    assert [(each.code, each.figures.get("count")) for each in problems] == told
    assert all(each.where == "polygon 1, ring 1" for each in problems)


def test_each_ring_is_judged_where_it_stands():
    """In parts and holes, all of them at once."""
    parts = [[UNIT], [square(5, 0), [[5.1, 0.1], [5.2, 0.2]]]]
    problems = refusal(collection(feature(geometry={"type": "MultiPolygon", "coordinates": parts})))
    assert [(each.code, each.where) for each in problems] == [
        ("short_ring", "polygon 2, ring 2"),
        ("unclosed_ring", "polygon 2, ring 2"),
    ]


@pytest.mark.parametrize("position", [[1], 5, None, "12", [True, 1], ["1", 1], [1, None], {}])
def test_what_is_no_position(position):
    """It's shown, with where it stands."""
    (problem,) = refusal(collection(polygon([*UNIT[:3], position, UNIT[0]])))
    assert (problem.code, problem.where, problem.value) == ("bad_coordinates", "polygon 1, ring 1", repr(position))


def test_a_position_of_thousands_of_digits():
    """Python doesn't turn such a number into text, so it's shown in words."""
    (problem,) = refusal(collection(polygon([*UNIT[:3], ["x", 10**5_000], UNIT[0]])))
    assert problem.value == "['x', a number of hundreds of digits]"
    (problem,) = refusal(collection(polygon([*UNIT[:3], [0, -(10**5_000)], UNIT[0]])))
    assert problem.code == "not_finite"


@pytest.mark.parametrize(
    ("geometry", "where", "value"),
    [
        ({"type": "Polygon"}, "polygon 1", "None"),
        ({"type": "Polygon", "coordinates": "x"}, "polygon 1", "'x'"),
        ({"type": "MultiPolygon"}, "coordinates", "None"),
        ({"type": "MultiPolygon", "coordinates": [5]}, "polygon 1", "5"),
        ({"type": "MultiPolygon", "coordinates": [[]]}, "polygon 1", "[]"),
        ({"type": "MultiPolygon", "coordinates": [[], [UNIT]]}, "polygon 1", "[]"),
        ({"type": "Polygon", "coordinates": [5]}, "polygon 1, ring 1", "5"),
        ({"type": "Polygon", "coordinates": [UNIT, 5]}, "polygon 1, ring 2", "5"),
    ],
)
def test_coordinates_that_are_no_lists_of_lists(geometry, where, value):
    """What stands there instead is shown."""
    (problem,) = refusal(collection(feature(geometry=geometry)))
    assert (problem.code, problem.where, problem.value) == ("bad_coordinates", where, value)


def test_a_feature_tells_of_a_hundred_problems_and_no_more():
    """A file of a few megabytes could have a million."""
    problems = refusal(collection(polygon(*[[[0, 0]]] * 500), feature(square(5, 5), id=None)))
    assert [each.feature for each in problems] == [0] * 100 + [1]


def test_altitudes_are_left_aside():
    """Districts are as high as they are."""
    assert map_of(polygon([[x, y, 120.5] for x, y in UNIT])).resolve(0.5, 0.5).id == "a"


@pytest.mark.parametrize(
    ("position", "value"),
    [
        ([float("nan"), 0.5], "nan, 0.5"),
        ([0.5, float("inf")], "0.5, inf"),
        ([10**400, 0], "inf, 0.0"),
    ],
)
def test_a_point_that_isnt_finite(position, value):
    """It's shown, and its feature compared with no other."""
    (problem,) = refusal(collection(polygon([*UNIT[:3], position, UNIT[0]])))
    assert str(problem) == f"feature 0 (a): polygon 1, ring 1 has a point at {value} (write finite numbers of degrees)"


def test_repeated_points_are_counted_and_never_refuse():
    """All that follow an equal one, in all rings."""
    ring = [UNIT[0], UNIT[0], UNIT[0], *UNIT[1:], UNIT[0]]
    found = map_of(feature(ring))
    (problem,) = found.problems()
    assert (problem.code, problem.count, problem.feature) == ("repeated_points", 3, 0)
    assert found.resolve(0.5, 0.5).id == "a"


def test_too_many_points(monkeypatch):
    """They're counted before they're read."""
    monkeypatch.setattr(outlines, "MAX_POINTS", 9)
    problem = only(refusal(collection(feature(), feature(square(1, 0), id="b"))), "too_many")
    assert str(problem) == "the file has over 9 points, more than 9 (simplify its outlines, or split it by branch)"


def test_everything_wrong_is_told_at_once():
    """Of the whole file first, then feature by feature, and what doesn't refuse last."""
    raw = collection(
        feature([*UNIT[:2], *UNIT[1:]], id="a", name="repeats"),
        feature(BOW, id="a", name="crosses"),
        feature(UNIT[:-1], id="c", name="open"),
        feature([[5, 91], [5, 95], [6, 95], [5, 91]], id="d", name="swapped"),
        feature(id=None, name="keyless"),
        feature(geometry={"type": "Point", "coordinates": [0, 0]}, id="f"),
    )
    assert [(each.code, each.feature, each.name) for each in refusal(raw)] == [
        ("duplicate_key", 1, "crosses"),
        ("crossing", 1, "crosses"),
        ("unclosed_ring", 2, "open"),
        ("axes_swapped", 3, "swapped"),
        ("missing_key", 4, "keyless"),
        ("not_an_area", 5, "f"),
        ("repeated_points", 0, "repeats"),
        ("overlap", 0, "repeats"),
    ]
