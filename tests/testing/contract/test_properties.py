"""The table of properties, and what the shipped repositories keep of it; broken ones are tested in testing/broken."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from contextlib import nullcontext

import pytest

from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.errors import CommitUnknown, VersionConflict
from loyaltykit.ledger.repository import Versioned
from loyaltykit.testing.broken import BROKEN
from loyaltykit.testing.contract import holds, joining, lives, modelled, racing, sequential, spending
from loyaltykit.testing.contract.factories import InProcess, memory, sqlite_file, sqlite_memory
from loyaltykit.testing.contract.properties import PROPERTIES
from loyaltykit.testing.contract.trial import END
from loyaltykit.testing.contract.verdict import NotClaimed, Violated

GOOD = {"memory": memory, "sqlite_memory": sqlite_memory, "sqlite_file": sqlite_file}
GIVEN_UP = {"memory": {"P13", "P28", "P29"}, "sqlite_memory": {"P13", "P28", "P29"}, "sqlite_file": {"P29"}}


@pytest.mark.parametrize("property_id", PROPERTIES)
@pytest.mark.parametrize("name", GOOD)
def test_the_shipped_adapters_keep_what_they_claim(name, property_id):
    """From any seed; what they give up is said to be not claimed."""
    if property_id in GIVEN_UP[name]:
        with pytest.raises(NotClaimed, match=r"^not claimed: "):
            PROPERTIES[property_id].play(GOOD[name](), seed=7)
    else:
        PROPERTIES[property_id].play(GOOD[name](), seed=7)


LIVED = {"P14", "P16", "P17"}


@pytest.mark.parametrize("property_id", sorted(LIVED))
@pytest.mark.parametrize("seed", range(10))
def test_a_whole_life_agrees_from_any_seed(seed, property_id):
    """Whatever members do."""
    PROPERTIES[property_id].play(memory(), seed=seed)


def test_the_table_has_every_property_once():
    """By its id, at its level, with words that name the promise it proves."""
    public = [
        function
        for module in (sequential, joining, lives, holds, modelled, racing, spending)
        for name, function in vars(module).items()
        if getattr(function, "__module__", "") == module.__name__ and not name.startswith("_")
    ]
    assert {each.played for each in PROPERTIES.values()} == set(public)
    assert list(PROPERTIES) == sorted(PROPERTIES)
    for each in PROPERTIES.values():
        assert each.level == (2 if each.played.__module__ in (racing.__name__, spending.__name__) else 1)
        assert re.search(r"\(C\d(, C\d)?\)\.$", each.says)


def test_the_store_is_removed_whatever_comes_of_it():
    """A violation, too, ends with destroy()."""
    factory = InProcess(BROKEN["NothingChecked"]().make)
    with pytest.raises(Violated):
        PROPERTIES["P03"].play(factory, seed=7)
    assert factory.store is None


def test_a_store_without_threads_is_judged_by_one_caller():
    """Level 2 is not claimed then, and the sums are read between commits alone."""
    alone = InProcess(memory().make, capabilities=frozenset())
    PROPERTIES["P15"].play(alone, seed=7)
    with pytest.raises(NotClaimed, match=r"^not claimed: P18 needs threads"):
        PROPERTIES["P18"].play(alone, seed=7)


def test_the_kit_loads_neither_pytest_nor_hypothesis():
    """It runs where an integrator's own tools are."""
    code = (
        "import sys\nfrom loyaltykit.testing import RepositoryContract\n"
        "import loyaltykit.testing.contract.conformance, loyaltykit.testing.contract.schedule\n"
        "print({'hypothesis', 'pytest', '_pytest', 'sqlalchemy', 'django', 'tqdm'} & set(sys.modules))"
    )
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    done = subprocess.run([sys.executable, "-c", code], env=unmeasured, check=True, capture_output=True, text=True)  # noqa: S603
    assert done.stdout == "set()\n"


class Lost(MemoryRepository):
    """A store that can't say whether it wrote the first change that it was given: the connection is gone."""

    def commit(self, change):
        first = not self._receipts
        committed = super().commit(change)
        if first:
            message = "lost while committing"
            raise CommitUnknown(message, operation_id=change.operation_id)
        return committed


class Losing(InProcess):
    """A factory whose store can lose its connection."""

    def fault(self, kind):
        return nullcontext(self.store) if kind == "io" else None


def test_an_unknown_outcome_is_an_honest_answer():
    """It was written after all, and the retry is a replay: nothing is applied twice."""
    PROPERTIES["P28"].play(Losing(Lost), seed=7)


class Untroubled(InProcess):
    """A factory that can cause no trouble, and says so of each kind."""

    def fault(self, _kind):
        return None


def test_P28_no_trouble_at_all_is_nothing_claimed():
    """A hook that gives None for every kind is as good as none."""
    with pytest.raises(NotClaimed, match=r"^not claimed: the factory offers no fault\(kind\)$"):
        PROPERTIES["P28"].play(Untroubled(MemoryRepository), seed=7)


class FailsInTheMidst(MemoryRepository):
    """Whoever reads all entries while others write is told of a bug."""

    def entries(self, **asked):
        if threading.current_thread() is not threading.main_thread():
            message = "a reader is told of a bug"
            raise RuntimeError(message)
        return super().entries(**asked)


