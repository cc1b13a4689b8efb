"""The currencies of ISO 4217."""

from __future__ import annotations

import copy
import pickle

import iso4217
import pytest
from babel.numbers import get_currency_precision

from loyaltykit import Currency, UnknownCurrency
from loyaltykit.values.currency import CURRENCY_DIGITS


def test_the_table_is_isos():
    """Every current code with its minor unit; codes to which ISO gives none are counted whole."""
    assert {each.code: each.exponent or 0 for each in iso4217.Currency} == CURRENCY_DIGITS


def test_cldr_has_other_digits_for_some_codes():
    """So what formats money doesn't decide what can be paid: ISO's dinar has a thousand fils, CLDR's none."""
    others = {code for code, digits in CURRENCY_DIGITS.items() if get_currency_precision(code) != digits}
    metals_and_tests = {each.code for each in iso4217.Currency if each.exponent is None}
    assert {"IQD", "ALL"} <= others - metals_and_tests
    assert (Currency("IQD").digits, get_currency_precision("IQD")) == (3, 0)
    assert (Currency("ALL").digits, get_currency_precision("ALL")) == (2, 0)


@pytest.mark.parametrize(("code", "digits"), [("RUB", 2), ("JPY", 0), ("BHD", 3), ("CLF", 4), ("XAU", 0)])
def test_digits(code, digits):
    """Two, none, three, four; gold is counted whole."""
    assert Currency(code).digits == digits


def test_there_is_one_object_a_code():
    """However it comes about, and a code prints as itself."""
    ruble = Currency("RUB")
    assert ruble is Currency("RUB")
    assert pickle.loads(pickle.dumps(ruble)) is ruble  # noqa: S301
    assert copy.copy(ruble) is ruble
    assert copy.deepcopy([ruble])[0] is ruble
    assert (str(ruble), repr(ruble)) == ("RUB", "Currency('RUB')")
    assert ruble != "RUB"


@pytest.mark.parametrize("code", ["rub", "RUR", "HRK", "", " RUB", "RUB ", "XYZ", "₽", 643, None])
def test_what_is_no_current_code_is_refused(code):
    """Small letters, withdrawn codes, signs and numbers."""
    with pytest.raises(UnknownCurrency, match="no current ISO 4217 currency") as caught:
        Currency(code)
    assert caught.value.value == code


def test_a_near_miss_gets_a_hint():
    """Rub is probably RUB; what is like nothing is told how codes look."""
    with pytest.raises(UnknownCurrency, match="did you mean RUB"):
        Currency("rub")
    with pytest.raises(UnknownCurrency, match="three capitals, such as RUB"):
        Currency("₽")


def test_a_currency_cant_be_changed():
    """Neither set, nor deleted, nor given more attributes."""
    ruble = Currency("RUB")
    for name in ("code", "digits", "surplus"):
        with pytest.raises(AttributeError, match=f"can't be changed \\({name}\\)"):
            setattr(ruble, name, "EUR")
    with pytest.raises(AttributeError, match=r"can't be changed \(code\)"):
        del ruble.code
    assert ruble.code == "RUB"


@pytest.mark.parametrize("code", [[], None, 643, b"RUB"])
def test_what_is_no_text_is_no_currency(code):
    """Told as any other code that isn't one."""
    with pytest.raises(UnknownCurrency):
        Currency(code)
