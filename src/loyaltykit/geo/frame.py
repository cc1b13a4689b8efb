"""The grid's frame: the box around all districts, and how it's cut into cells."""

from __future__ import annotations

from itertools import pairwise
from math import isqrt
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from loyaltykit.geo.district import District

MOST = 1024
"""Cells along a side, at most: a million cells."""

WORK = 4_000_000
"""Entries that a grid may have: edges by cell, and cells covered; long edges and heaps of overlaps get fewer cells."""

FINEST = 1e-6
"""Degrees along a cell's side, at least: a tenth of a metre, far above what floats lose."""

MARGIN = 1e-6
"""Share of a cell by which the border between two is held to be wider than it is, far above what floats lose."""


@frozen
class Frame:
    """
    A box from *west*, *south* to *east*, *north*, cut into *rows* of *columns*; *across* and *up* are cells a degree.

    Which column a longitude lies in is worked out by one formula, here and where points are looked up. It rises with
    the longitude, rounding and all, so whatever lies between two points of one column lies in that column too.
    """

    west: float
    south: float
    east: float
    north: float
    columns: int
    rows: int
    across: float
    up: float

    @classmethod
    def around(cls, districts: Sequence[District]) -> Frame:
        """Give the frame around *districts*, with as many cells as suit their number and their corners."""
        west, south, east, north = box(_corners(districts))
        side = _side(districts, east - west, north - south)
        across = _cells_a_degree(side, east - west)
        up = _cells_a_degree(side, north - south)
        columns, rows = int((east - west) * across) + 1, int((north - south) * up) + 1
        return cls(west, south, east, north, columns, rows, across, up)

    def column(self, x: float) -> int:
        """Give the column of the longitude *x*."""
        return int((x - self.west) * self.across)

    def row(self, y: float) -> int:
        """Give the row of the latitude *y*."""
        return int((y - self.south) * self.up)

    def middle(self, column: int) -> float:
        """Give the longitude in the middle of *column*."""
        return self.west + (column + 0.5) / self.across if self.across else self.west

    def middle_of_row(self, row: int) -> float:
        """Give the latitude in the middle of *row*."""
        return self.south + (row + 0.5) / self.up if self.up else self.south


def box(corners: Iterable[tuple[float, float]]) -> tuple[float, float, float, float]:
    """
    Give west, south, east and north of *corners*.

    Examples:
        >>> box([(5.0, 1.0), (2.0, 3.0)])
        (2.0, 1.0, 5.0, 3.0)
    """
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _corners(districts: Iterable[District]) -> Iterable[tuple[float, float]]:
    return (corner for district in districts for polygon in district.polygons for corner in polygon[0])


def _cells_a_degree(side: int, extent: float) -> float:
    cells = min(side, int(extent / FINEST))
    return cells / extent if cells > 1 else 0.0


def _side(districts: Sequence[District], width: float, height: float) -> int:
    """Give the number of cells along a side: some two for each edge, or 64 for each district, as far as work allows."""
    edges, lengths, boxes = 0, 0.0, 0.0
    for district in districts:
        west, south, east, north = box(_corners([district]))
        boxes += (east - west) / width * (north - south) / height
        for ring in (ring for polygon in district.polygons for ring in polygon):
            edges += len(ring) - 1
            lengths += sum(abs(x2 - x1) / width + abs(y2 - y1) / height for (x1, y1), (x2, y2) in pairwise(ring))
    side = min(isqrt(max(5 * edges // 2, 64 * len(districts))), MOST)
    while side > 1 and edges + lengths * side + boxes * side**2 > WORK:
        side = side * 3 // 4
    return side
