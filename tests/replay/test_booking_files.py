"""Past bookings and purchases: quantities, statuses, goods, cells of nothing, and lines of one order (B4)."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import Counter, defaultdict
from decimal import Decimal

import pytest

from loyaltykit import Loyalty
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.replay import Columns, replay, report_in_words
from tests.replay.support import COLUMNS, assert_agrees, documents_of, replayed, revisions, shared_file

BOOKED = COLUMNS["columns"] | {"customer": "who"}
CASHBACK = [{"percent": 5}]


@pytest.fixture(params=["memory", "sqlite"])
def repository(request):
    """Give an empty repository of each kind."""
    if request.param == "memory":
        yield MemoryRepository()
        return
    made = SqliteRepository(":memory:")
    yield made
    made.close()


def refusals(report):
    return [(line, refusal.code) for line, refusal in report.refused_rows]


def test_B4_a_price_is_multiplied_by_the_sum_of_quantities():
    """Nights on weekends and on weekdays, exact before the one rounding."""
    named = BOOKED | {"quantity": ["weekend", "week"]}
    rows = ["when,fare,who,weekend,week", "2026-03-01T10:00Z,10.505,m1,1,3", "2026-03-01T10:00Z,0.10,m1,0,0"]
    report = replayed("\n".join(rows), named=named)
    assert str(report.total.turnover) == "42.02 USD"
    report = replayed("when,fare,who,weekend,week\n2026-03-01T10:00Z,10.505,m1,0,1\n", named=named, rounding="half_up")
    assert str(report.total.turnover) == "10.51 USD"


@pytest.mark.parametrize(
    ("price", "quantity", "code"),
    [
        ("10.505", "1", "surplus_decimals"),
        ("10", "-1", "negative_price"),
        ("-10", "1", "negative_price"),
        ("10", "", "bad_price"),
        ("10", "many", "bad_price"),
        ("", "1", "no_price"),
    ],
)
def test_B4_quantities_that_make_no_price(price, quantity, code):
    """Refused, with both figures where they tell something."""
    named = BOOKED | {"quantity": ["pieces"]}
    report = replayed(f"when,fare,who,pieces\n2026-03-01T10:00Z,{price},m1,{quantity}\n", named=named)
    assert refusals(report) == [(2, code)]
    if code != "no_price":
        assert report.refused_rows[0][1].value == f"{price} × ({quantity})"


STATUSES = {"cancelled": ["Canceled"], "no_show": ["No-Show"]}
STAYS = """when,fare,who,what
2026-03-01T10:00Z,10.00,m1,Check-Out
2026-03-02T10:00Z,20.00,m1,Canceled
2026-03-03T10:00Z,40.00,m2,No-Show
2026-03-04T10:00Z,80.00,m1,Check-Out
2026-03-05T10:00Z,160.00,m1,Check-In
"""


def test_B4_cancelled_bookings_and_no_shows_earn_nothing(repository):
    """They're counted apart, and live over a repository as such."""
    how = {"named": BOOKED | {"status": "what"}, "statuses": STATUSES}
    report = replayed(STAYS, **how)
    assert (report.read, report.total.orders, report.cancelled, report.no_shows) == (5, 3, 1, 1)
    assert str(report.total.turnover) == "250.00 USD"
    assert "  not completed        2: 1 cancelled, 1 no-show" in report_in_words(report).splitlines()
    assert (report.to_dict()["cancelled"], report.to_dict()["no_shows"]) == (1, 1)
    under = revisions(cashback=CASHBACK, redemption=[{}])
    columns = Columns.from_dict(COLUMNS | {"columns": how["named"], "statuses": STATUSES})
    lived = _lived(STAYS, columns, under, repository)
    assert (lived.total, lived.cancelled, lived.no_shows) == (report.total, 1, 1)
    assert_agrees(lived, repository, under)
    states = Counter(
        json.loads(each.body)["status"] for key, each in documents_of(repository).items() if '"order"' in key
    )
    assert states == {"completed": 3, "cancelled": 1, "no_show": 1}
    assert _lived(STAYS, columns, under, MemoryRepository()) == lived


def _lived(text, columns, under, repository, **options):
    return replay(io.BytesIO(text.encode()), columns=columns, revisions=under, repository=repository, **options)


def test_B4_with_all_statuses_listed_another_is_refused():
    """So that a new one isn't taken for a visit."""
    statuses = STATUSES | {"completed": ["Check-Out"]}
    report = replayed(STAYS, named=BOOKED | {"status": "what"}, statuses=statuses)
    assert (report.total.orders, refusals(report)) == (2, [(6, "unknown_status")])
    assert "Check-In" in str(report.refused_rows[0][1])


