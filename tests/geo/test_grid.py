"""
The grid answers as shapely's ``covers`` does, for every point: corners, edges and their neighbours one ulp away.

Maps are drawn, of any number of districts that overlap, touch and leave gaps; their corners lie on a coarse lattice, so
that lines fall together, or anywhere. Numbers so small that shapely itself loses them are left out: see the last tests.
"""

from __future__ import annotations

from itertools import pairwise
from math import cos, inf, nextafter, sin

import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from loyaltykit.geo import frame
from loyaltykit.geo.building import grid_for
from loyaltykit.geo.cell import exact_side
from loyaltykit.geo.district import District
from loyaltykit.geo.ground import area_of
from loyaltykit.geo.validity import polygons_of
from tests.geo.support import by_shapely, ids, map_of, shape_of


def district(at, polygons, priority=0):
    """Give the district at that place of the file, of *polygons*."""
    frozen = tuple(tuple(tuple(ring) for ring in polygon) for polygon in polygons)
    return District(id=str(at), name=str(at), priority=priority, area=area_of(frozen), index=at, polygons=frozen)


@st.composite
def outlines(draw, origin, unit):
    """Give valid polygons, mended from a ring that may cross itself in any way."""
    coordinate = st.integers(0, 8) if draw(st.booleans()) else st.integers(0, 2**43).map(lambda each: each / 2**40)
    points = draw(st.lists(st.tuples(coordinate, coordinate), min_size=3, max_size=9))
    ring = [(origin[0] + x * unit, origin[1] + y * unit) for x, y in [*points, points[0]]]
    shape = shapely.make_valid(shapely.Polygon(ring))
    polygons = polygons_of(shape)
    assume(polygons and shapely.MultiPolygon([shapely.Polygon(rings[0], rings[1:]) for rings in polygons]).is_valid)
    return polygons


@st.composite
def districts(draw):
    """Give one to five districts near a drawn place, some metres or degrees large."""
    origin = draw(st.sampled_from([(-0.3, 0.7), (-74.0059731, 40.7143528), (37.6173, 55.75583), (-179.5, -89.5)]))
    unit = draw(st.sampled_from([1 / 16, 0.01, 1e-5, 1e-7]))
    polygons = draw(st.lists(outlines(origin, unit), min_size=1, max_size=5))
    priorities = draw(st.lists(st.integers(0, 1), min_size=len(polygons), max_size=len(polygons)))
    return [district(at, each, priority) for at, (each, priority) in enumerate(zip(polygons, priorities, strict=True))]


@st.composite
def near_points(draw, found):
    """Give a point at a corner, on an edge or anywhere in the box, and maybe one ulp away from there."""
    edges = [edge for each in found for polygon in each.polygons for ring in polygon for edge in pairwise(ring)]
    (x1, y1), (x2, y2) = draw(st.sampled_from(edges))
    part = st.integers(0, 2**40).map(lambda each: each / 2**40)
    share = draw(st.sampled_from([0.0, 0.5]) | part)
    west, south, east, north = frame.box([point for edge in edges for point in edge])
    anywhere = st.tuples(part, part).map(
        lambda each: (west + each[0] * (east - west), south + each[1] * (north - south))
    )
    x, y = draw(st.just((x1 + (x2 - x1) * share, y1 + (y2 - y1) * share)) | anywhere)
    for _ in range(draw(st.integers(0, 2))):
        x = nextafter(x, draw(st.sampled_from([-inf, x, inf])))
        y = nextafter(y, draw(st.sampled_from([-inf, y, inf])))
    return x, y


@pytest.mark.parametrize("cells", [1, 2, 7, 64])
@given(data=st.data())
def test_every_point_is_answered_as_shapely_covers_it(cells, data):
    """With any number of cells, so that every kind of cell and of edge through it is met."""
    found = data.draw(districts())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frame, "_side", lambda *_: cells)
        grid = grid_for(found)
    for x, y in data.draw(st.lists(near_points(found), min_size=10, max_size=25)):
        covering = grid.all(x, y)
        assert ids(covering) == by_shapely(found, x, y), (x, y)
        assert list(covering) == sorted(covering, key=lambda each: each.rank)
        best = min(covering, key=lambda each: each.rank, default=None)
        assert grid.first(x, y) is best
        assert grid.first_of_many([x, x], [y, y]) == [best, best]


@given(data=st.data())
def test_a_grid_as_it_is_made_answers_as_shapely(data):
    """The number of cells is the one that suits the map."""
    found = data.draw(districts())
    grid = grid_for(found)
    for x, y in data.draw(st.lists(near_points(found), min_size=10, max_size=25)):
        assert ids(grid.all(x, y)) == by_shapely(found, x, y), (x, y)


def star(count, size=1.0):
    """Give the ring of a star of so many long thin rays around 0, 0."""
    corners = [(size if at % 2 else 0.01 * size, at * 6.283185307179586 / count) for at in range(count)]
    ring = [(radius * cos(angle), radius * sin(angle)) for radius, angle in corners]
    return [*ring, ring[0]]


