"""Overlaps, slivers and gaps are worth a look, and never refuse."""

from __future__ import annotations

import pytest
import shapely

from loyaltykit.geo import DistrictMap, overlaps
from loyaltykit.geo.crossings import Budget, Edges
from tests.geo.support import UNIT, codes, feature, ids, map_of, only, square, squares

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
    assert (
        only(found, "more_overlaps").words
        == "there are more than 3 pairs that overlap; overlaps from there on aren't listed"
    )


def comb(teeth):
    """Give the ring of a comb with so many teeth, nearly as high as the unit square."""
    steps = [
        point
        for at in range(teeth)
        for point in (
            (at / teeth, 1.0),
            ((at + 0.5) / teeth, 1.0),
            ((at + 0.5) / teeth, 0.001),
            ((at + 1) / teeth, 0.001),
        )
    ]
    return [(0, 0), *steps, (1.0, 0), (0, 0)]


def combs(teeth):
    """Give a map of two valid combs that cross, and of a square on one of them."""
    ring = comb(teeth)
    return map_of(feature(ring), feature([(y, x) for x, y in ring], id="b"), feature(square(0.5, 0.5, 2.0), id="c"))


@pytest.mark.parametrize(
    ("limit", "what"), [("MAX_CROSSINGS", "crossings of outlines"), ("MAX_MEETINGS", "edges that meet")]
)
def test_outlines_that_cross_too_often_are_never_laid_over_each_other(limit, what, monkeypatch):
    """Two combs of n teeth share n² pieces of ground: 58 kB of them took 9 s and 600 MB."""
    assert codes(combs(8).problems()) == ["overlap"] * 3
    monkeypatch.setattr(overlaps, limit, 8 * 8 * 2)
    monkeypatch.setattr(shapely, "intersection", None)
    monkeypatch.setattr(shapely, "union_all", None)
    found = combs(8)
    (problem,) = found.problems()
    assert (problem.code, problem.limit, problem.what) == ("more_overlaps", 128, what)
    assert ids(found.resolve_all(0.01, 0.01)) == {"a", "b"}


def test_the_crossings_of_two_real_combs_are_beyond_the_bound():
    """It's one that no map that's meant comes near."""
    assert codes(combs(300).problems()) == ["more_overlaps"]


def test_neighbours_meet_without_crossing():
    """However long their common border is: nothing is counted there but edges that meet."""
    border = [(1 + 0.1 * (at % 2), at / 100) for at in range(101)]
    edges = Edges([[[[(0, 0), *border, (0, 1), (0, 0)]]], [[[(2, 0), *border, (2, 1), (2, 0)]]]])
    budget = Budget(1_000, 0)
    edges.spend(0, budget)
    edges.spend(1, budget)
    assert budget.crossings == 0
    assert 500 < budget.meetings < 1_000
