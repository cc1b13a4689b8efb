"""Tiers over past orders: who reaches which level, falls and lapses, and what it takes off prices (B4, Y1, Y2, Y3)."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from loyaltykit import Loyalty
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.cli import main
from loyaltykit.replay import Columns, replay, report_in_words
from tests.replay.support import revisions, shared_file

TIERS = [
    {
        "name": "regulars",
        "lapse_after": 60,
        "levels": [{"percent": "5", "sold": "100", "visits": 3}, {"percent": "10", "sold": "300", "visits": 10}],
    },
    {"name": "quarter", "over": "P90D", "levels": [{"name": "warm", "visits": 2}, {"name": "hot", "visits": 4}]},
]
CDNOW = {
    "moments": "%Y-%m-%d",
    "time_zone": "America/Chicago",
    "columns": {"placed_at": "date", "price": "dollars", "customer": "customer_id"},
}
HEAD = "date,dollars,customer_id\n"
LEVELS = [("regulars", "5 %"), ("regulars", "10 %"), ("quarter", "warm"), ("quarter", "hot")]


@pytest.fixture(params=["none", "memory", "sqlite"])
def repository(request):
    """Give no repository, or an empty one of each kind: the tiers are the same."""
    if request.param == "sqlite":
        made = SqliteRepository(":memory:")
        yield made
        made.close()
        return
    yield MemoryRepository() if request.param == "memory" else None


def played(text, repository, *, tiers=TIERS, **settings):
    """Replay *text*; give the report and every move."""
    moves = []
    content = text if isinstance(text, bytes) else (HEAD + text).encode()
    report = replay(
        io.BytesIO(content),
        columns=Columns.from_dict(CDNOW | settings),
        revisions=revisions(tier=tiers),
        repository=repository,
        on_move=moves.append,
    )
    return report, [
        (f"{each.at:%Y-%m-%d}", each.member, each.tier, each.before, each.level, each.why) for each in moves
    ]


def test_B4_a_member_rises_falls_and_lapses(repository):
    """A visit is a purchase; the discount holds from the next one on; a lapse counts from its very moment."""
    text = "".join([f"2026-01-0{day},50.00,anna\n" for day in (1, 2, 3, 4)]) + "2026-03-06,10.00,bert\n"
    report, moves = played(text, repository)
    assert moves == [
        ("2026-01-02", "anna", "regulars", None, "5 %", "reached"),
        ("2026-01-02", "anna", "quarter", None, "warm", "reached"),
        ("2026-01-04", "anna", "quarter", "warm", "hot", "reached"),
        ("2026-03-06", "anna", "regulars", "5 %", None, "lapsed"),
    ]
    five = report.tiers[0]
    assert (five.tier, five.level, five.reached, five.lapsed, five.members) == ("regulars", "5 %", 1, 1, 0)
    assert (five.orders, str(five.discounts)) == (2, "5.00 USD")
    assert str(report.total.turnover) == "205.00 USD"
    months = {(each.month, each.level): each for each in report.tiers_by_month if each.tier == "regulars"}
    assert [months[month, "5 %"].members for month in ("2026-01", "2026-02", "2026-03")] == [1, 1, 0]
    assert [each.money.minor for each in report.by_rule if each.rule == "regulars"] == [500]
    words = report_in_words(report, ["tiers"]).splitlines()
    assert words[0] == "Tiers             reached  fallen  lapsed  members  orders  off prices"
    assert words[1] == "  regulars: 5 %         1       0       1        0       2        5.00"
    assert "  2026-03 regulars: 5 %         0       0       1        0" in words
    assert report.to_dict()["tiers"][0]["lapsed"] == 1


def test_B4_days_that_leave_a_rolling_period_are_no_lapse(repository):
    """They fall, one level after the other."""
    text = "".join([f"2026-01-{day:02},1.00,anna\n" for day in (1, 1, 20, 20)]) + "2026-12-01,1.00,bert\n"
    _, moves = played(text, repository)
    assert [(day, before, level, why) for day, _, tier, before, level, why in moves if tier == "quarter"] == [
        ("2026-01-01", None, "warm", "reached"),
        ("2026-01-20", "warm", "hot", "reached"),
        ("2026-04-01", "hot", "warm", "fallen"),
        ("2026-04-20", "warm", None, "fallen"),
    ]


def test_B4_orders_are_taken_to_be_paid_in_full(repository):
    """Where a level asks for what was paid; a sale of goods is no visit."""
    tiers = [{"name": "payers", "levels": [{"name": "good", "paid": "20"}, {"name": "best", "visits": 1}]}]
    report, moves = played(
        "2026-01-01,15.00,anna\n2026-01-02,5.00,anna\n", repository, tiers=tiers, values={"kind": "g"}, goods=["g"]
    )
    assert moves == [("2026-01-02", "anna", "payers", None, "good", "reached")]
    assert report.tiers[0].members == 1
    if repository is not None:
        assert (
            Loyalty(revisions(tier=tiers), repository).members.view("anna", at=report.last_at).tiers[0].level == "good"
        )


def test_B4_a_revision_that_asks_for_more_takes_levels_back():
    """With the member's next visit."""
    first = {"name": "seen", "levels": [{"name": "once", "visits": 1}]}
    second = {"name": "seen", "levels": [{"name": "once", "visits": 5}]}
    both = [
        revisions(tier=[first]).programs[0],
        revisions(tier=[second], in_force_from="2026-02-01").programs[0],
    ]
    moves = []
    replay(
        io.BytesIO(f"{HEAD}2026-01-01,1.00,anna\n2026-02-02,1.00,anna\n2026-02-03,1.00,\n".encode()),
        columns=Columns.from_dict(CDNOW),
        revisions=type(revisions())(both),
        on_move=moves.append,
    )
    assert [(each.level, each.why) for each in moves] == [("once", "reached"), (None, "fallen")]


