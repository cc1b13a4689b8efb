"""What docs/security.md claims, attacked; claims that other tests attack are named there."""

from __future__ import annotations

import ast
import json
import math
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import loyaltykit
from loyaltykit import Loyalty, Money, OperationMismatch, Order, Points, Program, SettingsError, read_program
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.errors import InvalidDistrictMap, InvalidValue, LoyaltyError
from loyaltykit.geo import DistrictMap, geojson
from loyaltykit.operations.give_code import length_for
from loyaltykit.program import files
from loyaltykit.rules.codes import Codes
from loyaltykit.values import card_code
from loyaltykit.values.code import ALPHABET

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RAW = {
    "id": "city",
    "currency": "RUB",
    "point_value": "1",
    "time_zone": "Europe/Moscow",
    "expiry": {"after": "P1Y"},
    "cashback": [{"percent": "10"}],
    "redemption": [{}],
}
PERSONAL = "Ivan Petrov, +7 900 000 00 00"


class Watched(MemoryRepository):
    """A store that notes how many keys each call loads."""

    def __init__(self):
        super().__init__()
        self.loads = []

    def load(self, keys, /):
        self.loads.append(len(keys))
        return super().load(keys)


@pytest.fixture
def store():
    return Watched()


@pytest.fixture
def life(store):
    return Loyalty(Program.from_dict(RAW), store)


def order(name, price=1000, customer="m1"):
    return Order(id=name, customer=customer, price=Money(price, "RUB"))


# Guessed codes


def test_the_figures_of_codes_are_those_of_the_page():
    """Gift cards have 79 bits; of other codes one in a hundred guesses meets one at most, by default far fewer."""
    assert (len(ALPHABET), card_code.LENGTH) == (31, 16)
    assert math.floor(math.log2(31**16)) == 79
    assert math.floor(31**4 / 9_235) == 100
    for given in (0, 1, 9_235, 9_236, 286_291, 286_292, 10_000_000):
        assert given / 31 ** length_for(Codes(), given) <= 0.01
    assert 1_000_000 / 31**8 < 1 / 850_000


def test_codes_are_drawn_by_the_systems_secure_source(life, monkeypatch):
    """Nobody who knows some codes, or the moment, can work out others."""
    asked = []
    monkeypatch.setattr("secrets.randbelow", lambda count: asked.append(count) or 7)
    life.cards.issue("c1", at=NOW, face=Money(50, "RUB"))
    assert asked == [31] * 16


def test_every_wrong_gift_card_code_has_one_answer_and_one_cost(life, store):
    """Unknown, malformed, too long, of an expired card: the same answer, by as many loads of as many keys."""
    sold = life.cards.issue("c1", at=NOW, face=Money(50, "RUB"), expires=NOW + timedelta(days=1))
    later = NOW + timedelta(days=2)
    life.cards.check("warm", at=later)
    answers, costs = set(), set()
    for typed in ("AAAA-BBBB-CCCC-DDDD", "short", "", "x" * 10_000, "🎉" * 16, sold.code, "' OR 1=1 --"):
        store.loads.clear()
        answers.add(life.cards.check(typed, at=later))
        costs.add(tuple(store.loads))
    assert len(answers) == 1
    assert len(costs) == 1


def test_an_order_with_a_wrong_card_tells_no_more_than_a_check(life):
    """A stranger who places orders learns as little."""
    told = {
        tuple(map(str, life.quote(order(f"o{number}"), at=NOW, gift_card=typed).reasons))
        for number, typed in enumerate(("AAAA-BBBB-CCCC-DDDD", "short", "🎉" * 16))
    }
    assert len(told) == 1
    assert told != {()}


def test_a_cards_code_stands_in_no_repr(life):
    """What is logged by accident pays for nothing."""
    sold = life.cards.issue("c1", at=NOW, face=Money(50, "RUB"))
    assert sold.code not in repr(sold)
    assert sold.code not in repr(life.cards.view("c1", at=NOW))


# Replayed and raced calls


def test_twenty_calls_at_once_spend_100_points_once(store):
    """As fuint was emptied: 20 parallel calls turned 100 points into 2,000."""
    life = Loyalty(Program.from_dict(RAW), store, retry=loyaltykit.Retry(attempts=200, longest=0.01))
    life.members.adjust("start", "m1", Points(100), at=NOW)
    calls = [lambda n=n: life.place(order(f"o{n}"), at=NOW, redeem=Points(100)) for n in range(20)]
    with ThreadPoolExecutor(20) as threads:
        placed = [each.result() for each in [threads.submit(call) for call in calls]]
    assert sum(each.redeemed.minor for each in placed) == 100
    assert life.members.view("m1", at=NOW).balance == Points(0)


