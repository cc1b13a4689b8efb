"""Racing calls in every order in which they can meet: what the explorer plays, and what Loyalty keeps in all of it."""

from __future__ import annotations

import asyncio
import os
import re
from datetime import UTC, datetime, timedelta
from itertools import count
from math import comb, factorial

import pytest

from loyaltykit import (
    AsyncLoyalty,
    CommitUnknown,
    Contended,
    InvalidValue,
    Loyalty,
    Money,
    OperationMismatch,
    Order,
    Points,
    Program,
    Retry,
    Revisions,
    StoreUnavailable,
    UnknownOrder,
    VersionConflict,
)
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.ledger.repository import Change
from loyaltykit.testing.contract.accounts import check_accounts
from loyaltykit.testing.contract.trial import booked
from loyaltykit.testing.schedules import StepwiseRepository, check_every_schedule, every_schedule, play, stepwise

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CITY = {"id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow", "redemption": [{}]}
CITY |= {"cashback": [{"percent": "10"}], "expiry": {"after": "P5D"}, "hold_timeout": "P7D"}
PROGRAM = Program.from_dict(CITY)
MEMBER = '["city","member","m1"]'
GATE = StepwiseRepository()
deep = pytest.mark.skipif(os.environ.get("LOYALTYKIT_SCHEDULES") != "deep", reason="make schedules plays it")


def ride(order_id, price="1000", customer="m1"):
    return Order(id=order_id, customer=customer, price=Money(price, "RUB"))


def earned(*members, orders=()):
    """Give a store in which *members* have 100 points each, and m1 has placed *orders* that hold 60, as far as can."""
    store = MemoryRepository()
    loyalty = Loyalty(PROGRAM, store)
    for member in members:
        loyalty.settle(ride(f"earned {member}", customer=member), at=NOW)
    for order in orders:
        loyalty.place(ride(order), at=NOW, redeem=Points(60))
    return store


async def counts(name, key="counter", *, guarded=True):
    """Read a counter and write the next number, once more where somebody else was faster; unless it's not *guarded*."""
    while True:
        seen = (await GATE.load([key]))[key]
        number = int(seen.body or 0) + 1
        version = seen.version
        if not guarded:
            version = (await GATE.load([key]))[key].version
        try:
            await GATE.commit(Change(operation_id=name, digest="d", guards={key: version}, puts={key: str(number)}))
        except VersionConflict:
            continue
        return number


def counted(outcome, to):
    assert outcome.store.load(["counter"])["counter"].body == str(to)


# What is played


@pytest.mark.parametrize("steps", [1, 2, 5])
def test_two_who_never_meet_have_as_many_schedules_as_the_binomial(steps):
    """Each schedule once; with the same steps for each."""

    async def reads():
        for _ in range(steps):
            await GATE.load(["a"])

    schedules = [outcome.schedule for outcome in every_schedule(MemoryRepository(), [reads, reads])]
    assert len(schedules) == len(set(schedules)) == comb(2 * steps, steps)
    assert all(schedule.count("A") == steps for schedule in schedules)


def test_three_counters_of_their_own_have_as_many_as_the_multinomial():
    """Two steps each, and none is made twice."""
    racers = [lambda key=key: counts(f"to {key}", key) for key in "abc"]
    outcomes = list(every_schedule(MemoryRepository(), racers))
    assert len({outcome.schedule for outcome in outcomes}) == len(outcomes) == factorial(6) // 2**3
    assert {outcome.results for outcome in outcomes} == {(1, 1, 1)}


def test_a_conflict_begins_anew_and_no_count_is_lost():
    """Whoever comes late reads again, so there are more schedules than those of two steps each."""
    racers = [lambda name=name: counts(name) for name in ("a", "b", "c")]
    assert check_every_schedule(MemoryRepository(), racers, lambda outcome: counted(outcome, 3)) > 90


