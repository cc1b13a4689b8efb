"""Amend: an order is edited before it's completed, in one commit, with what it holds (B3)."""

from __future__ import annotations

import pytest

from loyaltykit import (
    InvalidValue,
    Loyalty,
    MixedUnits,
    Money,
    NaiveMoment,
    OperationMismatch,
    Points,
    Revisions,
    UnknownOrder,
)
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
)

HALF = [{"max_share": "50"}]


def placed(loyalty, points=350, redeem="all", **facts):
    """Give m1 *points*, and place a ride that is to be paid with *redeem* of them."""
    give(loyalty, points)
    return loyalty.place(ride(**facts), at=AT, redeem=redeem)


def stands(loyalty, at=AT):
    view = loyalty.members.view("m1", at=at)
    return view.balance.minor, view.held.minor


@pytest.mark.parametrize(("price", "redeemed"), [(600, 300), (100, 50), (2000, 350), (0, 0)])
def test_B3_another_price_is_judged_as_if_it_was_placed_so(life, price, redeemed):
    """All that may be spent is held; not more than that, and what's too much is free again."""
    loyalty = life(redemption=HALF)
    placed(loyalty)
    assert stands(loyalty) == (144, 206)
    done = loyalty.amend("a1", "o1", at=AT, price=rub(price))
    assert (done.status, done.redeemed, done.due) == ("placed", Points(redeemed), rub(price - redeemed))
    assert stands(loyalty) == (350 - redeemed, redeemed)
    assert loyalty.complete("o1", at=AT).due == done.due


def test_B3_a_number_of_points_stays_what_was_asked_for(life):
    """Asked for 300, limited to 206: at the higher price it's 300, and never more."""
    loyalty = life(redemption=HALF)
    placed(loyalty, redeem=Points(300))
    assert loyalty.amend("a1", "o1", at=AT, price=rub(900)).redeemed == Points(300)
    assert loyalty.amend("a2", "o1", at=AT, price=rub(300)).redeemed == Points(150)


@pytest.mark.parametrize(("redeem", "redeemed"), [(Points(0), 0), (Points(100), 100), (Points(400), 350), ("all", 350)])
def test_B3_what_is_to_be_spent_is_swapped(life, redeem, redeemed):
    """More or fewer, or none any more."""
    loyalty = life()
    placed(loyalty, redeem=Points(200))
    done = loyalty.amend("a1", "o1", at=AT, redeem=redeem)
    assert (done.redeemed, stands(loyalty)) == (Points(redeemed), (350 - redeemed, redeemed))
    assert loyalty.amend("a2", "o1", at=AT, price=rub(500)).redeemed == Points(redeemed)
    assert (loyalty.complete("o1", at=AT).redeemed, balance(loyalty, AT)) == (Points(redeemed), Points(350 - redeemed))


def test_B3_points_are_spent_on_an_order_that_was_placed_without(life):
    """It holds them from then on."""
    loyalty = life()
    placed(loyalty, redeem=None)
    assert loyalty.amend("a1", "o1", at=AT, tariff="comfort").redeemed == Points(0)
    assert loyalty.amend("a2", "o1", at=AT, redeem=Points(200)).redeemed == Points(200)
    assert stands(loyalty) == (150, 200)


def test_B3_what_is_swapped_is_said(life):
    """What goes back, and why it isn't more."""
    loyalty = life(redemption=HALF)
    placed(loyalty, redeem=Points(300))
    done = loyalty.amend("a1", "o1", at=AT, price=rub(100))
    assert str(done.decisions[-1]) == "hold: m1 has 156 points back"
    assert codes(done)[0] == "limited_by_share"


def test_facts_that_are_told_are_swapped_and_others_stand(life):
    """Each of them, and awards at completion follow."""
    facts = {
        "branch": "centre",
        "service": "taxi",
        "tariff": "comfort",
        "worker": "w7",
        "worker_tariff": "gold",
        "channel": "app",
        "district": "Airport",
        "starts_at": AT + DAY,
    }
    scope = {f"{name}s" if name != "branch" else "branches": [value] for name, value in list(facts.items())[:3]}
    loyalty = life(cashback=[{"percent": 10, "scope": scope | {"channels": ["app"], "districts": ["Airport"]}}])
    loyalty.place(ride(worker="w1"), at=AT)
    for number, (name, value) in enumerate(facts.items()):
        done = loyalty.amend(f"a{number}", "o1", at=AT, **{name: value})
    assert done.awards[0].points == Points(41)
    assert loyalty.complete("o1", at=AT).awards == done.awards


