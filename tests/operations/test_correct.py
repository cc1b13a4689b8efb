"""Correct: a completed order was told wrong, and the differences are posted (B2, Y8)."""

from __future__ import annotations

import pytest

from loyaltykit import InvalidValue, Loyalty, MixedUnits, Money, NaiveMoment, OperationMismatch, Points, UnknownOrder
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


def lines(loyalty, correction="c1", at=AT):
    """Give what the correction called so has booked to m1."""
    operation = f'["city","correct","o1","{correction}"]'
    return sorted((line.kind, line.points.minor) for line in statement(loyalty, at) if line.operation == operation)


def stands(loyalty, at=AT):
    view = loyalty.members.view("m1", at=at)
    return view.balance.minor, view.visits, view.sold, view.paid


def test_B2_the_fare_was_less(life):
    """412 was 380: 21 points become 19, and what was sold follows."""
    loyalty = life(cashback=FIVE)
    loyalty.settle(ride(), at=AT)
    done = loyalty.correct("c1", "o1", at=AT, price=rub(380))
    assert (done.status, done.charged, done.due, done.awards[0].points) == ("completed", rub(380), rub(380), Points(19))
    assert str(done.decisions[-1]) == "cashback: m1 loses 2 points that were earned"
    assert (stands(loyalty), lines(loyalty)) == ((19, 1, rub(380), rub(0)), [("issued", -2)])


def test_B2_the_fare_was_more(life):
    """And back: what's missing is credited, with the date that it would have had."""
    loyalty = life(cashback=FIVE, expiry={"after": "P60D"})
    loyalty.settle(ride("380"), at=AT)
    done = loyalty.correct("c1", "o1", at=AT + 5 * DAY, price=rub(412))
    assert (done.due, done.awards[0].points, lines(loyalty)) == (rub(412), Points(21), [("issued", 2)])
    view = loyalty.members.view("m1", at=AT + 5 * DAY)
    assert (view.next_expiry.at, view.next_expiry.points) == (AT.replace(month=5, day=9, hour=21), Points(21))


def test_B2_what_a_correction_adds_to_an_award_that_has_expired_expires_at_once(life, repository):
    """It was stored, past its end, until somebody swept; expired so, a correction back finds it taken."""
    loyalty, late = life(cashback=FIVE, expiry={"after": "P60D"}), AT + 70 * DAY
    loyalty.settle(ride("380"), at=AT)
    loyalty.run_due(at=late)
    done = loyalty.correct("c1", "o1", at=late, price=rub(412))
    assert (done.awards[0].points, lines(loyalty, at=late)) == (Points(21), [("expired", -2), ("issued", 2)])
    assert {line.rule for line in statement(loyalty, late) if line.order == "o1"} == {"cashback"}
    assert (account_of(repository).lots, balance(loyalty, late)) == ((), Points(0))
    assert loyalty.run_due(at=late).done == 0
    loyalty.correct("c2", "o1", at=late, price=rub(380))
    assert (lines(loyalty, "c2", late), loyalty.members.view("m1", at=late).debt) == ([], Points(0))


def test_B2_what_has_expired_pays_no_debt(life):
    """It did: two points that had expired lowered what the member owed."""
    loyalty, late = life(cashback=FIVE, expiry={"after": "P60D"}), AT + 70 * DAY
    loyalty.settle(ride("380"), at=AT)
    loyalty.settle(ride("400", id="o2"), at=late)
    loyalty.members.adjust("a1", "m1", Points(-20), at=late)
    loyalty.refund("r1", "o2", at=late)
    assert loyalty.members.view("m1", at=late).debt == Points(20)
    loyalty.correct("c1", "o1", at=late, price=rub(412))
    view = loyalty.members.view("m1", at=late)
    assert (view.balance, view.debt, view.next_expiry) == (Points(0), Points(20), None)


