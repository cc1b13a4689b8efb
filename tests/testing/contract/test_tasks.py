"""Async stores are played by the same properties, and what only tasks break is found as well."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from contextlib import contextmanager
from types import SimpleNamespace
from unittest import SkipTest

import pytest

from loyaltykit import CommitUnknown, InvalidValue, StoreUnavailable, VersionConflict
from loyaltykit.adapters.memory import AsyncMemoryRepository, MemoryRepository
from loyaltykit.cli import main
from loyaltykit.testing import AsyncRepositoryContract
from loyaltykit.testing.broken import BROKEN
from loyaltykit.testing.contract.conformance import conformance
from loyaltykit.testing.contract.factories import InProcess, async_memory, memory, sqlite_file
from loyaltykit.testing.contract.factory import claims
from loyaltykit.testing.contract.properties import AMONG_PROCESSES, ASYNC_PROPERTIES, KILLED, PROPERTIES, all_properties
from loyaltykit.testing.contract.race import Race
from loyaltykit.testing.contract.tasks import Loop, OnLoop, TaskStore, playable
from loyaltykit.testing.contract.trial import Trial, change_of
from loyaltykit.testing.contract.verdict import Inconclusive, NotClaimed, Violated
from tests.testing.contract.broken_async import BROKEN_ASYNC, TurnedFactory
from tests.testing.contract.joining import JoiningFile, TurnedJoining

HERE = "tests.testing.contract.test_tasks"


@pytest.mark.parametrize("name", BROKEN_ASYNC)
def test_a_broken_async_repository_fails_its_property_by_name(name):
    """The message bears the id and the seed from which to play it again."""
    property_id, factory = BROKEN_ASYNC[name]
    with pytest.raises(
        Violated, match=rf"(?s)^{property_id} {ASYNC_PROPERTIES[property_id].name}: .*LOYALTYKIT_SEED=7\)$"
    ):
        ASYNC_PROPERTIES[property_id].play(factory(), seed=7)


def test_every_property_has_a_broken_async_repository():
    """A property that nothing async fails would prove nothing of it."""
    by_tasks = {property_id for each in BROKEN.values() if each.awaited for property_id in (each.property, *each.also)}
    assert by_tasks | {property_id for property_id, _ in BROKEN_ASYNC.values()} == set(ASYNC_PROPERTIES)


@pytest.mark.parametrize("property_id", ASYNC_PROPERTIES)
def test_a_good_repository_behind_async_calls_keeps_everything(property_id):
    """Durable, in trouble, among tasks: nothing is given up."""
    ASYNC_PROPERTIES[property_id].play(OnLoop(TurnedJoining(JoiningFile())), seed=7)


class AtOnce:
    """A store whose calls are async in name alone: they never wait, so no two can meet."""

    def __init__(self):
        store = MemoryRepository()
        for name in ("load", "commit", "receipt", "keys", "entries", "due"):
            setattr(self, name, self.at_once(getattr(store, name)))

    @staticmethod
    def at_once(call):
        async def called(*args, **wanted):
            time.sleep(0.001)  # noqa: ASYNC251 - the loop is held up, and threads queue before it
            return call(*args, **wanted)

        return called


def test_tasks_that_queued_have_not_met():
    """Their callers all waited at once, and that isn't taken for overlap."""
    factory = OnLoop(InProcess(AtOnce, capabilities=frozenset({"tasks"})))
    with pytest.raises(Inconclusive, match=r"inconclusive: no two of 72 commits overlapped"):
        PROPERTIES["P18"].play(factory, seed=7)


def test_commits_that_never_wait_cannot_be_cancelled():
    """They end before anyone could; nothing is said of cancelling then."""
    factory = OnLoop(InProcess(AtOnce, capabilities=frozenset({"tasks"})))
    with pytest.raises(Inconclusive, match=r"inconclusive: of 32 commits none could be cancelled on its way"):
        ASYNC_PROPERTIES["P25"].play(factory, seed=7)


class Honest(AsyncMemoryRepository):
    """A cancelled commit is undone, or is said to be unknown."""

    async def commit(self, change):
        try:
            return await super().commit(change)
        except asyncio.CancelledError:
            if await self.receipt(change.operation_id) is None:
                message = "cancelled in time; nothing was written"
                raise StoreUnavailable(message) from None
            message = "cancelled too late"
            raise CommitUnknown(message, operation_id=change.operation_id) from None


class StillBusy(AsyncMemoryRepository):
    """What is left of a cancelled commit is in the way for a while."""

    busy = 0

    async def commit(self, change):
        if self.busy:
            self.busy -= 1
            raise VersionConflict.of(next(iter(change.guards)), 0)
        try:
            return await super().commit(change)
        except asyncio.CancelledError:
            self.busy = 3
            raise


