"""What tests of gift cards share: a program that sells some, and what's on them."""

from __future__ import annotations

import json

from loyaltykit.documents import card as card_document
from tests.operations.support import AT, entries_of, give, rub

FIFTY = {"name": "fifty", "face": "50", "points_price": 500, "valid_for": "P30D"}
HUNDRED = {"name": "hundred", "face": "100"}
OFFERS = {"gift_card": [FIFTY, HUNDRED]}


def sold(loyalty, face=500, *, card="c1", at=AT, **told):
    """Issue a card of so many roubles, and give its code."""
    return loyalty.cards.issue(card, at=at, face=rub(face), **told).code


def on(loyalty, card="c1", *, at=AT):
    """Give what can be spent of a card, and what orders hold of it."""
    view = loyalty.cards.view(card, at=at)
    return view.balance, view.held


def rich(loyalty, points=600, *, at=AT):
    """Have m1 earn so many points."""
    give(loyalty, points, at=at)
    return loyalty


def stored(repository, card="c1"):
    """Give the document of a card."""
    key = json.dumps(["city", "card", card], separators=(",", ":"))
    return card_document.decode(key, repository.load([key])[key].body)


def booked(repository, card="c1"):
    """Give what is booked to a card: the program's account, and how much."""
    key = json.dumps(["city", "card", card], separators=(",", ":"))
    return [(json.loads(entry.detail)["kind"], entry.amount) for entry in entries_of(repository, key)]
