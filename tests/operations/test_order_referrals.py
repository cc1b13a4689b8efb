"""Referral codes and splits in an order's life: T4, T5, T6, T8, G9, R1, R2, R9, R12, B2."""

from __future__ import annotations

from datetime import timedelta

import pytest

from loyaltykit import Advance, Award, Clawback, Loyalty, OpeningMember, Points, Program, Share
from loyaltykit.adapters.memory import MemoryRepository
from tests.operations.support import AT, BASE, DAY, FOREVER, balance, city, codes, give, ride, rub, statement

INVITES = {"invitation": [{"referee_points": 100, "referee_credited": "placing", "referrer_points": 50}]}
SPLIT = {
    "referral_split": [
        {
            "percent": "10",
            "shares": {"customer_referrer": "40", "customer": "40", "worker_referrer": "20", "worker": "0"},
            "missing_referrer": "participant",
        }
    ],
}


@pytest.fixture
def loyalty(life):
    """Give a program that rewards invitations, and m9 who passes on the code D48M."""
    made = life(**INVITES)
    made.codes.issue("i1", "m9", code="D48M", at=AT)
    return made


@pytest.fixture
def plain(repository):
    """Give what makes a `Loyalty` of a program without cashback, which splits may stand in."""
    return lambda **rules: Loyalty(Program.from_dict(BASE | {"redemption": [{}]} | rules), repository)


def why(settlement):
    """Give the reasons, but for those of the rule by which tests give points."""
    return [code for code in codes(settlement) if code != "outside_scope"]


def points_of(loyalty, *members, at=AT):
    return [loyalty.members.view(member, at=at).balance.minor for member in members]


def test_T4_a_friend_pays_for_the_very_first_order(loyalty):
    """The points are there at once, for that order alone: a quote says so, and nothing else can spend them."""
    quoted = loyalty.quote(ride("412.00"), at=AT, redeem="all", referral_code="d48м")
    assert (quoted.redeemed, quoted.due) == (Points(100), rub("312.00"))
    assert points_of(loyalty, "m1", "m9") == [0, 0]
    placed = loyalty.place(ride("412.00"), at=AT, redeem="all", referral_code="d48м")
    assert placed.decisions == quoted.decisions
    assert (placed.redeemed, placed.due) == (Points(100), rub("312.00"))
    assert Advance("m1", Points(100)) in placed.decisions[0].effects
    view = loyalty.members.view("m1", at=AT)
    assert (view.balance, view.held, view.pending) == (Points(0), Points(0), Points(0))
    other = loyalty.place(ride("300", id="o2"), at=AT, redeem="all")
    assert other.redeemed == Points(0)


def test_T5_the_owner_is_rewarded_when_that_order_is_completed(loyalty):
    """And not before; completion posts issue and redemption together."""
    loyalty.place(ride("412.00"), at=AT, redeem="all", referral_code="D48M")
    assert points_of(loyalty, "m1", "m9") == [0, 0]
    done = loyalty.complete("o1", at=AT)
    assert (done.redeemed, done.due) == (Points(100), rub("312.00"))
    assert points_of(loyalty, "m1", "m9") == [0, 50]
    assert [(line.kind, line.points) for line in statement(loyalty, AT)] == [
        ("issued", Points(100)),
        ("redeemed", Points(-100)),
    ]
    views = [loyalty.members.view(member, at=AT) for member in ("m1", "m9")]
    assert (views[0].referrer, views[1].invited) == ("m9", 1)


def test_T4_what_isnt_spent_is_the_friends_after_completion(loyalty):
    """An advance that the order didn't ask for is credited with it."""
    placed = loyalty.place(ride("412.00"), at=AT, redeem=Points(30), referral_code="D48M")
    assert placed.redeemed == Points(30)
    loyalty.complete("o1", at=AT)
    assert points_of(loyalty, "m1", "m9") == [70, 50]


def test_T4_a_lower_fare_spends_less_of_the_advance(loyalty):
    """The final charged sum is worth less; the rest is the friend's."""
    loyalty.place(ride("412.00"), at=AT, redeem="all", referral_code="D48M")
    done = loyalty.complete("o1", at=AT, price=rub(60))
    assert (done.redeemed, done.due, why(done)) == (Points(60), rub(0), ["limited_by_price"])
    assert points_of(loyalty, "m1") == [40]


