"""
Whose a referral code is, as somebody typed it, and whom they may bring. Rows T5, T6, R12.

A member is brought once, before the first completed order, never by themselves, and not after having brought somebody,
so no circle can arise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.documents import code as code_document
from loyaltykit.errors import InvalidValue
from loyaltykit.facts.invited import Invited
from loyaltykit.operations.requests import Load
from loyaltykit.reason import Reason
from loyaltykit.values.code import normal_code

if TYPE_CHECKING:
    from loyaltykit.operations.cast import Cast
    from loyaltykit.operations.open_member import OpenMember
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation


def code_owner(programs: Programs, cast: Cast, typed: object) -> Operation[tuple[Invited | None, Reason | None]]:
    """
    Find who brings whoever *typed* a referral code, and open them in *cast*; or the reason why nobody does.

    A code whose owner was forgotten since is nobody's.
    """
    try:
        code = normal_code(typed)
    except InvalidValue as error:
        return None, Reason("code_malformed", why=str(error))
    key = programs.key("code", code)
    stored = code_document.decode(key, (yield Load((key,)))[key].body)
    if stored is not None and stored.owner is not None:
        yield from cast.open(stored.owner)
        owner = cast.members[stored.owner]
        if owner.known and owner.life == stored.life:
            return Invited(referrer=stored.owner, code=code), None
    return None, Reason("code_unknown", typed=code)


def refusal(member: OpenMember, referrer: str, *, order_id: str | None = None) -> Reason | None:
    """Give the reason why *referrer* can't bring *member*, by a code named with the order *order_id* or none."""
    stored, referral = member.member, member.member.referral
    if referrer == member.id:
        return Reason("self_referral")
    if referral is not None:
        if referral.awaits_at(member.at) and referral.order != order_id:
            return Reason("referral_tied", order=referral.order)
        if referral.joined:
            return Reason("already_referred")
    if stored.orders:
        return Reason("not_first_order")
    return Reason("has_referred", invited=stored.invited) if stored.invited else None
