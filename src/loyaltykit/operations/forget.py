"""Forget: a member's document is emptied, and what was written about them; totals stay true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from loyaltykit.ledger.account import NEVER
from loyaltykit.ledger.cursor import micros
from loyaltykit.operations.book import Book
from loyaltykit.operations.change_card import disown_cards
from loyaltykit.operations.open_member import NOTHING_MORE, open_member
from loyaltykit.operations.open_worker import open_worker
from loyaltykit.operations.programs import digest_of
from loyaltykit.operations.requests import Commit, Load, ReadKeys
from loyaltykit.values.moment import instant
from loyaltykit.values.text import id_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation

NOTES: Final = 50
"""Notes that are erased in one commit."""

MOST_USES: Final = 80
"""Promos whose uses are erased with a member, in the same commit."""


def forget(programs: Programs, member_id: str, *, at: datetime) -> Operation[None]:
    """Give up what a member has, and erase what is stored about them; their entries stay, and name only the id."""
    at = instant(at, "at")
    program = programs.at(at)
    yield from programs.begun()
    key, uses = programs.key("member", id_of("a member", member_id)), _uses(programs, member_id)
    found = yield Load((key, *uses))
    used = {each: found[each].version for each in uses if found[each].body is not None}
    if found[key].body is not None:
        member = yield from open_member(programs, program, member_id, found[key], micros(at))
        book = Book(programs, "forget", member_id, str(member.version), asked={})
        member.forget(book)
        _empty(used, book)
        yield Commit(book.change(NOTHING_MORE))
    elif used:
        yield from _erase(programs, member_id, used)
    yield from _forget_worker(programs, member_id, micros(at))
    yield from disown_cards(programs, member_id, at=at)
    for kind in ("note", "notice"):
        yield from _erase_all(programs, kind, member_id)


def _uses(programs: Programs, member_id: str) -> tuple[str, ...]:
    """Give where it's counted how often a member used the promos that this process knows of."""
    promos = {promo.name for program in programs.revisions.programs for promo in program.promo if promo.uses_per_member}
    return tuple([programs.key("promo_member", promo, member_id) for promo in sorted(promos)[:MOST_USES]])


def _forget_worker(programs: Programs, worker_id: str, at: int) -> Operation[None]:
    """Give up the money of whoever is a worker, too."""
    key = programs.key("worker", worker_id)
    stored = (yield Load((key,)))[key]
    if stored.body is not None:
        worker = yield from open_worker(programs, worker_id, stored, at)
        book = Book(programs, "forget_worker", worker_id, str(worker.version), asked={})
        worker.forget(book)
        yield Commit(book.change(NOTHING_MORE))


def _erase(programs: Programs, member_id: str, told: Mapping[str, int]) -> Operation[None]:
    """Empty what is *told* about a member: documents by their keys, with their versions."""
    book = Book(programs, "erase", member_id, digest_of(dict(told)), asked={})
    _empty(told, book)
    yield Commit(book.change(NOTHING_MORE))


def _empty(told: Mapping[str, int], book: Book) -> None:
    for key, version in told.items():
        book.write(key, version, None)
        book.due(key, NEVER)


def _erase_all(programs: Programs, kind: str, member_id: str) -> Operation[None]:
    """Empty all documents of that *kind* that are a member's: what was written, and what they were to be told."""
    prefix, after = programs.prefix(kind, member_id), None
    while keys := (yield ReadKeys(prefix=prefix, after=after, limit=NOTES)):
        found = yield Load(tuple(keys))
        told = {key: each.version for key, each in found.items() if each.body is not None}
        if told:
            yield from _erase(programs, member_id, told)
        after = keys[-1]
