"""Percents and the point value against exact fractions."""

from __future__ import annotations

import math
import pickle
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import Money, Percent, Points
from loyaltykit.testing import strategies
from loyaltykit.values.rounding import ROUNDINGS

AMOUNTS = strategies.money() | strategies.points() | strategies.money("RUB", min_minor=-1000, max_minor=1000)


def nearest(share):
    """Give the whole number nearest to *share*, a half away from zero, by another road than the library's."""
    size = math.floor(abs(share) + Fraction(1, 2))
    return size if share >= 0 else -size


@given(AMOUNTS, strategies.percents() | st.sampled_from([Percent(0), Percent("-12.5"), Percent("250")]))
def test_a_share_is_exact_and_rounded_once(amount, percent):
    """It's the exact fraction, a half away from zero; whatever the currency's decimals."""
    assert percent.of(amount).minor == nearest(amount.minor * Fraction(percent.value) / 100)
    assert percent.of(amount, "floor").minor == math.floor(amount.minor * Fraction(percent.value) / 100)
    assert type(percent.of(amount)) is type(amount)


@given(AMOUNTS, strategies.percents(), st.sampled_from(ROUNDINGS))
def test_a_share_and_what_is_left_are_the_whole(amount, percent, rounding):
    """A share of at most 100 % has the amount's sign and never exceeds it; 100 % is all, 0 % nothing."""
    share = percent.of(amount, rounding)
    assert share + (amount - share) == amount
    assert abs(share) <= abs(amount)
    assert share.minor * amount.minor >= 0
    assert Percent(100).of(amount, rounding) == amount
    assert not Percent(0).of(amount, rounding)


@given(AMOUNTS, strategies.percents(), strategies.percents(), st.sampled_from(ROUNDINGS))
def test_percents_order_as_their_numbers_and_a_higher_one_never_takes_less(amount, a, b, rounding):
    """Percents compare, and hash, as their decimals do."""
    numbers = Fraction(a.value), Fraction(b.value)
    assert (a < b, a <= b, a > b, a >= b, a == b) == (
        numbers[0] < numbers[1],
        numbers[0] <= numbers[1],
        numbers[0] > numbers[1],
        numbers[0] >= numbers[1],
        numbers[0] == numbers[1],
    )
    low, high = sorted([a, b])
    assert abs(low.of(amount, rounding)) <= abs(high.of(amount, rounding))


@given(strategies.percents())
def test_percents_survive_every_way_there_and_back(percent):
    """Their own repr, text and pickle give an equal percent with one hash."""
    for back in (
        eval(repr(percent), {"Percent": Percent}),  # noqa: S307 - our own repr
        Percent(str(percent).removesuffix(" %")),
        Percent(percent.value.normalize()),
        pickle.loads(pickle.dumps(percent)),  # noqa: S301 - our own pickle
    ):
        assert back == percent
        assert hash(back) == hash(percent)


@given(st.data(), strategies.point_values())
def test_worth_and_points_for_are_a_galois_connection(data, value):
    """Points fit into money just if their exact worth does; worth floors it, points_for gives the most that fit."""
    money = data.draw(strategies.money(value.currency, min_minor=0))
    covered = value.points_for(money)
    some = data.draw(
        strategies.points(value.digits, min_minor=0)
        | st.sampled_from([-1, 0, 1]).map(lambda off: Points.from_minor(covered.minor + off, value.digits))
    )
    exact = Fraction(some.amount) * Fraction(value.value) * 10**value.currency.digits
    assert value.worth(some).minor == math.floor(exact)
    assert (some <= covered) is (exact <= money.minor)
    assert (value.worth(some) >= money) is (exact >= money.minor)
    assert value.worth(covered) <= money


@given(st.data(), strategies.point_values())
def test_more_points_are_never_worth_less(data, value):
    """Worth keeps the order, and splitting a redemption in two never gains the member anything."""
    a, b = (data.draw(strategies.points(value.digits, min_minor=0)) for _ in range(2))
    low, high = sorted([a, b])
    assert value.worth(low) <= value.worth(high)
    assert Money(0, value.currency) <= value.worth(a + b) - value.worth(a) - value.worth(b)
    assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301 - our own pickle
