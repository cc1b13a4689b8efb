"""A small city with a loyalty program, and the audit that its books must pass at any moment."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

from loyaltykit import Money, Order, Program
from loyaltykit.documents import card as card_document
from loyaltykit.documents import member as member_document
from loyaltykit.documents import worker as worker_document
from loyaltykit.ledger.account import NEVER
from loyaltykit.ledger.cursor import entry_cursor, micros
from loyaltykit.ledger.entry import unbalanced
from loyaltykit.operations.levels import next_moment

AT = datetime(2026, 3, 10, 9, tzinfo=UTC)
"""Noon in Moscow, a Tuesday."""

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
BASE = {"id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow"}
GIFT = {"name": "gift", "percent": "100", "scope": {"tariffs": ["gift"]}}
"""A rule by which tests give points: as many as the order's price."""


def city(**rules):
    """Give a program in which points can be given and spent, with *rules* besides or instead."""
    cashback = [GIFT, *rules.pop("cashback", ())]
    return Program.from_dict(BASE | {"cashback": cashback, "redemption": [{}]} | rules)


def rub(amount):
    return Money(amount, "RUB")


def ride(price="412.00", **facts):
    """Give a ride of m1's, or as *facts* say."""
    return Order(**({"id": "o1", "customer": "m1", "price": None if price is None else rub(price)} | facts))


def give(loyalty, points, *, at=AT, member="m1", order="gift"):
    """Have *member* earn *points* by an order called *order*."""
    return loyalty.settle(ride(points, id=order, customer=member, tariff="gift"), at=at)


def balance(loyalty, at, member="m1"):
    return loyalty.members.view(member, at=at).balance


def codes(settlement):
    return [reason.code for reason in settlement.reasons]


def statement(loyalty, at, *, member="m1", limit=100):
    """Give all lines of *member*, page by page."""
    lines, after = [], None
    while True:
        page = loyalty.members.statement(member, at=at, after=after, limit=limit)
        lines += page.lines
        after = page.after
        if after is None:
            return lines


def entries_of(repository, account=None):
    """Give all entries of *account*, or of all accounts."""
    entries, after = [], None
    while page := repository.entries(account=account, start=None, end=None, after=after, limit=500):
        entries += page
        after = entry_cursor(page[-1])
    return entries


def keys_of(repository, prefix=""):
    keys, after = [], None
    while page := repository.keys(prefix, after=after, limit=500):
        keys += page
        after = page[-1]
    return keys


def account_of(repository, member="m1", program="city"):
    """Give the account in the document of *member*."""
    key = json.dumps([program, "member", member], ensure_ascii=False, separators=(",", ":"))
    return member_document.decode(key, repository.load([key])[key].body).account


def everything(repository):
    """Give all that a repository holds, to compare."""
    keys = keys_of(repository)
    return dict(repository.load(keys)), entries_of(repository), due_of(repository)


def due_of(repository):
    return {due.key: micros(due.moment) for due in repository.due(FOREVER, after=None, limit=1000)}


def audit(repository):
    """
    See that the books agree (B10, P14, B8): each operation sums to zero, each member's document to their entries, all
    program accounts mirror all members, every entry names a revision, due moments are those of the documents. A
    worker's document sums to their entries of money, and so does a gift card's.
    """
    operations, accounts = {}, Counter()
    for entry in entries_of(repository):
        operations.setdefault(entry.operation, []).append(entry)
        accounts[entry.account, entry.unit] += entry.amount
        assert json.loads(entry.detail)["revision"]
        assert entry.unit == ("RUB" if json.loads(entry.account)[1] in {"worker", "card"} else entry.unit)
    for booked in operations.values():
        assert not unbalanced(booked)
    due, posted = due_of(repository), Counter()
    for key in keys_of(repository):
        kind = json.loads(key)[1]
        body = repository.load([key])[key].body
        if kind == "worker":
            worker = worker_document.decode(key, body)
            assert worker.balance == accounts[key, "RUB"], key
            posted["RUB"] += worker.balance
        elif kind == "card" and body is not None:
            account = card_document.decode(key, body).account
            assert account.posted == accounts[key, "RUB"], key
            assert min(account.balance, account.held) >= 0
            assert (account.debt, account.pending, account.unspent) == (0, (), ())
            assert due.get(key, NEVER) == account.next_moment, key
            posted["RUB"] += account.posted
        elif kind == "member":
            member = member_document.decode(key, body)
            account = member.account
            assert account.posted == accounts[key, "points"], key
            assert min(account.balance, account.held, account.debt) >= 0
            assert due.get(key, NEVER) == min(account.next_moment, next_moment(member)), key
            posted["points"] += account.posted
    own = Counter()
    for (account, unit), amount in accounts.items():
        own[unit, json.loads(account)[1] in {"member", "worker", "card"}] += amount
    for unit in ("points", "RUB"):
        assert own[unit, True] == posted[unit] == -own[unit, False]
