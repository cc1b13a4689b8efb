"""What lies behind a member is counted and taken back, in whatever order that's done."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import Order
from loyaltykit.documents.member import Member
from loyaltykit.operations.behind import MOST_GONE, visit_at, with_order, without_order

VISITS = st.lists(st.integers(0, 5), min_size=1, max_size=8)


def _visited(moments):
    """Complete an order at each of *moments*; give the member, and by order when it was visited."""
    member, visited = Member(), []
    for number, moment in enumerate(moments):
        before = member.last_visit
        visited.append((visit_at(member, moment), before))
        member = with_order(member, Order(id=f"o{number}", channel="app"), 100, moment)
    return member, visited


@given(moments=VISITS.map(sorted), data=st.data())
def test_Y2_the_last_visit_is_the_latest_that_stands(moments, data):
    """Whichever orders are refunded, in any order, ties among them: as if those had never been."""
    member, visited = _visited(moments)
    refunded = data.draw(st.permutations(range(len(moments))))[: data.draw(st.integers(0, len(moments)))]
    for number in refunded:
        member = without_order(member, Order(id=f"o{number}", channel="app"), visited[number])
    left = [moment for number, (moment, _) in enumerate(visited) if number not in refunded]
    assert (member.last_visit, member.visits) == (max(left, default=None), len(left))
    assert member.channels == ({"app": len(left)} if left else {})


def test_Y4_a_sale_of_goods_is_no_visit():
    """It's sold and counted, and neither a visit nor the last one."""
    sale = Order(id="o2", visit=False)
    member = with_order(Member(visits=1, last_visit=90), sale, 100, 95)
    assert (member.visits, member.sales, member.orders, member.sold, member.last_visit) == (1, 1, 2, 100, 90)
    member = without_order(member, sale, None)
    assert (member.visits, member.sales, member.last_visit) == (1, 0, 90)


def test_a_visit_of_which_nothing_is_known_leaves_the_last_one():
    """An order from before levels were kept doesn't say which visit was before it."""
    member = without_order(Member(visits=2, last_visit=90), Order(id="o1"), None)
    assert (member.visits, member.last_visit) == (1, 90)


def test_visits_that_are_gone_are_bounded():
    """A member keeps the latest of them, and no more."""
    member, visited = _visited(range(MOST_GONE + 9))
    for number, each in enumerate(visited[:-1]):
        member = without_order(member, Order(id=f"o{number}", channel="app"), each)
    assert len(member.gone) == MOST_GONE
    assert max(member.gone) == MOST_GONE + 7
