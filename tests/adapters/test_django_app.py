"""The app: its migrations, its models that are read alone, its routers, and the host's other databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.contrib.admin import AdminSite
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connections, models
from django.test import override_settings

from loyaltykit.adapters.django import DjangoRepository
from loyaltykit.adapters.django.fields import NameField
from loyaltykit.errors import RepositoryError
from loyaltykit.ledger.cursor import micros
from loyaltykit.testing.contract.django_factories import configured, django_postgres, django_sqlite
from loyaltykit.testing.contract.trial import booked, change_of

NOW = datetime(2026, 3, 1, tzinfo=UTC)
CHANGE = change_of("earn", guards={"m1": 0}, puts={"m1": "{}"}, entries=booked("earn", ("m1", 5)), due={"m1": NOW})

configured()

from loyaltykit.adapters.django.models import Document, Due, Entry, Receipt  # noqa: E402 - Django wants it so


@pytest.fixture(params=[django_sqlite, django_postgres])
def factory(request):
    """Give a factory, on each vendor in turn."""
    factory = request.param()
    yield factory
    factory.destroy()


@pytest.fixture
def store(factory):
    """Give a repository over a store that holds one operation."""
    store = factory.create()
    store.commit(CHANGE)
    return store


def test_the_app_bears_the_librarys_name():
    """Its label is that of its tables and of its migrations."""
    assert {model._meta.db_table for model in apps.get_app_config("loyaltykit").get_models()} == {
        "loyaltykit_document",
        "loyaltykit_receipt",
        "loyaltykit_entry",
        "loyaltykit_due",
    }


def test_the_migrations_make_what_the_models_say(capsys):
    """``makemigrations --check`` ends well, and so do Django's own checks."""
    call_command("makemigrations", "loyaltykit", check=True, dry_run=True, verbosity=1)
    call_command("check")
    assert "No changes detected" in capsys.readouterr().out


def test_the_migrations_go_back(store):
    """No table is left, and they can be made again."""
    connection = connections[store.using]
    call_command("migrate", "loyaltykit", "zero", database=store.using, verbosity=0)
    assert set(connection.introspection.table_names()) == {"django_migrations", "host"}
    call_command("migrate", "loyaltykit", database=store.using, verbosity=0)
    assert not store.commit(CHANGE).replayed


def test_every_index_is_used_by_something(store):
    """The keys, the statements of an account, what is due next; PostgreSQL has no second one for LIKE."""
    connection = connections[store.using]
    with connection.cursor() as cursor:
        found = {
            (table, *constraint["columns"])
            for table in ("document", "receipt", "entry", "due")
            for constraint in connection.introspection.get_constraints(cursor, f"loyaltykit_{table}").values()
        }
        count = sum(
            len(connection.introspection.get_constraints(cursor, f"loyaltykit_{table}"))
            for table in ("document", "receipt", "entry", "due")
        )
    assert found == {
        ("document", "key"),
        ("receipt", "operation"),
        ("entry", "at", "operation", "line"),
        ("entry", "account", "at"),
        ("due", "key"),
        ("due", "moment", "key"),
    }
    assert count == len(found)


def test_the_models_show_what_is_kept(store):
    """All of it, as the database has it."""
    rows = [model.objects.using(store.using).first() for model in (Document, Receipt, Entry, Due)]
    assert [str(row) for row in rows] == [
        "m1 at version 1",
        "earn",
        "5 points to m1 by earn",
        f"m1 at {micros(NOW)}",
    ]
    assert Entry.objects.using(store.using).filter(account="m1").aggregate(total=models.Sum("amount")) == {"total": 5}


def test_the_models_are_never_written_by_hand(store):
    """Neither rows nor sets of them: documents and entries would no longer agree."""
    documents = Document.objects.using(store.using)
    row = documents.get()
    for call in (
        row.save,
        row.delete,
        lambda: Document(key="m2", version=1).save(using=store.using),
        lambda: documents.create(key="m2", version=1),
        lambda: documents.get_or_create(key="m2", defaults={"version": 1}),
        lambda: documents.update_or_create(key="m1", defaults={"version": 9}),
        lambda: documents.update(version=9),
        documents.delete,
        lambda: documents.bulk_create([Document(key="m2", version=1)]),
        lambda: documents.bulk_update([row], ["version"]),
    ):
        with pytest.raises(RepositoryError, match="isn't written by hand: call Loyalty"):
            call()
    assert list(documents.values_list("key", "version")) == [("m1", 1)]


def test_a_hosts_admin_takes_what_has_a_key_of_one_column():
    """Documents, receipts and due moments; Django's admin takes no entries, whose key has three."""
    site = AdminSite()
    site.register([Document, Receipt, Due])
    with pytest.raises(ImproperlyConfigured, match="composite"):
        site.register(Entry)


def test_a_name_of_another_vendor_has_the_collation_of_its_database(monkeypatch):
    """Nothing is said of databases that this adapter isn't for: the repository refuses them."""
    connection = connections["default"]
    monkeypatch.setattr(connection, "vendor", "oracle")
    assert NameField().db_parameters(connection)["collation"] is None


class Router:
    """Sends the app's reads to a copy and its writes to where they belong."""

    def __init__(self, primary):
        self.primary = primary

    def db_for_read(self, _model, **_hints):
        return "a copy that lags behind"

    def db_for_write(self, model, **_hints):
        return self.primary if model._meta.app_label == "loyaltykit" else None


def test_a_router_decides_where_nothing_is_said(store):
    """All is read where it's written (C8); an alias that is given wins."""
    with override_settings(DATABASE_ROUTERS=[Router(store.using)]):
        routed = DjangoRepository()
        assert (routed.using, DjangoRepository("default").using) == (store.using, "default")
        assert routed.commit(CHANGE).replayed
    assert DjangoRepository().using == "default"


def test_databases_are_worlds_of_their_own(factory, store):
    """Two stores of one process share nothing."""
    other_factory = type(factory)()
    other = other_factory.create()
    assert other.receipt("earn") is None
    assert not other.commit(CHANGE).replayed
    assert store.commit(CHANGE).replayed
    other_factory.destroy()
