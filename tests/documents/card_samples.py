"""What is stored of gift cards, by the names of the samples that hold it."""

from __future__ import annotations

from datetime import UTC, datetime

from loyaltykit import Money, Order
from loyaltykit.documents.card import Card
from loyaltykit.documents.card_held import CardHeld
from loyaltykit.documents.order import PlacedOrder
from loyaltykit.ledger.account import Account, Hold

PLACED = datetime(2026, 3, 1, tzinfo=UTC)
AT = 1_772_323_200_000_000
"""The moment `PLACED`, as bodies hold it."""

YEAR = 1_803_859_200_000_000

CARDS = {
    "card-v1-sold": Card(code="D48M7K2PWXYZ2345", face=5_000, account=Account(as_of=AT, lots=((2**63 - 1, 0, 5_000),))),
    "card-v1-full": Card(
        code="ZZZZ7K2PWXYZ2345",
        face=500_000,
        account=Account(
            as_of=AT,
            lots=((AT + 86_400_000_000, 1, 300), (YEAR, 0, 2_000)),
            holds={'заказ "5"/7': Hold(AT + 604_800_000_000, ((YEAR, 0, 41_200),))},
        ),
        expires=YEAR,
        owner='друг "7"',
        frozen=True,
        offer="подарок",
    ),
    "card-v1-spent": Card(
        code="D48M7K2PWXYZ2346", face=5_000, account=Account(as_of=AT), expires=YEAR, owner="m1", offer="fifty"
    ),
    "card-v1-recoded": Card(code="D48M7K2PWXYZ2347", face=5_000, account=Account(as_of=AT), owner="m1", recoded=2),
}

PROMISED = {"placed_at": AT, "revision": "6d6e9d7c", "as_of": AT, "limited": True}
PRICED = Order(id="o1", customer="m1", price=Money(412, "RUB"))

ORDERS = {
    "order-v1-by-card": PlacedOrder(order=PRICED, status="placed", card=CardHeld("c1", 5_000), **PROMISED),
    "order-v1-paid-by-card": PlacedOrder(
        order=PRICED,
        status="completed",
        completed_at=AT,
        card=CardHeld('карта "1"', 5_000, ((AT + 86_400_000_000, 1, 300), (2**63 - 1, 0, 2_000))),
        **PROMISED,
    ),
}

ORDERS["order-v1-by-recoded-card"] = PlacedOrder(
    order=PRICED, status="placed", card=CardHeld("c1", 5_000, recoded=2), **PROMISED
)

ORDERS["order-v1-holding"] = PlacedOrder(
    order=PRICED, status="placed", card=CardHeld("c1", 5_000), until=AT + 604_800_000_000, **PROMISED
)

CARD_SAMPLES = [*CARDS, *ORDERS, "card-code-v1"]
