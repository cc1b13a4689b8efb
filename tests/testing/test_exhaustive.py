"""
What members fight for, in every order in which requests to the store can meet: points, a promo's limit, a gift card,
what a refund gives back, how an order ends (P20, P21, P23).

Of calls that load once four meet, of others three or four. Schedules that have come to the same go on as one, so that
billions are a matter of seconds; what each comes to is what one of the orders of turns gives, and keeps the law.
"""

from __future__ import annotations

import os
from functools import partial

import pytest
from attrs import frozen

from loyaltykit import Points
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.operations.stands import charged_of
from loyaltykit.testing.schedules import every_schedule
from tests.testing import card_pairs, code_pairs
from tests.testing.card_pairs import CARDS, CardRace, cards_of
from tests.testing.code_pairs import CodeRace
from tests.testing.pairs import (
    EARLY,
    LATE,
    PROGRAM,
    SCENES,
    START,
    Called,
    Race,
    World,
    members_of,
    orders_of,
    ride,
)

DEEP = os.environ.get("LOYALTYKIT_SCHEDULES") == "deep"


def _redeem(loyalty, _, at, n):
    return loyalty.place(ride(f"o{n}", 400), at=at, redeem=Points(60))


def _earned(loyalty):
    loyalty.settle(ride("earned", 1000), at=START)


PURSE = World(PROGRAM, _earned, {"redeem": _redeem})
"""A member has 100 points, of which each order wants 60."""


class PurseRace(Race):
    """Orders that want more points than there are."""

    world = PURSE


# What must hold beside what holds of every race


def points_are_held_to_the_last(outcome):
    """Whoever comes first has what they want, the next what's left, others nothing."""
    held = sorted([each.redeemed.minor for each in outcome.results], reverse=True)
    account = members_of(outcome.store)["m1"].account
    assert held == [60, 40, 0, 0][: len(held)]
    assert (account.balance, account.held) == (100 - sum(held), sum(held))


def the_last_use_is_granted_once(outcome):
    """Of a promo with a limit of two, of which one is used, one more order has its discount."""
    granted = [each for each in outcome.results if each.price != each.charged]
    use = code_pairs._use(outcome.store, "promo", "summer")
    assert len(granted) == 1
    assert use.taken[0] == 2
    assert use.taken[1] <= 60_00


def the_card_is_held_to_the_last(outcome):
    """All that's on the card is held where orders want more than that, and it's never below zero."""
    before = cards_of(CARDS.store)['["city","card","c1"]'].account
    after = cards_of(outcome.store)['["city","card","c1"]'].account
    asked = sum([each.charged.minor for each in outcome.results])
    assert after.balance == max(0, before.balance - asked)
    assert after.balance + after.held == before.balance + before.held


def a_card_order_ends_once(outcome):
    """What it held is paid, or given back; never both, and never nothing of it."""
    placed = orders_of(outcome.store)["held"]
    card = cards_of(outcome.store)['["city","card","c1"]'].account
    assert placed.status in ("completed", "cancelled")
    assert "held" not in card.holds
    assert placed.card.captured <= placed.card.held
    assert min(card.balance, card.held) >= 0


def no_more_is_refunded_than_was_charged(outcome):
    """However many refunds there are, and whatever they ask for."""
    told = sum([each.refund.minor for each in outcome.results if getattr(each, "refund", None)])
    for placed in orders_of(outcome.store).values():
        assert 0 <= placed.refunded <= charged_of(placed)
    assert told <= max([placed.refunded for placed in orders_of(outcome.store).values()])


def the_order_ends_once(outcome):
    """Nothing is held for it any more, and what it held is spent at most once."""
    placed, account = orders_of(outcome.store)["held"], members_of(outcome.store)["m1"].account
    mine = outcome.store.entries(account='["city","member","m1"]', start=None, end=None, after=None, limit=99)
    spent = -sum(
        [each.amount for each in mine if '"kind":"redeemed"' in each.detail and '"order":"held"' in each.detail]
    )
    assert "held" not in account.holds
    assert spent <= 120
    assert (placed.status == "completed") or spent == 0


# What meets


@frozen
class Kind:
    """What meets: *calls* in a *scene* of the world of a *race*, which *loads* how often, and the *law* of it."""

    name: str
    race: type
    scene: object
    calls: tuple
    loads: tuple
    law: object
    long: bool = False

    def made(self):
        """Give the race."""
        return self.race(self.scene, *self.calls)


def several(name, at, number):
    """Give that call so many times, each with ids and figures of its own."""
    return tuple([Called(name, at, n) for n in range(1, number + 1)])


