"""One feature on its way to a district: what could be read of it, and what's wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import define, field, frozen

from loyaltykit.geo.geojson import is_long, shown
from loyaltykit.geo.problem import REFUSED, UNDRAWN, UNPLACED, DistrictProblem
from loyaltykit.values.text import MAX_TEXT, is_id

if TYPE_CHECKING:
    from collections.abc import Sequence

Point: TypeAlias = tuple[float, float]
Rings: TypeAlias = "list[list[Point]]"

AREAS = ("Polygon", "MultiPolygon")
"""The geometries of districts."""

_TOLD = 100
"""Problems that refuse a feature, of which it tells."""

_LISTED = 20
"""Properties that a message lists."""


@frozen
class Properties:
    """The properties that hold a district's *key*, *name* and *priority*; a map needs but the first."""

    key: str
    name: str | None
    priority: str | None


@define
class Feature:
    """A feature at its place, *index*; *polygons* are its outlines where they could be read, *problems* all so far."""

    index: int
    raw: Mapping[str, Any]
    key: str | None = None
    name: str | None = None
    priority: float = 0
    polygons: list[Rings] = field(factory=list)
    problems: list[DistrictProblem] = field(factory=list)
    is_left_out: bool = False
    refusals: int = 0

    def tell(self, code: str, **figures: Any) -> None:
        """Add a problem of this feature; those that refuse it only up to a bound, since a file may have millions."""
        if code in REFUSED:
            self.refusals += 1
            if self.refusals > _TOLD:
                return
        problem = DistrictProblem(code, feature=self.index, key=self.key, name=self.name, **figures)
        self.problems.append(problem)

    @property
    def called(self) -> str:
        """What other features' problems call it: its place, and its name if it has one."""
        return f"{self.index} ({self.name})" if self.name else str(self.index)

    @property
    def properties(self) -> Mapping[Any, Any]:
        """Its properties, if it has any."""
        properties = self.raw.get("properties")
        return properties if isinstance(properties, Mapping) else {}

    @property
    def geometry(self) -> Mapping[str, Any]:
        """Its geometry, if it has one."""
        geometry = self.raw.get("geometry")
        return geometry if isinstance(geometry, Mapping) else {}

    @property
    def kind(self) -> str:
        """The kind of its geometry, in words."""
        kind = self.geometry.get("type", "none")
        if kind in AREAS and self.geometry.get("coordinates") in ([], ()):
            return f"an empty {kind}"
        return kind[:MAX_TEXT] if isinstance(kind, str) else shown(kind)

    @property
    def is_placed(self) -> bool:
        """Whether all of its points could be read."""
        return bool(self.points) and not any(problem.code in UNPLACED for problem in self.problems)

    @property
    def is_drawn(self) -> bool:
        """Whether its outlines enclose ground, each a closed ring of places on Earth."""
        return self.is_placed and not any(problem.code in UNDRAWN for problem in self.problems)

    @property
    def points(self) -> Sequence[Point]:
        """All points of its outlines."""
        return [point for polygon in self.polygons for ring in polygon for point in ring]


def collected(raws: Sequence[Any], *, repair: bool) -> list[Feature]:
    """Give *raws* as features; what's none is told, and with *repair* what's no area is left out, told by its name."""
    features = [Feature(index, raw if isinstance(raw, Mapping) else {}) for index, raw in enumerate(raws)]
    for feature, raw in zip(features, raws, strict=True):
        if feature.raw.get("type") != "Feature":
            feature.tell("not_a_feature", value=shown(raw))
        feature.is_left_out = repair and feature.kind not in AREAS and not feature.problems
    return features


def read_properties(features: Sequence[Feature], properties: Properties) -> list[DistrictProblem]:
    """Read key, name and priority of *features*; what's wrong is told there, or given where it's the whole file's."""
    known = dict.fromkeys(name for feature in features for name in feature.properties if isinstance(name, str))
    asked = dict.fromkeys(filter(None, (properties.key, properties.name, properties.priority)))
    lacking = [name for name in asked if name not in known] if features else []
    firsts: dict[str, int] = {}
    for feature in features:
        _read_properties(feature, properties)
        if feature.is_left_out or properties.key in lacking:
            feature.problems.clear()
        elif feature.key is not None and firsts.setdefault(feature.key, feature.index) != feature.index:
            feature.tell("duplicate_key", property=properties.key, first=firsts[feature.key])
    names = ", ".join([shown(name) for name in known][:_LISTED]) or "none"
    return [DistrictProblem("no_property", property=name, known=names) for name in lacking]


def _read_properties(feature: Feature, properties: Properties) -> None:
    """Read the name first, so that what's wrong with the others can name the feature."""
    found = feature.properties
    key = _text(found.get(properties.key))
    named = properties.name or next(filter(_means_name, found), properties.key)
    name = _text(found.get(named))
    feature.name = name if name is not None and _is_name(name) else None
    feature.key = key if key is not None and is_id(key) and key == key.strip() else None
    if found.get(properties.key) is None:
        feature.tell("missing_key", property=properties.key)
    elif feature.key is None:
        feature.tell("bad_key", property=properties.key, value=shown(found[properties.key]))
    if found.get(named) is None or (feature.name is None and named == properties.key):
        feature.name = feature.key
    elif feature.name is None:
        feature.tell("bad_name", property=named, value=shown(found[named]))
    _read_priority(feature, properties.priority, found)


def _read_priority(feature: Feature, called: str | None, found: Mapping[Any, Any]) -> None:
    """Read the priority; a feature without one has 0."""
    value = found.get(called) if called else None
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < inf and not is_long(value):
        feature.priority = value
    elif value is not None:
        feature.tell("bad_priority", property=called, value=shown(value))


def _text(value: object) -> str | None:
    """Give *value*, text or a whole number, as text: 7 and 7.0 are one."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) and not is_long(value) else None


def _means_name(called: object) -> bool:
    return isinstance(called, str) and called.casefold() == "name"


def _is_name(text: str) -> bool:
    return 0 < len(text) <= MAX_TEXT and text.isprintable()
