"""The replay as a whole."""

from __future__ import annotations

import gzip
import io
import itertools
import random
import tracemalloc

import pytest

from loyaltykit import Money, Points, Revisions, UnreadableOrders
from loyaltykit.replay import Refusal, replay, report_csv, report_in_words
from tests.replay.support import FULL, columns, program, replayed, revisions

FIRST_APP = {"cashback": [{"percent": 10}], "first_app_order": [{"points": 100, "minimum": "5"}]}


def test_orders_are_worked_out_and_summed_up():
    """5 % of 10.00 is 50 points, of 20.50 is 102.5, rounded to 103; a point is worth a cent."""
    report = replayed("when,fare,who,where,how\n2026-03-01T12Z,10.00,m1,,\n2026-03-02T12Z,20.50,m2,,\n", named=FULL)
    assert report.total.orders == 2
    assert report.total.turnover == Money("30.50", "USD")
    assert report.total.points == Points(153)
    assert report.total.worth == Money("1.53", "USD")


def test_the_first_app_order_is_the_first_by_time_not_by_line():
    """The later order stands first in the file: it's the other one that earns the 100 points, in its month."""
    text = "when,fare,who,where,how\n2026-04-05T12Z,10,m1,,app\n2026-03-05T12Z,20,m1,,app\n"
    report = replayed(text, named=FULL, under=revisions(**FIRST_APP))
    assert {month: sums.points for month, sums in report.by_month.items()} == {
        "2026-03": Points(200 + 100),
        "2026-04": Points(100),
    }


def test_equal_moments_keep_the_order_of_the_file():
    """
    Of two app orders at one moment the first in the file is the first.

    It's below the minimum of 5.00, so the 100 points are lost; the other way round they're earned. A third order,
    earlier in time and last in the file, makes the file one that is sorted.
    """
    head, small, large = "when,fare,who,where,how\n", "2026-03-05T12Z,4,m1,,app\n", "2026-03-05T12Z,6,m1,,app\n"
    early = "2026-03-01T12Z,1,m2,,phone\n"
    under = revisions(**FIRST_APP)
    for rest in ("", early):
        small_first = replayed(head + small + large + rest, named=FULL, under=under)
        large_first = replayed(head + large + small + rest, named=FULL, under=under)
        extra = 10 if rest else 0
        assert small_first.total.points == Points(40 + 60 + extra)
        assert large_first.total.points == Points(40 + 60 + extra + 100)


def test_an_order_counts_for_the_next_even_where_it_earns_nothing():
    """A branch where the program doesn't run knows no points, but the member has ordered through the app there."""
    under = revisions(branches=[{"id": "north"}], **FIRST_APP)
    text = "when,fare,who,where,how\n2026-03-01T12Z,10,m1,south,app\n2026-03-02T12Z,10,m1,north,app\n"
    report = replayed(text, named=FULL, under=under)
    assert report.by_branch["south"].points == Points(0)
    assert report.by_branch["north"].points == Points(100)
    assert [(why.rule, why.first.code) for why in report.why_not_more] == [
        ("first_app_order", "not_first_app_order"),
        ("program", "outside_branches"),
    ]


def test_each_order_follows_the_revision_of_its_moment():
    """5 % until the end of March in Chicago, 10 % from then on; both revisions are named with their orders."""
    first = program(cashback=[{"percent": 5}])
    second = program(cashback=[{"percent": 10}], in_force_from="2026-04-01")
    unused = program(in_force_from="2027-01-01")
    text = (
        "when,fare,who,where,how\n"
        "2026-03-31T23:59:59-05:00,10,m1,,\n2026-04-01T00:00:00-05:00,10,m1,,\n2026-04-02T12Z,10,m1,,\n"
    )
    report = replayed(text, named=FULL, under=Revisions([second, unused, first]))
    assert report.revisions == ((first.revision, 1), (second.revision, 2))
    assert report.total.points == Points(50 + 100 + 100)


def test_months_are_those_of_the_branch():
    """At 21:30 on 31 March in Chicago it's April in Moscow; points and month follow the branch's clock."""
    under = revisions(branches=[{"id": "north"}, {"id": "moscow", "time_zone": "Europe/Moscow"}])
    text = "when,fare,who,where,how\n2026-04-01T02:30:00Z,1,,north,\n2026-04-01T02:30:00Z,1,,moscow,\n"
    assert list(replayed(text, named=FULL, under=under).by_month_and_branch) == [
        ("2026-03", "north"),
        ("2026-04", "moscow"),
    ]


