"""What can be wrong with a map of districts: each problem names the feature, and has a stable code, words and a fix."""

from __future__ import annotations

from typing import Any

from loyaltykit.coded import Coded, Meaning

REFUSED: dict[str, Meaning] = {
    # The file
    "unreadable_file": Meaning(("why",), "the file can't be read: {why}", "give the path of a file that you may read"),
    "file_too_large": Meaning(
        ("limit",), "the file is larger than {limit} bytes", "simplify its outlines, or split it"
    ),
    "bad_encoding": Meaning(("why",), "the file is not UTF-8: {why}", "save it as UTF-8"),
    "bad_syntax": Meaning(("why",), "the file is no JSON: {why}", "mend the place that is named, or export it again"),
    "too_deep": Meaning((), "the file is nested too deep", "GeoJSON needs no more than some ten levels"),
    "duplicate_member": Meaning(("member",), "{member} stands twice in one object of the file", "keep one of the two"),
    "not_geojson": Meaning(
        ("value",), "this is no GeoJSON FeatureCollection, but {value}", "export it as GeoJSON, one feature a district"
    ),
    "other_crs": Meaning(
        ("value",),
        "its coordinates are in {value}, not in degrees on WGS 84",
        "export it in WGS 84 (EPSG:4326), longitude first",
    ),
    "no_features": Meaning((), "the map has no features", "export it with its districts"),
    "no_areas": Meaning((), "none of its features is left as a district", "export it with Polygons or MultiPolygons"),
    "too_many": Meaning(
        ("count", "what", "limit"),
        "the file has {count} {what}, more than {limit}",
        "simplify its outlines, or split it by branch",
    ),
    # Keys and properties
    "no_property": Meaning(
        ("property", "known"), "no feature has the property {property}", "name one of those that they have: {known}"
    ),
    "not_a_feature": Meaning(("value",), "this is no GeoJSON Feature, but {value}", "write a Feature with a geometry"),
    "missing_key": Meaning(("property",), "it has no {property}", "give it one of its own: the district's id"),
    "bad_key": Meaning(
        ("property", "value"),
        "its {property}, {value}, can't be an id",
        "write a whole number, or 1 to 128 characters, no control characters, no blanks around",
    ),
    "duplicate_key": Meaning(
        ("property", "first"),
        "its {property} is that of feature {first} already",
        "give each district its own, or join the two in one MultiPolygon",
    ),
    "bad_name": Meaning(
        ("property", "value"), "its {property}, {value}, can't be a name", "write 1 to 128 printable characters"
    ),
    "bad_priority": Meaning(
        ("property", "value"), "its {property}, {value}, can't be a priority", "write a number, or none"
    ),
    # Geometry
    "not_an_area": Meaning(
        ("value",),
        "its geometry is {value}, no area",
        'draw it as a Polygon or MultiPolygon, take it out, or leave it out by repair="report"',
    ),
    "bad_coordinates": Meaning(
        ("where", "value"), "{where}: {value} is no position", "write [longitude, latitude], two numbers"
    ),
    "unclosed_ring": Meaning(
        ("where",), "{where} doesn't end where it begins", 'repeat its first point, or close it by repair="report"'
    ),
    "short_ring": Meaning(
        ("where", "count"), "{where} has {count} different points, which enclose nothing", "draw it with three or more"
    ),
    "not_finite": Meaning(("where", "value"), "{where} has a point at {value}", "write finite numbers of degrees"),
    "out_of_range": Meaning(
        ("where", "value"),
        "{where} has a point at {value}, which is no place on Earth",
        "write degrees: longitude from -180 to 180, latitude from -90 to 90",
    ),
    "crossing": Meaning(
        ("reason",), "its outline crosses or touches itself: {reason}", 'redraw it, or mend it by repair="report"'
    ),
    # Where it lies
    "axes_swapped": Meaning(
        ("value", "why"),
        "latitude and longitude are swapped: it begins at {value}, {why}",
        "write longitude first, in all of its points",
    ),
    "axes_disagree": Meaning(
        ("features", "here", "others", "there"),
        "latitude and longitude are swapped in a part of the file: features {features} lie "
        "around {here}, {others} others around {there}",
        "write longitude first in every feature; within= tells which of them are wrong, "
        "or, with a box around all of them, that none is",
    ),
    "outside": Meaning(
        ("box",), "it lies wholly outside {box}, the box given as within", "take it out, or widen the box"
    ),
}
"""What refuses the map: nothing of it is loaded."""

