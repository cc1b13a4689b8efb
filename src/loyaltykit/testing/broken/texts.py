"""Stores in which what goes in comes out otherwise, or what isn't there is (P01, P02)."""

from __future__ import annotations

import json
import unicodedata
from abc import abstractmethod
from typing import TYPE_CHECKING

from attrs import evolve

from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.errors import StoreUnavailable
from loyaltykit.ledger.entry import MAX_AMOUNT
from loyaltykit.ledger.repository import Versioned
from loyaltykit.testing.broken.table import breaks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from loyaltykit.ledger.repository import Change, Committed


class ChangedBodies(MemoryRepository):
    """Bodies are stored otherwise than they were given."""

    def _write(self, change: Change) -> None:
        puts = {key: body and self.changed(body) for key, body in change.puts.items()}
        super()._write(evolve(change, puts=puts))

    @abstractmethod
    def changed(self, body: str) -> str:
        """Give what is stored of *body*."""


@breaks(
    "P01",
    also="P05 P12 P14 P16 P17",
    like="hasura/graphql-engine#10126, kurrent-io/KurrentDB#1541: integers of 18 digits come back rounded",
)
class BodiesAsJsonColumn(ChangedBodies):
    """A JSON column parses them: big integers become floats, keys are sorted and doubles dropped."""

    def changed(self, body: str) -> str:
        return json.dumps(json.loads(body, parse_int=float), sort_keys=True)


@breaks(
    "P01",
    like="what drivers and file systems do that normalise: HFS+ gives names back in another form than it was given",
)
class BodiesNormalised(ChangedBodies):
    """Unicode is normalised on the way in."""

    def changed(self, body: str) -> str:
        return unicodedata.normalize("NFC", body)


@breaks("P01", like="humhub/wiki#37, eclecticiq/OpenTAXII#78: texts above 64 KiB were cut without a word")
class BodiesCut(ChangedBodies):
    """A column of 64 KiB cuts what is longer, as MySQL's TEXT did."""

    def changed(self, body: str) -> str:
        return body.encode()[:65_535].decode(errors="ignore")


@breaks("P01", like="what MySQL's CHAR columns do by their manual")
class BodiesStripped(ChangedBodies):
    """Space at the end is dropped, as CHAR columns do."""

    def changed(self, body: str) -> str:
        return body.rstrip()


@breaks(
    "P01",
    also="P30",
    like="woocommerce/woocommerce#11357: of the codes lifepics and LIFEPICS the first was always meant",
)
class KeysFolded(MemoryRepository):
    """Keys are compared without case, as many a collation does."""

    def load(self, keys: Sequence[str], /) -> dict[str, Versioned]:
        found = super().load([key.lower() for key in keys])
        return {key: found[key.lower()] for key in keys}

    def commit(self, change: Change, /) -> Committed:
        guards = {key.lower(): version for key, version in change.guards.items()}
        puts = {key.lower(): body for key, body in change.puts.items()}
        due = {key.lower(): moment for key, moment in change.due.items()}
        return super().commit(evolve(change, guards=guards, puts=puts, due=due))


@breaks("P01", like="perkeep/perkeep#429: VARCHAR(255) cut a reference, and the index was corrupt")
class AccountsCut(MemoryRepository):
    """A column of 255 characters cuts the names of accounts."""

    def _write(self, change: Change) -> None:
        super()._write(evolve(change, entries=[evolve(e, account=e.account[:255]) for e in change.entries]))


@breaks("P01", like="what a unique index over a prefix does by MySQL's manual, which needs one for TEXT")
class KeysCutInIndex(MemoryRepository):
    """Keys are told apart by their first 512 characters, as by an index of a prefix."""

    def load(self, keys: Sequence[str], /) -> dict[str, Versioned]:
        found = super().load([key[:512] for key in keys])
        return {key: found[key[:512]] for key in keys}

    def _advance(self, change: Change, key: str) -> None:
        super()._advance(change, key)
        self._documents.setdefault(key[:512], self._documents[key])


@breaks("P01", like="what MySQL's max_allowed_packet was by default, 1 MiB, up to 5.6.5")
class LargeRefused(MemoryRepository):
    """What is over a mebibyte doesn't fit into a packet."""

    def _write(self, change: Change) -> None:
        if sum(len(body or "") for body in change.puts.values()) > 2**20:
            message = "packet too large"
            raise StoreUnavailable(message)
        super()._write(change)


@breaks("P01", like="walmartlabs/concord#435: the store has microseconds, what is read of it milliseconds")
class MomentsInMilliseconds(MemoryRepository):
    """Moments lose their last three digits."""

    def _write(self, change: Change) -> None:
        def cut(moment: datetime) -> datetime:
            return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

        super()._write(evolve(change, entries=[evolve(entry, at=cut(entry.at)) for entry in change.entries]))


@breaks("P01", like="odoo/odoo#111670: points were floats, and −1e-14 of them made an order invalid")
class AmountsAsFloats(MemoryRepository):
    """Amounts pass through a double."""

    def _write(self, change: Change) -> None:
        def rounded(amount: int) -> int:
            return max(-MAX_AMOUNT, min(MAX_AMOUNT, int(float(amount))))

        super()._write(evolve(change, entries=[evolve(e, amount=rounded(e.amount)) for e in change.entries]))


@breaks(
    "P02",
    also="P06 P14 P16 P17",
    like="medusajs/medusa#15823: what is missing crashes, instead of not matching",
)
class AbsentIsKeyError(MemoryRepository):
    """Loading an absent key raises."""

    def load(self, keys: Sequence[str], /) -> dict[str, Versioned]:
        return {key: self._documents[key] for key in keys}


@breaks(
    "P02",
    also="P06 P14 P16 P17",
    like="what SELECT … WHERE key IN (…) gives",
)
class AbsentIsLeftOut(MemoryRepository):
    """An absent key isn't in the answer."""

    def load(self, keys: Sequence[str], /) -> dict[str, Versioned]:
        return {key: found for key, found in super().load(keys).items() if found.version}


@breaks(
    "P02",
    also="P06 P14 P16 P17",
    like="what get_or_create does in an ORM: whoever asks for a balance opens an account",
)
class AbsentIsVersionOne(MemoryRepository):
    """Loading an absent key creates it, as get_or_create does."""

    def load(self, keys: Sequence[str], /) -> dict[str, Versioned]:
        return {key: self._documents.setdefault(key, Versioned(1, None)) for key in keys}
