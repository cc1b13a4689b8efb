"""A store that was begun in other units is refused by every call, and nothing is written: balances would mean else."""

from __future__ import annotations

import pytest

from loyaltykit import InvalidValue, Loyalty, Money, OpeningMember, Order, Points
from tests.operations.support import AT, DAY, city, everything, give, ride, rub

OTHERS = {
    "currency": {"currency": "USD"},
    "value": {"point_value": "0.50"},
    "digits": {"digits": 2},
    "zone": {"time_zone": "Europe/Samara"},
}


def calls(order):
    """Give each call by its name, over an *order* in the currency of the program that makes it."""
    price = order.price
    return {
        "view": lambda loyalty: loyalty.members.view("m1", at=AT),
        "statement": lambda loyalty: loyalty.members.statement("m1", at=AT),
        "adjust": lambda loyalty: loyalty.members.adjust("a1", "m1", Points(50), at=AT, description="x"),
        "forget": lambda loyalty: loyalty.members.forget("m1", at=AT),
        "import": lambda loyalty: loyalty.members.import_members([OpeningMember(id="m9")], at=AT),
        "export": lambda loyalty: loyalty.members.export_members(at=AT),
        "quote": lambda loyalty: loyalty.quote(order, at=AT, redeem="all"),
        "place": lambda loyalty: loyalty.place(order, at=AT, redeem="all"),
        "settle": lambda loyalty: loyalty.settle(order, at=AT, redeem="all"),
        "amend": lambda loyalty: loyalty.amend("a1", "placed", at=AT, price=price),
        "complete": lambda loyalty: loyalty.complete("placed", at=AT, price=price),
        "cancel": lambda loyalty: loyalty.cancel("placed", at=AT),
        "no_show": lambda loyalty: loyalty.no_show("placed", at=AT),
        "correct": lambda loyalty: loyalty.correct("c1", "done", at=AT, price=price),
        "refund": lambda loyalty: loyalty.refund("r1", "done", at=AT, amount=price),
        "record_payment": lambda loyalty: loyalty.record_payment("p1", "done", price, at=AT),
        "run_due": lambda loyalty: loyalty.run_due(at=AT + 90 * DAY),
        "publish": lambda loyalty: loyalty.publish(loyalty._programs.revisions.programs[0]),
    }


@pytest.mark.parametrize("call", calls(ride()))
@pytest.mark.parametrize("units", OTHERS)
def test_a_store_begun_in_other_units_is_refused(repository, units, call):
    """By every call, with what the store was begun in, and what to do."""
    begun = Loyalty(city(expiry={"after": "P60D"}), repository)
    give(begun, 350)
    begun.place(ride(id="placed"), at=AT, redeem=Points(100))
    begun.settle(ride(id="done"), at=AT)
    before = everything(repository)
    price = Money(100, "USD") if units == "currency" else rub(100)
    other = Loyalty(city(expiry={"after": "P60D"}, **OTHERS[units]), repository)
    with pytest.raises(
        InvalidValue, match=r"begun by a program with .*give the program that has others an id"
    ) as caught:
        calls(Order(id="o1", customer="m1", price=price))[call](other)
    assert caught.value.value == "city"
    assert everything(repository) == before


@pytest.mark.parametrize("call", calls(ride()))
def test_also_in_a_transaction_of_the_hosts(repository, call):
    """What joins a transaction asks anew."""
    give(Loyalty(city(), repository), 350)
    before = everything(repository)
    other = Loyalty(city(digits=2), repository)
    with pytest.raises(InvalidValue, match="units can't change"):
        calls(ride())[call](other.on(repository))
    assert everything(repository) == before


def test_what_isnt_a_unit_may_change(repository):
    """Rules, names and terms are another revision."""
    give(Loyalty(city(), repository), 350)
    loyalty = Loyalty(
        city(name="The city", cashback=[{"percent": 9}], hold_timeout="P1D", clawback="within_balance"), repository
    )
    assert loyalty.settle(ride(), at=AT, redeem="all").redeemed == Points(350)


def test_a_program_of_another_id_has_units_of_its_own(repository):
    """They share a store without meeting."""
    give(Loyalty(city(), repository), 350)
    other = Loyalty(city(id="town", digits=2), repository)
    give(other, "0.25")
    assert other.members.view("m1", at=AT).balance == Points("0.25", digits=2)
