"""GeoJSON files are untrusted: what can't be a map is refused whole, in words, by limits and never by memory."""

from __future__ import annotations

import json

import pytest

from loyaltykit import InvalidDistrictMap
from loyaltykit.geo import DistrictMap, geojson
from loyaltykit.geo.geojson import MAX_BYTES
from tests.geo.support import collection, feature, map_of, only, refusal, squares


@pytest.fixture
def file(tmp_path):
    """Give what writes bytes or text into a file, and gives its path."""

    def write(content):
        path = tmp_path / "districts.geojson"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_a_file_and_its_dict_are_one_map(file):
    """By text path, by Path, with a byte order mark or without."""
    raw = squares((0, 0), (1, 0))
    for source in (
        raw,
        file(json.dumps(raw)),
        str(file(json.dumps(raw))),
        file(b"\xef\xbb\xbf" + json.dumps(raw).encode()),
    ):
        assert list(DistrictMap.from_geojson(source, key="id")) == list(DistrictMap.from_geojson(raw, key="id"))


@pytest.mark.parametrize("content", ["{", "{}", json.dumps(collection(feature(id="")))])
def test_the_message_names_the_file(file, content):
    """Whatever is wrong with it, and as the host gave it."""
    path = file(content)
    for source in (path, str(path)):
        with pytest.raises(InvalidDistrictMap) as caught:
            DistrictMap.from_geojson(source, key="id")
        assert str(caught.value).startswith(f"the map {path}: 1 problem\n  ")


def test_a_file_that_isnt_there(tmp_path):
    """The system says why."""
    (problem,) = refusal(tmp_path / "none.geojson")
    assert (problem.code, problem.why) == ("unreadable_file", "No such file or directory")


def test_a_path_that_no_file_can_have():
    """A NUL in it; the message shows it on one line."""
    with pytest.raises(
        InvalidDistrictMap, match=r"^the map 'a\\x00b': 1 problem\n  the file can't be read: "
    ) as caught:
        DistrictMap.from_geojson("a\0b")
    assert caught.value.problems[0].code == "unreadable_file"


def test_a_file_of_200_megabytes_is_refused_unread(tmp_path):
    """By its size, before anything is parsed."""
    path = tmp_path / "huge.geojson"
    with path.open("wb") as huge:
        huge.truncate(200_000_000)
    (problem,) = refusal(path)
    assert str(problem) == f"the file is larger than {MAX_BYTES} bytes (simplify its outlines, or split it)"


def test_a_file_of_millions_of_lists_is_refused_unparsed(file):
    """They'd take gigabytes of memory."""
    (problem,) = refusal(file(b"[" * 6_000_001))
    assert str(problem) == (
        "the file has 6000001 values, more than 6000000 (simplify its outlines, or split it by branch)"
    )


@pytest.mark.parametrize("depth", [1_000, 100_000])
def test_a_file_nested_too_deep(file, depth):
    """Whether Python's own limit is reached or not, it's a problem and no RecursionError."""
    deep = b"[" * depth + b"]" * depth
    assert refusal(file(deep))[0].code in {"too_deep", "not_geojson"}
    assert refusal(file(b'{"type": "FeatureCollection", "features": ' + deep + b"}"))[0].code in {
        "too_deep",
        "not_a_feature",
    }


def test_a_dict_that_holds_itself():
    """It's shown no deeper than is read."""
    loop = []
    loop.append(loop)
    raw = collection(feature(geometry={"type": "Polygon", "coordinates": loop}))
    problem = only(refusal(raw), "bad_coordinates")
    assert (problem.where, problem.value) == ("polygon 1, ring 1", "[[[[...]]]]")


def test_a_file_that_isnt_utf8(file):
    """With the byte that isn't."""
    (problem,) = refusal(file('{"Москва": 1}'.encode("cp1251")))
    assert str(problem) == "the file is not UTF-8: byte 2 is 0xcc (save it as UTF-8)"


def test_a_file_that_isnt_json(file):
    """With the place."""
    (problem,) = refusal(file("{\n  nothing"))
    assert problem.why == "Expecting property name enclosed in double quotes (at line 2, column 3)"


def test_a_number_of_thousands_of_digits(file):
    """Python refuses to read it, and so do we."""
    (problem,) = refusal(file(f'{{"type": {"9" * 5000}}}'))
    assert (problem.code, problem.why) == ("bad_syntax", "it holds a number of thousands of digits")


