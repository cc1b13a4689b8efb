"""Levels in a member's life: earned by visits, lost by staying away, given by hand (Y1, Y2, Y3, Y7, Y8)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from loyaltykit import InvalidValue, LevelSet, Loyalty, Move, NoRevision, OperationMismatch, Percent, StoreUnavailable
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.operations.run_due import Skipped
from loyaltykit.program.revisions import Revisions
from tests.operations.ladders import CAME, CLASSES, MONTH, MOSCOW, SOLD, key_of, level, stored, visits
from tests.operations.support import AT, DAY, HOUR, city, due_of, everything, ride, rub


def test_Y1_5000_sold_give_5_percent(life):
    """The source's own example: as soon as what was invoiced reaches 5,000."""
    loyalty = life(tier=[SOLD])
    loyalty.settle(ride("4999.99", id="o1"), at=AT)
    assert level(loyalty, AT, "sold") is None
    loyalty.settle(ride("0.01", id="o2"), at=AT + HOUR)
    assert level(loyalty, AT + HOUR, "sold") == "5 %"


def test_Y1_more_than_two_visits_give_5_percent(life):
    """The source's own example, with 3 as the threshold; a sale of goods is none."""
    loyalty = life(tier=[CAME])
    visits(loyalty, 2)
    loyalty.settle(ride("100", id="goods", visit=False), at=AT)
    assert level(loyalty, AT, "came") is None
    loyalty.settle(ride("100", id="third"), at=AT)
    assert level(loyalty, AT, "came") == "5 %"


@pytest.mark.parametrize("swept", [False, True])
def test_Y2_60_days_away_leave_0_percent(life, swept):
    """The source's own example: more than 60 local days without a visit, whether anybody has looked or not."""
    loyalty = life(tier=[SOLD])
    loyalty.settle(ride("5000"), at=AT)
    lapses = datetime(2026, 5, 10, tzinfo=MOSCOW)
    for moment in (lapses - HOUR, lapses) if swept else ():
        assert loyalty.run_due(at=moment).done == int(moment == lapses)
    (tier,) = loyalty.members.view("m1", at=lapses - HOUR).tiers if not swept else [None]
    assert swept or (tier.level, tier.percent, tier.lapses_at) == ("5 %", Percent(5), lapses)
    (tier,) = loyalty.members.view("m1", at=lapses).tiers
    assert (tier.level, tier.percent, tier.since) == (None, None, lapses)


def test_Y2_the_next_visit_earns_it_anew(life):
    """A lapsed level comes back by a visit, from all that lies behind; by a payment or a sale it doesn't."""
    loyalty = life(tier=[SOLD])
    loyalty.settle(ride("5000", id="o1"), at=AT)
    late = AT + 90 * DAY
    loyalty.record_payment("p1", "o1", rub(5000), at=late)
    loyalty.settle(ride("5000", id="goods", visit=False), at=late)
    assert loyalty.members.recalculate("m1", at=late).moves == ()
    assert level(loyalty, late, "sold") is None
    loyalty.settle(ride("1", id="o2"), at=late)
    assert level(loyalty, late, "sold") == "5 %"


def test_Y2_a_longer_absence_restores_nothing(life, repository):
    """A program that lets members stay away for longer doesn't bring back what has lapsed; a visit does."""
    life(tier=[SOLD]).settle(ride("5000", id="o1"), at=AT)
    late = AT + 70 * DAY
    assert life(tier=[SOLD]).run_due(at=late).done == 1
    loyalty = life(tier=[SOLD | {"lapse_after": 90}])
    assert not loyalty.members.recalculate("m1", at=late).has_moved
    assert level(loyalty, late, "sold") is None
    loyalty.settle(ride("1", id="o2"), at=late)
    assert level(loyalty, late + 90 * DAY, "sold") == "5 %"
    assert stored(repository).levels["sold"].before is None


