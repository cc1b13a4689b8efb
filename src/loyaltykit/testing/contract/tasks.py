"""
Async stores, played by the same properties: every call is a task on one event loop, which has a thread of its own.

Runners of a race wait for their tasks in threads, so what meets in the store are tasks alone. When a call began and
ended is noted on the loop: a task that waited its turn in the queue has met nobody.
"""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import AsyncExitStack, contextmanager, suppress
from functools import partial
from inspect import isawaitable, iscoroutinefunction
from threading import Event, Thread, local
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from loyaltykit.errors import CommitUnknown
from loyaltykit.testing.contract import race
from loyaltykit.testing.contract.factory import ASYNC_CAPABILITIES, claims, hooks_of
from loyaltykit.testing.contract.verdict import Violated

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from loyaltykit.ledger.entry import Entry
    from loyaltykit.ledger.repository import Change, Committed, Due, Receipt, Versioned
    from loyaltykit.testing.contract.factory import AsyncFactory, AsyncStore, Factory, Store

T = TypeVar("T")


class Loop:
    """
    An event loop in a thread of its own, until it's closed.

    Examples:
        >>> loop = Loop()
        >>> loop.wait(partial(asyncio.sleep, 0, "woken"))
        'woken'
        >>> loop.close()
    """

    def __init__(self) -> None:
        self.process = os.getpid()
        self._begun = Event()
        self._calls = local()
        self._thread = Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        self._begun.wait()

    async def _serve(self) -> None:
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        self._begun.set()
        await self._ended.wait()

    @property
    def span(self) -> tuple[int, ...]:
        """When this thread's last call began and ended on the loop, in nanoseconds; empty where it never did."""
        return tuple(self._calls.span)

    def wait(self, call: Callable[[], Awaitable[T]]) -> T:
        """Give what *call* gives as a task on the loop; raises `Violated` where it hangs."""
        self._calls.span = span = list[int]()
        task = asyncio.run_coroutine_threadsafe(_timed(call, span), self._loop)
        try:
            return task.result(race.PATIENCE)
        except TimeoutError:
            if task.done():  # the store's own
                raise
            task.cancel()
            message = f"a call still hangs after {race.PATIENCE} seconds"
            raise Violated(message) from None

    def close(self) -> None:
        """Cancel what still runs, and end the thread."""
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(race.PATIENCE)


async def _timed(call: Callable[[], Awaitable[T]], span: list[int]) -> T:
    span.append(time.perf_counter_ns())
    try:
        return await call()
    finally:
        span.append(time.perf_counter_ns())


async def _either(call: Callable[[], Any]) -> Any:
    """Give what *call* gives, be it plain or async."""
    given = call()
    return await given if isawaitable(given) else given


class TaskStore:
    """An async *store* as a plain one: each call is a task on *loop*, and its caller waits for it."""

    def __init__(self, store: AsyncStore, loop: Loop) -> None:
        self.inner = self._store = store
        self._loop = loop

    @property
    def span(self) -> tuple[int, ...]:
        """When this thread's last call began and ended on the loop."""
        return self._loop.span

    def load(self, keys: Sequence[str], /) -> Mapping[str, Versioned]:
        """Give what is stored under each of *keys*."""
        return self._loop.wait(partial(self._store.load, keys))

    def commit(self, change: Change, /) -> Committed:
        """Write *change*, or give the result that its operation left before."""
        return self._loop.wait(partial(self._store.commit, change))

    def cancelled(self, change: Change, turns: int, seconds: float) -> bool:
        """
        Commit *change*, and cancel it after so many *turns* of the loop, then *seconds*.

        Say whether it was cancelled on its way: it had begun, and came to no end of its own.
        """
        return self._loop.wait(partial(self._cancelled, change, turns, seconds))

    async def _cancelled(self, change: Change, turns: int, seconds: float) -> bool:
        commit = asyncio.create_task(self._store.commit(change))
        for _ in range(turns):
            await asyncio.sleep(0)
        if seconds:
            await asyncio.sleep(seconds)
        commit.cancel()
        try:
            await commit
        except (asyncio.CancelledError, CommitUnknown):
            return turns > 0
        return False

    def receipt(self, operation_id: str, /) -> Receipt | None:
        """Give what the operation left."""
        return self._loop.wait(partial(self._store.receipt, operation_id))

    def keys(self, prefix: str, /, *, after: str | None, limit: int) -> Sequence[str]:
        """Give a page of keys."""
        return self._loop.wait(partial(self._store.keys, prefix, after=after, limit=limit))

    def entries(
        self, *, account: str | None, start: datetime | None, end: datetime | None, after: str | None, limit: int
    ) -> Sequence[Entry]:
        """Give a page of entries."""
        read = partial(self._store.entries, account=account, start=start, end=end, after=after, limit=limit)
        return self._loop.wait(read)

    def due(self, before: datetime, /, *, after: str | None, limit: int) -> Sequence[Due]:
        """Give a page of due moments."""
        return self._loop.wait(partial(self._store.due, before, after=after, limit=limit))

    def close(self) -> None:
        """Close the store's connection, if it can be."""
        close = getattr(self._store, "close", None)
        if close:
            self._loop.wait(partial(_either, close))


