"""Gift cards with something on them, and what is on them by offer (S3, S5, B10)."""

from __future__ import annotations

import asyncio
import io

from loyaltykit import AsyncLoyalty, CardRow, CsvFile, Loyalty
from loyaltykit.adapters.memory import AsyncMemoryRepository, MemoryRepository
from tests.operations.cards import FIFTY, OFFERS, rich, sold, stored
from tests.operations.ladders import CAME, visits
from tests.operations.support import AT, DAY, city, entries_of, ride, rub
from tests.reports.support import figures, owner


def lived(loyalty):
    """Have five cards: bought, sold by offer, sold by a face and partly spent, spent wholly, and held by an order."""
    rich(loyalty)
    loyalty.cards.buy("c1", "fifty", member="m1", at=AT)
    loyalty.cards.issue("c2", at=AT, offer="hundred")
    part, whole = sold(loyalty, 500, card="c3"), sold(loyalty, 30, card="c4")
    loyalty.settle(ride("120.00", id="o1"), at=AT, gift_card=part)
    loyalty.settle(ride("30.00", id="o2"), at=AT, gift_card=whole)
    loyalty.place(ride("70.00", id="o3"), at=AT, gift_card=sold(loyalty, 70, card="c5"))
    loyalty.cards.freeze("f1", "c2", at=AT)
    return loyalty


def told(report):
    names = ("issued", "outstanding", "face", "balance", "held", "frozen")
    return [(row.offer, *figures(row, *names)) for row in (*report.rows, report.total)]


def test_S3_every_card_with_something_on_it(life):
    """By its id, without its code."""
    loyalty = lived(life(**OFFERS))
    cards = list(loyalty.reports.cards(at=AT))
    assert [(card.card, card.offer, card.member, *figures(card, "face", "balance", "held")) for card in cards] == [
        ("c1", "fifty", "m1", "50.00", "50.00", "0.00"),
        ("c2", "hundred", None, "100.00", "100.00", "0.00"),
        ("c3", None, None, "500.00", "380.00", "0.00"),
        ("c5", None, None, "70.00", "0.00", "70.00"),
    ]
    assert [card.frozen for card in cards] == [False, True, False, False]
    assert cards[0].expires == loyalty.cards.view("c1", at=AT).expires
    assert (cards[0].expires.tzinfo.key, cards[1].expires) == ("Europe/Moscow", None)


def test_S3_codes_are_in_no_file(life, repository):
    """Whoever reads a report can't pay with what is in it."""
    loyalty = lived(life(**OFFERS))
    with CsvFile(text := io.StringIO(), CardRow) as file:
        for card in loyalty.reports.cards(at=AT):
            file.add(card)
    assert all(stored(repository, card).code not in text.getvalue() for card in ("c1", "c2", "c3", "c5"))


def test_B10_what_is_on_cards_by_offer(life, repository):
    """It's what the entries come to; the total is that of all."""
    loyalty = lived(life(**OFFERS))
    assert told(loyalty.reports.card_sums(at=AT)) == [
        ("fifty", "1", "1", "50.00", "50.00", "0.00", "0.00"),
        ("hundred", "1", "1", "100.00", "100.00", "0.00", "100.00"),
        (None, "3", "2", "570.00", "380.00", "70.00", "0.00"),
        (None, "5", "4", "720.00", "530.00", "70.00", "100.00"),
    ]
    booked = sum(entry.amount for entry in entries_of(repository) if owner(entry)[1] == "card")
    total = loyalty.reports.card_sums(at=AT).total
    assert (total.balance + total.held).minor == booked == 60_000


def test_B10_time_alone_counts_swept_or_not(life):
    """A card that has expired has nothing on it, and is issued still."""
    loyalty = lived(life(**OFFERS))
    later = AT + 40 * DAY
    before = told(loyalty.reports.card_sums(at=later))
    assert before[0] == ("fifty", "1", "0", "0.00", "0.00", "0.00", "0.00")
    assert "c1" not in [card.card for card in loyalty.reports.cards(at=later)]
    loyalty.run_due(at=later)
    assert told(loyalty.reports.card_sums(at=later)) == before


def test_S3_an_offer_of_another_revision_is_told_behind(repository):
    """By its name."""
    Loyalty(city(gift_card=[FIFTY, {"name": "old", "face": "10"}]), repository).cards.issue("c1", at=AT, offer="old")
    report = Loyalty(city(gift_card=[FIFTY]), repository).reports.card_sums(at=AT)
    assert [row.offer for row in report.rows] == ["fifty", "old"]


def test_S3_more_cards_than_a_page(life):
    """They come one after the other; none is left out."""
    loyalty = life()
    for number in range(205):
        loyalty.cards.issue(f"c{number:03}", at=AT, face=rub(1))
    assert [card.card for card in loyalty.reports.cards(at=AT)] == [f"c{number:03}" for number in range(205)]
    assert loyalty.reports.card_sums(at=AT).total.outstanding == 205


def test_S3_without_cards_there_are_none(life):
    """Nothing, in all."""
    assert list(life().reports.cards(at=AT)) == []
    assert str(life().reports.card_sums(at=AT)) == "Gift cards: nothing"


def test_S3_async_reports_are_the_same():
    """Cards are taken by ``async for``, and tiers are told as without await."""
    store = MemoryRepository()
    settings = OFFERS | {"tier": [CAME]}
    loyalty, twin = Loyalty(city(**settings), store), AsyncLoyalty(city(**settings), AsyncMemoryRepository(store))
    visits(lived(loyalty), 3, prefix="v")

    async def collect():
        return [card async for card in twin.reports.cards(at=AT)]

    assert asyncio.run(collect()) == list(loyalty.reports.cards(at=AT))
    for name in ("card_sums", "tiers", "tier_moves", "tier_endings"):
        assert asyncio.run(getattr(twin.reports, name)(at=AT)) == getattr(loyalty.reports, name)(at=AT)
