"""What must agree in any store, whoever was killed over it: members, program, due moments, orders and receipts."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from loyaltykit.documents import worker
from loyaltykit.documents.order import decode
from loyaltykit.ledger.account import NEVER
from loyaltykit.ledger.cursor import micros
from loyaltykit.operations.programs import Programs
from loyaltykit.testing.contract.accounts import cards_in, check_accounts
from loyaltykit.testing.contract.trial import all_due, all_entries, all_keys
from loyaltykit.testing.contract.verdict import same

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyaltykit.program.program import Program
    from loyaltykit.testing.contract.factory import Store

_FURTHEST: Final = ("placed", "completed", "cancelled", "no_show", "refunded")
"""Where an order can stand, later ones behind those that they follow."""


def check_books(store: Store, program: Program, operations: Iterable[str]) -> None:
    """
    See that all in *store* agrees: nothing is there in part. *operations* are all whose receipts it may have.

    Documents decode; lots and holds less debt are the sum of entries; each operation sums to zero; the program's
    accounts mirror the members'; due moments are those of the documents; an order stands where its receipts say.
    Raises an AssertionError where that isn't so.

    Examples:
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> from loyaltykit.testing.crash.script import PROGRAM
        >>> check_books(MemoryRepository(), PROGRAM, ['["city","place","o1"]'])
    """
    accounts = check_accounts(store)
    _check_program(store, program)
    key = Programs(program).key
    members = {key("member", member): account for member, account in accounts.items()}
    cards = {key("card", card): account for card, account in cards_in(store).items()}
    moments = {owner: account.next_moment for owner, account in (members | cards).items()}
    _check_due(store, moments | _bonuses(store, program))
    same(_orders(store, program), _told(store, operations), "where orders stand, by document and not by receipt,")


def _check_program(store: Store, program: Program) -> None:
    """See that each account of *program* is what members, workers and gift cards gave to it and took from it."""
    own: Counter[str] = Counter()
    members: Counter[str] = Counter()
    for entry in all_entries(store):
        kind = json.loads(entry.account)[1]
        if kind in {"member", "worker", "card"}:
            members[json.loads(entry.detail)["kind"]] -= entry.amount
        else:
            own[kind] += entry.amount
    same(dict(own), dict(members), f"what the accounts of {program.id} have")


def _check_due(store: Store, moments: Mapping[str, int]) -> None:
    """See that each document is due when something happens next, which *moments* has for each."""
    waiting = {key: moment for key, moment in moments.items() if moment != NEVER}
    same({due.key: micros(due.moment) for due in all_due(store)}, waiting, "what is due")


def _bonuses(store: Store, program: Program) -> dict[str, int]:
    """Give when each worker is paid their next bonus, by their document: at the end of a period that comes to one."""
    steps = {bonus.label: bonus.sum_for for bonus in program.worker_bonus}
    found = store.load([key for key in all_keys(store) if json.loads(key)[1] == "worker"])
    return {
        key: min(
            [
                periods[-1].end
                for label, periods in worker.decode(key, each.body).bonuses.items()
                if periods[-1].paid is None and steps[label](periods[-1].orders)
            ],
            default=NEVER,
        )
        for key, each in found.items()
    }


def _orders(store: Store, program: Program) -> dict[str, str]:
    """Give where each order stands by its document."""
    keys = [key for key in all_keys(store) if json.loads(key)[1] == "order"]
    decoded = [decode(key, found.body, program.worth.currency) for key, found in store.load(keys).items()]
    return {placed.order.id: placed.status for placed in decoded if placed is not None}


def _told(store: Store, operations: Iterable[str]) -> dict[str, Any]:
    """Give where each order stands by the receipts of its *operations*."""
    told: dict[str, Any] = {}
    for receipt in map(store.receipt, operations):
        if receipt is not None and "status" in (result := json.loads(receipt.result) or {}):
            order, status = result["order"], result["status"]
            told[order] = max(status, told.get(order, status), key=_FURTHEST.index)
    return told
