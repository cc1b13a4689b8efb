"""What is known of past orders only in the end: the life of the points, what bonuses came to, budgets that are left."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from loyaltykit.documents import promo_use
from loyaltykit.ledger.cursor import micros
from loyaltykit.operations.open_worker import WORKER_BONUS
from loyaltykit.replay.costs import StepSums
from loyaltykit.replay.flows import PAGE, entries_before
from loyaltykit.rules.promo import left_of
from loyaltykit.values.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping  # noqa: TC004 - attrs doesn't resolve annotations
    from datetime import datetime

    from loyaltykit.ledger.repository import Reader
    from loyaltykit.operations.programs import Programs
    from loyaltykit.replay.flows import Life  # noqa: TC004
    from loyaltykit.replay.life_cycle import Store


@frozen
class Outcome:
    """
    What became of the points in their *life*, what worker bonuses paid by *steps*, and what is *left* of budgets by
    the promo's name. Without a repository nothing of it is known.

    Examples:
        >>> Outcome().life is None
        True
    """

    life: Life | None = None
    steps: tuple[StepSums, ...] = ()
    left: Mapping[str, Money] = field(factory=dict)


def read_steps(reader: Reader, programs: Programs, *, end: datetime) -> tuple[StepSums, ...]:
    """Sum up what worker bonuses paid before *end*, by rule and sum: all that *reader* has, worker by worker."""
    times: Counter[tuple[str, int]] = Counter()
    workers: Counter[tuple[str, int]] = Counter()
    for key in _keys(reader, programs.prefix("worker")):
        paid = Counter(_bonuses(reader, key, end))
        times.update(paid)
        workers.update(dict.fromkeys(paid, 1))
    orders = {
        (bonus.label, step.sum.minor): step.orders
        for program in programs.revisions.programs
        for bonus in program.worker_bonus
        for step in bonus.ladder
    }
    currency = programs.worth.currency
    return tuple(
        [
            StepSums(rule, orders.get((rule, minor)), Money.from_minor(minor, currency), times[rule, minor], count)
            for (rule, minor), count in sorted(workers.items())
        ]
    )


def _bonuses(reader: Reader, account: str, end: datetime) -> Iterator[tuple[str, int]]:
    """Give the rule and the minor units of each bonus that was paid to the *account* of a worker before *end*."""
    for entry in entries_before(reader, account, end):
        detail: dict[str, Any] = json.loads(entry.detail)
        if detail["kind"] == WORKER_BONUS:
            yield detail["rule"], entry.amount


def _keys(reader: Reader, prefix: str) -> Iterator[str]:
    after: str | None = None
    while True:
        page = reader.keys(prefix, after=after, limit=PAGE)
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1]


def budgets_left(repository: Store, programs: Programs, *, at: datetime) -> dict[str, Money]:
    """Give what is left *at* a moment of each promo's budget, by the promo's name, as the last revision sets it."""
    left = {}
    for promo in programs.revisions.programs[-1].promo:
        if promo.budget is not None:
            key = programs.key("promo", promo.name)
            use = promo_use.decode(key, repository.load((key,))[key].body).at(micros(at))
            left[promo.name] = left_of(promo.budget, Money.from_minor(use.taken[1], programs.worth.currency))
    return left
