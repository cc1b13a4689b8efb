"""
Both drivers, over stores that misbehave at named moments: who was faster, what became of a commit, what was published.
"""

from __future__ import annotations

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from loyaltykit import (
    AsyncLoyalty,
    Committed,
    CommitUnknown,
    Contended,
    InvalidValue,
    Loyalty,
    Money,
    OperationMismatch,
    Order,
    Points,
    Program,
    Replayed,
    Retried,
    Retry,
    Skipped,
    StoreTooNew,
    StoreUnavailable,
    VersionConflict,
)
from loyaltykit.adapters.memory import AsyncMemoryRepository, MemoryRepository
from loyaltykit.ledger.repository import Change

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATE = NOW + timedelta(days=90)
CITY = {"id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow"}
CITY |= {"cashback": [{"percent": "10"}], "redemption": [{"max_share": "50"}], "expiry": {"after": "P60D"}}
PROGRAM = Program.from_dict(CITY)
NEXT = Program.from_dict(CITY | {"cashback": [{"percent": "20"}]})
MEMBER = '["city","member","m1"]'


def order(order_id, price="100", customer="m1"):
    return Order(id=order_id, customer=customer, price=Money(price, "RUB"))


class Awaited:
    """An `AsyncLoyalty` with each call run to its end, over a plain store behind async calls."""

    def __init__(self, loyalty):
        self._loyalty = loyalty

    @property
    def members(self):
        return Awaited(self._loyalty.members)

    def on(self, store):
        return Awaited(self._loyalty.on(AsyncMemoryRepository(store)))

    def __getattr__(self, name):
        return lambda *args, **more: asyncio.run(getattr(self._loyalty, name)(*args, **more))


def plain(store, *, reader=None, **more):
    return Loyalty(PROGRAM, store, reader=reader, **more)


def awaited(store, *, reader=None, **more):
    reader = reader and AsyncMemoryRepository(reader)
    return Awaited(AsyncLoyalty(PROGRAM, AsyncMemoryRepository(store), reader=reader, **more))


@pytest.fixture(params=[plain, awaited], ids=["plain", "async"])
def over(request):
    """Give what makes a `Loyalty` over a store, plain or async."""
    return request.param


@pytest.fixture(autouse=True)
def pauses(monkeypatch):
    """Give the list of the pauses that were made; none of them lasts."""
    made = []

    async def paused(seconds):
        made.append(seconds)

    monkeypatch.setattr(time, "sleep", made.append)
    monkeypatch.setattr(asyncio, "sleep", paused)
    return made


class Troubled(MemoryRepository):
    """A store with a list of what happens at its next commits; those that publish a revision go well."""

    def __init__(self, *trouble):
        super().__init__()
        self.trouble = list(trouble)
        self.changes = []

    def commit(self, change):
        if json.loads(change.operation_id)[1] == "publish":
            return super().commit(change)
        self.changes.append(change)
        if not self.trouble:
            return super().commit(change)
        happens, *rest = self.trouble
        self.trouble = []  # what others do meanwhile goes well
        try:
            return happens(self, change)
        finally:
            self.trouble = rest


def well(store, change):
    """Commit, as if nothing were."""
    return MemoryRepository.commit(store, change)


def others_faster(store, change):
    """Have somebody else write the member's document first."""
    version = store.load([MEMBER])[MEMBER].version
    well(store, Change(operation_id=f"theirs {version}", digest="d", guards={MEMBER: version}))
    return well(store, change)


def lost_after(store, change):
    """Lose the connection once the change is written."""
    well(store, change)
    return lost_before(store, change)


def lost_before(_, change):
    """Lose the connection before anything is written."""
    message = "lost while committing"
    raise CommitUnknown(message, operation_id=change.operation_id)


def down(_, __):
    """Be out of reach."""
    message = "connection refused"
    raise StoreUnavailable(message)


def details(store):
    """Give what stands in the member's entries, and their amounts."""
    entries = store.entries(account=MEMBER, start=None, end=None, after=None, limit=99)
    return [(json.loads(entry.detail), entry.amount) for entry in entries]


def issued(store):
    """Give what has been booked for the member, order by order."""
    return [(detail["order"], amount) for detail, amount in details(store)]


SETTLE = '["city","settle","o1"]'


