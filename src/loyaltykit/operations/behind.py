"""
What lies behind a member, as orders are completed, paid and taken back: counts and sums, the last visit. Rows Y1, Y8.

Pure: a member's document goes in, and comes out changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import evolve

from loyaltykit.documents.member import Member

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyaltykit.facts.order import Order

MOST_GONE: Final = 50
"""Visits refunded before later ones that a member keeps, the latest: who takes back more of them is no member."""


MILLISECOND: Final = 1_000
SECOND: Final = 1_000_000
"""Microseconds."""


def visit_at(member: Member, moment: int) -> int:
    """
    Give the moment of a visit that counts from *moment* on: two visits are told apart by a microsecond at least.

    Those within the last millisecond of a second begin with it, so that telling them apart moves none into the next
    local day.

    Examples:
        >>> from loyaltykit.documents.member import Member
        >>> visit_at(Member(last_visit=90), 90), visit_at(Member(), 90)
        (91, 90)
        >>> visit_at(Member(last_visit=999_000), 999_999)
        999001
    """
    moment -= max(0, moment % SECOND - (SECOND - MILLISECOND))
    return moment if member.last_visit is None else max(moment, member.last_visit + 1)


def with_order(before: Member, order: Order, sold: int, moment: int) -> Member:
    """
    Give a member who completed *order* at a moment, *sold* for so many minor units.

    Examples:
        >>> from loyaltykit import Order
        >>> from loyaltykit.documents.member import Member
        >>> member = with_order(Member(), Order(id="o1", channel="app"), 41_200, 90)
        >>> member.visits, member.sold, member.last_visit, member.channels
        (1, 41200, 90, {'app': 1})
    """
    channels = before.channels
    if order.channel is not None:
        channels = {**channels, order.channel: channels.get(order.channel, 0) + 1}
    if not order.visit:
        return evolve(before, channels=channels, sales=before.sales + 1, sold=before.sold + sold)
    last_visit, visits = visit_at(before, moment), before.visits + 1
    return evolve(before, channels=channels, visits=visits, last_visit=last_visit, sold=before.sold + sold)


def without_order(before: Member, order: Order, visited: tuple[int, int | None] | None) -> Member:
    """
    Give a member as if *order* had never been completed; its sums stand. *visited* is when it was a visit, and the
    visit before it, where that's known.

    Examples:
        >>> from loyaltykit import Order
        >>> from loyaltykit.documents.member import Member
        >>> member = without_order(Member(visits=3, last_visit=90), Order(id="o2"), (80, 70))
        >>> member = without_order(member, Order(id="o3"), (90, 80))
        >>> member.visits, member.last_visit
        (1, 70)
    """
    channels = dict(before.channels)
    if order.channel is not None:
        channels[order.channel] -= 1
        channels = {name: count for name, count in channels.items() if count}
    if not order.visit:
        return evolve(before, channels=channels, sales=before.sales - 1)
    last_visit, gone = _last_without(before, visited)
    return evolve(before, channels=channels, visits=before.visits - 1, last_visit=last_visit, gone=gone)


def without_history(before: Member) -> Member:
    """
    Give a member behind whom nothing lies: what they have, who they are to others and what they agreed to stand (S8).

    Examples:
        >>> from loyaltykit.documents.member import Member
        >>> without_history(Member(visits=3, sold=41_200, code="D48M")) == Member(code="D48M", cleared=1)
        True
    """
    return Member(
        account=before.account,
        life=before.life,
        code=before.code,
        invited=before.invited,
        referral=before.referral,
        consent=before.consent,
        warned=before.warned,
        wakes=before.wakes,
        cleared=before.cleared + 1,
    )


def _last_without(
    before: Member, visited: tuple[int, int | None] | None
) -> tuple[int | None, Mapping[int, int | None]]:
    """Give the last visit without the one that was *visited*, and what is to be known of visits that are gone."""
    if before.visits == 1:
        return None, {}
    if visited is None:
        return before.last_visit, before.gone
    moment, last = visited
    if moment != before.last_visit:
        gone = {**before.gone, moment: last}
        return before.last_visit, dict(sorted(gone.items())[-MOST_GONE:])
    gone = dict(before.gone)
    while last is not None and last in gone:
        last = gone.pop(last)
    return last, gone
