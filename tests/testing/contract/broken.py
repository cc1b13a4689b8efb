"""
Repositories that are broken, each in one way, as real ones have been; each names the property that must catch it.

Most change one step of the memory adapter. None is as contrived as it looks: each is a store that somebody has written.
"""

from __future__ import annotations

import json
import unicodedata

from attrs import evolve

from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.errors import StoreUnavailable, VersionConflict
from loyaltykit.ledger.cursor import behind_entry
from loyaltykit.ledger.entry import MAX_AMOUNT
from loyaltykit.ledger.repository import Committed, Versioned
from loyaltykit.testing.contract.factories import InProcess

BROKEN = {}
"""Every broken repository by its name: the property that it fails, and its factory."""


def breaks(property_id, factory=InProcess):
    """Note that a class breaks the property of that id, on stores of that *factory*."""

    def noted(cls):
        BROKEN[cls.__name__] = (property_id, lambda: factory(cls))
        return cls

    return noted


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
class AccountsCut(MemoryRepository):
    """A column of 255 characters cuts the names of accounts."""

    def _write(self, change):
        super()._write(evolve(change, entries=[evolve(e, account=e.account[:255]) for e in change.entries]))


@breaks("P01")
class KeysCutInIndex(MemoryRepository):
    """Keys are told apart by their first 512 characters, as by an index of a prefix."""

    def load(self, keys):
        found = super().load([key[:512] for key in keys])
        return {key: found[key[:512]] for key in keys}

    def _advance(self, change, key):
        super()._advance(change, key)
        self._documents.setdefault(key[:512], self._documents[key])


@breaks("P01")
class LargeRefused(MemoryRepository):
    """What is over a mebibyte doesn't fit into a packet."""

    def _write(self, change):
        if sum(len(body or "") for body in change.puts.values()) > 2**20:
            message = "packet too large"
            raise StoreUnavailable(message)
        super()._write(change)


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


# P14: what only a whole life shows


@breaks("P14")
class ExpiredIsArchived(MemoryRepository):
    """What has expired is moved where nobody reads, both sides of it: the sums are zero, and no history adds up."""

    def entries(self, *, limit, **wanted):
        found = super().entries(limit=10**6, **wanted)
        return [entry for entry in found if not self.archived(entry)][:limit]

    def archived(self, entry):
        return '"kind":"expired"' in entry.detail


@breaks("P14")
class PairsThatAreAlike(MemoryRepository):
    """Of bookings alike at one moment, whoever's they are, the first is kept: both sides of the others are gone."""

    def _write(self, change):
        seen, kept = {(entry.at, entry.detail) for entry in self._entries}, change.entries
        super()._write(evolve(change, entries=()))
        self._entries = sorted(
            [*self._entries, *[entry for entry in kept if self.plain(entry) or (entry.at, entry.detail) not in seen]],
            key=lambda entry: (entry.at, entry.operation, entry.line),
        )

    def plain(self, entry):
        return entry.detail == "{}"


@breaks("P14")
class CachedWhileDueTheSame(MemoryRepository):
    """A cache of bodies hears of due moments alone: one that is due when it was is given as it was."""

    def __init__(self):
        super().__init__()
        self._cache = {}

    def load(self, keys):
        return {key: self.cached(key, found) for key, found in super().load(keys).items()}

    def cached(self, key, found):
        moment, body = self._cache.get(key, (None, None))
        if moment is None or self._due.get(key) != moment:
            self._cache[key] = self._due.get(key), found.body
            return found
        return Versioned(found.version, body)


# P16, P17: what no change of the kit's own shows


class ChangedPuts(MemoryRepository):
    """A body is stored by what stood there before."""

    def _write(self, change):
        before = {key: getattr(self._documents.get(key), "body", None) for key in change.puts}
        super()._write(evolve(change, puts={key: self.put(before[key], body) for key, body in change.puts.items()}))


@breaks("P16")
class BodiesMerged(ChangedPuts):
    """A JSON column is updated by merging, as || does: what a body has no more, such as its last hold, stays."""

    def put(self, before, body):
        old, new = (json.loads(each or "null") for each in (before, body))
        return json.dumps(old | new) if isinstance(old, dict) and isinstance(new, dict) else body


@breaks("P16")
class ReceiptsByOrder(MemoryRepository):
    """A table of receipts is keyed by the order: whatever ends one is taken for what began it."""

    def commit(self, change):
        return super().commit(evolve(change, operation_id=self.order(change), entries=self.entries_of(change)))

    def order(self, change):
        parts = json.loads(change.operation_id) if change.operation_id.startswith('["city","') else []
        return f"order {parts[2]}" if parts[1:2] in (["place"], ["complete"], ["cancel"]) else change.operation_id

    def entries_of(self, change):
        return [evolve(entry, operation=self.order(change)) for entry in change.entries]


@breaks("P17")
class EmptiedKeepsItsBody(ChangedPuts):
    """A body is updated by COALESCE(new, old), so that one that's emptied stays: nobody is ever forgotten."""

    def put(self, before, body):
        return before if body is None else body


@breaks("P17")
class TakenBackIsNetted(MemoryRepository):
    """What is booked back is struck off with what it undoes, both sides: all sums are zero, and history is gone."""

    def entries(self, *, limit, **wanted):
        found = super().entries(limit=10**6, **wanted)
        return [entry for entry in found if '["city","refund"' not in entry.operation][:limit]


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
