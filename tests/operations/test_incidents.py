"""What went wrong elsewhere with refunds, retries and edits, and doesn't here: each was a loss of money or trust."""

from __future__ import annotations

import pytest

from loyaltykit import InvalidValue, Loyalty, OpeningMember, OperationMismatch, Points, Revisions
from tests.operations.support import AT, DAY, HOUR, balance, city, give, ride, rub

HALF = [{"percent": 50}]


@pytest.mark.parametrize(
    "expiry", [{"inactivity": "P10D"}, {"after": "P6M", "until_end_of": "month", "inactivity": "P2D"}]
)
def test_B2_refund_farming_after_staying_away(life, expiry):
    """Refund keeps earned points: who lost points to inactivity once doesn't keep those of refunded orders for it."""
    loyalty = life(cashback=HALF, expiry=expiry)
    give(loyalty, 1000)
    later = AT + 14 * DAY
    loyalty.settle(ride("400"), at=later)
    assert balance(loyalty, later) == Points(200)
    loyalty.refund("r1", "o1", at=later)
    assert balance(loyalty, later) == Points(0)


def test_B2_a_refund_never_takes_money(life):
    """Completed while its price was unknown, an order gives its points back, and no money in either direction."""
    loyalty = life()
    give(loyalty, 350)
    loyalty.place(ride(None), at=AT, redeem=Points(200))
    loyalty.complete("o1", at=AT)
    done = loyalty.refund("r1", "o1", at=AT)
    view = loyalty.members.view("m1", at=AT)
    assert (done.refund, view.paid, view.balance) == (rub(0), rub(0), Points(350))


def test_B2_a_refund_of_a_member_who_was_forgotten(life):
    """Loyalty never stops an order: also not one whose customer was forgotten since."""
    loyalty = life(cashback=HALF)
    loyalty.settle(ride(channel="app"), at=AT)
    loyalty.members.forget("m1", at=AT)
    assert loyalty.refund("r1", "o1", at=AT).refund == rub(412)


def test_S6_what_lies_behind_a_forgotten_member_never_falls_below_zero(life):
    """Forgotten, then refunded: a member of minus one visit could be neither read by rules nor exported."""
    loyalty = life(cashback=HALF)
    loyalty.settle(ride(), at=AT)
    loyalty.members.forget("m1", at=AT)
    loyalty.refund("r1", "o1", at=AT)
    view = loyalty.members.view("m1", at=AT)
    assert (view.visits, view.sold, view.paid) == (0, rub(0), rub(0))
    assert len(loyalty.members.export_members(at=AT).members) <= 1


def test_B2_a_refund_launders_no_points_that_were_held_over_staying_away(life):
    """Held over the inactive moment, released points are gone; captured and refunded at once, they're gone as well."""
    loyalty = life(expiry={"inactivity": "P2D"})
    give(loyalty, 350)
    loyalty.place(ride(), at=AT, redeem=Points(350))
    loyalty.complete("o1", at=AT + 5 * DAY)
    loyalty.refund("r1", "o1", at=AT + 5 * DAY)
    assert balance(loyalty, AT + 5 * DAY) == Points(0)


def test_B2_a_correction_between_rules_of_other_delays_leaves_nothing_behind(life):
    """What was to come of the old rule's doesn't come any more: corrected, then refunded, nothing is gained."""
    slow = {"percent": 50, "delay": "P2D", "scope": {"tariffs": ["slow"]}}
    loyalty = life(cashback=[slow, {"percent": 5}], clawback="within_balance")
    loyalty.settle(ride("400", tariff="slow"), at=AT)
    loyalty.correct("c1", "o1", at=AT, tariff="fast")
    view = loyalty.members.view("m1", at=AT)
    assert (view.balance, view.pending) == (Points(20), Points(0))
    loyalty.refund("r1", "o1", at=AT)
    assert balance(loyalty, AT + 3 * DAY) == Points(0)


def test_B8_a_shorter_term_of_refunds_is_for_later_orders(repository):
    """What was promised stands: points that expired unspent aren't owed for an order of the longer term."""
    rules = {"cashback": HALF, "expiry": {"after": "P1D"}}
    old, new = city(**rules), city(**rules, refundable_for="P1D", in_force_from="2026-03-15")
    loyalty = Loyalty(Revisions([old, new]), repository)
    loyalty.settle(ride("400"), at=AT)
    loyalty.settle(ride("1", id="o2"), at=AT + 8 * DAY)
    loyalty.refund("r1", "o1", at=AT + 9 * DAY)
    assert loyalty.members.view("m1", at=AT + 9 * DAY).debt == Points(0)