def test_members_that_stand_twice(file):
    """Each is named once; which of the two was meant, nobody knows."""
    problems = refusal(file('{"type": 1, "type": 2, "a": {"x": 1, "x": 2, "x": 3}}'))
    assert [problem.member for problem in problems] == ["'x'", "'type'"]
    assert str(problems[0]) == "'x' stands twice in one object of the file (keep one of the two)"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ({"type": "Feature"}, "an object of the type 'Feature'"),
        ({}, "an object of the type None"),
        ({"type": "FeatureCollection"}, "one without a list of features"),
        ({"type": "FeatureCollection", "features": {}}, "one without a list of features"),
        ({"type": "Topology", "features": []}, "an object of the type 'Topology'"),
    ],
)
def test_what_is_no_collection_of_features(raw, value):
    """It says what it is instead."""
    (problem,) = refusal(raw)
    assert (problem.code, problem.value) == ("not_geojson", value)


def test_a_file_that_holds_a_list(file):
    """JSON, and no GeoJSON."""
    assert refusal(file("[1, 2]"))[0].value == "[1, 2]"


def test_a_collection_without_features():
    """Nothing to look up."""
    (problem,) = refusal(collection())
    assert str(problem) == "the map has no features (export it with its districts)"


def test_too_many_features(monkeypatch):
    """By count, before any is looked at."""
    monkeypatch.setattr(geojson, "MAX_FEATURES", 2)
    (problem,) = refusal(collection(1, 2, 3))
    assert str(problem) == "the file has 3 features, more than 2 (simplify its outlines, or split it by branch)"


@pytest.mark.parametrize(
    "name",
    [
        "urn:ogc:def:crs:OGC:1.3:CRS84",
        "urn:ogc:def:crs:OGC::CRS84",
        "urn:ogc:def:crs:EPSG::4326",
        "EPSG:4326",
        "epsg:4326",
        "CRS84",
    ],
)
def test_a_crs_that_is_wgs84(name):
    """As GeoJSON wrote it before 2016."""
    raw = collection(feature(), crs={"type": "name", "properties": {"name": name}})
    assert DistrictMap.from_geojson(raw, key="id").ids == ("a",)


@pytest.mark.parametrize(
    "crs",
    [
        {"type": "name", "properties": {"name": "EPSG:3857"}},
        {"type": "name", "properties": {"name": "4326"}},
        {"type": "name", "properties": {"name": 4326}},
        {"type": "name", "properties": "EPSG:4326"},
        "EPSG:4326",
        {},
    ],
)
def test_another_crs(crs):
    """Metres aren't degrees; what can't be read isn't guessed."""
    (problem,) = refusal(collection(feature(), crs=crs))
    assert problem.code == "other_crs"
    assert "not in degrees on WGS 84" in problem.words


def test_a_refused_map_lists_fifty_problems_and_counts_the_others():
    """A file may have thousands; the error has them all."""
    raw = collection(*[feature(((0, 0), (1, 1)), id=str(at)) for at in range(30)])
    with pytest.raises(
        InvalidDistrictMap, match=r"^the map: 60 problems\n  feature 0 \(0\): polygon 1, ring 1 "
    ) as caught:
        DistrictMap.from_geojson(raw, key="id")
    assert len(caught.value.problems) == 60
    assert len(str(caught.value).splitlines()) == 52
    assert str(caught.value).endswith("\n  and 10 more: see the error's problems")


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"key": 5}, "key is the name of a property, text: not 5"),
        ({"key": None}, "key is the name of a property, text: not None"),
        ({"name": 5}, "name is the name of a property, text: not 5"),
        ({"priority": 5}, "priority is the name of a property, text: not 5"),
        ({"repair": True}, 'repair is None or "report": not True'),
        ({"within": (1, 2, 3)}, r"within is west, south, east and north in degrees, such as"),
        ({"within": "box"}, r"within is west, south, east and north in degrees, such as"),
        ({"within": (38, 55, 36, 56)}, r"not \(38, 55, 36, 56\)"),
        ({"within": (0, 0, 1, float("nan"))}, r"not \(0, 0, 1, nan\)"),
    ],
)
def test_what_the_host_asks_for_wrongly(how, told):
    """It's the host's mistake, and told at once."""
    with pytest.raises(ValueError, match=told):
        map_of(feature(), **how)
