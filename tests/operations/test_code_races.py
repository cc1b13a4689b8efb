"""Codes that are fought over: by processes and threads that are seen to meet, and in every order (B3, B9, G9, G10)."""

from __future__ import annotations

import json
import time
from multiprocessing import get_context
from threading import Barrier, Thread

import pytest

from loyaltykit import Loyalty, Points, Retried, Retry
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.documents import promo_use
from loyaltykit.testing.schedules import check_every_schedule, stepwise
from tests.operations.code_racers import drain
from tests.operations.support import AT, BASE, DAY, audit, balance, city, codes, give, ride, rub

SUMMER = {"name": "summer", "code": "SUMMER", "percent": "10"}
GIFT = {"name": "present", "code": "GIFT", "points": 100, "credited": "placing"}
INVITES = {"invitation": [{"referee_points": 100, "referrer_points": 50}]}

FORKING = get_context("forkserver")
FORKING.set_forkserver_preload(["tests.operations.code_racers"])


def counted(repository, name):
    """Give the document of what is used of a promo."""
    key = json.dumps(["city", "promo", name], separators=(",", ":"))
    return promo_use.decode(key, repository.load([key])[key].body)


@pytest.mark.parametrize("bound", [{"limit": 100}, {"budget": "2000.01"}], ids=["limit", "budget"])
def test_B9_sixteen_processes_drain_a_code_to_its_last_unit(bound, tmp_path):
    """A limit of 100 gives exactly 100 uses, a budget is spent to the kopeck: and they did meet."""
    path, raw = str(tmp_path / "store.db"), BASE | {"redemption": [{}], "promo": [SUMMER | bound]}
    barrier, told = FORKING.Barrier(16), FORKING.SimpleQueue()
    racers = [FORKING.Process(target=drain, args=(path, raw, number, 8, barrier, told)) for number in range(16)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(60)
    assert [racer.exitcode for racer in racers] == [0] * 16
    answers = [told.get() for _ in racers]
    assert sum(conflicts for _, conflicts in answers), "no two of them overlapped"
    got = [units for each, _ in answers for units in each]
    store = SqliteRepository(path)
    use = counted(store, "summer")
    audit(store)
    store.close()
    assert (len(got), use.uses, use.reserved) == (128, sum(map(bool, got)), {})
    assert "limit" not in bound or use.uses == 100
    assert "budget" not in bound or sum(got) == use.units == 200_001


class Unhurried:
    """A repository that takes its time between a load and what follows, so that others come in between."""

    def __init__(self, repository):
        self._repository = repository
        self.commit = repository.commit

    def load(self, keys):
        found = self._repository.load(keys)
        time.sleep(0.0005)
        return found


def at_once(repository, program, *calls):
    """Make *calls* of a `Loyalty` at once, and give what they gave, and how often one was faster than another."""
    barrier, given, conflicts = Barrier(len(calls)), {}, []

    def observe(event):
        conflicts.extend([event] if isinstance(event, Retried) else [])

    def work(number, call):
        loyalty = Loyalty(program, Unhurried(repository), retry=Retry(attempts=99, longest=0.01), observe=observe)
        barrier.wait()
        given[number] = call(loyalty)

    threads = [Thread(target=work, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [given[number] for number in range(len(calls))], conflicts


def test_G9_two_first_orders_by_the_same_friend_reward_once(life, repository):
    """Completed at once, thirty times over; and they did meet."""
    program, met = city(**INVITES), []
    life(**INVITES).members.join("m7", at=AT, code="SEVEN")
    for friend in range(30):
        member, orders = f"f{friend}", [f"{friend} one", f"{friend} two"]
        loyalty = Loyalty(program, repository)
        for order in orders:
            loyalty.place(ride(id=order, customer=member), at=AT, referral_code="SEVEN")
        ends = [lambda own, order=order: own.complete(order, at=AT) for order in orders]
        done, conflicts = at_once(repository, program, *ends)
        met += conflicts
        rewarded = [settlement for settlement in done if settlement.awards]
        assert len(rewarded) == 1, [codes(settlement) for settlement in done]
        assert balance(loyalty, AT, member) == Points(100)
        assert balance(loyalty, AT, "m7") == Points(50 * (friend + 1))
    assert met, "no two of them overlapped"
    assert loyalty.members.view("m7", at=AT).invited == 30


@pytest.mark.parametrize("promo", [SUMMER | {"budget": "41.20"}, GIFT], ids=["summer", "gift"])
def test_B3_a_codes_own_hold_never_counts_against_its_order(life, repository, promo):
    """The one use that there is stands through edits of any kind, the same code named anew, and completion."""
    loyalty = life(promo=[promo | {"limit": 1, "per_member": 1}])
    give(loyalty, 50)
    placed = loyalty.place(ride(), at=AT, promo_code=promo["code"], redeem=Points(20))
    for number, edit in enumerate(({}, {"promo_code": promo["code"]}, {"price": rub(412)}, {"redeem": "all"}, {})):
        amended = loyalty.amend(f"a{number}", "o1", at=AT, **edit)
        assert (amended.charged, codes(amended)) == (placed.charged, codes(placed))
        assert loyalty.place(ride(id=f"other {number}", customer="m2"), at=AT, promo_code=promo["code"]).charged == rub(
            412
        )
    done = loyalty.complete("o1", at=AT)
    assert done.charged == placed.charged
    assert (counted(repository, promo["name"]).uses, counted(repository, promo["name"]).reserved) == (1, {})


@pytest.mark.parametrize("other", ["amend", "complete"])
def test_B3_a_codes_own_hold_never_counts_against_its_order_in_every_order(other):
    """An edit that names the order's code anew, and another, or its completion: the only use stays its own."""
    program, store = city(promo=[SUMMER | {"limit": 1, "per_member": 1, "budget": "41.20"}]), MemoryRepository()
    Loyalty(program, store).place(ride(), at=AT, promo_code="SUMMER")
    loyalty = stepwise(program, store)
    others = {
        "amend": lambda: loyalty.amend("a2", "o1", at=AT, promo_code="summer", price=rub(300)),
        "complete": lambda: loyalty.complete("o1", at=AT),
    }

    def judge(outcome):
        assert outcome.errors == (None, None)
        assert all((each.price - each.charged).minor * 10 == each.price.minor for each in outcome.results)
        assert counted(outcome.store, "summer").taken[0] == 1

    racers = [lambda: loyalty.amend("a1", "o1", at=AT, promo_code="summer"), others[other]]
    assert check_every_schedule(store, racers, judge) > 10


def test_B3_what_the_same_order_reserved_long_ago_is_no_other_orders(life, repository):
    """Its hold has timed out, nobody else came: it's as if it were placed anew."""
    loyalty = life(promo=[SUMMER | {"limit": 1, "per_member": 1}], hold_timeout="P1D")
    loyalty.place(ride(), at=AT, promo_code="SUMMER")
    assert loyalty.amend("a1", "o1", at=AT + 2 * DAY, price=rub(500)).charged == rub(450)
    assert loyalty.complete("o1", at=AT + 4 * DAY).charged == rub(450)
    assert counted(repository, "summer").taken == (1, 0)
