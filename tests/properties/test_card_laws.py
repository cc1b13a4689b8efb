"""
The laws of gift cards: money on one is neither made nor lost by any sequence of calls, whatever time does in between
(S3, B3, B10).
"""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import CardPayment, CardRelease, CardReturn, Loyalty, Money, OperationMismatch, Order, Points, Program
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.ledger.account import Account, brought_to, ended, given_back, reheld
from loyaltykit.ledger.card import issued
from tests.operations.cards import booked, stored
from tests.operations.support import AT, BASE, HOUR, audit

MOMENTS = st.integers(0, 40)
GRACES = st.sampled_from([None, 3, 9])


@given(
    face=st.integers(1, 10_000),
    expires=st.integers(5, 40),
    grace=GRACES,
    moves=st.lists(
        st.tuples(st.sampled_from("hrcgt"), st.sampled_from(["o1", "o2", "o3"]), st.integers(0, 10_000), MOMENTS),
        max_size=25,
    ),
)
def test_B3_no_sequence_makes_or_loses_money_on_a_card(face, expires, grace, moves):
    """Held, held again, captured, given back, expired: what was issued is what's there, was spent, and is gone."""
    account, postings = issued(face, at=0, expires=expires, rule=None)
    sums, captured = Counter({posting.kind: posting.amount for posting in postings}), {}

    def until(moment):
        return None if grace is None else moment + grace

    for what, order, amount, moment in moves:
        account, more = brought_to(account, moment, grace=until)
        hold = account.holds.get(order)
        if what == "h":
            wanted = min(amount, account.balance + (hold.amount if hold else 0))
            account, after = reheld(account, order, wanted, until=moment + 7, grace=until)
        elif what in "rc" and hold:
            spent = min(amount, hold.amount) if what == "c" else 0
            account, after = ended(account, order, spent=spent, grace=until)
            captured[order] = captured.get(order, 0) + spent
        elif what == "g" and captured.get(order):
            back, captured[order] = captured[order], 0
            account, after = given_back(account, ((expires, 0, back),), order=order, grace=until, revision="r1")
        else:
            after = ()
        for posting in (*more, *after):
            sums[posting.kind] += posting.amount
        assert account.posted == sum(sums.values()) == face + sums["redeemed"] + sums["expired"]
        assert sums["redeemed"] == -sum(captured.values())
        assert min(account.balance, account.held) >= 0
        assert account.debt == 0
        assert isinstance(account, Account)


OFFER = {"name": "fifty", "face": "50", "points_price": 40, "valid_for": "P2D"}
RULES = {"redemption": [{}], "hold_timeout": "P1D", "gift_card": [OFFER]}
PROGRAMS = [
    Program.from_dict(BASE | RULES),
    Program.from_dict(BASE | RULES | {"expiry": {"after": "P6M", "returned_after_expiry": "P1D"}}),
]
PRICES = st.sampled_from(["12.34", "33.33", "50", "0.01", "0", None])
ORDERS = st.sampled_from(["o1", "o2", "o3"])
STEPS = st.sampled_from([0, 0, 1, 9, 30])
CALLS = st.one_of(
    st.tuples(st.just("place"), ORDERS, PRICES, st.sampled_from([None, 5])),
    st.tuples(st.just("settle"), ORDERS, PRICES, st.sampled_from([None, 5])),
    st.tuples(st.just("complete"), ORDERS, PRICES),
    st.tuples(st.just("cancel"), ORDERS),
    st.tuples(st.just("amend"), ORDERS, PRICES, st.sampled_from([None, "", "c1", "c2", "nobody's"])),
    st.tuples(st.just("refund"), ORDERS, st.sampled_from([None, "0.01", "7.77", "99"])),
    st.tuples(st.just("correct"), ORDERS, PRICES.filter(bool)),
    st.tuples(st.just("freeze"), st.booleans()),
    st.tuples(st.just("forget")),
    st.tuples(st.just("sweep")),
)


