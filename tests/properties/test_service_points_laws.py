"""Service points are there from the moment that the calendar says, whoever sweeps when (S1, S2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import event, example, given
from hypothesis import strategies as st

from loyaltykit import Loyalty, Money, Order, Points, Program, Term
from loyaltykit.adapters.memory import MemoryRepository
from tests.operations.support import audit

START = datetime(2026, 3, 28, 9, tzinfo=UTC)
"""The day before the clocks of Berlin go forward."""

BERLIN = ZoneInfo("Europe/Berlin")
HOURS = st.integers(0, 60).map(lambda hours: START + timedelta(hours=hours))
DELAYS = st.sampled_from([None, "PT1H", "PT3H", "P1D", "P2D"])


def salon(delay):
    rule = {"points": 50} | ({} if delay is None else {"delay": delay})
    raw = {"id": "salon", "currency": "EUR", "point_value": 1, "time_zone": "Europe/Berlin", "service_points": [rule]}
    return Program.from_dict(raw)


def due(delay, completed, ends_at):
    """Give when the points are there: so long after the end, or after completion; not before that."""
    if delay is None:
        return completed
    start = completed if ends_at is None else ends_at
    return max(completed, Term(delay).after(start.astimezone(BERLIN)))


@given(DELAYS, HOURS, st.none() | HOURS, st.lists(HOURS, max_size=3), HOURS)
@example("P1D", START, START + timedelta(hours=14, minutes=30), [], START + timedelta(hours=38))
def test_S2_points_are_there_from_their_moment_on(delay, completed, ends_at, sweeps, looked):
    """By time alone: swept before, after or never."""
    repository = MemoryRepository()
    loyalty = Loyalty(salon(delay), repository)
    order = Order(id="o1", customer="m1", price=Money(9, "EUR"), ends_at=ends_at)
    loyalty.settle(order, at=completed)
    for moment in sorted(sweeps):
        loyalty.run_due(at=moment)
    moment = max(looked, completed, *sweeps)
    view = loyalty.members.view("m1", at=moment)
    there = moment >= due(delay, completed, ends_at)
    assert (view.balance, view.pending) == ((Points(50), Points(0)) if there else (Points(0), Points(50)))
    event(f"there: {there}")
    audit(repository)


@given(DELAYS, HOURS, st.none() | HOURS, st.lists(HOURS, max_size=2), HOURS, st.none() | st.integers(1, 899))
def test_S1_a_refund_leaves_the_share_of_what_is_left(delay, completed, ends_at, sweeps, refunded, cents):
    """Before they're due and after, to the unit; nothing of it depends on when it was swept."""
    repository = MemoryRepository()
    loyalty = Loyalty(salon(delay), repository)
    loyalty.settle(Order(id="o1", customer="m1", price=Money(9, "EUR"), ends_at=ends_at), at=completed)
    for moment in sorted(sweeps):
        loyalty.run_due(at=moment)
    amount = None if cents is None else Money.from_minor(cents, "EUR")
    loyalty.refund("r1", "o1", at=refunded, amount=amount)
    end = START + timedelta(days=30)
    kept = 0 if cents is None else 50 - 50 * cents // 900
    assert loyalty.members.view("m1", at=end).balance == Points(kept)
    loyalty.run_due(at=end)
    assert loyalty.members.view("m1", at=end).balance == Points(kept)
    audit(repository)
