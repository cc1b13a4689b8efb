"""
The grid by which points are looked up: for each cell, the one district that covers it, or the claims to judge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from loyaltykit.geo.cell import covers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyaltykit.geo.cell import Cell, Claim
    from loyaltykit.geo.district import District


class Grid(NamedTuple):
    """
    A box from *west*, *south* to *east*, *north*, with its *cells*, row after row from the south, each from the west.

    There are *columns* in a row, and *across* and *up* cells a degree; *near* is for `covers`. As a tuple, it's taken
    apart in one step where points are looked up: that's what costs the time there.
    """

    west: float
    south: float
    east: float
    north: float
    across: float
    up: float
    columns: int
    near: float
    cells: list[Cell]

    def first(self, x: float, y: float) -> District | None:
        """Give the district that has the point at *x*, *y*."""
        west, south, east, north, across, up, columns, near, cells = self
        if west <= x <= east and south <= y <= north:
            cell = cells[int((y - south) * up) * columns + int((x - west) * across)]
            return _first_of(cell, x, y, near) if isinstance(cell, tuple) else cell
        return None

    def first_of_many(self, xs: Sequence[float], ys: Sequence[float]) -> list[District | None]:
        """Give the same for each of the points at *xs*, *ys*."""
        west, south, east, north, across, up, columns, near, cells = self
        found: list[District | None] = []
        add = found.append
        for x, y in zip(xs, ys, strict=True):
            cell: Cell = None
            if west <= x <= east and south <= y <= north:
                cell = cells[int((y - south) * up) * columns + int((x - west) * across)]
            add(_first_of(cell, x, y, near) if isinstance(cell, tuple) else cell)
        return found

    def all(self, x: float, y: float) -> tuple[District, ...]:
        """Give all districts that cover the point at *x*, *y*, best first."""
        west, south, east, north, across, up, columns, near, cells = self
        cell: Cell = None
        if west <= x <= east and south <= y <= north:
            cell = cells[int((y - south) * up) * columns + int((x - west) * across)]
        if isinstance(cell, tuple):
            return tuple([claim[0] for claim in cell if covers(claim, x, y, near)])
        return () if cell is None else (cell,)


def _first_of(claims: tuple[Claim, ...], x: float, y: float, near: float) -> District | None:
    for claim in claims:
        if covers(claim, x, y, near):
            return claim[0]
    return None
