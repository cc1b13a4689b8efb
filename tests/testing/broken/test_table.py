"""Every broken repository fails the property that it names, and every property has one that fails it."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.testing import broken
from loyaltykit.testing.broken import BROKEN, on_postgres
from loyaltykit.testing.broken.table import Broken
from loyaltykit.testing.contract.factories import memory
from loyaltykit.testing.contract.properties import AMONG_PROCESSES, ASYNC_PROPERTIES, KILLED, PROPERTIES
from loyaltykit.testing.contract.tasks import OnLoop
from loyaltykit.testing.contract.trial import change_of
from loyaltykit.testing.contract.verdict import Violated

EVERY = ASYNC_PROPERTIES | KILLED

FAILED = [(name, each.property) for name, each in BROKEN.items()]
FAILED_TOO = [(name, property_id) for name, each in BROKEN.items() for property_id in each.also]


def property_of(name, property_id, *, level):
    """Give that property as it's played on that broken repository."""
    if level == 3:
        return AMONG_PROCESSES[property_id]
    return ((ASYNC_PROPERTIES if BROKEN[name].awaited else PROPERTIES) | KILLED)[property_id]


def played(name, property_id, *, level=1):
    """Play that property on that broken repository, level 3 among processes."""
    each = BROKEN[name]
    property_of(name, property_id, level=level).play(OnLoop(each()) if each.awaited else each(), seed=7)


@pytest.mark.parametrize(("name", "property_id"), [*FAILED, *FAILED_TOO])
def test_a_broken_repository_fails_its_property_by_name(name, property_id):
    """The message bears the id and the seed from which to play it again."""
    level = BROKEN[name].level
    each = property_of(name, property_id, level=level)
    with pytest.raises(Violated, match=rf"(?s)^{each.key} {each.name}: .*LOYALTYKIT_SEED=7\)$"):
        played(name, property_id, level=level)


@pytest.mark.parametrize(
    "name", ["CachedByTheProcess", "LockOfTheProcess", "ReceiptsOfTheProcess", "NumbersOfTheProcess"]
)
def test_some_are_broken_among_processes_alone(name):
    """The same race among threads finds nothing."""
    played(name, BROKEN[name].property)


def test_every_property_has_a_broken_repository():
    """A property that nothing fails would prove nothing."""
    assert {*EVERY} - {each.property for each in BROKEN.values()} == {"P27"}  # which takes a server to be killed


@pytest.mark.parametrize("name", BROKEN)
def test_each_says_what_was_changed_and_what_its_like(name):
    """In a sentence, and by an incident, a study, or a manual; at the level of its property or one above."""
    each = BROKEN[name]
    assert re.fullmatch(r"[A-Z].*\.", each.says)
    assert re.search(
        r"#\d+|ACIDRain|a trial of ours|by (its|their|MySQL's) manual|^what |^a [\w ]+(plugin|system)", each.like
    )
    assert each.level >= EVERY[each.property].level


def test_those_on_postgres_are_there_once_they_are_asked_for():
    """Nobody else needs SQLAlchemy."""
    code = (
        "import sys\nfrom loyaltykit.testing import broken\n"
        "print('sqlalchemy' in sys.modules, broken.KeysByLocale.property, 'sqlalchemy' in sys.modules)"
    )
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    done = subprocess.run([sys.executable, "-c", code], env=unmeasured, check=True, capture_output=True, text=True)  # noqa: S603
    assert done.stdout == "False P30 True\n"
    assert BROKEN["KeysByLocale"].make().made is on_postgres.KeysByLocale


def test_each_is_named_as_a_factory_is():
    """So that the command line can be shown one that fails."""
    assert broken.NothingChecked is BROKEN["NothingChecked"]
    assert isinstance(broken.NothingChecked, Broken)
    assert isinstance(broken.NothingChecked().create(), MemoryRepository)
    with pytest.raises(AttributeError, match=r"there's no broken repository called Nothing: there are .*KeysLike"):
        broken.Nothing  # noqa: B018 - that's the question


def test_those_on_postgres_are_told_as_such_where_they_cant_be_there(monkeypatch):
    """Whoever reads of one in the docs learns what it takes."""
    monkeypatch.setattr(broken, "find_spec", lambda _name: None)
    monkeypatch.delitem(sys.modules, on_postgres.__name__)
    monkeypatch.delitem(BROKEN, "KeysByLocale")
    with pytest.raises(
        AttributeError, match=r"called KeysByLocale: there are .*; those on PostgreSQL need SQLAlchemy$"
    ):
        broken.KeysByLocale  # noqa: B018 - that's the question


LIVED = {"P14", "P16", "P17"}
RACED = {"P21", "P23"}
"""These play `Loyalty`, too."""

WITHOUT_LIVES = sorted({*PROPERTIES} - {"P13", "P28", "P29"} - LIVED - RACED)

ONLY_IN_A_LIFE = (
    "ExpiredIsArchived",
    "PairsThatAreAlike",
    "CachedWhileDueTheSame",
    "BodiesMerged",
    "ReceiptsByOrder",
    "TakenBackIsNetted",
)


@pytest.mark.parametrize("property_id", WITHOUT_LIVES)
@pytest.mark.parametrize("name", ONLY_IN_A_LIFE)
def test_some_are_broken_in_a_whole_life_alone(name, property_id):
    """All that the kit writes itself goes well there, so nothing but what plays `Loyalty` would have seen it."""
    played(name, property_id)


@pytest.mark.parametrize("name", ["EmptiedKeepsItsBody", "TakenBackIsNetted"])
@pytest.mark.parametrize("property_id", ["P14", "P16"])
def test_some_are_broken_for_the_model_alone(name, property_id):
    """Who places, completes and cancels only never sees it."""
    played(name, property_id)


@pytest.mark.parametrize("name", [name for name, each in BROKEN.items() if each.level > 2 and "P04" not in each.also])
@pytest.mark.parametrize("property_id", ["P04", "P08", "P30"])
def test_whoever_comes_after_another_finds_nothing_broken(name, property_id):
    """What is wrong among processes, or after a crash, is right for one caller after another."""
    played(name, property_id)


@pytest.mark.parametrize("name", ["ReceiptAwaited", "WrittenKeysChecked"])
def test_some_pass_other_races(name):
    """A receipt in a transaction of its own, and guards that aren't checked, are seen by one property alone."""
    played(name, "P18")


def test_an_operation_is_replayed_by_those_that_work_in_steps():
    """Else nothing would be left for the race to find."""
    factory = BROKEN["CheckedThenWritten"]()
    try:
        store, change = factory.create(), change_of("earn", guards={"a": 0}, puts={"a": "1"})
        assert [store.commit(change).replayed for _ in range(2)] == [False, True]
    finally:
        factory.destroy()


@pytest.mark.parametrize("property_id", ["P18", "P19", "P20"])
def test_write_skew_is_seen_by_nothing_else(property_id):
    """Every other race goes well where the keys that are written are checked (P22)."""
    played("WrittenKeysChecked", property_id)


@pytest.mark.parametrize("property_id", WITHOUT_LIVES)
def test_what_they_were_made_of_fails_nothing(property_id):
    """The one change in each is all that's broken."""
    PROPERTIES[property_id].play(memory(), seed=7)
