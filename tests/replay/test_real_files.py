"""Real trips: New York's cabs, where their files are at hand."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from loyaltykit.replay import replay
from tests.replay.support import columns, revisions, shared_file

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
