"""Level 2, for async stores alone: what becomes of a commit whose await is cancelled, wherever it stands."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, cast

from loyaltykit.errors import CommitUnknown, StoreUnavailable, VersionConflict
from loyaltykit.testing.contract.trial import all_entries, booked, change_of
from loyaltykit.testing.contract.verdict import Inconclusive, Violated, same

if TYPE_CHECKING:
    from loyaltykit.ledger.repository import Change
    from loyaltykit.testing.contract.tasks import TaskStore
    from loyaltykit.testing.contract.trial import Trial

TURNS: Final = 8
"""Turns of the loop after which commits are cancelled: after none, after one, and so on."""

MOMENTS: Final = 24
"""Moments at which commits are cancelled, drawn from the time that one takes."""

RETRIES: Final = 20
"""How often the same change is committed again before it counts as one that never ends."""

KEYS: Final = ("member/m1", "order/o1", "code/SPRING")


def cancelled_commits_apply_once(trial: Trial) -> None:
    """A commit that is cancelled on its way, wherever it stands, is applied once by its retry (C4, C5, C6)."""
    store = cast("TaskStore", trial.store)
    store.commit(_change(0))
    start, end = store.span
    usual = (end - start) / 1e9
    after = [(turns, 0.0) for turns in range(TURNS)]
    after += [(1, trial.random.uniform(0, usual)) for _ in range(MOMENTS)]
    midway = 0
    for number, (turns, seconds) in enumerate(after, 1):
        midway += _cancelled(store, _change(number), turns, seconds)
        _retried(store, _change(number))
    for seen in (store, trial.factory.reopen()):
        versions = {key: loaded.version for key, loaded in seen.load(KEYS).items()}
        same(versions, dict.fromkeys(KEYS, len(after) + 1), "the versions after cancelled commits and their retries")
        same(len(all_entries(seen)), 2 * (len(after) + 1), "the number of entries")
    if not midway:
        message = f"inconclusive: of {len(after)} commits none could be cancelled on its way"
        raise Inconclusive(message)


def _change(number: int) -> Change:
    """Give the change that takes the documents from version *number* to the next."""
    operation = f"earn {number}"
    guards, puts = dict.fromkeys(KEYS, number), dict.fromkeys(KEYS, str(number))
    return change_of(operation, guards=guards, puts=puts, entries=booked(operation, (KEYS[0], 5)))


def _cancelled(store: TaskStore, change: Change, turns: int, seconds: float) -> bool:
    try:
        return store.cancelled(change, turns, seconds)
    except StoreUnavailable:
        same(store.receipt(change.operation_id), None, "the receipt of a commit of which nothing was written")
        return True


def _retried(store: TaskStore, change: Change) -> None:
    """Commit *change* again, until what is left of its first commit is out of the way."""
    for _attempt in range(RETRIES):
        try:
            store.commit(change)
        except (VersionConflict, CommitUnknown):
            time.sleep(0.002)
        else:
            return
    message = f"{change.operation_id}, cancelled and committed again {RETRIES} times, never came to an end"
    raise Violated(message)
