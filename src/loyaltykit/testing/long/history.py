"""What lies behind members and workers, counted by plain loops over the orders."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from loyaltykit.operations.stands import DONE, charged_of
from loyaltykit.testing.contract.verdict import check, same

if TYPE_CHECKING:
    from loyaltykit.operations.programs import Programs
    from loyaltykit.testing.long.kept import Kept


def check_history(kept: Kept) -> None:
    """
    See that members have the visits and the sums behind them that their orders come to (G7).

    Examples:
        >>> from loyaltykit import PointValue
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> from loyaltykit.testing.long.kept import Kept
        >>> check_history(Kept(MemoryRepository(), PointValue(1, "RUB")))
    """
    visits: Counter[str | None] = Counter()
    sold: Counter[str | None] = Counter()
    paid: Counter[str | None] = Counter()
    for placed in kept.orders.values():
        customer = placed.order.customer
        paid[customer] += placed.paid
        if placed.status in DONE:
            sold[customer] += charged_of(placed) - placed.refunded
            visits[customer] += placed.order.visit and placed.status == "completed"
    for name, member in kept.members.items():
        counted = visits[name], sold[name], paid[name]
        same((member.visits, member.sold, member.paid), counted, f"visits, sold and paid of {name}")


def check_rewarded_once(kept: Kept) -> None:
    """See that nobody has two first orders that earned, by app or as somebody who was brought, and weren't refunded."""
    earned: Counter[tuple[str | None, str]] = Counter()
    for placed in kept.orders.values():
        if placed.status == "completed" and not placed.refunded:
            firsts = {award.rule for who, award in placed.awards if who == placed.order.customer}
            earned.update([(placed.order.customer, rule) for rule in firsts & {"first_app_order", "invitation"}])
    most = max(earned.values(), default=0)
    check(most <= 1, f"somebody's first order was rewarded {most} times: {earned.most_common(3)}")


def check_bonuses(kept: Kept, programs: Programs) -> None:
    """See that each worker was paid what the ladder says of the orders that counted in each period that has ended."""
    ladders = {
        bonus.label: bonus for program in programs.revisions.programs for bonus in program.worker_bonus
    }  # the same in all revisions of a year
    counted: Counter[tuple[str, str, int]] = Counter()
    taken_back = set()
    for placed in kept.orders.values():
        if placed.counted is not None:
            worker, rule, start, _ = placed.counted
            counted[worker, rule, start] += 1
            if placed.status == "refunded":  # it counts no more, unless the program keeps it, or the period was closed
                taken_back.add((worker, rule))
    running = {
        (name, rule, periods[-1].start)
        for name, worker in kept.workers.items()
        for rule, periods in worker.bonuses.items()
        if periods[-1].paid is None
    }
    owed: Counter[tuple[str, str]] = Counter()
    for (worker, rule, start), orders in counted.items():
        earned = None if (worker, rule, start) in running else ladders[rule].sum_for(orders)
        owed[worker, rule] += 0 if earned is None else earned.minor
    paid: Counter[tuple[str, str]] = Counter()
    for booked in kept.booked:
        if booked.kind == "worker_bonus" and booked.rule is not None:
            paid[booked.whose, booked.rule] += booked.amount
    for key in sorted((owed.keys() | paid.keys()) - taken_back):
        same(paid[key], owed[key], f"the bonus that was paid to {key}")
