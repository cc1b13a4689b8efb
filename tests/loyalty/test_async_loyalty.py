"""What only tasks do to an `AsyncLoyalty`: they come between each other, and are cancelled."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import takewhile

import pytest

from loyaltykit import (
    AsyncLoyalty,
    Committed,
    Money,
    OpeningMember,
    Order,
    Points,
    Program,
    Replayed,
    Retried,
    StoreUnavailable,
)
from loyaltykit.adapters.memory import AsyncMemoryRepository
from loyaltykit.ledger.repository import Change

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATE = NOW + timedelta(days=90)
CITY = {"id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow"}
CITY |= {"cashback": [{"percent": "10"}], "redemption": [{"max_share": "50"}]}
PROGRAM = Program.from_dict(CITY)
EXPIRING = Program.from_dict(CITY | {"expiry": {"after": "P60D"}})
SETTLE = '["city","settle","o1"]'


def order(order_id="o1", customer="m1"):
    return Order(id=order_id, customer=customer, price=Money(100, "RUB"))


async def settled_twice(turns):
    """
    Cancel a call after so many turns of the loop, then make it again; say what was heard, first and then.

    None where the call has ended by then.
    """
    first, then = [], []
    repository = AsyncMemoryRepository()
    task = asyncio.create_task(AsyncLoyalty(PROGRAM, repository, observe=first.append).settle(order(), at=NOW))
    for _ in range(turns):
        await asyncio.sleep(0)
    if not task.cancel():
        return None
    with pytest.raises(asyncio.CancelledError):
        await task
    loyalty = AsyncLoyalty(PROGRAM, repository, observe=then.append)
    done = await loyalty.settle(order(), at=NOW)
    assert done.awards[0].points == Points(10)
    view = await loyalty.members.view("m1", at=NOW)
    assert (view.balance, view.visits) == (Points(10), 1)
    lines = (await loyalty.members.statement("m1", at=NOW)).lines
    assert [(line.order, line.points) for line in lines] == [("o1", Points(10))]
    return first, then[-1]


def test_a_call_cancelled_anywhere_is_done_once_by_the_same_call():
    """Cancelled before it was written, or behind, where nobody heard of it: who can't know asks again."""
    outcomes = [*takewhile(bool, (asyncio.run(settled_twice(turns)) for turns in range(99)))]
    assert Committed(SETTLE) not in [event for first, _ in outcomes for event in first]
    again = [event for _, event in outcomes]
    assert set(again) == {Committed(SETTLE), Replayed(SETTLE)}
    assert again == sorted(again, key=lambda event: isinstance(event, Replayed))


class Slow(AsyncMemoryRepository):
    """A store that has written the first change, and whose answer never comes: time is up by then."""

    time_is_up = None

    async def commit(self, change):
        committed = await super().commit(change)
        if change.operation_id == SETTLE and not committed.replayed:
            self.time_is_up()
            await asyncio.Event().wait()
        return committed


def test_a_timeout_of_the_hosts_is_a_timeout():
    """It's neither swallowed nor tried again, and the call made again gives the result."""

    async def in_time(repository, loyalty):
        async with asyncio.timeout(None) as limit:
            repository.time_is_up = lambda: limit.reschedule(0)
            await loyalty.settle(order(), at=NOW)

    async def host():
        repository = Slow()
        loyalty = AsyncLoyalty(PROGRAM, repository)
        with pytest.raises(TimeoutError):
            await in_time(repository, loyalty)
        return await loyalty.settle(order(), at=NOW), await loyalty.members.view("m1", at=NOW)

    done, view = asyncio.run(host())
    assert done.awards[0].points == view.balance == Points(10)


def test_due_work_that_is_cancelled_ends():
    """A shutdown is no document that can't be read; what was left is done by the next batch."""
    heard = []

    async def host():
        repository = AsyncMemoryRepository()
        loyalty = AsyncLoyalty(EXPIRING, repository)
        for number in range(3):
            await loyalty.settle(order(f"o{number}", customer=f"m{number}"), at=NOW)
        stopped = AsyncLoyalty(EXPIRING, repository, observe=lambda event: (heard.append(event), batch.cancel()))
        batch = asyncio.create_task(stopped.run_due(at=LATE))
        with pytest.raises(asyncio.CancelledError):
            await batch
        return await loyalty.run_due(at=LATE)

    assert asyncio.run(host()).done == 2
    assert [type(event) for event in heard] == [Committed]


def test_tasks_on_one_member_all_come_through():
    """Each meets the others in the store and begins anew; no point is lost or held twice."""
    heard = []

    async def host():
        loyalty = AsyncLoyalty(PROGRAM, AsyncMemoryRepository(), observe=heard.append)
        await asyncio.gather(*[loyalty.settle(order(f"o{number}"), at=NOW) for number in range(5)])
        places = [loyalty.place(order(f"p{number}"), at=NOW, redeem=Points(20)) for number in range(4)]
        return await asyncio.gather(*places), await loyalty.members.view("m1", at=NOW)

    placed, view = asyncio.run(host())
    assert any(isinstance(event, Retried) for event in heard)
    assert (view.visits, view.balance, view.held) == (5, Points(0), Points(50))
    assert sorted(each.redeemed.minor for each in placed) == [0, 10, 20, 20]


def test_what_asks_nothing_of_the_store_is_called():
    """A link and a message are made of text alone."""
    codes = AsyncLoyalty(PROGRAM, AsyncMemoryRepository()).codes
    assert codes.referral_link("https://city.example/?c={code}", "D48M") == "https://city.example/?c=D48M"
    assert codes.message("Take %ClientReferralCode%", "D48M") == "Take D48M"


