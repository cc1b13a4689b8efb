"""
A gift card is given away, frozen when it's reported stolen, unfrozen, or has a new code; or its owner is forgotten.
Row S3.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from attrs import evolve

from loyaltykit.documents.card import encode_code
from loyaltykit.ledger.cursor import micros
from loyaltykit.operations.book import Book
from loyaltykit.operations.open_card import open_card
from loyaltykit.operations.open_member import NOTHING_MORE
from loyaltykit.operations.requests import Commit, Load, ReadKeys
from loyaltykit.operations.view_card import view_card, viewed
from loyaltykit.values.card_code import draw_card_code
from loyaltykit.values.moment import instant
from loyaltykit.values.text import id_of

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.operations.open_card import OpenCard
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.operations.view_card import CardView

PAGE: Final = 50
"""Gift cards of a member that are looked for at a time."""


def give_card(programs: Programs, give_id: str, card_id: str, to: str, *, at: datetime) -> Operation[CardView]:
    """Have the gift card called *card_id* be the member *to*'s."""
    at = instant(at, "at")
    ids = id_of("a gift card", card_id), id_of("a gift", give_id)
    book = Book(programs, "give_card", *ids, asked={"to": id_of("a member", to)})
    program = programs.at(at)
    yield from programs.published(program)
    card = yield from open_card(programs, program, card_id, micros(at))
    owner = card.card.owner
    if owner != to:
        keys = [programs.key("member_card", each, card_id) for each in (to, owner) if each is not None]
        found = yield Load(tuple(keys))
        for key, body in zip(keys, (NOTHING_MORE, None), strict=False):
            book.write(key, found[key].version, body)
        card.card = evolve(card.card, owner=to)
    card.write_into(book)
    return (yield from _changed(programs, book, card, at))


def freeze_card(
    programs: Programs, freeze_id: str, card_id: str, *, at: datetime, frozen: bool = True
) -> Operation[CardView]:
    """Have the gift card called *card_id* pay for no new order, or, where it's *frozen* no more, pay again."""
    at = instant(at, "at")
    ids = id_of("a gift card", card_id), id_of("a freeze", freeze_id)
    book = Book(programs, "freeze_card" if frozen else "unfreeze_card", *ids, asked={})
    program = programs.at(at)
    yield from programs.published(program)
    card = yield from open_card(programs, program, card_id, micros(at))
    card.card = evolve(card.card, frozen=frozen)
    card.write_into(book)
    return (yield from _changed(programs, book, card, at))


def recode_card(programs: Programs, recode_id: str, card_id: str, *, at: datetime) -> Operation[CardView]:
    """
    Have the gift card called *card_id* be paid with by a new code, and by the old one no more.

    The old code's document is emptied, not forgotten, so that no card ever has it again.
    """
    at = instant(at, "at")
    ids = id_of("a gift card", card_id), id_of("a new code", recode_id)
    book = Book(programs, "recode_card", *ids, asked={})
    program = programs.at(at)
    yield from programs.published(program)
    card = yield from open_card(programs, program, card_id, micros(at))
    old, code = programs.key("card_code", card.card.code), draw_card_code(programs.randbelow)
    card.card = evolve(card.card, code=code, recoded=card.card.recoded + 1)
    card.write_into(book)
    book.write(old, (yield Load((old,)))[old].version, None)
    book.write(programs.key("card_code", code), 0, encode_code(card_id))
    return (yield from _changed(programs, book, card, at))


def _changed(programs: Programs, book: Book, card: OpenCard, at: datetime) -> Operation[CardView]:
    """Commit, and give *card* as it is then; where that was done before, as it has become since."""
    committed = yield Commit(book.change(NOTHING_MORE))
    return (yield from view_card(programs, card.id, at=at)) if committed.replayed else viewed(card, at)


def disown_cards(programs: Programs, member_id: str, *, at: datetime) -> Operation[None]:
    """Have the gift cards of a member be nobody's: they pay on for whoever has their codes."""
    prefix, after = programs.prefix("member_card", member_id), None
    while keys := (yield ReadKeys(prefix=prefix, after=after, limit=PAGE)):
        found = yield Load(tuple(keys))
        for key in keys:
            if found[key].body is not None:
                yield from _disown(programs, member_id, json.loads(key)[-1], at)
        after = keys[-1]


def _disown(programs: Programs, member_id: str, card_id: str, at: datetime) -> Operation[None]:
    card = yield from open_card(programs, programs.at(at), card_id, micros(at))
    if card.card.owner == member_id:
        key = programs.key("member_card", member_id, card_id)
        book = Book(programs, "disown_card", member_id, card_id, str(card.version), asked={})
        book.write(key, (yield Load((key,)))[key].version, None)
        card.card = evolve(card.card, owner=None)
        card.write_into(book)
        yield Commit(book.change(NOTHING_MORE))
