"""What money and points share: sums, order, splitting, and the refusal to mix."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from loyaltykit import InexactNumber, InvalidValue, MixedUnits, Money, Points


def euros(*amounts):
    """Give each of *amounts* in euros."""
    return tuple(Money(amount, "EUR") for amount in amounts)


class TestMixing:
    """Points and money never meet without the point value."""

    @pytest.mark.parametrize("mixed", [lambda m, p: m + p, lambda m, p: p + m, lambda m, p: m - p, lambda m, p: m < p])
    def test_points_and_money_name_the_conversion(self, mixed):
        """A TypeError that says how points become money and money becomes points."""
        with pytest.raises(TypeError, match=r"PointValue\.worth\(points\).*PointValue\.points_for\(money\)") as caught:
            mixed(Money(5, "RUB"), Points(5))
        assert isinstance(caught.value, MixedUnits)
        assert {type(caught.value.left), type(caught.value.right)} == {Money, Points}

    @pytest.mark.parametrize("other", [5, "5", None, Decimal(5), 0.5])
    def test_a_bare_number_is_asked_to_become_an_amount_first(self, other):
        """Five of what? From either side, in sums, differences and comparisons."""
        for mixed in (
            lambda: Money(5, "RUB") + other,
            lambda: other + Money(5, "RUB"),
            lambda: Money(5, "RUB") - other,
            lambda: other - Money(5, "RUB"),
            lambda: Money(5, "RUB") > other,
            lambda: Money(5, "RUB") >= other,
            lambda: Money(5, "RUB") <= other,
        ):
            with pytest.raises(MixedUnits, match=r"make it Money first, such as Money\('0\.00', 'RUB'\)"):
                mixed()

    def test_sum_needs_a_start(self):
        """sum() begins with the bare number 0, which is no money."""
        fares = euros("0.1", "0.2")
        with pytest.raises(MixedUnits, match="can't add int to Money"):
            sum(fares)
        assert sum(fares, start=Money(0, "EUR")) == Money("0.3", "EUR")

    @pytest.mark.parametrize("times", [1.5, Decimal("1.5"), Fraction(1, 2), True, "2", Points(2)])
    def test_only_ints_multiply(self, times):
        """A share asks how to round, so it's taken with a Percent or split; the message says so."""
        for product in (lambda: Points(5) * times, lambda: times * Points(5)):
            with pytest.raises(MixedUnits, match=r"Percent\(…\)\.of"):
                product()


class TestArithmetic:
    """Sums and signs."""

    def test_sums_differences_and_products(self):
        """412.00 − 200.00 = 212.00, thrice 0.05 = 0.15."""
        assert Money("412.00", "RUB") - Money("200", "RUB") == Money("212.00", "RUB")
        assert Money("0.05", "EUR") * 3 == 3 * Money("0.05", "EUR") == Money("0.15", "EUR")
        assert Points("1.50", digits=2) + Points(1) == Points("2.5", digits=1)

    def test_signs(self):
        """The opposite, the size, and whether there is anything."""
        debt = Money("-5", "RUB")
        assert -debt == abs(debt) == Money(5, "RUB")
        assert debt
        assert not Money("-0", "RUB")
        assert not Points("0.00", digits=2)

    def test_order(self):
        """Amounts of one unit sort by size."""
        assert sorted(euros("0.3", "-1", "0.05")) == list(euros("-1", "0.05", "0.3"))
        assert max(Points("1.5", digits=1), Points(1)) == Points("1.50", digits=2)
        assert Points(1) <= Points("1.0", digits=1) >= Points(1)


class TestAllocate:
    """Splitting by the largest remainder (R1)."""

    @pytest.mark.parametrize(
        ("amount", "weights", "parts"),
        [
            (Money("0.05", "EUR"), [7, 3], euros("0.04", "0.01")),
            (Money("-0.05", "EUR"), [7, 3], euros("-0.04", "-0.01")),
            (Money("10.00", "EUR"), [40, 40, 20, 0], euros(4, 4, 2, 0)),
            (Money("0.01", "EUR"), [1, 1], euros("0.01", 0)),
            (Money("-0.01", "EUR"), [1, 1], euros("-0.01", 0)),
            (Money("100.00", "EUR"), [1, 1, 1], euros("33.34", "33.33", "33.33")),
            (Money("0.02", "EUR"), [1, 1, 1], euros("0.01", "0.01", 0)),
            (Money("0", "EUR"), [1, 2], euros(0, 0)),
            (Money("7", "EUR"), [3], euros(7)),
            (Points(41), [40, 40, 20, 0], (Points(17), Points(16), Points(8), Points(0))),
            (Points(41), ["33.3", "33.3", "33.4"], (Points(14), Points(13), Points(14))),
            (Points(5), [Fraction(1, 3), Decimal("0.5"), "0"], (Points(2), Points(3), Points(0))),
        ],
    )
    def test_parts(self, amount, weights, parts):
        """Hand-worked: the exact shares floored, then a unit each to the largest remainders, a tie to the earlier."""
        assert amount.allocate(weights) == parts

    def test_a_zero_weight_gets_nothing_even_while_units_are_left(self):
        """Two cents over three parties, the first with no weight: the other two get one each."""
        assert Money("0.02", "EUR").allocate([0, 1, 1]) == euros(0, "0.01", "0.01")

    @pytest.mark.parametrize("weights", [[], [0], [0, 0], [1, -1], ["-0.5", 1], [Decimal(0)]])
    def test_weights_that_share_nothing_are_refused(self, weights):
        """None, only zeros, or a negative one."""
        with pytest.raises(InvalidValue, match="at least one, none negative, and not all zero"):
            Points(5).allocate(weights)

    @pytest.mark.parametrize("weights", [[0.5, 0.5], [1, True]])
    def test_inexact_weights_are_refused(self, weights):
        """A third in binary isn't a third."""
        with pytest.raises(InexactNumber, match="a weight"):
            Points(5).allocate(weights)

    @pytest.mark.parametrize("weights", [["1", "1", "2"], [1, 1, 2]])
    def test_any_iterable_of_weights_is_read_once(self, weights):
        """A generator's first weight isn't lost on looking at it."""
        assert Points(8).allocate(weight for weight in weights) == (Points(2), Points(2), Points(4))

    def test_parts_keep_the_digits(self):
        """Points with decimals split down to the smallest unit."""
        assert [str(part) for part in Points("0.05", digits=2).allocate([7, 3])] == ["0.04", "0.01"]
