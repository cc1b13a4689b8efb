"""Factories of the adapters that the library ships, and examples of how to write one."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Generic, TypeVar

from attrs import define, field

from loyaltykit.adapters.memory import AsyncMemoryRepository, MemoryRepository
from loyaltykit.adapters.sqlite import SqliteRepository

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from sqlite3 import Connection

    from loyaltykit.testing.contract.factory import Store

S = TypeVar("S")


@define
class InProcess(Generic[S]):
    """A factory of stores that live in the one object that *make* gives: shared by threads, gone with the process."""

    make: Callable[[], S]
    capabilities: frozenset[str] = frozenset({"threads"})
    store: S | None = field(default=None, init=False)

    def create(self) -> S:
        """Make an empty store."""
        self.store = self.make()
        return self.store

    def reopen(self) -> S:
        """Give the same object: there's no other way to the store."""
        return self.store or self.create()

    def destroy(self) -> None:
        """Close the store, if it can be, and let it go."""
        getattr(self.store, "close", lambda: None)()
        self.store = None


@define
class SqliteFile:
    """A factory of SQLite files in a temporary folder, each connection a repository that *make* gives for the path."""

    make: Callable[[Path], SqliteRepository] = SqliteRepository
    capabilities: frozenset[str] = frozenset({"threads", "processes", "durable"})
    folder: TemporaryDirectory[str] | None = field(default=None, init=False)
    opened: list[SqliteRepository] = field(factory=list, init=False)

    @property
    def path(self) -> Path:
        """The file of the store."""
        self.folder = self.folder or TemporaryDirectory(prefix="loyaltykit-", ignore_cleanup_errors=True)
        return Path(self.folder.name, "loyalty.db")

    def create(self) -> SqliteRepository:
        """Make an empty store."""
        return self.reopen()

    def reopen(self) -> SqliteRepository:
        """Open the file once more."""
        self.opened.append(self.make(self.path))
        return self.opened[-1]

    def destroy(self) -> None:
        """Close every connection and remove the file."""
        while self.opened:
            self.opened.pop().close()
        if self.folder:
            self.folder.cleanup()
        self.folder = None

    def trace(self, callback: Callable[[str], object]) -> SqliteRepository:
        """Open the file once more, with *callback* told of each statement before it's carried out."""
        repository = self.reopen()
        _connection(repository).set_trace_callback(callback)
        return repository

    def fault(self, kind: str) -> AbstractContextManager[Store] | None:
        """Give a repository that finds the file locked, or full; SQLite can't be told to fail otherwise."""
        trouble = {"locked": self._locked, "full": self._full}.get(kind)
        return trouble() if trouble else None

    @contextmanager
    def _locked(self) -> Iterator[Store]:
        repository = self.reopen()
        _connection(repository).execute("PRAGMA busy_timeout = 0")
        other = _connection(self.reopen())
        other.execute("BEGIN IMMEDIATE")
        try:
            yield repository
        finally:
            other.execute("ROLLBACK")

    @contextmanager
    def _full(self) -> Iterator[Store]:
        repository = self.reopen()
        (pages,) = _connection(repository).execute("PRAGMA page_count").fetchone()
        _connection(repository).execute(f"PRAGMA max_page_count = {pages}")
        yield repository


def _connection(repository: SqliteRepository) -> Connection:
    return repository._connection  # noqa: SLF001 - trouble is caused from within


def memory() -> InProcess[MemoryRepository]:
    """
    Give the factory of `MemoryRepository`.

    Examples:
        >>> memory().create().keys("", after=None, limit=1)
        []
    """
    return InProcess(MemoryRepository)


def async_memory() -> InProcess[AsyncMemoryRepository]:
    """
    Give the factory of `AsyncMemoryRepository`.

    Examples:
        >>> import asyncio
        >>> asyncio.run(async_memory().create().keys("", after=None, limit=1))
        []
    """
    return InProcess(AsyncMemoryRepository, capabilities=frozenset({"tasks"}))


def sqlite_memory() -> InProcess[SqliteRepository]:
    """
    Give the factory of `SqliteRepository` in memory.

    Examples:
        >>> factory = sqlite_memory()
        >>> factory.create().keys("", after=None, limit=1)
        []
        >>> factory.destroy()
    """
    return InProcess(lambda: SqliteRepository(":memory:"))


def sqlite_file() -> SqliteFile:
    """
    Give the factory of `SqliteRepository` in a file.

    Examples:
        >>> factory = sqlite_file()
        >>> factory.create().keys("", after=None, limit=1)
        []
        >>> factory.destroy()
    """
    return SqliteFile()