def test_B2_another_rules_award_that_has_expired_takes_the_place_of_the_first(life):
    """What was spent of the one counts against the other, which has the same date: nothing is owed."""
    named = {"name": "comfort", "percent": 10, "scope": {"tariffs": ["comfort"]}}
    loyalty, late = life(cashback=[named, {"percent": 5}], expiry={"after": "P60D"}), AT + 70 * DAY
    loyalty.settle(ride("400"), at=AT)
    loyalty.members.adjust("a1", "m1", Points(-20), at=AT)
    loyalty.correct("c1", "o1", at=late, tariff="comfort")
    view = loyalty.members.view("m1", at=late)
    assert (lines(loyalty, at=late), view.balance, view.debt) == (
        [("expired", -40), ("issued", 40)],
        Points(0),
        Points(0),
    )


def test_B2_a_price_that_is_told_after_completion_is_due_in_money(life):
    """The points that were held were spent; the gift card paid nothing, and isn't taken up again (B3)."""
    loyalty = life()
    give(loyalty, 200)
    code = loyalty.cards.issue("c1", at=AT, face=rub(500)).code
    loyalty.place(ride(None), at=AT, redeem="all", gift_card=code)
    done = loyalty.complete("o1", at=AT)
    assert (done.redeemed, done.card, balance(loyalty, AT)) == (Points(200), None, Points(0))
    right = loyalty.correct("c1", "o1", at=AT, price=rub(412))
    assert (right.redeemed, right.card, right.due) == (Points(200), None, rub(212))
    assert loyalty.cards.view("c1", at=AT).balance == rub(500)


def test_B2_there_and_back_is_nothing(life):
    """Two corrections, and everything is as it was."""
    loyalty = life(cashback=FIVE)
    give(loyalty, 400)
    loyalty.settle(ride(), at=AT, redeem=Points(100))
    before = stands(loyalty)
    loyalty.correct("c1", "o1", at=AT, price=rub(380))
    assert stands(loyalty) == (319, 2, rub(780), rub(0))
    done = loyalty.correct("c2", "o1", at=AT, price=rub(412))
    assert (stands(loyalty), done.redeemed, done.due) == (before, Points(100), rub(312))


def test_a_correction_that_changes_nothing_books_nothing(life, repository):
    """The host told the same facts again."""
    loyalty = life(cashback=FIVE)
    loyalty.settle(ride(), at=AT)
    before = entries_of(repository)
    done = loyalty.correct("c1", "o1", at=AT + DAY, price=rub(412))
    assert (done.due, done.awards[0].points, entries_of(repository)) == (rub(412), Points(21), before)


def test_G4_another_worker(life):
    """Who drove is swapped, and rules for workers' tariffs answer anew."""
    gold = {"percent": 10, "scope": {"worker_tariffs": ["gold"]}}
    loyalty = life(cashback=[gold, {"percent": 5}])
    loyalty.settle(ride("400", worker="w7", worker_tariff="silver"), at=AT)
    done = loyalty.correct("c1", "o1", at=AT, worker="w8", worker_tariff="gold")
    assert (done.awards[0].points, balance(loyalty, AT)) == (Points(40), Points(40))


def test_another_rule_by_another_name(life):
    """What the one gave is taken back, what the other gives is credited: first given, then taken."""
    named = {"name": "comfort", "percent": 10, "scope": {"tariffs": ["comfort"]}}
    loyalty = life(cashback=[named, {"percent": 5}])
    loyalty.settle(ride("400"), at=AT)
    done = loyalty.correct("c1", "o1", at=AT, tariff="comfort")
    assert (done.awards[0].points, balance(loyalty, AT)) == (Points(40), Points(40))
    assert {(line.rule, line.points.minor) for line in statement(loyalty, AT)} == {
        ("cashback", 20),
        ("comfort", 40),
        ("cashback", -20),
    }


@pytest.mark.parametrize("fact", ["branch", "service", "tariff", "worker_tariff", "district"])
def test_an_award_vanishes_and_appears(life, fact):
    """By any fact that a rule may look at."""
    part = {"branch": "branches"}.get(fact, f"{fact}s")
    loyalty = life(cashback=[{"percent": 5, "scope": {part: ["good"]}}])
    loyalty.settle(ride(**{fact: "good"}), at=AT)
    gone = loyalty.correct("c1", "o1", at=AT, **{fact: "bad"})
    assert (gone.awards, balance(loyalty, AT)) == ((), Points(0))
    there = loyalty.correct("c2", "o1", at=AT, **{fact: "good"})
    assert (there.awards[0].points, balance(loyalty, AT)) == (Points(21), Points(21))