def test_T4_own_points_are_held_only_for_what_the_advance_leaves(loyalty):
    """Here the friend was given 80 points by hand before the first order."""
    loyalty.members.adjust("a1", "m1", Points(80), at=AT)
    placed = loyalty.place(ride("412.00"), at=AT, redeem=Points(150), referral_code="D48M")
    assert placed.redeemed == Points(150)
    view = loyalty.members.view("m1", at=AT)
    assert (view.balance, view.held) == (Points(30), Points(50))
    loyalty.complete("o1", at=AT)
    assert points_of(loyalty, "m1") == [30]


@pytest.mark.parametrize("end", ["cancel", "no_show"])
def test_T4_with_a_cancelled_order_the_points_are_gone_again(loyalty, end):
    """And the code may be named with the next order."""
    loyalty.place(ride("412.00"), at=AT, redeem="all", referral_code="D48M")
    getattr(loyalty, end)("o1", at=AT)
    assert points_of(loyalty, "m1", "m9") == [0, 0]
    assert statement(loyalty, AT) == []
    again = loyalty.place(ride("412.00", id="o2"), at=AT, redeem="all", referral_code="D48M")
    assert again.redeemed == Points(100)


def test_T4_a_cancelled_order_that_is_completed_rewards_after_all(loyalty):
    """What's still free is held again; the advance with it, since nobody has used it up."""
    loyalty.place(ride("412.00"), at=AT, redeem="all", referral_code="D48M")
    loyalty.cancel("o1", at=AT)
    done = loyalty.complete("o1", at=AT)
    assert (done.redeemed, points_of(loyalty, "m1", "m9")) == (Points(100), [0, 50])


def test_G9_two_first_orders_reward_once(loyalty):
    """The code is tied to the first order that named it."""
    loyalty.place(ride("412.00"), at=AT, referral_code="D48M")
    second = loyalty.place(ride("300", id="o2"), at=AT, referral_code="D48M")
    assert why(second) == ["referral_tied"]
    assert second.status == "placed"
    loyalty.complete("o2", at=AT)
    loyalty.complete("o1", at=AT)
    assert points_of(loyalty, "m1", "m9") == [100, 50]
    third = loyalty.place(ride("300", id="o3"), at=AT, referral_code="D48M")
    assert why(third) == ["already_referred"]


def test_G9_a_tie_that_timed_out_is_free(loyalty):
    """Nobody ended the first order; eight days later the code is named with another, and that one is rewarded."""
    loyalty.place(ride("412.00"), at=AT, redeem="all", referral_code="D48M")
    later = AT + 8 * DAY
    second = loyalty.place(ride("300", id="o2"), at=later, redeem="all", referral_code="D48M")
    assert second.redeemed == Points(100)
    late = loyalty.complete("o1", at=later)
    assert (late.redeemed, why(late)) == (Points(0), ["referral_tied"])
    loyalty.complete("o2", at=later)
    assert points_of(loyalty, "m1", "m9", at=later) == [0, 50]


def test_G9_who_joined_by_a_code_is_rewarded_by_the_first_completed_order(loyalty):
    """Both sides, once, and then no more."""
    assert loyalty.members.join("m1", referral_code="D48M", at=AT).referrer == "m9"
    placed = loyalty.place(ride("412.00"), at=AT, redeem="all")
    assert (placed.redeemed, placed.awards) == (Points(100), (Advance("m1", Points(100)), Award("m9", Points(50))))
    loyalty.place(ride("412.00", id="o2"), at=AT, redeem="all")
    loyalty.complete("o2", at=AT)
    assert points_of(loyalty, "m1", "m9") == [0, 0]
    loyalty.complete("o1", at=AT)
    assert points_of(loyalty, "m1", "m9") == [0, 50]
    assert loyalty.members.view("m9", at=AT).invited == 1


