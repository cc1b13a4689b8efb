"""Real trips: New York's cabs, where their files are at hand, and Chicago's, which always are."""

from __future__ import annotations

import csv
import gzip
import importlib.util
import re
from collections import Counter, defaultdict
from contextlib import closing
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate
from zoneinfo import ZoneInfo

import pytest

from loyaltykit import Money, read_revisions
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.replay import read_columns, replay
from tests.replay.support import (
    EXAMPLES,
    ROOT,
    assert_agrees,
    columns,
    documents_of,
    entries_of,
    revisions,
    shared_file,
)

NEW_YORK = {"moments": "%Y-%m-%d %H:%M:%S", "time_zone": "America/New_York"}


def plain_rows(path):
    """Give the lines of a packed CSV file with their numbers, split by Python's csv alone."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        return [(reader.line_num, row) for row in reader]


def replay_file(path, named, **options):
    """Replay the file at *path* under 5 % cashback for one rider of all trips."""
    how = columns(named=named, values={"customer": "rider"}, **NEW_YORK)
    with path.open("rb") as file:
        return replay(file, columns=how, revisions=revisions(cashback=[{"percent": 5}]), **options)


def test_green_cabs_whose_rows_go_on_after_the_header():
    """
    All 7,623 trips of August 2013 are read, though each has two fields more than the header has names.

    The surplus fields are empty, line 2 is blank, and a blank follows the last name of the header.
    """
    path = shared_file("nyc_green_trips_2013-08.csv.gz")
    named = {"placed_at": "lpep_pickup_datetime", "price": "Total_amount", "branch": "VendorID", "tariff": "Trip_type"}
    report = replay_file(path, named)
    (_, header), _, *rows = plain_rows(path)
    totals = defaultdict(Decimal)
    for _, row in rows:
        totals[row[header.index("VendorID")]] += Decimal(row[header.index("Total_amount")])
    assert (report.read, report.refused_count, len(rows)) == (7623, 0, 7623)
    assert (report.blank_lines, report.empty_surplus) == (1, 2 * 7623)
    assert {branch: sums.turnover.amount for branch, sums in report.by_branch.items()} == totals
    assert list(report.by_month) == ["2013-08"]


def test_yellow_cabs_with_negative_fares_in_random_order():
    """Of 10,000 trips the 8 with fares below zero are refused, each with its line; the others make up the turnover."""
    path = shared_file("nyc_yellow_trips_2015-01_sample.csv.gz")
    told = []
    report = replay_file(
        path,
        {"placed_at": "tpep_pickup_datetime", "price": "fare_amount"},
        on_refused=lambda line, refusal: told.append((line, refusal.code, refusal.value)),
    )
    (_, header), *rows = plain_rows(path)
    place = header.index("fare_amount")
    fares = {line: Decimal(row[place]) for line, row in rows}
    points = sum((fare * 5).quantize(Decimal(1), ROUND_HALF_UP) for fare in fares.values() if fare >= 0)
    assert told == [(line, "negative_price", str(fare)) for line, fare in fares.items() if fare < 0]
    assert (report.read, report.total.orders, len(told)) == (10_000, 9_992, 8)
    assert report.total.turnover.amount == sum(fare for fare in fares.values() if fare >= 0)
    assert report.total.points.minor == points


@pytest.fixture(scope="module")
def demo():
    """Give the module of ``make demo``."""
    spec = importlib.util.spec_from_file_location("chicago_demo", EXAMPLES / "chicago" / "demo.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rider_of(number):
    """Give the rider that the demo's rule makes up for a trip: ⌊(37 n mod 997)² ÷ 1,657⌋ + 1."""
    rest = 37 * number - 997 * (37 * number // 997)
    return f"rider-{rest * rest // 1657 + 1}"


def chicago_trips():
    """Give wall-clock time, instant, fare, company, rider and channel of each Chicago trip, by time."""
    (_, header), *rows = plain_rows(EXAMPLES / "data" / "chicago_taxi_trips_every3rd.csv.gz")
    trips = []
    for number, (_, row) in enumerate(rows, start=1):
        cells = dict(zip(header, row, strict=True))
        wall = datetime.fromtimestamp(int(cells["trip_start_timestamp"]), UTC).replace(
            tzinfo=ZoneInfo("America/Chicago")
        )
        by_app = number % 3 == 0
        trips.append((wall.astimezone(UTC), Decimal(cells["fare"]), cells["company"], rider_of(number), by_app))
    return sorted(trips, key=lambda trip: trip[0])


def cashback_by_hand(instant, fare, company):
    """Give rule and points of a trip's cashback as the comments in the example's program say."""
    wall = instant.astimezone(ZoneInfo("America/Chicago"))
    if wall.weekday() <= 3 and 13 <= wall.hour < 16:
        rule, percent = "happy hour", 6
    elif company == "Blue Ribbon Taxi Association Inc.":
        rule, percent = "Blue Ribbon", 4 if fare >= 5 else 0
    else:
        rule, percent = "everyone", 5 if fare >= 30 else 3 if fare >= 12 else 2 if fare >= 5 else 0
    return rule, min(500, int((fare * percent).quantize(Decimal(1), ROUND_HALF_UP)))


def trips_with_gains():
    """Give each Chicago trip, and for each rule what it earns by hand."""
    app_riders = set()
    for instant, fare, company, rider, by_app in chicago_trips():
        rule, points = cashback_by_hand(instant, fare, company)
        gains = {rule: points}
        if by_app and rider not in app_riders:
            app_riders.add(rider)
            gains["first_app_order"] = 100 if fare >= 5 else 0
        yield instant, fare, company, rider, gains


def replay_chicago(demo, folder, **options):
    """Replay the demo's trips under its program."""
    demo.write_trips(folder / "trips.csv")
    with (folder / "trips.csv").open("rb") as file:
        return replay(
            file,
            columns=read_columns(EXAMPLES / "chicago" / "columns.toml"),
            revisions=read_revisions(EXAMPLES / "chicago" / "program.toml"),
            **options,
        )


def test_B4_chicago_adds_up_to_what_decimals_by_hand_give(demo, tmp_path):
    """5,001 trips, four rules: every rule, month, company and rider gets the points that a plain loop gives."""
    report = replay_chicago(demo, tmp_path)
    by_rule, by_month, by_company, by_rider, turnover = Counter(), Counter(), Counter(), Counter(), Decimal(0)
    for instant, fare, company, rider, gains in trips_with_gains():
        by_rule.update(gains)
        month = instant.astimezone(ZoneInfo("America/Chicago")).strftime("%Y-%m")
        by_month[month] += sum(gains.values())
        by_company[company or None] += sum(gains.values())
        by_rider[rider] += sum(gains.values())
        turnover += fare
    assert (report.total.orders, report.refused_count) == (5001, 0)
    assert report.total.turnover == Money(turnover, "USD")
    assert {rule.rule: rule.points.minor for rule in report.by_rule} == by_rule
    assert {month: sums.points.minor for month, sums in report.by_month.items()} == by_month
    assert {branch: sums.points.minor for branch, sums in report.by_branch.items()} == by_company
    best = sorted(by_rider.items(), key=lambda pair: (-pair[1], pair[0]))[:10]
    assert [(gain.member, gain.points.minor) for gain in report.gained_most] == best
    assert report.total.points.minor == by_rule.total()
    assert report.total.worth.amount == Decimal(by_rule.total()) / 100


def lives_by_hand():
    """
    Give for each month, as a number, what a plain loop issues, redeems and has expire, all spent that may be.

    Points live to the end of the month in which a year is over, so a lot is known by the month in which it's gone.
    """
    issued, redeemed, expired, purses, month = Counter(), Counter(), Counter(), defaultdict(Counter), 0
    for instant, fare, _, rider, gains in trips_with_gains():
        wall = instant.astimezone(ZoneInfo("America/Chicago"))
        month, purse = wall.year * 12 + wall.month - 1, purses[rider]
        balance = sum(left for gone, left in purse.items() if gone > month)
        spent = min(balance, int(fare * 100) // 2, 2000)
        for gone in sorted(gone for gone in purse if gone > month) if spent >= 100 else ():
            part = min(spent, purse[gone])
            purse[gone] -= part
            spent -= part
            redeemed[month] += part
        purse[month + 13] += sum(gains.values())
        issued[month] += sum(gains.values())
    for purse in purses.values():
        expired.update({gone: left for gone, left in purse.items() if gone <= month})
    return {each: (issued[each], redeemed[each], expired[each]) for each in range(min(issued), month + 1)}


def test_B10_chicagos_points_live_as_by_hand_in_memory_and_on_sqlite(demo, tmp_path):
    """To the last unit, every month: issued, redeemed, expired and left; both stores hold the same, twice."""
    memory = MemoryRepository()
    report = replay_chicago(demo, tmp_path, repository=memory, redeem="all")
    by_hand = lives_by_hand()
    assert [
        (flow.issued.minor, flow.redeemed.minor, flow.expired.minor) for flow in report.life.by_month.values()
    ] == list(by_hand.values())
    left = [issued - redeemed - expired for issued, redeemed, expired in by_hand.values()]
    assert [flow.liability.minor for flow in report.life.by_month.values()] == list(accumulate(left))
    assert_agrees(report, memory, read_revisions(EXAMPLES / "chicago" / "program.toml"))
    with closing(SqliteRepository(tmp_path / "loyalty.db")) as sqlite:
        sqlite._connection.execute("PRAGMA synchronous = OFF")  # whether it's on the disk is tested elsewhere
        assert replay_chicago(demo, tmp_path, repository=sqlite, redeem="all") == report
        assert entries_of(sqlite) == entries_of(memory)
        assert documents_of(sqlite) == documents_of(memory)
        kept = list(sqlite._connection.iterdump())
        assert replay_chicago(demo, tmp_path, repository=sqlite, redeem="all") == report
        assert list(sqlite._connection.iterdump()) == kept


def test_the_demo_runs_from_anywhere(demo, tmp_path, monkeypatch, capfd):
    """It leaves exit status 0, a report that fits on a screen or two, and the way to change it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(demo, "BUILD", tmp_path / "build")
    assert demo.run() == 0
    told, complaints = capfd.readouterr()
    assert complaints == ""
    assert len(told.splitlines()) <= 75
    assert "Chicago cashback, replayed over 5,001 orders from 2013-01-01 to 2016-12-30" in told
    assert "Now change the program, examples/chicago/program.toml: " in told
    assert (tmp_path / "build" / "report.json").exists()
    (shown,) = re.findall(r"```text\n(What became.*?)```", (ROOT / "docs" / "replay.md").read_text("utf-8"), re.DOTALL)
    assert shown in told
    liability = (tmp_path / "build" / "points.csv").read_text(encoding="utf-8").splitlines()[-1]
    assert liability == "2016-12,592,0,2428,14576,145.76"
