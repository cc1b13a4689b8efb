"""Levels and categories in a member's life: whoever looks when, they're what has been done by then (Y1–Y7)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import Loyalty, Money, Order, Program
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.documents import member as member_document

START = datetime(2026, 3, 10, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KEY = '["city","member","m1"]'

PROGRAM = Program.from_dict(
    {
        "id": "city",
        "currency": "RUB",
        "point_value": "1",
        "time_zone": "Europe/Moscow",
        "tier": [
            {
                "name": "regulars",
                "lapse_after": 3,
                "levels": [{"percent": "5", "sold": "100", "visits": 2}, {"percent": "10", "paid": "150", "visits": 4}],
            },
            {
                "name": "week",
                "over": "P4D",
                "lapse_after": 6,
                "levels": [{"name": "one", "visits": 1}, {"name": "two", "sold": "150"}],
            },
        ],
        "category": [
            {"name": "lost", "added": {"days_away": 5}, "removed": {"status": "came"}},
            {"name": "rare", "added": {"days_away": 2}, "removed": {"days_away": 5}},
            {"name": "late", "added": {"status": "no_show"}, "removed": {"visits": 3}},
        ],
    }
)

CALLS = st.lists(
    st.tuples(
        st.sampled_from(
            ["settle", "settle", "goods", "refund", "part", "pay", "miss", "give", "take", "correct", "again"]
        ),
        st.integers(0, 5),
        st.sampled_from([-30, 0, 0, 1, 9, 24, 30, 49, 100, 170]),
    ),
    max_size=12,
)


def call(loyalty, what, number, at, step):
    """Make one call; those of an order are of one of six."""
    order, level = f"o{number}", ("5 %", "10 %")[number % 2]
    if what in {"settle", "goods"}:
        price = Money(40 + 20 * number, "RUB")
        loyalty.settle(Order(id=f"{order} {step}", customer="m1", price=price, visit=what == "settle"), at=at)
    elif what == "miss":
        loyalty.place(Order(id=f"missed {step}", customer="m1"), at=at)
        loyalty.no_show(f"missed {step}", at=at)
    elif what in {"give", "take"}:
        until = at + number * DAY if number and what == "give" else None
        given = level if what == "give" else None
        loyalty.members.set_tier(f"s{step}", "m1", "regulars", given, at=at, until=until)
    elif what == "again":
        loyalty.members.recalculate("m1", at=at)
    else:
        _of_known(loyalty, what, number, at, step)


def _of_known(loyalty, what, number, at, step):
    done = [
        f"o{each} {before}" for before in range(step) for each in range(6) if _is_there(loyalty, f"o{each} {before}")
    ]
    for order in done[number : number + 1]:
        if what == "refund":
            loyalty.refund(f"r{step}", order, at=at)
        elif what == "part":
            loyalty.refund(f"r{step}", order, at=at, amount=Money(30, "RUB"))
        elif what == "pay":
            loyalty.record_payment(f"p{step}", order, Money(50, "RUB"), at=at)
        else:
            loyalty.correct(f"c{step}", order, at=at, price=Money(10 + 50 * number, "RUB"))


def _is_there(loyalty, order):
    key = f'["city","order","{order}"]'
    return loyalty.store.load([key])[key].body is not None


class Life:
    """A store, what's done to it, and a clock that may be told late."""

    def __init__(self):
        self.store = MemoryRepository()
        self.loyalty = Loyalty(PROGRAM, self.store)
        self.loyalty.store = self.store
        self.clock = START
        self.step = 0

    def makes(self, what, number, hours):
        self.clock = max(self.clock, self.clock + hours * HOUR)
        self.step += 1
        call(self.loyalty, what, number, self.clock + min(hours, 0) * HOUR, self.step)

    def seen(self, at):
        view = self.loyalty.members.view("m1", at=at)
        return view.tiers, view.categories, view.last_visit

    def kept(self):
        """Give the member's document, but for when it was last judged."""
        member = member_document.decode(KEY, self.store.load([KEY])[KEY].body)
        return member.levels, member.categories, member.away, member.days, member.visits, member.last_visit, member.gone


@given(calls=CALLS, sweeps=st.lists(st.integers(0, 60), min_size=12, max_size=12))
def test_Y7_swept_or_not_levels_are_the_same(calls, sweeps):
    """At every moment, by whoever looks, and in the document once all is swept; calls come in their order here."""
    never, often = Life(), Life()
    for (what, number, hours), pause in zip(calls, sweeps, strict=False):
        for life in (never, often):
            life.makes(what, number, abs(hours))
        often.loyalty.run_due(at=often.clock + pause * HOUR)
        for life in (never, often):
            life.clock += pause * HOUR
        assert never.seen(never.clock) == often.seen(often.clock)
    end = never.clock + 20 * DAY
    for pause in sorted(sweeps):
        moment = never.clock + pause * 8 * HOUR
        often.loyalty.run_due(at=moment)
        assert never.seen(moment) == often.seen(moment)
    for life in (never, often):
        life.loyalty.run_due(at=end)
    assert never.kept() == often.kept()


@given(calls=CALLS, hours=st.integers(0, 300))
def test_Y7_recalculating_changes_nothing(calls, hours):
    """Under the same program, whenever; not even what time will do."""
    life = Life()
    for what, number, ahead in calls:
        life.makes(what, number, ahead)
    at = life.clock + hours * HOUR
    later = [at + days * DAY for days in range(10)]
    before = [life.seen(moment) for moment in later]
    assert not life.loyalty.members.recalculate("m1", at=at).has_moved
    assert [life.seen(moment) for moment in later] == before


@given(calls=CALLS)
def test_Y7_the_document_is_due_when_something_comes(calls):
    """What's to come stands in the list of what's due, and a member for whom all has come isn't in it."""
    life = Life()
    for what, number, ahead in calls:
        life.makes(what, number, ahead)
    for due in life.store.due(datetime(9999, 1, 1, tzinfo=UTC), after=None, limit=9):
        before, after = life.seen(due.moment - timedelta(microseconds=1)), life.seen(due.moment)
        assert before != after
    life.loyalty.run_due(at=life.clock + 40 * DAY)
    assert life.store.due(datetime(9999, 1, 1, tzinfo=UTC), after=None, limit=9) == []
