"""A host's own transactions around Django's repository: who commits, who rolls back, and what is refused."""

from __future__ import annotations

import unittest
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from django.db import connections, transaction
from django.http import HttpResponse
from django.test import Client, TestCase, override_settings
from django.urls import path

from loyaltykit import Loyalty, Money, Order, Points, Program, StoreUnavailable, VersionConflict
from loyaltykit.adapters.django import DjangoRepository
from loyaltykit.errors import RepositoryError
from loyaltykit.testing.contract.django_factories import django_postgres, django_sqlite
from loyaltykit.testing.contract.trial import booked, change_of, state_of, unchanged

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PROGRAM = Program.from_dict(
    {
        "id": "city",
        "currency": "RUB",
        "point_value": "1",
        "time_zone": "Europe/Moscow",
        "cashback": [{"percent": "10"}],
        "redemption": [{"max_share": "50"}],
    }
)
CHANGE = change_of("earn", guards={"m1": 0}, puts={"m1": "1"}, entries=booked("earn", ("m1", 5)), due={"m1": NOW})


class Regret(Exception):
    """What makes a host roll back."""


@pytest.fixture(params=[django_sqlite, django_postgres])
def factory(request):
    """Give a factory, on each vendor in turn."""
    factory = request.param()
    yield factory
    factory.destroy()


@pytest.fixture
def store(factory):
    """Give a repository over a new store."""
    return factory.create()


@pytest.fixture
def joined(store):
    """Give one over the same store that joins the host's transaction."""
    return DjangoRepository(store.using, joins=True)


def ride(name):
    return Order(id=name, customer="m1", price=Money("1000", "RUB"))


def test_a_commit_of_its_own_within_a_hosts_transaction_is_refused_and_says_which_way_to_go(store):
    """It could be rolled back behind our backs; the host's transaction goes on."""
    with transaction.atomic(using=store.using):
        with pytest.raises(RepositoryError, match=r"an atomic block is open on .*joins=True\)\); nothing was written"):
            store.commit(CHANGE)
        assert store.load(["m1"])["m1"].version == 0
    assert not store.commit(CHANGE).replayed


def test_a_commit_of_its_own_without_autocommit_is_refused(store):
    """Nothing would end its transaction."""
    transaction.set_autocommit(False, using=store.using)
    try:
        with pytest.raises(RepositoryError, match="autocommit is off on"):
            store.commit(CHANGE)
    finally:
        transaction.rollback(using=store.using)
        transaction.set_autocommit(True, using=store.using)
    assert not store.commit(CHANGE).replayed


def test_one_that_joins_needs_a_transaction_to_join(joined, store):
    """What it writes would be committed by nobody, or by each statement."""
    with pytest.raises(RepositoryError, match=r"no transaction to join on .* open atomic\(using="):
        joined.commit(CHANGE)
    assert state_of(store).documents == {}


def test_autocommit_that_is_off_is_no_transaction_to_join(joined, store):
    """On SQLite the end of our savepoint would commit it; an atomic block there is one, and is rolled back."""
    transaction.set_autocommit(False, using=store.using)
    try:
        with pytest.raises(RepositoryError, match="no transaction to join"):
            joined.commit(CHANGE)
        with suppress(Regret), transaction.atomic(using=store.using):
            joined.commit(CHANGE)
            raise Regret
    finally:
        transaction.rollback(using=store.using)
        transaction.set_autocommit(True, using=store.using)
    assert not store.commit(CHANGE).replayed


def test_an_inner_block_that_is_rolled_back_takes_only_its_own_along(factory, store):
    """Nested blocks are savepoints: what was committed before stays."""
    with factory.transaction() as (inside, write):
        inside.commit(CHANGE)
        write("outer")
        with suppress(Regret), transaction.atomic(using=inside.using):
            inside.commit(change_of("spend", guards={"m1": 1}))
            write("inner")
            raise Regret
        assert inside.load(["m1"])["m1"].version == 1
    assert factory.written() == ["outer"]
    assert (store.receipt("spend"), store.load(["m1"])["m1"].version) == (None, 1)


def test_a_conflict_that_the_host_swallows_leaves_nothing_and_its_transaction_goes_on(factory, store):
    """Not the receipt either, which was written first (C2)."""
    store.commit(CHANGE)
    with factory.transaction() as (joined, write):
        with pytest.raises(VersionConflict, match="m1 is no longer at version 0"):
            joined.commit(change_of("late", guards={"new": 0, "m1": 0}))
        write("went on")
    assert factory.written() == ["went on"]
    assert (store.receipt("late"), store.load(["new"])["new"].version) == (None, 0)


def test_what_the_hosts_commit_sets_off_may_commit_for_itself(store, joined):
    """on_commit hooks run behind the transaction: a call there is one of its own."""
    told = []

    def hook():
        told.append(store.commit(change_of("notify", guards={"m1": 1})))

    with transaction.atomic(using=store.using):
        joined.commit(CHANGE)
        transaction.on_commit(hook, using=store.using)
        assert told == []
    assert [committed.replayed for committed in told] == [False]
    with suppress(Regret), transaction.atomic(using=store.using):
        transaction.on_commit(hook, using=store.using)
        raise Regret
    assert len(told) == 1


def test_B11_orders_are_placed_with_the_hosts_own_rows_or_not_at_all(factory, store):
    """The life of an order through Loyalty, joined: rolled back, and committed."""
    loyalty = Loyalty(PROGRAM, store)
    loyalty.settle(ride("earlier"), at=NOW)
    before = state_of(store)
    with suppress(Regret), factory.transaction() as (joined, write):
        loyalty.on(joined).place(ride("o1"), at=NOW, redeem=Points(80))
        write("o1")
        raise Regret
    unchanged(before, store, "the store after the host's rollback")
    with factory.transaction() as (joined, write):
        assert loyalty.on(joined).place(ride("o1"), at=NOW, redeem=Points(80)).redeemed == Points(80)
        write("o1")
    assert factory.written() == ["o1"]
    assert loyalty.complete("o1", at=NOW).redeemed == Points(80)


