"""From GeoJSON to districts: each step tells what's wrong at the features, and the next looks at what's left."""

from __future__ import annotations

from collections.abc import Mapping
from os import fspath
from typing import TYPE_CHECKING, Any

from attrs import frozen

from loyaltykit.errors import InvalidDistrictMap, InvalidValue
from loyaltykit.geo.axes import Box, check_places
from loyaltykit.geo.district import District
from loyaltykit.geo.feature import Properties, collected, read_properties
from loyaltykit.geo.geojson import features_of, refusal
from loyaltykit.geo.ground import area_of
from loyaltykit.geo.outlines import read_outlines
from loyaltykit.geo.overlaps import check_overlaps
from loyaltykit.geo.problem import DistrictProblem
from loyaltykit.geo.validity import check_outlines

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from loyaltykit.geo.feature import Feature


@frozen
class Reading:
    """How a map is read: by which *properties*, whether to *repair* it, and the box *within* which it should lie."""

    properties: Properties
    repair: bool
    within: Box | None

    @classmethod
    def of(cls, *, key: Any, name: Any, priority: Any, repair: Any, within: Any) -> Reading:
        """Judge what the host asks for; raises `InvalidValue` for what can't be."""
        for what, value in (("key", key), ("name", name), ("priority", priority)):
            if not (isinstance(value, str) or (value is None and what != "key")):
                message = f"{what} is the name of a property, text: not {value!r}"
                raise InvalidValue(message, value=value)
        if repair not in (None, "report"):
            message = f'repair is None or "report": not {repair!r}'
            raise InvalidValue(message, value=repair)
        return cls(Properties(key, name, priority), repair is not None, None if within is None else _box(within))


def _box(within: Any) -> Box:
    try:
        west, south, east, north = map(float, within)
    except (TypeError, ValueError):
        west, south, east, north = 0.0, 0.0, 0.0, 0.0
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):  # noqa: PLR2004 - degrees
        message = f"within is west, south, east and north in degrees, such as (36.8, 55.1, 38.0, 56.0): not {within!r}"
        raise InvalidValue(message, value=within)
    return west, south, east, north


def read_map(
    source: str | PathLike[str] | Mapping[str, Any], how: Reading
) -> tuple[list[District], list[DistrictProblem]]:
    """
    Give the districts of *source*, and what's to be told of them: first of the whole file, then of each feature.

    Raises `InvalidDistrictMap` with everything that's wrong, what refuses the map first; the message names the file.
    """
    try:
        return _read(features_of(source), how)
    except InvalidDistrictMap as error:
        raise InvalidDistrictMap.of(_called(source), error.problems) from None


def _called(source: str | PathLike[str] | Mapping[str, Any]) -> str:
    """Give what a message calls the map: a file by its path, on one line."""
    if isinstance(source, Mapping):
        return "the map"
    path = fspath(source)
    return f"the map {path if path.isprintable() else ascii(path)}"


def _read(raws: Sequence[Any], how: Reading) -> tuple[list[District], list[DistrictProblem]]:
    features = collected(raws, repair=how.repair)
    known = [feature for feature in features if not feature.problems]
    problems = read_properties(known, how.properties)
    read_outlines(known, repair=how.repair)
    problems += check_places([feature for feature in known if feature.is_placed], how.within)
    check_outlines([feature for feature in known if feature.is_drawn], repair=how.repair)
    valid = [feature for feature in known if feature.is_drawn]
    problems += check_overlaps(valid)
    if all(feature.is_left_out for feature in features):
        problems.append(DistrictProblem("no_areas"))
    problems += [problem for feature in features for problem in feature.problems]
    if any(problem.refuses for problem in problems):
        raise refusal(*sorted(problems, key=lambda problem: not problem.refuses))
    return [_district(feature) for feature in valid], problems


def _district(feature: Feature) -> District:
    polygons = tuple([tuple([tuple(ring) for ring in polygon]) for polygon in feature.polygons])
    return District(
        id=str(feature.key),
        name=str(feature.name),
        priority=feature.priority,
        area=area_of(polygons),
        index=feature.index,
        polygons=polygons,
    )
