"""What each rule cost, beside points: by hand, over a handful of orders."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime

import pytest

from loyaltykit import InvalidValue, Loyalty, Money, Points, Revisions, SettingsError
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.geo import DistrictMap
from loyaltykit.replay import outcome, replay, report_in_words
from loyaltykit.replay.costs import Costs, DistrictSums, InvitationSums, PromoSums, StepSums
from loyaltykit.replay.picture import districts_svg
from loyaltykit.replay.words import PARTS
from tests.replay.support import columns, documents_of, entries_of, program, revisions

NAMED = {
    "id": "id",
    "placed_at": "when",
    "price": "fare",
    "customer": "who",
    "worker": "driver",
    "pickup_longitude": "lon",
    "pickup_latitude": "lat",
    "promo_code": "promo",
    "referral_code": "code",
    "referrer": "by",
    "worker_referrer": "driver_by",
}
HEAD = "id,when,fare,who,driver,lon,lat,promo,code,by,driver_by\n"
SPLIT = {"percent": 10, "shares": {"customer_referrer": 40, "customer": 40, "worker_referrer": 20}}


def usd(amount):
    """Give dollars."""
    return Money(amount, "USD")


def square(name, west):
    """Give a district, a degree wide, that begins in the west."""
    ring = [[west, 0], [west + 1, 0], [west + 1, 1], [west, 1], [west, 0]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"id": name, "name": f"the {name}"}, "geometry": geometry}


TOWN = DistrictMap.from_geojson(
    {"type": "FeatureCollection", "features": [square("west", 10), square("east", 11), square("far", 20)]}, key="id"
)


def worked(lines, under, **options):
    """Replay *lines* under the revisions *under*, without a repository unless *options* have one."""
    file = io.BytesIO((HEAD + lines).encode())
    return replay(file, columns=columns(named=NAMED), revisions=under, **options)


SURCHARGED = {
    "surcharge": [
        {"name": "west", "raise_to": "10", "scope": {"districts": ["west"]}},
        {"name": "any", "raise_to": "5"},
        {"name": "tenth", "percent": 10},
    ]
}
SURCHARGED_ANYWHERE = {"surcharge": [{"sum": 1}]}
RIDES = (
    "o1,2026-01-10T12Z,4.00,m1,w1,10.5,0.5,,,,\n"  # in the west: 6.00 and 0.40
    "o2,2026-01-10T13Z,4.00,m1,w1,11.5,0.5,,,,\n"  # in the east: 1.00 and 0.40
    "o3,2026-01-10T14Z,4.00,m1,w1,,,,,,\n"  # nobody knows where: 1.00 and 0.40
    "o4,2026-01-10T15Z,20.00,m1,w1,50,0.5,,,,\n"  # in no district: 2.00
)


def test_G4_surcharges_are_counted_by_rule_and_by_district():
    """By hand; a pickup in no district, and none at all, are one line."""
    report = worked(RIDES, revisions(**SURCHARGED), districts=TOWN)
    assert [(rule.rule, rule.kind, rule.awards, rule.money) for rule in report.by_rule] == [
        ("any", "surcharge", 2, usd("2.00")),
        ("tenth", "surcharge", 4, usd("3.20")),
        ("west", "surcharge", 1, usd("6.00")),
    ]
    assert report.by_district == (
        DistrictSums(None, None, 2, usd(24), Points(0), usd("3.40"), usd(0)),
        DistrictSums("east", "the east", 1, usd(4), Points(0), usd("1.40"), usd(0)),
        DistrictSums("west", "the west", 1, usd(4), Points(0), usd("6.40"), usd(0)),
    )
    assert report.costs == Costs(usd(0), usd("11.20"), usd(0), usd(0))
    assert report.costs.total == usd("11.20")
    assert report_in_words(report, ["districts", "rules"]).splitlines() == [
        "By district        orders  turnover  surcharges     share",
        "  the west (west)       1      4.00        6.40  160.00 %",
        "  (no district)         2     24.00        3.40   14.17 %",
        "  the east (east)       1      4.00        1.40   35.00 %",
        "",
        "By rule  awards  points  money  cost    share",
        "  any         2       0   2.00  2.00   6.25 %",
        "  tenth       4       0   3.20  3.20  10.00 %",
        "  west        1       0   6.00  6.00  18.75 %",
    ]


def test_G4_the_map_is_coloured_by_what_was_paid():
    """Districts where no order began have no figure; orders in none aren't on it."""
    picture = districts_svg(worked(RIDES, revisions(**SURCHARGED), districts=TOWN), TOWN)
    assert "<title>the west (west): 6.40</title>" in picture
    assert "<title>the far (far)</title>" in picture
    assert 'fill="#bd0026"' in picture


