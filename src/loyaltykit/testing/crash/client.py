"""
A client: it plays a script over the store and acknowledges each call; it dies when it's told to, or bears that its
server does.
"""

from __future__ import annotations

import json
import signal
import time
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from attrs import define, field, frozen

from loyaltykit.errors import CommitUnknown, LoyaltyError, StoreUnavailable
from loyaltykit.loyalty.observe import Retry
from loyaltykit.testing.crash.script import client_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence  # noqa: TC004 - attrs doesn't resolve annotations

    from loyaltykit.ledger.repository import Change, Committed, Receipt, Versioned
    from loyaltykit.loyalty.loyalty import Loyalty
    from loyaltykit.program.program import Program
    from loyaltykit.testing.contract.factory import Store
    from loyaltykit.testing.crash.script import Step
    from loyaltykit.testing.crash.tracing import Traced

COMMITTED = "a commit's return"
ACKNOWLEDGING = "the acknowledgement"

TWICE: Final = Retry(attempts=2, longest=0.01)
"""A commit of unknown outcome is tried once more at once, and then left until the server is back."""


def killed() -> None:
    """Kill this process by SIGKILL, which nothing can catch."""
    signal.raise_signal(signal.SIGKILL)


@define
class Moments:
    """
    The moments of a client's calls, counted anew in each: before every statement, behind every commit, before the end.

    *turns* has at which moment of a call of each kind to *die*, or *word* before which statement of any; those that
    they don't name are played to their end. What is reached is *said* first.

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
    die: Callable[[], object] = killed
    word: str | None = None
    kind: str = field(default="", init=False)
    number: int = field(default=0, init=False)

    def begin(self, kind: str) -> None:
        """Begin a call of that *kind*."""
        self.kind, self.number = kind, 0

    def pass_by(self, what: str) -> None:
        """Come to the moment before *what*, and die there if it's this one."""
        self.number += 1
        named = self.word is not None and what.startswith(self.word)
        if named or self.number == self.turns.get(self.kind):
            self.turns, self.word = {}, None
            self.say("killed", self.number, what)
            self.die()


@frozen
class Strike:
    """
    Where the server is to be killed: at the moments of *turns*, or before a statement that begins with *word*.

    The client *waits* there until it's gone; or else goes on after a *pause*, in seconds, and meets it on its way.
    """

    turns: Mapping[str, int]
    word: str | None
    waits: bool
    pause: float = 0.0

    def take_over(self, moments: Moments, wait: Callable[[], object]) -> None:
        """Have *moments* strike here; *wait* is how one waits."""
        moments.turns, moments.word = self.turns, self.word
        moments.die = wait if self.waits else partial(time.sleep, self.pause)


@define
class Told:
    """
    A repository over *store* that passes a moment behind each commit, and says what a commit that fails is told.
    """

    store: Store
    moments: Moments

    def load(self, keys: Sequence[str], /) -> Mapping[str, Versioned]:
        """Load from the store."""
        return self.store.load(keys)

    def commit(self, change: Change, /) -> Committed:
        """Commit to the store; then the moment passes at which the caller doesn't know of it yet."""
        try:
            committed = self.store.commit(change)
        except LoyaltyError as error:
            self.moments.say("commit", type(error).__name__, change.operation_id)
            raise
        self.moments.pass_by(COMMITTED)
        return committed

    def receipt(self, operation_id: str, /) -> Receipt | None:
        """Ask the store."""
        return self.store.receipt(operation_id)


class Pipe(Protocol):
    """What a client speaks into, and hears from: the end of a pipe."""

    def send_bytes(self, text: bytes, /) -> None:
        """Say *text*."""
        ...

    def recv_bytes(self) -> bytes:
        """Hear what is said next."""
        ...


def play(
    factory: Traced,
    script: Sequence[Step],
    turns: Mapping[str, int],
    pipe: Pipe,
    die: Callable[[], None] = killed,
) -> None:
    """Play *script* over the store of *factory*, acknowledging each call on *pipe*; die where *turns* say so."""
    moments = Moments(turns, partial(_say, pipe), die)
    moments.say("begun")
    try:
        store = factory.trace(moments.pass_by)
        loyalty = client_of(Told(store, moments), reader=store)
        for step in script:
            moments.begin(step.kind)
            _acknowledge(moments, step.played(loyalty))
    except Exception as error:  # noqa: BLE001 - judged by the one who listens
        moments.say("failed", repr(error))


def play_through(factory: Traced, script: Sequence[Step], program: Program, pipe: Pipe) -> None:
    """
    Play *script* under *program* while the server comes and goes, over one repository of *factory*.

    What ends a call is said on *pipe*; the call is made again when it's told there to go on, with the moments at which
    the server is to be killed.
    """

    def wait() -> Strike:
        return Strike(*json.loads(pipe.recv_bytes()))

    moments = Moments({}, partial(_say, pipe))
    try:
        store = factory.trace(moments.pass_by)
        loyalty = client_of(Told(store, moments), program, reader=store, retry=TWICE)
        moments.say("begun")
        wait().take_over(moments, wait)
        for step in script:
            _acknowledge(moments, _through(step, loyalty, moments, wait))
    except Exception as error:  # noqa: BLE001 - judged by the one who listens
        moments.say("failed", repr(error))


def _through(step: Step, loyalty: Loyalty, moments: Moments, wait: Callable[[], Strike]) -> str:
    """Make the call of *step* until it's answered; give its result."""
    while True:
        moments.begin(step.kind)
        try:
            return step.played(loyalty)
        except (StoreUnavailable, CommitUnknown) as error:
            moments.say("told", type(error).__name__)
            wait().take_over(moments, wait)


def _acknowledge(moments: Moments, result: str) -> None:
    moments.pass_by(ACKNOWLEDGING)
    moments.say("done", result, moments.number)


def _say(pipe: Pipe, *words: object) -> None:
    pipe.send_bytes(json.dumps(words).encode())
