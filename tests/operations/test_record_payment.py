"""Record a payment: what was received is another figure than what was sold (Y8)."""

from __future__ import annotations

from functools import partial

import pytest

from loyaltykit import InvalidValue, MixedUnits, Money, NaiveMoment, OperationMismatch, Points, UnknownOrder
from tests.operations.support import AT, DAY, balance, codes, entries_of, everything, give, ride, rub


def figures(loyalty):
    view = loyalty.members.view("m1", at=AT)
    return view.visits, view.sold, view.paid


def test_Y8_sold_and_paid_are_different_figures(life, repository):
    """Paid by card at the ride's end, or never: nothing is booked for it."""
    loyalty = life()
    loyalty.settle(ride(), at=AT)
    assert figures(loyalty) == (1, rub(412), rub(0))
    before = entries_of(repository)
    told = loyalty.record_payment("p1", "o1", rub(412), at=AT)
    assert (told.status, told.due, told.decisions) == ("completed", rub(412), ())
    assert (figures(loyalty), entries_of(repository)) == ((1, rub(412), rub(412)), before)


def test_Y8_payments_in_part(life):
    """A part may be all that's ever paid; more than was sold may be, too."""
    loyalty = life()
    loyalty.settle(ride(), at=AT)
    for number, paid in enumerate((100, 300, 500)):
        loyalty.record_payment(f"p{number}", "o1", rub(paid), at=AT)
    assert figures(loyalty) == (1, rub(412), rub(900))


def test_Y8_a_payment_before_completion(life):
    """It's paid before it's sold."""
    loyalty = life()
    give(loyalty, 200)
    loyalty.place(ride(), at=AT, redeem="all")
    told = loyalty.record_payment("p1", "o1", rub(212), at=AT)
    assert (told.status, told.redeemed, told.due, figures(loyalty)) == (
        "placed",
        Points(200),
        rub(212),
        (1, rub(200), rub(212)),
    )
    assert loyalty.complete("o1", at=AT).due == rub(212)
    assert loyalty.refund("r1", "o1", at=AT).refund == rub(212)
    assert (figures(loyalty), balance(loyalty, AT)) == ((1, rub(200), rub(0)), Points(200))


def test_Y8_a_no_show_may_be_charged_for(life):
    """What comes in once nobody came is its fee."""
    loyalty = life()
    loyalty.place(ride(), at=AT)
    loyalty.no_show("o1", at=AT)
    assert codes(loyalty.record_payment("p1", "o1", rub(100), at=AT)) == []
    assert figures(loyalty) == (0, rub(0), rub(100))


@pytest.mark.parametrize("first", ["pay", "cancel"])
def test_Y8_a_payment_and_a_cancellation_in_either_order(life, repository, first):
    """Whichever is heard of first, the money goes back and was never paid; a retry is answered alike."""
    loyalty = life()
    loyalty.place(ride(), at=AT)
    calls = {
        "pay": lambda: loyalty.record_payment("p1", "o1", rub(412), at=AT),
        "cancel": lambda: loyalty.cancel("o1", at=AT),
    }
    calls.pop(first)()
    (last,) = calls.values()
    told = last()
    assert (told.status, told.refund, figures(loyalty)) == ("cancelled", rub(412), (0, rub(0), rub(0)))
    assert codes(told) == (["already_ended"] if first == "cancel" else [])
    before = everything(repository)
    assert (last(), everything(repository)) == (told, before)


@pytest.mark.parametrize("back", [None, 100, 412])
@pytest.mark.parametrize("paid", [[412], [200, 212], [500]])
def test_Y8_payments_and_a_refund_in_either_order(life, back, paid):
    """A payment that is heard of late doesn't count beyond what a refund has left of it, and gives no level."""

    def lived(member, *, refund_first):
        order = f"o of {member}"
        loyalty.settle(ride(id=order, customer=member), at=AT)
        calls = [
            lambda: loyalty.refund("r1", order, at=AT, amount=None if back is None else rub(back)),
            *(partial(loyalty.record_payment, f"p{n}", order, rub(amount), at=AT) for n, amount in enumerate(paid)),
        ]
        for call in calls if refund_first else [*calls[1:], calls[0]]:
            call()
        view = loyalty.members.view(member, at=AT)
        return view.paid, view.tiers[0].level

    loyalty = life(tier=[{"name": "payers", "levels": [{"name": "vip", "paid": "350"}]}])
    left = rub(sum(paid) - back if back == 100 else 0)
    expected = left, "vip" if left >= rub(350) else None
    assert lived("m1", refund_first=False) == lived("m2", refund_first=True) == expected


