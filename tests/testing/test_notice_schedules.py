"""Whoever tells, forgets, agrees, clears or acknowledges at once, in every order in which they can meet (S7, S8)."""

from __future__ import annotations

from functools import partial

import pytest

from loyaltykit import Loyalty, Points, Program
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.operations.run_due import sweep_due
from loyaltykit.testing.schedules import check_every_schedule, stepwise
from tests.operations.support import AT, BASE, DAY, HOUR, audit, give, ride, rub

PROGRAM = Program.from_dict(
    BASE
    | {
        "cashback": [{"percent": "100", "delay": "PT3H"}],
        "redemption": [{}],
        "expiry": {"after": "P9D"},
        "notice": [{"kind": "points_credited"}, {"kind": "points_will_expire", "ahead": 7}],
    }
)
MEMBER = '["city","member","m1"]'
DUE = AT + 3 * HOUR
NEAR = AT + 3 * DAY


@pytest.fixture
def store():
    """Give a store in which 41 points of m1's are to come, who has agreed to marketing."""
    made = MemoryRepository()
    loyalty = Loyalty(PROGRAM, made)
    loyalty.members.set_consent("m1", agreed=True, at=AT)
    give(loyalty, 41)
    return made


def told(outcome, at):
    return sorted(str(each.notice) for each in Loyalty(PROGRAM, outcome.store).notices.waiting(at=at).notices)


def sweeps(loyalty, at):
    """Give the racer who books what time has done to m1."""
    return lambda: loyalty._driver.run(partial(sweep_due, loyalty._programs, MEMBER, at=at))


def test_S7_two_sweeps_at_once_tell_once(store):
    """Of what was credited and of what will expire, though an answer is lost."""
    loyalty = stepwise(PROGRAM, store)

    def once(outcome):
        audit(outcome.store)
        assert [text.split(":")[0].split(" can")[0] for text in told(outcome, NEAR)] == [
            "41 points",
            "41 points credited",
        ]

    assert check_every_schedule(store, [sweeps(loyalty, NEAR), sweeps(loyalty, NEAR)], once, lose=1) > 6


def test_S7_a_sweep_and_an_order_at_once_tell_of_each_posting_once(store):
    """Whoever books the award tells of it."""
    loyalty = stepwise(PROGRAM, store)
    spent = partial(loyalty.settle, ride("10", id="o2"), at=DUE, redeem=Points(5))

    def once(outcome):
        audit(outcome.store)
        assert len([text for text in told(outcome, DUE) if "41 points credited" in text]) == 1

    assert check_every_schedule(store, [sweeps(loyalty, DUE), spent], once) > 2


def test_S7_whoever_declines_while_points_are_credited_is_told_nothing_after(store):
    """A notice that was made before is dropped, and none is made after; though an answer is lost."""
    loyalty = stepwise(PROGRAM, store)
    declines = partial(loyalty.members.set_consent, "m1", agreed=False, at=DUE)

    def none(outcome):
        audit(outcome.store)
        after = Loyalty(PROGRAM, outcome.store)
        assert after.members.view("m1", at=DUE).consent is False
        assert told(outcome, DUE) == []
        after.run_due(at=NEAR)
        assert told(outcome, NEAR) == []

    assert check_every_schedule(store, [sweeps(loyalty, DUE), declines], none, lose=1) > 6


def test_S7_whoever_declines_while_a_sender_acknowledges_is_told_nothing_after(store):
    """Both empty the same notices, whoever is first."""
    Loyalty(PROGRAM, store).run_due(at=NEAR)
    ids = [each.id for each in Loyalty(PROGRAM, store).notices.waiting(at=NEAR).notices]
    loyalty = stepwise(PROGRAM, store)

    def none(outcome):
        assert told(outcome, NEAR) == []

    declines = partial(loyalty.members.set_consent, "m1", agreed=False, at=NEAR)
    check_every_schedule(store, [partial(loyalty.notices.acknowledge, ids[1]), declines], none, lose=1)


def test_S7_forgetting_while_a_notice_is_made_leaves_none(store):
    """Whichever comes first."""
    loyalty = stepwise(PROGRAM, store)
    forgets = partial(loyalty.members.forget, "m1", at=DUE)

    def none(outcome):
        audit(outcome.store)
        assert told(outcome, NEAR) == []

    check_every_schedule(store, [sweeps(loyalty, DUE), forgets], none)


def test_S7_two_senders_at_once_acknowledge_once(store):
    """Both are done, whoever was first."""
    Loyalty(PROGRAM, store).run_due(at=NEAR)
    ids = [each.id for each in Loyalty(PROGRAM, store).notices.waiting(at=NEAR).notices]
    loyalty = stepwise(PROGRAM, store)

    def all_gone(outcome):
        assert told(outcome, NEAR) == []

    racers = [partial(loyalty.notices.acknowledge, *ids), partial(loyalty.notices.acknowledge, ids[1])]
    check_every_schedule(store, racers, all_gone, lose=1)


def test_S8_an_order_completed_while_the_history_is_cleared_is_in_it_or_cleared():
    """And its refund takes off what it's part of, never more."""
    store = MemoryRepository()
    quiet = Program.from_dict(BASE | {"cashback": [{"percent": 5}], "redemption": [{}]})
    plain = Loyalty(quiet, store)
    plain.place(ride("100"), at=AT)
    plain.record_payment("p1", "o1", rub(60), at=AT)
    loyalty = stepwise(quiet, store)
    completes = partial(loyalty.complete, "o1", at=AT)
    clears = partial(loyalty.members.clear_history, "c1", "m1", at=AT, balance="keep")
    seen = set()

    def either(outcome):
        audit(outcome.store)
        after = Loyalty(quiet, outcome.store)
        view = after.members.view("m1", at=AT)
        seen.add((view.visits, view.sold, view.paid))
        after.refund("r1", "o1", at=AT)
        view = after.members.view("m1", at=AT)
        assert (view.visits, view.sold, view.paid) == (0, rub(0), rub(0))

    check_every_schedule(store, [completes, clears], either)
    assert seen == {(0, rub(0), rub(0)), (1, rub(100), rub(60))}
