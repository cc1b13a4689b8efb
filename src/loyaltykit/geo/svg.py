"""A picture of a map, so that a wrong file is seen at a glance."""

from __future__ import annotations

import re
from contextlib import suppress
from decimal import Decimal
from itertools import groupby
from math import cos, isfinite, radians
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from loyaltykit.errors import InvalidValue
from loyaltykit.geo.frame import box
from loyaltykit.geo.geojson import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from loyaltykit.geo.district import District, Ring

SIZE = 1000
"""Units of the picture's longer side."""

_UNSHOWN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 doesn't allow, however they're written."""

_PLAIN = "#dde7ee"
_NO_VALUE = "#f2f2f2"
_LOW, _HIGH = (255, 247, 188), (189, 0, 38)


def drawn(districts: Sequence[District], values: Mapping[str, Decimal | float] | None) -> str:
    """Give an SVG picture of *districts*, coloured by *values* from the lowest, pale, to the highest, red."""
    west, south, east, north = box([point for each in districts for polygon in each.polygons for point in polygon[0]])
    shrink = cos(radians((south + north) / 2))
    scale = SIZE / max((east - west) * shrink, north - south)

    def place(x: float, y: float) -> tuple[float, float]:
        return round((x - west) * shrink * scale, 1), round((north - y) * scale, 1)

    width, height = place(east, south)
    colour = _colours(districts, values)
    shapes = [_shape(each, place, colour(each), _note(each, values)) for each in districts]
    names = [_label(each, place) for each in districts]
    view = f'viewBox="-5 -5 {width + 10:g} {height + 10:g}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {view} font-family="sans-serif" stroke="#445" stroke-width="0.7">'
    return "\n".join([head, *shapes, '<g stroke="none">', *names, "</g>", "</svg>"])


def _colours(districts: Sequence[District], values: Mapping[str, Any] | None) -> Callable[[District], str]:
    """Give what gives a district's colour; raises `InvalidValue` for values that can't be shown."""
    if values is None:
        return lambda _: _PLAIN
    known = {district.id for district in districts}
    for key in values:
        if key not in known:
            message = f"{key!r} is no district of the map: give values by the districts' ids"
            raise InvalidValue(message, value=key)
    numbers = {key: _number(key, value) for key, value in values.items()}
    low, high = min(numbers.values(), default=0.0), max(numbers.values(), default=0.0)

    def colour(district: District) -> str:
        if district.id not in numbers:
            return _NO_VALUE
        share = (numbers[district.id] / 2 - low / 2) / (high / 2 - low / 2) if high > low else 1.0
        red, green, blue = (round(start + (end - start) * share) for start, end in zip(_LOW, _HIGH, strict=True))
        return f"#{red:02x}{green:02x}{blue:02x}"

    return colour


def _number(key: str, value: Any) -> float:
    """Give the *value* of the district *key* as a float, which is fine enough for a colour."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        with suppress(OverflowError, ValueError):
            number = float(value)
            if isfinite(number):
                return number
    message = f"the value of {key}, {shown(value)}, is no number that can be shown: give an int, a float or a Decimal"
    raise InvalidValue(message, value=value)


def _note(district: District, values: Mapping[str, Decimal | float] | None) -> str:
    """Give what a pointer over the district shows."""
    name = district.id if district.name == district.id else f"{district.name} ({district.id})"
    return f"{name}: {values[district.id]}" if values and district.id in values else name


def _shape(district: District, place: Callable[[float, float], tuple[float, float]], colour: str, note: str) -> str:
    lines = "".join(_line(ring, place) for polygon in district.polygons for ring in polygon)
    return f'<path fill="{colour}" fill-rule="evenodd" d="{lines}"><title>{_escaped(note)}</title></path>'


def _line(ring: Ring, place: Callable[[float, float], tuple[float, float]]) -> str:
    """Give the path of *ring*, without the points that fall together on the picture."""
    points = [f"{x:g} {y:g}" for (x, y), _ in groupby(place(*point) for point in ring[:-1])]
    return f"M{'L'.join(points)}Z"


def _label(district: District, place: Callable[[float, float], tuple[float, float]]) -> str:
    """Give the name in the middle of the district's widest part, as large as fits there."""
    boxes = [box(polygon[0]) for polygon in district.polygons]
    west, south, east, north = max(boxes, key=lambda each: each[2] - each[0])
    (left, top), (right, bottom) = place(west, north), place(east, south)
    size = min(16.0, 1.6 * (right - left) / len(district.name), bottom - top)
    at = f'x="{(left + right) / 2:.1f}" y="{(top + bottom) / 2:.1f}" font-size="{size:.1f}"'
    return f'<text {at} text-anchor="middle" dominant-baseline="middle">{_escaped(district.name)}</text>'


def _escaped(text: str) -> str:
    """Give *text* as it stands in XML; what can't stand there at all is shown as the mark for that."""
    return escape(_UNSHOWN.sub("\ufffd", text))
