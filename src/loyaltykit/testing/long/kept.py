"""All that a store holds at the end of a year, read and decoded once, for all who judge it."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from loyaltykit.documents import card, member, order, promo_use, worker
from loyaltykit.documents import notice as notice_document
from loyaltykit.ledger.cursor import micros
from loyaltykit.testing.contract.trial import state_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltykit.documents.card import Card
    from loyaltykit.documents.member import Member
    from loyaltykit.documents.order import PlacedOrder
    from loyaltykit.documents.promo_use import PromoUse
    from loyaltykit.documents.worker import Worker
    from loyaltykit.testing.contract.factory import Store
    from loyaltykit.values.point_value import PointValue

PAGE: Final = 20_000
"""Items that are read at a time."""


class Booked(NamedTuple):
    """
    An entry of somebody's own: *whose* account of a *sort* (member, worker, card), how much at which moment in
    microseconds, and what it was *kind*, *order* and *rule* say, None where they don't.

    Examples:
        >>> Booked("member", "m1", 3, 41, "issued", "o1", "cashback").amount
        41
    """

    sort: str
    whose: str
    at: int
    amount: int
    kind: str
    order: str | None
    rule: str | None


class Kept:
    """
    What *store* holds of a program whose points have that *worth*: its documents by whose they are, and its entries.

    Examples:
        >>> from loyaltykit import PointValue
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> Kept(MemoryRepository(), PointValue(1, "RUB")).orders
        {}
    """

    def __init__(self, store: Store, worth: PointValue) -> None:
        self._worth = worth
        self.state = state_of(store, page=PAGE)
        self._bodies: dict[str, dict[tuple[str, ...], tuple[str, str | None]]] = defaultdict(dict)
        for key, found in self.state.documents.items():
            _, kind, *owner = json.loads(key)
            self._bodies[kind][tuple(owner)] = key, found.body
        self.members: dict[str, Member] = self._read("member", member.decode)
        self.workers: dict[str, Worker] = self._read("worker", worker.decode)
        cards: dict[str, Card | None] = self._read("card", card.decode)
        self.cards = {name: each for name, each in cards.items() if each is not None}
        orders: dict[str, PlacedOrder | None] = self._read(
            "order", lambda key, body: order.decode(key, body, worth.currency)
        )
        self.orders = {name: each for name, each in orders.items() if each is not None}
        self.uses: dict[str, PromoUse] = self._read("promo", promo_use.decode)
        self.booked, self.programs = self._booked()

    def _read(self, kind: str, decode: Callable[[str, str | None], Any]) -> dict[str, Any]:
        """Give the documents of a *kind* whose key names one owner."""
        return {owner[0]: decode(*found) for owner, found in self._bodies[kind].items()}

    def uses_by(self, promo: str) -> dict[str, PromoUse]:
        """Give the uses of a *promo*, each of its members'."""
        found = self._bodies["promo_member"]
        return {owner[1]: promo_use.decode(*found[owner]) for owner in found if owner[0] == promo}

    def notices(self) -> dict[str, int]:
        """Give when each notice was made that waits, by its key."""
        read = [(key, notice_document.decode(key, body, self._worth)) for key, body in self._bodies["notice"].values()]
        return {key: told.at for key, told in read if told is not None}

    def _booked(self) -> tuple[list[Booked], dict[str, int]]:
        """Give the entries of those who have an account of their own, and what each of the program's comes to."""
        booked, programs = [], dict[str, int]()
        for entry in self.state.entries:
            _, sort, *whose = json.loads(entry.account)
            if sort in {"member", "worker", "card"}:
                said = json.loads(entry.detail)
                what = said["kind"], said.get("order"), said.get("rule")
                booked.append(Booked(sort, whose[0], micros(entry.at), entry.amount, *what))
            else:
                programs[sort] = programs.get(sort, 0) + entry.amount
        return booked, programs