def test_G9_who_joined_stays_referred_whatever_becomes_of_an_order(loyalty):
    """The first one is cancelled, the second nobody ends; the third is rewarded."""
    loyalty.members.join("m1", referral_code="D48M", at=AT)
    loyalty.place(ride(), at=AT, redeem="all")
    loyalty.cancel("o1", at=AT)
    assert loyalty.members.view("m1", at=AT).referrer == "m9"
    loyalty.place(ride(id="o2"), at=AT, redeem="all")
    third = loyalty.place(ride(id="o3"), at=AT + 8 * DAY, redeem="all")
    assert third.redeemed == Points(100)
    late = loyalty.complete("o2", at=AT + 8 * DAY)
    assert (late.redeemed, why(late)) == (Points(0), ["referral_tied"])
    loyalty.complete("o3", at=AT + 8 * DAY)
    assert points_of(loyalty, "m1", "m9", at=AT + 8 * DAY) == [0, 50]


def test_G9_an_order_placed_before_joining_is_the_first_still(loyalty):
    """What counts is that it's completed."""
    loyalty.place(ride(), at=AT)
    loyalty.members.join("m1", referral_code="D48M", at=AT)
    loyalty.complete("o1", at=AT)
    assert points_of(loyalty, "m1", "m9") == [100, 50]


def test_G9_settling_names_a_code_too(loyalty):
    """A street hail by a friend."""
    done = loyalty.settle(ride("412.00"), at=AT, redeem="all", referral_code="D48M")
    assert (done.due, points_of(loyalty, "m1", "m9")) == (rub("312.00"), [0, 50])


def test_G9_below_the_minimum_nobody_is_rewarded_and_the_code_is_not_used_up(life):
    """A use without effect burns nothing."""
    loyalty = life(invitation=[{"referrer_points": 50, "referee_points": 10, "minimum": "200"}])
    loyalty.codes.issue("i1", "m9", code="D48M", at=AT)
    placed = loyalty.place(ride("199.99"), at=AT, referral_code="D48M")
    assert why(placed) == ["below_minimum"]
    again = loyalty.place(ride("200", id="o2"), at=AT, referral_code="D48M")
    assert why(again) == []
    loyalty.complete("o2", at=AT)
    assert points_of(loyalty, "m1", "m9") == [10, 50]


def test_G9_what_was_promised_stands_at_a_lower_fare(life):
    """The minimum was judged at placing."""
    loyalty = life(invitation=[{"referrer_points": 50, "referee_points": 10, "minimum": "200"}])
    loyalty.codes.issue("i1", "m9", code="D48M", at=AT)
    loyalty.place(ride("200"), at=AT, referral_code="D48M")
    loyalty.complete("o1", at=AT, price=rub(150))
    assert points_of(loyalty, "m1", "m9") == [10, 50]


def test_G9_without_a_price_the_minimum_is_judged_at_completion(life):
    """A meter tells it."""
    rules = [{"referrer_points": 50, "referee_points": 10, "referee_credited": "placing", "minimum": "200"}]
    loyalty = life(invitation=rules)
    loyalty.codes.issue("i1", "m9", code="D48M", at=AT)
    for order, price in (("o1", 150), ("o2", 250)):
        loyalty.place(ride(None, id=order, customer=order), at=AT, redeem="all", referral_code="D48M")
        loyalty.complete(order, at=AT, price=rub(price))
    assert points_of(loyalty, "o1", "o2", "m9") == [0, 10, 50]


@pytest.mark.parametrize(
    ("code", "reason"), [("NONE", "code_unknown"), ("🎉", "code_malformed"), ("x" * 10_000, "code_malformed")]
)
def test_T6_a_bad_code_never_stops_an_order(loyalty, code, reason):
    """It's a reason."""
    placed = loyalty.place(ride("412.00"), at=AT, referral_code=code)
    assert (placed.status, why(placed)) == ("placed", [reason])


def test_T6_who_may_be_referred(loyalty):
    """Not oneself, not after a completed order, not after having brought somebody, not without a customer."""
    own = loyalty.place(ride(customer="m9"), at=AT, referral_code="D48M")
    assert why(own) == ["self_referral"]
    give(loyalty, 5, member="m5", order="g5")
    known = loyalty.place(ride(id="o2", customer="m5"), at=AT, referral_code="D48M")
    assert why(known) == ["not_first_order"]
    loyalty.settle(ride(id="o3", customer="m3"), at=AT, referral_code="D48M")
    code = loyalty.members.view("m3", at=AT).code
    second = loyalty.place(ride(id="o4", customer="m9"), at=AT, referral_code=code)
    assert why(second) == ["has_referred"]
    nobody = loyalty.place(ride(id="o5", customer=None), at=AT, referral_code="D48M")
    assert why(nobody) == ["no_customer"]