def test_whoever_was_slower_decides_anew(over, pauses):
    """The points that a quicker order holds are gone: it isn't the change that is tried again, but the operation."""
    heard, store = [], Troubled()
    loyalty = over(store, observe=heard.append)
    loyalty.settle(order("o1", "400"), at=NOW)
    heard.clear()
    store.trouble = [quicker_order]
    placed = loyalty.place(order("o3"), at=NOW, redeem=Points(30))
    assert placed.redeemed == Points(10)
    assert heard == [Retried(MEMBER, 1), Committed('["city","place","o3"]')]
    assert len(pauses) == 1
    assert loyalty.members.view("m1", at=NOW).held == Points(40)


def quicker_order(store, change):
    """Have another process place an order first, with 30 of the member's points."""
    Loyalty(PROGRAM, store).place(order("o2"), at=NOW, redeem=Points(30))
    return well(store, change)


def test_the_last_attempt_counts(over, pauses):
    """Three attempts are two that may fail."""
    heard, store = [], Troubled(others_faster, others_faster)
    done = over(store, retry=Retry(attempts=3), observe=heard.append).settle(order("o1"), at=NOW)
    assert done.awards[0].points == Points(10)
    assert heard[1:] == [Retried(MEMBER, 1), Retried(MEMBER, 2), Committed(SETTLE)]
    assert issued(store) == [("o1", 10)]
    assert len(pauses) == 2


def test_whoever_is_always_slower_gives_up(over, pauses):
    """And has written nothing: neither order nor points nor a receipt."""
    heard, store = [], Troubled(*[others_faster] * 3)
    with pytest.raises(Contended, match=r"3 attempts met a conflict on .*, and nothing was written") as caught:
        over(store, retry=Retry(attempts=3), observe=heard.append).settle(order("o1"), at=NOW)
    assert (caught.value.key, caught.value.attempts, caught.value.operation_id) == (MEMBER, 3, SETTLE)
    assert isinstance(caught.value.__cause__, VersionConflict)
    assert store.receipt(SETTLE) is None
    assert issued(store) == []
    assert store.load(['["city","order","o1"]'])['["city","order","o1"]'].version == 0
    assert heard[1:] == [Retried(MEMBER, 1), Retried(MEMBER, 2)]
    assert len(pauses) == 2


def test_pauses_are_those_of_the_retry(over, pauses, monkeypatch):
    """Each is drawn for its attempt, for conflicts as for lost connections."""
    monkeypatch.setattr(Retry, "pause", lambda _, attempt, *_took: attempt * 100)
    over(Troubled(others_faster, others_faster)).settle(order("o1"), at=NOW)
    over(Troubled(lost_before, lost_before)).settle(order("o1"), at=NOW)
    assert pauses == [100, 200, 100, 200]


def without_retry(over, store, **more):
    return over(store, retry=None, **more)


def in_a_transaction(over, store, **more):
    return over(MemoryRepository(), **more).on(store)


@pytest.fixture(params=[without_retry, in_a_transaction])
def untried(request, over):
    """Give what makes a `Loyalty` that tries nothing again: told so, or within a transaction of the host's."""
    return lambda store, **more: request.param(over, store, **more)


def test_a_conflict_is_the_callers_without_retry(untried, pauses):
    """They know which operation met it, on what."""
    heard, store = [], Troubled(others_faster)
    with pytest.raises(VersionConflict) as caught:
        untried(store, observe=heard.append).settle(order("o1"), at=NOW)
    assert (caught.value.key, caught.value.operation_id) == (MEMBER, SETTLE)
    assert len(store.changes) == 1
    assert [type(event) for event in heard] == [Committed]
    assert pauses == []


def test_a_lost_connection_is_the_callers_without_retry(untried, pauses):
    """A transaction that is lost can't be committed again from within."""
    store = Troubled(lost_after)
    with pytest.raises(CommitUnknown):
        untried(store).settle(order("o1"), at=NOW)
    assert len(store.changes) == 1
    assert pauses == []


def test_what_was_written_unknown_to_us_is_replayed(over, pauses):
    """The very same change is committed again, and its receipt tells; it's applied once."""
    heard, store = [], Troubled(lost_after)
    done = over(store, observe=heard.append).settle(order("o1"), at=NOW)
    first, again = store.changes
    assert first is again
    assert heard[1:] == [Replayed(SETTLE)]
    assert done.awards[0].points == Points(10)
    assert issued(store) == [("o1", 10)]
    assert len(pauses) == 1


def test_what_was_lost_on_its_way_is_committed(over):
    """Nothing was written the first time."""
    heard, store = [], Troubled(lost_before)
    over(store, observe=heard.append).settle(order("o1"), at=NOW)
    assert heard[1:] == [Committed(SETTLE)]
    assert issued(store) == [("o1", 10)]


