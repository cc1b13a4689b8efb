"""
Gift cards on offer: what they're worth, what they cost in points, and how long they're valid. Row S3.

A gift card is stored money. The host sells it for money, or a member buys it for points; what becomes of it then, its
own document knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.decision import Decision
from loyaltykit.effects import CardPurchase
from loyaltykit.reason import Reason
from loyaltykit.settings import field
from loyaltykit.settings.frozen import Settings, settings
from loyaltykit.values.term_end import term_end

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from loyaltykit.facts.standing import Standing
    from loyaltykit.values.money import Money  # noqa: TC004 - attrs doesn't resolve annotations
    from loyaltykit.values.points import Points  # noqa: TC004
    from loyaltykit.values.term import Term  # noqa: TC004 - loaded by the kind that reads it


@settings
class GiftCard(Settings):
    """
    An offer of gift cards of one *face*: for *points_price* points, or, without that, for money alone (S3).

    A card is *valid_for* a term from its sale, to the end of that local day; without one it never expires. Money that
    comes back to it after that lives on as `Expiry` grants it to points by `returned_after_expiry`, or is gone.

    Examples:
        >>> from loyaltykit import GiftCard, Money, Points, Term
        >>> GiftCard(name="fifty", face=Money(50, "RUB"), points_price=Points(500), valid_for=Term("P1Y")).face
        Money('50.00', 'RUB')
    """

    name: str = field.text("What it's bought by, and what reports go by.")
    face: Money = field.money("What the card is worth.")
    points_price: Points | None = field.points("What it costs in points; for money alone if left out.", default=None)
    valid_for: Term | None = field.term(
        "How long it's valid, to the end of that day; for good if left out.", default=None, years=10, hours=False
    )


def gift_card_for(offer: GiftCard, *, member: str, standing: Standing) -> Decision:
    """
    Say whether *member*, who has so much, can buy a card of *offer* for points: if not, how many are missing.

    Examples:
        >>> from loyaltykit import GiftCard, Money, Points, Standing, gift_card_for
        >>> fifty = GiftCard(name="fifty", face=Money(50, "RUB"), points_price=Points(500))
        >>> print(gift_card_for(fifty, member="m1", standing=Standing(balance=Points(512))))
        fifty: m1 buys a gift card of 50.00 RUB for 500 points
        >>> print(gift_card_for(fifty, member="m1", standing=Standing(balance=Points(412))))
        fifty: it costs 500 points; the member has 412 points: 88 points are missing
    """
    price, balance = offer.points_price, standing.balance
    if price is None:
        return Decision(offer.name, (), (Reason("not_for_points", offer=offer.name),))
    if balance < price:
        reason = Reason("points_missing", price=price, balance=balance, missing=price - balance)
        return Decision(offer.name, (), (reason,))
    return Decision(offer.name, (CardPurchase(member, price, offer.face),))


def valid_until(offer: GiftCard, sold_at: datetime, *, zone: tzinfo) -> datetime | None:
    """
    Give the moment, in UTC, from which a card of *offer* that was *sold_at* a moment is expired; None if it never is.

    Local days are those of *zone*, the program's. None also where the calendar ends. Raises `NaiveMoment`.

    Examples:
        >>> from datetime import datetime
        >>> from zoneinfo import ZoneInfo
        >>> from loyaltykit import GiftCard, Money, Term
        >>> moscow = ZoneInfo("Europe/Moscow")
        >>> fifty = GiftCard(name="fifty", face=Money(50, "RUB"), valid_for=Term("P1Y"))
        >>> valid_until(fifty, datetime(2026, 3, 10, 12, tzinfo=moscow), zone=moscow).isoformat()
        '2027-03-10T21:00:00+00:00'
    """
    return None if offer.valid_for is None else term_end(offer.valid_for, sold_at, zone)