def test_members_move_and_workers_look_at_their_money():
    """As without await."""
    loyalty = AsyncLoyalty(PROGRAM, AsyncMemoryRepository())

    async def moved():
        base = [OpeningMember(id="m1"), OpeningMember(id="m2", referrer="m1"), OpeningMember(id="m3", referrer="m9")]
        run = await loyalty.members.import_members(base, at=NOW)
        return run, await loyalty.workers.statement("w7", at=NOW)

    run, statement = asyncio.run(moved())
    assert (run.done, [each.member for each in run.unlinked], statement.lines) == (3, ["m3"], ())


def test_S7_a_sender_of_notices_awaits_them():
    """What waits, what was sent, and the history that is cleared beside it."""
    told = Program.from_dict(CITY | {"notice": [{"kind": "points_credited"}]})

    async def sent():
        loyalty = AsyncLoyalty(told, AsyncMemoryRepository())
        assert await loyalty.members.set_consent("m1", agreed=True, at=NOW)
        await loyalty.settle(order(), at=NOW)
        page = await loyalty.notices.waiting(at=NOW)
        await loyalty.notices.acknowledge(*(each.id for each in page.notices))
        kept = await loyalty.members.clear_history("c1", "m1", at=NOW)
        return [str(each.notice) for each in page.notices], await loyalty.notices.waiting(at=NOW), kept.cleared

    notices, after, cleared = asyncio.run(sent())
    assert notices == ["10 points credited: the balance is 10 points"]
    assert (after.notices, cleared) == ((), False)


async def gifts():
    """Sell a card, have another bought, and do with them all that can be done."""
    program = Program.from_dict(CITY | {"gift_card": [{"name": "fifty", "face": "50", "points_price": 40}]})
    loyalty = AsyncLoyalty(program, AsyncMemoryRepository())
    sold = await loyalty.cards.issue("c1", at=NOW, face=Money(70, "RUB"))
    await loyalty.members.adjust("a1", "m1", Points(50), at=NOW)
    assert (await loyalty.cards.buy("c2", "fifty", member="m1", at=NOW)).points == Points(40)
    await loyalty.cards.give("g1", "c2", "m2", at=NOW)
    await loyalty.cards.freeze("f1", "c1", at=NOW)
    assert (await loyalty.quote(order(), at=NOW, gift_card=sold.code)).card is None
    await loyalty.cards.unfreeze("u1", "c1", at=NOW)
    assert (await loyalty.settle(order(), at=NOW, gift_card=sold.code)).due == Money(30, "RUB")
    assert [card.card for card in (await loyalty.cards.of("m2", at=NOW)).cards] == ["c2"]
    view, check = await loyalty.cards.view("c1", at=NOW), await loyalty.cards.check(sold.code, at=NOW)
    await loyalty.cards.recode("r1", "c1", at=NOW)
    assert (await loyalty.cards.view("c1", at=NOW)).code != sold.code
    return view.balance, check.reasons[0].code


def test_S3_gift_cards_are_awaited():
    """As everything else."""
    assert asyncio.run(gifts()) == (Money(0, "RUB"), "card_empty")


class Down(AsyncMemoryRepository):
    """A store that lists its keys still, and gives no documents any more once it's *down*."""

    down = False

    async def load(self, keys):
        if self.down:
            message = "the store is down"
            raise StoreUnavailable(message)
        return await super().load(keys)


async def recalculated():
    """Judge three members anew, of whom one can't be read; then again, without a store."""
    ladder = {"name": "regulars", "levels": [{"percent": "5", "visits": 1}]}
    store = Down()
    loyalty = AsyncLoyalty(Program.from_dict(CITY), store)
    for member in ("m1", "m2", "m3"):
        await loyalty.settle(order(f"of {member}", member), at=NOW)
    key = '["city","member","m2"]'
    version = (await store.load([key]))[key].version
    spoilt = Change(operation_id="spoil", digest="d", guards={key: version}, puts={key: '{"v":99}'})
    await store.commit(spoilt)
    loyalty = AsyncLoyalty(Program.from_dict(CITY | {"tier": [ladder]}), store)
    run = await loyalty.members.recalculate_all(at=NOW)
    store.down = True
    with pytest.raises(StoreUnavailable):
        await loyalty.members.recalculate_all(at=NOW)
    return run.done, [each.member for each in run.moved], [each.key for each in run.skipped]


def test_Y7_all_are_judged_anew_and_awaited():
    """Who can't be read is passed over, and a store that can't be reached ends the run."""
    assert asyncio.run(recalculated()) == (2, ["m1", "m3"], ['["city","member","m2"]'])


async def streamed():
    """Have more postings and cards than a page of either, and one card with nothing on it."""
    loyalty = AsyncLoyalty(PROGRAM, AsyncMemoryRepository())
    for number in range(101):
        await loyalty.settle(order(f"o{number}", f"m{number}"), at=NOW)
        await loyalty.cards.issue(f"c{number}", at=NOW, face=Money(100, "RUB"))
    code = (await loyalty.cards.view("c7", at=NOW)).code
    await loyalty.settle(order("spends it"), at=NOW, gift_card=code)
    rows = [row async for row in loyalty.reports.points(at=NOW)]
    cards = [card async for card in loyalty.reports.cards(at=NOW)]
    return len(rows), len(cards)


def test_S5_reports_of_many_pages_are_awaited():
    """One row after the other."""
    assert asyncio.run(streamed()) == (102, 100)
