"""
Recalculate: levels and categories are worked out anew, of one member by hand or of all, once the program has changed.
Row Y7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from loyaltykit.ledger.cursor import micros
from loyaltykit.operations.book import Book
from loyaltykit.operations.open_member import NOTHING_MORE, open_member
from loyaltykit.operations.requests import Commit, Load, ReadKeys, key_behind, page_size
from loyaltykit.values.moment import instant
from loyaltykit.values.text import id_of

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.documents.member import Member
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.operations.run_due import Skipped  # noqa: TC004 - attrs doesn't resolve annotations


@frozen(kw_only=True)
class Move:
    """
    That a member's level of the ladder *tier* was *before*, and is *now* another; None is none.

    Examples:
        >>> Move(tier="regulars", before=None, now="gold").now
        'gold'
    """

    tier: str
    before: str | None
    now: str | None


@frozen(kw_only=True)
class Recalculated:
    """
    What a recalculation of *member* came to: the *moves* on ladders, the categories *added* and *removed*.

    Examples:
        >>> Recalculated(member="m1").has_moved
        False
    """

    member: str
    moves: tuple[Move, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def has_moved(self) -> bool:
        """Whether anything is other than it was."""
        return bool(self.moves or self.added or self.removed)


@frozen
class RecalculationRun:
    """
    What a batch of recalculations came to: how many members were *done*, those who *moved*, and which were *skipped*.

    *after* is the cursor of the next batch, None behind the last.

    Examples:
        >>> RecalculationRun(3, (), (), None).done
        3
    """

    done: int
    moved: tuple[Recalculated, ...]
    skipped: tuple[Skipped, ...]
    after: str | None


@frozen
class MemberPage:
    """Members by their *ids*, and the cursor *after* them, None behind the last page."""

    ids: tuple[str, ...]
    after: str | None


def recalculate(programs: Programs, member_id: str, *, at: datetime) -> Operation[Recalculated]:
    """Judge levels and categories of a member *at* a moment, by the program in force; a lapsed level stays lapsed."""
    at = instant(at, "at")
    program = programs.at(at)
    key = programs.key("member", id_of("a member", member_id))
    yield from programs.begun()
    stored = (yield Load((key,)))[key]
    if stored.body is None:
        return Recalculated(member=member_id)
    member = yield from open_member(programs, program, member_id, stored, micros(at))
    before = member.member
    member.judge()
    if _standing(member.member) != _standing(before):
        book = Book(programs, "recalculate", member_id, str(member.version), asked={})
        member.write_into(book)
        yield Commit(book.change(NOTHING_MORE))
    return _difference(member_id, before, member.member)


def member_page(programs: Programs, *, after: str | None, limit: int) -> Operation[MemberPage]:
    """Give a page of the members of this program whom a store has anything of, or had."""
    prefix = programs.prefix("member")
    page = ReadKeys(prefix=prefix, after=key_behind(after, prefix), limit=page_size(limit))
    yield from programs.begun()
    keys = yield page
    ids = [programs.member_of(key) for key in keys]
    return MemberPage(tuple([each for each in ids if each is not None]), keys[-1] if len(keys) == limit else None)


def _standing(member: Member) -> tuple[object, ...]:
    """Give what is judged of *member*, with all that time will make of it."""
    return member.levels, member.categories, member.away


def _difference(member_id: str, before: Member, now: Member) -> Recalculated:
    ladders = [
        (ladder, _level(before, ladder), _level(now, ladder)) for ladder in sorted({*before.levels, *now.levels})
    ]
    return Recalculated(
        member=member_id,
        moves=tuple([Move(tier=ladder, before=old, now=new) for ladder, old, new in ladders if old != new]),
        added=tuple([name for name in now.categories if name not in before.categories]),
        removed=tuple([name for name in before.categories if name not in now.categories]),
    )


def _level(member: Member, ladder: str) -> str | None:
    held = member.levels.get(ladder)
    return None if held is None else held.level
