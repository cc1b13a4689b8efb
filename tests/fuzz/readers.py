"""Every reader of foreign text, with the real examples that fuzzing begins at."""

from __future__ import annotations

import gzip
import io
import json
import tomllib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from attrs import frozen

from loyaltykit import (
    Currency,
    Loyalty,
    Money,
    Order,
    Percent,
    Points,
    PointValue,
    Program,
    Revisions,
    Template,
    Term,
    Window,
    read_program,
    write_program,
)
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.documents import (
    card,
    code,
    codes_given,
    detail,
    member,
    note,
    notice,
    order,
    promo_use,
    revision,
    worker,
)
from loyaltykit.geo import DistrictMap
from loyaltykit.ledger.cursor import behind_due, behind_entry
from loyaltykit.operations import (
    adjust,
    clear_history,
    generate_codes,
    issue_card,
    issue_code,
    pay_out,
    set_tier,
    settlement,
)
from loyaltykit.replay import Columns, read_columns, read_rows
from loyaltykit.replay.moments import reader_of
from loyaltykit.replay.orders import OrderReader
from loyaltykit.replay.refusal import Refusal
from loyaltykit.values.code import message_with, normal_code, referral_link
from tests.fuzz.law import Breach
from tests.fuzz.mutations import LONE, VALUES, as_json, as_toml, edited_bytes, edited_text, mutated

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "documents" / "samples"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RUB = Currency("RUB")
WORTH = PointValue("0.50", "RUB")

FOLDER = TemporaryDirectory(prefix="loyaltykit-fuzz-", ignore_cleanup_errors=True)
"""Where files lie that are read; gone with the process."""


@frozen
class Reader:
    """A reader: *drawn* are the texts that it's given, *read* is called with each, *again* with what it gave."""

    name: str
    drawn: Any
    read: Any
    again: Any = None


def _written(name, content):
    path = Path(FOLDER.name, name)
    path.write_bytes(content)
    return path


def _same(one, other):
    if one != other:
        message = f"what was written is read back as something else: {one!r:.300}, not {other!r:.300}"
        raise Breach(message)


# Programs


PROGRAM_FILES = sorted((ROOT / "examples").glob("*/program.toml"))
PROGRAM_TEXTS = [path.read_text(encoding="utf-8") for path in PROGRAM_FILES]
PROGRAMS = [tomllib.loads(text) for text in PROGRAM_TEXTS]


def _program_again(program):
    """See *program* read back from each form in which it's written."""
    _same(Program.from_dict(program.to_dict()), program)
    for ending in ("toml", "json"):
        path = Path(FOLDER.name, f"again.{ending}")
        write_program(program, path)
        _same(read_program(path), program)


# Maps


def _district(name, west, south, size=0.1):
    ring = [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]
    properties = {"LocationID": name, "name": f"District {name}", "priority": 1}
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


MAP = {"type": "FeatureCollection", "features": [_district("1", 30.5, 50.4), _district("2", 30.6, 50.4)]}
HOLED = {
    "type": "FeatureCollection",
    "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
    "features": [
        {
            "type": "Feature",
            "properties": {"LocationID": 7, "name": "Both"},
            "geometry": {
                "type": "MultiPolygon",
                "coordinates": [
                    [
                        [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]],
                        [[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]],
                    ],
                    [[[10, 0], [11, 0], [11, 1], [10, 0]]],
                ],
            },
        }
    ],
}


def _read_map(source):
    for repair in (None, "report"):
        found = DistrictMap.from_geojson(source, priority="priority" if repair else None, repair=repair)
    return found


def _map_again(found):
    """Ask it where places are, and draw it."""
    for lon, lat in ((30.55, 50.45), (0.0, 0.0), (180.0, 90.0)):
        inside = found.resolve_all(lon, lat)
        if (found.resolve(lon, lat) is None) != (not inside):
            message = f"the map gives {inside} at {lon}, {lat}, and another answer for one"
            raise Breach(message)
    found.to_svg()


# Past orders


