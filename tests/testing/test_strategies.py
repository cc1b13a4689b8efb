"""The strategies draw what they say, and reach the edges."""

from __future__ import annotations

from datetime import UTC, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from loyaltykit import Percent, Points, Redemption, Scope
from loyaltykit.testing import strategies
from loyaltykit.testing.strategies import __all__ as public

RUBLES = strategies.money("RUB")
LOOK = settings(max_examples=3_000, phases=[Phase.generate], suppress_health_check=list(HealthCheck), derandomize=True)


def reaches(strategy, edge):
    """Look for an *edge* among what *strategy* draws; fails with NoSuchExample."""
    find(strategy, edge, settings=LOOK)
    return True


@pytest.mark.parametrize("minor", [0, 1, -1, 50, -50, 99, 101, 10**15 - 1, -(10**15)])
def test_money_and_points_reach_their_edges(minor):
    """Nothing, one unit, halves, one unit off a whole, huge."""
    assert reaches(RUBLES, lambda money: money.minor == minor)
    assert reaches(strategies.points(0), lambda points: points.minor == minor)


@given(st.integers(-200, 200), st.integers(0, 300), st.data())
def test_bounds_hold(least, more, data):
    """Neither less than the least nor more than the most."""
    most = least + more
    money = data.draw(strategies.money("EUR", min_minor=least, max_minor=most))
    points = data.draw(strategies.points(2, min_minor=least, max_minor=most))
    assert least <= money.minor <= most
    assert least <= points.minor <= most
    assert (money.currency.code, points.digits) == ("EUR", 2)


@pytest.mark.parametrize("digits", [0, 2, 3, 4])
def test_currencies_of_every_number_of_digits(digits):
    """Dinars and unidades de fomento aren't forgotten for all the euros."""
    assert reaches(strategies.currencies(), lambda currency: currency.digits == digits)


@pytest.mark.parametrize("digits", range(7))
def test_points_of_every_number_of_digits(digits):
    """None to six."""
    assert reaches(strategies.points(), lambda points: points.digits == digits)


@given(st.integers(0, 99).flatmap(lambda above: st.tuples(st.just(above), strategies.percents(above=above))))
def test_percents_are_above_and_at_most(drawn):
    """As settings take them."""
    above, percent = drawn
    assert Percent(above) < percent <= Percent(100)


@pytest.mark.parametrize("value", ["100", "0.01", "33.3"])
def test_percents_reach_their_edges(value):
    """All of it, next to nothing, and one that never comes out even."""
    assert reaches(strategies.percents(), lambda percent: percent == Percent(value))


@given(strategies.weights())
def test_weights_can_be_split_over(weights):
    """Always one to eight, and never all zero."""
    assert 1 <= len(weights) <= 8
    assert len(Points(100).allocate(weights)) == len(weights)


@pytest.mark.parametrize(
    "edge",
    [
        lambda weights: len(weights) == 1,
        lambda weights: len(weights) == 8,
        lambda weights: 0 in weights,
        lambda weights: len(weights) > 2 and len(set(weights)) == 1,
        lambda weights: any(isinstance(weight, Decimal) for weight in weights),
        lambda weights: any(isinstance(weight, str) for weight in weights) and 10**15 in weights,
    ],
    ids=["one", "eight", "a zero", "all equal", "decimals", "huge beside text"],
)
def test_weights_reach_their_edges(edge):
    """Ties above all."""
    assert reaches(strategies.weights(), edge)


@given(strategies.moments(), strategies.zones().flatmap(strategies.moments))
def test_moments_are_aware(anywhere, somewhere):
    """And in one of the zones that are drawn."""
    assert anywhere.utcoffset() is not None
    assert isinstance(somewhere.tzinfo, ZoneInfo)


def is_skipped(moment):
    """Say whether the clock never showed that time."""
    return moment.astimezone(UTC).astimezone(moment.tzinfo).replace(tzinfo=None) != moment.replace(tzinfo=None)


def is_repeated(moment):
    """Say whether the clock showed that time twice."""
    return not is_skipped(moment) and moment.replace(fold=0).utcoffset() > moment.replace(fold=1).utcoffset()