def test_T6_two_who_name_each_others_codes_make_no_circle(loyalty):
    """Both orders are under way; the first to be completed decides, and what the other was advanced stands."""
    loyalty.codes.issue("i2", "m1", code="M1M1", at=AT)
    loyalty.place(ride(), at=AT, redeem="all", referral_code="D48M")
    loyalty.place(ride(id="o9", customer="m9"), at=AT, redeem="all", referral_code="M1M1")
    loyalty.complete("o1", at=AT)
    late = loyalty.complete("o9", at=AT)
    assert (late.redeemed, why(late)) == (Points(100), ["has_referred"])
    views = {member: loyalty.members.view(member, at=AT) for member in ("m1", "m9")}
    assert (views["m1"].referrer, views["m9"].referrer) == ("m9", None)
    assert (views["m1"].invited, views["m9"].invited) == (0, 1)


def test_T2_a_completed_order_gives_a_code(loyalty):
    """The first, or, for older customers, the next; whoever has one keeps it."""
    give(loyalty, 5)
    code = loyalty.members.view("m1", at=AT).code
    assert (len(code), loyalty.codes.check(code, at=AT).valid) == (4, True)
    give(loyalty, 5, order="g2")
    assert loyalty.members.view("m1", at=AT).code == code


def test_T8_the_friend_passes_on_a_code_of_their_own(loyalty):
    """After the first trip."""
    loyalty.settle(ride(), at=AT, referral_code="D48M")
    code = loyalty.members.view("m1", at=AT).code
    done = loyalty.settle(ride(id="o2", customer="m2"), at=AT, referral_code=code)
    assert done.awards == (Advance("m2", Points(100)), Award("m1", Points(50)))


def test_T2_on_request_nobody_gets_one_unasked(life):
    loyalty = life(**INVITES, codes={"given": "request"})
    give(loyalty, 5)
    assert loyalty.members.view("m1", at=AT).code is None


def test_G9_without_invitations_a_code_brings_nobody(life):
    """The program has none."""
    loyalty = life()
    placed = loyalty.place(ride(), at=AT, referral_code="D48M")
    assert why(placed) == ["no_referrals"]


def test_G9_a_refund_takes_the_reward_back_and_the_next_order_is_the_first(loyalty):
    """In proportion, from both sides; the full refund reverses that it was the first."""
    loyalty.place(ride("400"), at=AT, referral_code="D48M")
    loyalty.complete("o1", at=AT)
    part = loyalty.refund("r1", "o1", at=AT, amount=rub(100))
    assert [decision.effects for decision in part.decisions] == [
        (Clawback("m1", Points(25)),),
        (Clawback("m9", Points(12)),),
    ]
    loyalty.refund("r2", "o1", at=AT)
    assert points_of(loyalty, "m1", "m9") == [0, 0]
    loyalty.settle(ride("400", id="o2"), at=AT)
    assert points_of(loyalty, "m1", "m9") == [100, 50]
    assert loyalty.members.view("m9", at=AT).invited == 1


def test_G9_a_correction_leaves_what_was_promised(loyalty):
    """Neither the friend nor the owner of the code had anything to do with the fare."""
    loyalty.place(ride("400"), at=AT, redeem="all", referral_code="D48M")
    loyalty.complete("o1", at=AT)
    fixed = loyalty.correct("c1", "o1", at=AT, price=rub(380))
    assert (fixed.due, points_of(loyalty, "m1", "m9")) == (rub(280), [0, 50])


def test_B3_an_amendment_keeps_the_advance(loyalty):
    """It's judged anew, with what the order was promised itself; the tie lasts as long as the hold."""
    loyalty.place(ride("400"), at=AT, redeem="all", referral_code="D48M")
    edited = loyalty.amend("a1", "o1", at=AT + 6 * DAY, price=rub(60))
    assert (edited.redeemed, edited.due) == (Points(60), rub(0))
    assert why(loyalty.place(ride(id="o2"), at=AT + 9 * DAY, referral_code="D48M")) == ["referral_tied"]
    loyalty.complete("o1", at=AT + 9 * DAY)
    assert points_of(loyalty, "m1", "m9", at=AT + 9 * DAY) == [40, 50]


