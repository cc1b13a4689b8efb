"""What is kept of members."""

from __future__ import annotations

from loyaltykit import History, Order
from loyaltykit.replay.members import Members


def test_a_members_channels_grow_with_orders():
    """What lies behind a member is every channel of an earlier order; orders without one, or by another, add none."""
    members = Members(["app", "phone"])
    assert members.history_of("m1") == History()
    members.completed(Order(id="o1", customer="m1", channel="phone"))
    members.completed(Order(id="o2", customer="m1"))
    members.completed(Order(id="o3", customer="m1", channel="web"))
    assert members.history_of("m1") == History(channels={"phone"})
    members.completed(Order(id="o3", customer="m1", channel="app"))
    assert members.history_of("m1") == History(channels={"phone", "app"})
    assert members.history_of("m2") == History()


def test_orders_without_a_customer_leave_nothing_behind():
    """Nobody is no member."""
    members = Members(["app", "phone"])
    members.completed(Order(id="o1", channel="app"))
    assert (members.count, members.history_of(None)) == (0, History())


def test_members_with_the_same_channels_share_one_history():
    """Memory for a million members is a million times as little as can be."""
    members = Members(["app", "phone"])
    for name in ("m1", "m2"):
        members.completed(Order(id="o1", customer=name, channel="app"))
    assert members.history_of("m1") is members.history_of("m2")


def test_who_gained_most():
    """By points, equal ones by id; who gained nothing isn't named but is a member."""
    members = Members(["app", "phone"])
    for name, points in (("b", 5), ("a", 5), ("c", 9), ("a", 0), ("b", 1)):
        members.gained(name, points)
    members.gained("d", 6)
    members.completed(Order(id="o1", customer="z"))
    assert [(name, member.points) for name, member in members.most(3)] == [("c", 9), ("b", 6), ("d", 6)]
    assert (members.count, members.gainers) == (5, 4)