class OnLoop:
    """
    A `Factory` of what the async *factory* makes, on an event loop that lasts from create() to destroy().

    Examples:
        >>> from loyaltykit.testing.contract.factories import async_memory
        >>> from loyaltykit.testing.contract.properties import PROPERTIES
        >>> PROPERTIES["P02"].play(OnLoop(async_memory()), seed=7)
        ''
    """

    words: ClassVar[Mapping[str, str]] = {"threads": "tasks"}
    """What integrators of async stores call a capability."""

    def __init__(self, factory: AsyncFactory) -> None:
        self._factory = factory
        self._loop: Loop | None = None
        self._left: list[Loop | None] = []

    @property
    def capabilities(self) -> frozenset[str]:
        """What the store claims: tasks are to an async one what threads are to others."""
        claimed = claims(self._factory, ASYNC_CAPABILITIES)
        return claimed - {"tasks"} | ({"threads"} if "tasks" in claimed else frozenset())

    @property
    def offered(self) -> frozenset[str]:
        """The hooks that the async factory has."""
        return hooks_of(self._factory)

    def create(self) -> Store:
        """Make an empty store, on the loop."""
        return self._made(self._factory.create)

    def reopen(self) -> Store:
        """Reach the same store anew."""
        return self._made(self._factory.reopen)

    def _made(self, make: Callable[[], Any]) -> Store:
        loop = self._here()
        return TaskStore(loop.wait(partial(_either, make)), loop)

    def _here(self) -> Loop:
        """Give the loop of this process; a forked one leaves that of its parent as it is, and uncollected."""
        if self._loop is None or self._loop.process != os.getpid():
            self._left.append(self._loop)
            self._loop = Loop()
        return self._loop

    def destroy(self) -> None:
        """Remove the store, and end the loop."""
        loop, self._loop = self._here(), None
        try:
            loop.wait(partial(_either, self._factory.destroy))
        finally:
            loop.close()

    def trace(self, callback: Callable[[str], object]) -> Store:
        """Reach the same store anew, by what tells *callback* of each statement before it's sent."""
        return self._made(partial(cast("Any", self._factory).trace, callback))

    def kill_server(self) -> None:
        """Kill the server that the factory has started."""
        cast("Any", self._factory).kill_server()

    def start_server(self) -> None:
        """Start it again."""
        cast("Any", self._factory).start_server()

    def fault(self, kind: str) -> AbstractContextManager[Store] | None:
        """Give trouble of that *kind* where the factory can cause it."""
        trouble = getattr(self._factory, "fault", lambda _: None)(kind)
        return None if trouble is None else self._in_trouble(trouble)

    @contextmanager
    def _in_trouble(self, trouble: Any) -> Iterator[Store]:
        stack = AsyncExitStack()
        store = self._made(partial(_entered, stack, trouble))
        try:
            yield store
        finally:
            self._here().wait(stack.aclose)

    @contextmanager
    def transaction(self) -> Iterator[tuple[Store, Callable[[str], object]]]:
        """Open a transaction of the host's own, on the loop."""
        factory, stack = cast("Any", self._factory), AsyncExitStack()
        loop = self._here()
        repository, write = loop.wait(partial(_entered, stack, factory.transaction()))
        try:
            yield TaskStore(repository, loop), lambda text: loop.wait(partial(_either, partial(write, text)))
        except Exception as error:
            loop.wait(partial(stack.__aexit__, type(error), error, error.__traceback__))
            raise
        loop.wait(stack.aclose)

    def written(self) -> Sequence[str]:
        """Give the texts of the host's own rows that are committed."""
        texts: Sequence[str] = self._here().wait(partial(_either, cast("Any", self._factory).written))
        return texts


async def _entered(stack: AsyncExitStack, manager: Any) -> Any:
    """Enter *manager*, be it plain or async, so that *stack* leaves it."""
    if hasattr(manager, "__aenter__"):
        return await stack.enter_async_context(manager)
    return stack.enter_context(manager)


def playable(factory: Factory | AsyncFactory) -> Factory:
    """
    Give *factory*, or one that plays its async stores on a loop.

    They're async if a call of the factory is, else if ``commit`` is of a store that it makes to be looked at.

    Examples:
        >>> from loyaltykit.testing.contract.factories import async_memory, memory
        >>> type(playable(memory())).__name__, type(playable(async_memory())).__name__
        ('InProcess', 'OnLoop')
    """
    if any(iscoroutinefunction(call) for call in (factory.create, factory.reopen, factory.destroy)):
        return OnLoop(cast("AsyncFactory", factory))
    try:
        is_async = iscoroutinefunction(getattr(factory.create(), "commit", None))
    except Exception:  # noqa: BLE001 - the properties will tell it
        is_async = False
    with suppress(Exception):  # as above
        factory.destroy()
    return OnLoop(cast("AsyncFactory", factory)) if is_async else cast("Factory", factory)
