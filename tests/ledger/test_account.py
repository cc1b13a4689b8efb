"""A member's account: what is spent first, what is held, what expires, what is owed (G8, R10, S2, B2)."""

from __future__ import annotations

import pytest
from attrs import evolve

from loyaltykit import InvalidValue
from loyaltykit.ledger.account import (
    ADJUSTED,
    BEFORE_ALL,
    EXPIRED,
    FORGOTTEN,
    GRACED,
    ISSUED,
    NEVER,
    OPENING,
    REDEEMED,
    Account,
    Hold,
    Pending,
    Posting,
    adjusted,
    awaiting,
    brought_to,
    clawed_back,
    credited,
    credited_and_spent,
    ended,
    forgotten,
    given_back,
    held_for,
    opened_with,
    reheld,
    taken,
)

SOON, LATER = 90, 120


def gone(_moment):
    """Grant nothing to points that come back late."""
    return


def seven_more(moment):
    """Have points that come back late live for seven more."""
    return moment + 7


def award(amount=41, *, due=3, expires=SOON, order="o1"):
    return Pending(due=due, expires=expires, amount=amount, order=order, rule="cashback", revision="r1")


def with_lots(*lots, as_of=3, **more):
    return Account(as_of=as_of, lots=lots, **more)


def claw(account, amount, expires, at):
    """Claw an award back at a moment."""
    return came_to(clawed_back(evolve(account, as_of=at), award(amount, due=at, expires=expires), amount))


def came_to(clawed):
    """Give the account after a clawback, and what's posted."""
    return clawed.account, clawed.postings


def held(account, amount, until=NEVER, order="o1"):
    return held_for(account, order, amount, until=until)


def to(account, at, *, grace=gone, steps=None):
    """Give the account at a moment, where only it matters."""
    return brought_to(account, at, grace=grace, steps=steps)[0]


# What an account is


def test_an_account_that_nobody_touched_is_empty():
    """Nothing will ever happen to it, and it can be judged at any moment."""
    account = Account()
    assert (account.as_of, account.balance, account.held, account.debt, account.posted) == (BEFORE_ALL, 0, 0, 0, 0)
    assert account.next_moment == NEVER
    assert brought_to(account, 5, grace=gone) == (Account(as_of=5), ())


def test_B10_what_is_posted_is_lots_and_holds_less_the_debt():
    """P14: the sum of all entries of the account."""
    account = Account(lots=((SOON, 0, 41), (NEVER, 0, 5)), holds={"o1": Hold(7, ((SOON, 0, 10),))}, debt=3)
    assert (account.balance, account.held, account.posted) == (46, 10, 53)


def test_the_next_moment_is_the_first_of_all_that_time_does():
    """Holds time out, awards fall due, the soonest lot expires, a member stays away."""
    account = with_lots((SOON, 0, 41), inactive_at=100)
    assert account.next_moment == SOON
    assert with_lots((LATER, 0, 41), inactive_at=100).next_moment == 100
    assert awaiting(account, award(due=50)).next_moment == 50
    assert held(account, 1, until=60).next_moment == 60
    assert with_lots((NEVER, 0, 41)).next_moment == NEVER


def test_inactivity_is_a_moment_only_while_there_are_lots_and_only_once():
    """Where it has passed, or nothing would be lost, nothing is due."""
    assert Account(as_of=3, inactive_at=100).next_moment == NEVER
    assert with_lots((LATER, 0, 41), as_of=100, inactive_at=100).next_moment == LATER


# What is spent first


def test_R10_the_lots_that_expire_first_are_held_first_and_undated_ones_last():
    """The row "which lot is spent first"."""
    account = held(with_lots((SOON, 0, 41), (LATER, 0, 20), (NEVER, 0, 5)), 62, until=200)
    assert account.holds["o1"] == Hold(200, ((SOON, 0, 41), (LATER, 0, 20), (NEVER, 0, 1)))
    assert account.lots == ((NEVER, 0, 4),)