WARNINGS: dict[str, Meaning] = {
    "repeated_points": Meaning(("count",), "points that repeat the one before: {count}", "simplify its outline"),
    "overlap": Meaning(
        ("other", "area"),
        "it overlaps feature {other} by {area} m²",
        "redraw one of the two, or say by priority whose the ground is",
    ),
    "sliver_overlap": Meaning(
        ("other", "area"),
        "it overlaps feature {other} by a sliver of {area} m²",
        "give both the same border, corner by corner, if it matters",
    ),
    "sliver": Meaning(
        ("where", "area"), "{where} is a sliver of {area} m², less than a metre wide", "take it out, if nobody meant it"
    ),
    "sliver_gaps": Meaning(
        ("count", "area", "place"),
        "{count} sliver gaps of {area} m² in all lie between districts, the largest near {place}",
        "give neighbours the same border, corner by corner, if it matters",
    ),
    "more_overlaps": Meaning(
        ("limit", "what"),
        "there are more than {limit} {what}; overlaps from there on aren't listed",
        "look at those listed first",
    ),
}
"""What's worth a look, and never refuses."""

MENDED: dict[str, Meaning] = {
    "closed_ring": Meaning(("where",), "mended: {where} was closed by its first point", "close it in the file as well"),
    "mended_crossing": Meaning(
        ("reason", "parts", "area"),
        "mended: its outline was cut where it crosses or touches itself ({reason}), and what it encloses an odd number "
        "of times kept: {parts}, {area} m² in all",
        "look at it, and redraw it in the file",
    ),
    "left_out": Meaning(("value",), "left out: its geometry is {value}, no area", "take it out of the file as well"),
}
"""What ``repair="report"`` did."""

UNPLACED = frozenset({"bad_coordinates", "not_finite"})
"""Codes of features some of whose points aren't known."""

UNDRAWN = frozenset({"unclosed_ring", "short_ring", "out_of_range", "crossing", "too_many"})
"""Codes of features whose outlines enclose nothing that can be compared with others."""

DISTRICT_PROBLEMS: dict[str, Meaning] = REFUSED | WARNINGS | MENDED
"""Every code with its figures and English words; the codes are stable."""


class DistrictProblem(Coded):
    """
    One thing that's wrong with a map: *feature*, *key* and *name* say where, ``code`` and figures what.

    *feature* is the place in the file, counted from 0; all three are None where the problem is the whole file's, and
    *key* and *name* where the feature has none. ``words`` and ``fix`` are English.

    Examples:
        >>> problem = DistrictProblem("missing_key", feature=3, key=None, name="Loop", property="area_number")
        >>> print(problem)
        feature 3 (Loop): it has no area_number (give it one of its own: the district's id)
        >>> problem.refuses
        True
    """

    __slots__ = ("feature", "key", "name")

    table = DISTRICT_PROBLEMS
    _compared = ("feature", "key", "name", "code", "values")

    feature: int | None
    key: str | None
    name: str | None

    def __init__(
        self,
        code: str,
        /,
        *,
        feature: int | None = None,
        key: str | None = None,
        name: str | None = None,
        **figures: Any,
    ) -> None:
        super().__init__(code, **figures)
        object.__setattr__(self, "feature", feature)
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "name", name)

    @property
    def refuses(self) -> bool:
        """Whether a map with it can't be loaded."""
        return self.code in REFUSED

    @property
    def fix(self) -> str:
        """How to mend it, in English."""
        return self._in_words(self.table[self.code].fix)

    def __str__(self) -> str:
        """Give the feature, the words and the fix on one line."""
        known = ", ".join(dict.fromkeys(filter(None, (self.key, self.name))))
        feature = f"feature {self.feature} ({known}): " if known else f"feature {self.feature}: "
        return f"{'' if self.feature is None else feature}{self.words} ({self.fix})"

    def __repr__(self) -> str:
        """Show the code, the feature and the figures, as it's made."""
        return f"{super().__repr__()[:-1]}, feature={self.feature!r}, key={self.key!r}, name={self.name!r})"
