"""How large an outline is on the ground, in square metres, on a sphere."""

from __future__ import annotations

from itertools import pairwise
from math import cos, dist, fsum, radians, sin
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyaltykit.geo.district import Polygon, Ring

RADIUS = 6_371_008.8
"""The Earth's mean radius in metres (IUGG)."""

THIN = 1.0
"""Metres of mean width under which an area is a sliver: a trace of drawing, not ground that anyone meant."""


def area_of(polygons: Iterable[Polygon]) -> float:
    """
    Give the area of *polygons*, each an outer ring and its holes, in square metres.

    Each edge is taken as straight on Lambert's cylindrical map, which keeps areas: for districts, that's exact enough.

    Examples:
        >>> square = [(0.0, 0.0), (0.01, 0.0), (0.01, 0.01), (0.0, 0.01), (0.0, 0.0)]
        >>> round(area_of([[square]]))
        1236435
    """
    return fsum(_ring_area(polygon[0]) - fsum(map(_ring_area, polygon[1:])) for polygon in polygons)


def is_sliver(polygon: Polygon) -> bool:
    """
    Say whether *polygon* is less than a metre wide on average: twice its area by the length of its outline.

    Examples:
        >>> is_sliver([[(0.0, 0.0), (0.01, 0.0), (0.01, 1e-6), (0.0, 0.0)]])
        True
    """
    length = fsum(map(_length, polygon))
    return 2 * area_of([polygon]) < THIN * length


def _ring_area(ring: Ring) -> float:
    x0, y0 = ring[0]
    middle = sin(radians(y0))
    points = [(radians(x - x0), sin(radians(y)) - middle) for x, y in ring]
    return abs(fsum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(points))) / 2 * RADIUS**2


def _length(ring: Ring) -> float:
    shrink = cos(radians(ring[0][1]))
    points = [(radians(x) * shrink, radians(y)) for x, y in ring]
    return fsum(dist(start, end) for start, end in pairwise(points)) * RADIUS
