"""The outlines of features: positions, rings and polygons, each judged where it stands."""

from __future__ import annotations

from itertools import pairwise
from math import inf, isfinite
from typing import TYPE_CHECKING, Any

from loyaltykit.geo.feature import AREAS
from loyaltykit.geo.geojson import MAX_POINTS, refusal, shown
from loyaltykit.geo.problem import DistrictProblem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from loyaltykit.geo.feature import Feature, Point, Rings

_CORNERS = 3
"""Different points that a ring needs at least."""


def read_outlines(features: Sequence[Feature], *, repair: bool) -> None:
    """
    Read the outlines of *features*; what's wrong is told at each.

    With *repair*, rings are closed, which is told as well. Raises `InvalidDistrictMap` for more points than a map may
    have.
    """
    left = MAX_POINTS
    for feature in features:
        polygons = _raw_polygons(feature)
        left -= sum(len(ring) for polygon in polygons for ring in polygon)
        if left < 0:
            raise refusal(DistrictProblem("too_many", count=f"over {MAX_POINTS}", what="points", limit=MAX_POINTS))
        feature.polygons = [
            [_ring(feature, ring, f"polygon {at}, ring {nth}", repair=repair) for nth, ring in enumerate(polygon, 1)]
            for at, polygon in enumerate(polygons, 1)
        ]
        repeated = sum(start == end for _, ring in rings_of(feature.polygons) for start, end in pairwise(ring))
        if repeated:
            feature.tell("repeated_points", count=repeated)


def rings_of(polygons: Iterable[Rings]) -> Iterator[tuple[str, list[Point]]]:
    """Give each ring of *polygons* after the words for where it stands."""
    for at, polygon in enumerate(polygons, 1):
        for nth, ring in enumerate(polygon, 1):
            yield f"polygon {at}, ring {nth}", ring


def _raw_polygons(feature: Feature) -> list[list[list[Any]]]:
    """Give the raw rings of each polygon, or tell why there are none."""
    if feature.kind not in AREAS:
        feature.tell("left_out" if feature.is_left_out else "not_an_area", value=feature.kind)
        return []
    coordinates: Any = feature.geometry.get("coordinates")
    polygons: list[list[list[Any]]] = [coordinates] if feature.kind == "Polygon" else coordinates
    wrong = list(_not_lists(polygons))
    for where, value in wrong:
        feature.tell("bad_coordinates", where=where, value=shown(value))
    return [] if wrong else polygons


def _not_lists(polygons: Any) -> Iterator[tuple[str, Any]]:
    """Give what stands where a list of polygons, rings or positions should stand, after the words for where."""
    if not _is_list(polygons):
        yield "coordinates", polygons
        return
    for at, polygon in enumerate(polygons, 1):
        if not _is_list(polygon) or not polygon:
            yield f"polygon {at}", polygon
            continue
        yield from ((f"polygon {at}, ring {nth}", ring) for nth, ring in enumerate(polygon, 1) if not _is_list(ring))


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple)


def _ring(feature: Feature, raw: list[Any], where: str, *, repair: bool) -> list[Point]:
    """Read one ring, told at *where*."""
    ring = [point for point in map(_point, raw) if point]
    if len(ring) < len(raw):
        wrong = next(position for position in raw if not _point(position))
        feature.tell("bad_coordinates", where=where, value=shown(wrong))
    elif not all(isfinite(x) and isfinite(y) for x, y in ring):
        x, y = next((x, y) for x, y in ring if not (isfinite(x) and isfinite(y)))
        feature.tell("not_finite", where=where, value=f"{x}, {y}")
    else:
        _judge(feature, ring, where, repair=repair)
    return ring


def _judge(feature: Feature, ring: list[Point], where: str, *, repair: bool) -> None:
    """Tell of a ring that encloses nothing or isn't closed, and with *repair* close it."""
    corners = len(set(ring))
    if corners < _CORNERS:
        feature.tell("short_ring", where=where, count=corners)
    if ring and ring[0] != ring[-1]:
        if repair and corners >= _CORNERS:
            ring.append(ring[0])
            feature.tell("closed_ring", where=where)
        else:
            feature.tell("unclosed_ring", where=where)


def _point(position: Any) -> Point | None:
    """Give longitude and latitude of *position*, or None where it's none; what stands behind them is left aside."""
    if not _is_list(position) or len(position) < 2:  # noqa: PLR2004 - longitude and latitude
        return None
    x, y = position[:2]
    return (_degrees(x), _degrees(y)) if _is_number(x) and _is_number(y) else None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _degrees(value: float) -> float:
    try:
        return float(value)
    except OverflowError:  # a whole number of hundreds of digits
        return inf
