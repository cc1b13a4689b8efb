"""
Every posting of points, one after the other, by whose it is, what for and why. Rows S4, S5, R11.

Postings are read a page at a time, with the orders that they're for and the descriptions of adjustments; behind those
that are booked stand those that time has done and nobody has booked yet. So a list of millions takes no more room than
a page of it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypedDict

from attrs import frozen

from loyaltykit.documents import detail, note
from loyaltykit.documents.order import decode
from loyaltykit.errors import InvalidValue
from loyaltykit.facts.order import Order
from loyaltykit.ledger.account import ADJUSTED, EXPIRED, FORGOTTEN, ISSUED, OPENING, REDEEMED
from loyaltykit.ledger.card import CARD_BOUGHT
from loyaltykit.ledger.cursor import entry_cursor, from_micros, micros
from loyaltykit.operations.requests import Look, ReadEntries
from loyaltykit.operations.run_due import due_page
from loyaltykit.operations.statement import line_of, unbooked
from loyaltykit.reports.reading import PAGE, loaded, within
from loyaltykit.settings.kind import hint_for, shown
from loyaltykit.values.moment import in_zone
from loyaltykit.values.points import Points

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from loyaltykit.documents.detail import Detail
    from loyaltykit.documents.note import Note
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.operations.statement import StatementLine
    from loyaltykit.reports.reading import Page

KINDS: Final = (ISSUED, REDEEMED, CARD_BOUGHT, EXPIRED, ADJUSTED, OPENING, FORGOTTEN)
"""What a posting may be: a kind that a report may ask for."""

BY_POSTING: Final = ("kind", "rule", "revision")
"""What a posting itself says, and a report may ask for."""

BY_ORDER: Final = ("branch", "service")
"""What the order says that it's for."""

MICROSECOND: Final = timedelta(microseconds=1)

LATEST: Final = micros(datetime.max.replace(tzinfo=UTC))
"""The last moment that there is."""

NO_ORDER: Final = Order(id="none")
"""What stands for the order of a posting that is for none."""


@frozen(kw_only=True)
class PointsRow:
    """
    *points* that came to a *member* *at* a moment, in the program's time zone, or left them where they're below zero.

    *kind* is ``issued``, below zero where it was taken back, ``redeemed``, above zero where it was given back,
    ``card_bought``, ``expired``, ``adjusted``, ``opening`` or ``forgotten``. *order*, with its *branch* and *service*,
    *rule* and *revision* say what for, where there's such, *description* what was written to an adjustment, *operator*
    who made it (S6). *operation* is the id of what booked it, None where time has done it and nothing has booked it
    yet.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Points, PointsRow
        >>> at = datetime(2026, 3, 1, tzinfo=timezone.utc)
        >>> PointsRow(at=at, member="m1", kind="issued", points=Points(41), order="o1", rule="cashback").branch is None
        True
    """

    at: datetime
    member: str
    kind: str
    points: Points
    order: str | None = None
    rule: str | None = None
    branch: str | None = None
    service: str | None = None
    revision: str | None = None
    operation: str | None = None
    description: str | None = None
    operator: str | None = None


class Only(TypedDict, total=False):
    """What postings a report may be about alone: those of a member, a branch and so on."""

    member: str | None
    branch: str | None
    service: str | None
    kind: str | None
    rule: str | None
    revision: str | None


@frozen(kw_only=True)
class Wanted:
    """
    Which postings a report is about: up to and with *at*, from *start* up to *end*, and *only* those.

    Examples:
        >>> from datetime import datetime, timezone
        >>> wanted = wanted_points({"rule": "cashback"}, at=datetime(2026, 3, 1, tzinfo=timezone.utc))
        >>> wanted.until.isoformat(), wanted.by_posting
        ('2026-03-01T00:00:00.000001+00:00', (('rule', 'cashback'),))
    """

    at: datetime
    start: datetime | None
    until: datetime
    member: str | None
    by_posting: tuple[tuple[str, str], ...]
    by_order: tuple[tuple[str, str], ...]

    def within(self, moment: datetime) -> bool:
        """Say whether *moment* lies between the bounds."""
        return (self.start is None or self.start <= moment) and moment < self.until

    def has(self, told: Detail | StatementLine) -> bool:
        """Say whether the report is about a posting of which so much is *told*, its order left aside."""
        return all(getattr(told, name) == value for name, value in self.by_posting)

    def has_order(self, order: Order) -> bool:
        """Say whether the report is about postings for *order*."""
        return all(getattr(order, name) == value for name, value in self.by_order)


