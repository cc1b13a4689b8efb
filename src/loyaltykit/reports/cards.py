"""Gift cards with something on them, one after the other, without their codes. Rows S3, B10."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from attrs import frozen

from loyaltykit.ledger.account import NEVER
from loyaltykit.ledger.cursor import from_micros, micros
from loyaltykit.operations.open_card import OpenCard
from loyaltykit.operations.requests import Look, ReadKeys
from loyaltykit.reports.reading import PAGE
from loyaltykit.values.moment import in_zone, instant
from loyaltykit.values.money import Money

if TYPE_CHECKING:
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.reports.reading import Page


@frozen(kw_only=True)
class CardRow:
    """
    What is on a gift *card*, sold by an *offer*, None for none: the *balance* to be spent, and what orders have *held*.

    *face* is what it was issued with, *member* whose it is, where that's known. It *expires* at a moment in the
    program's time zone, None for never; a *frozen* one pays for no new order.

    Examples:
        >>> from loyaltykit import CardRow, Money
        >>> money = {"face": Money(50, "RUB"), "balance": Money(30, "RUB"), "held": Money(0, "RUB")}
        >>> CardRow(card="c1", offer="fifty", member=None, expires=None, frozen=False, **money).balance
        Money('30.00', 'RUB')
    """

    card: str
    offer: str | None
    member: str | None
    face: Money
    balance: Money
    held: Money
    expires: datetime | None
    frozen: bool

    @property
    def is_outstanding(self) -> bool:
        """Whether there's something on it that may be spent yet, or that an order holds."""
        return bool(self.balance or self.held)


def cards_page(programs: Programs, at: datetime, after: str | None) -> Operation[Page[CardRow]]:
    """Give the gift cards of a page of keys, by their ids, as time has made them by *at*."""
    moment = micros(instant(at, "at"))
    yield from programs.begun()
    keys = yield ReadKeys(prefix=programs.prefix("card"), after=after, limit=PAGE)
    found = (yield Look(tuple(keys))) if keys else {}
    program = programs.at_or_first(at)
    cards = [
        OpenCard(programs, program, json.loads(key)[-1], found[key], moment, None)
        for key in keys
        if found[key].body is not None
    ]
    return [_row(programs, card) for card in cards], keys[-1] if len(keys) == PAGE else None


def _row(programs: Programs, card: OpenCard) -> CardRow:
    told = card.card
    return CardRow(
        card=card.id,
        offer=told.offer,
        member=told.owner,
        face=card.money(told.face),
        balance=card.money(card.account.balance),
        held=card.money(card.account.held),
        expires=None if told.expires == NEVER else in_zone(from_micros(told.expires), programs.zone),
        frozen=told.frozen,
    )
