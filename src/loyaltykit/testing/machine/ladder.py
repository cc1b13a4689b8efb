"""
The levels of a member by plain loops over their rides: what they'd have if nobody ever kept a level anywhere.

A program with a ladder has these rules, in minor units. By all time: 5 % from 150.00 sold or 3 visits, 10 % from 500.00
sold or 60.00 paid. Over the last two days: ``one`` visit, ``two`` from 250.00 sold, ``three`` from 50.00 paid.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from datetime import date, datetime

    from loyaltykit.testing.machine.deal import Deal
    from loyaltykit.testing.machine.model import Member, Ride

PERCENTS: Final = {None: 0, "5 %": 5, "10 %": 10}
"""What a level of the first ladder takes off prices; from the lowest to the highest."""

SHY_UP_TO: Final = 3
"""The visits from which nobody is shy any more."""


def rules(lapse: int | None, away: int) -> dict[str, Any]:
    """Give the rules of a program with ladders: levels *lapse* after so many days, who's *away* for more is lost."""
    regulars: dict[str, Any] = {
        "name": "regulars",
        "levels": [{"percent": "5", "sold": "150", "visits": 3}, {"percent": "10", "sold": "500", "paid": "60"}],
    }
    levels = [{"name": "one", "visits": 1}, {"name": "two", "sold": "250"}, {"name": "three", "paid": "50"}]
    if lapse is not None:
        regulars["lapse_after"] = lapse
    return {
        "tier": [regulars, {"name": "days", "over": "P2D", "levels": levels}],
        "category": [
            {"name": "lost", "added": {"days_away": away}, "removed": {"status": "came"}},
            {"name": "shy", "added": {"status": "no_show"}, "removed": {"visits": SHY_UP_TO}},
        ],
    }


def days_away(rides: list[Ride], moment: datetime) -> int:
    """Give how many days ago the last of *rides* was that was a visit and stands; below zero if there's none."""
    came = [ride.came_at for ride in visits_of(rides)]
    return (moment.date() - max(came).date()).days if came else -1


def visits_of(rides: list[Ride]) -> list[Ride]:
    """Give those of *rides* that were visits and stand."""
    return [ride for ride in rides if ride.status == "completed" and ride.visit]


def regular_level(deal: Deal, member: Member, rides: list[Ride], moment: datetime) -> str | None:
    """Give the level of the first ladder that *member* has at a moment, earned or by hand."""
    earned = None
    if deal.lapse is None or days_away(rides, moment) <= deal.lapse:
        if member.sold >= 15_000 or member.visits >= 3:  # noqa: PLR2004 - the rules are written out above
            earned = "5 %"
        if member.sold >= 50_000 or member.paid >= 6_000:  # noqa: PLR2004
            earned = "10 %"
    level, until = member.given
    return max(earned, level if moment < until else None, key=PERCENTS.__getitem__)


def days_level(rides: list[Ride], moment: datetime) -> str | None:
    """Give the level of the ladder that counts over two days."""

    def counts(day: date) -> bool:
        return moment.date() - timedelta(days=1) <= day <= moment.date()

    recent = [ride for ride in rides if ride.done and counts(ride.came_at.date())]
    if sum(amount for ride in rides for day, amount in ride.receipts if counts(day)) >= 5_000:  # noqa: PLR2004
        return "three"
    if sum(ride.charged - ride.refunded for ride in recent) >= 25_000:  # noqa: PLR2004
        return "two"
    return "one" if any(ride.status == "completed" and ride.visit for ride in recent) else None