@pytest.mark.parametrize(
    ("amount", "first", "rest"),
    [
        (0, (), ((SOON, 0, 41), (NEVER, 0, 5))),
        (40, ((SOON, 0, 40),), ((SOON, 0, 1), (NEVER, 0, 5))),
        (41, ((SOON, 0, 41),), ((NEVER, 0, 5),)),
        (46, ((SOON, 0, 41), (NEVER, 0, 5)), ()),
        (99, ((SOON, 0, 41), (NEVER, 0, 5)), ()),
    ],
)
def test_taken_parts_lots_where_the_amount_ends(amount, first, rest):
    """Nothing is lost between the two; more than there is takes all."""
    assert taken(((SOON, 0, 41), (NEVER, 0, 5)), amount) == (first, rest)


def test_R10_a_hold_posts_nothing_and_leaves_what_is_posted():
    """The balance falls, what's held rises."""
    before = with_lots((SOON, 0, 41), as_of=5)
    after = held(before, 40, until=60)
    assert (after.balance, after.held, after.posted) == (1, 40, before.posted)


@pytest.mark.parametrize("amount", [0, -1, 42])
def test_a_hold_is_of_at_least_one_unit_and_at_most_the_balance(amount):
    """What's held already is no part of the balance."""
    with pytest.raises(InvalidValue, match="the balance is 41"):
        held(with_lots((SOON, 0, 41)), amount)


def test_an_order_has_one_hold():
    """A second one would lose the first."""
    account = held(with_lots((SOON, 0, 41)), 1)
    with pytest.raises(InvalidValue, match="one hold"):
        held(account, 1)
    assert held(account, 40, order="o2").balance == 0


# What is credited


def test_G8_points_that_expire_together_are_one_lot():
    """Lots stand by their expiry, none twice, so that an account stays small for life."""
    account = Account(as_of=3)
    for amount, expires in ((5, LATER), (7, NEVER), (41, SOON), (2, LATER), (3, NEVER), (1, 100)):
        account, postings = credited(account, award(amount, expires=expires))
        assert postings == (Posting(3, ISSUED, amount, "o1", "cashback", "r1"),)
    assert account.lots == ((SOON, 0, 41), (100, 0, 1), (LATER, 0, 7), (NEVER, 0, 10))


def test_a_lot_that_lives_on_grace_is_no_other_lots():
    """It expires at the same moment, and for good."""
    account, _ = credited(with_lots((SOON, 1, 4)), award(5))
    assert account.lots == ((SOON, 0, 5), (SOON, 1, 4))


@pytest.mark.parametrize(("amount", "balance", "debt"), [(20, 0, 10), (30, 0, 0), (41, 11, 0)])
def test_B2_a_debt_is_paid_first_by_awards(amount, balance, debt):
    """All of the award is posted; the balance gets what the debt leaves."""
    account, postings = credited(Account(debt=30), award(amount))
    assert (account.balance, account.debt, account.posted) == (balance, debt, amount - 30)
    assert postings[0].amount == amount


# What is held and ends


def test_R10_a_capture_spends_what_is_held_and_releases_the_rest_to_its_lots():
    """Those first that expire first; what's released has its old dates."""
    account = held(with_lots((SOON, 0, 41), (NEVER, 0, 5)), 45, until=200)
    after, postings = ended(account, "o1", spent=42, grace=gone, revision="r2")
    assert after.lots == ((NEVER, 0, 4),)
    assert after.holds == {}
    assert postings == (Posting(3, REDEEMED, -42, "o1", None, "r2"),)
    after, _ = ended(account, "o1", spent=10, grace=gone)
    assert after.lots == ((SOON, 0, 31), (NEVER, 0, 5))


def test_B2_a_release_gives_back_to_the_same_lots_with_the_same_dates():
    """And posts nothing: nothing has left the member."""
    before = with_lots((SOON, 0, 41), (SOON, 1, 3), (NEVER, 0, 5))
    for amount in (1, 41, 43, 45, 49):
        assert ended(held(before, amount), "o1", spent=0, grace=gone) == (before, ())


def test_a_hold_ends_without_touching_others():
    """Each order has its own."""
    account = held(held(with_lots((SOON, 0, 41)), 10), 20, order="o2")
    after, _ = ended(account, "o1", spent=10, grace=gone)
    assert set(after.holds) == {"o2"}
    assert (after.balance, after.held) == (11, 20)


def test_ending_a_hold_that_is_none_does_nothing():
    """It has ended before, or never was."""
    account = with_lots((SOON, 0, 41))
    assert ended(account, "o1", spent=0, grace=gone) == (account, ())


