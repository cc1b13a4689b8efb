"""Forget: what is stored about a member is erased, and totals stay true (S6, S8, B10)."""

from __future__ import annotations

import json

import pytest

from loyaltykit import InvalidValue, Loyalty, NaiveMoment, OpeningMember, Points
from loyaltykit.ledger.account import Posting
from loyaltykit.ledger.entry import unbalanced
from loyaltykit.operations.book import Book
from loyaltykit.operations.programs import Programs
from tests.operations.support import (
    AT,
    DAY,
    account_of,
    balance,
    city,
    codes,
    entries_of,
    everything,
    give,
    keys_of,
    ride,
    rub,
    statement,
)


def sum_of(repository, kind):
    return sum(entry.amount for entry in entries_of(repository, f'["city","{kind}"]'))


def told_of(repository, member="m1"):
    """Give the bodies that stand about *member*, but for orders."""
    found = repository.load([key for key in keys_of(repository) if json.loads(key)[1] in ("member", "note")])
    return {key: each.body for key, each in found.items() if json.loads(key)[2] == member and each.body is not None}


def test_S8_nothing_is_left_but_true_totals(life, repository):
    """What the member had goes to an account of the program's."""
    loyalty = life(cashback=[{"percent": 5}], expiry={"after": "P60D"})
    give(loyalty, 350)
    loyalty.settle(ride(channel="app"), at=AT)
    loyalty.members.forget("m1", at=AT)
    view = loyalty.members.view("m1", at=AT)
    assert (view.balance, view.held, view.debt, view.visits, view.sold) == (*[Points(0)] * 3, 0, rub(0))
    assert (told_of(repository), sum_of(repository, "forgotten"), sum_of(repository, "issued")) == ({}, 371, -371)
    assert repository.due(AT + 900 * DAY, after=None, limit=9) == []


def test_S8_a_member_with_everything(life, repository):
    """Held, owed, expired and still to come: all of it's given up, as of that moment."""
    loyalty = life(
        cashback=[{"percent": 50, "scope": {"tariffs": ["good"]}}, {"percent": 5, "delay": "P9D"}],
        expiry={"after": "P5D"},
    )
    loyalty.settle(ride("400", tariff="good"), at=AT)
    loyalty.settle(ride("150", id="o2"), at=AT, redeem=Points(150))
    loyalty.place(ride(id="o3"), at=AT, redeem=Points(40))
    loyalty.refund("r1", "o1", at=AT)
    view = loyalty.members.view("m1", at=AT)
    assert (view.balance, view.held, view.pending, view.debt) == (Points(0), Points(40), Points(8), Points(190))
    loyalty.members.forget("m1", at=AT)
    assert (told_of(repository), sum_of(repository, "forgotten")) == ({}, 40 - 190)
    assert balance(loyalty, AT + 30 * DAY) == Points(0)


def test_S8_what_has_expired_by_then_did_expire(life, repository):
    """Breakage is breakage."""
    loyalty = life(expiry={"after": "P1D"})
    give(loyalty, 350)
    give(loyalty, 7, at=AT + DAY, order="gift 2")
    loyalty.members.forget("m1", at=AT + 2 * DAY)
    assert (sum_of(repository, "expired"), sum_of(repository, "forgotten")) == (350, 7)


def test_S8_more_than_a_change_carries(life, repository):
    """It's swept first."""
    loyalty = life()
    lots = [(Points(1), AT + day * DAY) for day in range(1, 61)]
    loyalty.members.import_members([OpeningMember(id="m1", lots=lots)], at=AT)
    loyalty.members.forget("m1", at=AT + 50 * DAY)
    assert (sum_of(repository, "expired"), sum_of(repository, "forgotten")) == (50, 10)


@pytest.mark.parametrize("count", [1, 49, 50, 51, 120])
def test_S6_all_notes_are_erased(life, repository, count):
    """However many, those of nobody else."""
    loyalty = life()
    for number in range(count):
        loyalty.members.adjust(f"a{number}", "m1", Points(1), at=AT, description=f"call {number}")
    loyalty.members.adjust("a1", "m10", Points(1), at=AT, description="another's")
    loyalty.members.forget("m1", at=AT)
    assert told_of(repository) == {}
    assert len(told_of(repository, "m10")) == 2
    assert {line.description for line in statement(loyalty, AT)} == {None}
    assert statement(loyalty, AT, member="m10")[0].description == "another's"