def test_who_checks_without_guarding_is_caught_with_the_schedule():
    """What it had read is old by then; the schedule plays it again, to the same end."""
    racers = [lambda name=name: counts(name, guarded=False) for name in ("a", "b")]
    store = MemoryRepository()
    with pytest.raises(AssertionError) as caught:
        check_every_schedule(store, racers, lambda outcome: counted(outcome, 2))
    told = str(caught.value).splitlines()
    schedule = told[0].split("'")[1]
    assert re.fullmatch(rf"schedule \d+: play it again with play\(store, racers, '{schedule}'\)", told[0])
    assert told[1] == "  A load counter"
    assert told[1 + len(schedule)].startswith("AssertionError: ")
    again = play(store, racers, schedule)
    assert again.schedule == schedule
    with pytest.raises(AssertionError):
        counted(again, 2)
    counted(play(store, racers, "AAABBB"), 2)


def test_every_schedule_plays_again_to_the_same_end():
    """Though each of many was begun only where it differs from others."""
    store = earned("m1")
    loyalty = stepwise(PROGRAM, store)
    racers = [lambda: loyalty.place(ride("o1"), at=NOW, redeem=Points(60)), lambda: loyalty.cancel("o1", at=NOW)]
    for outcome in every_schedule(store, racers, lose=2):
        again = play(store, racers, outcome.schedule)
        assert (again.results, [*map(str, again.errors)]) == (outcome.results, [*map(str, outcome.errors)])
        assert again.store._documents == outcome.store._documents
        assert str(again) == str(outcome)


def test_the_store_given_stays_as_it_is_and_each_outcome_has_its_own():
    """What a check does to one, no other sees."""
    store = MemoryRepository()
    racers = [lambda: counts("a"), *[lambda: GATE.load(["counter"])] * 2]
    for number, outcome in enumerate(every_schedule(store, racers)):
        counted(outcome, 1)
        change = Change(operation_id=f"check {number}", digest="d", guards={"counter": 1}, puts={"counter": None})
        outcome.store.commit(change)
    assert store.keys("", after=None, limit=9) == []


def test_a_copied_store_is_of_its_class():
    """With what else it has."""

    class Counting(MemoryRepository):
        seen = ()

        def load(self, keys):
            self.seen = (*self.seen, *keys)
            return super().load(keys)

    (outcome,) = every_schedule(Counting(), [lambda: GATE.load(["a"])])
    assert outcome.store.seen == ("a",)


def test_every_call_of_a_repository_is_a_step():
    """Those that read lists, too; whatever isn't told is left out of the words."""
    store = earned("m1")

    async def reads():
        (first, *_) = await GATE.entries(account=MEMBER, start=NOW, end=None, after=None, limit=5)
        (due,) = await GATE.due(NOW + timedelta(days=9), after=None, limit=5)
        (key,) = await GATE.keys(due.key, after=None, limit=1)
        receipt = await GATE.receipt(first.operation)
        return receipt.operation_id, key

    (outcome,) = every_schedule(store, [reads])
    assert outcome.results == (('["city","settle","earned m1"]', MEMBER),)
    assert str(outcome).splitlines() == [
        "AAAA",
        f"  A entries account={MEMBER} start={NOW} limit=5",
        f"  A due {NOW + timedelta(days=9)} limit=5",
        f"  A keys {MEMBER} limit=1",
        '  A receipt ["city","settle","earned m1"]',
    ]


def test_no_racers_have_one_schedule():
    """In which nothing happens."""
    (outcome,) = every_schedule(MemoryRepository(), [])
    assert (outcome.schedule, outcome.results) == ("", ())


# Commits whose answer is lost


