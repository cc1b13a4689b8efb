"""How well referrals worked (T7): who was brought, by whose code, with what effect."""

from __future__ import annotations

import pytest

from loyaltykit import Loyalty, Money, NaiveMoment, OpeningMember, Points, Program, ReferralRow
from tests.operations.support import AT, BASE, DAY, city, ride, rub
from tests.reports.support import figures, issued

INVITES = {"invitation": [{"referee_points": 100, "referrer_points": 50}]}
SHARES = {"customer_referrer": "40", "customer": "40", "worker_referrer": "20"}
SPLIT = {"referral_split": [{"percent": "10", "shares": SHARES}]}
NUMBERS = ("invited", "first_orders", "orders", "turnover", "referrer_points", "referee_points")


@pytest.fixture
def loyalty(life):
    """Give a program with invitations, and m7 and m8 who pass on D48M and 7KQX."""
    made = life(**INVITES)
    for member, code in (("m7", "D48M"), ("m8", "7KQX")):
        made.codes.issue(member, member, code=code, at=AT)
    return made


def brought(loyalty, member, code="D48M", *, at=AT, price="400.00"):
    """Have *member* complete a first order with a friend's *code*."""
    return loyalty.settle(ride(price, id=f"first of {member}", customer=member), at=at, referral_code=code)


def told(loyalty, at=AT, **bounds):
    """Give the rows of the report as plain figures, with the total behind them."""
    report = loyalty.reports.referrals(at=at, **bounds)
    rows = [(row.referrer, row.code, *figures(row, *NUMBERS)) for row in report.rows]
    return [*rows, figures(report.total, *NUMBERS)]


def test_T7_what_each_code_brought(loyalty):
    """The largest turnover first; orders of whom nobody brought are no part of it."""
    brought(loyalty, "m1", "7KQX", price="100.00")
    brought(loyalty, "m2")
    loyalty.settle(ride("50.00", id="second", customer="m2"), at=AT)
    loyalty.settle(ride("999.00", id="alone", customer="m3"), at=AT)
    assert told(loyalty) == [
        ("m7", "D48M", "1", "1", "2", "450.00", "50", "100"),
        ("m8", "7KQX", "1", "1", "1", "100.00", "50", "100"),
        ("2", "2", "3", "550.00", "100", "200"),
    ]


def test_T7_nothing_is_an_empty_report(loyalty):
    """Zero rows aren't an error, and the total is nothing."""
    report = loyalty.reports.referrals(at=AT)
    nothing = Money(0, "RUB"), Points(0)
    assert report.rows == ()
    assert report.total == ReferralRow(
        referrer=None,
        code=None,
        invited=0,
        first_orders=0,
        orders=0,
        turnover=nothing[0],
        referrer_points=nothing[1],
        referee_points=nothing[1],
    )


def test_T7_equal_turnovers_stand_by_referrer_and_code(loyalty):
    """One member may pass on several codes."""
    loyalty.codes.issue("another", "m7", code="AAAA", at=AT)
    for member, code in (("m1", "7KQX"), ("m2", "D48M"), ("m3", "AAAA")):
        brought(loyalty, member, code)
    assert [row[:2] for row in told(loyalty)[:3]] == [("m7", "AAAA"), ("m7", "D48M"), ("m8", "7KQX")]


def test_T7_a_code_whose_order_is_under_way_has_brought_nobody_yet(loyalty):
    """Nor one that was cancelled."""
    for name in ("o1", "o2"):
        loyalty.place(ride(id=name, customer=name), at=AT, referral_code="D48M")
    loyalty.cancel("o1", at=AT)
    assert told(loyalty) == [("0", "0", "0", "0.00", "0", "0")]


