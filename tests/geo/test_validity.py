"""Outlines that cross or touch themselves: refused, or mended by the even-odd rule and told."""

from __future__ import annotations

import pytest
import shapely

from loyaltykit.geo import validity
from tests.geo.support import BOW, UNIT, collection, feature, map_of, refusal, square


def test_a_crossing_is_told_with_its_reason():
    """As GEOS gives it, with the place."""
    (problem,) = refusal(collection(feature(BOW, id="b", name="Bow")))
    assert str(problem) == (
        "feature 0 (b, Bow): its outline crosses or touches itself: Self-intersection[0.5 0.5] "
        '(redraw it, or mend it by repair="report")'
    )


def test_under_repair_it_is_mended_and_told():
    """Two triangles of the bow are left, and looked up as such."""
    repaired = map_of(feature(BOW, id="b", name="Bow"), repair="report")
    (problem,) = repaired.problems()
    assert (problem.code, problem.feature, problem.name) == ("mended_crossing", 0, "Bow")
    assert (problem.reason, problem.parts) == ("Self-intersection[0.5 0.5]", "2 parts")
    (district,) = repaired
    assert len(district.polygons) == 2
    assert district.area == pytest.approx(sum(map_of(feature(ring)).resolve(*ring[0]).area for ring in _triangles()))
    assert repaired.resolve(0.5, 0.5) is district
    assert repaired.resolve(0.5, 0.25) is None


def _triangles():
    return [(0, 0), (0.5, 0.5), (0, 1), (0, 0)], [(1, 0), (1, 1), (0.5, 0.5), (1, 0)]


def test_ground_enclosed_twice_isnt_the_districts():
    """The even-odd rule: parts that overlap leave a hole."""
    parts = {"type": "MultiPolygon", "coordinates": [[UNIT], [square(0.5, 0)]]}
    repaired = map_of(feature(geometry=parts), repair="report")
    assert repaired.resolve(0.25, 0.5).id == repaired.resolve(1.25, 0.5).id == "a"
    assert repaired.resolve(0.75, 0.5) is None
    assert repaired.problems()[0].words.startswith("mended: its outline was cut where it crosses or touches itself (")


def test_the_heart_of_a_star_drawn_in_one_line_isnt_the_districts():
    """It's enclosed twice."""
    star = [(0, 3), (8, 3), (1, 8), (4, 0), (7, 8), (0, 3)]
    repaired = map_of(feature(star), repair="report")
    assert repaired.resolve(4.0, 4.0) is None
    assert repaired.resolve(4.0, 1.0).id == "a"


def test_one_part_is_said_to_be_one():
    """A spike is cut off, and what's left is whole."""
    spike = [(0, 0), (1, 0), (1, 1), (2, 2), (1, 1), (0, 1), (0, 0)]
    (problem,) = map_of(feature(spike), repair="report").problems()
    assert (problem.code, problem.parts) == ("mended_crossing", "1 part")


def test_what_encloses_nothing_cant_be_mended():
    """Three points on one line."""
    (problem,) = refusal(collection(feature([(0, 0), (1, 1), (2, 2), (0, 0)])), repair="report")
    assert problem.code == "crossing"


def test_valid_outlines_are_left_as_they_are():
    """Whichever way round they run, with holes and all."""
    rings = [square(0, 0), square(0.25, 0.25, 0.5)[::-1]]
    for outline in (rings, [ring[::-1] for ring in rings]):
        found = map_of(feature(geometry={"type": "Polygon", "coordinates": outline}), repair="report")
        assert found.problems() == ()
        (district,) = found
        assert district.polygons == (tuple(tuple(map(tuple, ring)) for ring in outline),)


def weave(threads):
    """Give a ring that runs to and fro so many times, then crosswise over all of it."""
    along = [(at / threads, at % 2) for at in range(threads + 1)]
    across = [(at % 2, at / threads) for at in range(threads + 1)]
    return [*along, *across[::-1]]


@pytest.mark.parametrize(
    ("limit", "what"), [("MAX_CROSSINGS", "crossings of outlines"), ("MAX_MEETINGS", "edges that meet")]
)
def test_what_crosses_itself_too_often_is_refused_unmended(limit, what, monkeypatch):
    """Mending n crossings takes time by a higher power of n; who has that many has no map."""
    raw = collection(feature(weave(10), id="w", name="Weave"), feature(square(3, 0), id="b"))
    assert len(map_of(*raw["features"], repair="report")) == 2
    monkeypatch.setattr(validity, limit, 60)
    monkeypatch.setattr(shapely, "make_valid", None)
    (problem,) = refusal(raw, repair="report")
    assert str(problem) == (
        f"feature 0 (w, Weave): the file has over 60 {what} to mend, more than 60 "
        "(simplify its outlines, or split it by branch)"
    )


def test_all_that_is_mended_in_a_file_counts(monkeypatch):
    """Or a file could have it done twenty thousand times."""
    bows = [feature([(x + 2 * at, y) for x, y in BOW], id=str(at)) for at in range(4)]
    monkeypatch.setattr(validity, "MAX_CROSSINGS", 3)
    assert len(map_of(*bows[:3], repair="report")) == 3
    problems = refusal(collection(*bows), repair="report")
    assert [(each.code, each.feature) for each in problems if each.refuses] == [("too_many", 3)]


def test_a_weave_of_a_hundred_threads_is_refused():
    """Two kilobytes, ten thousand crossings: it took nine seconds."""
    assert [each.code for each in refusal(collection(feature(weave(100))), repair="report")] == ["too_many"]


@pytest.mark.parametrize("islands", [1, 2, 3, 4, 7, 64])
def test_islands_are_mended_pair_by_pair(islands, monkeypatch):
    """Laying each over all the others before it took time by the square of their number."""
    laid = []
    lay = shapely.symmetric_difference

    def counted(some, others):
        laid.append(len(some))
        return lay(some, others)

    monkeypatch.setattr(shapely, "symmetric_difference", counted)
    parts = [[square(2 * at, 0)] for at in range(islands)] + [[[(x, y - 3) for x, y in BOW]]]
    found = map_of(feature(geometry={"type": "MultiPolygon", "coordinates": parts}), repair="report")
    assert found.problems()[0].parts == f"{islands + 2} parts"
    assert all(found.resolve(2 * at + 0.5, 0.5) for at in range(islands))
    assert sum(laid) == islands
    assert len(laid) <= islands.bit_length()