def test_R1_a_completed_order_is_split_among_four(plain):
    """10 % of 412.00 is 41 points: 17, 16, 8 and 0."""
    loyalty = plain(**SPLIT)
    loyalty.codes.issue("i1", "m9", code="D48M", at=AT)
    loyalty.codes.issue("i2", "w9", code="W9W9", at=AT)
    loyalty.members.join("m1", referral_code="D48M", at=AT)
    loyalty.members.join("w7", referral_code="W9W9", at=AT)
    done = loyalty.settle(ride("412.00", worker="w7"), at=AT)
    assert done.awards == (
        Share("m9", Points(17), "customer's referrer"),
        Share("m1", Points(16), "customer"),
        Share("w9", Points(8), "worker's referrer"),
    )
    assert points_of(loyalty, "m9", "m1", "w9", "w7") == [17, 16, 8, 0]
    loyalty.refund("r1", "o1", at=AT)
    assert points_of(loyalty, "m9", "m1", "w9", "w7") == [0, 0, 0, 0]


def test_R2_a_missing_referrers_share_goes_to_the_participant(plain):
    """Yes: the customer has 33, the worker 8."""
    loyalty = plain(**SPLIT)
    loyalty.settle(ride("412.00", worker="w7"), at=AT)
    assert points_of(loyalty, "m1", "w7") == [33, 8]


def test_R9_the_code_of_a_first_order_makes_its_owner_the_referrer(plain):
    """The order itself is split with them already."""
    loyalty = plain(**SPLIT)
    loyalty.codes.issue("i1", "m9", code="D48M", at=AT)
    loyalty.place(ride("412.00", worker="w7"), at=AT, referral_code="D48M")
    loyalty.complete("o1", at=AT)
    assert points_of(loyalty, "m9", "m1", "w7") == [17, 16, 8]


def test_R9_a_correction_splits_as_it_was_then(plain):
    """The worker found a referrer since; the order had none. Another worker comes with theirs."""
    loyalty = plain(**SPLIT)
    loyalty.codes.issue("i2", "w9", code="W9W9", at=AT)
    loyalty.settle(ride("412.00", worker="w7"), at=AT)
    loyalty.members.join("w7", referral_code="W9W9", at=AT)
    loyalty.members.join("w8", referral_code="W9W9", at=AT)
    loyalty.correct("c1", "o1", at=AT, price=rub("512.00"))
    assert points_of(loyalty, "m1", "w7", "w9") == [41, 10, 0]
    loyalty.correct("c2", "o1", at=AT, worker="w8")
    assert points_of(loyalty, "m1", "w7", "w8", "w9") == [41, 0, 0, 10]


def test_R8_strategies_by_tariff_with_limits_of_their_own(plain):
    """One for two tariffs, a base one for the rest; redemption limits in the same scope."""
    loyalty = plain(
        referral_split=[
            {"name": "business", "percent": "20", "shares": {"customer": "100"}, "scope": {"tariffs": ["vip", "van"]}},
            {"name": "base", "percent": "10", "shares": {"customer": "100"}},
        ],
        redemption=[
            {"name": "for business", "maximum": 500, "minimum": 50, "scope": {"tariffs": ["vip", "van"]}},
            {"name": "for the rest", "maximum": 20},
        ],
    )
    loyalty.settle(ride("1000", tariff="vip"), at=AT)
    loyalty.settle(ride("1000", id="o2", tariff="van"), at=AT)
    loyalty.settle(ride("1000", id="o3", tariff="eco"), at=AT)
    assert points_of(loyalty, "m1") == [500]
    assert loyalty.place(ride("900", id="o4", tariff="eco"), at=AT, redeem="all").redeemed == Points(20)
    assert loyalty.place(ride("900", id="o5", tariff="vip"), at=AT, redeem="all").redeemed == Points(480)


def test_R12_the_member_sees_whom_they_brought(loyalty):
    """Balance, history, and how many they have invited."""
    for number in range(3):
        loyalty.settle(ride(id=f"o{number}", customer=f"f{number}"), at=AT, referral_code="D48M")
    view = loyalty.members.view("m9", at=AT)
    assert (view.invited, view.balance, view.code) == (3, Points(150), "D48M")
    assert [line.points for line in statement(loyalty, AT, member="m9")] == [Points(50)] * 3


