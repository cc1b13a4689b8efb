"""From cells to orders, or to the reason why not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from loyaltykit import Money, Order, Revisions
from loyaltykit.replay import Refusal, Row
from loyaltykit.replay.columns import FACTS, TOLD
from loyaltykit.replay.orders import FIELDS, NOTHING, OrderReader, Told, told_of
from tests.replay.support import columns, program, revisions

NAMED = {fact: fact for fact in FACTS if fact not in {"quantity", "status", "kind"}}
PICKUP = {"pickup_longitude": "-87.63", "pickup_latitude": "41.88"}
CELLS = dict.fromkeys(FACTS, "") | {"placed_at": "2026-03-01T10:00:00-06:00", "price": "12.50", "id": "o1"}


def read(cells=None, *, under=None, named=None, **settings):
    """Read the row with the usual *cells*, some changed, into moment and order, or its refusal."""
    reader = OrderReader(columns(named=named or NAMED, **settings), under or revisions())
    record = reader.record(Row(7, CELLS | (cells or {})))
    return record if isinstance(record, Refusal) else reader.order(record)


def test_every_fact_reaches_the_order():
    """Each cell is the fact that the columns say; moments are kept in UTC."""
    facts = ("customer", "branch", "service", "tariff", "worker", "worker_tariff", "channel", "district")
    cells = {fact: f"the {fact}" for fact in facts}
    bounds = {"starts_at": "2026-03-02T09:30:00.000001-06:00", "ends_at": "2026-03-02T10:30:00-06:00"}
    moment, order = read(cells | bounds)
    assert moment == datetime(2026, 3, 1, 16, tzinfo=UTC)
    assert order == Order(
        id="o1",
        price=Money("12.50", "USD"),
        starts_at=datetime(2026, 3, 2, 15, 30, 0, 1, tzinfo=UTC),
        ends_at=datetime(2026, 3, 2, 16, 30, tzinfo=UTC),
        **cells,
    )


def test_empty_cells_are_facts_left_out():
    """An order without a customer or a branch is an order."""
    _, order = read()
    assert order == Order(id="o1", price=Money("12.50", "USD"))


def test_shared_values_stand_for_columns_that_there_are_none_of():
    """Facts that aren't mapped come from the values; mapped ones never do, even where they're empty."""
    named = {"placed_at": "when", "price": "fare", "branch": "where"}
    _, order = read({"branch": ""}, named=named, values={"service": "taxi"})
    assert (order.service, order.branch, order.customer) == ("taxi", None, None)


def test_a_pickup_is_a_longitude_and_a_latitude():
    """In degrees; where neither is told the order has none."""
    assert read(PICKUP)[1].pickup == (-87.63, 41.88)
    assert read({"pickup_longitude": "180", "pickup_latitude": "-90"})[1].pickup == (180.0, -90.0)
    assert read()[1].pickup is None


def test_what_is_told_beside_an_order_is_kept():
    """Codes as somebody typed them, and who brought whom; most orders have nothing of it."""
    reader = OrderReader(columns(named=NAMED), revisions())
    beside = {fact: f"the {fact}" for fact in TOLD}
    assert told_of(reader.record(Row(7, CELLS | beside))) == Told(**beside)
    assert told_of(reader.record(Row(7, CELLS))) is NOTHING


def test_without_ids_the_line_is_the_id():
    """An order must be called something."""
    _, order = read(named={"placed_at": "when", "price": "fare"})
    assert order.id == "7"


def test_a_record_fits_the_disk():
    """It holds a value for each field, each of them a whole number, text or nothing."""
    reader = OrderReader(columns(named=NAMED), revisions())
    record = reader.record(Row(7, CELLS))
    assert len(record) == len(FIELDS)
    assert {type(value) for value in record} == {int, str, type(None)}


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("12.5", 1250),
        (".00", 0),
        ("7", 700),
        ("7.", 700),
        ("+3.10", 310),
        ("-0.00", 0),
        ("007.50", 750),
        ("1.2300", 123),
    ],
)
def test_prices_as_real_files_write_them(text, minor):
    """Missing zeros, surplus zeros, a sign: none of them changes the sum."""
    assert read({"price": text})[1].price.minor == minor


def test_a_price_beyond_64_bits_comes_back_whole():
    """Nothing that can be read is cut off on the disk."""
    assert read({"price": "92233720368547758.08"})[1].price.minor == 2**63
    assert read({"price": "9" * 30 + ".99"})[1].price.minor == 10**32 - 1


def test_surplus_decimals_are_rounded_where_the_columns_say_how():
    """12.345 is 12.35 half up and 12.34 floored; a negative price stays refused."""
    assert read({"price": "12.345"}, rounding="half_up")[1].price.minor == 1235
    assert read({"price": "12.345"}, rounding="floor")[1].price.minor == 1234
    assert read({"price": "-0.001"}, rounding="half_up").code == "negative_price"


@pytest.mark.parametrize(
    ("cells", "refusal"),
    [
        ({"placed_at": ""}, Refusal("no_moment")),
        ({"placed_at": "soon"}, Refusal("bad_moment", fact="placed_at", value="soon", form="iso")),
        ({"placed_at": "2026-02-30"}, Refusal("bad_moment", fact="placed_at", value="2026-02-30", form="iso")),
        ({"placed_at": "2026-03-01 10:00"}, Refusal("no_offset", fact="placed_at", value="2026-03-01 10:00")),
        ({"starts_at": "soon"}, Refusal("bad_moment", fact="starts_at", value="soon", form="iso")),
        ({"price": ""}, Refusal("no_price")),
        ({"price": "12,50"}, Refusal("bad_price", value="12,50")),
        ({"price": "$12.50"}, Refusal("bad_price", value="$12.50")),
        ({"price": "1e3"}, Refusal("bad_price", value="1e3")),
        ({"price": "NaN"}, Refusal("bad_price", value="NaN")),
        ({"price": "1\x002"}, Refusal("bad_price", value=r"'1\x002'")),
        ({"price": "9" * 31}, Refusal("bad_price", value="9" * 31)),
        ({"price": "-2.50"}, Refusal("negative_price", value="-2.50")),
        ({"price": "12.345"}, Refusal("surplus_decimals", value="12.345", digits=2)),
        ({"price": "0." + "1" * 90}, Refusal("bad_price", value="0." + "1" * 58 + "…")),
        ({"price": "12.\u0663\u0664\u0665"}, Refusal("bad_price", value="12.\u0663\u0664\u0665")),
        ({"price": f"{'9' * 30}.{'1' * 30}"}, Refusal("surplus_decimals", value=f"{'9' * 30}.{'1' * 29}…", digits=2)),
        ({"price": f"-{'9' * 30}.{'1' * 30}"}, Refusal("negative_price", value=f"-{'9' * 30}.{'1' * 28}…")),
        ({"id": ""}, Refusal("no_id")),
        ({"id": "o\x071"}, Refusal("bad_id", fact="id", value=r"'o\x071'")),
        ({"customer": "x" * 129}, Refusal("bad_id", fact="customer", value="x" * 60 + "…")),
        ({"branch": "caf\udce9"}, Refusal("bad_id", fact="branch", value=r"'caf\udce9'")),
        ({"promo_code": "x" * 129}, Refusal("bad_id", fact="promo_code", value="x" * 60 + "…")),
        (PICKUP | {"pickup_latitude": ""}, Refusal("bad_pickup", value="-87.63, ")),
        (PICKUP | {"pickup_longitude": "west"}, Refusal("bad_pickup", value="west, 41.88")),
        (PICKUP | {"pickup_longitude": "nan"}, Refusal("bad_pickup", value="nan, 41.88")),
        (PICKUP | {"pickup_latitude": "90.001"}, Refusal("bad_pickup", value="-87.63, 90.001")),
        (PICKUP | {"pickup_longitude": "-180.1"}, Refusal("bad_pickup", value="-180.1, 41.88")),
    ],
)
def test_what_is_refused_and_why(cells, refusal):
    """Each kind of fault has its code, and the figures that show it."""
    assert read(cells) == refusal


def test_an_order_before_the_first_revision_is_refused():
    """There was no program that it could have been worked out under; at its first moment there is."""
    under = Revisions([program(in_force_from="2026-03-01")])  # 06:00 in UTC
    refusal = read({"placed_at": "2026-03-01T05:59:59Z"}, under=under)
    assert refusal.code == "before_first_revision"
    assert refusal.start == datetime(2026, 3, 1, 6, tzinfo=UTC)
    assert read({"placed_at": "2026-03-01T06:00:00Z"}, under=under)[1].id == "o1"


def test_the_currency_decides_the_decimals():
    """Yen have none, dinars of Kuwait three."""
    assert read({"price": "100.5"}, under=revisions(currency="JPY")).digits == 0
    assert read({"price": "1.005"}, under=revisions(currency="KWD"))[1].price == Money("1.005", "KWD")