def generated(count, seed=3):
    """Give *count* lines of orders by time, some of them at equal moments, each with its end."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    moment = 1_400_000_000
    for _ in range(count):
        moment += draw.choice((0, 7, 400))
        where, how = draw.choice(("north", "south", "=east", "")), draw.choice(("app", "phone"))
        yield f"{moment},{draw.randrange(5000) / 100:.2f},m{draw.randrange(40)},{where},{how}\n"


def unix_replayed(lines):
    """Replay *lines* of moments in seconds under a program of all rules."""
    under = revisions(
        cashback=[
            {"percent": 5, "maximum": 150, "minimum": 3, "scope": {"branches": ["north", "south"]}},
            {"percent": 3, "scope": {"windows": [{"from": "09:00", "to": "12:00"}]}},
        ],
        first_app_order=[{"points": 100, "minimum": "5"}],
    )
    content = "when,fare,who,where,how\n" + "".join(lines)
    return replayed(content, named=FULL, moments="unix", under=under)


def test_a_shuffled_file_gives_the_same_report_as_the_sorted_one():
    """Wherever moments differ the order of lines says nothing; to the last byte of all three forms."""
    seen = set()
    lines = [line for line in generated(600) if not (line[:10] in seen or seen.add(line[:10]))]
    shuffled = random.Random(8).sample(lines, len(lines))  # noqa: S311 - no secret
    first, second = unix_replayed(lines), unix_replayed(shuffled)
    assert first.total.points.minor > 0
    assert first.to_json() == second.to_json()
    assert report_csv(first) == report_csv(second)
    assert report_in_words(first) == report_in_words(second)


def test_the_same_file_gives_the_same_bytes():
    """Nothing of the run, such as hashes or addresses, is in the report."""
    assert unix_replayed(generated(200)).to_json() == unix_replayed(generated(200)).to_json()


def test_sums_beyond_64_bits_are_exact():
    """Two orders of 2⁶³ cents are 2⁶⁴ cents; the first is more than a whole number of the disk's holds."""
    report = replayed("when,fare\n2026-03-01T12Z,92233720368547758.08\n2026-03-01T12Z,92233720368547758.08\n")
    assert report.total.turnover == Money.from_minor(2**64, "USD")


def test_gzip_gives_the_same_report_as_plain():
    """What orders are packed in doesn't matter."""
    text = b"when,fare\n2026-03-01T12Z,10.00\n2026-03-02T12Z,-1\n"
    assert replayed(gzip.compress(text)) == replayed(text)


def test_the_parts_sum_up_to_the_whole():
    """Months, branches, rules, members and years: each adds up to the total of points, turnover and orders."""
    report = unix_replayed(generated(2000))
    for parts in (report.by_year, report.by_month, report.by_branch, report.by_month_and_branch):
        assert sum(sums.orders for sums in parts.values()) == report.total.orders == 2000
        assert sum(sums.turnover.minor for sums in parts.values()) == report.total.turnover.minor
        assert sum(sums.points.minor for sums in parts.values()) == report.total.points.minor
    assert sum(rule.points.minor for rule in report.by_rule) == report.total.points.minor


def test_refused_rows_are_told_as_they_come_and_counted_by_reason():
    """Lines count from 1, with the header and blank lines; read are the counted and the refused."""
    told = []
    text = b"when,fare\n2026-03-01T12Z,1\n\nsoon,1\n2026-03-02T12Z,-1\n2026-03-02T12Z,1,,\nsoon\n2026-03-03T12Z,-2\n"
    report = replay(
        io.BytesIO(text),
        columns=columns(),
        revisions=revisions(),
        on_refused=lambda line, refusal: told.append((line, refusal.code)),
    )
    assert told == [(4, "bad_moment"), (5, "negative_price"), (7, "missing_fields"), (8, "negative_price")]
    assert [(refused.rows, refused.line, refused.first.code) for refused in report.refused] == [
        (2, 5, "negative_price"),
        (1, 4, "bad_moment"),
        (1, 7, "missing_fields"),
    ]
    assert (report.read, report.total.orders, report.refused_count) == (6, 2, 4)
    assert (report.blank_lines, report.empty_surplus) == (1, 2)


def test_a_report_lists_the_first_thousand_refused_rows():
    """The rest are counted and said; all of them are told to who asks."""
    count = itertools.count()
    report = replay(
        io.BytesIO(b"when,fare\n" + b"soon,1\n" * 1234),
        columns=columns(),
        revisions=revisions(),
        on_refused=lambda *_: next(count),
    )
    assert len(report.refused_rows) == 1000
    assert report.refused_rows[-1] == (1001, Refusal("bad_moment", fact="placed_at", value="soon", form="iso"))
    assert report.to_dict()["refused"]["rows_not_listed"] == 234
    assert next(count) == 1234


