"""Statement of a worker: every operation on a balance of money, page by page. Row R11."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from loyaltykit.documents import detail
from loyaltykit.ledger.cursor import from_micros, micros
from loyaltykit.operations.open_worker import open_worker
from loyaltykit.operations.statement import booked_page
from loyaltykit.values.moment import instant
from loyaltykit.values.money import Money
from loyaltykit.values.text import id_of

if TYPE_CHECKING:
    from datetime import datetime  # noqa: TC004 - attrs doesn't resolve annotations

    from loyaltykit.documents.detail import Detail
    from loyaltykit.ledger.entry import Entry
    from loyaltykit.ledger.repository import Versioned
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation


@frozen(kw_only=True)
class WorkerLine:
    """
    *money* that came to the worker *at* a moment, or left them where it's below zero.

    *kind* is ``surcharge``, ``worker_bonus``, ``payout`` or ``forgotten``; *order*, *rule* and *revision* say what for,
    where there's such, *payout* which one it is. *operation* is the id of what booked it, None where time has done it
    and nothing has booked it yet.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Money, WorkerLine
        >>> at = datetime(2026, 3, 1, tzinfo=timezone.utc)
        >>> WorkerLine(at=at, kind="surcharge", money=Money(50, "RUB"), order="o1").payout is None
        True
    """

    at: datetime
    kind: str
    money: Money
    order: str | None = None
    rule: str | None = None
    revision: str | None = None
    operation: str | None = None
    payout: str | None = None


@frozen
class WorkerStatement:
    """
    A page of *lines* by their moments; *after* is the cursor of the next page, None behind the last.

    Examples:
        >>> from loyaltykit import WorkerStatement
        >>> WorkerStatement((), None).after is None
        True
    """

    lines: tuple[WorkerLine, ...]
    after: str | None


def worker_statement(
    programs: Programs,
    worker_id: str,
    *,
    at: datetime,
    start: datetime | None = None,
    end: datetime | None = None,
    after: str | None = None,
    limit: int = 100,
) -> Operation[WorkerStatement]:
    """
    Give a page of what moved the balance of *worker_id* by the moment *at*, from *start* up to *end*.

    It has up to *limit* booked lines; the last page has, behind them, the bonuses that time has paid and nobody has
    booked yet.
    """
    at = instant(at, "at")
    account = programs.key("worker", id_of("a worker", worker_id))
    booked = yield from booked_page(programs, account, start=start, end=end, after=after, limit=limit)
    lines = [_line(programs, detail.decode(entry.operation, entry.detail), entry) for entry in booked.entries]
    if booked.after is None:
        unbooked = yield from _unbooked(programs, worker_id, booked.stored, at)
        lines += [line for line in unbooked if booked.within(line.at)]
    return WorkerStatement(tuple(lines), booked.after)


def _unbooked(programs: Programs, worker_id: str, stored: Versioned, at: datetime) -> Operation[list[WorkerLine]]:
    """Give what time has paid the worker by *at* and nobody has booked yet: all of it after what's booked."""
    worker = yield from open_worker(programs, worker_id, stored, micros(at))
    return [
        WorkerLine(
            at=from_micros(posting.at),
            kind=posting.kind,
            money=worker.money(posting.amount),
            rule=posting.rule,
            revision=posting.revision,
        )
        for posting in sorted(worker.postings, key=lambda posting: posting.at)
    ]


def _line(programs: Programs, said: Detail, entry: Entry) -> WorkerLine:
    return WorkerLine(
        at=entry.at,
        kind=said.kind,
        money=Money.from_minor(entry.amount, programs.worth.currency),
        order=said.order,
        rule=said.rule,
        revision=said.revision,
        operation=entry.operation,
        payout=said.by,
    )
