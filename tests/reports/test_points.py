"""Every posting of points, what they come to, and what is owed by month (S4, S5, R11, B10)."""

from __future__ import annotations

import asyncio
import csv
import io
import tracemalloc
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from loyaltykit import (
    AsyncLoyalty,
    CsvFile,
    InvalidValue,
    Loyalty,
    NaiveMoment,
    OpeningMember,
    Points,
    PointsRow,
    XlsxFile,
)
from loyaltykit.adapters.memory import AsyncMemoryRepository, MemoryRepository
from loyaltykit.ledger.cursor import behind_entry, from_micros
from loyaltykit.ledger.entry import Entry
from tests.operations.support import AT, DAY, HOUR, city, entries_of, give, ride, rub

MOSCOW = ZoneInfo("Europe/Moscow")
CASHBACK = {"cashback": [{"name": "five", "percent": "5"}], "expiry": {"after": "P60D"}}


def lived(loyalty):
    """Have two members live through all that points may, over three months; give the last moment."""
    opening = OpeningMember(id="m3", lots=((Points(70), None),))
    loyalty.members.import_members([opening], at=AT - 40 * DAY)
    give(loyalty, 300, at=AT - 30 * DAY)
    loyalty.settle(ride("1000.00", id="a", branch="north", service="cut"), at=AT, redeem=Points(100))
    loyalty.settle(ride("2000.00", id="b", customer="m2", branch="south"), at=AT + HOUR)
    loyalty.refund("r1", "a", at=AT + DAY, amount=rub("450.00"))
    loyalty.members.adjust("a1", "m2", Points(25), at=AT + 2 * DAY, description="sorry for the wait")
    loyalty.members.adjust("a2", "m2", Points(-5), at=AT + 3 * DAY)
    loyalty.members.forget("m3", at=AT + 4 * DAY)
    loyalty.place(ride("500.00", id="c", customer="m2", branch="south"), at=AT + 5 * DAY, redeem=Points(40))
    return AT + 45 * DAY


def rows(loyalty, at, **asked):
    return list(loyalty.reports.points(at=at, **asked))


def plain(row):
    return (row.member, row.kind, row.points.minor, row.order, row.branch, row.service, row.rule, row.description)


def posted(loyalty, at, members=("m1", "m2", "m3")):
    """Give what members have by their documents, held points included, less what they owe."""
    views = [loyalty.members.view(member, at=at) for member in members]
    return sum([(view.balance + view.held).minor - view.debt.minor for view in views])


def test_S4_R11_every_posting_with_all_that_is_known_of_it(life, repository):
    """By moment, with the order's branch and service, and what was written to an adjustment."""
    loyalty = life(**CASHBACK)
    now = lived(loyalty)
    found = rows(loyalty, now)
    assert [plain(row) for row in found] == [
        ("m3", "opening", 70, None, None, None, None, None),
        ("m1", "issued", 300, "gift", None, None, "gift", None),
        ("m1", "redeemed", -100, "a", "north", "cut", None, None),
        ("m1", "issued", 50, "a", "north", "cut", "five", None),
        ("m2", "issued", 100, "b", "south", None, "five", None),
        ("m1", "redeemed", 45, "a", "north", "cut", None, None),
        ("m1", "issued", -22, "a", "north", "cut", "five", None),
        ("m2", "adjusted", 25, None, None, None, None, "sorry for the wait"),
        ("m2", "adjusted", -5, None, None, None, None, None),
        ("m3", "forgotten", -70, None, None, None, None, None),
        ("m1", "expired", -245, None, None, None, None, None),
    ]
    assert {row.at.tzinfo.key for row in found} == {"Europe/Moscow"}
    assert all(row.revision == city(**CASHBACK).revision for row in found)
    operations = {entry.operation for entry in entries_of(repository)}
    assert [row.operation in operations for row in found] == [True] * 10 + [False]
    assert found[-1].operation is None


def test_S4_R11_swept_or_not_the_rows_are_the_same(life):
    """But for the operation that booked what time has done."""
    loyalty = life(**CASHBACK)
    now = lived(loyalty)
    before = [plain(row) for row in rows(loyalty, now)]
    loyalty.run_due(at=now)
    assert [plain(row) for row in rows(loyalty, now)] == before
    assert all(row.operation for row in rows(loyalty, now))


