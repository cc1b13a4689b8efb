"""Check a code while it's typed: whether it could be named with a new order, and why not. Row T6."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias
from uuid import uuid4

from attrs import frozen

from loyaltykit.errors import InvalidValue
from loyaltykit.facts.history import History
from loyaltykit.facts.order import Order
from loyaltykit.ledger.cursor import micros
from loyaltykit.operations.cast import Cast
from loyaltykit.operations.code_owner import code_owner, refusal
from loyaltykit.operations.open_member import OpenMember
from loyaltykit.operations.open_promo import OpenPromo, open_promo
from loyaltykit.operations.requests import Load
from loyaltykit.reason import Reason
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

_NEW: Final = uuid4().hex
"""What stands for the id of the order with which the code would be named: no order has it."""


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
    promo = yield from open_promo(programs, program, code, Order(id=_NEW, customer=customer), at=micros(at))
    if isinstance(promo, OpenPromo):
        return (yield from _check_promo(programs, program, promo, at, customer))
    if promo.code == "code_busy":
        return CodeCheck(code=code, kind="promo", reasons=(promo,))
    return (yield from _check_referral(programs, program, code, micros(at), customer))


def _check_promo(
    programs: Programs, program: Program, promo: OpenPromo, at: datetime, customer: str | None
) -> Operation[CodeCheck]:
    """Check the code of a *promo*, as far as it can be without knowing the order."""
    from loyaltykit.rules.promo import promo_objection  # noqa: PLC0415 - most programs have no promos

    history = History()
    if customer is not None and promo.rule.is_for_first_orders:
        key = programs.key("member", customer)
        member = OpenMember(programs, program, customer, (yield Load((key,)))[key], micros(at), steps=None)
        history = member.member.history
    told: dict[str, Any] = {"at": at, "use": promo.use, "history": history, "zone": program.zone}
    reason = promo_objection(promo.rule, customer, **told)
    return CodeCheck(code=promo.use.code, kind="promo", reasons=() if reason is None else (reason,))


def _check_referral(
    programs: Programs, program: Program, code: str, at: int, customer: str | None
) -> Operation[CodeCheck]:
    """Check a referral *code*, in its normal form, which *customer* would name with their first order."""
    invited, reason = yield from code_owner(programs, Cast(programs, program, at, writes=False), code)
    if invited is None:
        return CodeCheck(code=code, kind=None, reasons=() if reason is None else (reason,))
    if program.referral_codes is None:
        reason = Reason("no_referrals")
    elif customer is not None:
        key = programs.key("member", customer)
        member = OpenMember(programs, program, customer, (yield Load((key,)))[key], at, steps=None)
        reason = refusal(member, invited.referrer)
    return CodeCheck(code=code, kind="referral", reasons=() if reason is None else (reason,))