def test_a_good_part_of_moments_lies_at_a_change_of_the_clock():
    """Of a thousand, dozens are skipped, repeated first and repeated second, and more are near."""
    found = {"skipped": 0, "first": 0, "second": 0, "near": 0}

    @settings(max_examples=1_000, phases=[Phase.generate], derandomize=True, database=None)
    @given(strategies.moments())
    def look(moment):
        found["skipped"] += is_skipped(moment)
        found["first"] += is_repeated(moment) and moment.fold == 0
        found["second"] += is_repeated(moment) and moment.fold == 1
        here, hour = moment.astimezone(UTC), timedelta(hours=1)
        offsets = {(here + off).astimezone(moment.tzinfo).utcoffset() for off in (-hour, hour)}
        found["near"] += len(offsets) > 1

    look()
    assert all(count > 30 for count in found.values()), found
    assert found["near"] > 150


@pytest.mark.parametrize(
    ("strategy", "edge"),
    [
        (strategies.terms(), lambda term: term.months and term.days and term.seconds),
        (strategies.terms(), lambda term: term.months == 1 and not term.days),
        (strategies.periods(), lambda period: period.start is None and period.until is None),
        (
            strategies.periods(),
            lambda period: type(period.start) is not type(period.until) and period.start and period.until,
        ),
        (strategies.windows(), lambda window: window.end == "24:00"),
        (strategies.windows(), lambda window: window.weekdays and window.start > window.end and window.zone),
        (strategies.scopes(), lambda scope: scope == Scope()),
        (strategies.scopes(), lambda scope: scope.period and scope.windows),
        (strategies.orders(), lambda order: order.price is not None and order.price.minor == 0),
        (strategies.orders(), lambda order: order.customer is not None and order.customer == order.worker),
        (strategies.standings(), lambda standing: not standing.balance),
        (strategies.cashbacks(), lambda rule: len(rule.steps) == 4),
        (strategies.cashbacks(), lambda rule: rule.points == rule.maximum is not None),
        (strategies.cashbacks(), lambda rule: rule.percent and rule.rounding_step and rule.maximum and rule.minimum),
        (strategies.redemptions(), lambda rule: rule == Redemption()),
        (strategies.cashbacks(), lambda rule: rule.delay and rule.delay.seconds),
        (strategies.first_app_orders(), lambda rule: rule.delay and rule.delay.days),
        (strategies.expiries(), lambda expiry: expiry.after is None),
        (strategies.expiries(), lambda expiry: expiry.after and expiry.after.seconds),
        (strategies.expiries(), lambda expiry: expiry.until_end_of == "week" and expiry.after.months > 12),
        (strategies.expiries(), lambda expiry: expiry.until_end_of == "month" and expiry.after.months > 84),
        (strategies.expiries(), lambda expiry: expiry.after and expiry.inactivity and expiry.returned_after_expiry),
        (strategies.programs(), lambda program: program.expiry and program.hold_timeout.seconds),
        (strategies.notice_settings(), lambda notice: notice.ahead == 90 and notice.consent is False),
        (strategies.templates(), lambda template: len(template.names) == 2),
        (strategies.programs(), lambda program: len(program.cashback) > 1),
        (
            strategies.programs(),
            lambda program: program.branches and any(rule.scope.branches for rule in program.cashback),
        ),
        (strategies.programs(), lambda program: program.digits and program.currency.digits == 3),
    ],
)
def test_edges_are_reached(strategy, edge):
    """All at once, either side open, across midnight, everywhere, free, on both sides, full, and empty."""
    assert reaches(strategy, edge)


@given(strategies.cashbacks("JPY", digits=2), strategies.first_app_orders("JPY", digits=2))
def test_rules_are_in_the_units_asked_for(cashback, first):
    """So that they fit one program."""
    sums = [cashback.minimum, first.minimum, *(step.from_price for step in cashback.steps)]
    assert {money.currency.code for money in sums if money is not None} <= {"JPY"}
    points = [
        cashback.points,
        cashback.maximum,
        cashback.rounding_step,
        first.points,
        *(step.points for step in cashback.steps),
    ]
    assert {each.digits for each in points if each is not None} <= {2}


@given(strategies.scopes(branches=["kazan"]))
def test_scopes_name_only_the_branches_asked_for(scope):
    """A program's scopes may name only its own."""
    assert set(scope.branches) <= {"kazan"}


def test_orders_and_scopes_meet():
    """Names come from small pools: an order may well fit a scope that's narrowed in two ways."""
    pairs = st.tuples(strategies.scopes(), strategies.orders("RUB"))
    assert reaches(
        pairs,
        lambda pair: (
            len(pair[0].named) > 1 and all(getattr(pair[1], fact) in names for _, fact, names in pair[0].named)
        ),
    )


def test_every_strategy_is_public_and_documented():
    """With an example each, which is run with the others."""
    assert public == sorted(public)
    for name in public:
        assert ">>> " in getattr(strategies, name).__doc__