def test_B4_cells_of_nothing_are_empty():
    """NULL is no customer."""
    text = "when,fare,who\n2026-03-01T10:00Z,10.00,NULL\n2026-03-01T10:00Z,NULL,m1\n"
    report = replayed(text, named=BOOKED, nothing=["NULL"])
    assert (report.total.points.minor, report.members, refusals(report)) == (0, 0, [(3, "no_price")])
    assert replayed(text, named=BOOKED).members == 1


@pytest.mark.parametrize(
    ("how", "visits"),
    [
        ({"named": BOOKED | {"kind": "what"}, "goods": ["sale"]}, 1),
        ({"named": BOOKED, "values": {"kind": "sale"}, "goods": ["sale"]}, 0),
        ({"named": BOOKED}, 2),
    ],
)
def test_B4_sales_of_goods_are_no_visits(how, visits, repository):
    """By a column, or all of a file."""
    text = "when,fare,who,what\n2026-03-01T10:00Z,10.00,m1,sale\n2026-03-01T10:00Z,10.00,m1,cut\n"
    under = revisions(cashback=CASHBACK)
    columns = Columns.from_dict(COLUMNS | {"columns": how["named"]} | {k: v for k, v in how.items() if k != "named"})
    assert _lived(text, columns, under, repository).total.orders == 2
    (member,) = [json.loads(each.body) for key, each in documents_of(repository).items() if '"member"' in key]
    assert (member.get("visits", 0), member["sold"]) == (visits, 2000)


LINES = """id,when,fare,who
i2,2026-03-02T10:00Z,5.00,m2
i1,2026-03-01T10:00Z,10.00,m1
i2,2026-03-02T10:01Z,7.00,m3
c9,2026-03-03T10:00Z,-3.00,m1
i1,2026-03-01T10:00Z,-1.50,m1
c9,2026-03-03T10:00Z,1.00,m1
i3,2026-03-03T10:00Z,4.00,m1
i3,2026-03-03T10:00Z,-4.00,m1
"""


def test_B4_lines_of_one_order_add_up(repository):
    """Wherever they stand; all else is that of the first. What was taken back without its order is refused."""
    how = {"named": BOOKED | {"id": "id"}, "lines": True}
    report = replayed(LINES, **how)
    assert (report.read, report.total.orders, report.further_lines) == (4, 3, 3)
    assert str(report.total.turnover) == "20.50 USD"
    assert [(gain.member, gain.points.minor) for gain in report.gained_most] == [("m2", 60), ("m1", 43)]
    assert [(line, str(refusal)) for line, refusal in report.refused_rows] == [
        (5, "its lines, 2 in all, come to -2.00 USD: what was taken back isn't there")
    ]
    assert "passed over: 3 further lines" in report_in_words(report)
    columns = Columns.from_dict(COLUMNS | {"columns": how["named"], "lines": True})
    under = revisions(cashback=CASHBACK)
    lived = _lived(LINES, columns, under, repository)
    assert (lived.total, lived.refused, lived.further_lines) == (report.total, report.refused, 3)
    assert _lived(LINES, columns, under, repository) == lived


def test_B4_lines_keep_the_order_of_the_file_at_equal_moments():
    """That of the first line of each."""
    text = "id,when,fare,who\n" + "".join([f"{name},2026-03-01T10:00Z,1.00,m\n" for name in "zayb"])
    rules = {"cashback": [{"percent": 5}], "first_app_order": [{"points": 7}]}
    told = []
    replay_options = {"columns": Columns.from_dict(COLUMNS | {"columns": BOOKED | {"id": "id"}, "lines": True})}
    _lived(text, replay_options["columns"], revisions(**rules), None, progress=lambda all_, _: _told(all_, told))
    assert told == ["z", "a", "y", "b"]


def _told(records, told):
    for record in records:
        told.append(record[3])
        yield record


CDNOW = {
    "moments": "%Y-%m-%d",
    "time_zone": "America/Chicago",
    "columns": {"placed_at": "date", "price": "dollars", "customer": "customer_id"},
}


def test_B4_cdnow_every_purchase_counts():
    """No ids, dates alone, and repeats that are real: 6,919 purchases of 2,357 customers."""
    path = shared_file("cdnow_sample.csv")
    with path.open("rb") as file:
        report = replay(file, columns=Columns.from_dict(CDNOW), revisions=revisions(cashback=CASHBACK))
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert (report.read, report.refused_count, report.members) == (6_919, 0, 2_357)
    assert report.total.turnover.amount == Decimal("244091.94") == sum(Decimal(row["dollars"]) for row in rows)
    by_month = Counter(row["date"][:7] for row in rows)
    assert {month: sums.orders for month, sums in report.by_month.items()} == by_month


