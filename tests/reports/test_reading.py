"""How reports read: by pages, with nothing kept but sums (T7, G10)."""

from __future__ import annotations

import asyncio
import tracemalloc

import pytest

from loyaltykit import AsyncLoyalty, InvalidValue, Loyalty, StoreTooNew
from loyaltykit.adapters.memory import AsyncMemoryRepository, MemoryRepository
from loyaltykit.ledger.repository import Change
from tests.operations.support import AT, HOUR, city, keys_of, ride
from tests.reports.support import figures

SUMMER = {"name": "summer", "code": "SUMMER", "points": 100}
INVITES = {"invitation": [{"referrer_points": 50}]}
ALL = ("referrals", "invited", "promos", "worker_codes", "worker_bonuses", "surcharges")
BONUS = {"name": "weekly", "every": "P7D", "ladder": [{"orders": 2, "sum": 100}]}
RULES = INVITES | {"promo": [SUMMER], "worker_bonus": [BONUS], "surcharge": [{"sum": "5"}]}


class Watched(MemoryRepository):
    """A repository that notes how much is asked for at a time."""

    def __init__(self):
        super().__init__()
        self.most = 0

    def load(self, keys):
        self.most = max(self.most, len(keys))
        return super().load(keys)

    def keys(self, prefix, /, *, after, limit):
        self.most = max(self.most, limit)
        return super().keys(prefix, after=after, limit=limit)

    def entries(self, **page):
        self.most = max(self.most, page["limit"])
        return super().entries(**page)


def filled(repository, orders):
    """Give a city that has as many *orders*, each with a promo and a worker, some of members who were brought."""
    loyalty = Loyalty(city(**RULES), repository)
    loyalty.codes.issue("i", "m0", code="D48M", at=AT)
    for number in range(orders):
        order = ride("400.00", id=f"o{number:04}", customer=f"m{number % 250 + 1:04}", worker=f"w{number % 150}")
        loyalty.settle(order, at=AT, promo_code="SUMMER", referral_code="D48M" if number < 250 else None)
    return loyalty


@pytest.fixture(scope="module")
def large():
    repository = Watched()
    return repository, filled(repository, 320)


@pytest.mark.parametrize("name", ALL)
def test_T7_no_page_holds_more_than_a_hundred(large, name):
    """Documents, keys and entries alike."""
    repository, loyalty = large
    repository.most = 0
    getattr(loyalty.reports, name)(at=AT)
    assert repository.most == 100


def test_T7_every_page_counts_once(large):
    """320 orders of 250 members, all of them brought."""
    _, loyalty = large
    (row,) = loyalty.reports.referrals(at=AT).rows
    assert figures(row, "invited", "first_orders", "orders", "referrer_points") == ("250", "250", "320", "12500")
    assert len(loyalty.reports.invited(at=AT).rows) == 250
    (promo,) = loyalty.reports.promos(at=AT).rows
    assert figures(promo, "uses", "points") == ("320", "32000")


def test_G10_memory_doesnt_grow_with_orders():
    """A report over six times as many takes no more than a page."""
    peaks = []
    for orders in (250, 1500):
        loyalty = filled(MemoryRepository(), orders)
        loyalty.reports.promos(at=AT)
        tracemalloc.start()
        loyalty.reports.promos(at=AT)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]


def test_T7_a_report_writes_nothing(large):
    """Not even the program's revision."""
    repository, loyalty = large
    before = keys_of(repository)
    for name in ALL:
        getattr(loyalty.reports, name)(at=AT)
    assert keys_of(repository) == before
    empty = MemoryRepository()
    Loyalty(city(**RULES), empty).reports.promos(at=AT)
    assert keys_of(empty) == []


@pytest.mark.parametrize("name", ALL)
def test_T7_awaited_reports_are_the_same(name):
    """By the same text."""

    async def reported():
        loyalty = AsyncLoyalty(city(**RULES), AsyncMemoryRepository())
        await loyalty.codes.issue("i", "m0", code="D48M", at=AT)
        order = ride("400.00", worker="w1", district="76")
        await loyalty.settle(order, at=AT, promo_code="SUMMER", referral_code="D48M")
        return await getattr(loyalty.reports, name)(at=AT)

    loyalty = Loyalty(city(**RULES), MemoryRepository())
    loyalty.codes.issue("i", "m0", code="D48M", at=AT)
    loyalty.settle(ride("400.00", worker="w1", district="76"), at=AT, promo_code="SUMMER", referral_code="D48M")
    assert asyncio.run(reported()) == getattr(loyalty.reports, name)(at=AT)


@pytest.mark.parametrize("name", [name for name in ALL if name != "worker_bonuses"])
def test_T7_a_period_doesnt_end_before_it_starts(name):
    """One that ends as it starts is empty."""
    loyalty = filled(MemoryRepository(), 1)
    report = getattr(loyalty.reports, name)
    with pytest.raises(InvalidValue, match="swap its bounds"):
        report(at=AT, start=AT, end=AT - HOUR)
    assert report(at=AT, start=AT, end=AT) is not None


def test_B8_an_order_of_a_later_release_is_an_error():
    """Figures that leave it out would be wrong."""
    repository = MemoryRepository()
    key = '["city","order","o1"]'
    repository.commit(Change(operation_id="later", digest="d", guards={key: 0}, puts={key: '{"v":99}'}))
    with pytest.raises(StoreTooNew):
        Loyalty(city(), repository).reports.promos(at=AT)
