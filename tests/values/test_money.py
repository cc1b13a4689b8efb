"""Money: whole minor units of one currency, made only from exact numbers."""

from __future__ import annotations

import copy
import pickle
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import pytest

from loyaltykit import (
    Currency,
    ExcessDigits,
    InexactNumber,
    InvalidValue,
    MixedUnits,
    Money,
    Points,
    UnknownCurrency,
)


@pytest.mark.parametrize(
    "value", ["412.00", "412", "+412.0", "412.", 412, Decimal(412), Decimal("4.12E+2"), Fraction(412)]
)
def test_money_is_made_of_major_units(value):
    """Text, ints and exact numbers all mean major units: 412 roubles are 41,200 kopecks."""
    assert Money(value, "RUB").minor == 41_200


def test_minor_units_have_their_own_constructor():
    """from_minor(1250) is 12.50, and in yen 1250."""
    assert Money.from_minor(1250, "RUB") == Money("12.50", "RUB")
    assert Money.from_minor(1250, Currency("JPY")) == Money(1250, "JPY")


@pytest.mark.parametrize("minor", [12.0, True, "12", Decimal(12)])
def test_minor_units_are_ints(minor):
    """Anything else is refused: it may have been meant as major units."""
    with pytest.raises(InvalidValue, match="minor units are counted in ints"):
        Money.from_minor(minor, "RUB")


@pytest.mark.parametrize(("currency", "text"), [("JPY", "1250"), ("RUB", "12.50"), ("BHD", "1.250"), ("CLF", "0.1250")])
def test_money_prints_with_all_the_currencys_decimals(currency, text):
    """1,250 minor units are 1250 yen, 12.50 roubles, 1.250 dinars, 0.1250 unidades de fomento."""
    money = Money.from_minor(1250, currency)
    assert str(money) == f"{text} {currency}"
    assert repr(money) == f"Money('{text}', '{currency}')"
    assert money.amount == Decimal(text)
    assert money.digits == Currency(currency).digits


def test_a_negative_sum_less_than_one_keeps_its_sign():
    """Minus five cents print as -0.05."""
    assert str(Money.from_minor(-5, "EUR")) == "-0.05 EUR"


@pytest.mark.parametrize("value", [12.5, 0.0, float("nan"), float("inf"), True, False])
def test_floats_and_bools_are_refused(value):
    """A float was rounded before it came here, and a bool is no sum; the error says what to give instead."""
    with pytest.raises(InexactNumber, match="give an int, a Decimal or text") as caught:
        Money(value, "RUB")
    assert caught.value.value is value


def test_a_floats_own_text_is_offered():
    """0.1 + 0.2 is 0.30000000000000004 in floats, and 0.30 in money."""
    with pytest.raises(InexactNumber, match=r"such as '0\.30000000000000004'"):
        Money(0.1 + 0.2, "EUR")
    assert Money("0.1", "EUR") + Money("0.2", "EUR") == Money("0.3", "EUR")


@pytest.mark.parametrize("value", ["12.505", Decimal("0.001"), Fraction(1, 3)])
def test_excess_digits_are_refused_unless_rounding_is_asked_for(value):
    """12.505 roubles isn't a sum of kopecks, and nobody said how to round it."""
    with pytest.raises(ExcessDigits, match="2 decimals") as caught:
        Money(value, "RUB")
    assert caught.value.digits == 2
    Money.rounded(value, "RUB")


def test_zeros_behind_are_no_excess_digits():
    """12.50000 is exactly 12.50, and Decimal's 1.2E+2 exactly 120."""
    assert Money("12.50000", "RUB").minor == 1250
    assert Money("5.000", "JPY").minor == 5


@pytest.mark.parametrize(
    ("value", "rounding", "step", "expected"),
    [
        ("12.345", "half_up", None, "12.35"),
        ("-12.345", "half_up", None, "-12.35"),
        ("12.345", "half_even", None, "12.34"),
        ("12.345", "half_down", None, "12.34"),
        ("12.341", "up", None, "12.35"),
        ("-12.341", "ceiling", None, "-12.34"),
        ("-12.341", "floor", None, "-12.35"),
        ("12.52", "half_up", "0.05", "12.50"),
        ("12.525", "half_up", "0.05", "12.55"),
        ("412.50", "half_up", 1, "413.00"),
        (Fraction(1, 3), "down", None, "0.33"),
    ],
)
def test_rounded_rounds_once_to_the_step(value, rounding, step, expected):
    """To the minor unit, or to a step of major units: 5 Rappen, whole roubles."""
    assert Money.rounded(value, "CHF", rounding, step) == Money(expected, "CHF")


