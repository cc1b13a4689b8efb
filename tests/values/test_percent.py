"""Percents: exact, and taken with one rounding."""

from __future__ import annotations

import pickle
from decimal import Decimal
from fractions import Fraction

import pytest

from loyaltykit import InexactNumber, InvalidValue, MixedUnits, Money, Percent, Points


@pytest.mark.parametrize(
    ("percent", "amount", "rounding", "step", "expected"),
    [
        ("10", Money("412.55", "RUB"), "half_up", None, Money("41.26", "RUB")),
        ("10", Money("412.54", "RUB"), "half_up", None, Money("41.25", "RUB")),
        ("10", Money("412.55", "RUB"), "half_even", None, Money("41.26", "RUB")),
        ("10", Money("412.45", "RUB"), "half_even", None, Money("41.24", "RUB")),
        ("10", Money("-412.55", "RUB"), "half_up", None, Money("-41.26", "RUB")),
        ("5", Points(412), "half_up", None, Points(21)),
        ("5", Points(412), "floor", None, Points(20)),
        ("7.7", Money("13.00", "CHF"), "half_up", "0.05", Money("1.00", "CHF")),
        ("2.5", Money(1000, "JPY"), "half_up", 10, Money(30, "JPY")),
        ("33.333", Points("100", digits=2), "half_up", None, Points("33.33", digits=2)),
        ("0", Money(5, "RUB"), "up", None, Money(0, "RUB")),
        ("250", Money(2, "RUB"), "half_up", None, Money(5, "RUB")),
    ],
)
def test_a_share_is_rounded_once(percent, amount, rounding, step, expected):
    """By the rule and to the step that are named; hand-worked."""
    assert Percent(percent).of(amount, rounding, step) == expected


def test_a_share_of_points_keeps_their_digits():
    """5 % of 10.00 points are 0.50 points."""
    assert repr(Percent(5).of(Points(10, digits=2))) == "Points('0.50', digits=2)"


@pytest.mark.parametrize("amount", [412, Decimal(412), "412.00", Percent(5), None])
def test_a_percent_is_taken_of_money_or_points_alone(amount):
    """A bare number has no unit to round to."""
    with pytest.raises(MixedUnits, match="taken of Money or Points"):
        Percent(10).of(amount)


@pytest.mark.parametrize("value", [2.5, True])
def test_floats_and_bools_are_refused(value):
    """2.5 % is written "2.5"."""
    with pytest.raises(InexactNumber, match="a percent can't be made from"):
        Percent(value)


@pytest.mark.parametrize("value", ["ten", "5%", "", None, Decimal("NaN"), Fraction(1, 3)])
def test_what_is_no_decimal_is_refused(value):
    """Neither words, signs and blanks nor a fraction, which no file could hold."""
    with pytest.raises(InvalidValue, match="a percent can't be"):
        Percent(value)


def test_percents_compare_by_value():
    """10 is 10.0, with one hash; 2.5 is less than 3."""
    assert Percent("10.0") == Percent(10)
    assert len({Percent("10.0"), Percent(10)}) == 1
    assert Percent("2.5") < Percent(3) > Percent("2.999")
    assert Percent("2.5") <= Percent("2.50") >= Percent("2.5")


def test_percents_compare_with_percents_alone():
    """10 % is neither 10 nor more than 9."""
    assert Percent(10) != 10
    for compare in (
        lambda: Percent(10) < 11,
        lambda: Percent(10) <= 11,
        lambda: Percent(10) > 9,
        lambda: Percent(10) >= 9,
    ):
        with pytest.raises(TypeError, match="not supported between"):
            compare()


@pytest.mark.parametrize(
    ("value", "text"), [("2.5", "2.5"), (Decimal("1E+1"), "10"), ("0.0000001", "0.0000001"), (5, "5")]
)
def test_percents_print_as_digits(value, text):
    """Never as 1E-7, which the constructor would refuse."""
    assert str(Percent(value)) == f"{text} %"
    assert repr(Percent(value)) == f"Percent('{text}')"
    assert Percent(text) == Percent(value)


def test_a_percent_is_a_share_of_one():
    """2.5 % is 25 in a thousand."""
    assert Fraction(Percent("2.5").numerator, Percent("2.5").denominator) == Fraction(25, 1000)


def test_percents_cant_be_changed_and_travel():
    """Frozen, and equal after a pickle."""
    percent = Percent("2.5")
    with pytest.raises(AttributeError):
        percent.value = Decimal(99)
    with pytest.raises(AttributeError):
        del percent.numerator
    assert pickle.loads(pickle.dumps(percent)) == percent  # noqa: S301
    assert pickle.loads(pickle.dumps(percent)).of(Money(4, "RUB")) == Money("0.10", "RUB")  # noqa: S301
