"""The integer core of splitting, and weights as ints."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from loyaltykit import InvalidValue, Points
from loyaltykit.values.split import split, whole_weights


@pytest.mark.parametrize(
    ("whole", "weights", "parts"),
    [
        (41, [40, 40, 20, 0], [17, 16, 8, 0]),  # 16.4, 16.4, 8.2: one unit left, two tie
        (-41, [40, 40, 20, 0], [-17, -16, -8, 0]),
        (100, [40, 40, 20], [40, 40, 20]),  # nothing left
        (5, [1, 1, 1], [2, 2, 1]),  # two units left, three tie
        (10, [3, 3, 1], [4, 4, 2]),  # 4.29, 4.29, 1.43: the last one has the largest remainder
        (11, [3, 3, 1], [5, 5, 1]),  # 4.71, 4.71, 1.57
        (0, [1, 2], [0, 0]),
        (10**40 + 1, [1, 1], [5 * 10**39 + 1, 5 * 10**39]),
    ],
)
def test_the_largest_remainders_get_the_units_left(whole, weights, parts):
    """Hand-worked, for none, one and several units left over."""
    assert split(whole, weights) == parts


@pytest.mark.parametrize(
    ("weights", "whole"),
    [([40, 60], [40, 60]), (["0.4", "0.6"], [2, 3]), ([Fraction(1, 3), 1], [1, 3]), ([Decimal("0.5"), "0"], [1, 0])],
)
def test_weights_become_ints_in_the_same_proportion(weights, whole):
    """Decimals, fractions and text; how large the ints are doesn't matter."""
    found = whole_weights(weights)
    assert all(type(weight) is int for weight in found)
    assert [Fraction(weight, sum(found)) for weight in found] == [Fraction(weight, sum(whole)) for weight in whole]


def test_refused_weights_are_named():
    """The error has them as an attribute."""
    with pytest.raises(InvalidValue, match=r"weights \[1, -1\]") as caught:
        whole_weights([1, -1])
    assert caught.value.value == (1, -1)


def test_text_is_no_list_of_weights():
    """Its digits would be taken for three weights."""
    with pytest.raises(InvalidValue, match="not the text '442'"):
        Points(41).allocate("442")