def test_progress_is_given_the_orders_and_how_many_they_are():
    """What it gives back is what is worked out."""
    totals = []

    def first_only(records, total):
        totals.append(total)
        yield next(iter(records))

    text = b"when,fare\n2026-03-02T12Z,1\n2026-03-01T12Z,2\nsoon,3\n"
    report = replay(io.BytesIO(text), columns=columns(), revisions=revisions(), progress=first_only)
    assert totals == [2]
    assert report.total.turnover == Money("2.00", "USD")


@pytest.mark.parametrize("seed", range(20))
def test_garbage_crashes_nothing(seed):
    """Whatever bytes follow the header, each row is counted or refused, or the file is unreadable."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    parts = [
        b'"',
        b",",
        b"\n",
        b"\r",
        b"\0",
        b"\xff",
        b"\xf0\x9f",
        b"2026-03-01T12Z",
        b"1.50",
        b" ",
        "Ж".encode(),
        b"-",
        b"=1",
    ]
    garbage = b"".join(draw.choices(parts, k=3000))
    report = replayed(b"when,fare,who,where,how\n2026-03-01T12Z,1,m1,x,\n" + garbage, named=FULL)
    assert report.total.orders >= 1
    assert report.read == report.total.orders + report.refused_count
    report.to_json().encode()
    report_in_words(report).encode()


def test_a_file_that_was_cut_off_gives_no_report():
    """Half a report would look like a whole one."""
    packed = gzip.compress("".join(["when,fare,who,where,how\n", *generated(3000)]).encode())
    with pytest.raises(UnreadableOrders, match="cut off"):
        replayed(packed[:-20], named=FULL, moments="unix")


class Stream:
    """A file that is never whole in memory."""

    def __init__(self, lines):
        self._lines = lines
        self._rest = b"when,fare,who,where,how\n"

    def read(self, size):
        """Give the next bytes."""
        while len(self._rest) < size and (line := next(self._lines, None)):
            self._rest += line.encode()
        given, self._rest = self._rest[:size], self._rest[size:]
        return given


def peak_of(count):
    """Give the most bytes that Python held while *count* generated orders, out of order, were replayed."""
    early = "1300000000,1.00,m0,north,app\n"  # the last line is the earliest: the file must be sorted
    stream = Stream(itertools.chain(generated(count - 1), [early]))
    how = columns(named=FULL, moments="unix")
    under = revisions(**FIRST_APP)
    tracemalloc.start()
    try:
        report = replay(stream, columns=how, revisions=under)
        return tracemalloc.get_traced_memory()[1], report.total.orders
    finally:
        tracemalloc.stop()


def test_memory_is_flat_in_orders():
    """Twenty times as many orders of the same members take the same memory, give or take a half."""
    peak_of(100)  # what is loaded once
    few, _ = peak_of(1_000)
    many, orders = peak_of(20_000)
    assert orders == 20_000
    assert many < 1.5 * few


def test_memory_doesnt_grow_with_channels():
    """A column of session ids mapped as the channel: a member with 2,000 of them takes no more room than with one."""

    def peak_with(channels):
        lines = (f"{n},1.00,m1,,c{n % channels}\n" for n in range(2_000))
        tracemalloc.start()
        try:
            replay(Stream(lines), columns=columns(named=FULL, moments="unix"), revisions=revisions(**FIRST_APP))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak_with(1)  # what is loaded once
    assert peak_with(2_000) < 1.5 * peak_with(1)


def test_channels_that_any_revision_names_are_remembered():
    """The app of the later revision is known there though the earlier one gives nothing for it."""
    under = Revisions(
        [
            program(first_app_order=[{"points": 100, "channels": ["phone"]}]),
            program(first_app_order=[{"points": 10, "channels": ["web"]}], in_force_from="2026-04-01"),
        ]
    )
    lines = "2026-03-01T12Z,1,m1,,web\n2026-03-01T12Z,1,m2,,app\n2026-05-01T12Z,1,m1,,web\n2026-05-01T12Z,1,m2,,web\n"
    report = replayed("when,fare,who,where,how\n" + lines, named=FULL, under=under)
    assert [(gain.member, gain.points) for gain in report.gained_most] == [("m2", Points(10))]
