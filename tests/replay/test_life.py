"""A replay over a repository: what became of the points."""

from __future__ import annotations

import io
import random
import tracemalloc
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from loyaltykit import InvalidValue, Loyalty, Money, Order, Points, Revisions, StoreTooNew, UnreadableOrders
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.errors import RepositoryError
from loyaltykit.ledger.repository import Change
from loyaltykit.operations.programs import Programs
from loyaltykit.replay import Flow, Life, flows, life_cycle, replay, report_in_words
from loyaltykit.replay.flows import read_life
from tests.replay.support import FULL, assert_agrees, columns, documents_of, entries_of, program, revisions

NAMED = FULL | {"id": "id"}
HEAD = "id,when,fare,who,where,how\n"
SPENT = {"cashback": [{"percent": 10}], "redemption": [{"max_share": 50}]}
LIVING = SPENT | {"expiry": {"after": "P30D", "until_end_of": "month"}}


def lived(text, repository=None, *, redeem="all", under=None, named=None, **options):
    """Replay *text* over *repository*, one in memory if left out, under 10 % cashback of which half pays a fare."""
    return replay(
        io.BytesIO(text.encode()),
        columns=columns(named=named or NAMED),
        revisions=under or revisions(**LIVING),
        repository=MemoryRepository() if repository is None else repository,
        redeem=redeem,
        **options,
    )


def flow(issued, redeemed, expired, liability):
    """Give a flow of points that are worth a cent each."""
    figures = [Points(figure) for figure in (issued, redeemed, expired, liability)]
    return Flow(*figures, Money.from_minor(liability, "USD"))


BY_HAND = (
    "o1,2026-01-10T12:00-06:00,10.00,m1,,\n"  # earns 100, up to 1 March
    "o2,2026-01-20T12:00-06:00,1.00,m1,,\n"  # spends 50, earns 10
    "o3,2026-02-05T12:00-06:00,20.00,m2,,\n"  # earns 200, up to 1 April
    "o4,2026-04-02T12:00-05:00,4.00,m2,,\n"  # has nothing left to spend, earns 40
)


def test_B4_points_are_issued_redeemed_and_expire():
    """By hand: 60 points of m1 expire with February, 200 of m2 with March, though nobody comes in that month."""
    report = lived(HEAD + BY_HAND)
    assert report.life == Life(
        "all",
        datetime(2026, 4, 2, 17, tzinfo=UTC),
        flow(350, 50, 260, 40),
        {"2026": flow(350, 50, 260, 40)},
        {
            "2026-01": flow(110, 50, 0, 60),
            "2026-02": flow(200, 0, 0, 260),
            "2026-03": flow(0, 0, 60, 200),
            "2026-04": flow(40, 0, 200, 40),
        },
    )
    assert report.life.total.breakage == Fraction(26, 35)
    assert report.total.points == Points(350)


def test_without_redemption_all_that_doesnt_expire_is_owed():
    """The most that may be owed; it's what is reported unless the caller assumes more."""
    report = lived(HEAD + BY_HAND, redeem=None)
    assert (report.life.redeem, report.life.total) == ("none", flow(350, 0, 310, 40))


def test_months_are_those_of_the_program_and_cover_years():
    """A branch in Moscow counts its orders in February, the program in Chicago its points in January."""
    under = revisions(branches=[{"id": "moscow", "time_zone": "Europe/Moscow"}], **SPENT)
    report = lived(
        HEAD + "o1,2026-01-01T03:00Z,10,m1,moscow,\no2,2026-02-01T03:00Z,10,m1,moscow,\n", under=under, redeem=None
    )
    assert list(report.by_month) == ["2026-01", "2026-02"]
    assert report.life.by_month == {"2025-12": flow(100, 0, 0, 100), "2026-01": flow(100, 0, 0, 200)}
    assert report.life.by_year == {"2025": flow(100, 0, 0, 100), "2026": flow(100, 0, 0, 200)}


def test_delayed_awards_are_issued_when_they_fall_due_and_not_before():
    """Two orders earn 100 points each, 3 days later; by the second one those of the first were issued."""
    under = revisions(cashback=[{"percent": 10, "delay": "P3D"}])
    report = lived(HEAD + "o1,2026-01-30T12Z,10,m1,,\no2,2026-02-02T12Z,10,m1,,\n", under=under)
    assert report.total.points == Points(200)
    assert report.life.by_month == {"2026-01": flow(0, 0, 0, 0), "2026-02": flow(100, 0, 0, 100)}


