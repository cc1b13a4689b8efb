"""What a year's host is told: commands, each with the id by which the same one is known again, and when it happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

if TYPE_CHECKING:
    from collections.abc import Callable  # noqa: TC004 - attrs doesn't resolve annotations
    from datetime import datetime  # noqa: TC004
    from random import Random

    from loyaltykit.loyalty.loyalty import Loyalty  # noqa: TC004


@frozen
class Command:
    """
    A *call* of `Loyalty` that happened *at* a moment, by its *name*: called again, it's answered as it was.

    What it's answered may be *heard* by the cast: the code of a gift card.

    Examples:
        >>> from loyaltykit.testing.long.programs import NEW_YEAR
        >>> Command("view m1", NEW_YEAR, lambda loyalty, at: at.year).call(None, NEW_YEAR)
        2026
    """

    name: str
    at: datetime
    call: Callable[[Loyalty, datetime], Any]
    heard: Callable[[Any], object] | None = None


@define
class Cast:
    """
    Who takes part in a year, and what they know: so many *members* and *workers*, and the codes they've been told.

    Few of them order most. *cards* have their codes by their ids, *singles* are codes for a single use each, and
    *of_workers* those of workers.

    Examples:
        >>> from random import Random
        >>> cast = Cast(members=100, workers=3)
        >>> cast.member(Random(7))
        'm10'
    """

    members: int
    workers: int
    cards: dict[str, str] = field(factory=dict)
    singles: list[str] = field(factory=list)
    of_workers: list[str] = field(factory=list)

    def member(self, random: Random) -> str:
        """Draw a member: the first ones much more often."""
        return f"m{int(self.members * random.random() ** 2)}"

    def worker(self, random: Random) -> str:
        """Draw a worker, who may be a member, too."""
        return f"w{int(self.workers * random.random() ** 2)}"
