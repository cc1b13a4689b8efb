"""What is told of a year: the same answers again, and views and reports that agree with the books, swept or not."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from loyaltykit.testing.contract.trial import state_of
from loyaltykit.testing.contract.verdict import check, same
from loyaltykit.testing.long.kept import PAGE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from loyaltykit.loyalty.loyalty import Loyalty
    from loyaltykit.testing.contract.factory import Store
    from loyaltykit.testing.long.commands import Command

SWEEPS: Final = {"due", "due_worker", "due_card"}
"""The kinds of operations that book what time has done."""


def check_told_again(loyalty: Loyalty, told: Iterable[Command], answers: dict[str, Any], *, at: datetime) -> int:
    """
    See that every command of those *told* is answered as it was first, *at* a late moment; give how many there were.

    Examples:
        >>> check_told_again(None, [], {}, at=None)
        0
    """
    count = 0
    for command in told:
        first = answers[command.name]
        if first is not None:
            again = command.call(loyalty, at)
            same(again, first, f"what {command.name!r} is answered, told again at the end,")
            count += 1
    return count


def check_changes_nothing(
    loyalty: Loyalty,
    store: Store,
    told: Sequence[Command],
    answers: dict[str, Any],
    operations: Collection[str],
    *,
    at: datetime,
) -> int:
    """
    See that commands *told* again, *at* a late moment, change nothing in *store*; give how many there were.

    Where more has come due than one change carries, whoever comes first books it, as `run_due` would: told once more,
    they change nothing then. *operations* are those that *loyalty* is heard to commit, in their order.
    """
    known, before = len(operations), state_of(store, page=PAGE)
    count = check_told_again(loyalty, told, answers, at=at)
    if booked := [*operations][known:]:
        others = [each for each in booked if json.loads(each)[1] not in SWEEPS]
        same(others, [], "what is committed beside what was due, as commands are told again,")
        before = state_of(store, page=PAGE)
        check_told_again(loyalty, told, answers, at=at)
    check(state_of(store, page=PAGE) == before, "commands that were told again have changed something")
    return count


def check_swept(loyalty: Loyalty, store: Store, members: Iterable[str], *, at: datetime) -> None:
    """
    See that whoever looks *at* a moment finds the same before and after it's swept, by views and by reports.

    Time counts by itself (G8): what is booked by `run_due` was there to be seen. Nothing is due then any more.
    """
    names = sorted(members)
    before = {name: _seen(loyalty, name, at) for name in names}
    told_before = _reported(loyalty, at)
    while (swept := loyalty.run_due(at=at, limit=PAGE)).done or swept.after:
        same(swept.skipped, (), "what run_due skips")
    left = [due.key for due in store.due(at, after=None, limit=PAGE) if '"notice"' not in due.key]
    same(left, [], "what is due still once all is swept")
    after = {name: _seen(loyalty, name, at) for name in names}
    same(after, before, "what members have once all is swept")
    same(_reported(loyalty, at), told_before, "what is reported once all is swept")
    told: Counter[str] = Counter()
    for row in loyalty.reports.points(at=at):
        told[row.member] += row.points.minor
    posted = {name: balance + held - debt for name, (balance, held, debt, *_) in after.items()}
    same({name: told[name] for name in names}, posted, "what members have by the list of postings")
    same(sum(told.values()), sum(posted.values()), "what is posted in all")
    rows = loyalty.reports.liability(at=at).rows
    same(rows[-1].liability.minor if rows else 0, sum(posted.values()), "the liability")


def check_second_recalculation(loyalty: Loyalty, store: Store, *, at: datetime) -> None:
    """See that levels that were worked out anew stay when that's done once more (Y7)."""
    loyalty.members.recalculate_all(at=at, limit=PAGE)
    before = state_of(store, page=PAGE)
    again = loyalty.members.recalculate_all(at=at, limit=PAGE)
    same((again.moved, again.skipped), ((), ()), "who moves when levels are worked out for the second time")
    check(state_of(store, page=PAGE) == before, "working levels out for the second time wrote something")


def _seen(loyalty: Loyalty, member: str, at: datetime) -> tuple[Any, ...]:
    view = loyalty.members.view(member, at=at)
    points = view.balance.minor, view.held.minor, view.debt.minor, view.pending.minor
    check(min(points) >= 0, f"{member} has something below zero: {points}")
    check(view.next_expiry is None or view.next_expiry.at > at, f"{member} can spend what has expired")
    levels = tuple([(tier.tier, tier.level) for tier in view.tiers])
    return (*points, view.next_expiry, view.visits, view.sold, view.paid, levels, view.categories)


def _reported(loyalty: Loyalty, at: datetime) -> tuple[Any, ...]:
    reports = loyalty.reports
    return reports.liability(at=at).rows, reports.promos(at=at).rows, reports.card_sums(at=at).rows
