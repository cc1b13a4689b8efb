"""What is on gift cards, by the offer that they were sold by. Rows S3, B10."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from attrs import frozen

from loyaltykit.reports.cards import cards_page
from loyaltykit.reports.reading import summed, whole
from loyaltykit.reports.report import Report
from loyaltykit.values.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.reports.cards import CardRow
    from loyaltykit.reports.reading import Sums
    from loyaltykit.values.currency import Currency


@frozen(kw_only=True)
class CardSums:
    """
    How many gift cards of an *offer*, None for those of none, were *issued*, and how many are *outstanding*.

    Those have something on them: *face* is what they were issued with, *balance* what may be spent, *held* what orders
    hold; *frozen* is the part of the balance that is on frozen ones.

    Examples:
        >>> from loyaltykit import CardSums, Money
        >>> money = {"face": Money(50, "RUB"), "held": Money(0, "RUB"), "frozen": Money(0, "RUB")}
        >>> CardSums(offer="fifty", issued=3, outstanding=1, balance=Money(30, "RUB"), **money).outstanding
        1
    """

    offer: str | None
    issued: int
    outstanding: int
    face: Money
    balance: Money
    held: Money
    frozen: Money


def card_sums(programs: Programs, *, at: datetime) -> Operation[Report[CardSums]]:
    """Report gift cards by offer: those of the program in their order, then others, then those of none."""
    sums = yield from summed(partial(cards_page, programs, at), _counted)
    offers = [offer.name for offer in programs.at_or_first(at).gift_card]
    found = {about for about, _ in sums}
    others = sorted({name for name in found if name is not None} - set(offers))
    names = [*offers, *others, *([None] if None in found else [])]
    currency = programs.worth.currency
    rows = [_row(name, sums, currency) for name in names]
    return Report("Gift cards", CardSums, tuple(rows), _row(None, whole(sums, None), currency))


def _counted(cards: Iterable[CardRow]) -> Sums:
    sums: Sums = Counter()
    for card in cards:
        offer = card.offer
        sums[offer, "issued"] += 1
        if card.is_outstanding:
            sums[offer, "outstanding"] += 1
            sums[offer, "face"] += card.face.minor
            sums[offer, "balance"] += card.balance.minor
            sums[offer, "held"] += card.held.minor
            sums[offer, "frozen"] += card.balance.minor if card.frozen else 0
    return sums


def _row(offer: str | None, sums: Sums, currency: Currency) -> CardSums:
    money = {name: Money.from_minor(sums[offer, name], currency) for name in ("face", "balance", "held", "frozen")}
    return CardSums(offer=offer, issued=sums[offer, "issued"], outstanding=sums[offer, "outstanding"], **money)
