"""
Stores that are broken among several threads (P15, P18 to P24).

Where what is checked and what is written lie apart, a `Window` stands open between them until another has come: they
are caught each time, on a busy machine as well.
"""

from __future__ import annotations

import json
from bisect import insort
from contextlib import nullcontext
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from attrs import evolve

from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.ledger.cursor import micros
from loyaltykit.testing.broken.table import breaks
from loyaltykit.testing.broken.window import Window

if TYPE_CHECKING:
    from loyaltykit.ledger.entry import Entry
    from loyaltykit.ledger.repository import Change, Committed


class Crowded(MemoryRepository):
    """Whoever commits finds others there, who have loaded what they had."""

    def __init__(self) -> None:
        super().__init__()
        self._window = Window()

    def commit(self, change: Change, /) -> Committed:
        self._window.stand_open()
        return super().commit(change)

    def _check_only(self, change: Change, guards: dict[str, int]) -> None:
        super()._check(evolve(change, guards=guards, puts={}, due={}, entries=()))


@breaks("P15", like="opensourcepos/opensourcepos#4640: the one side stands already, and the other doesn't yet")
class EntriesOneByOne(MemoryRepository):
    """Entries are written one by one, and reading doesn't wait."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = cast("Lock", nullcontext())
        self._window = Window()

    def _write(self, change: Change) -> None:
        super()._write(evolve(change, entries=()))
        for entry in change.entries:
            insort(self._entries, entry, key=lambda each: (micros(each.at), each.operation, each.line))
            self._window.wait_for_two()

    def entries(self, **wanted: Any) -> list[Entry]:
        found = super().entries(**wanted)
        self._window.pass_by()
        return found


@breaks(
    "P18",
    level=2,
    also="P19 P20 P21 P22 P23",
    like="saleor/saleor#544, fuint#71, shopware/shopware#11245, spree/spree#13734, and ACIDRain: 22 races in 12 shops",
)
class Unlocked(MemoryRepository):
    """What is checked and what is written lie apart, with room for others between."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = cast("Lock", nullcontext())
        self._window = Window()

    def _check(self, change: Change) -> None:
        super()._check(change)
        self._window.stand_open()


@breaks("P19", level=2, like="eventyay#2824: what was spent was locked, what was given back wasn't")
class OneGuardChecked(Crowded):
    """Only the payer is looked at again."""

    def _check(self, change: Change) -> None:
        self._check_only(change, dict(list(change.guards.items())[:1]))


@breaks(
    "P20",
    level=2,
    also="P19",
    like="woocommerce/woocommerce#13505: a limit of 1,000, used 1,500 times, the counter at 700",
)
class CountersUnchecked(Crowded):
    """Counters aren't checked, since adding to them commutes; but what's written is the sum."""

    def _check(self, change: Change) -> None:
        puts = change.puts
        checked = {key: each for key, each in change.guards.items() if not (puts.get(key) or "").isdigit()}
        self._check_only(change, checked)


@breaks("P21", level=2, like="eventyay#1399, vendurehq/vendure#4353: a code's limit that isn't held where it matters")
class HotRowsUnchecked(Crowded):
    """What everybody counts in, such as a promo's budget, isn't checked, so that nobody waits for it."""

    def _check(self, change: Change) -> None:
        self._check_only(change, {key: each for key, each in change.guards.items() if '"promo"' not in key})


@breaks(
    "P21", level=2, like="medusajs/medusa#16347, nopCommerce's CVE-2024-58248: a gift card spent several times at once"
)
class CardsUnchecked(Crowded):
    """Gift cards are held to be spent one order at a time, since a card is in one hand."""

    def _check(self, change: Change) -> None:
        self._check_only(change, {key: each for key, each in change.guards.items() if '"card"' not in key})


@breaks(
    "P23",
    level=2,
    like="shopware/shopware#20171: ended twice, both ways; what Cassandra does by its manual with two writers",
)
class NewestWins(Crowded):
    """Of two that write a document at once, the one of the later moment stays, of one moment the last."""

    def _check(self, change: Change) -> None:
        puts = change.puts
        self._check_only(
            change, {key: each for key, each in change.guards.items() if not self.newer(key, puts.get(key))}
        )

    def newer(self, key: str, body: str | None) -> bool:
        stored = getattr(self._documents.get(key), "body", None)
        before, now = (moment_of(each) for each in (stored, body))
        return before is not None and now is not None and before <= now


def moment_of(body: str | None) -> int | None:
    """Give the moment that *body* is of, if it says one."""
    read = json.loads(body or "null")
    return read.get("as_of") if isinstance(read, dict) else None


@breaks(
    "P24", level=2, like="datahub-project/datahub#18401: keys sorted for years, then passed through a set; deadlocks"
)
class LocksAsGiven(MemoryRepository):
    """Each key has a lock, taken in the order of the guards, and a deadlock is the caller's."""

    def __init__(self) -> None:
        super().__init__()
        self._locks: dict[str, Lock] = {}
        self._window = Window()

    def commit(self, change: Change, /) -> Committed:
        held: list[Lock] = []
        try:
            for key in change.guards:
                lock = self._locks.setdefault(key, Lock())
                if not lock.acquire(timeout=0.5):
                    message = f"deadlock found when trying to get a lock on {key}"
                    raise RuntimeError(message)
                held.append(lock)
                if len(held) == 1:
                    self._window.stand_open()
            return super().commit(change)
        finally:
            for lock in held:
                lock.release()
