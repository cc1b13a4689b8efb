"""CDNOW: levels of 2,357 customers by the life cycle are those of a page of plain loops over the same file (Y1, Y2)."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from loyaltykit import Loyalty, Money, Order, Program
from loyaltykit.adapters.memory import MemoryRepository
from tests.replay.support import shared_file

RAW = {
    "id": "cdnow",
    "currency": "USD",
    "point_value": "1",
    "time_zone": "America/New_York",
    "tier": [
        {
            "name": "regulars",
            "lapse_after": 60,
            "levels": [{"percent": "5", "sold": "100", "visits": 3}, {"percent": "10", "sold": "300", "visits": 10}],
        },
        {"name": "quarter", "over": "P90D", "levels": [{"name": "warm", "visits": 2}, {"name": "hot", "visits": 4}]},
    ],
}
DAYS = [date(1997, 2, 1), date(1997, 4, 15), date(1997, 9, 30), date(1998, 6, 30)]


def purchases():
    """Give (day, customer, price) of every purchase, by day, those of one day as the file has them."""
    with shared_file("cdnow_sample.csv").open(newline="") as file:
        rows = [(date.fromisoformat(row["date"]), row["customer_id"], row["dollars"]) for row in csv.DictReader(file)]
    return sorted(rows, key=lambda row: row[0])


def plain_levels(rows, today):
    """Give the two levels of one customer on the day *today*, by their purchases so far: the independent script."""

    def regular(day):
        if last is None or (day - last).days > 60:
            return None
        if sold >= 300 or count >= 10:
            return "10 %"
        return "5 %" if sold >= 100 or count >= 3 else None

    sold, count, last = Decimal(0), 0, None
    for day, price in rows:
        percent = {None: 0, "5 %": 5, "10 %": 10}[regular(day)]
        off = (Decimal(price) * percent / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
        sold, count, last = sold + Decimal(price) - off, count + 1, day
    recent = len([day for day, _ in rows if today - timedelta(days=89) <= day <= today])
    return regular(today), "hot" if recent >= 4 else "warm" if recent >= 2 else None


def test_Y1_Y2_levels_of_cdnow_are_those_of_an_independent_script():
    """At four moments: each customer's level with a lapse, by sums after discounts, and the one of 90 rolling days."""
    loyalty, lives, reached = Loyalty(Program.from_dict(RAW), MemoryRepository()), defaultdict(list), Counter()
    rows, number = purchases(), 0
    for today in DAYS:
        while number < len(rows) and rows[number][0] <= today:
            day, customer, price = rows[number]
            order = Order(id=str(number), customer=customer, price=Money(price, "USD"))
            loyalty.settle(order, at=datetime(day.year, day.month, day.day, 17, tzinfo=UTC))
            lives[customer].append((day, price))
            number += 1
        at = datetime(today.year, today.month, today.day, 18, tzinfo=UTC)
        for customer, own in lives.items():
            told = tuple(tier.level for tier in loyalty.members.view(customer, at=at).tiers)
            assert told == plain_levels(own, today), (customer, today)
            reached[today, told] += 1
    assert (len(lives), number) == (2_357, 6_919)
    assert len(reached) > 20  # every pair of levels is met, and lapses
