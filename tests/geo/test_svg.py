"""The picture of a map."""

from __future__ import annotations

import re
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from loyaltykit import InvalidValue
from loyaltykit.geo import DistrictMap
from tests.geo.support import feature, map_of, square, squares

SVG = "{http://www.w3.org/2000/svg}"
TOWN = DistrictMap.from_geojson(squares((0, 0), (1, 0), (1, 1)), key="id")


def drawn(found, values=None):
    """Give the picture's root, its paths and its texts."""
    root = ET.fromstring(found.to_svg(values))  # noqa: S314 - our own
    return root, root.findall(f"{SVG}path"), list(root.iter(f"{SVG}text"))


def test_each_district_is_drawn_and_named():
    """North is up, and a degree of latitude as long as one of longitude at the equator."""
    root, paths, texts = drawn(TOWN)
    assert root.get("viewBox") == "-5 -5 1009.8 1010"
    assert [path.get("d") for path in paths] == [
        "M0 1000L499.9 1000L499.9 500L0 500Z",
        "M499.9 1000L999.8 1000L999.8 500L499.9 500Z",
        "M499.9 500L999.8 500L999.8 0L499.9 0Z",
    ]
    assert [path.find(f"{SVG}title").text for path in paths] == ["0", "1", "2"]
    assert [(text.text, text.get("x"), text.get("y")) for text in texts] == [
        ("0", "249.9", "750.0"),
        ("1", "749.8", "750.0"),
        ("2", "749.8", "250.0"),
    ]


def test_a_notebook_shows_it():
    """As it's drawn without values."""
    assert TOWN._repr_svg_() == TOWN.to_svg()


def test_at_60_degrees_north_it_is_half_as_wide():
    """As the ground is."""
    root, _, _ = drawn(map_of(feature(square(0, 59.5))))
    assert root.get("viewBox") == "-5 -5 510 1010"


def test_values_colour_it_from_pale_to_red():
    """In proportion; what has none is grey."""
    _, paths, _ = drawn(TOWN, {"0": 10, "1": Decimal(30)})
    assert [path.get("fill") for path in paths] == ["#fff7bc", "#bd0026", "#f2f2f2"]
    assert [path.find(f"{SVG}title").text for path in paths] == ["0: 10", "1: 30", "2"]
    _, paths, _ = drawn(TOWN, {"0": 0.0, "1": 5.0, "2": 10.0})
    assert paths[1].get("fill") == "#de7c71"


@pytest.mark.parametrize(
    ("values", "fills"),
    [
        ({"0": 5, "1": 5}, ["#bd0026", "#bd0026", "#f2f2f2"]),
        ({}, ["#f2f2f2"] * 3),
        ({"0": -1.7e308, "1": 1.7e308}, ["#fff7bc", "#bd0026", "#f2f2f2"]),
    ],
)
def test_values_without_a_span_or_with_a_vast_one(values, fills):
    """Nothing is divided by nothing."""
    assert [path.get("fill") for path in drawn(TOWN, values)[1]] == fills


@pytest.mark.parametrize("value", ["5", None, True, float("nan"), Decimal("NaN"), Decimal("sNaN"), 10**400])
def test_a_value_that_is_no_number(value):
    """It's named with its district."""
    with pytest.raises(InvalidValue, match=r"^the value of 0, .* give an int, a float or a Decimal$"):
        TOWN.to_svg({"0": value})


def test_a_value_of_no_district():
    """A mistyped id would show nothing, and nobody would know."""
    with pytest.raises(InvalidValue, match="'7' is no district of the map: give values by the districts' ids"):
        TOWN.to_svg({"7": 5})


def test_names_cant_break_the_picture():
    """They come from a file that anyone may have made."""
    evil = "</title><script>alert('1')</script>&"
    found = map_of(feature(id="<a>", name=evil))
    _, (path,), (text,) = drawn(found)
    assert "<script" not in found.to_svg()
    assert (path.find(f"{SVG}title").text, text.text) == (f"{evil} (<a>)", evil)


def test_holes_are_left_open_and_points_that_fall_together_drawn_once():
    """By the even-odd rule; a picture of a thousand units needs no finer outline."""
    outer = [[0, 0], [1, 0], [1, 1], [0.000001, 1], [0, 1], [0, 0]]
    rings = {"type": "Polygon", "coordinates": [outer, square(0.25, 0.25, 0.5)]}
    _, (path,), _ = drawn(map_of(feature(geometry=rings)))
    assert path.get("fill-rule") == "evenodd"
    assert len(re.findall("M", path.get("d"))) == 2
    assert len(re.findall("L", path.get("d"))) == 6


def test_the_name_stands_in_the_widest_part_as_large_as_fits():
    """Never over its neighbours."""
    parts = {"type": "MultiPolygon", "coordinates": [[square(0, 0, 0.1)], [square(1, 0)]]}
    _, _, (text,) = drawn(map_of(feature(geometry=parts, name="A name of some twenty-six letters")))
    assert 730 < float(text.get("x")) < 780
    assert float(text.get("font-size")) == 16
    _, _, texts = drawn(map_of(feature(square(0, 0, 0.01), id="a", name="small"), feature(square(0.5, 0), id="b")))
    assert float(texts[0].get("font-size")) < 5


@pytest.mark.parametrize("character", ["\ufffe", "\uffff", "\ue000", "\U0001f695", "\U0001ffff"])
def test_characters_that_no_xml_may_hold_are_shown_as_such(character):
    """An id may hold some; the picture has the mark for what can't be shown instead."""
    _, (path,), (text,) = drawn(map_of(feature(id=f"a{character}b")))
    shown = f"a{character}b" if character not in "\ufffe\uffff" else "a\ufffdb"
    assert (path.find(f"{SVG}title").text, text.text) == (shown, shown)


def test_a_value_of_thousands_of_digits_is_told_as_any_other():
    """Python doesn't turn it into text."""
    with pytest.raises(InvalidValue, match="the value of 0, a number of hundreds of digits, is no number that can"):
        TOWN.to_svg({"0": 10**5_000})
