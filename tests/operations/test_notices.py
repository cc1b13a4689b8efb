"""Notices: made in the commit that causes them, once, for whoever agreed, and kept until they're acknowledged (S7)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest

from loyaltykit import (
    InvalidValue,
    Loyalty,
    NaiveMoment,
    Notice,
    OpeningMember,
    Points,
    Program,
    Revisions,
)
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.documents import member as member_document
from loyaltykit.operations import set_consent
from tests.operations.support import AT, BASE, DAY, HOUR, city, due_of, everything, give, keys_of, ride, rub

CREDITED = {"kind": "points_credited"}
ADJUSTED = {"kind": "points_adjusted"}
EXPIRING = {"kind": "points_will_expire", "ahead": 7}
MOSCOW = ZoneInfo("Europe/Moscow")


def told(loyalty, at=AT, **page):
    """Give what waits: (member, notice)."""
    return [(each.member, each.notice) for each in loyalty.notices.waiting(at=at, **page).notices]


def kinds(loyalty, at=AT):
    return [notice.code for _, notice in told(loyalty, at)]


def credited(points, balance=None):
    return Notice("points_credited", points=Points(points), balance=Points(points if balance is None else balance))


def expiring(points, day):
    return Notice("points_will_expire", points=Points(points), until=datetime(2026, *day, tzinfo=MOSCOW))


def run_all(loyalty, at):
    """Sweep all that's due, and see that none was skipped and nothing is left."""
    run = loyalty.run_due(at=at)
    assert (run.skipped, run.after) == ((), None)
    assert loyalty.run_due(at=at).done == 0
    return run.done


@pytest.fixture
def agreed(life):
    """Give what makes a `Loyalty` in which m1 has agreed to marketing."""

    def made(*notices, **rules):
        loyalty = life(notice=list(notices), **rules)
        assert loyalty.members.set_consent("m1", agreed=True, at=AT - DAY) is True
        return loyalty

    return made


# What is credited


def test_S7_points_that_are_credited_are_told(agreed):
    """With the balance that they come to, at their moment."""
    loyalty = agreed(CREDITED)
    give(loyalty, 41)
    give(loyalty, 9, at=AT + HOUR, order="o2")
    assert told(loyalty) == [("m1", credited(41))]
    assert told(loyalty, AT + HOUR) == [("m1", credited(41)), ("m1", credited(9, 50))]
    (first, second) = loyalty.notices.waiting(at=AT + HOUR).notices
    assert (first.at, second.at) == (AT, AT + HOUR)
    assert (first.id != second.id, first.code) == (True, None)


def test_S7_the_same_call_again_tells_nothing_twice(agreed):
    """A repeated webhook finds its receipt."""
    loyalty = agreed(CREDITED)
    for _ in range(3):
        give(loyalty, 41)
    assert told(loyalty) == [("m1", credited(41))]


def test_S7_awards_of_one_order_are_told_as_one(agreed):
    """As the member sees it."""
    loyalty = agreed(CREDITED, first_app_order=[{"points": 100}])
    give(loyalty, 41, order="o1")
    loyalty.settle(ride("10", id="o2", tariff="gift", channel="app"), at=AT)
    assert [notice.points for _, notice in told(loyalty)] in ([Points(41), Points(110)], [Points(110), Points(41)])


@pytest.mark.parametrize("swept", [True, False])
def test_S7_a_delayed_award_is_told_once_it_is_credited(agreed, swept):
    """By the sweep, or by whatever opens the member first; at the moment when it was due, however late that was."""
    loyalty = agreed(CREDITED, cashback=[{"points": 30, "delay": "PT3H", "scope": {"tariffs": ["slow"]}}])
    loyalty.settle(ride(tariff="slow"), at=AT)
    assert told(loyalty, AT + 2 * DAY) == []
    if swept:
        run_all(loyalty, AT + 2 * DAY)
    else:
        loyalty.settle(ride("10", id="o2", tariff="none"), at=AT + 2 * DAY)
    (one,) = loyalty.notices.waiting(at=AT + 2 * DAY).notices
    assert (one.at, one.notice) == (AT + 3 * HOUR, credited(30))
    run_all(loyalty, AT + 3 * DAY)
    assert len(told(loyalty, AT + 3 * DAY)) == 1


