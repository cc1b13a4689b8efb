"""Words in Russian and Ukrainian: figures come back as they were, and counts have the noun that CLDR asks for."""

from __future__ import annotations

from decimal import Context, Decimal, localcontext

import pytest
from babel import Locale
from babel.numbers import get_currency_symbol, parse_decimal
from hypothesis import example, given
from hypothesis import strategies as st

from loyaltykit import Money, Percent, Points, Term, words
from loyaltykit.messages.texts import NOUNS
from loyaltykit.messages.translated import catalogue
from loyaltykit.messages.words import speech_in
from loyaltykit.testing import strategies
from loyaltykit.values.currency import CURRENCY_DIGITS
from loyaltykit.values.exact import decimal_of

LANGUAGES = st.sampled_from(["ru", "uk"])
ROUGH = Context(prec=3)
"""What a host may have set for its own sums; it must not reach ours."""


def form(language, noun, count):
    """Give the form of *noun* that goes with *count* by CLDR's rules."""
    translations = catalogue(language)
    category = Locale.parse(language).plural_form(abs(count))
    if category == "other":
        return translations.gettext(f"noun.{noun}.fraction")
    number = {"one": 1, "few": 2, "many": 5}[category]
    return translations.ngettext(f"noun.{noun}", f"noun.{noun}", number)


def number_in(text, language):
    """Read the number that *text* is, in *language*, strictly: with its groups where they belong."""
    with localcontext(Context(prec=100)):
        return parse_decimal(text, locale=language, strict=True)


@pytest.mark.parametrize("language", ["ru", "uk"])
@pytest.mark.parametrize("noun", NOUNS)
def test_B1_whole_counts_have_their_noun(language, noun):
    """From 0 to 1000, and below zero."""
    speech = speech_in(language)
    for count in (*range(1_001), *range(-30, 0)):
        assert speech.counted(count, noun).rpartition(" ")[2] == form(language, noun, count)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("ru", ["0 баллов", "1 балл", "2 балла", "5 баллов", "11 баллов", "21 балл", "112 баллов"]),
        ("uk", ["0 балів", "1 бал", "2 бали", "5 балів", "11 балів", "21 бал", "112 балів"]),
    ],
)
def test_B1_points_as_they_are_counted(language, told):
    """By their last digits, and eleven to fourteen by themselves."""
    assert [words(Points(count), language) for count in (0, 1, 2, 5, 11, 21, 112)] == told


@given(LANGUAGES, st.integers(-(10**15), 10**15), st.integers(1, 6))
@example("ru", 15, 1)
@example("uk", 100, 2)
def test_B1_fractions_have_theirs(language, minor, digits):
    """1,5 балла; also where only noughts stand behind the comma, since that's how it's read out."""
    points = Points.from_minor(minor, digits)
    number, _, noun = words(points, language).rpartition(" ")
    assert noun == form(language, "points", points.amount)
    assert number_in(number, language) == points.amount
    assert len(number.partition(",")[2]) == digits


@pytest.mark.parametrize("language", ["ru", "uk"])
@pytest.mark.parametrize("code", CURRENCY_DIGITS)
def test_B1_money_of_every_currency_is_told_to_the_last_unit(language, code):
    """Babel alone would round the dinars of Iraq, and many others, and show yen with decimals."""
    symbol = get_currency_symbol(code, locale=language)
    for minor in (0, 1, -1, 10, 999, -1_000, 1_234_567, -(10**15), 10**31 + 1):
        money = Money.from_minor(minor, code)
        with localcontext(ROUGH):
            number, _, sign = words(money, language).rpartition("\xa0")
        assert sign == symbol
        assert number_in(number, language) == money.amount
        assert len(number.partition(",")[2]) == money.digits


def test_no_two_currencies_have_one_sign():
    """Else a sum could be taken for another's."""
    for language in ("ru", "uk"):
        signs = {get_currency_symbol(code, locale=language) for code in CURRENCY_DIGITS}
        assert len(signs) == len(CURRENCY_DIGITS)


@given(LANGUAGES, strategies.money())
def test_any_money_comes_back(language, money):
    """Whatever its size."""
    number, _, _ = words(money, language).rpartition("\xa0")
    assert number_in(number, language) == money.amount


@given(
    LANGUAGES, st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False).map(lambda d: Decimal(f"{d:.9f}"))
)
@example("ru", Decimal("0.000001"))
@example("uk", Decimal("1E+2"))
def test_any_percent_comes_back(language, value):
    """With all of its decimals."""
    percent = Percent(value)
    with localcontext(ROUGH):
        told = words(percent, language)
    assert number_in(told.removesuffix("%").rstrip("\xa0"), language) == percent.value


@given(LANGUAGES, strategies.terms())
def test_any_term_is_spelled_with_its_figures(language, term):
    """Nothing of it is lost."""
    years, months = divmod(term.months, 12)
    hours, minutes, seconds = term.seconds // 3600, term.seconds // 60 % 60, term.seconds % 60
    counts = [count for count in (years, months, term.days, hours, minutes, seconds) if count]
    with localcontext(ROUGH):
        told = words(term, language).replace("\xa0", "")
    assert [int(word) for word in told.split() if word.isdecimal()] == counts


def test_a_term_of_many_days_is_grouped_as_numbers_are():
    """As any other figure."""
    assert words(Term("P1000D"), "uk").replace("\xa0", " ") == "1 000 днів"


@given(LANGUAGES, st.integers(-(10**40), 10**40), st.integers(0, 20))
def test_any_number_comes_back(language, units, digits):
    """Counts and sums alike, whatever the host's own decimals round to."""
    number = decimal_of(units, digits)
    with localcontext(ROUGH):
        told = speech_in(language).number(number)
    assert number_in(told, language) == number
