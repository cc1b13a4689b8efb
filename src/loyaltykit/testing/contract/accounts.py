"""Whether all that a store says of points and money is one: documents, entries, and the double entry between them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from loyaltykit.documents import card as card_document
from loyaltykit.documents import member as document
from loyaltykit.documents import worker as worker_document
from loyaltykit.ledger.account import NEVER
from loyaltykit.ledger.entry import unbalanced
from loyaltykit.testing.contract.trial import PAGE, all_entries, all_keys
from loyaltykit.testing.contract.verdict import check, same

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyaltykit.ledger.account import Account, Lot
    from loyaltykit.ledger.entry import Entry
    from loyaltykit.testing.contract.factory import Store


def check_accounts(store: Store, *, page: int = PAGE) -> dict[str, Account]:
    """
    See that the documents of members, workers and gift cards in *store* agree with the entries; give the accounts by
    member.

    What is posted is the sum of the entries, and that of lots and holds less the debt; no lot is empty or below zero,
    none stands twice, none but held ones had expired when the account was judged; each operation's entries sum to zero
    (P14). Raises an AssertionError where that isn't so.
    *store* holds what one program has written; it's read by pages of so many items.

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
    entries = all_entries(store, page=page)
    _check_double_entry(entries)
    keys = all_keys(store, page)
    accounts = _accounts(store, keys)
    posted = _posted("member", entries, accounts)
    same({member: account.posted for member, account in accounts.items()}, posted, "what documents say is posted")
    balances = _balances(store, keys)
    same(balances, _posted("worker", entries, balances), "what documents say workers have")
    cards = _cards(store, keys)
    on_cards = {card: account.posted for card, account in cards.items()}
    same(on_cards, _posted("card", entries, cards), "what documents say is on gift cards")
    for owner, account in (*accounts.items(), *cards.items()):
        _check_lots(f"the lots of {owner}", account.lots)
        _check_ends(owner, account)
        for order, hold in account.holds.items():
            _check_lots(f"what {order} holds of {owner}", hold.lots)
        check(account.debt >= 0, f"the debt of {owner} is {account.debt}")
    return accounts


def _check_ends(owner: str, account: Account) -> None:
    ends = min([expires for expires, _, _ in account.lots], default=NEVER)
    check(ends > account.as_of, f"{owner} has, as of {account.as_of}, points that expired at {ends}")


def _check_double_entry(entries: Iterable[Entry]) -> None:
    of_each: dict[str, list[Entry]] = {}
    for entry in entries:
        of_each.setdefault(entry.operation, []).append(entry)
    for operation, its in of_each.items():
        same(unbalanced(its), {}, f"what the entries of {operation} leave")
        same(sorted(entry.line for entry in its), list(range(len(its))), f"the list of lines of {operation}")


def _accounts(store: Store, keys: list[str]) -> dict[str, Account]:
    documents = _documents("member", store, keys)
    return {member: document.decode(key, body).account for member, (key, body) in documents.items()}


def cards_in(store: Store) -> dict[str, Account]:
    """
    Give the accounts of the gift cards in *store*, by their ids.

    Examples:
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> cards_in(MemoryRepository())
        {}
    """
    return _cards(store, all_keys(store))


def _cards(store: Store, keys: list[str]) -> dict[str, Account]:
    read = {card: card_document.decode(key, body) for card, (key, body) in _documents("card", store, keys).items()}
    return {card: stored.account for card, stored in read.items() if stored is not None}


def _balances(store: Store, keys: list[str]) -> dict[str, int]:
    documents = _documents("worker", store, keys)
    return {worker: worker_document.decode(key, body).balance for worker, (key, body) in documents.items()}


def _documents(kind: str, store: Store, keys: list[str]) -> dict[str, tuple[str, str | None]]:
    """Give the documents of a *kind* among *keys* by whose they are: key and body."""
    owners = {key: owner for key in keys if (owner := _owner_of(kind, key)) is not None}
    loaded = store.load(list(owners))
    return {owner: (key, loaded[key].body) for key, owner in owners.items()}


def _posted(kind: str, entries: Iterable[Entry], owners: Iterable[str]) -> dict[str, int]:
    """Sum up *entries* by whose account of a *kind* they are; *owners* are in it with nothing, too."""
    posted = dict.fromkeys(owners, 0)
    for entry in entries:
        if (owner := _owner_of(kind, entry.account)) is not None:
            posted[owner] = posted.get(owner, 0) + entry.amount
    return posted


def _owner_of(kind: str, key: str) -> str | None:
    """Give whose document, or account, of that *kind* has the *key*."""
    _, found, *rest = json.loads(key)
    return rest[0] if found == kind else None


def _check_lots(what: str, lots: tuple[Lot, ...]) -> None:
    check(all(amount > 0 for _, _, amount in lots), f"{what} aren't all above zero: {lots}")
    names = [lot[:2] for lot in lots]
    same(names, sorted(set(names)), f"the order of {what}")
