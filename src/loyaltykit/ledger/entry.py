"""Entries: what is booked, by double entry. Once written, never changed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from loyaltykit.errors import InvalidValue
from loyaltykit.values.moment import instant
from loyaltykit.values.text import MAX_TEXT, is_id

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime  # noqa: TC004 - attrs doesn't resolve annotations


MAX_AMOUNT = 2**63 - 1
"""The largest amount of one entry, so that any database's whole numbers hold it."""


def _at(value: datetime) -> datetime:
    return instant(value, "an entry's moment")


def _id(_entry: Any, attribute: Any, value: Any) -> None:
    if not (isinstance(value, str) and is_id(value)):
        message = f"an entry's {attribute.name} is text of 1 to {MAX_TEXT} characters, not {value!r}"
        raise InvalidValue(message, value=value)


def _amount(_entry: Any, _attribute: Any, value: Any) -> None:
    if type(value) is not int or abs(value) > MAX_AMOUNT:
        message = f"an entry's amount is a whole number up to {MAX_AMOUNT}, as 64 bits hold it, not {value!r}"
        raise InvalidValue(message, value=value)


@frozen(kw_only=True)
class Entry:
    """
    One side of a booking: *amount* smallest units of *unit* go to *account*, or leave it where it's negative.

    *at* is the moment for which it's booked, in UTC; *operation* the id of what booked it, *line* its place there from
    0. *detail* is JSON text that the library alone reads. In every operation each unit's amounts sum to zero (B10).

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit.ledger.entry import Entry
        >>> at = datetime(2026, 3, 1, tzinfo=timezone.utc)
        >>> Entry(at=at, operation="complete o1", line=0, account="member/m1", unit="points", amount=41).amount
        41
    """

    at: datetime = field(converter=_at)
    operation: str
    line: int
    account: str = field(validator=_id)
    unit: str = field(validator=_id)
    amount: int = field(validator=_amount)
    detail: str = "{}"


def unbalanced(entries: Iterable[Entry]) -> dict[str, int]:
    """
    Give the units whose amounts don't sum to zero, with what's left of each.

    Examples:
        >>> unbalanced([])
        {}
    """
    sums: Counter[str] = Counter()
    for entry in entries:
        sums[entry.unit] += entry.amount
    return {unit: amount for unit, amount in sorted(sums.items()) if amount}
