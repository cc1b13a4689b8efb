"""The kinds of settings that are exact numbers."""

from __future__ import annotations

from decimal import Decimal

import jsonschema
import pytest

from loyaltykit import Currency, FirstAppOrder, Money, Percent, Points, SettingsError
from loyaltykit.settings.amounts import (
    CurrencyKind,
    DigitsKind,
    MoneyKind,
    NumberKind,
    PercentKind,
    PointsKind,
    plain,
)
from loyaltykit.settings.here import Here
from loyaltykit.settings.kind import UNREAD

RUB, EUR = Currency("RUB"), Currency("EUR")


@pytest.fixture
def here():
    """Give a place in a program in roubles, whose points have one decimal."""
    here = Here("setting")
    here.units.currency, here.units.digits = RUB, 1
    return here


@pytest.mark.parametrize(
    ("kind", "raw", "value", "written"),
    [
        (NumberKind(), "2.5", Decimal("2.5"), "2.5"),
        (NumberKind(), "2.50", Decimal("2.5"), "2.5"),
        (NumberKind(), 1, Decimal(1), 1),
        (NumberKind(), "1.00", Decimal(1), 1),
        (NumberKind(), "0.0000001", Decimal("1E-7"), "0.0000001"),
        (PercentKind(), 5, Percent(5), 5),
        (PercentKind(), "2.50", Percent("2.5"), "2.5"),
        (PercentKind(), "100", Percent(100), 100),
        (PointsKind(), 50, Points(50), 50),
        (PointsKind(), "0.5", Points("0.5", digits=1), "0.5"),
        (MoneyKind(), 300, Money(300, RUB), "300.00"),
        (MoneyKind(), "0.01", Money("0.01", RUB), "0.01"),
        (MoneyKind(), "300.00 RUB", Money(300, RUB), "300.00"),
        (CurrencyKind(), "EUR", EUR, "EUR"),
        (DigitsKind(), 2, 2, 2),
    ],
)
def test_what_is_read_is_written_and_fits_the_schema(kind, raw, value, written, here):
    """Equal numbers are written alike, in their shortest form; money with its decimals."""
    assert kind.read(raw, here) == value
    assert kind.write(value) == written
    assert kind.read(written, here) == value
    assert here.problems == []
    for fits in (raw, written):
        jsonschema.Draft202012Validator(kind.schema()).validate(fits)


@pytest.mark.parametrize(
    ("kind", "raw", "code"),
    [
        (NumberKind(), "x", "bad_number"),
        (NumberKind(), "1e3", "bad_number"),
        (NumberKind(), " 5", "bad_number"),
        (NumberKind(), "0", "not_positive"),
        (NumberKind(), -1, "not_positive"),
        (NumberKind(), 2.5, "float"),
        (NumberKind(), float("nan"), "not_finite"),
        (NumberKind(), True, "boolean"),
        (NumberKind(), [1], "wrong_type"),
        (PercentKind(), "5%", "bad_number"),
        (PercentKind(), "100.01", "too_large"),
        (PercentKind(), 0, "not_positive"),
        (PercentKind(), "-5", "not_positive"),
        (PercentKind(), 0.05, "float"),
        (PointsKind(), "0.55", "too_many_digits"),
        (PointsKind(), 0, "not_positive"),
        (PointsKind(), "-1", "not_positive"),
        (PointsKind(), "many", "bad_number"),
        (MoneyKind(), "0.001", "too_many_digits"),
        (MoneyKind(), "300 EUR", "wrong_currency"),
        (MoneyKind(), "300 rub", "wrong_currency"),
        (MoneyKind(), "0", "not_positive"),
        (MoneyKind(), "-5", "not_positive"),
        (MoneyKind(), "300,00", "bad_number"),
        (MoneyKind(), 300.0, "float"),
        (CurrencyKind(), "RUR", "unknown_currency"),
        (CurrencyKind(), "₽", "unknown_currency"),
        (CurrencyKind(), 643, "wrong_type"),
        (DigitsKind(), 7, "too_large"),
        (DigitsKind(), "2", "wrong_type"),
    ],
)
def test_what_is_refused_when_read(kind, raw, code, here):
    """One problem each, at its place, whose words and fix can be said."""
    kind.read(raw, here)
    assert [(problem.path, problem.code) for problem in here.problems] == [("setting", code)]
    assert str(here.problems[0])


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        (NumberKind(), 5, "wrong_type"),
        (NumberKind(), 2.5, "float"),
        (NumberKind(), Decimal(0), "not_positive"),
        (PercentKind(), Decimal(5), "wrong_type"),
        (PercentKind(), Percent(0), "not_positive"),
        (PercentKind(), Percent("100.5"), "too_large"),
        (PointsKind(), 5, "wrong_type"),
        (PointsKind(), Money(5, RUB), "wrong_type"),
        (PointsKind(), Points(-5), "not_positive"),
        (PointsKind(), Points("0.55", digits=2), "too_many_digits"),
        (MoneyKind(), Points(5), "wrong_type"),
        (MoneyKind(), Money(0, RUB), "not_positive"),
        (MoneyKind(), Money(5, EUR), "wrong_currency"),
        (CurrencyKind(), "RUB", "wrong_type"),
        (DigitsKind(), "2", "wrong_type"),
    ],
)
def test_what_is_refused_when_given_typed(kind, value, code, here):
    """Settings made in Python are judged as strictly as those of a file."""
    kind.check(value, here)
    assert [problem.code for problem in here.problems] == [code]
    assert str(here.problems[0])