def test_B4_the_same_file_twice_gives_the_same_tiers():
    """Over a repository that has all of its orders already."""
    text = "".join([f"2026-01-0{day},50.00,anna\n" for day in range(1, 7)])
    settings = {"columns": CDNOW["columns"] | {"id": "date"}}
    repository = MemoryRepository()
    assert played(text, repository, **settings) == played(text, repository, **settings)


def test_B4_without_tiers_nothing_is_told(repository):
    """And the part of the words is left out."""
    report, moves = played(
        "2026-01-01,1.00,anna\n", repository, tiers=[{"name": "t", "levels": [{"name": "x", "visits": 9}]}]
    )
    assert moves == []
    assert [each.reached for each in report.tiers] == [0]
    bare = replay(io.BytesIO(HEAD.encode()), columns=Columns.from_dict(CDNOW), revisions=revisions())
    assert (bare.tiers, bare.tiers_by_month) == ((), ())
    assert report_in_words(bare, ["tiers"]) == ""


def plain_moves(rows, last):
    """Work out one customer's moves on both ladders by *rows* of (day, price), day by day: no line of the library's."""

    def regular(day):
        if not days or (day - days[-1]).days > 60:
            return None
        return "10 %" if sold >= 300 or len(days) >= 10 else "5 %" if sold >= 100 or len(days) >= 3 else None

    def recent(day):
        count = len([each for each in days if each > day - timedelta(days=90)])
        return "hot" if count >= 4 else "warm" if count >= 2 else None

    ranks = {None: 0, "5 %": 1, "10 %": 2, "warm": 1, "hot": 2}
    have, sold, days, moves, off = {"regulars": None, "quarter": None}, Decimal(0), [], [], Counter()
    waiting, day = list(rows), rows[0][0]

    def look(day):
        for tier, level in (("regulars", regular(day)), ("quarter", recent(day))):
            before, have[tier] = have[tier], level
            if level != before:
                lapsed = tier == "regulars" and level is None
                why = "reached" if ranks[level] > ranks[before] else "lapsed" if lapsed else "fallen"
                moves.append((str(day), tier, before, level, why))

    while day <= last:
        look(day)
        while waiting and waiting[0][0] == day:
            _, price = waiting.pop(0)
            level = have["regulars"]
            part = (price * ranks[level] * 5 / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
            off[level] += part
            sold += price - part
            days.append(day)
            look(day)
        day += timedelta(days=1)
    return moves, off


def test_B4_Y1_Y2_cdnow_moves_are_those_of_plain_loops():
    """All 2,357 customers: every move and every discount; over a repository the sums are the same."""
    path = shared_file("cdnow_sample.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            (row["customer_id"], date.fromisoformat(row["date"]), Decimal(row["dollars"]))
            for row in csv.DictReader(file)
        ]
    lives = defaultdict(list)
    for customer, day, price in rows:
        lives[customer].append((day, price))
    last = max(day for _, day, _ in rows)
    expected, off = {}, Counter()
    for customer, own in lives.items():
        expected[customer], parts = plain_moves(own, last)
        off.update(parts)
    report, moves = played(path.read_bytes(), None)
    told = defaultdict(list)
    for day, member, *rest in moves:
        told[member].append((day, *rest))
    assert {member: sorted(own, key=repr) for member, own in told.items()} == {
        member: sorted(own, key=repr) for member, own in expected.items() if own
    }
    assert [(each.tier, each.level) for each in report.tiers] == LEVELS
    assert [each.discounts.amount for each in report.tiers[:2]] == [off["5 %"], off["10 %"]]
    assert report.costs.discounts.amount == off["5 %"] + off["10 %"] > 0
    for tier, level in LEVELS:
        (sums,) = [each for each in report.tiers if (each.tier, each.level) == (tier, level)]
        months = [each for each in report.tiers_by_month if (each.tier, each.level) == (tier, level)]
        assert len(months) == 18
        assert sums.members == months[-1].members == _standing(expected, tier, level)
        for why in ("reached", "fallen", "lapsed"):
            assert getattr(sums, why) == sum(getattr(month, why) for month in months)


def _standing(expected, tier, level):
    """Count the customers whose last move on a ladder was to a level."""
    ends = [[move for move in own if move[1] == tier] for own in expected.values()]
    return len([own for own in ends if own and own[-1][3] == level])


def test_B4_stored_levels_are_those_of_the_report():
    """400 purchases over a repository: the members' own views agree with the table."""
    with shared_file("cdnow_sample.csv").open("rb") as file:
        head = b"".join([next(file) for _ in range(400)])
    repository = MemoryRepository()
    report, _ = played(head, repository)
    assert report.tiers == played(head, None)[0].tiers
    loyalty = Loyalty(revisions(tier=TIERS), repository)
    names = {line.split(",")[0] for line in head.decode().splitlines()[1:]}
    views = [tier for name in names for tier in loyalty.members.view(name, at=report.last_at).tiers]
    assert [each.members for each in report.tiers] == [
        len([view for view in views if (view.tier, view.level) == about]) for about in LEVELS
    ]
    rows = {(row.tier, row.level): row.members for row in loyalty.reports.tiers(at=report.last_at).rows}
    assert [rows[about] for about in LEVELS] == [each.members for each in report.tiers]


def test_B4_moves_are_written_by_the_command(tmp_path, monkeypatch, capsys):
    """As CSV, one by one."""
    monkeypatch.chdir(tmp_path)
    Path("orders.csv").write_text(HEAD + "2026-01-01,1.00,=anna\n", encoding="utf-8")
    Path("columns.json").write_text(json.dumps(CDNOW), encoding="utf-8")
    program = revisions(tier=[{"name": "seen", "levels": [{"name": "once", "visits": 1}]}]).programs[0]
    Path("program.json").write_text(json.dumps(program.to_dict()), encoding="utf-8")
    told = ["--program", "program.json", "--orders", "orders.csv", "--columns", "columns.json"]
    assert main(["replay", *told, "--moves", "moves.csv", "--say", "tiers"]) == 0
    assert Path("moves.csv").read_text(encoding="utf-8").splitlines() == [
        "at,member,tier,before,level,why",
        "2026-01-01T00:00:00-06:00,'=anna,seen,,once,reached",
    ]
    assert "seen: once" in capsys.readouterr().out
