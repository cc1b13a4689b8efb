"""The judge: what kills have left in a store, by the twin that nothing interrupted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.testing.contract.verdict import check, same
from loyaltykit.testing.crash.books import check_books
from loyaltykit.testing.crash.copy import copy_of
from loyaltykit.testing.crash.script import client_of
from loyaltykit.testing.crash.twin import twin_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyaltykit.ledger.repository import Receipt
    from loyaltykit.program.program import Program
    from loyaltykit.testing.contract.factory import Store
    from loyaltykit.testing.crash.copy import Copy
    from loyaltykit.testing.crash.figures import Figures
    from loyaltykit.testing.crash.script import Step
    from loyaltykit.testing.crash.twin import Played


class Judge:
    """
    Who judges what clients of *script* have left of *program*; *position* is the step that isn't acknowledged yet.

    *shared* tells that others' programs are in the store, too. What comes of the calls in flight is counted in
    *figures*. Each method raises `Violated` where the store didn't bear it.
    """

    def __init__(self, script: Sequence[Step], program: Program, figures: Figures, *, shared: bool = False) -> None:
        self.script = script
        self.position = 0
        self._program = program
        self._only = program.id if shared else None
        self._figures = figures
        self._twin = twin_of(script, program)
        self._seen: dict[str, Receipt | None] = {}

    @property
    def is_done(self) -> bool:
        """Whether all steps are acknowledged."""
        return self.position == len(self.script)

    def hear(self, store: Store, acknowledged: Sequence[str]) -> None:
        """See that what was *acknowledged* is what it should have been, and is there; go on behind it."""
        for result in acknowledged:
            step = self._twin.steps[self.position]
            same(result, step.result, "an acknowledged result")
            for operation in step.operations:
                kept = store.receipt(operation)
                known = self._twin.receipts[operation]
                same(kept, known, f"what is kept of {operation}, which was acknowledged,")
            self._go_on()
        self._figures.acknowledged += len(acknowledged)

    def look_over(self, store: Store) -> None:
        """See that the receipts of all steps so far are there, those too that were seen long ago."""
        for operation, known in self._seen.items():
            same(store.receipt(operation), known, f"what is kept of {operation}, which was acknowledged long ago,")

    def nothing_partial(self, store: Store) -> None:
        """
        See that *store* agrees with itself, and is as it was before the call in flight or after one of its commits.

        What a client had sent that is gone by now, a server may end while the store is read. It can be one commit at
        most, so what is read a second time is whole.
        """
        try:
            self._agrees(self._copy(store))
        except AssertionError:
            self._agrees(self._copy(store))

    def _copy(self, store: Store) -> Copy:
        asked = self._asked()
        known = {**dict.fromkeys(self._twin.operations), **self._seen}
        return copy_of(store, asked, known=known, program=self._only)

    def _asked(self) -> list[str]:
        """Give the operations whose receipts are asked for: of the call in flight; of all, once the script is done."""
        steps = self._twin.steps if self.is_done else self._twin.steps[self.position : self.position + 1]
        return [operation for step in steps for operation in step.operations]

    def _agrees(self, copy: Copy) -> None:
        check_books(copy, self._program, self._twin.operations)
        if self.is_done:
            check(copy.state == self._twin.steps[-1].states[-1], "the store isn't as the finished script left it")
            return
        step = self._twin.steps[self.position]
        check(copy.state in step.states, "the store is as the script never left it: a call was written in part")
        self._figures.found[_found(step, copy)] += 1

    def repeated_once(self, store: Store) -> None:
        """Repeat the call in flight, twice: it's applied once. Go on behind it."""
        loyalty = client_of(store, self._program)
        step, played = self.script[self.position], self._twin.steps[self.position]
        for time_ in ("first", "second"):
            same(step.played(loyalty), played.result, f"the result of the call in flight, repeated the {time_} time,")
            check(
                self._copy(store).state == played.states[-1],
                f"the store isn't as an uninterrupted one, repeated the {time_} time",
            )
        self._go_on()

    def _go_on(self) -> None:
        """Go on behind a step; its receipts were seen, and are asked for again when the script is done."""
        for operation in self._twin.steps[self.position].operations:
            self._seen[operation] = self._twin.receipts[operation]
        self.position += 1


def _found(step: Played, copy: Copy) -> str:
    """Say how much of *step* is there."""
    if len(step.states) == 1:
        return "with nothing to write"
    if copy.state == step.states[-1]:
        return "applied"
    return "not applied" if copy.state == step.states[0] else "applied in some of its commits"