def test_a_lost_answer_is_a_commit_that_was_applied():
    """A small letter in the schedule; who doesn't commit again has counted all the same."""
    racers = [lambda: counts("a"), lambda: counts("b")]
    outcomes = {outcome.schedule: outcome for outcome in every_schedule(MemoryRepository(), racers, lose=1)}
    lost = outcomes["AaBB"]
    assert isinstance(lost.errors[0], CommitUnknown)
    assert lost.errors[0].operation_id == "a"
    assert lost.results == (None, 2)
    assert str(lost).splitlines()[2] == "  a commit a: CommitUnknown"
    assert not [schedule for schedule in outcomes if sum(map(str.islower, schedule)) > 1]
    assert {schedule for schedule in outcomes if schedule == schedule.upper()} == {
        outcome.schedule for outcome in every_schedule(MemoryRepository(), racers)
    }


def test_only_what_was_written_can_lose_its_answer():
    """A conflict wrote nothing."""
    racers = [lambda: counts("a"), lambda: counts("b")]
    with pytest.raises(InvalidValue, match=r"^the schedule ABAb can't be played: step 4 can't be b's, .* are B$"):
        play(MemoryRepository(), racers, "ABAb")


# What can't be played


@pytest.mark.parametrize(
    ("schedule", "why"),
    [
        ("AAA", "step 3 can't be A's, those who wait then are B"),
        ("AABBB", "step 5 can't be B's, those who wait then are none"),
        ("AC", "step 2 can't be C's, those who wait then are AB"),
        ("A?", "step 2 can't be ?'s, those who wait then are AB"),
        ("AAB", "not everybody ends, those who wait then are B"),
        ("", "not everybody ends, those who wait then are AB"),
    ],
)
def test_a_schedule_that_doesnt_fit_is_refused(schedule, why):
    """With where it stops, and who waits there."""
    racers = [lambda: counts("a"), lambda: counts("b")]
    with pytest.raises(InvalidValue) as refused:
        play(MemoryRepository(), racers, schedule)
    assert str(refused.value) == f"the schedule {schedule} can't be played: {why}"


def test_a_racer_is_a_coroutine_of_stepwise_requests():
    """A plain Loyalty has done it all by then, and a sleep would never end."""
    loyalty = Loyalty(PROGRAM, MemoryRepository())
    with pytest.raises(InvalidValue, match=r"a racer gives a coroutine, as in `lambda: loyalty.place\(…\)`"):
        list(every_schedule(MemoryRepository(), [lambda: loyalty.place(ride("o1"), at=NOW)]))

    class Other:
        def __await__(self):
            yield "something else"

    async def waits():
        await Other()

    with pytest.raises(InvalidValue, match=r"awaits nothing but a stepwise .*: not 'something else'"):
        list(every_schedule(MemoryRepository(), [waits]))


def test_a_racer_that_isnt_the_same_each_time_is_refused():
    """What it does must depend on its answers alone."""
    numbers = count()
    with pytest.raises(InvalidValue, match=r"where it asked for load 0, now it's load 1") as refused:
        list(every_schedule(MemoryRepository(), [lambda: GATE.load([str(next(numbers))])]))
    assert refused.value.__notes__ == ["in a schedule that begins with A"]


def test_a_mistake_is_raised_and_no_outcome():
    """A racer that stumbles over its own code has shown nothing; a pause of no time lets it go on."""

    async def stumbles():
        await GATE.load(["a"])
        await asyncio.sleep(0)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as mistake:
        list(every_schedule(MemoryRepository(), [lambda: GATE.load(["b"]), stumbles]))
    assert mistake.value.__notes__ == ["in a schedule that begins with B"]


def test_there_are_letters_for_26():
    """More would never end anyway."""
    with pytest.raises(InvalidValue, match=r"^schedules have a letter for each of 26 racers, not of 27$"):
        list(every_schedule(MemoryRepository(), [lambda: GATE.load(["a"])] * 27))


def test_a_store_begun_in_other_units_is_told_before_any_schedule():
    """As Loyalty itself would."""
    with pytest.raises(InvalidValue, match="the store was begun by a program with"):
        stepwise(Program.from_dict(CITY | {"point_value": "2"}), earned("m1"))


