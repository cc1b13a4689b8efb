"""
What time alone does is booked: points expire, awards fall due, holds time out, members stay away, and workers'
bonuses are paid. Rows G8, S2, G1.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from attrs import frozen

from loyaltykit.ledger.cursor import due_cursor, micros
from loyaltykit.operations.book import Book
from loyaltykit.operations.open_member import NOTHING_MORE, OpenMember, sweep
from loyaltykit.operations.open_worker import open_worker
from loyaltykit.operations.requests import Commit, Load, ReadDue, page_size
from loyaltykit.values.moment import instant

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation

KEPT: Final = timedelta(days=90)
"""How long a notice waits for whoever acknowledges it."""


@frozen
class Skipped:
    """
    A document that was passed over, by its *key*, with the *error* why.

    Examples:
        >>> Skipped("member/m1", ValueError("unreadable")).key
        'member/m1'
    """

    key: str
    error: Exception


@frozen
class DueRun:
    """
    What a batch of due work came to: how many documents were *done*, which were *skipped*, and *after*, the next batch.

    *after* is None behind the last batch.

    Examples:
        >>> DueRun(3, (), None).done
        3
    """

    done: int
    skipped: tuple[Skipped, ...]
    after: str | None


@frozen
class DuePage:
    """The *keys* of this program's documents that are due, and the cursor *after* them, None behind the last page."""

    keys: tuple[str, ...]
    after: str | None


def due_page(programs: Programs, *, at: datetime, after: str | None, limit: int) -> Operation[DuePage]:
    """Give a page of the documents in which something is due *at* that moment; other programs' are left out."""
    yield from programs.begun()
    page = yield ReadDue(before=instant(at, "at"), after=after, limit=page_size(limit))
    own, told = tuple([programs.prefix(kind) for kind in _SWEEPS]), programs.prefix("notice")
    due = [each for each in page if each.key.startswith(own)]
    keys = tuple([each.key for each in due if at - each.moment >= KEPT or not each.key.startswith(told)])
    return DuePage(keys, due_cursor(page[-1]) if len(page) == limit else None)


def sweep_due(programs: Programs, key: str, *, at: datetime) -> Operation[None]:
    """Book all that time has done by *at* to whoever's document stands under *key*."""
    _, kind, *owner = json.loads(key)
    yield from _SWEEPS[kind](programs, *owner, at)


def _sweep_member(programs: Programs, member_id: str, at: datetime) -> Operation[None]:
    key, program = programs.key("member", member_id), programs.at(at)
    while True:
        member = OpenMember(programs, program, member_id, (yield Load((key,)))[key], micros(at))
        if not member.is_due:  # forgotten, or looked at by somebody else, since the page was read
            return
        if (yield from sweep(programs, member)) and member.caught_up and member.has_told:
            return


def _sweep_worker(programs: Programs, worker_id: str, at: datetime) -> Operation[None]:
    key = programs.key("worker", worker_id)
    worker = yield from open_worker(programs, worker_id, (yield Load((key,)))[key], micros(at))
    if worker.is_due:
        book = Book(programs, "due_worker", worker_id, str(worker.version), asked={})
        worker.write_into(book)
        yield Commit(book.change(NOTHING_MORE))


def _sweep_card(programs: Programs, card_id: str, at: datetime) -> Operation[None]:
    from loyaltykit.operations.open_card import open_card, sweep_card  # noqa: PLC0415 - most programs have no cards

    card = yield from open_card(programs, programs.at(at), card_id, micros(at))
    if card.is_due:
        yield from sweep_card(programs, card)


def _sweep_notice(programs: Programs, member_id: str, suffix: str, _at: datetime) -> Operation[None]:
    from loyaltykit.operations.notices import drop  # noqa: PLC0415 - most programs tell nothing

    yield from drop(programs, (programs.key("notice", member_id, suffix),))


_SWEEPS: Final[dict[str, Callable[..., Operation[None]]]] = {
    "member": _sweep_member,
    "worker": _sweep_worker,
    "card": _sweep_card,
    "notice": _sweep_notice,
}
"""What time does to a document, by its kind: given the rest of its key and the moment."""
