"""Refund: what was charged is given back in exact proportion, and what it earned is taken back (B2, B3, Y8)."""

from __future__ import annotations

from fractions import Fraction

import pytest

from loyaltykit import (
    InvalidValue,
    Loyalty,
    MixedUnits,
    Money,
    NaiveMoment,
    OpeningMember,
    OperationMismatch,
    Points,
    UnknownOrder,
)
from loyaltykit.ledger.cursor import from_micros
from loyaltykit.operations.settlement import Carried
from tests.operations.support import (
    AT,
    DAY,
    HOUR,
    account_of,
    balance,
    city,
    codes,
    entries_of,
    everything,
    give,
    ride,
    rub,
    statement,
)

FIVE = [{"percent": 5}]
HALF = [{"percent": 50}]


def effects(settlement):
    return [str(effect) for decision in settlement.decisions for effect in decision.effects]


def ridden(loyalty, points=200, **facts):
    """Have m1 ride for 412.00, of which *points* were paid by points, and pay the rest."""
    give(loyalty, points)
    done = loyalty.settle(ride(**facts), at=AT, redeem=Points(points))
    loyalty.record_payment("p1", "o1", done.due, at=AT)
    return done


def behind(loyalty, at=AT):
    """Give visits, sold and paid of m1, but for the gift."""
    view = loyalty.members.view("m1", at=at)
    return view.visits - 1, view.sold - rub(200), view.paid


def test_B2_part_of_an_order(life):
    """Of 412.00, paid with 200 points and 212.00: 100.00 back is 48 points and 51.45 (docs/when.md)."""
    loyalty = life(cashback=FIVE)
    ridden(loyalty)
    done = loyalty.refund("r1", "o1", at=AT, amount=rub(100))
    assert (done.status, done.refund) == ("completed", rub("51.45"))
    assert (done.price, done.charged, done.redeemed, done.due) == (rub(412), rub(312), Points(152), rub("160.55"))
    assert effects(done) == ["m1 gets back 48 points that were spent", "m1 loses 5 points that were earned"]
    assert (codes(done), behind(loyalty)) == ([], (1, rub(312), rub("160.55")))
    assert balance(loyalty, AT) == Points(21 + 48 - 5)


def test_B2_what_is_under_way_is_told(life):
    """Less than one unit of each part: of 21200 kopecks, of 200 points, of 21 points earned."""
    loyalty = life(cashback=FIVE)
    ridden(loyalty)
    done = loyalty.refund("r1", "o1", at=AT, amount=rub(100))
    assert done.carried == (
        Carried("money", None, Fraction(21_200 * 10_000, 41_200) - 5145),
        Carried("redemption", "m1", Fraction(200 * 10_000, 41_200) - 48),
        Carried("cashback", "m1", Fraction(21 * 10_000, 41_200) - 5),
    )
    assert loyalty.refund("r2", "o1", at=AT).carried == ()


@pytest.mark.parametrize("amount", [None, rub(412)])
def test_B2_all_of_an_order(life, amount):
    """Everything is as it was, the visit is taken back, and the order is refunded."""
    loyalty = life(cashback=FIVE)
    ridden(loyalty)
    done = loyalty.refund("r1", "o1", at=AT, amount=amount)
    assert (done.status, done.refund, done.carried) == ("refunded", rub(212), ())
    assert (done.charged, done.redeemed, done.due, codes(done)) == (rub(0), Points(0), rub(0), [])
    assert (behind(loyalty), balance(loyalty, AT)) == ((0, rub(0), rub(0)), Points(200))


def test_B2_part_after_part(life):
    """The last part settles what the earlier ones left under way; the visit goes with it."""
    loyalty = life(cashback=FIVE)
    ridden(loyalty)
    parts = [loyalty.refund(f"r{number}", "o1", at=AT, amount=rub("137.33")) for number in range(3)]
    assert [part.refund for part in parts] == [rub("70.66"), rub("70.66"), rub("70.67")]
    assert [part.status for part in parts] == ["completed"] * 3
    assert behind(loyalty) == (1, rub("0.01"), rub("0.01"))
    last = loyalty.refund("last", "o1", at=AT)
    assert (last.status, last.refund) == ("refunded", rub("0.01"))
    assert (behind(loyalty), balance(loyalty, AT)) == ((0, rub(0), rub(0)), Points(200))


