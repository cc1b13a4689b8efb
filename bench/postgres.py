"""An order's life on PostgreSQL: place and complete, against SQL by hand that writes as much in as many round trips."""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from decimal import ROUND_HALF_UP, Decimal
from itertools import count
from typing import TYPE_CHECKING, Final

import psycopg
from psycopg import sql
from sqlalchemy import create_engine

from bench.life import AT, AWARDED, PROGRAM, REVISION, lots
from bench.measure import Row, in_process
from loyaltykit import Loyalty, Money, Order, Points
from loyaltykit.adapters.sqlalchemy import SqlAlchemyRepository, tables
from loyaltykit.documents.member import Member, encode
from loyaltykit.ledger.account import Account
from loyaltykit.ledger.cursor import micros
from loyaltykit.ledger.repository import Change
from loyaltykit.operations.programs import Programs
from loyaltykit.testing.contract.verdict import NotClaimed
from loyaltykit.testing.postgres import Cluster

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW: Final = micros(AT)
ONE: Final = Decimal(1)
SCHEMA: Final = """
CREATE TABLE member (
    id text COLLATE "C" PRIMARY KEY, version bigint NOT NULL, lots text NOT NULL, visits integer NOT NULL,
    sold bigint NOT NULL, channels text NOT NULL
) WITH (fillfactor = 80);
CREATE TABLE orders (
    id text COLLATE "C" PRIMARY KEY, customer text, branch text, channel text, worker text, price bigint, status text,
    placed_at bigint, held text, captured integer, awarded integer
) WITH (fillfactor = 80);
CREATE TABLE receipt (operation text COLLATE "C" PRIMARY KEY, digest text NOT NULL, result text NOT NULL);
CREATE TABLE entry (
    at bigint NOT NULL, line integer NOT NULL, amount bigint NOT NULL, operation text COLLATE "C" NOT NULL,
    account text COLLATE "C" NOT NULL, unit text NOT NULL, detail text NOT NULL, PRIMARY KEY (at, operation, line)
);
CREATE INDEX entry_of_account ON entry (account, at);
CREATE TABLE due (key text COLLATE "C" PRIMARY KEY, moment bigint NOT NULL);
CREATE INDEX due_by_moment ON due (moment, key);
"""
PLACE: Final = """
WITH told AS (INSERT INTO receipt VALUES (%(operation)s, %(digest)s, %(result)s) ON CONFLICT DO NOTHING RETURNING 1),
taken AS (
    UPDATE member SET version = version + 1, lots = %(lots)s
    WHERE id = %(customer)s AND version = %(version)s AND EXISTS (SELECT FROM told) RETURNING 1
), placed AS (
    INSERT INTO orders
    SELECT %(order)s, %(customer)s, 'centre', 'app', NULL, %(price)s, 'placed', %(now)s, %(held)s, 0, 0
    WHERE EXISTS (SELECT FROM taken)
), moved AS (
    INSERT INTO due SELECT %(customer)s, %(moment)s WHERE EXISTS (SELECT FROM taken)
    ON CONFLICT (key) DO UPDATE SET moment = excluded.moment
)
SELECT count(*) FROM taken
"""
COMPLETE: Final = """
WITH told AS (INSERT INTO receipt VALUES (%(operation)s, %(digest)s, %(result)s) ON CONFLICT DO NOTHING RETURNING 1),
given AS (
    UPDATE member SET version = version + 1, lots = %(lots)s, visits = visits + 1, sold = sold + %(price)s,
        channels = 'app'
    WHERE id = %(customer)s AND version = %(version)s AND EXISTS (SELECT FROM told) RETURNING 1
), ended AS (
    UPDATE orders SET status = 'completed', price = %(price)s, worker = %(worker)s, captured = %(spent)s,
        awarded = %(award)s, held = NULL
    WHERE id = %(order)s AND status = 'placed' AND EXISTS (SELECT FROM given)
), booked AS (
    INSERT INTO entry SELECT %(now)s, line, amount, %(operation)s, account, 'points', %(detail)s
    FROM unnest(%(accounts)s::text[], %(amounts)s::bigint[]) WITH ORDINALITY AS side (account, amount, line)
    WHERE EXISTS (SELECT FROM given)
), moved AS (
    INSERT INTO due SELECT %(customer)s, %(moment)s WHERE EXISTS (SELECT FROM given)
    ON CONFLICT (key) DO UPDATE SET moment = excluded.moment
)
SELECT count(*) FROM given
"""