def test_B2_an_amendment_makes_no_debt_of_points_that_expired(life):
    """What expired unspent counts as taken, also where the order that held it was edited."""
    loyalty = life(cashback=HALF, expiry={"after": "P60D", "inactivity": "P2D"}, hold_timeout="P60D")
    loyalty.settle(ride("400"), at=AT)
    loyalty.place(ride(id="o2"), at=AT, redeem="all")
    loyalty.amend("a1", "o2", at=AT + 5 * DAY, tariff="other")
    loyalty.cancel("o2", at=AT + 6 * DAY)
    loyalty.refund("r1", "o1", at=AT + 6 * DAY)
    assert loyalty.members.view("m1", at=AT + 6 * DAY).debt == Points(0)


def test_S6_an_adjustment_that_is_told_otherwise_is_a_mismatch(life):
    """The same call with other arguments carries the first result, of whatever kind."""
    loyalty = life()
    first = loyalty.members.adjust("a1", "m1", Points(50), at=AT)
    with pytest.raises(OperationMismatch) as caught:
        loyalty.members.adjust("a1", "m1", Points(51), at=AT)
    assert caught.value.first == first


def test_R6_a_member_who_is_imported_with_other_figures_is_skipped(life):
    """Skipped and told, and the import goes on."""
    loyalty = life()
    loyalty.members.import_members([OpeningMember(id="m1", visits=3)], at=AT)
    run = loyalty.members.import_members([OpeningMember(id="m1", visits=4), OpeningMember(id="m2")], at=AT)
    assert (run.done, [type(each.reason) for each in run.skipped]) == (1, [OperationMismatch])


@pytest.mark.parametrize("known", [False, True])
def test_R6_an_import_that_carries_nobody_over_isnt_told_as_done(life, known):
    """A member who was forgotten since is told: either they're carried over anew, or they're skipped."""
    loyalty = life()
    if known:
        give(loyalty, 1)
    opening = [OpeningMember(id="m1", lots=[(Points(5), None)])]
    loyalty.members.import_members(opening, at=AT)
    loyalty.members.forget("m1", at=AT)
    run = loyalty.members.import_members(opening, at=AT + HOUR)
    assert run.done == (balance(loyalty, AT + HOUR) == Points(5))


@pytest.mark.parametrize("letter", ['"', "😀"])
def test_S6_whoever_has_the_longest_id_can_be_forgotten_too(repository, letter):
    """Ids have up to 128 characters, whatever these are."""
    longest = letter * 128
    loyalty = Loyalty(city(id=longest), repository)
    loyalty.members.adjust(longest, longest, Points(5), at=AT, description="for the wait")
    loyalty.members.forget(longest, at=AT)
    assert loyalty.members.statement(longest, at=AT).lines[0].description is None


def test_R6_who_stayed_away_before_the_import_has_lost_the_points(life):
    """As opening lots whose date lies before it have: the last order drives inactivity."""
    loyalty = life(expiry={"inactivity": "P10D"})
    opening = OpeningMember(id="m1", lots=[(Points(5), None)], last_order=AT - 20 * DAY)
    loyalty.members.import_members([opening], at=AT)
    assert balance(loyalty, AT) == Points(0)


def test_B2_a_correction_gives_nothing_for_being_forgiven_first(life):
    """Give first, then take: the same percentage by a rule without a delay is the same 200 points, long spent."""
    slow = {"percent": 50, "delay": "PT1H", "scope": {"tariffs": ["slow"]}}
    fast = {"percent": 50, "scope": {"tariffs": ["fast"]}}
    loyalty = life(cashback=[slow, fast], clawback="within_balance")
    loyalty.settle(ride("400", tariff="slow"), at=AT)
    loyalty.settle(ride("200", id="o2"), at=AT + DAY, redeem="all")
    loyalty.correct("c1", "o1", at=AT + DAY, tariff="fast")
    assert balance(loyalty, AT + DAY) == Points(0)


