"""Django's repository agrees with the one in memory: the same answers, the same errors, the same stored state."""

from __future__ import annotations

import pytest
from django.db import connections
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.testing.contract.django_factories import django_postgres, django_sqlite
from loyaltykit.testing.contract.trial import change_of, state_of
from tests.adapters.test_agreement import OPERATIONS, answer, change_for, steps

NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=4)


@pytest.fixture(params=[django_sqlite, django_postgres], scope="module")
def store(request):
    """Give a repository over one store, on each vendor in turn, which each example empties."""
    factory = request.param()
    yield factory.create()
    factory.destroy()


def emptied(store):
    """Give *store* with nothing in it."""
    with connections[store.using].cursor() as cursor:
        for table in ("document", "receipt", "entry", "due"):
            cursor.execute(f"DELETE FROM loyaltykit_{table}")  # noqa: S608 - ours
    return store


@settings(max_examples=30)
@given(asked=st.lists(steps(), max_size=12), page=st.integers(1, 4))
def test_the_same_questions_have_the_same_answers(store, asked, page):
    """Fresh, stale, replayed and mismatched changes, named by the same key; lists read in pages of any length."""
    model, store = MemoryRepository(), emptied(store)
    for step in asked:
        change = change_for(step, model)
        assert answer(store, change) == answer(model, change)
    assert state_of(store, *OPERATIONS, page=page) == state_of(model, *OPERATIONS, page=page)


@settings(max_examples=20)
@given(names=st.lists(NAMES, unique=True, max_size=20))
def test_keys_of_any_letters_stand_in_one_order(store, names):
    """That of their code points, whatever the order of letters that the database was made with."""
    store = emptied(store)
    for name in names:
        store.commit(change_of(name, guards={name: 0}, puts={name: "1"}))
    assert list(state_of(store, page=3).documents) == sorted(names)
    for prefix in {name[:1] for name in names}:
        wanted = sorted(name for name in names if name.startswith(prefix))
        assert store.keys(prefix, after=None, limit=100) == wanted
