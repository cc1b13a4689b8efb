"""Whose turn it is: at which moment of a call of each kind a client dies, or its server, the next time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

if TYPE_CHECKING:
    from random import Random

    from loyaltykit.testing.crash.figures import Figures


@define
class Turns:
    """
    The moments of each kind of call, in an order drawn by *random*; what is seen, and struck, stands in *figures*.

    Examples:
        >>> from random import Random
        >>> from loyaltykit.testing.crash.figures import Figures
        >>> turns = Turns(Random(7), Figures())
        >>> turns.learn("place", 2)
        >>> first = turns.next()["place"]
        >>> turns.had("place", first)
        >>> turns.next()["place"] != first
        True
    """

    random: Random
    figures: Figures
    _left: dict[str, list[int]] = field(factory=dict, init=False)

    def next(self) -> dict[str, int]:
        """Give the moment whose turn it is, for each kind of call that was seen."""
        return {kind: left[-1] for kind, left in self._left.items()}

    def learn(self, kind: str, length: int) -> None:
        """Note how many moments a call of that *kind* had that was played to its end; pass over those that none has."""
        self.figures.seen(kind, length)
        left = self._left.get(kind)
        if not left or min(left) > length:  # none is left that a call of this length has
            self._again(kind)
        elif left[-1] > length:  # others of the kind are longer: it waits for one
            left.insert(0, left.pop())

    def had(self, kind: str, number: int) -> None:
        """Note that a moment of that *kind* of call has had its turn; when all have, they're drawn again."""
        self.figures.seen(kind, number)
        self.figures.places.add((kind, number))
        self._left[kind].pop()
        if not self._left[kind]:
            self._again(kind)

    def _again(self, kind: str) -> None:
        """Draw anew in which order they have their turn, and one more that may be there."""
        self._left[kind] = [*range(1, self.figures.lengths[kind] + 2)]
        self.random.shuffle(self._left[kind])