@pytest.mark.parametrize(
    ("only", "told"),
    [
        ({"member": "m2"}, 3),
        ({"member": "m1", "kind": "expired"}, 1),
        ({"member": "nobody"}, 0),
        ({"branch": "north"}, 4),
        ({"branch": "south", "member": "m1"}, 0),
        ({"service": "cut", "kind": "issued"}, 2),
        ({"rule": "five"}, 3),
        ({"kind": "adjusted"}, 2),
        ({"kind": None, "rule": None}, 11),
        ({"revision": "another"}, 0),
    ],
)
def test_S5_filters_agree_with_a_plain_loop(life, only, told):
    """Each alone or together; None asks for nothing."""
    loyalty = life(**CASHBACK)
    now = lived(loyalty)
    everything = rows(loyalty, now)
    wanted = {name: value for name, value in only.items() if value is not None}
    expected = [row for row in everything if all(getattr(row, name) == value for name, value in wanted.items())]
    assert rows(loyalty, now, **only) == expected
    assert len(expected) == told
    sums = loyalty.reports.point_sums(at=now, **only)
    assert (sums.total.postings, sums.total.change.minor) == (told, sum(row.points.minor for row in expected))


def test_S5_a_period_is_half_open_and_never_beyond_the_moment(life):
    """Of postings booked and not."""
    loyalty = life(**CASHBACK)
    now = lived(loyalty)
    everything = rows(loyalty, now)
    for start, end in [(AT, AT + HOUR), (AT + DAY, None), (None, AT), (AT + 31 * DAY, None), (None, AT + 31 * DAY)]:
        inside = [row for row in everything if (not start or start <= row.at) and (not end or row.at < end)]
        assert rows(loyalty, now, start=start, end=end) == inside
    assert rows(loyalty, AT) == [row for row in everything if row.at <= AT]
    assert len(rows(loyalty, AT)) == 4


def test_S5_what_was_erased_is_told_no_more(life):
    """The description goes with the member, the posting stays."""
    loyalty = life(**CASHBACK)
    now = lived(loyalty)
    loyalty.members.forget("m2", at=now)
    (given,) = [row for row in rows(loyalty, now, member="m2", kind="adjusted") if row.points.minor > 0]
    assert given.description is None


def test_S5_points_spent_on_gift_cards_are_spent(life):
    """The posting says what it was, and no note of an adjustment with the card's id stands beside it."""
    loyalty = life(gift_card=[{"name": "fifty", "face": "50", "points_price": 40}])
    give(loyalty, 100)
    loyalty.members.adjust("c1", "m1", Points(5), at=AT, description="sorry for the wait")
    loyalty.cards.buy("c1", "fifty", member="m1", at=AT)
    (bought,) = rows(loyalty, AT, kind="card_bought")
    assert (bought.points.minor, bought.rule, bought.description) == (-40, "fifty", None)
    (line,) = [line for line in loyalty.members.statement("m1", at=AT).lines if line.kind == "card_bought"]
    assert line.description is None
    report = loyalty.reports.liability(at=AT)
    assert (report.total.redeemed.minor, report.total.liability.minor) == (40, posted(loyalty, AT))


def test_S5_an_order_that_nobody_has_any_more_leaves_its_postings(life, repository):
    """Without branch and service."""
    loyalty = life(**CASHBACK)
    give(loyalty, 5, order="x")
    repository.load = _without(repository, '["city","order","x"]')
    (row,) = rows(loyalty, AT)
    assert (row.order, row.branch) == ("x", None)


def _without(repository, key):
    """Give a way to load from *repository* that finds nothing under *key*."""
    load, absent = repository.load, repository.load([key + "?"])[key + "?"]
    return lambda keys: {each: absent if each == key else stored for each, stored in load(keys).items()}


@pytest.mark.parametrize("by", ["month", "member", "branch", "service", "rule", "revision"])
def test_S5_sums_agree_with_a_plain_loop(life, by):
    """By anything, each figure; the total is that of all rows."""
    loyalty = life(**CASHBACK)
    now = lived(loyalty)
    expected = defaultdict(Counter)
    for row in rows(loyalty, now):
        about = row.at.strftime("%Y-%m") if by == "month" else getattr(row, by)
        amount, kind = row.points.minor, row.kind
        figure = {"opening": "carried_over"}.get(kind, kind)
        if kind == "issued" and amount < 0:
            figure = "clawed_back"
        leaves = figure in {"clawed_back", "redeemed", "expired", "forgotten"}
        expected[about].update({"postings": 1, figure: -amount if leaves else amount, "change": amount})
    report = loyalty.reports.point_sums(at=now, by=by)
    names = report.columns[1:]
    told = {
        row.about: [getattr(getattr(row, name), "minor", getattr(row, name)) for name in names] for row in report.rows
    }
    assert told == {about: [sums[name] for name in names] for about, sums in expected.items()}
    assert list(told) == sorted(expected, key=lambda about: (about is None, about))
    assert report.total.change.minor == sum(sums["change"] for sums in expected.values()) == posted(loyalty, now)


