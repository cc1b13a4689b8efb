"""
Where features lie: in range, in the box that the host expects, and with longitude before latitude.

Swapped axes are known in three ways: a latitude beyond 90 that would be a longitude; a box that fits only when they're
swapped; and two groups of features of which one lies where the other would if its axes were swapped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from loyaltykit.geo.frame import box
from loyaltykit.geo.outlines import rings_of
from loyaltykit.geo.problem import DistrictProblem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyaltykit.geo.feature import Feature, Point

Box: TypeAlias = tuple[float, float, float, float]
"""West, south, east, north."""

_NAMED = 20
"""Features that a problem of the whole file names."""


def check_places(features: Sequence[Feature], within: Box | None) -> list[DistrictProblem]:
    """Tell at each of *features* what's wrong with its place, and give what only shows when all are compared."""
    in_range = [feature for feature in features if _is_in_range(feature)]
    if within:
        for feature in in_range:
            _compare(feature, within)
        return []
    return _disagreement(in_range)


def _is_in_range(feature: Feature) -> bool:
    """Say whether all points lie on Earth, and tell if not."""
    if all(map(_is_place, feature.points)):
        return True
    if all(_is_place((y, x)) for x, y in feature.points):
        x, y = feature.points[0]
        feature.tell("axes_swapped", value=f"{x}, {y}", why="and no latitude goes beyond 90")
        return False
    for where, ring in rings_of(feature.polygons):
        wrong = next((f"{x}, {y}" for x, y in ring if not _is_place((x, y))), None)
        if wrong:
            feature.tell("out_of_range", where=where, value=wrong)
    return False


def _is_place(point: Point) -> bool:
    x, y = point
    return -180 <= x <= 180 and -90 <= y <= 90  # noqa: PLR2004 - degrees


def _compare(feature: Feature, within: Box) -> None:
    """Tell if *feature* lies outside the box *within*, as it is or because its axes are swapped."""
    here = box(feature.points)
    if _meet(here, within):
        return
    if _meet(_swapped(here), within):
        x, y = feature.points[0]
        feature.tell("axes_swapped", value=f"{x}, {y}", why=f"outside {_in_words(within)}, the box given as within")
    else:
        feature.tell("outside", box=_in_words(within))


def _disagreement(features: Sequence[Feature]) -> list[DistrictProblem]:
    """Give the problem of a file of which a part has its axes swapped: which part, only the host can say."""
    placed = [(feature, box(feature.points)) for feature in features]
    groups: tuple[list[tuple[Feature, Box]], list[tuple[Feature, Box]]] = ([], [])
    for feature, here in placed:
        groups[_distance(_swapped(here), placed[0][1]) < _distance(here, placed[0][1])].append((feature, here))
    fewer, more = sorted(groups, key=len)
    if not fewer:
        return []
    there = _around([here for _, here in more])
    odd = [(feature, here) for feature, here in fewer if _is_mirrored(here, there)]
    if not odd:
        return []
    names = ", ".join(feature.called for feature, _ in odd[:_NAMED])
    names += f" and {len(odd) - _NAMED} more" if len(odd) > _NAMED else ""
    around = _middle(_around([here for _, here in odd]))
    return [DistrictProblem("axes_disagree", features=names, here=around, others=len(more), there=_middle(there))]


def _is_mirrored(here: Box, there: Box) -> bool:
    """Say whether *here* is far from *there*, and wouldn't be with its axes swapped: by more than *there* is long."""
    room = max(there[2] - there[0], there[3] - there[1])
    wide = (there[0] - room, there[1] - room, there[2] + room, there[3] + room)
    return not _meet(here, wide) and _meet(_swapped(here), wide)


def _around(boxes: Sequence[Box]) -> Box:
    return box([corner for west, south, east, north in boxes for corner in ((west, south), (east, north))])


def _swapped(each: Box) -> Box:
    return each[1], each[0], each[3], each[2]


def _meet(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _distance(one: Box, other: Box) -> float:
    """Give the distance of two boxes' middles, doubled, along both axes together."""
    return abs(one[0] + one[2] - other[0] - other[2]) + abs(one[1] + one[3] - other[1] - other[3])


def _middle(each: Box) -> str:
    return f"{(each[0] + each[2]) / 2:.4g}, {(each[1] + each[3]) / 2:.4g}"


def _in_words(each: Box) -> str:
    return ", ".join(f"{side:g}" for side in each)