COLUMN_FILES = sorted((ROOT / "examples").glob("*/columns.toml"))
COLUMN_TEXTS = [path.read_text(encoding="utf-8") for path in COLUMN_FILES]
COLUMNS = [tomllib.loads(text) for text in COLUMN_TEXTS]
BOOKINGS = (
    "number,visit,price,times,client,branch,service,status,kind\r\n"
    '1,01.03.2026 10:00,1500.00,1,"Anna ""A""",centre,haircut,came,visit\r\n'
    "2,02.03.2026 11:30,2000,2,-,riverside,colouring,cancelled,visit\n"
    '3,02.03.2026 12:00,"900,5",1,Ben,centre,,did not come,shop\n'
)
TRIPS = (
    "trip,trip_start_timestamp,fare,branch,customer,driver,car,channel,pickup_longitude,pickup_latitude,"
    "promo_code,rider_brought_by,driver_brought_by\n"
    "t1,1400269500,12.45,yellow,c1,d1,comfort,app,-87.8045,41.985,SPRING,c2,\n"
    "t2,1382319000,5.85,,c2,,,call,,,,,d1\n"
)
BOOKING_READER = OrderReader(Columns.from_dict(COLUMNS[0]), Revisions([Program.from_dict(PROGRAMS[0])]))
TRIP_READER = OrderReader(Columns.from_dict(COLUMNS[1]), Revisions([Program.from_dict(PROGRAMS[1])]))


def _orders(columns, reader, content):
    """Read rows, and an order of each that isn't refused."""
    for row in read_rows(io.BytesIO(content), columns):
        if row.refusal is None and not row.is_blank and not row.surplus:
            record = reader.record(row)
            if not isinstance(record, Refusal):
                reader.order(record)


# Codes, templates and cursors, which come from people and their browsers


DESK = {
    "id": "city",
    "currency": "RUB",
    "point_value": "1",
    "time_zone": "Europe/Moscow",
    "cashback": [{"percent": "10"}],
    "redemption": [{"max_share": "50"}],
    "promo": [{"name": "spring", "code": "SPRING", "points": 10}],
    "codes": {},
    "gift_card": [{"name": "fifty", "face": "50"}],
    "invitation": [{"referrer_points": 10, "referee_points": 10}],
}


@cache
def _desk():
    """Give a desk with an order, and a referral code."""
    loyalty = Loyalty(Program.from_dict(DESK), MemoryRepository())
    loyalty.settle(RIDE, at=NOW)
    loyalty.codes.issue("i1", "m1", at=NOW)
    return loyalty


RIDE = Order(id="o1", customer="m1", price=Money("1000", "RUB"))
TYPED = ["SPRING", "spring ", "D48M", "D48M-7K2P-WXYZ-2345", "ｓｐｒｉｎｇ", "SPRІNG"]


def _typed(text):
    """Type *text* wherever a code can be typed, as anything that may come from a form."""
    desk = _desk()
    desk.codes.check(text, at=NOW)
    desk.cards.check(text, at=NOW)
    following = Order(id="o2", customer="m2", price=Money("1000", "RUB"))
    for kind in ("promo_code", "gift_card", "referral_code"):
        desk.quote(following, at=NOW, **{kind: text})


def _code_again(code):
    _same(normal_code(code), code)


TEMPLATES = [
    "{points} more! Friends get 5 % by the code %ClientReferralCode%",
    "100 %% of {{points}} until {expires_at}",
    "https://example.com/?ref={code}",
]


def _template_again(template):
    _same(Template(str(template)), template)
    template.fill(dict.fromkeys(template.names, "{points} %Points% {x.y}"))


CURSORS = ['[0, "complete o1", 2]', '[1772323200000000, "member/m1"]', '[9223372036854775807, "é", 0]']


def _entry_again(parts):
    _same(behind_entry(json.dumps(parts)), parts)


def _statement(text):
    return _desk().members.statement("m1", at=NOW, after=text)


# What a store holds: somebody else's hand, or a damaged disk


BODIES = {
    "member": lambda body: member.decode("member/m1", body),
    "promo-use": lambda body: promo_use.decode("promo/summer", body),
    "code": lambda body: code.decode("code D48M", body),
    "card": lambda body: card.decode("card/1", body),
    "card-code": lambda body: card.decode_code("card code", body),
    "worker": lambda body: worker.decode("worker/w7", body),
    "order": lambda body: order.decode("order/o1", body, RUB),
    "codes-given": lambda body: codes_given.decode("codes", body),
    "revision": lambda body: revision.decode("revision/1", body),
    "note": lambda body: note.decode("note/1", body),
    "notice": lambda body: notice.decode("notice/1", body, WORTH),
    "entry-detail": lambda body: detail.decode("complete o5", body),
}
RESULTS = {
    "settlement": lambda body: settlement.decode("place o5", body, WORTH),
    "issued-code": lambda body: issue_code.decode("issue m1 i1", body),
    "payout": lambda body: pay_out.decode("pay_out w7 p1", body, WORTH),
    "history-cleared": lambda body: clear_history.decode("clear m1 c1", body, WORTH),
    "level-set": lambda body: set_tier.decode("set_tier m1 s1", body),
    "issued-card": lambda body: issue_card.decode("card c1", body, WORTH),
    "codes-generated": lambda body: generate_codes.decode("codes b1 0", body),
    "adjustment": lambda body: adjust.decode("adjust m1 a1", body, WORTH),
}


