"""Import and export: members are carried over from another system, and out again (R6)."""

from __future__ import annotations

from functools import partial

import pytest

from loyaltykit import (
    ExportPage,
    ImportRun,
    InvalidValue,
    Loyalty,
    MixedUnits,
    Money,
    NaiveMoment,
    OpeningMember,
    Points,
    StoreUnavailable,
)
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.operations.link_member import link_member
from loyaltykit.testing.schedules import check_every_schedule, stepwise
from tests.operations.support import (
    AT,
    DAY,
    HOUR,
    account_of,
    balance,
    city,
    entries_of,
    everything,
    give,
    ride,
    rub,
    statement,
)

FULL = OpeningMember(
    id="m1",
    lots=[(Points(300), AT + 30 * DAY), (Points(50), None)],
    visits=12,
    sold=rub(5000),
    paid=rub(4800),
    channels=["app", "phone"],
)

GONE = "the store is gone"


def imported(loyalty, *members, at=AT):
    return loyalty.members.import_members(members, at=at)


def exported(loyalty, at=AT, limit=100):
    """Give all members, page by page."""
    members, after = [], None
    while True:
        page = loyalty.members.export_members(at=at, after=after, limit=limit)
        members += page.members
        after = page.after
        if after is None:
            return members


def test_R6_what_a_member_had_is_there(life, repository):
    """Points with their dates, and what lies behind; booked from the program's account ``opening``."""
    loyalty = life(expiry={"after": "P60D"})
    assert imported(loyalty, FULL) == ImportRun(1, ())
    view = loyalty.members.view("m1", at=AT)
    assert (view.balance, view.next_expiry.at, view.next_expiry.points) == (Points(350), AT + 30 * DAY, Points(300))
    assert (view.visits, view.sold, view.paid) == (12, rub(5000), rub(4800))
    assert [(line.kind, line.points.minor) for line in statement(loyalty, AT)] == [("opening", 350)]
    assert [entry.amount for entry in entries_of(repository, '["city","opening"]')] == [-350]


def test_R6_they_are_spent_like_any_other(life, repository):
    """Those that expire first."""
    loyalty = life()
    imported(loyalty, FULL)
    assert loyalty.settle(ride(), at=AT, redeem=Points(320)).redeemed == Points(320)
    assert [amount for _, _, amount in account_of(repository).lots] == [30]


def test_G6_channels_are_part_of_what_lies_behind(life):
    """Whoever has ordered by app elsewhere has had a first app order."""
    loyalty = life(first_app_order=[{"points": 100}])
    imported(loyalty, FULL, OpeningMember(id="m2", visits=3, channels=["phone"]))
    assert loyalty.settle(ride(channel="app"), at=AT).awards == ()
    assert loyalty.settle(ride(id="o2", customer="m2", channel="app"), at=AT).awards[0].points == Points(100)
    loyalty.refund("r1", "o1", at=AT)
    assert loyalty.settle(ride(id="o3", channel="app"), at=AT).awards == ()


def test_R6_a_member_without_points(life, repository):
    """There's nothing to book."""
    loyalty = life()
    assert imported(loyalty, OpeningMember(id="m1", visits=3)).done == 1
    assert (loyalty.members.view("m1", at=AT).visits, entries_of(repository)) == (3, [])


def test_R6_out_and_in_again_is_the_same(life):
    """A base that's exported and imported elsewhere is exported there as it was."""
    loyalty = life()
    imported(loyalty, FULL, OpeningMember(id="m2"), OpeningMember(id="м3", lots=[(Points(1), AT + HOUR)]))
    members = exported(loyalty)
    assert members[0] == FULL
    assert [member.id for member in members] == ["m1", "m2", "м3"]
    other = Loyalty(city(id="town"), MemoryRepository())
    assert imported(other, *members) == ImportRun(3, ())
    assert exported(other) == members