def wanted_points(only: Only, *, at: datetime, start: datetime | None = None, end: datetime | None = None) -> Wanted:
    """
    Give which postings a report is about; raises `InvalidValue` for a kind that there isn't, or a period without end.
    """
    unknown = sorted(only.keys() - Only.__annotations__.keys())
    if unknown:
        message = f"postings can't be told apart by {unknown[0]!r}: {hint_for(unknown[0], Only.__annotations__)}"
        raise InvalidValue(message, value=unknown[0])
    kind = only.get("kind")
    if kind is not None and kind not in KINDS:
        message = f"{shown(kind)} is no kind of posting: {hint_for(kind, KINDS)}"
        raise InvalidValue(message, value=kind)
    bounds = within(at, start, end)
    until = bounds.at + 1 if bounds.end is None else min(bounds.end, bounds.at + 1)
    return Wanted(
        at=at,
        start=None if bounds.start is None else from_micros(bounds.start),
        until=from_micros(min(until, LATEST)),
        member=only.get("member"),
        by_posting=_told(only, BY_POSTING),
        by_order=_told(only, BY_ORDER),
    )


def _told(only: Any, names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple([(name, only[name]) for name in names if only.get(name) is not None])


def booked_points(programs: Programs, wanted: Wanted, after: str | None) -> Operation[Page[PointsRow]]:
    """Give the rows of a page of entries."""
    account = None if wanted.member is None else programs.key("member", wanted.member)
    page = yield ReadEntries(account=account, start=wanted.start, end=wanted.until, after=after, limit=PAGE)
    found = [
        (member, said, entry)
        for entry in page
        if (member := programs.member_of(entry.account)) is not None
        and wanted.has(said := detail.decode(entry.operation, entry.detail))
    ]
    notes = yield from _notes(programs, [(member, said.adjustment) for member, said, _ in found])
    digits = programs.worth.digits
    lines = [
        (member, line_of(said, entry, digits, notes.get((member, said.adjustment)))) for member, said, entry in found
    ]
    return (yield from _rows(programs, wanted, lines)), entry_cursor(page[-1]) if len(page) == PAGE else None


def unbooked_points(programs: Programs, wanted: Wanted, after: str | None) -> Operation[Page[PointsRow]]:
    """Give the rows of what time has done to a page of members and nobody has booked yet."""
    if wanted.member is None:
        due = yield from due_page(programs, at=wanted.at, after=after, limit=PAGE)
        members, behind = [programs.member_of(key) for key in due.keys], due.after
    else:
        members, behind = [wanted.member], None
    keys = {programs.key("member", member): member for member in members if member is not None}
    found = (yield Look(tuple(keys))) if keys else {}
    lines = [
        (member, line)
        for key, member in keys.items()
        for line in unbooked(programs, member, found[key], wanted.at)
        if wanted.within(line.at) and wanted.has(line)
    ]
    return (yield from _rows(programs, wanted, lines)), behind


STAGES: Final[tuple[Callable[[Programs, Wanted, str | None], Operation[Page[PointsRow]]], ...]] = (
    booked_points,
    unbooked_points,
)
"""What gives the pages of postings, one behind the other."""


def _notes(
    programs: Programs, adjustments: Iterable[tuple[str, str | None]]
) -> Operation[dict[tuple[str, str | None], Note]]:
    """Give what was written to *adjustments* of members, by both their ids; nothing of what was erased since."""
    keys = {programs.key("note", member, by): (member, by) for member, by in adjustments if by is not None}
    found = (yield Look(tuple(keys))) if keys else {}
    return {ids: note.decode(key, found[key].body) for key, ids in keys.items()}


def _rows(programs: Programs, wanted: Wanted, lines: Sequence[tuple[str, StatementLine]]) -> Operation[list[PointsRow]]:
    """Give the rows of members' *lines* with the orders that they're for, of those that the report is about."""
    named = dict.fromkeys(line.order for _, line in lines if line.order is not None)
    bodies = yield from loaded(programs, "order", named)
    currency = programs.worth.currency
    placed = {order_id: decode(order_id, body, currency) for order_id, body in bodies.items()}
    orders = {order_id: NO_ORDER if each is None else each.order for order_id, each in placed.items()}
    told = [(member, line, orders.get(line.order or "", NO_ORDER)) for member, line in lines]
    return [
        PointsRow(
            at=in_zone(line.at, programs.zone),
            member=member,
            kind=line.kind,
            points=line.points,
            order=line.order,
            rule=line.rule,
            branch=order.branch,
            service=order.service,
            revision=line.revision,
            operation=line.operation,
            description=line.description,
            operator=line.operator,
        )
        for member, line, order in told
        if wanted.has_order(order)
    ]
