"""What orders say that they took and gave, against entries: points, gift cards, promos and workers' money."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from loyaltykit.operations.stands import DONE, by_card_of, money_refunded_of, refunded_of, spent_of
from loyaltykit.rules.promo import cost_of
from loyaltykit.testing.contract.verdict import check, same

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loyaltykit.documents.order import PlacedOrder
    from loyaltykit.documents.promo_use import PromoUse
    from loyaltykit.operations.programs import Programs
    from loyaltykit.program.program import Program
    from loyaltykit.program.revisions import Revisions
    from loyaltykit.rules.promo import Promo
    from loyaltykit.testing.long.kept import Kept


def check_spent(kept: Kept) -> None:
    """
    See that what was booked as spent by each order is what it captured, less what its refunds gave back.

    Examples:
        >>> from loyaltykit import PointValue
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> from loyaltykit.testing.long.kept import Kept
        >>> check_spent(Kept(MemoryRepository(), PointValue(1, "RUB")))
    """
    spent = {}
    for name, placed in _done(kept):
        points = spent_of(placed)
        spent[name] = points - refunded_of(placed).of(points)
    same(_booked(kept, "member", "redeemed"), _some(spent), "what orders spent of points, by entries,")


def check_cards(kept: Kept, programs: Programs) -> None:
    """See that what was booked off gift cards by each order is what it captured of one, less what refunds gave back."""
    taken = {}
    for name, placed in _done(kept):
        by_card = by_card_of(placed)
        taken[name] = by_card - money_refunded_of(programs, placed).of(by_card)
    same(_booked(kept, "card", "card_redeemed"), _some(taken), "what orders took of gift cards, by entries,")


def check_workers(kept: Kept) -> None:
    """See that surcharges that were booked are those that orders credit, less what was taken back for refunds."""
    credited = {}
    for name, placed in _done(kept):
        credited[name] = sum([minor for *_, minor in placed.credits])
    booked = _booked(kept, "worker", "surcharge")
    for name, placed in _done(kept):
        earned, left = credited[name], -booked.get(name, 0)
        kept_or_back = {earned, earned - sum([refunded_of(placed).of(minor) for *_, minor in placed.credits])}
        check(left in kept_or_back, f"for {name} workers have {left} of surcharges of {earned}")


def check_awards(kept: Kept, most: Mapping[tuple[str, str, str], int]) -> None:
    """
    See that whoever earned by an order was credited what it says, where nothing was taken back of it.

    *most* is the most that anybody was told to earn by an order and a rule: never is more credited.
    """
    credited: Counter[tuple[str, str, str]] = Counter()
    for booked in kept.booked:
        if booked.kind == "issued" and booked.order is not None and booked.rule is not None:
            credited[booked.whose, booked.order, booked.rule] += booked.amount
    awarded: Counter[tuple[str, str, str]] = Counter()
    waiting: Counter[tuple[str, str, str]] = Counter()
    for who, member in kept.members.items():
        for award in member.account.pending:
            waiting[who, award.order, award.rule] += award.amount
    for name, placed in _done(kept):
        for who, award in placed.awards:
            awarded[who, name, award.rule] += award.amount
    for key in sorted(credited.keys() | awarded.keys()):
        got, earned = credited[key], awarded[key]
        check(0 <= got + waiting[key] <= most.get(key, 0), f"{key} was credited {got}, of an award of {earned}")
        if (
            most.get(key, 0) == earned
            and kept.orders[key[1]].status == "completed"
            and not kept.orders[key[1]].refunded
        ):
            same(got + waiting[key], earned, f"what {key} was credited, or will be,")


def check_promos(kept: Kept, revisions: Revisions) -> None:
    """
    See that the uses of each promo are those of the orders that used it, and within its limits and its budget.

    What is reserved is reserved by orders under way that keep it.
    """
    for promo in _promos(revisions):
        used = [placed for _, placed in _done(kept) if placed.promo is not None and placed.promo.promo == promo.name]
        use = kept.uses.get(promo.name)
        if use is not None:
            spent = sum([placed.promo.units for placed in used if placed.promo is not None])
            if promo.uses_per_code is not None and promo.code is not None:
                same(use.uses, len(used), f"the uses of {promo.name}")
                check(use.taken[0] <= promo.uses_per_code, f"{promo.name} has {use.taken[0]} uses of {promo.limit}")
            if promo.budget is not None:
                same(use.units, spent, f"what is spent of the budget of {promo.name}")
                check(use.taken[1] <= promo.budget.minor, f"{promo.name} has spent {use.taken[1]} of {promo.budget}")
            same(_reserved(kept, use), _under_way(kept, promo.name, use), f"who has reserved {promo.name}")
        if promo.uses_per_member is not None:
            of_members = Counter([placed.order.customer for placed in used])
            counted = {who: each.uses for who, each in kept.uses_by(promo.name).items()}
            same(_some(counted), _some(of_members), f"the uses of {promo.name} by member")
            most = max(of_members.values(), default=0)
            check(most <= promo.uses_per_member, f"a member has {most} uses of {promo.name}")


def check_budgets(kept: Kept, revisions: Revisions, answers: Mapping[str, Any]) -> None:
    """See that what is counted of each budget is what completed orders were told to have got of it, to the unit."""
    worth = revisions.programs[0].worth
    for promo in _promos(revisions):
        use = kept.uses.get(promo.name)
        if promo.budget is None or use is None:
            continue
        got = 0
        for name, placed in _done(kept):
            told = [answers.get(f"{call} {name}") for call in ("correct", "complete", "settle")]
            granted = [each for answer in told if answer for each in answer.decisions if each.rule == promo.name]
            if granted and placed.promo is not None:
                got += cost_of(granted[0], placed.order.customer, worth).minor
        same(use.units, got, f"what is counted of the budget of {promo.name}, beside what orders were told,")


def _reserved(kept: Kept, use: PromoUse) -> dict[str, int]:
    """Give the units that the *use* of a promo says are reserved, but for what had timed out when its order ended."""
    return {
        name: units
        for name, (until, units) in use.at(use.as_of).reserved.items()
        if kept.orders[name].status == "placed" or kept.orders[name].as_of < until
    }


def _under_way(kept: Kept, promo: str, use: PromoUse) -> dict[str, int]:
    """Give the units that orders under way keep of a *promo*, as of the moment that its *use* was judged at."""
    return {
        name: placed.promo.units
        for name, placed in kept.orders.items()
        if placed.status == "placed"
        and placed.promo is not None
        and placed.promo.promo == promo
        and (placed.promo.until or 0) > use.as_of
    }


def _promos(revisions: Revisions) -> Iterator[Promo]:
    """Give each promo of a year once: what it limits is the same in all revisions that have it."""
    programs: tuple[Program, ...] = revisions.programs
    yield from {promo.name: promo for program in programs for promo in program.promo}.values()


def _done(kept: Kept) -> Iterator[tuple[str, PlacedOrder]]:
    return ((name, placed) for name, placed in kept.orders.items() if placed.status in DONE)


def _booked(kept: Kept, sort: str, kind: str) -> dict[str, int]:
    """Give what left the accounts of a *sort* by order, in postings of that *kind*."""
    sums: Counter[str] = Counter()
    for booked in kept.booked:
        if booked.sort == sort and booked.order is not None and booked.kind == kind:
            sums[booked.order] -= booked.amount
    return _some(sums)


def _some(sums: dict[str, int] | Counter[str] | Counter[str | None]) -> dict[str, int]:
    return {name: amount for name, amount in sums.items() if amount and name is not None}