def test_what_expires_at_the_last_order_is_expired_then():
    """Half-open: at the first moment of March it's gone, a microsecond before it isn't."""
    first = HEAD + "o1,2026-01-10T12:00-06:00,10.00,m1,,\n"
    before = lived(first + "o2,2026-02-28T23:59:59.999999-06:00,1.00,m2,,\n")
    then = lived(first + "o2,2026-03-01T00:00-06:00,1.00,m2,,\n")
    assert (before.life.total, then.life.total) == (flow(110, 0, 0, 110), flow(110, 0, 100, 10))


def test_where_nothing_is_spent_it_is_the_report_of_the_calculators():
    """But for the life of the points, both ways say the same to the letter."""
    text, under = HEAD + generated(300), revisions(**ALL)
    over = lived(text, redeem=None, under=under).to_dict()
    alone = replay(io.BytesIO(text.encode()), columns=columns(named=NAMED), revisions=under).to_dict()
    assert over.pop("life")["total"]["issued"] == alone["total"]["points"]
    assert [over.pop(part) for part in ("promos", "invitations", "bonuses")] == [[], [], []]
    assert over == alone


ALL = {
    "cashback": [
        {"name": "north", "percent": 7, "scope": {"branches": ["north"]}, "maximum": 90},
        {"percent": 3},
    ],
    "first_app_order": [{"points": 50, "minimum": "5", "channels": ["app"]}],
    "redemption": [{"max_share": 30, "minimum": 20}],
    "expiry": {"after": "P20D", "inactivity": "P2W", "until_end_of": "week"},
}


def generated(count, *, seed=4):
    """Give *count* orders of 20 members over a year, in any order."""
    luck = random.Random(seed)  # noqa: S311 - no secret
    start = datetime(2026, 1, 1, tzinfo=UTC)
    lines = []
    for number in range(count):
        at = start + timedelta(minutes=luck.randrange(525_600))
        who, where, how = f"m{luck.randrange(20)}", luck.choice(["north", "south", ""]), luck.choice(["app", "phone"])
        lines.append(f"o{number},{at.isoformat()},{luck.randrange(6000) / 100:.2f},{who},{where},{how}\n")
    return "".join(lines)


def test_B10_memory_and_sqlite_agree_and_the_same_file_again_changes_nothing(tmp_path):
    """Entries, documents and reports are equal, in two revisions, with delays; so they are after a second run."""
    later = ALL | {"cashback": [{"percent": 9, "delay": "PT36H"}], "in_force_from": "2026-06-01"}
    under = Revisions([program(**ALL), program(**later)])
    text = HEAD + generated(400)
    memory, sqlite = MemoryRepository(), SqliteRepository(tmp_path / "loyalty.db")
    first = lived(text, memory, under=under)
    second = lived(text, sqlite, under=under)
    assert first == second
    assert entries_of(memory) == entries_of(sqlite)
    assert documents_of(memory) == documents_of(sqlite)
    assert_agrees(first, memory, under)
    assert_agrees(second, sqlite, under)
    kept = list(sqlite._connection.iterdump())
    sqlite.close()
    again = SqliteRepository(tmp_path / "loyalty.db")
    assert lived(text, again, under=under).to_json() == second.to_json()
    assert list(again._connection.iterdump()) == kept
    again.close()
    assert first.life.total.redeemed > Points(0) < first.life.total.expired


def test_a_file_in_two_parts_comes_to_the_same_as_whole():
    """The first part, then the second over the same store: what happens between them is booked no sooner."""
    lines = sorted(generated(200).splitlines(keepends=True), key=lambda line: line.split(",")[1])
    whole, parts = MemoryRepository(), MemoryRepository()
    under = revisions(**ALL)
    report = lived(HEAD + "".join(lines), whole, under=under)
    lived(HEAD + "".join(lines[:90]), parts, under=under)
    assert lived(HEAD + "".join(lines[90:]), parts, under=under).life == report.life
    assert lived(HEAD + "".join(lines), parts, under=under) == report
    plain = [
        [(entry.at, entry.account, entry.amount, entry.detail) for entry in entries_of(one)] for one in (whole, parts)
    ]
    assert sorted(plain[0]) == sorted(plain[1])


def test_what_was_promised_stands_when_settings_change_between_runs():
    """The second run is answered as the first was, and names its revision."""
    repository, before, after = MemoryRepository(), revisions(**SPENT), revisions(cashback=[{"percent": 20}])
    first = lived(HEAD + BY_HAND, repository, under=before)
    more = "o5,2026-04-03T12:00-05:00,1.00,m3,,\n"
    second = lived(HEAD + BY_HAND + more, repository, under=after)
    assert second.life.total.issued == first.life.total.issued + Points(20)
    assert second.revisions == ((after.programs[0].revision, 1), (before.programs[0].revision, 4))