@pytest.mark.parametrize(("order", "spent"), [("o1", 41), ("o1", -1), ("o2", 1)])
def test_no_more_is_captured_than_is_held(order, spent):
    """That would be the operation's mistake."""
    account = held(with_lots((SOON, 0, 41)), 40)
    with pytest.raises(InvalidValue, match="can't be captured"):
        ended(account, order, spent=spent, grace=gone)


def test_G8_held_points_dont_expire_and_are_captured_past_their_expiry():
    """The row "points held over their expiry"."""
    account, postings = brought_to(held(with_lots((SOON, 0, 41)), 40), LATER, grace=gone)
    assert postings == (Posting(SOON, EXPIRED, -1),)
    assert (account.balance, account.held) == (0, 40)
    after, postings = ended(account, "o1", spent=40, grace=gone)
    assert (after.held, postings) == (0, (Posting(LATER, REDEEMED, -40, "o1"),))


def test_B2_released_past_their_expiry_they_are_gone():
    """Nothing launders expiry. From the moment of expiry on, that moment included."""
    account = held(with_lots((SOON, 0, 41), (LATER, 0, 5)), 46)
    after, postings = ended(to(account, SOON), "o1", spent=0, grace=gone)
    assert after.lots == ((LATER, 0, 5),)
    assert postings == (Posting(SOON, EXPIRED, -41, "o1"),)
    assert ended(to(account, SOON - 1), "o1", spent=0, grace=gone)[0].balance == 46


def test_B2_of_a_hold_that_is_spent_in_part_only_the_rest_comes_back_late():
    """What was spent had been held in time."""
    after, postings = ended(to(held(with_lots((SOON, 0, 41)), 40), SOON), "o1", spent=30, grace=gone)
    assert [posting.amount for posting in postings] == [-30, -10]
    assert after.posted == 0


def test_B2_or_live_on_a_term_of_grace_if_the_program_grants_one():
    """The row "points given back"; what hasn't expired keeps its own date."""
    account = to(held(with_lots((SOON, 0, 41), (LATER, 0, 5)), 46), 95, grace=seven_more)
    after, postings = ended(account, "o1", spent=0, grace=seven_more)
    assert (after.lots, postings) == (((102, 1, 41), (LATER, 0, 5)), ())
    assert brought_to(after, 102, grace=seven_more)[1] == (Posting(102, EXPIRED, -41),)


def test_B2_points_on_grace_that_come_back_late_again_are_gone():
    """Grace is granted once: who places and cancels, and places and cancels, gains nothing."""
    account = to(held(with_lots((SOON, 0, 41)), 41), 95)
    account, _ = ended(account, "o1", spent=0, grace=seven_more)
    again = to(held(account, 41), 101)
    assert ended(again, "o1", spent=0, grace=seven_more)[0].lots == ((102, 1, 41),)
    after, postings = ended(to(again, 102), "o1", spent=0, grace=seven_more)
    assert (after.lots, postings) == ((), (Posting(102, EXPIRED, -41, "o1"),))


@pytest.mark.parametrize("grace", [gone, seven_more])
def test_B2_placing_and_cancelling_forever_outlives_nothing(grace):
    """Held at every moment and released for an instant at each, points are gone at the latest a grace term later."""
    account = with_lots((SOON, 0, 41))
    for moment in range(4, 110):
        if account.balance:
            account = held(account, account.balance)
        account = ended(to(account, moment, grace=grace), "o1", spent=0, grace=grace)[0]
        assert account.balance == (41 if moment < (SOON if grace is gone else SOON + 7) else 0), moment


def test_B2_returned_points_pay_a_debt_first():
    """As awards do; nothing is posted, since they had never left."""
    account, _ = claw(held(with_lots((SOON, 0, 41)), 41), 30, SOON, 4)
    after, postings = ended(account, "o1", spent=0, grace=gone)
    assert (after.balance, after.debt, after.posted, postings) == (11, 0, 11, ())


def test_B2_points_that_come_back_late_pay_no_debt():
    """They're gone."""
    account, _ = claw(held(with_lots((SOON, 0, 41)), 41), 30, SOON, 4)
    after, postings = ended(to(account, SOON), "o1", spent=0, grace=gone)
    assert (after.balance, after.debt, after.posted) == (0, 30, -30)
    assert postings[0].amount == -41


# What time does