def test_a_district_that_is_named_stands():
    """The map is asked only where the file names none; without a map a name is the id."""
    named = {"placed_at": "when", "price": "fare", "worker": "driver", "district": "where"}
    lines = b"when,fare,driver,where\n2026-01-10T12Z,4.00,w1,west\n2026-01-10T12Z,4.00,w1,\n"
    report = replay(io.BytesIO(lines), columns=columns(named=named), revisions=revisions(**SURCHARGED))
    assert [(each.district, each.surcharges) for each in report.by_district] == [
        (None, usd("1.40")),
        ("west", usd("6.40")),
    ]
    assert report_in_words(report, ["districts"]).splitlines()[1].split()[0] == "west"


def test_without_districts_there_is_no_table_of_them():
    """Orders that name none aren't orders in a district called none."""
    report = worked(RIDES, revisions(**SURCHARGED))
    assert report.by_district == ()
    assert report_in_words(report, ["districts"]) == ""


def test_many_districts_are_cut_short_with_their_number():
    """The four where most was paid are told."""
    named = {"placed_at": "when", "price": "fare", "worker": "driver", "district": "where"}
    lines = "when,fare,driver,where\n" + "".join(f"2026-01-10T12Z,{n},w1,d{n}\n" for n in range(1, 7))
    report = replay(io.BytesIO(lines.encode()), columns=columns(named=named), revisions=revisions(**SURCHARGED))
    told = report_in_words(report, ["districts"]).splitlines()
    assert [line.split()[0] for line in told[1:]] == ["d1", "d2", "d3", "d4", "and"]
    assert told[-1] == "  and 2 others"


def test_scopes_that_name_no_district_of_the_map_are_told_before_anything_is_read():
    """A rule for a misspelt district would cost nothing, and nobody would know why."""
    under = revisions(surcharge=[{"sum": 1, "scope": {"districts": ["wset"]}}])
    with pytest.raises(SettingsError, match=r"wset is no district of the map \(did you mean west\?\)"):
        replay(object(), columns=columns(named=NAMED), revisions=under, districts=TOWN)


def test_R1_without_a_repository_a_split_takes_the_referrers_of_the_row():
    """10 % of 10.00 is 100 points: 40, 40 and 20; who brings themselves brings nobody."""
    lines = "o1,2026-01-10T12Z,10.00,m1,w1,,,,,m7,w7\no2,2026-01-10T12Z,10.00,m2,w2,,,,,m2,w2\n"
    report = worked(lines, revisions(referral_split=[SPLIT | {"missing_referrer": "program"}]))
    assert {gain.member: gain.points.minor for gain in report.gained_most} == {"m1": 40, "m7": 40, "w7": 20, "m2": 40}


CODED = {
    "redemption": [{}],
    "promo": [{"name": "summer", "code": "SUMMER", "percent": 50, "budget": "6"}],
    "invitation": [{"name": "wave", "referee_points": 100, "referrer_points": 50}],
    "worker_bonus": [{"name": "weekly", "every": "P7D", "ladder": [{"orders": 1, "sum": 1}, {"orders": 2, "sum": 5}]}],
}


def test_what_needs_a_repository_is_said_not_to_be_counted():
    """Codes are passed over: nobody would know what is left of a budget."""
    line = "o1,2026-01-10T12Z,10.00,m1,w1,,,SUMMER,,m7,\n"
    report = worked(line, revisions(**CODED))
    assert report.not_counted == ("worker_bonus", "promo", "invitation")
    assert (report.total.turnover, report.by_rule, report.why_not_more) == (usd(10), (), ())
    assert "  not counted     worker_bonus, promo, invitation: these need a repository" in report_in_words(report)
    assert worked(line, revisions()).not_counted == ()


CODES = (
    "o1,2026-01-10T12:00Z,10.00,m1,w1,,,summer,,m7,\n"  # 5.00 off; m7 brings m1
    "o2,2026-01-11T12:00Z,10.00,m2,w1,,,SUMMER,,m7,\n"  # 1.00 is left; m7 brings m2
    "o3,2026-01-12T12:00Z,10.00,m3,w2,,,SUMMER,,m3,\n"  # nothing is left; nobody brings themselves
    "o4,2026-01-13T12:00Z,10.00,m1,w1,,,,,m7,\n"
    "o5,2026-01-20T12:00Z,10.00,m4,w1,,,,,,\n"
)