def test_S7_what_only_looks_tells_nothing(agreed):
    """A view, a statement and a quote are no commits."""
    loyalty = agreed(CREDITED, cashback=[{"points": 30, "delay": "PT3H", "scope": {"tariffs": ["slow"]}}])
    loyalty.settle(ride(tariff="slow"), at=AT)
    late = AT + DAY
    loyalty.members.view("m1", at=late)
    loyalty.members.statement("m1", at=late)
    loyalty.quote(ride(id="o2"), at=late)
    assert told(loyalty, late) == []


def test_S7_what_is_taken_back_is_no_credit(agreed):
    """Nor is a correction that takes more than it gives; one that gives more tells the difference."""
    loyalty = agreed(CREDITED)
    give(loyalty, 100)
    loyalty.correct("c1", "gift", at=AT, price=rub(60))
    assert told(loyalty) == [("m1", credited(100))]
    loyalty.correct("c2", "gift", at=AT + HOUR, price=rub(75))
    loyalty.refund("r1", "gift", at=AT + HOUR)
    assert told(loyalty, AT + HOUR)[1:] == [("m1", credited(15, 75))]


def test_S7_what_a_correction_adds_to_an_award_that_has_expired_is_no_credit(agreed):
    """It was told as credited, though nobody could spend it."""
    loyalty = agreed(CREDITED, expiry={"after": "P60D"})
    give(loyalty, 380)
    late = AT + 70 * DAY
    assert loyalty.correct("c1", "gift", at=late, price=rub(412)).awards[0].points == Points(412)
    assert told(loyalty, late) == [("m1", credited(380))]


def test_S7_all_who_earn_by_an_order_are_told(repository):
    """Each for their own."""
    split = {"percent": 10, "shares": {"customer": 50, "worker": 50}, "scope": {"branches": ["b"]}}
    program = BASE | {"id": "split", "redemption": [{}], "referral_split": [split]}
    program |= {"notice": [CREDITED | {"consent": False}]}
    loyalty = Loyalty(Program.from_dict(program), repository)
    loyalty.settle(ride("100", branch="b", worker="w7"), at=AT)
    assert dict(told(loyalty)) == {"m1": credited(5), "w7": credited(5)}


# Consent


def test_S7_without_consent_nothing_is_told(life):
    """Where the kind needs it; it's judged when the notice is made: consent given later tells nothing of before."""
    loyalty = life(notice=[CREDITED])
    give(loyalty, 41)
    loyalty.members.set_consent("m1", agreed=True, at=AT)
    assert told(loyalty) == []
    give(loyalty, 9, order="o2")
    assert told(loyalty) == [("m1", credited(9, 50))]
    loyalty.members.set_consent("m1", agreed=False, at=AT + HOUR)
    give(loyalty, 1, at=AT + HOUR, order="o3")
    assert told(loyalty, AT + HOUR) == []


def test_S7_a_kind_may_need_no_consent(life):
    """If the program says so."""
    loyalty = life(notice=[CREDITED | {"consent": False}])
    give(loyalty, 41)
    assert told(loyalty) == [("m1", credited(41))]


def test_S7_a_kind_that_is_off_is_never_told(agreed, repository):
    """Nothing of it is stored."""
    loyalty = agreed(EXPIRING, expiry={"after": "P60D"})
    give(loyalty, 41)
    loyalty.members.adjust("a1", "m1", Points(5), at=AT)
    assert told(loyalty) == []
    assert not any(json.loads(key)[1] == "notice" for key in keys_of(repository))


def test_S7_consent_is_what_was_said_last(life, repository):
    """In whatever order it arrives; the same call again writes nothing."""
    loyalty = life()
    consent = loyalty.members.set_consent
    assert loyalty.members.view("m1", at=AT).consent is None
    assert consent("m1", agreed=True, at=AT) is True
    before = everything(repository)
    assert consent("m1", agreed=True, at=AT) is True
    assert everything(repository) == before
    assert consent("m1", agreed=False, at=AT + HOUR) is False
    assert consent("m1", agreed=True, at=AT + HOUR - timedelta(microseconds=1)) is False
    assert loyalty.members.view("m1", at=AT + HOUR).consent is False
    assert consent("m1", agreed=True, at=AT + HOUR) is True


@pytest.mark.parametrize("said", [*permutations([(1, True), (2, False), (3, True), (4, False)])])
def test_S7_consent_is_the_same_whatever_comes_late(said):
    """What is said again counts from then on: a yes that comes late is older than a no that was repeated."""
    loyalty = Loyalty(city(), MemoryRepository())
    for hour, agreed in said:
        loyalty.members.set_consent("m1", agreed=agreed, at=AT + hour * HOUR)
        latest = dict(said[: said.index((hour, agreed)) + 1])
        assert loyalty.members.view("m1", at=AT + DAY).consent is latest[max(latest)]