def test_T7_a_first_order_whose_invitation_gives_nothing(life):
    """
    It's the first of whoever joined before, and of whoever was tied to it. A code that does nothing brings nobody.
    """
    loyalty = life(invitation=[INVITES["invitation"][0] | {"minimum": "300"}])
    loyalty.codes.issue("i", "m7", code="D48M", at=AT)
    loyalty.members.join("m1", at=AT, referral_code="D48M")
    loyalty.settle(ride("299.00"), at=AT)
    brought(loyalty, "m2", price="299.00")
    assert told(loyalty)[0] == ("m7", "D48M", "1", "1", "1", "299.00", "0", "0")
    loyalty.place(ride(None, id="o3", customer="m3"), at=AT, referral_code="D48M")
    loyalty.complete("o3", at=AT, price=rub("299.00"))
    rows = loyalty.reports.invited(at=AT).rows
    assert [(row.member, *figures(row, *NUMBERS[2:])) for row in rows] == [
        ("m1", "1", "299.00", "0", "0"),
        ("m3", "1", "299.00", "0", "0"),
    ]
    assert told(loyalty)[0] == ("m7", "D48M", "2", "2", "2", "598.00", "0", "0")


def test_T7_what_a_friend_got_though_whoever_brought_them_is_forgotten(loyalty, repository):
    """The promise stood; nobody brought them any more, so there's no row for it."""
    loyalty.place(ride(), at=AT, referral_code="D48M")
    loyalty.members.forget("m7", at=AT)
    loyalty.complete("o1", at=AT)
    assert issued(repository, "invitation") == {"m1": 100}
    assert told(loyalty) == [("0", "0", "0", "0.00", "0", "0")]


def test_T7_whoever_joined_is_invited_before_any_order(loyalty):
    """And was carried over without a code, too."""
    loyalty.members.join("m1", at=AT, referral_code="D48M")
    loyalty.members.import_members([OpeningMember(id="m2", referrer="m7")], at=AT)
    assert told(loyalty)[:2] == [
        ("m7", None, "1", "0", "0", "0.00", "0", "0"),
        ("m7", "D48M", "1", "0", "0", "0.00", "0", "0"),
    ]


def test_T7_refunds_lower_turnover_and_points(loyalty):
    """A quarter of it; then all, and the first order is none any more."""
    brought(loyalty, "m1")
    loyalty.refund("r1", "first of m1", at=AT, amount=rub("100.00"))
    assert told(loyalty)[0] == ("m7", "D48M", "1", "1", "1", "300.00", "38", "75")
    loyalty.refund("r2", "first of m1", at=AT)
    assert told(loyalty)[0] == ("m7", "D48M", "1", "0", "0", "0.00", "0", "0")
    loyalty.settle(ride("200.00", id="again", customer="m1"), at=AT)
    assert told(loyalty)[0] == ("m7", "D48M", "1", "1", "1", "200.00", "50", "100")


def test_T7_points_are_those_that_were_booked(life, repository):
    """What a clawback forgives stays given: the report agrees with the entries, not with the orders."""
    loyalty = life(**INVITES, clawback="within_balance")
    loyalty.codes.issue("i", "m7", code="D48M", at=AT)
    brought(loyalty, "m1")
    spent = loyalty.settle(ride("80.00", id="spent", customer="m1"), at=AT, redeem="all")
    assert spent.redeemed == Points(80)
    loyalty.refund("r", "first of m1", at=AT)
    assert issued(repository, "invitation") == {"m1": 80, "m7": 0}
    assert told(loyalty)[0] == ("m7", "D48M", "1", "0", "1", "80.00", "0", "80")


def test_T7_a_period_is_that_of_completion(loyalty):
    """From its start, without its end; who was invited counts whenever that was."""
    for day in range(3):
        brought(loyalty, f"m{day}", at=AT + day * DAY)
    one = ("m7", "D48M", "3", "1", "1", "400.00", "50", "100")
    assert told(loyalty, AT + 9 * DAY, start=AT + DAY, end=AT + 2 * DAY)[0] == one
    assert told(loyalty, AT)[0] == one
    assert told(loyalty, AT + DAY)[0][3] == "2"
    assert told(loyalty, AT + 9 * DAY, start=AT + 3 * DAY)[0][3:] == ("0", "0", "0.00", "0", "0")


