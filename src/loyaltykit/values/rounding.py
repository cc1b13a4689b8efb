"""
Rounding of an exact ratio to a whole number of steps: once, at the end, by a named rule.

A ratio is a pair of ints, *numerator* over a positive *denominator*; every function is exact for ints of any size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from loyaltykit.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Callable

Rounding: TypeAlias = Literal["half_up", "half_even", "half_down", "up", "down", "ceiling", "floor"]
"""How a sum that falls between two steps is rounded; ``half_up`` goes away from zero, as on a receipt."""

ROUNDINGS: tuple[Rounding, ...] = get_args(Rounding)


def round_ratio(numerator: int, denominator: int, rounding: Rounding = "half_up", step: int = 1) -> int:
    """
    Give *numerator* ÷ *denominator*, rounded to a multiple of *step* by *rounding*.

    Examples:
        >>> round_ratio(5, 2), round_ratio(-5, 2), round_ratio(5, 2, "half_even")
        (3, -3, 2)
        >>> round_ratio(1234, 1, "down", step=50)
        1200
    """
    try:
        rounder = ROUNDERS[rounding]
    except (KeyError, TypeError):
        message = f"{rounding!r} is no rounding: use one of {', '.join(ROUNDINGS)}"
        raise InvalidValue(message, value=rounding) from None
    return rounder(numerator, denominator * step) * step


def _half_up(n: int, d: int) -> int:
    return (2 * n + d) // (2 * d) if n >= 0 else -((d - 2 * n) // (2 * d))


def _half_down(n: int, d: int) -> int:
    return -((d - 2 * n) // (2 * d)) if n >= 0 else (2 * n + d) // (2 * d)


def _half_even(n: int, d: int) -> int:
    whole, rest = divmod(n, d)
    return whole + (2 * rest > d or (2 * rest == d and whole % 2 == 1))


def _up(n: int, d: int) -> int:
    return -(-n // d) if n >= 0 else n // d


def _down(n: int, d: int) -> int:
    return n // d if n >= 0 else -(-n // d)


def _ceiling(n: int, d: int) -> int:
    return -(-n // d)


def _floor(n: int, d: int) -> int:
    return n // d


ROUNDERS: dict[str, Callable[[int, int], int]] = {
    "half_up": _half_up,
    "half_even": _half_even,
    "half_down": _half_down,
    "up": _up,
    "down": _down,
    "ceiling": _ceiling,
    "floor": _floor,
}
