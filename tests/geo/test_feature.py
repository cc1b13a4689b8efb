"""Keys, names and priorities of features."""

from __future__ import annotations

import pytest

from loyaltykit.geo import DistrictMap
from tests.geo.support import codes, collection, feature, map_of, only, refusal, square


@pytest.mark.parametrize(("raw", "key"), [("a", "a"), (7, "7"), (7.0, "7"), (0, "0"), ("Київ", "Київ"), (-1, "-1")])
def test_a_key_is_text_or_a_whole_number(raw, key):
    """And the district's id is text, as rules name it."""
    assert map_of(feature(id=raw)).ids == (key,)


@pytest.mark.parametrize("raw", ["", " a", "a ", "a\nb", "x" * 129, True, 7.5, [], {}])
def test_what_cant_be_a_key(raw):
    """It's told with the property's name."""
    (problem,) = refusal(collection(feature(id=raw)))
    assert (problem.code, problem.property, problem.feature, problem.key) == ("bad_key", "id", 0, None)


HUGE = 10**5_000
"""A number that Python doesn't turn into text."""


@pytest.mark.parametrize(
    ("properties", "how", "code"),
    [
        ({"id": HUGE}, {}, "bad_key"),
        ({"id": -HUGE}, {}, "bad_key"),
        ({"zone": HUGE}, {"name": "zone"}, "bad_name"),
        ({"rank": [HUGE]}, {"priority": "rank"}, "bad_priority"),
        ({"rank": HUGE}, {"priority": "rank"}, "bad_priority"),
    ],
)
def test_a_number_of_thousands_of_digits_is_told_at_its_feature(properties, how, code):
    """A dict may hold one, though no file can."""
    (problem,) = refusal(collection(feature(square(2, 0), id="b", rank=1, zone="B"), feature(**properties)), **how)
    assert (problem.code, problem.feature) == (code, 1)
    assert "a number of hundreds of digits" in str(problem)


def test_a_property_whose_name_is_no_text():
    """It's none that anyone could ask for."""
    raw = feature(zone="x")
    raw["properties"][HUGE] = 1
    assert map_of(raw).ids == ("a",)
    assert only(refusal(collection(raw), key="x"), "no_property").known == "'id', 'zone'"


def test_a_geometry_whose_type_is_a_number_of_thousands_of_digits():
    """It's no area."""
    (problem,) = refusal(collection(feature(geometry={"type": HUGE})))
    assert problem.value == "a number of hundreds of digits"


def test_a_missing_key_is_told_where_it_misses():
    """With the name, which may be all that tells which one it is."""
    raw = collection(feature(name="Loop", id=None), feature(square(1, 0), name="Near"), feature(square(2, 0), id=None))
    first, last = refusal(raw)
    assert str(first) == "feature 0 (Loop): it has no id (give it one of its own: the district's id)"
    assert (last.code, last.feature, last.name) == ("missing_key", 2, None)


def test_a_property_that_no_feature_has_is_told_once():
    """With those that they do have."""
    (problem,) = refusal(collection(feature(name="x"), feature(square(1, 0))), key="LocationID")
    assert str(problem) == ("no feature has the property LocationID (name one of those that they have: 'id', 'name')")


@pytest.mark.parametrize("asked", ["name", "priority"])
def test_a_property_that_was_mistyped_is_told_whatever_it_is_for(asked):
    """Or every priority would be 0, in silence; what else is wrong is told as well."""
    raw = collection(feature(rank=1, zone="x"), feature(square(1, 0), id="", rank=2))
    first, second = refusal(raw, **{asked: "rnak"})
    assert str(first) == "no feature has the property rnak (name one of those that they have: 'id', 'rank', 'zone')"
    assert (second.code, second.feature) == ("bad_key", 1)


def test_every_property_that_was_mistyped_is_told():
    """One and the same but once."""
    problems = refusal(collection(feature(rank=1)), key="x", name="y", priority="y")
    assert [(each.code, each.property) for each in problems] == [("no_property", "x"), ("no_property", "y")]


def test_a_property_that_some_features_have_was_not_mistyped():
    """The others go by what's the rule without one."""
    zones = [feature(rank=1), feature(square(1, 0), id="b", zone="B")]
    found = map_of(*zones, name="zone", priority="rank")
    assert [(each.name, each.priority) for each in found] == [("a", 1), ("B", 0)]


def test_features_without_properties():
    """There's none to name."""
    bare = feature() | {"properties": None}
    assert only(refusal(collection(bare)), "no_property").known == "none"


