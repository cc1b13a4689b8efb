"""Points for an order of a service or a class (S1, S2)."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from loyaltykit import (
    Award,
    Money,
    Order,
    Points,
    Program,
    Scope,
    ServicePoints,
    Term,
    Window,
    service_points_for,
    work_out,
)

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
BASE = {"id": "salon", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow"}


def decide(rule, *, at=AT, **order):
    return service_points_for(rule, Order(**({"id": "o1", "customer": "m1", "service": "haircut"} | order)), at=at)


def test_S1_an_order_earns_the_points_of_its_service():
    """Whatever it costs, known or not."""
    assert decide(ServicePoints(points=Points(50))).effects == (Award("m1", Points(50)),)
    assert decide(ServicePoints(points=Points(50)), price=Money(0, "RUB")).points == Points(50)


def test_S2_the_award_says_how_long_after_the_visit_its_credited():
    """The delay is a term."""
    (award,) = decide(ServicePoints(points=Points(50), delay=Term("PT3H"))).awards
    assert award == Award("m1", Points(50), delay=Term("PT3H"))
    assert str(award) == "m1 earns 50 points, credited after PT3H"


def test_S1_a_minimum_looks_at_the_price():
    """Below it, or where no price is known, there's nothing, with the reason."""
    rule = ServicePoints(points=Points(50), minimum=Money(300, "RUB"))
    assert decide(rule, price=Money(300, "RUB")).points == Points(50)
    assert decide(rule, price=Money("299.99", "RUB")).reasons[0].code == "below_minimum"
    assert decide(rule).reasons[0].code == "price_unknown"


def test_S1_nobody_earns_where_the_order_names_no_customer():
    """With the reason."""
    assert decide(ServicePoints(points=Points(50)), customer=None).reasons[0].code == "no_customer"


def test_S1_a_rule_respects_its_scope():
    """By itself, too: another service, another hour."""
    rule = ServicePoints(points=Points(50), scope=Scope(services=("massage",)))
    assert decide(rule).reasons[0].code == "outside_scope"
    mornings = Scope(windows=(Window((), time(7).isoformat("minutes"), "10:00", "UTC"),))
    evening = ServicePoints(points=Points(50), scope=mornings, scope_moment="starts")
    assert decide(evening).reasons[0].code == "outside_windows"
    assert decide(evening, starts_at=AT.replace(hour=8)).points == Points(50)


@pytest.mark.parametrize(("service", "points"), [("haircut", 50), ("massage", 80), ("colouring", 0), (None, 0)])
def test_S1_each_service_gives_its_own_number_of_points(service, points):
    """The first rule whose scope matches answers; what isn't switched on earns none."""
    program = Program.from_dict(
        BASE
        | {
            "service_points": [
                {"points": 50, "scope": {"services": ["haircut"]}},
                {"points": 80, "delay": "PT3H", "scope": {"services": ["massage", "haircut"]}},
            ]
        }
    )
    breakdown = work_out(program, Order(id="o1", customer="m1", service=service), at=AT)
    assert sum(award.points.minor for award in breakdown.awards) == points
    assert [decision.rule for decision in breakdown.decisions] == ["service_points"]


def test_S1_service_points_stand_beside_cashback():
    """A program may have both."""
    program = Program.from_dict(BASE | {"cashback": [{"percent": 5}], "service_points": [{"points": 50}]})
    breakdown = work_out(program, Order(id="o1", customer="m1", price=Money(400, "RUB")), at=AT)
    assert [(each.rule, each.points) for each in breakdown.decisions] == [
        ("cashback", Points(20)),
        ("service_points", Points(50)),
    ]