def test_points_with_more_digits_that_are_zeros_are_fine(here):
    """0.50 points are 0.5."""
    PointsKind().check(Points("0.50", digits=2), here)
    assert here.problems == []


class TestUnits:
    """The program's currency and digits fill as they're read, and all below is judged by them."""

    def test_currency_and_digits_are_told(self):
        """To the place and all places of the same file."""
        here = Here()
        CurrencyKind().read("JPY", here.at("currency"))
        DigitsKind().read(2, here.at("digits"))
        assert (here.units.currency, here.units.digits) == (Currency("JPY"), 2)

    def test_bad_digits_arent_told(self):
        """Points are then not judged by them."""
        here = Here()
        DigitsKind().read(9, here)
        assert here.units.digits is None

    def test_without_a_currency_money_cant_be_told_but_its_number_is_judged(self):
        """The missing currency is one problem, not one for each sum."""
        here = Here("minimum")
        assert MoneyKind().read("300.00 EUR", here) is UNREAD
        assert here.problems == []
        assert MoneyKind().read("x", here) is UNREAD
        assert [problem.code for problem in here.problems] == ["bad_number"]

    def test_without_units_typed_amounts_are_judged_by_themselves(self):
        """A rule alone may be in any currency, with any digits."""
        here = Here()
        MoneyKind().check(Money(5, EUR), here)
        PointsKind().check(Points("0.55", digits=2), here)
        assert here.problems == []

    def test_without_digits_points_are_whole(self):
        """As in a program that doesn't say."""
        assert PointsKind().read("5", Here()) == Points(5)


def test_an_unknown_currency_gets_a_hint(here):
    """The nearest code, or how codes look."""
    CurrencyKind().read("rubb", here)
    CurrencyKind().read("₽₽", here)
    assert [problem.hint for problem in here.problems] == ["did you mean RUB?", "write its three capitals, such as RUB"]


@pytest.mark.parametrize(
    ("number", "raw"),
    [("5", 5), ("5.00", 5), ("1E+2", 100), ("2.50", "2.5"), ("1E-7", "0.0000001"), ("100.10", "100.1")],
)
def test_plain_numbers(number, raw):
    """An int if it's whole, else text without zeros behind or exponents."""
    assert plain(Decimal(number)) == raw
    assert type(plain(Decimal(number))) is type(raw)


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "1E+30", "1E-31"])
def test_a_typed_number_is_finite_and_within_bounds(value, here):
    """As one of a file is; comparing NaN with zero would raise."""
    NumberKind().check(Decimal(value), here)
    assert [problem.path for problem in here.problems] == ["setting"]


def test_points_beyond_what_ledgers_add_up_are_refused():
    """Thousands of awards must fit the whole numbers of any database."""
    with pytest.raises(SettingsError) as caught:
        FirstAppOrder(points=Points(10**15 + 1))
    assert [problem.code for problem in caught.value.problems] == ["too_large"]
    assert FirstAppOrder(points=Points(10**15)).points == Points(10**15)