def test_B2_a_refund_never_takes_money_of_a_forgotten_members_order(life):
    """Paid by 200 points, corrected to 120.00 when its member was forgotten: no money goes in either direction."""
    loyalty = life()
    give(loyalty, 200)
    loyalty.settle(ride(), at=AT, redeem="all")
    loyalty.members.forget("m1", at=AT)
    assert loyalty.correct("c1", "o1", at=AT, price=rub(120)).due == rub(0)
    done = loyalty.refund("r1", "o1", at=AT)
    assert (done.refund, done.due) == (rub(0), rub(0))


def test_Y8_what_a_forgotten_member_had_paid_is_taken_of_no_new_life(life):
    """Paid, forgotten, completed, refunded: never below zero."""
    loyalty = life()
    loyalty.place(ride(), at=AT)
    loyalty.record_payment("p1", "o1", rub(412), at=AT)
    loyalty.members.forget("m1", at=AT + HOUR)
    loyalty.complete("o1", at=AT + DAY)
    loyalty.refund("r1", "o1", at=AT + DAY)
    assert loyalty.members.view("m1", at=AT + DAY).paid == rub(0)


def test_B2_a_member_who_begins_anew_at_once_isnt_the_one_who_was_forgotten(life):
    """Clocks tick in microseconds, and calls come late: a refund of before takes nothing of the new life."""
    loyalty = life(cashback=HALF)
    loyalty.settle(ride(channel="app"), at=AT)
    loyalty.members.forget("m1", at=AT)
    give(loyalty, 7)
    loyalty.refund("r1", "o1", at=AT)
    view = loyalty.members.view("m1", at=AT)
    assert (view.balance, view.debt, view.visits) == (Points(7), Points(0), 1)


def test_B8_a_shorter_term_of_refunds_also_where_nobody_has_the_old_file(repository):
    """The order's revision is in the store, and its term with it."""
    rules = {"cashback": HALF, "expiry": {"after": "P1D"}}
    Loyalty(city(**rules), repository).settle(ride("400"), at=AT)
    loyalty = Loyalty(city(**rules, refundable_for="P1D"), repository)
    loyalty.settle(ride("1", id="o2"), at=AT + 8 * DAY)
    loyalty.refund("r1", "o1", at=AT + 9 * DAY)
    assert loyalty.members.view("m1", at=AT + 9 * DAY).debt == Points(0)


def test_B2_an_award_that_was_never_there_isnt_owed(life):
    """Due at the very moment at which all points expire: either it's there to be taken, or it counts as taken."""
    loyalty = life(cashback=[{"percent": 50, "delay": "P2D"}], expiry={"inactivity": "P1D"})
    midnight = AT.replace(hour=21)
    loyalty.settle(ride("400"), at=midnight)
    later = midnight + 3 * DAY
    loyalty.refund("r1", "o1", at=later)
    view = loyalty.members.view("m1", at=later)
    assert (view.balance, view.debt) == (Points(0), Points(0))


def test_B2_a_refund_keeps_no_earned_points(life):
    """Refund keeps earned points (farming), odoo#257854, erpnext#32951: buy, refund, and nothing is earned."""
    loyalty = life(cashback=HALF)
    for turn in range(5):
        loyalty.settle(ride("400", id=f"o{turn}"), at=AT)
        loyalty.refund("r1", f"o{turn}", at=AT)
    assert balance(loyalty, AT) == Points(0)


def test_B2_a_refund_charges_no_points_again(life):
    """Refund charges spent points again, odoo#212922, #221928: they're given back, and once."""
    loyalty = life()
    give(loyalty, 350)
    loyalty.settle(ride(), at=AT, redeem=Points(200))
    assert balance(loyalty, AT) == Points(150)
    loyalty.refund("r1", "o1", at=AT)
    loyalty.refund("r2", "o1", at=AT)
    assert balance(loyalty, AT) == Points(350)


def test_B2_a_second_partial_refund_counts(life):
    """A second partial refund ignored (django-referral-system): each takes and gives its share."""
    loyalty = life(cashback=HALF)
    loyalty.settle(ride("400"), at=AT)
    left = []
    for number in range(4):
        loyalty.refund(f"r{number}", "o1", at=AT, amount=rub(100))
        left.append(balance(loyalty, AT).minor)
    assert left == [150, 100, 50, 0]


