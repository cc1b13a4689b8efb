"""The seven rules of rounding, on ints."""

from __future__ import annotations

import pytest

from loyaltykit import InvalidValue
from loyaltykit.values.rounding import ROUNDERS, ROUNDINGS, round_ratio

# The halves and their neighbours, as twelfths: −2.5, −2.4…, −1.5, −0.5, 0, 0.5, 1.5, 2.4…, 2.5, 2.58…
TWELFTHS = (-30, -29, -18, -6, 0, 6, 18, 29, 30, 31)


@pytest.mark.parametrize(
    ("rounding", "rounded"),
    [
        ("half_up", (-3, -2, -2, -1, 0, 1, 2, 2, 3, 3)),
        ("half_even", (-2, -2, -2, 0, 0, 0, 2, 2, 2, 3)),
        ("half_down", (-2, -2, -1, 0, 0, 0, 1, 2, 2, 3)),
        ("up", (-3, -3, -2, -1, 0, 1, 2, 3, 3, 3)),
        ("down", (-2, -2, -1, 0, 0, 0, 1, 2, 2, 2)),
        ("ceiling", (-2, -2, -1, 0, 0, 1, 2, 3, 3, 3)),
        ("floor", (-3, -3, -2, -1, 0, 0, 1, 2, 2, 2)),
    ],
)
def test_halves_and_their_neighbours(rounding, rounded):
    """Each rule, on both sides of zero."""
    assert tuple(round_ratio(n, 12, rounding) for n in TWELFTHS) == rounded


def test_half_up_is_the_default():
    """Away from zero, as on a receipt."""
    assert round_ratio(5, 2) == 3
    assert round_ratio(-5, 2) == -3


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounding", "step", "rounded"),
    [
        (1225, 1, "half_up", 50, 1250),
        (1224, 1, "half_up", 50, 1200),
        (1225, 1, "half_even", 50, 1200),
        (1201, 1, "up", 50, 1250),
        (-1201, 1, "floor", 50, -1250),
        (2449, 2, "half_up", 50, 1200),
        (2450, 2, "half_up", 50, 1250),
    ],
)
def test_steps(numerator, denominator, rounding, step, rounded):
    """The result is a multiple of the step; a half step is a half."""
    assert round_ratio(numerator, denominator, rounding, step) == rounded


def test_ratios_of_any_size_are_exact():
    """No float is in the way: a hair above a half goes up, a hair below goes down."""
    huge = 10**60
    assert round_ratio(huge * 10 + 5, 10, "half_down") == huge
    assert round_ratio(huge * 10 + 6, 10, "half_down") == huge + 1
    assert round_ratio(huge * 10 + 4, 10, "half_up") == huge


@pytest.mark.parametrize("rounding", ["bankers", "", None, ["half_up"], "HALF_UP"])
def test_an_unknown_rule_is_refused(rounding):
    """The message lists the ones that there are."""
    with pytest.raises(InvalidValue, match="use one of half_up, half_even") as caught:
        round_ratio(1, 2, rounding)
    assert caught.value.value == rounding


def test_every_rule_has_its_function():
    """The names of the type and of the table are the same."""
    assert tuple(ROUNDERS) == ROUNDINGS