def test_all_revisions_are_published_beforehand():
    """So that a race is one of two steps each, whenever it's placed."""
    later = Program.from_dict(CITY | {"in_force_from": "2026-03-02", "expiry": {"after": "P6D"}})
    store = MemoryRepository()
    loyalty = stepwise(Revisions((PROGRAM, later)), store)
    racers = [lambda d=d: loyalty.place(ride(f"o{d}", customer=f"m{d}"), at=NOW + timedelta(days=d)) for d in (0, 3)]
    assert len(list(every_schedule(store, racers))) == 6


# What Loyalty keeps, whoever comes when


def checked(*checks):
    """Give a check of all of *checks* and of the books, made once for all outcomes that end alike."""
    seen = {}

    def check(outcome):
        alike = (tuple(map(id, outcome.results)), tuple(map(id, outcome.errors)))
        alike += (tuple(outcome.store._documents.items()), tuple(outcome.store._entries))
        if alike not in seen:
            seen[alike] = outcome  # so that nothing else can have its ids
            accounts = check_accounts(outcome.store)
            for each in checks:
                each(outcome, accounts)

    check.seen = seen
    return check


def codes(settlement):
    return {reason.code for reason in settlement.reasons}


def redemptions(number, *, lose=0):
    """Race so many orders of 60 points for the same 100, and give how many schedules there were."""
    store = earned("m1")
    loyalty = stepwise(PROGRAM, store)

    def never_more_than_there_was(outcome, accounts):
        assert outcome.errors == (None,) * number
        got = sorted([placed.redeemed.minor for placed in outcome.results], reverse=True)
        assert got == [60, 40, 0, 0][:number]
        account = accounts["m1"]
        assert (account.held, account.balance, account.posted) == (sum(got), 100 - sum(got), 100)
        assert {order: hold.amount for order, hold in account.holds.items()} == {
            placed.order_id: placed.redeemed.minor for placed in outcome.results if placed.redeemed
        }

    def losers_know_why(outcome, _):
        for placed in outcome.results:
            assert codes(placed) == (set() if placed.redeemed == Points(60) else {"limited_by_balance"})

    racers = [lambda n=n: loyalty.place(ride(f"o{n}"), at=NOW, redeem=Points(60)) for n in range(number)]
    return check_every_schedule(store, racers, checked(never_more_than_there_was, losers_know_why), lose=lose)


def test_two_and_three_redemptions_never_spend_more_than_there_was():
    """All interleavings: what's held and what's free is what there was, and who got less has a reason (P21)."""
    assert redemptions(2) == 6
    assert redemptions(3) == 498


def test_redemptions_whose_answers_are_lost_hold_once():
    """The same change, committed again, gives what it gave."""
    assert redemptions(2, lose=2) > 6
    assert redemptions(3, lose=1) > 498


@deep
def test_four_redemptions_never_spend_more_than_there_was(tally):
    """And three, whichever two of their answers are lost; each of them is played from its beginning to its end."""
    played = redemptions(4), redemptions(3, lose=2)
    assert played == (1_033_272, 52_752)
    tally["four redemptions, and three with two answers lost, one by one"] += sum(played)


def test_place_complete_and_cancel_of_one_order_end_as_one_of_their_sequences():
    """Whoever comes before it's placed finds no such order; of complete and cancel each says how it stands."""
    store = earned("m1")
    loyalty = stepwise(PROGRAM, store)
    racers = [
        lambda: loyalty.place(ride("o1"), at=NOW, redeem=Points(60)),
        lambda: loyalty.complete("o1", at=NOW),
        lambda: loyalty.cancel("o1", at=NOW),
    ]
    ends = set()

    def as_in_some_sequence(outcome, accounts):
        placed, completed, cancelled = outcome.results
        assert placed.redeemed == Points(60)
        assert outcome.errors[0] is None
        assert all(error is None or type(error) is UnknownOrder for error in outcome.errors)
        account = accounts["m1"]
        held, spent = account.held, 100 + (completed is not None) * 100 - account.posted
        assert (held, spent) == ((60, 0) if completed is cancelled is None else (0, 60) if completed else (0, 0))
        ends.add((completed and completed.status, cancelled and cancelled.status))
        if completed and cancelled:
            assert ("hold_ended" in codes(completed)) is (cancelled.status == "cancelled")
            assert ("already_completed" in codes(cancelled)) is (cancelled.status == "completed")

    assert check_every_schedule(store, racers, checked(as_in_some_sequence)) == 640
    assert ends == {
        (None, None),
        ("completed", None),
        (None, "cancelled"),
        ("completed", "cancelled"),
        ("completed", "completed"),
    }


