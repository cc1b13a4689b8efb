"""Statement: every operation on a member's balance, page by page. Rows R11, S4, B8."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from loyaltykit.documents import detail, note
from loyaltykit.errors import VersionConflict
from loyaltykit.ledger.cursor import entry_cursor, from_micros, micros
from loyaltykit.operations.open_member import OpenMember
from loyaltykit.operations.requests import Load, ReadEntries, page_size
from loyaltykit.values.moment import instant
from loyaltykit.values.points import Points, points_of
from loyaltykit.values.text import id_of

if TYPE_CHECKING:
    from collections.abc import Sequence  # noqa: TC004 - attrs doesn't resolve annotations
    from datetime import datetime  # noqa: TC004

    from loyaltykit.documents.detail import Detail
    from loyaltykit.documents.note import Note
    from loyaltykit.ledger.entry import Entry  # noqa: TC004
    from loyaltykit.ledger.repository import Versioned  # noqa: TC004
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation


@frozen(kw_only=True)
class StatementLine:
    """
    *points* that came to the member *at* a moment, or left them where they're below zero.

    *kind* is ``issued``, ``redeemed``, ``card_bought``, ``expired``, ``adjusted``, ``opening`` or ``forgotten``;
    *order*, *rule* and *revision* say what for, where there's such, *description* what was written to an adjustment,
    *operator* who made it (S6). *operation* is the id of what booked it, None where time has done it and nothing has
    booked it yet.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Points
        >>> line = StatementLine(at=datetime(2026, 3, 1, tzinfo=timezone.utc), kind="issued", points=Points(41))
        >>> line.order is None
        True
    """

    at: datetime
    kind: str
    points: Points
    order: str | None = None
    rule: str | None = None
    revision: str | None = None
    operation: str | None = None
    description: str | None = None
    operator: str | None = None


@frozen
class Statement:
    """
    A page of *lines* by their moments; *after* is the cursor of the next page, None behind the last.

    Examples:
        >>> Statement((), None).after is None
        True
    """

    lines: tuple[StatementLine, ...]
    after: str | None


def statement(
    programs: Programs,
    member_id: str,
    *,
    at: datetime,
    start: datetime | None = None,
    end: datetime | None = None,
    after: str | None = None,
    limit: int = 100,
) -> Operation[Statement]:
    """
    Give a page of what moved the balance of *member_id* by the moment *at*, from *start* up to *end*.

    It has up to *limit* booked lines; the last page has, behind them, all that time has done and nobody has booked yet.
    """
    at = instant(at, "at")
    account = programs.key("member", id_of("a member", member_id))
    booked = yield from booked_page(programs, account, start=start, end=end, after=after, limit=limit)
    lines = yield from _described(programs, member_id, booked.entries)
    if booked.after is None:
        lines += [line for line in unbooked(programs, member_id, booked.stored, at) if booked.within(line.at)]
    return Statement(tuple(lines), booked.after)


@frozen
class Booked:
    """
    A page of *entries* of an account whose document is *stored*, from *start* up to *end*, with the cursor *after* it.

    That is None behind the last page, and then the document is as it was when the last entry was booked.
    """

    stored: Versioned
    entries: Sequence[Entry]
    after: str | None
    start: datetime | None
    end: datetime | None

    def within(self, moment: datetime) -> bool:
        """Say whether *moment* lies between the bounds."""
        return (self.start is None or self.start <= moment) and (self.end is None or moment < self.end)


def booked_page(
    programs: Programs,
    account: str,
    *,
    start: datetime | None,
    end: datetime | None,
    after: str | None,
    limit: int,
) -> Operation[Booked]:
    """Read a page of what is booked to *account*, and the document under the same key."""
    bounds = [None if moment is None else instant(moment, "a bound of a statement") for moment in (start, end)]
    yield from programs.begun()
    stored = (yield Load((account,)))[account]
    page = yield ReadEntries(account=account, start=bounds[0], end=bounds[1], after=after, limit=page_size(limit))
    if len(page) == limit:
        return Booked(stored, page, entry_cursor(page[-1]), *bounds)
    if (yield Load((account,)))[account].version != stored.version:  # booked in between: neither here nor there
        raise VersionConflict.of(account, stored.version)
    return Booked(stored, page, None, *bounds)


def unbooked(programs: Programs, member_id: str, stored: Versioned, at: datetime) -> list[StatementLine]:
    """Give what time has done to the member by *at* and nobody has booked yet: all of it after what's booked."""
    member = OpenMember(programs, programs.at(at), member_id, stored, micros(at), steps=None)
    return [
        StatementLine(
            at=from_micros(posting.at),
            kind=posting.kind,
            points=points_of(posting.amount, programs.worth.digits),
            order=posting.order,
            rule=posting.rule,
            revision=posting.revision or programs.revision_at(posting.at),
        )
        for posting in member.postings
    ]


def _described(programs: Programs, member_id: str, page: Sequence[Entry]) -> Operation[list[StatementLine]]:
    """Give the lines of *page*, with the notes that were written to adjustments and not erased since."""
    lines = [(detail.decode(entry.operation, entry.detail), entry) for entry in page]
    keys = {by: programs.key("note", member_id, by) for said, _ in lines if (by := said.adjustment) is not None}
    found = (yield Load(tuple(keys.values()))) if keys else {}
    notes = {by: note.decode(key, found[key].body) for by, key in keys.items()}
    return [line_of(said, entry, programs.worth.digits, notes.get(said.adjustment or "")) for said, entry in lines]


def line_of(said: Detail, entry: Entry, digits: int, written: Note | None) -> StatementLine:
    """Give the line of *entry*, which *said* so much, with what was *written* to an adjustment."""
    return StatementLine(
        at=entry.at,
        kind=said.kind,
        points=points_of(entry.amount, digits),
        order=said.order,
        rule=said.rule,
        revision=said.revision,
        operation=entry.operation,
        description=None if written is None else written.text,
        operator=None if written is None else written.operator,
    )