def test_R6_a_member_is_exported_as_of_a_moment(life):
    """What has expired by then isn't there; held points, debts and what's to come aren't part of it."""
    loyalty = life(cashback=[{"percent": 50, "delay": "P2D"}])
    imported(loyalty, FULL)
    loyalty.place(ride(), at=AT, redeem=Points(20))
    loyalty.settle(ride("400", id="o2"), at=AT)
    assert exported(loyalty)[0].lots == ((Points(280), AT + 30 * DAY), (Points(50), None))
    later = exported(loyalty, at=AT + 31 * DAY)[0]
    assert later.lots == ((Points(50 + 200 + 20 - 20), None),)
    assert (later.visits, later.sold) == (13, rub(5400))


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7, 8, 100])
def test_R6_pages_of_any_size(life, limit):
    """Each member once; who was forgotten isn't there."""
    loyalty = life()
    imported(loyalty, *[OpeningMember(id=f"m{number}", visits=number) for number in range(7)])
    loyalty.members.forget("m3", at=AT)
    assert [member.visits for member in exported(loyalty, limit=limit)] == [0, 1, 2, 4, 5, 6]


def test_R6_an_empty_base(life):
    """It's one empty page."""
    assert life().members.export_members(at=AT) == ExportPage((), None)


def test_R6_another_programs_members_arent_exported(repository):
    """Programs share a store without meeting."""
    here, there = Loyalty(city(), repository), Loyalty(city(id="town"), repository)
    imported(here, FULL)
    assert (len(exported(here)), len(exported(there))) == (1, 0)


def test_R6_a_member_who_is_known_is_skipped(life, repository):
    """With the reason; nothing of theirs is touched, now or the next time."""
    loyalty = life()
    give(loyalty, 7)
    before = everything(repository)[1:]
    for _ in range(2):
        run = imported(loyalty, FULL, OpeningMember(id="m2"))
        (skipped,) = run.skipped
        assert (run.done, skipped.member, skipped.reason.code) == (1, "m1", "member_known")
    assert (everything(repository)[1:], balance(loyalty, AT)) == (before, Points(7))


def test_R6_the_same_import_again_does_nothing_twice(life, repository):
    """At any time, whatever the members did since."""
    loyalty = life()
    imported(loyalty, FULL)
    loyalty.settle(ride(), at=AT, redeem="all")
    before = everything(repository)
    assert imported(loyalty, FULL, at=AT + DAY) == ImportRun(1, ())
    assert everything(repository) == before


def test_R6_an_import_that_was_stopped_goes_on(repository):
    """Each member is a commit of their own: those that were carried over aren't carried over again."""

    class Failing:
        def __init__(self):
            self.left = 2

        def __getattr__(self, name):
            return getattr(repository, name)

        def commit(self, change):
            if '"import"' in change.operation_id:
                self.left -= 1
                if self.left < 0:
                    raise StoreUnavailable(GONE)
            return repository.commit(change)

    members = [OpeningMember(id=f"m{number}", lots=[(Points(5), None)]) for number in range(5)]
    failing = Loyalty(city(), Failing())
    with pytest.raises(StoreUnavailable):
        failing.members.import_members(members, at=AT)
    loyalty = Loyalty(city(), repository)
    assert len(exported(loyalty)) == 2
    assert imported(loyalty, *members) == ImportRun(5, ())
    assert [member.lots for member in exported(loyalty)] == [((Points(5), None),)] * 5
    assert len(entries_of(repository, '["city","opening"]')) == 5


def test_R6_lots_of_one_date_are_one(life, repository):
    """In whatever order they're told."""
    loyalty = life()
    lots = [(Points(1), None), (Points(2), AT + DAY), (Points(3), AT + HOUR), (Points(4), AT + DAY), (Points(5), None)]
    imported(loyalty, OpeningMember(id="m1", lots=lots))
    assert [amount for _, _, amount in account_of(repository).lots] == [3, 6, 6]


def test_R6_lots_whose_date_has_passed_expire_by_time_alone(life):
    """They were carried over, and have expired: both is booked."""
    loyalty = life()
    imported(loyalty, OpeningMember(id="m1", lots=[(Points(30), AT - DAY), (Points(7), AT), (Points(5), AT + DAY)]))
    assert balance(loyalty, AT) == Points(5)
    lines = statement(loyalty, AT)
    assert [(line.kind, line.points.minor) for line in lines] == [("opening", 42), ("expired", -37)]
    assert loyalty.run_due(at=AT).skipped == ()
    assert statement(loyalty, AT)[:1] == lines[:1]
    assert balance(loyalty, AT) == Points(5)


