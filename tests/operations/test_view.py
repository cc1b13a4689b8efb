"""View: what a member has, at a moment (R12, S4)."""

from __future__ import annotations

import pytest

from loyaltykit import Expiring, InvalidValue, Points
from tests.operations.support import AT, DAY, HOUR, everything, give, ride, rub


def test_a_member_whom_nobody_has_seen_has_nothing(life, repository):
    """And looking doesn't make one."""
    view = life().members.view("m1", at=AT)
    assert (view.member, view.at, view.visits, view.sold, view.next_expiry) == ("m1", AT, 0, rub(0), None)
    assert [view.balance, view.held, view.pending, view.debt] == [Points(0)] * 4
    assert everything(repository) == ({}, [], {})


def test_a_view_shows_what_is_there_held_and_to_come(life, repository):
    """It's judged at its moment, and changes nothing."""
    loyalty = life(cashback=[{"percent": 5, "delay": "PT3H"}], expiry={"after": "P60D"})
    give(loyalty, 350)
    loyalty.place(ride(), at=AT, redeem=Points(200))
    loyalty.settle(ride(id="o2"), at=AT)
    before = everything(repository)
    view = loyalty.members.view("m1", at=AT + HOUR)
    assert (view.balance, view.held, view.pending, view.debt) == (Points(150), Points(200), Points(21), Points(0))
    assert (view.visits, view.sold) == (2, rub(762))
    assert loyalty.members.view("m1", at=AT + 90 * DAY).balance == Points(0)
    assert everything(repository) == before


def test_G8_the_next_expiry_is_of_all_points_that_go_together(life):
    """Credited within one day, they expire with one."""
    loyalty = life(expiry={"after": "P60D"})
    give(loyalty, 350)
    give(loyalty, 50, at=AT + HOUR, order="gift 2")
    give(loyalty, 7, at=AT + DAY, order="gift 3")
    view = loyalty.members.view("m1", at=AT + DAY)
    assert view.next_expiry == Expiring(AT.replace(month=5, day=9, hour=21), Points(400))
    after = loyalty.members.view("m1", at=view.next_expiry.at)
    assert (after.balance, after.next_expiry.points) == (Points(7), Points(7))


def test_G8_whoever_stays_away_loses_all_at_once(life):
    """With both kinds of expiry, the next one is the earlier."""
    loyalty = life(expiry={"after": "P60D", "inactivity": "P10D"})
    give(loyalty, 350)
    give(loyalty, 7, at=AT + DAY, order="gift 2")
    view = loyalty.members.view("m1", at=AT + DAY)
    assert view.next_expiry == Expiring(AT.replace(day=21, hour=21), Points(357))
    assert loyalty.members.view("m1", at=view.next_expiry.at).balance == Points(0)


def test_members_are_told_apart_byte_for_byte(life):
    """Case, blanks and composed letters matter."""
    loyalty = life()
    give(loyalty, 350, member="m1")
    for other in ("M1", "m1 ", "м1", "m1\u0301"):
        assert loyalty.members.view(other, at=AT).balance == Points(0)


@pytest.mark.parametrize("member", ["", None, 5, "a\nb", "\ud800", "x" * 129])
def test_an_id_that_is_none_is_refused(life, member):
    """By every repository alike."""
    with pytest.raises(InvalidValue, match="the id of a member"):
        life().members.view(member, at=AT)