def test_B2_points_that_are_held_over_their_expiry_survive_an_amendment(life):
    """They're never released in between; those that expired are kept where fewer are held."""
    loyalty = life(expiry={"after": "P1D"})
    placed(loyalty, redeem=Points(200))
    later = AT + 3 * DAY
    give(loyalty, 50, at=later, order="gift 2")
    assert loyalty.amend("a1", "o1", at=later, price=rub(500)).redeemed == Points(200)
    assert loyalty.amend("a2", "o1", at=later, redeem=Points(250)).redeemed == Points(250)
    assert stands(loyalty, later) == (0, 250)
    assert loyalty.amend("a3", "o1", at=later, redeem=Points(200)).redeemed == Points(200)
    assert stands(loyalty, later) == (50, 200)


def test_B2_and_what_it_lets_go_of_them_is_gone(life, repository):
    """Nothing launders expiry: it's said, and booked."""
    loyalty = life(expiry={"after": "P1D"})
    placed(loyalty, redeem=Points(200))
    done = loyalty.amend("a1", "o1", at=AT + 3 * DAY, redeem=Points(30))
    assert (codes(done)[-1], done.reasons[-1].points) == ("returned_after_expiry", Points(170))
    assert stands(loyalty, AT + 3 * DAY) == (0, 30)
    assert [entry.amount for entry in entries_of(repository, '["city","member","m1"]')] == [350, -150, -170]


def test_B2_held_over_staying_away_they_have_that_date(life):
    """What comes to them afterwards hasn't."""
    loyalty = life(expiry={"inactivity": "P2D"})
    placed(loyalty, redeem=Points(200))
    later = AT + 5 * DAY
    loyalty.members.adjust("j1", "m1", Points(70), at=later)
    assert loyalty.amend("a1", "o1", at=later, redeem="all").redeemed == Points(270)
    done = loyalty.cancel("o1", at=later)
    assert (done.reasons[0].points, balance(loyalty, later)) == (Points(200), Points(70))


def test_R10_a_hold_that_had_timed_out_is_held_anew(life):
    """Of what's free by then; and it times out anew."""
    loyalty = life()
    placed(loyalty, redeem=Points(200))
    later = AT + 8 * DAY
    assert stands(loyalty, later) == (350, 0)
    assert loyalty.amend("a1", "o1", at=later, price=rub(500)).redeemed == Points(200)
    assert stands(loyalty, later) == (150, 200)
    assert stands(loyalty, later + 7 * DAY) == (350, 0)


def test_R10_a_later_start_is_waited_for(life):
    """The hold of an order that is moved to next month ends after that."""
    loyalty = life()
    placed(loyalty, redeem=Points(200))
    loyalty.amend("a1", "o1", at=AT, starts_at=AT + 30 * DAY)
    assert stands(loyalty, AT + 37 * DAY - HOUR) == (150, 200)
    assert stands(loyalty, AT + 37 * DAY) == (350, 0)


def test_R10_a_price_that_was_unknown(life):
    """Until it's told, limits wait; then they bind."""
    loyalty = life(redemption=HALF)
    placed(loyalty, price=None)
    assert stands(loyalty) == (0, 350)
    assert loyalty.amend("a1", "o1", at=AT, tariff="comfort").redeemed == Points(350)
    assert loyalty.amend("a2", "o1", at=AT, price=rub(412)).redeemed == Points(206)
    done = loyalty.complete("o1", at=AT, price=rub(300))
    assert (done.redeemed, done.due) == (Points(206), rub(94))


def test_B8_it_is_judged_under_the_revision_of_the_placing(repository):
    """And at that moment: what was promised stands."""
    tuesday = {"windows": [{"weekdays": ["tue"]}]}
    old = city(cashback=[{"percent": 5, "scope": tuesday}], redemption=HALF)
    new = city(cashback=[{"percent": 9}], redemption=[{"maximum": 7}], in_force_from="2026-03-11")
    loyalty = Loyalty(Revisions([old, new]), repository)
    placed(loyalty)
    done = loyalty.amend("a1", "o1", at=AT + 2 * DAY, price=rub(600))
    assert (done.redeemed, done.awards[0].points, done.revision) == (Points(300), Points(30), old.revision)