def test_B2_a_part_that_is_worth_less_than_a_point(life, repository):
    """A kopeck gives back a kopeck's share of money, and points once they're whole."""
    loyalty = life(cashback=FIVE)
    ridden(loyalty)
    before = entries_of(repository)
    done = loyalty.refund("r1", "o1", at=AT, amount=rub("0.01"))
    assert (done.refund, done.decisions, done.due) == (rub("0.00"), (), rub(212))
    assert (entries_of(repository), behind(loyalty)) == (before, (1, rub("411.99"), rub(212)))


def test_B2_more_than_is_left(life):
    """It's limited to the rest, with the figures why."""
    loyalty = life(cashback=FIVE)
    ridden(loyalty)
    loyalty.refund("r1", "o1", at=AT, amount=rub(400))
    done = loyalty.refund("r2", "o1", at=AT, amount=rub("12.01"))
    (reason,) = done.reasons
    assert (reason.code, reason.rest, reason.asked) == ("refund_limited", rub(12), rub("12.01"))
    assert (done.status, behind(loyalty)) == ("refunded", (0, rub(0), rub(0)))


@pytest.mark.parametrize("amount", [rub(0), Points(3), 100, "100", 100.0])
def test_a_part_of_nothing_is_refused(life, repository, amount):
    """Nothing is written, and the order can be refunded then."""
    loyalty = life(cashback=FIVE)
    ridden(loyalty)
    before = everything(repository)
    with pytest.raises(InvalidValue):
        loyalty.refund("r1", "o1", at=AT, amount=amount)
    assert everything(repository) == before
    assert loyalty.refund("r1", "o1", at=AT, amount=rub(1)).charged == rub(411)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (InvalidValue, {"amount": Money.from_minor(-1, "RUB")}),
        (MixedUnits, {"amount": Money(1, "USD")}),
        (InvalidValue, {"refund_id": ""}),
        (InvalidValue, {"refund_id": "r" * 129}),
        (InvalidValue, {"order_id": "o\n1"}),
        (NaiveMoment, {"at": AT.replace(tzinfo=None)}),
        (UnknownOrder, {"order_id": "o2"}),
    ],
)
def test_what_is_no_refund_is_refused(life, repository, error, told):
    """Bad input never leaves a trace in the store."""
    loyalty = life(cashback=FIVE)
    ridden(loyalty)
    before = everything(repository)
    with pytest.raises(error):
        loyalty.refund(**{"refund_id": "r1", "order_id": "o1", "at": AT} | told)
    assert everything(repository) == before


def test_a_placed_order_cant_be_refunded(life):
    """Cancel it: nothing was charged yet. What it holds stands."""
    loyalty = life()
    give(loyalty, 200)
    loyalty.place(ride(), at=AT, redeem="all")
    done = loyalty.refund("r1", "o1", at=AT, amount=rub(100))
    assert (done.status, done.refund, done.redeemed, codes(done)) == ("placed", None, Points(200), ["not_completed"])
    assert loyalty.complete("o1", at=AT).redeemed == Points(200)


@pytest.mark.parametrize("end", ["cancel", "no_show"])
def test_an_order_that_came_to_nothing_cant_be_refunded(life, end):
    """Nothing was charged."""
    loyalty = life()
    loyalty.place(ride(), at=AT)
    getattr(loyalty, end)("o1", at=AT)
    done = loyalty.refund("r1", "o1", at=AT)
    assert (done.refund, done.due, codes(done)) == (None, None, ["already_ended"])


def test_an_order_is_refunded_once(life, repository):
    """A refund of a refund gives nothing."""
    loyalty = life(cashback=FIVE)
    ridden(loyalty)
    loyalty.refund("r1", "o1", at=AT)
    before = everything(repository)[1:]
    for amount in (None, rub(1)):
        done = loyalty.refund(f"again {amount}", "o1", at=AT, amount=amount)
        assert (done.status, done.refund, codes(done)) == ("refunded", None, ["already_refunded"])
    assert everything(repository)[1:] == before


