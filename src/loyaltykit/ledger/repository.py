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
- **C9** A change has at most 90 guards and 200 entries, a body at most 256 KiB, all of it at most 3 MiB.

Nothing is inherited: any class with these calls is a repository.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from attrs import field, frozen

from loyaltykit.errors import InvalidValue
from loyaltykit.ledger.entry import unbalanced
from loyaltykit.values.moment import instant
from loyaltykit.values.text import storable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence  # noqa: TC004 - attrs doesn't resolve annotations
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
    entries: tuple[Entry, ...] = field(default=(), converter=tuple)
    result: str = "null"
    due: Mapping[str, datetime | None] = field(factory=dict, converter=_moments)

    def __attrs_post_init__(self) -> None:
        """Refuse what no repository should be asked to write."""
        for broken, what in (
            (set(self.puts) - set(self.guards), "puts have keys without a guard"),
            (set(self.due) - set(self.guards), "due moments have keys without a guard"),
            ([v for v in self.guards.values() if type(v) is not int or v < 0], "versions that don't count from 0"),
            (len(self.guards) > MAX_GUARDS, f"more than {MAX_GUARDS} guards"),
            (len(self.entries) > MAX_ENTRIES, f"more than {MAX_ENTRIES} entries"),
            ([e for e in self.entries if e.operation != self.operation_id], "entries of another operation"),
            ([e for n, e in enumerate(self.entries) if e.line != n], "entries out of their order"),
            (unbalanced(self.entries), "entries that don't sum to zero"),
            ([body for body in self.puts.values() if body and _size(body) > MAX_BODY], f"a body over {MAX_BODY} bytes"),
            ([text for text in self._texts() if not storable(text)], "text with NUL or half a surrogate pair"),
            (sum(map(_size, self._texts())) > MAX_CHANGE, f"more than {MAX_CHANGE} bytes in all"),
        ):
            if broken:
                message = f"the change {self.operation_id} can't be committed: {what}"
                raise InvalidValue(message, value=self.operation_id)

    def _texts(self) -> list[str]:
        texts = [self.operation_id, self.digest, self.result, *self.guards]
        texts += [body for body in self.puts.values() if body]
        return texts + [entry.account + entry.unit + entry.detail for entry in self.entries]


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


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
    `due_cursor` make of a page's last item and `behind_entry` and `behind_due` take apart.

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