def test_an_id_that_stands_twice_in_a_file_counts_once():
    """The first line counts, whatever its moment; each other one is told, with the line that had it before."""
    told = []
    text = HEAD + "o1,soon,1,m1,,\no1,2026-01-10T12Z,10,m1,,\no2,2026-01-11T12Z,10,m1,,\no1,2026-01-09T12Z,30,m2,,\n"
    report = lived(text, on_refused=lambda line, refusal: told.append((line, refusal.code, str(refusal))))
    assert told[1:] == [(5, "duplicate_order", "its order, o1, stands on line 3 already")]
    assert (report.read, report.refused_count, report.total.orders) == (4, 2, 2)
    assert report.total.turnover == Money("20.00", "USD")


def test_an_order_that_the_store_knows_otherwise_is_refused():
    """Its price has changed since the first run: which one is right nobody knows, and the first one stands."""
    repository = MemoryRepository()
    first = lived(HEAD + BY_HAND, repository)
    kept = documents_of(repository)
    report = lived(HEAD + BY_HAND.replace("20.00", "21.00"), repository)
    assert [(line, refusal.code, refusal.id) for line, refusal in report.refused_rows] == [(4, "known_otherwise", "o3")]
    assert report.total.orders == 3
    assert report.life == first.life
    assert documents_of(repository) == kept


def test_another_redemption_is_another_question():
    """What members spent in the first run is spent: only a new store answers anew."""
    repository = MemoryRepository()
    lived(HEAD + BY_HAND, repository)
    assert lived(HEAD + BY_HAND, repository, redeem=None).refused[0].rows == 4


def test_sums_that_no_store_can_hold_are_refused():
    """It's no order's price: nothing is held for it."""
    text = HEAD + f"o1,2026-01-10T12Z,10,m1,,\no2,2026-01-11T12Z,{10**24},m1,,\no3,2026-01-12T12Z,1.00,m1,,\n"
    repository = MemoryRepository()
    report = lived(text, repository)
    assert [(line, refusal.code) for line, refusal in report.refused_rows] == [(3, "not_bookable")]
    assert report.life.total == flow(110, 50, 0, 60)
    kept = documents_of(repository)
    assert lived(text, repository) == report
    assert documents_of(repository) == kept


def test_a_document_that_cant_be_read_ends_the_replay():
    """What time has done to it can't be booked, and no figure would be right."""
    repository = MemoryRepository()
    lived(HEAD + "o1,2026-01-10T12Z,10,m1,,\n", repository)
    key, due = '["city","member","m1"]', datetime(2026, 2, 1, tzinfo=UTC)
    damaged = {"guards": {key: 1}, "puts": {key: '{"v":1}'}, "due": {key: due}}
    repository.commit(Change(operation_id="by hand", digest="d", **damaged))
    with pytest.raises(RepositoryError, match=r"what \[\"city\",\"member\",\"m1\"\] holds is damaged"):
        lived(HEAD + "o3,2026-04-10T12Z,1,m2,,\n", repository, redeem=None)


def test_a_store_that_is_newer_is_told_as_such():
    """Whether it's met by an order or by what is due."""
    for customer in ("m1", "m2"):
        repository = MemoryRepository()
        lived(HEAD + "o1,2026-01-10T12Z,10,m1,,\n", repository)
        key, due = '["city","member","m1"]', datetime(2026, 2, 1, tzinfo=UTC)
        newer = {"guards": {key: 1}, "puts": {key: '{"v":9}'}, "due": {key: due}}
        repository.commit(Change(operation_id="a later release", digest="d", **newer))
        with pytest.raises(StoreTooNew):
            lived(HEAD + f"o2,2026-03-10T12Z,10,{customer},,\n", repository)


def test_line_numbers_are_ids_of_an_empty_store_alone():
    """Beside other orders the number of a line says nothing: two files would have the same ids."""
    repository, text = MemoryRepository(), "when,fare,who,where,how\n2026-01-10T12Z,10,m1,,\n"
    assert lived(text, repository, named=FULL).life.total == flow(100, 0, 0, 100)
    with pytest.raises(UnreadableOrders, match="the orders have no ids, and the store holds orders already"):
        lived(text, repository, named=FULL)


def test_orders_of_another_program_are_no_hindrance():
    """Programs share a store, and nothing collides."""
    repository, raw = MemoryRepository(), {"id": "other"}
    at = datetime(2026, 1, 10, tzinfo=UTC)
    Loyalty(program(**raw, **SPENT), repository).settle(Order(id="2", customer="m1", price=Money(9, "USD")), at=at)
    text = "when,fare,who,where,how\n2026-01-10T12Z,10,m1,,\n"
    assert lived(text, repository, named=FULL).life.total == flow(100, 0, 0, 100)