def test_a_conflict_after_a_lost_connection_says_that_nothing_was_written(over):
    """Receipts come before guards, so the operation may begin anew."""
    heard, store = [], Troubled(lost_before, others_faster)
    over(store, observe=heard.append).settle(order("o1"), at=NOW)
    assert heard[1:] == [Retried(MEMBER, 1), Committed(SETTLE)]
    assert issued(store) == [("o1", 10)]


@pytest.mark.parametrize("then", [lost_before, down])
@pytest.mark.parametrize("first", [lost_before, lost_after])
def test_what_stays_unknown_is_never_called_unwritten(over, pauses, first, then):
    """A store that is out of reach by now says nothing about the commit before."""
    store = Troubled(first, then, then)
    loyalty = over(store, retry=Retry(attempts=3))
    with pytest.raises(CommitUnknown) as caught:
        loyalty.settle(order("o1"), at=NOW)
    assert caught.value.operation_id == SETTLE
    assert len(store.changes) == 3
    assert len(pauses) == 2
    assert loyalty.settle(order("o1"), at=NOW).awards[0].points == Points(10)
    assert issued(store) == [("o1", 10)]


def test_a_store_that_is_back_tells(over):
    """Out of reach in between, it has the receipt."""
    heard, store = [], Troubled(lost_after, down)
    over(store, observe=heard.append).settle(order("o1"), at=NOW)
    assert heard[1:] == [Replayed(SETTLE)]


def test_a_store_out_of_reach_is_told_at_once(over, pauses):
    """Nothing was written, and how long to wait is the host's to say."""
    store = Troubled(down)
    with pytest.raises(StoreUnavailable, match="connection refused"):
        over(store).settle(order("o1"), at=NOW)
    assert len(store.changes) == 1
    assert pauses == []


CALLS = {
    "place": (
        lambda loyalty: loyalty.place(order("o1"), at=NOW, redeem="all"),
        lambda loyalty: loyalty.place(order("o1"), at=NOW),
    ),
    "complete": (
        lambda loyalty: loyalty.complete("o0", at=NOW, price=Money("80", "RUB")),
        lambda loyalty: loyalty.complete("o0", at=NOW, price=Money("90", "RUB")),
    ),
    "settle": (
        lambda loyalty: loyalty.settle(order("o1", "80"), at=NOW),
        lambda loyalty: loyalty.settle(order("o1", "90"), at=NOW),
    ),
}


@pytest.mark.parametrize("call", CALLS)
def test_the_same_call_with_other_arguments_tells_what_the_first_came_to(over, call):
    """So that the order can go on: the settlement is there, as the first call gave it."""
    first_call, other_call = CALLS[call]
    store = MemoryRepository()
    loyalty = over(store)
    loyalty.settle(order("o9", "300"), at=NOW)
    loyalty.place(order("o0"), at=NOW, redeem=Points(20))
    first = first_call(loyalty)
    booked = issued(store)
    with pytest.raises(OperationMismatch) as caught:
        other_call(loyalty)
    assert caught.value.first == first
    assert first_call(loyalty) == first
    assert issued(store) == booked


REVISION = f'["city","revision","{PROGRAM.revision}"]'


class Watched(MemoryRepository):
    """A store that counts how often it was asked for the revision, and how often it was given one."""

    def __init__(self):
        super().__init__()
        self.asked = self.given = 0

    def load(self, keys):
        self.asked += REVISION in keys
        return super().load(keys)

    def commit(self, change):
        self.given += REVISION in change.puts
        return super().commit(change)


def test_a_revision_is_published_once_a_process(over):
    """Before the first order that names it; another process looks once, too, and finds it there."""
    store = Watched()
    loyalty = over(store)
    for number in range(3):
        loyalty.place(order(f"o{number}"), at=NOW)
    assert (store.asked, store.given) == (1, 1)
    over(store).settle(order("o3"), at=NOW)
    assert (store.asked, store.given) == (2, 1)


def test_a_revision_is_published_in_each_transaction(over):
    """The one before may have been rolled back, and its revision with it."""
    rolled_back, store = Watched(), Watched()
    loyalty = over(store)
    joined = loyalty.on(rolled_back)
    joined.place(order("o1"), at=NOW)
    joined.place(order("o2"), at=NOW)
    assert (rolled_back.asked, rolled_back.given) == (1, 1)
    loyalty.on(store).place(order("o1"), at=NOW)
    assert (store.asked, store.given) == (1, 1)
    loyalty.place(order("o2"), at=NOW)
    assert (store.asked, store.given) == (2, 1)


