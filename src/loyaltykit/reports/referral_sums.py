"""
What referrals came to, summed up by whoever brought and whoever was brought: what the reports of referrals rest on. T7.

An order belongs to the referral of its customer: the one that was rewarded with it, or that stands in the customer's
document, or, where that was forgotten, to whoever brought them as it was when the order was completed.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from attrs import frozen

from loyaltykit.documents import member as member_document
from loyaltykit.operations.promise import invitation_labels
from loyaltykit.reports.reading import (
    is_done,
    loaded,
    members_page,
    orders_page,
    points_page,
    summed,
    turnover_of,
    within,
)
from loyaltykit.reports.split_parts import CUSTOMER_REFERRER, WORKER_REFERRER, parts_of
from loyaltykit.values.split import split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping  # noqa: TC004 - attrs doesn't resolve annotations
    from datetime import datetime

    from loyaltykit.documents.member import Member
    from loyaltykit.documents.order import PlacedOrder  # noqa: TC004 - attrs doesn't resolve annotations
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.program.program import Program
    from loyaltykit.reports.reading import Booked, Page, Sums, Within  # noqa: TC004 - attrs doesn't resolve annotations

INVITATION: Final = "invitation"
SPLIT: Final = "split"


@frozen
class Brought:
    """
    That *member* was brought by *referrer*, by a *code*, None where they were carried over or set by the host.

    Examples:
        >>> Brought("m7", "D48M", "m1").referrer
        'm7'
    """

    referrer: str
    code: str | None
    member: str


@frozen
class Tied:
    """
    An order as it's *placed*, with who brought its *customer* and its *worker*; None where nobody did.

    Examples:
        >>> from loyaltykit import Order
        >>> from loyaltykit.documents.order import PlacedOrder
        >>> told = {"placed_at": 3, "revision": "r1", "status": "completed", "as_of": 3, "limited": True}
        >>> Tied(PlacedOrder(order=Order(id="o1"), **told), Brought("m7", "D48M", "m1"), None).customer.code
        'D48M'
    """

    placed: PlacedOrder
    customer: Brought | None
    worker: Brought | None


@frozen
class Given:
    """
    Points that were *booked* for an order, with who is *tied* to it; of a split, the *parts* of the member's roles.

    Examples:
        >>> from loyaltykit import Order
        >>> from loyaltykit.documents.order import PlacedOrder
        >>> from loyaltykit.reports.reading import Booked
        >>> told = {"placed_at": 3, "revision": "r1", "status": "completed", "as_of": 3, "limited": True}
        >>> placed = PlacedOrder(order=Order(id="o1", customer="m1", worker="w7"), **told)
        >>> tied = Tied(placed, Brought("w7", "D48M", "m1"), None)
        >>> given = Given(Booked(placed, "w7", "split", SPLIT, 41), tied, {CUSTOMER_REFERRER: 25, "worker": 16})
        >>> _of_split(given)
        Counter({(Brought(referrer='w7', code='D48M', member='m1'), 'referrer_points'): 25})
    """

    booked: Booked
    tied: Tied
    parts: Mapping[str, int]


class Undivided(NamedTuple):
    """
    A figure that is yet to be divided: of an *order*, what a member got in several roles, one *place* of *weights*.

    It's divided when all entries are summed up, so that many small refunds come to what one big one does.

    Examples:
        >>> _divided(Counter({("m7", Undivided("o1", (25, 16), 0)): 20}))
        Counter({('m7', 'referrer_points'): 12})
    """

    order: str
    weights: tuple[int, ...]
    place: int

    def of(self, units: int) -> int:
        """Give the figure's part of *units*, which all roles have together."""
        return split(units, self.weights)[self.place]


def referral_sums(
    programs: Programs,
    about: Callable[[Brought], Any],
    *,
    at: datetime,
    start: datetime | None = None,
    end: datetime | None = None,
) -> Operation[Sums]:
    """
    Sum up the members who were brought, their orders completed from *start* up to *end*, and the points given.

    Sums are kept by what *about* makes of each `Brought`, so that they take no more room than the rows need.
    """
    bounds = within(at, start, end)
    yield from programs.begun()
    sums = yield from summed(partial(members_page, programs), lambda page: _by(about, _invited(page)))
    tied = partial(_tied_orders, programs, bounds)
    sums.update((yield from summed(tied, lambda page: _by(about, _counted(page)))))
    booked = partial(_tied_points, programs, bounds)
    points = yield from summed(booked, lambda page: _by(about, _credited(page)))
    sums.update(_divided(points))
    return sums


def _by(about: Callable[[Brought], Any], sums: Sums) -> Sums:
    """Give *sums* with those together of which *about* makes the same."""
    together: Sums = Counter()
    for (brought, figure), units in sums.items():
        together[about(brought), figure] += units
    return together


def _invited(members: Iterable[tuple[str, Member]]) -> Sums:
    """Count those of *members* who were brought; one whose code is tied to an order under way isn't yet."""
    brought = [(member_id, member.referral) for member_id, member in members]
    return Counter(
        [
            (Brought(referral.referrer, referral.code, member_id), "invited")
            for member_id, referral in brought
            if referral is not None and referral.order is None
        ]
    )