@pytest.mark.parametrize(("paid", "left"), [(0, 0), (100, 0), ("51.45", 0), (212, "160.55"), (500, "448.55")])
def test_Y8_a_refund_takes_what_it_gives_back(life, paid, left):
    """And never more than was paid: 51.45 of 100.00 are money, where 200 of 412.00 were points."""
    loyalty = life()
    give(loyalty, 200)
    loyalty.settle(ride(), at=AT, redeem="all")
    if paid:
        loyalty.record_payment("p1", "o1", rub(paid), at=AT)
    loyalty.refund("r1", "o1", at=AT, amount=rub(100))
    expected = rub("48.55") if paid == 100 else rub(left)
    assert figures(loyalty) == (2, rub(512), expected)


@pytest.mark.parametrize("paid", ["before", "between", "after"])
def test_Y8_nothing_is_paid_for_an_order_that_is_gone(life, paid):
    """Also where its price was corrected since: what was paid too much is kept until the whole order goes."""
    loyalty = life()
    calls = [
        lambda: loyalty.settle(ride(), at=AT),
        lambda: loyalty.correct("k1", "o1", at=AT, price=rub(380)),
        lambda: loyalty.refund("r1", "o1", at=AT),
    ]
    calls.insert(
        ["before", "between", "after"].index(paid) + 1, lambda: loyalty.record_payment("p1", "o1", rub(412), at=AT)
    )
    for call in calls:
        call()
    assert figures(loyalty) == (0, rub(0), rub(0))


def test_Y8_what_another_order_paid_stands(life):
    """A refund takes nothing of that."""
    loyalty = life()
    for order in ("o1", "o2"):
        loyalty.settle(ride(id=order), at=AT)
    loyalty.record_payment("p1", "o1", rub(100), at=AT)
    loyalty.record_payment("p1", "o2", rub(412), at=AT)
    loyalty.refund("r1", "o1", at=AT)
    assert figures(loyalty) == (1, rub(412), rub(412))


def test_Y8_paid_after_a_part_was_refunded(life):
    """The full refund takes what's been received since."""
    loyalty = life()
    loyalty.settle(ride(), at=AT)
    loyalty.refund("r1", "o1", at=AT, amount=rub(100))
    loyalty.record_payment("p1", "o1", rub(312), at=AT)
    assert figures(loyalty) == (1, rub(312), rub(312))
    loyalty.refund("r2", "o1", at=AT)
    assert figures(loyalty) == (0, rub(0), rub(0))


def test_the_same_payment_twice(life, repository):
    """A retried webhook is noted once; another sum under its id is a mismatch."""
    loyalty = life()
    loyalty.settle(ride(), at=AT)
    first = loyalty.record_payment("p1", "o1", rub(412), at=AT)
    before = everything(repository)
    assert loyalty.record_payment("p1", "o1", rub("412.00"), at=AT + DAY) == first
    with pytest.raises(OperationMismatch) as caught:
        loyalty.record_payment("p1", "o1", rub(411), at=AT)
    assert (caught.value.first, everything(repository)) == (first, before)


def test_a_payment_of_nobodys(life, repository):
    """An order that names no customer keeps what was paid for it, and gives it back."""
    loyalty = life()
    loyalty.settle(ride(customer=None), at=AT)
    assert loyalty.record_payment("p1", "o1", rub(412), at=AT).due == rub(412)
    assert loyalty.refund("r1", "o1", at=AT).refund == rub(412)
    assert entries_of(repository) == []


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (InvalidValue, {"amount": rub(0)}),
        (InvalidValue, {"amount": Money.from_minor(-1, "RUB")}),
        (InvalidValue, {"amount": 412}),
        (MixedUnits, {"amount": Money(412, "USD")}),
        (InvalidValue, {"payment_id": ""}),
        (NaiveMoment, {"at": AT.replace(tzinfo=None)}),
        (UnknownOrder, {"order_id": "o2"}),
    ],
)
def test_what_is_no_payment_is_refused(life, repository, error, told):
    """Bad input never leaves a trace in the store."""
    loyalty = life()
    loyalty.settle(ride(), at=AT)
    before = everything(repository)
    with pytest.raises(error):
        loyalty.record_payment(**{"payment_id": "p1", "order_id": "o1", "amount": rub(412), "at": AT} | told)
    assert everything(repository) == before
