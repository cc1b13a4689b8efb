"""
What time alone does to a member's levels and categories. Rows Y2, Y4, Y7.

All of it was worked out when they were judged, so that whoever looks later finds the same, swept or not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

if TYPE_CHECKING:
    from loyaltykit.documents.member import Member


def passed(member: Member, at: int) -> Member:
    """Give *member* with what time alone has done to levels and categories by *at*."""
    if at < next_moment(member):
        return member
    levels = {ladder: held.at(at) for ladder, held in member.levels.items()}
    categories, away = member.categories, member.away
    while away and away[0][0] <= at:
        (_, categories), *rest = away
        away = tuple(rest)
    return evolve(member, levels=levels, categories=categories, away=away)


def next_moment(member: Member) -> int:
    """
    Give when time does something next to the levels or categories of *member*, or when there's something to tell them;
    `NEVER` if it won't.
    """
    if not (member.levels or member.away):
        return member.wakes
    moments = [member.wakes, *(held.next_moment for held in member.levels.values())]
    return min(moments + [moment for moment, _ in member.away[:1]])
