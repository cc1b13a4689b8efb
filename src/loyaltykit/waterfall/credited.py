"""Step 3: points credited at placing, which the order itself may spend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.decision import Decision
from loyaltykit.effects import Advance, Award
from loyaltykit.values.points import Points, points_of
from loyaltykit.waterfall.first_answer import first_answer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from loyaltykit.effects import Effect
    from loyaltykit.facts.invited import Invited
    from loyaltykit.facts.order import Order
    from loyaltykit.program.program import Program


def invitation_answer(program: Program, order: Order, *, at: datetime, invited: Invited | None) -> tuple[Decision, ...]:
    """
    Give the answer of the invitation rules for *order*, placed *at*, the first of a customer who was *invited*.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Invited, Order, Program
        >>> program = Program.from_dict({
        ...     "id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow",
        ...     "redemption": [{}], "invitation": [{"referee_points": 100, "referee_credited": "placing"}],
        ... })
        >>> at, order = datetime(2026, 3, 1, tzinfo=timezone.utc), Order(id="o1", customer="m1")
        >>> answers = invitation_answer(program, order, at=at, invited=Invited(referrer="m7", code="D48M"))
        >>> answers[0].points
        Points(100)
        >>> invitation_answer(program, order, at=at, invited=None)
        ()
    """
    if invited is None or not program.invitation:
        return ()
    from loyaltykit.rules.invitation import invitation_for  # noqa: PLC0415 - most programs have none

    zone = program.zone_of(order.branch)
    answer = first_answer(
        "invitation",
        program.invitation,
        lambda rule: invitation_for(rule, order, at=at, invited=invited, zone=zone),
    )
    return (answer,)


def advanced(decisions: Iterable[Decision], digits: int) -> Points:
    """
    Give the points of *decisions* that the order itself may spend, in points of so many *digits*.

    Examples:
        >>> from loyaltykit import Advance, Award, Decision, Points
        >>> advanced([Decision("summer", (Advance("m1", Points(100)), Award("w7", Points(50))))], 0)
        Points(100)
    """
    points = [advance.points for decision in decisions for advance in decision.advances]
    return sum(points, start=points_of(0, digits))


def too_late_to_spend(decision: Decision) -> Decision:
    """
    Give a *decision* that is made when the order is completed: what it advances can't be spent on it any more.

    Examples:
        >>> from loyaltykit import Advance, Decision, Points
        >>> print(too_late_to_spend(Decision("summer", (Advance("m1", Points(100)),))))
        summer: m1 earns 100 points
    """
    return Decision(decision.rule, tuple(map(_credited, decision.effects)), decision.reasons)


def _credited(effect: Effect) -> Effect:
    return Award(effect.member, effect.points) if isinstance(effect, Advance) else effect
