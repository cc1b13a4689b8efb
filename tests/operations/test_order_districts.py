"""The district of the pickup point decides, by the map of the order's branch (G4, B9)."""

from __future__ import annotations

import pytest

from loyaltykit import InvalidValue, Loyalty, OperationMismatch, Order
from loyaltykit.geo import DistrictMap
from tests.operations.support import AT, city, codes, ride, rub


def square(key, west, east):
    ring = [[west, 55.0], [east, 55.0], [east, 56.0], [west, 56.0], [west, 55.0]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"id": key}, "geometry": geometry}


def map_of(*features):
    return DistrictMap.from_geojson({"type": "FeatureCollection", "features": list(features)}, key="id")


CITY = map_of(square("west", 37.0, 37.5), square("east", 37.5, 38.0))
SURCHARGES = [
    {"name": "in the east", "sum": "70", "scope": {"districts": ["east"]}},
    {"name": "anywhere else", "sum": "20"},
]


@pytest.fixture
def mapped(repository):
    """Give what makes a `Loyalty` with maps over the repository."""
    return lambda maps=CITY, **rules: Loyalty(city(**{"surcharge": SURCHARGES} | rules), repository, districts=maps)


def paid(loyalty, **facts):
    """Give what the worker of a settled ride was credited."""
    done = loyalty.settle(ride(worker="w7", **facts), at=AT)
    return [credit.money for decision in done.decisions for credit in decision.credits]


@pytest.mark.parametrize(
    ("pickup", "sum_"),
    [
        ((37.7, 55.5), 70),
        ((37.2, 55.5), 20),
        ((38.0, 56.0), 70),
        ((30.0, 60.0), 20),
        ((0, 0), 20),
        ((0.0, 0.0), 20),
        ((180, -90), 20),
    ],
)
def test_G4_the_pickups_district_decides(mapped, pickup, sum_):
    """Else the general one: also for a meter under test at 0,0."""
    assert paid(mapped(), pickup=pickup) == [rub(sum_)]


def test_G4_without_a_point_nothing_is_known(mapped):
    """A ride whose district nobody tells gets the general one."""
    assert paid(mapped()) == [rub(20)]


def test_G4_a_district_that_is_told_stands(mapped):
    """The host has a map of its own."""
    assert paid(mapped(), pickup=(37.2, 55.5), district="east") == [rub(70)]


def test_G4_each_branch_has_its_map(mapped):
    """The same point lies in another district of another branch's map, and in none of a branch without."""
    maps = {"north": CITY, "south": map_of(square("west", 37.5, 38.0), square("east", 37.0, 37.5))}
    loyalty = mapped(maps)
    point = (37.2, 55.5)
    assert paid(loyalty, id="o1", branch="north", pickup=point) == [rub(20)]
    assert paid(loyalty, id="o2", branch="south", pickup=point) == [rub(70)]
    assert paid(loyalty, id="o3", branch="elsewhere", pickup=point) == [rub(20)]
    assert paid(loyalty, id="o4", pickup=point) == [rub(20)]


def test_G4_an_order_keeps_its_district_and_not_the_point(mapped, repository):
    """Nothing of where somebody was picked up is stored."""
    loyalty = mapped()
    loyalty.place(ride(worker="w7", pickup=(37.71234, 55.5)), at=AT)
    body = repository.load(['["city","order","o1"]'])['["city","order","o1"]'].body
    assert '"district":"east"' in body
    assert "37.7" not in body


def test_G4_an_edited_pickup_moves_the_order(mapped):
    """A quote says the same as placing."""
    loyalty = mapped()
    order = ride(worker="w7", pickup=(37.2, 55.5))
    quoted, placed = loyalty.quote(order, at=AT), loyalty.place(order, at=AT)
    assert quoted.decisions == placed.decisions
    loyalty.amend("a1", "o1", at=AT, pickup=(37.7, 55.5))
    done = loyalty.complete("o1", at=AT)
    assert [credit.money for decision in done.decisions for credit in decision.credits] == [rub(70)]
    assert loyalty.workers.view("w7", at=AT).balance == rub(70)


def test_G4_an_edit_to_nowhere_leaves_no_district(mapped):
    loyalty = mapped()
    loyalty.place(ride(worker="w7", pickup=(37.7, 55.5)), at=AT)
    loyalty.amend("a1", "o1", at=AT, pickup=(30.0, 55.5))
    loyalty.complete("o1", at=AT)
    assert loyalty.workers.view("w7", at=AT).balance == rub(20)


def test_G4_the_same_order_from_another_place_is_another_call(mapped):
    """Two orders with one id: the second isn't the first once more."""
    loyalty = mapped()
    loyalty.place(ride(pickup=(37.2, 55.5)), at=AT)
    with pytest.raises(OperationMismatch):
        loyalty.place(ride(pickup=(37.3, 55.5)), at=AT)


@pytest.mark.parametrize(
    "pickup",
    [(181, 0), (0, 91), (float("nan"), 0), (float("inf"), 0), ("37", "55"), (True, 0), (37.5,), [37.5, 55.5], "37,55"],
)
def test_G4_what_is_no_place_is_refused(pickup):
    """With what to write."""
    with pytest.raises(InvalidValue, match="longitude, latitude"):
        Order(id="o1", pickup=pickup)


@pytest.mark.parametrize("rule", ["cashback", "promo"])
def test_B9_districts_are_a_condition_of_any_rule(mapped, rule):
    """Cashback in the east alone; a promo code that's for rides from there."""
    scope = {"districts": ["east"]}
    rules = {
        "cashback": {"cashback": [{"percent": "10", "scope": scope}]},
        "promo": {"promo": [{"name": "p", "code": "EAST", "points": 41, "scope": scope}]},
    }
    loyalty = mapped(**rules[rule])
    code = {"promo_code": "EAST"} if rule == "promo" else {}
    east = loyalty.quote(ride(pickup=(37.7, 55.5)), at=AT, **code)
    west = loyalty.quote(ride(pickup=(37.2, 55.5)), at=AT, **code)
    assert [award.points.minor for award in east.awards] == [41]
    assert west.awards == ()
    assert "outside_scope" in codes(west)


@pytest.mark.parametrize("maps", ["map.geojson", 5, {"north": "map.geojson"}, {"north": None}])
def test_G4_what_is_no_map_is_refused_at_once(mapped, maps):
    """Not in the middle of an order."""
    with pytest.raises(InvalidValue, match=r"DistrictMap\.from_geojson"):
        mapped(maps)
