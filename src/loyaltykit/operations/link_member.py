"""Link: a member who was carried over is put under whoever brought them. Row R6."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.documents.member import decode
from loyaltykit.facts.invited import Invited
from loyaltykit.ledger.cursor import micros
from loyaltykit.operations.book import Book
from loyaltykit.operations.cast import Cast
from loyaltykit.operations.join import refer
from loyaltykit.operations.open_member import NOTHING_MORE
from loyaltykit.operations.requests import Commit, Load
from loyaltykit.reason import Reason
from loyaltykit.values.moment import instant
from loyaltykit.values.text import id_of

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation


def link_member(programs: Programs, member_id: str, referrer_id: str, *, at: datetime) -> Operation[Reason | None]:
    """
    Note that *referrer_id* brought *member_id*; give the reason why not.

    A member who was brought already stays with whoever did it. Those who have brought others may be linked, too, so
    it's looked whether a circle would arise: whoever brought the referrer, and whoever brought those, up to the top.
    """
    at = instant(at, "at")
    ids = id_of("a member", member_id), id_of("a member", referrer_id)
    program = programs.at(at)
    yield from programs.published(program)
    cast = Cast(programs, program, micros(at))
    yield from cast.open(*ids)
    member, referrer = (cast.members[each] for each in ids)
    if member_id == referrer_id:
        return Reason("self_referral")
    referral = member.member.referral
    if referral is not None and referral.stands_at(member.at):
        return None if referral.referrer == referrer_id else Reason("already_referred")
    if not referrer.known:
        return Reason("referrer_unknown", referrer=referrer_id)
    top = yield from _top(programs, referrer_id, member_id)
    if top is None:
        return Reason("referral_circle", referrer=referrer_id)
    book = Book(programs, "link", member_id, str(member.version), referrer_id, asked={})
    refer(member, referrer, Invited(referrer=referrer_id), book)
    member.write_into(book)
    book.guard(*top)
    yield Commit(book.change(NOTHING_MORE))
    return None


def _top(programs: Programs, referrer_id: str, member_id: str) -> Operation[tuple[str, int] | None]:
    """
    Give key and version of whoever stands above all others over *referrer_id*; None where *member_id* does.

    Whoever was forgotten since stands above nobody.
    """
    seen, life, top = {member_id}, None, None
    while referrer_id not in seen:
        seen.add(referrer_id)
        key = programs.key("member", referrer_id)
        found = (yield Load((key,)))[key]
        member = decode(key, found.body)
        if top is not None and (found.body is None or member.life != life):
            return top
        top, referral = (key, found.version), member.referral
        if referral is None:
            return top
        referrer_id, life = referral.referrer, referral.life
    return None
