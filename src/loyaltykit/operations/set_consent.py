"""
Consent: a member agrees to marketing, or no more; notices that need it are made for whoever agreed, and wait no longer
once it's withdrawn. Row S7.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from attrs import evolve

from loyaltykit.errors import InvalidValue
from loyaltykit.ledger.cursor import micros
from loyaltykit.operations.book import Book
from loyaltykit.operations.notices import withdraw
from loyaltykit.operations.open_member import NOTHING_MORE, open_member
from loyaltykit.operations.requests import Commit, Load
from loyaltykit.values.moment import instant
from loyaltykit.values.text import id_of

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation


def set_consent(programs: Programs, member_id: str, *, agreed: bool, at: datetime) -> Operation[bool]:
    """
    Note that a member has *agreed* to marketing, or not; give what stands: the latest that was said, by its moment.
    """
    at = instant(at, "at")
    program = programs.at(at)
    if not isinstance(agreed, bool):
        message = f"a member has agreed to marketing, True, or hasn't, False: not {agreed!r}"
        raise InvalidValue(message, value=agreed)
    key = programs.key("member", id_of("a member", member_id))
    yield from programs.begun()
    member = yield from open_member(programs, program, member_id, (yield Load((key,)))[key], micros(at))
    before, said = member.member.consent, (agreed, micros(at))
    stands = said if before is None else max(said, before, key=itemgetter(1))
    if before != stands:
        member.member = evolve(member.member, consent=stands)
        book = Book(programs, "consent", member_id, str(member.version), "yes" if agreed else "no", asked={})
        member.write_into(book)
        yield Commit(book.change(NOTHING_MORE))
    if not stands[0]:
        yield from withdraw(programs, program, member_id)
    return stands[0]