def test_G8_what_expires_at_a_moment_is_gone_at_it():
    """The row "due but not yet swept": one posting for all that go together, at their moment."""
    account = with_lots((SOON, 0, 41), (SOON, 1, 3), (LATER, 0, 5))
    assert brought_to(account, SOON - 1, grace=gone)[1] == ()
    after, postings = brought_to(account, 100, grace=gone)
    assert postings == (Posting(SOON, EXPIRED, -44),)
    assert (after.as_of, after.lots) == (100, ((LATER, 0, 5),))


def test_a_hold_that_nobody_ends_times_out_by_time_alone():
    """Its points go back to their lots at that moment."""
    account = held(with_lots((LATER, 0, 41)), 40, until=60)
    assert to(account, 59).held == 40
    assert brought_to(account, 60, grace=gone) == (with_lots((LATER, 0, 41), as_of=60), ())


@pytest.mark.parametrize(
    ("grace", "posting"), [(gone, Posting(100, EXPIRED, -41, "o1")), (seven_more, Posting(107, EXPIRED, -41))]
)
def test_a_hold_that_times_out_late_follows_the_rule_for_points_given_back(grace, posting):
    """Gone at once, or a term of grace after the timeout, not after whoever looks."""
    after, postings = brought_to(held(with_lots((SOON, 0, 41)), 41, until=100), 200, grace=grace)
    assert (after.lots, postings) == ((), (posting,))


def test_S2_a_pending_award_counts_from_its_due_moment():
    """Not before, and by time alone; it's posted for that moment."""
    account = awaiting(Account(as_of=3), award(due=9))
    assert brought_to(account, 8, grace=gone)[1] == ()
    after, postings = brought_to(account, 50, grace=gone)
    assert (after.balance, after.pending) == (41, ())
    assert postings == (Posting(9, ISSUED, 41, "o1", "cashback", "r1"),)


def test_S2_a_pending_award_expires_by_time_alone_too():
    """Due and expired while nobody looked: both are booked, each at its moment."""
    _, postings = brought_to(awaiting(Account(as_of=3), award(due=9)), LATER, grace=gone)
    assert [(posting.at, posting.kind, posting.amount) for posting in postings] == [
        (9, ISSUED, 41),
        (SOON, EXPIRED, -41),
    ]


def test_S2_only_awards_that_are_due_are_credited():
    """Equal ones are still two."""
    account = awaiting(awaiting(awaiting(Account(as_of=3), award(due=9)), award(due=9)), award(due=10))
    assert (to(account, 9).balance, len(to(account, 9).pending)) == (82, 1)


def test_G8_a_member_who_stays_away_loses_all_points():
    """Undated ones too; what's held, and what is still to come, isn't theirs to lose then."""
    account = held(awaiting(with_lots((SOON, 0, 41), (NEVER, 0, 5), inactive_at=50), award(due=60)), 1)
    after, postings = brought_to(account, 50, grace=gone)
    assert postings == (Posting(50, EXPIRED, -45),)
    assert (after.lots, after.held, len(after.pending)) == ((), 1, 1)


def test_G8_points_that_arrived_after_the_inactive_moment_arent_hit_by_it():
    """Inactivity strikes once."""
    account = awaiting(with_lots((NEVER, 0, 41), inactive_at=50), award(due=60, expires=NEVER))
    assert to(account, 70).lots == ((NEVER, 0, 41),)
    later, _ = credited(to(with_lots((NEVER, 0, 5), inactive_at=50), 50), award(due=50, expires=NEVER))
    assert to(later, 70).balance == 41


def test_G8_nor_are_those_of_a_member_who_had_none_at_that_moment():
    """The row "due but not yet swept": whether somebody looked in between changes nothing."""
    account = Account(as_of=3, inactive_at=50, pending=(award(due=60, expires=NEVER),))
    assert to(to(account, 55), 70).balance == 41
    assert to(account, 70).balance == 41


def test_G8_nor_are_points_that_come_back_by_a_timeout_on_grace():
    """All points were held at the inactive moment, and live on the grace term when their hold times out."""
    account = held(with_lots((NEVER, 0, 41), inactive_at=50), 41, until=60)
    assert to(to(account, 55, grace=seven_more), 62, grace=seven_more).lots == ((67, 1, 41),)
    assert to(account, 62, grace=seven_more).lots == ((67, 1, 41),)


