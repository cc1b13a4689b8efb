"""
Give a code: a member's referral code, drawn or set by hand, so that nobody else has it. Rows T1, T2, T8, R5.

A code is given by writing its document at version 0, so of two that are given the same code at once one wins, and the
other draws anew or is told. Codes lengthen by a character once one in a hundred of a length is given out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import frozen

from loyaltykit.documents import code as document
from loyaltykit.documents import codes_given
from loyaltykit.documents.code import StoredCode
from loyaltykit.errors import CodeTaken
from loyaltykit.operations.requests import Load
from loyaltykit.values.code import draw_code, normal_code

if TYPE_CHECKING:
    from loyaltykit.ledger.repository import Versioned  # noqa: TC004 - attrs doesn't resolve annotations
    from loyaltykit.operations.book import Book
    from loyaltykit.operations.open_member import OpenMember
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.program.program import Program
    from loyaltykit.rules.codes import Codes

TRIES: Final = 4
"""Codes of one length that may turn out to be taken, one after the other, before a longer one is drawn."""

ONE_IN: Final = 100
"""Of so many codes of a length one is given out at most, so that codes can't be guessed."""


@frozen
class GivenCode:
    """
    A *code* that a member is given, and what is *written* for it: key, version and body of each document.

    Examples:
        >>> GivenCode("D48M").written
        ()
    """

    code: str
    written: tuple[tuple[str, int, str], ...] = ()

    def write_into(self, book: Book) -> None:
        """Have *book* write it, in the same commit as the member's document, which keeps the code."""
        for key, version, body in self.written:
            book.write(key, version, body)


def code_for(programs: Programs, program: Program, member: OpenMember) -> Operation[GivenCode]:
    """
    Draw a referral code for *member*, as *program* makes them: one that nobody has, and that's no common promo code.

    The caller keeps it in the member's document and has `GivenCode.write_into` write the rest into the same commit.
    """
    drawn = yield from unused_code(programs, program)
    owned = StoredCode(owner=member.id, life=member.life)
    written = [(programs.key("code", drawn.code), 0, document.encode(owned))]
    if codes_given.is_counted(drawn.code):
        written.append(drawn.counted(codes_given.SAMPLED))
    return GivenCode(drawn.code, tuple(written))


@frozen
class UnusedCode:
    """A *code* that was drawn and that nobody has, with the document *count*, under *count_key*, as it was read."""

    code: str
    count_key: str
    count: Versioned

    def counted(self, more: int) -> tuple[str, int, str]:
        """Give what is written so that *more* codes are counted as given."""
        given = codes_given.decode(self.count_key, self.count.body)
        return self.count_key, self.count.version, codes_given.encode(given + more)


def unused_code(programs: Programs, program: Program) -> Operation[UnusedCode]:
    """Draw codes as *program* makes them, until one is nobody's: its document has never been written."""
    codes = codes_of(program)
    count_key, taken = programs.key("codes"), 0
    while True:
        length = length_for(codes, programs.codes_given) + taken // TRIES
        code = normal_code(draw_code(codes.alphabet, length, programs.randbelow))
        key = programs.key("code", code)
        found = yield Load((count_key, key))
        programs.codes_given = codes_given.decode(count_key, found[count_key].body)
        if found[key].version or programs.has_promo(code):
            taken += 1
        elif length >= length_for(codes, programs.codes_given):
            return UnusedCode(code, count_key, found[count_key])


def codes_of(program: Program) -> Codes:
    """Give how *program* makes codes; as by default, where it says nothing and they're asked for all the same."""
    from loyaltykit.rules.codes import Codes  # noqa: PLC0415 - most programs give out none

    return program.referral_codes or Codes()


def length_for(codes: Codes, given: int) -> int:
    """
    Give how long the next code is, where so many are *given*: one in a hundred of its length at most.

    Examples:
        >>> from loyaltykit import Codes
        >>> [length_for(Codes(), given) for given in (0, 9_235, 9_236, 1_000_000)]
        [4, 4, 5, 6]
    """
    length = codes.length
    while given * ONE_IN > len(codes.alphabet) ** length:
        length += 1
    return length


def personal_code(programs: Programs, member: OpenMember, code: str) -> Operation[GivenCode]:
    """Give *member* the *code*, in its normal form, that the host has set; raises `CodeTaken` where it's not free."""
    key = programs.key("code", code)
    found = (yield Load((key,)))[key]
    owned = StoredCode(owner=member.id, life=member.life)
    stored = document.decode(key, found.body)
    if stored == owned:
        return GivenCode(code)
    own_before = stored is not None and stored.owner == member.id
    if programs.has_promo(code) or (found.version and not own_before):
        raise CodeTaken.of(code)
    return GivenCode(code, ((key, found.version, document.encode(owned)),))
