"""
One cell of the grid: which districts touch it, and how a point in it is judged, exactly and without geometry libraries.

A point lies in a district if the ray to its west meets an odd number of the district's edges; an edge takes in its
lower end and leaves out its upper one, so that no meeting at a corner is counted twice. A cell keeps only the edges
that pass through it. What the ray meets farther west depends on the point's latitude alone, and changes only where a
chain of edges outside the cell ends at an edge that the cell keeps: at the latitudes of the claim's *levels*. So one
count at a reference point fixes *inside* for the whole cell, and all the rest is in the cell itself.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from loyaltykit.geo.district import District

Edge: TypeAlias = tuple[float, float, float, float]
"""Longitude and latitude of the lower end, then of the upper one; of a level edge, of the western end first."""

Claim: TypeAlias = "tuple[District, bool, tuple[float, ...], tuple[Edge, ...]]"
"""A district with *inside*, *levels* and *edges*; without edges, it covers the whole cell."""

Cell: TypeAlias = "District | tuple[Claim, ...] | None"
"""The one district that covers all of it, or the claims to it, best first, or nothing."""

NEAR = 2e-15
"""
Where a point's distance to an edge's line, as a cross product, exceeds this share of the map's area, its sign is right.

Shewchuk (1997), *Adaptive precision floating-point arithmetic*: the error is at most (3 + 16ε)ε times the sum of the
two products' sizes. Neither exceeds the area of the map's box, so seven ε would do; nine times as much costs nothing.
"""

UNDERFLOW = 1e-300
"""What is added to that, since products smaller than a float can be lose more."""


def covers(claim: Claim, x: float, y: float, near: float) -> bool:
    """
    Say whether the point at *x*, *y*, somewhere in the claim's cell, lies in the district or on its border.

    Cross products nearer to zero than *near* are worked out again, exactly.
    """
    _, inside, levels, edges = claim
    if levels and bisect_right(levels, y) & 1:
        inside = not inside
    for x1, y1, x2, y2 in edges:
        if y1 <= y <= y2:
            side = (x2 - x1) * (y - y1) - (x - x1) * (y2 - y1)
            if -near < side < near:
                side = exact_side((x1, y1, x2, y2), x, y)
                if side == 0 and (y1 < y2 or x1 <= x <= x2):
                    return True
            if side < 0 and y < y2:
                inside = not inside
    return inside


def exact_side(edge: Edge, x: float, y: float) -> int:
    """
    Say on which side of the line through *edge* the point lies: -1 east of it, 1 west of it, 0 on it.

    Examples:
        >>> exact_side((0.0, 0.0, 0.3, 0.3), 0.1, 0.1), exact_side((0.0, 0.0, 0.3, 0.3), 0.1, 0.10000000000000002)
        (0, 1)
    """
    from fractions import Fraction  # noqa: PLC0415 - only points that are all but on a border need it

    x1, y1, x2, y2 = map(Fraction, edge)
    side = (x2 - x1) * (Fraction(y) - y1) - (Fraction(x) - x1) * (y2 - y1)
    return (side > 0) - (side < 0)
