"""
What a loyalty program would have cost over 5,001 Chicago taxi trips, what would have become of its points, and in which
districts its drivers would have been paid most: ``make demo``.

The trips are the city's (see ``examples/data/README.md``), and so are the districts, its 77 community areas. It
publishes neither customers nor drivers, nor who brought whom. They're made up here, by arithmetic on the number *n* of
the trip in the file, from 1:

- the customer is rider ⌊(37 n mod 997)² ÷ 1,657⌋ + 1: some 580 riders, a few of whom ride often;
- the driver is driver ⌊(53 n mod 211)² ÷ 743⌋ + 1: 60 drivers, a few of whom drive often; the car of every third one
  is a comfort car;
- every third trip was ordered through the app, the others by phone;
- of riders above 20, the even ones were brought by rider (number mod 20) + 1, of drivers above 10, the even ones by
  driver (number mod 10) + 1;
- with every trip through the app in June, July and August 2014 the code SUMMER was named.

The branch is the company, where that's one of the seven with most trips, and otherwise Independent. What riders would
have spent isn't known either: they're taken to spend all the points that they may on every trip.
"""

from __future__ import annotations

import csv
import gzip
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from loyaltykit.cli import main
from loyaltykit.geo import DistrictMap

HERE = Path(__file__).parent.resolve()
ROOT = HERE.parent.parent
DATA = ROOT / "examples" / "data"
TRIPS = DATA / "chicago_taxi_trips_every3rd.csv.gz"
AREAS = DATA / "chicago_community_areas.geojson"
BUILD = ROOT / ".build" / "chicago"

COMPANIES = frozenset(
    {
        "Taxi Affiliation Services",
        "Dispatch Taxi Affiliation",
        "Blue Ribbon Taxi Association Inc.",
        "Choice Taxi Association",
        "Northwest Management LLC",
        "KOAM Taxi Association",
        "Top Cab Affiliation",
    }
)
SUMMER = {"2014-06", "2014-07", "2014-08"}
MADE_UP = (
    "trip",
    "branch",
    "customer",
    "driver",
    "car",
    "channel",
    "promo_code",
    "rider_brought_by",
    "driver_brought_by",
)


def made_up(number: int, company: str, month: str) -> list[str]:
    """Give the columns `MADE_UP` of the trip with that *number*, of a *company*, in a *month* such as 2014-06."""
    rider = (37 * number % 997) ** 2 // 1657 + 1
    driver = (53 * number % 211) ** 2 // 743 + 1
    channel = "phone" if number % 3 else "app"
    return [
        f"trip-{number}",
        company if company in COMPANIES else "Independent",
        f"rider-{rider}",
        f"driver-{driver}",
        "standard" if driver % 3 else "comfort",
        channel,
        "SUMMER" if channel == "app" and month in SUMMER else "",
        f"rider-{rider % 20 + 1}" if rider > 20 and rider % 2 == 0 else "",  # noqa: PLR2004 - as the docstring says
        f"driver-{driver % 10 + 1}" if driver > 10 and driver % 2 == 0 else "",  # noqa: PLR2004
    ]


def city_trips() -> list[dict[str, str]]:
    """Give the city's trips in the order of the file."""
    with gzip.open(TRIPS, "rt", encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def write_trips(path: Path) -> None:
    """Write the city's trips to *path*, with the made-up columns behind the others."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as copy:
        trips = csv.writer(copy, lineterminator="\n")
        for number, trip in enumerate(city_trips(), start=1):
            if number == 1:
                trips.writerow([*trip, *MADE_UP])
            clock = datetime.fromtimestamp(int(trip["trip_start_timestamp"]), UTC)  # wall clock, as if it were UTC
            trips.writerow([*trip.values(), *made_up(number, trip["company"], f"{clock:%Y-%m}")])


def agreement() -> str:
    """Say of how many trips the pickup point lies in the community area that the city itself names for it."""
    trips = [trip for trip in city_trips() if trip["pickup_longitude"] and trip["pickup_community_area"]]
    areas = DistrictMap.from_geojson(AREAS, key="area_number")
    found = areas.resolve_many(
        *([float(trip[f"pickup_{axis}"]) for trip in trips] for axis in ("longitude", "latitude"))
    )
    named = [trip["pickup_community_area"] for trip in trips]
    agreed = sum(district is not None and district.id == name for district, name in zip(found, named, strict=True))
    return f"{agreed:,} of {len(trips):,}"


def run() -> int:
    """Replay the trips, and say what to change to see a difference."""
    os.chdir(ROOT)
    names = "trips.csv", "report.csv", "points.csv", "report.json", "chicago-districts.svg"
    trips, table, points, report, picture = (os.path.relpath(BUILD / name) for name in names)
    program, columns, rule = (os.path.relpath(HERE / name) for name in ("program.toml", "columns.toml", "demo.py"))
    write_trips(BUILD / "trips.csv")
    inputs = ["--program", program, "--columns", columns, "--orders", trips]
    places = ["--districts", os.path.relpath(AREAS), "--district-key", "area_number", "--district-name", "community"]
    life = ["--repository", "memory", "--redeem", "all", "--say", PARTS, "--svg", picture]
    outputs = ["--json", report, "--csv", table, "--life", points]
    said = " \\\n    ".join(" ".join(options) for options in (inputs, places, life, outputs))
    print("$ loyaltykit replay", said, end="\n\n", flush=True)
    status = main(["replay", *inputs, *places, *life, *outputs])
    print(
        f"""
Surcharges by area, as a map: {picture}. {agreement()} pickups lie in the area that the city names.
Riders, drivers, who brought whom and the codes are made up: {rule} says how. Now change
{program}: make the budget of its summer "400.00", and run `make demo` again: does it last?"""
    )
    return status


PARTS = "totals,life,rules,districts,bonuses,codes"
"""What of the report is printed here; all of it is in the JSON."""

if __name__ == "__main__":
    sys.exit(run())
