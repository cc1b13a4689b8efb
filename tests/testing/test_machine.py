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
from loyaltykit.testing.broken import BROKEN
from loyaltykit.testing.contract.verdict import Violated
from loyaltykit.testing.machine import LifeMachine
from loyaltykit.testing.machine.deal import DAY, Deal
from loyaltykit.testing.machine.life import Life
from loyaltykit.testing.machine.life_machine import START
from loyaltykit.testing.machine.model import FOREVER, Model, Ride

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
    return BROKEN["EmptiedKeepsItsBody"]()


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


def test_S3_a_card_is_spent_and_given_back_coin_by_coin():
    """Read by hand: of 300.00 on a card 200.00 are held, 120.00 spent, and half of that given back."""
    life = Life(Deal(percent=1), MemoryRepository())
    life.issue("c1", START, face=30_000, ends=START + DAY)
    life.place("o1", START, price=20_000, card="c1")
    assert (life.model.cards["c1"].balance, life.model.cards["c1"].held("o1")) == (10_000, 20_000)
    life.complete("o1", START, price=12_000)
    life.refund("o1", "a", START, amount=6_000)
    assert life.model.cards["c1"].balance == 24_000
    life.issue("c1", START, face=99)
    life.freeze("c1", "f", START, frozen=True)
    life.freeze("c9", "f", START, frozen=True)
    life.freeze("c1", "f", START + DAY, frozen=True)
    life.check(START + 2 * DAY)
    assert life.model.cards["c1"].seen(START + 2 * DAY).balance == 0


def test_S3_what_is_seldom_drawn_of_cards_agrees_too():
    """A card in another's place, one taken back, a hold that ended, and a return that came too late or on grace."""
    for grace in (None, DAY):
        life = Life(Deal(percent=1, lives=DAY, grace=grace, hold=DAY), MemoryRepository())
        life.issue("c1", START, face=30_000, ends=START + 3 * DAY)
        life.issue("c2", START, face=5_000)
        for number in range(1, 5):
            life.place(f"o{number}", START, price=9_000, card="c1")
        life.amend("o1", "a", START, card="c2")
        life.amend("o1", "b", START, card="wrong")
        life.amend("o2", "a", START, card="", price=8_000)
        life.cancel("o3", START)
        life.settle("o5", START + 2 * DAY, member="m1", price=12_000, card="c1")
        life.complete("o3", START + 2 * DAY)
        life.complete("o4", START + 2 * DAY)
        life.settle("o6", START + 2 * DAY, price=None, card="c2")
        life.settle("o7", START + 2 * DAY, price=4_000, card="c2")
        life.correct("o7", "a", START + 2 * DAY, price=3_000)
        life.adjust("m1", "a", START + 2 * DAY, points=100)
        life.place("o8", START + 2 * DAY, member="m1", price=4_000, redeem="all", card="c2")
        life.amend("o8", "a", START + 2 * DAY, price=3_500)
        life.correct("o5", "a", START + 2 * DAY, price=11_000)
        life.refund("o5", "a", START + 4 * DAY)
        life.run_due(START + 9 * DAY)
        life.all_again(START + 9 * DAY)


def test_S3_a_model_of_cards_that_says_otherwise_is_told():
    """Whoever changes either hears of it at once."""
    life = Life(Deal(percent=10), MemoryRepository())
    life.issue("c1", START, face=10_000)
    life.model.cards["c1"].coins.clear()
    with pytest.raises(Violated, match=r"^what is on c1, and held of it, is \(10000, 0\), not \(0, 0\)$"):
        life.check(START)


def test_Y2_what_is_seldom_drawn_of_levels_agrees_too():
    """The only visit is refunded while its level has lapsed, and a visit that was days ago is told late."""
    life = Life(Deal(percent=10, ladders=True, lapse=1, away=1), MemoryRepository())
    life.settle("o1", START, member="m1", price=20_000)
    life.settle("o2", START, member="m1", price=20_000, visit=False)
    life.place("o3", START, member="m1", price=9_000)
    life.run_due(START + 4 * DAY)
    life.refund("o1", "a", START + 4 * DAY)
    life.record_payment("o2", "a", START + 4 * DAY, amount=5_000)
    life.amend("o3", "a", START + 4 * DAY, price=10_000)
    assert life.model.standing("m1", life.model.members["m1"], START + 4 * DAY)["regulars"] == "5 %"
    life.settle("o4", START + DAY, member="m1", price=10_000)
    life.check(START + 4 * DAY)
    assert life.model.standing("m1", life.model.members["m1"], START + 4 * DAY)["categories"] == ("lost",)


def test_S3_a_card_that_others_have_spent_meanwhile_pays_nothing_in_the_model_either():
    """The hold had ended, so nothing is told as held, and none of it can be held again."""
    life = Life(Deal(hold=DAY), MemoryRepository())
    life.issue("c1", START, face=9_000)
    life.place("o1", START, price=9_000, card="c1")
    life.settle("o2", START + 2 * DAY, price=9_000, card="c1")
    life.refund("o1", "a", START + 2 * DAY)
    life.complete("o1", START + 2 * DAY)
    assert not life.model.cards["c1"].balance
    life.all_again(START + 2 * DAY)