LATE = NOW + timedelta(days=8)
"""The hold has timed out by then, and its points had expired while they were held."""


@pytest.mark.parametrize("lose", [0, pytest.param(1, marks=deep)])
def test_capture_release_and_expiry_at_once_end_the_hold_once(lose):
    """Of complete, cancel and the sweep past its time, one ends the hold; the others find it ended (P16, P23)."""
    store = earned("m1", orders=["o1"])
    loyalty = stepwise(PROGRAM, store)
    racers = [
        lambda: loyalty.complete("o1", at=LATE - timedelta(days=2)),
        lambda: loyalty.cancel("o1", at=LATE),
        lambda: loyalty.run_due(at=LATE),
    ]
    ways = set()

    def ended_once(outcome, accounts):
        assert outcome.errors == (None, None, None)
        completed, cancelled, swept = outcome.results
        assert swept.skipped == ()
        account = accounts["m1"]
        assert account.holds == {}
        mine = outcome.store.entries(account=MEMBER, start=None, end=None, after=None, limit=99)
        spent = -sum(entry.amount for entry in mine if '"redeemed"' in entry.detail)
        gone = -sum(entry.amount for entry in mine if '"expired"' in entry.detail)
        earned_points = sum(entry.amount for entry in mine if '"issued"' in entry.detail)
        assert earned_points == 200
        assert account.posted == 200 - spent - gone
        assert spent == completed.redeemed.minor
        assert (spent == 60) is ("hold_ended" not in codes(completed))
        assert gone == 100 - spent
        assert outcome.store.due(LATE, after=None, limit=9) == []
        ways.add((spent, cancelled.status))

    assert check_every_schedule(store, racers, checked(ended_once), lose=lose) == (11_715, 582_756)[lose]
    assert ways == {(60, "completed"), (0, "cancelled"), (0, "completed")}


def test_the_same_call_three_times_at_once_applies_once():
    """A webhook that comes three times: all get the same settlement, lost answers or not (P18)."""
    store = earned("m1")
    loyalty = stepwise(PROGRAM, store)

    def once(outcome, accounts):
        assert len(set(map(str, outcome.results))) == 1
        assert outcome.results[0].redeemed == Points(60)
        assert (accounts["m1"].posted, accounts["m1"].held) == (140, 0)

    racers = [lambda: loyalty.settle(ride("o1"), at=NOW, redeem=Points(60))] * 3
    played = [check_every_schedule(store, racers, checked(once), lose=lose) for lose in (0, 2)]
    assert played[0] < played[1]


def test_the_same_order_with_other_arguments_is_a_mismatch_that_tells_the_first():
    """Whichever came first stands; the other can go on with it."""
    store = earned("m1")
    loyalty = stepwise(PROGRAM, store)

    def first_stands(outcome, accounts):
        (error,) = [error for error in outcome.errors if error is not None]
        (placed,) = [placed for placed in outcome.results if placed is not None]
        assert type(error) is OperationMismatch
        assert str(error.first) == str(placed)
        assert accounts["m1"].held == placed.redeemed.minor

    racers = [lambda n=n: loyalty.place(ride("o1"), at=NOW, redeem=Points(n)) for n in (40, 50)]
    assert check_every_schedule(store, racers, checked(first_stands)) >= 6


