"""Locate: the district in which an order begins, by the map of its branch. Row G4."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, TypeAlias

from attrs import evolve

from loyaltykit.errors import InvalidValue

if TYPE_CHECKING:
    from loyaltykit.facts.order import Order


class District(Protocol):
    """What a map finds: a district by its id."""

    @property
    def id(self) -> str:
        """The id by which scopes name it."""
        ...


class Districts(Protocol):
    """What operations know of a map: which district a point lies in."""

    def resolve(self, lon: float, lat: float, /) -> District | None:
        """Give the district of a point in degrees, None where it lies in none."""
        ...


Maps: TypeAlias = "Districts | Mapping[str, Districts]"
"""One map for all branches, or one for each branch by its id."""


def check_maps(maps: Maps | None) -> None:
    """
    Raise `InvalidValue` for what can't find districts, before any order asks it to.

    Examples:
        >>> check_maps(None)
    """
    for branch, each in maps.items() if isinstance(maps, Mapping) else ((None, maps),):
        if not callable(getattr(each, "resolve", None)) and not (branch is None and each is None):
            where = "districts" if branch is None else f"the districts of {branch}"
            message = f"{where} are a DistrictMap, such as DistrictMap.from_geojson(path) gives, not {each!r:.80}"
            raise InvalidValue(message, value=each)


def located(maps: Maps | None, order: Order) -> Order:
    """
    Give *order* with the district in which its pickup lies; a district that is told stands.

    A point in no district, or of a branch without a map, has none. The point itself isn't kept.
    """
    if order.pickup is None:
        return order
    found = None
    branch_map = maps.get(order.branch or "") if isinstance(maps, Mapping) else maps
    if order.district is None and branch_map is not None:
        found = branch_map.resolve(*order.pickup)
    return evolve(order, pickup=None, district=order.district if found is None else found.id)
