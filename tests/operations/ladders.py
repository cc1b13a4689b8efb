"""The source's own ladders, and what tests ask of them."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

from loyaltykit.documents import member as member_document
from tests.operations.support import AT, ride

MOSCOW = ZoneInfo("Europe/Moscow")

SOLD = {"name": "sold", "lapse_after": 60, "levels": [{"percent": "5", "sold": "5000"}]}
CAME = {"name": "came", "lapse_after": 60, "levels": [{"percent": "5", "visits": 3}]}
CLASSES = {
    "name": "classes",
    "levels": [
        {"name": "bronze", "sold": "20000", "paid": "20000", "visits": 10},
        {"name": "silver", "sold": "50000", "paid": "50000", "visits": 30},
        {"name": "gold", "sold": "100000", "paid": "100000", "visits": 50},
    ],
}
MONTH = {
    "name": "month",
    "over": "P30D",
    "levels": [{"name": "seen", "visits": 1}, {"name": "keen", "visits": 3, "paid": "900"}],
}


def key_of(member="m1"):
    return json.dumps(["city", "member", member], separators=(",", ":"))


def stored(repository, member="m1"):
    key = key_of(member)
    return member_document.decode(key, repository.load([key])[key].body)


def level(loyalty, at, ladder, member="m1"):
    """Give the level of *ladder* that *member* has at a moment, whoever has booked what."""
    return {tier.tier: tier.level for tier in loyalty.members.view(member, at=at).tiers}[ladder]


def visits(loyalty, count, *, at=AT, price="100", prefix="o", member="m1"):
    """Have a member come so many times, a second apart."""
    for number in range(count):
        loyalty.settle(ride(price, id=f"{prefix}{number}", customer=member), at=at)
