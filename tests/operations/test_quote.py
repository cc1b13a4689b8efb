"""Quote: what an order would come to. Nothing is written (G5, G7)."""

from __future__ import annotations

from datetime import datetime

import pytest

from loyaltykit import InvalidValue, MixedUnits, Money, NaiveMoment, NoRevision, Order, Points
from tests.operations.cards import sold
from tests.operations.support import AT, DAY, codes, everything, give, ride, rub


def test_G5_a_percentage_becomes_points_through_the_point_value(life):
    """5 % of 412.00 at 0.50 a point are 41.2 points, so 41."""
    quoted = life(cashback=[{"percent": "5"}], point_value="0.50").quote(ride(), at=AT)
    assert (quoted.status, quoted.due, quoted.awards[0].points) == ("quoted", rub(412), Points(41))
    assert (quoted.order_id, quoted.at) == ("o1", AT)


def test_G7_points_lower_what_is_due(life):
    """Charged 412, 200 points: due 212."""
    loyalty = life()
    give(loyalty, 350)
    quoted = loyalty.quote(ride(), at=AT, redeem=Points(200))
    assert (quoted.charged, quoted.redeemed, quoted.worth, quoted.due) == (rub(412), Points(200), rub(200), rub(212))
    assert loyalty.quote(ride(), at=AT, redeem="all").due == rub(62)


def test_a_quote_changes_nothing(life, repository):
    """Not even a revision is published, and what has fallen due isn't booked."""
    loyalty = life(expiry={"after": "P1D"})
    loyalty.quote(ride(), at=AT, redeem="all")
    assert everything(repository) == ({}, [], {})
    give(loyalty, 350)
    before = everything(repository)
    assert codes(loyalty.quote(ride(), at=AT + 9 * DAY, redeem="all")) != []
    assert everything(repository) == before


def test_G8_what_has_expired_by_then_cant_be_spent(life):
    """By time alone: nobody has swept."""
    loyalty = life(expiry={"after": "P1D"})
    give(loyalty, 350)
    assert loyalty.quote(ride(), at=AT + DAY, redeem=Points(200)).redeemed == Points(200)
    late = loyalty.quote(ride(), at=AT + 2 * DAY, redeem=Points(200))
    assert (late.redeemed, codes(late)[0]) == (Points(0), "limited_by_balance")


def test_what_is_placed_is_what_was_quoted(life):
    """But for its status."""
    loyalty = life(cashback=[{"percent": 5}], first_app_order=[{"points": 100}])
    give(loyalty, 350)
    order = ride(channel="app")
    quoted, placed = [call(order, at=AT, redeem=Points(400)) for call in (loyalty.quote, loyalty.place)]
    assert (quoted.decisions, quoted.due, quoted.revision) == (placed.decisions, placed.due, placed.revision)


def test_what_a_placed_order_holds_may_be_spent_on_it(life):
    """Points and gift card alike: asked again, it comes to what it was placed with; another order has none of it."""
    loyalty = life()
    give(loyalty, 200)
    told = {"redeem": "all", "gift_card": sold(loyalty, 212)}
    placed = loyalty.place(ride(), at=AT, **told)
    quoted = loyalty.quote(ride(), at=AT, **told)
    assert (placed.due, quoted.due, quoted.redeemed) == (rub(0), rub(0), Points(200))
    assert loyalty.quote(ride(id="o2"), at=AT, redeem=Points(200)).due == rub(412)


def test_without_a_customer_or_a_price_there_are_reasons(life):
    """Loyalty never stops an order."""
    loyalty = life(cashback=[{"percent": 5}])
    nobodys = loyalty.quote(ride(customer=None), at=AT, redeem="all")
    assert (codes(nobodys), nobodys.due) == (["no_customer", "no_customer"], rub(412))
    unpriced = loyalty.quote(ride(None), at=AT, redeem=Points(5))
    assert (unpriced.due, unpriced.redeemed) == (None, Points(0))
    assert codes(unpriced) == ["limits_at_completion", "limited_by_balance", "price_unknown"]


def test_a_hosts_mistakes_are_errors(life, repository):
    """They leave no trace."""
    loyalty = life(in_force_from="2026-01-01")
    with pytest.raises(NaiveMoment):
        loyalty.quote(ride(), at=datetime(2026, 3, 1))  # noqa: DTZ001 - that's what is refused
    with pytest.raises(NoRevision):
        loyalty.quote(ride(), at=AT - 90 * DAY)
    with pytest.raises(MixedUnits):
        loyalty.quote(Order(id="o1", price=Money(5, "USD")), at=AT)
    for redeem in (200, "everything", Points(-1), 0.5):
        with pytest.raises(InvalidValue, match="points to redeem"):
            loyalty.quote(ride(), at=AT, redeem=redeem)
    assert everything(repository) == ({}, [], {})