def test_T7_a_forgotten_friend_leaves_what_they_brought(loyalty):
    """Their first order names who brought them; nobody knows any more who brought them to others."""
    brought(loyalty, "m1")
    loyalty.settle(ride("50.00", id="second", customer="m1"), at=AT)
    loyalty.members.forget("m1", at=AT)
    assert told(loyalty)[0] == ("m7", "D48M", "0", "1", "1", "400.00", "50", "100")
    loyalty.settle(ride("60.00", id="anew", customer="m1"), at=AT + DAY, referral_code="7KQX")
    assert told(loyalty, AT + DAY) == [
        ("m7", "D48M", "0", "1", "1", "400.00", "50", "100"),
        ("m8", "7KQX", "1", "1", "1", "60.00", "50", "100"),
        ("1", "2", "2", "460.00", "100", "200"),
    ]


def test_T7_a_forgotten_referrer_is_an_id(loyalty):
    """The row stays."""
    brought(loyalty, "m1")
    loyalty.members.forget("m7", at=AT)
    assert told(loyalty)[0] == ("m7", "D48M", "1", "1", "1", "400.00", "50", "100")


@pytest.fixture
def split(repository):
    """Give a program that splits 10 % of each order among customers, workers and whoever brought them."""
    loyalty = Loyalty(Program.from_dict(BASE | {"redemption": [{}]} | SPLIT), repository)
    for member, code in (("m7", "D48M"), ("m8", "7KQX")):
        loyalty.codes.issue(member, member, code=code, at=AT)
    loyalty.members.join("m1", at=AT, referral_code="D48M")
    loyalty.members.join("w1", at=AT, referral_code="7KQX")
    return loyalty


def test_T7_splits_are_points_of_referrers(split, repository):
    """Whoever brought the worker gets theirs for the worker, whose orders as a customer there are none of."""
    split.settle(ride("400.00", worker="w1"), at=AT)
    assert issued(repository, "referral_split") == {"m7": 16, "m1": 16, "m8": 8}
    assert told(split) == [
        ("m7", "D48M", "1", "1", "1", "400.00", "16", "0"),
        ("m8", "7KQX", "1", "0", "0", "0.00", "8", "0"),
        ("2", "1", "1", "400.00", "24", "0"),
    ]


def test_T7_of_a_forgotten_customer_or_worker_the_order_says_who_brought_them(split):
    """By which code, nobody knows any more."""
    split.settle(ride("400.00", worker="w1"), at=AT)
    split.settle(ride("100.00", id="o2", worker="w1"), at=AT)
    for member in ("m1", "w1"):
        split.members.forget(member, at=AT)
    assert told(split) == [
        ("m7", "D48M", "0", "1", "1", "400.00", "16", "0"),
        ("m7", None, "0", "0", "1", "100.00", "4", "0"),
        ("m8", None, "0", "0", "0", "0.00", "10", "0"),
        ("0", "1", "2", "500.00", "30", "0"),
    ]


def test_T7_a_worker_who_came_anew_and_earns_nothing_is_known_by_who_brought_them(split):
    """Their order keeps no life of theirs; once somebody else brings them, nobody knows by which code it was."""
    split.members.forget("w1", at=AT)
    split.members.join("w1", at=AT, referral_code="7KQX")
    split.settle(ride("400.00", worker="w1"), at=AT)
    assert told(split)[1] == ("m8", "7KQX", "1", "0", "0", "0.00", "8", "0")
    split.members.forget("w1", at=AT)
    split.members.join("w1", at=AT, referral_code="D48M")
    assert told(split)[:-1] == [
        ("m7", "D48M", "2", "1", "1", "400.00", "16", "0"),
        ("m8", None, "0", "0", "0", "0.00", "8", "0"),
    ]