@pytest.mark.parametrize("call", ["place", "settle", "complete", "cancel", "no_show", "amend", "correct"])
def test_a_refunded_order_stays_so(life, call):
    """Whatever is called."""
    loyalty = life(cashback=FIVE)
    loyalty.settle(ride("400", id="other"), at=AT)
    loyalty.refund("r1", "other", at=AT)
    calls = {
        "place": lambda: loyalty.place(ride(id="other"), at=AT, redeem="all"),
        "settle": lambda: loyalty.settle(ride("399", id="other", worker="w7"), at=AT),
        "complete": lambda: loyalty.complete("other", at=AT, price=rub(500)),
        "amend": lambda: loyalty.amend("a1", "other", at=AT, price=rub(500)),
        "correct": lambda: loyalty.correct("c1", "other", at=AT, price=rub(500)),
        "cancel": lambda: loyalty.cancel("other", at=AT),
        "no_show": lambda: loyalty.no_show("other", at=AT),
    }
    if call == "settle":
        with pytest.raises(OperationMismatch):
            calls[call]()
        return
    told = calls[call]()
    assert (told.status, told.price, told.charged, told.due) == ("refunded", rub(400), rub(0), rub(0))
    assert codes(told) == ["already_refunded"]


def test_an_order_for_nothing(life):
    """Charged 0: only a full refund exists, and it takes the visit back."""
    loyalty = life(cashback=[{"points": 7}])
    loyalty.settle(ride("0"), at=AT)
    limited = loyalty.refund("r1", "o1", at=AT, amount=rub(1))
    assert (limited.status, limited.refund, codes(limited)) == ("completed", None, ["refund_limited"])
    done = loyalty.refund("r2", "o1", at=AT)
    view = loyalty.members.view("m1", at=AT)
    assert (done.status, done.refund, done.carried) == ("refunded", rub(0), ())
    assert (view.visits, view.balance) == (0, Points(0))


def test_an_order_without_a_price(life):
    """Completed while it wasn't known: what it earned is taken back by the full refund."""
    loyalty = life(first_app_order=[{"points": 7}])
    loyalty.settle(ride(None, channel="app"), at=AT)
    done = loyalty.refund("r1", "o1", at=AT)
    assert (done.status, done.refund, done.due) == ("refunded", rub(0), None)
    assert effects(done) == ["m1 loses 7 points that were earned"]


def test_an_order_that_names_no_customer(life, repository):
    """Money goes back, and nobody's points."""
    loyalty = life(cashback=FIVE)
    loyalty.settle(ride(customer=None), at=AT)
    loyalty.record_payment("p1", "o1", rub(412), at=AT)
    part = loyalty.refund("r1", "o1", at=AT, amount=rub(100))
    assert (part.refund, part.charged, part.decisions, part.carried) == (rub(100), rub(312), (), ())
    assert loyalty.refund("r2", "o1", at=AT).refund == rub(312)
    assert entries_of(repository) == []


def test_the_same_refund_twice(life, repository):
    """A retried webhook refunds once, at the first call's moment."""
    loyalty = life(cashback=FIVE)
    ridden(loyalty)
    first = loyalty.refund("r1", "o1", at=AT, amount=rub(100))
    before = everything(repository)
    assert loyalty.refund("r1", "o1", at=AT + 9 * DAY, amount=rub("100.00")) == first
    assert Loyalty(city(cashback=FIVE), repository).refund("r1", "o1", at=AT, amount=rub(100)) == first
    assert everything(repository) == before
    assert loyalty.refund("r2", "o1", at=AT, amount=rub(100)).charged == rub(212)


@pytest.mark.parametrize("amount", [None, rub(101), rub(412)])
def test_the_same_refund_of_another_amount(life, repository, amount):
    """It's a mismatch, which carries the first result; nothing more is refunded."""
    loyalty = life(cashback=FIVE)
    ridden(loyalty)
    first = loyalty.refund("r1", "o1", at=AT, amount=rub(100))
    before = everything(repository)
    with pytest.raises(OperationMismatch) as caught:
        loyalty.refund("r1", "o1", at=AT, amount=amount)
    assert (caught.value.first, caught.value.first.refund) == (first, rub("51.45"))
    assert everything(repository) == before