class Bearer:
    """Somebody with two cards, who does what's drawn; each call has an id of its own."""

    def __init__(self, program, store):
        self.loyalty = Loyalty(program, store)
        self.loyalty.members.adjust("a1", "m1", Points(90), at=AT)
        self.codes = {
            "c1": self.loyalty.cards.issue("c1", at=AT, face=Money(40, "RUB"), expires=AT + 50 * HOUR).code,
            "c2": self.loyalty.cards.buy("c2", "fifty", member="m1", at=AT).code,
            "nobody's": "D48M-7K2P-WXYZ-2345",
            "": "",
        }
        self.placed, self.calls, self.gains, self.answers = set(), 0, Counter(), []

    def does(self, at, what, order=None, told=None, more=None):
        """Make a call, and note what it says that cards paid, and got back."""
        self.calls += 1
        price = None if told is None else Money(told, "RUB")
        name = f"{what} {self.calls}"
        if what in ("place", "settle"):
            self.placed.add(order)
            redeem = None if more is None else Points(more)
            ride = Order(id=order, customer="m1", price=price)
            answer = getattr(self.loyalty, what)(ride, at=at, redeem=redeem, gift_card=self.codes["c1"])
        elif what == "freeze":
            view = (self.loyalty.cards.freeze if order else self.loyalty.cards.unfreeze)(name, "c1", at=at)
            answer = None if view.frozen == order else view
        elif what == "forget":
            answer = self.loyalty.members.forget("m1", at=at)
        elif what == "sweep":
            answer = self.loyalty.run_due(at=at).skipped or None
        elif order not in self.placed:
            answer = None
        elif what == "complete":
            answer = self.loyalty.complete(order, at=at, price=price)
        elif what == "cancel":
            answer = self.loyalty.cancel(order, at=at)
        elif what == "amend":
            card = None if more is None else self.codes[more]
            answer = self.loyalty.amend(name, order, at=at, price=price, gift_card=card)
        elif what == "refund":
            answer = self.loyalty.refund(name, order, at=at, amount=price)
        else:
            answer = self.loyalty.correct(name, order, at=at, price=price)
        return answer


@given(program=st.sampled_from(PROGRAMS), calls=st.lists(st.tuples(STEPS, CALLS), max_size=14))
def test_B3_whole_lives_conserve_what_is_on_cards(program, calls):
    """What a card was issued with is on it, held, spent or expired; an order's sums always add up."""
    store = MemoryRepository()
    bearer, at = Bearer(program, store), AT
    for hours, (what, *told) in calls:
        at += hours * HOUR
        try:
            answer = bearer.does(at, what, *told)
        except OperationMismatch:  # the same order again, told otherwise
            continue
        if what in ("freeze", "forget", "sweep") or answer is None:
            assert answer is None
            continue
        check_sums(answer)
    audit(store)
    for card, face in (("c1", 4_000), ("c2", 5_000)):
        sums = Counter()
        for kind, amount in booked(store, card):
            sums[kind] += amount
        account = stored(store, card).account
        assert sums["card_issued"] == face
        assert face + sums["card_redeemed"] + sums["card_expired"] == account.balance + account.held
        view = bearer.loyalty.cards.view(card, at=at)
        swept(bearer.loyalty, at)
        assert bearer.loyalty.cards.view(card, at=at) == view, "swept or not"


def swept(loyalty, at):
    assert loyalty.run_due(at=at).skipped == ()


def check_sums(answer):
    """See that what is charged is paid by points, card and money, and that no figure is below zero."""
    effects = [effect for decision in answer.decisions for effect in decision.effects]
    for effect in effects:
        if isinstance(effect, (CardPayment, CardRelease, CardReturn)):
            assert effect.money.minor > 0
    assert answer.card is None or answer.card.minor > 0
    if answer.payable is not None:
        assert 0 <= answer.due.minor <= answer.payable.minor
        assert answer.payable.minor <= answer.charged.minor + 2, "what's under way of money and card, under a unit each"
        assert answer.due.minor + (answer.card.minor if answer.card else 0) == answer.payable.minor
    assert answer.refund is None or answer.refund.minor >= 0
