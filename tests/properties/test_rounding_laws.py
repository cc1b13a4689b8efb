"""Rounding: near, idempotent, monotone, mirrored where it should be, and as `decimal` does it."""

from __future__ import annotations

import decimal
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import Money, Points
from loyaltykit.testing import strategies
from loyaltykit.values.rounding import ROUNDINGS, round_ratio

DECIMALS = {
    "half_up": decimal.ROUND_HALF_UP,
    "half_even": decimal.ROUND_HALF_EVEN,
    "half_down": decimal.ROUND_HALF_DOWN,
    "up": decimal.ROUND_UP,
    "down": decimal.ROUND_DOWN,
    "ceiling": decimal.ROUND_CEILING,
    "floor": decimal.ROUND_FLOOR,
}
MIRRORS = {name: name for name in DECIMALS} | {"ceiling": "floor", "floor": "ceiling"}

STEPS = st.sampled_from([1, 2, 5, 50, 100]) | st.integers(1, 1000)
DENOMINATORS = st.sampled_from([1, 2, 3, 4, 8, 100, 10**9 + 7]) | st.integers(1, 10**6)


@st.composite
def ratios(draw):
    """Draw a ratio and a step: one in three just between two steps, one in three a hair beside that or a step."""
    denominator, step = draw(DENOMINATORS), draw(STEPS)
    whole = draw(st.integers(-50, 50) | st.integers(-(10**20), 10**20))
    exact = Fraction(whole * step) + draw(st.sampled_from([0, Fraction(step, 2)]))
    hair = draw(st.sampled_from([0, 1, -1])) * Fraction(1, draw(DENOMINATORS))
    near = exact + hair
    free = Fraction(draw(st.integers(-(10**9), 10**9)), denominator)
    value = draw(st.sampled_from([near, near, free]))
    times = draw(st.integers(1, 3))  # ratios need not be in their lowest terms
    return value.numerator * times, value.denominator * times, step


@pytest.mark.parametrize("rounding", ROUNDINGS)
@given(number=st.decimals(-(10**9), 10**9, places=4) | st.integers(-100, 100).map(lambda n: Decimal(n) / 2))
def test_each_rule_rounds_as_decimal_does(rounding, number):
    """The same number of the decimal module, quantized by the mode of the same name, is the oracle."""
    with decimal.localcontext(prec=60):
        expected = int(number.quantize(Decimal(1), rounding=DECIMALS[rounding]))
    assert round_ratio(*number.as_integer_ratio(), rounding) == expected


@pytest.mark.parametrize("rounding", ROUNDINGS)
@given(ratio=ratios())
def test_the_result_is_a_multiple_within_one_step(rounding, ratio):
    """Halves are never more than half a step off, the others never a whole one."""
    numerator, denominator, step = ratio
    result = round_ratio(numerator, denominator, rounding, step)
    off = abs(result - Fraction(numerator, denominator))
    assert result % step == 0
    assert off <= Fraction(step, 2) if rounding.startswith("half") else off < step


@pytest.mark.parametrize("rounding", ROUNDINGS)
@given(ratio=ratios())
def test_rounding_again_changes_nothing(rounding, ratio):
    """What's rounded stays, also where the ratio wasn't in its lowest terms."""
    numerator, denominator, step = ratio
    once = round_ratio(numerator, denominator, rounding, step)
    assert round_ratio(once, 1, rounding, step) == once
    assert round_ratio(once * denominator, denominator, rounding, step) == once


@pytest.mark.parametrize("rounding", ROUNDINGS)
@given(ratio=ratios(), rise=st.fractions(0, 10, max_denominator=100))
def test_more_never_rounds_to_less(rounding, ratio, rise):
    """Rounding keeps the order."""
    numerator, denominator, step = ratio
    higher = Fraction(numerator, denominator) + rise
    assert round_ratio(numerator, denominator, rounding, step) <= round_ratio(
        higher.numerator, higher.denominator, rounding, step
    )


@pytest.mark.parametrize("rounding", ROUNDINGS)
@given(ratio=ratios())
def test_the_negative_mirrors_the_positive(rounding, ratio):
    """Only floor and ceiling know up from down, and mirror each other."""
    numerator, denominator, step = ratio
    mirrored = round_ratio(-numerator, denominator, MIRRORS[rounding], step)
    assert mirrored == -round_ratio(numerator, denominator, rounding, step)


@given(ratio=ratios())
def test_the_rules_lie_between_floor_and_ceiling(ratio):
    """Every rule gives the step below or the step above; up is the one farther from zero, down the nearer."""
    low, high = (round_ratio(*ratio[:2], rounding, ratio[2]) for rounding in ("floor", "ceiling"))
    results = {rounding: round_ratio(*ratio[:2], rounding, ratio[2]) for rounding in ROUNDINGS}
    assert set(results.values()) <= {low, high}
    assert results["up"] == max(low, high, key=abs)
    assert results["down"] == min(low, high, key=abs)


@given(strategies.money(), st.sampled_from(ROUNDINGS), STEPS)
def test_money_and_points_round_alike(money, rounding, units):
    """A step in major units is a number of minor ones; money and points of the same digits come to the same."""
    step = Decimal(units).scaleb(-money.digits)
    finer = money.amount / 8
    rounded = Money.rounded(finer, money.currency, rounding, step)
    assert rounded.minor == Points.rounded(finer, rounding, step, digits=money.digits).minor
    assert rounded.minor == round_ratio(money.minor, 8, rounding, units)
