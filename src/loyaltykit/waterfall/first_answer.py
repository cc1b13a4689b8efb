"""Of the rules of one kind, the first in the file whose scope matches is the one that answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from loyaltykit.decision import Decision

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from loyaltykit.reason import Reason
    from loyaltykit.rules.scope import Rule

AnyRule = TypeVar("AnyRule", bound="Rule")


def first_answer(kind: str, rules: Sequence[AnyRule], decide: Callable[[AnyRule], Decision]) -> Decision:
    """
    Give the decision of the first of *rules* whose scope matches, worked out by *decide*.

    Where none matches, the answer is *kind*'s, with the reason why of each.
    """
    reasons: list[Reason] = []
    for rule in rules:
        decision = decide(rule)
        if decision.in_scope:
            return decision
        reasons += decision.reasons
    return Decision(kind, (), tuple(reasons))