def test_S6_notes_of_a_second_life_are_erased_too(life, repository):
    """Beside those that were erased before."""
    loyalty = life()
    for turn in range(3):
        for number in range(40):
            loyalty.members.adjust(f"a{turn}/{number}", "m1", Points(1), at=AT, description="x")
        loyalty.members.forget("m1", at=AT)
        assert told_of(repository) == {}
    assert sum_of(repository, "forgotten") == 120


def test_forgotten_twice(life, repository):
    """The second time there's nothing to do."""
    loyalty = life()
    give(loyalty, 350)
    loyalty.members.forget("m1", at=AT)
    before = everything(repository)
    loyalty.members.forget("m1", at=AT + DAY)
    assert everything(repository) == before


def test_a_member_whom_nobody_has_seen(life, repository):
    """Nothing is written."""
    life().members.forget("m1", at=AT)
    assert everything(repository) == ({}, [], {})


def test_a_new_life(life, repository):
    """A member who comes back begins at nothing, and can be forgotten again."""
    loyalty = life(first_app_order=[{"points": 100}])
    give(loyalty, 350)
    loyalty.settle(ride(channel="app"), at=AT)
    loyalty.members.forget("m1", at=AT)
    assert loyalty.settle(ride(id="o2", channel="app"), at=AT).awards[-1].points == Points(100)
    assert (loyalty.members.view("m1", at=AT).visits, balance(loyalty, AT)) == (1, Points(100))
    loyalty.members.forget("m1", at=AT)
    assert (balance(loyalty, AT), sum_of(repository, "forgotten")) == (Points(0), 550)


def test_S8_what_is_done_to_their_orders_later_leaves_nothing_of_them(life, repository):
    """Refunds in part and whole, corrections, payments: who was forgotten stays so, and so does a new life."""
    loyalty = life(cashback=[{"percent": 5}])
    for order in ("o1", "o2"):
        loyalty.settle(ride(id=order), at=AT)
    loyalty.members.forget("m1", at=AT)
    loyalty.place(ride(id="o3"), at=AT)
    loyalty.correct("k1", "o1", at=AT, price=rub(400))
    loyalty.record_payment("p1", "o1", rub(400), at=AT)
    loyalty.refund("r1", "o1", at=AT, amount=rub(100))
    loyalty.refund("r2", "o1", at=AT)
    assert told_of(repository) == {}
    assert codes(loyalty.complete("o3", at=AT)) == []
    assert balance(loyalty, AT) == Points(21)
    loyalty.refund("r1", "o2", at=AT)
    assert balance(loyalty, AT) == Points(21)


def test_R10_an_order_that_held_points(life):
    """It's completed all the same; there's nothing to hold again."""
    loyalty = life()
    give(loyalty, 350)
    for order in ("o1", "o2", "o3"):
        loyalty.place(ride(id=order), at=AT, redeem=Points(100))
    loyalty.members.forget("m1", at=AT)
    done = loyalty.complete("o1", at=AT)
    assert (done.redeemed, done.due, codes(done)[-1]) == (Points(0), rub(412), "member_forgotten")
    assert loyalty.cancel("o2", at=AT).decisions == ()
    amended = loyalty.amend("a1", "o3", at=AT, price=rub(500))
    assert (amended.redeemed, amended.due) == (Points(0), rub(500))
    assert loyalty.members.view("m1", at=AT).held == Points(0)


def test_S2_an_award_that_was_still_to_come_doesnt_come(life):
    """It was given up with the rest."""
    loyalty = life(cashback=[{"percent": 50, "delay": "P2D"}])
    loyalty.settle(ride("400"), at=AT)
    loyalty.members.forget("m1", at=AT)
    assert balance(loyalty, AT + 9 * DAY) == Points(0)
    assert loyalty.run_due(at=AT + 9 * DAY).done == 0


def test_B8_the_account_of_the_forgotten_names_a_revision(life, repository):
    """As every entry does, and nothing but ids."""
    loyalty = life()
    give(loyalty, 350)
    loyalty.members.forget("m1", at=AT)
    (entry,) = entries_of(repository, '["city","forgotten"]')
    assert json.loads(entry.detail) == {"v": 1, "kind": "forgotten", "revision": city().revision}