def test_G6_editing_a_completed_order_toggles_nothing(life):
    """Editing a completed order toggles eligibility, solidus#3205: a first order stays one, and no other becomes it."""
    loyalty = life(first_app_order=[{"points": 100}])
    for order in ("o1", "o2"):
        loyalty.settle(ride(id=order, channel="app"), at=AT)
        for number in range(3):
            loyalty.correct(f"c{number}", order, at=AT, price=rub(300 + number))
    assert balance(loyalty, AT) == Points(100)


def test_G8_the_last_valid_day_is_one(life):
    """Last valid day excluded, magento-lts#4401: to its last microsecond, for spending, holding and giving back."""
    loyalty = life(expiry={"after": "P1D"})
    last = AT.replace(day=11, hour=20, minute=59, second=59, microsecond=999_999)
    give(loyalty, 350)
    loyalty.settle(ride(), at=last, redeem=Points(300))
    loyalty.refund("r1", "o1", at=last)
    assert balance(loyalty, last) == Points(350)
    assert balance(loyalty, AT.replace(day=11, hour=21)) == Points(0)


@pytest.mark.parametrize("swept", [False, True])
def test_B2_returned_points_expire_as_they_would_have(life, swept):
    """Returned points that never expire again (a Sylius plugin), or are undated once swept (hf-nostro)."""
    loyalty = life(expiry={"after": "P5D"})
    give(loyalty, 350)
    loyalty.settle(ride(), at=AT, redeem="all")
    loyalty.refund("r1", "o1", at=AT + 3 * DAY, amount=rub(206))
    if swept:
        loyalty.run_due(at=AT + 4 * DAY)
    assert [balance(loyalty, AT + days * DAY) for days in (4, 6)] == [Points(175), Points(0)]


def test_R10_a_cancelled_order_that_took_place_spends_no_more_than_there_is(life):
    """Un-cancelling exceeds the cap, shopware#20171: what another order took by then isn't spent twice."""
    loyalty = life()
    give(loyalty, 350)
    loyalty.place(ride(), at=AT, redeem="all")
    loyalty.cancel("o1", at=AT)
    loyalty.settle(ride(id="o2"), at=AT, redeem=Points(300))
    assert loyalty.complete("o1", at=AT).redeemed == Points(50)
    for order in ("o1", "o2"):
        loyalty.refund("r1", order, at=AT)
    assert balance(loyalty, AT) == Points(350)


def test_B2_all_shares_round_to_nothing_and_no_cent_is_gone(life):
    """Cents lost in splits (Sylius, odoo#271032): of 0.03 in three parts, the last settles what the others couldn't."""
    loyalty = life(point_value="0.01")
    give(loyalty, "0.01")
    loyalty.settle(ride("0.03"), at=AT, redeem="all")
    parts = [loyalty.refund(f"r{number}", "o1", at=AT, amount=rub("0.01")) for number in range(3)]
    assert sum(part.refund.minor for part in parts) == 2
    assert balance(loyalty, AT) == Points(1)


def test_Y8_what_was_paid_for_an_order_that_comes_to_nothing_goes_back(life):
    """Prepaid and cancelled: the settlement says what to give back, and it counts as paid no more."""
    loyalty = life()
    loyalty.place(ride(), at=AT)
    loyalty.record_payment("p1", "o1", rub(412), at=AT)
    assert loyalty.cancel("o1", at=AT).refund == rub(412)
    assert loyalty.members.view("m1", at=AT).paid == rub(0)


def test_S6_an_order_that_ends_brings_no_forgotten_member_back(life):
    """Placed, forgotten, cancelled: nobody is known again by it."""
    loyalty = life()
    give(loyalty, 350)
    loyalty.place(ride(), at=AT, redeem="all")
    loyalty.members.forget("m1", at=AT)
    loyalty.cancel("o1", at=AT)
    assert loyalty.members.export_members(at=AT).members == ()


def test_B8_no_revision_in_other_units_is_published(life):
    """Balances would mean something else under it."""
    loyalty = life()
    with pytest.raises(InvalidValue, match="units can't change between revisions"):
        loyalty.publish(city(point_value="2"))
    assert loyalty.publish(city()) == city().revision