def test_what_was_published_outside_is_known_in_transactions(over):
    """It's there for good."""
    store = Watched()
    loyalty = over(store)
    loyalty.publish(PROGRAM)
    loyalty.on(store).place(order("o1"), at=NOW)
    assert (store.asked, store.given) == (1, 1)


def test_a_stores_own_stop_is_no_result(over):
    """A bug of an adapter's that raises StopIteration isn't taken for the end of the operation."""

    class Exhausted(MemoryRepository):
        def load(self, _):
            return next(iter(()))

    with pytest.raises((StopIteration, RuntimeError)):
        over(Exhausted()).members.view("m1", at=NOW)


def test_pages_are_read_from_the_reader(over):
    """Statements and due work come from it, what is decided upon from the repository."""
    store, reader = MemoryRepository(), MemoryRepository()
    over(store).settle(order("o1"), at=NOW)
    loyalty = over(store, reader=reader)
    assert loyalty.run_due(at=LATE).done == 0
    assert [line.points for line in loyalty.members.statement("m1", at=NOW).lines] == []
    assert over(store, reader=store).run_due(at=LATE).done == 1


def due_for(over, store, **more):
    """Have something be due for three members, of whom the second has a document that can't be read here."""
    for member in ("m1", "m2", "m3"):
        over(store).settle(order(f"o-{member}", customer=member), at=NOW)
    key = '["city","member","m2"]'
    newer = Change(operation_id="newer", digest="d", guards={key: 1}, puts={key: '{"v":999}'})
    MemoryRepository.commit(store, newer)
    return over(store, **more)


def test_due_work_goes_on_behind_a_document_that_cant_be_read(over):
    """It's told, with its error."""
    heard, store = [], Troubled()
    run = due_for(over, store, observe=heard.append).run_due(at=LATE)
    assert run.done == 2
    (skipped,) = run.skipped
    assert skipped.key == '["city","member","m2"]'
    assert isinstance(skipped.error, StoreTooNew)
    assert [event for event in heard if isinstance(event, Skipped)] == [skipped]
    assert [(detail["kind"], amount) for detail, amount in details(store)] == [("issued", 10), ("expired", -10)]


@pytest.mark.parametrize(("trouble", "error"), [(down, StoreUnavailable), (lost_before, CommitUnknown)])
def test_due_work_ends_where_the_store_cant_be_reached(over, trouble, error):
    """Every member would be skipped for the same reason."""
    store = Troubled()
    loyalty = due_for(over, store, retry=Retry(attempts=1))
    store.trouble = [trouble]
    with pytest.raises(error):
        loyalty.run_due(at=LATE)


def test_a_member_who_is_fought_over_is_skipped(over):
    """The next batch has another go."""
    store = Troubled()
    over(store).settle(order("o1"), at=NOW)
    store.trouble = [others_faster]
    loyalty = over(store, retry=Retry(attempts=1))
    (skipped,) = loyalty.run_due(at=LATE).skipped
    assert isinstance(skipped.error, Contended)
    assert loyalty.run_due(at=LATE).skipped == ()


def test_one_attempt_is_no_second_one(over, pauses):
    """Nor a pause before it."""
    with pytest.raises(Contended):
        over(Troubled(others_faster), retry=Retry(attempts=1)).settle(order("o1"), at=NOW)
    assert pauses == []


def a_life(loyalty):
    """Give what every call of a face answers, in the life of some orders."""
    return [
        loyalty.publish(NEXT),
        loyalty.quote(order("o1"), at=NOW),
        loyalty.settle(order("o1", "400"), at=NOW),
        loyalty.place(order("o2"), at=NOW, redeem=Points(15)),
        loyalty.complete("o2", at=NOW, price=Money("80", "RUB"), worker="w1", worker_tariff="gold"),
        loyalty.place(order("o3"), at=NOW, redeem=Points(10)),
        loyalty.cancel("o3", at=NOW),
        loyalty.place(order("o4"), at=NOW, redeem=Points(10)),
        loyalty.no_show("o4", at=NOW),
        loyalty.members.view("m1", at=NOW),
        loyalty.members.statement("m1", at=LATE, limit=2),
        loyalty.members.statement("m1", at=LATE, start=NOW, end=LATE),
        loyalty.run_due(at=LATE),
        loyalty.on(MemoryRepository()).settle(order("o5"), at=NOW),
    ]