@pytest.mark.parametrize("end", ["complete", "cancel", "no_show"])
def test_an_order_that_is_over_stays_so(life, repository, end):
    """With the reason; after completion, it's corrected."""
    loyalty = life()
    placed(loyalty, redeem=Points(200))
    getattr(loyalty, end)("o1", at=AT)
    before = everything(repository)[1:]
    done = loyalty.amend("a1", "o1", at=AT, price=rub(900), redeem="all")
    assert codes(done) == ["already_completed" if end == "complete" else "already_ended"]
    assert (done.redeemed, done.due) == ((Points(200), rub(212)) if end == "complete" else (Points(0), None))
    assert everything(repository)[1:] == before


def test_the_same_amendment_twice(life, repository):
    """The first result again, whatever was amended since."""
    loyalty = life()
    placed(loyalty)
    first = loyalty.amend("a1", "o1", at=AT, price=rub(500), redeem=Points(100))
    second = loyalty.amend("a2", "o1", at=AT, price=rub(600))
    before = everything(repository)
    assert loyalty.amend("a1", "o1", at=AT + DAY, price=rub("500.00"), redeem=Points(100)) == first
    with pytest.raises(OperationMismatch) as caught:
        loyalty.amend("a2", "o1", at=AT, price=rub(700))
    assert caught.value.first == second
    assert everything(repository) == before


def test_to_spend_none_any_more_isnt_to_say_nothing(life):
    """`Points(0)` is told; None isn't."""
    loyalty = life()
    placed(loyalty)
    loyalty.amend("a1", "o1", at=AT, redeem=Points(0))
    with pytest.raises(OperationMismatch):
        loyalty.amend("a1", "o1", at=AT)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (InvalidValue, {"price": Money.from_minor(-1, "RUB")}),
        (InvalidValue, {"price": 500}),
        (MixedUnits, {"price": Money(1, "USD")}),
        (InvalidValue, {"redeem": "some"}),
        (InvalidValue, {"redeem": 50}),
        (InvalidValue, {"redeem": Points("0.5", digits=1)}),
        (InvalidValue, {"tariff": ""}),
        (InvalidValue, {"tariff": 7}),
        (InvalidValue, {"amendment_id": ""}),
        (NaiveMoment, {"starts_at": AT.replace(tzinfo=None)}),
        (NaiveMoment, {"at": AT.replace(tzinfo=None)}),
        (UnknownOrder, {"order_id": "o2"}),
    ],
)
def test_what_is_no_amendment_is_refused(life, repository, error, told):
    """Bad input never leaves a trace in the store."""
    loyalty = life()
    placed(loyalty)
    before = everything(repository)
    with pytest.raises(error):
        loyalty.amend(**{"amendment_id": "a1", "order_id": "o1", "at": AT} | told)
    assert everything(repository) == before


def test_an_order_that_names_no_customer(life, repository):
    """Nobody's points are to be spent on it."""
    loyalty = life(cashback=[{"percent": 5}])
    loyalty.place(ride(customer=None), at=AT)
    done = loyalty.amend("a1", "o1", at=AT, price=rub(500), redeem="all")
    assert (done.due, done.redeemed, done.awards) == (rub(500), Points(0), ())
    assert entries_of(repository) == []


def test_an_order_that_holds_nothing_touches_no_member(life, repository):
    """So that it fights with nobody."""
    loyalty = life()
    loyalty.place(ride(), at=AT)
    loyalty.amend("a1", "o1", at=AT, price=rub(500))
    assert repository.load(['["city","member","m1"]'])['["city","member","m1"]'].version == 0


def test_held_points_are_still_the_members_own(life, repository):
    """Nothing is booked by an edit; only the completion spends."""
    loyalty = life()
    placed(loyalty)
    before = entries_of(repository)
    for number, price in enumerate((100, 900, 350, 1)):
        loyalty.amend(f"a{number}", "o1", at=AT, price=rub(price))
        assert account_of(repository).posted == 350
    assert entries_of(repository) == before
