"""Step 5: what a gift card pays, and that it's money (S3, B3)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.operations.support import AT, city, rub

from loyaltykit import CardStanding, InvalidValue, MixedUnits, Money, Order, Points, Program, Standing, work_out
from loyaltykit.waterfall.carded import carded_for, paid_by_card

BASES = [{"percent": "10", "basis": basis} for basis in ("price", "charged", "payable")]


@given(balance=st.integers(0, 10**6), payable=st.integers(0, 10**6))
def test_S3_a_card_pays_what_it_can(balance, payable):
    """Never more than is to be paid, or than it has; a reason says why not more."""
    card = CardStanding(card="c1", balance=Money.from_minor(balance, "RUB"))
    decision = carded_for(card, Money.from_minor(payable, "RUB"))
    paid = paid_by_card([decision])
    assert (0 if paid is None else paid.minor) == min(balance, payable)
    reasons = [reason.code for reason in decision.reasons]
    if not balance:
        assert reasons == ["card_empty"]
    elif not payable:
        assert reasons == ["card_not_needed"]
    else:
        assert reasons == (["limited_by_card"] if balance < payable else [])


def test_S3_without_a_price_all_of_it_is_held():
    """Nobody knows what will be due."""
    assert paid_by_card([carded_for(CardStanding(card="c1", balance=rub(50)), None)]) == rub(50)


def test_S3_a_frozen_card_pays_nothing():
    """However much is on it."""
    card = CardStanding(card="c1", balance=rub(50), frozen=True)
    assert str(carded_for(card, rub(10))) == "gift_card: the gift card is frozen: nothing can be paid with it"


@pytest.mark.parametrize("rule", BASES, ids=lambda rule: rule["basis"])
def test_S3_a_card_lowers_what_is_due_and_no_basis_of_awards(rule):
    """It's stored money: whoever pays with it earns as if they paid with any other."""
    program = Program.from_dict(
        {"id": "c", "currency": "RUB", "point_value": 1, "time_zone": "UTC", "cashback": [rule], "redemption": [{}]}
    )
    told = {"at": AT, "redeem": Points(12), "standing": Standing(balance=Points(12))}
    order = Order(id="o1", customer="m1", price=rub(412))
    without = work_out(program, order, **told)
    card = CardStanding(card="c1", balance=rub(500))
    paid = work_out(program, order, **told, card=card)
    assert (paid.awards, paid.payable) == (without.awards, without.payable)
    assert (without.card, without.due) == (None, rub(400))
    assert (paid.card, paid.due) == (rub(400), rub(0))


def test_S3_elsewhere_nothing_is_paid_by_card():
    """A branch in which the program doesn't run knows none of its cards."""
    program = city(branches=[{"id": "centre"}])
    order = Order(id="o1", branch="north", price=rub(412))
    assert work_out(program, order, at=AT, card=CardStanding(card="c1", balance=rub(50))).card is None


def test_S3_a_card_of_another_currency_is_a_mistake():
    """The host's, since cards are in the program's."""
    with pytest.raises(MixedUnits):
        carded_for(CardStanding(card="c1", balance=Money(50, "USD")), rub(50))


@pytest.mark.parametrize(
    "told", [{"card": ""}, {"balance": Points(5)}, {"balance": Money(-1, "RUB")}, {"frozen": "yes"}, {"card": None}]
)
def test_what_is_no_card_is_refused(told):
    """Before anything is worked out."""
    with pytest.raises(InvalidValue):
        CardStanding(**({"card": "c1", "balance": rub(5)} | told))
