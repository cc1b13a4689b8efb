"""
Join: a member takes part, perhaps brought by somebody, perhaps with a code that the host has set. Rows R5, R12, T4.

A referral that begins here stands at once, and counts for whoever brought the member; the reward comes by the first
completed order. Naming a code with an order begins one that is tied to that order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve, frozen

from loyaltykit.documents.member import Referral
from loyaltykit.errors import InvalidValue
from loyaltykit.ledger.cursor import micros
from loyaltykit.operations.book import Book
from loyaltykit.operations.cast import Cast
from loyaltykit.operations.code_owner import code_owner, refusal
from loyaltykit.operations.give_code import personal_code
from loyaltykit.operations.issue_code import keep
from loyaltykit.operations.open_member import NOTHING_MORE, OpenMember
from loyaltykit.operations.programs import digest_of
from loyaltykit.operations.requests import Commit
from loyaltykit.reason import Reason
from loyaltykit.values.code import normal_code
from loyaltykit.values.moment import instant
from loyaltykit.values.text import id_of

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.facts.invited import Invited
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.program.program import Program


@frozen(kw_only=True)
class Joined:
    """
    That *member* takes part: who the *referrer* is that brought them, and the *code* that they pass on, None for none.

    Where a referral code that was named brings nobody, *reasons* says why.

    Examples:
        >>> Joined(member="m1", referrer="m7", code=None).reasons
        ()
    """

    member: str
    referrer: str | None
    code: str | None
    reasons: tuple[Reason, ...] = ()


def join(
    programs: Programs, member_id: str, *, at: datetime, referral_code: object = None, code: str | None = None
) -> Operation[Joined]:
    """Have a member take part, brought by the owner of *referral_code*, with *code* as their own."""
    at = instant(at, "at")
    id_of("a member", member_id)
    personal = None if code is None else normal_code(code)
    program = programs.at(at)
    yield from programs.published(program)
    cast = Cast(programs, program, micros(at))
    yield from cast.open(member_id)
    member = cast.members[member_id]
    given = None
    if personal is not None and personal != member.member.code:
        given = yield from personal_code(programs, member, personal)
    invited, reason = None, None
    if referral_code is not None:
        invited, reason = yield from _inviting(programs, program, cast, member, referral_code)
    if given is not None or invited is not None or not member.known:
        asked = {"code": personal, "referral_code": None if invited is None else invited.code}
        book = Book(programs, "join", member_id, str(member.version), digest_of(asked), asked={})
        if given is not None:
            keep(member, given, book)
        if invited is not None:
            refer(member, cast.members[invited.referrer], invited, book)
        member.write_into(book)
        yield Commit(book.change(NOTHING_MORE))
    return _joined(member, reason)


def _joined(member: OpenMember, reason: Reason | None) -> Joined:
    referral = member.member.referral
    referrer = referral.referrer if referral is not None and referral.stands_at(member.at) else None
    return Joined(
        member=member.id, referrer=referrer, code=member.member.code, reasons=() if reason is None else (reason,)
    )


def _inviting(
    programs: Programs, program: Program, cast: Cast, member: OpenMember, typed: object
) -> Operation[tuple[Invited | None, Reason | None]]:
    """Find who would bring *member* by the code that somebody *typed*; nobody, with the reason why or if it's so."""
    if _is_so(member, typed):
        return None, None
    if program.referral_codes is None:
        return None, Reason("no_referrals")
    invited, reason = yield from code_owner(programs, cast, typed)
    if invited is None:
        return None, reason
    refused = refusal(member, invited.referrer)
    return (invited, None) if refused is None else (None, refused)


def _is_so(member: OpenMember, typed: object) -> bool:
    """
    Say whether *member* was brought for good by the code that somebody *typed*: the same call again finds nothing to
    do, whatever has become of the code or of the program since.
    """
    referral = member.member.referral
    if referral is None or not referral.joined:
        return False
    try:
        return referral.code == normal_code(typed)
    except InvalidValue:
        return False


def refer(member: OpenMember, referrer: OpenMember, invited: Invited, book: Book) -> None:
    """Have the *referrer* who *invited* *member* bring them, for good; the caller writes the member's document."""
    referrer.member = evolve(referrer.member, invited=referrer.member.invited + 1)
    referrer.write_into(book)
    referral = Referral(referrer=invited.referrer, code=invited.code, joined=True, life=referrer.life)
    referral = evolve(referral, rewarded=bool(member.member.orders))
    member.member = evolve(member.member, referral=referral)