def test_S7_consent_survives_orders_and_moves_with_the_member(life):
    """An export carries it, an import brings it."""
    loyalty = life()
    loyalty.members.set_consent("m1", agreed=True, at=AT)
    loyalty.members.set_consent("m2", agreed=False, at=AT)
    give(loyalty, 41)
    give(loyalty, 41, member="m3", order="o3")
    exported = loyalty.members.export_members(at=AT).members
    assert [(each.id, each.consent) for each in exported] == [("m1", True), ("m2", False), ("m3", None)]
    again = life(notice=[CREDITED])
    run = again.members.import_members(
        [OpeningMember(id="n1", consent=True), OpeningMember(id="n2", consent=False)], at=AT
    )
    assert run.done == 2
    give(again, 5, member="n1", order="o5")
    give(again, 5, member="n2", order="o6")
    assert told(again) == [("n1", credited(5))]


def test_S7_what_waits_is_dropped_once_consent_is_withdrawn(life, repository):
    """But for the kinds that need none; of other members, whose ids begin alike, nothing is."""
    loyalty = life(notice=[CREDITED, ADJUSTED | {"consent": False}])
    for member in ("m1", "m", "m11"):
        loyalty.members.set_consent(member, agreed=True, at=AT)
        for number in range(90 if member == "m1" else 1):
            give(loyalty, 1, member=member, order=f"{member}-{number}")
        loyalty.members.adjust(f"a-{member}", member, Points(5), at=AT)
    sent = next(each for each in loyalty.notices.waiting(at=AT).notices if each.member == "m1")
    loyalty.notices.acknowledge(sent.id)
    for _ in range(2):
        loyalty.members.set_consent("m1", agreed=False, at=AT + HOUR)
        left = sorted((member, notice.code) for member, notice in told(loyalty, AT + HOUR, limit=500))
        others = [(member, code) for member in ("m", "m11") for code in ("points_adjusted", "points_credited")]
        assert left == sorted([*others, ("m1", "points_adjusted")])
    assert len([key for key in due_of(repository) if '"notice"' in key]) == 5


def test_S7_a_withdrawal_that_comes_late_drops_what_waits_only_where_it_stands(life):
    """Whoever has agreed since is told."""
    loyalty = life(notice=[CREDITED])
    loyalty.members.set_consent("m1", agreed=True, at=AT + HOUR)
    give(loyalty, 41, at=AT + HOUR)
    assert loyalty.members.set_consent("m1", agreed=False, at=AT) is True
    assert told(loyalty, AT + HOUR) == [("m1", credited(41))]


def test_S7_a_withdrawal_that_was_cut_short_is_gone_on_with(life, monkeypatch):
    """The same call again drops what was left."""
    loyalty = life(notice=[CREDITED])
    loyalty.members.set_consent("m1", agreed=True, at=AT)
    give(loyalty, 41)
    monkeypatch.setattr(set_consent, "withdraw", cut_short)
    with pytest.raises(KeyboardInterrupt):
        loyalty.members.set_consent("m1", agreed=False, at=AT + HOUR)
    assert (loyalty.members.view("m1", at=AT + HOUR).consent, kinds(loyalty, AT + HOUR)) == (False, ["points_credited"])
    monkeypatch.undo()
    loyalty.members.set_consent("m1", agreed=False, at=AT + HOUR)
    assert told(loyalty, AT + HOUR) == []


def cut_short(*_):
    raise KeyboardInterrupt


def test_S7_a_kind_that_is_told_no_more_is_dropped_as_it_needs_consent_by_itself(life):
    """A card that was bought needs none; points that were credited do."""
    rules = {"gift_card": [{"name": "ten", "face": 10, "points_price": 10}]}
    loud = life(notice=[CREDITED, {"kind": "card_bought"}], **rules)
    loud.members.set_consent("m1", agreed=True, at=AT)
    give(loud, 41)
    loud.cards.buy("c1", "ten", member="m1", at=AT)
    quiet = life(**rules)
    quiet.members.set_consent("m1", agreed=False, at=AT + HOUR)
    assert kinds(quiet, AT + HOUR) == ["card_bought"]


