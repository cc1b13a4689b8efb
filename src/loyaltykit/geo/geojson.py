"""
GeoJSON files, which are untrusted: bounded in size, depth and counts, and refused whole where they're no map.

Raises `InvalidDistrictMap` at once for what leaves no feature to look at; all else is told feature by feature.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from reprlib import Repr
from typing import TYPE_CHECKING, Any

from loyaltykit.errors import InvalidDistrictMap
from loyaltykit.geo.problem import DistrictProblem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

MAX_BYTES = 64 * 1024 * 1024
"""The largest file that is read."""

MAX_VALUES = 6_000_000
"""Lists, objects and members that a file may have: enough for a million points."""

MAX_FEATURES = 20_000
"""The most districts that a map may have."""

MAX_POINTS = 1_000_000
"""The most points that their outlines may have in all."""

_LONGEST = 2_000
"""Bits of a whole number that is read and shown, some six hundred digits: Python turns few more into text."""


class _Words(Repr):
    """As Python shows values, in short; and whole numbers, which it refuses to show if they're long."""

    def repr_int(self, x: int, level: int) -> str:
        return "a number of hundreds of digits" if is_long(x) else super().repr_int(x, level)


_WORDS = _Words()
_WORDS.maxlevel, _WORDS.maxlist, _WORDS.maxtuple, _WORDS.maxdict = 3, 3, 3, 3
_WORDS.maxstring = _WORDS.maxother = _WORDS.maxlong = 60


def features_of(source: str | PathLike[str] | Mapping[str, Any]) -> Sequence[Any]:
    """Give the raw features of *source*, the path of a GeoJSON file or what lies in one."""
    raw = source if isinstance(source, Mapping) else _read(Path(source))
    features = raw.get("features") if isinstance(raw, Mapping) else None
    if not isinstance(raw, Mapping) or raw.get("type") != "FeatureCollection" or not isinstance(features, list | tuple):
        raise refusal(DistrictProblem("not_geojson", value=_kind_of(raw)))
    if not _is_wgs84(raw.get("crs")):
        raise refusal(DistrictProblem("other_crs", value=shown(raw["crs"])))
    if not features:
        raise refusal(DistrictProblem("no_features"))
    if len(features) > MAX_FEATURES:
        raise refusal(DistrictProblem("too_many", count=len(features), what="features", limit=MAX_FEATURES))
    return features


def is_long(value: object) -> bool:
    """Say whether *value* is a whole number too long to be turned into text."""
    return isinstance(value, int) and value.bit_length() > _LONGEST


def shown(value: object) -> str:
    """
    Give *value* as it stands in a message: in short, however long or deep it is.

    Examples:
        >>> shown([1, 2, 3, 4]), len(shown("x" * 1000))
        ('[1, 2, 3, ...]', 60)
    """
    return _WORDS.repr(value)


def _read(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise refusal(DistrictProblem("unreadable_file", why=error.strerror or str(error))) from None
    except ValueError as error:  # a path with a NUL in it
        raise refusal(DistrictProblem("unreadable_file", why=str(error))) from None
    if len(content) > MAX_BYTES:
        raise refusal(DistrictProblem("file_too_large", limit=MAX_BYTES))
    values = sum(map(content.count, (b"[", b"{", b",")))
    if values > MAX_VALUES:
        raise refusal(DistrictProblem("too_many", count=values, what="values", limit=MAX_VALUES))
    try:
        return _from_json(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise refusal(
            DistrictProblem("bad_encoding", why=f"byte {error.start} is {content[error.start]:#04x}")
        ) from None


def _from_json(text: str) -> Any:
    repeated: list[str] = []
    try:
        raw = json.loads(text, object_pairs_hook=partial(_members, repeated))
    except json.JSONDecodeError as error:
        raise refusal(
            DistrictProblem("bad_syntax", why=f"{error.msg} (at line {error.lineno}, column {error.colno})")
        ) from None
    except ValueError:
        raise refusal(DistrictProblem("bad_syntax", why="it holds a number of thousands of digits")) from None
    except RecursionError:
        raise refusal(DistrictProblem("too_deep")) from None
    if repeated:
        raise refusal(*[DistrictProblem("duplicate_member", member=shown(name)) for name in dict.fromkeys(repeated)])
    return raw


def _members(repeated: list[str], pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        repeated += [name for name in members if counts[name] > 1]
    return members


def _kind_of(raw: Any) -> str:
    """Say what *raw* is instead of a collection of features."""
    kind = raw.get("type") if isinstance(raw, Mapping) else raw
    if kind == "FeatureCollection":
        return "one without a list of features"
    return f"an object of the type {shown(kind)}" if isinstance(raw, Mapping) else shown(raw)


def _is_wgs84(crs: object) -> bool:
    """Say whether *crs*, a member that GeoJSON had before 2016, is absent or names longitude and latitude on WGS 84."""
    if crs is None:
        return True
    properties = crs.get("properties") if isinstance(crs, Mapping) else None
    name = properties.get("name") if isinstance(properties, Mapping) else None
    parts = name.upper().split(":") if isinstance(name, str) else [""]
    return parts[-1] == "CRS84" or (parts[-1] == "4326" and "EPSG" in parts)


def refusal(*problems: DistrictProblem) -> InvalidDistrictMap:
    """Give the error for *problems* of a map."""
    return InvalidDistrictMap.of("the map", problems)
