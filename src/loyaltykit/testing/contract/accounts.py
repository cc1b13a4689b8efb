"""Whether all that a store says of members' points is one: documents, entries, and the double entry between them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from loyaltykit.documents import member as document
from loyaltykit.ledger.entry import unbalanced
from loyaltykit.testing.contract.trial import all_entries, all_keys
from loyaltykit.testing.contract.verdict import check, same

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyaltykit.ledger.account import Account, Lot
    from loyaltykit.ledger.entry import Entry
    from loyaltykit.testing.contract.factory import Store


def check_accounts(store: Store) -> dict[str, Account]:
    """
    See that every member's document in *store* agrees with the entries, and give their accounts by member.

    What is posted is the sum of the entries, and that of lots and holds less the debt; no lot is empty or below zero,
    none stands twice; each operation's entries sum to zero (P14). Raises an AssertionError where that isn't so.
    *store* holds what one program has written.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Loyalty, Money, Order, Program
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> program = Program.from_dict({
        ...     "id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow",
        ...     "cashback": [{"percent": "5"}],
        ... })
        >>> store = MemoryRepository()
        >>> order = Order(id="o1", customer="m1", price=Money("412.00", "RUB"))
        >>> done = Loyalty(program, store).settle(order, at=datetime(2026, 3, 1, tzinfo=timezone.utc))
        >>> check_accounts(store)["m1"].balance
        21
    """
    entries = all_entries(store)
    _check_double_entry(entries)
    accounts = _accounts(store)
    posted: dict[str, int] = dict.fromkeys(accounts, 0)
    for entry in entries:
        if (member := _member_of(entry.account)) is not None:
            posted[member] = posted.get(member, 0) + entry.amount
    same({member: account.posted for member, account in accounts.items()}, posted, "what documents say is posted")
    for member, account in accounts.items():
        _check_lots(f"the lots of {member}", account.lots)
        for order, hold in account.holds.items():
            _check_lots(f"what {order} holds for {member}", hold.lots)
        check(account.debt >= 0, f"the debt of {member} is {account.debt}")
    return accounts


def _check_double_entry(entries: Iterable[Entry]) -> None:
    of_each: dict[str, list[Entry]] = {}
    for entry in entries:
        of_each.setdefault(entry.operation, []).append(entry)
    for operation, its in of_each.items():
        same(unbalanced(its), {}, f"what the entries of {operation} leave")
        same(sorted(entry.line for entry in its), list(range(len(its))), f"the list of lines of {operation}")


def _accounts(store: Store) -> dict[str, Account]:
    keys = {key: member for key in all_keys(store) if (member := _member_of(key)) is not None}
    loaded = store.load(list(keys))
    return {member: document.decode(key, loaded[key].body).account for key, member in keys.items()}


def _member_of(key: str) -> str | None:
    """Give whose document, or account, has that *key*."""
    _, kind, *rest = json.loads(key)
    return rest[0] if kind == "member" else None


def _check_lots(what: str, lots: tuple[Lot, ...]) -> None:
    check(all(amount > 0 for _, _, amount in lots), f"{what} aren't all above zero: {lots}")
    names = [lot[:2] for lot in lots]
    same(names, sorted(set(names)), f"the order of {what}")
