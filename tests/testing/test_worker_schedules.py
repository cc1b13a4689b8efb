"""Workers whose orders, payouts and sweeps come at once, in every order in which they can meet (G1, P14)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest

from loyaltykit import Loyalty, Program
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.operations.run_due import sweep_due
from loyaltykit.testing.schedules import check_every_schedule, stepwise
from tests.operations.support import AT, BASE, DAY, audit, entries_of, ride, rub
from tests.operations.workers import DAILY, Shift, counting

WORKER = '["city","worker","w7"]'
PROGRAM = Program.from_dict(BASE | {"worker_bonus": [DAILY]})


@pytest.fixture
def store():
    """Give a store in which w7 has completed an order, and was credited 50 roubles."""
    made = MemoryRepository()
    shift = Shift(made, DAILY)
    shift.complete("a", AT)
    shift.credit("a", 5_000, AT)
    return made


def payments(outcome):
    return sorted(each.paid for each in outcome.results if each is not None)


def counts(loyalty, order_id, at=AT):
    """Give the racer who completes an order of w7's."""
    order = ride(id=order_id, worker="w7")
    return lambda: loyalty._driver.run(partial(counting, loyalty._programs, order, placed_at=AT, at=at))


def test_two_orders_at_once_both_count(store):
    """Whoever comes late counts anew."""
    loyalty = stepwise(PROGRAM, store)

    def both(outcome):
        audit(outcome.store)
        (progress,) = Loyalty(PROGRAM, outcome.store).workers.view("w7", at=AT).bonuses
        assert progress.orders == 3

    assert check_every_schedule(store, [counts(loyalty, "b"), counts(loyalty, "c")], both, lose=1) > 6


def test_two_payouts_at_once_pay_once(store):
    """The second finds nothing; the account never falls below zero."""
    loyalty = stepwise(PROGRAM, store)

    def once(outcome):
        audit(outcome.store)
        assert payments(outcome) == [rub(0), rub(50)]
        assert [entry.amount for entry in entries_of(outcome.store, WORKER)] == [5_000, -5_000]

    racers = [partial(loyalty.workers.pay_out, name, "w7", at=AT) for name in ("p1", "p2")]
    assert check_every_schedule(store, racers, once) >= 6


def test_the_same_payout_twice_at_once_pays_once(store):
    """Both are told the same, even where an answer was lost."""
    loyalty = stepwise(PROGRAM, store)

    def once(outcome):
        audit(outcome.store)
        assert payments(outcome) == [rub(50), rub(50)]
        assert [entry.amount for entry in entries_of(outcome.store, WORKER)] == [5_000, -5_000]

    racers = [partial(loyalty.workers.pay_out, "p1", "w7", at=AT)] * 2
    assert check_every_schedule(store, racers, once, lose=1) > 6


def test_a_period_that_ends_is_paid_once_whoever_notices(store):
    """A sweep, an order and a payout at once."""
    Shift(store, DAILY).complete("b", AT)
    loyalty = stepwise(PROGRAM, store)
    sweep = partial(sweep_due, loyalty._programs, WORKER, at=AT + DAY)

    def once(outcome):
        audit(outcome.store)
        booked = [entry.amount for entry in entries_of(outcome.store, WORKER)]
        assert sorted(booked) == [-15_000, 5_000, 10_000]

    racers = [
        lambda: loyalty._driver.run(sweep),
        counts(loyalty, "c", AT + DAY),
        partial(loyalty.workers.pay_out, "p1", "w7", at=AT + DAY),
    ]
    assert check_every_schedule(store, racers, once) > 90


def test_threads_on_a_file_lose_no_order(tmp_path):
    """Four connections, begun together; each has orders of its own."""
    path, start = tmp_path / "loyalty.db", Barrier(4)
    SqliteRepository(path).close()

    def drive(number):
        repository = SqliteRepository(path)
        shift = Shift(repository, DAILY)
        start.wait()
        for order in range(5):
            shift.complete(f"o{number}-{order}", AT)
        repository.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(drive, range(4)))
    repository = SqliteRepository(path)
    (progress,) = Loyalty(PROGRAM, repository).workers.view("w7", at=AT).bonuses
    assert progress.orders == 20
    repository.close()
