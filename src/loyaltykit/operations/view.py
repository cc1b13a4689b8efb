"""View: what a member has, at a moment. Rows R12, S4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from loyaltykit.ledger.account import NEVER
from loyaltykit.ledger.cursor import from_micros, micros
from loyaltykit.operations.open_member import OpenMember
from loyaltykit.operations.requests import Load
from loyaltykit.values.moment import instant
from loyaltykit.values.money import Money
from loyaltykit.values.points import Points, points_of
from loyaltykit.values.text import id_of

if TYPE_CHECKING:
    from datetime import datetime  # noqa: TC004 - attrs doesn't resolve annotations

    from loyaltykit.ledger.account import Account
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.operations.view_tiers import TierView  # noqa: TC004 - attrs doesn't resolve annotations
    from loyaltykit.program.program import Program


@frozen
class Expiring:
    """
    *points* that expire *at* a moment, unless they're spent before.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Points
        >>> Expiring(datetime(2026, 10, 1, tzinfo=timezone.utc), Points(41)).points
        Points(41)
    """

    at: datetime
    points: Points


@frozen(kw_only=True)
class MemberView:
    """
    What *member* has *at* a moment: the *balance*, which can be spent, and beside it what's *held* and *pending*.

    *debt* is what later awards pay first; *next_expiry* the points that expire next, None where none will. *visits*
    counts completed orders, *sold* is what was charged for them, *paid* what was received. *code* is the referral code
    that they pass on, *invited* how many they have brought, *referrer* who brought them (R12). *tiers* says where they
    stand on each ladder of the program (B7), *categories* which they have (Y4). *consent* is whether they agreed to
    marketing, None where nobody has said (S7). Time counts by itself: what has expired or fallen due by then, or
    lapsed, is taken into account, swept or not.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Loyalty, Money, Order, Program
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> program = Program.from_dict({
        ...     "id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow",
        ...     "cashback": [{"percent": "5"}], "expiry": {"after": "P60D"},
        ... })
        >>> loyalty = Loyalty(program, MemoryRepository())
        >>> now = datetime(2026, 3, 1, tzinfo=timezone.utc)
        >>> done = loyalty.settle(Order(id="o1", customer="m1", price=Money("412.00", "RUB")), at=now)
        >>> view = loyalty.members.view("m1", at=now)
        >>> view.balance, view.visits, view.sold
        (Points(21), 1, Money('412.00', 'RUB'))
        >>> view.next_expiry.at.isoformat()
        '2026-04-30T21:00:00+00:00'
    """

    member: str
    at: datetime
    balance: Points
    held: Points
    pending: Points
    debt: Points
    next_expiry: Expiring | None
    visits: int
    sold: Money
    paid: Money
    code: str | None = None
    invited: int = 0
    referrer: str | None = None
    last_visit: datetime | None = None
    tiers: tuple[TierView, ...] = ()
    categories: tuple[str, ...] = ()
    consent: bool | None = None


def view(programs: Programs, member_id: str, *, at: datetime) -> Operation[MemberView]:
    """Give what the member called *member_id* has *at* that moment; nothing is written."""
    at = instant(at, "at")
    key = programs.key("member", id_of("a member", member_id))
    yield from programs.begun()
    stored = (yield Load((key,)))[key]
    member = OpenMember(programs, programs.at(at), member_id, stored, micros(at), steps=None)
    account, digits = member.account, programs.worth.digits
    referral = member.member.referral
    return MemberView(
        member=member_id,
        at=at,
        balance=member.balance,
        held=points_of(account.held, digits),
        pending=points_of(sum([award.amount for award in account.pending]), digits),
        debt=points_of(account.debt, digits),
        next_expiry=_next_expiry(account, digits),
        visits=member.member.visits,
        sold=Money.from_minor(member.member.sold, programs.worth.currency),
        paid=Money.from_minor(member.member.paid, programs.worth.currency),
        code=member.member.code,
        invited=member.member.invited,
        referrer=referral.referrer if referral is not None and referral.stands_at(member.at) else None,
        last_visit=None if member.member.last_visit is None else from_micros(member.member.last_visit),
        tiers=_tiers(programs.at(at), member),
        categories=member.member.categories,
        consent=None if member.member.consent is None else member.member.agreed,
    )


def _tiers(program: Program, member: OpenMember) -> tuple[TierView, ...]:
    if not program.tier:
        return ()
    from loyaltykit.operations.view_tiers import tiers_of  # noqa: PLC0415 - most programs have none

    return tiers_of(program, member.member, member.at)


def _next_expiry(account: Account, digits: int) -> Expiring | None:
    """Give what expires first: the soonest lots, or all of them where the member stays away for too long before."""
    if not account.lots:
        return None
    soonest = account.lots[0][0]
    inactive = account.inactive_at if account.inactive_at > account.as_of else NEVER
    moment = min(soonest, inactive)
    if moment == NEVER:
        return None
    amounts = [amount for expires, _, amount in account.lots if moment in (expires, inactive)]
    return Expiring(from_micros(moment), points_of(sum(amounts), digits))
