"""What is on a gift card: for the host, for whoever has the code, and which cards a member has. Row S3."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from attrs import field, frozen

from loyaltykit.errors import InvalidValue, UnknownCard
from loyaltykit.ledger.account import NEVER
from loyaltykit.ledger.cursor import from_micros, micros
from loyaltykit.operations.open_card import OpenCard, card_of, open_card
from loyaltykit.operations.requests import Load, ReadKeys, key_behind, page_size
from loyaltykit.reason import Reason
from loyaltykit.values.card_code import grouped
from loyaltykit.values.moment import instant
from loyaltykit.values.text import id_of

if TYPE_CHECKING:
    from datetime import datetime  # noqa: TC004 - attrs doesn't resolve annotations

    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.values.money import Money  # noqa: TC004


@frozen(kw_only=True)
class CardView:
    """
    What is on a gift *card* *at* a moment: the *balance* that can be spent, and beside it what orders have *held*.

    *code* is what pays with it, *face* what it was issued with; it *expires* at a moment, None for never. *member* is
    whose it is, where that's known; a *frozen* one pays for no new order; *offer* is what was sold.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Loyalty, Money, Program
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> raw = {"id": "city", "currency": "RUB", "point_value": 1, "time_zone": "Europe/Moscow"}
        >>> loyalty = Loyalty(Program.from_dict(raw), MemoryRepository())
        >>> now = datetime(2026, 3, 1, tzinfo=timezone.utc)
        >>> sold = loyalty.cards.issue("c1", at=now, face=Money(50, "RUB"))
        >>> view = loyalty.cards.view("c1", at=now)
        >>> view.balance, view.held, view.code == sold.code
        (Money('50.00', 'RUB'), Money('0.00', 'RUB'), True)
    """

    card: str
    code: str = field(repr=False)
    at: datetime
    face: Money
    balance: Money
    held: Money
    expires: datetime | None
    member: str | None
    frozen: bool
    offer: str | None


@frozen(kw_only=True)
class CardCheck:
    """
    What whoever typed a code may know of its gift card: whether it's *usable*, its *balance*, when it *expires*.

    *reasons* says why it isn't. A code that's wrong, malformed, another program's or of a card that has expired has one
    answer, so nobody learns anything by guessing.

    Examples:
        >>> from loyaltykit import CardCheck, Reason
        >>> CardCheck(balance=None, expires=None, reasons=(Reason("card_unknown"),)).usable
        False
    """

    balance: Money | None
    expires: datetime | None
    reasons: tuple[Reason, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether an order can be paid with it."""
        return not self.reasons


@frozen
class CardPage:
    """
    A page of the gift *cards* that a member has, and the cursor *after* them, None behind the last page.

    Examples:
        >>> from loyaltykit import CardPage
        >>> CardPage((), None).after is None
        True
    """

    cards: tuple[CardView, ...]
    after: str | None


def view_card(
    programs: Programs, card_id: str | None = None, *, at: datetime, code: str | None = None
) -> Operation[CardView]:
    """Give what is on the gift card called *card_id*, or that has the *code*, *at* that moment; nothing is written."""
    at = instant(at, "at")
    if (card_id is None) == (code is None):
        message = "a gift card is found by its id or by its code: give one of the two"
        raise InvalidValue(message, value=card_id)
    yield from programs.begun()
    wanted = (yield from card_of(programs, code)) if card_id is None else id_of("a gift card", card_id)
    if wanted is None:
        raise UnknownCard.of(None)
    return viewed((yield from open_card(programs, programs.at(at), wanted, micros(at), writes=False)), at)


def check_card(programs: Programs, typed: object, *, at: datetime) -> Operation[CardCheck]:
    """Say what whoever *typed* a code may know of its gift card; nothing is written."""
    at = instant(at, "at")
    program = programs.at(at)
    yield from programs.begun()
    card_id = yield from card_of(programs, typed)
    key = programs.key("card", card_id or "")
    stored = (yield Load((key,)))[key]  # also where there's none, so that wrong codes take as long
    card = None if card_id is None else OpenCard(programs, program, card_id, stored, micros(at), None)
    if card is None or card.is_expired:
        return CardCheck(balance=None, expires=None, reasons=(Reason("card_unknown"),))
    reason = objection(card)
    return CardCheck(
        balance=card.money(card.account.balance), expires=_expires(card), reasons=() if reason is None else (reason,)
    )


def objection(card: OpenCard, *, order_id: str | None = None) -> Reason | None:
    """Give the reason why nothing of *card* can be held for an order, beside what it holds already; None if it can."""
    if order_id is not None and card.held_for(order_id):
        return None
    if card.is_expired:
        return Reason("card_unknown")
    if card.card.frozen:
        return Reason("card_frozen")
    return None if card.account.balance else Reason("card_empty")


def cards_of(
    programs: Programs, member_id: str, *, at: datetime, after: str | None = None, limit: int = 100
) -> Operation[CardPage]:
    """Give a page of the gift cards that a member has *at* a moment, by their ids."""
    at = instant(at, "at")
    program = programs.at(at)
    prefix = programs.prefix("member_card", id_of("a member", member_id))
    page = ReadKeys(prefix=prefix, after=key_behind(after, prefix), limit=page_size(limit))
    yield from programs.begun()
    keys = yield page
    theirs = (yield Load(tuple(keys))) if keys else {}
    cards = []
    for key in keys:
        if theirs[key].body is not None:
            card = yield from open_card(programs, program, json.loads(key)[-1], micros(at), writes=False)
            cards.append(viewed(card, at))
    return CardPage(tuple(cards), keys[-1] if len(keys) == limit else None)


def viewed(card: OpenCard, at: datetime) -> CardView:
    """Give what is on *card* in an operation's hands."""
    return CardView(
        card=card.id,
        code=grouped(card.card.code),
        at=at,
        face=card.money(card.card.face),
        balance=card.money(card.account.balance),
        held=card.money(card.account.held),
        expires=_expires(card),
        member=card.card.owner,
        frozen=card.card.frozen,
        offer=card.card.offer,
    )


def _expires(card: OpenCard) -> datetime | None:
    """Give when money on the card expires next: on grace that's past the card's own end."""
    end = card.account.lots[0][0] if card.account.lots else card.card.expires
    return None if end == NEVER else from_micros(end)