def test_T4_a_debt_is_paid_of_what_the_friend_keeps(life):
    """The advance that the order spends was promised to it."""
    loyalty = life(**INVITES)
    loyalty.codes.issue("i1", "m9", code="D48M", at=AT)
    give(loyalty, 50)
    loyalty.settle(ride("50", id="spend"), at=AT, redeem="all")
    loyalty.refund("r1", "gift", at=AT)
    loyalty.refund("r2", "spend", at=AT, amount=rub(10))
    assert loyalty.members.view("m1", at=AT).debt == Points(40)


def test_T4_an_advance_lives_as_long_as_any_points(life):
    """It's credited at completion, and expires from then."""
    loyalty = life(**INVITES, expiry={"after": "P10D"})
    loyalty.codes.issue("i1", "m9", code="D48M", at=AT)
    loyalty.place(ride("412.00"), at=AT, redeem=Points(30), referral_code="D48M")
    loyalty.complete("o1", at=AT + DAY)
    assert balance(loyalty, AT + 11 * DAY - timedelta(hours=9)) == Points(70)
    assert balance(loyalty, AT + 12 * DAY) == Points(0)


def test_T4_a_repeated_call_says_the_same(loyalty):
    """A webhook comes twice: the same advance, once."""
    calls = [loyalty.place(ride(), at=AT + number * DAY, redeem="all", referral_code="D48M") for number in range(2)]
    assert calls[0] == calls[1]
    ends = [loyalty.complete("o1", at=AT + number * DAY) for number in range(2)]
    assert ends[0] == ends[1]
    assert points_of(loyalty, "m1", "m9", at=FOREVER) == [0, 50]


def test_G9_everything_is_the_same_after_a_restart():
    """Another process with the same store completes what the first one placed."""
    repository = MemoryRepository()
    first, second = Loyalty(city(**INVITES), repository), Loyalty(city(**INVITES), repository)
    first.codes.issue("i1", "m9", code="D48M", at=AT)
    first.place(ride(), at=AT, redeem="all", referral_code="D48M")
    assert second.complete("o1", at=AT).redeemed == Points(100)


@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize("how", ["join", "code"])
def test_G9_a_referrer_who_was_forgotten_earns_nothing(loyalty, how, back):
    """Not even where they come again under the same id: they're somebody else. What the friend was promised stands."""
    if how == "join":
        loyalty.members.join("m1", referral_code="D48M", at=AT)
    loyalty.place(ride(), at=AT, redeem="all", referral_code="D48M" if how == "code" else None)
    loyalty.members.forget("m9", at=AT)
    if back:
        give(loyalty, 5, member="m9", order="g9")
    done = loyalty.complete("o1", at=AT)
    assert (done.redeemed, why(done)) == (Points(100), ["referrer_unknown"])
    assert points_of(loyalty, "m1", "m9") == [0, 5 if back else 0]


@pytest.mark.parametrize("back", [False, True])
def test_R9_a_forgotten_referrers_share_is_that_of_a_missing_one(plain, back):
    """It goes to the participant."""
    loyalty = plain(**SPLIT)
    loyalty.codes.issue("i1", "m9", code="D48M", at=AT)
    loyalty.members.join("m1", referral_code="D48M", at=AT)
    loyalty.members.forget("m9", at=AT)
    if back:
        loyalty.members.adjust("a1", "m9", Points(5), at=AT)
    loyalty.settle(ride("412.00", worker="w7"), at=AT)
    assert points_of(loyalty, "m1", "m9") == [33, 5 if back else 0]


def test_R6_an_import_ends_where_a_forgotten_member_came_back_into_a_ring(loyalty):
    """Whoever was forgotten stands above nobody, so looking for a circle comes to an end."""
    loyalty.members.join("m1", referral_code="D48M", code="M1M1", at=AT)
    loyalty.members.forget("m9", at=AT)
    loyalty.members.join("m9", referral_code="M1M1", at=AT)
    run = loyalty.members.import_members([OpeningMember(id="x", referrer="m1")], at=AT)
    assert (run.done, run.unlinked) == (1, ())
    assert loyalty.members.view("x", at=AT).referrer == "m1"


