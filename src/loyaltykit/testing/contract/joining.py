"""
Level 1, for stores that join a host's own transaction: it's the host who commits, or rolls back, and we with it.

The host's rows are texts that its factory writes. What others see meanwhile is read by another connection, in a thread
of its own where the store claims threads: some stacks have one connection a thread.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager, suppress
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Any

from loyaltykit.errors import OperationMismatch, StoreUnavailable, VersionConflict
from loyaltykit.ledger.repository import Committed, Versioned
from loyaltykit.testing.contract import race
from loyaltykit.testing.contract.factory import claims
from loyaltykit.testing.contract.factory import joining as joined
from loyaltykit.testing.contract.trial import after_noon, booked, change_of, state_of, unchanged
from loyaltykit.testing.contract.verdict import check, raised, same

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loyaltykit.ledger.repository import Change
    from loyaltykit.testing.contract.factory import Store
    from loyaltykit.testing.contract.trial import State, Trial


class _Regret(Exception):
    """What makes a host roll back."""


def a_hosts_transaction_decides(trial: Trial) -> None:
    """A host's rollback leaves no trace of us, its commit lands both, a conflict that it swallows nothing (C2, C4)."""
    host = _Host(trial)
    trial.store.commit(_change("before", 0))
    _rolls_back(host)
    _commits(host)
    _swallows_conflicts(host)
    _replays(host)
    _commits_twice(host)


class _Host:
    """A host of the store of *trial*, whose transactions are watched from outside."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial
        self._factory = joined(trial.factory)
        self._outside = trial.factory.reopen()

    @contextmanager
    def transaction(self, *operations: str, lands: tuple[str, ...]) -> Iterator[tuple[Store, Callable[[str], object]]]:
        """
        Open one in which *operations* are committed; see that nothing shows before its end, and that its rows land.
        """
        before, rows = self.state(*operations), Counter(self._factory.written())
        with self._factory.transaction() as (repository, write):
            yield repository, write
            self._nothing_shows(before)
        same(Counter(self._factory.written()), rows + Counter(lands), "the host's own rows after its commit")

    @contextmanager
    def regretted(self, *operations: str) -> Iterator[tuple[Store, Callable[[str], object]]]:
        """Open one in which *operations* are committed, and roll it back: see that nothing is left of it."""
        before, rows = self.state(*operations), Counter(self._factory.written())
        with suppress(_Regret), self._factory.transaction() as (repository, write):
            yield repository, write
            self._nothing_shows(before)
            raise _Regret
        self.unchanged(before, "the store after the host's rollback")
        same(Counter(self._factory.written()), rows, "the host's own rows after its rollback")

    def state(self, *operations: str) -> State:
        """Give all that is committed."""
        return state_of(self._trial.store, *operations)

    def unchanged(self, before: State, what: str) -> None:
        """See that another connection shows what was there *before*."""
        unchanged(before, self._outside, what)

    def _nothing_shows(self, before: State) -> None:
        """See that others are shown what was there *before*; a store that has them wait shows nothing, either."""
        errors: list[Exception] = []

        def look() -> None:
            try:
                self.unchanged(before, "what others see before the host has committed")
            except StoreUnavailable:
                return
            except Exception as error:  # noqa: BLE001 - raised again by the one who waits
                errors.append(error)

        if "threads" in claims(self._factory):
            looker = Thread(target=look, daemon=True)
            looker.start()
            looker.join(race.PATIENCE)
            check(not looker.is_alive(), f"who reads while a host's transaction is open hangs for {race.PATIENCE} s")
        else:
            look()
        for error in errors:
            raise error


def _change(operation: str, version: int, **fields: Any) -> Change:
    """Give a change of all kinds, which takes two documents on from *version*."""
    keys = ("member/m1", "order/o1")
    everything: dict[str, Any] = {
        "guards": dict.fromkeys(keys, version),
        "puts": dict.fromkeys(keys, f'"{operation}"'),
        "entries": booked(operation, (keys[0], 5)),
        "due": {keys[1]: after_noon(version)},
        "result": f'"{operation}"',
    }
    return change_of(operation, **everything | fields)


def _rolls_back(host: _Host) -> None:
    """See that nothing is left, whichever was first, and that the same is new when the host begins again."""
    change = _change("regretted", 1)
    for _again in range(2):
        with host.regretted("regretted") as (repository, write):
            write("regretted")
            check(not repository.commit(change).replayed, "an operation that was rolled back is a replay")
    with host.regretted("regretted") as (repository, write):
        repository.commit(change)
        write("regretted")


def _commits(host: _Host) -> None:
    """See that a commit lands with the host's row, and is seen within before."""
    change = _change("landed", 1)
    with host.transaction("landed", lands=("landed",)) as (repository, write):
        write("landed")
        same(repository.commit(change), Committed(change.result, replayed=False), "a commit in a host's transaction")
        _shows(repository, change, 2)
    after = host.state("landed")
    same(after.receipts["landed"] and after.receipts["landed"].result, change.result, "the receipt after it")
    same([entry for entry in after.entries if entry.operation == "landed"], list(change.entries), "its entries")
    same({due.key: due.moment for due in after.due}, dict(change.due), "what is due after it")
    same(after.documents["order/o1"], Versioned(2, change.puts["order/o1"]), "its document")