def _counted(orders: Iterable[Tied]) -> Sums:
    """Sum up those of *orders* whose customers were brought."""
    sums: Sums = Counter()
    for tied in orders:
        if tied.customer is not None:
            done = is_done(tied.placed)
            sums[tied.customer, "first_orders"] += done and tied.placed.invited is not None
            sums[tied.customer, "orders"] += done
            sums[tied.customer, "turnover"] += turnover_of(tied.placed)
    return sums


def _credited(page: Iterable[Given]) -> Sums:
    """
    Sum up the points that were booked: those of referrers, and those of the invited by their invitation.

    What a split gives customers and workers for their own part has nothing to do with referrals.
    """
    sums: Sums = Counter()
    for given in page:
        booked, customer = given.booked, given.tied.customer
        if booked.role == SPLIT:
            sums.update(_of_split(given))
        elif customer is not None:
            figure = "referrer_points" if booked.member == customer.referrer else "referee_points"
            sums[customer, figure] += booked.amount
    return sums


def _of_split(given: Given) -> Sums:
    """Give the referrers' parts of points that a split gave; what refunds and corrections may divide anew is kept."""
    booked, weights = given.booked, tuple(given.parts.values())
    final = len(weights) == 1 or (_stands(booked.placed) and sum(weights) == booked.amount)
    sums: Sums = Counter()
    for place, role in enumerate(given.parts):
        brought = {CUSTOMER_REFERRER: given.tied.customer, WORKER_REFERRER: given.tied.worker}.get(role)
        if brought is not None and brought.referrer == booked.member:
            part = Undivided(booked.placed.order.id, weights, place)
            if final:
                sums[brought, "referrer_points"] += part.of(booked.amount)
            else:
                sums[brought, part] += booked.amount
    return sums


def _stands(placed: PlacedOrder) -> bool:
    """Say whether nothing of *placed* is refunded."""
    return is_done(placed) and not placed.refunded


def _divided(sums: Sums) -> Sums:
    """Give *sums* with the parts of referrers in place of what was undivided."""
    divided: Sums = Counter()
    for (about, figure), units in sums.items():
        if isinstance(figure, Undivided):
            divided[about, "referrer_points"] += figure.of(units)
        else:
            divided[about, figure] += units
    return divided


def _tied_orders(programs: Programs, bounds: Within, after: str | None) -> Operation[Page[Tied]]:
    orders, behind = yield from orders_page(programs, bounds, after)
    return (yield from _tied(programs, orders)), behind


def _tied_points(programs: Programs, bounds: Within, after: str | None) -> Operation[Page[Given]]:
    page, behind = yield from points_page(programs, bounds, _roles, after)
    tied = yield from _tied(programs, [booked.placed for booked in page])
    given: list[Given] = []
    for booked, order in zip(page, tied, strict=True):
        program = yield from programs.by_id(booked.placed.revision)
        parts = parts_of(program, booked.placed, booked.member or "") if booked.role == SPLIT else {}
        given.append(Given(booked, order, parts))
    return given, behind


def _roles(program: Program) -> Mapping[str, str]:
    return dict.fromkeys(invitation_labels(program), INVITATION) | {
        rule.label: SPLIT for rule in program.referral_split
    }


def _tied(programs: Programs, orders: Iterable[PlacedOrder]) -> Operation[list[Tied]]:
    """Give *orders* with who brought their customers and workers."""
    orders = list(orders)
    wanted = dict.fromkeys(who for placed in orders for who in (placed.order.customer, placed.order.worker) if who)
    bodies = yield from loaded(programs, "member", wanted)
    members = {who: member_document.decode(programs.key("member", who), body) for who, body in bodies.items()}
    return [Tied(placed, *_both_brought(placed, members)) for placed in orders]


def _both_brought(placed: PlacedOrder, members: Mapping[str, Member]) -> tuple[Brought | None, Brought | None]:
    customer, worker = placed.referrers or (None, None)
    by_customer = _brought(placed.order.customer, placed, customer, members)
    if placed.invited is not None and placed.order.customer is not None:
        by_customer = Brought(*placed.invited, placed.order.customer)
    return by_customer, None if worker is None else _brought(placed.order.worker, placed, worker, members)


def _brought(
    who: str | None, placed: PlacedOrder, referrer: str | None, members: Mapping[str, Member]
) -> Brought | None:
    """
    Give who brought *who*: by their document if it's still theirs, else the *referrer* that the order has kept.

    Whoever earned nothing by the order, and isn't its customer, is taken for the same if the same brought them.
    """
    if who is None:
        return None
    referral = members[who].referral
    if referral is not None and referral.order is None:
        same = members[who].life == placed.lives[who] if who in placed.lives else referral.referrer == referrer
        if same:
            return Brought(referral.referrer, referral.code, who)
    return None if referrer is None else Brought(referrer, None, who)