def test_P15_what_a_reader_is_told_in_the_midst_of_writing_is_told_on():
    """It reads beside the others, and its error isn't lost."""
    with pytest.raises(Violated, match="a reader is told of a bug"):
        PROPERTIES["P15"].play(InProcess(FailsInTheMidst), seed=7)


class FailsOnce(MemoryRepository):
    """Whoever reads all entries first is told of a bug."""

    def __init__(self):
        super().__init__()
        self.reads = 0

    def entries(self, **asked):
        self.reads += 1
        if self.reads == 1:
            message = "the first reader is told of a bug"
            raise RuntimeError(message)
        return super().entries(**asked)


def test_P15_a_reader_that_has_ended_before_anything_is_written_is_heard(monkeypatch):
    """Threads may take turns as badly as that."""
    watcher = sequential._Watcher
    monkeypatch.setattr(watcher, "start", watcher.run)
    monkeypatch.setattr(watcher, "join", lambda _self, _seconds: None)
    monkeypatch.setattr(watcher, "is_alive", lambda _self: False)
    with pytest.raises(Violated, match="the first reader is told of a bug"):
        PROPERTIES["P15"].play(InProcess(FailsOnce), seed=7)


LOST = {
    "end behind a cursor": lambda asked: {"end": None} if asked["after"] else {},
    "start of an account": lambda asked: {"start": None} if asked["account"] else {},
    "end of an account": lambda asked: {"end": None} if asked["account"] else {},
    "account between bounds": lambda asked: {"account": None} if asked["start"] and asked["end"] else {},
}


@pytest.mark.parametrize("seed", [1, 7, 23])
@pytest.mark.parametrize("lost", LOST)
def test_P11_what_a_question_loses_beside_another_is_found(lost, seed):
    """An account, its bounds and a cursor hold together: members' statements ask for all of them."""

    class Loses(MemoryRepository):
        def entries(self, **asked):
            return super().entries(**asked | LOST[lost](asked))

    with pytest.raises(Violated, match=r"^P11 entries_are_append_only: the list of entries of .* from .* in pages of "):
        PROPERTIES["P11"].play(InProcess(Loses), seed=seed)


class DueByCursorAlone(MemoryRepository):
    """Behind a cursor it's forgotten up to when something is due."""

    def due(self, before, /, *, after, limit):
        return super().due(END if after else before, after=after, limit=limit)


def test_P30_what_is_due_later_stays_behind_every_page():
    """Else whoever works off what is due would go on with what isn't yet."""
    told = r"^P30 due_moments_are_kept_one_a_document: the list of what is due at the first moment in pages of 1 is "
    with pytest.raises(Violated, match=told):
        PROPERTIES["P30"].play(InProcess(DueByCursorAlone), seed=7)


CAP = 60


class EntriesCapped(MemoryRepository):
    """A page ends early, as one of a database that bounds its answers does."""

    def entries(self, *, limit, **asked):
        return super().entries(limit=min(limit, CAP), **asked)


class KeysCapped(MemoryRepository):
    """The same, of keys."""

    def keys(self, prefix, /, *, after, limit):
        return super().keys(prefix, after=after, limit=min(limit, CAP))


class DueCapped(MemoryRepository):
    """The same, of what is due."""

    def due(self, before, /, *, after, limit):
        return super().due(before, after=after, limit=min(limit, CAP))


@pytest.mark.parametrize(
    ("store", "property_id"), [(EntriesCapped, "P01"), (EntriesCapped, "P18"), (KeysCapped, "P30"), (DueCapped, "P30")]
)
def test_a_page_that_ends_early_is_found(store, property_id):
    """Who reads takes it for the last."""
    told = (
        rf"^{property_id} \w+: a page of 60 where 200 were asked for is taken for the last, but more stands behind it"
    )
    with pytest.raises(Violated, match=told):
        PROPERTIES[property_id].play(InProcess(store), seed=7)


class ReadsAsLoaded(MemoryRepository):
    """What was only read is compared with what was loaded last, and its version counted on at the next load."""

    def __init__(self):
        super().__init__()
        self._loaded, self._behind = {}, []

    def load(self, keys, /):
        with self._lock:
            while self._behind:
                super()._advance(*self._behind.pop())
        found = super().load(keys)
        self._loaded |= found
        return found

    def _check(self, change):
        for key, version in change.guards.items():
            stored = self._loaded if _only_read(change, key) else self._documents
            if stored.get(key, Versioned(0, None)).version != version:
                raise VersionConflict.of(key, version)

    def _advance(self, change, key):
        if _only_read(change, key):
            self._behind.append((change, key))
        else:
            super()._advance(change, key)


def _only_read(change, key):
    """Whether the document is there, and nothing is put to it."""
    return change.guards[key] and key not in change.puts


def test_P22_two_that_read_each_others_documents_are_seen_where_these_are_there():
    """A store may have a way of its own for documents that are only read; absent ones it writes in any case."""
    PROPERTIES["P03"].play(InProcess(ReadsAsLoaded), seed=7)
    with pytest.raises(
        Violated, match=r"^P22 no_write_skew: in round 11, the count of drivers off duty, .* is 2, not 1"
    ):
        PROPERTIES["P22"].play(InProcess(ReadsAsLoaded), seed=7)