def test_one_id_for_refunds_of_two_orders(life):
    """Refunds are named within their order."""
    loyalty = life()
    for order in ("o1", "o2"):
        loyalty.settle(ride(id=order), at=AT)
        assert loyalty.refund("r1", order, at=AT).refund == rub(412)


def test_G6_the_first_app_order_is_one_again_after_a_full_refund_alone(life):
    """A part takes none of the flag back; the whole does, and what it earned."""
    loyalty = life(first_app_order=[{"points": 100}])
    loyalty.settle(ride(channel="app"), at=AT)
    loyalty.refund("r1", "o1", at=AT, amount=rub(411))
    assert balance(loyalty, AT) == Points(1)
    assert codes(loyalty.settle(ride(id="o2", channel="app"), at=AT))[-1] == "not_first_app_order"
    loyalty.refund("r2", "o1", at=AT)
    loyalty.refund("r1", "o2", at=AT)
    assert balance(loyalty, AT) == Points(0)
    again = loyalty.settle(ride(id="o3", channel="app"), at=AT)
    assert (again.awards[-1].points, balance(loyalty, AT)) == (Points(100), Points(100))


def test_G6_another_app_order_stays_behind(life):
    """Two through the app, one refunded: the next is no first one."""
    loyalty = life(first_app_order=[{"points": 100}])
    for order in ("o1", "o2"):
        loyalty.settle(ride(id=order, channel="app"), at=AT)
    loyalty.refund("r1", "o1", at=AT)
    assert loyalty.settle(ride(id="o3", channel="app"), at=AT).awards == ()
    assert balance(loyalty, AT) == Points(0)


def test_B2_points_go_back_to_the_lots_that_they_came_from(life, repository):
    """Those that expire last go back first, with their dates."""
    loyalty = life(expiry={"after": "P60D"})
    give(loyalty, 150)
    give(loyalty, 50, at=AT + DAY, order="gift 2")
    loyalty.settle(ride(), at=AT + DAY, redeem="all")
    came_from = [(AT.replace(month=5, day=day, hour=21), amount) for day, amount in ((9, 150), (10, 50))]
    seen = []
    for number, amount in enumerate((rub(103), rub("123.60"), None)):
        loyalty.refund(f"r{number}", "o1", at=AT + DAY, amount=amount)
        seen.append([(from_micros(expires), amount) for expires, _, amount in account_of(repository).lots])
    assert seen == [came_from[1:], [(came_from[0][0], 60), came_from[1]], came_from]


def test_B2_returned_to_an_expired_lot_they_are_gone(life):
    """Nothing launders expiry: by default, with the reason."""
    loyalty = life(expiry={"after": "P1D"})
    ridden(loyalty)
    done = loyalty.refund("r1", "o1", at=AT + 9 * DAY, amount=rub(100))
    (reason,) = done.reasons
    assert (reason.code, reason.points, effects(done)) == ("returned_after_expiry", Points(48), [])
    assert (done.refund, balance(loyalty, AT + 9 * DAY)) == (rub("51.45"), Points(0))
    assert [line.points.minor for line in statement(loyalty, AT + 9 * DAY)] == [200, -200, 48, -48]


def test_B2_or_they_live_on_for_the_term_of_grace(life):
    """Once: spent and refunded again after that, they're gone."""
    loyalty = life(expiry={"after": "P1D", "returned_after_expiry": "P2D"})
    ridden(loyalty)
    loyalty.refund("r1", "o1", at=AT + 9 * DAY)
    assert balance(loyalty, AT + 11 * DAY) == Points(200)
    loyalty.settle(ride(id="o2"), at=AT + 11 * DAY, redeem="all")
    done = loyalty.refund("r1", "o2", at=AT + 12 * DAY)
    assert (codes(done), balance(loyalty, AT + 12 * DAY)) == (["returned_after_expiry"], Points(0))


