"""Every operation agrees with the plain model, over each repository; and whatever is broken, the machine finds."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.testing import machine
from loyaltykit.testing.contract.verdict import Violated
from loyaltykit.testing.machine import LifeMachine
from loyaltykit.testing.machine.deal import DAY, Deal
from loyaltykit.testing.machine.life import Life
from loyaltykit.testing.machine.life_machine import START
from loyaltykit.testing.machine.model import FOREVER, Model, Ride
from tests.testing.contract.broken import BROKEN

OFTEN = settings(max_examples=max(settings().max_examples, 100))

TestOnMemory = LifeMachine.TestCase
TestOnSqlite = LifeMachine.over("loyaltykit.testing.contract.factories:sqlite_memory").TestCase
TestOnMemory.settings = TestOnSqlite.settings = OFTEN


def test_the_package_loads_the_machine_alone():
    """When it's asked for."""
    with pytest.raises(AttributeError, match="has no attribute 'Machine'"):
        machine.Machine  # noqa: B018 - the look-up is the test


def test_the_model_needs_no_hypothesis():
    """The contract of repositories plays it where Hypothesis isn't installed."""
    code = (
        "import sys\nimport loyaltykit.testing.machine.life, loyaltykit.testing.machine\n"
        "print({'hypothesis', 'pytest'} & set(sys.modules))"
    )
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    done = subprocess.run([sys.executable, "-c", code], env=unmeasured, check=True, capture_output=True, text=True)  # noqa: S603
    assert done.stdout == "set()\n"


def spoilt():
    """Give a factory of stores that keep what was emptied."""
    return BROKEN["EmptiedKeepsItsBody"][1]()


def test_a_broken_store_is_found_and_told_in_a_few_calls():
    """The failure is of the kit, with what differs."""
    broken = LifeMachine.over("tests.testing.test_machine:spoilt")
    with pytest.raises(Violated, match=r"^what m\d has is |^the lots of m\d|^posted is |^what documents say"):
        run_state_machine_as_test(broken, settings=settings(database=None, phases=[Phase.generate]))


def test_async_stores_are_played_as_well():
    """On a loop of the kit's own."""
    few = settings(max_examples=5, stateful_step_count=20, database=None)
    run_state_machine_as_test(LifeMachine.over("loyaltykit.testing.contract.factories:async_memory"), settings=few)


def test_what_the_model_says_otherwise_is_told():
    """Whoever changes either hears of it at once."""
    life = Life(Deal(percent=10), MemoryRepository())
    life.settle("o1", START, member="m1", price=10_000)
    life.model.members["m1"].purse.pop()
    with pytest.raises(Violated, match=r"^posted is \{'m1': 10\}, not \{'m1': 9\}$"):
        life.check(START)


def test_a_purse_is_spent_and_given_back_point_by_point():
    """Read by hand: 15 points that end on Wednesday, 10 without end, 20 of them spent and half of that given back."""
    model = Model(Deal(percent=1))
    model.import_member("m1", START, [(15, START + DAY), (10, FOREVER)], 0, 0)
    model.settle(Ride("o1", "m1", 4_000, None, None, 20, START), START)
    assert [point.ends for point in model.members["m1"].purse] == [FOREVER] * 5
    assert model.refund("o1", START, 2_000) == {
        "status": "completed",
        "charged": 2_000,
        "redeemed": 10,
        "due": 1_000,
        "refund": 1_000,
        "back": 10,
    }
    assert [point.ends for point in model.members["m1"].purse] == [START + DAY] * 5 + [FOREVER] * 10


def test_what_is_seldom_drawn_agrees_too():
    """An amendment that spends nothing any more; of two awards to come, the later one taken; a refund too late."""
    life = Life(Deal(percent=10, delay=2 * DAY, refundable=DAY), MemoryRepository())
    life.import_member("m1", START, lots=((50, FOREVER),), visits=0, sold=0)
    life.place("o1", START, member="m1", price=10_000, redeem="all")
    life.amend("o1", "a", START, redeem=0)
    for order in ("o2", "o3"):
        life.settle(order, START, member="m1", price=10_000)
    life.refund("o3", "a", START)
    life.refund("o2", "a", START + 3 * DAY)
    assert len(life.model.members["m1"].purse) == 60


def test_a_machine_that_never_began_leaves_nothing():
    """As where its factory fails."""
    LifeMachine().teardown()


def test_what_a_forgotten_member_ordered_is_left_alone():
    """What's taken back of it isn't in the model."""
    life = Life(Deal(percent=10), MemoryRepository())
    life.settle("o1", START, member="m1", price=10_000)
    life.forget("m1", START)
    life.refund("o1", "a", START)
    life.correct("o1", "a", START, price=99)
    life.record_payment("o1", "a", START, amount=99)
    assert life.calls == 1


def test_what_is_seldom_drawn_of_the_forgotten_agrees_too():
    """Orders of somebody who was forgotten are completed, edited, corrected, refunded and cancelled."""
    life = Life(Deal(percent=10), MemoryRepository())
    life.settle("o1", START, member="m1", price=10_000)
    for order in ("o2", "o3", "o4"):
        life.place(order, START, member="m1", price=5_000, redeem="all")
    life.forget("m1", START)
    life.settle("o5", START, member="m1", price=20_000)
    life.correct("o1", "a", START, price=7_000)
    life.complete("o2", START, price=6_000)
    life.amend("o3", "a", START, redeem="all")
    life.cancel("o4", START)
    life.refund("o1", "a", START)
    life.check(START)
    assert len(life.model.members["m1"].purse) == 20
