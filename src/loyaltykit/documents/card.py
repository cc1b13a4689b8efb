"""
The documents of a gift card: by ``["city","card",CARD]``, the host's id of it, what it is and has; by
``["city","card_code",CODE]`` which card has that code; by ``["city","member_card",MEMBER,CARD]`` that it's that
member's. Row S3.

Whoever has the code can pay with the card, so the code stands nowhere else: in no order, entry or receipt.
"""

from __future__ import annotations

from typing import Any

from attrs import field, frozen

from loyaltykit.documents.form import as_json, opened, understood
from loyaltykit.documents.lots import read_lots, written_lots
from loyaltykit.ledger.account import NEVER, Account, Hold


@frozen(kw_only=True)
class Card:
    """
    A gift card of the *face*, in minor units, that *code* pays with; its *account* is what's on it and who holds some.

    It *expires* at a moment, `NEVER` if not. *owner* is the member whose it is, None for nobody known; it's spent by
    whoever has the code. A *frozen* one takes no new holds. *offer* names what was sold, where it came from one.
    *recoded* is how often it had a new code: what was named by an earlier one holds no more of it.

    Examples:
        >>> card = Card(code="D48M7K2PWXYZ2345", face=5_000, account=Account(lots=((NEVER, 0, 5_000),)))
        >>> decode("card/c1", encode(card)) == card
        True
    """

    code: str = field(repr=False)
    face: int
    account: Account
    expires: int = NEVER
    owner: str | None = None
    frozen: bool = False
    offer: str | None = None
    recoded: int = 0


def encode(card: Card) -> str:
    """
    Give the body of *card*: what isn't there is left out.

    Examples:
        >>> encode(Card(code="D48M7K2PWXYZ2345", face=5_000, account=Account(as_of=3), owner="m1"))
        '{"v":1,"code":"D48M7K2PWXYZ2345","face":5000,"as_of":3,"lots":[],"owner":"m1"}'
    """
    account = card.account
    body: dict[str, Any] = {"v": 1, "code": card.code, "face": card.face, "as_of": account.as_of}
    body["lots"] = written_lots(account.lots)
    if account.holds:
        body["holds"] = {order: [hold.until, written_lots(hold.lots)] for order, hold in account.holds.items()}
    told = {
        "expires": None if card.expires == NEVER else card.expires,
        "owner": card.owner,
        "frozen": card.frozen or None,
        "offer": card.offer,
        "recoded": card.recoded or None,
    }
    return as_json(body | {name: value for name, value in told.items() if value is not None})


@understood
def decode(key: str, body: str | None) -> Card | None:
    """
    Read the *body* stored under *key*; None is that of a card that was never issued. Raises `StoreTooNew`.

    Examples:
        >>> decode("card/c1", None) is None
        True
    """
    if body is None:
        return None
    raw = opened(key, body)
    holds = {order: Hold(until, read_lots(lots)) for order, (until, lots) in raw.get("holds", {}).items()}
    return Card(
        code=raw["code"],
        face=raw["face"],
        account=Account(as_of=raw["as_of"], lots=read_lots(raw["lots"]), holds=holds),
        expires=raw.get("expires", NEVER),
        owner=raw.get("owner"),
        frozen=raw.get("frozen", False),
        offer=raw.get("offer"),
        recoded=raw.get("recoded", 0),
    )


def encode_code(card_id: str) -> str:
    """
    Give the body of a code that pays with the card called *card_id*.

    Examples:
        >>> encode_code("c1")
        '{"v":1,"card":"c1"}'
    """
    return as_json({"v": 1, "card": card_id})


@understood
def decode_code(key: str, body: str | None) -> str | None:
    """
    Read which card has the code under *key*; None for a code of none. Raises `StoreTooNew`.

    Examples:
        >>> decode_code("card_code/D48M7K2PWXYZ2345", encode_code("c1"))
        'c1'
    """
    if body is None:
        return None
    card_id: str = opened(key, body)["card"]
    return card_id
