"""Memory and SQLite agree: the same answers, the same errors, the same stored state, whatever is asked of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import event, given
from hypothesis import strategies as st

from loyaltykit import LoyaltyError
from loyaltykit.ledger.entry import Entry
from loyaltykit.testing.contract.factories import memory, sqlite_file, sqlite_memory
from loyaltykit.testing.contract.trial import change_of, state_of

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEYS = ["a", "A", "é", "e\u0301", "\ufb01", "😀", "b"]
OPERATIONS = [f"o{number}" for number in range(6)]
MOMENTS = st.integers(0, 2).map(lambda hours: NOON + timedelta(hours=hours))


@st.composite
def steps(draw):
    """Draw what is asked in one step; *behind* says by how much each guard misses the version stored then."""
    keys = draw(st.lists(st.sampled_from(KEYS), unique=True, max_size=4))
    some = st.lists(st.sampled_from(keys), unique=True) if keys else st.just([])
    return {
        "operation": draw(st.sampled_from(OPERATIONS)),
        "digest": draw(st.sampled_from(["d", "d", "d", "D"])),
        "behind": {key: draw(st.sampled_from([0, 0, 0, 0, 1, -1])) for key in keys},
        "puts": {key: draw(st.sampled_from([None, "{}", '"я"'])) for key in draw(some)},
        "due": {key: draw(st.none() | MOMENTS) for key in draw(some)},
        "amounts": draw(st.lists(st.tuples(st.sampled_from(KEYS), st.integers(-5, 5), MOMENTS), max_size=3)),
        "result": draw(st.sampled_from(["1", '"é"'])),
    }


def change_for(step, store):
    """Give the change of *step* as someone would ask for it who has loaded from *store*."""
    loaded = store.load(list(step["behind"]))
    operation, sides = step["operation"], []
    for account, amount, at in step["amounts"]:
        for side, signed in ((account, amount), ("program/issued", -amount)):
            line = len(sides)
            sides.append(Entry(at=at, operation=operation, line=line, account=side, unit="points", amount=signed))
    return change_of(
        operation,
        digest=step["digest"],
        guards={key: max(0, loaded[key].version - behind) for key, behind in step["behind"].items()},
        puts=step["puts"],
        due=step["due"],
        entries=sides,
        result=step["result"],
    )


def answer(store, change):
    """Give what *store* answers to *change*: a result, or the error with its figures."""
    try:
        return store.commit(change)
    except LoyaltyError as error:
        return type(error), str(error), vars(error)


@given(st.lists(steps(), max_size=12), st.integers(1, 4))
def test_the_same_questions_have_the_same_answers(asked, page):
    """Fresh, stale, replayed and mismatched changes; lists read in pages of any length."""
    factories = [memory(), sqlite_memory(), sqlite_file()]
    try:
        stores = [factory.create() for factory in factories]
        for step in asked:
            change = change_for(step, stores[0])
            first, *others = [answer(store, change) for store in stores]
            event(first[0].__name__ if isinstance(first, tuple) else f"replayed: {first.replayed}")
            assert others == [first, first]
        model, *states = [state_of(store, *OPERATIONS, page=page) for store in stores]
        assert states == [model, model]
        assert list(model.documents) == sorted(model.documents)
    finally:
        for factory in factories:
            factory.destroy()


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=4), unique=True, max_size=20)
)
def test_keys_of_any_letters_stand_in_one_order(keys):
    """That of their code points, which is that of their UTF-8; each is itself, byte for byte."""
    for factory in (memory(), sqlite_memory()):
        store = factory.create()
        for key in keys:
            store.commit(change_of(key, guards={key: 0}, puts={key: "1"}))
        assert list(state_of(store, page=3).documents) == sorted(keys)
        for prefix in {key[:1] for key in keys}:
            wanted = sorted(key for key in keys if key.startswith(prefix))
            assert list(store.keys(prefix, after=None, limit=100)) == wanted
        factory.destroy()