def test_G8_points_held_over_the_inactive_moment_are_expired_when_released():
    """Captured, they're spent like any other."""
    account = to(held(with_lots((NEVER, 0, 41), inactive_at=50), 41), 60)
    assert ended(account, "o1", spent=41, grace=gone)[0].posted == 0
    after, postings = ended(account, "o1", spent=0, grace=gone)
    assert (after.lots, postings) == ((), (Posting(60, EXPIRED, -41, "o1"),))
    assert ended(account, "o1", spent=0, grace=seven_more)[0].lots == ((67, 1, 41),)


def test_G8_points_held_since_the_inactive_moment_arent_hit_by_it():
    """They had arrived after it."""
    account, _ = credited(Account(as_of=55, inactive_at=50), award(due=55, expires=NEVER))
    assert ended(to(held(account, 41), 60), "o1", spent=0, grace=gone)[0].balance == 41


def test_an_award_that_has_expired_when_it_is_credited_is_issued_and_expires_at_once():
    """Both are told with order, rule and revision; it pays no debt, and a clawback finds when it was gone."""
    late = award(due=95, expires=90)
    account, (issued, expired) = credited(Account(as_of=95, debt=30), late)
    assert (account.lots, account.debt, account.unspent) == ((), 30, ((90, 95, 41),))
    assert expired == evolve(issued, kind=EXPIRED, amount=-41)
    assert (issued.rule, issued.revision) == (late.rule, late.revision) != (None, None)


def test_what_happens_at_one_moment_happens_in_its_order():
    """Holds time out, then awards fall due; one that expires at that very moment goes at once, told with its order."""
    account = awaiting(held(with_lots((SOON, 0, 41)), 41, until=SOON), award(7, due=SOON, expires=SOON))
    _, postings = brought_to(account, SOON, grace=gone)
    assert [(posting.kind, posting.amount, posting.order) for posting in postings] == [
        (EXPIRED, -41, "o1"),
        (ISSUED, 7, "o1"),
        (EXPIRED, -7, "o1"),
    ]


def test_moments_before_as_of_are_judged_at_as_of():
    """The row "calls out of order": nothing passes, and nothing comes back."""
    account = with_lots((SOON, 0, 41), as_of=80)
    assert brought_to(account, 10, grace=gone) == (account, ())
    late = held(account, 41, until=60)
    after, _ = brought_to(late, 10, grace=gone)
    assert (after.held, after.balance, after.as_of) == (0, 41, 80)


def test_steps_bound_what_one_go_does():
    """The account is left where it was reached, and the next go goes on from there."""
    account = with_lots(*[(expires, 0, 1) for expires in range(10, 30)])
    part, postings = brought_to(account, 100, grace=gone, steps=8)
    assert (len(postings), part.as_of, part.balance) == (8, 17, 12)
    part, postings = brought_to(part, 100, grace=gone, steps=12)
    assert (len(postings), part.as_of, part.balance) == (12, 100, 0)


# What is taken back


def test_B2_an_award_is_taken_back_from_its_own_lot_first():
    """The row "clawback": then from those that expire first."""
    account = with_lots((SOON, 0, 10), (LATER, 0, 20), (NEVER, 0, 5))
    after, postings = claw(account, 24, LATER, 4)
    assert after.lots == ((SOON, 0, 6), (NEVER, 0, 5))
    assert postings == (Posting(4, ISSUED, -24, "o1", "cashback", "r1"),)
    assert claw(account, 20, LATER, 4)[0].lots == ((SOON, 0, 10), (NEVER, 0, 5))
    assert claw(account, 5, LATER, 4)[0].lots == ((SOON, 0, 10), (LATER, 0, 15), (NEVER, 0, 5))


def test_B2_from_other_lots_if_its_own_is_gone():
    """A lot on grace is no award's own."""
    after, _ = claw(with_lots((SOON, 0, 10), (LATER, 1, 20)), 12, LATER, 4)
    assert after.lots == ((LATER, 1, 18),)


def test_B2_what_the_balance_doesnt_cover_is_owed_and_held_points_are_never_touched():
    """The hold is another order's promise."""
    account = held(with_lots((SOON, 0, 41)), 40)
    after, postings = claw(account, 41, SOON, 4)
    assert (after.balance, after.held, after.debt, after.posted) == (0, 40, 40, 0)
    assert postings[0].amount == -41
    assert claw(after, 5, SOON, 5)[0].debt == 45


