"""A member's history is cleared, and what they have is never dropped silently (S8)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from loyaltykit import HistoryCleared, InvalidValue, NaiveMoment, OpeningMember, OperationMismatch, Points
from tests.operations.support import AT, DAY, HOUR, balance, entries_of, everything, give, ride, rub, statement

TIERS = {
    "tier": [{"name": "regulars", "levels": [{"name": "silver", "percent": 5, "visits": 2}]}],
    "category": [{"name": "Эконом", "added": {"sold": "100"}}],
}


def clear(loyalty, name="c1", *, at=AT, member="m1", **told):
    return loyalty.members.clear_history(name, member, at=at, **told)


def history(loyalty, at=AT):
    view = loyalty.members.view("m1", at=at)
    return view.visits, view.sold, view.paid, view.last_visit, [tier.level for tier in view.tiers], view.categories


NOTHING = (0, rub(0), rub(0), None, [], ())


def test_S8_nothing_lies_behind_the_member_any_more(life):
    """Visits, sums, the last visit, levels and categories are gone; the next order begins anew."""
    loyalty = life(**TIERS)
    for name in ("o1", "o2"):
        loyalty.settle(ride(id=name, channel="app"), at=AT)
    loyalty.record_payment("p1", "o1", rub(400), at=AT)
    before = history(loyalty)
    assert before[:3] == (2, rub(824), rub(400))
    assert (before[4], before[5]) == (["silver"], ("Эконом",))
    assert clear(loyalty, at=AT + HOUR) == HistoryCleared("m1", AT + HOUR, cleared=True)
    assert history(loyalty, AT + HOUR) == (*NOTHING[:4], [None], ())
    loyalty.members.recalculate("m1", at=AT + HOUR)
    assert history(loyalty, AT + HOUR) == (*NOTHING[:4], [None], ())
    loyalty.settle(ride("50", id="o3"), at=AT + DAY)
    assert history(loyalty, AT + DAY) == (1, rub(50), rub(0), AT + DAY, [None], ())


def test_S8_the_first_order_by_app_is_ahead_again(life):
    """Channels are part of it."""
    loyalty = life(first_app_order=[{"points": 5}])
    assert loyalty.settle(ride(channel="app"), at=AT).awards
    assert not loyalty.settle(ride(id="o2", channel="app"), at=AT).awards
    clear(loyalty, balance="keep")
    assert loyalty.settle(ride(id="o3", channel="app"), at=AT).awards


@pytest.mark.parametrize("what", ["balance", "held", "pending", "debt"])
def test_S8_whoever_has_points_or_owes_any_is_refused(life, repository, what):
    """With all four figures; said so, it's done, and the points stay."""
    slow, good = {"points": 30, "delay": "P9D"}, {"percent": 50}
    rules = [slow | {"scope": {"tariffs": ["slow"]}}, good | {"scope": {"tariffs": ["good"]}}]
    loyalty = life(cashback=rules)
    if what == "pending":
        loyalty.settle(ride(tariff="slow"), at=AT)
    elif what == "debt":
        loyalty.settle(ride("400", tariff="good"), at=AT)
        loyalty.settle(ride("200", id="o2"), at=AT, redeem="all")
        loyalty.refund("r1", "o1", at=AT)
    else:
        give(loyalty, 41)
        if what == "held":
            loyalty.place(ride(), at=AT, redeem="all")
    before = everything(repository)
    done = clear(loyalty)
    (reason,) = done.reasons
    assert (done.cleared, reason.code) == (False, "has_points")
    figures = {name: points.minor for name, points in reason.figures.items() if points}
    assert figures.keys() == {what}
    assert everything(repository) == before
    view = loyalty.members.view("m1", at=AT)
    assert clear(loyalty, "c2", balance="keep").cleared
    after = loyalty.members.view("m1", at=AT)
    assert (after.balance, after.held, after.pending, after.debt) == (view.balance, view.held, view.pending, view.debt)
    assert (after.visits, after.sold) == (0, rub(0))