@pytest.mark.parametrize(
    ("zone", "lapses"),
    [("Europe/Moscow", "2026-05-09T21:00"), ("UTC", "2026-05-10T00:00"), ("Pacific/Auckland", "2026-05-09T12:00")],
)
def test_Y2_days_away_are_local_days_of_the_program(life, zone, lapses):
    """The level lapses with the local day, by the clocks of the program, whatever zone a branch has."""
    branches = [{"id": "far", "time_zone": "Asia/Kamchatka"}]
    loyalty = life(tier=[SOLD], time_zone=zone, branches=branches)
    loyalty.settle(ride("5000", branch="far"), at=AT)
    (tier,) = loyalty.members.view("m1", at=AT).tiers
    assert tier.lapses_at == datetime.fromisoformat(lapses).replace(tzinfo=UTC)
    assert level(loyalty, tier.lapses_at, "sold") is None


@pytest.mark.parametrize(
    ("count", "price", "expected"),
    [
        (9, "100", None),
        (10, "100", "bronze"),
        (30, "100", "silver"),
        (50, "100", "gold"),
        (1, "19999.99", None),
        (1, "20000", "bronze"),
        (1, "50000", "silver"),
        (1, "100000", "gold"),
        (10, "5000", "silver"),
    ],
)
def test_Y3_classes_by_sold_or_visits(life, count, price, expected):
    """The source's own figures: 20,000 or 10 visits, 50,000 or 30, 100,000 or 50; of several the highest."""
    loyalty = life(tier=[CLASSES])
    visits(loyalty, count, price=price)
    assert level(loyalty, AT, "classes") == expected


@pytest.mark.parametrize(
    ("paid", "expected"),
    [("19999.99", None), ("20000", "bronze"), ("50000", "silver"), ("99999.99", "silver"), ("100000", "gold")],
)
def test_Y3_classes_by_paid(life, paid, expected):
    """The source's own figures: who has paid as much is in the class, whatever was sold."""
    loyalty = life(tier=[CLASSES])
    loyalty.settle(ride("100"), at=AT)
    loyalty.record_payment("p1", "o1", rub(paid), at=AT)
    assert level(loyalty, AT, "classes") == expected


def test_Y3_classes_lapse(life):
    """As discounts do; the next visit brings the class back."""
    loyalty = life(tier=[CLASSES | {"lapse_after": 90}])
    loyalty.settle(ride("50000", id="o1"), at=AT)
    assert level(loyalty, AT + 90 * DAY, "classes") == "silver"
    assert level(loyalty, AT + 91 * DAY, "classes") is None
    loyalty.settle(ride("1", id="o2"), at=AT + 91 * DAY)
    assert level(loyalty, AT + 91 * DAY, "classes") == "silver"


def test_Y8_paid_is_another_figure_than_sold(life):
    """What was received counts as paid when it comes, in parts, before or after the visit."""
    loyalty = life(tier=[CLASSES | {"levels": [{"name": "vip", "paid": "30000"}]}])
    loyalty.place(ride("40000"), at=AT)
    loyalty.record_payment("p1", "o1", rub(10_000), at=AT)
    loyalty.complete("o1", at=AT)
    assert level(loyalty, AT, "classes") is None
    loyalty.record_payment("p2", "o1", rub(20_000), at=AT + HOUR)
    (tier,) = loyalty.members.view("m1", at=AT + HOUR).tiers
    assert (tier.level, tier.since) == ("vip", AT + HOUR)


def test_Y1_a_rolling_ladder_falls_as_days_leave_it(life, repository):
    """Three visits within 30 days: the level falls on the day after the last on which enough of them count."""
    loyalty = life(tier=[MONTH])
    for number in range(3):
        loyalty.settle(ride("100", id=f"o{number}"), at=AT + number * DAY)
    midnight = datetime(2026, 3, 10, tzinfo=MOSCOW)
    for days, expected in ((2.5, "keen"), (29, "keen"), (30, "seen"), (31, "seen"), (32, None)):
        assert level(loyalty, midnight + days * DAY, "month") == expected
    assert [row[0] for row in stored(repository).days] == [midnight.toordinal() + n for n in range(3)]
    loyalty.settle(ride("100", id="late"), at=AT + 200 * DAY)
    assert len(stored(repository).days) == 1