def test_a_debt_never_expires():
    """Time does nothing to it."""
    account, _ = claw(Account(as_of=3, inactive_at=50), 9, SOON, 4)
    assert to(account, NEVER - 1).debt == 9


def test_B2_a_completed_order_doesnt_save_points_held_over_the_inactive_moment():
    """Not held, they had expired; a second order after that moment must not bring them back by cancelling the first."""
    account = to(held(with_lots((NEVER, 0, 41), inactive_at=50), 41), 60)
    after_another_order = Account(as_of=60, holds=account.holds, inactive_at=110)
    assert ended(after_another_order, "o1", spent=0, grace=gone)[0].balance == 0


# What is given back, and held anew


def test_B2_a_clawback_takes_what_is_still_to_come_first():
    """The row "clawback": nothing is posted for what never was credited; other awards wait on."""
    waiting, other = award(41, due=9), award(7, due=9, order="o2")
    account = awaiting(awaiting(with_lots((SOON, 0, 5)), waiting), other)
    after, postings = came_to(clawed_back(account, waiting, 30))
    assert ([each.amount for each in after.pending], after.balance, postings) == ([11, 7], 5, ())
    after, postings = came_to(clawed_back(after, waiting, 13))
    assert ([each.amount for each in after.pending], after.balance) == ([7], 3)
    assert [posting.amount for posting in postings] == [-2]


def test_B2_what_expired_unspent_counts_as_taken():
    """The row "clawback": for that date, and once."""
    account = to(with_lots((SOON, 0, 41), (LATER, 0, 5)), SOON)
    after, postings = came_to(clawed_back(account, award(41), 30))
    assert (after.balance, after.debt, postings) == (5, 0, ())
    after, postings = came_to(clawed_back(after, award(41), 30))
    assert (after.balance, after.debt, [posting.amount for posting in postings]) == (0, 14, [-19])


def test_B2_a_debt_may_be_forgiven():
    """The row "clawback": within the balance, so that nothing is posted beyond it."""
    after, postings = came_to(clawed_back(with_lots((SOON, 0, 10)), award(41), 41, owing=False))
    assert (after.balance, after.debt, [posting.amount for posting in postings]) == (0, 0, [-10])
    assert came_to(clawed_back(Account(as_of=4), award(41), 41, owing=False)) == (Account(as_of=4), ())


def test_B2_what_was_spent_is_given_back_to_the_lots_that_it_came_from():
    """With their dates; what has expired since comes back and is gone, or lives on a term of grace."""
    spent = ((SOON, 0, 30), (LATER, 0, 10), (NEVER, 0, 1))
    kept = {"order": "o1", "revision": "r1"}
    account = with_lots((LATER, 0, 4), as_of=SOON)
    after, postings = given_back(account, spent, grace=gone, **kept)
    assert after.lots == ((LATER, 0, 14), (NEVER, 0, 1))
    assert [(posting.kind, posting.amount) for posting in postings] == [(REDEEMED, 41), (EXPIRED, -30)]
    assert after.posted - account.posted == 11
    after, _ = given_back(account, spent, grace=seven_more, **kept)
    assert after.lots == ((97, 1, 30), (LATER, 0, 14), (NEVER, 0, 1))


def test_B2_what_is_given_back_pays_a_debt_first():
    """As awards do."""
    after, _ = given_back(Account(as_of=4, debt=30), ((SOON, 0, 41),), order="o1", grace=gone, revision="r1")
    assert (after.balance, after.debt, after.posted) == (11, 0, 11)


def test_R10_an_order_holds_more_or_less_than_before():
    """More comes of the balance, less goes back to its lots; what it goes on holding is never released in between."""
    account = held(with_lots((SOON, 0, 41), (LATER, 0, 5)), 40, until=200)
    late = to(account, SOON)
    more, postings = reheld(late, "o1", 43, until=300, grace=gone)
    assert (more.holds["o1"], postings) == (Hold(300, ((SOON, 0, 40), (LATER, 0, 3))), ())
    less, postings = reheld(late, "o1", 10, until=300, grace=gone)
    assert (less.held, less.balance, [posting.amount for posting in postings]) == (10, 5, [-30])
    none, postings = reheld(account, "o1", 0, until=300, grace=gone)
    assert (none.holds, none.lots, postings) == ({}, ((SOON, 0, 41), (LATER, 0, 5)), ())
    assert reheld(account, "o1", 40, until=200, grace=gone) == (account, ())
    new, _ = reheld(none, "o2", 3, until=300, grace=gone)
    assert new.holds == {"o2": Hold(300, ((SOON, 0, 3),))}


