"""
Real maps and real trips, with all their oddities; the expected answers were worked out apart from this library.

They're no part of the project: tests are skipped, saying so, where the files aren't at hand.
"""

from __future__ import annotations

import csv
import gzip
import json
import random
from collections import Counter
from itertools import pairwise
from math import nextafter

import pytest
import shapely

from loyaltykit import InvalidDistrictMap
from loyaltykit.geo import DistrictMap
from tests.geo.support import codes, ids, only, shape_of
from tests.replay.support import shared_file

KEYS = {
    "moscow_districts.geojson": "NAME",
    "kyiv_boundary.geojson": "@id",
    "san_francisco_neighborhoods.geojson": "name",
    "albuquerque_overlapping_associations.geojson": "source_index",
}
INVALID = {
    "moscow_districts.geojson": [38, 71],
    "kyiv_boundary.geojson": [1],
    "san_francisco_neighborhoods.geojson": [1, 5, 10],
    "albuquerque_overlapping_associations.geojson": [0],
}


def rows(name):
    """Give the rows of a shared table."""
    with gzip.open(shared_file(name), "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@pytest.fixture(scope="module")
def new_york():
    """Give the taxi zones."""
    return DistrictMap.from_geojson(shared_file("nyc_taxi_zones.geojson"), name="zone")


@pytest.mark.parametrize("name", KEYS)
def test_G4_every_expected_point_is_in_its_districts(name):
    """All that cover it, by `resolve_all`, and the first of them by `resolve`; crossing features are read even-odd."""
    found = DistrictMap.from_geojson(shared_file(name), key=KEYS[name], repair="report")
    points = [row for row in rows("expected_points.csv.gz") if row["file"] == name]
    assert len(points) > 1400
    for point in points:
        lon, lat = float(point["longitude"]), float(point["latitude"])
        covering = found.resolve_all(lon, lat)
        assert sorted(each.index for each in covering) == [int(each) for each in point["features"].split(";") if each]
        assert found.resolve(lon, lat) == min(covering, key=lambda each: each.rank, default=None)


@pytest.mark.parametrize("name", KEYS)
def test_without_repair_what_is_invalid_refuses_each_map(name):
    """By exactly the features that the data's own description names."""
    with pytest.raises(InvalidDistrictMap) as caught:
        DistrictMap.from_geojson(shared_file(name), key=KEYS[name])
    refusing = [problem for problem in caught.value.problems if problem.refuses]
    assert [problem.feature for problem in refusing] == INVALID[name]
    assert set(codes(refusing)) <= {"crossing", "not_an_area"}


PLACES = {
    "nyc_green_trips_2013-08.csv.gz": ("Pickup_longitude", "Pickup_latitude", "Dropoff_longitude", "Dropoff_latitude"),
    "nyc_yellow_trips_2015-01_sample.csv.gz": (
        "pickup_longitude",
        "pickup_latitude",
        "dropoff_longitude",
        "dropoff_latitude",
    ),
}


def trips_of(name):
    """Give four columns of a file's trips; one of them has an empty second line, and fields that its header lacks."""
    with gzip.open(shared_file(name), "rt", encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        head = [each.strip() for each in next(lines)]
        where = [head.index(each) for each in PLACES[name]]
        places = [[float(line[at]) for at in where] for line in lines if line]
    return list(zip(*places, strict=True))


@pytest.mark.parametrize("name", PLACES)
def test_G4_every_trip_of_new_york_is_in_its_zones(new_york, name):
    """Where it began, and where it ended; 0,0 and Las Vegas are in none."""
    expected = [row for row in rows("expected_nyc_trip_zones.csv.gz") if row["file"] == name]
    from_lon, from_lat, to_lon, to_lat = trips_of(name)
    for lons, lats, side in ((from_lon, from_lat, "pickup_zone"), (to_lon, to_lat, "dropoff_zone")):
        assert len(lons) == len(expected) > 7000
        found = new_york.resolve_many(lons, lats)
        assert [each.id if each else "" for each in found] == [row[side] for row in expected]


def test_new_yorks_slivers_are_told_and_refuse_nothing(new_york):
    """Some 300 pairs that overlap, and 780 gaps; names stand twice, so only the id is a key."""
    told = Counter(codes(new_york.problems()))
    assert told == {"sliver_overlap": 301, "sliver_gaps": 1, "sliver": 1}
    assert only(new_york.problems(), "sliver_gaps").count == 780
    assert len(new_york) == 263
    assert Counter(each.name for each in new_york)["Corona"] == 2


def test_new_yorks_zones_have_no_key_by_name():
    """Names stand twice."""
    with pytest.raises(InvalidDistrictMap) as caught:
        DistrictMap.from_geojson(shared_file("nyc_taxi_zones.geojson"), key="zone")
    assert [each.key for each in caught.value.problems if each.code == "duplicate_key"] == [
        "Corona",
        "Governor's Island/Ellis Island/Liberty Island",
        "Governor's Island/Ellis Island/Liberty Island",
    ]


def broken_moscow():
    """Give a real bad upload."""
    return json.loads(gzip.decompress(shared_file("moscow_districts_broken.geojson.gz").read_bytes()))


@pytest.mark.parametrize("repair", [None, "report"])
def test_the_broken_upload_is_refused_since_its_axes_are_swapped(repair):
    """141 features against 5, which have lost all but two points of each ring; repair changes nothing about that."""
    with pytest.raises(InvalidDistrictMap) as caught:
        DistrictMap.from_geojson(broken_moscow(), key="NAME", repair=repair)
    assert str(caught.value).splitlines()[1] == (
        "  latitude and longitude are swapped in a part of the file: features 0 (Киевский), 10 (Внуково), "
        "12 (Внуковское), 139 (Восточный), 145 (Кунцево) lie around 37.34, 55.66, 141 others around 55.58, 37.39 "
        "(write longitude first in every feature; within= tells which of them are wrong, "
        "or, with a box around all of them, that none is)"
    )
    told = Counter(codes(caught.value.problems))
    assert (told["short_ring"], told["unclosed_ring"]) == (15, 15)
    assert told["mended_crossing" if repair else "crossing"] == 2


def test_within_says_which_of_them_are_swapped():
    """All but the five."""
    with pytest.raises(InvalidDistrictMap) as caught:
        DistrictMap.from_geojson(broken_moscow(), key="NAME", within=(36.8, 55.1, 38.0, 56.1))
    swapped = {each.feature for each in caught.value.problems if each.code == "axes_swapped"}
    assert swapped == set(range(146)) - {0, 10, 12, 139, 145}


def test_moscows_repeated_points_are_counted():
    """72 in all."""
    found = DistrictMap.from_geojson(shared_file("moscow_districts.geojson"), key="NAME", repair="report")
    assert sum(each.count for each in found.problems() if each.code == "repeated_points") == 72
    assert {each.code for each in found.problems()} == {"repeated_points", "mended_crossing"}


def test_albuquerques_overlaps_are_told_in_pairs():
    """52 of them, one by a sliver; some lie three deep."""
    found = DistrictMap.from_geojson(
        shared_file("albuquerque_overlapping_associations.geojson"), key="source_index", repair="report"
    )
    told = Counter(codes(found.problems()))
    assert (told["overlap"], told["sliver_overlap"]) == (51, 1)
    deepest = max((found.resolve_all(*point) for each in found for point in each.polygons[0][0]), key=len)
    assert len(deepest) >= 3


def test_san_franciscos_sliver_of_chinatown_is_told():
    """And not refused."""
    found = DistrictMap.from_geojson(shared_file("san_francisco_neighborhoods.geojson"), key="name", repair="report")
    pairs = [(each.code, each.name, each.other) for each in found.problems() if each.code.endswith("overlap")]
    assert ("sliver_overlap", "Chinatown", "30 (Financial District)") in pairs


def test_G4_chicago_says_itself_in_which_area_a_trip_began():
    """Apart from the coordinates; what it rounded to a neighbour's centre is a handful."""
    areas = DistrictMap.from_geojson("examples/data/chicago_community_areas.geojson", key="area_number")
    with gzip.open("examples/data/chicago_taxi_trips_every3rd.csv.gz", "rt", encoding="utf-8", newline="") as file:
        trips = [row for row in csv.DictReader(file) if row["pickup_latitude"] and row["pickup_community_area"]]
    lons, lats = ([float(trip[f"pickup_{axis}"]) for trip in trips] for axis in ("longitude", "latitude"))
    named = [str(int(float(trip["pickup_community_area"]))) for trip in trips]
    agreed = sum(
        each is not None and each.id == name for each, name in zip(areas.resolve_many(lons, lats), named, strict=True)
    )
    assert (agreed, len(trips)) == (len(trips), len(trips))


def test_G4_new_yorks_borders_are_answered_as_shapely_answers_them(new_york):
    """Corners, points on edges, and what lies one ulp beside them, of zones whose borders all but coincide."""
    luck = random.Random(20150115)  # noqa: S311 - points, not secrets
    shapes = [shape_of(zone) for zone in new_york]
    tree = shapely.STRtree(shapes)
    edges = [edge for zone in new_york for polygon in zone.polygons for ring in polygon for edge in pairwise(ring)]
    for (x1, y1), (x2, y2) in luck.sample(edges, 1_500):
        share = luck.choice([0.0, 0.5, luck.random()])
        x, y = x1 + (x2 - x1) * share, y1 + (y2 - y1) * share
        for lon, lat in ((x, y), (nextafter(x, luck.choice([-180, 180])), nextafter(y, luck.choice([-90, 90])))):
            covering = {new_york.ids[at] for at in tree.query(shapely.Point(lon, lat), predicate="covered_by")}
            assert ids(new_york.resolve_all(lon, lat)) == covering, (lon, lat)