@pytest.mark.parametrize("store", ["memory", "sqlite"])
def test_G1_G9_G10_what_codes_and_bonuses_cost_and_the_same_again(store, tmp_path):
    """By hand: 6.00 off prices, two friends, and weeks of three orders and one; the same file again changes nothing."""
    repository = MemoryRepository() if store == "memory" else SqliteRepository(tmp_path / "loyalty.db")
    report = worked(CODES, revisions(**CODED), repository=repository)
    assert report.promos == (PromoSums("summer", 2, usd(6), Points(0), usd(6), usd(0)),)
    assert report.invitations == (InvitationSums("wave", 2, Points(300)),)
    assert report.bonuses == (StepSums("weekly", 1, usd(1), 1, 1), StepSums("weekly", 2, usd(5), 1, 1))
    assert report.costs == Costs(usd(3), usd(0), usd(6), usd(6))
    assert {rule.rule: (rule.awards, rule.cost) for rule in report.by_rule} == {
        "summer": (2, usd(6)),
        "wave": (4, usd(3)),
        "weekly": (2, usd(6)),
    }
    reasons = {(why.rule, why.first.code) for why in report.why_not_more}
    assert reasons == {("summer", "limited_by_budget"), ("summer", "budget_spent"), ("referral_code", "self_referral")}
    kept = documents_of(repository), entries_of(repository)
    assert worked(CODES, revisions(**CODED), repository=repository) == report
    assert (documents_of(repository), entries_of(repository)) == kept
    if store == "sqlite":
        repository.close()


def test_what_codes_and_bonuses_cost_in_words_and_as_json():
    """To the letter."""
    report = worked(CODES, revisions(**CODED), repository=MemoryRepository())
    assert report_in_words(report, ["totals", "bonuses", "codes"]).splitlines()[5:] == [
        "  points earned     300 to 3 of 5 members",
        "  worth            3.00 USD, 6.82 % of turnover",
        "  bonuses          6.00 USD",
        "  off prices       6.00 USD",
        "  cost in all     15.00 USD, 34.09 % of turnover",
        "",
        "Worker bonuses       sum  times  workers  money",
        "  weekly: 1 order   1.00      1        1   1.00",
        "  weekly: 2 orders  5.00      1        1   5.00",
        "",
        "Promos    uses  points  off prices  budget  left",
        "  summer     2       0        6.00    6.00  0.00",
        "Invitations  friends  points",
        "  wave             2     300",
    ]
    told = json.loads(report.to_json())
    assert told["promos"] == [
        {"promo": "summer", "uses": 2, "discounts": "6.00", "points": "0", "budget": "6.00", "budget_left": "0.00"}
    ]
    assert told["invitations"] == [{"rule": "wave", "friends": 2, "points": "300"}]
    assert told["bonuses"][1] == {
        "rule": "weekly",
        "orders": 2,
        "sum": "5.00",
        "times": 1,
        "workers": 1,
        "money": "5.00",
    }
    assert told["costs"]["total"] == "15.00"


def test_G10_files_that_follow_each_other_share_a_budget():
    """The second file's own uses are counted, and what is left is what the store says."""
    repository, lines = MemoryRepository(), CODES.splitlines(keepends=True)
    worked(lines[0], revisions(**CODED), repository=repository)
    report = worked(lines[1], revisions(**CODED), repository=repository)
    assert report.promos == (PromoSums("summer", 1, usd(1), Points(0), usd(6), usd(0)),)


def test_a_promo_without_a_budget_or_uses_is_told_too():
    """Nothing was given, and nothing is left of what there never was."""
    under = revisions(redemption=[{}], promo=[{"name": "gift", "code": "GIFT", "points": 5}])
    report = worked("o1,2026-01-10T12Z,10.00,m1,,,,,,,\n", under, repository=MemoryRepository())
    assert report.promos == (PromoSums("gift", 0, usd(0), Points(0), None, None),)
    assert report_in_words(report, ["codes"]).splitlines()[1] == "  gift     0       0        0.00       –     –"