@pytest.mark.parametrize("wrong", [None, 1, "yes"])
def test_S7_consent_is_a_yes_or_a_no(life, repository, wrong):
    """Anything else is refused before anything is written."""
    before = everything(repository)
    with pytest.raises(InvalidValue, match="has agreed to marketing"):
        life().members.set_consent("m1", agreed=wrong, at=AT)
    with pytest.raises(NaiveMoment):
        life().members.set_consent("m1", agreed=True, at=AT.replace(tzinfo=None))
    assert everything(repository) == before
    if wrong is not None:
        with pytest.raises(InvalidValue, match="consent is True or False"):
            OpeningMember(id="m1", consent=wrong)


# Adjustments and codes


def test_S6_an_adjustment_is_told_with_its_description(agreed, repository):
    """Which stands in its note alone."""
    loyalty = agreed(ADJUSTED)
    loyalty.members.adjust("a1", "m1", Points(50), at=AT, description="Извините", operator="анна")
    loyalty.members.adjust("a2", "m1", Points(-80), at=AT + HOUR)
    loyalty.members.adjust("a3", "m1", Points(-80), at=AT + HOUR)
    figures = [(n.points, n.balance, n.description) for _, n in told(loyalty, AT + HOUR)]
    assert figures == [(Points(50), Points(50), "Извините"), (Points(-50), Points(0), "")]
    bodies = [repository.load([key])[key].body for key in keys_of(repository) if json.loads(key)[1] == "notice"]
    assert len(bodies) == 2
    assert not any("Извините" in body for body in bodies)


def test_T3_a_code_is_told_when_it_is_given(agreed):
    """By an order, by hand, or in place of another; once each, and its owner's code stands beside every notice."""
    loyalty = agreed(
        {"kind": "code_given"}, CREDITED, codes={"given": "completion"}, invitation=[{"referrer_points": 1}]
    )
    loyalty.settle(ride("10"), at=AT)
    code = loyalty.members.view("m1", at=AT).code
    assert told(loyalty) == [("m1", Notice("code_given", code=code))]
    loyalty.codes.issue("i1", "m1", at=AT)
    assert len(told(loyalty)) == 1
    loyalty.codes.issue("i2", "m1", at=AT + HOUR, code="#anna")
    assert told(loyalty, AT + HOUR)[1:] == [("m1", Notice("code_given", code="#ANNA"))]
    give(loyalty, 5, at=AT + 2 * HOUR, order="o5")
    assert loyalty.notices.waiting(at=AT + 2 * HOUR).notices[-1].code == "#ANNA"


def test_T3_members_who_are_carried_over_know_their_code(life):
    """An import tells nobody."""
    loyalty = life(notice=[{"kind": "code_given"}], codes={"length": 5})
    loyalty.members.import_members([OpeningMember(id="m1", code="#anna", consent=True)], at=AT)
    assert (told(loyalty), loyalty.members.view("m1", at=AT).code) == ([], "#ANNA")


# What will expire


def test_S7_points_are_told_of_so_many_days_before_they_expire(agreed, repository):
    """At midnight of that local day, once; it's what makes the member due."""
    loyalty = agreed(EXPIRING, expiry={"after": "P30D"})
    give(loyalty, 41)
    moment = datetime(2026, 4, 3, tzinfo=MOSCOW)
    assert due_of(repository)['["city","member","m1"]'] == moment.timestamp() * 1_000_000
    assert run_all(loyalty, moment - timedelta(microseconds=1)) == 0
    assert run_all(loyalty, moment) == 1
    (one,) = loyalty.notices.waiting(at=moment).notices
    assert (one.at, one.notice) == (moment, expiring(41, (4, 10)))
    run_all(loyalty, moment + 6 * DAY)
    assert len(told(loyalty, moment + 6 * DAY)) == 1


def test_S7_each_date_is_told_once_and_all_of_it(agreed):
    """Lots that expire together are one; points that were spent before aren't told of."""
    loyalty = agreed(EXPIRING, expiry={"after": "P30D"})
    for number, (day, points) in enumerate([(0, 10), (0, 5), (2, 7), (2, 3)]):
        give(loyalty, points, at=AT + day * DAY, order=f"o{number}")
    loyalty.settle(ride("4", id="spent"), at=AT + 3 * DAY, redeem="all")
    run_all(loyalty, AT + 23 * DAY)
    run_all(loyalty, AT + 24 * DAY)
    run_all(loyalty, AT + 29 * DAY)
    assert told(loyalty, AT + 29 * DAY) == [("m1", expiring(11, (4, 10))), ("m1", expiring(10, (4, 12)))]