def _shows(repository: Store, change: Change, version: int) -> None:
    """See that who joins the transaction is shown what was committed in it."""
    loaded = dict(repository.load([*change.guards]))
    same(loaded, {key: Versioned(version, body) for key, body in change.puts.items()}, "what the same transaction sees")


def _swallows_conflicts(host: _Host) -> None:
    """See that a host may swallow a conflict, or a mismatch, and go on: nothing is left of it, and its rows land."""
    before = host.state("late", "landed")
    stale = _change("late", 2, guards={"member/m1": 2, "order/o1": 1})
    other = _change("landed", 2, digest="another")
    with host.transaction("late", lands=("first", "last")) as (repository, write):
        write("first")
        raised(VersionConflict, partial(repository.commit, stale), "a stale commit in a host's transaction")
        raised(OperationMismatch, partial(repository.commit, other), "another digest in a host's transaction")
        same(repository.receipt("late"), None, "the receipt of a conflict that the host has swallowed")
        write("last")
    host.unchanged(before, "the store after a conflict that the host has swallowed")
    with host.transaction("late", lands=("decided anew",)) as (repository, write):
        raised(VersionConflict, partial(repository.commit, stale), "a stale commit in a host's transaction")
        check(not repository.commit(_change("late", 2)).replayed, "one decided anew, after it, is a replay")
        write("decided anew")
    check(host.state("late").receipts["late"], "a commit after a conflict that was swallowed has left no receipt")


def _replays(host: _Host) -> None:
    """See that what was committed before, or just now in the same transaction, is replayed."""
    landed, now = _change("landed", 9), _change("now", 3)
    with host.transaction("landed", lands=("replayed",)) as (repository, write):
        same(repository.commit(landed), Committed(landed.result, replayed=True), "a replay in a host's transaction")
        write("replayed")
    with host.transaction("now", lands=("twice",)) as (repository, write):
        write("twice")
        replayed = [repository.commit(now).replayed for _ in range(2)]
        same(replayed, [False, True], "whether the same commit, twice in a host's transaction, is a replay")
    same(host.state().documents["order/o1"].version, 4, "the version after replays in a host's transaction")


def _commits_twice(host: _Host) -> None:
    """See that two operations in one transaction land together, or not at all."""
    first, second = _change("first", 4), _change("second", 5)
    with host.regretted("first", "second") as (repository, _write):
        repository.commit(first)
        repository.commit(second)
    with host.transaction("first", "second", lands=("both",)) as (repository, write):
        repository.commit(first)
        write("both")
        repository.commit(second)
        _shows(repository, second, 6)
    after = host.state("first", "second")
    same(after.documents["order/o1"], Versioned(6, second.puts["order/o1"]), "what two operations have left")
    check(all(after.receipts.values()), "of two operations in a host's transaction one has left no receipt")
