"""A life with ladders by `Loyalty` and by plain loops: the turns that random lives seldom take (Y1, Y2, Y4)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.testing.contract.verdict import Violated
from loyaltykit.testing.machine.deal import DAY, HOUR, Deal
from loyaltykit.testing.machine.life import Life

START = datetime(2026, 3, 10, 9, tzinfo=UTC)
DEAL = Deal(percent=10, ladders=True, lapse=1, away=1)


def test_a_life_with_ladders_is_what_plain_loops_find():
    """A lapse and the visit after it, refunds and payments by day, levels by hand and their ends, a visit missed."""
    life = Life(DEAL, MemoryRepository())
    life.settle("v1", START, member="m1", price=20_000)
    life.settle("v2", START + HOUR, member="m1", price=10_000)
    life.record_payment("v1", "a", START + HOUR, amount=4_000)
    life.record_payment("v1", "b", START + DAY, amount=5_000)
    life.refund("v1", "part", START + DAY, amount=3_000)
    life.settle("late", START + 4 * DAY, member="m1", price=10_000)
    life.settle("goods", START + 5 * DAY, member="m1", price=10_000, visit=False)
    life.refund("late", "whole", START + 5 * DAY)
    life.set_tier("m1", "gift", START + 5 * DAY, level="10 %", until=START + 8 * DAY)
    life.place("missed", START + 5 * DAY, member="m2", price=10_000)
    life.no_show("missed", START + 6 * DAY)
    for days in range(6, 12):
        life.run_due(START + days * DAY)
    life.recalculate(START + 12 * DAY)
    life.all_again(START + 12 * DAY)
    assert life.model.seen("m2", START + 12 * DAY).shy


def test_a_level_that_plain_loops_do_not_find_is_told():
    """Were somebody lost a day sooner than the program says, the life would say who."""
    life = Life(DEAL, MemoryRepository())
    life.settle("v1", START, member="m1", price=20_000)
    life.model.deal = Deal(percent=10, ladders=True, lapse=1, away=0)
    with pytest.raises(Violated, match="the levels and categories of m1"):
        life.check(START + DAY)