def test_S5_what_cant_be_asked_for(life):
    """It's said what could be."""
    reports = life().reports
    with pytest.raises(InvalidValue, match=r"^earned is no kind of posting: did you mean expired\?"):
        list(reports.points(at=AT, kind="earned"))
    with pytest.raises(InvalidValue, match="can't be told apart by 'membre': did you mean member"):
        list(reports.points(at=AT, membre="m1"))
    with pytest.raises(InvalidValue, match="can't be summed up by monht: did you mean month"):
        reports.point_sums(at=AT, by="monht")
    with pytest.raises(InvalidValue, match="ends before it starts"):
        list(reports.points(at=AT, start=AT, end=AT - HOUR))
    with pytest.raises(NaiveMoment):
        list(reports.points(at=AT.replace(tzinfo=None)))


def test_S5_the_last_moment_of_the_calendar_is_one_like_any_other(life):
    """All that time will ever do has been done by then."""
    loyalty = life(**CASHBACK)
    lived(loyalty)
    assert sum(row.points.minor for row in rows(loyalty, datetime.max.replace(tzinfo=UTC))) == 0


def test_S5_rows_as_csv_and_excel(life):
    """One by one, and the same in both; what a spreadsheet might run is text."""
    loyalty = life(**CASHBACK)
    loyalty.members.adjust("a1", "=m1", Points(25), at=AT, description="=cmd|' /C calc'!A0")
    with CsvFile(text := io.StringIO(), PointsRow) as as_csv, XlsxFile(content := io.BytesIO(), PointsRow) as as_xlsx:
        for row in loyalty.reports.points(at=AT):
            as_csv.add(row)
            as_xlsx.add(row)
    header, line = csv.reader(io.StringIO(text.getvalue()))
    told = dict(zip(header, line, strict=True))
    assert (told["member"], told["points"], told["description"]) == ("'=m1", "25", "'=cmd|' /C calc'!A0")
    assert told["at"] == "2026-03-10T12:00:00+03:00"
    (sheet,) = load_workbook(content).worksheets
    assert [cell.value for cell in sheet[1]] == header
    cells = dict(zip(header, sheet[2], strict=True))
    assert (cells["member"].value, cells["member"].data_type) == ("=m1", "s")
    assert (cells["points"].value, cells["at"].value) == (25, AT.astimezone(MOSCOW).replace(tzinfo=None))


def test_B10_liability_by_month_is_what_members_have(life):
    """At each month's end, swept or not: what is due and not booked yet counts."""
    loyalty = life(**CASHBACK)
    now = lived(loyalty)
    report = loyalty.reports.liability(at=now)
    assert [row.month for row in report.rows] == ["2026-01", "2026-02", "2026-03", "2026-04"]
    names = ("issued", "clawed_back", "redeemed", "expired", "adjusted", "carried_over", "forgotten", "liability")
    figures = [[getattr(row, name).minor for name in names] for row in report.rows]
    assert figures == [
        [0, 0, 0, 0, 0, 70, 0, 70],
        [300, 0, 0, 0, 0, 0, 0, 370],
        [150, 22, 55, 0, 20, 0, 70, 393],
        [0, 0, 0, 245, 0, 0, 0, 148],
    ]
    assert [row.breakage for row in report.rows] == [Decimal(0), Decimal(0), Decimal(0), Decimal("49.20")]
    total = report.total
    assert (total.month, total.liability.minor, total.worth, total.breakage) == (None, 148, rub(148), Decimal("49.20"))
    assert [getattr(total, name).minor for name in names] == [450, 22, 55, 245, 20, 70, 70, 148]
    assert posted(loyalty, now) == 148
    loyalty.run_due(at=now)
    assert loyalty.reports.liability(at=now) == report


def test_B10_an_earlier_moment_is_told_as_it_was(life):
    """Of points nothing has to be left as it stands: entries keep their moments."""
    loyalty = life(**CASHBACK)
    now = lived(loyalty)
    loyalty.run_due(at=now)
    for at in (AT - DAY, AT, AT + 2 * DAY, AT + 5 * DAY):
        other = Loyalty(city(**CASHBACK), MemoryRepository())
        _until(other, at)
        assert loyalty.reports.liability(at=at).total.liability.minor == posted(other, at)


def _until(loyalty, at):
    """Live as `lived` does, up to and with the moment *at*."""

    class _Late(Exception):
        pass

    class _Watch:
        def __init__(self, of):
            self._of = of

        def __getattr__(self, name):
            call = getattr(self._of, name)
            if name == "members":
                return _Watch(call)

            def timed(*args, **told):
                if told["at"] > at:
                    raise _Late
                return call(*args, **told)

            return timed

    try:
        lived(_Watch(loyalty))
    except _Late:
        return


