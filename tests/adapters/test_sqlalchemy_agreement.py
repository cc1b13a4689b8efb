"""SQLAlchemy's repositories agree with the one in memory: the same answers, the same errors, the same stored state."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.testing.contract.sqlalchemy_factories import (
    async_sqlalchemy_asyncpg,
    async_sqlalchemy_psycopg,
    async_sqlalchemy_sqlite,
    sqlalchemy_postgres,
    sqlalchemy_sqlite,
)
from loyaltykit.testing.contract.tasks import OnLoop
from loyaltykit.testing.contract.trial import change_of, state_of
from tests.adapters.test_agreement import OPERATIONS, answer, change_for, steps

NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=4)


@pytest.fixture(
    params=[
        sqlalchemy_sqlite,
        sqlalchemy_postgres,
        async_sqlalchemy_sqlite,
        async_sqlalchemy_psycopg,
        async_sqlalchemy_asyncpg,
    ],
    scope="module",
)
def emptied(request):
    """Give what gives a repository over one store, by each driver in turn, with nothing in it."""
    factory = request.param()
    own = getattr(factory, "own", factory)
    played = factory if own is factory else OnLoop(factory)
    store = played.create()

    def emptied():
        with own.connect().begin() as connection:
            for table in own.tables.all:
                connection.execute(table.delete())
        own.engines.pop().dispose()
        return store

    yield emptied
    played.destroy()


@settings(max_examples=15)
@given(asked=st.lists(steps(), max_size=12), page=st.integers(1, 4))
def test_the_same_questions_have_the_same_answers(emptied, asked, page):
    """Fresh, stale, replayed and mismatched changes, named by the same key; lists read in pages of any length."""
    model, store = MemoryRepository(), emptied()
    for step in asked:
        change = change_for(step, model)
        assert answer(store, change) == answer(model, change)
    assert state_of(store, *OPERATIONS, page=page) == state_of(model, *OPERATIONS, page=page)


@settings(max_examples=15)
@given(keys=st.lists(NAMES, unique=True, max_size=12))
def test_keys_of_any_letters_stand_in_one_order(emptied, keys):
    """That of their bytes in UTF-8, whatever the database's own collation is; a prefix is one byte for byte."""
    store = emptied()
    for key in keys:
        store.commit(change_of(key, guards={key: 0}, puts={key: "1"}))
    assert list(state_of(store, page=3).documents) == sorted(keys)
    for prefix in {key[:1] for key in keys}:
        wanted = sorted(key for key in keys if key.startswith(prefix))
        assert list(store.keys(prefix, after=None, limit=100)) == wanted
