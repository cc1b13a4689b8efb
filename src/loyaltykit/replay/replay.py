"""The replay itself: past orders, one after the other by time, worked out under the program that was in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.replay.orders import FIELDS, OrderReader
from loyaltykit.replay.refusal import Refusal
from loyaltykit.replay.rows import read_rows
from loyaltykit.replay.spool import spool
from loyaltykit.replay.tally import Tally
from loyaltykit.waterfall.work_out import work_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeAlias

    from loyaltykit.program.revisions import Revisions
    from loyaltykit.replay.columns import Columns
    from loyaltykit.replay.orders import Record
    from loyaltykit.replay.report import Report
    from loyaltykit.replay.rows import Row
    from loyaltykit.replay.source import Readable

    OnRefused: TypeAlias = Callable[[int, Refusal], None]
    Progress: TypeAlias = Callable[[Iterable[Record], int], Iterable[Record]]


def replay(
    file: Readable,
    *,
    columns: Columns,
    revisions: Revisions,
    on_refused: OnRefused | None = None,
    progress: Progress | None = None,
) -> Report:
    r"""
    Work out the past orders in binary *file*, CSV, plain or gzip, under *revisions*; give the sums of what they earn.

    Orders are worked through by time, equal moments in the order of the file, whatever its order. Memory grows with
    members, branches and months, never with orders. *on_refused* is told line and reason of every refused row;
    *progress* is given the orders to work through and how many they are, and gives them back one by one. Raises
    `UnreadableOrders`.

    Examples:
        >>> import io
        >>> from loyaltykit import Program, Revisions
        >>> from loyaltykit.replay import Columns, replay
        >>> program = Program.from_dict({
        ...     "id": "city", "currency": "USD", "point_value": "0.01", "time_zone": "America/Chicago",
        ...     "cashback": [{"percent": 5}],
        ... })
        >>> columns = Columns.from_dict({
        ...     "columns": {"placed_at": "when", "price": "fare"}, "moments": "unix", "values": {"customer": "m1"},
        ... })
        >>> orders = io.BytesIO(b"when,fare\n1400269500,12.00\n")
        >>> report = replay(orders, columns=columns, revisions=Revisions([program]))
        >>> report.total.points, report.total.worth
        (Points(60), Money('0.60', 'USD'))
    """
    tally = Tally(revisions)
    reader = OrderReader(columns, revisions)
    with spool(len(FIELDS)) as records:
        records.keep(_records(read_rows(file, columns), reader, tally, on_refused))
        waiting: Iterable[Record] = records.by_time()
        for record in progress(waiting, records.count) if progress else waiting:
            at, order = reader.order(record)
            program = revisions.at(at)
            history = tally.members.history_of(order.customer)
            tally.add(program, order, at, work_out(program, order, at=at, history=history))
    return tally.report()


def _records(rows: Iterator[Row], reader: OrderReader, tally: Tally, on_refused: OnRefused | None) -> Iterator[Record]:
    """Give the records of the *rows* that hold orders; count the others."""
    for row in rows:
        tally.see(row)
        if row.is_blank:
            continue
        found = row.refusal or reader.record(row)
        if not isinstance(found, Refusal):
            yield found
            continue
        tally.refuse(row.line, found)
        if on_refused is not None:
            on_refused(row.line, found)
