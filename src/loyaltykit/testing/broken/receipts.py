"""Stores that don't know what was done already, or not what came of it (P07 to P10, P18)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.ledger.repository import Committed
from loyaltykit.testing.broken.table import breaks
from loyaltykit.testing.broken.window import Window

if TYPE_CHECKING:
    from loyaltykit.ledger.repository import Change, Receipt


@breaks(
    "P07",
    also="P10 P14 P16 P17",
    like="odoo/odoo#212922, #221928: what is asked again is worked out again, from what stands by then",
)
class ReplayRecomputes(MemoryRepository):
    """A replay gives what the retry decided, not what was decided then."""

    def _replay(self, change: Change, known: Receipt) -> Committed:
        super()._replay(change, known)
        return Committed(change.result, replayed=True)


@breaks(
    "P07",
    also="P08 P10 P14 P16 P17",
    like="wasp-lang/open-saas#688: whoever handles a webhook can't tell that it came before",
)
class ReplayUnsaid(MemoryRepository):
    """A replay passes for the first time."""

    def _replay(self, change: Change, known: Receipt) -> Committed:
        return evolve(super()._replay(change, known), replayed=False)


@breaks(
    "P07",
    also="P08 P09 P10 P17",
    like="anomalyco/opencode#28402: a webhook that was sent again credited twice",
)
class ReplayBooksAgain(MemoryRepository):
    """A replay writes once more: a retried webhook credits twice."""

    def _replay(self, change: Change, known: Receipt) -> Committed:
        for key in change.guards:
            self._advance(change, key)
        return super()._replay(change, known)


@breaks(
    "P08",
    also="P09",
    like="woocommerce/woocommerce#67737: what an order holds itself counts against it when it's asked again",
)
class GuardsBeforeReceipt(MemoryRepository):
    """A retry whose guards are stale is in conflict, so it is decided anew."""

    def commit(self, change: Change, /) -> Committed:
        with self._lock:
            self._check(change)
        return super().commit(change)


@breaks(
    "P09",
    also="P17",
    like="josipmusa/idempotency4j#12, nensii21/devlink#1200: another body under the same key, the same answer",
)
class ReceiptWithoutDigest(MemoryRepository):
    """The same id gives the same result, whatever is asked."""

    def _replay(self, change: Change, known: Receipt) -> Committed:
        return super()._replay(evolve(change, digest=known.digest), known)


@breaks(
    "P09",
    like="case-insensitive collations, as in woocommerce/woocommerce#35737: base64 of another request is taken for it",
)
class DigestsFolded(MemoryRepository):
    """Digests are compared without case."""

    def _replay(self, change: Change, known: Receipt) -> Committed:
        return super()._replay(evolve(change, digest=change.digest.lower()), evolve(known, digest=known.digest.lower()))


@breaks(
    "P10",
    also="P17",
    like="ietf-wg-httpapi/idempotency#3: a payment API that keeps the answers of what succeeded alone",
)
class RefusalsForgotten(MemoryRepository):
    """A change that writes nothing leaves no receipt."""

    def _write(self, change: Change) -> None:
        if change.guards or change.entries:
            super()._write(change)


@breaks("P18", level=2, like="vendurehq/vendure#4660: looked up before the lock, so that the lock came too late")
class LoserInConflict(MemoryRepository):
    """A receipt is looked for before the lock is taken, so who comes second is in conflict, not answered."""

    def __init__(self) -> None:
        super().__init__()
        self._window = Window()

    def commit(self, change: Change, /) -> Committed:
        known = self.receipt(change.operation_id)
        self._window.stand_open()
        with self._lock:
            if known is not None:
                return self._replay(change, known)
            self._check(change)
            self._write(change)
            return Committed(change.result, replayed=False)
