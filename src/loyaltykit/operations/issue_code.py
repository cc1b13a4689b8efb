"""Issue a code: a member's own referral code, set by hand or drawn on demand. Rows T1, R5."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from loyaltykit.documents.form import as_json, opened, understood
from loyaltykit.errors import CodeTaken
from loyaltykit.ledger.cursor import from_micros, micros
from loyaltykit.operations.book import Book
from loyaltykit.operations.give_code import GivenCode, code_for, personal_code
from loyaltykit.operations.open_member import open_member
from loyaltykit.operations.requests import Commit, Load
from loyaltykit.values.code import normal_code
from loyaltykit.values.moment import instant
from loyaltykit.values.text import id_of

if TYPE_CHECKING:
    from datetime import datetime  # noqa: TC004 - attrs doesn't resolve annotations

    from loyaltykit.operations.open_member import OpenMember
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.program.program import Program


@frozen
class IssuedCode:
    """
    The referral *code*, in its normal form, that *member* passes on since a moment, or before.

    Examples:
        >>> from datetime import datetime, timezone
        >>> IssuedCode("m1", "D48M", datetime(2026, 3, 1, tzinfo=timezone.utc)).code
        'D48M'
    """

    member: str
    code: str
    at: datetime


def issue_code(
    programs: Programs, issue_id: str, member_id: str, *, at: datetime, code: str | None = None
) -> Operation[IssuedCode]:
    """Give a member the referral *code*, or, where it's None, one that is drawn unless they have one."""
    at = instant(at, "at")
    personal = None if code is None else normal_code(code)
    ids = id_of("a member", member_id), id_of("an issue of a code", issue_id)
    book = Book(programs, "issue", *ids, asked={"code": personal})
    program = programs.at(at)
    yield from programs.published(program)
    key = programs.key("member", member_id)
    member = yield from open_member(programs, program, member_id, (yield Load((key,)))[key], micros(at))
    read = partial(decode, programs.key("issue", *ids))
    try:
        given = yield from give(programs, program, member, personal)
    except CodeTaken as taken:
        return (yield from book.answer_of_before(taken, read))
    if given.code != member.member.code:
        keep(member, given, book)
        member.write_into(book)
    issued = IssuedCode(member_id, given.code, at)
    committed = yield Commit(book.change(encode(issued)), read)
    return read(committed.result) if committed.replayed else issued


def give(programs: Programs, program: Program, member: OpenMember, personal: str | None) -> Operation[GivenCode]:
    """Give *member* the *personal* code, or, where it's None, the one that they have, or else one that is drawn."""
    if personal is not None:
        return (yield from personal_code(programs, member, personal))
    if member.member.code is not None:
        return GivenCode(member.member.code)
    return (yield from code_for(programs, program, member))


def keep(member: OpenMember, given: GivenCode, book: Book, *, telling: bool = True) -> None:
    """
    Have *member* pass on the code that they were *given*, and *telling* them so; what they passed on before stays
    theirs.
    """
    member.member = evolve(member.member, code=given.code)
    if telling:
        member.notify("code_given", code=given.code)
    given.write_into(book)


def encode(issued: IssuedCode) -> str:
    """Give the result that a receipt keeps of *issued*."""
    return as_json({"v": 1, "member": issued.member, "code": issued.code, "at": micros(issued.at)})


@understood
def decode(operation_id: str, result: str) -> IssuedCode:
    """Read the *result* that the receipt of *operation_id* keeps; raises `StoreTooNew`."""
    raw = opened(operation_id, result)
    return IssuedCode(raw["member"], raw["code"], from_micros(raw["at"]))
