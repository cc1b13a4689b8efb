"""Codes in bulk: unique, in batches that resume, never anybody else's (G10, G11)."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from itertools import islice
from threading import Thread

import pytest

from loyaltykit import AsyncLoyalty, InvalidValue, Loyalty, OperationMismatch, Program, Retried
from loyaltykit.adapters.memory import AsyncMemoryRepository, MemoryRepository
from loyaltykit.documents import code as code_document
from loyaltykit.documents import codes_given
from loyaltykit.documents.code import StoredCode
from loyaltykit.ledger.repository import Change
from loyaltykit.loyalty.observe import Retry
from loyaltykit.operations.generate_codes import BATCH, Codebook, codebook, generate_batch
from loyaltykit.operations.programs import Programs
from loyaltykit.testing.schedules import StepwiseRepository, every_schedule
from tests.operations.support import AT, BASE, everything, keys_of

PROMOS = [
    {"name": "thanks", "kind": "individual", "percent": "10"},
    {"name": "bring", "kind": "worker", "points": 100, "worker_points": 50},
    {"name": "summer", "code": "22222222", "percent": "10"},
]
PROGRAM = Program.from_dict(BASE | {"redemption": [{}], "promo": PROMOS})


@pytest.fixture
def loyalty(repository):
    return Loyalty(PROGRAM, repository)


def stored(repository, code):
    key = Programs(PROGRAM).key("code", code)
    return code_document.decode(key, repository.load([key])[key].body)


def given(repository):
    key = Programs(PROGRAM).key("codes")
    return codes_given.decode(key, repository.load([key])[key].body)


def test_G10_individual_codes_are_unique_and_bound(repository, loyalty):
    """Each has its document, with its batch; they're counted by the batch."""
    codes = list(loyalty.codes.generate("march", "thanks", 200, at=AT, member="m1"))
    assert (len(codes), len(set(codes)), {len(code) for code in codes}) == (200, 200, {8})
    assert stored(repository, codes[199]) == StoredCode(promo="thanks", batch="march", bound_to="m1")
    assert given(repository) == 200


def test_G11_a_workers_code(repository, loyalty):
    """One code, for many customers."""
    (code,) = loyalty.codes.generate("w7's", "bring", 1, at=AT, worker="w7", length=4)
    assert stored(repository, code) == StoredCode(promo="bring", batch="w7's", worker="w7")


def test_a_stopped_call_goes_on_where_it_was(repository, loyalty):
    """With the same codes; what nobody took hasn't been written."""
    begun = list(islice(loyalty.codes.generate("march", "thanks", 1_000, at=AT), 100))
    assert given(repository) == 2 * BATCH
    codes = list(loyalty.codes.generate("march", "thanks", 1_000, at=AT))
    assert (codes[:100], given(repository)) == (begun, 1_000)
    assert list(loyalty.codes.generate("march", "thanks", 1_000, at=AT)) == codes
    with pytest.raises(OperationMismatch) as caught:
        list(loyalty.codes.generate("march", "thanks", 999, at=AT))
    assert caught.value.first == tuple(codes[:BATCH])


@pytest.mark.parametrize("now", [[{"name": "thanks", "code": "THANKS", "percent": "10"}], PROMOS[1:]])
def test_C1_the_same_call_gives_the_same_codes_once_the_promo_is_gone(repository, loyalty, now):
    """It raised InvalidValue: "the program has no promo called 'thanks'"; what wasn't written is refused still."""
    codes = list(loyalty.codes.generate("march", "thanks", 100, at=AT, member="m1"))
    begun = list(islice(loyalty.codes.generate("april", "thanks", 100, at=AT), 1))
    later = Loyalty(Program.from_dict(BASE | {"redemption": [{}], "promo": now}), repository)
    before = everything(repository)
    assert list(later.codes.generate("march", "thanks", 100, at=AT, member="m1")) == codes
    with pytest.raises(OperationMismatch) as caught:
        next(later.codes.generate("march", "thanks", 99, at=AT, member="m1"))
    assert caught.value.first == tuple(codes[:BATCH])
    stopped = later.codes.generate("april", "thanks", 100, at=AT)
    assert [next(stopped) for _ in range(BATCH)][:1] == begun
    with pytest.raises(InvalidValue, match="thanks"):
        next(stopped)
    with pytest.raises(InvalidValue, match="thanks"):
        next(later.codes.generate("may", "thanks", 100, at=AT))
    assert everything(repository) == before


def test_G10_a_hundred_thousand_codes_in_one_call():
    """Streamed, and none twice."""
    loyalty = Loyalty(PROGRAM, MemoryRepository())
    stream = loyalty.codes.generate("all", "thanks", 100_000, at=AT)
    first = next(stream)
    assert len({first, *stream}) == 100_000


def test_codes_lengthen_as_they_fill_up(repository, loyalty):
    """One in a hundred of a length is given out at most."""
    key = Programs(PROGRAM).key("codes")
    change = Change(operation_id="many", digest="d", guards={key: 0}, puts={key: codes_given.encode(9_200)})
    repository.commit(change)
    codes = list(loyalty.codes.generate("march", "thanks", 100, at=AT, length=4))
    assert {len(code) for code in codes} == {5}