def test_B2_returned_within_its_grace_a_lot_keeps_that_date(life):
    """It came back late before: the date of grace stands."""
    loyalty = life(expiry={"after": "P1D", "returned_after_expiry": "P2D"})
    ridden(loyalty)
    loyalty.refund("r1", "o1", at=AT + 9 * DAY)
    loyalty.settle(ride(id="o2"), at=AT + 10 * DAY, redeem="all")
    loyalty.refund("r1", "o2", at=AT + 11 * DAY)
    ends = AT.replace(day=21, hour=21)
    assert (balance(loyalty, ends - HOUR), balance(loyalty, ends)) == (Points(200), Points(0))


def test_B2_a_clawback_takes_of_the_awards_own_lot_first(life, repository):
    """Though others expire sooner."""
    loyalty = life(cashback=HALF, expiry={"after": "P60D"})
    give(loyalty, 30)
    loyalty.settle(ride("400"), at=AT + DAY)
    give(loyalty, 7, at=AT + 2 * DAY, order="gift 2")
    loyalty.refund("r1", "o1", at=AT + 2 * DAY)
    assert [amount for _, _, amount in account_of(repository).lots] == [30, 7]


def test_B2_then_of_other_lots_those_that_expire_first(life, repository):
    """Where the award is spent."""
    loyalty = life(cashback=[{"percent": 10}], expiry={"after": "P60D"})
    loyalty.settle(ride("400"), at=AT)
    loyalty.settle(ride("40", id="o2", tariff="none"), at=AT, redeem=Points(40))
    give(loyalty, 30, at=AT + DAY, order="gift 1")
    give(loyalty, 30, at=AT + 2 * DAY, order="gift 2")
    done = loyalty.refund("r1", "o1", at=AT + 2 * DAY)
    assert effects(done) == ["m1 loses 40 points that were earned"]
    assert [amount for _, _, amount in account_of(repository).lots] == [24]


def test_B2_never_held_points(life):
    """Those are promised to an order: the rest is a debt, and the order keeps what it holds."""
    loyalty = life(cashback=HALF)
    loyalty.settle(ride("400"), at=AT)
    loyalty.place(ride(id="o2"), at=AT, redeem=Points(150))
    done = loyalty.refund("r1", "o1", at=AT)
    view = loyalty.members.view("m1", at=AT)
    assert effects(done) == ["m1 loses 200 points that were earned, owing 150 points of them"]
    assert (view.balance, view.held, view.debt) == (Points(0), Points(150), Points(150))
    assert loyalty.complete("o2", at=AT, price=rub(150)).due == rub(0)
    assert loyalty.members.view("m1", at=AT).debt == Points(75)


def test_B2_what_is_released_pays_the_debt(life):
    """Returned points do, too."""
    loyalty = life(cashback=HALF)
    loyalty.settle(ride("400"), at=AT)
    loyalty.settle(ride("40", id="o2", tariff="gift"), at=AT, redeem=Points(40))
    loyalty.place(ride(id="o3"), at=AT, redeem=Points(200))
    loyalty.refund("r1", "o1", at=AT)
    assert loyalty.members.view("m1", at=AT).debt == Points(200)
    loyalty.cancel("o3", at=AT)
    assert loyalty.members.view("m1", at=AT).debt == Points(0)


def test_B2_a_later_award_pays_the_debt_first(life):
    """What was earned and spent is owed: nothing is gained."""
    loyalty = life(cashback=HALF)
    loyalty.settle(ride("400"), at=AT)
    loyalty.settle(ride("200", id="o2", customer="m1", branch="x"), at=AT, redeem="all")
    loyalty.refund("r1", "o1", at=AT)
    view = loyalty.members.view("m1", at=AT)
    assert (view.balance, view.debt) == (Points(0), Points(100))
    give(loyalty, 30, order="gift 1")
    assert loyalty.members.view("m1", at=AT + 900 * DAY).debt == Points(70)
    give(loyalty, 100, order="gift 2")
    view = loyalty.members.view("m1", at=AT)
    assert (view.balance, view.debt) == (Points(30), Points(0))