def test_S8_points_that_expired_keep_nobody(life):
    """Swept or not."""
    loyalty = life(expiry={"after": "P3D"})
    give(loyalty, 41)
    assert not clear(loyalty).cleared
    assert clear(loyalty, "c2", at=AT + 9 * DAY).cleared


def test_S8_entries_and_statements_stay(life, repository):
    """Totals stay true: nothing is booked by it, nor taken out."""
    loyalty = life()
    give(loyalty, 41)
    loyalty.settle(ride("41", id="o2"), at=AT, redeem="all")
    before = entries_of(repository)
    assert clear(loyalty, at=AT + HOUR).cleared
    assert entries_of(repository) == before
    assert len(statement(loyalty, AT + HOUR)) == 2


def test_S8_code_referral_and_consent_stay(life):
    """They're no history."""
    loyalty = life(invitation=[{"referrer_points": 5}], codes={"given": "completion"})
    loyalty.codes.issue("i1", "m7", at=AT, code="#anna")
    loyalty.members.join("m1", at=AT, referral_code="#anna")
    loyalty.members.set_consent("m1", agreed=True, at=AT)
    loyalty.settle(ride(), at=AT)
    before = loyalty.members.view("m1", at=AT)
    assert clear(loyalty).cleared
    after = loyalty.members.view("m1", at=AT)
    assert (after.code, after.referrer, after.consent) == (before.code, "m7", True)
    assert not loyalty.settle(ride(id="o2"), at=AT).awards
    assert balance(loyalty, AT, "m7") == Points(5)


# Orders from before


def test_S8_a_refund_of_an_order_from_before_takes_nothing_off_the_new_history(life):
    """It gives back and takes back points and money as ever."""
    loyalty = life(**TIERS)
    give(loyalty, 41)
    loyalty.settle(ride("100", id="o2", channel="app"), at=AT, redeem="all")
    loyalty.record_payment("p1", "o2", rub(59), at=AT)
    clear(loyalty)
    loyalty.settle(ride("70", id="o3", channel="app"), at=AT)
    loyalty.record_payment("p2", "o3", rub(70), at=AT)
    before = history(loyalty)
    done = loyalty.refund("r1", "o2", at=AT)
    assert (done.refund, balance(loyalty, AT)) == (rub(59), Points(41))
    assert history(loyalty) == before == (1, rub(70), rub(70), AT, [None], ())
    loyalty.refund("r2", "o3", at=AT)
    assert history(loyalty)[:3] == (0, rub(0), rub(0))


def test_S8_a_correction_of_an_order_from_before_changes_nothing_of_the_new_history(life):
    """Nor does a payment for it that arrives late."""
    loyalty = life()
    loyalty.settle(ride("100"), at=AT)
    clear(loyalty)
    loyalty.correct("c1", "o1", at=AT, price=rub(60))
    loyalty.record_payment("p1", "o1", rub(60), at=AT)
    assert history(loyalty)[:3] == (0, rub(0), rub(0))
    assert loyalty.refund("r1", "o1", at=AT).refund == rub(60)
    assert history(loyalty)[:3] == (0, rub(0), rub(0))


@pytest.mark.parametrize("ending", ["cancel", "no_show"])
def test_S8_an_order_on_its_way_that_comes_to_nothing_leaves_nothing(life, ending):
    """What was paid for it before is cleared, what was paid since goes with it."""
    loyalty = life()
    for name in ("o1", "o2"):
        loyalty.place(ride(id=name), at=AT)
    loyalty.record_payment("p1", "o1", rub(50), at=AT)
    clear(loyalty)
    loyalty.record_payment("p2", "o1", rub(20), at=AT)
    loyalty.record_payment("p3", "o2", rub(7), at=AT)
    assert history(loyalty)[2] == rub(7)
    assert getattr(loyalty, ending)("o1", at=AT).refund == rub(70)
    assert history(loyalty)[2] == rub(7)
    getattr(loyalty, ending)("o2", at=AT)
    assert history(loyalty)[2] == rub(0)