def test_Y1_sums_of_a_rolling_ladder_are_taken_back_where_they_fell(life, repository):
    """A refund lowers the days of the visit and of its payments, the last payment first; so does a correction."""
    loyalty = life(tier=[MONTH])
    loyalty.settle(ride("1000"), at=AT)
    loyalty.record_payment("p1", "o1", rub(600), at=AT + DAY)
    loyalty.record_payment("p2", "o1", rub(400), at=AT + 2 * DAY)
    day = (AT + 3 * HOUR).date().toordinal()
    assert stored(repository).days == ((day, 100_000, 0, 1), (day + 1, 0, 60_000, 0), (day + 2, 0, 40_000, 0))
    assert level(loyalty, AT + 3 * DAY, "month") == "keen"
    loyalty.refund("r1", "o1", at=AT + 3 * DAY, amount=rub(500))
    assert stored(repository).days == ((day, 50_000, 0, 1), (day + 1, 0, 50_000, 0))
    assert level(loyalty, AT + 3 * DAY, "month") == "seen"
    loyalty.refund("r2", "o1", at=AT + 40 * DAY)
    assert stored(repository).days == ()


def test_Y1_a_correction_counts_on_the_day_of_the_visit(life, repository):
    """Whatever day it's made on; once that day counts no more, it isn't kept."""
    loyalty = life(tier=[MONTH])
    loyalty.settle(ride("1000"), at=AT)
    day = (AT + 3 * HOUR).date().toordinal()
    loyalty.correct("c1", "o1", at=AT + DAY, price=rub(1200))
    assert stored(repository).days == ((day, 120_000, 0, 1),)
    loyalty.correct("c2", "o1", at=AT + 50 * DAY, price=rub(1300))
    assert stored(repository).days == ()
    assert stored(repository).sold == 130_000


@pytest.mark.parametrize("amount", [None, rub(20)])
def test_Y1_an_order_from_before_a_rolling_ladder_takes_nothing_off_its_days(life, repository, amount):
    """The ladder starts in the middle of a day: what of that day wasn't counted by days isn't taken off them."""
    life().settle(ride("1000", id="before"), at=AT)
    loyalty = life(tier=[MONTH])
    loyalty.settle(ride("100", id="o2"), at=AT + HOUR)
    day = (AT + 3 * HOUR).date().toordinal()
    loyalty.refund("r1", "before", at=AT + 2 * HOUR, amount=amount)
    assert stored(repository).days == ((day, 10_000, 0, 1),)
    assert level(loyalty, AT + 2 * HOUR, "month") == "seen"


def test_Y1_days_that_were_kept_no_more_are_never_less_than_nothing(life, repository):
    """A ladder that's left out and comes back on the same day begins anew."""
    life(tier=[MONTH]).settle(ride("1000", id="o1"), at=AT)
    life(tier=[SOLD]).settle(ride("1", id="o2"), at=AT)
    loyalty = life(tier=[MONTH])
    loyalty.settle(ride("100", id="o3"), at=AT)
    loyalty.refund("r1", "o1", at=AT)
    assert stored(repository).days == ()


def test_Y1_a_sale_that_is_corrected_to_nothing_counts_again_by_its_day(life, repository):
    """Though nothing of that day was left in between."""
    loyalty = life(tier=[MONTH])
    loyalty.settle(ride("100", visit=False), at=AT)
    loyalty.correct("c1", "o1", at=AT + DAY, price=rub(0))
    assert stored(repository).days == ()
    loyalty.correct("c2", "o1", at=AT + DAY, price=rub(100))
    assert stored(repository).days == (((AT + 3 * HOUR).date().toordinal(), 10_000, 0, 0),)


