"""Seeds, and what the kit reads of a store."""

from __future__ import annotations

import pytest

from loyaltykit import InvalidValue
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.testing.contract.factories import memory
from loyaltykit.testing.contract.trial import Trial, all_keys, change_of, seed_from, state_of, unchanged
from loyaltykit.testing.contract.verdict import Violated, raised, same


def test_a_seed_is_the_given_one_then_that_of_the_environment_then_a_new_one(monkeypatch):
    """A new one each time, so that runs add up."""
    monkeypatch.setenv("LOYALTYKIT_SEED", "12")
    assert seed_from(3) == 3
    assert seed_from(None) == 12
    monkeypatch.delenv("LOYALTYKIT_SEED")
    assert len({seed_from(None) for _ in range(5)}) > 1


def test_a_seed_that_is_no_number_is_refused(monkeypatch):
    """A mistyped one would play something else."""
    monkeypatch.setenv("LOYALTYKIT_SEED", "12a")
    with pytest.raises(InvalidValue, match="LOYALTYKIT_SEED is a whole number"):
        seed_from(None)


def test_a_store_that_changed_is_told_with_what_changed():
    """And nothing of what didn't."""
    trial = Trial(memory(), seed=7)
    trial.commit("first", guards={"a": 0, "b": 0})
    before = state_of(trial.store, "second")
    unchanged(before, trial.store, "the store")
    trial.commit("second", guards={"b": 1})
    with pytest.raises(Violated, match=r"^the store: documents is \{'b': Versioned\(version=2, body=None\)\}, not "):
        unchanged(before, trial.store, "the store")


def test_differences_are_shown_shortly():
    """Lists by place, long texts cut, letters told apart that look alike."""
    with pytest.raises(Violated, match=r"^it is \{1: 3\}, not \{1: 2\}$"):
        same([1, 3], [1, 2], "it")
    with pytest.raises(Violated, match=r"… \(1002 characters\), not 'y'$"):
        same("x" * 1000, "y", "it")
    with pytest.raises(Violated, match=r"^it is '\\xe9', not 'e\\u0301'$"):
        same("é", "e\u0301", "it")
    with pytest.raises(Violated, match=r"^it raised no KeyError or ValueError, but gave 1$"):
        raised((KeyError, ValueError), lambda: 1, "it")


class Meanwhile(MemoryRepository):
    """As soon as keys were read, somebody writes those that come next."""

    def __init__(self, *new):
        super().__init__()
        self.new = list(new)

    def keys(self, prefix, /, **asked):
        found = super().keys(prefix, **asked)
        for key in self.new.pop(0) if self.new else ():
            self.commit(change_of(f"write {key}", guards={key: 0}))
        return found


@pytest.mark.parametrize("new", [("b",), ("ab", "b"), ("b", "c", "d", "e")])
@pytest.mark.parametrize("page", [1, 2, 3, 200])
def test_what_is_written_meanwhile_stands_behind_a_page_that_was_the_last(page, new):
    """Who reads while others write is told of nothing wrong."""
    store = Meanwhile(["a"], new)
    store.commit(change_of("write", guards={"0": 0}))
    store.keys("", after=None, limit=1)
    assert set(all_keys(store, page)) >= {"0", "a", max(new)}


def test_pages_that_crowd_in_meanwhile_are_no_shorter():
    """Asked for again, the page that was short is full by now, and what stood behind it stands further behind."""
    store = Meanwhile(["c"], ["a", "b"])
    store.commit(change_of("write", guards={"0": 0}))
    assert all_keys(store, 2) == ["0", "c"]


class Circling(MemoryRepository):
    """It gives the first page again and again."""

    def keys(self, prefix, /, *, after, limit):
        del after
        return super().keys(prefix, after=None, limit=limit)


@pytest.mark.parametrize("page", [2, 3])
def test_pages_that_go_round_in_circles_are_told_as_that(page):
    """Be they full or not."""
    store = Circling()
    store.commit(change_of("write", guards={"a": 0, "b": 0}))
    with pytest.raises(Violated, match=r"^reading page by page goes round in circles: behind b stands what stood "):
        all_keys(store, page)