def test_S7_points_that_come_back_to_a_date_that_was_told_are_not_told_again(agreed):
    """Its date was told once."""
    loyalty = agreed(EXPIRING, expiry={"after": "P30D"})
    give(loyalty, 41)
    loyalty.settle(ride("20", id="o2"), at=AT, redeem="all")
    run_all(loyalty, AT + 25 * DAY)
    loyalty.refund("r1", "o2", at=AT + 26 * DAY)
    run_all(loyalty, AT + 27 * DAY)
    assert told(loyalty, AT + 27 * DAY) == [("m1", expiring(21, (4, 10)))]


def test_S7_a_late_run_tells_what_is_still_to_come_alone(agreed):
    """Points that are gone by then need no warning."""
    loyalty = agreed(EXPIRING, expiry={"after": "P30D"})
    give(loyalty, 41)
    give(loyalty, 9, at=AT + 5 * DAY, order="o2")
    run_all(loyalty, AT + 32 * DAY)
    assert told(loyalty, AT + 32 * DAY) == [("m1", expiring(9, (4, 15)))]


def test_S7_a_run_that_is_late_by_many_dates_tells_of_none_that_has_come(agreed):
    """Though it books them in several commits, and sees the later ones still there in the first."""
    loyalty = agreed(EXPIRING, expiry={"after": "P60D"})
    for day in range(50):
        give(loyalty, 10, at=AT + day * DAY, order=f"o{day}")
    run_all(loyalty, AT + 107 * DAY)
    assert told(loyalty, AT + 107 * DAY) == [("m1", expiring(10, (6, day))) for day in (26, 27, 28)]


def test_S7_an_order_tells_what_a_late_run_would_have(agreed):
    """In its own commit, of what is left then."""
    loyalty = agreed(EXPIRING, expiry={"after": "P30D"})
    give(loyalty, 41)
    loyalty.settle(ride("20", id="o2"), at=AT + 25 * DAY, redeem="all")
    assert told(loyalty, AT + 25 * DAY) == [("m1", expiring(21, (4, 10)))]
    run_all(loyalty, AT + 26 * DAY)
    assert len(told(loyalty, AT + 26 * DAY)) == 1


def test_S7_points_that_live_shorter_than_that_are_told_of_at_once(agreed):
    """There's no earlier moment for those of a month's end."""
    loyalty = agreed(EXPIRING, expiry={"after": "P3D", "until_end_of": "month"})
    give(loyalty, 41, at=AT + 17 * DAY)
    assert told(loyalty, AT + 17 * DAY) == [("m1", expiring(41, (4, 1)))]


def test_S7_staying_away_is_told_ahead_too(agreed):
    """Of all points; whoever comes again is told of the new date, when that's near."""
    loyalty = agreed(EXPIRING, expiry={"inactivity": "P30D"})
    give(loyalty, 41)
    run_all(loyalty, AT + 25 * DAY)
    assert told(loyalty, AT + 25 * DAY) == [("m1", expiring(41, (4, 10)))]
    give(loyalty, 9, at=AT + 26 * DAY, order="o2")
    run_all(loyalty, AT + 51 * DAY)
    assert told(loyalty, AT + 51 * DAY)[1:] == [("m1", expiring(50, (5, 6)))]


def test_S7_points_that_never_expire_are_never_told_of(agreed, repository):
    """Nor are those that expired."""
    loyalty = agreed(EXPIRING, expiry={"inactivity": "P30D"})
    loyalty.members.adjust("a1", "m1", Points(5), at=AT)
    assert '["city","member","m1"]' not in due_of(repository)
    give(loyalty, 5)
    run_all(loyalty, AT + 40 * DAY)
    loyalty.members.adjust("a2", "m1", Points(5), at=AT + 40 * DAY)
    run_all(loyalty, AT + 80 * DAY)
    assert told(loyalty, AT + 80 * DAY) == []


def test_S7_who_agrees_later_is_told_of_what_is_still_to_come(life):
    """By the next run."""
    loyalty = life(notice=[EXPIRING], expiry={"after": "P30D"})
    give(loyalty, 41)
    run_all(loyalty, AT + 25 * DAY)
    assert told(loyalty, AT + 25 * DAY) == []
    loyalty.members.set_consent("m1", agreed=True, at=AT + 26 * DAY)
    run_all(loyalty, AT + 26 * DAY)
    assert told(loyalty, AT + 26 * DAY) == [("m1", expiring(41, (4, 10)))]


