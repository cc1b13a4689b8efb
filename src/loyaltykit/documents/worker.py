"""The document of a worker: the balance of money, and how far they are with each worker bonus. Row G1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from loyaltykit.documents.form import as_json, opened, understood
from loyaltykit.ledger.account import BEFORE_ALL, NEVER

if TYPE_CHECKING:
    from collections.abc import Mapping  # noqa: TC004 - attrs doesn't resolve annotations


@frozen
class BonusPeriod:
    """
    A period of a worker bonus, from *start* up to and without *end*, with the completed *orders* that count in it.

    It's one of those that follow each other from *anchor* on, by the rule that *revision* has. *paid* is what it has
    paid in minor units, 0 too; None until it has ended.

    Examples:
        >>> BonusPeriod("r1", anchor=3, start=3, end=9, orders=2).covers(9)
        False
    """

    revision: str
    anchor: int
    start: int
    end: int
    orders: int = 0
    paid: int | None = None

    def covers(self, moment: int) -> bool:
        """Say whether *moment* lies in the period."""
        return self.start <= moment < self.end


@frozen
class Worker:
    """
    A worker, as judged *as_of* a moment: the *balance* in minor units, below zero where more was taken back than left.

    *bonuses* has for each worker bonus, by its label, the one or two periods that are open: the one before, and the one
    that runs. *life* tells apart whoever was forgotten and begins anew.

    Examples:
        >>> decode("worker/w7", encode(Worker(balance=5000))).balance
        5000
    """

    as_of: int = BEFORE_ALL
    balance: int = 0
    bonuses: Mapping[str, tuple[BonusPeriod, ...]] = field(factory=dict)
    life: int = 0


def encode(worker: Worker) -> str:
    """
    Give the body of *worker*: what isn't there is left out, and an end that never comes is null.

    Examples:
        >>> encode(Worker(as_of=3, balance=5000))
        '{"v":1,"as_of":3,"balance":5000}'
    """
    body: dict[str, Any] = {"v": 1, "as_of": worker.as_of, "balance": worker.balance}
    if worker.bonuses:
        body["bonuses"] = {
            label: [_written(each) for each in worker.bonuses[label]] for label in sorted(worker.bonuses)
        }
    if worker.life:
        body["life"] = worker.life
    return as_json(body)


@understood
def decode(key: str, body: str | None) -> Worker:
    """
    Read the *body* stored under *key*; None is that of a worker whom nobody has seen yet. Raises `StoreTooNew`.

    Examples:
        >>> decode("worker/w7", None) == Worker()
        True
    """
    if body is None:
        return Worker()
    raw = opened(key, body)
    bonuses = {label: tuple([_read(*each) for each in periods]) for label, periods in raw.get("bonuses", {}).items()}
    return Worker(raw["as_of"], raw["balance"], bonuses, raw.get("life", 0))


def _written(period: BonusPeriod) -> list[Any]:
    end = None if period.end == NEVER else period.end
    return [period.revision, period.anchor, period.start, end, period.orders, period.paid]


def _read(revision: str, anchor: int, start: int, end: int | None, orders: int, paid: int | None) -> BonusPeriod:
    return BonusPeriod(revision, anchor, start, NEVER if end is None else end, orders, paid)