def test_R6_a_thousand_lots(life):
    """They're held, spent, given back and expired like any others."""
    loyalty = life()
    lots = [(Points(1), AT + number * HOUR) for number in range(1, 1001)]
    imported(loyalty, OpeningMember(id="m1", lots=lots))
    loyalty.place(ride("990"), at=AT, redeem=Points(990))
    loyalty.complete("o1", at=AT)
    loyalty.refund("r1", "o1", at=AT)
    assert balance(loyalty, AT + 500 * HOUR) == Points(500)
    assert loyalty.run_due(at=AT + 500 * HOUR).skipped == ()
    assert exported(loyalty, at=AT + 500 * HOUR)[0].lots == tuple(lots[500:])


@pytest.mark.parametrize(("visits", "lapsed"), [(0, False), (1, True)])
def test_Y2_the_last_order_of_who_never_came_was_no_visit(life, visits, lapsed):
    """A sale of goods long ago: they have the level that it comes to, and don't lapse."""
    loyalty = life(tier=[{"name": "sold", "lapse_after": 60, "levels": [{"percent": "5", "sold": "5000"}]}])
    opening = OpeningMember(id="m1", visits=visits, sales=1, sold=rub(5000), last_order=AT - 90 * DAY)
    assert loyalty.members.import_members([opening], at=AT).done == 1
    view = loyalty.members.view("m1", at=AT)
    assert view.last_visit == (AT - 90 * DAY if visits else None)
    assert view.tiers[0].level == (None if lapsed else "5 %")


def test_G8_the_last_order_drives_inactivity(life):
    """Who ordered eight days ago elsewhere has two of ten left; without one, nothing drives it."""
    loyalty = life(expiry={"inactivity": "P10D"})
    lots = [(Points(5), None)]
    imported(loyalty, OpeningMember(id="m1", lots=lots, last_order=AT - 8 * DAY), OpeningMember(id="m2", lots=lots))
    ends = AT.replace(day=12, hour=21)
    assert loyalty.members.view("m1", at=AT).next_expiry.at == ends
    assert [balance(loyalty, ends, member) for member in ("m1", "m2")] == [Points(0), Points(5)]


def test_R6_points_of_digits(life):
    """Whole ones are meant as such."""
    loyalty = life(digits=2)
    imported(loyalty, OpeningMember(id="m1", lots=[(Points(5), None), (Points("0.25", digits=2), None)]))
    assert exported(loyalty)[0].lots == ((Points("5.25", digits=2), None),)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (InvalidValue, {"lots": [(Points(1), None)] * 1001}),
        (InvalidValue, {"lots": [(Points(0), None)]}),
        (InvalidValue, {"lots": [(5, None)]}),
        (InvalidValue, {"lots": [(Points.from_minor(-5, 0), None)]}),
        (NaiveMoment, {"lots": [(Points(5), AT.replace(tzinfo=None))]}),
        (InvalidValue, {"visits": -1}),
        (InvalidValue, {"visits": True}),
        (InvalidValue, {"visits": 1.0}),
        (InvalidValue, {"sold": 5000}),
        (InvalidValue, {"paid": Money.from_minor(-1, "RUB")}),
        (NaiveMoment, {"last_order": AT.replace(tzinfo=None)}),
        (InvalidValue, {"channels": [""]}),
        (InvalidValue, {"id": ""}),
        (InvalidValue, {"id": "m\n1"}),
        (InvalidValue, {"levels": [("month", "keen", None), ("month", "seen", AT)]}),
    ],
)
def test_what_is_no_opening_member_is_refused(error, told):
    """Before anything is asked of a store."""
    with pytest.raises(error):
        OpeningMember(**{"id": "m1"} | told)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (MixedUnits, {"sold": Money(1, "USD")}),
        (MixedUnits, {"paid": Money(1, "USD")}),
        (InvalidValue, {"sold": rub(10**15)}),
        (InvalidValue, {"lots": [(Points("0.5", digits=1), None)]}),
        (InvalidValue, {"lots": [(Points(10**15 + 1), None)]}),
        (InvalidValue, {"lots": [(Points(10**24), None)]}),
    ],
)
def test_what_doesnt_fit_the_program_is_refused(life, repository, error, told):
    """Bad input never leaves a trace in the store; who was carried over before stays."""
    loyalty = life()
    imported(loyalty, OpeningMember(id="m0"))
    before = everything(repository)
    with pytest.raises(error):
        imported(loyalty, OpeningMember(**{"id": "m1"} | told), OpeningMember(id="m2"))
    assert everything(repository) == before


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (InvalidValue, {"limit": 0}),
        (InvalidValue, {"limit": 1.5}),
        (NaiveMoment, {"at": AT.replace(tzinfo=None)}),
        (InvalidValue, {"after": "m1"}),
        (InvalidValue, {"after": 123}),
        (InvalidValue, {"after": '["town","member","m1"]'}),
    ],
)
def test_what_is_no_page_is_refused(life, error, told):
    """A page holds one member at least, and begins behind one of this program's."""
    members = life().members
    with pytest.raises(error):
        members.export_members(**{"at": AT} | told)
    if "after" in told:
        with pytest.raises(error, match="no cursor of this list"):
            members.recalculate_all(**{"at": AT} | told)