def test_R1_corrections_never_pay_who_was_forgotten(plain):
    """However many there are: a stranger bears the id now."""
    loyalty = plain(**SPLIT)
    loyalty.codes.issue("i1", "m9", code="D48M", at=AT)
    loyalty.members.join("m1", referral_code="D48M", at=AT)
    loyalty.settle(ride("412.00"), at=AT)
    loyalty.members.forget("m9", at=AT)
    loyalty.members.adjust("a1", "m9", Points(5), at=AT)
    for number in range(3):
        loyalty.correct(f"c{number}", "o1", at=AT, price=rub(500 + number))
        assert points_of(loyalty, "m9") == [5]


@pytest.mark.parametrize("call", ["settle", "place"])
def test_G9_who_joined_by_somebody_who_was_forgotten_is_brought_by_nobody(loyalty, call):
    """However the order comes, and however many there are."""
    loyalty.members.join("m1", referral_code="D48M", at=AT)
    loyalty.members.forget("m9", at=AT)
    loyalty.members.adjust("a1", "m9", Points(5), at=AT)
    for number in range(2):
        order = ride(id=f"o{number}")
        assert loyalty.quote(order, at=AT).awards == ()
        told = getattr(loyalty, call)(order, at=AT)
        assert why(told) == (["referrer_unknown"] if number == 0 else [])
        loyalty.complete(order.id, at=AT)
    assert points_of(loyalty, "m1", "m9") == [0, 5]


def test_R9_a_cancelled_order_that_is_completed_is_split_with_who_brought_the_customer(plain):
    """As without the cancellation."""
    loyalty = plain(**SPLIT)
    loyalty.codes.issue("i1", "m9", code="D48M", at=AT)
    loyalty.place(ride("412.00", worker="w7"), at=AT, referral_code="D48M")
    loyalty.cancel("o1", at=AT)
    loyalty.complete("o1", at=AT)
    assert points_of(loyalty, "m9", "m1", "w7") == [17, 16, 8]


@pytest.mark.parametrize("rules", [{}, {"clawback": "within_balance"}])
def test_G9_a_reward_that_stays_is_not_given_again(life, rules):
    """Refunded too late to take it back, or spent and forgiven: the next order isn't the first."""
    loyalty = life(**INVITES, **rules)
    loyalty.codes.issue("i1", "m9", code="D48M", at=AT)
    loyalty.settle(ride(), at=AT, referral_code="D48M")
    late = AT if rules else AT + 100 * DAY
    loyalty.members.adjust("a1", "m9", Points(-50), at=late)
    loyalty.refund("r1", "o1", at=late)
    loyalty.settle(ride(id="o2"), at=late)
    assert points_of(loyalty, "m9", at=late) == [0]


def test_R9_an_order_of_a_forgotten_customer_touches_no_stranger(loyalty):
    """Placed with points and a code; whoever bears the id when it's completed neither spends nor earns by it."""
    loyalty.members.adjust("a1", "m1", Points(300), at=AT)
    loyalty.place(ride(), at=AT, redeem=Points(300), referral_code="D48M")
    loyalty.members.forget("m1", at=AT)
    loyalty.members.adjust("a2", "m1", Points(200), at=AT)
    done = loyalty.complete("o1", at=AT)
    assert (done.redeemed, done.due, why(done)[-1]) == (Points(0), rub(412), "member_forgotten")
    view = loyalty.members.view("m1", at=AT)
    assert (view.balance, view.visits, view.referrer) == (Points(200), 0, None)
    assert points_of(loyalty, "m9") == [0]


def test_Y8_an_edited_order_of_a_forgotten_customer_takes_no_payment_of_a_stranger(loyalty):
    """What was paid for it was somebody else's."""
    loyalty.place(ride(), at=AT)
    loyalty.record_payment("p1", "o1", rub(50), at=AT)
    loyalty.members.forget("m1", at=AT)
    loyalty.members.adjust("a1", "m1", Points(20), at=AT)
    edited = loyalty.amend("e1", "o1", at=AT, redeem=Points(20))
    assert (edited.redeemed, why(edited)[-1]) == (Points(0), "member_forgotten")
    loyalty.cancel("o1", at=AT)
    view = loyalty.members.view("m1", at=AT)
    assert (view.paid, view.balance, view.held) == (rub(0), Points(20), Points(0))