def test_long_edges_get_fewer_cells(monkeypatch):
    """So that no file can ask for more memory than its own size warrants; the answers stay the same."""
    rays = district(0, [[star(200)]])
    full = grid_for([rays])
    monkeypatch.setattr(frame, "WORK", 400)
    small = grid_for([rays])
    assert len(small.cells) < len(full.cells) / 8
    for x in range(-20, 21):
        for y in range(-20, 21):
            point = (x / 20, y / 20)
            assert full.first(*point) == small.first(*point)


def test_heaps_of_districts_get_fewer_cells(monkeypatch):
    """Hundreds that all cover the whole map would fill every cell of a fine grid with hundreds of claims."""
    monkeypatch.setattr(frame, "WORK", 200_000)
    ring = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
    grid = grid_for([district(at, [[ring]]) for at in range(300)])
    assert sum(len(cell) for cell in grid.cells if cell) <= 200_000 * 2
    assert [each.index for each in grid.all(0.5, 0.5)] == list(range(300))


def test_most_cells_of_a_map_ask_nothing():
    """A cell that no border passes holds its district, or nothing, itself."""
    ring = star(720)
    grid = grid_for(
        [district(0, [[[(x * (1 + abs(y)), y) for x, y in ring]]]), district(1, [[[(2, 2), (3, 2), (3, 3), (2, 2)]]])]
    )
    kinds = [type(cell) for cell in grid.cells]
    assert kinds.count(tuple) < len(kinds) / 2
    assert {District, tuple, type(None)} == set(kinds)


def test_cells_with_the_same_claims_share_them():
    """Where three districts lie on each other, no cell has a list of its own."""
    ring = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
    grid = grid_for([district(at, [[ring]]) for at in range(3)])
    inner = {id(cell) for cell in grid.cells if isinstance(cell, tuple) and not any(claim[3] for claim in cell)}
    assert len(inner) == 1


@pytest.mark.parametrize("count", [2, 20, 40])
def test_one_more_layer_looks_at_none_below(count, monkeypatch):
    """Whole heaps are never compared: with n equal squares, that took time by the third power of n."""
    hashed = []
    monkeypatch.setattr(District, "__hash__", lambda each: hashed.append(each) or each.index)
    ring = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
    grid = grid_for([district(at, [[ring]]) for at in range(count)])
    assert len(grid.all(0.5, 0.5)) == count
    assert hashed == []


@pytest.mark.parametrize(
    ("x", "side"), [(0.1, 0), (nextafter(0.1, 1), -1), (nextafter(0.1, 0), 1), (-5.0, 1), (5.0, -1)]
)
def test_the_exact_side_tells_points_one_ulp_from_a_line(x, side):
    """Which floats alone can't: their products would round to the same."""
    assert exact_side((0.0, 0.0, 0.3, 0.3), x, 0.1) == side


def test_points_an_ulp_beside_a_long_edge_are_told_apart():
    """There the products round, so floats alone would put some of them on the wrong side."""
    west, tip, east = (0.1, 0.1), (12.3, 24.7), (30.7, 0.3)
    grid = grid_for([district(0, [[[west, tip, east, west]]])])
    for step in range(1, 2_000):
        x, y = west[0] + (tip[0] - west[0]) * step / 2_000, west[1] + (tip[1] - west[1]) * step / 2_000
        for beside in (x, nextafter(x, 0), nextafter(x, 40)):
            assert (grid.first(beside, y) is not None) == (exact_side((*west, *tip), beside, y) <= 0)


TINY = 1e-170


@pytest.mark.parametrize("x", [0.3, 0.5, 0.7])
def test_products_that_are_lost_below_the_smallest_float(x):
    """A map of 1e-170 degrees is none of this world, and answered right all the same."""
    grid = grid_for([district(0, [[[(0.0, 0.0), (TINY, 0.0), (0.5 * TINY, TINY), (0.0, 0.0)]]])])
    assert grid.first(x * TINY, 0.5 * TINY) is not None
    assert grid.first(0.2 * TINY, 0.5 * TINY) is None
    assert grid.first(0.25 * TINY, 0.5 * TINY) is not None


def test_a_border_along_the_middle_of_cells():
    """Where the reference points themselves lie on the border."""
    for cells in range(1, 40):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(frame, "_side", lambda *_, cells=cells: cells)
            ring = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (2.0, 4.0), (2.0, 2.0), (0.0, 2.0), (0.0, 0.0)]
            grid = grid_for([district(0, [[ring]])])
        for x in range(17):
            for y in range(17):
                point = (x / 4, y / 4)
                assert (grid.first(*point) is not None) == (point[0] >= 2 or point[1] <= 2), (cells, point)


def test_the_shapes_that_are_compared_with_are_the_districts_own():
    """The oracle sees parts and holes."""
    (found,) = map_of(
        {
            "type": "Feature",
            "properties": {"id": "a"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]],
                    [[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]],
                ],
            },
        }
    )
    assert shape_of(found).area == 15
