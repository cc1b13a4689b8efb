"""A client: it plays a script over the store, acknowledges each call, and dies when it's told to."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING, Protocol

from attrs import define, field

from loyaltykit.testing.crash.script import client_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from loyaltykit.ledger.repository import Change, Committed, Receipt, Versioned
    from loyaltykit.testing.contract.factory import Store
    from loyaltykit.testing.crash.script import Step
    from loyaltykit.testing.crash.tracing import Traced

COMMITTED = "a commit's return"
ACKNOWLEDGING = "the acknowledgement"


def killed() -> None:
    """Kill this process by SIGKILL, which nothing can catch."""
    signal.raise_signal(signal.SIGKILL)


@define
class Moments:
    """
    The moments of a client's calls, counted anew in each: before every statement, behind every commit, before the end.

    *turns* has at which moment of a call of each kind to *die*; those that it doesn't name are played to their end.
    What is reached is *said* first.

    Examples:
        >>> said = []
        >>> moments = Moments({"place": 2}, lambda *words: said.append(words), lambda: said.append("dead"))
        >>> moments.begin("place")
        >>> moments.pass_by("BEGIN IMMEDIATE")
        >>> moments.pass_by("COMMIT")
        >>> said
        [('killed', 2, 'COMMIT'), 'dead']
    """

    turns: Mapping[str, int]
    say: Callable[..., None]
    die: Callable[[], None] = killed
    kind: str = field(default="", init=False)
    number: int = field(default=0, init=False)

    def begin(self, kind: str) -> None:
        """Begin a call of that *kind*."""
        self.kind, self.number = kind, 0

    def pass_by(self, what: str) -> None:
        """Come to the moment before *what*, and die there if it's this one."""
        self.number += 1
        if self.number == self.turns.get(self.kind):
            self.say("killed", self.number, what)
            self.die()


@define
class Told:
    """A repository over *store* that passes a moment behind each commit."""

    store: Store
    moments: Moments

    def load(self, keys: Sequence[str], /) -> Mapping[str, Versioned]:
        """Load from the store."""
        return self.store.load(keys)

    def commit(self, change: Change, /) -> Committed:
        """Commit to the store; then the moment passes at which the caller doesn't know of it yet."""
        committed = self.store.commit(change)
        self.moments.pass_by(COMMITTED)
        return committed

    def receipt(self, operation_id: str, /) -> Receipt | None:
        """Ask the store."""
        return self.store.receipt(operation_id)


class Pipe(Protocol):
    """What a client speaks into: the end of a pipe."""

    def send_bytes(self, text: bytes, /) -> None:
        """Say *text*."""
        ...


def play(
    factory: Traced,
    script: Sequence[Step],
    turns: Mapping[str, int],
    pipe: Pipe,
    die: Callable[[], None] = killed,
) -> None:
    """Play *script* over the store of *factory*, acknowledging each call on *pipe*; die where *turns* say so."""

    def say(*words: object) -> None:
        pipe.send_bytes(json.dumps(words).encode())

    moments = Moments(turns, say, die)
    say("begun")
    try:
        store = factory.trace(moments.pass_by)
        loyalty = client_of(Told(store, moments), reader=store)
        for step in script:
            moments.begin(step.kind)
            result = step.played(loyalty)
            moments.pass_by(ACKNOWLEDGING)
            say("done", result, moments.number)
    except Exception as error:  # noqa: BLE001 - judged by the one who listens
        say("failed", repr(error))
