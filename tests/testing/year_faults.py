"""Faults that are planted for a year to be found out by: in the library's own operations, and in the store."""

from __future__ import annotations

import json

from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.ledger import account
from loyaltykit.operations import order_card
from loyaltykit.operations.open_member import OpenMember
from loyaltykit.operations.open_promo import OpenPromo
from loyaltykit.operations.open_worker import OpenWorker
from loyaltykit.operations.shares import Refunded

MONTH = 30 * 86_400_000_000


def nothing(*_):
    """Do nothing, and give none."""
    return 0


class ForgetsReceipts(MemoryRepository):
    """What was completed is completed again by a repeated call: its receipt isn't kept."""

    def _write(self, change):
        super()._write(change)
        if json.loads(change.operation_id)[1] == "complete":
            del self._receipts[change.operation_id]


class BooksAgain(MemoryRepository):
    """A call that is made again books the award again."""

    def __init__(self):
        super().__init__()
        self.changes = {}

    def _write(self, change):
        super()._write(change)
        self.changes[change.operation_id] = change

    def _replay(self, change, known):
        self._entries += [entry for entry in self.changes[change.operation_id].entries if "issued" in entry.detail]
        self._entries.sort(key=lambda entry: (entry.at, entry.operation, entry.line))
        return super()._replay(change, known)


class ChecksNoVersion(MemoryRepository):
    """Whoever writes last wins, whatever others have written since."""

    def _check(self, change):
        del change

    def _advance(self, change, key):
        change.guards[key] = self._documents[key].version if key in self._documents else 0
        super()._advance(change, key)


class ForgetsWhatIsDue(MemoryRepository):
    """Due moments of members aren't kept, so nothing of theirs is ever booked by time alone."""

    def _set_due(self, key, moment):
        super()._set_due(key, None if json.loads(key)[1] == "member" else moment)


def nothing_expires(monkeypatch):
    """Points stay in the account beyond their end."""
    usual = account.brought_to

    def brought_to(before, at, *, grace, steps=None):
        passed, postings = usual(before.with_(lots=(), inactive_at=account.NEVER), at, grace=grace, steps=steps)
        merged = tuple(sorted((*before.lots, *passed.lots)))
        return passed.with_(lots=merged, inactive_at=before.inactive_at), postings

    monkeypatch.setattr(account, "brought_to", brought_to)


def dates_are_laundered(monkeypatch):
    """Points that a refund gives back live a month longer than those that were spent."""
    usual = account.given_back

    def given_back(before, lots, **told):
        later = tuple([(min(expires + MONTH, account.NEVER), mark, amount) for expires, mark, amount in lots])
        return usual(before, later, **told)

    monkeypatch.setattr(account, "given_back", given_back)


def uses_are_not_released(monkeypatch):
    """An order that comes to nothing keeps its use of a promo code."""
    monkeypatch.setattr(OpenPromo, "release", nothing)


def cards_are_refunded_twice(monkeypatch):
    """A refund gives back to the gift card what it paid, and the same once more."""
    usual = order_card.money_refunded_of

    def twice(programs, placed):
        once = usual(programs, placed)
        return Refunded(min(2 * once.total, once.charged), once.charged, whole=once.whole)

    monkeypatch.setattr(order_card, "money_refunded_of", twice)


def awards_are_credited_twice(monkeypatch):
    """Each award is credited, and credited again."""
    usual = OpenMember._credit

    def credit(self, earned):
        usual(self, earned)
        usual(self, earned)

    monkeypatch.setattr(OpenMember, "_credit", credit)


def workers_are_paid_twice(monkeypatch):
    """Each surcharge is credited twice."""
    usual = OpenWorker.credit

    def credit(self, *told):
        usual(self, *told)
        usual(self, *told)

    monkeypatch.setattr(OpenWorker, "credit", credit)


def budgets_are_forgotten(monkeypatch):
    """What a completed order took of a promo's budget isn't counted."""
    monkeypatch.setattr(OpenPromo, "_units", nothing)


def visits_stay(monkeypatch):
    """An order that is refunded wholly goes on counting as a visit."""
    usual = OpenMember.unsell

    def unsell(self, placed, sold, paid, **told):
        return usual(self, placed, sold, paid, **(told | {"whole": False}))

    monkeypatch.setattr(OpenMember, "unsell", unsell)


FAULTS = {
    ForgetsReceipts: (2, 150, "is answered, told again,"),
    BooksAgain: (2, 150, "the list of lines of"),
    ChecksNoVersion: (7, 300, "what documents say is posted"),
    ForgetsWhatIsDue: (2, 150, "what is due"),
    nothing_expires: (2, 150, "points that expired at"),
    dates_are_laundered: (2, 300, "points that expire at .* and was credited 0 such points"),
    uses_are_not_released: (5, 300, "who has reserved"),
    cards_are_refunded_twice: (3, 150, "what orders took of gift cards, by entries,"),
    awards_are_credited_twice: (2, 150, r"was credited (\d+), of an award of \d+"),
    workers_are_paid_twice: (2, 150, "workers have"),
    budgets_are_forgotten: (0, 300, "what is counted of the budget"),
    visits_stay: (2, 150, "visits, sold and paid"),
}
"""Broken stores, and faults of operations; the year that finds each, how many orders it has, and what it says."""