def test_G6_a_first_app_order_stays_one(life):
    """It's judged by what lay behind the customer when it was completed."""
    loyalty = life(cashback=FIVE, first_app_order=[{"points": 100}])
    loyalty.settle(ride(channel="app"), at=AT)
    loyalty.settle(ride(id="o2", channel="app"), at=AT)
    done = loyalty.correct("c1", "o1", at=AT, price=rub(380))
    assert ([award.points.minor for award in done.awards], lines(loyalty)) == ([19, 100], [("issued", -2)])
    loyalty.correct("c1", "o2", at=AT, price=rub(380))
    assert balance(loyalty, AT) == Points(19 + 100 + 19)
    assert loyalty.settle(ride("0", id="o3", channel="app"), at=AT).awards == ()


def test_R10_points_are_lowered_where_the_price_falls_below_them(life, repository):
    """What's too much goes back to its lots; a higher price later asks for no more than were spent."""
    loyalty = life(expiry={"after": "P60D"})
    give(loyalty, 150)
    give(loyalty, 50, at=AT + DAY, order="gift 2")
    loyalty.settle(ride(), at=AT + DAY, redeem=Points(200))
    done = loyalty.correct("c1", "o1", at=AT + DAY, price=rub(120))
    assert (done.redeemed, done.due, codes(done)[0]) == (Points(120), rub(0), "limited_by_price")
    assert str(done.decisions[-1]) == "redemption: m1 gets back 80 points that were spent"
    assert [amount for _, _, amount in account_of(repository).lots] == [30, 50]
    again = loyalty.correct("c2", "o1", at=AT + DAY, price=rub(412))
    assert (again.redeemed, again.due) == (Points(120), rub(292))


def test_B2_corrected_then_refunded(life):
    """What's given back is of the corrected sums."""
    loyalty = life(cashback=FIVE)
    give(loyalty, 200)
    loyalty.settle(ride(), at=AT, redeem=Points(200))
    loyalty.correct("c1", "o1", at=AT, price=rub(150))
    part = loyalty.refund("r1", "o1", at=AT, amount=rub(15))
    assert (part.refund, part.redeemed, part.charged) == (rub(0), Points(135), rub(135))
    loyalty.refund("r2", "o1", at=AT)
    assert stands(loyalty) == (200, 1, rub(200), rub(0))


def test_B2_after_a_refund_it_is_refused(life, repository):
    """With what's refunded: the order stands."""
    loyalty = life(cashback=FIVE)
    loyalty.settle(ride(), at=AT)
    loyalty.refund("r1", "o1", at=AT, amount=rub(100))
    before = everything(repository)[1:]
    done = loyalty.correct("c1", "o1", at=AT, price=rub(380))
    (reason,) = done.reasons
    assert (reason.code, reason.refunded, done.charged) == ("partly_refunded", rub(100), rub(312))
    assert everything(repository)[1:] == before


@pytest.mark.parametrize(
    ("call", "code"), [("refund", "already_refunded"), ("cancel", "already_ended"), ("nothing", "not_completed")]
)
def test_an_order_that_isnt_completed_cant_be_corrected(life, repository, call, code):
    """Placed, it's amended; over, it stays so."""
    loyalty = life(cashback=FIVE)
    loyalty.place(ride(), at=AT)
    if call == "refund":
        loyalty.complete("o1", at=AT)
        loyalty.refund("r1", "o1", at=AT)
    if call == "cancel":
        loyalty.cancel("o1", at=AT)
    before = everything(repository)[1:]
    assert codes(loyalty.correct("c1", "o1", at=AT, price=rub(380))) == [code]
    assert everything(repository)[1:] == before


