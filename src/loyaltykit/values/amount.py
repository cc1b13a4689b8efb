"""What money and points share: an exact count of smallest units, ordered, added and split, never mixed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.errors import MixedUnits
from loyaltykit.values.exact import decimal_of
from loyaltykit.values.immutable import Immutable
from loyaltykit.values.split import split, whole_weights

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal
    from typing import Self

    from loyaltykit.values.split import Weight

_CONVERSION = (
    "turn points into money with PointValue.worth(points), or money into points with PointValue.points_for(money)"
)


class Amount(Immutable):
    """A count of smallest units, *minor*; what a unit is, the kinds say."""

    __slots__ = ("minor",)

    minor: int

    @property
    def digits(self) -> int:
        """The decimals of the unit."""
        raise NotImplementedError  # pragma: no cover - each kind says it

    def with_minor(self, minor: int) -> Self:
        """Give *minor* smallest units of the same kind."""
        raise NotImplementedError  # pragma: no cover - each kind says it

    def aligned(self, other: Any) -> tuple[int, int, Self]:
        """Give both counts in one unit, and an amount in that unit; amounts that have no common unit are refused."""
        raise NotImplementedError  # pragma: no cover - each kind says it

    @property
    def amount(self) -> Decimal:
        """The amount in major units, with all its decimals."""
        return decimal_of(self.minor, self.digits)

    def allocate(self, weights: Sequence[Weight]) -> tuple[Self, ...]:
        """
        Split over *weights* by the largest remainder: the parts sum to the whole, each less than one unit off its
        share.

        A tie goes to the earlier party, a zero weight gets zero, a negative amount mirrors the positive one. Raises
        `InvalidValue` for weights that are empty, negative or all zero (R1).

        Examples:
            >>> from loyaltykit import Money, Points
            >>> Points(41).allocate([40, 40, 20, 0])
            (Points(17), Points(16), Points(8), Points(0))
            >>> Money("-0.05", "EUR").allocate([7, 3])
            (Money('-0.04', 'EUR'), Money('-0.01', 'EUR'))
        """
        make = self.with_minor
        return tuple([make(part) for part in split(self.minor, whole_weights(weights))])

    def __add__(self, other: Self) -> Self:
        """Add an amount of the same unit."""
        left, right, like = self._pair(other, "add", "to")
        return like.with_minor(left + right)

    def __sub__(self, other: Self) -> Self:
        """Subtract an amount of the same unit."""
        left, right, like = self._pair(other, "subtract", "from")
        return like.with_minor(left - right)

    # Where only the right side is an amount, type checkers see the mistake by themselves.
    if not TYPE_CHECKING:  # pragma: no branch

        def __radd__(self, other: object) -> Self:
            """Refuse to be added to another kind."""
            raise self._mixed(other, "add", "to")

        def __rsub__(self, other: object) -> Self:
            """Refuse to be subtracted from another kind."""
            raise self._mixed(other, "subtract", "from")

    def __mul__(self, times: int) -> Self:
        """Multiply by a whole number; a share is taken with a Percent, which asks how to round."""
        if type(times) is not int:
            message = (
                f"can't multiply {self!r} by {times!r}: only ints keep it exact; "
                "take a share with Percent(…).of(…), or split with allocate(…)"
            )
            raise MixedUnits(message, left=self, right=times)
        return self.with_minor(self.minor * times)

    __rmul__ = __mul__

    def __neg__(self) -> Self:
        """Give the opposite amount."""
        return self.with_minor(-self.minor)

    def __abs__(self) -> Self:
        """Give the amount without its sign."""
        return self.with_minor(abs(self.minor))

    def __bool__(self) -> bool:
        """Say whether it isn't zero."""
        return self.minor != 0

    def __lt__(self, other: Self) -> bool:
        """Compare with an amount of the same unit."""
        left, right, _ = self._pair(other, "compare", "with")
        return left < right

    def __le__(self, other: Self) -> bool:
        """Compare with an amount of the same unit."""
        left, right, _ = self._pair(other, "compare", "with")
        return left <= right

    def __gt__(self, other: Self) -> bool:
        """Compare with an amount of the same unit."""
        left, right, _ = self._pair(other, "compare", "with")
        return left > right

    def __ge__(self, other: Self) -> bool:
        """Compare with an amount of the same unit."""
        left, right, _ = self._pair(other, "compare", "with")
        return left >= right

    def _pair(self, other: Any, verb: str, link: str) -> tuple[int, int, Self]:
        if type(other) is not type(self):
            raise self._mixed(other, verb, link)
        return self.aligned(other)

    def _mixed(self, other: object, verb: str, link: str) -> MixedUnits:
        both = isinstance(other, Amount)
        how = _CONVERSION if both else f"make it {type(self).__name__} first, such as {self.with_minor(0)!r}"
        message = f"can't {verb} {type(other).__name__} {link} {type(self).__name__}: {how}"
        return MixedUnits(message, left=self, right=other)
