"""Referrals in every order in which calls can meet, and splits that are refunded in any pieces (G9, T2, R1, B2)."""

from __future__ import annotations

import json

from hypothesis import event, given
from hypothesis import strategies as st

from loyaltykit import Loyalty, Money, Order, Points, Program
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.documents import code as code_document
from loyaltykit.testing import strategies
from loyaltykit.testing.contract.accounts import check_accounts
from loyaltykit.testing.schedules import check_every_schedule, stepwise
from tests.operations.support import AT, BASE, HOUR, audit, balance, city, give, keys_of, ride

INVITES = {"invitation": [{"referee_points": 100, "referrer_points": 50}]}
ROLES = ("customer_referrer", "customer", "worker_referrer", "worker")
PROGRAM = Program.from_dict(BASE | {"redemption": [{}]} | INVITES)


def begun(*codes):
    """Give a store in which m7, m8, … pass on *codes*."""
    store = MemoryRepository()
    loyalty = Loyalty(PROGRAM, store)
    for number, code in enumerate(codes, start=7):
        loyalty.members.join(f"m{number}", at=AT, code=code)
    return store, loyalty


def seen(store, member):
    """Give what *member* has: points, and how many they have brought."""
    view = Loyalty(PROGRAM, store).members.view(member, at=AT)
    return view.balance.minor, view.invited


def test_G9_two_first_orders_of_one_friend_reward_once_in_every_order():
    """Whichever is completed first is the first; the other one is told nothing of it."""
    store, loyalty = begun("ONE")
    loyalty.place(ride(), at=AT, referral_code="ONE")
    loyalty.place(ride(id="o2"), at=AT)
    racing = stepwise(PROGRAM, store)
    racers = [lambda: racing.complete("o1", at=AT), lambda: racing.complete("o2", at=AT)]

    def judge(outcome):
        assert list(outcome.errors) == [None, None]
        assert sum(bool(result.awards) for result in outcome.results) <= 1
        rewarded = any(result.awards for result in outcome.results)
        assert seen(outcome.store, "m7") == ((50, 1) if rewarded else (0, 0))
        assert seen(outcome.store, "m1")[0] == (100 if rewarded else 0)
        check_accounts(outcome.store)

    assert check_every_schedule(store, racers, judge) > 10


def test_G9_two_orders_at_once_with_two_codes_tie_one():
    """The other order goes on without, and is told why."""
    store, _ = begun("ONE", "TWO")
    racing = stepwise(PROGRAM, store)
    racers = [
        lambda: racing.place(ride(), at=AT, referral_code="ONE"),
        lambda: racing.place(ride(id="o2"), at=AT, referral_code="TWO"),
    ]

    def judge(outcome):
        reasons = sorted([reason.code for reason in result.reasons] for result in outcome.results)
        assert reasons == [[], ["referral_tied"]]

    assert check_every_schedule(store, racers, judge) > 10


def test_G9_two_friends_of_one_referrer_both_count():
    """However their first orders meet on the referrer's document."""
    store, loyalty = begun("ONE")
    loyalty.place(ride(), at=AT, referral_code="ONE")
    loyalty.place(ride(id="o2", customer="m2"), at=AT, referral_code="ONE")
    racing = stepwise(PROGRAM, store)
    racers = [lambda: racing.complete("o1", at=AT), lambda: racing.complete("o2", at=AT)]

    def judge(outcome):
        assert seen(outcome.store, "m7") == (100, 2)
        check_accounts(outcome.store)

    assert check_every_schedule(store, racers, judge) > 10


def test_T2_two_completions_at_once_give_one_code():
    """Each is a first order for the code; the member has one in the end, and no other is anybody's."""
    store, loyalty = begun()
    loyalty.place(ride(), at=AT)
    loyalty.place(ride(id="o2"), at=AT)
    racing = stepwise(PROGRAM, store)
    racers = [lambda: racing.complete("o1", at=AT), lambda: racing.complete("o2", at=AT)]

    def judge(outcome):
        code = Loyalty(PROGRAM, outcome.store).members.view("m1", at=AT).code
        (key,) = keys_of(outcome.store, '["city","code",')
        assert json.loads(key)[-1] == code
        assert code_document.decode(key, outcome.store.load([key])[key].body).owner == "m1"

    assert check_every_schedule(store, racers, judge) > 10


def test_T2_an_older_customer_gets_a_code_with_the_next_order(repository):
    """Once the program has referrals, and not before."""
    before, after = Loyalty(city(), repository), Loyalty(city(invitation=[{"referrer_points": 50}]), repository)
    give(before, 5)
    assert before.members.view("m1", at=AT).code is None
    give(after, 5, order="next", at=AT + HOUR)
    assert after.members.view("m1", at=AT + HOUR).code is not None


@given(
    strategies.shares(),
    st.integers(1, 100_000),
    st.lists(st.integers(1, 50_000), max_size=4),
    st.sampled_from(["participant", "program"]),
)
def test_R1_a_split_that_is_refunded_in_any_pieces_leaves_nothing(shares, price, pieces, missing):
    """Each of the four is back where they were, whatever the shares and the pieces."""
    written = {role: str(getattr(shares, role).value) for role in ROLES}
    invited = shares.customer_referrer.value or shares.worker_referrer.value
    split = {"percent": "12.5", "shares": written} | ({"missing_referrer": missing} if invited else {})
    store = MemoryRepository()
    loyalty = Loyalty(Program.from_dict(BASE | {"referral_split": [split]}), store)
    loyalty.members.join("m7", at=AT, code="ONE")
    loyalty.members.join("w7", at=AT, referral_code="ONE")
    order = Order(id="o1", customer="m1", worker="w7", price=Money.from_minor(price, "RUB"))
    done = loyalty.settle(order, at=AT, referral_code="ONE")
    event(f"{len(done.awards)} earn")
    for number, piece in enumerate(pieces):
        loyalty.refund(f"r{number}", "o1", at=AT, amount=Money.from_minor(piece, "RUB"))
        audit(store)
    loyalty.refund("last", "o1", at=AT)
    assert [balance(loyalty, AT, member) for member in ("m1", "m7", "w7")] == [Points(0)] * 3
    audit(store)
