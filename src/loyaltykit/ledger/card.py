"""
A gift card's account, as pure functions: what is issued, held by orders, spent, given back, and what expires. Rows S3,
B3.

It's an `Account` of minor units, as a member's is of points, with one lot for the card's own expiry and others on
grace, each with its date: so whatever holds of points holds of a card's money. By time alone it expires, and holds time
out; held money doesn't expire; what comes back too late is gone, or lives on grace, once, as long as the program's
``[expiry]`` grants to points. Nobody owes a card anything, and nothing is pending on it.
"""

from __future__ import annotations

from typing import Final

from attrs import evolve

from loyaltykit.ledger.account import EXPIRED, ISSUED, REDEEMED, Account, Changed, Posting, taken

CARD_BOUGHT: Final = "card_bought"
"""The program's account of the points for which members buy gift cards."""

_KINDS: Final = {ISSUED: "card_issued", REDEEMED: "card_redeemed", EXPIRED: "card_expired"}
"""The program's accounts on the other side of a gift card's, by those of a member's."""


def issued(face: int, *, at: int, expires: int, rule: str | None) -> Changed:
    """
    Issue a card of the *face*, in minor units, by the offer *rule*; it expires at *expires*.

    Examples:
        >>> account, postings = issued(5_000, at=3, expires=90, rule="fifty")
        >>> account.balance, postings[0].amount
        (5000, 5000)
    """
    return Account(as_of=at, lots=((expires, 0, face),)), (Posting(at, ISSUED, face, rule=rule),)


def bought(account: Account, points: int, *, by: str, rule: str) -> Changed:
    """
    Take *points* of a member's *account*, those first that expire first, for the card *by* the offer *rule*.

    Examples:
        >>> after, postings = bought(Account(as_of=3, lots=((90, 0, 41),)), 40, by="c1", rule="fifty")
        >>> after.balance, postings[0].kind
        (1, 'card_bought')
    """
    posting = Posting(account.as_of, CARD_BOUGHT, -points, rule=rule, by=by)
    return account.with_(lots=taken(account.lots, points)[1]), (posting,)


def of_card(posting: Posting) -> Posting:
    """
    Give *posting* with the program's account for gift cards on its other side.

    Examples:
        >>> of_card(Posting(3, EXPIRED, -5)).kind
        'card_expired'
    """
    return evolve(posting, kind=_KINDS[posting.kind])