@pytest.mark.parametrize("refunded", [2 * DAY, 65 * DAY])
def test_Y2_who_has_never_come_is_not_away_though_a_level_had_lapsed(life, refunded):
    """Refunding the only visit leaves a sale, from which nobody stays away, whether the lapse had come or not."""
    loyalty = life(tier=[SOLD])
    loyalty.settle(ride("1", id="o1"), at=AT)
    loyalty.settle(ride("5000", id="goods", visit=False), at=AT + HOUR)
    assert level(loyalty, AT + 65 * DAY, "sold") is None
    loyalty.refund("r1", "o1", at=AT + refunded)
    assert level(loyalty, AT + 70 * DAY, "sold") == "5 %"


def test_Y2_who_has_no_visits_has_no_last_one(life, repository):
    """Though they were made while there were neither ladders nor categories, so that orders don't say when."""
    before = life()
    for number in range(2):
        before.settle(ride("5000", id=f"o{number}"), at=AT + number * DAY)
    loyalty = life(tier=[SOLD])
    for number in (1, 0):
        loyalty.refund("r1", f"o{number}", at=AT + DAY)
    assert (stored(repository).visits, stored(repository).last_visit) == (0, None)


def test_Y7_a_level_by_hand_comes_back_with_its_ladder(life):
    """A revision that leaves the ladder out gives nothing by it, and takes nothing that was given until later."""
    loyalty = life(tier=[CLASSES])
    loyalty.members.set_tier("s1", "m1", "classes", "gold", at=AT, until=AT + 30 * DAY)
    without = life(tier=[SOLD])
    assert without.members.recalculate("m1", at=AT + DAY).moves == (Move(tier="classes", before="gold", now=None),)
    assert not without.members.recalculate("m1", at=AT + DAY).has_moved
    assert [tier.tier for tier in without.members.view("m1", at=AT + DAY).tiers] == ["sold"]
    back = life(tier=[CLASSES])
    visits(back, 10, at=AT + 2 * DAY)
    (tier,) = back.members.view("m1", at=AT + 2 * DAY).tiers
    assert (tier.level, tier.by_hand, tier.until) == ("gold", True, AT + 30 * DAY)
    assert level(back, AT + 30 * DAY, "classes") == "bronze"


def test_Y7_a_level_by_hand_of_a_ladder_that_is_left_out_ends_in_time(life, repository):
    """Then nothing of the ladder is kept."""
    life(tier=[CLASSES]).members.set_tier("s1", "m1", "classes", "gold", at=AT, until=AT + 30 * DAY)
    without = life(tier=[SOLD])
    without.members.recalculate("m1", at=AT + DAY)
    assert without.run_due(at=AT + 30 * DAY).done == 1
    without.members.recalculate("m1", at=AT + 30 * DAY)
    assert stored(repository).levels == {}


@pytest.mark.parametrize("swept", [False, True])
def test_Y2_a_visit_that_is_told_late_was_when_it_was(life, repository, swept):
    """Whoever has looked at the account since: the level lapses by the visit's own day, and it counts by that."""
    loyalty = life(tier=[SOLD, MONTH], cashback=[{"percent": "10"}], expiry={"after": "P10D"})
    loyalty.settle(ride("5000", id="o1"), at=AT)
    if swept:
        assert loyalty.run_due(at=AT + 20 * DAY).done == 1
    loyalty.settle(ride("1", id="o2"), at=AT + 9 * DAY)
    assert loyalty.members.view("m1", at=AT + 20 * DAY).last_visit == AT + 9 * DAY
    assert [row[0] for row in stored(repository).days] == [(AT + days * DAY).date().toordinal() for days in (0, 9)]
    assert level(loyalty, AT + 69 * DAY, "sold") == "5 %"
    assert level(loyalty, AT + 70 * DAY, "sold") is None


def test_Y2_a_visit_that_is_told_late_is_none_before_the_last_one(life, repository):
    """So the visits of a member are in order; a sale is on its own day."""
    loyalty = life(tier=[MONTH])
    loyalty.settle(ride("1", id="o1"), at=AT + 9 * DAY)
    loyalty.settle(ride("1", id="o2"), at=AT)
    loyalty.settle(ride("1", id="goods", visit=False), at=AT)
    day = AT.date().toordinal()
    assert stored(repository).days == ((day, 100, 0, 0), (day + 9, 200, 0, 2))


