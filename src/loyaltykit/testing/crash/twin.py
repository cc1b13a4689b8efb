"""The twin of a store under test: the same script, played in memory without interruption, and its states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.ledger.repository import Receipt
from loyaltykit.testing.contract.trial import State, state_of
from loyaltykit.testing.crash.script import PROGRAM, client_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyaltykit.ledger.repository import Change, Committed
    from loyaltykit.program.program import Program
    from loyaltykit.testing.crash.script import Step


@frozen
class Played:
    """What came of a step: its *result*, its *operations*, and the *states* before it and after each of its commits."""

    result: str
    operations: tuple[str, ...]
    states: tuple[State, ...]


@frozen
class Twin:
    """
    All that a *script* comes to, step by step, and the receipt of every operation that it commits.

    Examples:
        >>> from loyaltykit.testing.crash.script import drawn_script
        >>> twin = twin_of(drawn_script("7", cycles=1))
        >>> len(twin.steps), len(twin.operations)
        (14, 14)
    """

    steps: tuple[Played, ...]
    receipts: dict[str, Receipt | None]

    @property
    def operations(self) -> tuple[str, ...]:
        """The id of every operation, in their order."""
        return tuple(self.receipts)


def twin_of(script: Sequence[Step], program: Program = PROGRAM) -> Twin:
    """
    Play *script* without interruption, under *program*.

    Examples:
        >>> twin_of([]).steps
        ()
    """
    operations = _committed(script, program)
    store = _Recording(operations)
    loyalty = client_of(store, program)
    steps = []
    for step in script:
        store.begin()
        result = step.played(loyalty)
        steps.append(Played(result, tuple(store.committed), tuple(store.states)))
    return Twin(tuple(steps), {operation: store.receipt(operation) for operation in operations})


def _committed(script: Sequence[Step], program: Program) -> tuple[str, ...]:
    """Give the ids of all operations that *script* commits."""
    store = _Recording()
    loyalty = client_of(store, program)
    for step in script:
        step.played(loyalty)
    return tuple(store.committed)


class _Recording(MemoryRepository):
    """A store that notes what was committed, and, where it knows the *operations* to ask for, the state after each."""

    def __init__(self, operations: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._operations = operations
        self.committed: list[str] = []
        self.states: list[State] = []

    def begin(self) -> None:
        """Forget what was noted but for the state as it is."""
        self.committed = []
        self.states = [state_of(self, *self._operations)]

    def commit(self, change: Change, /) -> Committed:
        committed = super().commit(change)
        self.committed.append(change.operation_id)
        if self._operations:
            self.states.append(state_of(self, *self._operations))
        return committed
