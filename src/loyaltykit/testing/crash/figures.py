"""What kills came to: how many, where, what was found, and which moments have had no turn; parts add up."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING, Any

from attrs import define, field

from loyaltykit.testing.contract.verdict import Violated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@define
class Figures:
    """
    What a run came to: *kills* by where they struck, calls *acknowledged*, calls in flight *found* applied or not, and
    what clients were *told* by a store whose server was gone.

    *places* are the different (kind of call, moment) that were struck, *lengths* the most moments that a call of each
    kind was seen to have; *stores* how many were made.

    Examples:
        >>> one = Figures(kills=Counter({"at random": 2}), lengths={"place": 3}, places={("place", 2)})
        >>> one.missing
        {'place': [1, 3]}
        >>> one.add(Figures(kills=Counter({"at random": 1}), lengths={"place": 4}, places={("place", 1)}))
        >>> one.kills.total(), one.missing, Figures.read(one.written()) == one
        (3, {'place': [3, 4]}, True)
    """

    kills: Counter[str] = field(factory=Counter)
    found: Counter[str] = field(factory=Counter)
    told: Counter[str] = field(factory=Counter)
    places: set[tuple[str, int]] = field(factory=set)
    lengths: dict[str, int] = field(factory=dict)
    acknowledged: int = 0
    stores: int = 0
    seconds: float = 0.0

    @property
    def moments(self) -> int:
        """How many moments calls have, of all kinds."""
        return sum(self.lengths.values())

    @property
    def missing(self) -> dict[str, list[int]]:
        """The moments that have had no turn, by kind of call."""
        left = {
            kind: [number for number in range(1, most + 1) if (kind, number) not in self.places]
            for kind, most in sorted(self.lengths.items())
        }
        return {kind: numbers for kind, numbers in left.items() if numbers}

    @property
    def no_turn(self) -> str:
        """The moments that have had no turn, in words."""
        return "; ".join(f"{kind} {_ranges(numbers)}" for kind, numbers in self.missing.items())

    @contextmanager
    def running(self, seed: int) -> Iterator[None]:
        """Count the time of a run from *seed*; a store that didn't bear it is `Violated` with the seed and the kill."""
        begun = time.monotonic()
        try:
            yield
        except Violated as error:
            message = f"{error}\n(seed {seed}, kill {self.kills.total()})"
            raise Violated(message) from error
        finally:
            self.seconds += time.monotonic() - begun

    def seen(self, kind: str, length: int) -> None:
        """Note that a call of that *kind* has so many moments."""
        self.lengths[kind] = max(length, self.lengths.get(kind, 0))

    def add(self, other: Figures) -> None:
        """Add those of another part."""
        for name in ("kills", "found", "told"):
            getattr(self, name).update(getattr(other, name))
        self.places |= other.places
        for kind, length in other.lengths.items():
            self.seen(kind, length)
        for name in ("acknowledged", "stores", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def written(self) -> dict[str, Any]:
        """Give them as JSON takes them."""
        return {
            "kills": dict(self.kills),
            "found": dict(self.found),
            "told": dict(self.told),
            "places": sorted(map(list, self.places)),
            "lengths": self.lengths,
            "acknowledged": self.acknowledged,
            "stores": self.stores,
            "seconds": round(self.seconds, 3),
        }

    @staticmethod
    def read(raw: dict[str, Any]) -> Figures:
        """Read what `written` gave."""
        read: dict[str, Any] = {name: Counter(raw[name]) for name in ("kills", "found", "told")}
        read["places"] = {(kind, number) for kind, number in raw["places"]}
        return Figures(**raw | read)

    def in_words(self) -> str:
        """
        Give the figures, a line each.

        Examples:
            >>> found = Counter(applied=1)
            >>> print(Figures(kills=Counter({"at random": 2}), found=found, acknowledged=3).in_words())
            2 kills: 2 at random
            of the calls in flight, 1 applied; each repeated, applied once
            3 calls acknowledged, none lost
            0 of 0 moments of calls have had their turn
            0 stores made, 0.0 s
        """
        lines = [
            f"{self.kills.total():,} kills: {_counted(self.kills)}",
            f"of the calls in flight, {_counted(self.found)}; each repeated, applied once",
            *([f"clients were told {_counted(self.told)}"] if self.told else []),
            f"{self.acknowledged:,} calls acknowledged, none lost",
            f"{self.moments - self._left:,} of {self.moments:,} moments of calls have had their turn{self._none()}",
            f"{self.stores:,} stores made, {self.seconds:.1f} s",
        ]
        return "\n".join(lines)

    @property
    def _left(self) -> int:
        return sum(map(len, self.missing.values()))

    def _none(self) -> str:
        return f", none: {self.no_turn}" if self.missing else ""


def _counted(counter: Counter[str]) -> str:
    return ", ".join(f"{count:,} {what}" for what, count in sorted(counter.items()))


def _ranges(numbers: Iterable[int]) -> str:
    """Give rising *numbers*, those that follow each other as one."""
    runs = [[number for _, number in run] for _, run in groupby(enumerate(numbers), lambda each: each[1] - each[0])]
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)