def test_T7_an_order_without_a_customer_or_of_nobody_s_friend(split):
    """Its points are no part of the report."""
    split.settle(ride("400.00", customer=None), at=AT)
    split.settle(ride("400.00", id="o2", customer="m3", worker="w3"), at=AT)
    split.settle(ride("400.00", id="o3", customer=None, worker="w1"), at=AT)
    assert told(split) == [
        ("m7", "D48M", "1", "0", "0", "0.00", "0", "0"),
        ("m8", "7KQX", "1", "0", "0", "0.00", "8", "0"),
        ("2", "0", "0", "0.00", "8", "0"),
    ]


@pytest.fixture
def halves(repository):
    """Give a program whose splits give a half of 100 points to the worker and to those who brought others."""
    shares = {"customer_referrer": "50", "worker": "50"}
    split = {"percent": "25", "shares": shares, "scope": {"tariffs": ["eco"]}}
    thirds = {"customer_referrer": "33.5", "customer": "33", "worker_referrer": "33.5"}
    base = {"percent": "25", "name": "base", "shares": thirds}
    loyalty = Loyalty(Program.from_dict(BASE | {"redemption": [{}], "referral_split": [split, base]}), repository)
    for member, code in (("wolf", "D48M"), ("m8", "7KQX")):
        loyalty.codes.issue(member, member, code=code, at=AT)
    loyalty.members.join("m1", at=AT, referral_code="D48M")
    return loyalty


def eco(loyalty, **facts):
    return loyalty.settle(ride("400.00", **({"worker": "wolf", "tariff": "eco"} | facts)), at=AT)


def test_T7_what_a_referrer_gets_as_the_worker_is_no_effect_of_a_referral(halves, repository):
    """Wolf brought m1 and drives them: 100 points in one entry, of which 50 are the referrer's."""
    eco(halves)
    assert issued(repository, "referral_split") == {"wolf": 100}
    assert told(halves)[0] == ("wolf", "D48M", "1", "1", "1", "400.00", "50", "0")
    assert halves.reports.invited(at=AT).total.referrer_points == Points(50)


@pytest.mark.parametrize(
    ("parts", "left"), [(("4.00",), "50"), (("0.04",) * 99, "50"), (("100.00",), "38"), (("200.00", "200.00"), "0")]
)
def test_T7_of_two_roles_refunds_take_back_in_proportion(halves, parts, left):
    """Many small refunds come to what one big one does; the full one leaves nothing."""
    eco(halves)
    eco(halves, id="o2")
    for number, part in enumerate(parts):
        halves.refund(f"r{number}", "o1", at=AT, amount=rub(part))
    assert told(halves)[0][-2] == str(50 + int(left))


def test_T7_of_two_roles_corrections_count_as_they_came_out(halves, repository):
    """Up by one point and down again; another driver leaves the referrer's part alone."""
    eco(halves)
    for number, (price, points) in enumerate((("404.00", "51"), ("396.00", "50"), ("400.00", "50"), ("0.00", "0"))):
        halves.correct(f"c{number}", "o1", at=AT, price=rub(price))
        assert told(halves)[0][-2] == points
    halves.correct("back", "o1", at=AT, price=rub("400.00"))
    halves.correct("driver", "o1", at=AT, worker="w2")
    assert issued(repository, "referral_split") == {"wolf": 50, "w2": 50}
    assert told(halves)[0][-2] == "50"


def test_T7_who_brought_both_gets_each_part_for_whom_it_is(halves, repository):
    """34 for the customer and 33 for the worker, in one entry."""
    halves.members.join("w1", at=AT, referral_code="D48M")
    halves.settle(ride("400.00", worker="w1"), at=AT)
    assert issued(repository, "base") == {"wolf": 67, "m1": 33}
    rows = halves.reports.invited(at=AT).rows
    assert [(row.member, row.referrer_points.minor) for row in rows] == [("m1", 34), ("w1", 33)]


def test_T7_a_customer_who_brought_the_worker(halves, repository):
    """Of 100 points 33 are for the worker."""
    halves.members.join("w1", at=AT, referral_code="7KQX")
    halves.settle(ride("400.00", worker="w1", customer="m8"), at=AT)
    assert issued(repository, "base") == {"m8": 100}
    assert told(halves)[0] == ("m8", "7KQX", "1", "0", "0", "0.00", "33", "0")