@pytest.fixture
def lacking(store):
    """Give a repository over a store that lacks its documents, so that what asks for them fails."""
    with connections[store.using].cursor() as cursor:
        cursor.execute("DROP TABLE loyaltykit_document")
    return store


@pytest.mark.usefixtures("lacking")
def test_a_read_that_fails_leaves_the_hosts_transaction_open(factory):
    """Behind a savepoint of the host's: its rows stay, and what it wants done on commit is done."""
    done = []
    with factory.transaction() as (inside, write):
        write("before")
        transaction.on_commit(lambda: done.append("hook"), using=inside.using)
        for reader in (inside, DjangoRepository(inside.using)):
            with pytest.raises(StoreUnavailable), transaction.atomic(using=inside.using):
                reader.load(["m1"])
        write("later")
    assert (factory.written(), done) == (["before", "later"], ["hook"])


def test_a_read_that_fails_without_autocommit_leaves_the_hosts_rows(factory, lacking):
    """There the transaction is the host's own as well."""
    alias = lacking.using
    transaction.set_autocommit(False, using=alias)
    with connections[alias].cursor() as cursor:
        cursor.execute("INSERT INTO host (text) VALUES ('before')")
        cursor.execute("SAVEPOINT own")  # Django's functions for it are called otherwise from 6.1 on
        with pytest.raises(StoreUnavailable):
            lacking.load(["m1"])
        cursor.execute("ROLLBACK TO SAVEPOINT own")
    transaction.commit(using=alias)
    transaction.set_autocommit(True, using=alias)
    assert factory.written() == ["before"]


def test_a_joined_call_in_a_transaction_that_has_failed_is_unavailable(store, joined):
    """Django refuses all statements there; ours too, in our words."""
    with transaction.atomic(using=store.using):
        transaction.set_rollback(True, using=store.using)
        with pytest.raises(StoreUnavailable, match="nothing was written"):
            joined.commit(CHANGE)
    assert not store.commit(CHANGE).replayed


# What a host's request does: a view, all of which is one transaction where ATOMIC_REQUESTS is on.

STORES = []


def view(request):
    """Earn, and write a row of the host's; a request without a name fails at its end."""
    (repository,) = STORES
    repository.commit(CHANGE)
    with connections[repository.using].cursor() as cursor:
        cursor.execute("INSERT INTO host (text) VALUES (%s)", (request.GET.get("name", ""),))
    if "name" not in request.GET:
        raise Regret
    return HttpResponse("done")


urlpatterns = [path("earn", view), path("earn/alone", transaction.non_atomic_requests(view))]


@pytest.fixture
def requests(store):
    """Give what makes requests, each of them one transaction; what isn't told to join says so."""
    connections[store.using].settings_dict["ATOMIC_REQUESTS"] = True
    with override_settings(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["testserver"]):
        yield Client()
    STORES.clear()


def test_a_request_that_fails_leaves_no_trace_and_one_that_succeeds_lands_both(requests, factory, store, joined):
    """ATOMIC_REQUESTS: the view's error rolls both back."""
    STORES[:] = [joined]
    with pytest.raises(Regret):
        requests.get("/earn")
    assert (store.receipt("earn"), factory.written()) == (None, [])
    assert requests.get("/earn?name=o1").content == b"done"
    assert (store.receipt("earn") is not None, factory.written()) == (True, ["o1"])


def test_a_request_that_was_not_meant_to_be_one_transaction_is_told(requests, store):
    """A repository that doesn't join is refused."""
    STORES[:] = [store]
    with pytest.raises(RepositoryError, match="non_atomic_requests"):
        requests.get("/earn?name=o1")
    assert store.receipt("earn") is None


class AHostsTest(TestCase):
    """All of it is one transaction that Django rolls back."""

    __test__ = False  # pytest is to leave it to the test below
    repository = None

    def runTest(self):
        assert not self.repository.commit(CHANGE).replayed
        assert self.repository.commit(CHANGE).replayed
        with pytest.raises(VersionConflict):
            self.repository.commit(change_of("late", guards={"m1": 0}))


class AHostsTestOfTrouble(AHostsTest):
    """A store that fails is what it's about; the host's rows are looked at behind it."""

    def runTest(self):
        alias = self.repository.using
        with pytest.raises(StoreUnavailable):
            self.repository.commit(CHANGE)
        with pytest.raises(StoreUnavailable), transaction.atomic(using=alias):
            self.repository.load(["m1"])
        with connections[alias].cursor() as cursor:
            cursor.execute("INSERT INTO host (text) VALUES ('later')")


def passes(monkeypatch, case, store):
    """Run *case*, a host's test, on *store*."""
    monkeypatch.setattr(case, "databases", frozenset({store.using}))
    monkeypatch.setattr(case, "repository", store)
    result = unittest.TestResult()
    unittest.TestSuite([case()]).run(result)
    assert (result.testsRun, result.errors, result.failures) == (1, [], [])


def test_a_hosts_testcase_needs_nothing_special(store, monkeypatch):
    """Commits are made within it, and are gone behind it."""
    passes(monkeypatch, AHostsTest, store)
    assert store.receipt("earn") is None


def test_a_hosts_testcase_goes_on_behind_a_store_that_fails(factory, lacking, monkeypatch):
    """Its connection stays open, and its rows are gone behind it."""
    passes(monkeypatch, AHostsTestOfTrouble, lacking)
    assert factory.written() == []
