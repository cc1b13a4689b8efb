"""
What a repository must keep: nine promises, over three calls to write and three to read.

- **C1** Receipt first. A known operation id with the same digest returns the stored result and changes nothing, even if
  guards are stale; with another digest it raises `OperationMismatch`.
- **C2** Any guard that differs from the stored version raises `VersionConflict`, and nothing is changed.
- **C3** Every guard advances its version, also one that was only read; an absent one is created.
- **C4** Puts, entries, receipt and due dates are written all or none, and durably before ``commit`` returns.
- **C5** Of many concurrent commits of one operation one applies, the others replay it.
- **C6** An unknown outcome raises `CommitUnknown`, and the caller retries the same change; `StoreUnavailable` means
  that provably nothing was applied.
- **C7** Entries and receipts never change, and receipts outlive the order.
- **C8** ``load`` sees every acknowledged commit. Torn reads across keys are allowed: C2 catches them.
- **C9** A change has at most 90 guards and 200 entries, a body at most 256 KiB, all of it at most 3 MiB; a key, an
  account, a unit, a digest and an operation's id 1 to 2,048 bytes in UTF-8, and no control characters.

Nothing is inherited: any class with these calls is a repository, an async one if they're ``async def``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from attrs import field, frozen

from loyaltykit.errors import InvalidValue
from loyaltykit.ledger.entry import MAX_NAME, is_name
from loyaltykit.values.moment import instant
from loyaltykit.values.text import storable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence  # noqa: TC004 - attrs doesn't resolve annotations
    from datetime import datetime  # noqa: TC004

    from loyaltykit.ledger.entry import Entry  # noqa: TC004

MAX_GUARDS: Final = 90
MAX_ENTRIES: Final = 200
MAX_BODY: Final = 256 * 1024
MAX_CHANGE: Final = 3 * 1024 * 1024


@frozen
class Versioned:
    """
    What is stored under a key: its *version*, counted from 1, and its *body*, JSON text or None where it was emptied.

    An absent key is ``Versioned(0, None)``.

    Examples:
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> MemoryRepository().load(["member/m1"])
        {'member/m1': Versioned(version=0, body=None)}
    """

    version: int
    body: str | None


@frozen
class Receipt:
    """
    What an operation left: its id, the *digest* of what was asked, and its *result*, JSON text.

    Examples:
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> from loyaltykit.ledger.repository import Change
        >>> repository = MemoryRepository()
        >>> committed = repository.commit(Change(operation_id="place o1", digest="d", result='"held"'))
        >>> repository.receipt("place o1")
        Receipt(operation_id='place o1', digest='d', result='"held"')
    """

    operation_id: str
    digest: str
    result: str


@frozen
class Committed:
    """
    The *result* of an operation; *replayed* where it had been committed before, and nothing was changed now.

    Examples:
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> from loyaltykit.ledger.repository import Change
        >>> MemoryRepository().commit(Change(operation_id="place o1", digest="d"))
        Committed(result='null', replayed=False)
    """

    result: str
    replayed: bool


@frozen
class Due:
    """
    A document, by its *key*, for which something is due at *moment*.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit.ledger.repository import Due
        >>> Due("member/m1", datetime(2026, 3, 1, tzinfo=timezone.utc)).key
        'member/m1'
    """

    key: str
    moment: datetime


def _versions(guards: Mapping[str, int]) -> dict[str, int]:
    return dict(guards)


def _bodies(puts: Mapping[str, str | None]) -> dict[str, str | None]:
    return dict(puts)


def _entries(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(entries)


def _moments(due: Mapping[str, datetime | None]) -> dict[str, datetime | None]:
    return {key: None if moment is None else instant(moment, "a due moment") for key, moment in due.items()}


@frozen(kw_only=True)
class Change:
    """
    What one operation asks a repository to write, all or none.

    *guards* are the versions that were seen, 0 for an absent key; *puts* the new bodies, of guarded keys alone, None to
    empty one; *entries* what is booked; *due* the moment at which a document is due, None for none any more. Raises
    `InvalidValue` for a change that doesn't keep its own rules: the bounds of C9, puts without guards, entries of
    another operation or that don't sum to zero, text that not every database can store.

    Examples:
        >>> from loyaltykit.ledger.repository import Change
        >>> Change(operation_id="place o1", digest="d", guards={"order/o1": 0}, puts={"order/o1": "{}"}).result
        'null'
        >>> Change(operation_id="place o1", digest="d", puts={"order/o1": "{}"})
        Traceback (most recent call last):
            ...
        loyaltykit.errors.InvalidValue: the change place o1 can't be committed: puts have keys without a guard
    """

    operation_id: str
    digest: str
    guards: Mapping[str, int] = field(factory=dict, converter=_versions)
    puts: Mapping[str, str | None] = field(factory=dict, converter=_bodies)
    entries: tuple[Entry, ...] = field(default=(), converter=_entries)
    result: str = "null"
    due: Mapping[str, datetime | None] = field(factory=dict, converter=_moments)

    def __attrs_post_init__(self) -> None:
        """Refuse what no repository should be asked to write."""
        what = _bad_name(self) or _bad_guards(self) or _bad_entries(self) or _bad_text(self)
        if what:
            message = f"the change {self.operation_id} can't be committed: {what}"
            raise InvalidValue(message, value=self.operation_id)


def _bad_name(change: Change) -> str | None:
    """Name what is named badly; accounts and units were looked at by their entries."""
    if not is_name(change.operation_id):
        return f"its id {_NAMELESS}"
    if not is_name(change.digest):
        return f"its digest {_NAMELESS}"
    return None if all(map(is_name, change.guards)) else f"a key {_NAMELESS}"


_NAMELESS: Final = f"isn't text of 1 to {MAX_NAME} bytes without control characters"


def _bad_guards(change: Change) -> str | None:
    guards = change.guards
    if not change.puts.keys() <= guards.keys():
        return "puts have keys without a guard"
    if not change.due.keys() <= guards.keys():
        return "due moments have keys without a guard"
    for version in guards.values():
        if type(version) is not int or version < 0:
            return "versions that don't count from 0"
    return f"more than {MAX_GUARDS} guards" if len(guards) > MAX_GUARDS else None


def _bad_entries(change: Change) -> str | None:
    if len(change.entries) > MAX_ENTRIES:
        return f"more than {MAX_ENTRIES} entries"
    sums: dict[str, int] = {}
    for line, entry in enumerate(change.entries):
        if entry.operation != change.operation_id:
            return "entries of another operation"
        if entry.line != line:
            return "entries out of their order"
        sums[entry.unit] = sums.get(entry.unit, 0) + entry.amount
    return "entries that don't sum to zero" if any(sums.values()) else None


def _bad_text(change: Change) -> str | None:
    """Look at all text as one, which is many times faster than each for itself."""
    bodies = [body for body in change.puts.values() if body]
    named = [part for entry in change.entries for part in (entry.account, entry.unit, entry.detail)]
    text = "".join((change.operation_id, change.digest, change.result, *change.guards, *bodies, *named))
    if not storable(text):
        return "text with NUL or half a surrogate pair"
    if any(_over(MAX_BODY, body) for body in bodies):
        return f"a body over {MAX_BODY} bytes"
    return f"more than {MAX_CHANGE} bytes in all" if _over(MAX_CHANGE, text) else None


def _over(most: int, text: str) -> bool:
    """Say whether *text* has more than *most* bytes; no character has more than four."""
    return len(text) > most // 4 and (len(text) if text.isascii() else len(text.encode())) > most


class Repository(Protocol):
    """
    What an operation writes through: the promises C1 to C9.

    Examples:
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> from loyaltykit.ledger.repository import Change, Repository
        >>> def count_up(repository: Repository, key: str) -> int:
        ...     version = repository.load([key])[key].version
        ...     repository.commit(Change(operation_id=f"count {version}", digest="d", guards={key: version}))
        ...     return repository.load([key])[key].version
        >>> count_up(MemoryRepository(), "counter")
        1
    """

    def load(self, keys: Sequence[str], /) -> Mapping[str, Versioned]:
        """Give what is stored under each of *keys*, an absent one as version 0."""
        ...

    def commit(self, change: Change, /) -> Committed:
        """
        Write *change*, all or none, durably; or give the result that its operation left before.

        Raises `OperationMismatch`, `VersionConflict`, `CommitUnknown` and `StoreUnavailable`.
        """
        ...

    def receipt(self, operation_id: str, /) -> Receipt | None:
        """Give what the operation left, None if it never was committed."""
        ...


class Reader(Protocol):
    """
    What statements, reports and due work read, a page at a time.

    A page goes on behind *after*: a key for ``keys``, a cursor for ``entries`` and ``due``, which `entry_cursor` and
    `due_cursor` make of a page's last item and `behind_entry` and `behind_due` take apart. It has fewer than *limit*
    items only where nothing is left: whoever reads takes a short page for the last.

    Examples:
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> from loyaltykit.ledger.repository import Change, Reader
        >>> repository = MemoryRepository()
        >>> committed = repository.commit(Change(operation_id="o", digest="d", guards={"member/m1": 0, "order/o1": 0}))
        >>> reader: Reader = repository
        >>> reader.keys("member/", after=None, limit=10)
        ['member/m1']
    """

    def keys(self, prefix: str, /, *, after: str | None, limit: int) -> Sequence[str]:
        """Give at most *limit* keys that begin with *prefix*, in their order, those behind the key *after*."""
        ...

    def entries(
        self, *, account: str | None, start: datetime | None, end: datetime | None, after: str | None, limit: int
    ) -> Sequence[Entry]:
        """
        Give at most *limit* entries of *account* (or all) from *start* up to *end*, by moment, operation and line.
        """
        ...

    def due(self, before: datetime, /, *, after: str | None, limit: int) -> Sequence[Due]:
        """Give at most *limit* documents due at *before* or earlier, by moment and key, those behind *after*."""
        ...


class AsyncRepository(Protocol):
    """
    A `Repository` whose calls are awaited: the same promises, among the tasks of an event loop.

    A commit whose await was cancelled is one of unknown outcome (C6): who wants to know commits the same change again.

    Examples:
        >>> import asyncio
        >>> from loyaltykit.adapters.memory import AsyncMemoryRepository
        >>> from loyaltykit.ledger.repository import AsyncRepository, Change
        >>> async def count_up(repository: AsyncRepository, key: str) -> int:
        ...     version = (await repository.load([key]))[key].version
        ...     await repository.commit(Change(operation_id=f"count {version}", digest="d", guards={key: version}))
        ...     return (await repository.load([key]))[key].version
        >>> asyncio.run(count_up(AsyncMemoryRepository(), "counter"))
        1
    """

    async def load(self, keys: Sequence[str], /) -> Mapping[str, Versioned]:
        """Give what is stored under each of *keys*, an absent one as version 0."""
        ...

    async def commit(self, change: Change, /) -> Committed:
        """
        Write *change*, all or none, durably; or give the result that its operation left before.

        Raises `OperationMismatch`, `VersionConflict`, `CommitUnknown` and `StoreUnavailable`.
        """
        ...

    async def receipt(self, operation_id: str, /) -> Receipt | None:
        """Give what the operation left, None if it never was committed."""
        ...


class AsyncReader(Protocol):
    """
    A `Reader` whose calls are awaited; pages go on behind the same keys and cursors, and are short only at the end.

    Examples:
        >>> import asyncio
        >>> from loyaltykit.adapters.memory import AsyncMemoryRepository
        >>> from loyaltykit.ledger.repository import AsyncReader
        >>> reader: AsyncReader = AsyncMemoryRepository()
        >>> asyncio.run(reader.keys("member/", after=None, limit=10))
        []
    """

    async def keys(self, prefix: str, /, *, after: str | None, limit: int) -> Sequence[str]:
        """Give at most *limit* keys that begin with *prefix*, in their order, those behind the key *after*."""
        ...

    async def entries(
        self, *, account: str | None, start: datetime | None, end: datetime | None, after: str | None, limit: int
    ) -> Sequence[Entry]:
        """
        Give at most *limit* entries of *account* (or all) from *start* up to *end*, by moment, operation and line.
        """
        ...

    async def due(self, before: datetime, /, *, after: str | None, limit: int) -> Sequence[Due]:
        """Give at most *limit* documents due at *before* or earlier, by moment and key, those behind *after*."""
        ...
