"""One district of a map."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from attrs import field, frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

Ring: TypeAlias = "Sequence[tuple[float, float]]"
"""Longitude and latitude of each corner, the first again at the end."""

Polygon: TypeAlias = "Sequence[Ring]"
"""The outer ring, then those of the holes."""


@frozen(kw_only=True)
class District:
    """
    A district: its *id* as text, its *name*, *priority* and *area* in square metres.

    *index* is the feature's place in the file, counted from 0. *polygons* are its outlines as they're looked up,
    mended where the file was mended: for each part its outer ring and those of its holes, as corners of longitude and
    latitude. The area is that of the ground on a sphere of 6,371,008.8 m, within half a percent of the ellipsoid's.

    Examples:
        >>> from loyaltykit.geo import DistrictMap
        >>> chicago = DistrictMap.from_geojson("examples/data/chicago_community_areas.geojson", key="area_number")
        >>> loop = chicago.resolve(-87.6298, 41.8781)
        >>> loop.id, loop.name, round(loop.area / 1e6, 1)
        ('32', '32', 4.1)
    """

    id: str
    name: str
    priority: float
    area: float
    index: int
    polygons: tuple[Polygon, ...] = field(repr=False, eq=False)

    @property
    def rank(self) -> tuple[float, float, int]:
        """Where borders and overlaps go: the district of the lowest rank has them."""
        return -self.priority, self.area, self.index