@pytest.mark.parametrize("step", [0, "-0.05", "0.001", "x", 0.05])
def test_a_step_is_a_positive_whole_number_of_minor_units(step):
    """No step at all, a negative one, a part of a cent and a float can't be rounded to."""
    with pytest.raises((InvalidValue, InexactNumber), match="step"):
        Money.rounded(1, "EUR", step=step)


def test_an_unknown_rounding_is_refused():
    """The message lists the seven that there are."""
    with pytest.raises(InvalidValue, match="half_up, half_even, half_down, up, down, ceiling, floor"):
        Money.rounded(1, "EUR", "bankers")


class TestHostsOwnMoney:
    """Anything with an amount and a currency is taken for a host's own money object."""

    @pytest.mark.parametrize("currency", ["RUB", Currency("RUB"), SimpleNamespace(code="RUB")])
    def test_amount_and_currency_are_read(self, currency):
        """The currency may be a code, or an object that has one."""
        host = SimpleNamespace(amount=Decimal("12.50"), currency=currency)
        assert Money(host) == Money(host, "RUB") == Money("12.50", "RUB")

    def test_a_currency_that_prints_as_its_code_will_do(self):
        """Some libraries' currencies have no code, but are text."""

        class Rubles:
            def __str__(self):
                return "RUB"

        assert Money(SimpleNamespace(amount="1", currency=Rubles())) == Money(1, "RUB")

    def test_another_currency_beside_it_is_refused(self):
        """Nothing is converted in passing."""
        with pytest.raises(MixedUnits, match="is in RUB, not in EUR"):
            Money(Money(5, "RUB"), "EUR")

    def test_its_amount_must_be_exact_as_well(self):
        """A host's float is a float."""
        with pytest.raises(InexactNumber):
            Money(SimpleNamespace(amount=12.5, currency="RUB"))

    def test_points_are_no_money(self):
        """They've an amount, but no currency, whichever is named."""
        with pytest.raises(InvalidValue, match="of type Points"):
            Money(Points(5), "RUB")


def test_money_without_a_currency_is_refused():
    """Five of what? The message shows how to say it."""
    with pytest.raises(InvalidValue, match=r'Money\("5", "RUB"\)'):
        Money("5")


@pytest.mark.parametrize("currency", ["rub", "XYZ", "", "ruble", 643])
def test_money_in_no_currency_is_refused(currency):
    """Codes are capitals, and current."""
    with pytest.raises(UnknownCurrency):
        Money("5", currency)


def test_two_currencies_never_meet():
    """Neither in a sum nor in a comparison; the message says who converts. Equality alone just says no."""
    rubles, euros = Money(5, "RUB"), Money(5, "EUR")
    for mixed in (lambda: rubles + euros, lambda: rubles - euros, lambda: rubles < euros):
        with pytest.raises(MixedUnits, match="convert one of them at your own rate") as caught:
            mixed()
        assert (caught.value.left, caught.value.right) == (rubles, euros)
    assert rubles != euros


def test_money_cant_be_changed():
    """Neither set, nor deleted, nor given more attributes."""
    money = Money(5, "RUB")
    for name in ("minor", "currency", "surplus"):
        with pytest.raises(AttributeError):
            setattr(money, name, 6)
    with pytest.raises(AttributeError):
        del money.minor
    assert money == Money(5, "RUB")


def test_money_is_a_key_and_travels():
    """Equal sums are one key; pickles and copies are equal to what they were made from."""
    money = Money("5", "RUB")
    assert {money: "five"}[Money("5.00", "RUB")] == "five"
    assert pickle.loads(pickle.dumps(money)) == copy.copy(money) == copy.deepcopy([money])[0] == money  # noqa: S301


def test_a_bare_number_is_never_equal_to_money():
    """Five roubles aren't five."""
    assert Money(5, "RUB") != 5
    assert Money(0, "RUB") != 0
