"""Notices: whoever sweeps when, or never, each posting is told once and each date of expiry is told once (S7)."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import event, given, settings
from hypothesis import strategies as st

from loyaltykit import Loyalty, Money, Order, Points, Program
from loyaltykit.adapters.memory import MemoryRepository
from tests.operations.support import audit, entries_of

START = datetime(2026, 3, 25, 9, tzinfo=UTC)
"""Some days before the clocks of Berlin go forward."""

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")
MEMBERS = ("m1", "m2")
AHEAD = 3

TERMS = st.sampled_from(
    [{"after": "P5D"}, {"after": "P10D"}, {"inactivity": "P6D"}, {"after": "P9D", "inactivity": "P5D"}]
)
DELAYS = st.sampled_from([{}, {"delay": "PT3H"}, {"delay": "P2D"}])

ORDERS = st.tuples(st.just("order"), st.sampled_from(MEMBERS), st.integers(1, 90), st.none() | st.integers(-5, 60))
SPENT = st.tuples(st.just("spend"), st.sampled_from(MEMBERS), st.integers(1, 200))
BACK = st.tuples(st.just("refund"), st.integers(0, 9), st.sampled_from([None, 1, 20]))
BY_HAND = st.tuples(st.just("adjust"), st.sampled_from(MEMBERS), st.integers(-50, 50).filter(bool))
SWEEP = st.tuples(st.just("sweep"))
STEPS = st.lists(st.tuples(st.integers(0, 40), ORDERS | ORDERS | SPENT | BACK | BY_HAND | SWEEP), max_size=16)


def program(expiry, delay):
    return Program.from_dict(
        {
            "id": "salon",
            "currency": "EUR",
            "point_value": 1,
            "time_zone": "Europe/Berlin",
            "cashback": [{"percent": 100, "scope": {"tariffs": ["gift"]}} | delay],
            "redemption": [{}],
            "expiry": expiry,
            "notice": [
                {"kind": "points_credited", "consent": False},
                {"kind": "points_adjusted", "consent": False},
                {"kind": "points_will_expire", "ahead": AHEAD, "consent": False},
            ],
        }
    )


def lived(program, steps, *, every=None):
    """
    Play *steps*, each so many hours after the one before, and a last sweep; where *every* is given, sweep that often.

    Give the repository, all notices as they were told, each with the moment at which it was first seen, and the end.
    """
    repository, seen = MemoryRepository(), {}
    loyalty = Loyalty(program, repository)
    now = START
    for number, (hours, step) in enumerate([*steps, (14 * 24, ("sweep",))]):
        for moment in _ticks(now, now + hours * HOUR, every):
            loyalty.run_due(at=moment)
            _look(loyalty, moment, seen)
        now += hours * HOUR
        _play(loyalty, number, now, step)
        _look(loyalty, now, seen)
    return repository, list(seen.values()), now


def _ticks(start, end, every):
    """Give the local midnights between two moments, where there's to be a sweep at each."""
    day = start.astimezone(BERLIN).date() + DAY
    while every and (midnight := datetime(day.year, day.month, day.day, tzinfo=BERLIN)) <= end:
        yield midnight
        day += DAY


def _play(loyalty, number, at, step):
    what, *told = step
    if what == "sweep":
        loyalty.run_due(at=at)
    elif what == "order":
        member, price, ends = told
        order = Order(id=f"o{number}", customer=member, price=Money(price, "EUR"), tariff="gift")
        if ends is None:
            loyalty.settle(order, at=at)
        else:
            loyalty.place(order, at=at)
            loyalty.complete(order.id, at=at, ends_at=at + ends * HOUR)
    elif what == "spend":
        loyalty.settle(Order(id=f"o{number}", customer=told[0], price=Money(told[1], "EUR")), at=at, redeem="all")
    elif what == "adjust":
        loyalty.members.adjust(f"a{number}", told[0], Points(told[1]), at=at)
    else:
        _refund(loyalty, number, at, *told)


def _refund(loyalty, number, at, which, amount):
    """Refund the order of an earlier step, if that was one."""
    if which < number:
        order_id = f"o{which}"
        try:
            loyalty.refund(f"r{number}", order_id, at=at, amount=None if amount is None else Money(amount, "EUR"))
        except LookupError:
            event("no such order")


def _look(loyalty, at, seen):
    after = None
    while True:
        page = loyalty.notices.waiting(at=at, after=after, limit=7)
        for each in page.notices:
            seen.setdefault(each.id, (at, each))
        after = page.after
        if after is None:
            return


def told(notices, kind):
    return [(seen, each) for seen, each in notices if each.notice.code == kind]


@settings(max_examples=120)
@given(TERMS, DELAYS, STEPS, st.booleans())
def test_S7_every_posting_is_told_once(expiry, delay, steps, every):
    """What was credited net of what was taken back in one commit, and what was adjusted, commit by commit."""
    repository, notices, _ = lived(program(expiry, delay), steps, every=every)
    audit(repository)
    credited, adjusted = Counter(), Counter()
    for entry in entries_of(repository):
        sums = {"issued": credited, "adjusted": adjusted}
        kind = next((kind for kind in sums if f'"kind":"{kind}"' in entry.detail), None)
        if kind is not None and '"member"' in entry.account:
            sums[kind][entry.operation, entry.account] += entry.amount
    for kind, sums in (("points_credited", credited), ("points_adjusted", adjusted)):
        wanted = sorted(amount for amount in sums.values() if amount > 0 or (amount and kind == "points_adjusted"))
        assert sorted(each.notice.points.minor for _, each in told(notices, kind)) == wanted
        event(f"{kind}: {min(len(wanted), 3)}")


@settings(max_examples=120)
@given(TERMS, DELAYS, STEPS, st.booleans())
def test_S7_every_date_is_told_once_and_in_time(expiry, delay, steps, every):
    """Never twice, never before so many days ahead, never once it has come."""
    _, notices, _ = lived(program(expiry, delay), steps, every=every)
    warned = Counter((each.member, each.notice.until) for _, each in told(notices, "points_will_expire"))
    assert all(count == 1 for count in warned.values())
    for seen, each in told(notices, "points_will_expire"):
        until = each.notice.until.replace(tzinfo=None)
        assert until - AHEAD * DAY <= seen.astimezone(BERLIN).replace(tzinfo=None) < until
        assert each.notice.points
    event(f"dates: {min(len(warned), 3)}")


@settings(max_examples=120)
@given(TERMS, DELAYS, STEPS)
def test_S7_no_point_expires_untold_where_somebody_sweeps_every_midnight(expiry, delay, steps):
    """All that lived for so many days before it expired; what came back to that date later isn't told again."""
    repository, notices, _ = lived(program(expiry, delay), steps, every=True)
    warned = {(each.member, each.notice.until): each for _, each in told(notices, "points_will_expire")}
    for entry in entries_of(repository):
        if '"kind":"expired"' in entry.detail and '"order"' not in entry.detail and '"member"' in entry.account:
            member = next(name for name in MEMBERS if f'"{name}"' in entry.account)
            assert (member, entry.at.astimezone(BERLIN)) in warned


@settings(max_examples=60)
@given(TERMS, DELAYS, STEPS)
def test_S7_notices_stand_in_the_order_of_their_moments(expiry, delay, steps):
    """Page by page, and none is lost between pages."""
    _, notices, end = lived(program(expiry, delay), steps)
    moments = [each.at for _, each in sorted(notices, key=lambda told: told[1].at)]
    assert all(one <= other for one, other in pairwise(moments))
    assert all(moment <= end for moment in moments)