def test_G8_holding_more_saves_nothing_that_had_lapsed_and_loses_nothing_that_hasnt():
    """What was held over the inactive moment goes back as expired; what came after it doesn't."""
    lapsed = to(held(with_lots((NEVER, 0, 41), inactive_at=50), 41), 60)
    later, _ = credited(lapsed, award(5, due=60, expires=NEVER))
    after, _ = reheld(later, "o1", 46, until=300, grace=gone)
    released, postings = ended(after, "o1", spent=0, grace=gone)
    assert (released.lots, [posting.amount for posting in postings]) == (((NEVER, 0, 5),), [-41])


@pytest.mark.parametrize("amount", [-1, 47])
def test_no_more_is_held_than_there_is(amount):
    """What the order holds and the balance together."""
    with pytest.raises(InvalidValue, match="can't be held"):
        reheld(held(with_lots((SOON, 0, 41), (NEVER, 0, 5)), 40), "o1", amount, until=9, grace=gone)


# What is posted, and for what


def test_T4_what_an_order_spends_at_once_is_posted_as_issued_and_redeemed():
    """Under its order, rule and revision; the rest lies in the award's own lot, once a debt is paid."""
    advance = award(100, due=7, expires=SOON)
    account, postings = credited_and_spent(Account(as_of=3, debt=5), advance, 80)
    assert account == Account(as_of=3, lots=((SOON, 0, 15),))
    assert postings == (
        Posting(7, ISSUED, 100, "o1", "cashback", "r1"),
        Posting(7, REDEEMED, -80, "o1", None, "r1"),
    )
    account, postings = credited_and_spent(Account(as_of=3), advance, 0)
    assert (account.lots, postings) == (((SOON, 0, 100),), (Posting(7, ISSUED, 100, "o1", "cashback", "r1"),))


def test_S6_an_adjustment_is_posted_by_its_id():
    """A unit more goes to the lot of its date; a unit less comes of what expires first; none is nothing."""
    account, postings = adjusted(with_lots((SOON, 0, 5)), 1, expires=LATER, by="a1")
    assert account == with_lots((SOON, 0, 5), (LATER, 0, 1))
    assert postings == (Posting(3, ADJUSTED, 1, by="a1"),)
    account, postings = adjusted(account, -1, expires=LATER, by="a2")
    assert account == with_lots((SOON, 0, 4), (LATER, 0, 1))
    assert postings == (Posting(3, ADJUSTED, -1, by="a2"),)
    assert adjusted(account, 0, expires=LATER, by="a3") == (account, ())


def test_what_another_system_had_is_posted_as_opening():
    """As one sum; what stayed away for too long by that very moment is gone at once, and may be told as unspent."""
    account, postings = opened_with(Account(as_of=4), [(SOON, 50), (LATER, 5)], inactive_at=5)
    assert account == Account(as_of=4, lots=((SOON, 0, 50), (LATER, 0, 5)), inactive_at=5)
    assert postings == (Posting(4, OPENING, 55),)
    account, postings = opened_with(Account(as_of=4), [(SOON, 50)], inactive_at=4)
    assert account == Account(as_of=4, inactive_at=4, unspent=((SOON, 4, 50),))
    assert postings == (Posting(4, OPENING, 50), Posting(4, EXPIRED, -50))
    assert opened_with(Account(as_of=4), []) == (Account(as_of=4), ())


def test_an_account_that_is_given_up_is_posted_to_zero():
    """What the member owed counts against it; an account that comes to nothing posts nothing."""
    assert forgotten(with_lots((SOON, 0, 41), debt=1)) == (Posting(3, FORGOTTEN, -40),)
    assert forgotten(with_lots((SOON, 0, 41), debt=41)) == ()


def test_B2_what_is_given_back_too_late_is_gone_under_its_order():
    """It's redeemed less, and expired."""
    back = {"order": "o1", "grace": gone, "revision": "r1"}
    account, postings = given_back(Account(as_of=95), ((SOON, 0, 30), (LATER, 0, 5)), **back)
    assert account == Account(as_of=95, lots=((LATER, 0, 5),), unspent=((SOON, 95, 30),))
    assert postings == (Posting(95, REDEEMED, 35, "o1", None, "r1"), Posting(95, EXPIRED, -30, "o1"))