@pytest.mark.parametrize("cls", [Honest, StillBusy])
def test_honest_answers_to_being_cancelled_are_taken(cls):
    """That nothing was written, that it isn't known, that it must be tried again."""
    ASYNC_PROPERTIES["P25"].play(OnLoop(InProcess(cls, capabilities=frozenset({"tasks"}))), seed=7)


def test_tasks_that_wait_in_the_store_have_met():
    """As those of the memory repository do, and the schedule has the loop's own times."""
    factory = OnLoop(async_memory())
    race = Race(Trial(factory, seed=7), runners=4)
    race.run(lambda runner: [runner.commit(change_of(f"{runner.number}/{number}")) for number in range(50)])
    factory.destroy()
    assert race.overlapped()
    assert all(call.start < call.end for call in race.calls)


class Contract(AsyncRepositoryContract):
    factory = "loyaltykit.testing.contract.factories:async_memory"
    seed = 99


def test_each_property_is_a_test_that_bears_its_id():
    """The same as those of plain stores, and what cancelling does."""
    assert {*ASYNC_PROPERTIES} - {*PROPERTIES} == {"P25"}
    assert list(ASYNC_PROPERTIES) == sorted(ASYNC_PROPERTIES)
    tests = [name for name in vars(AsyncRepositoryContract) if name.startswith("test_")]
    assert tests == [each.test_name for each in all_properties(awaited=True)]
    assert (
        AsyncRepositoryContract.test_P22_no_write_skew.__qualname__ == "AsyncRepositoryContract.test_P22_no_write_skew"
    )


def test_what_is_given_up_is_skipped_in_the_words_of_async_stores():
    """Tasks, where others have threads."""
    with pytest.raises(SkipTest, match="not claimed: P13 needs durable"):
        Contract().test_P13_survives_reopening()
    alone = OnLoop(InProcess(AsyncMemoryRepository, capabilities=frozenset()))
    with pytest.raises(NotClaimed, match="not claimed: P18 needs tasks, which the store gives up"):
        PROPERTIES["P18"].play(alone, seed=7)


def plain_in_name():
    """Give a factory of stores that aren't async."""
    return memory()


class NotAsync(AsyncRepositoryContract):
    factory = f"{HERE}:plain_in_name"


def test_a_plain_store_fails_where_an_async_one_is_meant():
    """By what it claims, or with what can't be awaited."""
    with pytest.raises(
        InvalidValue, match=r"\['threads'\] are no capabilities of an async store: there are \[.*'tasks'\]"
    ):
        NotAsync().test_P02_absent_is_version_zero()
    with pytest.raises(AssertionError, match=r"P02 .*can't be used in 'await' expression"):
        PROPERTIES["P02"].play(OnLoop(InProcess(MemoryRepository, capabilities=frozenset({"tasks"}))), seed=7)


def test_pytest_collects_and_skips(pytester_run):
    """Without a plugin for async tests, in which the contract would run otherwise."""
    done = pytester_run(
        "from loyaltykit.testing import AsyncRepositoryContract\n\n\n"
        "class TestMine(AsyncRepositoryContract):\n"
        '    factory = "loyaltykit.testing.contract.factories:async_memory"\n'
    )
    assert f"{len(ASYNC_PROPERTIES) - 3} passed, {4 + len(AMONG_PROCESSES) + len(KILLED)} skipped" in done
    assert "not claimed: P13 needs durable" in done


# Factories: plain, async, or some of each


def turned():
    """Give a factory with async calls."""
    return TurnedFactory(sqlite_file())


def test_the_command_line_tells_async_factories_by_themselves(capsys):
    """By the factory's calls, or by the store's."""
    assert main(["conformance", f"{HERE}:turned", "--json"]) == 0
    outcomes = json.loads(capsys.readouterr().out)
    assert {outcome["id"] for outcome in outcomes if outcome["verdict"] != "passed"} == {"P29"}
    told = {each.id: each.verdict for each in conformance("loyaltykit.testing.contract.factories:async_memory")}
    assert {id_ for id_, verdict in told.items() if verdict != "passed"} == {"P13", "P28", "P29"}
    assert told["P18"] == "passed"


def test_a_factory_that_makes_nothing_is_taken_for_a_plain_one():
    """And each property tells why it made nothing."""
    broken = InProcess(dict.popitem)
    assert playable(broken) is broken
    plain = InProcess(MemoryRepository)
    assert playable(plain) is plain
    assert plain.store is None  # what was looked at is gone


