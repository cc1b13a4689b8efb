"""Stores whose lists are wrong: of entries, of keys, of due moments (P11, P15, P30)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve

from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.ledger.cursor import behind_entry
from loyaltykit.testing.broken.table import breaks

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.ledger.entry import Entry
    from loyaltykit.ledger.repository import Change, Committed, Due, Receipt

ALL = 10**6
"""As many as there may be."""


@breaks(
    "P11",
    also="P01 P14 P15 P16 P17",
    like="confluentinc/ksql#6636: what can't be told apart by its moment comes in any order",
)
class EntriesAsWritten(MemoryRepository):
    """Entries stand in the order of writing."""

    def _write(self, change: Change) -> None:
        super()._write(evolve(change, entries=()))
        self._entries += change.entries


@breaks(
    "P11",
    also="P01",
    like="MeshCore-Beacon/beacon-server#131, openstatusHQ/data-table-filters#84: rows lost where a page ends",
)
class PagesBehindTheMoment(MemoryRepository):
    """A page begins behind the moment of the last, and loses those of the same moment."""

    def entries(self, *, after: str | None, limit: int, **wanted: Any) -> list[Entry]:
        found = super().entries(**wanted, after=None, limit=ALL)
        last = behind_entry(after) if after else None
        ends = max((e.at for e in found if last and (e.operation, e.line) == last[1:]), default=None)
        return [entry for entry in found if ends is None or entry.at > ends][:limit]


@breaks(
    "P11",
    also="P01 P06 P07 P10 P12 P14 P15 P16 P17",
    like="teambtcmap/btcmap.org#1189: a cursor that can't advance, and the same page until the tab dies",
)
class PagesGoRound(MemoryRepository):
    """Every page is the first."""

    def entries(self, *, after: str | None, limit: int, **wanted: Any) -> list[Entry]:  # noqa: ARG002 - what's broken
        return super().entries(**wanted, after=None, limit=limit)


@breaks(
    "P11",
    also="P07 P10 P17",
    like="anomalyco/opencode#28402: what is sent again is booked again, though nothing else is",
)
class EntriesTwice(MemoryRepository):
    """A replay appends its entries again."""

    def _replay(self, change: Change, known: Receipt) -> Committed:
        self._entries += change.entries
        return super()._replay(change, known)


@breaks("P11", like="novuhq/novu#12191: a period's first moment was billed in the one before, too")
class EndsIncluded(MemoryRepository):
    """A stretch has its end in it, as BETWEEN does."""

    def entries(self, *, end: datetime | None, **wanted: Any) -> list[Entry]:
        found = super().entries(end=None, **wanted)
        return [entry for entry in found if end is None or entry.at <= end]


@breaks(
    "P15",
    also="P01 P11 P14 P16 P17",
    like="what INSERT IGNORE does under a unique index that has a column too few",
)
class OneEntryAnOperation(MemoryRepository):
    """Entries are unique by moment and operation, and the second is taken for a double."""

    def _write(self, change: Change) -> None:
        super()._write(evolve(change, entries=()))
        self._entries += change.entries[:1]


@breaks(
    "P30",
    also="P17",
    like="a loyalty plugin (hf-nostro), where what was swept had no date any more, and what has none is never let go",
)
class DueForEver(MemoryRepository):
    """A document that is due no more still is."""

    def _set_due(self, key: str, moment: datetime | None) -> None:
        super()._set_due(key, moment or self._due.get(key))


@breaks(
    "P30",
    also="P14 P17",
    like="what INSERT … ON CONFLICT DO NOTHING does to a moment that's already there",
)
class DueAtFirst(MemoryRepository):
    """The first moment stays."""

    def _set_due(self, key: str, moment: datetime | None) -> None:
        super()._set_due(key, moment and self._due.get(key, moment))


@breaks("P30", also="P01", like="OpenMage/magento-lts#4401, VirtoCommerce/vc-platform#956: the last moment is excluded")
class DueTooEarly(MemoryRepository):
    """What is due at the very moment is left for the next time."""

    def due(self, before: datetime, /, **wanted: Any) -> list[Due]:
        return [due for due in super().due(before, **wanted) if due.moment < before]


@breaks("P30", like="what LIKE does by SQLite's and MySQL's manuals")
class KeysLike(MemoryRepository):
    """A prefix is matched without case, as LIKE does."""

    def keys(self, prefix: str, /, *, after: str | None, limit: int) -> list[str]:
        found = super().keys("", after=after, limit=ALL)
        return [key for key in found if key.lower().startswith(prefix.lower())][:limit]