def test_both_faces_answer_the_same():
    """Call by call, in the whole life of orders."""
    first, second = MemoryRepository(), MemoryRepository()
    assert a_life(plain(first)) == a_life(awaited(second))
    everything = {"account": None, "start": None, "end": None, "after": None, "limit": 999}
    assert first.entries(**everything) == second.entries(**everything)


@pytest.mark.parametrize("attempts", [0, -1, 2.0, True, "8"])
def test_attempts_are_counted(attempts):
    """At least one, or nothing would ever be done."""
    with pytest.raises(InvalidValue, match="a whole number of times, once at least") as caught:
        Retry(attempts=attempts)
    assert caught.value.value == attempts


@pytest.mark.parametrize("longest", [-0.1, float("nan"), float("inf"), True, "1"])
def test_the_longest_pause_is_a_time_that_ends(longest):
    """Found when it's set, not at the first conflict, a month later."""
    with pytest.raises(InvalidValue, match="a number of seconds, 0 or more"):
        Retry(longest=longest)


def test_pauses_grow_up_to_the_longest(monkeypatch):
    """And stay there, however many attempts there are."""
    monkeypatch.setattr("loyaltykit.loyalty.observe.uniform", lambda _, most: most)
    retry = Retry(attempts=5000, longest=1)
    assert [retry.pause(attempt) for attempt in (1, 2, 3)] == [0.004, 0.008, 0.016]
    assert retry.pause(5000) == 1
    assert Retry(longest=0).pause(1) == 0


def test_pauses_follow_how_long_an_attempt_took(monkeypatch):
    """Where sixteen wait for one document, each of them is at it for longer, and they must spread out further."""
    monkeypatch.setattr("loyaltykit.loyalty.observe.uniform", lambda _, most: most)
    assert [Retry().pause(attempt, 0.05) for attempt in (1, 2, 3, 4)] == [0.1, 0.2, 0.4, 0.5]
    assert Retry().pause(1, 0.0001) == Retry().pause(1)


def test_the_driver_tells_how_long_an_attempt_took(over, pauses, monkeypatch):
    """By the clock that never goes back, and from that attempt's beginning, not from the first one's."""
    passed = []

    def slow(*told):
        passed.append(0.03)
        others_faster(*told)

    monkeypatch.setattr(time, "monotonic", lambda: 7 + sum(passed))
    monkeypatch.setattr("loyaltykit.loyalty.observe.uniform", lambda _, most: most)
    over(Troubled(slow, slow)).settle(order("o1"), at=NOW)
    assert pauses == pytest.approx([0.06, 0.12])


class Meddled(MemoryRepository):
    """A store in which *between* happens behind the answer that is its *number*th."""

    def __init__(self, between, number):
        super().__init__()
        self.between, self.number, self.asked = between, number, 0

    def load(self, keys, /):
        return self._answered(super().load(keys))

    def entries(self, **asked):
        return self._answered(super().entries(**asked))

    def _answered(self, answer):
        self.asked += 1
        if self.asked == self.number:
            self.between(self)
        return answer


LIVED = {"id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow"}
LIVED |= {"cashback": [{"percent": "50"}], "expiry": {"after": "P5D"}}
THEN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def meddled(between, number):
    """Give a Loyalty over a store with an order completed, in which *between* happens then, and what it hears."""
    heard, program = [], Program.from_dict(LIVED)
    store = Meddled(lambda store: between(Loyalty(program, store)), 0)
    loyalty = Loyalty(program, store, retry=Retry(longest=0), observe=heard.append)
    loyalty.settle(Order(id="o1", customer="m1", price=Money("400", "RUB"), channel="app"), at=THEN)
    store.asked, store.number = 0, number
    return loyalty, heard


def test_an_error_of_reads_of_two_moments_is_a_conflict():
    """The order is read, then somebody refunds it, then its member: begun anew, the refund comes too late."""
    loyalty, heard = meddled(lambda other: other.refund("r2", "o1", at=THEN), 1)
    assert loyalty.refund("r1", "o1", at=THEN).reasons[0].code == "already_refunded"
    assert [type(event) for event in heard if isinstance(event, Retried)] == [Retried]


def test_a_statement_of_two_moments_is_asked_for_again():
    """The entries are read, then somebody books what has expired: it's told once."""
    later = THEN + timedelta(days=9)
    loyalty, heard = meddled(lambda other: other.run_due(at=later), 2)
    lines = loyalty.members.statement("m1", at=later).lines
    assert [(line.kind, line.points) for line in lines] == [("issued", Points(200)), ("expired", Points(-200))]
    assert [type(event) for event in heard if isinstance(event, Retried)] == [Retried]
