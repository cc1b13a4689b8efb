"""What a store shows at once of one program, as a store of its own: it's read once, and judged from every side."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.testing.contract.trial import State, all_due, all_entries, all_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyaltykit.ledger.repository import Receipt
    from loyaltykit.testing.contract.factory import Store

NONE: Final[Mapping[str, Receipt | None]] = MappingProxyType({})


class Copy(MemoryRepository):
    """
    A copy of *state*, which it keeps.

    Examples:
        >>> copy_of(MemoryRepository(), ["o1"]).state.receipts
        {'o1': None}
    """

    def __init__(self, state: State) -> None:
        super().__init__()
        self.state = state
        self._documents = dict(state.documents)
        self._entries = list(state.entries)
        self._due = {due.key: due.moment for due in state.due}
        self._receipts = {name: receipt for name, receipt in state.receipts.items() if receipt is not None}


def copy_of(
    store: Store,
    operations: Iterable[str],
    *,
    known: Mapping[str, Receipt | None] = NONE,
    program: str | None = None,
) -> Copy:
    """
    Give a copy of all that *store* shows of *program*, or of all, with the receipts of *operations*.

    Those that are *known* aren't asked for: there can be thousands.

    Examples:
        >>> copy_of(MemoryRepository(), [], program="city").keys("", after=None, limit=1)
        []
    """
    prefix = "" if program is None else f'["{program}",'
    keys = all_keys(store, prefix=prefix)
    return Copy(
        State(
            documents=dict(store.load(keys)),
            entries=[entry for entry in all_entries(store) if entry.account.startswith(prefix)],
            due=[due for due in all_due(store) if due.key.startswith(prefix)],
            receipts={**known, **{name: store.receipt(name) for name in operations}},
        )
    )