def test_B2_returned_points_pay_the_debt_first(life):
    """Give back, then claw back: and what's given back later pays what's owed."""
    loyalty = life(cashback=[{"percent": 100, "scope": {"branches": ["generous"]}}])
    loyalty.settle(ride("200", branch="generous"), at=AT)
    loyalty.settle(ride("200", id="o2"), at=AT, redeem="all")
    loyalty.refund("r1", "o1", at=AT)
    assert loyalty.members.view("m1", at=AT).debt == Points(200)
    done = loyalty.refund("r1", "o2", at=AT)
    view = loyalty.members.view("m1", at=AT)
    assert (done.refund, view.balance, view.debt) == (rub(0), Points(0), Points(0))


def test_B2_within_the_balance_the_rest_is_forgiven(life):
    """By the program's setting, with the reason; nothing is owed."""
    loyalty = life(cashback=HALF, clawback="within_balance")
    loyalty.settle(ride("400"), at=AT)
    loyalty.settle(ride("150", id="o2", tariff="none"), at=AT, redeem=Points(150))
    loyalty.refund("x", "o2", at=AT + DAY, amount=rub("0.01"))
    done = loyalty.refund("r1", "o1", at=AT)
    view = loyalty.members.view("m1", at=AT)
    (reason,) = done.reasons
    assert (view.balance, view.debt, reason.code, reason.points) == (Points(0), Points(0), "forgiven", Points(75))
    assert effects(done) == ["m1 loses 125 points that were earned"]


def test_S2_an_award_that_is_still_to_come(life, repository):
    """It's taken from what's to come: nothing is booked, and the rest is credited in its time."""
    loyalty = life(cashback=[{"percent": 50, "delay": "P2D"}])
    loyalty.settle(ride("400"), at=AT)
    loyalty.refund("r1", "o1", at=AT + DAY, amount=rub(100))
    view = loyalty.members.view("m1", at=AT + DAY)
    assert (view.balance, view.pending, view.debt) == (Points(0), Points(150), Points(0))
    assert entries_of(repository) == []
    assert balance(loyalty, AT + 2 * DAY) == Points(150)
    loyalty.refund("r2", "o1", at=AT + 3 * DAY)
    assert balance(loyalty, AT + 3 * DAY) == Points(0)


def test_S2_all_of_what_is_still_to_come(life, repository):
    """Then nothing waits, and nothing is due any more."""
    loyalty = life(cashback=[{"percent": 50, "delay": "P2D"}], first_app_order=[{"points": 9, "delay": "P2D"}])
    loyalty.settle(ride("400", channel="app"), at=AT)
    loyalty.settle(ride("200", id="o2"), at=AT)
    loyalty.refund("r1", "o1", at=AT + DAY)
    assert [(award.order, award.amount) for award in account_of(repository).pending] == [("o2", 100)]
    loyalty.refund("r1", "o2", at=AT + DAY)
    assert repository.due(AT + 9 * DAY, after=None, limit=9) == []
    assert entries_of(repository) == []


def test_B2_what_expired_unspent_counts_as_taken(life):
    """Nobody owes points that they never had the use of."""
    loyalty = life(cashback=HALF, expiry={"after": "P1D"})
    loyalty.settle(ride("400"), at=AT)
    give(loyalty, 30, at=AT + 9 * DAY)
    loyalty.refund("r1", "o1", at=AT + 9 * DAY)
    view = loyalty.members.view("m1", at=AT + 9 * DAY)
    assert (view.balance, view.debt) == (Points(30), Points(0))


def test_B2_and_what_was_spent_of_it_is_owed(life):
    """Of 200 points, 80 were spent: those are taken from elsewhere."""
    loyalty = life(cashback=[{"percent": 50, "scope": {"tariffs": ["good"]}}], expiry={"after": "P1D"})
    loyalty.settle(ride("400", tariff="good"), at=AT)
    loyalty.settle(ride("80", id="o2"), at=AT, redeem="all")
    give(loyalty, 30, at=AT + 9 * DAY)
    done = loyalty.refund("r1", "o1", at=AT + 9 * DAY)
    view = loyalty.members.view("m1", at=AT + 9 * DAY)
    assert (view.balance, view.debt) == (Points(0), Points(50))
    assert effects(done)[-1] == "m1 loses 200 points that were earned, owing 50 points of them"


