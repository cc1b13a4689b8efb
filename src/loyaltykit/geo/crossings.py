"""
How often outlines meet and cross: counted edge by edge, before anything is asked of shapely that costs far more.

A file of some kilobytes can hold outlines that cross each other a hundred thousand times. Counting stops where a
budget is spent, so it takes a bounded time and memory itself. This needs shapely.
"""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

from attrs import define

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyaltykit.geo.district import Polygon

_AT_ONCE = 1_000_000
"""Pairs of edges that are looked at in one step, about, so that one needs some hundred megabytes at most."""

_FEWEST = 4
"""Edges that are asked for in one step at least, however many there are to meet."""


@define
class Budget:
    """How many pairs of edges may have boxes that meet, and how many may cross; and what was counted so far."""

    most_meetings: int
    most_crossings: int
    meetings: int = 0
    crossings: int = 0

    @property
    def spent(self) -> str | None:
        """What there's too much of, in words, if the budget is spent."""
        if self.crossings > self.most_crossings:
            return "crossings of outlines"
        return "edges that meet" if self.meetings > self.most_meetings else None

    @property
    def limit(self) -> int:
        """How many there may be of what there's too much of."""
        return self.most_crossings if self.crossings > self.most_crossings else self.most_meetings


class Edges:
    """
    The edges of all *outlines*, each a list of polygons.

    Examples:
        >>> bow = [[(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0), (0.0, 0.0)]]
        >>> budget = Budget(10, 10)
        >>> Edges([[bow]]).spend(0, budget)
        >>> budget.meetings, budget.crossings, budget.spent
        (5, 1, None)
    """

    def __init__(self, outlines: Sequence[Sequence[Polygon]]) -> None:
        import numpy as np  # noqa: PLC0415 - looking points up needs neither
        import shapely  # noqa: PLC0415

        edges = [[edge for polygon in polygons for ring in polygon for edge in pairwise(ring)] for polygons in outlines]
        self._bounds = list(accumulate(map(len, edges), initial=0))
        self._lines: Any = np.array([edge for each in edges for edge in each], dtype=float).reshape(-1, 2, 2)
        self._tree: Any = shapely.STRtree(shapely.linestrings(self._lines))

    def spend(self, index: int, budget: Budget) -> None:
        """Count on *budget* how many edges after them those of the outlines at *index* meet and cross."""
        first, last = self._bounds[index : index + 2]
        step = max(_AT_ONCE // max(len(self._lines), 1), _FEWEST)
        for start in range(first, last, step):
            if budget.spent:
                return
            ours, theirs = self._tree.query(self._tree.geometries[start : min(start + step, last)])
            later = theirs > ours + start
            budget.meetings += int(later.sum())
            budget.crossings += _crossing(self._lines[ours[later] + start], self._lines[theirs[later]])


def _crossing(some: Any, others: Any) -> int:
    """Count the pairs of *some* and *others*, edges pair by pair, of which each cuts through the other."""
    return int((_parts(some, others) & _parts(others, some)).sum())


def _parts(some: Any, others: Any) -> Any:
    """Say of each pair whether the line through the first runs between the ends of the other."""
    import numpy as np  # noqa: PLC0415 - looking points up doesn't need it

    along = some[:, 1] - some[:, 0]
    to = others - some[:, :1]
    sides = np.sign(along[:, :1] * to[:, :, 1] - along[:, 1:] * to[:, :, 0])
    return sides[:, 0] * sides[:, 1] < 0
