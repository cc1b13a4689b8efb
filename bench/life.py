"""An order's life on SQLite: place and complete, against SQL that a host might write by hand for this one program."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bench.measure import Row, in_process
from loyaltykit import Loyalty, Money, Order, Points, Program
from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.documents.member import Member, encode
from loyaltykit.ledger.account import Account
from loyaltykit.ledger.cursor import micros
from loyaltykit.ledger.repository import Change
from loyaltykit.operations.programs import Programs
from loyaltykit.operations.terms import expiry_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
PROGRAM = Program.from_dict(
    {
        "id": "city",
        "currency": "RUB",
        "point_value": 1,
        "time_zone": "Europe/Moscow",
        "cashback": [{"percent": 5, "minimum": 300}],
        "redemption": [{"max_share": 50}],
        "expiry": {"after": "P180D"},
    }
)
AWARDED = expiry_of(PROGRAM, micros(AT))
PLENTY = 10**12
REVISION = PROGRAM.revision


def lots(number: int) -> list[tuple[int, int]]:
    """Give so many lots a day apart, of which the last is the one that the bench's awards go to."""
    days = [AWARDED - number_of * 86_400_000_000 for number_of in range(number)]
    return [(expires, PLENTY) for expires in reversed(days)]


def by_library(path: Path, number: int, synchronous: str) -> Callable[[], object]:
    """Give what places and completes one more order through `Loyalty`."""
    repository = SqliteRepository(path)
    repository._connection.execute(f"PRAGMA synchronous = {synchronous}")  # noqa: SLF001 - to leave the disk out
    key = Programs(PROGRAM).key("member", "m1")
    account = Account(as_of=micros(AT), lots=tuple([(expires, 0, amount) for expires, amount in lots(number)]))
    body = encode(Member(account))
    repository.commit(Change(operation_id="opening", digest="d", guards={key: 0}, puts={key: body}))
    loyalty, ids = Loyalty(PROGRAM, repository), count()

    def one_more() -> None:
        order_id = f"o{next(ids)}"
        order = Order(id=order_id, customer="m1", price=Money("412.00", "RUB"), branch="centre", channel="app")
        loyalty.place(order, at=AT, redeem=Points(200))
        loyalty.complete(order_id, at=AT, price=Money("400.00", "RUB"), worker="w7")

    return one_more


HAND_SCHEMA = """
CREATE TABLE member (id TEXT PRIMARY KEY, visits INTEGER NOT NULL, sold INTEGER NOT NULL, channels TEXT NOT NULL);
CREATE TABLE lot (member TEXT, expires INTEGER, amount INTEGER, PRIMARY KEY (member, expires)) WITHOUT ROWID;
CREATE TABLE held (order_id TEXT, expires INTEGER, amount INTEGER, PRIMARY KEY (order_id, expires)) WITHOUT ROWID;
CREATE TABLE orders (
    id TEXT PRIMARY KEY, customer TEXT, branch TEXT, channel TEXT, worker TEXT, price INTEGER, status TEXT,
    placed_at INTEGER, held INTEGER, captured INTEGER, awarded INTEGER
);
CREATE TABLE receipt (operation TEXT NOT NULL UNIQUE, digest TEXT NOT NULL, result TEXT NOT NULL);
CREATE TABLE entry (
    at INTEGER NOT NULL, operation TEXT NOT NULL, line INTEGER NOT NULL, account TEXT NOT NULL, unit TEXT NOT NULL,
    amount INTEGER NOT NULL, detail TEXT NOT NULL, PRIMARY KEY (at, operation, line)
) WITHOUT ROWID;
CREATE INDEX entry_of_account ON entry (account, at, operation, line);
CREATE TABLE due (key TEXT NOT NULL UNIQUE, moment INTEGER NOT NULL);
CREATE INDEX due_by_moment ON due (moment, key);
"""
CENT, ONE = Decimal("0.01"), Decimal(1)