def test_another_program_of_the_store_knows_the_member_still(repository):
    """Programs share a store without meeting."""
    here, there = Loyalty(city(), repository), Loyalty(city(id="town"), repository)
    for loyalty in (here, there):
        loyalty.members.adjust("a1", "m1", Points(50), at=AT, description="x")
    here.members.forget("m1", at=AT)
    assert (balance(here, AT), balance(there, AT)) == (Points(0), Points(50))
    assert statement(there, AT)[0].description == "x"


def test_an_account_that_was_empty_is_erased_as_well(life, repository):
    """There's nothing to book."""
    loyalty = life()
    loyalty.settle(ride(), at=AT)
    loyalty.members.forget("m1", at=AT)
    assert (told_of(repository), entries_of(repository)) == ({}, [])
    assert account_of(repository).balance == 0


@pytest.mark.parametrize(
    ("error", "member", "at"), [(InvalidValue, "", AT), (NaiveMoment, "m1", AT.replace(tzinfo=None))]
)
def test_what_cant_be_forgotten_is_refused(life, repository, error, member, at):
    """Bad input never leaves a trace in the store."""
    loyalty = life()
    give(loyalty, 350)
    before = everything(repository)
    with pytest.raises(error):
        loyalty.members.forget(member, at=at)
    assert everything(repository) == before


@pytest.mark.parametrize("amount", [2**63 - 1, 2**63, -(2**64), 5 * 2**63])
def test_B10_sums_of_centuries_are_booked_in_parts(amount):
    """What a member gathered may be more than an entry holds: each part is balanced."""
    programs = Programs(city())
    book = Book(programs, "forget", "m1", "7", asked={})
    book.post(programs.key("member", "m1"), Posting(0, "forgotten", amount), "r1")
    entries = book.change("null").entries
    assert sum(entry.amount for entry in entries if entry.account == '["city","member","m1"]') == amount
    assert not unbalanced(entries)
    assert [entry.line for entry in entries] == list(range(len(entries)))


def test_S8_totals_are_those_of_all_entries_whatever_a_member_had(life, repository):
    """Points in lots, held, to come and owed, a level, notices that wait, a consent: what's left is a true sum."""
    loyalty = life(
        cashback=[{"percent": 50, "scope": {"tariffs": ["good"]}}],
        service_points=[{"points": 30, "delay": "PT3H", "scope": {"services": ["haircut"]}}],
        tier=[{"name": "regulars", "levels": [{"name": "gold", "percent": 5, "visits": 1}]}],
        notice=[{"kind": "points_credited", "consent": False}, {"kind": "points_adjusted"}],
        expiry={"after": "P60D"},
    )
    loyalty.members.set_consent("m1", agreed=True, at=AT)
    for member in ("m1", "m2"):
        give(loyalty, 100, member=member, order=f"gift of {member}")
        loyalty.settle(ride("400", id=f"good of {member}", customer=member, tariff="good"), at=AT)
        loyalty.settle(ride("70", id=f"spent by {member}", customer=member), at=AT, redeem="all")
        loyalty.place(ride("50", id=f"held by {member}", customer=member), at=AT, redeem=Points(20))
        loyalty.settle(ride(id=f"cut of {member}", customer=member, service="haircut"), at=AT)
        loyalty.members.adjust("a1", member, Points(-5), at=AT, description="sorry", operator="anna")
    before = entries_of(repository)
    loyalty.members.forget("m1", at=AT + DAY)
    entries = entries_of(repository)
    assert not unbalanced(entries)
    assert all(entry in entries for entry in before)
    sums = {}
    for entry in entries:
        sums[entry.account] = sums.get(entry.account, 0) + entry.amount
    assert sums['["city","member","m1"]'] == 0
    view = loyalty.members.view("m2", at=AT)
    assert sums['["city","member","m2"]'] == (view.balance + view.held - view.debt).minor
    assert (
        sum(amount for account, amount in sums.items() if '"member"' not in account) == -sums['["city","member","m2"]']
    )
    assert not told_of(repository)
    assert {each.member for each in loyalty.notices.waiting(at=AT + DAY).notices} == {"m2"}
