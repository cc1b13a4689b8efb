"""A factory that does wrong is told as such: the kit never takes its word for what wasn't shown."""

from __future__ import annotations

from threading import Event, current_thread, main_thread
from types import SimpleNamespace

import pytest

from loyaltykit import InvalidValue
from loyaltykit.adapters.memory import AsyncMemoryRepository, MemoryRepository
from loyaltykit.testing.contract import race
from loyaltykit.testing.contract.conformance import conformance
from loyaltykit.testing.contract.factories import InProcess, SqliteFile
from loyaltykit.testing.contract.factory import ASYNC_CAPABILITIES, claims, factory_named
from loyaltykit.testing.contract.properties import KILLED, PROPERTIES
from loyaltykit.testing.contract.tasks import OnLoop
from loyaltykit.testing.contract.verdict import NotClaimed, Violated
from tests.testing.contract.test_playing import FORKED

HERE = "tests.testing.contract.test_bad_factories"


class InMemory:
    """As the docs have it."""

    capabilities = frozenset({"threads"})

    def create(self):
        self.store = MemoryRepository()
        return self.store

    def reopen(self):
        return self.store

    def destroy(self):
        del self.store


class Unreachable(InMemory):
    """Its database isn't there, so there's nothing to remove either."""

    def create(self):
        message = "no server at 5432"
        raise ConnectionError(message)


class Undestroyed(InMemory):
    """Its store can't be removed."""

    def destroy(self):
        message = "in use"
        raise OSError(message)


class Nothing(InMemory):
    """It forgets to give the store."""

    def create(self):
        super().create()


class OnlyWritten(InMemory):
    """What it gives can't be read."""

    def create(self):
        return SimpleNamespace(load=print, commit=print, receipt=print)


def found(factory, property_id="P02"):
    """Give what is said of that factory's stores."""
    with pytest.raises(Violated) as caught:
        PROPERTIES[property_id].play(factory(), seed=7)
    return str(caught.value).splitlines()[0]


P02 = "P02 absent_is_version_zero: "


def test_a_store_that_cant_be_made_is_told_as_that():
    """Not what its destroy() says of what never was."""
    assert found(Unreachable) == f"{P02}the factory's create() failed with ConnectionError('no server at 5432')"


class Serverless(InMemory):
    """There's no server to test on, and it says so."""

    def create(self):
        message = "no server here"
        raise NotClaimed(message)


def test_a_store_that_there_is_no_server_for_isnt_claimed():
    """A factory may skip by itself, and says why."""
    with pytest.raises(NotClaimed, match=r"^no server here$"):
        PROPERTIES["P02"].play(Serverless(), seed=7)


def test_a_store_that_cant_be_removed_is_told_as_that():
    """Unless the property failed before."""
    assert found(Undestroyed) == f"{P02}the factory's destroy() failed with OSError('in use')"
    assert found(type("Both", (Undestroyed, Unreachable), {})).endswith("ConnectionError('no server at 5432')")


def test_what_is_no_store_is_told_as_that():
    """With the calls that it lacks."""
    told = f"{P02}what the factory's create() gave, "
    assert found(Nothing) == f"{told}None, has no load, commit, receipt, keys, entries, due"
    assert found(OnlyWritten).startswith(told)
    assert found(OnlyWritten).endswith(", has no keys, entries, due")


class Lasting(InMemory):
    """The same store each time."""

    store = None

    def create(self):
        self.store = self.store or MemoryRepository()
        return self.store

    def destroy(self):
        """Leave it."""


def test_a_store_that_isnt_empty_is_told_as_that():
    """Else what one property left would be found wrong in the next."""
    factory = Lasting()
    PROPERTIES["P02"].play(factory, seed=7)
    with pytest.raises(Violated, match=r"made isn't empty: it has \['there'\]; is it new each time\?\n"):
        PROPERTIES["P30"].play(factory, seed=7)


@pytest.mark.parametrize("name", ["Unreachable", "Undestroyed"])
def test_the_command_tells_it_of_each_property(name):
    """And goes on: one that can't be made at times may be the next."""
    outcomes = conformance(f"{HERE}:{name}", only=["P02", "P03", "P13"], seed=7)
    assert [each.verdict for each in outcomes] == ["failed", "failed", "not claimed"]


class Silent(SqliteFile):
    """What it traces is told to nobody."""

    def trace(self, _callback):
        return self.reopen()


@FORKED
def test_P26_a_trace_that_tells_nothing_has_shown_nothing():
    """Nobody was killed at a statement, so it isn't said that all is well."""
    with pytest.raises(Violated, match=r": trace\(callback\) told of no statement, so nobody was killed at one\n"):
        KILLED["P26"].play(Silent(), seed=7)


class Unclosed(InMemory):
    """It claims to be durable, and never closes anything."""

    capabilities = frozenset({"threads", "durable"})


class AsyncUnclosed(Unclosed):
    """The same, awaited."""

    capabilities = frozenset({"tasks", "durable"})

    async def create(self):
        self.store = AsyncMemoryRepository()
        return self.store


@pytest.mark.parametrize("factory", [Unclosed, lambda: OnLoop(AsyncUnclosed())])
def test_P13_a_store_that_was_never_closed_has_survived_nothing(factory):
    """What is given again was in memory all the time."""
    told = "P13 survives_reopening: reopen() gave the repository that was there: nothing was reopened"
    assert found(factory, "P13") == told


@pytest.mark.parametrize("given", ["threads", None, 5])
def test_capabilities_are_a_set_of_words(given):
    """A word alone would be taken letter by letter."""
    with pytest.raises(InvalidValue, match=rf"^capabilities is a set of words, such as {{'threads'}}, not {given!r}$"):
        claims(type("Odd", (InMemory,), {"capabilities": given})())


def test_capabilities_of_the_other_kind_are_told_as_that():
    """Whoever subclasses the class for the other kind of stores learns of it here."""
    with pytest.raises(InvalidValue, match=r"^\['tasks'\] are no capabilities of one that isn't async: there are "):
        claims(AsyncUnclosed())
    with pytest.raises(InvalidValue, match=r"^\['threads'\] are no capabilities of an async store: there are "):
        claims(InMemory(), ASYNC_CAPABILITIES)


def unset():
    """Make a factory whose settings aren't there."""
    message = "DATABASE_URL isn't set"
    raise RuntimeError(message)


def serverless():
    """Make a factory for which there's no server."""
    message = "no server here"
    raise NotClaimed(message)


def test_a_factory_that_cant_be_made_is_told_with_why():
    """Whatever it fails with; one that skips does."""
    with pytest.raises(InvalidValue, match=r"unset' names no factory, .*: RuntimeError\(\"DATABASE_URL isn't set\"\)$"):
        factory_named(f"{HERE}:unset")
    with pytest.raises(NotClaimed, match=r"^no server here$"):
        factory_named(f"{HERE}:serverless")


class Never(MemoryRepository):
    """Who reads entries in another thread than the first waits for ever."""

    def entries(self, **named):
        if current_thread() is not main_thread():
            Event().wait()
        return super().entries(**named)


def test_P15_a_reader_that_hangs_is_told(monkeypatch):
    """It isn't waited for."""
    monkeypatch.setattr(race, "PATIENCE", 0.05)
    told = "P15 entries_total_zero_at_every_read: who reads while another writes still hangs after 0.05 s"
    assert found(lambda: InProcess(Never), "P15") == told


def test_P28_what_a_factory_cant_cause_isnt_shown():
    """Passed is what was met alone."""
    assert PROPERTIES["P28"].play(SqliteFile(), seed=7) == "not shown: io, which the factory can't cause"