def test_all_of_a_factory_runs_on_the_loop():
    """Connections and locks belong to the loop on which they're made."""
    seen = []

    class Noting(InProcess):
        def create(self):
            seen.append(asyncio.get_running_loop())
            return super().create()

        async def destroy(self):
            seen.append(asyncio.get_running_loop())

    factory = OnLoop(Noting(AsyncMemoryRepository, capabilities=frozenset({"tasks"})))
    store = factory.create()
    assert isinstance(store, TaskStore)
    store.close()  # there's nothing to close
    factory.destroy()
    assert seen[0] is seen[1]
    assert seen[0].is_closed()
    factory.destroy()  # once more: never created, or removed already
    assert len({*seen}) == 2


def test_the_loop_ends_even_if_the_store_cannot_be_removed():
    """No thread is left behind."""

    class Stuck(InProcess):
        def destroy(self):
            message = "busy"
            raise OSError(message)

    before = threading.active_count()
    factory = OnLoop(Stuck(AsyncMemoryRepository, capabilities=frozenset({"tasks"})))
    factory.create()
    with pytest.raises(OSError, match="busy"):
        factory.destroy()
    assert threading.active_count() == before


class Troubled(InProcess):
    """A factory whose trouble is a plain context manager."""

    left = False

    def fault(self, kind):
        return self.trouble() if kind == "io" else None

    @contextmanager
    def trouble(self):
        asyncio.get_running_loop()
        yield self.store
        self.left = True


def test_trouble_may_be_a_plain_context_manager():
    """It's entered and left on the loop; a store that meets no trouble is found out."""
    factory = Troubled(AsyncMemoryRepository, capabilities=frozenset({"tasks"}))
    with pytest.raises(Violated, match=r"P28 .*raised no StoreUnavailable or CommitUnknown"):
        PROPERTIES["P28"].play(OnLoop(factory), seed=7)
    assert factory.left


def test_a_factory_without_trouble_claims_none():
    """As a plain one."""
    assert OnLoop(async_memory()).fault("full") is None
    with pytest.raises(NotClaimed):
        PROPERTIES["P28"].play(OnLoop(async_memory()), seed=7)


def test_what_a_factory_claims_is_said_in_tasks():
    """Everything, if it says nothing."""

    class Plain:
        create = reopen = destroy = print

    assert claims(OnLoop(Plain())) == {"threads", "processes", "durable", "joins_transaction"}
    with pytest.raises(InvalidValue, match=r"\['threads'\] are no capabilities"):
        claims(OnLoop(InProcess(AsyncMemoryRepository)))


# The loop itself


@contextmanager
def a_loop():
    """Give a loop, and close it."""
    loop = Loop()
    try:
        yield loop
    finally:
        loop.close()


def test_a_call_that_hangs_is_told_and_left_behind(monkeypatch):
    """A task that nobody wakes must not hang the tests, too."""
    monkeypatch.setattr("loyaltykit.testing.contract.race.PATIENCE", 0.05)
    cancelled = threading.Event()

    async def hang():
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    with a_loop() as loop:
        with pytest.raises(Violated, match=r"^a call still hangs after 0.05 seconds$"):
            loop.wait(hang)
        assert cancelled.wait(5)


def test_a_timeout_of_the_store_is_its_own():
    """It's an error like others."""

    async def give_up():
        message = "the database took too long"
        raise TimeoutError(message)

    with a_loop() as loop, pytest.raises(TimeoutError, match="took too long"):
        loop.wait(give_up)


def test_spans_are_each_thread_s_own():
    """A runner's call isn't taken for another's."""
    spans = {}

    def call(name, seconds):
        loop.wait(lambda: asyncio.sleep(seconds))
        meet.wait()
        spans[name] = loop.span

    with a_loop() as loop:
        meet = threading.Barrier(2)
        threads = [threading.Thread(target=call, args=(name, name / 100)) for name in (0, 5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    lengths = {name: end - start for name, (start, end) in spans.items()}
    assert lengths[0] < 40_000_000 < lengths[5]


def test_a_server_is_killed_and_started_by_the_factorys_own_hooks():
    """They're plain calls, also where the store's are awaited."""
    told = []
    factory = async_memory()
    factory = SimpleNamespace(
        create=factory.create,
        reopen=factory.reopen,
        destroy=factory.destroy,
        kill_server=lambda: told.append("killed"),
        start_server=lambda: told.append("started"),
    )
    on_loop = OnLoop(factory)
    on_loop.kill_server()
    on_loop.start_server()
    assert told == ["killed", "started"]