def drawing(*numbers):
    """Give a source of random numbers that says these first, and then counts on."""
    told = iter(numbers)
    state = {"next": 0}

    def randbelow(count):
        number = next(told, None)
        if number is not None:
            return number
        state["next"] += 1
        return state["next"] // 31 ** (state["next"] % 8) % count

    return randbelow


def test_a_code_that_somebody_has_is_drawn_anew(repository):
    """Nor is the common code of a promo given out, or one twice in a batch."""
    before = Loyalty(PROGRAM, repository)
    before.codes.issue("i1", "m1", code="33333333", at=AT)
    numbers = [0] * 8 + [1] * 8 + [2] * 8 + [2] * 8 + [3] * 8
    loyalty = Loyalty(PROGRAM, repository, randbelow=drawing(*numbers))
    assert list(loyalty.codes.generate("march", "thanks", 2, at=AT)) == ["44444444", "55555555"]


def test_codes_grow_longer_where_many_in_a_row_are_taken(repository):
    """Whatever the estimate says."""
    before = Loyalty(PROGRAM, repository)
    before.codes.issue("i1", "m1", code="3333", at=AT)
    loyalty = Loyalty(PROGRAM, repository, randbelow=lambda _: 1)
    assert list(loyalty.codes.generate("march", "thanks", 1, at=AT, length=4)) == ["33333"]


class Unhurried:
    """A repository that takes its time between a load and what follows."""

    def __init__(self, repository):
        self._repository = repository
        self.commit = repository.commit

    def load(self, keys):
        found = self._repository.load(keys)
        time.sleep(0.001)
        return found


def test_no_two_callers_are_given_one_code():
    """Whoever comes second draws the batch anew."""
    repository, conflicts, codes = MemoryRepository(), [], []

    def observe(event):
        conflicts.extend([event] if isinstance(event, Retried) else [])

    def work(name):
        loyalty = Loyalty(PROGRAM, Unhurried(repository), retry=Retry(attempts=100), observe=observe)
        codes.extend(loyalty.codes.generate(name, "thanks", 400, at=AT))

    threads = [Thread(target=work, args=(f"b{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert conflicts, "no two of them overlapped"
    assert (len(codes), len(set(codes)), given(repository)) == (1_600, 1_600, 1_600)


def test_no_two_batches_have_one_code_in_any_schedule():
    """Though both draw the same ones first."""
    store, gate = MemoryRepository(), StepwiseRepository()
    list(Loyalty(PROGRAM, store).codes.generate("first", "thanks", 1, at=AT))

    def racer(name):
        loyalty = AsyncLoyalty(PROGRAM, gate, retry=Retry(longest=0), randbelow=drawing(*[4] * 8, *[5] * 8, *[6] * 8))
        return loyalty.codes.generate(name, "thanks", 1, at=AT).__anext__()

    outcomes = list(every_schedule(store, [lambda: taken(racer("a")), lambda: taken(racer("b"))]))
    assert len(outcomes) > 6
    for outcome in outcomes:
        assert sorted(outcome.results) == ["66666666", "77777777"]


async def taken(awaited):
    return await awaited


def test_async_codes_are_the_same():
    """Taken by ``async for``."""

    async def twice():
        loyalty = AsyncLoyalty(PROGRAM, AsyncMemoryRepository())
        return [[code async for code in loyalty.codes.generate("march", "thanks", 100, at=AT)] for _ in range(2)]

    first, again = asyncio.run(twice())
    assert (len(set(first)), first) == (100, again)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"promo": "thank"}, "did you mean thanks?"),
        ({"promo": "summer"}, "has the one common code 22222222"),
        ({"worker": "w7"}, "codes of thanks are individual: leave the worker out"),
        ({"promo": "bring"}, "codes of bring are worker: name the worker"),
        ({"promo": "bring", "worker": "w7", "member": "m1"}, "leave the member out"),
        ({"count": 0}, "the count of codes is a whole number from 1 to"),
        ({"count": True}, "the count of codes"),
        ({"length": 3}, "the length of codes is a whole number from 4 to 32"),
        ({"length": "8"}, "the length of codes"),
        ({"batch_id": ""}, "the id of a batch of codes"),
        ({"member": "\n"}, "the id of a member"),
    ],
)
def test_what_cant_be_is_told(repository, loyalty, wrong, says):
    """Before anything is written."""
    told = {"batch_id": "b1", "promo": "thanks", "count": 1} | wrong
    with pytest.raises(InvalidValue, match=says):
        next(loyalty.codes.generate(told.pop("batch_id"), told.pop("promo"), told.pop("count"), at=AT, **told))
    assert keys_of(repository) == []


def test_a_codebook_says_what_was_asked():
    """By which the same call is known."""
    programs = Programs(PROGRAM)
    told = {"at": AT, "member": None, "worker": None, "length": 8}
    book = codebook(programs, "b1", "thanks", 81, **told)
    assert isinstance(book, Codebook)
    assert (list(book.batches), book.asked["count"]) == ([0, 1], 81)
    assert partial(generate_batch, programs, book, 0)
