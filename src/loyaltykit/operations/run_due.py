"""What time alone does is booked: points expire, awards fall due, holds time out, members stay away. Rows G8, S2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from loyaltykit.ledger.cursor import due_cursor, micros
from loyaltykit.operations.open_member import OpenMember, sweep
from loyaltykit.operations.requests import Load, ReadDue, page_size
from loyaltykit.values.moment import instant

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation


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
    What a batch of due work came to: how many members were *done*, which were *skipped*, and *after*, the next batch.

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
    """The *keys* of this program's members that are due, and the cursor *after* them, None behind the last page."""

    members: tuple[str, ...]
    after: str | None


def due_page(programs: Programs, *, at: datetime, after: str | None, limit: int) -> Operation[DuePage]:
    """Give a page of the members for whom something is due *at* that moment; other programs' are left out."""
    yield from programs.begun()
    page = yield ReadDue(before=instant(at, "at"), after=after, limit=page_size(limit))
    members = [programs.member_of(due.key) for due in page]
    cursor = due_cursor(page[-1]) if len(page) == limit else None
    return DuePage(tuple([member for member in members if member is not None]), cursor)


def sweep_member(programs: Programs, member_id: str, *, at: datetime) -> Operation[None]:
    """Book all that time has done to *member_id* by *at*."""
    key, program = programs.key("member", member_id), programs.at(at)
    while True:
        member = OpenMember(programs, program, member_id, (yield Load((key,)))[key], micros(at))
        if not member.is_due:  # forgotten, or looked at by somebody else, since the page was read
            return
        if (yield from sweep(programs, member)) and member.caught_up:
            return
