"""
Referral: who may be brought by whom, and what becomes of it in an order's life. Rows G9, R12, T4, T5, T6.

A member is referred once, before the first completed order, never by themselves, and not after having referred
somebody, so no circle can arise. A code that is named with an order is tied to that order until it's completed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import evolve

from loyaltykit.documents.member import Referral
from loyaltykit.facts.invited import Invited
from loyaltykit.facts.referrers import Referrers
from loyaltykit.ledger.account import NEVER
from loyaltykit.reason import Reason

if TYPE_CHECKING:
    from loyaltykit.documents.order import PlacedOrder
    from loyaltykit.facts.order import Order
    from loyaltykit.operations.cast import Cast
    from loyaltykit.operations.open_member import OpenMember
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.program.program import Program


def named(
    programs: Programs, program: Program, cast: Cast, order: Order, code: object
) -> Operation[tuple[Invited | None, Reason | None]]:
    """Find who brings the customer of *order*, who named that referral *code* with it; or why nobody does."""
    from loyaltykit.operations.code_owner import code_owner, refusal  # noqa: PLC0415 - most orders name none

    if program.referral_codes is None:
        return None, Reason("no_referrals")
    member = cast.get(order.customer)
    if member is None:
        return None, Reason("no_customer")
    invited, reason = yield from code_owner(programs, cast, code)
    if invited is None:
        return None, reason
    refused = refusal(member, invited.referrer, order_id=order.id)
    return (None, refused) if refused else (invited, None)


def tie(cast: Cast, member: OpenMember, invited: Invited, order_id: str, *, until: int) -> None:
    """Have the reward of *invited* be awaited of the order *order_id*, *until* nothing has come of it for too long."""
    before = member.member.referral
    if before is None or not (before.joined or before.order == order_id):
        life = cast.members[invited.referrer].life
        before = Referral(referrer=invited.referrer, code=invited.code, life=life)
    member.member = evolve(member.member, referral=evolve(before, order=order_id, until=until))


def untie(member: OpenMember, order_id: str) -> None:
    """Have no reward be awaited of the order *order_id*, of which nothing came; who hasn't joined isn't referred."""
    referral = member.member.referral
    if referral is not None and referral.order == order_id:
        kept = evolve(referral, order=None, until=NEVER) if referral.joined else None
        member.member = evolve(member.member, referral=kept)


def has_joined(member: OpenMember) -> bool:
    """Say whether somebody brought *member* for good."""
    return member.member.referral is not None and member.member.referral.joined


def joined(member: OpenMember | None) -> Invited | None:
    """Give who brought *member*, who has joined by that and whose first order is still to come."""
    referral = None if member is None else member.member.referral
    if member is None or referral is None or not referral.joined or referral.rewarded or member.member.orders:
        return None
    return None if referral.awaits_at(member.at) else Invited(referrer=referral.referrer, code=referral.code)


def brought_by(cast: Cast, member: OpenMember | None) -> Operation[tuple[Invited | None, Reason | None]]:
    """Give who brought *member*, as `joined` does; or the reason why whoever did so brings nobody any more."""
    invited = joined(member)
    if member is None or invited is None or member.member.referral is None:
        return None, None
    if (yield from still_there(cast, member.member.referral)):
        return invited, None
    return None, Reason("referrer_unknown", referrer=invited.referrer)


def tied_to(member: OpenMember, placed: PlacedOrder) -> Invited | None:
    """Give who brings *member* by the code that was named with *placed*, as long as the referral is tied to it."""
    referral = member.member.referral
    if placed.invited is None or referral is None or referral.order != placed.order.id:
        return None
    return Invited(referrer=referral.referrer, code=referral.code)


def referrer_of(cast: Cast, member: OpenMember | None, order_id: str) -> Operation[str | None]:
    """
    Open who brought *member*, as the order *order_id* sees it: a code named with another one is still awaited, and
    whoever was forgotten brings nobody any more.
    """
    referral = None if member is None else member.member.referral
    if referral is None or not (referral.joined or referral.order == order_id):
        return None
    return referral.referrer if (yield from still_there(cast, referral)) else None


def still_there(cast: Cast, referral: Referral) -> Operation[bool]:
    """Open the referrer of *referral*, and say whether they're who they were."""
    yield from cast.open(referral.referrer)
    return cast.members[referral.referrer].life == referral.life


def referrers_of(cast: Cast, program: Program, order: Order) -> Operation[Referrers]:
    """Open the worker of *order*, where the program splits anything with them, and give who brought the two sides."""
    if not program.referral_split:
        return NOBODY
    yield from cast.open(order.worker)
    customers = yield from referrer_of(cast, cast.get(order.customer), order.id)
    workers = yield from referrer_of(cast, cast.get(order.worker), order.id)
    return Referrers(customer=customers, worker=workers)


def rewarded(cast: Cast, member: OpenMember, placed: PlacedOrder) -> Operation[tuple[Invited | None, Reason | None]]:
    """
    Give who brought *member*, whose first order *placed* is as it's completed; or the reason why a code that was named
    with it brings nobody any more.
    """
    invited, reason = _rewarded(member, placed)
    if invited is None:
        return None, reason
    yield from cast.open(invited.referrer)
    referrer, referral = cast.members[invited.referrer], member.member.referral
    same = referral is None or referral.referrer != invited.referrer or referral.life == referrer.life
    if referrer.known and same:
        return invited, None
    return None, Reason("referrer_unknown", referrer=invited.referrer)


def _rewarded(member: OpenMember, placed: PlacedOrder) -> tuple[Invited | None, Reason | None]:
    named_then = tied_to(member, placed)
    if named_then is not None and (has_joined(member) or not member.member.invited):
        return named_then, None
    brought = joined(member)
    if brought is not None or placed.invited is None:
        return brought, None
    from loyaltykit.operations.code_owner import refusal  # noqa: PLC0415 - a code that's named with an order mostly stands

    referrer, code = placed.invited
    reason = refusal(member, referrer, order_id=placed.order.id)
    return (Invited(referrer=referrer, code=code), None) if reason is None else (None, reason)


def establish(cast: Cast, member: OpenMember, invited: Invited) -> None:
    """Note that *invited* brought *member*, for good: the first order is completed."""
    if not has_joined(member):
        referrer = cast.members[invited.referrer]
        referrer.member = evolve(referrer.member, invited=referrer.member.invited + 1)
    life = cast.members[invited.referrer].life
    referral = Referral(referrer=invited.referrer, code=invited.code, joined=True, rewarded=True, life=life)
    member.member = evolve(member.member, referral=referral)


def unreward(member: OpenMember) -> None:
    """Have the next completed order of *member* be the first again: the one that was rewarded is refunded wholly."""
    referral = member.member.referral
    assert referral is not None  # noqa: S101 - somebody was rewarded
    member.member = evolve(member.member, referral=evolve(referral, rewarded=False))


NOBODY: Final = Referrers()
