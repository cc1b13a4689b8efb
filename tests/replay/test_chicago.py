"""The example: Chicago's trips under its program, every figure as a plain loop on `Decimal` has it."""

from __future__ import annotations

import importlib.util
import re
from collections import Counter
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from itertools import accumulate
from random import Random

import pytest

from loyaltykit import Loyalty, Money, read_revisions
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.geo import DistrictMap
from loyaltykit.replay import read_columns, replay
from tests.replay.chicago import played
from tests.replay.support import EXAMPLES, ROOT, assert_agrees, documents_of, entries_of

REVISIONS = read_revisions(EXAMPLES / "chicago" / "program.toml")
SURCHARGES = ("Loop rush hour", "airport comfort", "at least five", "night", "south and west")


@pytest.fixture(scope="module")
def demo():
    """Give the module of ``make demo``."""
    spec = importlib.util.spec_from_file_location("chicago_demo", EXAMPLES / "chicago" / "demo.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def areas():
    """Give the map of community areas."""
    path = EXAMPLES / "data" / "chicago_community_areas.geojson"
    return DistrictMap.from_geojson(path, key="area_number", name="community")


@pytest.fixture(scope="module")
def trips(demo, tmp_path_factory):
    """Give the file of trips that the demo writes."""
    path = tmp_path_factory.mktemp("chicago") / "trips.csv"
    demo.write_trips(path)
    return path


def replay_chicago(trips, areas, **options):
    """Replay the demo's trips under its program; the codes that are drawn are the same each time."""
    with trips.open("rb") as file, pytest.MonkeyPatch.context() as patch:
        patch.setattr("secrets.randbelow", Random(1).randrange)  # noqa: S311 - no secret
        return replay(
            file,
            columns=read_columns(EXAMPLES / "chicago" / "columns.toml"),
            revisions=REVISIONS,
            districts=areas,
            **options,
        )


@pytest.fixture(scope="module")
def lived(trips, areas):
    """Give the report over a repository in memory, riders spending all that they may, and the repository."""
    repository = MemoryRepository()
    return replay_chicago(trips, areas, repository=repository, redeem="all"), repository


@pytest.fixture(scope="module")
def by_hand():
    """Give the city as the plain loop has it, and the last moment."""
    return played(lives=True)


def sums_by_rule(report):
    """Give awards, points and money of each rule."""
    rules = report.by_rule
    awards, points = ({rule.rule: figure(rule) for rule in rules} for figure in (awards_of, points_of))
    return awards, points, {rule.rule: rule.money.amount for rule in rules if rule.money}


def awards_of(rule):
    """Give how often *rule* gave something."""
    return rule.awards


def points_of(rule):
    """Give the points that *rule* gave, as a number."""
    return rule.points.minor


def assert_adds_up(report, city):
    """See that rules, branches, areas, members and the totals are those of the *city* by hand; bonuses aside."""
    awards, points, money = sums_by_rule(report)
    for figures in (awards, points, money):
        figures.pop("weekly", None)
    assert awards == city.awards
    assert {rule: figure for rule, figure in points.items() if figure} == city.points
    assert money == city.money
    assert {branch: sums.points.minor for branch, sums in report.by_branch.items()} == city.by_branch
    assert {each.district: each.surcharges.amount for each in report.by_district if each.surcharges} == {
        str(area) if area else None: paid for area, paid in city.by_area.items()
    }
    best = sorted(city.by_member.items(), key=lambda pair: (-pair[1], pair[0]))[:10]
    assert [(gain.member, gain.points.minor) for gain in report.gained_most] == best
    assert (report.total.orders, report.refused_count) == (5001, 0)
    assert report.total.turnover == Money(city.turnover, "USD")
    assert report.total.points.minor == city.points.total()
    assert report.costs.points.amount == Decimal(city.points.total()) / 100
    assert report.costs.surcharges.amount == sum(city.money[rule] for rule in SURCHARGES)


def test_B4_G2_G4_chicago_adds_up_to_what_decimals_by_hand_give(trips, areas):
    """
    The calculators alone: cashback, shares, first orders and surcharges, by rule, company, area and rider.

    What rests on what is kept isn't counted, and said not to be.
    """
    city, _ = played(lives=False)
    report = replay_chicago(trips, areas)
    assert_adds_up(report, city)
    assert report.not_counted == ("worker_bonus", "promo", "invitation")
    assert (report.promos, report.invitations, report.bonuses, report.life) == ((), (), (), None)
    assert (report.costs.discounts, report.costs.bonuses) == (Money(0, "USD"), Money(0, "USD"))


def test_B4_G9_G10_R1_chicagos_life_adds_up_to_what_decimals_by_hand_give(lived, by_hand):
    """Codes, friends and shares, too: what a promo takes off isn't the basis of points any more."""
    report, _ = lived
    city, _ = by_hand
    assert_adds_up(report, city)
    assert report.not_counted == ()


def test_G10_the_promo_never_overspends_its_budget(lived, by_hand):
    """It's spent to the last cent; what is left and what was given are the budget."""
    report, _ = lived
    city, _ = by_hand
    (promo,) = report.promos
    assert (promo.promo, promo.uses, promo.discounts.amount) == ("summer", city.uses.total(), city.money["summer"])
    assert promo.budget == promo.discounts + promo.left == Money(200, "USD")
    assert report.costs.discounts == promo.discounts
    assert max(city.uses.values()) <= 3


def test_G9_friends_are_counted(lived, by_hand):
    """Each has 200 points, and whoever brought them 150."""
    report, _ = lived
    city, _ = by_hand
    (invitation,) = report.invitations
    assert (invitation.rule, invitation.friends) == ("spring wave", city.brought["spring wave"])
    assert invitation.points.minor == 350 * invitation.friends


def test_G1_bonuses_are_counted_step_by_step(lived, by_hand):
    """How often, to how many drivers, for how much; the program's account has paid just that."""
    report, repository = lived
    city, until = by_hand
    assert {step.orders: (step.times, step.workers) for step in report.bonuses} == city.bonuses(until)
    assert [step.sum.amount for step in report.bonuses] == [Decimal("1.00"), Decimal("5.00")]
    paid = sum(step.money.minor for step in report.bonuses)
    entries = [entry for entry in entries_of(repository) if entry.account == '["chicago","worker_bonus"]']
    assert -sum(entry.amount for entry in entries) == paid == report.costs.bonuses.minor
    (weekly,) = [rule for rule in report.by_rule if rule.rule == "weekly"]
    assert (weekly.kind, weekly.awards, weekly.money.minor) == ("worker_bonus", len(entries), paid)


def test_G2_workers_accounts_have_what_the_report_says(lived):
    """Surcharges by the entries: an account of the program, and those of the drivers."""
    report, repository = lived
    booked = Counter()
    for entry in entries_of(repository):
        booked[entry.account.split(",")[1].strip('"]')] += entry.amount if entry.unit == "USD" else 0
    assert -booked["surcharge"] == report.costs.surcharges.minor
    assert booked["worker"] == report.costs.surcharges.minor + report.costs.bonuses.minor


def test_the_reports_over_the_store_say_the_same(lived):
    """Theirs is another way to the same figures: by orders' documents and entries, not by what each call answered."""
    report, repository = lived
    reports, at = Loyalty(REVISIONS, repository).reports, report.life.until + timedelta(seconds=1)
    by_district, by_rule = Counter(), Counter()
    for row in reports.surcharges(at=at).rows:
        by_district[row.district] += row.money.minor
        by_rule[row.rule] += row.money.minor
    assert {each.district: each.surcharges.minor for each in report.by_district if each.surcharges} == by_district
    assert {rule.rule: rule.money.minor for rule in report.by_rule if rule.kind == "surcharge"} == by_rule
    (row,) = reports.promos(at=at).rows
    (promo,) = report.promos
    assert (row.promo, row.uses, row.discount, row.left) == (promo.promo, promo.uses, promo.discounts, promo.left)


def test_B10_chicagos_points_live_as_by_hand_in_memory_and_on_sqlite(lived, by_hand, trips, areas, tmp_path):
    """To the last unit, every month: issued, redeemed, expired and left; both stores hold the same, twice."""
    report, memory = lived
    city, _ = by_hand
    flows = list(report.life.by_month.values())
    assert [(flow.issued.minor, flow.redeemed.minor, flow.expired.minor) for flow in flows] == city.months()
    left = [issued - redeemed - expired for issued, redeemed, expired in city.months()]
    assert [flow.liability.minor for flow in flows] == list(accumulate(left))
    assert_agrees(report, memory, REVISIONS)
    with closing(SqliteRepository(tmp_path / "loyalty.db")) as sqlite:
        sqlite._connection.execute("PRAGMA synchronous = OFF")  # whether it's on the disk is tested elsewhere
        assert replay_chicago(trips, areas, repository=sqlite, redeem="all") == report
        assert entries_of(sqlite) == entries_of(memory)
        assert documents_of(sqlite) == documents_of(memory)
        kept = list(sqlite._connection.iterdump())
        assert replay_chicago(trips, areas, repository=sqlite, redeem="all") == report
        assert list(sqlite._connection.iterdump()) == kept


def test_the_demo_runs_from_anywhere(demo, tmp_path, monkeypatch, capfd):
    """It leaves exit status 0, a report that fits on a screen or two, a map, and the way to change it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(demo, "BUILD", tmp_path / "build")
    assert demo.run() == 0
    told, complaints = capfd.readouterr()
    assert complaints == ""
    assert len(told.splitlines()) <= 60
    assert "Chicago, replayed over 5,001 orders from 2013-01-01 to 2016-12-30" in told
    assert "5,000 of 5,000 pickups lie in the area that the city names" in told
    assert "examples/chicago/program.toml: make the budget of its summer" in told
    assert (tmp_path / "build" / "report.json").exists()
    page = (ROOT / "docs" / "replay.md").read_text("utf-8")
    for shown in re.findall(r"```text\n(.*?)```", page, re.DOTALL):
        assert shown in told
    picture = (tmp_path / "build" / "chicago-districts.svg").read_text(encoding="utf-8")
    assert picture.count("<path") == 77
    assert "<title>OHARE (76): 273.29</title>" in picture