def test_an_import_is_at_a_moment(life):
    """One that has a zone."""
    with pytest.raises(NaiveMoment):
        imported(life(), FULL, at=AT.replace(tzinfo=None))


def test_members_of_a_generator_are_read_one_by_one(life):
    """So that a million fit."""
    loyalty, seen = life(), []

    def members():
        for number in range(3):
            seen.append(len(exported(loyalty)))
            yield OpeningMember(id=f"m{number}")

    assert loyalty.members.import_members(members(), at=AT).done == 3
    assert seen == [0, 1, 2]


def brought(loyalty, *members):
    """Give by whom each of *members* was brought, and how many they have brought."""
    views = [loyalty.members.view(member, at=AT) for member in members]
    return [(view.referrer, view.invited) for view in views]


def test_R6_a_base_is_imported_all_under_one_referrer(life):
    """But for those whose own referrer is told; the referrer counts them."""
    loyalty = life()
    loyalty.members.join("boss", at=AT)
    base = [OpeningMember(id="m1", visits=3), OpeningMember(id="m2"), OpeningMember(id="m3", referrer="m1")]
    run = loyalty.members.import_members(base, at=AT, referrer="boss")
    assert run == ImportRun(3, (), ())
    assert brought(loyalty, "m1", "m2", "m3", "boss") == [("boss", 1), ("boss", 0), ("m1", 0), (None, 2)]


def test_R6_an_import_is_linked_whatever_its_order(life):
    """Whoever has brought others already, by then, may be brought, too."""
    loyalty = life()
    run = imported(loyalty, OpeningMember(id="m3", referrer="m2"), OpeningMember(id="m2", referrer="m1"))
    assert [(each.member, each.reason.code) for each in run.unlinked] == [("m2", "referrer_unknown")]
    run = imported(
        loyalty, OpeningMember(id="a3", referrer="a2"), OpeningMember(id="a2", referrer="a1"), OpeningMember(id="a1")
    )
    assert run == ImportRun(3, ())
    assert brought(loyalty, "a1", "a2", "a3") == [(None, 1), ("a1", 1), ("a2", 0)]


def test_R6_an_import_with_a_circle_leaves_out_the_link_that_would_close_it(life):
    """And tells it; so does one who is to have brought themselves."""
    loyalty = life()
    run = imported(
        loyalty,
        OpeningMember(id="m1", referrer="m3"),
        OpeningMember(id="m2", referrer="m1"),
        OpeningMember(id="m3", referrer="m2"),
        OpeningMember(id="m4", referrer="m4"),
    )
    assert run.done == 4
    assert [(each.member, each.reason.code) for each in run.unlinked] == [
        ("m3", "referral_circle"),
        ("m4", "self_referral"),
    ]
    assert brought(loyalty, "m1", "m2", "m3", "m4") == [("m3", 1), ("m1", 0), (None, 1), (None, 0)]


def test_R6_the_same_import_again_links_nobody_twice(life, repository):
    """It can go on where it was stopped: before the links, or between them."""
    loyalty = life()
    base = [OpeningMember(id="m1"), OpeningMember(id="m2", referrer="m1", code="TWO")]
    loyalty.members.import_members([OpeningMember(id="m1"), OpeningMember(id="m2", code="TWO")], at=AT)
    assert loyalty.members.import_members(base, at=AT) == ImportRun(2, ())
    before = everything(repository)
    assert loyalty.members.import_members(base, at=AT) == ImportRun(2, ())
    assert everything(repository) == before