def test_a_replayed_call_gives_nothing_more_and_another_one_isnt_taken_for_it(life):
    """A captured webhook, sent again, is answered by the first result; sent with other figures, it's refused."""
    given = life.members.adjust("a1", "m1", Points(10), at=NOW)
    assert life.members.adjust("a1", "m1", Points(10), at=NOW) == given
    with pytest.raises(OperationMismatch):
        life.members.adjust("a1", "m1", Points(10_000), at=NOW)
    assert life.members.view("m1", at=NOW).balance == Points(10)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [('m1","a', "m1"), ('m1"]', "m1"), ("m1\\", "m1"), ("m%", "m1"), ("m_", "m1"), ("", "m1"), ("'; DROP TABLE", "m")],
)
def test_no_id_reaches_into_anothers(ours, theirs, tmp_path):
    """Quotes, brackets, wildcards and SQL in an id are its letters: each is a member of its own, or refused."""
    with SqliteStore(tmp_path / "loyalty.db") as store:
        life = Loyalty(Program.from_dict(RAW), store)
        life.members.adjust("a1", theirs, Points(5), at=NOW, description=PERSONAL)
        try:
            life.members.adjust("a1", ours, Points(7), at=NOW)
            life.members.forget(ours, at=NOW)
        except InvalidValue:
            assert ours == ""
        assert life.members.view(theirs, at=NOW).balance == Points(5)
        assert [line.description for line in life.members.statement(theirs, at=NOW).lines] == [PERSONAL]


class SqliteStore(SqliteRepository):
    """A file that is closed at the end."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


# Poisoned settings, maps and texts


def poisoned(raw, suffix, tmp_path):
    """Write *raw*, text or bytes, into a program file; give the error that reading it raises."""
    path = tmp_path / f"program{suffix}"
    path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    with pytest.raises(SettingsError) as refused:
        read_program(path)
    return refused.value


@pytest.mark.parametrize(
    ("raw", "suffix", "code"),
    [
        (b" " * (files.MAX_BYTES + 1), ".toml", "file_too_large"),
        (b" " * (files.MAX_BYTES + 1), ".json", "file_too_large"),
        ("[" * 500_000, ".json", "too_deep"),
        ("a = " + "[" * 500_000, ".toml", "too_deep"),
        ("a = " + "{a=" * 100_000, ".toml", "too_deep"),
        ('{"id": "x", "id": "y"}', ".json", "duplicate_key"),
        ("currency = " + "9" * 500_000, ".toml", "bad_syntax"),
        (b"\xff\xfe", ".toml", "bad_encoding"),
        ("id: &a [x, *a]", ".yaml", "unknown_format"),
        ('<!DOCTYPE x [<!ENTITY a "aa">]>', ".xml", "unknown_format"),
        ("id = { __class__ = 1 }", ".toml", "wrong_type"),
    ],
)
def test_a_poisoned_program_file_is_refused(raw, suffix, code, tmp_path):
    """Size, depth, numbers and keys have bounds; TOML and JSON have no references that could expand."""
    error = poisoned(raw, suffix, tmp_path)
    assert code in {problem.code for problem in error.problems}


@pytest.mark.parametrize(
    "settings",
    [
        {f"k{number}": 1 for number in range(90_000)},
        {"cashback": [{"percent": "5", **{f"k{number}": 1 for number in range(80_000)}}]},
        {"surcharge": [{"name": f"s{number}", "percent": "5"} for number in range(1_000)]},
        {
            "referral_split": [
                {"name": f"s{number}", "percent": "5", "shares": {"customer": 100}} for number in range(999)
            ]
        },
        {"cashback": [{"percent": "5"}] * 20_000},
        {"branches": ["b"] * 100_000},
    ],
    ids=["keys", "keys of a rule", "rules", "splits", "a long list", "names"],
)
def test_a_program_file_with_all_mistakes_that_fit_is_told_in_short(settings, tmp_path):
    """Up to a thousand problems, and a message that a log bears; it was 22 MB."""
    error = poisoned(json.dumps(RAW | settings), ".json", tmp_path)
    assert len(error.problems) <= 1_000
    assert len(str(error)) < 500_000


def test_a_poisoned_map_is_refused_before_its_parsed(tmp_path):
    """Bounds of bytes and of values are looked at first, of features and points as they're read."""
    limits = (geojson.MAX_BYTES, geojson.MAX_VALUES, geojson.MAX_FEATURES, geojson.MAX_POINTS)
    assert limits == (64 * 1024 * 1024, 6_000_000, 20_000, 1_000_000)
    path = tmp_path / "map.geojson"
    path.write_bytes(b"[" * (geojson.MAX_VALUES + 1))
    with pytest.raises(InvalidDistrictMap) as refused:
        DistrictMap.from_geojson(path)
    assert [problem.code for problem in refused.value.problems] == ["too_many"]


