"""Adjust: points are given or taken by hand, with a description that the member sees. Row S6."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import frozen

from loyaltykit.documents import decisions as codec
from loyaltykit.documents import note
from loyaltykit.documents.form import as_json, opened, understood
from loyaltykit.documents.note import Note
from loyaltykit.errors import InvalidValue
from loyaltykit.ledger.cursor import from_micros, micros
from loyaltykit.operations.book import Book
from loyaltykit.operations.open_member import open_member
from loyaltykit.operations.programs import MAX_SUM
from loyaltykit.operations.requests import Commit, Load
from loyaltykit.values.moment import instant
from loyaltykit.values.points import Points, points_of
from loyaltykit.values.text import id_of, storable

if TYPE_CHECKING:
    from datetime import datetime  # noqa: TC004 - attrs doesn't resolve annotations

    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.reason import Reason  # noqa: TC004
    from loyaltykit.values.point_value import PointValue

MAX_DESCRIPTION = 1_000
"""Characters that a description may have."""


@frozen
class Adjustment:
    """
    What an adjustment came to: the *points* that *member* was given *at* a moment, below zero if they were taken.

    Where fewer were taken than asked for, *reasons* says why.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Points
        >>> Adjustment("m1", Points(50), datetime(2026, 3, 1, tzinfo=timezone.utc)).points
        Points(50)
    """

    member: str
    points: Points
    at: datetime
    reasons: tuple[Reason, ...] = ()


def adjust(
    programs: Programs,
    adjustment_id: str,
    member_id: str,
    points: Points,
    *,
    at: datetime,
    description: str | None = None,
    operator: str | None = None,
) -> Operation[Adjustment]:
    """Give *points* to a member, or take them; they expire as if they were awarded then."""
    at, worth = instant(at, "at"), programs.worth
    ids = id_of("a member", member_id), id_of("an adjustment", adjustment_id)
    if operator is not None:
        id_of("an operator", operator)
    asked = {"points": _units(points, worth), "description": _text(description), "operator": operator}
    book = Book(programs, "adjust", *ids, asked=asked)
    program = programs.at(at)
    yield from programs.published(program)
    key, note_key = programs.key("member", member_id), programs.key("note", member_id, adjustment_id)
    found = yield Load((key, note_key))
    member = yield from open_member(programs, program, member_id, found[key], micros(at))
    given, reasons = member.adjust(points, adjustment_id)
    if given:
        by = None if description is None else adjustment_id
        member.notify("points_adjusted", note=by, points=given, balance=member.balance, description="")
    if given or member.known:
        member.write_into(book)
    written = Note(text=description, operator=operator)
    if given and written != Note():
        book.write(note_key, found[note_key].version, note.encode(written))
    adjustment = Adjustment(member_id, given, at, reasons)
    read = partial(decode, programs.key("adjust", *ids), worth=worth)
    committed = yield Commit(book.change(encode(adjustment, worth)), read)
    return read(committed.result) if committed.replayed else adjustment


def _units(points: Points, worth: PointValue) -> int:
    if type(points) is not Points or not points:
        message = f"an adjustment gives or takes Points(…), and not none: not {points!r}"
        raise InvalidValue(message, value=points)
    units = points.with_digits(worth.digits).minor
    if abs(units) > MAX_SUM:
        message = f"an adjustment of {points} points is more than {MAX_SUM} units, which ledgers can't add up"
        raise InvalidValue(message, value=points)
    return units


def _text(description: object) -> str | None:
    if description is None:
        return None
    if not (isinstance(description, str) and 0 < len(description) <= MAX_DESCRIPTION and storable(description)):
        message = f"a description is text of 1 to {MAX_DESCRIPTION} characters that a store can hold"
        raise InvalidValue(message, value=description)
    return description


def encode(adjustment: Adjustment, worth: PointValue) -> str:
    """Give the result that a receipt keeps of *adjustment*."""
    return as_json(
        {
            "v": 1,
            "member": adjustment.member,
            "points": adjustment.points.with_digits(worth.digits).minor,
            "at": micros(adjustment.at),
            "reasons": [codec.written_reason(reason, worth) for reason in adjustment.reasons],
        }
    )


@understood
def decode(operation_id: str, result: str, worth: PointValue) -> Adjustment:
    """Read the *result* that the receipt of *operation_id* keeps; raises `StoreTooNew`."""
    raw: dict[str, Any] = opened(operation_id, result)
    reasons = tuple([codec.read_reason(code, figures, worth) for code, figures in raw["reasons"]])
    return Adjustment(raw["member"], points_of(raw["points"], worth.digits), from_micros(raw["at"]), reasons)
