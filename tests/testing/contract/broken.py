"""
Repositories that are broken, each in one way, as real ones have been; each names the property that must catch it.

Most change one step of the memory adapter. None is as contrived as it looks: each is a store that somebody has written.
"""

from __future__ import annotations

import json
import time
import unicodedata
from bisect import insort
from contextlib import contextmanager, nullcontext
from threading import Lock

from attrs import evolve

from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.errors import LoyaltyError, StoreUnavailable, VersionConflict
from loyaltykit.ledger.cursor import behind_entry
from loyaltykit.ledger.entry import MAX_AMOUNT
from loyaltykit.ledger.repository import Committed, Versioned
from loyaltykit.testing.contract.factories import InProcess, SqliteFile

BROKEN = {}
"""Every broken repository by its name: the property that it fails, and its factory."""


def breaks(property_id, factory=InProcess):
    """Note that a class breaks the property of that id, on stores of that *factory*."""

    def noted(cls):
        BROKEN[cls.__name__] = (property_id, lambda: factory(cls))
        return cls

    return noted


def a_moment():
    """Let others come between."""
    time.sleep(0.002)


# P01: what goes in comes out otherwise


class ChangedBodies(MemoryRepository):
    """Bodies are stored otherwise than they were given."""

    def _write(self, change):
        puts = {key: body and self.changed(body) for key, body in change.puts.items()}
        super()._write(evolve(change, puts=puts))


@breaks("P01")
class BodiesAsJsonColumn(ChangedBodies):
    """A JSON column parses them: big integers become floats, keys are sorted and doubles dropped."""

    def changed(self, body):
        return json.dumps(json.loads(body, parse_int=float), sort_keys=True)


@breaks("P01")
class BodiesNormalised(ChangedBodies):
    """Unicode is normalised on the way in."""

    def changed(self, body):
        return unicodedata.normalize("NFC", body)


@breaks("P01")
class BodiesCut(ChangedBodies):
    """A column of 64 KiB cuts what is longer, as MySQL's TEXT did."""

    def changed(self, body):
        return body.encode()[:65_535].decode(errors="ignore")


@breaks("P01")
class BodiesStripped(ChangedBodies):
    """Space at the end is dropped, as CHAR columns do."""

    def changed(self, body):
        return body.rstrip()


@breaks("P01")
class KeysFolded(MemoryRepository):
    """Keys are compared without case, as many a collation does."""

    def load(self, keys):
        found = super().load([key.lower() for key in keys])
        return {key: found[key.lower()] for key in keys}

    def commit(self, change):
        folded = {
            name: {key.lower(): value for key, value in getattr(change, name).items()}
            for name in ("guards", "puts", "due")
        }
        return super().commit(evolve(change, **folded))


@breaks("P01")
class MomentsInMilliseconds(MemoryRepository):
    """Moments lose their last three digits."""

    def _write(self, change):
        def cut(moment):
            return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

        super()._write(evolve(change, entries=[evolve(entry, at=cut(entry.at)) for entry in change.entries]))


@breaks("P01")
class AmountsAsFloats(MemoryRepository):
    """Amounts pass through a double."""

    def _write(self, change):
        def rounded(amount):
            return max(-MAX_AMOUNT, min(MAX_AMOUNT, int(float(amount))))

        super()._write(evolve(change, entries=[evolve(e, amount=rounded(e.amount)) for e in change.entries]))


# P02: what isn't there


@breaks("P02")
class AbsentIsKeyError(MemoryRepository):
    """Loading an absent key raises."""

    def load(self, keys):
        return {key: self._documents[key] for key in keys}


@breaks("P02")
class AbsentIsLeftOut(MemoryRepository):
    """An absent key isn't in the answer."""

    def load(self, keys):
        return {key: found for key, found in super().load(keys).items() if found.version}


@breaks("P02")
class AbsentIsVersionOne(MemoryRepository):
    """Loading an absent key creates it, as get_or_create does."""

    def load(self, keys):
        return {key: self._documents.setdefault(key, Versioned(1, None)) for key in keys}


# P03 to P06: guards


@breaks("P03")
class NothingChecked(MemoryRepository):
    """The last writer wins: 204 grants of a code limited to 100."""

    def _check(self, change):
        pass


@breaks("P03")
class OnlyOlderRefused(MemoryRepository):
    """A version above the stored one passes, as with WHERE version <= ?."""

    def _check(self, change):
        found = self.loaded(change)
        super()._check(evolve(change, guards={k: min(v, found[k]) for k, v in change.guards.items()}))

    def loaded(self, change):
        return {key: getattr(self._documents.get(key), "version", 0) for key in change.guards}


@breaks("P03")
class ConflictLeavesReceipt(MemoryRepository):
    """A commit that is refused has written its receipt already."""

    def _check(self, change):
        try:
            super()._check(change)
        except VersionConflict:
            super()._write(evolve(change, guards={}, puts={}, entries=(), due={}))
            raise


@breaks("P04")
class HalfApplied(MemoryRepository):
    """Keys are checked and written one after the other, without a transaction."""

    def _check(self, change):
        for key, version in change.guards.items():
            super()._check(evolve(change, guards={key: version}, puts={}, due={}))
            super()._advance(change, key)

    def _advance(self, change, key):
        pass