def test_T7_a_referrer_who_was_forgotten_and_drives_again_is_a_worker_alone(halves, repository):
    """The order says that nobody brought its customer; it counts for the id that once did."""
    halves.members.forget("wolf", at=AT)
    eco(halves)
    assert issued(repository, "referral_split") == {"wolf": 50, "m1": 50}
    assert told(halves)[0] == ("wolf", "D48M", "1", "0", "1", "400.00", "0", "0")


def test_T7_a_member_who_drives_themselves_earns_as_the_customer(halves):
    """And whoever brought them as the customer's referrer."""
    halves.settle(ride("400.00", worker="m1"), at=AT)
    assert told(halves)[0] == ("wolf", "D48M", "1", "1", "1", "400.00", "34", "0")


def test_T7_of_two_roles_what_a_clawback_forgives_is_shared(repository):
    """Of what the order gives no more, half is left to each."""
    shares = {"customer_referrer": "50", "worker": "50"}
    split = {"percent": "25", "shares": shares, "minimum": "300"}
    rules = {"redemption": [{}], "referral_split": [split], "clawback": "within_balance"}
    loyalty = Loyalty(Program.from_dict(BASE | rules), repository)
    loyalty.codes.issue("i", "wolf", code="D48M", at=AT)
    loyalty.members.join("m1", at=AT, referral_code="D48M")
    loyalty.settle(ride("400.00", worker="wolf"), at=AT)
    loyalty.settle(ride("40.00", id="o2", customer="wolf"), at=AT, redeem="all")
    loyalty.correct("c", "o1", at=AT, price=rub("299.00"))
    assert issued(repository, "referral_split") == {"wolf": 40}
    assert told(loyalty)[0][-2] == "20"


def test_T7_each_member_who_was_brought(loyalty):
    """By referrer, code and member."""
    brought(loyalty, "m2")
    brought(loyalty, "m1")
    loyalty.members.join("m5", at=AT, referral_code="7KQX")
    report = loyalty.reports.invited(at=AT)
    numbers = ("orders", "turnover", "referrer_points", "referee_points")
    assert [(row.member, row.referrer, row.code, *figures(row, *numbers)) for row in report.rows] == [
        ("m1", "m7", "D48M", "1", "400.00", "50", "100"),
        ("m2", "m7", "D48M", "1", "400.00", "50", "100"),
        ("m5", "m8", "7KQX", "0", "0.00", "0", "0"),
    ]
    assert (report.total.member, *figures(report.total, *numbers)) == (None, "2", "800.00", "100", "200")
    assert loyalty.reports.invited(at=AT, start=AT + DAY).total.orders == 0


def test_T7_orders_of_an_earlier_revision_count_by_its_rules(repository):
    """Rules had other names then."""
    before = city(invitation=[{"name": "friends", "referee_points": 10}])
    loyalty = Loyalty(before, repository)
    loyalty.codes.issue("i", "m7", code="D48M", at=AT)
    brought(loyalty, "m1")
    later = Loyalty(city(**INVITES), repository)
    brought(later, "m2")
    assert told(later) == [("m7", "D48M", "2", "2", "2", "800.00", "50", "110"), ("2", "2", "2", "800.00", "50", "110")]


def test_T7_only_this_program_s_orders(repository):
    """Programs may share a store."""
    other = Loyalty(Program.from_dict(city(**INVITES).to_dict() | {"id": "other"}), repository)
    other.codes.issue("i", "m7", code="D48M", at=AT)
    brought(other, "m1")
    assert told(Loyalty(city(**INVITES), repository))[:-1] == []


def test_T7_moments_have_a_time_zone(loyalty):
    """As everywhere."""
    for bounds in ({"at": AT.replace(tzinfo=None)}, {"at": AT, "start": AT.replace(tzinfo=None)}):
        with pytest.raises(NaiveMoment):
            loyalty.reports.referrals(**bounds)