def test_S7_many_dates_are_told_a_few_a_commit(life, repository):
    """A program that begins to tell finds sixty of them near."""
    quiet = life(expiry={"after": "P91D"})
    quiet.members.set_consent("m1", agreed=True, at=AT)
    for day in range(12):
        give(quiet, 10 + day, at=AT + day * DAY, order=f"o{day}")
    loud = life(expiry={"after": "P91D"}, notice=[EXPIRING | {"ahead": 90}])
    at = AT + 13 * DAY
    loud.members.adjust("a1", "m1", Points(1), at=at)
    assert len(told(loud, at)) == 5
    run_all(loud, at)
    assert sorted(notice.points.minor for _, notice in told(loud, at)) == [*range(10, 22)]
    assert len(member_document.decode("m1", repository.load([KEY])[KEY].body).warned) == 12


KEY = '["city","member","m1"]'


def test_S7_a_program_that_tells_no_more_wakes_nobody(life):
    """Once, to note that there's nothing to tell."""
    loud = life(expiry={"after": "P30D"}, notice=[EXPIRING | {"consent": False}])
    give(loud, 41)
    quiet = life(expiry={"after": "P30D"})
    assert run_all(quiet, AT + 25 * DAY) == 1
    assert run_all(quiet, AT + 26 * DAY) == 0
    assert told(quiet, AT + 26 * DAY) == []


def test_S7_days_are_counted_by_the_programs_clocks(repository):
    """Midnight of Berlin is an hour later before the clocks go forward on 29 March."""
    program = city(expiry={"after": "P30D"}, notice=[EXPIRING | {"consent": False}]).to_dict()
    loyalty = Loyalty(Program.from_dict(program | {"time_zone": "Europe/Berlin"}), repository)
    give(loyalty, 41, at=datetime(2026, 3, 3, 12, tzinfo=UTC))
    told_at = datetime(2026, 3, 26, 23, tzinfo=UTC)
    assert run_all(loyalty, told_at - timedelta(seconds=1)) == 0
    assert run_all(loyalty, told_at) == 1
    ((_, notice),) = told(loyalty, told_at)
    assert notice.until == datetime(2026, 4, 3, tzinfo=ZoneInfo("Europe/Berlin"))
    assert str(notice) == "41 points can be spent until 2026-04-03 00:00:00+02:00"


def test_S7_near_the_first_day_of_the_calendar_there_is_no_day_before(repository):
    """What can't be told earlier is told at once."""
    program = city(
        expiry={"after": "P61D", "until_end_of": "month"}, notice=[EXPIRING | {"ahead": 90, "consent": False}]
    )
    loyalty = Loyalty(program, repository)
    first = datetime(1, 1, 3, tzinfo=UTC)
    give(loyalty, 41, at=first)
    assert kinds(loyalty, first) == ["points_will_expire"]


# What waits


def test_S7_notices_wait_page_by_page(agreed):
    """The earliest first, whatever the page's size; other due documents take no place."""
    loyalty = agreed(CREDITED, expiry={"after": "P2D"})
    for number in range(7):
        give(loyalty, 1 + number, at=AT + number * HOUR, order=f"o{number}")
        give(loyalty, 1, at=AT + number * HOUR, member=f"x{number}", order=f"x{number}")
    late = AT + 5 * DAY
    points = [Points(1 + number) for number in range(7)]
    for limit in (1, 2, 3, 7, 8, 100):
        found, after = [], None
        while True:
            page = loyalty.notices.waiting(at=late, after=after, limit=limit)
            found += [each.notice.points for each in page.notices]
            assert len(page.notices) == limit or page.after is None
            if page.after is None:
                break
            after = page.after
        assert found == points
    assert len(told(loyalty, AT + 2 * HOUR)) == 3
    with pytest.raises(InvalidValue):
        loyalty.notices.waiting(at=AT, limit=0)