def test_Y2_visits_at_the_end_of_a_day_are_visits_of_that_day(life, repository):
    """Hosts tell a day's last moment where they know no hour: telling two apart doesn't make one of the next day."""
    loyalty = life(tier=[SOLD, MONTH])
    last = datetime(2026, 3, 10, 23, 59, 59, 999_999, tzinfo=MOSCOW)
    visits(loyalty, 3, at=last, price="5000")
    assert [row[0] for row in stored(repository).days] == [last.toordinal()]
    lapses = datetime(2026, 5, 10, tzinfo=MOSCOW)
    assert (level(loyalty, lapses - HOUR, "sold"), level(loyalty, lapses, "sold")) == ("5 %", None)


def test_Y1_a_payment_that_is_cancelled_leaves_its_day(life, repository):
    """An order that was paid and then cancelled counts nowhere."""
    loyalty = life(tier=[MONTH])
    loyalty.place(ride("1000"), at=AT)
    loyalty.record_payment("p1", "o1", rub(1000), at=AT)
    assert level(loyalty, AT, "month") == "keen"
    loyalty.cancel("o1", at=AT + DAY)
    assert (stored(repository).days, level(loyalty, AT + DAY, "month")) == ((), None)


def test_Y1_a_program_without_rolling_ladders_keeps_no_days(life, repository):
    """Nor does one whose ladders don't roll any more."""
    life(tier=[MONTH]).settle(ride("1000", id="o1"), at=AT)
    assert len(stored(repository).days) == 1
    loyalty = life(tier=[SOLD])
    loyalty.record_payment("p1", "o1", rub(1000), at=AT)
    assert stored(repository).days == ()


def test_Y7_a_refund_works_levels_out_again(life):
    """In part it lowers what was sold; wholly it takes the visit back, too, and the last visit is the one before."""
    loyalty = life(tier=[SOLD, CAME])
    visits(loyalty, 3, price="2000")
    assert [level(loyalty, AT, ladder) for ladder in ("sold", "came")] == ["5 %", "5 %"]
    loyalty.refund("r1", "o1", at=AT + HOUR, amount=rub("1000.01"))
    assert [level(loyalty, AT + HOUR, ladder) for ladder in ("sold", "came")] == [None, "5 %"]
    loyalty.refund("r2", "o1", at=AT + HOUR)
    assert level(loyalty, AT + HOUR, "came") is None


def test_Y2_a_refund_of_the_latest_visit_restores_the_one_before(life):
    """So the level lapses when it would have without that visit, whichever was refunded first."""
    loyalty = life(tier=[SOLD])
    for number, days in enumerate((0, 10, 20)):
        loyalty.settle(ride("5000", id=f"o{number}"), at=AT + days * DAY)
    later = AT + 21 * DAY

    def lapses():
        return loyalty.members.view("m1", at=later).tiers[0].lapses_at.astimezone(MOSCOW).date()

    first = datetime(2026, 5, 10, tzinfo=MOSCOW)
    assert lapses() == (first + 20 * DAY).date()
    loyalty.refund("r1", "o1", at=later)
    assert lapses() == (first + 20 * DAY).date()
    loyalty.refund("r2", "o2", at=later)
    assert lapses() == first.date()


def test_Y7_a_late_call_is_judged_at_the_later_moment(life):
    """A visit that's told out of order is one as of the latest call, as balances are."""
    loyalty = life(tier=[SOLD])
    loyalty.settle(ride("5000", id="o1"), at=AT + 10 * DAY)
    loyalty.settle(ride("1", id="o2"), at=AT)
    (tier,) = loyalty.members.view("m1", at=AT).tiers
    assert (tier.since, tier.lapses_at.astimezone(MOSCOW)) == (AT + 10 * DAY, datetime(2026, 5, 20, tzinfo=MOSCOW))


