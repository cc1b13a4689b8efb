"""
What past orders cost beside the points that they earned, and for what: money for workers and off prices, district by
district, promo by promo, step by step. Rows B4, G1, G2, G4, G9, G10.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from attrs import frozen

from loyaltykit.values.exact import decimal_of
from loyaltykit.values.money import Money
from loyaltykit.values.points import Points
from loyaltykit.values.rounding import round_ratio


def share_of(cost: Money, turnover: Money) -> Fraction | None:
    """
    Give *cost* as a share of *turnover*, exact; None without turnover.

    Examples:
        >>> from loyaltykit import Money
        >>> share_of(Money("1.00", "USD"), Money("30.00", "USD"))
        Fraction(1, 30)
    """
    return Fraction(cost.minor, turnover.minor) if turnover else None


def percent_text(share: Fraction | None) -> str | None:
    """
    Give an exact *share* as a percent with two decimals, rounded half up, for display; None for none.

    Examples:
        >>> percent_text(Fraction(1, 8)), percent_text(Fraction(1, 3)), percent_text(None)
        ('12.50', '33.33', None)
    """
    return None if share is None else str(decimal_of(round_ratio(share.numerator * 10_000, share.denominator), 2))


@frozen
class Costs:
    """
    All that past orders cost: the worth of the *points* that they earned, the *surcharges* and the *bonuses* of
    workers, the *discounts* off prices.

    Examples:
        >>> from loyaltykit import Money
        >>> Costs(*[Money(each, "USD") for each in (10, 5, 3, 2)]).total
        Money('20.00', 'USD')
    """

    points: Money
    surcharges: Money
    bonuses: Money
    discounts: Money

    @property
    def total(self) -> Money:
        """All of it."""
        return self.points + self.surcharges + self.bonuses + self.discounts

    def to_dict(self) -> dict[str, Any]:
        """Give the figures as JSON holds them, amounts as text."""
        names = ("points", "surcharges", "bonuses", "discounts", "total")
        return {name: str(getattr(self, name).amount) for name in names}


@frozen
class RuleSums:
    """
    A *rule* by its name, and its *kind*: how many *awards* it gave, of how many *points* and how much *money* in all,
    and the *cost* of both.

    Money is that of workers and what came off prices. A worker bonus has an award for each period that was paid.

    Examples:
        >>> from loyaltykit import Money, Points
        >>> cashback = RuleSums("night", "cashback", 2, Points(60), Money(0, "USD"), Money("0.60", "USD"))
        >>> cashback.to_dict(Money(12, "USD"))["cost_share_percent"]
        '5.00'
    """

    rule: str
    kind: str
    awards: int
    points: Points
    money: Money
    cost: Money

    def to_dict(self, turnover: Money) -> dict[str, Any]:
        """Give the figures as JSON holds them, the cost as a share of *turnover*, too."""
        return {
            "rule": self.rule,
            "kind": self.kind,
            "awards": self.awards,
            "points": str(self.points),
            "money": str(self.money.amount),
            "cost": str(self.cost.amount),
            "cost_share_percent": percent_text(share_of(self.cost, turnover)),
        }


@frozen
class DistrictSums:
    """
    What the *orders* that began in a *district*, of that *name*, came to and brought.

    *turnover* and *points* are as in `Sums`; *surcharges* is the money of workers, *discounts* what came off prices.

    Examples:
        >>> from loyaltykit import Money, Points
        >>> sums = [Money(each, "USD") for each in ("30.00", "1.00", "0")]
        >>> DistrictSums("32", "LOOP", 3, sums[0], Points(100), sums[1], sums[2]).to_dict()["surcharges"]
        '1.00'
    """

    district: str | None
    name: str | None
    orders: int
    turnover: Money
    points: Points
    surcharges: Money
    discounts: Money

    def to_dict(self) -> dict[str, Any]:
        """Give the figures as JSON holds them, amounts as text."""
        return {
            "district": self.district,
            "name": self.name,
            "orders": self.orders,
            "turnover": str(self.turnover.amount),
            "points": str(self.points),
            "surcharges": str(self.surcharges.amount),
            "discounts": str(self.discounts.amount),
        }


@frozen
class PromoSums:
    """
    How often codes of a *promo* were used, what customers got of it, and what is *left* of its *budget*.

    *discounts* came off prices, *points* were credited. Without a budget there's none left.

    Examples:
        >>> from loyaltykit import Money, Points
        >>> PromoSums("summer", 7, Money("12.30", "USD"), Points(0), None, None).to_dict()["budget_left"] is None
        True
    """

    promo: str
    uses: int
    discounts: Money
    points: Points
    budget: Money | None
    left: Money | None

    def to_dict(self) -> dict[str, Any]:
        """Give the figures as JSON holds them, amounts as text."""
        return {
            "promo": self.promo,
            "uses": self.uses,
            "discounts": str(self.discounts.amount),
            "points": str(self.points),
            "budget": None if self.budget is None else str(self.budget.amount),
            "budget_left": None if self.left is None else str(self.left.amount),
        }


@frozen
class InvitationSums:
    """
    How many *friends* an invitation *rule* rewarded, and by how many *points* for them and whoever brought them.

    Examples:
        >>> from loyaltykit import Points
        >>> InvitationSums("spring", 2, Points(300)).friends
        2
    """

    rule: str
    friends: int
    points: Points

    def to_dict(self) -> dict[str, Any]:
        """Give the figures as JSON holds them."""
        return {"rule": self.rule, "friends": self.friends, "points": str(self.points)}


@frozen
class StepSums:
    """
    How often a step of a worker bonus *rule* was paid, *sum* for so many *orders* within a period, and to how many
    *workers*.

    *orders* is None for what isn't the sum of a step: what late orders made of a period that was paid already.

    Examples:
        >>> from loyaltykit import Money
        >>> StepSums("weekly", 3, Money(5, "USD"), 4, 2).money
        Money('20.00', 'USD')
    """

    rule: str
    orders: int | None
    sum: Money
    times: int
    workers: int

    @property
    def money(self) -> Money:
        """What was paid for it in all."""
        return self.sum.with_minor(self.sum.minor * self.times)

    def to_dict(self) -> dict[str, Any]:
        """Give the figures as JSON holds them, amounts as text."""
        return {
            "rule": self.rule,
            "orders": self.orders,
            "sum": str(self.sum.amount),
            "times": self.times,
            "workers": self.workers,
            "money": str(self.money.amount),
        }
