"""Levels 2 and 3, for async stores alone: what becomes of a commit whose await is cancelled, wherever it stands."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, cast

from loyaltykit.errors import CommitUnknown, StoreUnavailable, VersionConflict
from loyaltykit.testing.contract.forked import Processes
from loyaltykit.testing.contract.race import Race
from loyaltykit.testing.contract.trial import all_entries, booked, change_of
from loyaltykit.testing.contract.verdict import Inconclusive, Violated, same

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyaltykit.ledger.repository import Change
    from loyaltykit.testing.contract.race import Runner
    from loyaltykit.testing.contract.tasks import TaskStore
    from loyaltykit.testing.contract.trial import Trial

TURNS: Final = 8
"""Turns of the loop after which commits are cancelled: after none, after one, and so on."""

MOMENTS: Final = 24
"""Moments at which commits are cancelled, drawn from the time that one takes."""

RETRIES: Final = 20
"""How often the same change is committed again before it counts as one that never ends."""

PROCESSES: Final = 3
"""Processes that cancel at once, at level 3."""

KEYS: Final = ("member/m1", "order/o1", "code/SPRING")


def cancelled_commits_apply_once(trial: Trial) -> None:
    """A commit that is cancelled on its way, wherever it stands, is applied once by its retry (C4, C5, C6)."""
    runners = PROCESSES if isinstance(trial.among, Processes) else 1
    midway = Race(trial, runners=runners).run(lambda runner: _cancels(runner, trial))
    if not sum(midway):
        message = f"inconclusive: of {runners * (TURNS + MOMENTS)} commits none could be cancelled on its way"
        raise Inconclusive(message)


def _cancels(runner: Runner, trial: Trial) -> int:
    """Cancel commits to documents of the *runner's* own, and retry each; give how many had been on their way."""
    store = cast("TaskStore", runner.plain)
    keys = [f"{key}/{runner.number}" for key in KEYS]
    store.commit(_change(runner.number, keys, 0))
    start, end = store.span
    after = [(turns, 0.0) for turns in range(TURNS)]
    after += [(1, runner.random.uniform(0, (end - start) / 1e9)) for _ in range(MOMENTS)]
    midway = 0
    for number, (turns, seconds) in enumerate(after, 1):
        midway += _cancelled(store, _change(runner.number, keys, number), turns, seconds)
        _retried(store, _change(runner.number, keys, number))
    for seen in (store, trial.factory.reopen()):
        versions = {key: loaded.version for key, loaded in seen.load(keys).items()}
        same(versions, dict.fromkeys(keys, len(after) + 1), "the versions after cancelled commits and their retries")
        same(len(all_entries(seen, account=keys[0])), len(after) + 1, "the number of entries")
    return midway


def _change(runner: int, keys: Sequence[str], number: int) -> Change:
    """Give the change that takes the documents at *keys* from version *number* to the next."""
    operation = f"earn {runner}/{number}"
    guards, puts = dict.fromkeys(keys, number), dict.fromkeys(keys, str(number))
    return change_of(operation, guards=guards, puts=puts, entries=booked(operation, (keys[0], 5)))


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