def test_R10_what_an_order_holds_no_more_is_gone_under_it_once_it_has_expired():
    """And what it goes on holding keeps its dates."""
    account = to(held(with_lots((SOON, 0, 41)), 41), 95)
    account, postings = reheld(account, "o1", 10, until=200, grace=gone)
    assert account.holds == {"o1": Hold(200, ((SOON, 0, 10),))}
    assert postings == (Posting(95, EXPIRED, -31, "o1"),)


def test_a_refused_hold_or_capture_names_its_amount():
    """So that it's found."""
    account = with_lots((SOON, 0, 41))
    with pytest.raises(InvalidValue) as caught:
        held(account, 42)
    assert caught.value.value == 42
    with pytest.raises(InvalidValue) as caught:
        reheld(account, "o1", 43, until=NEVER, grace=gone)
    assert caught.value.value == 43
    with pytest.raises(InvalidValue) as caught:
        ended(held(account, 5), "o1", spent=6, grace=gone)
    assert caught.value.value == 6


# What expired unspent


def test_B2_what_expires_at_one_moment_is_noted_with_what_is_noted_already():
    """Lots of one date that were gone at one moment are one; others stand beside them, in their order."""
    account = with_lots((SOON, 0, 5), (SOON, GRACED, 7), unspent=((50, 60, 1), (SOON, SOON, 2)))
    account, postings = brought_to(account, SOON, grace=gone)
    assert account.unspent == ((50, 60, 1), (SOON, SOON, 7))
    assert postings == (Posting(SOON, EXPIRED, -12),)


@pytest.mark.parametrize(
    ("unspent", "left", "taken_of_points"),
    [
        (((SOON, 95, 41),), (), 0),
        (((SOON, 95, 50),), ((SOON, 95, 9),), 0),
        (((SOON, 95, 30),), (), 11),
        (((SOON, 3, 30),), ((SOON, 3, 30),), 41),
        (((SOON, 4, 30),), (), 11),
        (((LATER, 95, 30),), ((LATER, 95, 30),), 41),
        (((50, 95, 30), (SOON, 95, 1), (SOON, 96, 2)), ((50, 95, 30),), 38),
    ],
)
def test_B2_of_what_expired_only_the_awards_own_lot_counts_as_taken(unspent, left, taken_of_points):
    """That which was gone since it was credited: not at that moment or before it, nor of another date."""
    account = Account(as_of=99, lots=((LATER, 0, 100),), unspent=unspent)
    clawed = clawed_back(account, award(41, due=3, expires=SOON), 41)
    assert clawed.account.unspent == left
    assert (clawed.account.balance, clawed.owed, clawed.forgiven) == (100 - taken_of_points, 0, 0)


def test_B2_what_isnt_covered_is_owed_unless_it_is_forgiven():
    """One or the other."""
    owing = clawed_back(with_lots((SOON, 0, 30)), award(), 41)
    assert (owing.owed, owing.forgiven, owing.account.debt) == (11, 0, 11)
    forgiving = clawed_back(with_lots((SOON, 0, 30)), award(), 41, owing=False)
    assert (forgiving.owed, forgiving.forgiven, forgiving.account.debt) == (0, 11, 0)


def test_G8_points_that_arrive_a_moment_after_the_inactive_one_arent_hit_by_it():
    """Nobody had any at that moment, so it passed."""
    account = awaiting(Account(as_of=3, inactive_at=49), award(due=50))
    assert to(account, 60).balance == 41


def test_G8_held_points_on_grace_end_with_the_inactive_moment_if_not_before():
    """They live on no other terms, so that they need no note."""
    lots = ((40, GRACED, 5), (SOON, GRACED, 7))
    account = Account(as_of=3, holds={"o1": Hold(NEVER, lots)}, inactive_at=50)
    assert to(account, 60).holds["o1"].lots == ((40, GRACED, 5), (50, GRACED, 7))


def test_G8_the_inactive_moment_hits_once():
    """What lies in the account as of that very moment has come after it."""
    account = with_lots((50, 0, 5), (SOON, 0, 7), as_of=50, inactive_at=50)
    assert to(account, 50).lots == ((SOON, 0, 7),)