def test_T4_a_referral_code_in_the_file_goes_before_the_referrer():
    """m7's code, which was given out before the file began, brings m1; m9, whom the row names, doesn't."""
    repository, under = MemoryRepository(), revisions(**CODED)
    Loyalty(under, repository).codes.issue("i1", "m7", at=datetime(2026, 1, 1, tzinfo=UTC), code="SEVEN")
    lines = "o1,2026-01-10T12Z,10.00,m1,w1,,,,seven,m9,\no2,2026-01-10T12Z,10.00,m2,w1,,,,NOBODYS,,\n"
    report = worked(lines, under, repository=repository)
    assert {gain.member: gain.points.minor for gain in report.gained_most} == {"m1": 100, "m7": 50}
    assert [(why.rule, why.first.code) for why in report.why_not_more] == [("referral_code", "code_unknown")]


def test_R9_whoever_brought_a_worker_has_a_share_from_the_first_order_on():
    """Workers join with their first order; a later row that names somebody else changes nothing."""
    lines = "o1,2026-01-10T12Z,10.00,m1,w1,,,,,,w7\no2,2026-01-11T12Z,10.00,m1,w1,,,,,,w9\n"
    report = worked(lines, revisions(referral_split=[SPLIT]), repository=MemoryRepository())
    assert {gain.member: gain.points.minor for gain in report.gained_most} == {"m1": 160, "w7": 40}


def test_referrers_mean_nothing_to_a_program_without_referral_rules():
    """Nobody is given a code, and no order is told that it can't be used."""
    repository = MemoryRepository()
    lines = "o1,2026-01-10T12Z,10.00,m1,w1,,,,ABCD,m7,w7\n"
    report = worked(lines, revisions(cashback=[{"percent": 5}]), repository=repository)
    assert report.why_not_more == ()
    assert not [key for key in documents_of(repository) if "m7" in key or "w7" in key]


def test_G1_what_late_orders_make_of_a_week_is_told_apart():
    """A second file goes back into a week that was paid 1.00: the second order in it makes that 5.00."""
    repository, under = MemoryRepository(), revisions(worker_bonus=CODED["worker_bonus"])
    worked("o1,2026-01-10T12Z,1.00,m1,w1,,,,,,\no2,2026-01-18T12Z,1.00,m1,w1,,,,,,\n", under, repository=repository)
    late = "o3,2026-01-12T12Z,1.00,m1,w1,,,,,,\no4,2026-01-19T12Z,1.00,m1,w2,,,,,,\n"
    report = worked(late, under, repository=repository)
    assert report.bonuses == (StepSums("weekly", 1, usd(1), 1, 1), StepSums("weekly", None, usd(4), 1, 1))
    assert report.costs == Costs(usd(0), usd(0), usd(5), usd(0))
    assert [(rule.rule, rule.awards, rule.money) for rule in report.by_rule] == [("weekly", 2, usd(5))]
    assert report_in_words(report, ["bonuses"]).splitlines()[2].startswith("  weekly: late orders  4.00")


def test_bonuses_are_read_page_by_page(monkeypatch):
    """Pages of a single worker give the same as one of all."""
    under = revisions(**CODED, **SURCHARGED_ANYWHERE)
    whole = worked(CODES, under, repository=MemoryRepository())
    monkeypatch.setattr(outcome, "PAGE", 1)
    assert worked(CODES, under, repository=MemoryRepository()) == whole
    assert (whole.costs.bonuses, whole.costs.surcharges) == (usd(6), usd(5))


def test_B8_steps_are_those_of_all_revisions():
    """A running week ends under the ladder that it began with; the first order after it begins anew."""
    later = program(
        in_force_from="2026-01-19",
        worker_bonus=[{"name": "weekly", "every": "P7D", "ladder": [{"orders": 1, "sum": 2}]}],
    )
    under = Revisions([program(worker_bonus=CODED["worker_bonus"]), later])
    lines = "".join(f"o{day},2026-01-{day}T12Z,1.00,m1,w1,,,,,,\n" for day in (10, 20, 28))
    lines += "o40,2026-02-05T12Z,1.00,m1,w1,,,,,,\n"
    report = worked(lines, under, repository=MemoryRepository())
    assert report.bonuses == (StepSums("weekly", 1, usd(1), 2, 1), StepSums("weekly", 1, usd(2), 1, 1))


def test_a_part_that_a_report_doesnt_have_is_refused():
    """With those that it has."""
    report = worked("", revisions())
    assert report_in_words(report, PARTS) == report_in_words(report)
    with pytest.raises(InvalidValue, match=r"'rule' is no part of a report: did you mean rules\?"):
        report_in_words(report, ["rule"])
