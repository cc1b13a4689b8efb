# Made from cards.py by `make async`: change that one, and make this anew.
"""The facet ``cards`` of `AsyncLoyalty`: gift cards are issued, bought, looked at, given away and frozen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from loyaltykit.operations.change_card import freeze_card, give_card, recode_card
from loyaltykit.operations.issue_card import buy_card, issue_card
from loyaltykit.operations.view_card import cards_of, check_card, view_card

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from loyaltykit.loyalty.async_driver import AsyncDriver
    from loyaltykit.operations.issue_card import IssuedCard
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.view_card import CardCheck, CardPage, CardView
    from loyaltykit.values.money import Money


class AsyncCards:
    """
    Gift cards: the facet ``cards`` of `AsyncLoyalty`. Whoever has the code of one can pay an order with it.

    Examples:
        >>> import asyncio
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import AsyncLoyalty, Money, Program
        >>> from loyaltykit.adapters.memory import AsyncMemoryRepository
        >>> raw = {"id": "city", "currency": "RUB", "point_value": 1, "time_zone": "Europe/Moscow"}
        >>> loyalty = AsyncLoyalty(Program.from_dict(raw), AsyncMemoryRepository())
        >>> now = datetime(2026, 3, 1, tzinfo=timezone.utc)
        >>> asyncio.run(loyalty.cards.issue("c1", at=now, face=Money(50, "RUB"))).face
        Money('50.00', 'RUB')
    """

    def __init__(self, programs: Programs, driver: AsyncDriver) -> None:
        self._programs = programs
        self._driver = driver

    async def issue(
        self,
        card_id: str,
        *,
        at: datetime,
        face: Money | None = None,
        offer: str | None = None,
        member: str | None = None,
        expires: datetime | None = None,
    ) -> IssuedCard:
        """
        Issue a gift card that the host has sold for money: of that *face*, or by the *offer* of that name (S3).

        *card_id* is the host's id of it, and *member* whose it is, if that's known. It *expires* at that moment, or as
        its offer says. The same call again gives the same card. Raises `InvalidValue` for a face of nothing, an unknown
        offer, or a moment that has passed, and `MixedUnits` for another currency.
        """
        told: dict[str, Any] = {"face": face, "offer": offer, "member": member, "expires": expires}
        return await self._driver.run(partial(issue_card, self._programs, card_id, at=at, **told))

    async def buy(self, card_id: str, offer: str, *, member: str, at: datetime) -> IssuedCard:
        """
        Have a *member* buy a gift card for points, by the *offer* of that name (S3).

        Where the balance doesn't suffice, nothing is bought, and *reasons* says how many points are missing; a later
        try has a card id of its own. Raises `InvalidValue` for an unknown offer.
        """
        return await self._driver.run(partial(buy_card, self._programs, card_id, offer, member=member, at=at))

    async def view(self, card_id: str | None = None, *, at: datetime, code: str | None = None) -> CardView:
        """
        Give what is on a gift card *at* that moment, by its id or by its *code*: for the host's own eyes.

        It tells the code, and whose the card is. Raises `UnknownCard`, and `InvalidValue` unless one of both is told.
        """
        return await self._driver.run(partial(view_card, self._programs, card_id, at=at, code=code))

    async def check(self, code: str, *, at: datetime) -> CardCheck:
        """
        Say what whoever typed a *code* may know of its gift card: whether it's usable, its balance, when it expires.

        Nothing that people type is an error, and all codes with which nobody can pay have one reason: ``card_unknown``.
        """
        return await self._driver.run(partial(check_card, self._programs, code, at=at))

    async def of(self, member_id: str, *, at: datetime, after: str | None = None, limit: int = 100) -> CardPage:
        """
        Give a page of the gift cards that a member has, with their codes to copy (S3).

        A page looks at up to *limit* cards that they have or had, and the next one stands behind *after*, the cursor of
        the one before.
        """
        return await self._driver.run(partial(cards_of, self._programs, member_id, at=at, after=after, limit=limit))

    async def give(self, give_id: str, card_id: str, to: str, *, at: datetime) -> CardView:
        """
        Have a gift card be the member *to*'s, who has its code from now on, too; give what is on it then.

        The same call again does nothing, and gives the card as it stands by now, as those below do. Raises
        `UnknownCard`.
        """
        return await self._driver.run(partial(give_card, self._programs, give_id, card_id, to, at=at))

    async def freeze(self, freeze_id: str, card_id: str, *, at: datetime) -> CardView:
        """
        Have a gift card that was reported stolen pay for no new order; what orders hold of it stands.

        It goes on expiring, and gets back what is refunded. The same call again doesn't freeze what was unfrozen since:
        ``frozen`` of what it gives says so. Raises `UnknownCard`.
        """
        return await self._driver.run(partial(freeze_card, self._programs, freeze_id, card_id, at=at))

    async def unfreeze(self, unfreeze_id: str, card_id: str, *, at: datetime) -> CardView:
        """Have a frozen gift card pay again; give one that was stolen a new code first. Raises `UnknownCard`."""
        return await self._driver.run(partial(freeze_card, self._programs, unfreeze_id, card_id, at=at, frozen=False))

    async def recode(self, recode_id: str, card_id: str, *, at: datetime) -> CardView:
        """
        Have a gift card be paid with by a new code, which this and `view` tell; the old one pays no more.

        So neither who stole a card nor who gave it away can pay with it. Orders keep what they hold. Raises
        `UnknownCard`.
        """
        return await self._driver.run(partial(recode_card, self._programs, recode_id, card_id, at=at))