class Hand:
    """The same program, written by hand: lots in rows, sums on Decimal, no reasons, nothing settable."""

    def __init__(self, path: Path, number: int, synchronous: str) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute(f"PRAGMA synchronous = {synchronous}")
        self.connection.executescript(HAND_SCHEMA)
        rows = [("m1", expires, amount) for expires, amount in lots(number)]
        self.connection.execute("INSERT INTO member VALUES ('m1', 0, 0, '')")
        self.connection.executemany("INSERT INTO lot VALUES (?, ?, ?)", rows)
        self.ids = count()

    def one_more(self) -> None:
        """Place and complete one more order."""
        order_id = f"o{next(self.ids)}"
        self.place(order_id, "m1", Decimal("412.00"), 200)
        self.complete(order_id, Decimal("400.00"), "w7")

    def receipt(self, kind: str, order_id: str, asked: object, result: object) -> str:
        """Leave the receipt of an operation, if it's the first."""
        operation = json.dumps(["city", kind, order_id])
        digest = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
        row = (operation, digest, json.dumps(result))
        if not self.connection.execute("INSERT INTO receipt VALUES (?, ?, ?) ON CONFLICT DO NOTHING", row).rowcount:
            raise RuntimeError(operation)
        return operation

    def award(self, price: Decimal) -> int:
        """Give 5 % of *price*, in points."""
        return int((price * 5 / 100).quantize(ONE, rounding=ROUND_HALF_UP))

    def result(self, order_id: str, status: str, price: Decimal, points: int, award: int) -> object:
        """Give what the receipt keeps: the sums, and who gets what, as the library's does."""
        decisions = [
            ["redemption", [["redeem", "m1", points, points * 100]], []],
            ["cashback", [["award", "m1", award, str(price), "5"]], []],
        ]
        return {
            "v": 1,
            "order": order_id,
            "status": status,
            "at": micros(AT),
            "revision": REVISION,
            "sums": [str(price), str(price), str(price - points)],
            "redeemed": points,
            "decisions": decisions,
        }

    def place(self, order_id: str, customer: str, price: Decimal, redeem: int) -> None:
        """Hold points for an order: at most half of its price."""
        execute, now = self.connection.execute, micros(AT)
        execute("BEGIN IMMEDIATE")
        if execute("SELECT 1 FROM orders WHERE id = ?", (order_id,)).fetchone():
            raise RuntimeError(order_id)
        question = "SELECT coalesce(sum(amount), 0) FROM lot WHERE member = ? AND expires > ?"
        (balance,) = execute(question, (customer, now)).fetchone()
        points = min(redeem, balance, int(price / 2))
        facts = {"id": order_id, "customer": customer, "branch": "centre", "channel": "app", "price": str(price)}
        award = self.award(price)
        self.receipt("place", order_id, [facts, redeem], self.result(order_id, "placed", price, points, award))
        self.take(order_id, customer, points)
        row = (order_id, customer, "centre", "app", None, int(price * 100), "placed", now, points, 0, 0)
        execute("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        self.set_due(customer, micros(AT + timedelta(days=7)))
        execute("COMMIT")

    def take(self, order_id: str, customer: str, points: int) -> None:
        """Take *points* from the lots that expire first, into the order's hold."""
        execute = self.connection.execute
        question = "SELECT expires, amount FROM lot WHERE member = ? AND expires > ? ORDER BY expires"
        for expires, there in execute(question, (customer, micros(AT))):
            taken = min(points, there)
            execute("INSERT INTO held VALUES (?, ?, ?)", (order_id, expires, taken))
            execute("UPDATE lot SET amount = amount - ? WHERE member = ? AND expires = ?", (taken, customer, expires))
            points -= taken
            if not points:
                return

    def complete(self, order_id: str, price: Decimal, worker: str) -> None:
        """Spend what is held, and give 5 % back."""
        execute, now = self.connection.execute, micros(AT)
        execute("BEGIN IMMEDIATE")
        question = "SELECT customer, status, held FROM orders WHERE id = ?"
        customer, status, held = execute(question, (order_id,)).fetchone()
        if status != "placed":
            raise RuntimeError(order_id)
        spent = min(held, int(price))
        award = self.award(price)
        result = self.result(order_id, "completed", price, spent, award)
        operation = self.receipt("complete", order_id, [str(price), worker], result)
        execute("DELETE FROM held WHERE order_id = ?", (order_id,))
        put = "INSERT INTO lot VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET amount = amount + excluded.amount"
        execute(put, (customer, AWARDED, award))
        detail = json.dumps({"order": order_id, "rule": "cashback", "revision": REVISION})
        sides = [(customer, -spent), ("redeemed", spent), (customer, award), ("issued", -award)]
        rows = [(now, operation, line, who, "points", amount, detail) for line, (who, amount) in enumerate(sides)]
        self.connection.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        visit = "UPDATE member SET visits = visits + 1, sold = sold + ?, channels = 'app' WHERE id = ?"
        execute(visit, (int(price * 100), customer))
        end = "UPDATE orders SET status = 'completed', price = ?, worker = ?, captured = ?, awarded = ? WHERE id = ?"
        execute(end, (int(price * 100), worker, spent, award, order_id))
        (soonest,) = execute("SELECT min(expires) FROM lot WHERE member = ?", (customer,)).fetchone()
        self.set_due(customer, soonest)
        execute("COMMIT")

    def set_due(self, customer: str, moment: int) -> None:
        """Note when something is due for the customer."""
        put = "INSERT INTO due VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET moment = excluded.moment"
        self.connection.execute(put, (customer, moment))


def life_rows() -> Iterator[Row]:
    """Measure place and complete, at accounts of 1, 30 and 180 lots; then with the disk."""
    for number, goal in ((1, 2.0), (30, 2.0), (180, 3.0)):
        yield _life(f"place and complete on SQLite, {number} lots", number, "OFF", goal, calls=100)
    yield _life("the same with the disk, 30 lots", 30, "FULL", 1.3, calls=20)


def _life(work: str, number: int, synchronous: str, goal: float, *, calls: int) -> Row:
    with TemporaryDirectory() as folder:
        ours = by_library(Path(folder, "ours.db"), number, synchronous)
        theirs = Hand(Path(folder, "theirs.db"), number, synchronous)
        return in_process(work, "SQL by hand", ours, theirs.one_more, goal, rounds=21, calls=calls)
