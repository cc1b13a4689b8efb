"""
What a cashback program would have cost over 5,001 Chicago taxi trips, and what would have become of its points:
``make demo``.

The trips are the city's (see ``examples/data/README.md``); it publishes neither customers nor drivers. They're made up
here, by arithmetic on the number *n* of the trip in the file, from 1:

- the customer is rider ⌊(37 n mod 997)² ÷ 1,657⌋ + 1: some 580 riders, a few of whom ride often;
- the driver is driver (n mod 211) + 1;
- every third trip was ordered through the app, the others by phone.

What riders would have spent isn't known either: they're taken to spend all the points that they may on every trip.
"""

from __future__ import annotations

import csv
import gzip
import os
import sys
from pathlib import Path

from loyaltykit.cli import main

HERE = Path(__file__).parent.resolve()
ROOT = HERE.parent.parent
TRIPS = ROOT / "examples" / "data" / "chicago_taxi_trips_every3rd.csv.gz"
BUILD = ROOT / ".build" / "chicago"


def made_up(number: int) -> list[str]:
    """Give trip, customer, driver and channel of the trip with that *number*."""
    rider = (37 * number % 997) ** 2 // 1657 + 1
    return [f"trip-{number}", f"rider-{rider}", f"driver-{number % 211 + 1}", "phone" if number % 3 else "app"]


def write_trips(path: Path) -> None:
    """Write the city's trips to *path*, with the made-up columns behind the others."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with (
        gzip.open(TRIPS, "rt", encoding="utf-8", newline="") as source,
        path.open("w", encoding="utf-8", newline="") as copy,
    ):
        rows = csv.reader(source)
        trips = csv.writer(copy, lineterminator="\n")
        trips.writerow([*next(rows), "trip", "customer", "driver", "channel"])
        trips.writerows([*row, *made_up(number)] for number, row in enumerate(rows, start=1))


def run() -> int:
    """Replay the trips, and say what to change to see a difference."""
    os.chdir(ROOT)
    names = "trips.csv", "report.csv", "points.csv", "report.json"
    trips, table, points, report = (os.path.relpath(BUILD / name) for name in names)
    program, columns, rule = (os.path.relpath(HERE / name) for name in ("program.toml", "columns.toml", "demo.py"))
    write_trips(BUILD / "trips.csv")
    inputs = ["--program", program, "--columns", columns, "--orders", trips]
    life = ["--repository", "memory", "--redeem", "all"]
    outputs = ["--json", report, "--csv", table, "--life", points]
    print("$ loyaltykit replay", *inputs, "\\\n   ", *life, *outputs, end="\n\n", flush=True)
    status = main(["replay", *inputs, *life, *outputs])
    print(
        f"""
The trips are the City of Chicago's. Riders, drivers and channels are made up: {rule} says how.
All figures are in {report}, months by company in {table}, what became of
points in {points}.
Now change the program, {program}: make percent = "6" of its happy hour "12",
run `make demo` again, and that rule's points about double. What the file means, or what is wrong with it:
`loyaltykit check {program}`."""
    )
    return status


if __name__ == "__main__":
    sys.exit(run())
