"""
Calls that pay with gift cards, freeze them and give them away, as they race over one store: which they are, in which
store, and what must hold of whatever comes of them.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from functools import cache, partial

from loyaltykit import Points, Program
from loyaltykit.documents import card as card_document
from loyaltykit.ledger.account import NEVER
from loyaltykit.ledger.cursor import micros
from loyaltykit.operations.run_due import sweep_due
from loyaltykit.operations.stands import by_card_of, cash_refunded_of, money_of, money_refunded_of
from tests.testing.pairs import START, Race, World, _detail, orders_of, ride, rub

HOUR = timedelta(hours=1)
SOON = START + 2 * HOUR
"""What is placed waits, and the cards are good."""

LATER = START + 30 * HOUR
"""By then holds have timed out, and the first card has expired; nobody has booked it."""

PROGRAM = Program.from_dict(
    {
        "id": "city",
        "currency": "RUB",
        "point_value": "1",
        "time_zone": "Europe/Moscow",
        "redemption": [{"max_share": "50"}],
        "hold_timeout": "P1D",
    }
)

FIRST, SECOND = "3" * 16, "4" * 16
"""The codes of two cards."""


def prepare(loyalty):
    """Have an order in each state paid with the first card, of which less is left than two would take."""
    loyalty.members.adjust("welcome", "m1", Points(60), at=START)
    for digit, (card, face, expires) in enumerate([("c1", 1_100, START + 20 * HOUR), ("c2", 250, None)], 1):
        loyalty._programs.randbelow = lambda _, digit=digit: digit
        loyalty.cards.issue(card, at=START, face=rub(face), member="m1", expires=expires)
    loyalty.place(ride("held", 400), at=START, redeem=Points(20), gift_card=FIRST)
    loyalty.settle(ride("done", 300), at=START, redeem=Points(20), gift_card=FIRST)
    loyalty.place(ride("gone", 200), at=START, gift_card=FIRST)
    loyalty.cancel("gone", at=START)


def _place(loyalty, scene, at, n, *, code=FIRST):
    return loyalty.place(ride(scene.order, 300 + n), at=at, redeem=Points(10), gift_card=code)


def _place_other(loyalty, _, at, n):
    return loyalty.place(ride(f"other {n}", 250 + n, customer=None), at=at, gift_card=FIRST)


def _settle(loyalty, scene, at, n):
    return loyalty.settle(ride(scene.order, 310 + n), at=at, gift_card=FIRST)


def _complete(loyalty, scene, at, n):
    return loyalty.complete(scene.order, at=at, price=rub(280 + 200 * n))


def _cancel(loyalty, scene, at, _):
    return loyalty.cancel(scene.order, at=at)


def _amend(loyalty, scene, at, n, **told):
    return loyalty.amend(f"{[*told]} {n}", scene.order, at=at, **told)


def _reprice(loyalty, scene, at, n):
    return loyalty.amend(f"price {n}", scene.order, at=at, price=rub(100 + 350 * n))


def _refund_part(loyalty, scene, at, n):
    return loyalty.refund(f"part {n}", scene.order, at=at, amount=rub(100 + 37 * n))


def _refund(loyalty, scene, at, n):
    return loyalty.refund(f"rest {n}", scene.order, at=at)


def _correct(loyalty, scene, at, n):
    return loyalty.correct(f"c{n}", scene.order, at=at, price=rub(330 - 60 * n))


OF_ORDERS = {
    "place": _place,
    "place by the second card": partial(_place, code=SECOND),
    "settle": _settle,
    "complete": _complete,
    "cancel": _cancel,
    "reprice": _reprice,
    "swap the card": partial(_amend, gift_card=SECOND),
    "drop the card": partial(_amend, gift_card=""),
    "refund part": _refund_part,
    "refund": _refund,
    "correct": _correct,
}
"""The calls that name an order."""


async def _untold(call):
    """Await a call, and tell nothing: what it gives is how the card stands by then, whoever was first."""
    await call


def _freeze(loyalty, _, at, n):
    return _untold(loyalty.cards.freeze(f"f{n}", "c1", at=at))


def _unfreeze(loyalty, _, at, n):
    return _untold(loyalty.cards.unfreeze(f"u{n}", "c1", at=at))


def _give(loyalty, _, at, n):
    return _untold(loyalty.cards.give(f"g{n}", "c1", f"m{n}", at=at))


def _recode(loyalty, _, at, n):
    return _untold(loyalty.cards.recode(f"r{n}", "c1", at=at))


def _sweep(loyalty, _, at, __):
    return loyalty._driver.run(partial(sweep_due, loyalty._programs, '["city","card","c1"]', at=at))


CALLS = OF_ORDERS | {
    "place another": _place_other,
    "freeze": _freeze,
    "unfreeze": _unfreeze,
    "give": _give,
    "recode": _recode,
    "sweep the card": _sweep,
}

CARDS = World(PROGRAM, prepare, CALLS, randbelow=lambda _: 7)
"""Whoever draws a code draws the same, so that all but one draw again."""


@cache
def _card(key, body):
    return card_document.decode(key, body)


def cards_of(store):
    """Give the gift cards in *store*, by their keys."""
    keys = [key for key in store._documents if key.startswith('["city","card",')]
    return {key: _card(key, store._documents[key].body) for key in keys}


def check_cards(store):
    """See that cards, what orders say of them, what is booked and what is due are one; none has an owner too many."""
    cards, orders = cards_of(store), orders_of(store)
    assert {key: micros(moment) for key, moment in store._due.items() if '"card"' in key} == {
        key: card.account.next_moment for key, card in cards.items() if card.account.next_moment != NEVER
    }
    for key, card in cards.items():
        for order_id, hold in card.account.holds.items():
            placed = orders[order_id]
            assert (placed.status, placed.card.card, placed.card.held) == ("placed", json.loads(key)[-1], hold.amount)
    spent = Counter()
    for entry in store._entries:
        detail = _detail(entry.detail)
        if detail["kind"] == "card_redeemed" and entry.account in cards:
            spent[detail["order"]] -= entry.amount
    for order_id, placed in orders.items():
        paid = by_card_of(placed) if placed.status in ("completed", "refunded") else 0
        assert spent[order_id] == paid - money_refunded_of(CARDS.program, placed).of(paid)
        assert placed.card is None or placed.card.captured <= placed.card.held
    theirs = {key for key, each in store._documents.items() if '"member_card"' in key and each.body is not None}
    assert theirs == {
        key.replace('"card",', f'"member_card","{card.owner}",') for key, card in cards.items() if card.owner
    }


class CardRace(Race):
    """Calls that meet on a gift card."""

    world = CARDS
    no_id = frozenset({"sweep the card"})

    def _check(self, outcome):
        super()._check(outcome)
        check_cards(outcome.store)

    def _check_given_back(self, outcome):
        """See that refunds have given back what they say of the money that was paid beside points and card."""
        given = {
            (call.name, call.n): result.refund.minor
            for call, result in zip(self.calls, outcome.results, strict=True)
            if call.name in ("refund", "refund part") and result is not None and result.refund is not None
        }
        placed = orders_of(outcome.store).get(self.scene.order)
        if given:
            cash = money_of(self.world.program, placed) - by_card_of(placed)
            assert sum(given.values()) == cash_refunded_of(self.world.program, placed) <= cash
