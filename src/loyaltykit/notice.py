"""
Notices: what there is to tell a member, as codes with figures. Rows S7, Y6.

Which of them a program makes, its ``[[notice]]`` settings say; sending them is the host's.
"""

from __future__ import annotations

from typing import Final

from loyaltykit.coded import Coded, Meaning

NOTICES: Final[dict[str, Meaning]] = {
    "points_credited": Meaning(("points", "balance"), "{points} credited: the balance is {balance}"),
    "points_adjusted": Meaning(
        ("points", "balance", "description"), "the balance changed by {points}, to {balance}. {description}"
    ),
    "points_will_expire": Meaning(("points", "until"), "{points} can be spent until {until}"),
    "discount_will_end": Meaning(
        ("tier", "level", "percent", "until"), "{level} of {tier}: the discount of {percent} lasts until {until}"
    ),
    "code_given": Meaning(("code",), "the code to pass on is {code}"),
    "card_bought": Meaning(("card", "face"), "the gift card {card}, worth {face}, was bought"),
}
"""Every kind with its figures and English words; the kinds are stable."""

AHEAD: Final = frozenset({"points_will_expire", "discount_will_end"})
"""The kinds that are made so many days ahead of what they tell."""

UNASKED: Final = frozenset({"card_bought"})
"""The kinds that a member is told without having agreed to marketing: they answer to what the member has just done."""


class Notice(Coded):
    """
    Something to tell a member: its kind, as ``code``, with its figures, as attributes too.

    A description, of an adjustment that has none, is empty text; moments are by the clocks of the program's zone.

    Examples:
        >>> from loyaltykit import Notice, Points
        >>> notice = Notice("points_credited", points=Points(41), balance=Points(350))
        >>> notice.points
        Points(41)
        >>> print(notice)
        41 points credited: the balance is 350 points
    """

    __slots__ = ()

    table = NOTICES

    @property
    def words(self) -> str:
        """What it says, in English."""
        return super().words.rstrip()
