"""The levels of ladders that members have, page by page: what the reports of tiers rest on. Rows Y1, Y2, Y3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from loyaltykit.documents.level_held import LevelHeld
from loyaltykit.operations.levels import passed
from loyaltykit.reports.reading import members_page

if TYPE_CHECKING:
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.program.program import Program
    from loyaltykit.reports.reading import Page


@frozen
class Held:
    """
    What *member* has of the ladder called *tier*: a level, since when, and what becomes of it.

    Examples:
        >>> Held("m1", "regulars", LevelHeld(level="gold", since=3)).held.level
        'gold'
    """

    member: str
    tier: str
    held: LevelHeld

    def step(self, program: Program) -> int:
        """Say whether the level is above the one before it, 1, below, -1, or neither, 0, as *program* ranks them."""
        tier = program.tier_named(self.tier)
        if tier is None:
            return 0
        level, before = tier.rank(self.held.level), tier.rank(self.held.before)
        return (level > before) - (level < before)


def held_levels_page(programs: Programs, at: int, after: str | None) -> Operation[Page[Held]]:
    """Give what a page of members have of each ladder, as time alone has made it by *at*."""
    yield from programs.begun()
    members, behind = yield from members_page(programs, after)
    return [
        Held(member_id, tier, held) for member_id, member in members for tier, held in passed(member, at).levels.items()
    ], behind
