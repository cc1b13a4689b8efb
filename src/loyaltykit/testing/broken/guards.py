"""Stores whose guards don't hold (P03 to P06, P22)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.errors import VersionConflict
from loyaltykit.ledger.repository import Versioned
from loyaltykit.testing.broken.races import Crowded
from loyaltykit.testing.broken.table import breaks

if TYPE_CHECKING:
    from loyaltykit.ledger.repository import Change, Committed


@breaks(
    "P03",
    also="P04 P05 P06 P15 P19 P20 P21 P22 P23",
    like="a trial of ours: without a version check, 204 grants of a code limited to 100",
)
class NothingChecked(Crowded):
    """The last writer wins."""

    def _check(self, change: Change) -> None:
        pass


@breaks("P03", like="what last-write-wins by a client's clock comes to: whoever is ahead is let through")
class OnlyOlderRefused(MemoryRepository):
    """A version above the stored one passes, as with WHERE version <= ?."""

    def _check(self, change: Change) -> None:
        stored = {key: getattr(self._documents.get(key), "version", 0) for key in change.guards}
        super()._check(evolve(change, guards={k: min(v, stored[k]) for k, v in change.guards.items()}))


@breaks(
    "P03",
    also="P04 P05 P06 P15",
    like="saleor/saleor#15855: what the loser of a race undoes, or leaves behind, is the winner's",
)
class ConflictLeavesReceipt(MemoryRepository):
    """A commit that is refused has written its receipt already."""

    def _check(self, change: Change) -> None:
        try:
            super()._check(change)
        except VersionConflict:
            super()._write(evolve(change, guards={}, puts={}, entries=(), due={}))
            raise


@breaks("P04", also="P05", like="frappe/erpnext#59050: the order was made, and its points never deducted")
class HalfApplied(MemoryRepository):
    """Keys are checked and written one after the other, without a transaction."""

    def _check(self, change: Change) -> None:
        for key, version in change.guards.items():
            super()._check(evolve(change, guards={key: version}, puts={}, due={}))
            super()._advance(change, key)

    def _advance(self, change: Change, key: str) -> None:
        """Leave it as it was written while it was checked."""


@breaks(
    "P05",
    also="P01 P15 P30",
    like="what optimistic locking does in ORMs by their manuals: rows that were changed have their version counted",
)
class OnlyPutsAdvance(MemoryRepository):
    """A key that was only read keeps its version."""

    def _advance(self, change: Change, key: str) -> None:
        if key in change.puts:
            super()._advance(change, key)


@breaks("P05", like="what REPLACE INTO and a PUT of whole items do: columns that aren't told are emptied")
class ReadGuardsEmptied(MemoryRepository):
    """A key that was only read loses its body."""

    def _advance(self, change: Change, key: str) -> None:
        self._documents[key] = Versioned(change.guards[key] + 1, change.puts.get(key))


@breaks(
    "P06",
    also="P03 P04 P05 P15",
    like="JeroenSormani/woocommerce-coupon-generator#29: of two codes alike, one replaces the other",
)
class InsertOrReplace(MemoryRepository):
    """A document that was absent is written over whatever is there by now."""

    def _check(self, change: Change) -> None:
        super()._check(evolve(change, guards={k: v for k, v in change.guards.items() if v}, puts={}, due={}))


@breaks(
    "P22",
    also="P01 P05 P15 P30",
    level=2,
    like="rejot-dev/fragno#401 and a trial of ours, in which write skew alone gave it away",
)
class WrittenKeysChecked(MemoryRepository):
    """Versions are checked and counted on the keys that are written alone, as optimistic locking in an ORM does."""

    def commit(self, change: Change, /) -> Committed:
        return super().commit(evolve(change, guards={k: v for k, v in change.guards.items() if k in change.puts}))