def test_S2_a_delayed_award_before_it_is_due(life):
    """What's to come is more or less then: nothing is booked before."""
    loyalty = life(cashback=[{"percent": 50, "delay": "P2D"}])
    loyalty.settle(ride("400"), at=AT)
    for number, (price, pending) in enumerate([(300, 150), (500, 250), (400, 200)]):
        loyalty.correct(f"c{number}", "o1", at=AT + DAY, price=rub(price))
        view = loyalty.members.view("m1", at=AT + DAY)
        assert (view.balance, view.pending, view.debt) == (Points(0), Points(pending), Points(0))
    assert balance(loyalty, AT + 2 * DAY) == Points(200)
    loyalty.refund("r1", "o1", at=AT + 3 * DAY)
    assert balance(loyalty, AT + 3 * DAY) == Points(0)


@pytest.mark.parametrize(("price", "there"), [(300, 150), (500, 250)])
def test_S2_a_delayed_award_after_it_was_due(life, price, there):
    """The difference is booked at once, with the date of the rest."""
    loyalty = life(cashback=[{"percent": 50, "delay": "P2D"}], expiry={"after": "P60D"})
    loyalty.settle(ride("400"), at=AT)
    loyalty.correct("c1", "o1", at=AT + 5 * DAY, price=rub(price))
    view = loyalty.members.view("m1", at=AT + 5 * DAY)
    assert (view.balance, view.pending) == (Points(there), Points(0))
    assert view.next_expiry.points == Points(there)


def test_S2_an_award_that_is_due_at_that_moment(life):
    """A delay that ends with the correction has ended."""
    loyalty = life(cashback=[{"percent": 50, "delay": "P2D"}])
    loyalty.settle(ride("400"), at=AT)
    loyalty.correct("c1", "o1", at=AT + 2 * DAY, price=rub(500))
    assert balance(loyalty, AT + 2 * DAY) == Points(250)


def test_G8_what_is_credited_too_late_expires_with_the_rest(life):
    """By time alone: nothing lives longer for having been told wrong."""
    loyalty = life(cashback=HALF, expiry={"after": "P1D"})
    loyalty.settle(ride("400"), at=AT)
    done = loyalty.correct("c1", "o1", at=AT + 9 * DAY, price=rub(500))
    assert (done.awards[0].points, balance(loyalty, AT + 9 * DAY)) == (Points(250), Points(0))
    assert sum(line.points.minor for line in statement(loyalty, AT + 9 * DAY)) == 0
    loyalty.run_due(at=AT + 9 * DAY)
    loyalty.refund("r1", "o1", at=AT + 9 * DAY)
    assert loyalty.members.view("m1", at=AT + 9 * DAY).debt == Points(0)


@pytest.mark.parametrize(("clawback", "debt"), [("debt", 50), ("within_balance", 0)])
def test_B2_what_was_earned_too_much_and_spent_is_owed(life, clawback, debt):
    """Or forgiven, as the program says."""
    loyalty = life(cashback=[{"percent": 50, "scope": {"tariffs": ["good"]}}], clawback=clawback)
    loyalty.settle(ride("400", tariff="good"), at=AT)
    loyalty.settle(ride("200", id="o2"), at=AT, redeem="all")
    done = loyalty.correct("c1", "o1", at=AT, price=rub(300))
    assert (loyalty.members.view("m1", at=AT).debt, codes(done)) == (
        Points(debt),
        [] if debt else ["forgiven"],
    )


def test_B2_of_an_award_that_vanishes_too(life):
    """All of it is taken back, owed or forgiven."""
    loyalty = life(cashback=[{"percent": 50, "scope": {"tariffs": ["good"]}}], clawback="within_balance")
    loyalty.settle(ride("400", tariff="good"), at=AT)
    loyalty.settle(ride("150", id="o2"), at=AT, redeem=Points(150))
    done = loyalty.correct("c1", "o1", at=AT, tariff="bad")
    assert done.decisions[-1].reasons[0].points == Points(150)
    assert (balance(loyalty, AT), loyalty.members.view("m1", at=AT).debt) == (Points(0), Points(0))


def test_B8_it_is_worked_out_under_its_own_revision_and_moment(repository):
    """A happy hour of the placing is one still."""
    old = Loyalty(city(cashback=[{"percent": 5, "scope": {"windows": [{"weekdays": ["tue"]}]}}]), repository)
    old.settle(ride(), at=AT)
    new = Loyalty(city(cashback=HALF), repository)
    done = new.correct("c1", "o1", at=AT + DAY, price=rub(380))
    assert (done.awards[0].points, balance(new, AT + DAY)) == (Points(19), Points(19))


