"""Whether points live as long as they may: no date is laundered, nothing outlives its end, nobody falls below zero."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, TypeAlias

from loyaltykit.ledger.account import GRACED
from loyaltykit.ledger.cursor import from_micros
from loyaltykit.operations.terms import expiry_of
from loyaltykit.testing.contract.verdict import check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.ledger.account import Account, Lot
    from loyaltykit.operations.programs import Programs
    from loyaltykit.testing.long.kept import Booked, Kept

Dates: TypeAlias = "dict[tuple[str, str, str], set[int]]"
"""When the awards of orders expire, by whose they are, the order, and the rule."""


def check_lots(kept: Kept, programs: Programs) -> None:
    """
    See that of the points that expire at one moment a member has no more than were credited with that date.

    Points that come back keep their dates, whatever they were spent on (B2): dates are those of the award, or of what
    the expiry of some revision makes of the moment at which they were credited.

    Examples:
        >>> from loyaltykit.operations.programs import Programs
        >>> from loyaltykit.testing.long.kept import Kept
        >>> from loyaltykit.testing.long.year import Year
        >>> year = Year(7, orders=10)
        >>> year.play()
        >>> programs = Programs(year.revisions)
        >>> check_lots(Kept(year.store, programs.worth), programs)
    """
    awarded: Dates = defaultdict(set)
    for name, placed in kept.orders.items():
        for who, award in placed.awards:
            awarded[who, name, award.rule].add(award.expires)
    dated: dict[str, Counter[int]] = defaultdict(Counter)
    for booked in kept.booked:
        if booked.sort == "member" and booked.amount > 0 and booked.kind in {"issued", "adjusted"}:
            dated[booked.whose].update(dict.fromkeys(_dates(booked, awarded, programs), booked.amount))
    for name, member in kept.members.items():
        for expires, amount in _by_date(member.account).items():
            credited = dated[name][expires]
            says = f"{name} has {amount} points that expire at {expires}, and was credited {credited} such points"
            check(amount <= credited, says)


def check_ends(kept: Kept) -> None:
    """See that nothing in an account should have ended by the moment that it was judged at."""
    accounts = {name: member.account for name, member in kept.members.items()}
    accounts |= {name: card.account for name, card in kept.cards.items()}
    for name, account in accounts.items():
        ends = [lot[0] for lot in account.lots] + [hold.until for hold in account.holds.values()]
        ends += [award.due for award in account.pending]
        left = min(ends, default=account.as_of + 1)
        check(left > account.as_of, f"{name} has, at {account.as_of}, what ended at {left}")


def check_never_below_zero(kept: Kept) -> None:
    """See that no member's points, added up by their moments, ever were below zero: where no program lets them owe."""
    sums: dict[str, Counter[int]] = defaultdict(Counter)
    for booked in kept.booked:
        if booked.sort == "member":
            sums[booked.whose][booked.at] += booked.amount
    for name, by_moment in sums.items():
        had = 0
        for moment in sorted(by_moment):
            had += by_moment[moment]
            check(had >= 0, f"{name} had {had} points at {from_micros(moment)}")


def _dates(booked: Booked, awarded: Dates, programs: Programs) -> set[int]:
    """Give when points that were *booked* may expire."""
    dates = {expiry_of(program, booked.at) for program in programs.revisions.programs}
    if booked.order is None or booked.rule is None:
        return dates
    return dates | awarded.get((booked.whose, booked.order, booked.rule), set())


def _by_date(account: Account) -> Counter[int]:
    """Sum up all points of *account* by when they expire, without those that live on a grace term."""
    sums: Counter[int] = Counter()
    for expires, mark, amount in _all_lots(account):
        if mark != GRACED:
            sums[expires] += amount
    return sums


def _all_lots(account: Account) -> Iterator[Lot]:
    yield from account.lots
    for hold in account.holds.values():
        yield from hold.lots