def test_S7_a_notice_waits_until_it_is_acknowledged(agreed, repository):
    """One or several at once; the same call again does nothing, and a crash after sending sends it once more."""
    loyalty = agreed(CREDITED)
    for number in range(100):
        give(loyalty, 1, at=AT + number * HOUR, order=f"o{number}")
    late = AT + 5 * DAY
    ids = [each.id for each in loyalty.notices.waiting(at=late).notices]
    loyalty.notices.acknowledge(ids[0])
    assert len(told(loyalty, late)) == 99
    before = everything(repository)
    loyalty.notices.acknowledge(ids[0])
    loyalty.notices.acknowledge()
    assert everything(repository) == before
    loyalty.notices.acknowledge(*ids, ids[3])
    assert told(loyalty, late) == []
    assert not [key for key in due_of(repository) if json.loads(key)[1] == "notice"]


@pytest.mark.parametrize("wrong", ["n1", 7, '["city","member","m1"]', '["elsewhere","notice","m1","x-1"]'])
def test_S7_what_is_no_notice_cant_be_acknowledged(agreed, repository, wrong):
    """Nor can anything that's named beside it."""
    loyalty = agreed(CREDITED)
    give(loyalty, 1)
    before = everything(repository)
    with pytest.raises(InvalidValue, match=r"the id that notices\.waiting gives"):
        loyalty.notices.acknowledge(loyalty.notices.waiting(at=AT).notices[0].id, wrong)
    assert everything(repository) == before


def test_S7_a_notice_waits_for_ninety_days(agreed, repository):
    """Then it's told no more, dropped or not; a run drops it, and leaves alone those that wait."""
    loyalty = agreed(CREDITED)
    give(loyalty, 41)
    give(loyalty, 9, at=AT + DAY, order="o2")
    last = AT + 90 * DAY - timedelta(microseconds=1)
    assert len(told(loyalty, last)) == 2
    assert run_all(loyalty, last) == 0
    assert told(loyalty, AT + 90 * DAY) == [("m1", credited(9, 50))]
    assert run_all(loyalty, AT + 90 * DAY) == 1
    assert len([key for key in due_of(repository) if json.loads(key)[1] == "notice"]) == 1
    assert loyalty.notices.waiting(at=AT + DAY).notices[0].notice == credited(9, 50)


def test_S7_programs_that_share_a_store_tell_their_own(life, repository):
    """Each by its id."""
    loyalty = life(notice=[CREDITED | {"consent": False}])
    other = Loyalty(
        Program.from_dict(city(notice=[CREDITED | {"consent": False}]).to_dict() | {"id": "town"}), repository
    )
    give(loyalty, 41)
    give(other, 9, order="o2")
    assert (told(loyalty), told(other)) == ([("m1", credited(41))], [("m1", credited(9))])


def test_S7_forgetting_erases_what_was_to_be_told(agreed, repository):
    """And the consent; nobody else's."""
    loyalty = agreed(CREDITED, ADJUSTED)
    loyalty.members.set_consent("m2", agreed=True, at=AT)
    give(loyalty, 41)
    give(loyalty, 9, member="m2", order="o2")
    loyalty.members.adjust("a1", "m1", Points(5), at=AT, description="Извините")
    loyalty.members.forget("m1", at=AT + HOUR)
    assert told(loyalty, AT + HOUR) == [("m2", credited(9))]
    assert loyalty.members.view("m1", at=AT + HOUR).consent is None
    give(loyalty, 41, at=AT + HOUR, order="o3")
    assert len(told(loyalty, AT + HOUR)) == 1
    mine = [key for key in keys_of(repository) if json.loads(key)[1:3] == ["notice", "m1"]]
    assert (len(mine), {repository.load([key])[key].body for key in mine}) == (2, {None})


def test_S7_a_revision_decides_from_its_moment_on(repository):
    """Whatever an order was placed under: what's told is of now."""
    quiet = city()
    loud = Program.from_dict(
        quiet.to_dict() | {"in_force_from": "2026-03-12", "notice": [CREDITED | {"consent": False}]}
    )
    loyalty = Loyalty(Revisions((quiet, loud)), repository)
    loyalty.place(ride("41", tariff="gift"), at=AT)
    give(loyalty, 9)
    assert told(loyalty) == []
    loyalty.complete("o1", at=AT + 5 * DAY)
    assert told(loyalty, AT + 5 * DAY) == [("m1", credited(41, 50))]


def test_S7_figures_have_the_digits_of_the_program(life):
    """As balances do."""
    loyalty = life(notice=[CREDITED | {"consent": False}], digits=2)
    give(loyalty, "41.50")
    ((_, notice),) = told(loyalty)
    assert str(notice) == "41.50 points credited: the balance is 41.50 points"
