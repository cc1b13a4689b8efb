"""
Cursors: where a page ended, as text that a caller hands back and never reads.

A cursor is a JSON array of what its list is ordered by, the moment first as whole microseconds since 1970 in UTC.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from loyaltykit.errors import InvalidValue
from loyaltykit.values.moment import aware
from loyaltykit.values.text import storable

if TYPE_CHECKING:
    from loyaltykit.ledger.entry import Entry
    from loyaltykit.ledger.repository import Due

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_SURROGATES = range(0xD800, 0xE000)
"""Numbers between those of characters that are none themselves."""


def micros(moment: datetime) -> int:
    """
    Give an aware *moment* as whole microseconds since 1970 in UTC: as exact, and as ordered, as the moment itself.

    Raises `NaiveMoment` where the time zone is missing.

    Examples:
        >>> from datetime import datetime, timezone
        >>> micros(datetime(1970, 1, 1, 0, 0, 1, tzinfo=timezone.utc))
        1000000
    """
    return (aware(moment) - _EPOCH) // _MICROSECOND


def from_micros(count: int) -> datetime:
    """
    Give the moment of *count* microseconds since 1970, in UTC.

    Examples:
        >>> from_micros(1_000_000).isoformat()
        '1970-01-01T00:00:01+00:00'
    """
    return _EPOCH + timedelta(microseconds=count)


def entry_cursor(entry: Entry) -> str:
    """
    Give the cursor behind *entry*.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit.ledger.entry import Entry
        >>> at = datetime(1970, 1, 1, tzinfo=timezone.utc)
        >>> entry_cursor(Entry(at=at, operation="complete o1", line=2, account="member/m1", unit="points", amount=41))
        '[0, "complete o1", 2]'
    """
    return json.dumps([micros(entry.at), entry.operation, entry.line])


def due_cursor(due: Due) -> str:
    """
    Give the cursor behind *due*.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit.ledger.repository import Due
        >>> due_cursor(Due("member/m1", datetime(1970, 1, 1, tzinfo=timezone.utc)))
        '[0, "member/m1"]'
    """
    return json.dumps([micros(due.moment), due.key])


def behind_entry(cursor: str) -> tuple[int, str, int]:
    """
    Give moment, operation and line of the entry that *cursor* stands behind; raises `InvalidValue` for other text.

    Examples:
        >>> behind_entry('[0, "complete o1", 2]')
        (0, 'complete o1', 2)
    """
    match _parts(cursor):
        case [at, operation, line] if _is_count(at) and _is_text(operation) and _is_count(line):
            return at, operation, line
    raise _refusal(cursor)


def behind_due(cursor: str) -> tuple[int, str]:
    """
    Give moment and key of the document that *cursor* stands behind; raises `InvalidValue` for other text.

    Examples:
        >>> behind_due('[0, "member/m1"]')
        (0, 'member/m1')
    """
    match _parts(cursor):
        case [at, key] if _is_count(at) and _is_text(key):
            return at, key
    raise _refusal(cursor)


def key_range(prefix: str, after: str | None) -> tuple[str, str | None]:
    r"""
    Give from where on, and up to where, keys stand that begin with *prefix*, those behind the key *after*; None for the
    latter is no end.

    One bound below is enough, since no key has control characters; of two, SQLite would look for the first alone, and
    read each page from the beginning.

    Examples:
        >>> key_range("member/", None), key_range("member/", "member/m1"), key_range("", None)
        (('member/', 'member0'), ('member/m1\x01', 'member0'), ('', None))
    """
    begin = prefix if after is None or after < prefix else f"{after}\x01"
    kept = prefix.rstrip(chr(sys.maxunicode))
    if not kept:
        return begin, None
    following = ord(kept[-1]) + 1
    return begin, kept[:-1] + chr(following if following != _SURROGATES.start else _SURROGATES.stop)


def _parts(cursor: str) -> Any:
    try:
        return json.loads(cursor)
    except (ValueError, TypeError, RecursionError):
        raise _refusal(cursor) from None


def _is_count(part: object) -> bool:
    return type(part) is int and abs(part) < 2**63


def _is_text(part: object) -> bool:
    return isinstance(part, str) and storable(part)


def _refusal(cursor: object) -> InvalidValue:
    message = f"{cursor!r} is no cursor of this list: hand back the one that the page before gave"
    return InvalidValue(message, value=cursor)
