"""What rules that say in one of several ways how much they give have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loyaltykit.settings.here import Here


def note_gains(rule: object, ways: tuple[str, ...], here: Here) -> None:
    """
    Note at *here* that *rule* sets none of the *ways* to gain, or more than one.

    Examples:
        >>> from loyaltykit import Cashback, Percent, Points
        >>> from loyaltykit.settings.here import Here
        >>> note_gains(Cashback(percent=Percent(5)), ("percent", "points"), here := Here())
        >>> here.problems
        []
    """
    given = tuple(way for way in ways if getattr(rule, way) not in {None, ()})
    if not given:
        here.problem("no_gain", ways=ways)
    elif len(given) > 1:
        here.problem("two_gains", given=given)
