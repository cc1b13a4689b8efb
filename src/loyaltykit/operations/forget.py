"""Forget: a member's document is emptied, and what was written about them; totals stay true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from loyaltykit.ledger.cursor import micros
from loyaltykit.operations.book import Book
from loyaltykit.operations.open_member import NOTHING_MORE, open_member
from loyaltykit.operations.open_worker import open_worker
from loyaltykit.operations.programs import digest_of
from loyaltykit.operations.requests import Commit, Load, ReadKeys
from loyaltykit.values.moment import instant
from loyaltykit.values.text import id_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation

NOTES: Final = 50
"""Notes that are erased in one commit."""


def forget(programs: Programs, member_id: str, *, at: datetime) -> Operation[None]:
    """Give up what a member has, and erase what is stored about them; their entries stay, and name only the id."""
    at = instant(at, "at")
    program = programs.at(at)
    yield from programs.begun()
    key = programs.key("member", id_of("a member", member_id))
    stored = (yield Load((key,)))[key]
    if stored.body is not None:
        member = yield from open_member(programs, program, member_id, stored, micros(at))
        book = Book(programs, "forget", member_id, str(member.version), asked={})
        member.forget(book)
        yield Commit(book.change(NOTHING_MORE))
    yield from _forget_worker(programs, member_id, micros(at))
    yield from _erase_notes(programs, member_id)
    yield from _erase_uses(programs, member_id)


def _forget_worker(programs: Programs, worker_id: str, at: int) -> Operation[None]:
    """Give up the money of whoever is a worker, too."""
    key = programs.key("worker", worker_id)
    stored = (yield Load((key,)))[key]
    if stored.body is not None:
        worker = yield from open_worker(programs, worker_id, stored, at)
        book = Book(programs, "forget_worker", worker_id, str(worker.version), asked={})
        worker.forget(book)
        yield Commit(book.change(NOTHING_MORE))


def _erase_uses(programs: Programs, member_id: str) -> Operation[None]:
    """Erase how often a member used the promos that this process knows of."""
    promos = {promo.name for program in programs.revisions.programs for promo in program.promo}
    keys = [programs.key("promo_member", promo, member_id) for promo in sorted(promos)]
    for first in range(0, len(keys), NOTES):
        yield from _erase(programs, member_id, keys[first : first + NOTES])


def _erase(programs: Programs, member_id: str, keys: Sequence[str]) -> Operation[None]:
    """Empty those documents under *keys* that hold something."""
    found = yield Load(tuple(keys))
    told = {key: each.version for key, each in found.items() if each.body is not None}
    if told:
        book = Book(programs, "erase", member_id, digest_of(told), asked={})
        for key, version in told.items():
            book.write(key, version, None)
        yield Commit(book.change(NOTHING_MORE))


def _erase_notes(programs: Programs, member_id: str) -> Operation[None]:
    prefix, after = programs.prefix("note", member_id), None
    while keys := (yield ReadKeys(prefix=prefix, after=after, limit=NOTES)):
        yield from _erase(programs, member_id, keys)
        after = keys[-1]