def test_R4_another_branch_where_the_program_doesnt_run(life):
    """Nothing of it applies there: what was spent goes back, what was earned, too."""
    loyalty = life(cashback=FIVE, branches=[{"id": "centre"}])
    loyalty.settle(ride("200", id="gift", tariff="gift", branch="centre"), at=AT)
    loyalty.settle(ride(branch="centre"), at=AT, redeem="all")
    done = loyalty.correct("c1", "o1", at=AT, branch="south")
    assert (done.redeemed, done.due, codes(done)) == (Points(0), rub(412), ["outside_branches"])
    assert balance(loyalty, AT) == Points(200)


def test_an_order_that_names_no_customer(life, repository):
    """Its facts are corrected, and nothing is booked."""
    loyalty = life(cashback=FIVE)
    loyalty.settle(ride(customer=None), at=AT)
    assert loyalty.correct("c1", "o1", at=AT, price=rub(380)).due == rub(380)
    assert loyalty.refund("r1", "o1", at=AT).refund == rub(380)
    assert entries_of(repository) == []


def test_a_price_that_was_never_told(life):
    """It's told now."""
    loyalty = life(cashback=FIVE)
    loyalty.settle(ride(None), at=AT)
    done = loyalty.correct("c1", "o1", at=AT, price=rub(412))
    assert (done.due, stands(loyalty)) == (rub(412), (21, 1, rub(412), rub(0)))


def test_the_same_correction_twice(life, repository):
    """The first result again; with other facts it's a mismatch that carries it."""
    loyalty = life(cashback=FIVE)
    loyalty.settle(ride(), at=AT)
    first = loyalty.correct("c1", "o1", at=AT, price=rub(380), worker="w8")
    before = everything(repository)
    assert loyalty.correct("c1", "o1", at=AT + HOUR, price=rub("380.00"), worker="w8") == first
    for facts in ({"price": rub(380)}, {"price": rub(381), "worker": "w8"}, {"worker": "w8"}):
        with pytest.raises(OperationMismatch) as caught:
            loyalty.correct("c1", "o1", at=AT, **facts)
        assert caught.value.first == first
    assert everything(repository) == before


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (InvalidValue, {"price": Money.from_minor(-1, "RUB")}),
        (InvalidValue, {"price": 380}),
        (MixedUnits, {"price": Money(1, "USD")}),
        (InvalidValue, {"worker": ""}),
        (InvalidValue, {"correction_id": ""}),
        (NaiveMoment, {"at": AT.replace(tzinfo=None)}),
        (UnknownOrder, {"order_id": "o2"}),
    ],
)
def test_what_is_no_correction_is_refused(life, repository, error, told):
    """Bad input never leaves a trace in the store."""
    loyalty = life(cashback=FIVE)
    loyalty.settle(ride(), at=AT)
    before = everything(repository)
    with pytest.raises(error):
        loyalty.correct(**{"correction_id": "c1", "order_id": "o1", "at": AT} | told)
    assert everything(repository) == before


def test_Y8_what_was_paid_stands(life):
    """A correction moves what was sold; what was received is the host's to tell."""
    loyalty = life()
    loyalty.settle(ride(), at=AT)
    loyalty.record_payment("p1", "o1", rub(412), at=AT)
    loyalty.correct("c1", "o1", at=AT, price=rub(380))
    assert stands(loyalty) == (0, 1, rub(380), rub(412))


def test_R3_limits_that_waited_for_a_price_bind_once_it_is_told(life):
    """Placed and completed without one, corrected to 412.00: half of that may be paid with points, as the rule says."""
    loyalty = life(redemption=[{"max_share": "50"}])
    give(loyalty, 350)
    loyalty.place(ride(None), at=AT, redeem="all")
    loyalty.complete("o1", at=AT)
    done = loyalty.correct("c1", "o1", at=AT, price=rub(412))
    assert (done.redeemed, done.due, balance(loyalty, AT)) == (Points(206), rub(206), Points(144))