def test_S8_an_order_that_is_completed_later_belongs_to_the_new_history(life):
    """With all that was paid for it, whenever that was; and its refund takes it off again."""
    loyalty = life(tier=[{"name": "month", "over": "P1M", "levels": [{"name": "gold", "percent": 5, "paid": "60"}]}])
    loyalty.place(ride("70"), at=AT)
    loyalty.record_payment("p1", "o1", rub(50), at=AT)
    clear(loyalty)
    loyalty.record_payment("p2", "o1", rub(20), at=AT + HOUR)
    loyalty.complete("o1", at=AT + DAY)
    assert history(loyalty, AT + DAY)[:3] == (1, rub(70), rub(70))
    assert history(loyalty, AT + DAY)[4] == ["gold"]
    loyalty.refund("r1", "o1", at=AT + DAY, amount=rub(35))
    assert history(loyalty, AT + DAY)[:3] == (1, rub(35), rub(35))
    assert history(loyalty, AT + DAY)[4] == [None]
    loyalty.refund("r2", "o1", at=AT + DAY)
    assert history(loyalty, AT + DAY)[:3] == (0, rub(0), rub(0))


def test_S8_a_history_may_be_cleared_more_than_once(life):
    """Each clearing parts what was before from what comes."""
    loyalty = life()
    for number in range(3):
        loyalty.settle(ride("100", id=f"o{number}"), at=AT)
        clear(loyalty, f"c{number}")
    loyalty.settle(ride("100", id="o9"), at=AT)
    for number in range(3):
        loyalty.refund("r1", f"o{number}", at=AT)
    assert history(loyalty)[:2] == (1, rub(100))


# The call


def test_S8_the_same_call_again_clears_nothing_more(life):
    """It gives the first result; with another word for the balance it's another call."""
    loyalty = life()
    loyalty.settle(ride("100"), at=AT)
    first = clear(loyalty)
    loyalty.settle(ride("100", id="o2"), at=AT + HOUR)
    assert clear(loyalty, at=AT + DAY) == first
    assert history(loyalty, AT + DAY)[0] == 1
    with pytest.raises(OperationMismatch):
        clear(loyalty, balance="keep")


def test_S8_a_refusal_stands_too(life):
    """A new decision needs an id of its own."""
    loyalty = life()
    give(loyalty, 41)
    first = clear(loyalty)
    loyalty.settle(ride("41", id="o2"), at=AT, redeem="all")
    assert clear(loyalty) == first
    assert clear(loyalty, "c2").cleared


def test_S8_of_a_member_whom_nobody_knows_there_is_nothing_to_clear(life, repository):
    """Nothing is written about them."""
    assert clear(life()).cleared
    assert '["city","member","m1"]' not in everything(repository)[0]


def test_S8_what_was_carried_over_is_history_too(life):
    """An import's figures are cleared."""
    loyalty = life()
    loyalty.members.import_members([OpeningMember(id="m1", visits=9, sold=rub(900), channels=["app"])], at=AT)
    assert clear(loyalty).cleared
    (exported,) = loyalty.members.export_members(at=AT).members
    assert (exported.visits, exported.sold, exported.channels) == (0, rub(0), ())


@pytest.mark.parametrize("wrong", ["drop", None, True])
def test_S8_a_balance_is_refused_or_kept(life, repository, wrong):
    """There's no word for dropping it."""
    before = everything(repository)
    with pytest.raises(InvalidValue, match="one of refuse, keep"):
        clear(life(), balance=wrong)
    with pytest.raises(InvalidValue, match="the id of a clearing"):
        clear(life(), "")
    with pytest.raises(NaiveMoment):
        clear(life(), at=AT.replace(tzinfo=None))
    assert everything(repository) == before


def test_S8_clearing_is_judged_no_earlier_than_what_was_done(life):
    """Points that a later call gave are there, whatever moment is told."""
    loyalty = life()
    give(loyalty, 41, at=AT + HOUR)
    assert not clear(loyalty, at=AT - timedelta(days=9)).cleared
