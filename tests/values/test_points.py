"""Points: the loyalty currency, with the program's decimals."""

from __future__ import annotations

import copy
import pickle
from decimal import Decimal
from fractions import Fraction

import pytest

from loyaltykit import ExcessDigits, InexactNumber, InvalidValue, Points


def test_200_points_are_200_00_points():
    """Equal across digits, with one hash, and printed with their own decimals."""
    assert Points(200) == Points("200.00", digits=2)
    assert hash(Points(200)) == hash(Points("200.00", digits=2))
    assert (str(Points(200)), str(Points("200.00", digits=2))) == ("200", "200.00")


def test_points_show_how_they_are_made():
    """Whole points plainly, others with their digits."""
    assert repr(Points(-5)) == "Points(-5)"
    assert repr(Points("0.5", digits=2)) == "Points('0.50', digits=2)"


@pytest.mark.parametrize(("value", "digits"), [("1.5", 0), (Decimal("0.001"), 2), (Fraction(1, 3), 6)])
def test_surplus_digits_are_refused(value, digits):
    """The program's digits are all there are."""
    with pytest.raises(ExcessDigits, match=f"points has {digits} decimals") as caught:
        Points(value, digits=digits)
    assert caught.value.digits == digits


def test_one_decimal_is_called_one():
    """The message counts in English."""
    with pytest.raises(ExcessDigits, match="1 decimal, and"):
        Points("0.05", digits=1)


@pytest.mark.parametrize("digits", [-1, 7, True, 2.0, "2", None])
@pytest.mark.parametrize(
    "make",
    [
        lambda digits: Points(1, digits=digits),
        lambda digits: Points.from_minor(1, digits),
        lambda digits: Points.rounded(1, digits=digits),
        lambda digits: Points(1).with_digits(digits),
    ],
)
def test_points_have_0_to_6_decimals(make, digits):
    """Other digits are refused by every constructor."""
    with pytest.raises(InvalidValue, match="points have 0 to 6 decimals"):
        make(digits)


@pytest.mark.parametrize("value", [1.0, True])
def test_floats_and_bools_are_refused(value):
    """As with money."""
    with pytest.raises(InexactNumber):
        Points(value)


@pytest.mark.parametrize("minor", [1.0, True, "1", Decimal(1)])
def test_smallest_units_are_ints(minor):
    """Anything else may have been meant as whole points."""
    with pytest.raises(InvalidValue, match="smallest units are counted in ints"):
        Points.from_minor(minor)


def test_from_minor_counts_in_the_digits():
    """150 hundredths are 1.50."""
    assert Points.from_minor(150, digits=2) == Points("1.5", digits=1)


@pytest.mark.parametrize(
    ("value", "rounding", "step", "digits", "expected"),
    [
        ("41.2", "half_up", None, 0, "41"),
        ("41.5", "half_up", None, 0, "42"),
        ("41.2", "up", 10, 0, "50"),
        ("41.2", "half_up", 10, 0, "40"),
        ("-41.5", "half_up", None, 0, "-42"),
        ("0.125", "half_even", None, 2, "0.12"),
        ("0.3", "half_up", "0.25", 2, "0.25"),
        (Fraction(2, 3), "down", None, 1, "0.6"),
    ],
)
def test_rounded(value, rounding, step, digits, expected):
    """Once, to the smallest unit or to a step of whole points."""
    assert Points.rounded(value, rounding, step, digits=digits) == Points(expected, digits=digits)


@pytest.mark.parametrize("step", [0, -1, "0.5"])
def test_a_step_is_some_units(step):
    """Points without decimals can't be rounded to halves."""
    with pytest.raises(InvalidValue, match="step of points"):
        Points.rounded(1, step=step)


def test_with_digits_loses_nothing():
    """More decimals always, fewer only where they're zeros; the message says how to round."""
    assert str(Points(200).with_digits(2)) == "200.00"
    assert str(Points("2.50", digits=2).with_digits(1)) == "2.5"
    with pytest.raises(ExcessDigits, match=r"2\.50 points have more decimals than 0: round them first") as caught:
        Points("2.50", digits=2).with_digits(0)
    assert caught.value.value == Points("2.5", digits=1)
    whole = Points(7)
    assert whole.with_digits(0) is whole


def test_sums_are_in_the_finer_unit():
    """From either side."""
    for both in (Points(1) + Points("0.25", digits=2), Points("0.25", digits=2) + Points(1)):
        assert repr(both) == "Points('1.25', digits=2)"


def test_points_cant_be_changed():
    """Neither set, nor deleted, nor given more attributes."""
    points = Points(5)
    for name in ("minor", "digits", "surplus"):
        with pytest.raises(AttributeError):
            setattr(points, name, 6)
    with pytest.raises(AttributeError):
        del points.digits
    assert points == Points(5)


def test_points_travel():
    """Pickles and copies keep number and digits."""
    points = Points("0.50", digits=2)
    for back in (pickle.loads(pickle.dumps(points)), copy.copy(points), copy.deepcopy(points)):  # noqa: S301
        assert repr(back) == repr(points)


def test_a_bare_number_is_never_equal_to_points():
    """Five points aren't five."""
    assert Points(5) != 5
