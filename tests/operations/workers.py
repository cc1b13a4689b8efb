"""What tests of workers do beside calls: orders are counted, credited and taken back by operations of their own."""

from __future__ import annotations

from functools import partial

from loyaltykit import Program, Retry, Revisions
from loyaltykit.ledger.cursor import micros
from loyaltykit.loyalty.driver import Driver
from loyaltykit.loyalty.observe import ignore
from loyaltykit.operations.book import Book
from loyaltykit.operations.open_member import NOTHING_MORE
from loyaltykit.operations.open_worker import open_worker
from loyaltykit.operations.programs import Programs
from loyaltykit.operations.requests import Commit, Load
from tests.operations.support import AT, BASE, ride

DAILY = {"name": "daily", "every": "P1D", "ladder": [{"orders": 2, "sum": 100}, {"orders": 3, "sum": 250}]}


class Shift:
    """What a dispatcher does to the worker w7, over a repository and by one or more revisions."""

    def __init__(self, repository, *bonuses, later=()):
        first = {"worker_bonus": list(bonuses)} if bonuses else {}
        revisions = [BASE | first, *[BASE | {"in_force_from": start} | rules for start, rules in later]]
        self.programs = Programs(Revisions([Program.from_dict(raw) for raw in revisions]))
        self._driver = Driver(repository, repository, retry=Retry(), observe=ignore)

    def run(self, operation, *arguments, **named):
        return self._driver.run(partial(operation, *arguments, **named))

    def complete(self, order_id, at, *, placed_at=AT, worker="w7", **facts):
        """Count an order; give the reasons' codes, what was credited, and where it counts."""
        order = ride(id=order_id, worker=worker, **facts)
        return self.run(counting, self.programs, order, placed_at=placed_at, at=at)

    def uncount(self, order_id, counted, at, worker="w7"):
        def taking():
            opened, book = yield from _opened(self.programs, worker, at, "uncount", order_id)
            decision = opened.uncount(counted, order_id)
            yield from _written(opened, book)
            return decision

        return self.run(taking)

    def credit(self, order_id, minor, at, worker="w7", *, back=False):
        def crediting():
            opened, book = yield from _opened(self.programs, worker, at, "back" if back else "credit", order_id)
            todo = opened.take_back if back else opened.credit
            todo("surcharge", order_id, "surcharge", minor, "r1")
            yield from _written(opened, book)

        self.run(crediting)

    def opened(self, at, worker="w7"):
        """Give the worker as they are at a moment; nothing is written."""

        def looking():
            opened, _ = yield from _opened(self.programs, worker, at, "look", worker)
            return opened

        return self.run(looking)


def counting(programs, order, *, placed_at, at):
    """Count an order alone: the operation that completing it does besides."""
    opened, book = yield from _opened(programs, order.worker, at, "complete", order.id)
    decisions, counted = yield from opened.count(order, placed_at=placed_at, at=at)
    yield from _written(opened, book)
    return decisions, counted


def _opened(programs, worker, at, *parts):
    key = programs.key("worker", worker)
    stored = (yield Load((key,)))[key]
    opened = yield from open_worker(programs, worker, stored, micros(at))
    return opened, Book(programs, *parts, asked={})


def _written(opened, book):
    opened.write_into(book)
    yield Commit(book.change(NOTHING_MORE))
