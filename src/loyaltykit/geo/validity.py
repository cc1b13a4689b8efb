"""
Outlines that cross or touch themselves: found, and mended if the host asks for it. This needs shapely.

An outline is mended by the even-odd rule: ground that it encloses an odd number of times is the district's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.geo.crossings import Budget, Edges
from loyaltykit.geo.ground import area_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyaltykit.geo.district import Polygon
    from loyaltykit.geo.feature import Feature, Rings

MAX_CROSSINGS = 5_000
"""Crossings that are mended in one file: what that costs grows faster than their number, to some seconds here."""

MAX_MEETINGS = 5_000_000
"""Pairs of edges whose boxes meet, in the outlines to mend: a million points of one coast have less than half."""


def check_outlines(features: Sequence[Feature], *, repair: bool) -> None:
    """
    Tell at each of *features* whose outline isn't valid why it isn't, and with *repair* mend it.

    What crosses itself too often to be mended is told, and left as it is.
    """
    import shapely  # noqa: PLC0415 - looking points up doesn't need it

    shapes = [shape_of(feature.polygons) for feature in features]
    budget = Budget(MAX_MEETINGS, MAX_CROSSINGS)
    for feature, shape, reason in zip(features, shapes, shapely.is_valid_reason(shapes), strict=True):
        if shapely.is_valid(shape):
            continue
        if repair:
            _mend(feature, reason, budget)
        else:
            feature.tell("crossing", reason=reason)


def _mend(feature: Feature, reason: str, budget: Budget) -> None:
    """Mend the outline of *feature*, if that's on the *budget* and leaves anything, and tell of it."""
    Edges([feature.polygons]).spend(0, budget)
    if budget.spent:
        feature.tell("too_many", count=f"over {budget.limit}", what=f"{budget.spent} to mend", limit=budget.limit)
        return
    mended = _mended(feature)
    if not mended:
        feature.tell("crossing", reason=reason)
        return
    feature.polygons = mended
    parts = "1 part" if len(mended) == 1 else f"{len(mended)} parts"
    feature.tell("mended_crossing", reason=reason, parts=parts, area=rounded(area_of(mended)))


def _mended(feature: Feature) -> list[Rings]:
    """Give the ground that an odd number of the outlines of *feature* enclose."""
    import shapely  # noqa: PLC0415 - looking points up doesn't need it

    rings = [shape_of([[ring]]) for polygon in feature.polygons for ring in polygon]
    areas = map(polygons_of, shapely.make_valid(rings, method="linework"))
    shapes = [shape_of(area) for area in areas if area]
    while len(shapes) > 1:  # pair by pair, or thousands of islands would each be laid over all the others
        odd = shapes[len(shapes) - len(shapes) % 2 :]
        shapes = [*shapely.symmetric_difference(shapes[: len(shapes) - len(odd) : 2], shapes[1::2]), *odd]
    return polygons_of(shapes[0]) if shapes else []


def shape_of(polygons: Sequence[Polygon]) -> Any:
    """Give *polygons* as a shape of shapely."""
    from shapely import MultiPolygon, Polygon  # noqa: PLC0415 - looking points up doesn't need it

    shapes = [Polygon(polygon[0], polygon[1:]) for polygon in polygons]
    return MultiPolygon(shapes) if len(shapes) > 1 else shapes[0]


def polygons_of(shape: Any) -> list[Rings]:
    """Give the polygons of *shape*, and of whatever parts it has."""
    return [
        [list(ring.coords) for ring in (part.exterior, *part.interiors)]
        for part in _parts_of(shape)
        if part.geom_type == "Polygon" and not part.is_empty
    ]


def rounded(area: float) -> float:
    """
    Give an area as it stands in a message, to three figures.

    Examples:
        >>> rounded(123456.7), rounded(12.345), rounded(0.012345)
        (123000, 12.3, 0.0123)
    """
    short = float(f"{area:.3g}")
    return int(short) if short.is_integer() else short


def _parts_of(shape: Any) -> list[Any]:
    parts = getattr(shape, "geoms", None)
    return [shape] if parts is None else [inner for part in parts for inner in _parts_of(part)]
