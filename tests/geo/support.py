"""What tests of maps share: features, small maps, and shapely's answers."""

from __future__ import annotations

import pytest
import shapely

from loyaltykit import InvalidDistrictMap
from loyaltykit.geo import DistrictMap

UNIT = ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))
BOW = ((0, 0), (1, 1), (1, 0), (0, 1), (0, 0))


def square(west, south, size=1.0):
    """Give the ring of a square."""
    return [[west + size * x, south + size * y] for x, y in UNIT]


def feature(ring=UNIT, *, geometry=None, **properties):
    """Give a feature of one *ring*, or of a raw *geometry*, with *properties*."""
    polygon = {"type": "Polygon", "coordinates": [[list(point) for point in ring]]}
    return {"type": "Feature", "properties": {"id": "a"} | properties, "geometry": geometry or polygon}


def collection(*features, **members):
    """Give a collection of *features*."""
    return {"type": "FeatureCollection", "features": list(features), **members}


def squares(*corners, size=1.0):
    """Give a collection of squares, called after their places: 0, 1 and so on."""
    return collection(*[feature(square(*corner, size), id=str(at)) for at, corner in enumerate(corners)])


def map_of(*features, **how):
    """Give the map of *features* by their ``id``."""
    return DistrictMap.from_geojson(collection(*features), **{"key": "id"} | how)


def refusal(raw, **how):
    """Give the problems for which *raw*, a collection or a path, is refused."""
    with pytest.raises(InvalidDistrictMap) as caught:
        DistrictMap.from_geojson(raw, **{"key": "id"} | how)
    assert caught.value.problems
    return caught.value.problems


def only(problems, code):
    """Give the one of *problems* with the *code*."""
    (found,) = [problem for problem in problems if problem.code == code]
    return found


def codes(problems):
    """Give the codes of *problems*, in order."""
    return [problem.code for problem in problems]


def shape_of(district):
    """Give a district's outlines as a shape of shapely."""
    return shapely.MultiPolygon([shapely.Polygon(rings[0], rings[1:]) for rings in district.polygons])


def by_shapely(districts, x, y):
    """Give the ids of the *districts* that cover the point, by shapely."""
    return {district.id for district in districts if shape_of(district).covers(shapely.Point(x, y))}


def ids(districts):
    """Give the ids of *districts*, whatever their order."""
    return {district.id for district in districts}
