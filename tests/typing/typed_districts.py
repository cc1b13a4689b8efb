"""The typed face of maps, pinned: what a host's type checker sees. It's checked, never run."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_type

from loyaltykit.geo import District, DistrictMap, DistrictProblem

if TYPE_CHECKING:
    from pathlib import Path


def maps(path: Path) -> None:
    """Read a map, and ask it."""
    districts = DistrictMap.from_geojson(
        path, key="id", name="name", priority="rank", repair="report", within=(36, 55, 38, 56)
    )
    assert_type(districts, DistrictMap)
    assert_type(districts.resolve(37.6, 55.7), District | None)
    assert_type(districts.resolve_all(37, 55), tuple[District, ...])
    assert_type(districts.resolve_many([37.6], (55.7,)), list[District | None])
    assert_type(districts.problems(), tuple[DistrictProblem, ...])
    assert_type(districts.ids, tuple[str, ...])
    assert_type(list(districts), list[District])
    assert_type(districts.to_svg({"1": 5}), str)
    district = next(iter(districts))
    assert_type(district.id, str)
    assert_type(district.name, str)
    assert_type(district.priority, float)
    assert_type(district.area, float)
