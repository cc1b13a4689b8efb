"""Entries: what is booked, by double entry. Once written, never changed."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from loyaltykit.errors import InvalidValue
from loyaltykit.values.moment import instant
from loyaltykit.values.text import storable

if TYPE_CHECKING:
    from collections.abc import Iterable


MAX_AMOUNT = 2**63 - 1
"""The largest amount of one entry, so that any database's whole numbers hold it."""

MAX_NAME: Final = 2048
"""Bytes in UTF-8 that a key, an account, a unit, a digest or an operation's id may have."""

_SURELY_SHORT: Final = MAX_NAME // 4
"""Characters that fit into a name whatever they are: none takes more than four bytes."""

_CONTROL: Final = re.compile("[\0-\x1f\x7f-\x9f]")


def is_name(text: object) -> bool:
    r"""
    Say whether *text* can name something in a store: 1 to 2,048 bytes in UTF-8, and no control character among them.

    Names are longer than ids, since they're made of several.

    Examples:
        >>> is_name('["city","member","m1"]'), is_name(""), is_name("a\n"), is_name("я" * 1025), is_name(None)
        (True, False, False, False, False)
    """
    if not isinstance(text, str):
        return False
    if text.isprintable() and 0 < len(text) <= _SURELY_SHORT:
        return True
    return 0 < len(text) <= MAX_NAME and storable(text) and len(text.encode()) <= MAX_NAME and not _CONTROL.search(text)


def _at(value: datetime) -> datetime:
    if type(value) is datetime and value.tzinfo is UTC:
        return value
    return instant(value, "an entry's moment")


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
    account: str
    unit: str
    amount: int
    detail: str = "{}"

    def __attrs_post_init__(self) -> None:
        """Refuse an account or a unit that is no name, and an amount that no database holds."""
        if not (is_name(self.account) and is_name(self.unit)):
            raise _no_name(self)
        if type(self.amount) is not int or abs(self.amount) > MAX_AMOUNT:
            message = f"an entry's amount is a whole number up to {MAX_AMOUNT}, as 64 bits hold it, not {self.amount!r}"
            raise InvalidValue(message, value=self.amount)


def _no_name(entry: Entry) -> InvalidValue:
    name, value = ("unit", entry.unit) if is_name(entry.account) else ("account", entry.account)
    message = f"an entry's {name} is text of 1 to {MAX_NAME} bytes without control characters, not {value!r}"
    return InvalidValue(message, value=value)


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