def _stored(kind):
    """Give the texts of what's stored of that *kind*."""
    return [path.read_text(encoding="utf-8") for path in sorted(SAMPLES.glob(f"{kind}-v1*.json"))]


def _body_texts(kind):
    texts = _stored(kind)
    return edited_text(texts) | mutated([json.loads(text) for text in texts]).map(lambda raw: as_json(raw).decode())


# Values, as people and files write them


WRITTEN = {
    "money": (lambda text: Money(text, "RUB"), ["1000", "0.50", "-3", "12,5"]),
    "points": (Points, ["41", "0.5"]),
    "percents": (Percent, ["10", "33.3"]),
    "point values": (lambda text: PointValue(text, "RUB"), ["0.50", "1"]),
    "terms": (Term, ["P1Y", "P2Y6M", "PT3H", "P30D", "P1W"]),
    "hours": (lambda text: Window(["fri"], text, "02:00"), ["22:00", "00:00", "24:00"]),
    "currencies": (Currency, ["RUB", "usd", "JPY"]),
}
MOMENTS = ["2026-03-01T12:00:00+03:00", "2026-03-01", "2026-10-25 02:30"]


READERS = [
    Reader(
        "program.toml",
        edited_bytes(PROGRAM_TEXTS) | mutated(PROGRAMS).map(as_toml),
        lambda content: read_program(_written("program.toml", content)),
        _program_again,
    ),
    Reader(
        "program.json",
        mutated(PROGRAMS).map(as_json) | edited_bytes([json.dumps(raw) for raw in PROGRAMS]),
        lambda content: read_program(_written("program.json", content)),
        _program_again,
    ),
    Reader("program as a dict", mutated(PROGRAMS, values=VALUES | LONE), Program.from_dict, _program_again),
    Reader(
        "map.geojson",
        edited_bytes([json.dumps(MAP), json.dumps(HOLED)]) | mutated([MAP, HOLED]).map(as_json),
        lambda content: _read_map(_written("map.geojson", content)),
        _map_again,
    ),
    Reader(
        "map as a dict",
        mutated([MAP, HOLED], values=VALUES | LONE).filter(lambda raw: isinstance(raw, dict)),
        _read_map,
        _map_again,
    ),
    Reader(
        "columns.toml",
        edited_bytes(COLUMN_TEXTS) | mutated(COLUMNS).map(as_toml),
        lambda content: read_columns(_written("columns.toml", content)),
    ),
    Reader("columns as a dict", mutated(COLUMNS, values=VALUES | LONE), Columns.from_dict),
    Reader(
        "bookings.csv",
        edited_bytes([BOOKINGS]),
        lambda content: _orders(Columns.from_dict(COLUMNS[0]), BOOKING_READER, content),
    ),
    Reader(
        "trips.csv",
        edited_bytes([TRIPS]),
        lambda content: _orders(Columns.from_dict(COLUMNS[1]), TRIP_READER, content),
    ),
    Reader(
        "trips.csv.gz",
        edited_bytes([gzip.compress(TRIPS.encode(), mtime=0)]) | edited_bytes([TRIPS]).map(gzip.compress),
        lambda content: _orders(Columns.from_dict(COLUMNS[1]), TRIP_READER, content),
    ),
    Reader("codes", edited_text(TYPED) | LONE | VALUES, normal_code, _code_again),
    Reader("codes that are typed", edited_text(TYPED) | LONE | VALUES, _typed),
    Reader("templates", edited_text(TEMPLATES) | LONE | VALUES, Template, _template_again),
    Reader("links", edited_text(TEMPLATES) | LONE | VALUES, lambda text: referral_link(text, "D48M")),
    Reader("messages", edited_text(TEMPLATES) | LONE | VALUES, lambda text: message_with(text, "D48M")),
    Reader("cursors of entries", edited_text(CURSORS) | LONE | VALUES, behind_entry, _entry_again),
    Reader("cursors of due documents", edited_text(CURSORS) | LONE | VALUES, behind_due),
    Reader("cursors of statements", edited_text(CURSORS) | LONE | VALUES, _statement),
    *[Reader(f"stored {kind}", _body_texts(kind), read) for kind, read in (BODIES | RESULTS).items()],
    Reader("moments of files", edited_text(MOMENTS), reader_of("iso", ZoneInfo("Europe/Moscow"))),
    *[Reader(kind, edited_text(texts) | LONE | VALUES, read) for kind, (read, texts) in WRITTEN.items()],
]
"""Every reader; each has a name to be called by."""
