"""Long runs in parts: each has a seed of its own, and is noted in a file when it's done."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from attrs import asdict, define, field, frozen

from loyaltykit.errors import InvalidValue
from loyaltykit.testing.crash.figures import Figures
from loyaltykit.testing.crash.harness import Crashes
from loyaltykit.testing.crash.outages import Outages

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from loyaltykit.testing.contract.factory import Factory

KILLED: Final[dict[str, type[Crashes | Outages]]] = {"clients": Crashes, "server": Outages}
"""Who is killed."""

EACH: Final = {"clients": 250, "server": 50}
"""Kills of a part."""


@frozen
class Part:
    """
    A part of a run on stores of the *factory* of that name: *kills* of clients, or of their server, from *seed*.

    Examples:
        >>> from loyaltykit.testing.contract.factories import sqlite_file
        >>> Part("sqlite", "clients", seed=7, kills=2).played(sqlite_file()).kills.total()
        2
    """

    factory: str
    killed: str
    seed: int
    kills: int

    def played(self, factory: Factory) -> Figures:
        """Play it; raises `Violated` where *factory*'s store didn't bear it."""
        return KILLED[self.killed](factory, seed=self.seed).run(self.kills)


def parts_of(factory: str, killed: str, *, seed: int, kills: int) -> list[Part]:
    """
    Divide so many *kills* into parts whose seeds follow each other from *seed* on.

    Examples:
        >>> [(part.seed, part.kills) for part in parts_of("sqlite", "clients", seed=7, kills=600)]
        [(7, 250), (8, 250), (9, 100)]
    """
    each = EACH[killed]
    return [Part(factory, killed, seed + at // each, min(each, kills - at)) for at in range(0, kills, each)]


def share_of(parts: Sequence[Part], share: str) -> Sequence[Part]:
    """
    Give the *share* of *parts* that one of several runs plays: ``2/4`` is the second of four.

    Examples:
        >>> [part.seed for part in share_of(parts_of("sqlite", "server", seed=1, kills=300), "2/4")]
        [2, 6]
    """
    which, slash, of = share.partition("/")
    if not (slash and which.isdecimal() and of.isdecimal() and 1 <= int(which) <= int(of)):
        message = f"a share is such as 2/4, the second of four, not {share!r}"
        raise InvalidValue(message, value=share)
    return parts[int(which) - 1 :: int(of)]


@define
class Done:
    """
    The figures of the parts that are done; those noted in the file at *path*, if there's one, are there from the start.

    Examples:
        >>> done, part = Done(), Part("sqlite", "clients", seed=7, kills=1)
        >>> done.note(part, Figures(acknowledged=3))
        >>> part in done.parts, done.sum([part]).acknowledged
        (True, 3)
    """

    path: Path | None = None
    parts: dict[Part, Figures] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        """Read the file."""
        lines = self.path.read_text().splitlines() if self.path and self.path.exists() else []
        for raw in map(json.loads, lines):
            figures = Figures.read(raw.pop("figures"))
            self.parts[Part(**raw)] = figures

    def note(self, part: Part, figures: Figures) -> None:
        """Note that *part* is done, at the end of the file."""
        self.parts[part] = figures
        if self.path:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a") as file:
                file.write(json.dumps(asdict(part) | {"figures": figures.written()}) + "\n")

    def sum(self, parts: Iterable[Part]) -> Figures:
        """Give the figures of those of *parts* that are done, added up."""
        total = Figures()
        for part in parts:
            total.add(self.parts.get(part, Figures()))
        return total