def test_B2_what_expired_counts_once(life):
    """A second order of the same day asks for what's left of it."""
    loyalty = life(cashback=[{"percent": 50, "scope": {"tariffs": ["good"]}}], expiry={"after": "P1D"})
    for order in ("o1", "o2"):
        loyalty.settle(ride("100", id=order, tariff="good"), at=AT)
    loyalty.settle(ride("70", id="o3"), at=AT, redeem="all")
    later = AT + 9 * DAY
    debts = []
    for order in ("o1", "o2"):
        loyalty.refund("r1", order, at=later)
        debts.append(loyalty.members.view("m1", at=later).debt)
    assert debts == [Points(20), Points(70)]


def test_B2_given_back_to_an_expired_lot_it_expired_unspent(life):
    """The order that spent it is refunded first: nothing is owed for the one that earned it."""
    loyalty = life(cashback=[{"percent": 50, "scope": {"tariffs": ["good"]}}], expiry={"after": "P1D"})
    loyalty.settle(ride("400", tariff="good"), at=AT)
    loyalty.settle(ride("200", id="o2"), at=AT, redeem="all")
    loyalty.refund("r1", "o2", at=AT + 9 * DAY)
    loyalty.refund("r1", "o1", at=AT + 9 * DAY)
    view = loyalty.members.view("m1", at=AT + 9 * DAY)
    assert (view.balance, view.debt) == (Points(0), Points(0))


@pytest.mark.parametrize(("late", "left"), [(0 * HOUR, 0), (HOUR / 3_600_000_000, 200)])
def test_B2_awards_are_taken_back_for_so_long(life, late, left):
    """Up to that moment itself, 90 days by the clock; later a refund gives back, and says so."""
    loyalty = life(cashback=HALF)
    give(loyalty, 100)
    loyalty.settle(ride("400"), at=AT, redeem=Points(100))
    until = AT + 90 * DAY
    done = loyalty.refund("r1", "o1", at=until + late)
    assert (done.refund, balance(loyalty, until + late)) == (rub(300), Points(100 + left))
    if left:
        (reason,) = done.reasons
        assert (reason.code, reason.until) == ("too_late_to_claw_back", until)


def test_B2_without_awards_it_is_never_too_late(life):
    """There's nothing to be late for."""
    loyalty = life(refundable_for="P1D")
    loyalty.settle(ride(), at=AT)
    assert codes(loyalty.refund("r1", "o1", at=AT + 9 * DAY)) == []


def test_B8_an_order_is_refunded_under_its_own_revision(repository):
    """Its term, and whether what isn't covered is owed."""
    old = Loyalty(city(cashback=HALF, clawback="within_balance", refundable_for="P2D"), repository)
    old.settle(ride("400"), at=AT)
    old.settle(ride("200", id="o2", tariff="none"), at=AT, redeem="all")
    new = Loyalty(city(cashback=HALF), repository)
    assert codes(new.refund("r1", "o1", at=AT + DAY, amount=rub(300))) == ["forgiven"]
    assert codes(new.refund("r2", "o1", at=AT + 3 * DAY)) == ["too_late_to_claw_back"]
    assert new.members.view("m1", at=AT + 3 * DAY).debt == Points(0)


def test_B10_every_line_of_a_refund_names_the_orders_revision(repository):
    """Whoever refunds it, when."""
    old = Loyalty(city(cashback=FIVE), repository)
    ridden(old)
    new = Loyalty(city(cashback=HALF), repository)
    new.refund("r1", "o1", at=AT)
    lines = [line for line in statement(new, AT) if line.operation == '["city","refund","o1","r1"]']
    assert sorted((line.kind, line.points.minor, line.order, line.rule) for line in lines) == [
        ("issued", -21, "o1", "cashback"),
        ("redeemed", 200, "o1", None),
    ]
    assert {line.revision for line in lines} == {city(cashback=FIVE).revision}


def test_G8_a_refund_is_no_activity(life):
    """Whoever only refunds stays away."""
    loyalty = life(cashback=FIVE, expiry={"inactivity": "P10D"})
    ridden(loyalty)
    give(loyalty, 7, order="last gift")
    loyalty.refund("r1", "o1", at=AT + 5 * DAY)
    assert balance(loyalty, AT + 10 * DAY) == Points(207)
    assert balance(loyalty, AT + 11 * DAY) == Points(0)


