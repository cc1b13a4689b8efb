"""Stores that do well by all that the kit writes itself: what members have shows that they're broken (P14 to P17)."""

from __future__ import annotations

import json
from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from attrs import evolve

from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.ledger.cursor import micros
from loyaltykit.ledger.repository import Versioned
from loyaltykit.testing.broken.readers import ALL
from loyaltykit.testing.broken.table import breaks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from loyaltykit.ledger.entry import Entry
    from loyaltykit.ledger.repository import Change, Committed


@breaks(
    "P14",
    also="P17",
    like="a Sylius loyalty plugin: what has expired is gone from the history, and comes back undated",
)
class ExpiredIsArchived(MemoryRepository):
    """What has expired is moved where nobody reads, both sides of it: the sums are zero, and no history adds up."""

    def entries(self, *, limit: int, **wanted: Any) -> list[Entry]:
        found = super().entries(limit=ALL, **wanted)
        return [entry for entry in found if '"kind":"expired"' not in entry.detail][:limit]


@breaks(
    "P14",
    also="P17",
    like="a referral system for Django: the second refund of an order looks like the first, and is left out",
)
class PairsThatAreAlike(MemoryRepository):
    """Of bookings alike at one moment, whoever's they are, the first is kept: both sides of the others are gone."""

    def _write(self, change: Change) -> None:
        seen = {(entry.at, entry.detail) for entry in self._entries}
        super()._write(evolve(change, entries=()))
        kept = [entry for entry in change.entries if entry.detail == "{}" or (entry.at, entry.detail) not in seen]
        self._entries = sorted([*self._entries, *kept], key=lambda each: (micros(each.at), each.operation, each.line))


@breaks(
    "P14",
    also="P17",
    like="benoitc/gunicorn#1043: what was cached is given for ever, to whom the same worker answers",
)
class CachedWhileDueTheSame(MemoryRepository):
    """A cache of bodies hears of due moments alone: one that is due when it was is given as it was."""

    def __init__(self) -> None:
        super().__init__()
        self._cache: dict[str, tuple[datetime | None, str | None]] = {}

    def load(self, keys: Sequence[str], /) -> dict[str, Versioned]:
        return {key: self.cached(key, found) for key, found in super().load(keys).items()}

    def cached(self, key: str, found: Versioned) -> Versioned:
        moment, body = self._cache.get(key, (None, None))
        if moment is None or self._due.get(key) != moment:
            self._cache[key] = self._due.get(key), found.body
            return found
        return Versioned(found.version, body)


class ChangedPuts(MemoryRepository):
    """A body is stored by what stood there before."""

    def _write(self, change: Change) -> None:
        before = {key: getattr(self._documents.get(key), "body", None) for key in change.puts}
        super()._write(evolve(change, puts={key: self.put(before[key], body) for key, body in change.puts.items()}))

    @abstractmethod
    def put(self, before: str | None, body: str | None) -> str | None:
        """Give what is stored of *body* where *before* stood."""


@breaks(
    "P16",
    also="P14 P17",
    like="psteinroe/supabase-cache-helpers#608: properties that were taken out of a JSON column are still there",
)
class BodiesMerged(ChangedPuts):
    """A JSON column is updated by merging, as || does: what a body has no more, such as its last hold, stays."""

    def put(self, before: str | None, body: str | None) -> str | None:
        old, new = (json.loads(each or "null") for each in (before, body))
        return json.dumps(old | new) if isinstance(old, dict) and isinstance(new, dict) else body


@breaks(
    "P16",
    also="P14 P17",
    like="nensii21/devlink#1200: one key for two requests, and the second never ran",
)
class ReceiptsByOrder(MemoryRepository):
    """A table of receipts is keyed by the order: whatever ends one is taken for what began it."""

    def commit(self, change: Change, /) -> Committed:
        order = self.order(change)
        entries = [evolve(entry, operation=order) for entry in change.entries]
        return super().commit(evolve(change, operation_id=order, entries=entries))

    def order(self, change: Change) -> str:
        parts = json.loads(change.operation_id) if change.operation_id.startswith('["city","') else []
        return f"order {parts[2]}" if parts[1:2] in (["place"], ["complete"], ["cancel"]) else change.operation_id


@breaks(
    "P17", also="P05", like="what UPDATE … SET body = COALESCE(new, old) does: whoever asks to be forgotten never is"
)
class EmptiedKeepsItsBody(ChangedPuts):
    """A body is updated by COALESCE(new, old), so that one that's emptied stays: nobody is ever forgotten."""

    def put(self, before: str | None, body: str | None) -> str | None:
        return before if body is None else body


@breaks("P17", like="frappe/erpnext#32951, odoo/odoo#257854: what a refund takes back isn't in the history that's read")
class TakenBackIsNetted(MemoryRepository):
    """What is booked back is struck off with what it undoes, both sides: all sums are zero, and history is gone."""

    def entries(self, *, limit: int, **wanted: Any) -> list[Entry]:
        found = super().entries(limit=ALL, **wanted)
        return [entry for entry in found if '["city","refund"' not in entry.operation][:limit]