def test_R6_who_was_brought_stays_with_whoever_brought_them(life):
    """An import keeps existing referrers, and tells; who is known from elsewhere is skipped altogether."""
    loyalty = life()
    imported(loyalty, OpeningMember(id="m1"), OpeningMember(id="m7"), OpeningMember(id="m2", referrer="m1"))
    run = imported(loyalty, OpeningMember(id="m2", referrer="m7"))
    assert [(each.member, each.reason.code) for each in run.unlinked] == [("m2", "already_referred")]
    give(loyalty, 5, member="old")
    run = loyalty.members.import_members([OpeningMember(id="old")], at=AT, referrer="m7")
    assert [(each.member, each.reason.code) for each in run.skipped] == [("old", "member_known")]
    assert brought(loyalty, "m2", "m7", "old") == [("m1", 0), (None, 0), (None, 0)]


def test_R5_a_preset_code_is_carried_over(life):
    """In its normal form; one that isn't free is told, and the member isn't carried over without it."""
    loyalty = life()
    run = imported(loyalty, OpeningMember(id="m1", code="#romashka_01"), OpeningMember(id="m2", code="#Romashka_01"))
    assert run.done == 1
    assert [(each.member, each.reason.code, each.reason.typed) for each in run.skipped] == [
        ("m2", "code_is_taken", "#ROMASHKA_01")
    ]
    assert loyalty.members.view("m1", at=AT).code == "#ROMASHKA_01"
    assert [member.id for member in exported(loyalty)] == ["m1"]


def test_R6_referrers_and_codes_move_to_another_store(life):
    """What is exported is imported as it was, whatever the order of the members."""
    loyalty = life()
    imported(
        loyalty, OpeningMember(id="z", code="Z9"), OpeningMember(id="a", referrer="z"), OpeningMember(id="m", visits=1)
    )
    moved = Loyalty(city(), MemoryRepository())
    assert moved.members.import_members(exported(loyalty), at=AT).done == 3
    assert exported(moved) == exported(loyalty)
    assert brought(moved, "a", "m", "z") == brought(loyalty, "a", "m", "z") == [("z", 0), (None, 0), (None, 1)]


def test_R6_a_referral_that_is_tied_to_an_order_isnt_exported(life):
    """It may come to nothing; once the order is completed, it's carried over."""
    loyalty = life(invitation=[{"referrer_points": 50}])
    loyalty.members.join("m7", at=AT, code="D48M")
    loyalty.place(ride(), at=AT, referral_code="D48M")
    assert {each.id: each.referrer for each in exported(loyalty)} == {"m1": None, "m7": None}
    loyalty.complete("o1", at=AT)
    assert {each.id: each.referrer for each in exported(loyalty)} == {"m1": "m7", "m7": None}


def test_R6_who_has_joined_is_exported_so_while_an_order_is_under_way(life):
    """Whatever becomes of the order, they're brought for good."""
    loyalty = life(invitation=[{"referee_points": 100, "referee_credited": "placing"}])
    loyalty.members.join("m7", at=AT, code="D48M")
    loyalty.members.join("m1", at=AT, referral_code="D48M")
    loyalty.place(ride(), at=AT)
    assert {each.id: each.referrer for each in exported(loyalty)} == {"m1": "m7", "m7": None}


def test_R6_two_imports_at_once_never_close_a_circle():
    """In every schedule of two links that would, one is left out."""
    program, store = city(), MemoryRepository()
    Loyalty(program, store).members.import_members([OpeningMember(id=f"m{n}") for n in range(3)], at=AT)
    Loyalty(program, store).members.import_members([OpeningMember(id="m9", referrer="m1")], at=AT)
    racing = stepwise(program, store)
    racers = [lambda: link(racing, "m1", "m2"), lambda: link(racing, "m2", "m9")]

    def judge(outcome):
        assert sorted(reason.code if reason else "" for reason in outcome.results) == ["", "referral_circle"]

    assert check_every_schedule(store, racers, judge) > 10


async def link(loyalty, member, referrer):
    call = partial(link_member, loyalty._programs, member, referrer, at=AT)
    return await loyalty._driver.run(call)


LADDERS = [
    {
        "name": "regulars",
        "lapse_after": 60,
        "levels": [{"percent": "5", "sold": "5000"}, {"percent": "9", "visits": 90}],
    },
    {"name": "month", "over": "P30D", "levels": [{"name": "seen", "visits": 1}, {"name": "keen", "visits": 2}]},
]


def _levels(loyalty, at=AT, member="m1"):
    return {tier.tier: tier.level for tier in loyalty.members.view(member, at=at).tiers}