def test_a_file_without_orders_has_no_months():
    """There's no moment up to which anything happened."""
    report = lived(HEAD)
    assert report.life == Life("all", None, flow(0, 0, 0, 0), {}, {})
    assert report.to_dict()["life"]["total"]["breakage_percent"] is None
    assert "What became" not in report_in_words(report)


def test_entries_are_read_page_by_page(monkeypatch):
    """A page of three gives the same figures as one that holds all."""
    whole = lived(HEAD + generated(60)).life
    monkeypatch.setattr(flows, "PAGE", 3)
    assert lived(HEAD + generated(60)).life == whole


def test_due_work_goes_batch_by_batch(monkeypatch):
    """Batches of two members come to the same as one of all."""
    whole = lived(HEAD + generated(60)).life
    monkeypatch.setattr(life_cycle, "PAGE", 2)
    assert lived(HEAD + generated(60)).life == whole


def test_memory_is_flat_in_entries(monkeypatch, tmp_path):
    """Ten times as many orders of the same members take the same memory, with an adapter that holds none of them."""
    monkeypatch.setattr(flows, "PAGE", 20)

    end = datetime(2027, 1, 1, tzinfo=UTC)

    def peak_of(count):
        repository = SqliteRepository(tmp_path / f"{count}.db")
        repository._connection.execute("PRAGMA synchronous = OFF")
        lines = "".join(f"o{number},2026-01-01T00:00:{number % 60:02}Z,3,m{number % 5},,\n" for number in range(count))
        lived(HEAD + lines, repository)
        tracemalloc.start()
        try:
            read_life(repository, Programs(revisions()), redeem="all", span=(end, end))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
            repository.close()

    peak_of(20)  # what is loaded once
    assert peak_of(600) < 1.5 * peak_of(60)


@pytest.mark.parametrize("redeem", ["some", 5, [], "none"])
def test_members_spend_all_or_nothing(redeem):
    """Anything else isn't an assumption that a replay can make."""
    with pytest.raises(InvalidValue, match="what members spend on past orders"):
        lived(HEAD, redeem=redeem)


def test_nothing_is_spent_without_a_repository():
    """Nobody has any points there."""
    with pytest.raises(InvalidValue, match="what members spend needs a repository"):
        replay(io.BytesIO(HEAD.encode()), columns=columns(named=NAMED), revisions=revisions(), redeem="all")


def test_an_order_counts_once_for_a_reason_that_is_given_twice():
    """When it was placed and when it was completed; why nothing was spent is told too."""
    report = lived(HEAD + "o1,2026-01-10T12Z,0.01,m1,,\n", under=revisions(**ALL))
    assert {(why.rule, why.first.code): why.orders for why in report.why_not_more} == {
        ("cashback", "rounded_to_nothing"): 1,
        ("first_app_order", "not_app"): 1,
        ("redemption", "below_minimum_redemption"): 1,
    }


def test_the_life_as_json_and_in_words():
    """To the letter; shares are rounded only here."""
    report = lived(HEAD + BY_HAND)
    march = {"issued": "0", "redeemed": "0", "expired": "60", "liability": "200", "liability_worth": "2.00"}
    total = {"issued": "350", "redeemed": "50", "expired": "260", "liability": "40", "liability_worth": "0.40"}
    told = report.to_dict()["life"]
    assert (told["redeem"], told["until"]) == ("all", "2026-04-02T17:00:00+00:00")
    assert told["total"] == total | {"breakage_percent": "74.29"}
    assert (told["by_year"], told["by_month"]["2026-03"]) == ({"2026": total}, march)
    words = report_in_words(report)
    assert "  points earned     350 to 2 of 2 members\n" in words
    assert words.split("\n\n")[3].splitlines() == [
        "What became of the points, if members spend all that they may on every order",
        "By month   issued  redeemed  expired  liability  worth",
        "  2026-01     110        50        0         60   0.60",
        "  2026-02     200         0        0        260   2.60",
        "  2026-03       0         0       60        200   2.00",
        "  2026-04      40         0      200         40   0.40",
        "  in all      350        50      260         40   0.40",
        "  breakage: 74.29 % of the points issued expired unspent",
    ]


def test_more_than_two_years_are_told_by_year():
    """Liability is that at each year's end; where nothing was issued there's no breakage."""
    later = "o5,2028-04-02T12:00-05:00,4.00,,,\n"
    words = report_in_words(lived(HEAD + BY_HAND + later, redeem=None, under=revisions(**SPENT)))
    assert words.split("\n\n")[3].splitlines()[:4] == [
        "What became of the points, if members spend none",
        "By year   issued  redeemed  expired  liability  worth",
        "  2026       350         0        0        350   3.50",
        "  2027         0         0        0        350   3.50",
    ]
    assert "breakage" not in report_in_words(lived(HEAD + later))