class ByLibrary:
    """Orders of *customer* through `Loyalty`, over a connection of its own to *url*."""

    def __init__(self, url: str, customer: str) -> None:
        self.engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:", 1))
        self.repository = SqlAlchemyRepository(self.engine)
        self.loyalty = Loyalty(PROGRAM, self.repository)
        self.customer, self.ids = customer, count()

    @staticmethod
    def make(url: str) -> None:
        """Make the tables."""
        engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:", 1))
        tables().create_all(engine)
        engine.dispose()

    def open(self, number: int) -> None:
        """Give the customer so many lots."""
        key = Programs(PROGRAM).key("member", self.customer)
        account = Account(as_of=NOW, lots=tuple([(expires, 0, amount) for expires, amount in lots(number)]))
        body = encode(Member(account))
        operation = f"opening {self.customer}"
        self.repository.commit(Change(operation_id=operation, digest="d", guards={key: 0}, puts={key: body}))

    def one_more(self) -> None:
        """Place and complete one more order."""
        order_id = f"{self.customer}-{next(self.ids)}"
        order = Order(id=order_id, customer=self.customer, price=Money("412.00", "RUB"), branch="centre", channel="app")
        self.loyalty.place(order, at=AT, redeem=Points(200))
        self.loyalty.complete(order_id, at=AT, price=Money("400.00", "RUB"), worker="w7")

    def close(self) -> None:
        """Let the connections go."""
        self.engine.dispose()