def test_two_members_orders_never_conflict():
    """Program accounts have no document, so nothing is shared: as many schedules as the binomial, two steps each."""
    store = earned("m1", "m2")
    loyalty = stepwise(PROGRAM, store)
    racers = [lambda m=m: loyalty.settle(ride(f"{m}'s", customer=m), at=NOW, redeem=Points(60)) for m in ("m1", "m2")]

    def as_if_alone(_, accounts):
        assert {member: account.posted for member, account in accounts.items()} == {"m1": 140, "m2": 140}

    assert check_every_schedule(store, racers, checked(as_if_alone)) == comb(4, 2)


def test_two_sweeps_and_an_order_book_what_time_has_done_once():
    """Whoever comes first books the expiry."""
    store = earned("m1")
    loyalty = stepwise(PROGRAM, store)

    def booked_once(outcome, accounts):
        assert outcome.errors == (None, None, None)
        assert accounts["m1"].posted == 100
        expired = [entry.amount for entry in outcome.store._entries if entry.account == '["city","expired"]']
        assert expired == [100]

    racers = [lambda: loyalty.run_due(at=LATE)] * 2 + [lambda: loyalty.settle(ride("o1"), at=LATE)]
    assert check_every_schedule(store, racers, checked(booked_once)) > 90


def test_spent_attempts_are_contended_and_leave_nothing():
    """One attempt each: of two who meet, one is told to call again, and what it asked for isn't there."""
    store = earned("m1")
    loyalty = stepwise(PROGRAM, store, attempts=1)

    def one_at_least(outcome, accounts):
        assert {type(error) for error in outcome.errors} <= {type(None), Contended}
        held = sum(placed.redeemed.minor for placed in outcome.results if placed)
        assert accounts["m1"].held == held >= 60

    racers = [lambda n=n: loyalty.place(ride(f"o{n}"), at=NOW, redeem=Points(60)) for n in range(2)]
    check = checked(one_at_least)
    assert check_every_schedule(store, racers, check) == comb(4, 2)
    assert {type(error) for outcome in check.seen.values() for error in outcome.errors} == {type(None), Contended}


def test_the_first_two_orders_of_all_publish_the_program_once():
    """Two processes of a new program: made in the racer itself, each begins without knowing what stands there."""

    def first(member):
        loyalty = AsyncLoyalty(PROGRAM, StepwiseRepository(), retry=Retry(longest=0))
        return loyalty.settle(ride(f"{member}'s", customer=member), at=NOW)

    def both_earned(outcome, accounts):
        assert outcome.errors == (None, None)
        assert {member: account.balance for member, account in accounts.items()} == {"m1": 100, "m2": 100}
        assert len(outcome.store.keys('["city","revision"', after=None, limit=9)) == 1

    racers = [lambda m=m: first(m) for m in ("m1", "m2")]
    assert check_every_schedule(MemoryRepository(), racers, checked(both_earned), lose=1) > comb(8, 4)


def test_a_store_that_is_down_is_an_outcome():
    """It says so, and nothing was written."""

    class Down(MemoryRepository):
        def commit(self, change):
            raise StoreUnavailable("connection refused") if change.entries else AssertionError

    store = Down()
    vars(store).update(vars(earned("m1")))
    entries = booked("earn", ("m1", 5))
    commit = Change(operation_id="earn", digest="d", entries=entries)
    (outcome,) = every_schedule(store, [lambda: GATE.commit(commit)])
    assert isinstance(outcome.errors[0], StoreUnavailable)


def test_a_sweep_that_was_done_has_booked_all_that_was_due():
    """Two at different moments: once the later one is done, nothing is due by then that was due before it began."""
    store = earned("m1")
    Loyalty(PROGRAM, store).settle(ride("o1"), at=NOW + timedelta(days=2))
    loyalty = stepwise(PROGRAM, store)

    def nothing_is_left(outcome, _):
        assert outcome.store.due(LATE, after=None, limit=9) == []

    racers = [lambda: loyalty.run_due(at=LATE - timedelta(days=2)), lambda: loyalty.run_due(at=LATE)]
    check_every_schedule(store, racers, checked(nothing_is_left))