@breaks("P05")
class OnlyPutsAdvance(MemoryRepository):
    """A key that was only read keeps its version."""

    def _advance(self, change, key):
        if key in change.puts:
            super()._advance(change, key)


@breaks("P05")
class ReadGuardsEmptied(MemoryRepository):
    """A key that was only read loses its body."""

    def _advance(self, change, key):
        self._documents[key] = Versioned(change.guards[key] + 1, change.puts.get(key))


@breaks("P06")
class InsertOrReplace(MemoryRepository):
    """A document that was absent is written over whatever is there by now."""

    def _check(self, change):
        super()._check(evolve(change, guards={k: v for k, v in change.guards.items() if v}, puts={}, due={}))


# P07 to P10: receipts


@breaks("P07")
class ReplayRecomputes(MemoryRepository):
    """A replay gives what the retry decided, not what was decided then."""

    def _replay(self, change, known):
        super()._replay(change, known)
        return Committed(change.result, replayed=True)


@breaks("P07")
class ReplayUnsaid(MemoryRepository):
    """A replay passes for the first time."""

    def _replay(self, change, known):
        return evolve(super()._replay(change, known), replayed=False)


@breaks("P07")
class ReplayBooksAgain(MemoryRepository):
    """A replay writes once more: a retried webhook credits twice."""

    def _replay(self, change, known):
        for key in change.guards:
            self._advance(change, key)
        return super()._replay(change, known)


@breaks("P08")
class GuardsBeforeReceipt(MemoryRepository):
    """A retry whose guards are stale is in conflict, so it is decided anew."""

    def commit(self, change):
        with self._lock:
            self._check(change)
        return super().commit(change)


@breaks("P09")
class ReceiptWithoutDigest(MemoryRepository):
    """The same id gives the same result, whatever is asked."""

    def _replay(self, change, known):
        return super()._replay(evolve(change, digest=known.digest), known)


@breaks("P09")
class DigestsFolded(MemoryRepository):
    """Digests are compared without case."""

    def _replay(self, change, known):
        return super()._replay(evolve(change, digest=change.digest.lower()), evolve(known, digest=known.digest.lower()))


@breaks("P10")
class RefusalsForgotten(MemoryRepository):
    """A change that writes nothing leaves no receipt."""

    def _write(self, change):
        if change.guards or change.entries:
            super()._write(change)


# P11: the list of entries


@breaks("P11")
class EntriesAsWritten(MemoryRepository):
    """Entries stand in the order of writing."""

    def _write(self, change):
        super()._write(evolve(change, entries=()))
        self._entries += change.entries


@breaks("P11")
class PagesBehindTheMoment(MemoryRepository):
    """A page begins behind the moment of the last, and loses those of the same moment."""

    def entries(self, *, after, limit, **wanted):
        found = super().entries(**wanted, after=None, limit=10**6)
        last = behind_entry(after) if after else None
        ends = max((e.at for e in found if last and e.operation == last[1] and e.line == last[2]), default=None)
        return [entry for entry in found if ends is None or entry.at > ends][:limit]


@breaks("P11")
class PagesGoRound(MemoryRepository):
    """Every page is the first."""

    def entries(self, *, after, limit, **wanted):  # noqa: ARG002 - that is what's broken
        return super().entries(**wanted, after=None, limit=limit)


@breaks("P11")
class EntriesTwice(MemoryRepository):
    """A replay appends its entries again."""

    def _replay(self, change, known):
        self._entries += change.entries
        return super()._replay(change, known)


@breaks("P11")
class EndsIncluded(MemoryRepository):
    """A stretch has its end in it, as BETWEEN does."""

    def entries(self, *, end, **wanted):
        found = super().entries(end=None, **wanted)
        return [entry for entry in found if end is None or entry.at <= end]


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


@breaks("P22")
class WrittenKeysChecked(MemoryRepository):
    """Versions are checked and counted on the keys that are written alone, as optimistic locking in an ORM does."""

    def commit(self, change):
        return super().commit(evolve(change, guards={k: v for k, v in change.guards.items() if k in change.puts}))


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


# P30: lists of keys and due moments


@breaks("P30")
class DueForEver(MemoryRepository):
    """A document that is due no more still is."""

    def _set_due(self, key, moment):
        super()._set_due(key, moment or self._due.get(key))


@breaks("P30")
class DueAtFirst(MemoryRepository):
    """The first moment stays."""

    def _set_due(self, key, moment):
        super()._set_due(key, moment and self._due.get(key, moment))


@breaks("P30")
class DueTooEarly(MemoryRepository):
    """What is due at the very moment is left for the next time."""

    def due(self, before, **wanted):
        return [due for due in super().due(before, **wanted) if due.moment < before]


@breaks("P30")
class KeysLike(MemoryRepository):
    """A prefix is matched without case, as LIKE does."""

    def keys(self, prefix, *, after, limit):
        found = super().keys("", after=after, limit=10**6)
        return [key for key in found if key.lower().startswith(prefix.lower())][:limit]
