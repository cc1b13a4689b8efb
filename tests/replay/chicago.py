"""
Chicago's trips under the program of the example, worked out by a plain loop on `Decimal`: nothing of the library's.

Trips lie in the area that the city itself names for them, and what is made up is made up anew, by the demo's rules.
"""

from __future__ import annotations

import csv
import gzip
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from tests.replay.support import EXAMPLES

ZONE = ZoneInfo("America/Chicago")
BRANCHES = {
    "Taxi Affiliation Services",
    "Dispatch Taxi Affiliation",
    "Blue Ribbon Taxi Association Inc.",
    "Choice Taxi Association",
    "Northwest Management LLC",
    "KOAM Taxi Association",
    "Top Cab Affiliation",
}
SOUTH_AND_WEST = {25, 26, 27, 29, 30, 38, 39, 40, 41, 42, 43, 44, 49, 58, 61, 66, 67, 68, 69, 71}


@dataclass
class Trip:
    """A trip as the file has it, with what is made up."""

    number: int
    wall: datetime
    fare: Decimal
    branch: str
    area: int | None

    @property
    def instant(self):
        """The moment, in UTC; wall clocks that don't exist are an hour later."""
        return self.wall.replace(tzinfo=ZONE).astimezone(UTC)

    @property
    def local(self):
        """The clock in Chicago."""
        return self.instant.astimezone(ZONE)

    @property
    def month(self):
        """The month of that clock, as a number."""
        return self.local.year * 12 + self.local.month - 1

    @property
    def by_app(self):
        """Every third trip."""
        return self.number % 3 == 0

    @property
    def rider(self):
        """⌊(37 n mod 997)² ÷ 1,657⌋ + 1."""
        return pow(37 * self.number - 997 * (37 * self.number // 997), 2) // 1657 + 1

    @property
    def driver(self):
        """⌊(53 n mod 211)² ÷ 743⌋ + 1."""
        return pow(53 * self.number - 211 * (53 * self.number // 211), 2) // 743 + 1

    @property
    def brought_by(self):
        """The rider who brought an even one above 20."""
        return self.rider % 20 + 1 if self.rider > 20 and self.rider % 2 == 0 else None

    @property
    def driver_by(self):
        """The driver who brought an even one above 10."""
        return self.driver % 10 + 1 if self.driver > 10 and self.driver % 2 == 0 else None


def trips():
    """Give the trips by time, those of one moment in the order of the file."""
    path = EXAMPLES / "data" / "chicago_taxi_trips_every3rd.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        found = [
            Trip(
                number,
                datetime(1970, 1, 1) + timedelta(seconds=int(row["trip_start_timestamp"])),  # noqa: DTZ001 - wall clock
                Decimal(row["fare"]),
                row["company"] if row["company"] in BRANCHES else "Independent",
                int(row["pickup_community_area"]) if row["pickup_community_area"] else None,
            )
            for number, row in enumerate(csv.DictReader(file), start=1)
        ]
    return sorted(found, key=lambda trip: trip.instant)


def half_up(amount, step="1"):
    """Give *amount* rounded to *step*, halves away from zero."""
    return amount.quantize(Decimal(step), ROUND_HALF_UP)


class City:
    """
    What has happened so far.

    Where it *lives*, riders spend all that they may, name codes and bring friends, and drivers have bonuses; otherwise
    each trip stands alone.
    """

    def __init__(self, *, lives):
        self.lives = lives
        self.turnover = Decimal(0)
        self.awards, self.points, self.money = Counter(), Counter(), Counter()
        self.by_area, self.by_branch, self.by_member = Counter(), Counter(), Counter()
        self.purses, self.flows = defaultdict(Counter), defaultdict(Counter)
        self.rode, self.rode_by_app, self.brought = set(), set(), Counter()
        self.uses, self.weeks, self.anchors = Counter(), Counter(), {}

    def ride(self, trip):
        """Have *trip* happen."""
        self.surcharges(trip)
        charged = trip.fare - (self.promo(trip) if self.lives else 0)
        self.turnover += charged
        advance = self.invitation(trip) if self.lives else 0
        if self.lives:
            self.spend(trip, charged, advance)
            self.weekly(trip)
        self.cashback_or_split(trip, charged)
        if trip.by_app and trip.rider not in self.rode_by_app:
            self.rode_by_app.add(trip.rider)
            self.earn(trip, f"rider-{trip.rider}", "first_app_order", 100 if trip.fare >= 5 else 0)
        self.rode.add(trip.rider)

    def earn(self, trip, member, rule, points):
        """Credit *points*, which live for a year and to the end of that month."""
        if points:
            self.awards[rule] += 1
            self.points[rule] += points
            self.by_branch[trip.branch] += points
            self.by_member[member] += points
            self.purses[member][trip.month + 13] += points
            self.flows[trip.month]["issued"] += points

    def pay(self, trip, rule, money):
        """Credit *money* to the driver."""
        if money > 0:
            self.awards[rule] += 1
            self.money[rule] += money
            self.by_area[trip.area] += money

    def surcharges(self, trip):
        """Raise the fare to a figure, and add a sum or a percent."""
        if trip.area in {76, 56} and trip.driver % 3 == 0:
            self.pay(trip, "airport comfort", 30 - trip.fare)
        elif trip.area in SOUTH_AND_WEST:
            self.pay(trip, "south and west", 15 - trip.fare)
        else:
            self.pay(trip, "at least five", 5 - trip.fare)
        if trip.area == 32 and trip.local.weekday() < 5 and 16 <= trip.local.hour < 19:
            self.pay(trip, "Loop rush hour", Decimal("0.50"))
        elif trip.local.hour >= 23 or trip.local.hour < 5:
            self.pay(trip, "night", half_up(trip.fare / 20, "0.01"))

    def promo(self, trip):
        """Give what SUMMER takes off: a fifth, up to 4.00, three times a rider, as long as there's money."""
        named = trip.by_app and date(2014, 6, 1) <= trip.local.date() <= date(2014, 8, 31)
        if not named or trip.fare < 5 or self.uses[trip.rider] == 3:
            return 0
        off = min(half_up(trip.fare / 5, "0.01"), Decimal(4), Decimal(200) - self.money["summer"])
        if off:
            self.uses[trip.rider] += 1
            self.awards["summer"] += 1
            self.money["summer"] += off
        return off

    def invitation(self, trip):
        """Reward whoever brought a friend, and the friend, whose points are given for this very trip: give these."""
        if trip.rider in self.rode or trip.brought_by is None or trip.fare < 5:
            return 0
        if not date(2013, 3, 1) <= trip.local.date() <= date(2013, 6, 30):
            return 0
        self.brought["spring wave"] += 1
        self.earn(trip, f"rider-{trip.brought_by}", "spring wave", 150)
        self.earn(trip, f"rider-{trip.rider}", "spring wave", 200)
        return 200

    def spend(self, trip, charged, advance):
        """Spend all that may be: the points given for this trip first, then those that are gone soonest."""
        purse = self.purses[f"rider-{trip.rider}"]
        living = sorted(gone for gone in purse if gone > trip.month)
        left = min(sum(purse[gone] for gone in living), int(charged * 100) // 2, 2000)
        left = left if left >= 100 else 0
        self.flows[trip.month]["redeemed"] += left
        for gone, most in [(trip.month + 13, advance), *((gone, None) for gone in living)]:
            part = min(left, purse[gone] if most is None else most)
            purse[gone] -= part
            left -= part

    def cashback_or_split(self, trip, charged):
        """The one company shares, the others give cashback: of what is charged, by a step that the fare reaches."""
        if trip.branch == "Dispatch Taxi Affiliation":
            parts = forty_forty_twenty(int(half_up(charged * 10)))
            self.earn(trip, f"rider-{trip.brought_by}", "Dispatch shares", parts[0] if trip.brought_by else 0)
            self.earn(trip, f"rider-{trip.rider}", "Dispatch shares", parts[1])
            self.earn(trip, f"driver-{trip.driver_by}", "Dispatch shares", parts[2] if trip.driver_by else 0)
            return
        if trip.local.weekday() <= 3 and 13 <= trip.local.hour < 16:
            rule, percent = "happy hour", 6
        elif trip.branch == "Blue Ribbon Taxi Association Inc.":
            rule, percent = "Blue Ribbon", 4 if trip.fare >= 5 else 0
        else:
            rule, fare = "cashback elsewhere", trip.fare
            percent = 5 if fare >= 30 else 3 if fare >= 12 else 2 if fare >= 5 else 0
        self.earn(trip, f"rider-{trip.rider}", rule, min(500, int(half_up(charged * percent))))

    def weekly(self, trip):
        """Count the trip in its driver's week, from their first trip on, by the clocks on the wall."""
        anchor = self.anchors.setdefault(trip.driver, trip.local.replace(tzinfo=None))
        week = (trip.local.replace(tzinfo=None) - anchor) // timedelta(days=7)
        self.weeks[trip.driver, week] += 1

    def bonuses(self, until):
        """Give for each step of the weekly bonus how often it was paid by *until*, and to how many drivers."""
        paid = defaultdict(list)
        for (driver, week), count in self.weeks.items():
            end = (self.anchors[driver] + timedelta(days=7 * (week + 1))).replace(tzinfo=ZONE)
            if count >= 3 and end <= until:
                paid[6 if count >= 6 else 3].append(driver)
        return {orders: (len(drivers), len(set(drivers))) for orders, drivers in paid.items()}

    def months(self):
        """Give for each month, from the first to the last, what was issued, redeemed and gone."""
        first, last = min(self.flows), max(self.flows)
        gone = Counter()
        for purse in self.purses.values():
            gone.update({month: left for month, left in purse.items() if month <= last})
        flows = self.flows
        return [(flows[each]["issued"], flows[each]["redeemed"], gone[each]) for each in range(first, last + 1)]


def forty_forty_twenty(points):
    """Divide *points* 40/40/20: the units left over go to the largest remainders, of equal ones to the earlier."""
    exact = [Decimal(points) * share / 100 for share in (40, 40, 20)]
    parts = [int(each) for each in exact]
    by_remainder = sorted(range(3), key=lambda place: parts[place] - exact[place])
    for place in by_remainder[: points - sum(parts)]:
        parts[place] += 1
    return parts


def played(*, lives):
    """Give the city after all trips, and the last moment."""
    city, all_trips = City(lives=lives), trips()
    for trip in all_trips:
        city.ride(trip)
    return city, all_trips[-1].instant
