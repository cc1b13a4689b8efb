"""
How reports read a store: orders, members and entries by pages of a hundred, so that no report holds more than its rows.

Each page is an operation, and `summed` goes from page to page and adds up what a pure function makes of each. A report
over a store at work sees each order as it is when its page is read.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from attrs import frozen

from loyaltykit.documents import detail
from loyaltykit.documents import member as member_document
from loyaltykit.documents.order import decode
from loyaltykit.errors import InvalidValue
from loyaltykit.ledger.account import ISSUED
from loyaltykit.ledger.cursor import entry_cursor, micros
from loyaltykit.operations.requests import Look, ReadEntries, ReadKeys
from loyaltykit.operations.stands import charged_of, refunded_of
from loyaltykit.values.moment import instant

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from loyaltykit.documents.member import Member
    from loyaltykit.documents.order import PlacedOrder  # noqa: TC004 - attrs doesn't resolve annotations
    from loyaltykit.ledger.entry import Entry
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.program.program import Program

T = TypeVar("T")

PAGE: Final = 100
"""Documents, keys or entries that are read at a time."""

Page: TypeAlias = "tuple[Sequence[T], str | None]"
"""What a page holds, and the key or cursor behind which the next one stands, None behind the last."""

Sums: TypeAlias = "Counter[tuple[Any, Any]]"
"""Counts and units by what a row is about, and by the figure."""

Roles: TypeAlias = "Callable[[Program], Mapping[str, str]]"
"""What the rules of a program, by their labels, are to a report."""


@frozen
class Within:
    """
    Which orders a report is about: those completed from *start* up to *end*, by *at*; moments in microseconds.

    Examples:
        >>> from loyaltykit import Order
        >>> from loyaltykit.documents.order import PlacedOrder
        >>> told = {"placed_at": 3, "revision": "r1", "status": "completed", "as_of": 3, "limited": True}
        >>> done = PlacedOrder(order=Order(id="o1"), completed_at=5, **told)
        >>> Within(at=9, start=5, end=6).has(done), Within(at=9, start=None, end=5).has(done)
        (True, False)
    """

    at: int
    start: int | None
    end: int | None

    def has(self, placed: PlacedOrder) -> bool:
        """Say whether *placed* was completed then, whatever was refunded of it since."""
        return placed.completed_at is not None and self.holds(placed.completed_at)

    def holds(self, moment: int) -> bool:
        """Say whether *moment* lies within."""
        if moment > self.at:
            return False
        return (self.start is None or self.start <= moment) and (self.end is None or moment < self.end)


def within(at: datetime, start: datetime | None, end: datetime | None) -> Within:
    """
    Give the bounds of a report *at* a moment, over orders completed from *start* up to *end*.

    Raises `NaiveMoment`, and `InvalidValue` for a period that ends before it starts.

    Examples:
        >>> from datetime import datetime, timezone
        >>> march = datetime(2026, 3, 1, tzinfo=timezone.utc)
        >>> within(march, march, None)
        Within(at=1772323200000000, start=1772323200000000, end=None)
    """
    first, last = [None if moment is None else instant(moment, "a bound of a report") for moment in (start, end)]
    if first is not None and last is not None and last < first:
        message = f"the period of a report from {first} until {last} ends before it starts: swap its bounds"
        raise InvalidValue(message, value=(start, end))
    told = [None if moment is None else micros(moment) for moment in (first, last)]
    return Within(micros(instant(at, "at")), *told)


def summed(
    page_after: Callable[[str | None], Operation[Page[T]]], sums_of: Callable[[Sequence[T]], Sums]
) -> Operation[Sums]:
    """Add up what *sums_of* makes of each page, from the first one to the last."""
    sums: Sums = Counter()
    after: str | None = None
    while True:
        page, after = yield from page_after(after)
        sums.update(sums_of(page))
        if after is None:
            return sums


def gathered(page_after: Callable[[str | None], Operation[Page[T]]], wanted: Callable[[T], bool]) -> Operation[list[T]]:
    """Gather what is *wanted* of each page, from the first one to the last."""
    found: list[T] = []
    after: str | None = None
    while True:
        page, after = yield from page_after(after)
        found += filter(wanted, page)
        if after is None:
            return found


def whole(sums: Sums, about: object) -> Sums:
    """
    Give the *sums* of all rows together, as those of a row *about* all.

    Examples:
        >>> whole(Counter({("m7", "orders"): 2, ("m8", "orders"): 1}), None)
        Counter({(None, 'orders'): 3})
    """
    together: Sums = Counter()
    for (_, figure), units in sums.items():
        together[about, figure] += units
    return together


def loaded(programs: Programs, kind: str, ids: Iterable[str]) -> Operation[dict[str, str | None]]:
    """Load the documents of a *kind* that *ids* name, a page at a time; give their bodies by id."""
    keys = {programs.key(kind, id_): id_ for id_ in ids}
    wanted, bodies = list(keys), dict[str, str | None]()
    for first in range(0, len(wanted), PAGE):
        found = yield Look(tuple(wanted[first : first + PAGE]))
        bodies |= {keys[key]: stored.body for key, stored in found.items()}
    return bodies


def orders_page(programs: Programs, bounds: Within, after: str | None) -> Operation[Page[PlacedOrder]]:
    """Give those orders of a page of keys that lie within *bounds*."""
    keys = yield ReadKeys(prefix=programs.prefix("order"), after=after, limit=PAGE)
    found = (yield Look(tuple(keys))) if keys else {}
    orders = [decode(key, found[key].body, programs.worth.currency) for key in keys]
    return [placed for placed in orders if placed is not None and bounds.has(placed)], _behind(keys)


def members_page(programs: Programs, after: str | None) -> Operation[Page[tuple[str, Member]]]:
    """Give the members of a page of keys, each with their id; whoever was forgotten has nothing."""
    keys = yield ReadKeys(prefix=programs.prefix("member"), after=after, limit=PAGE)
    found = (yield Look(tuple(keys))) if keys else {}
    members = [(programs.member_of(key) or "", member_document.decode(key, found[key].body)) for key in keys]
    return members, _behind(keys)


def _behind(page: Sequence[str]) -> str | None:
    return page[-1] if len(page) == PAGE else None


@frozen
class Booked:
    """
    That *amount* units were booked for the order *placed* by a *rule*, which is *role* to the report; whose *member*.

    *member* is None where the account is the program's own.

    Examples:
        >>> from loyaltykit import Order
        >>> from loyaltykit.documents.order import PlacedOrder
        >>> told = {"placed_at": 3, "revision": "r1", "status": "completed", "as_of": 3, "limited": True}
        >>> Booked(PlacedOrder(order=Order(id="o1"), **told), "m1", "cashback", "award", 41).amount
        41
    """

    placed: PlacedOrder
    member: str | None
    rule: str
    role: str
    amount: int


def points_page(programs: Programs, bounds: Within, roles: Roles, after: str | None) -> Operation[Page[Booked]]:
    """Give the points of a page of entries that rules with *roles* gave members for orders, or took back."""
    page = yield ReadEntries(account=None, start=None, end=None, after=after, limit=PAGE)
    told = []
    for entry in page:
        member = programs.member_of(entry.account)
        said = None if member is None else detail.decode(entry.operation, entry.detail)
        if said is not None and said.kind == ISSUED:
            order_id, rule = detail.order_and_rule(entry.operation, said)
            role = roles((yield from programs.by_id(said.revision))).get(rule)
            told += [] if role is None else [(order_id, member, rule, role, entry.amount)]
    return (yield from _with_orders(programs, bounds, told)), _cursor(page)


def account_page(programs: Programs, bounds: Within, account: str, after: str | None) -> Operation[Page[Booked]]:
    """Give what a page of entries of the program's *account*, which are for orders, gave to the other side."""
    page = yield ReadEntries(account=programs.key(account), start=None, end=None, after=after, limit=PAGE)
    told = []
    for entry in page:
        said = detail.decode(entry.operation, entry.detail)
        order_id, rule = detail.order_and_rule(entry.operation, said)
        told.append((order_id, None, rule, account, -entry.amount))
    return (yield from _with_orders(programs, bounds, told)), _cursor(page)


def _cursor(page: Sequence[Entry]) -> str | None:
    return entry_cursor(page[-1]) if len(page) == PAGE else None


def _with_orders(
    programs: Programs, bounds: Within, told: Collection[tuple[str, str | None, str, str, int]]
) -> Operation[list[Booked]]:
    bodies = yield from loaded(programs, "order", dict.fromkeys(order_id for order_id, *_ in told))
    orders = {
        order_id: decode(programs.key("order", order_id), body, programs.worth.currency)
        for order_id, body in bodies.items()
    }
    return [
        Booked(placed, member, rule, role, amount)
        for order_id, member, rule, role, amount in told
        if (placed := orders[order_id]) is not None and bounds.has(placed)
    ]


def turnover_of(placed: PlacedOrder) -> int:
    """Give what was charged for *placed* and not refunded, in minor units."""
    return charged_of(placed) - placed.refunded


def discount_of(placed: PlacedOrder) -> int:
    """Give what came off the price of *placed*, less the share of what was refunded, in minor units."""
    return placed.discount - refunded_of(placed).of(placed.discount)


def is_done(placed: PlacedOrder) -> bool:
    """Say whether *placed* is completed, and not refunded wholly."""
    return placed.status == "completed"