NEW, PLACED, DONE = SCENES[:3]
BUY = partial(several, "place another")
ENDS = Called("complete", EARLY), Called("cancel", LATE), Called("run_due", LATE)
CARD_ENDS = [Called(name, card_pairs.LATER) for name in ("complete", "cancel", "sweep the card")]
REFUNDS = Called("refund part", EARLY), Called("refund part", EARLY, 2), Called("refund", EARLY)

KINDS = [
    Kind("redemptions", PurseRace, NEW, several("redeem", EARLY, 3), (1, 1, 1), points_are_held_to_the_last),
    Kind("redemptions", PurseRace, NEW, several("redeem", EARLY, 4), (1, 1, 1, 1), points_are_held_to_the_last),
    Kind(
        "promo limits", CodeRace, code_pairs.SCENES[0], BUY(code_pairs.SOON, 3), (4, 4, 4), the_last_use_is_granted_once
    ),
    Kind(
        "promo limits",
        CodeRace,
        code_pairs.SCENES[0],
        BUY(code_pairs.SOON, 4),
        (4, 4, 4, 4),
        the_last_use_is_granted_once,
        long=True,
    ),
    Kind("gift cards", CardRace, NEW, BUY(card_pairs.SOON, 3), (3, 3, 3), the_card_is_held_to_the_last),
    Kind("gift cards", CardRace, NEW, BUY(card_pairs.SOON, 4), (3, 3, 3, 3), the_card_is_held_to_the_last, long=True),
    Kind("ends of an order by card", CardRace, PLACED, (*CARD_ENDS,), (3, 3, 1), a_card_order_ends_once),
    Kind(
        "ends of an order by card, and one more",
        CardRace,
        PLACED,
        (*CARD_ENDS, *BUY(card_pairs.SOON, 1)),
        (3, 3, 1, 3),
        a_card_order_ends_once,
        long=True,
    ),
    Kind(
        "refunds against a completion",
        Race,
        PLACED,
        (Called("complete", EARLY), *REFUNDS[1:]),
        (2, 1, 1),
        no_more_is_refunded_than_was_charged,
    ),
    Kind(
        "refunds against a completion",
        Race,
        PLACED,
        (Called("complete", EARLY), *REFUNDS),
        (2, 1, 1, 1),
        no_more_is_refunded_than_was_charged,
    ),
    Kind("refunds of a completed order", Race, DONE, REFUNDS, (2, 2, 2), no_more_is_refunded_than_was_charged),
    Kind(
        "refunds of a completed order",
        Race,
        DONE,
        (*REFUNDS, Called("refund", EARLY, 2)),
        (2, 2, 2, 2),
        no_more_is_refunded_than_was_charged,
        long=True,
    ),
    Kind("timeouts against completions", Race, PLACED, ENDS, (2, 2, 1), the_order_ends_once),
    Kind(
        "timeouts against completions",
        Race,
        PLACED,
        (*ENDS, Called("complete", LATE, 2)),
        (2, 2, 1, 2),
        the_order_ends_once,
        long=True,
    ),
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{len(kind.calls)} {kind.name}")
def test_in_every_order_the_law_is_kept(kind, tally):
    """Besides, books agree, and each outcome is one of those in turn."""
    if kind.long and not DEEP:
        pytest.skip("make schedules plays it")
    race = kind.made()
    loads = tuple([_loads(race, racer) for racer in race.racers])
    assert loads == kind.loads
    told = f"{kind.name}: {len(loads)} racers, of {' and '.join(map(str, sorted(set(loads))))} loads"
    tally[told] += race.check(law=kind.law)


def _loads(race, racer):
    """Give how often *racer* loads where nobody comes between."""
    (alone,) = every_schedule(race.store, [racer])
    return sum([step.request.name == "load" for step in alone.steps])


class Unchecked(MemoryRepository):
    """A store where the last writer wins."""

    def _check(self, change):
        pass


def test_a_store_that_checks_nothing_breaks_the_law():
    """Two orders hold the same points in some order of turns."""
    world = World(PROGRAM, _earned, PURSE.calls)
    world.store = Unchecked()
    vars(world.store).update(vars(PURSE.store))
    race = KINDS[0].made()
    race.store, race.racers = world.store, [call.racer(world, NEW) for call in race.calls]
    with pytest.raises(AssertionError, match="not placed yet"):
        race.check(law=points_are_held_to_the_last)


def broken_law(_):
    """Say that whatever comes of it is wrong."""
    message = "against the law"
    raise AssertionError(message)


def test_a_law_that_is_broken_is_told_with_the_schedule():
    """And who called what."""
    with pytest.raises(AssertionError, match=r"(?s)not placed yet.*A Called\(name='redeem'.*\n  [ABC]+\n  [ABC] load "):
        KINDS[0].made().check(law=broken_law)
