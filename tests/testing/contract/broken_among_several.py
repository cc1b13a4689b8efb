"""Repositories that are broken among several connections, in races, and in trouble."""

from __future__ import annotations

import json
import time
from bisect import insort
from contextlib import contextmanager, nullcontext
from threading import Lock

from attrs import evolve

from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.errors import LoyaltyError, StoreUnavailable
from loyaltykit.ledger.repository import Committed
from loyaltykit.testing.contract.factories import SqliteFile
from tests.testing.contract.broken import breaks


def a_moment():
    """Let others come between."""
    time.sleep(0.002)


# P12, P13: connections


@breaks("P12", SqliteFile)
class LoadsFromCache(SqliteRepository):
    """Each connection remembers what it has loaded until it writes itself."""

    def __init__(self, path):
        super().__init__(path)
        self._cache = {}

    def load(self, keys):
        for key in keys:
            self._cache.setdefault(key, super().load([key])[key])
        return {key: self._cache[key] for key in keys}

    def commit(self, change):
        self._cache.clear()
        return super().commit(change)


@breaks("P13", SqliteFile)
class GoneWithTheConnection(SqliteRepository):
    """It claims to be durable, and keeps everything in its connection."""

    def __init__(self, path):  # noqa: ARG002 - that is what's broken
        super().__init__(":memory:")


@breaks("P13", SqliteFile)
class CommitsLater(SqliteRepository):
    """It leaves its transaction open, for speed, and what was acknowledged is gone when the connection is."""

    @staticmethod
    def _end(connection, change):
        pass

    @contextmanager
    def _reading(self):
        with super()._reading() as connection:
            yield Lazy(connection)


class Lazy:
    """A connection that begins one transaction and neither commits it nor rolls it back."""

    in_transaction = False

    def __init__(self, connection):
        self._connection = connection
        self.executemany = connection.executemany

    def execute(self, statement, *values):
        if statement.startswith("BEGIN") and self._connection.in_transaction:
            statement = "SELECT 1"
        return self._connection.execute(statement, *values)


@breaks("P15")
class EntriesOneByOne(MemoryRepository):
    """Entries are written one by one, and reading doesn't wait."""

    def __init__(self):
        super().__init__()
        self._lock = nullcontext()

    def _write(self, change):
        super()._write(evolve(change, entries=()))
        for entry in change.entries:
            insort(self._entries, entry, key=lambda each: (each.at, each.operation, each.line))
            a_moment()


@breaks("P15")
class OneEntryAnOperation(MemoryRepository):
    """Entries are unique by moment and operation, and the second is taken for a double."""

    def _write(self, change):
        super()._write(evolve(change, entries=()))
        self._entries += change.entries[:1]


# P18 to P24: races


class Unlocked(MemoryRepository):
    """What is checked and what is written lie apart, with room for others between."""

    def __init__(self):
        super().__init__()
        self._lock = nullcontext()

    def _check(self, change):
        super()._check(change)
        a_moment()


@breaks("P18")
class UnlockedReceipts(Unlocked):
    """Two commits of one operation both find no receipt."""


@breaks("P18")
class LoserInConflict(MemoryRepository):
    """A receipt is looked for before the lock is taken, so who comes second is in conflict, not answered."""

    def commit(self, change):
        known = self.receipt(change.operation_id)
        a_moment()
        with self._lock:
            if known is not None:
                return self._replay(change, known)
            self._check(change)
            self._write(change)
            return Committed(change.result, replayed=False)


@breaks("P19")
class OneGuardChecked(MemoryRepository):
    """Only the payer is looked at again."""

    def _check(self, change):
        first = dict(list(change.guards.items())[:1])
        super()._check(evolve(change, guards=first, puts={}, due={}, entries=()))


@breaks("P19")
class UnlockedTransfers(Unlocked):
    """Two payments both find the money."""


@breaks("P20")
class UnlockedLimits(Unlocked):
    """Two uses both find the last one free."""


@breaks("P20")
class CountedTwice(MemoryRepository):
    """Nothing is checked, and the last writer wins."""

    def _check(self, change):
        pass


@breaks("P21")
class UnlockedPurses(Unlocked):
    """Two orders both find the last points."""


class Slow(MemoryRepository):
    """Whoever commits finds others there, who have loaded what they had."""

    def commit(self, change):
        time.sleep(0.005)
        return super().commit(change)


@breaks("P21")
class HotRowsUnchecked(Slow):
    """What everybody counts in, such as a promo's budget, isn't checked, so that nobody waits for it."""

    def _check(self, change):
        cold = {key: version for key, version in change.guards.items() if '"promo"' not in key}
        super()._check(evolve(change, guards=cold, puts={}, due={}, entries=()))


@breaks("P21")
class CardsUnchecked(Slow):
    """Gift cards are held to be spent one order at a time, since a card is in one hand."""

    def _check(self, change):
        others = {key: version for key, version in change.guards.items() if '"card"' not in key}
        super()._check(evolve(change, guards=others, puts={}, due={}, entries=()))


@breaks("P22")
class WrittenKeysChecked(MemoryRepository):
    """Versions are checked and counted on the keys that are written alone, as optimistic locking in an ORM does."""

    def commit(self, change):
        return super().commit(evolve(change, guards={k: v for k, v in change.guards.items() if k in change.puts}))


@breaks("P23")
class UnlockedEnds(Unlocked):
    """A completion and a cancellation both find the order placed."""


@breaks("P23")
class NewestWins(Slow):
    """Of two that write a document at once, the one of the later moment stays, of one moment the last."""

    def _check(self, change):
        older = {key: version for key, version in change.guards.items() if not self.newer(key, change.puts.get(key))}
        super()._check(evolve(change, guards=older, puts={}, due={}, entries=()))

    def newer(self, key, body):
        stored = getattr(self._documents.get(key), "body", None)
        moments = [json.loads(each or "{}").get("as_of") for each in (stored, body)]
        return None not in moments and moments[0] <= moments[1]


@breaks("P24")
class LocksAsGiven(MemoryRepository):
    """Each key has a lock, taken in the order of the guards, and a deadlock is the caller's."""

    def __init__(self):
        super().__init__()
        self._locks = {}

    def commit(self, change):
        held = []
        try:
            for key in change.guards:
                lock = self._locks.setdefault(key, Lock())
                if not lock.acquire(timeout=0.1):
                    message = f"deadlock found when trying to get a lock on {key}"
                    raise RuntimeError(message)
                held.append(lock)
                a_moment()
            return super().commit(change)
        finally:
            for lock in held:
                lock.release()


# P28: trouble, told wrongly


@breaks("P28", SqliteFile)
class TroubleAsItCame(SqliteRepository):
    """The driver's own error escapes."""

    def commit(self, change):
        try:
            return super().commit(change)
        except StoreUnavailable as error:
            raise error.__cause__ from None


@breaks("P28", SqliteFile)
class TroubleSwallowed(SqliteRepository):
    """A commit that failed is said to have been made."""

    def commit(self, change):
        try:
            return super().commit(change)
        except LoyaltyError:
            return Committed(change.result, replayed=False)


@breaks("P28", SqliteFile)
class UnavailableThoughWritten(SqliteRepository):
    """What could not be written there was written elsewhere, and is said to be nowhere."""

    def __init__(self, path):
        super().__init__(path)
        self._spare = path

    def commit(self, change):
        try:
            return super().commit(change)
        except StoreUnavailable:
            if "full" in change.guards:
                spare = SqliteRepository(self._spare)
                spare.commit(change)
                spare.close()
            raise