@pytest.mark.parametrize("body", ["%s", "{0.__class__}", "{points.__init__.__globals__}", "{points!r:>9999999}", "{}"])
def test_a_template_reaches_no_attribute(body):
    """Names alone are filled in: what else `str.format` would do is refused, or stays text."""
    try:
        filled = loyaltykit.Template(body).fill({"points": "41"})
    except InvalidValue:
        return
    assert filled == body


@pytest.mark.parametrize("cursor", ["[", "[" * 100_000, "null", "[1e999, 1]", '[9999999999999999999999, "a", 1]', "é"])
def test_a_cursor_from_a_url_is_refused_or_reads_the_same_account(life, cursor):
    """Hosts hand cursors to browsers, and get anything back."""
    life.members.adjust("a1", "m2", Points(5), at=NOW)
    with pytest.raises(LoyaltyError):
        life.members.statement("m1", at=NOW, after=cursor)


def test_a_stolen_cursor_reads_no_other_account(life):
    """The account is the call's, whatever the cursor says."""
    for number in range(3):
        life.members.adjust(f"a{number}", "m2", Points(5), at=NOW)
    page = life.members.statement("m2", at=NOW, limit=1)
    assert life.members.statement("m1", at=NOW, after=page.after).lines == ()


def test_nothing_read_is_run():
    """No pickle, no marshal, no eval, no YAML: bodies, settings and cursors are JSON or TOML."""
    wrong = {"pickle", "marshal", "shelve", "yaml", "dill", "joblib"}
    for path in Path(loyaltykit.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {alias.name for alias in node.names} | {getattr(node, "module", "")}
                assert not wrong & {str(name).partition(".")[0] for name in names}, path
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"eval", "exec", "__import__"}, path


# Personal data


def test_what_was_written_about_the_forgotten_is_in_no_row_and_not_in_the_file(tmp_path):
    """Descriptions are emptied, receipts hold a digest of them, and SQLite overwrites what it lets go."""
    path = tmp_path / "loyalty.db"
    with SqliteStore(path) as store:
        assert store._connection.execute("PRAGMA secure_delete").fetchone() == (1,)
        life = Loyalty(Program.from_dict(RAW), store)
        life.members.adjust("a1", "m1", Points(100), at=NOW, description=PERSONAL)
        life.settle(order("o1"), at=NOW)
        life.members.forget("m1", at=NOW)
    with sqlite3.connect(path) as connection:
        rows = [row for table in ("document", "receipt", "entry", "due") for row in connection.execute(_all(table))]
    connection.close()
    assert PERSONAL not in str(rows)
    assert PERSONAL.encode() not in path.read_bytes()
    assert any('"m1"' in str(row) for row in rows)  # the id stays: hosts put no names into ids


def _all(table):
    return f"SELECT * FROM {table}"  # noqa: S608 - one of our own


# Availability


def test_a_moment_of_the_callers_own_can_take_points_for_good(life):
    """Why a host takes *at* from its own clock and from nobody else: time never goes back."""
    life.members.adjust("a1", "m1", Points(100), at=NOW)
    life.run_due(at=NOW + timedelta(days=4_000))
    assert life.members.view("m1", at=NOW).balance == Points(0)


def test_a_batch_of_due_work_is_as_long_as_its_asked_for(life):
    """Members whom somebody makes in masses delay a run, and never make one call longer."""
    for number in range(30):
        life.members.adjust(f"a{number}", f"m{number}", Points(5), at=NOW)
    run = life.run_due(at=NOW + timedelta(days=400), limit=10)
    assert (run.done, run.after is None) == (10, False)


# Supply


@pytest.mark.skipif(not (ROOT / "requirements").is_dir(), reason="only the wheel is here")
def test_every_tool_is_locked_by_its_hash():
    """A package that's exchanged on its index is refused by pip."""
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        for requirement in re.split(r"\n(?=\S)", path.read_text(encoding="utf-8").strip()):
            assert re.match(r"[\w.\[\],-]+==\S+", requirement), requirement
            assert "--hash=sha256:" in requirement, requirement
