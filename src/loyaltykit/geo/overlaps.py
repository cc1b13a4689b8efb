"""What may be wrong between districts: overlaps, slivers and gaps. This needs shapely, and never refuses a map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.geo.crossings import Budget, Edges
from loyaltykit.geo.ground import area_of, is_sliver
from loyaltykit.geo.problem import DistrictProblem
from loyaltykit.geo.validity import polygons_of, rounded, shape_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyaltykit.geo.feature import Feature

MAX_OVERLAPS = 10_000
"""Pairs that are listed; whoever has more than that needs no list."""

MAX_CROSSINGS = 100_000
"""Crossings of outlines that are looked into: each leaves a corner of what two districts share, and costs as much."""

MAX_MEETINGS = 10_000_000
"""Pairs of edges whose boxes meet: a million points of neighbours that share their borders have less than half."""


def check_overlaps(features: Sequence[Feature]) -> list[DistrictProblem]:
    """
    Tell at each of the valid *features* of its slivers and overlaps, and give what's between them all.

    It stops where it would cost more than any map that's meant, and says so.
    """
    from shapely import STRtree  # noqa: PLC0415 - looking points up doesn't need it

    tree = STRtree([shape_of(feature.polygons) for feature in features])
    edges = Edges([feature.polygons for feature in features])
    budget = Budget(MAX_MEETINGS, MAX_CROSSINGS)
    found = 0
    for index, feature in enumerate(features):
        _tell_slivers(feature)
        edges.spend(index, budget)
        if budget.spent:
            return [DistrictProblem("more_overlaps", limit=budget.limit, what=budget.spent)]
        found += _tell_overlaps(features, index, tree)
        if found > MAX_OVERLAPS:
            return [DistrictProblem("more_overlaps", limit=MAX_OVERLAPS, what="pairs that overlap")]
    return _gaps(tree.geometries)


def _tell_slivers(feature: Feature) -> None:
    for at, polygon in enumerate(feature.polygons, 1):
        if is_sliver(polygon):
            feature.tell("sliver", where=f"polygon {at}", area=rounded(area_of([polygon])))


def _tell_overlaps(features: Sequence[Feature], index: int, tree: Any) -> int:
    """Tell at the feature at *index* with which later ones it overlaps, and count them."""
    import shapely  # noqa: PLC0415 - looking points up doesn't need it

    shape = tree.geometries[index]
    later = sorted(int(hit) for hit in tree.query(shape, predicate="intersects") if hit > index)
    shared = zip(later, map(polygons_of, shapely.intersection(tree.geometries[later], shape)), strict=True)
    overlaps = [(other, polygons) for other, polygons in shared if polygons]
    for other, polygons in overlaps:
        code = "sliver_overlap" if all(map(is_sliver, polygons)) else "overlap"
        features[index].tell(code, other=features[other].called, area=rounded(area_of(polygons)))
    return len(overlaps)


def _gaps(shapes: Any) -> list[DistrictProblem]:
    """Give the problem of slivers that no district covers, though districts lie all around them."""
    import shapely  # noqa: PLC0415 - looking points up doesn't need it

    holes = [[ring] for polygon in polygons_of(shapely.union_all(shapes)) for ring in polygon[1:]]
    gaps = sorted((area_of([hole]), hole[0][0]) for hole in holes if is_sliver(hole))
    if not gaps:
        return []
    place = "{:.6f}, {:.6f}".format(*gaps[-1][1])
    area = rounded(sum(area for area, _ in gaps))
    return [DistrictProblem("sliver_gaps", count=len(gaps), area=area, place=place)]
