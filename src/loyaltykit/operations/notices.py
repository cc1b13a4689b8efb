"""Notices: what there is to tell members waits until the host says that it was sent. Rows S7, Y6."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from attrs import frozen

from loyaltykit.documents import note
from loyaltykit.documents.notice import StoredNotice, decode
from loyaltykit.errors import InvalidValue
from loyaltykit.ledger.account import NEVER
from loyaltykit.ledger.cursor import due_cursor, from_micros, micros
from loyaltykit.notice import UNASKED, Notice
from loyaltykit.operations.book import Book
from loyaltykit.operations.open_member import NOTHING_MORE
from loyaltykit.operations.programs import digest_of
from loyaltykit.operations.requests import Commit, Load, Look, ReadDue, ReadKeys, page_size
from loyaltykit.operations.run_due import KEPT
from loyaltykit.values.moment import instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime  # noqa: TC004 - attrs doesn't resolve annotations

    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.program.program import Program

AT_ONCE: Final = 80
"""Notices that one commit drops."""

_KEPT: Final = KEPT // timedelta(microseconds=1)

_LAST: Final = "\U0010ffff"
"""What stands behind every key."""


@frozen(kw_only=True)
class WaitingNotice:
    """
    A *notice* for *member*, made *at* a moment; *id* is what it's acknowledged by, *code* the member's referral code
    then.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Notice, Points, WaitingNotice
        >>> notice = Notice("points_credited", points=Points(41), balance=Points(350))
        >>> at = datetime(2026, 3, 1, tzinfo=timezone.utc)
        >>> print(WaitingNotice(id="n1", member="m1", at=at, notice=notice).notice)
        41 points credited: the balance is 350 points
    """

    id: str
    member: str
    at: datetime
    notice: Notice
    code: str | None = None


@frozen
class NoticePage:
    """
    A page of *notices* by their moments; *after* is the cursor of the next page, None behind the last.

    Examples:
        >>> NoticePage((), None).after is None
        True
    """

    notices: tuple[WaitingNotice, ...]
    after: str | None


def waiting(programs: Programs, *, at: datetime, after: str | None = None, limit: int = 100) -> Operation[NoticePage]:
    """Give a page of the notices that wait *at* a moment, the earliest first; those kept for too long are left out."""
    at, size, prefix = instant(at, "at"), page_size(limit), programs.prefix("notice")
    yield from programs.begun()
    cursor = json.dumps([micros(at) - _KEPT, _LAST]) if after is None else after
    found: list[WaitingNotice] = []
    while True:
        page = yield ReadDue(before=at, after=cursor, limit=size)
        own = [due for due in page if due.key.startswith(prefix)][: size - len(found)]
        found += yield from _told(programs, [due.key for due in own])
        if len(found) == size:
            return NoticePage(tuple(found), due_cursor(own[-1]))
        if len(page) < size:
            return NoticePage(tuple(found), None)
        cursor = due_cursor(page[-1])


def _told(programs: Programs, keys: Sequence[str]) -> Operation[list[WaitingNotice]]:
    """Give the notices under *keys* that wait still, with the descriptions that stand in notes."""
    bodies = (yield Look(tuple(keys))) if keys else {}
    stored = [(key, read) for key in keys if (read := decode(key, bodies[key].body, programs.worth)) is not None]
    notes = {key: programs.key("note", member_of(key), read.note) for key, read in stored if read.note is not None}
    texts = (yield Look(tuple(notes.values()))) if notes else {}
    written = {key: note.decode(at, texts[at].body).text for key, at in notes.items()}
    return [_waiting(key, read, written.get(key)) for key, read in stored]


def _waiting(key: str, stored: StoredNotice, description: str | None) -> WaitingNotice:
    figures = dict(stored.figures) if description is None else {**stored.figures, "description": description}
    told = Notice(stored.kind, **figures)
    return WaitingNotice(id=key, member=member_of(key), at=from_micros(stored.at), notice=told, code=stored.code)


def member_of(key: str) -> str:
    """
    Give whom the notice under *key* is for.

    Examples:
        >>> member_of('["city","notice","m1","0f3a-1"]')
        'm1'
    """
    member: str = json.loads(key)[2]
    return member


def acknowledge(programs: Programs, ids: Iterable[str]) -> Operation[None]:
    """Take note that the notices of these *ids* were sent: they wait no more. Raises `InvalidValue` for no such ids."""
    keys = tuple(dict.fromkeys([_key(programs, each) for each in ids]))
    yield from programs.begun()
    for first in range(0, len(keys), AT_ONCE):
        yield from drop(programs, keys[first : first + AT_ONCE])


def _key(programs: Programs, notice_id: object) -> str:
    if isinstance(notice_id, str) and notice_id.startswith(programs.prefix("notice")):
        return notice_id
    message = f"a notice is acknowledged by the id that notices.waiting gives it: not {notice_id!r}"
    raise InvalidValue(message, value=notice_id)


def drop(programs: Programs, keys: Sequence[str]) -> Operation[None]:
    """Empty the documents of the notices under *keys*, in one commit."""
    found = yield Load(tuple(keys))
    told = {key: each.version for key, each in found.items() if each.body is not None}
    if told:
        book = Book(programs, "acknowledge", digest_of(told), asked={})
        for key, version in told.items():
            book.write(key, version, None)
            book.due(key, NEVER)
        yield Commit(book.change(NOTHING_MORE))


def withdraw(programs: Programs, program: Program, member_id: str) -> Operation[None]:
    """Drop what waits for a member who doesn't agree to marketing, but for the kinds that *program* tells without."""
    prefix, after = programs.prefix("notice", member_id), None
    while keys := (yield ReadKeys(prefix=prefix, after=after, limit=AT_ONCE)):
        bodies = yield Look(tuple(keys))
        stored = [(key, decode(key, bodies[key].body, programs.worth)) for key in keys]
        yield from drop(programs, [key for key, read in stored if read is not None and _needs_consent(program, read)])
        after = keys[-1]


def _needs_consent(program: Program, stored: StoredNotice) -> bool:
    setting = program.notice_of(stored.kind)
    return stored.kind not in UNASKED if setting is None else setting.needs_consent
