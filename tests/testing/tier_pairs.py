"""
Calls that race over a member's levels and categories: by what's done, by hand, by time, and by a program that has
changed meanwhile.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property

from loyaltykit import Program, Revisions
from loyaltykit.testing.schedules import stepwise
from tests.testing.pairs import CALLS as OF_CITY
from tests.testing.pairs import DAY, START, Race, World, members_of, ride, rub

RAW = {
    "id": "city",
    "currency": "RUB",
    "point_value": "1",
    "time_zone": "Europe/Moscow",
    "redemption": [{}],
    "tier": [
        {
            "name": "regulars",
            "lapse_after": 4,
            "levels": [{"percent": "5", "visits": 2}, {"percent": "10", "sold": "1000", "paid": "200"}],
        },
        {"name": "week", "over": "P6D", "levels": [{"name": "one", "visits": 1}, {"name": "two", "visits": 2}]},
    ],
    "category": [
        {"name": "lost", "added": {"days_away": 5}, "removed": {"status": "came"}},
        {"name": "shy", "added": {"status": "no_show"}, "removed": {"visits": 4}},
    ],
}
PROGRAM = Program.from_dict(RAW)
LOWER = [
    {"name": "regulars", "lapse_after": 9, "levels": [{"percent": "5", "visits": 1}, {"percent": "20", "visits": 3}]}
]
CHANGED = Program.from_dict(RAW | {"tier": LOWER, "in_force_from": date(2026, 3, 8)})
"""In force between the two moments of a race."""


def prepare(loyalty):
    """Have two visits, an order in each state, and a level that lapses between the two moments."""
    loyalty.settle(ride("first", 500), at=START)
    loyalty.settle(ride("done", 300), at=START + 2 * DAY)
    loyalty.record_payment("first", "done", rub(100), at=START + 2 * DAY)
    loyalty.place(ride("held", 400), at=START + 2 * DAY)
    loyalty.place(ride("gone", 200), at=START + 2 * DAY)
    loyalty.cancel("gone", at=START + 2 * DAY)


def _give(loyalty, scene, at, n):
    level = ("10 %", "5 %")[n - 1]
    return loyalty.members.set_tier(f"given {n}", scene.member, "regulars", level, at=at, until=START + 11 * DAY)


def _take(loyalty, scene, at, n):
    return loyalty.members.set_tier(f"taken {n}", scene.member, "regulars", None, at=at)


def _recalculate(loyalty, scene, at, _):
    return loyalty.members.recalculate(scene.member, at=at)


OF_ORDERS = ("settle", "place", "amend", "complete", "no_show", "refund part", "refund", "correct", "pay")
CALLS = {name: OF_CITY[name] for name in (*OF_ORDERS, "forget", "import", "run_due", "view")} | {
    "give a level": _give,
    "take it back": _take,
    "recalculate": _recalculate,
}


class TierWorld(World):
    """Where the program changes between the two moments of a race."""

    @cached_property
    def loyalty(self):
        """What the racers call."""
        return stepwise(Revisions((PROGRAM, CHANGED)), self.store)


TIERS = TierWorld(PROGRAM, prepare, CALLS)


def check_levels(store):
    """See that members have levels of the program's own, and that nothing that time was to do lies behind them."""
    for member in members_of(store).values():
        for ladder, held in member.levels.items():
            assert ladder in {"regulars", "week"}
            assert [moment for moment, _ in held.then] == sorted({moment for moment, _ in held.then})
            assert all(moment > held.since for moment, _ in held.then)
            assert held.level != (held.then[0][1] if held.then else "nothing")
        assert all(moment > member.account.as_of for moment, _ in member.away)


class TierRace(Race):
    """Calls that meet where levels are judged."""

    world = TIERS
    no_id = frozenset({"run_due", "view", "recalculate"})

    def _check(self, outcome):
        super()._check(outcome)
        check_levels(outcome.store)
