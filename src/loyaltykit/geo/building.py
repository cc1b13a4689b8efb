"""
How the grid is built: which cells lie wholly inside a district, and which have to ask its edges.

It's built district by district. Each edge is entered into the cells that it passes through, rather one too many than
one too few; the middle line of each row is walked from west to east, so that every cell's reference point, its middle,
is known to lie inside or outside. A cell that no edge passes through is as its middle is, all of it.

Where districts lie on each other, a cell's claims are heaped up one by one, each on the heap that was there before.
Cells without edges share their heaps, so that building one more layer never looks at those below.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from loyaltykit.geo.cell import NEAR, UNDERFLOW, exact_side
from loyaltykit.geo.frame import MARGIN, Frame
from loyaltykit.geo.grid import Grid

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from loyaltykit.geo.cell import Cell, Claim, Edge
    from loyaltykit.geo.district import District

Heap: TypeAlias = "tuple[Heap, Claim] | None"
"""The claims to a cell: those that were there before, and the last."""


def grid_for(districts: Sequence[District]) -> Grid:
    """Build the grid by which points are looked up in *districts*."""
    frame = Frame.around(districts)
    near = NEAR * (frame.east - frame.west) * (frame.north - frame.south) + UNDERFLOW
    heaps: list[Heap] = [None] * (frame.rows * frame.columns)
    for district in sorted(districts, key=lambda each: each.rank):
        raised: dict[int, Heap] = {}
        for cell, claim in _Tracing(district, frame, near).claims():
            below = heaps[cell]
            heaps[cell] = (below, claim) if claim[3] else raised.setdefault(id(below), (below, claim))
    made: dict[int, Cell] = {}
    for heap in heaps:
        if id(heap) not in made:
            made[id(heap)] = _cell_of(_claims_of(heap))
    cells = [made[id(heap)] for heap in heaps]
    return Grid(frame.west, frame.south, frame.east, frame.north, frame.across, frame.up, frame.columns, near, cells)


def _claims_of(heap: Heap) -> tuple[Claim, ...]:
    """Give the claims of *heap*, the first at its bottom."""
    claims: list[Claim] = []
    while heap is not None:
        below, claim = heap
        claims.append(claim)
        heap = below
    return tuple(reversed(claims))


def _cell_of(claims: tuple[Claim, ...]) -> Cell:
    """Give what's kept of *claims*: of the only one, if it has no edges, its district."""
    match claims:
        case ():
            return None
        case ((district, _, _, ()),):
            return district
        case _:
            return claims


class _Tracing:
    """What is known of one district: its *edges* by cell, and by row where the middle line meets its border."""

    def __init__(self, district: District, frame: Frame, near: float) -> None:
        self.district = district
        self.frame = frame
        self.near = near
        self.edges: defaultdict[int, list[Edge]] = defaultdict(list)
        self.meetings: defaultdict[int, list[int]] = defaultdict(list)
        for ring in (ring for polygon in district.polygons for ring in polygon):
            for start, end in pairwise(ring):
                if start != end:
                    low, high = (start, end) if (start[1], start[0]) < (end[1], end[0]) else (end, start)
                    self._enter((*low, *high))

    def claims(self) -> Iterable[tuple[int, Claim]]:
        """Give each cell that the district touches, with its claim to it."""
        columns = self.frame.columns
        whole: Claim = (self.district, True, (), ())
        for row, meetings in self.meetings.items():
            meetings.sort()
            for start, end in zip(meetings[::2], meetings[1::2], strict=True):
                yield from (
                    (cell, whole)
                    for cell in range(row * columns + start, row * columns + end)
                    if cell not in self.edges
                )
        for cell, edges in self.edges.items():
            yield cell, self._claim(*divmod(cell, columns), edges)

    def _claim(self, row: int, column: int, edges: list[Edge]) -> Claim:
        frame = self.frame
        x, y = frame.middle(column), frame.middle_of_row(row)
        ends = [end for edge in edges for end in (edge[:2], edge[2:])]
        levels = sorted(level for x1, level in ends if frame.column(x1) < column and frame.row(level) == row)
        within = sum(1 for edge in edges if edge[1] <= y < edge[3] and self._is_east(x, y, edge))
        met = bisect_right(self.meetings.get(row, ()), column)
        inside = (met + within + bisect_right(levels, y)) % 2 == 1
        return self.district, inside, tuple(levels), tuple(edges)

    def _enter(self, edge: Edge) -> None:
        """Enter *edge* into the cells that it passes through, and where it meets the middle lines of rows."""
        frame = self.frame
        bottom, top = frame.row(edge[1]), frame.row(edge[3])
        left, right = sorted((frame.column(edge[0]), frame.column(edge[2])))
        if left == right and bottom == top:
            self.edges[bottom * frame.columns + left].append(edge)
        else:
            for cell in _passed(edge, frame, range(bottom, top + 1), left, right):
                self.edges[cell].append(edge)
        for row in range(bottom, top + 1):
            if edge[1] <= frame.middle_of_row(row) < edge[3]:
                self.meetings[row].append(self._first_middle_east_of(edge, frame.middle_of_row(row)))

    def _first_middle_east_of(self, edge: Edge, y: float) -> int:
        """Give the first column whose middle lies east of where *edge* meets the latitude *y*."""
        x1, y1, x2, y2 = edge
        frame = self.frame
        column = frame.column(x1 + (x2 - x1) * ((y - y1) / (y2 - y1)))
        while column < frame.columns and not self._is_east(frame.middle(column), y, edge):
            column += 1
        return column

    def _is_east(self, x: float, y: float, edge: Edge) -> bool:
        """Say whether *x* lies east of where *edge* meets the latitude *y*."""
        x1, y1, x2, y2 = edge
        side = (x2 - x1) * (y - y1) - (x - x1) * (y2 - y1)
        return (exact_side(edge, x, y) if -self.near < side < self.near else side) < 0


def _passed(edge: Edge, frame: Frame, rows: range, left: int, right: int) -> Iterable[int]:
    """Give the cells that *edge* passes through, out of *rows* between the columns *left* and *right*."""
    x1, y1, x2, y2 = edge
    rim_x, rim_y = MARGIN / (frame.across or 1), MARGIN / (frame.up or 1)
    for row in rows:
        first, last = left, right
        if len(rows) > 1 and y2 - y1 > rim_y:
            slope = (x2 - x1) / (y2 - y1)
            bottom = max(y1, frame.south + row / frame.up - rim_y)
            top = min(y2, frame.south + (row + 1) / frame.up + rim_y)
            xs = sorted((x1 + (bottom - y1) * slope, x1 + (top - y1) * slope))
            first, last = max(left, frame.column(xs[0] - rim_x)), min(right, frame.column(xs[1] + rim_x))
        yield from range(row * frame.columns + first, row * frame.columns + last + 1)
