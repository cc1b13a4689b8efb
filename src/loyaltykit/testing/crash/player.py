"""A client that plays through outages, as the harness sees it: what it has said since the last one, and its judge."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Final

from attrs import astuple, define, field, frozen

from loyaltykit.testing.contract.verdict import Violated, check, same

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loyaltykit.testing.contract.factory import Store
    from loyaltykit.testing.crash.client import Strike
    from loyaltykit.testing.crash.clients import Client
    from loyaltykit.testing.crash.figures import Figures
    from loyaltykit.testing.crash.judge import Judge
    from loyaltykit.testing.crash.turns import Turns

ERRORS: Final = {"CommitUnknown", "StoreUnavailable"}
"""What a client may be told when the server is gone."""


@frozen
class Moment:
    """The *number* of a moment that a client has reached in a call of that *kind*, and before *what* it is."""

    kind: str
    number: int
    what: str


@define(eq=False)
class Player:
    """
    A *client* in the middle of its script, with its *judge*.

    *refused* are operations of which it was told that nothing was written, *unknown* those that may have been;
    *waits* says that it's been told an error and waits to go on, *gone* that it has played to its end.
    """

    client: Client
    judge: Judge
    acknowledged: list[str] = field(factory=list, init=False)
    refused: list[str] = field(factory=list, init=False)
    unknown: set[str] = field(factory=set, init=False)
    waits: bool = field(default=False, init=False)
    gone: bool = field(default=False, init=False)

    @property
    def kind(self) -> str:
        """The kind of the call that it's in."""
        return self.judge.script[self.judge.position + len(self.acknowledged)].kind

    def go_on(self, strike: Strike) -> None:
        """Have it go on, and tell it where the server is to be killed."""
        self.waits = False
        self.client.tell(*astuple(strike))

    def hear(self, figures: Figures, turns: Turns) -> Moment | None:
        """Take in what it says next; give the moment if it's reached the one at which the server is to be killed."""
        word, *rest = self.client.word() or ["gone"]
        if word == "killed":
            return Moment(self.kind, *rest)
        if word == "done":
            turns.learn(self.kind, rest[1])
            self.acknowledged.append(rest[0])
        elif word == "commit":
            self._commit_failed(*rest)
        elif word == "told":
            figures.told[rest[0]] += 1
            self.waits = True
        else:
            self.gone = True
            self.client.end()
        return None

    def _commit_failed(self, error: str, operation: str) -> None:
        """Note what a commit was told: what is refused isn't there, unless the same was tried before."""
        check(error in ERRORS, f"a commit of {operation} was told {error} where the server was gone")
        if error == "CommitUnknown":
            self.unknown.add(operation)
        elif operation not in self.unknown:
            self.refused.append(operation)

    def judged(self, store: Store) -> None:
        """See in *store* what has become of all that was said since the last outage."""
        acknowledged, refused, self.acknowledged, self.refused = self.acknowledged, self.refused, [], []
        self.judge.hear(store, acknowledged)
        for operation in refused:
            same(store.receipt(operation), None, f"what is kept of {operation}, of which StoreUnavailable was told,")
        self.judge.nothing_partial(store)


@contextmanager
def ended(players: Sequence[Player]) -> Iterator[None]:
    """
    Kill the clients of all *players* afterwards; that one had ended by itself is told where nothing worse was.

    Examples:
        >>> with ended([]):
        ...     print("played")
        played
    """
    try:
        yield
    except BaseException:
        with suppress(Violated):
            _end(players)
        raise
    _end(players)


def _end(players: Sequence[Player]) -> None:
    """Kill all, then see each end, whatever is found of the others."""
    with ExitStack() as stack:
        for each in players:
            each.client.kill()
            stack.callback(each.client.end)
