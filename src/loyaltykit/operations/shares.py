"""
What a refund gives back of each part of an order: floored shares of all that was refunded so far, settled exactly by
the full refund, so that many small refunds come to one big one and nothing ever flips sign. Row B2.
"""

from __future__ import annotations

from fractions import Fraction

from attrs import frozen


@frozen
class Refunded:
    """
    That *total* of the *charged* minor units are refunded; *whole* where the order is, also if nothing was charged.

    Examples:
        >>> shares = Refunded(10_000, 41_200)
        >>> shares.of(200), shares.carried(200)
        (48, Fraction(56, 103))
        >>> Refunded(41_200, 41_200, whole=True).of(200)
        200
    """

    total: int
    charged: int
    whole: bool = False

    def of(self, part: int) -> int:
        """Give what is given back of *part*, of no less than zero units."""
        return part if self.whole else part * self.total // self.charged if self.charged else 0

    def carried(self, part: int) -> Fraction:
        """Give what is under way of *part* beside that: less than one unit."""
        if self.whole or not self.charged:
            return Fraction(0)
        return Fraction(part * self.total % self.charged, self.charged)
