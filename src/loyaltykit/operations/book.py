"""The book of one operation: what it has seen, what it will write and post, gathered into one change."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from loyaltykit.documents import detail
from loyaltykit.documents.form import as_json
from loyaltykit.ledger.account import NEVER
from loyaltykit.ledger.cursor import from_micros
from loyaltykit.ledger.entry import MAX_AMOUNT, Entry
from loyaltykit.ledger.repository import Change
from loyaltykit.operations import settlement as result
from loyaltykit.operations.programs import digest_of
from loyaltykit.operations.requests import Commit, Recall

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loyaltykit.documents.notice import StoredNotice
    from loyaltykit.errors import LoyaltyError
    from loyaltykit.ledger.account import Posting
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation, T
    from loyaltykit.operations.settlement import Settlement

UNIT = "points"
"""The unit of the entries of points, counted in the program's smallest."""

_OWN: Final = 24
"""Hexadecimal digits of an operation's id, hashed, that tell its notices from all others."""


class Book:
    """
    What the operation called by *parts* under *programs* writes; *asked* is what the host asked for.

    Each posting to a member is balanced by the program's account of its kind, at the same moment.
    """

    def __init__(self, programs: Programs, *parts: str, asked: dict[str, Any]) -> None:
        self._programs = programs
        self._operation_id = programs.key(*parts)
        self._digest = digest_of(asked)
        self._guards: dict[str, int] = {}
        self._puts: dict[str, str | None] = {}
        self._due: dict[str, datetime | None] = {}
        self._entries: list[Entry] = []

    def write(self, key: str, version: int, body: str | None) -> None:
        """Write *body* under *key*, which was loaded at *version*; None empties it."""
        self._guards[key] = version
        self._puts[key] = body

    def guard(self, key: str, version: int) -> None:
        """Have the document under *key*, which was only looked at, be at *version* still when all this is written."""
        self._guards.setdefault(key, version)

    def due(self, key: str, moment: int) -> None:
        """Have the document under *key* be due at *moment*, or, if that never comes, no more."""
        self._due[key] = None if moment == NEVER else from_micros(moment)

    def tell(self, member_id: str, notice: StoredNotice) -> None:
        """Write *notice* for a member, under a key that no other commit writes: it's found by its due moment (S7)."""
        from loyaltykit.documents.notice import encode  # noqa: PLC0415 - most programs tell nothing

        digest = hashlib.sha256(self._operation_id.encode()).hexdigest()[:_OWN]
        key = self._programs.key("notice", member_id, f"{digest}-{len(self._puts)}")
        self.write(key, 0, encode(notice, self._programs.worth))
        self.due(key, notice.at)

    def post(self, account: str, posting: Posting, revision: str, *, unit: str = UNIT) -> None:
        """Book *posting* to *account*, under the *revision* by which it was judged: in points, or of another *unit*."""
        said, at = detail.encode(posting, revision), from_micros(posting.at)
        for amount in _parts(posting.amount):
            for side, units in ((account, amount), (self._programs.key(posting.kind), -amount)):
                self._entries.append(
                    Entry(
                        at=at,
                        operation=self._operation_id,
                        line=len(self._entries),
                        account=side,
                        unit=unit,
                        amount=units,
                        detail=said,
                    )
                )

    def change(self, outcome: str) -> Change:
        """Give the change that leaves *outcome*, JSON text, as its result."""
        return Change(
            operation_id=self._operation_id,
            digest=self._digest,
            guards=self._guards,
            puts=self._puts,
            entries=tuple(self._entries),
            result=outcome,
            due=self._due,
        )

    def settle(self, settlement: Settlement) -> Operation[Settlement]:
        """Commit, and give *settlement*; or, where the operation was committed before, the one that it gave then."""
        worth = self._programs.worth
        read = partial(result.decode, self._operation_id, worth=worth)
        committed = yield Commit(self.change(result.encode(settlement, worth)), read)
        return read(committed.result) if committed.replayed else settlement

    def answer_of_before(self, refused: LoyaltyError, read: Callable[[str], T]) -> Operation[T]:
        """
        Give what the operation came to when it was committed, as *read* reads it; where it never was, raise *refused*.

        So what was done once is answered alike, whatever the program says now. Raises `OperationMismatch` where
        something else was asked for then.
        """
        if (yield Recall(self._operation_id)) is None:
            raise refused
        committed = yield Commit(self.change(as_json({"v": 1})), read)
        return read(committed.result)


def _parts(amount: int) -> list[int]:
    """Give *amount* in parts that entries can hold: in one, but for sums of centuries."""
    if abs(amount) <= MAX_AMOUNT:
        return [amount]
    most = MAX_AMOUNT if amount > 0 else -MAX_AMOUNT
    return [most, *_parts(amount - most)]
