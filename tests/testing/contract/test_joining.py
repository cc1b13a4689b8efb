"""P29: who joins a host's transaction leaves with it, and the hooks by which a factory says that it can."""

from __future__ import annotations

import time
from contextlib import contextmanager

import pytest

from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.errors import InvalidValue, StoreUnavailable
from loyaltykit.testing.broken.hosts import CommitsForTheHost, Joined, SwallowedConflictStays
from loyaltykit.testing.contract.factories import InProcess, SqliteFile, memory
from loyaltykit.testing.contract.factory import hooks_of
from loyaltykit.testing.contract.properties import ASYNC_PROPERTIES, PROPERTIES
from loyaltykit.testing.contract.tasks import OnLoop
from loyaltykit.testing.contract.verdict import NotClaimed, Violated
from tests.testing.contract.broken_async import Turned, TurnedFactory
from tests.testing.contract.joining import JOINING, JoiningFile, TurnedJoining

P29 = PROPERTIES["P29"]


def test_P29_a_store_that_joins_is_let_through():
    """One whose commits are savepoints of the host's transaction."""
    P29.play(JoiningFile(), seed=7)


def test_P29_without_threads_the_same_thread_looks_from_outside():
    """By another connection."""
    P29.play(JoiningFile(capabilities=JOINING - {"threads"}), seed=7)


def test_P29_of_async_stores_is_played_on_the_loop():
    """By async context managers, and async rows."""
    ASYNC_PROPERTIES["P29"].play(OnLoop(TurnedJoining(JoiningFile())), seed=7)


class PlainTransaction(TurnedFactory):
    """A factory of async stores whose transaction is a plain context manager."""

    @contextmanager
    def transaction(self):
        with self.factory.transaction() as (repository, write):
            yield Turned(repository), write

    def written(self):
        return self.factory.written()


def test_P29_of_async_stores_may_be_played_with_plain_hooks():
    """Each for itself."""
    ASYNC_PROPERTIES["P29"].play(OnLoop(PlainTransaction(JoiningFile())), seed=7)


class OthersWait(SqliteRepository):
    """A store that can't be read while somebody writes, and says so."""

    def load(self, keys):
        if Watched.open:
            message = "somebody writes"
            raise StoreUnavailable(message)
        return super().load(keys)


class Watched(JoiningFile):
    """A factory that notes whether a host's transaction is open."""

    open = False

    @contextmanager
    def transaction(self):
        with super().transaction() as given:
            Watched.open = True
            try:
                yield given
            finally:
                Watched.open = False


@pytest.mark.parametrize("capabilities", [JOINING, JOINING - {"threads"}])
def test_P29_a_store_that_has_others_wait_shows_them_nothing(capabilities):
    """It says that it can't be read: an honest answer."""
    P29.play(Watched(capabilities=capabilities, make=OthersWait), seed=7)


class OthersHang(OthersWait):
    """A store that has whoever reads meanwhile wait for ever."""

    def load(self, keys):
        while Watched.open:
            time.sleep(0.01)
        return super().load(keys)


def test_P29_a_store_that_has_others_hang_is_found_out(monkeypatch):
    """A host may do a lot in its transaction."""
    monkeypatch.setattr("loyaltykit.testing.contract.race.PATIENCE", 0.05)
    with pytest.raises(Violated, match=r"who reads while a host's transaction is open hangs for 0.05 s"):
        P29.play(Watched(make=OthersHang), seed=7)


class Forgets(Joined):
    """It says that it has committed, and has taken it back."""

    def _commit(self, connection, change):
        connection.execute("SAVEPOINT loyaltykit")
        try:
            return self._write(connection, change)
        finally:
            connection.execute("ROLLBACK TO loyaltykit")
            connection.execute("RELEASE loyaltykit")


@pytest.mark.parametrize(
    ("joined", "told"),
    [
        (CommitsForTheHost, "what others see before the host has committed: documents"),
        (SwallowedConflictStays, "the receipt of a conflict that the host has swallowed"),
        (Forgets, "what the same transaction sees"),
    ],
)
def test_P29_a_store_that_joins_badly_is_found_out(joined, told):
    """By what it does too early, or leaves behind, or doesn't."""
    with pytest.raises(Violated, match=rf"^P29 a_hosts_transaction_decides: .*{told}"):
        P29.play(JoiningFile(joined), seed=7)


# Hooks


def test_hooks_are_those_that_a_factory_has():
    """An async one's are those behind its loop."""
    assert hooks_of(SqliteFile()) == {"fault", "trace"}
    assert hooks_of(memory()) == set()
    assert hooks_of(JoiningFile()) == {"fault", "trace", "transaction", "written"}
    assert hooks_of(OnLoop(TurnedJoining(JoiningFile()))) == {"fault", "transaction", "written"}


class Mistyped(InProcess):
    """A factory with a hook that isn't one."""

    def transactions(self):
        """Would never be called."""


@pytest.mark.parametrize("property_id", ["P02", "P29"])
def test_a_call_that_is_nearly_a_hook_is_refused(property_id):
    """Else what it's meant for would be not claimed, and nobody would know why."""
    with pytest.raises(
        InvalidValue, match=r"has transactions\(\), which is no hook: write transaction\(\), or _transac"
    ):
        PROPERTIES[property_id].play(Mistyped(memory().make), seed=7)


class Both(JoiningFile):
    """A factory that has the hook and a call that's named alike, and its store."""

    def transactions(self):
        """Count them, say."""

    fault = None


def test_a_call_beside_the_hook_that_it_is_like_is_its_own():
    """So is whatever isn't called."""
    assert hooks_of(Both()) == {"trace", "transaction", "written"}


class Half(SqliteFile):
    """A factory that can't say what its host has written."""

    def transaction(self):
        """Would be a transaction."""


def test_what_is_missing_is_named():
    """A capability, or a hook; all of them at once."""
    with pytest.raises(NotClaimed, match=r"^not claimed: P29 needs joins_transaction, which the store gives up$"):
        P29.play(SqliteFile(), seed=7)
    with pytest.raises(NotClaimed, match=r"^not claimed: P29 needs written\(\), which the factory lacks$"):
        P29.play(Half(capabilities=JOINING), seed=7)
    with pytest.raises(NotClaimed, match=r"needs transaction\(\) and written\(\), which the factory lacks$"):
        P29.play(SqliteFile(capabilities=JOINING), seed=7)