def test_a_refund_after_much_has_come_due(life, repository):
    """What time has done is booked first, in changes of its own."""
    loyalty = life(cashback=HALF, expiry={"after": "P1D"})
    lots = [(Points(1), AT + day * DAY) for day in range(1, 46)]
    loyalty.members.import_members([OpeningMember(id="m1", lots=lots)], at=AT)
    loyalty.settle(ride("400"), at=AT)
    done = loyalty.refund("r1", "o1", at=AT + 80 * DAY)
    view = loyalty.members.view("m1", at=AT + 80 * DAY)
    assert (done.status, view.balance, view.debt) == ("refunded", Points(0), Points(0))
    assert {entry.at for entry in entries_of(repository) if entry.amount == -1} >= {moment for _, moment in lots}


def test_points_of_digits_and_a_value_of_their_own(life):
    """200.50 points at 0.50 each pay 100.25: all figures are in their own units."""
    loyalty = life(digits=2, point_value="0.50", cashback=FIVE)
    give(loyalty, "100.25")
    loyalty.settle(ride(), at=AT, redeem="all")
    done = loyalty.refund("r1", "o1", at=AT, amount=rub(100))
    assert (done.refund, done.redeemed) == (rub("75.66"), Points("151.84", digits=2))
    whole = loyalty.refund("r2", "o1", at=AT)
    assert whole.refund + done.refund == rub("311.75")
    assert balance(loyalty, AT) == Points("200.50", digits=2)


def test_S2_of_two_that_are_to_come_each_is_taken_from_its_own(life):
    """The later order's falls due first: refunding the earlier one leaves that alone."""
    slow = {"percent": 50, "delay": "P2D", "scope": {"tariffs": ["slow"]}}
    loyalty = life(cashback=[slow, {"percent": 50, "delay": "PT1H"}])
    loyalty.settle(ride("400", tariff="slow"), at=AT)
    loyalty.settle(ride("100", id="o2"), at=AT)
    loyalty.refund("r1", "o1", at=AT, amount=rub(100))
    view = loyalty.members.view("m1", at=AT + HOUR)
    assert (view.balance, view.pending) == (Points(50), Points(150))
    loyalty.refund("r2", "o1", at=AT + HOUR)
    view = loyalty.members.view("m1", at=AT + 9 * DAY)
    assert (view.balance, view.pending, view.debt) == (Points(50), Points(0), Points(0))


@pytest.mark.parametrize("why", ["late", "forgotten"])
def test_B2_what_nobody_takes_back_isnt_under_way(life, why):
    """Too late, or of a member who was forgotten: the full refund won't settle it."""
    loyalty = life(cashback=FIVE, refundable_for="P1D")
    loyalty.settle(ride(), at=AT)
    if why == "forgotten":
        loyalty.members.forget("m1", at=AT)
    at = AT + (2 * DAY if why == "late" else HOUR)
    assert loyalty.refund("r1", "o1", at=at, amount=rub(100)).carried == ()


@pytest.mark.parametrize("parts", [(400,), (200, 200), (100, 300), (1, 399), (399, 1)])
def test_B2_what_an_award_pays_too_late_is_counted_however_it_comes_back(life, parts):
    """Points credited at placing pay beside others and come back after their expiry: no part leaves a debt behind."""
    advance = {"name": "adv", "code": "ADV", "points": 100, "credited": "placing"}
    loyalty = life(promo=[advance], expiry={"after": "P20D"}, cashback=[])
    loyalty.members.adjust("a1", "m1", Points(300), at=AT)
    done = loyalty.settle(ride(400), at=AT + 3 * DAY, redeem="all", promo_code="ADV")
    assert done.redeemed == Points(400)
    for number, part in enumerate(parts):
        loyalty.refund(f"r{number}", "o1", at=AT + 30 * DAY, amount=rub(part))
    view = loyalty.members.view("m1", at=AT + 30 * DAY)
    assert (view.balance, view.debt) == (Points(0), Points(0))
