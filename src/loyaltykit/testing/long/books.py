"""What must agree in the books of any year: entries and documents, what is due, and where orders stand."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from loyaltykit.ledger.account import NEVER
from loyaltykit.ledger.cursor import micros
from loyaltykit.operations.levels import next_moment
from loyaltykit.testing.contract.accounts import check_accounts
from loyaltykit.testing.contract.verdict import check, same
from loyaltykit.testing.long.kept import PAGE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyaltykit.documents.worker import Worker
    from loyaltykit.operations.programs import Programs
    from loyaltykit.testing.contract.factory import Store
    from loyaltykit.testing.long.kept import Kept

FURTHEST: Final = ("placed", "cancelled", "no_show", "completed", "refunded")
"""Where an order can stand: what was cancelled may be completed all the same."""


def check_year_books(store: Store, kept: Kept, programs: Programs, operations: Iterable[str]) -> None:
    """
    See that all agrees that *kept* has of *store*, under *programs*; *operations* are all that were committed.

    Members, workers and cards have what their entries come to (P14), each operation sums to zero, the program's
    accounts mirror theirs, what is due is what happens next to each document, an order stands where its receipts say,
    and no card is below zero. Raises an AssertionError where that isn't so.

    Examples:
        >>> from loyaltykit.operations.programs import Programs
        >>> from loyaltykit.testing.long.kept import Kept
        >>> from loyaltykit.testing.long.year import Year
        >>> year = Year(7, orders=10)
        >>> year.play()
        >>> programs = Programs(year.revisions)
        >>> check_year_books(year.store, Kept(year.store, programs.worth), programs, year.operations)
    """
    check_accounts(store, page=PAGE)
    _check_programs(kept)
    _check_due(kept, programs)
    same({name: placed.status for name, placed in kept.orders.items()}, _told(store, operations), "where orders stand")
    for name, card in kept.cards.items():
        left = card.account.balance, card.account.held, card.account.debt
        check(min(left) >= 0 and sum(left) <= card.face, f"on {name} of {card.face} there is {left}")


def _check_programs(kept: Kept) -> None:
    """See that each account of the program is what members, workers and cards gave to it and took from it."""
    mirrored: Counter[str] = Counter()
    for booked in kept.booked:
        mirrored[booked.kind] -= booked.amount
    same(kept.programs, dict(mirrored), "what the program's accounts have")


def _check_due(kept: Kept, programs: Programs) -> None:
    """See that each document is due when something happens to it next."""
    moments = kept.notices()
    for name, member in kept.members.items():
        moments[programs.key("member", name)] = min(member.account.next_moment, next_moment(member))
    for name, card in kept.cards.items():
        moments[programs.key("card", name)] = card.account.next_moment
    for name, worker in kept.workers.items():
        moments[programs.key("worker", name)] = _next_bonus(worker, programs)
    waiting = {key: moment for key, moment in moments.items() if moment != NEVER}
    same({due.key: micros(due.moment) for due in kept.state.due}, waiting, "what is due")


def _next_bonus(worker: Worker, programs: Programs) -> int:
    """Give when a bonus is paid next: at the end of a running period whose orders have come to one."""
    ladders = {
        (programs.revision_of(program), bonus.label): bonus
        for program in programs.revisions.programs
        for bonus in program.worker_bonus
    }
    running = [(periods[-1], label) for label, periods in worker.bonuses.items() if periods[-1].paid is None]
    ends = [each.end for each, label in running if ladders[each.revision, label].sum_for(each.orders)]
    return min(ends, default=NEVER)


def _told(store: Store, operations: Iterable[str]) -> dict[str, Any]:
    """Give where each order stands by the receipts of its *operations*."""
    told: dict[str, Any] = {}
    for operation in operations:
        receipt = store.receipt(operation)
        check(receipt, f"{operation} was committed and has no receipt")
        result = json.loads(receipt.result) if receipt else None
        if isinstance(result, dict) and "status" in result:
            order, status = result["order"], result["status"]
            told[order] = max(status, told.get(order, status), key=FURTHEST.index)
    return told