def test_Y7_a_changed_program_counts_by_the_run_over_all_members(life, repository):
    """Until then the stored level stands; the run tells who moved, goes on where it stopped, and moves nobody twice."""
    loyalty = life(tier=[SOLD])
    for member in ("m1", "m2", "m3"):
        loyalty.settle(ride("3000", id=f"of {member}", customer=member), at=AT)
    lower = life(tier=[SOLD | {"levels": [{"percent": "3", "sold": "3000"}]}])
    assert level(lower, AT, "sold") is None
    first = lower.members.recalculate_all(at=AT, limit=2)
    assert (first.done, [each.member for each in first.moved], first.skipped) == (2, ["m1", "m2"], ())
    assert first.moved[0].moves == (Move(tier="sold", before=None, now="3 %"),)
    rest = lower.members.recalculate_all(at=AT, after=first.after, limit=2)
    assert (rest.done, [each.member for each in rest.moved], rest.after) == (1, ["m3"], None)
    before = everything(repository)
    again = lower.members.recalculate_all(at=AT)
    assert (again.done, again.moved) == (3, ())
    assert everything(repository) == before


def test_Y7_a_recalculation_passes_over_who_cannot_be_read(repository):
    """That's told to whoever observes, and the others are done."""
    heard = []
    loyalty = Loyalty(city(tier=[SOLD]), repository, observe=heard.append)
    visits(loyalty, 1, member="m1")
    visits(loyalty, 1, member="m2", prefix="p")
    body = repository.load([key_of("m2")])[key_of("m2")]
    loyalty.members.forget("m9", at=AT)
    _write(repository, key_of("m2"), body.version, '{"v":99}')
    run = loyalty.members.recalculate_all(at=AT)
    assert (run.done, [each.key for each in run.skipped]) == (1, [key_of("m2")])
    assert [event for event in heard if isinstance(event, Skipped)] == list(run.skipped)
    _write(repository, key_of("m2"), body.version + 1, body.body)


class Down(MemoryRepository):
    """A store that lists its keys still, and gives no member any more."""

    def load(self, keys):
        if key_of("m1") in keys:
            message = "the store is down"
            raise StoreUnavailable(message)
        return super().load(keys)


def test_Y7_a_store_that_cannot_be_reached_ends_the_run():
    """It's no member's fault, so nobody is skipped."""
    store = MemoryRepository()
    visits(Loyalty(city(tier=[SOLD]), store), 1, member="m1")
    down = Down()
    down.__dict__.update(store.__dict__)
    with pytest.raises(StoreUnavailable):
        Loyalty(city(tier=[SOLD]), down).members.recalculate_all(at=AT)


def _write(repository, key, version, body):
    from loyaltykit.ledger.repository import Change  # noqa: PLC0415 - here alone

    repository.commit(Change(operation_id=f"spoil {version}", digest="d", guards={key: version}, puts={key: body}))


def test_Y7_one_member_by_hand(life):
    """What has changed is told; who isn't known is none."""
    visits(life(tier=[CAME]), 2)
    loyalty = life(
        tier=[CAME | {"levels": [{"percent": "5", "visits": 2}]}], category=[{"name": "new", "added": {"visits": 1}}]
    )
    recalculated = loyalty.members.recalculate("m1", at=AT)
    assert (recalculated.moves, recalculated.added, recalculated.removed) == (
        (Move(tier="came", before=None, now="5 %"),),
        ("new",),
        (),
    )
    assert not loyalty.members.recalculate("m1", at=AT).has_moved
    assert not loyalty.members.recalculate("nobody", at=AT).has_moved


def test_Y7_levels_follow_the_program_in_force_not_that_of_the_order(repository):
    """An order keeps its revision for what it was promised; what lies behind a member is judged by today's."""
    first, then = city(tier=[SOLD]), city(tier=[SOLD | {"levels": [{"percent": "7", "sold": "100"}]}])
    loyalty = Loyalty(Revisions((first, _from(then, "2026-03-20"))), repository)
    loyalty.place(ride("100"), at=AT)
    loyalty.complete("o1", at=AT + 20 * DAY)
    assert level(loyalty, AT + 20 * DAY, "sold") == "7 %"


