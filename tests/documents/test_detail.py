"""Entries' details: whatever reads one says whose it is where it's damaged."""

from __future__ import annotations

import pytest

from loyaltykit import Loyalty
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.documents import detail
from loyaltykit.documents.detail import Detail
from loyaltykit.errors import RepositoryError, StoreTooNew
from loyaltykit.ledger.entry import Entry
from loyaltykit.ledger.repository import Change
from tests.operations.support import AT, DAY, city

READERS = {
    "statement": ('["city","member","m1"]', lambda loyalty: loyalty.members.statement("m1", at=AT)),
    "worker_statement": ('["city","worker","w1"]', lambda loyalty: loyalty.workers.statement("w1", at=AT)),
    "points": ('["city","member","m1"]', lambda loyalty: list(loyalty.reports.points(at=AT))),
    "promos": ('["city","member","m1"]', lambda loyalty: loyalty.reports.promos(at=AT)),
    "surcharges": ('["city","surcharge"]', lambda loyalty: loyalty.reports.surcharges(at=AT)),
}
"""What reads entries, by the account whose entries it reads."""

DAMAGED = ["null", "{", "", "[]", '"v"', '{"v":1}', '{"v":1,"kind":"issued"}', '{"v":1,"kind":[],"revision":"r1"}']
NAMELESS = [
    '{"v":1,"kind":"issued","revision":"r1"}',
    '{"v":1,"kind":"issued","revision":"r1","order":"o1"}',
]


@pytest.fixture(params=["memory", "sqlite"])
def store(request):
    """Give an empty repository, whose books needn't agree in the end."""
    if request.param == "memory":
        yield MemoryRepository()
        return
    made = SqliteRepository(":memory:")
    yield made
    made.close()


def holding(store, account, text):
    """Give a `Loyalty` over *store*, which holds an entry of *account* with the detail *text*."""
    sides = [(account, 41), ("other", -41)]
    entries = [
        Entry(at=AT - DAY, operation="odd", line=line, account=whose, unit="points", amount=amount, detail=text)
        for line, (whose, amount) in enumerate(sides)
    ]
    store.commit(Change(operation_id="odd", digest="d", entries=tuple(entries)))
    return Loyalty(city(), store)


@pytest.mark.parametrize("text", DAMAGED)
@pytest.mark.parametrize("reader", READERS)
def test_a_damaged_detail_is_told_with_its_operation(store, reader, text):
    """It was a KeyError, or whatever Python's parser raised, of a report over millions of entries."""
    account, read = READERS[reader]
    loyalty = holding(store, account, text)
    with pytest.raises(RepositoryError, match=r"^what odd holds is damaged or none of ours"):
        read(loyalty)


@pytest.mark.parametrize("text", NAMELESS)
@pytest.mark.parametrize("reader", ["promos", "surcharges"])
def test_an_award_of_no_order_or_rule_is_told_with_its_operation(store, reader, text):
    """It was a KeyError."""
    account, read = READERS[reader]
    loyalty = holding(store, account, text)
    with pytest.raises(RepositoryError, match=r"^what odd holds is damaged or none of ours"):
        read(loyalty)


def test_an_adjustment_names_itself():
    """Its note is found by that."""
    with pytest.raises(RepositoryError, match="what odd holds"):
        detail.decode("odd", '{"v":1,"kind":"adjusted","revision":"r1"}')
    assert detail.decode("odd", '{"v":1,"kind":"adjusted","revision":"r1","by":"a1"}').adjustment == "a1"
    assert Detail(kind="card_bought", revision="r1", by="c1").adjustment is None


@pytest.mark.parametrize("reader", READERS)
def test_a_detail_of_a_later_release_is_told_as_that(store, reader):
    """It isn't damaged: the library is to be upgraded."""
    account, read = READERS[reader]
    loyalty = holding(store, account, '{"v":2,"kind":"issued"}')
    with pytest.raises(StoreTooNew, match="odd was written in form 2"):
        read(loyalty)
