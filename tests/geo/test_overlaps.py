"""Overlaps, slivers and gaps are worth a look, and never refuse."""

from __future__ import annotations

import pytest

from loyaltykit.geo import DistrictMap, overlaps
from tests.geo.support import UNIT, codes, feature, map_of, only, square, squares

METRE = 1 / 111_195


def test_an_overlap_is_told_at_the_earlier_one_with_its_area():
    """In square metres, to three figures."""
    found = map_of(feature(id="a", name="West"), feature(square(0.5, 0), id="b", name="East"))
    (problem,) = found.problems()
    assert (problem.code, problem.feature, problem.key, problem.other) == ("overlap", 0, "a", "1 (East)")
    assert problem.area == float(
        f"{map_of(feature([(0.5, 0), (1, 0), (1, 1), (0.5, 1), (0.5, 0)])).resolve(0.5, 0.5).area:.3g}"
    )


def test_a_narrow_overlap_is_a_sliver():
    """Less than a metre wide on average, however long."""
    (problem,) = map_of(feature(), feature(square(1 - 0.5 * METRE, 0), id="b")).problems()
    assert (problem.code, problem.other) == ("sliver_overlap", "1 (b)")
    assert problem.area == pytest.approx(0.5 * 111_195, rel=0.01)
    assert codes(map_of(feature(), feature(square(1 - 1.5 * METRE, 0), id="b")).problems()) == ["overlap"]


def test_neighbours_that_share_a_border_dont_overlap():
    """Nor where they meet in a corner."""
    assert DistrictMap.from_geojson(squares((0, 0), (1, 0), (1, 1), (5, 5)), key="id").problems() == ()


def test_each_pair_is_told_once():
    """Three that lie on each other are three pairs."""
    found = DistrictMap.from_geojson(squares((0, 0), (0.1, 0.1), (0.2, 0.2)), key="id")
    assert [(each.feature, each.other) for each in found.problems()] == [(0, "1 (1)"), (0, "2 (2)"), (1, "2 (2)")]


def test_a_part_that_is_a_sliver():
    """A trace of drawing that nobody meant."""
    trace = [(3, 0), (4, 0), (4, 0.5 * METRE), (3, 0)]
    (problem,) = map_of(feature(geometry={"type": "MultiPolygon", "coordinates": [[UNIT], [trace]]})).problems()
    assert (problem.code, problem.where) == ("sliver", "polygon 2")


def test_a_narrow_gap_between_districts():
    """All of them are told as one, with the place of the largest."""
    west = [(0, 0), (1, 0), (1, 0.25), (1, 0.75), (1, 1), (0, 1), (0, 0)]
    east = [(1, 0), (2, 0), (2, 1), (1, 1), (1, 0.75), (1 + METRE / 2, 0.5), (1, 0.25), (1, 0)]
    problem = only(map_of(feature(west), feature(east, id="b")).problems(), "sliver_gaps")
    assert (problem.feature, problem.count) == (None, 1)
    longitude, latitude = map(float, problem.place.split(", "))
    assert longitude == pytest.approx(1, abs=METRE)
    assert 0.25 <= latitude <= 0.75
    assert problem.area == pytest.approx(111_195 / 8, rel=0.01)


def test_a_hole_that_somebody_meant_is_no_gap():
    """An enclave is wider than a metre."""
    rings = [square(0, 0), square(0.25, 0.25, 0.5)]
    assert map_of(feature(geometry={"type": "Polygon", "coordinates": rings})).problems() == ()


def test_heaps_of_overlaps_are_listed_up_to_a_bound(monkeypatch):
    """A file of thousands that all lie on each other would have millions of pairs."""
    monkeypatch.setattr(overlaps, "MAX_OVERLAPS", 3)
    found = DistrictMap.from_geojson(squares(*[(0.01 * at, 0) for at in range(6)]), key="id").problems()
    assert codes(found).count("overlap") == 5
    assert only(found, "more_overlaps").words == "more than 3 pairs overlap; the others aren't listed"
