"""Check a code while it's typed: whether it could be named with a new order, and why not. Row T6."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from attrs import frozen

from loyaltykit.decision import Reason
from loyaltykit.documents import code as document
from loyaltykit.errors import InvalidValue
from loyaltykit.ledger.cursor import micros
from loyaltykit.operations.code_owner import code_owner, refusal
from loyaltykit.operations.open_member import OpenMember
from loyaltykit.operations.requests import Load
from loyaltykit.values.code import normal_code
from loyaltykit.values.moment import instant
from loyaltykit.values.text import id_of

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.program.program import Program

CodeKind: TypeAlias = Literal["referral", "promo"]
"""What a code that's known can be."""


@frozen(kw_only=True)
class CodeCheck:
    """
    Whether a code is *valid* for a new order, and if it isn't, the *reasons*.

    *code* is its normal form, None where what was typed can't be a code; *kind* is ``referral`` or ``promo``, None for
    a code that nobody was given.

    Examples:
        >>> from loyaltykit import Reason
        >>> CodeCheck(code="D48M", kind=None, reasons=(Reason("code_unknown", typed="D48M"),)).valid
        False
    """

    code: str | None
    kind: CodeKind | None
    reasons: tuple[Reason, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether nothing stands against the code."""
        return not self.reasons

    def __str__(self) -> str:
        """Say it in English."""
        return f"{self.code or 'no code'}: {'; '.join(map(str, self.reasons)) or 'valid'}"


def check_code(programs: Programs, typed: object, *, at: datetime, customer: str | None = None) -> Operation[CodeCheck]:
    """Say what the code is that somebody *typed*, and whether *customer* could name it; nothing is written."""
    at = instant(at, "at")
    if customer is not None:
        id_of("a member", customer)
    program = programs.at(at)
    yield from programs.begun()
    try:
        code = normal_code(typed)
    except InvalidValue as error:
        return CodeCheck(code=None, kind=None, reasons=(Reason("code_malformed", why=str(error)),))
    key = programs.key("code", code)
    stored = document.decode(key, (yield Load((key,)))[key].body)
    promo = program.promo_by_code(code)
    if promo is None and stored is not None and stored.promo is not None:
        promo = program.promo_named(stored.promo)
    if promo is not None:
        return CodeCheck(code=code, kind="promo")
    return (yield from _check_referral(programs, program, code, micros(at), customer))


def _check_referral(
    programs: Programs, program: Program, code: str, at: int, customer: str | None
) -> Operation[CodeCheck]:
    """Check a referral *code*, in its normal form, which *customer* would name with their first order."""
    invited, reason = yield from code_owner(programs, code)
    if invited is None:
        return CodeCheck(code=code, kind=None, reasons=() if reason is None else (reason,))
    if program.referral_codes is None:
        reason = Reason("no_referrals")
    elif customer is not None:
        key = programs.key("member", customer)
        member = OpenMember(programs, program, customer, (yield Load((key,)))[key], at, steps=None)
        reason = refusal(member, invited.referrer)
    return CodeCheck(code=code, kind="referral", reasons=() if reason is None else (reason,))
