"""What levels of ladders came to over past orders: who reached and lost them, and what they took off prices. B4, Y1."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from loyaltykit.values.money import Money


@frozen
class TierSums:
    """
    How often a *level* of the ladder called *tier* was *reached*, lost by having *fallen* or *lapsed*, and by how many
    *members* it's had in the end; on how many *orders* it took something off, and how much: *discounts*.

    Examples:
        >>> from loyaltykit import Money
        >>> TierSums("regulars", "5 %", 30, 2, 8, 20, 75, Money("41.20", "USD")).to_dict()["discounts"]
        '41.20'
    """

    tier: str
    level: str
    reached: int
    fallen: int
    lapsed: int
    members: int
    orders: int
    discounts: Money

    def to_dict(self) -> dict[str, Any]:
        """Give the figures as JSON holds them, amounts as text."""
        names = ("tier", "level", "reached", "fallen", "lapsed", "members", "orders")
        return {name: getattr(self, name) for name in names} | {"discounts": str(self.discounts.amount)}


@frozen
class TierMonth:
    """
    The same for one *month* of the program's time zone: *members* are those who have the level at its end.

    Examples:
        >>> TierMonth("2026-03", "regulars", "5 %", 30, 2, 8, 20).to_dict()["members"]
        20
    """

    month: str
    tier: str
    level: str
    reached: int
    fallen: int
    lapsed: int
    members: int

    def to_dict(self) -> dict[str, Any]:
        """Give the figures as JSON holds them."""
        names = ("month", "tier", "level", "reached", "fallen", "lapsed", "members")
        return {name: getattr(self, name) for name in names}
