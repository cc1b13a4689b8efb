"""Money is an ordered group in each currency, and nothing outside it."""

from __future__ import annotations

import copy
import pickle
from decimal import Context, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import Currency, MixedUnits, Money
from loyaltykit.testing import strategies

RUBLES = strategies.money("RUB")


@given(RUBLES, RUBLES, RUBLES)
def test_adding_is_associative_and_commutative(a, b, c):
    """The order in which sums are added up makes no difference."""
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a


@given(strategies.money())
def test_nothing_and_the_opposite(a):
    """Zero changes nothing, the opposite takes away just as much."""
    zero = Money(0, a.currency)
    assert a + zero == a
    assert a + -a == zero
    opposite = -a
    assert -opposite == a
    assert abs(a) == (a if a >= zero else -a)
    assert bool(a) is (a != zero)


@given(RUBLES, RUBLES)
def test_subtracting_is_adding_the_opposite(a, b):
    """What is taken away was added with its sign turned, and comes back when it's added again."""
    assert a - b == a + -b
    assert (a - b) + b == a


@given(RUBLES, RUBLES, st.integers(-5, 5), st.integers(-5, 5))
def test_multiplying_is_repeated_adding(a, b, n, m):
    """Multiplication by whole numbers distributes over both sides."""
    assert a * (n + m) == a * n + m * a
    assert (a + b) * n == a * n + b * n
    assert a * 3 == a + a + a


@given(RUBLES, RUBLES, RUBLES)
def test_order_is_that_of_the_amounts_and_keeps_under_adding(a, b, c):
    """Money sorts as its amounts do; adding the same to both sides changes nothing."""
    assert (a < b, a <= b, a > b, a >= b, a == b) == (
        a.amount < b.amount,
        a.amount <= b.amount,
        a.amount > b.amount,
        a.amount >= b.amount,
        a.amount == b.amount,
    )
    assert (a < b) is (a + c < b + c)


@given(strategies.money())
def test_money_survives_every_way_there_and_back(a):
    """Text, minor units, its own repr, pickle and copies give the same sum in the same currency."""
    for back in (
        Money(str(a.amount), a.currency),
        Money(a.amount, a.currency.code),
        Money(*str(a).split(" ")),
        Money.from_minor(a.minor, a.currency),
        eval(repr(a), {"Money": Money}),  # noqa: S307 - our own repr
        pickle.loads(pickle.dumps(a)),  # noqa: S301 - our own pickle
        copy.copy(a),
        copy.deepcopy(a),
        Money(a),
    ):
        assert back == a
        assert back.currency is a.currency
        assert hash(back) == hash(a)


@given(strategies.money(), strategies.money())
def test_equal_money_hashes_alike_and_other_money_differs(a, b):
    """Equal means: as many minor units of one currency."""
    assert (a == b) is ((a.minor, a.currency) == (b.minor, b.currency))
    assert (a != b) is not (a == b)
    assert a != b or hash(a) == hash(b)


@given(strategies.money())
def test_the_amount_is_the_minor_units_with_all_the_decimals(a):
    """41200 kopecks are 412.00, with the two decimals written."""
    assert Fraction(a.amount) == Fraction(a.minor, 10**a.currency.digits)
    assert -a.amount.as_tuple().exponent == a.currency.digits


@given(strategies.money(), strategies.money() | strategies.points() | st.integers() | st.decimals() | st.floats())
def test_money_never_mixes(a, other):
    """Another currency, points and bare numbers are refused in sums and comparisons, from both sides."""
    if isinstance(other, Money) and other.currency is a.currency:
        assert (a + other).currency is a.currency
        return
    for mixed in (
        lambda: a + other,
        lambda: other + a,
        lambda: a - other,
        lambda: other - a,
        lambda: a < other,
        lambda: a >= other,
    ):
        with pytest.raises(MixedUnits):
            mixed()
    assert a != other


@given(strategies.money(), strategies.weights(), strategies.percents())
def test_the_decimal_context_changes_nothing(a, weights, percent):
    """A host that computes with one digit of precision gets the same money."""
    before = (str(a), a.amount, a + a, a.allocate(weights), percent.of(a), Money(str(a.amount), a.currency))
    with localcontext(Context(prec=1, Emax=1, Emin=-1, traps=[])):
        after = (str(a), a.amount, a + a, a.allocate(weights), percent.of(a), Money(str(a.amount), a.currency))
        rounded = Money.rounded(a.amount, a.currency)
    assert after == before
    assert rounded == a


@given(strategies.money(), strategies.currencies())
def test_currencies_are_one_object_a_code(a, currency):
    """So that comparing them is comparing objects, also after a pickle."""
    assert Currency(currency.code) is currency
    assert pickle.loads(pickle.dumps(currency)) is currency  # noqa: S301 - our own pickle
    assert copy.deepcopy(a).currency is a.currency
    assert isinstance(a.amount, Decimal)
