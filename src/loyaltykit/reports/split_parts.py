"""
Which part of a split's points is of which role: one entry holds those of all roles that a member has. Rows R1, T7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import evolve

from loyaltykit.facts.referrers import Referrers
from loyaltykit.ledger.cursor import from_micros
from loyaltykit.operations.stands import charged_of, spent_of
from loyaltykit.rules.referral_split import referral_split_for
from loyaltykit.values.money import Money
from loyaltykit.values.points import points_of
from loyaltykit.waterfall.first_answer import first_answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyaltykit.documents.order import PlacedOrder
    from loyaltykit.program.program import Program

CUSTOMER_REFERRER: Final = "customer's referrer"
WORKER_REFERRER: Final = "worker's referrer"


def parts_of(program: Program, placed: PlacedOrder, member: str) -> dict[str, int]:
    """
    Give what *member* has of the split of *placed* by each of their roles: units, or just 1 where all is of one role.

    Where the order gives nothing any more, what's left of before is of all roles alike.

    Examples:
        >>> from loyaltykit import Money, Order, Program
        >>> from loyaltykit.documents.order import PlacedOrder
        >>> program = Program.from_dict({
        ...     "id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow",
        ...     "referral_split": [{"percent": "10", "shares": {"customer_referrer": "60", "worker": "40"}}],
        ... })
        >>> order = Order(id="o1", customer="m1", worker="w7", price=Money("412.00", "RUB"))
        >>> told = {"placed_at": 3, "revision": "r1", "status": "completed", "as_of": 3, "limited": True}
        >>> placed = PlacedOrder(order=order, referrers=("w7", None), **told)
        >>> parts_of(program, placed, "w7")
        {"customer's referrer": 25, 'worker': 16}
    """
    roles = [role for role, who in _cast(placed).items() if who == member]
    if len(roles) == 1:
        return {roles[0]: 1}
    units = _units(program, placed)
    parts = {role: units.get(role, 0) for role in roles}
    return parts if any(parts.values()) else dict.fromkeys(roles, 1)


def _cast(placed: PlacedOrder) -> Mapping[str, str | None]:
    """Give who has which role in *placed*; a customer who is the worker, too, is the customer alone."""
    customer, worker = placed.referrers or (None, None)
    cast = {CUSTOMER_REFERRER: customer, "customer": placed.order.customer}
    if placed.order.worker != placed.order.customer:
        cast |= {WORKER_REFERRER: worker, "worker": placed.order.worker}
    return cast


def _units(program: Program, placed: PlacedOrder) -> dict[str, int]:
    """Give the units of each role: the rules are asked about members who have one role each, and are called by it."""
    filled = {role: None if who is None else role for role, who in _cast(placed).items()}
    order = evolve(placed.order, customer=filled["customer"], worker=filled.get("worker"))
    referrers = Referrers(customer=filled[CUSTOMER_REFERRER], worker=filled.get(WORKER_REFERRER))
    decision = first_answer(
        "referral_split",
        program.referral_split,
        lambda rule: referral_split_for(
            rule,
            order,
            at=from_micros(placed.placed_at),
            point_value=program.worth,
            referrers=referrers,
            zone=program.zone_of(order.branch),
            charged=Money.from_minor(charged_of(placed), program.worth.currency),
            payable=_payable(program, placed),
        ),
    )
    return {award.member: award.points.with_digits(program.digits).minor for award in decision.awards}


def _payable(program: Program, placed: PlacedOrder) -> Money:
    """Give what was to be paid for *placed* beside points."""
    redeemed = program.worth.worth(points_of(spent_of(placed), program.digits))
    return Money.from_minor(charged_of(placed), program.worth.currency) - redeemed
