"""
Districts: points looked up on New York's taxi zones and on ten thousand drawn ones, against shapely and geopandas.

The zones and the trips are shared data that isn't part of the project: where they aren't at hand, those rows are left
out, and so is the last one without geopandas, which ``make bench`` installs. This says so on stderr.
"""

from __future__ import annotations

import csv
import gzip
import os
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely

from bench.measure import Row, in_process
from loyaltykit.geo import DistrictMap

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = Path(os.environ.get("LOYALTYKIT_DATA", Path(__file__).parent.parent.parent / "shared" / "data"))
ZONES = DATA / "nyc_taxi_zones.geojson"
TRIPS = DATA / "nyc_yellow_trips_2015-01_sample.csv.gz"
SIDE = 100
"""Districts along a side of the drawn map."""

STEPS = 8
"""Edges along a border of two of them."""


def district_rows() -> Iterator[Row]:
    """Measure row after row."""
    luck = random.Random(1)  # noqa: S311 - points, not secrets
    if ZONES.exists():
        zones, pickups = DistrictMap.from_geojson(ZONES), list(_pickups())
        yield _one_by_one("263 zones", zones, luck.sample(pickups, 1_000), 0.12)
        yield from _a_million(zones, pickups, luck)
    else:
        print(f"{ZONES} isn't there: its rows are left out", file=sys.stderr)
    drawn = DistrictMap.from_geojson(_drawn(luck), key="id")
    points = [(luck.uniform(0, SIDE), luck.uniform(0, SIDE / 2)) for _ in range(1_000)]
    yield _one_by_one(f"{len(drawn):,} districts", drawn, points, 0.25)


def _one_by_one(what: str, districts: DistrictMap, points: list[tuple[float, float]], goal: float) -> Row:
    tree = shapely.STRtree(_shapes(districts))

    def ours() -> None:
        for lon, lat in points:
            districts.resolve(lon, lat)

    def theirs() -> None:
        for lon, lat in points:
            tree.query(shapely.Point(lon, lat), predicate="intersects")

    work = f"districts of {len(points):,} points, one by one, {what}"
    return in_process(work, "shapely's STRtree.query, points built", ours, theirs, goal, rounds=15, calls=3)


def _a_million(zones: DistrictMap, pickups: list[tuple[float, float]], luck: random.Random) -> Iterator[Row]:
    """Look up a million points, each within a hundred metres of a real pickup."""
    try:
        import geopandas  # noqa: PLC0415 - the bench runs without
    except ImportError:
        print("geopandas isn't installed: its row is left out", file=sys.stderr)
        return
    near = luck.choices(pickups, k=1_000_000)
    lons = [lon + luck.uniform(-0.001, 0.001) for lon, _ in near]
    lats = [lat + luck.uniform(-0.001, 0.001) for _, lat in near]
    frame = geopandas.GeoDataFrame({"id": zones.ids}, geometry=_shapes(zones))
    points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(lons, lats))
    yield in_process(
        "districts of 1,000,000 points, 263 zones",
        "geopandas' sjoin, points built before",
        lambda: zones.resolve_many(lons, lats),
        lambda: geopandas.sjoin(points, frame, how="left", predicate="intersects"),
        0.35,
        rounds=7,
        calls=1,
    )


def _shapes(districts: DistrictMap) -> list[Any]:
    return [
        shapely.MultiPolygon([shapely.Polygon(rings[0], rings[1:]) for rings in district.polygons])
        for district in districts
    ]


def _pickups() -> Iterator[tuple[float, float]]:
    with gzip.open(TRIPS, "rt", encoding="utf-8", newline="") as file:
        for trip in csv.DictReader(file):
            yield float(trip["pickup_longitude"]), float(trip["pickup_latitude"])


def _drawn(luck: random.Random) -> dict[str, Any]:
    """Draw ten thousand districts that share crooked borders, a degree wide and half a degree high."""
    bent = {
        (x, y): (x / STEPS + luck.uniform(-0.05, 0.05), y / STEPS / 2 + luck.uniform(-0.025, 0.025))
        for x in range(SIDE * STEPS + 1)
        for y in range(SIDE * STEPS + 1)
        if x % STEPS == 0 or y % STEPS == 0
    }

    def ring(column: int, row: int) -> list[tuple[float, float]]:
        west, south, steps = column * STEPS, row * STEPS, range(STEPS)
        around = [
            *[(west + step, south) for step in steps],
            *[(west + STEPS, south + step) for step in steps],
            *[(west + STEPS - step, south + STEPS) for step in steps],
            *[(west, south + STEPS - step) for step in steps],
            (west, south),
        ]
        return [bent[corner] for corner in around]

    features = [
        {
            "type": "Feature",
            "properties": {"id": f"{column}-{row}"},
            "geometry": {"type": "Polygon", "coordinates": [ring(column, row)]},
        }
        for column in range(SIDE)
        for row in range(SIDE)
    ]
    return {"type": "FeatureCollection", "features": features}
