"""Whether a rule can answer, against the plain question put to every kind of order there is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

from hypothesis import event, given
from hypothesis import strategies as st

from loyaltykit import Cashback, Order, Percent, Period, Scope, Window
from loyaltykit.program.reach import Reach
from loyaltykit.settings.here import Here

NAMES = st.lists(st.sampled_from(["a", "b"]), max_size=2, unique=True).map(tuple)
DAYS = st.dates(date(2026, 3, 2), date(2026, 3, 9))
PERIODS = st.tuples(st.none() | DAYS, st.none() | DAYS).filter(lambda pair: None in pair or pair[0] <= pair[1])
HOURS = st.sampled_from(["00:00", "06:00", "12:00", "18:00"])
WINDOWS = st.builds(
    lambda days, start, end: Window(days, start, end if end != start else "24:00"),
    st.lists(st.sampled_from(["mon", "tue", "sun"]), max_size=2, unique=True),
    HOURS,
    HOURS,
).filter(lambda window: window != Window())

by_name = st.builds(Scope, branches=NAMES, channels=NAMES, tariffs=NAMES)
by_anything = st.builds(
    Scope,
    branches=NAMES,
    channels=NAMES,
    period=st.none() | PERIODS.filter(any).map(lambda pair: Period(*pair)),
    windows=st.lists(WINDOWS, max_size=2, unique=True).map(tuple),
)

ORDERS = [
    Order(id="o", branch=branch, channel=channel, tariff=tariff)
    for branch, channel, tariff in product(("a", "b", None), repeat=3)
]
MOMENTS = [datetime(2026, 2, 26, tzinfo=UTC) + timedelta(hours=6 * n) for n in range(4 * 16)]


def refused(scopes, branches=None):
    """Give the places of the rules that Reach refuses."""
    here = Here()
    rules = [Cashback(percent=Percent(5), scope=scope) for scope in scopes]
    Reach({UTC: branches}).note_unreachable(rules, here)
    return {int(problem.path.strip("[]")) for problem in here.problems}


def answering(scopes, orders, moments):
    """Give the places of the rules that answer for some order at some moment, asked one by one."""
    rules = [Cashback(percent=Percent(5), scope=scope) for scope in scopes]
    return {
        next((place for place, rule in enumerate(rules) if rule.outside(order, at, UTC) is None), None)
        for order in orders
        for at in moments
    } - {None}


@given(st.lists(by_name, min_size=1, max_size=5))
def test_among_names_just_the_rules_that_never_answer_are_refused(scopes):
    """No more and no less, asked of every order that the names can tell apart."""
    expected = set(range(len(scopes))) - answering(scopes, ORDERS, MOMENTS[:1])
    event(f"{len(expected)} refused")
    assert refused(scopes) == expected


@given(st.lists(by_name, min_size=1, max_size=5))
def test_where_the_branches_are_known_they_are_all_there_are(scopes):
    """Orders of other branches don't count then."""
    inside = [order for order in ORDERS if order.branch is not None]
    expected = set(range(len(scopes))) - answering(scopes, inside, MOMENTS[:1])
    assert refused(scopes, frozenset("ab")) == expected


@given(st.lists(by_anything, min_size=1, max_size=4))
def test_no_rule_is_refused_that_answers_at_some_moment(scopes):
    """A refusal is sure, over days and hours as well."""
    found = refused(scopes)
    event(f"{len(found)} refused")
    assert not found & answering(scopes, [order for order in ORDERS if order.tariff is None], MOMENTS)
