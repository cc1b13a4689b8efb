"""A trial: one property played on one fresh store, from a seed that plays it again."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from random import Random, SystemRandom
from typing import TYPE_CHECKING, Any, Final, TypeVar

from attrs import frozen

from loyaltykit.errors import InvalidValue
from loyaltykit.ledger.cursor import due_cursor, entry_cursor
from loyaltykit.ledger.entry import Entry
from loyaltykit.ledger.repository import Change, Due, Receipt, Versioned
from loyaltykit.testing.contract.verdict import Violated, same

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from loyaltykit.testing.contract.factory import Factory, Store
    from loyaltykit.testing.contract.race import Among

T = TypeVar("T")

PAGE: Final = 200
"""Items that are read at a time."""

NOON: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
"""When the kit's own changes are booked."""

END: Final = datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC)


class Trial:
    """
    The *store* under test with its *factory*, and the *random* numbers of its *seed*.

    A race is run *among* threads, or what is given, in the order of *marks*, if there are any. *kept* says how far, and
    what else of a property wasn't shown.

    Examples:
        >>> from loyaltykit.testing.contract.factories import memory
        >>> trial = Trial(memory(), seed=7)
        >>> trial.commit("o1", guards={"member/m1": 0}).replayed
        False
    """

    def __init__(self, factory: Factory, *, seed: int, among: Among | None = None, marks: Sequence[str] = ()) -> None:
        self.factory = factory
        self.among = among
        self.marks = marks
        self.kept = ""
        self.seed = seed
        self.random = Random(seed)  # noqa: S311 - to be drawn again from the seed
        self.store: Store = factory.create()

    def commit(self, operation_id: str, **fields: Any) -> Any:
        """Commit a change of these *fields*."""
        return self.store.commit(change_of(operation_id, **fields))

    def versions(self, *keys: str) -> dict[str, int]:
        """Give the versions of *keys*, as guards."""
        loaded = self.store.load(keys)
        return {key: loaded[key].version for key in keys}


@frozen
class State:
    """All that a store shows: documents, entries, due moments, and the receipts of the operations asked for."""

    documents: dict[str, Versioned]
    entries: list[Entry]
    due: list[Due]
    receipts: dict[str, Receipt | None]


def state_of(store: Store, *operations: str, page: int = PAGE) -> State:
    """
    Give all that *store* shows, read in pages, with the receipts of *operations*.

    Examples:
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> state_of(MemoryRepository(), "o1").receipts
        {'o1': None}
    """
    keys = all_keys(store, page)
    return State(
        documents=dict(store.load(keys)),
        entries=all_entries(store, page=page),
        due=all_due(store, page=page),
        receipts={operation: store.receipt(operation) for operation in operations},
    )


def unchanged(before: State, store: Store, what: str) -> None:
    """
    Raise `Violated` unless *store* shows what it showed *before*.

    Examples:
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> store = MemoryRepository()
        >>> unchanged(state_of(store, "o1"), store, "the store")
    """
    after = state_of(store, *before.receipts)
    for name in ("documents", "entries", "due", "receipts"):
        same(getattr(after, name), getattr(before, name), f"{what}: {name}")


def all_keys(store: Store, page: int = PAGE, prefix: str = "") -> list[str]:
    """Give every key that begins with *prefix*, read *page* by page."""
    return _paged(lambda after: store.keys(prefix, after=after, limit=page), str, page)


def all_entries(
    store: Store,
    *,
    page: int = PAGE,
    account: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> list[Entry]:
    """Give the entries of *account*, or of all, from *start* up to *end*, read *page* by page."""
    return _paged(
        lambda after: store.entries(account=account, start=start, end=end, after=after, limit=page), entry_cursor, page
    )


def all_due(store: Store, *, page: int = PAGE, before: datetime = END) -> list[Due]:
    """Give every moment due at *before* or earlier, read *page* by page."""
    return _paged(lambda after: store.due(before, after=after, limit=page), due_cursor, page)


def _paged(read: Callable[[str | None], Sequence[T]], cursor: Callable[[T], str], limit: int) -> list[T]:
    """Give all items of a list that *read* gives in pages of *limit*, each behind the *cursor* of the one before."""
    found: list[T] = []
    passed: set[str] = set()
    behind: str | None = None
    page = read(None)
    while page:
        found += page
        before, behind = behind, cursor(page[-1])
        if behind in passed:
            message = f"reading page by page goes round in circles: behind {behind} stands what stood before it"
            raise Violated(message)
        passed.add(behind)
        given, page = len(page), read(behind)
        if page and given < limit:
            _came_meanwhile(page[0], read(before), limit)
    return found


def _came_meanwhile(item: object, page: Sequence[object], limit: int) -> None:
    """
    See that a *page* that had been short, read again, has the *item* that stands behind it by now, or has no room.

    Where others write, something may come behind the last page; where nobody does, a short one is the last.
    """
    if item not in page and len(page) < limit:
        message = f"a page of {len(page)} where {limit} were asked for is taken for the last, but more stands behind it"
        raise Violated(message)


def change_of(operation_id: str, *, digest: str = "d", **fields: Any) -> Change:
    """Give the change of *operation_id* with these *fields*."""
    return Change(operation_id=operation_id, digest=digest, **fields)


def booked(
    operation_id: str, *amounts: tuple[str, int], unit: str = "points", at: datetime = NOON, detail: str = "{}"
) -> tuple[Entry, ...]:
    """
    Give the entries of *operation_id*: an *amount* to each account, and what balances them from the program's.

    Examples:
        >>> [entry.amount for entry in booked("o1", ("member/m1", 5), ("member/m2", -2))]
        [5, -2, -3]
    """
    rest = -sum(amount for _, amount in amounts)
    sides = [*amounts, ("program/issued", rest)] if rest else list(amounts)
    return tuple(
        Entry(at=at, operation=operation_id, line=line, account=account, unit=unit, amount=amount, detail=detail)
        for line, (account, amount) in enumerate(sides)
    )


def after_noon(minutes: int) -> datetime:
    """Give the moment *minutes* after that at which the kit books."""
    return NOON + timedelta(minutes=minutes)


def seed_from(given: int | None) -> int:
    """
    Give the seed to play from: the *given* one, else that of ``LOYALTYKIT_SEED``, else a new one.

    Examples:
        >>> seed_from(7)
        7
    """
    if given is not None:
        return given
    text = os.environ.get("LOYALTYKIT_SEED")
    if text is None:
        return SystemRandom().randrange(10**9)
    try:
        return int(text)
    except ValueError:
        message = f"LOYALTYKIT_SEED is a whole number, as a failure prints it, not {text!r}"
        raise InvalidValue(message, value=text) from None
