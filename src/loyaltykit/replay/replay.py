"""The replay itself: past orders, one after the other by time, worked out under the program that was in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.errors import InvalidValue, SettingsError
from loyaltykit.operations.locate import located
from loyaltykit.replay.life_cycle import LifeCycle
from loyaltykit.replay.lines import whole_orders
from loyaltykit.replay.orders import FIELDS, OrderReader, id_of, line_of, told_of
from loyaltykit.replay.refusal import Refusal
from loyaltykit.replay.rows import read_rows
from loyaltykit.replay.spool import spool
from loyaltykit.replay.tally import Tally
from loyaltykit.replay.worked import Calculators
from loyaltykit.settings.kind import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeAlias

    from loyaltykit.geo import DistrictMap
    from loyaltykit.program.revisions import Revisions
    from loyaltykit.replay.columns import Columns
    from loyaltykit.replay.ladders import OnMove
    from loyaltykit.replay.life_cycle import Redeem, Store
    from loyaltykit.replay.orders import Record
    from loyaltykit.replay.report import Report
    from loyaltykit.replay.rows import Row
    from loyaltykit.replay.source import Readable
    from loyaltykit.replay.spool import Spool

    OnRefused: TypeAlias = Callable[[int, Refusal], None]
    Progress: TypeAlias = Callable[[Iterable[Record], int], Iterable[Record]]


def replay(  # noqa: PLR0913 - each is told by its name
    file: Readable,
    *,
    columns: Columns,
    revisions: Revisions,
    repository: Store | None = None,
    redeem: Redeem = None,
    districts: DistrictMap | None = None,
    on_refused: OnRefused | None = None,
    on_move: OnMove | None = None,
    progress: Progress | None = None,
) -> Report:
    r"""
    Work out the past orders in binary *file*, CSV, plain or gzip, under *revisions*; give the sums of what they earn.

    Orders are worked through by time, equal moments in the order of the file, whatever its order. Memory grows with
    members, branches and months, never with orders. *on_refused* is told line and reason of every refused row,
    *on_move* every `Move` of a member on a ladder, those of one member by time. *progress* is given the orders to work
    through and how many they are, and gives them back one by one. Raises `UnreadableOrders`.

    Given a *repository*, each order is placed and completed there, members spending *redeem* on it, None for nothing or
    ``"all"`` that they may, and the report has the `Life` of the points. The same file again changes nothing. Without
    ids of their own, orders live in an empty repository only. Raises what a repository raises, and `InvalidValue` for
    *redeem* without one.

    By the map of *districts* an order has the district in which its pickup lies, unless it names one. Raises
    `SettingsError` where a program's scopes name others.

    Examples:
        >>> import io
        >>> from loyaltykit import Program, Revisions
        >>> from loyaltykit.replay import Columns, replay
        >>> program = Program.from_dict({
        ...     "id": "city", "currency": "USD", "point_value": "0.01", "time_zone": "America/Chicago",
        ...     "cashback": [{"percent": 5}], "redemption": [{"max_share": 50}],
        ... })
        >>> columns = Columns.from_dict({
        ...     "columns": {"placed_at": "when", "price": "fare"}, "moments": "unix", "values": {"customer": "m1"},
        ... })
        >>> orders = b"when,fare\n1400269500,12.00\n1400355900,10.00\n"
        >>> report = replay(io.BytesIO(orders), columns=columns, revisions=Revisions([program]))
        >>> report.total.points, report.total.worth
        (Points(110), Money('1.10', 'USD'))
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> settings = {"columns": columns, "revisions": Revisions([program])}
        >>> report = replay(io.BytesIO(orders), repository=MemoryRepository(), redeem="all", **settings)
        >>> report.life.total.redeemed, report.life.total.liability
        (Points(60), Points(50))
    """
    _check_districts(revisions, districts)
    tally = Tally(revisions, districts or (), on_move)
    worker = _worker(revisions, tally, columns, repository, redeem)
    reader = OrderReader(columns, revisions)
    refuse = _refusing(tally, on_refused)
    with spool(len(FIELDS)) as records:
        found = _records(read_rows(file, columns), reader, tally, refuse)
        ids_matter = repository is not None and columns.columns.id is not None
        if columns.lines:
            _keep_whole(records, found, revisions, tally, refuse)
        else:
            records.keep(_once_each(found, records, refuse) if ids_matter else found)
        waiting: Iterable[Record] = records.by_time()
        for record in progress(waiting, records.count) if progress else waiting:
            at, order = reader.order(record)
            order, program = located(districts, order), revisions.at(at)
            told = told_of(record)
            worked = worker.work(program, order, at, told)
            if isinstance(worked, Refusal):
                refuse(line_of(record), worked)
            elif worked is None:
                tally.end(told)
            else:
                tally.add(program, order, at, worked)
    return tally.report(worker.outcome())


def _check_districts(revisions: Revisions, districts: DistrictMap | None) -> None:
    """Raise `SettingsError` where scopes name districts that the map doesn't have."""
    names = None if districts is None else districts.ids
    for program in revisions.programs:
        problems = program.check(districts=names)
        if problems:
            raise SettingsError.of(program.id, problems)


def _worker(
    revisions: Revisions, tally: Tally, columns: Columns, repository: Store | None, redeem: Redeem
) -> Calculators | LifeCycle:
    if repository is None:
        if redeem is not None:
            message = "what members spend needs a repository that keeps what they have: replay(…, repository=…)"
            raise InvalidValue(message, value=redeem)
        return Calculators(revisions, tally.members, tally.ladders)
    life_cycle = LifeCycle(revisions, repository, redeem=redeem)
    if columns.columns.id is None:
        life_cycle.needs_ids()
    return life_cycle


def _refusing(tally: Tally, on_refused: OnRefused | None) -> OnRefused:
    """Give what counts a refused row, and tells whoever wants to hear of it."""

    def refuse(line: int, refusal: Refusal) -> None:
        tally.refuse(line, refusal)
        if on_refused is not None:
            on_refused(line, refusal)

    return refuse


def _records(rows: Iterator[Row], reader: OrderReader, tally: Tally, refuse: OnRefused) -> Iterator[Record]:
    """Give the records of the *rows* that hold orders; count the others."""
    for row in rows:
        tally.see(row)
        if row.is_blank:
            continue
        found = row.refusal or reader.record(row)
        if isinstance(found, Refusal):
            refuse(row.line, found)
        else:
            yield found


def _keep_whole(records: Spool, lines: Iterable[Record], revisions: Revisions, tally: Tally, refuse: OnRefused) -> None:
    """Keep the orders that *lines* make in *records*."""
    with spool(len(FIELDS)) as loose:
        loose.keep(lines)
        currency = revisions.programs[0].currency
        records.keep(whole_orders(loose.together(FIELDS.index("id")), currency, refuse=refuse, merged=tally.merge))


def _once_each(records: Iterable[Record], kept: Spool, refuse: OnRefused) -> Iterator[Record]:
    """Give the first of *records* with each order's id."""
    for record in records:
        line = line_of(record)
        first = kept.first_line(id_of(record), line)
        if first == line:
            yield record
        else:
            refuse(line, Refusal("duplicate_order", id=shown(id_of(record)), first=first))
