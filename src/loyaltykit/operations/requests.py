"""
What an operation asks of the store: it yields one of these and is sent the answer, so that the same operation runs over
a sync or an async repository, and every interleaving of two can be played.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from attrs import frozen

from loyaltykit.errors import InvalidValue

if TYPE_CHECKING:
    from datetime import datetime  # noqa: TC004 - attrs doesn't resolve annotations

    from loyaltykit.ledger.repository import Change  # noqa: TC004

T = TypeVar("T")


@frozen
class Load:
    """
    The documents under *keys*; the answer is a mapping of them to `Versioned`.

    Examples:
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> Load(("a",)).ask(MemoryRepository())
        {'a': Versioned(version=0, body=None)}
    """

    keys: tuple[str, ...]

    def ask(self, repository: Any) -> Any:
        """Ask *repository*: a sync one gives the answer, an async one what to await."""
        return repository.load(self.keys)


@frozen
class Look:
    """
    A page of the documents under *keys*, as by `Load`, for what only reads: each is forgotten with its page.

    What an operation has loaded is looked at anew where it stumbles. A report over millions of orders keeps no list of
    these, and whatever it makes of one rests on no other.

    Examples:
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> Look(("a",)).ask(MemoryRepository())
        {'a': Versioned(version=0, body=None)}
    """

    keys: tuple[str, ...]

    def ask(self, repository: Any) -> Any:
        """Ask *repository*: a sync one gives the answer, an async one what to await."""
        return repository.load(self.keys)


@frozen
class Commit:
    """
    Write *change*; the answer is `Committed`. *read* reads a result of its operation, for whoever asked for another.

    Examples:
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> from loyaltykit.ledger.repository import Change
        >>> Commit(Change(operation_id="place o1", digest="d")).ask(MemoryRepository()).replayed
        False
    """

    change: Change
    read: Callable[[str], object] | None = None

    def ask(self, repository: Any) -> Any:
        """Ask *repository*: a sync one gives the answer, an async one what to await."""
        return repository.commit(self.change)


@frozen
class Recall:
    """
    What the operation of an id left; the answer is its `Receipt`, None where it was never committed.

    Examples:
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> Recall("place o1").ask(MemoryRepository()) is None
        True
    """

    operation_id: str

    def ask(self, repository: Any) -> Any:
        """Ask *repository*: a sync one gives the answer, an async one what to await."""
        return repository.receipt(self.operation_id)


@frozen(kw_only=True)
class ReadEntries:
    """
    A page of the entries of *account*, None for all of them; the answer is a sequence of `Entry`.

    Examples:
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> ReadEntries(account="m1", start=None, end=None, after=None, limit=9).ask(MemoryRepository())
        []
    """

    account: str | None
    start: datetime | None
    end: datetime | None
    after: str | None
    limit: int

    def ask(self, reader: Any) -> Any:
        """Ask *reader*: a sync one gives the answer, an async one what to await."""
        return reader.entries(account=self.account, start=self.start, end=self.end, after=self.after, limit=self.limit)


@frozen(kw_only=True)
class ReadDue:
    """
    A page of the documents due at *before* or earlier; the answer is a sequence of `Due`.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> ReadDue(before=datetime(2026, 3, 1, tzinfo=timezone.utc), after=None, limit=9).ask(MemoryRepository())
        []
    """

    before: datetime
    after: str | None
    limit: int

    def ask(self, reader: Any) -> Any:
        """Ask *reader*: a sync one gives the answer, an async one what to await."""
        return reader.due(self.before, after=self.after, limit=self.limit)


@frozen(kw_only=True)
class ReadKeys:
    """
    A page of the keys that begin with *prefix*; the answer is a sequence of them.

    Examples:
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> ReadKeys(prefix="m", after=None, limit=9).ask(MemoryRepository())
        []
    """

    prefix: str
    after: str | None
    limit: int

    def ask(self, reader: Any) -> Any:
        """Ask *reader*: a sync one gives the answer, an async one what to await."""
        return reader.keys(self.prefix, after=self.after, limit=self.limit)


def page_size(limit: int) -> int:
    """
    Give *limit*, the most that a page may hold; raises `InvalidValue` where no page could hold anything.

    Examples:
        >>> page_size(100)
        100
    """
    if type(limit) is not int or limit < 1:
        message = f"a page holds a whole number of items, one at least: not {limit!r}"
        raise InvalidValue(message, value=limit)
    return limit


def key_behind(after: object, prefix: str) -> str | None:
    """
    Give *after*, the cursor of a page of keys that begin with *prefix*; raises `InvalidValue` where it's none of those.

    Examples:
        >>> key_behind(None, '["city","member",') is None
        True
        >>> key_behind("m1", '["city","member",')
        Traceback (most recent call last):
            ...
        loyaltykit.errors.InvalidValue: 'm1' is no cursor of this list: hand back the one that the page before gave
    """
    if after is None or (isinstance(after, str) and after.startswith(prefix)):
        return after
    message = f"{after!r} is no cursor of this list: hand back the one that the page before gave"
    raise InvalidValue(message, value=after)


Request: TypeAlias = Load | Look | Commit | Recall | ReadEntries | ReadDue | ReadKeys

Operation: TypeAlias = Generator[Request, Any, T]
"""An operation: it yields requests, is sent their answers, and returns its result."""
