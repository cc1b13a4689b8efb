"""Which writings are exact numbers, and which are refused."""

from __future__ import annotations

import enum
from decimal import Context, Decimal, localcontext
from fractions import Fraction

import pytest

from loyaltykit import ExcessDigits, InexactNumber, InvalidValue
from loyaltykit.values.exact import decimal_of, exact_decimal, exact_number, scaled


@pytest.mark.parametrize(
    ("text", "number"),
    [("5", 5), ("-5", -5), ("+5", 5), ("0012.50", "12.5"), ("5.", 5), (".5", "0.5"), ("-.5", "-0.5"), ("-0", 0)],
)
def test_text_of_a_decimal(text, number):
    """Digits, at most one point, perhaps a sign."""
    assert exact_number(text, "money") == Decimal(number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 5",
        "5 ",
        "5\n",
        "\t5",
        "1_000",
        "1,000",
        "1 000",
        "1.2.3",
        ".",
        "-",
        "+-5",
        "- 5",
        "1e3",
        "1E+3",
        "1e999999999",
        "0x10",
        "NaN",
        "sNaN",
        "Infinity",
        "-inf",
        "½",
        "٥",
        "５",
        "１２",
        "−5",
        "5%",
        "twelve",
        "5\x00",
        "9" * 31,
        "0." + "0" * 31,
        "1" * 100_000,
    ],
)
def test_other_text_is_refused(text):
    """Blanks, underscores, exponents, other scripts' digits, words, and more than 30 digits on a side."""
    with pytest.raises(InvalidValue, match="money can't be made from") as caught:
        exact_number(text, "money")
    assert caught.value.value == text
    assert len(str(caught.value)) < 200


def test_30_digits_on_each_side_are_enough_for_all_money():
    """The bounds themselves are in."""
    text = "9" * 30 + "." + "9" * 30
    assert str(exact_number(text, "money")) == text
    assert exact_number(10**30 - 1, "money") == 10**30 - 1
    assert exact_number(Decimal("1E-30"), "money") == Decimal("1E-30")
    assert exact_number(Decimal("9E+29"), "money") == 9 * 10**29
    assert exact_number(Fraction(1, 10**60 - 1), "money").numerator == 1


@pytest.mark.parametrize(
    "value",
    [
        10**30,
        -(10**30),
        pytest.param(10**6000, id="an int of 6,000 digits"),
        Decimal("1E+30"),
        Decimal("1E+999999"),
        Decimal("1E-31"),
        Decimal("1E-999999"),
        Fraction(10**60),
        Fraction(1, 10**60),
    ],
)
def test_numbers_out_of_bounds_are_refused(value):
    """Before anything is computed with them: a Decimal of a million digits would take the machine's memory."""
    with pytest.raises(InvalidValue, match="money is out of bounds") as caught:
        exact_number(value, "money")
    assert caught.value.value is value


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("-Infinity")])
def test_what_is_no_finite_number_is_refused(value):
    """Decimal knows values that are none."""
    with pytest.raises(InvalidValue, match="only finite numbers are exact"):
        exact_number(value, "money")


@pytest.mark.parametrize("value", [None, b"5", [5], 5j, object(), float, ("5",)])
def test_other_types_are_refused(value):
    """The message names the type and what to give."""
    with pytest.raises(InvalidValue, match=f"of type {type(value).__name__}: give an int, a Decimal or the text"):
        exact_number(value, "money")


def test_floats_and_bools_are_refused_as_types():
    """InexactNumber is a TypeError, and no ValueError: the number may be fine, its type is not."""
    for value, words in ((2.5, "a float, which is no exact number"), (True, "a bool: give an int")):
        with pytest.raises(InexactNumber, match=words) as caught:
            exact_number(value, "money")
        assert isinstance(caught.value, TypeError)
        assert not isinstance(caught.value, ValueError)


def test_subclasses_are_what_they_derive_from():
    """An enum's member of int or str is its number or text, a subclass of float a float."""

    class Size(enum.IntEnum):
        LARGE = 5

    class Text(enum.StrEnum):
        LARGE = "5.5"

    class Share(float):
        pass

    class Exact(Decimal):
        pass

    assert exact_number(Size.LARGE, "money") == 5
    assert exact_number(Text.LARGE, "money") == Decimal("5.5")
    assert exact_number(Exact("5.5"), "money") == Decimal("5.5")
    with pytest.raises(InexactNumber, match="a Share"):
        exact_number(Share(5.5), "money")


def test_exact_decimal_takes_no_fractions():
    """A third has no decimal; and neither the context's precision nor its traps matter."""
    with localcontext(Context(prec=1, traps=[])):
        assert exact_decimal(12345, "a percent") == Decimal(12345)
        assert str(exact_decimal("123.45", "a percent")) == "123.45"
    with pytest.raises(InvalidValue, match="give the decimal that is meant") as caught:
        exact_decimal(Fraction(1, 3), "a percent")
    assert caught.value.value == Fraction(1, 3)


@pytest.mark.parametrize(
    ("number", "digits", "units"),
    [(12, 2, 1200), (Decimal("12.50"), 2, 1250), (Fraction(1, 8), 3, 125), (Decimal("-0.05"), 2, -5)],
)
def test_scaled_counts_units(number, digits, units):
    """12.50 of two decimals are 1,250 units."""
    assert scaled(number, digits, "money") == units


@pytest.mark.parametrize(("number", "digits"), [(Decimal("12.505"), 2), (Fraction(1, 3), 4), (Decimal("0.5"), 0)])
def test_scaled_refuses_what_is_no_whole_count(number, digits):
    """With the number and the digits as attributes."""
    with pytest.raises(ExcessDigits, match="round it first") as caught:
        scaled(number, digits, "money")
    assert (caught.value.value, caught.value.digits) == (number, digits)


@pytest.mark.parametrize(
    ("units", "digits", "text"), [(1250, 2, "12.50"), (-5, 2, "-0.05"), (0, 3, "0.000"), (7, 0, "7")]
)
def test_decimal_of_has_all_the_decimals(units, digits, text):
    """Whatever the context's precision."""
    with localcontext(Context(prec=1)):
        assert str(decimal_of(units, digits)) == text
