"""What a point is worth: the bridge between points and money."""

from __future__ import annotations

import pickle
from decimal import Decimal
from fractions import Fraction

import pytest

from loyaltykit import (
    Currency,
    ExcessDigits,
    InexactNumber,
    InvalidValue,
    MixedUnits,
    Money,
    Points,
    PointValue,
    UnknownCurrency,
)


@pytest.mark.parametrize(
    ("value", "points", "worth"),
    [("0.0095", 150, "1.42"), ("0.0095", 1, "0"), ("0.50", 41, "20.50"), ("10", 3, "30"), ("0.003", 4, "0.01")],
)
def test_worth_is_floored_to_the_minor_unit(value, points, worth):
    """150 points at 0.0095 are 1.425, so 1.42."""
    assert PointValue(value, "USD").worth(Points(points)) == Money(worth, "USD")


@pytest.mark.parametrize(
    ("value", "money", "points"),
    [("0.0095", "1.42", 149), ("0.0095", "1.43", 150), ("0.50", "20.70", 41), ("3", "2", 0)],
)
def test_points_for_money_are_the_most_that_it_covers(value, money, points):
    """1.42 covers 149 points at 0.0095, exactly 1.4155, and not 150."""
    assert PointValue(value, "USD").points_for(Money(money, "USD")) == Points(points)


def test_points_with_decimals():
    """At 0.50 and two digits, 10.25 roubles are 20.50 points and 0.01 points are worth nothing yet."""
    value = PointValue("0.50", "RUB", digits=2)
    assert repr(value.points_for(Money("10.25", "RUB"))) == "Points('20.50', digits=2)"
    assert value.worth(Points("0.01", digits=2)) == Money(0, "RUB")
    assert value.worth(Points(3)) == Money("1.50", "RUB")


def test_points_finer_than_the_programs_are_refused():
    """Half a point isn't a point of a program without decimals."""
    with pytest.raises(ExcessDigits):
        PointValue(1, "RUB").worth(Points("0.5", digits=1))


def test_money_in_another_currency_is_refused():
    """A program has one currency."""
    value = PointValue(1, "RUB")
    with pytest.raises(MixedUnits, match="not in the program's currency, RUB") as caught:
        value.points_for(Money(5, "EUR"))
    assert (caught.value.left, caught.value.right) == (Money(5, "EUR"), value)
    assert value.minor_in(Money(5, "RUB")) == 500


@pytest.mark.parametrize("value", [0, "-1", "0.00"])
def test_a_point_is_worth_something(value):
    """Neither nothing nor less."""
    with pytest.raises(InvalidValue, match="worth more than nothing"):
        PointValue(value, "RUB")


def test_bad_parts_are_refused():
    """A float, a fraction, an unknown currency and digits out of bounds."""
    with pytest.raises(InexactNumber, match="a point value"):
        PointValue(0.5, "RUB")
    with pytest.raises(InvalidValue, match="a point value"):
        PointValue(Fraction(1, 3), "RUB")
    with pytest.raises(UnknownCurrency):
        PointValue(1, "RUR")
    with pytest.raises(InvalidValue, match="0 to 6 decimals"):
        PointValue(1, "RUB", digits=7)


def test_it_is_a_value():
    """0.5 and 0.50 are one, hash alike, travel, and can't be changed."""
    value = PointValue("0.50", Currency("RUB"), digits=1)
    assert value == PointValue(Decimal("0.5"), "RUB", digits=1)
    assert hash(value) == hash(PointValue("0.5", "RUB", digits=1))
    assert value != PointValue("0.50", "RUB")
    assert value != PointValue("0.50", "EUR", digits=1)
    assert value != "0.50 RUB"
    assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301
    with pytest.raises(AttributeError):
        value.value = Decimal(2)


def test_it_prints():
    """As the worth of a point, and as it's made; tiny ones as digits."""
    assert str(PointValue("0.50", "RUB")) == "0.50 RUB"
    assert repr(PointValue("0.50", "RUB")) == "PointValue('0.50', 'RUB')"
    assert repr(PointValue("0.0000001", "RUB", digits=2)) == "PointValue('0.0000001', 'RUB', digits=2)"
