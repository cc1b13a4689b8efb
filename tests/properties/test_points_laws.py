"""Points are an ordered group, whatever their decimals."""

from __future__ import annotations

import copy
import pickle
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import ExcessDigits, MixedUnits, Points
from loyaltykit.testing import strategies


def exact(points):
    """Give the number of *points* by another road than the library's."""
    return Fraction(points.minor, 10**points.digits)


def two_scales():
    """Draw one number of points in two scales, so that equal ones of other digits do come up."""
    return st.builds(
        lambda minor, digits, more: (
            Points.from_minor(minor, digits),
            Points.from_minor(minor * 10 ** (more - digits), more),
        ),
        st.integers(-(10**6), 10**6),
        st.integers(0, 3),
        st.integers(3, 6),
    )


@given(strategies.points(), strategies.points(), strategies.points())
def test_sums_and_differences_are_exact_across_digits(a, b, c):
    """Points of different decimals add up in the finer unit, without loss."""
    assert exact(a + b) == exact(a) + exact(b)
    assert exact(a - b) == exact(a) - exact(b)
    assert (a + b).digits == max(a.digits, b.digits)
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert a - b == -(b - a)


@given(strategies.points(), strategies.points())
def test_order_is_that_of_the_numbers(a, b):
    """Decimals make no difference to which is more."""
    assert (a < b, a <= b, a > b, a >= b, a == b) == (
        exact(a) < exact(b),
        exact(a) <= exact(b),
        exact(a) > exact(b),
        exact(a) >= exact(b),
        exact(a) == exact(b),
    )


@given(two_scales())
def test_the_same_number_in_another_scale_is_equal(pair):
    """200 is 200.00: equal, with one hash, and one when counted together."""
    coarse, fine = pair
    assert coarse == fine
    assert hash(coarse) == hash(fine)
    assert len({coarse, fine}) == 1
    assert coarse.with_digits(fine.digits) == fine
    assert fine.with_digits(coarse.digits).minor == coarse.minor


@given(strategies.points(), st.integers(0, 6))
def test_with_digits_loses_nothing(a, digits):
    """Points change their decimals only where every unit survives."""
    if (exact(a) * 10**digits).denominator == 1:
        assert a.with_digits(digits).digits == digits
        assert exact(a.with_digits(digits)) == exact(a)
    else:
        with pytest.raises(ExcessDigits):
            a.with_digits(digits)


@given(strategies.points())
def test_points_survive_every_way_there_and_back(a):
    """Text, smallest units, their own repr, pickle and copies give the same number in the same decimals."""
    for back in (
        Points(str(a), digits=a.digits),
        Points(a.amount, digits=a.digits),
        Points.from_minor(a.minor, a.digits),
        eval(repr(a), {"Points": Points}),  # noqa: S307 - our own repr
        pickle.loads(pickle.dumps(a)),  # noqa: S301 - our own pickle
        copy.copy(a),
        copy.deepcopy(a),
    ):
        assert back == a
        assert back.digits == a.digits


@given(strategies.points(), strategies.money() | st.integers() | st.decimals() | st.floats())
def test_points_never_mix(a, other):
    """Money and bare numbers are refused in sums and comparisons, from both sides."""
    for mixed in (lambda: a + other, lambda: other + a, lambda: a - other, lambda: other - a, lambda: a <= other):
        with pytest.raises(MixedUnits):
            mixed()
    assert a != other
