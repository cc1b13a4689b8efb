"""Splitting a whole into parts that always sum to it: the largest remainder, on ints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.errors import InvalidValue
from loyaltykit.values.exact import exact_number

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal
    from fractions import Fraction

    Weight = Decimal | Fraction | int | str


def split(whole: int, weights: Sequence[int]) -> list[int]:
    """
    Split *whole* over non-negative *weights* that don't total zero, each part less than one unit off its exact share.

    The units left over by flooring go to the largest remainders, a tie to the earlier party; a negative whole mirrors
    the positive one. This is the integer core: weights are trusted.

    Examples:
        >>> split(41, [40, 40, 20, 0])
        [17, 16, 8, 0]
        >>> split(-41, [40, 40, 20, 0])
        [-17, -16, -8, 0]
    """
    if whole < 0:
        return [-part for part in split(-whole, weights)]
    total = sum(weights)
    parts = [whole * weight // total for weight in weights]
    left = whole - sum(parts)
    if left == 1:
        remainders = [whole * weight % total for weight in weights]
        parts[remainders.index(max(remainders))] += 1
    elif left:
        remainders = [whole * weight % total for weight in weights]
        for index in sorted(range(len(parts)), key=remainders.__getitem__, reverse=True)[:left]:
            parts[index] += 1
    return parts


def whole_weights(weights: Sequence[Weight]) -> list[int]:
    """
    Give *weights*, any exact numbers, as ints in the same proportion.

    Raises `InvalidValue` where they're empty, negative or all zero.
    """
    if isinstance(weights, str):
        message = f"weights are a list of numbers, not the text {weights!r}"
        raise InvalidValue(message, value=weights)
    given = list(weights)  # once, so that an iterator isn't half used up
    if all(type(weight) is int for weight in given):
        whole: list[int] = given  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType] - all are ints
    else:
        ratios = [exact_number(weight, "a weight").as_integer_ratio() for weight in given]
        scale = 1
        for _, denominator in ratios:
            scale *= denominator
        whole = [numerator * scale // denominator for numerator, denominator in ratios]
    if not whole or min(whole) < 0 or max(whole) == 0:
        message = f"can't split over the weights {given}: give at least one, none negative, and not all zero"
        raise InvalidValue(message, value=tuple(given))
    return whole