def _from(program, day):
    return type(program).from_dict(program.to_dict() | {"in_force_from": datetime.fromisoformat(day).date()})


def test_Y7_by_hand_is_never_lower_than_what_is_earned(life):
    """A level by hand doesn't lapse before its end; then it's what's earned, and None takes it back."""
    loyalty = life(tier=[CLASSES | {"lapse_after": 60}])
    given = loyalty.members.set_tier("s1", "m1", "classes", "silver", at=AT, until=AT + 100 * DAY)
    assert given == LevelSet("m1", "classes", "silver", AT)
    visits(loyalty, 10)
    assert level(loyalty, AT, "classes") == "silver"
    loyalty.settle(ride("100000", id="big"), at=AT)
    assert level(loyalty, AT, "classes") == "gold"
    assert loyalty.members.set_tier("s2", "m1", "classes", "bronze", at=AT).level == "gold"
    assert loyalty.members.set_tier("s3", "m1", "classes", "silver", at=AT, until=AT + 100 * DAY).level == "gold"
    assert level(loyalty, AT + 70 * DAY, "classes") == "silver"
    assert level(loyalty, AT + 100 * DAY - HOUR, "classes") == "silver"
    assert level(loyalty, AT + 100 * DAY, "classes") is None
    assert loyalty.members.set_tier("s4", "m1", "classes", "bronze", at=AT + 100 * DAY).level == "bronze"
    assert loyalty.members.set_tier("s5", "m1", "classes", None, at=AT + 101 * DAY).level is None
    loyalty.members.set_tier("s6", "m2", "classes", None, at=AT)
    assert level(loyalty, AT, "classes", member="m2") is None


def test_Y7_by_hand_once(life):
    """The same call again gets its first answer; with other arguments it's told."""
    loyalty = life(tier=[CLASSES])
    first = loyalty.members.set_tier("s1", "m1", "classes", "silver", at=AT)
    loyalty.members.set_tier("s2", "m1", "classes", None, at=AT)
    assert loyalty.members.set_tier("s1", "m1", "classes", "silver", at=AT + DAY) == first
    with pytest.raises(OperationMismatch):
        loyalty.members.set_tier("s1", "m1", "classes", "gold", at=AT)
    assert level(loyalty, AT, "classes") is None


def test_Y7_by_hand_once_though_its_end_has_come_since(life):
    """A call that comes again late is answered as it was; a new one is told, and a level given before stays."""
    loyalty = life(tier=[CLASSES])
    first = loyalty.members.set_tier("s1", "m1", "classes", "silver", at=AT, until=AT + DAY)
    assert loyalty.members.set_tier("s1", "m1", "classes", "silver", at=AT + 9 * DAY, until=AT + DAY) == first
    loyalty.members.set_tier("s2", "m1", "classes", "bronze", at=AT + 9 * DAY)
    with pytest.raises(InvalidValue, match="until a moment that is still to come"):
        loyalty.members.set_tier("s3", "m1", "classes", "gold", at=AT + 9 * DAY, until=AT + DAY)
    assert level(loyalty, AT + 9 * DAY, "classes") == "bronze"


def test_Y7_by_hand_once_though_the_program_has_changed_since(repository):
    """What the first revision had is answered as it was; given anew, it's none that the one in force has."""
    then = _from(city(tier=[CLASSES | {"levels": [{"name": "only", "visits": 1}]}]), "2026-03-20")
    loyalty = Loyalty(Revisions((city(tier=[CLASSES]), then)), repository)
    first = loyalty.members.set_tier("s1", "m1", "classes", "silver", at=AT)
    late = AT + 20 * DAY
    assert loyalty.members.set_tier("s1", "m1", "classes", "silver", at=late) == first
    assert loyalty.members.set_tier("s2", "m1", "classes", "only", at=late).level == "only"
    with pytest.raises(InvalidValue, match="classes has no level called 'gold': it has only"):
        loyalty.members.set_tier("s3", "m1", "classes", "gold", at=late)
    assert level(loyalty, late, "classes") == "only"


