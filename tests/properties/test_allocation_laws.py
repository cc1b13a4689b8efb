"""Splitting: nothing is lost, nobody is a unit off, and who gets the odd unit is settled (R1)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import event, given
from hypothesis import strategies as st

from loyaltykit import Money, Points
from loyaltykit.testing import strategies

AMOUNTS = strategies.money() | strategies.points() | strategies.money("EUR", min_minor=-20, max_minor=20)


def shares(amount, weights):
    """Give the exact share of each party in smallest units."""
    ratios = [Fraction(Decimal(weight)) if isinstance(weight, str) else Fraction(weight) for weight in weights]
    return [amount.minor * ratio / sum(ratios) for ratio in ratios]


@given(AMOUNTS, strategies.weights())
def test_parts_sum_to_the_whole(amount, weights):
    """Not a unit is lost or made, and each part is of the whole's own kind."""
    parts = amount.allocate(weights)
    assert len(parts) == len(weights)
    assert sum(part.minor for part in parts) == amount.minor
    assert {(type(part), part.digits) for part in parts} == {(type(amount), amount.digits)}


@given(AMOUNTS, strategies.weights())
def test_each_part_is_less_than_a_unit_off_its_share(amount, weights):
    """Nobody is a whole unit away from the exact share; a zero weight gets nothing, a whole share just that."""
    for part, share, weight in zip(amount.allocate(weights), shares(amount, weights), weights, strict=True):
        assert abs(part.minor - share) < 1
        if share.denominator == 1:
            assert part.minor == share
        if not Decimal(weight if isinstance(weight, (str, int, Decimal)) else weight.numerator):
            assert part.minor == 0


@given(AMOUNTS.map(abs), strategies.weights())
def test_odd_units_go_to_the_largest_remainders_and_a_tie_to_the_earlier(amount, weights):
    """Whoever got one unit more has a larger remainder than whoever didn't, or the same and stands earlier."""
    parts = [part.minor for part in amount.allocate(weights)]
    exact = shares(amount, weights)
    more = [part > share // 1 for part, share in zip(parts, exact, strict=True)]
    rank = [(share % 1, -index) for index, share in enumerate(exact)]
    given_more = [rank[index] for index, got in enumerate(more) if got]
    others = [rank[index] for index, got in enumerate(more) if not got]
    event(f"odd units: {len(given_more)}, tied: {len({share % 1 for share in exact}) < len(exact)}")
    if given_more and others:
        assert min(given_more) > max(others)


@given(AMOUNTS, strategies.weights())
def test_a_negative_amount_mirrors_the_positive_one(amount, weights):
    """Taking back is sharing out with the sign turned, party by party."""
    assert [-part for part in (-amount).allocate(weights)] == list(amount.allocate(weights))


@given(AMOUNTS, strategies.weights(), st.sampled_from([2, 3, 10, 10**9]) | st.integers(1, 1000))
def test_only_the_proportion_of_weights_matters(amount, weights, times):
    """40:40:20 is 2:2:1 and 0.4:0.4:0.2."""
    ratios = [Fraction(Decimal(weight)) if isinstance(weight, str) else Fraction(weight) for weight in weights]
    parts = amount.allocate(weights)
    assert amount.allocate([ratio * times for ratio in ratios]) == parts
    assert amount.allocate([ratio / times for ratio in ratios]) == parts


@given(AMOUNTS.map(abs), strategies.weights())
def test_a_larger_weight_never_gets_less(amount, weights):
    """Parts rank as their weights do."""
    parts = amount.allocate(weights)
    ranked = sorted(zip(shares(amount, weights), parts, strict=True))
    assert [part for share, part in ranked if share] == sorted(part for share, part in ranked if share)


@given(st.data(), strategies.money("RUB"), strategies.weights())
def test_parties_in_another_order_get_the_same_where_nothing_ties(data, amount, weights):
    """Order settles ties and nothing else."""
    exact = [share % 1 for share in shares(abs(amount), weights)]
    order = data.draw(st.permutations(range(len(weights))))
    parts = amount.allocate(weights)
    moved = amount.allocate([weights[index] for index in order])
    event("ties" if len(set(exact)) < len(exact) else "no ties")
    if len(set(exact)) == len(exact):
        assert list(moved) == [parts[index] for index in order]
    assert sum(moved, start=Money(0, "RUB")) == amount


@given(st.integers(0, 10**6), st.integers(1, 8))
def test_equal_weights_differ_by_a_unit_at_most_the_earlier_first(minor, parties):
    """Equal parties share as equally as units allow, and the first ones get the odd units."""
    parts = [part.minor for part in Points(minor).allocate([1] * parties)]
    assert parts == sorted(parts, reverse=True)
    assert parts[0] - parts[-1] <= 1