def test_B10_a_period_shows_some_months_and_owes_the_same(life):
    """Those before it stand in the liability that it begins with."""
    loyalty = life(**CASHBACK)
    now = lived(loyalty)
    whole = loyalty.reports.liability(at=now)
    april = loyalty.reports.liability(at=now, start=datetime(2026, 4, 1, tzinfo=MOSCOW))
    assert april.rows == whole.rows[3:]
    assert (april.total.expired, april.total.issued) == (Points(245), Points(0))
    first = loyalty.reports.liability(at=now, end=datetime(2026, 3, 1, tzinfo=MOSCOW))
    assert first.rows == whole.rows[:2]
    assert first.total.liability == Points(370)


def test_B10_without_points_nothing_is_owed(life):
    """No rows, and nothing in all."""
    report = life().reports.liability(at=AT)
    assert (report.rows, report.total.liability, report.total.breakage) == ((), Points(0), None)
    assert str(report) == "Liability: nothing"


def test_B10_debts_lower_what_is_owed(life):
    """A clawback of what was spent is owed by the member."""
    loyalty = life(cashback=[{"percent": "10"}])
    loyalty.settle(ride("1000.00", id="a"), at=AT)
    loyalty.settle(ride("100.00", id="b"), at=AT, redeem=Points(100))
    loyalty.refund("r1", "a", at=AT)
    assert loyalty.reports.liability(at=AT).total.liability.minor == posted(loyalty, AT) == -90


def test_S4_async_rows_are_the_same():
    """They're taken by ``async for``."""
    store = MemoryRepository()
    loyalty = Loyalty(city(**CASHBACK), store)
    now = lived(loyalty)
    twin = AsyncLoyalty(city(**CASHBACK), AsyncMemoryRepository(store))

    async def collect():
        return [row async for row in twin.reports.points(at=now)]

    assert asyncio.run(collect()) == rows(loyalty, now)
    assert asyncio.run(twin.reports.liability(at=now)) == loyalty.reports.liability(at=now)
    assert asyncio.run(twin.reports.point_sums(at=now, by="rule")) == loyalty.reports.point_sums(at=now, by="rule")


def test_S5_other_programs_and_workers_money_are_no_postings_of_points(repository):
    """Programs may share a store."""
    loyalty = Loyalty(city(surcharge=[{"percent": "10"}], **CASHBACK), repository)
    other = Loyalty(city(**CASHBACK | {"id": "village"}), repository)
    loyalty.settle(ride("1000.00", worker="w7"), at=AT)
    other.settle(ride("3000.00"), at=AT)
    assert [(row.member, row.points.minor) for row in rows(loyalty, AT + 90 * DAY)] == [("m1", 50), ("m1", -50)]


class Endless(MemoryRepository):
    """A store of so many entries that none is kept: each is made when its page is read."""

    def __init__(self, count):
        super().__init__()
        self.count = count

    def entries(self, *, after, limit, **_):
        """Give a page of all entries."""
        first = 0 if after is None else behind_entry(after)[0] + 1
        return [self.made(number) for number in range(first, min(first + limit, self.count))]

    @staticmethod
    def made(number):
        detail = '{"v":1,"kind":"issued","rule":"five","revision":"r1"}'
        key = f'["city","member","m{number % 7}"]'
        return Entry(
            at=from_micros(number), operation=f"o{number}", line=0, account=key, unit="points", amount=1, detail=detail
        )


def test_S5_ever_so_many_postings_take_the_room_of_a_page():
    """Neither the rows nor the CSV hold more than they have just read; sums hold their rows."""

    class Nowhere:
        def write(self, text):
            self.written = text

    loyalty = Loyalty(city(**CASHBACK), Endless(60_000))
    with CsvFile(Nowhere(), PointsRow) as file:
        for number, row in enumerate(loyalty.reports.points(at=AT)):
            if number == 20_000:
                tracemalloc.start()
            file.add(row)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert number == 59_999
    assert peak < 1_000_000
    sums = Loyalty(city(**CASHBACK), Endless(2_000)).reports.point_sums(at=AT, by="member")
    assert [row.issued.minor for row in sums.rows] == [286] * 5 + [285] * 2


def test_S5_an_excel_file_is_written_through_the_disk():
    """Its rows aren't kept."""
    row = PointsRow(at=datetime(2026, 3, 1, tzinfo=UTC), member="m1" * 50, kind="issued", points=Points(41))
    with XlsxFile(io.BytesIO(), PointsRow) as file:
        file.add(row)
        tracemalloc.start()
        for number in range(3_000):
            file.add(PointsRow(at=row.at + timedelta(days=number), member=row.member, kind="issued", points=row.points))
        now, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert now < 500_000