HOTELS = {
    "moments": "%m/%d/%Y",
    "time_zone": "Europe/Lisbon",
    "nothing": ["NULL"],
    "statuses": {"cancelled": ["Canceled"], "no_show": ["No-Show"], "completed": ["Check-Out"]},
    "columns": {
        "placed_at": "reservation_status_date",
        "price": "adr",
        "quantity": ["stays_in_weekend_nights", "stays_in_week_nights"],
        "status": "reservation_status",
        "branch": "hotel",
        "channel": "distribution_channel",
        "customer": "agent",
    },
}


def test_B4_hotel_bookings():
    """A rate a night times the nights, by what became of each; who has no agent earns nothing."""
    path = shared_file("hotel_bookings_every6th.csv.gz")
    with path.open("rb") as file:
        report = replay(file, columns=Columns.from_dict(HOTELS), revisions=revisions(cashback=CASHBACK))
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    turnover, agents, states = defaultdict(Decimal), set(), Counter(row["reservation_status"] for row in rows)
    for row in rows:
        if row["reservation_status"] == "Check-Out" and Decimal(row["adr"]) >= 0:
            nights = int(row["stays_in_weekend_nights"]) + int(row["stays_in_week_nights"])
            turnover[row["hotel"]] += Decimal(row["adr"]) * nights
            agents |= {row["agent"]} - {"NULL"}
    assert (report.read, report.cancelled, report.no_shows) == (19_899, states["Canceled"], states["No-Show"])
    assert report.total.orders == states["Check-Out"] - report.refused_count
    assert {branch: sums.turnover.amount for branch, sums in report.by_branch.items()} == turnover
    assert report.members == len(agents)


INVOICES = {
    "moments": "%m/%d/%Y %H:%M",
    "time_zone": "Europe/London",
    "lines": True,
    "rounding": "half_up",
    "columns": {
        "id": "InvoiceNo",
        "placed_at": "InvoiceDate",
        "price": "UnitPrice",
        "quantity": ["Quantity"],
        "customer": "CustomerID",
        "branch": "Country",
    },
    "values": {"kind": "goods"},
    "goods": ["goods"],
}


def test_B4_invoices_and_what_was_taken_back():
    """Lines add up by invoice; cancellations whose invoice is another one are refused, and counted."""
    path = shared_file("uci_online_retail_lines.csv.gz")
    with path.open("rb") as file:
        report = replay(file, columns=Columns.from_dict(INVOICES), revisions=revisions(cashback=CASHBACK))
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    invoices = defaultdict(list)
    for row in rows:
        invoices[row["InvoiceNo"]].append(Decimal(row["UnitPrice"]) * int(row["Quantity"]))
    below = [name for name, parts in invoices.items() if sum(parts) < 0]
    assert (report.read, report.refused_count, report.total.orders) == (
        len(invoices),
        len(below),
        len(invoices) - len(below),
    )
    assert {refusal.code for _, refusal in report.refused_rows} == {"below_zero"}
    assert all(name.startswith("C") for name in below)
    assert report.further_lines == sum(len(parts) - 1 for name, parts in invoices.items() if name not in below)
    assert report.total.turnover.amount == sum(sum(parts) for parts in invoices.values() if sum(parts) >= 0)


def test_B4_cdnow_lives_over_a_repository():
    """What was issued, less what expired, is what customers have."""
    repository, under = MemoryRepository(), revisions(cashback=CASHBACK, expiry={"after": "P90D"})
    with shared_file("cdnow_sample.csv").open("rb") as file:
        head = b"".join([next(file) for _ in range(400)])
    columns = Columns.from_dict(CDNOW)
    report = _lived(head.decode(), columns, under, repository)
    assert report.total.orders == 399
    assert report.life.total.expired.minor > 0
    assert_agrees(report, repository, under)
    liability = Loyalty(under, repository).reports.liability(at=report.life.until)
    assert {row.month: (row.issued, row.expired, row.liability, row.worth) for row in liability.rows} == {
        month: (flow.issued, flow.expired, flow.liability, flow.worth) for month, flow in report.life.by_month.items()
    }
    assert str(liability.total.breakage) == report.life.to_dict()["total"]["breakage_percent"]
