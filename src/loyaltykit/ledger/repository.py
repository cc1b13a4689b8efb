"""
What a repository must keep: nine promises, over three calls to write and three to read.

- **C1** Receipt first. A known operation id with the same digest returns the stored result and changes nothing, even if
  guards are stale; with another digest it raises `OperationMismatch`.
- **C2** Any guard that differs from the stored version raises `VersionConflict`, and nothing is changed.
- **C3** Every guard advances its version, also one that was only read; an absent one is created.
- **C4** Puts, entries, receipt and due dates are written all or none, and durably before ``commit`` returns.
- **C5** Of many concurrent commits of one operation one applies, the others replay it.
- **C6** An unknown outcome raises `CommitUnknown`, and the caller retries the same change; `StoreUnavailable` means
that
  provably nothing was applied.
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
    """

    version: int
    body: str | None


@frozen
class Receipt:
    """What an operation left: its id, the *digest* of what was asked, and its *result*, JSON text."""

    operation_id: str
    digest: str
    result: str


@frozen
class Committed:
    """The *result* of an operation; *replayed* where it had been committed before, and nothing was changed now."""

    result: str
    replayed: bool


@frozen
class Due:
    """A document, by its *key*, for which something is due at *moment*."""

    key: str
    moment: datetime


def _moments(due: Mapping[str, datetime | None]) -> dict[str, datetime | None]:
    return {key: None if moment is None else instant(moment, "a due moment") for key, moment in due.items()}


@frozen(kw_only=True)
class Change:
    """
    What one operation asks a repository to write, all or none.

    *guards* are the versions that were seen, 0 for an absent key; *puts* the new bodies, of guarded keys alone, None to
    empty one; *entries* what is booked; *due* the moment at which a document is due, None for none any more. Raises
    `InvalidValue` for a change that keeps not its own rules: the bounds of C9, puts without guards, entries of another
    operation or that don't sum to zero.
    """

    operation_id: str
    digest: str
    guards: Mapping[str, int] = field(factory=dict, converter=dict)
    puts: Mapping[str, str | None] = field(factory=dict, converter=dict)
    entries: tuple[Entry, ...] = field(default=(), converter=tuple)
    result: str = "null"
    due: Mapping[str, datetime | None] = field(factory=dict, converter=_moments)

    def __attrs_post_init__(self) -> None:
        """Refuse what no repository should be asked to write."""
        for broken, what in (
            (set(self.puts) - set(self.guards), "puts have keys without a guard"),
            (set(self.due) - set(self.guards), "due moments have keys without a guard"),
            (len(self.guards) > MAX_GUARDS, f"more than {MAX_GUARDS} guards"),
            (len(self.entries) > MAX_ENTRIES, f"more than {MAX_ENTRIES} entries"),
            ([e for e in self.entries if e.operation != self.operation_id], "entries of another operation"),
            ([e for n, e in enumerate(self.entries) if e.line != n], "entries out of their order"),
            (unbalanced(self.entries), "entries that don't sum to zero"),
            ([body for body in self.puts.values() if body and _size(body) > MAX_BODY], f"a body over {MAX_BODY} bytes"),
            (self._size() > MAX_CHANGE, f"more than {MAX_CHANGE} bytes in all"),
        ):
            if broken:
                message = f"the change {self.operation_id} can't be committed: {what}"
                raise InvalidValue(message, value=self.operation_id)

    def _size(self) -> int:
        texts = [self.operation_id, self.digest, self.result, *self.guards]
        texts += [body for body in self.puts.values() if body]
        texts += [entry.account + entry.unit + entry.detail for entry in self.entries]
        return sum(map(_size, texts))


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


class Repository(Protocol):
    """What an operation writes through: the promises C1 to C9."""

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
    """What statements, reports and due work read. Cursors are opaque text that the same repository gave."""

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
        """Give at most *limit* documents due before that moment, or at it, by moment and key."""
        ...