def test_Y7_levels_are_earned_by_what_is_carried_over(life):
    """By sold, paid and visits as they were, and the last visit: long ago, and it has lapsed."""
    loyalty = life(tier=LADDERS, category=[{"name": "lost", "added": {"days_away": 90}}])
    imported(
        loyalty,
        OpeningMember(id="m1", sold=rub(5000), last_visit=AT - DAY, last_order=AT),
        OpeningMember(id="m2", sold=rub(5000), last_order=AT - 100 * DAY, categories=["VIP"], visits=1, sales=3),
        OpeningMember(id="m3", sold=rub(5000), last_order=AT + DAY, visits=1),
    )
    assert [_levels(loyalty, member=who)["regulars"] for who in ("m1", "m2", "m3")] == ["5 %", None, "5 %"]
    lapses = [loyalty.members.view(who, at=AT).tiers[0].lapses_at for who in ("m1", "m3")]
    assert lapses[1] - lapses[0] == DAY  # what is still to come was today
    assert set(loyalty.members.view("m2", at=AT).categories) == {"VIP", "lost"}
    loyalty.settle(ride(id="o2", customer="m2"), at=AT)
    assert _levels(loyalty, member="m2")["regulars"] == "5 %"


def test_Y7_levels_by_hand_are_carried_over(life):
    """By their names and ends; one that has ended isn't given any more."""
    loyalty = life(tier=LADDERS)
    given = [("regulars", "9 %", AT + 90 * DAY), ("month", "keen", None)]
    imported(loyalty, OpeningMember(id="m1", levels=given), OpeningMember(id="m2", levels=[("month", "keen", AT)]))
    assert _levels(loyalty) == {"regulars": "9 %", "month": "keen"}
    assert _levels(loyalty, AT + 90 * DAY) == {"regulars": None, "month": "keen"}
    assert _levels(loyalty, member="m2") == {"regulars": None, "month": None}
    assert {name: until for name, _, until in exported(loyalty)[0].levels} == {
        "month": None,
        "regulars": AT + 90 * DAY,
    }


def test_Y7_what_levels_rest_on_is_carried_out_and_in(life):
    """Of a rolling ladder the level, up to its next fall, since its days stay behind."""
    loyalty = life(tier=LADDERS)
    for number in range(2):
        loyalty.settle(ride("3000", id=f"o{number}"), at=AT + number * DAY)
    loyalty.settle(ride("100", id="goods", visit=False), at=AT + DAY)
    (member,) = exported(loyalty, AT + DAY)
    assert (member.visits, member.sales, member.last_visit) == (2, 1, AT + DAY)
    falls = loyalty.members.view("m1", at=AT + DAY).tiers[1].ends_at
    assert member.levels == (("month", "keen", falls),)
    other = Loyalty(city(id="town", tier=LADDERS), MemoryRepository())
    assert imported(other, member, at=AT + DAY).done == 1
    for at in (AT + DAY, falls - HOUR, falls, AT + 61 * DAY, AT + 62 * DAY):
        ours, theirs = _levels(loyalty, at), _levels(other, at)
        assert ours["regulars"] == theirs["regulars"]
        assert (ours["month"] == "keen") is (theirs["month"] == "keen")


@pytest.mark.parametrize("given", [("month", "gold", None), ("year", "seen", AT + DAY)])
def test_Y7_a_member_with_a_level_that_the_program_lacks_is_skipped(life, given):
    """With the reason; the others are carried over."""
    members = [OpeningMember(id="m1"), OpeningMember(id="m2", levels=[given]), OpeningMember(id="m3")]
    loyalty = life(tier=LADDERS)
    run = imported(loyalty, *members)
    (skipped,) = run.skipped
    assert (run.done, skipped.member, skipped.reason.code) == (2, "m2", "level_unknown")
    assert (skipped.reason.tier, skipped.reason.level) == given[:2]
    assert [member.id for member in exported(loyalty)] == ["m1", "m3"]
    with pytest.raises(InvalidValue, match="the id of a ladder is text"):
        OpeningMember(id="m1", levels=[("", "gold", None)])


RENAMED = [{"name": "month", "over": "P30D", "levels": [{"name": "came", "visits": 1}, {"name": "keen", "visits": 2}]}]


