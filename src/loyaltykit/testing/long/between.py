"""What lies between a process and the store: others come first, answers get lost, and at times it's out of reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import define, field

from loyaltykit.errors import CommitUnknown, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from random import Random

    from loyaltykit.ledger.repository import Change, Committed, Receipt, Versioned
    from loyaltykit.testing.contract.factory import Store

OVERTAKEN: Final = 0.02
"""How often another process does something between what this one has loaded and its commit."""

LOST: Final = 0.01
"""How often an answer is lost: of a commit that was written, or of one that wasn't."""

AWAY: Final = 0.003
"""How often the store can't be reached."""


@define
class Between:
    """
    A repository over *store* whose commits meet trouble, drawn from *random*: *overtake* lets somebody else be first.

    Examples:
        >>> from random import Random
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> between = Between(MemoryRepository(), Random(7), lambda: None)
        >>> between.receipt("place o1") is None
        True
    """

    store: Store
    random: Random
    overtake: Callable[[], object]
    _overtaking: bool = field(default=False, init=False)

    def load(self, keys: Sequence[str], /) -> Mapping[str, Versioned]:
        """Load from the store."""
        return self.store.load(keys)

    def receipt(self, operation_id: str, /) -> Receipt | None:
        """Ask the store."""
        return self.store.receipt(operation_id)

    def commit(self, change: Change, /) -> Committed:
        """Commit to the store, if nothing comes between."""
        drawn = self.random.random()
        if drawn < AWAY:
            message = "the store can't be reached: nothing was written"
            raise StoreUnavailable(message)
        if drawn < AWAY + LOST:
            if drawn < AWAY + LOST / 2:
                self.store.commit(change)
            message = "the connection was lost in the middle of a commit"
            raise CommitUnknown(message, operation_id=change.operation_id)
        if drawn < AWAY + LOST + OVERTAKEN and not self._overtaking:
            self._be_overtaken()
        return self.store.commit(change)

    def _be_overtaken(self) -> None:
        self._overtaking = True
        try:
            self.overtake()
        finally:
            self._overtaking = False