class ByHand:
    """The same program by hand, on psycopg: lots as JSON in the member's row, no reasons, nothing settable."""

    def __init__(self, url: str, customer: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)
        self.customer, self.ids = customer, count()

    @staticmethod
    def make(url: str) -> None:
        """Make the tables."""
        with psycopg.connect(url) as connection:
            connection.execute(SCHEMA)

    def open(self, number: int) -> None:
        """Give the customer so many lots."""
        row = (self.customer, json.dumps(lots(number)))
        self.connection.execute("INSERT INTO member VALUES (%s, 1, %s, 0, 0, '')", row)

    def one_more(self) -> None:
        """Place and complete one more order."""
        order_id = f"{self.customer}-{next(self.ids)}"
        self.place(order_id, Decimal("412.00"), 200)
        self.complete(order_id, Decimal("400.00"), "w7")

    def close(self) -> None:
        """Let the connection go."""
        self.connection.close()

    def write(self, statement: str, values: dict[str, object]) -> None:
        """Write in a transaction of its own."""
        with self.connection.transaction():
            ((done,),) = self.connection.execute(statement, values).fetchall()
        if not done:
            raise RuntimeError(values["operation"])

    def member(self) -> tuple[int, list[list[int]]]:
        """Read version and lots of the customer."""
        question = "SELECT version, lots FROM member WHERE id = %s"
        ((version, text),) = self.connection.execute(question, (self.customer,)).fetchall()
        return version, json.loads(text)

    def receipt(self, kind: str, order_id: str, asked: object, sums: tuple[Decimal, int, int]) -> dict[str, object]:
        """Give what the receipt of an operation has: the sums, and who gets what."""
        price, points, award = sums
        decisions = [
            ["redemption", [["redeem", self.customer, points, points * 100]], []],
            ["cashback", [["award", self.customer, award, str(price), "5"]], []],
        ]
        worth = [str(price), str(price), str(price - points)]
        result = {"v": 1, "order": order_id, "status": kind, "at": NOW, "revision": REVISION, "sums": worth}
        return {
            "operation": json.dumps(["city", kind, order_id]),
            "digest": hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest(),
            "result": json.dumps(result | {"redeemed": points, "decisions": decisions}),
        }

    def award(self, price: Decimal) -> int:
        """Give 5 % of *price*, in points."""
        return int((price * 5 / 100).quantize(ONE, rounding=ROUND_HALF_UP))

    def place(self, order_id: str, price: Decimal, redeem: int) -> None:
        """Hold points for an order: at most half of its price."""
        version, there = self.member()
        alive = [(expires, amount) for expires, amount in there if expires > NOW]
        points = left = min(redeem, sum(amount for _, amount in alive), int(price / 2))
        kept, held = [], []
        for expires, amount in alive:
            taken = min(left, amount)
            left -= taken
            if taken:
                held.append((expires, taken))
            if amount > taken:
                kept.append((expires, amount - taken))
        asked = [{"id": order_id, "customer": self.customer, "price": str(price)}, redeem]
        row = {"order": order_id, "customer": self.customer, "version": version, "price": int(price * 100), "now": NOW}
        told = self.receipt("place", order_id, asked, (price, points, self.award(price)))
        row |= {"lots": json.dumps(kept), "held": json.dumps(held), "moment": NOW + 7 * 86_400_000_000}
        self.write(PLACE, row | told)

    def complete(self, order_id: str, price: Decimal, worker: str) -> None:
        """Spend what is held, and give 5 % back."""
        question = "SELECT customer, status, held FROM orders WHERE id = %s"
        ((customer, status, held),) = self.connection.execute(question, (order_id,)).fetchall()
        if status != "placed":
            raise RuntimeError(order_id)
        version, there = self.member()
        spent, award = min(sum(amount for _, amount in json.loads(held)), int(price)), self.award(price)
        kept = dict(there)
        kept[AWARDED] = kept.get(AWARDED, 0) + award
        sides = {customer: -spent, "redeemed": spent, f"{customer} ": award, "issued": -award}
        row = {"order": order_id, "customer": customer, "version": version, "price": int(price * 100), "now": NOW}
        row |= {
            "worker": worker,
            "spent": spent,
            "award": award,
            "moment": min(kept),
            "lots": json.dumps([*kept.items()]),
        }
        row |= {"accounts": [*map(str.strip, sides)], "amounts": [*sides.values()]}
        row |= {"detail": json.dumps({"order": order_id, "rule": "cashback", "revision": REVISION})}
        told = self.receipt("complete", order_id, [str(price), worker], (price, spent, award))
        self.write(COMPLETE, row | told)


@contextmanager
def served() -> Iterator[str]:
    """Give the address of a server that waits for the disk, as a host's does, with both kinds of tables."""
    with Cluster() as cluster:
        ByLibrary.make(cluster.url)
        ByHand.make(cluster.url)
        yield cluster.url


def clear(url: str) -> None:
    """Empty all tables."""
    with psycopg.connect(url) as connection:
        names = [*(table.name for table in tables().all), "member", "orders", "receipt", "entry", "due"]
        connection.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(map(sql.Identifier, names))))


def postgres_rows() -> Iterator[Row]:
    """Measure place and complete at accounts of 1, 30 and 180 lots; nothing where there's no PostgreSQL."""
    try:
        with served() as url:
            for number in (1, 30, 180):
                clear(url)
                yield _life(url, number)
    except NotClaimed as missing:
        print(missing)


def _life(url: str, number: int) -> Row:
    ours, theirs = ByLibrary(url, "m1"), ByHand(url, "m1")
    for each in (ours, theirs):
        each.open(number)
    work = f"place and complete on PostgreSQL, {number} lots"
    row = in_process(work, "SQL by hand", ours.one_more, theirs.one_more, 1.5, rounds=41, calls=10)
    ours.close()
    theirs.close()
    return row
