"""The cast of an order: the members whom an operation has opened, brought to one moment, and written together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.documents.member import Member
from loyaltykit.ledger.account import Account
from loyaltykit.operations.open_member import OpenMember, open_member
from loyaltykit.operations.requests import Load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyaltykit.documents.order import PlacedOrder
    from loyaltykit.ledger.repository import Versioned
    from loyaltykit.operations.book import Book
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.program.program import Program


class Cast:
    """
    The members whom an operation of *programs* opens for an order under *program*, each brought to *at*.

    Where it *writes* nothing, time is let pass as far as it has come, and nothing of it is booked.
    """

    def __init__(self, programs: Programs, program: Program, at: int, *, writes: bool = True) -> None:
        self._programs = programs
        self._program = program
        self._at = at
        self._writes = writes
        self.members: dict[str, OpenMember] = {}

    def open(self, *ids: str | None, found: Mapping[str, Versioned] | None = None) -> Operation[None]:
        """Open those members called *ids* who aren't yet; *found* is what was loaded of them already."""
        wanted = [each for each in dict.fromkeys(ids) if each is not None and each not in self.members]
        keys = {each: self._programs.key("member", each) for each in wanted}
        if not keys:
            return
        bodies = (yield Load(tuple(keys.values()))) if found is None else found
        for member_id, key in keys.items():
            told = self._programs, self._program, member_id, bodies[key], self._at
            self.members[member_id] = (yield from open_member(*told)) if self._writes else OpenMember(*told, steps=None)

    def get(self, member_id: str | None) -> OpenMember | None:
        """Give the member called *member_id*; None for nobody, and for whoever wasn't opened."""
        return None if member_id is None else self.members.get(member_id)

    def known(self, member_id: str | None, placed: PlacedOrder) -> OpenMember | None:
        """Give the member whom *placed* concerns; None for nobody, and for whoever was forgotten since."""
        member = self.get(member_id)
        return member if member is not None and member.knew(placed) else None

    def lives(self, *ids: str | None) -> dict[str, int]:
        """Give in which life of theirs those of *ids* are."""
        return {each: self.members[each].life for each in ids if each is not None}

    def write_into(self, book: Book) -> None:
        """Write them all, also who was only looked at, since what was decided rests on them; but nobody stays so."""
        for member in self.members.values():
            if not _is_nobody(member):
                member.write_into(book)


def _is_nobody(member: OpenMember) -> bool:
    """Say whether nothing is known of *member*, and still isn't: of somebody who was forgotten, for one."""
    return not member.known and member.member == Member() and member.account == Account(as_of=member.at)