def test_a_key_that_stands_twice_is_told_at_each_later_one():
    """As text: 7 and "7" are one."""
    raw = collection(
        feature(id=7), feature(square(1, 0), id="8"), feature(square(2, 0), id="7"), feature(square(3, 0), id=7.0)
    )
    problems = refusal(raw)
    assert [(each.code, each.feature, each.first) for each in problems] == [
        ("duplicate_key", 2, 0),
        ("duplicate_key", 3, 0),
    ]
    assert problems[0].words == "its id is that of feature 0 already"


def test_the_name_is_the_property_asked_for():
    """Or one called name, in any case, or the key."""
    assert next(iter(map_of(feature(zone="Loop", name="x"), name="zone"))).name == "Loop"
    assert next(iter(map_of(feature(NAME="Loop")))).name == "Loop"
    assert next(iter(map_of(feature(name=5)))).name == "5"
    assert next(iter(map_of(feature()))).name == "a"
    assert next(iter(map_of(feature(zone=None), name="zone"))).name == "a"


@pytest.mark.parametrize("raw", ["", "a\tb", "x" * 129, ["x"]])
def test_what_cant_be_a_name(raw):
    """It would break the lines and pictures that show it."""
    (problem,) = refusal(collection(feature(zone=raw)), name="zone")
    assert (problem.code, problem.property, problem.key) == ("bad_name", "zone", "a")


@pytest.mark.parametrize(("raw", "priority"), [(5, 5), (-1.5, -1.5), (10**400, 10**400), (None, 0)])
def test_a_priority_is_a_number_or_none(raw, priority):
    """A feature without one has 0."""
    assert next(iter(map_of(feature(rank=raw), priority="rank"))).priority == priority


def test_priorities_are_read_only_where_they_are_asked_for():
    """A property of that name may be anything else."""
    assert next(iter(map_of(feature(priority="high")))).priority == 0


@pytest.mark.parametrize("raw", ["5", True, float("nan"), float("inf"), []])
def test_what_cant_be_a_priority(raw):
    """Nothing is guessed."""
    (problem,) = refusal(collection(feature(rank=raw)), priority="rank")
    assert (problem.code, problem.property) == ("bad_priority", "rank")


@pytest.mark.parametrize("raw", [None, 5, [], {}, {"type": "Polygon"}])
def test_what_is_no_feature(raw):
    """It's told at its place, and nothing else of it."""
    problems = refusal(collection(feature(), raw))
    assert codes(problems) == ["not_a_feature"]
    assert problems[0].feature == 1
    assert codes(refusal(collection(feature(), raw), repair="report")) == ["not_a_feature"]


POINT = {"type": "Point", "coordinates": [30.5, 50.4]}


@pytest.mark.parametrize(
    ("geometry", "value"),
    [
        (POINT, "Point"),
        ({"type": "LineString", "coordinates": [[0, 0], [1, 1]]}, "LineString"),
        ({"type": "GeometryCollection", "geometries": []}, "GeometryCollection"),
        ({"type": "Polygon", "coordinates": []}, "an empty Polygon"),
        ({"type": "MultiPolygon", "coordinates": []}, "an empty MultiPolygon"),
        ({"type": None}, "None"),
        ("Polygon", "none"),
    ],
)
def test_a_feature_that_is_no_area(geometry, value):
    """It refuses the map, and under repair it's left out, by its name."""
    raw = collection(feature(), feature(geometry=geometry, id="p", name="Stop"))
    (problem,) = refusal(raw)
    assert (problem.code, problem.feature, problem.key, problem.value) == ("not_an_area", 1, "p", value)
    repaired = DistrictMap.from_geojson(raw, key="id", repair="report")
    assert repaired.ids == ("a",)
    assert str(repaired.problems()[0]) == (
        f"feature 1 (p, Stop): left out: its geometry is {value}, no area (take it out of the file as well)"
    )


def test_a_feature_without_geometry():
    """GeoJSON allows null."""
    assert refusal(collection(feature() | {"geometry": None}))[0].value == "none"


def test_what_is_left_out_needs_no_key_of_its_own():
    """Labels often stand beside their areas, under the same key or none."""
    label, nameless = feature(geometry=POINT, id="a"), feature(geometry=POINT, id=None)
    repaired = map_of(label, feature(), nameless, repair="report")
    assert repaired.ids == ("a",)
    assert codes(repaired.problems()) == ["left_out", "left_out"]


def test_a_map_of_which_nothing_is_left():
    """It's refused, and says what was left out."""
    assert codes(refusal(collection(feature(geometry=POINT)), repair="report")) == ["no_areas", "left_out"]
