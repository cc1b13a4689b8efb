"""Gift cards that are fought over: by threads that are seen to meet, and in every order (S3, B3)."""

from __future__ import annotations

import pytest

from loyaltykit import Loyalty, Points
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.testing.schedules import check_every_schedule, stepwise
from tests.operations.cards import FIFTY, booked, on, rich, sold, stored
from tests.operations.support import AT, DAY, audit, balance, city, codes, ride, rub
from tests.operations.test_code_races import at_once


def test_S3_sixteen_threads_drain_a_card_to_its_last_unit(repository):
    """Each wants more than its share; nothing is spent twice, nothing left, and they did meet."""
    program = city()
    code = sold(Loyalty(program, repository), "100.03")

    def drain(number):
        def orders(loyalty):
            done = []
            for turn in range(3):
                order = ride(f"{3 + number}.37", id=f"o{number}-{turn}", customer=None)
                loyalty.place(order, at=AT, gift_card=code)
                done.append(loyalty.complete(order.id, at=AT))
            return done

        return orders

    done, conflicts = at_once(repository, program, *[drain(number) for number in range(16)])
    assert conflicts, "no two of them overlapped"
    paid = [settlement.card.minor for each in done for settlement in each if settlement.card is not None]
    assert sum(paid) == 10_003
    assert on(Loyalty(program, repository)) == (rub(0), rub(0))
    assert booked(repository)[0] == ("card_issued", 10_003)
    assert sum(amount for _, amount in booked(repository)) == 0


def test_S3_a_purchase_and_an_order_never_spend_the_same_points(repository):
    """Sixteen at once want the points of one member: for cards, and for rides."""
    program = city(gift_card=[FIFTY | {"points_price": 70}])
    rich(Loyalty(program, repository), 500)

    def buy(number):
        return lambda loyalty: loyalty.cards.buy(f"c{number}", "fifty", member="m1", at=AT).points

    def spend(number):
        return lambda loyalty: loyalty.settle(ride(90, id=f"o{number}"), at=AT, redeem="all").redeemed

    calls = [(buy if number % 2 else spend)(number) for number in range(16)]
    given, conflicts = at_once(repository, program, *calls)
    assert conflicts, "no two of them overlapped"
    spent = sum((points for points in given if points is not None), start=Points(0))
    assert spent + balance(Loyalty(program, repository), AT) == Points(500)


def one_card(hold_timeout="P1D", **rules):
    """Give a program and a store in which the order ``held`` holds 300 of a card's 500."""
    program, store = city(hold_timeout=hold_timeout, **rules), MemoryRepository()
    loyalty = Loyalty(program, store)
    code = sold(loyalty, expires=AT + 2 * DAY, member="m1")
    loyalty.place(ride(300, id="held"), at=AT, gift_card=code)
    return program, store, code


CALLS = {
    "place": lambda loyalty, code, at, n: loyalty.place(ride(150 + n, id=f"new {n}"), at=at, gift_card=code),
    "settle": lambda loyalty, code, at, n: loyalty.settle(ride(150 + n, id=f"hail {n}"), at=at, gift_card=code),
    "complete": lambda loyalty, _, at, __: loyalty.complete("held", at=at, price=rub(280)),
    "amend": lambda loyalty, _, at, n: loyalty.amend(f"a{n}", "held", at=at, price=rub(400 + n)),
    "take back": lambda loyalty, _, at, n: loyalty.amend(f"t{n}", "held", at=at, gift_card=""),
    "cancel": lambda loyalty, _, at, __: loyalty.cancel("held", at=at),
    "freeze": lambda loyalty, _, at, n: loyalty.cards.freeze(f"f{n}", "c1", at=at),
    "give": lambda loyalty, _, at, n: loyalty.cards.give(f"g{n}", "c1", f"m{n}", at=at),
    "sweep": lambda loyalty, _, at, __: loyalty.run_due(at=at),
}
"""What may be done to a card at once: to an order that holds some of it, and to others."""


@pytest.mark.parametrize("other", CALLS)
def test_B3_whatever_is_done_to_a_card_as_its_owner_is_forgotten_conserves_it(other):
    """In every order in which they can meet: the books agree, and no more is paid than there was."""
    program, store, code = one_card()
    loyalty = stepwise(program, store)

    def judge(outcome):
        assert outcome.errors == (None, None)
        audit(outcome.store)
        account = stored(outcome.store).account
        entries = booked(outcome.store)
        spent = -sum(amount for kind, amount in entries if kind == "card_redeemed")
        done = [each for each in outcome.results if getattr(each, "status", "") == "completed"]
        paid = {each.order_id: each.card.minor for each in done if each.card is not None}
        assert spent == sum(paid.values())
        gone = -sum(amount for kind, amount in entries if kind == "card_expired")
        assert account.balance + account.held + spent + gone == 50_000

    racers = [lambda: CALLS[other](loyalty, code, AT, 1), lambda: loyalty.members.forget("m1", at=AT)]
    assert check_every_schedule(store, racers, judge) > 1


def test_S3_whoever_is_given_a_card_as_its_owner_is_forgotten_keeps_it():
    """Forgetting erases what's theirs, and nothing that has become another's."""
    program, store, code = one_card()
    loyalty = stepwise(program, store)

    def judge(outcome):
        assert outcome.errors == (None, None)
        after = Loyalty(program, outcome.store)
        assert after.cards.view("c1", at=AT).member in ("m2", None)
        assert after.cards.of("m1", at=AT).cards == ()
        assert len(after.cards.of("m2", at=AT).cards) == (after.cards.view("c1", at=AT).member == "m2")
        assert after.cards.check(code, at=AT).usable

    racers = [lambda: loyalty.cards.give("g1", "c1", "m2", at=AT), lambda: loyalty.members.forget("m1", at=AT)]
    assert check_every_schedule(store, racers, judge) > 1


def test_S3_a_card_with_more_due_than_a_change_carries_is_swept_first(life, repository):
    """A hundred orders that nobody ended hold an expired card: their money is gone in parts."""
    loyalty = life(hold_timeout="P2D")
    code = sold(loyalty, 100, expires=AT + DAY)
    for number in range(100):
        loyalty.place(ride(1, id=f"o{number}"), at=AT, gift_card=code)
    at = AT + 3 * DAY
    assert on(loyalty, at=at) == (rub(0), rub(0))
    assert "card_unknown" in codes(loyalty.settle(ride(id="late"), at=at, gift_card=code))
    assert len(booked(repository)) == 81, "no order was refused for it"
    assert (loyalty.run_due(at=at).done, loyalty.run_due(at=at).done) == (1, 0)
    assert sum(amount for _, amount in booked(repository)) == 0