def test_Y7_what_a_revision_has_renamed_isnt_exported(life):
    """By hand or earned: so whatever is exported is imported by the same program."""
    loyalty = life(tier=LADDERS)
    loyalty.members.set_tier("s1", "m1", "month", "seen", at=AT)
    loyalty.members.set_tier("s2", "m2", "regulars", "5 %", at=AT)
    loyalty.settle(ride(customer="m3"), at=AT)
    later = life(tier=RENAMED)
    members = exported(later)
    assert [member.levels for member in members] == [(), (), ()]
    assert imported(Loyalty(city(tier=RENAMED), MemoryRepository()), *members) == ImportRun(3, ())


def test_Y7_the_same_import_again_is_answered_as_it_was_though_a_level_is_gone(life):
    """It can go on where it was stopped."""
    member = OpeningMember(id="m1", levels=[("month", "seen", None)])
    assert imported(life(tier=LADDERS), member) == ImportRun(1, ())
    assert imported(life(tier=RENAMED), member) == ImportRun(1, ())


def test_Y7_of_a_level_by_hand_and_one_that_is_earned_the_higher_is_exported(life):
    """Of a rolling ladder, whose days stay behind; of any other it's earned anew."""
    loyalty = life(tier=LADDERS)
    loyalty.members.set_tier("s1", "m1", "month", "seen", at=AT)
    loyalty.members.set_tier("s2", "m1", "regulars", "5 %", at=AT, until=AT + DAY)
    (member,) = exported(loyalty)
    assert member.levels == (("month", "seen", None), ("regulars", "5 %", AT + DAY))
    for number in range(2):
        loyalty.settle(ride("3000", id=f"o{number}"), at=AT)
    (member,) = exported(loyalty)
    falls = loyalty.members.view("m1", at=AT).tiers[1].ends_at
    assert member.levels == (("month", "keen", falls), ("regulars", "5 %", AT + DAY))
    other = Loyalty(city(tier=LADDERS), MemoryRepository())
    imported(other, member)
    assert _levels(other) == _levels(loyalty) == {"regulars": "5 %", "month": "keen"}


INACTIVE = {"cashback": [{"percent": "100"}], "expiry": {"inactivity": "P60D"}}


def moved(loyalty, at, **settings):
    """Give the same program over another store, into which all members were carried over *at* a moment."""
    other = Loyalty(city(**settings), MemoryRepository())
    assert imported(other, *exported(loyalty, at), at=at).skipped == ()
    return other


@pytest.mark.parametrize("term", ["P60D", "P2M"])
@pytest.mark.parametrize("last", ["visit", "goods", "refunded"])
def test_G8_points_expire_by_inactivity_after_an_import_as_before(life, term, last):
    """The last order is exported, a sale of goods after the last visit, too, and one that was refunded since."""
    settings = INACTIVE | {"expiry": {"inactivity": term}}
    loyalty = life(**settings)
    loyalty.settle(ride("100"), at=AT)
    if last != "visit":
        loyalty.settle(ride("30", id="o2", visit=last == "refunded"), at=AT + 5 * DAY)
    if last == "refunded":
        loyalty.refund("r1", "o2", at=AT + 6 * DAY)
    other = moved(loyalty, AT + 7 * DAY, **settings)
    ends = loyalty.members.view("m1", at=AT + 7 * DAY).next_expiry
    assert other.members.view("m1", at=AT + 7 * DAY).next_expiry == ends
    assert balance(other, ends.at - HOUR) == balance(loyalty, ends.at - HOUR) != Points(0)
    assert balance(other, ends.at) == balance(loyalty, ends.at) == Points(0)


def test_G8_who_was_away_too_long_already_keeps_what_they_got_since(life):
    """Inactivity takes points once; what was given by hand after it stays, here and there."""
    loyalty = life(**INACTIVE)
    loyalty.settle(ride("100"), at=AT)
    loyalty.members.adjust("a1", "m1", Points(7), at=AT + 80 * DAY, description="sorry")
    (member,) = exported(loyalty, AT + 90 * DAY)
    assert member.last_order is None
    other = moved(loyalty, AT + 90 * DAY, **INACTIVE)
    assert balance(other, AT + 90 * DAY) == balance(loyalty, AT + 90 * DAY) == Points(7)


def test_G8_a_program_without_inactivity_exports_the_last_visit_for_one_that_has_it(life):
    """Whoever imports may have another program; who never came has no last order."""
    loyalty = life()
    loyalty.settle(ride("100"), at=AT)
    loyalty.members.join("m2", at=AT)
    assert [(member.last_order, member.last_visit) for member in exported(loyalty)] == [(AT, AT), (None, None)]