def test_Y7_by_hand_again_is_answered_by_a_host_that_has_the_new_program_alone(life):
    """Also once the end has come; with another level it's told, by the first answer."""
    first = life(tier=[CLASSES]).members.set_tier("s1", "m1", "classes", "silver", at=AT, until=AT + DAY)
    renamed = life(tier=[SOLD])
    assert renamed.members.set_tier("s1", "m1", "classes", "silver", at=AT + 2 * DAY, until=AT + DAY) == first
    with pytest.raises(OperationMismatch) as mismatch:
        renamed.members.set_tier("s1", "m1", "classes", "gold", at=AT)
    assert mismatch.value.first == first


@pytest.mark.parametrize(
    ("tier", "level", "until", "says"),
    [
        ("club", "gold", None, r"no \[\[tier\]\] called 'club': it has classes"),
        ("classes", "platinum", None, "classes has no level called 'platinum': it has bronze, silver, gold"),
        ("classes", None, AT + DAY, "a level that is taken back has no end"),
        ("classes", "gold", AT, "until a moment that is still to come"),
        ("classes", ["gold"], None, "the id of a level is text"),
        (["classes"], "gold", None, "the id of a ladder is text"),
    ],
)
def test_Y7_what_cannot_be_given_is_told(life, repository, tier, level, until, says):
    """Before anything is written."""
    with pytest.raises(InvalidValue, match=says):
        life(tier=[CLASSES]).members.set_tier("s1", "m1", tier, level, at=AT, until=until)
    assert everything(repository) == ({}, [], {})


def test_Y7_a_program_without_tiers_gives_none_by_hand(life):
    """It says that it has none."""
    with pytest.raises(InvalidValue, match="it has none at all"):
        life().members.set_tier("s1", "m1", "classes", "gold", at=AT)
    later = Loyalty(_from(city(tier=[CLASSES]), "2026-04-01"), MemoryRepository())
    with pytest.raises(NoRevision):
        later.members.set_tier("s1", "m1", "classes", "gold", at=AT)


def test_Y7_a_level_that_a_revision_drops_gives_nothing(life, repository):
    """By hand or earned; a ladder that's dropped is forgotten by the next recalculation, but for levels by hand."""
    loyalty = life(tier=[CLASSES])
    loyalty.members.set_tier("s1", "m1", "classes", "gold", at=AT)
    renamed = life(tier=[CLASSES | {"levels": [{"name": "only", "visits": 1}]}])
    assert renamed.members.recalculate("m1", at=AT).moves == (Move(tier="classes", before="gold", now=None),)
    visits(renamed, 1)
    assert level(renamed, AT, "classes") == "only"
    life(tier=[SOLD]).members.recalculate("m1", at=AT)
    assert [(held.level, held.given) for held in stored(repository).levels.values()] == [(None, "gold")]
    renamed.members.set_tier("s2", "m1", "classes", None, at=AT)
    life(tier=[SOLD]).members.recalculate("m1", at=AT)
    assert stored(repository).levels == {}


def test_Y2_a_member_is_due_when_the_level_changes(life, repository):
    """The earlier of what the account and the levels wait for; once all has passed, nothing is due."""
    loyalty = life(tier=[SOLD], cashback=[{"percent": "10"}], expiry={"after": "P80D"})
    loyalty.settle(ride("5000"), at=AT)
    lapses = datetime(2026, 5, 10, tzinfo=MOSCOW)
    assert due_of(repository)[key_of()] == int(lapses.timestamp() * 1_000_000)
    assert loyalty.run_due(at=lapses).done == 1
    assert due_of(repository)[key_of()] > int(lapses.timestamp() * 1_000_000)
    assert loyalty.run_due(at=AT + 100 * DAY).done == 1
    assert due_of(repository) == {}
