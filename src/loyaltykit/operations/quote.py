"""Quote: what an order would come to, before it's placed. Nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.facts.standing import Standing
from loyaltykit.ledger.cursor import micros
from loyaltykit.operations.open_member import OpenMember
from loyaltykit.operations.requests import Load
from loyaltykit.operations.settlement import settled
from loyaltykit.values.moment import instant
from loyaltykit.waterfall.work_out import work_out

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.facts.order import Order
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.operations.settlement import Settlement
    from loyaltykit.program.program import Program
    from loyaltykit.rules.redemption import Requested
    from loyaltykit.waterfall.breakdown import Breakdown


def quote(programs: Programs, order: Order, *, at: datetime, redeem: Requested | None = None) -> Operation[Settlement]:
    """Work out *order* as if it were placed *at* that moment, with *redeem* points to be spent on it."""
    at = instant(at, "at")
    if order.price is not None:
        programs.minor_of(order.price, "an order's price")
    yield from programs.begun()
    program = programs.at(at)
    member = None
    if order.customer is not None:
        key = programs.key("member", order.customer)
        stored = (yield Load((key,)))[key]
        member = OpenMember(programs, program, order.customer, stored, micros(at), steps=None)
    breakdown = worked_out(program, order, at=at, redeem=redeem, member=member)
    return settled(breakdown, order.id, "quoted", at, programs.revision_of(program))


def worked_out(
    program: Program, order: Order, *, at: datetime, redeem: Requested | None, member: OpenMember | None
) -> Breakdown:
    """Work out *order* with what is stored of *member*, None where it names no customer."""
    if member is None:
        return work_out(program, order, at=at, redeem=redeem)
    standing = Standing(balance=member.balance)
    return work_out(program, order, at=at, redeem=redeem, standing=standing, history=member.member.history)