def test_B2_a_correction_counts_from_when_an_earner_was_credited(life):
    """The referrer's account was ahead: their points have another date, and nothing has changed."""
    loyalty = life(**INVITES, expiry={"after": "P7D"})
    loyalty.codes.issue("i1", "m9", code="D48M", at=AT)
    loyalty.members.adjust("a1", "m9", Points(1), at=AT + 3 * DAY)
    loyalty.settle(ride(), at=AT, referral_code="D48M")
    before = statement(loyalty, AT + 5 * DAY, member="m9")
    loyalty.correct("c1", "o1", at=AT + 5 * DAY, price=rub("412.00"))
    assert statement(loyalty, AT + 5 * DAY, member="m9") == before


def test_G9_a_price_mistold_below_the_minimum_can_be_corrected(life):
    """The reward comes with the correction, once."""
    loyalty = life(invitation=[{"referee_points": 100, "referrer_points": 50, "minimum": "200"}])
    loyalty.codes.issue("i1", "m9", code="D48M", at=AT)
    loyalty.place(ride(None), at=AT, referral_code="D48M")
    loyalty.complete("o1", at=AT, price=rub("41.20"))
    assert points_of(loyalty, "m1", "m9") == [0, 0]
    loyalty.correct("c1", "o1", at=AT, price=rub("412.00"))
    assert points_of(loyalty, "m1", "m9") == [100, 50]
    loyalty.settle(ride(id="o2"), at=AT)
    assert points_of(loyalty, "m1", "m9") == [100, 50]


def test_R4_a_code_named_where_the_program_doesnt_run_is_not_used_up(life):
    """It does nothing there."""
    rules = {"branches": [{"id": "north"}], **INVITES}
    loyalty = life(**rules)
    loyalty.codes.issue("i1", "m9", code="D48M", at=AT)
    loyalty.place(ride(branch="south"), at=AT, referral_code="D48M")
    assert loyalty.members.view("m1", at=AT).referrer is None
    loyalty.settle(ride(id="o2", branch="north"), at=AT, referral_code="D48M")
    assert points_of(loyalty, "m1", "m9") == [100, 50]


@pytest.mark.parametrize("call", ["quote", "place", "settle"])
def test_T6_text_that_is_no_text_stops_no_order(loyalty, call):
    """Half a surrogate pair, as JSON lets one write it."""
    told = getattr(loyalty, call)(ride(), at=AT, referral_code="\ud800", promo_code="\ud800")
    assert why(told) == ["code_malformed", "code_malformed"]


def test_G9_a_late_order_brings_by_its_own_code_and_not_by_one_named_since(loyalty):
    """Both orders timed out; the first is completed after all."""
    loyalty.codes.issue("i2", "m8", code="M8M8", at=AT)
    loyalty.place(ride(), at=AT, referral_code="D48M")
    loyalty.place(ride(id="o2"), at=AT + 8 * DAY, referral_code="M8M8")
    late = AT + 20 * DAY
    loyalty.complete("o1", at=late)
    assert points_of(loyalty, "m1", "m9", "m8", at=late) == [100, 50, 0]
    assert loyalty.members.view("m1", at=late).referrer == "m9"


@pytest.mark.parametrize("call", ["settle", "complete"])
def test_G9_a_joined_friends_first_order_mistold_below_the_minimum_can_be_corrected(life, call):
    """However it was completed; and no later order is the first."""
    loyalty = life(invitation=[{"referee_points": 100, "referrer_points": 50, "minimum": "200"}])
    loyalty.codes.issue("i1", "m9", code="D48M", at=AT)
    loyalty.members.join("m1", referral_code="D48M", at=AT)
    if call == "complete":
        loyalty.place(ride("41.20"), at=AT)
        loyalty.complete("o1", at=AT)
    else:
        loyalty.settle(ride("41.20"), at=AT)
    assert points_of(loyalty, "m1", "m9") == [0, 0]
    loyalty.correct("c1", "o1", at=AT, price=rub("412.00"))
    loyalty.settle(ride(id="o2"), at=AT)
    assert points_of(loyalty, "m1", "m9") == [100, 50]
