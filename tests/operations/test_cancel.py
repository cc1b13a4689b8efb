"""Cancel and no-show: an order comes to nothing, and what it held goes back (B2, R10)."""

from __future__ import annotations

import pytest

from loyaltykit import InvalidValue, Points, UnknownOrder
from tests.operations.support import AT, DAY, HOUR, account_of, balance, codes, everything, give, ride, rub

BOTH = pytest.mark.parametrize("end", ["cancel", "no_show"])


@BOTH
def test_B2_what_was_held_goes_back(life, repository, end):
    """To the lots that it came from, with their dates; nothing is booked."""
    loyalty = life(expiry={"after": "P60D"})
    give(loyalty, 350)
    give(loyalty, 100, at=AT + DAY, order="gift 2")
    before = account_of(repository)
    loyalty.place(ride(), at=AT + DAY, redeem=Points(400))
    ended = getattr(loyalty, end)("o1", at=AT + DAY)
    assert ended.status == {"cancel": "cancelled", "no_show": "no_show"}[end]
    assert (ended.due, ended.redeemed, ended.awards) == (None, Points(0), ())
    assert [str(effect) for decision in ended.decisions for effect in decision.effects] == ["m1 has 400 points back"]
    assert account_of(repository) == before


@BOTH
def test_an_order_that_held_nothing_ends_quietly(life, repository, end):
    """No member is touched, and none need be named."""
    loyalty = life()
    loyalty.place(ride(), at=AT)
    loyalty.place(ride(id="o2", customer=None), at=AT)
    before = everything(repository)[1:]
    for order in ("o1", "o2"):
        assert getattr(loyalty, end)(order, at=AT).decisions == ()
    assert everything(repository)[1:] == before


def test_B2_points_that_had_expired_while_held_are_gone_and_said_so(life):
    """Nothing launders expiry."""
    loyalty = life(expiry={"after": "P1D"}, hold_timeout="P30D")
    give(loyalty, 350)
    give(loyalty, 10, at=AT + DAY, order="gift 2")
    loyalty.place(ride(), at=AT + DAY, redeem=Points(355))
    ended = loyalty.cancel("o1", at=AT + 2 * DAY)
    (decision,) = ended.decisions
    assert (decision.points, codes(ended)) == (Points(5), ["returned_after_expiry"])
    assert decision.reasons[0].points == Points(350)
    assert balance(loyalty, AT + 2 * DAY) == Points(10)


def test_B2_or_live_on_for_the_term_of_grace(life):
    """To the end of its local day; and not a second time."""
    loyalty = life(expiry={"after": "P1D", "returned_after_expiry": "P2D"}, hold_timeout="P30D")
    give(loyalty, 350)
    loyalty.place(ride(), at=AT, redeem="all")
    ended = loyalty.cancel("o1", at=AT + 9 * DAY)
    assert (ended.decisions[0].points, codes(ended)) == (Points(350), [])
    loyalty.place(ride(id="o2"), at=AT + 11 * DAY, redeem="all")
    assert balance(loyalty, AT + 11 * DAY) == Points(0)
    assert codes(loyalty.cancel("o2", at=AT + 12 * DAY)) == ["returned_after_expiry"]
    assert balance(loyalty, AT + 12 * DAY) == Points(0)


@BOTH
def test_a_completed_order_stays_so(life, end):
    """The reason says it, and what was booked stands."""
    loyalty = life()
    give(loyalty, 350)
    loyalty.settle(ride(), at=AT, redeem=Points(200))
    told = getattr(loyalty, end)("o1", at=AT)
    assert (told.status, told.due, told.redeemed) == ("completed", rub(212), Points(200))
    assert codes(told) == ["already_completed"]


def test_an_order_that_is_over_isnt_ended_again(life, repository):
    """Cancelled, it's no no-show; the first end stands."""
    loyalty = life()
    give(loyalty, 350)
    loyalty.place(ride(), at=AT, redeem=Points(200))
    first = loyalty.cancel("o1", at=AT)
    told = loyalty.no_show("o1", at=AT)
    assert (told.status, told.due, told.redeemed, codes(told)) == ("cancelled", None, Points(0), ["already_ended"])
    loyalty.place(ride(id="o2"), at=AT)
    loyalty.no_show("o2", at=AT)
    assert [reason.status for reason in loyalty.cancel("o2", at=AT).reasons] == ["no_show"]
    before = everything(repository)
    assert loyalty.cancel("o1", at=AT + HOUR) == first
    assert everything(repository) == before


@BOTH
def test_an_order_that_nobody_placed_is_unknown(life, repository, end):
    """And nothing is stored of it; an id that is none is refused."""
    with pytest.raises(UnknownOrder):
        getattr(life(), end)("o1", at=AT)
    for order_id in ("", None, "a\tb", "\udfff"):
        with pytest.raises(InvalidValue, match="the id of an order"):
            getattr(life(), end)(order_id, at=AT)
    assert everything(repository) == ({}, [], {})
