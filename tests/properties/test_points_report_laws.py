"""The laws of reports on points (S5, R11, B10): they're what members have, whatever happened, swept or not."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import Loyalty, Points
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.reports.point_sums import BY
from tests.operations.support import AT, DAY, balance, city, give, ride, rub

RULES = {
    "cashback": [
        {"name": "late", "percent": "10", "delay": "P2D", "scope": {"branches": ["north"]}},
        {"name": "five", "percent": "5"},
    ],
    "expiry": {"after": "P9D", "inactivity": "P20D"},
    "gift_card": [{"name": "fifty", "face": "50", "points_price": 30}],
    "hold_timeout": "P3D",
}
MEMBERS = ("m1", "m2")

DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["settle", "place", "refund", "part", "adjust", "take", "card", "forget", "sweep", "wait"]),
        st.sampled_from(MEMBERS),
        st.integers(0, 5),
        st.sampled_from(["north", "south", None]),
    ),
    max_size=12,
)


def lived(deeds):
    """Have members live through *deeds*, so many days after each other; give the program's life and its last moment."""
    loyalty, at, done = Loyalty(city(**RULES), MemoryRepository()), AT, []
    give(loyalty, 200, at=at)
    for number, (deed, member, days, branch) in enumerate(deeds):
        at += days * DAY
        name = f"o{number}"
        if deed in {"settle", "refund", "part"}:
            loyalty.settle(ride("700.00", id=name, customer=member, branch=branch), at=at, redeem="all")
            done.append(name)
        if deed == "refund":
            loyalty.refund("r1", done[0], at=at)
        elif deed == "part":
            loyalty.refund("p1", name, at=at, amount=rub("0.77"))
        elif deed == "place":
            loyalty.place(ride("90.00", id=name, customer=member), at=at, redeem="all")
        elif deed in {"adjust", "take"}:
            loyalty.members.adjust(name, member, Points(17 if deed == "adjust" else -9), at=at)
        elif deed == "card":
            loyalty.cards.buy(name, "fifty", member=member, at=at)
        elif deed == "forget":
            loyalty.members.forget(member, at=at)
        elif deed == "sweep":
            loyalty.run_due(at=at)
        done = done if deed != "refund" else done[1:]
    return loyalty, at


def posted(loyalty, at):
    views = [loyalty.members.view(member, at=at) for member in MEMBERS]
    return sum([(view.balance + view.held).minor - view.debt.minor for view in views])


@given(DEEDS, st.integers(0, 40))
def test_B10_liability_is_what_members_have_less_what_they_owe(deeds, days):
    """So many days after all that happened: what's due counts, and a sweep changes nothing."""
    loyalty, at = lived(deeds)
    at += days * DAY
    report = loyalty.reports.liability(at=at)
    assert report.total.liability.minor == posted(loyalty, at)
    rows = list(loyalty.reports.points(at=at))
    assert sum([row.points.minor for row in rows]) == posted(loyalty, at)
    for member in MEMBERS:
        view = loyalty.members.view(member, at=at)
        own = sum([row.points.minor for row in rows if row.member == member])
        assert own == (view.balance + view.held).minor - view.debt.minor
        assert balance(loyalty, at, member) == view.balance
    loyalty.run_due(at=at)
    assert loyalty.reports.liability(at=at) == report
    key = lambda row: (row.at, row.member, row.kind, row.points.minor, row.order or "")  # noqa: E731 - said once
    swept = loyalty.reports.points(at=at)
    assert sorted(map(key, swept)) == sorted(map(key, rows))


@given(DEEDS, st.sampled_from(BY), st.integers(0, 60))
def test_S5_sums_come_to_the_whole_however_they_re_cut(deeds, by, days):
    """By anything, and in two periods that follow each other."""
    loyalty, at = lived(deeds)
    whole = loyalty.reports.point_sums(at=at, by=by)
    figures = whole.columns[1:]

    def total(*reports):
        return [sum([getattr(getattr(one, name), "minor", getattr(one, name)) for one in reports]) for name in figures]

    assert total(*whole.rows) == total(whole.total)
    cut = AT + timedelta(hours=12 * days)
    first = loyalty.reports.point_sums(at=at, by=by, end=cut)
    second = loyalty.reports.point_sums(at=at, by=by, start=cut)
    assert total(first.total, second.total) == total(whole.total)
    apart = [loyalty.reports.point_sums(at=at, by=by, member=member) for member in MEMBERS]
    assert total(*[report.total for report in apart]) == total(whole.total)


@given(DEEDS, st.integers(0, 40))
def test_B10_a_month_is_told_the_same_ever_after(deeds, days):
    """What was owed at a moment doesn't depend on when it's asked for."""
    loyalty, at = lived(deeds)
    then = loyalty.reports.liability(at=at)
    later = at + days * DAY
    loyalty.run_due(at=later)
    assert loyalty.reports.liability(at=at) == then
