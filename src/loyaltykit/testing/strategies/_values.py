"""Strategies for numbers: currencies, money, points, percents, what a point is worth, and weights."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from loyaltykit.values.currency import CURRENCY_DIGITS, Currency
from loyaltykit.values.money import Money
from loyaltykit.values.percent import Percent
from loyaltykit.values.point_value import PointValue
from loyaltykit.values.points import MAX_POINT_DIGITS, Points

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

    from loyaltykit.values.split import Weight

HUGE = 10**15
_EDGES = (0, 1, -1, 2, -2, 5, -5, 49, 50, 51, 99, 100, 101, -100, 41_200, HUGE - 1, -HUGE)


def _counts(least: int, most: int) -> SearchStrategy[int]:
    edges = sorted({least, most, *(edge for edge in _EDGES if least <= edge <= most)}, key=abs)
    return st.integers(least, most) | st.sampled_from(edges)


def currencies() -> SearchStrategy[Currency]:
    """
    Draw currencies: those of 2, 0, 3 and 4 digits in equal parts.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.currencies(), lambda currency: currency.digits == 4)
        Currency('CLF')
    """
    by_digits = (sorted(code for code in CURRENCY_DIGITS if CURRENCY_DIGITS[code] == digits) for digits in (2, 0, 3, 4))
    return st.one_of([st.sampled_from(codes) for codes in by_digits]).map(Currency)


@st.composite
def money(
    draw: DrawFn, currency: Currency | str | None = None, *, min_minor: int = -HUGE, max_minor: int = HUGE
) -> Money:
    """
    Draw money of *currency* (any, if left out) from *min_minor* to *max_minor* minor units.

    Examples:
        >>> from hypothesis import given
        >>> from loyaltykit.testing import strategies
        >>> @given(strategies.money("RUB", min_minor=1))
        ... def test_taking_it_away_leaves_nothing(fare):
        ...     assert not fare - fare
        >>> test_taking_it_away_leaves_nothing()
    """
    known = draw(currencies()) if currency is None else currency
    return Money.from_minor(draw(_counts(min_minor, max_minor)), known)


@st.composite
def points(draw: DrawFn, digits: int | None = None, *, min_minor: int = -HUGE, max_minor: int = HUGE) -> Points:
    """
    Draw points with *digits* decimals (0 to 6, if left out) from *min_minor* to *max_minor* smallest units.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.points(digits=2), lambda points: points.minor > 0)
        Points('0.01', digits=2)
    """
    decimals = draw(st.integers(0, MAX_POINT_DIGITS)) if digits is None else digits
    return Points.from_minor(draw(_counts(min_minor, max_minor)), decimals)


def percents(*, above: int = 0, most: int = 100) -> SearchStrategy[Percent]:
    """
    Draw percents of up to four decimals that are more than *above* and at most *most*, as settings take them.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.percents(above=99), lambda percent: True)
        Percent('100')
    """
    usual = [
        number for number in map(Decimal, ("5", "10", "50", "2.5", "33.3", "12.5", "0.01")) if above < number < most
    ]
    decimals = st.decimals(above, most, places=4).filter(lambda number: number > above)
    return st.one_of(st.sampled_from([*usual, Decimal(most)]), decimals).map(Percent)


@st.composite
def point_values(draw: DrawFn, currency: Currency | str | None = None, *, digits: int | None = None) -> PointValue:
    """
    Draw what a point is worth, in *currency* (any, if left out), for points of *digits* decimals (0 to 6, if left out).

    Examples:
        >>> from hypothesis import given
        >>> from loyaltykit.testing import strategies
        >>> @given(strategies.point_values("RUB", digits=0), strategies.money("RUB", min_minor=0))
        ... def test_points_never_cost_more_than_the_money(point_value, fare):
        ...     assert point_value.worth(point_value.points_for(fare)) <= fare
        >>> test_points_never_cost_more_than_the_money()
    """
    known = draw(currencies()) if currency is None else currency
    decimals = draw(st.integers(0, MAX_POINT_DIGITS)) if digits is None else digits
    return PointValue(draw(worths()), known, digits=decimals)


def worths() -> SearchStrategy[Decimal]:
    usual = st.sampled_from([Decimal(number) for number in ("1", "0.5", "0.01", "0.0095", "10", "0.3", "1000000")])
    return usual | st.decimals("0.000001", 1000, places=6)


def weights() -> SearchStrategy[list[Weight]]:
    """
    Draw weights of one to eight parties that a whole can be split over: equal ones, zeros, decimals, huge against tiny.

    Examples:
        >>> from hypothesis import given
        >>> from loyaltykit import Points
        >>> from loyaltykit.testing import strategies
        >>> @given(strategies.points(), strategies.weights())
        ... def test_nothing_is_lost(whole, weights):
        ...     assert sum(whole.allocate(weights), start=Points(0)) == whole
        >>> test_nothing_is_lost()
    """
    kinds: list[SearchStrategy[Weight]] = [
        st.integers(0, 5),
        st.sampled_from([0, 1, 20, 40, HUGE]),
        st.decimals(0, 100, places=2),
        st.fractions(0, 10, max_denominator=12),
        st.sampled_from(["0", "33.3", "33.4", "0.1"]),
    ]
    lists = st.one_of([st.lists(kind, min_size=1, max_size=8) for kind in (*kinds, st.one_of(kinds))])
    return lists.filter(lambda weights: any(Decimal(w) if isinstance(w, str) else w for w in weights))
