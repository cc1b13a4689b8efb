"""What a rule answers: its effects and, where it grants nothing or less than it might, the reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.effects import Advance, Award, Credit, Discount, InMoney, OfCard
from loyaltykit.values.immutable import Record
from loyaltykit.values.points import Points

if TYPE_CHECKING:
    from loyaltykit.effects import Effect
    from loyaltykit.reason import Reason

_OUTSIDE = frozenset({"outside_scope", "outside_period", "outside_windows"})


class Decision(Record):
    """
    A rule's answer: the *rule*'s name, its *effects*, and the *reasons* why these aren't more.

    Not being eligible is a decision without effects, never an exception.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Cashback, Money, Order, Percent, PointValue, cashback_for
        >>> order = Order(id="o1", customer="m1", price=Money("412.00", "RUB"))
        >>> decision = cashback_for(
        ...     Cashback(percent=Percent("5")), order,
        ...     at=datetime(2026, 3, 1, tzinfo=timezone.utc), point_value=PointValue("0.50", "RUB"),
        ... )
        >>> decision.points, decision.reasons
        (Points(41), ())
        >>> print(decision)
        cashback: m1 earns 41 points (5 % of 412.00 RUB)
    """

    __slots__ = ("effects", "reasons", "rule")
    __match_args__ = ("rule", "effects", "reasons")

    rule: str
    effects: tuple[Effect, ...]
    reasons: tuple[Reason, ...]

    def __init__(self, rule: str, effects: tuple[Effect, ...] = (), reasons: tuple[Reason, ...] = ()) -> None:
        _decision_rule(self, rule)
        _decision_effects(self, effects)
        _decision_reasons(self, reasons)

    @property
    def awards(self) -> tuple[Award, ...]:
        """The effects that are awards."""
        return tuple([effect for effect in self.effects if isinstance(effect, Award)])

    @property
    def points(self) -> Points:
        """The points of all effects together."""
        return sum((each.points for each in self.effects if not isinstance(each, InMoney | OfCard)), start=Points(0))

    @property
    def advances(self) -> tuple[Advance, ...]:
        """The awards that the order itself may spend."""
        return tuple([effect for effect in self.effects if isinstance(effect, Advance)])

    @property
    def discounts(self) -> tuple[Discount, ...]:
        """The effects that take something off the price."""
        return tuple([effect for effect in self.effects if isinstance(effect, Discount)])

    @property
    def credits(self) -> tuple[Credit, ...]:
        """The effects that credit money to a worker."""
        return tuple([effect for effect in self.effects if isinstance(effect, Credit)])

    @property
    def in_scope(self) -> bool:
        """Whether the rule was the one to answer: its scope matched the order."""
        return not self.reasons or self.reasons[0].code not in _OUTSIDE

    def __str__(self) -> str:
        """Say it in English: what it does, then why not more."""
        parts = [str(part) for part in (*self.effects, *self.reasons)]
        return f"{self.rule}: {'; '.join(parts) or 'nothing to do'}"


# Frozen objects are filled through their slots: half the time of object.__setattr__ by name.
_decision_rule: Any = Decision.__dict__["rule"].__set__
_decision_effects: Any = Decision.__dict__["effects"].__set__
_decision_reasons: Any = Decision.__dict__["reasons"].__set__
