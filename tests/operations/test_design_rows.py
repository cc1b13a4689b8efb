"""The rows that every order's life keeps, question by question."""

from __future__ import annotations

import hashlib
import json

import pytest

from loyaltykit import Loyalty, OperationMismatch, Order, Points, Revisions, StoreTooNew
from loyaltykit.ledger.repository import Change
from tests.operations.support import (
    AT,
    DAY,
    HOUR,
    account_of,
    balance,
    city,
    codes,
    entries_of,
    everything,
    give,
    keys_of,
    ride,
    rub,
    statement,
)

HALF = {"redemption": [{"max_share": "50"}]}


def lot_amounts(repository):
    return [amount for _, _, amount in account_of(repository).lots]


def test_G8_which_lot_first(life, repository):
    """The row "which lot is spent first": soonest expiry, undated last."""
    Loyalty(city(), repository).settle(ride("5", id="undated", tariff="gift"), at=AT)
    loyalty = life(expiry={"after": "P60D"})
    give(loyalty, 20, at=AT + DAY, order="later")
    give(loyalty, 10, at=AT, order="sooner but judged later")
    give(loyalty, 30, at=AT + 2 * DAY, order="last")
    assert lot_amounts(repository) == [30, 30, 5]
    loyalty.settle(ride("61"), at=AT + 2 * DAY, redeem=Points(61))
    assert lot_amounts(repository) == [4]


def test_G8_expired_but_not_yet_swept(life):
    """The row "due but not yet swept": `expires_at <= at` is expired, by time alone, swept or not."""
    loyalty = life(expiry={"after": "P1D"})
    give(loyalty, 350)
    ends = loyalty.members.view("m1", at=AT).next_expiry.at
    assert loyalty.quote(ride(), at=ends - HOUR / 3600, redeem="all").redeemed == Points(350)
    assert loyalty.place(ride(), at=ends, redeem="all").redeemed == Points(0)
    assert balance(loyalty, ends) == Points(0)


def test_S2_a_delayed_award_that_is_due_but_not_yet_swept(life):
    """The row "due but not yet swept": a delayed award counts from its due moment; it can be spent then."""
    loyalty = life(cashback=[{"percent": 50, "delay": "PT3H"}])
    loyalty.settle(ride("400"), at=AT)
    assert loyalty.place(ride(id="o2"), at=AT + 2 * HOUR, redeem="all").redeemed == Points(0)
    assert loyalty.place(ride(id="o3"), at=AT + 3 * HOUR, redeem="all").redeemed == Points(200)
    lines = statement(loyalty, AT + 3 * HOUR)
    assert [(line.at, line.points) for line in lines] == [(AT + 3 * HOUR, Points(200))]


def test_S2_a_delayed_award_expires_a_term_after_its_due_moment(life):
    """The row "due but not yet swept": both by time alone."""
    loyalty = life(cashback=[{"percent": 50, "delay": "P2D"}], expiry={"after": "PT1H"})
    loyalty.settle(ride("400"), at=AT)
    assert balance(loyalty, AT + 2 * DAY) == Points(200)
    assert balance(loyalty, AT + 2 * DAY + HOUR) == Points(0)
    assert sum(line.points.minor for line in statement(loyalty, AT + 3 * DAY)) == 0


def test_balances_are_judged_at_the_later_moment(life):
    """The row "calls out of order": balances and expiry are judged at the later of `at` and `as_of`."""
    loyalty = life(expiry={"after": "P1D"})
    give(loyalty, 350)
    loyalty.run_due(at=AT + 9 * DAY)
    assert balance(loyalty, AT) == Points(0)
    assert loyalty.place(ride(), at=AT, redeem="all").redeemed == Points(0)
    give(loyalty, 7, at=AT, order="late")
    assert balance(loyalty, AT + 9 * DAY) == Points(7)


def test_scopes_are_judged_at_the_moment_that_is_told(life):
    """The row "calls out of order": scopes and periods at `at`."""
    loyalty = life(cashback=[{"percent": 50, "scope": {"period": {"until": "2026-03-10"}}}])
    give(loyalty, 1, at=AT + 9 * DAY)
    assert loyalty.settle(ride("400"), at=AT).awards[0].points == Points(200)
    assert loyalty.settle(ride("400", id="o2"), at=AT + DAY).awards == ()


def test_an_order_is_judged_at_its_own_later_moment_too(life):
    """The row "calls out of order": each document keeps `as_of`; a completion told before its placing still counts."""
    loyalty = life(cashback=[{"percent": 50}], expiry={"after": "PT2H"})
    loyalty.place(ride("400"), at=AT + 5 * HOUR)
    done = loyalty.complete("o1", at=AT)
    assert (done.status, done.at, done.awards[0].points) == ("completed", AT, Points(200))
    assert balance(loyalty, AT + 6 * HOUR) == Points(200)


def test_G8_points_expire_with_a_local_day(life):
    """The row "expiry moment": terms of days end with that local day, so lots merge."""
    loyalty = life(expiry={"after": "P60D"})
    for hour in range(-9, 12):
        give(loyalty, 1, at=AT + hour * HOUR, order=f"gift {hour}")
    view = loyalty.members.view("m1", at=AT + 12 * HOUR)
    assert (view.next_expiry.at.isoformat(), view.next_expiry.points) == ("2026-05-09T21:00:00+00:00", Points(21))


def test_G8_or_with_its_month_so_that_an_account_stays_flat(life, repository):
    """The row "expiry moment": or, if the program says so, that week or month."""
    loyalty = life(expiry={"after": "P6M", "until_end_of": "month"})
    for day in range(0, 400, 5):
        give(loyalty, 1, at=AT + day * DAY, order=f"gift {day}")
    assert len(account_of(repository).lots) == 7


def test_G8_inactivity(life):
    """The row "inactivity": all points expire a term after the member's last completed order; only that counts."""
    loyalty = life(expiry={"inactivity": "P10D"})
    give(loyalty, 350)
    loyalty.place(ride(), at=AT + 5 * DAY)
    loyalty.cancel("o1", at=AT + 6 * DAY)
    assert balance(loyalty, AT + 10 * DAY) == Points(350)
    assert balance(loyalty, AT + 11 * DAY) == Points(0)
    loyalty.settle(ride(id="o2"), at=AT + 7 * DAY)
    assert balance(loyalty, AT + 11 * DAY) == Points(350)
    assert balance(loyalty, AT + 18 * DAY) == Points(0)


def test_G8_with_both_the_earlier(life):
    """The row "inactivity": with both, the earlier."""
    loyalty = life(expiry={"after": "P5D", "inactivity": "P10D"})
    give(loyalty, 350)
    give(loyalty, 7, at=AT + 4 * DAY, order="gift 2")
    assert balance(loyalty, AT + 6 * DAY) == Points(7)
    loyalty = Loyalty(city(id="town", expiry={"after": "P20D", "inactivity": "P10D"}), loyalty._driver._repository)
    give(loyalty, 350)
    assert balance(loyalty, AT + 11 * DAY) == Points(0)


def test_G8_a_completion_after_the_inactive_moment_comes_too_late(life):
    """The row "inactivity": what had expired stays so; what the order earns is there."""
    loyalty = life(cashback=[{"percent": 50}], expiry={"inactivity": "P10D"})
    give(loyalty, 350)
    loyalty.settle(ride("400"), at=AT + 12 * DAY)
    assert balance(loyalty, AT + 12 * DAY) == Points(200)


@pytest.mark.parametrize("swept", [False, True])
def test_S2_an_award_that_falls_due_after_the_inactive_moment_is_there(life, swept):
    """The row "inactivity": points that arrive after the moment aren't hit by it, swept or not."""
    loyalty = life(cashback=[{"percent": 50, "delay": "P9D"}], expiry={"inactivity": "P5D"})
    loyalty.settle(ride("400"), at=AT)
    if swept:
        loyalty.run_due(at=AT + 7 * DAY)
        assert loyalty.place(ride(id="o2"), at=AT + 7 * DAY, redeem="all").redeemed == Points(0)
    assert balance(loyalty, AT + 9 * DAY) == Points(200)


def test_G8_held_points_dont_expire(life):
    """The row "points held over their expiry": held points don't expire, and are captured."""
    loyalty = life(expiry={"after": "P1D"})
    give(loyalty, 350)
    loyalty.place(ride(), at=AT, redeem=Points(200))
    done = loyalty.complete("o1", at=AT + 6 * DAY)
    assert (done.redeemed, done.due) == (Points(200), rub(212))
    assert [line.points.minor for line in statement(loyalty, AT + 6 * DAY)] == [350, -150, -200]


def test_B2_released_later_they_are_gone_or_on_grace(life):
    """The rows "points held over their expiry" and "points given back": a lot already expired is gone by default."""
    loyalty = life(expiry={"after": "P1D"})
    give(loyalty, 350)
    loyalty.place(ride("412"), at=AT, redeem=Points(200))
    done = loyalty.complete("o1", at=AT + 6 * DAY, price=rub(120))
    assert (done.redeemed, codes(done)[0], codes(done)[-1]) == (
        Points(120),
        "limited_by_price",
        "returned_after_expiry",
    )
    assert balance(loyalty, AT + 6 * DAY) == Points(0)


def test_B2_nothing_launders_expiry(life):
    """The row "points given back": who places and cancels again and again gains a grace term at most."""
    loyalty = life(expiry={"after": "P1D", "returned_after_expiry": "PT6H"})
    give(loyalty, 350)
    at = AT
    for number in range(40):
        order = f"o{number}"
        loyalty.place(ride(id=order), at=at, redeem="all")
        at += 2 * HOUR
        loyalty.cancel(order, at=at)
    ends = AT.replace(day=11, hour=21)
    assert balance(loyalty, at) == Points(0)
    assert max(line.at for line in statement(loyalty, at)) <= ends + 9 * HOUR


def test_B2_a_later_order_brings_nothing_back(life):
    """The row "points given back": points held over the inactive moment are gone, whatever was completed since."""
    loyalty = life(expiry={"inactivity": "P10D"}, hold_timeout="P60D")
    give(loyalty, 350)
    loyalty.place(ride(), at=AT, redeem="all")
    loyalty.settle(ride(id="o2"), at=AT + 12 * DAY)
    assert codes(loyalty.cancel("o1", at=AT + 13 * DAY)) == ["returned_after_expiry"]
    assert balance(loyalty, AT + 13 * DAY) == Points(0)


def test_R10_a_hold_times_out_after_the_placing(life):
    """The row "a hold that nobody ends": `P7D`, after the later of placing and the order's start; by time alone."""
    loyalty = life()
    give(loyalty, 350)
    loyalty.place(ride(), at=AT, redeem=Points(200))
    assert balance(loyalty, AT + 7 * DAY - HOUR / 3600) == Points(150)
    assert balance(loyalty, AT + 7 * DAY) == Points(350)


@pytest.mark.parametrize(("starts", "held_for"), [(5 * DAY, 5), (-5 * DAY, 0)])
def test_R10_or_after_its_start_if_that_is_later(life, starts, held_for):
    """The row "a hold that nobody ends": the later of placing and the order's start."""
    loyalty = life(hold_timeout="PT24H")
    give(loyalty, 350)
    loyalty.place(ride(starts_at=AT + starts), at=AT, redeem=Points(200))
    ends = AT + (held_for + 1) * DAY
    assert balance(loyalty, ends - HOUR) == Points(150)
    assert balance(loyalty, ends) == Points(350)


@pytest.mark.parametrize("end", ["cancel", "no_show", "time"])
@pytest.mark.parametrize(("spent_elsewhere", "free"), [(0, 200), (250, 100), (350, 0)])
def test_R10_completing_an_order_whose_hold_has_ended(life, end, spent_elsewhere, free):
    """
    The row "a hold that nobody ends": completing a released or cancelled order holds again what is still free, drops
    the rest with reasons, and never refuses.
    """
    loyalty = life()
    give(loyalty, 350)
    loyalty.place(ride(), at=AT, redeem=Points(200))
    if end != "time":
        getattr(loyalty, end)("o1", at=AT)
    later = AT + 8 * DAY
    if spent_elsewhere:
        loyalty.place(ride(id="o2"), at=later, redeem=Points(spent_elsewhere))
    done = loyalty.complete("o1", at=later)
    assert (done.status, done.redeemed, done.due) == ("completed", Points(free), rub(412 - free))
    (reason,) = [reason for reason in done.reasons if reason.code == "hold_ended"]
    assert (reason.held, reason.free) == (Points(200), Points(free))
    view = loyalty.members.view("m1", at=later)
    assert (view.balance, view.held) == (Points(350 - spent_elsewhere - free), Points(spent_elsewhere))


def test_R10_what_timed_out_can_be_cancelled_all_the_same(life):
    """The row "a hold that nobody ends": there's nothing left to give back."""
    loyalty = life()
    give(loyalty, 350)
    loyalty.place(ride(), at=AT, redeem=Points(200))
    assert loyalty.cancel("o1", at=AT + 8 * DAY).decisions == ()
    assert balance(loyalty, AT + 8 * DAY) == Points(350)


def test_an_order_that_was_never_placed(life, repository):
    """The row "an order that was never placed (street hail)": `settle` places and completes in one commit."""
    loyalty = life(cashback=[{"percent": 5}])
    give(loyalty, 350)
    loyalty.settle(ride(), at=AT, redeem=Points(200))
    order = repository.load(['["city","order","o1"]'])['["city","order","o1"]']
    member = repository.load(['["city","member","m1"]'])['["city","member","m1"]']
    assert (order.version, member.version) == (1, 2)


CALLS = {
    "place": lambda loyalty, at: loyalty.place(ride(), at=at, redeem=Points(100)),
    "complete": lambda loyalty, at: loyalty.complete("placed", at=at, price=rub(400)),
    "settle": lambda loyalty, at: loyalty.settle(ride(), at=at, redeem="all"),
    "cancel": lambda loyalty, at: loyalty.cancel("placed", at=at),
    "no_show": lambda loyalty, at: loyalty.no_show("placed", at=at),
}


@pytest.mark.parametrize("call", CALLS)
def test_the_same_call_twice(life, repository, call):
    """The row "the same call twice": the first result again; digests never cover `at` or the revision."""
    loyalty = life(cashback=[{"percent": 5}])
    give(loyalty, 350)
    loyalty.place(ride(id="placed"), at=AT, redeem=Points(50))
    first = CALLS[call](loyalty, AT)
    before = everything(repository)
    assert CALLS[call](loyalty, AT + 9 * DAY) == first
    assert CALLS[call](loyalty, AT - 9 * DAY) == first
    other = Loyalty(city(cashback=[{"percent": 9}]), repository)
    assert CALLS[call](other, AT) == first
    assert everything(repository)[1:] == before[1:]


def test_the_same_call_twice_with_other_arguments(life, repository):
    """The row "the same call twice": `OperationMismatch`, which carries the first result, so the order goes on."""
    loyalty = life()
    give(loyalty, 350)
    first = loyalty.place(ride(), at=AT, redeem=Points(200))
    before = everything(repository)
    with pytest.raises(OperationMismatch) as caught:
        loyalty.place(ride(), at=AT, redeem=Points(100))
    assert (caught.value.first, caught.value.first.due) == (first, rub(212))
    assert everything(repository) == before
    assert loyalty.complete("o1", at=AT).due == rub(212)


@pytest.mark.parametrize(
    "told",
    [
        {"price": rub("412.00"), "channel": None, "worker": None},
        {"price": rub("412"), "starts_at": None, "district": None},
        {"price": rub("412.0")},
    ],
)
def test_digests_are_without_defaults(life, told):
    """The row "the same call twice": digests are without defaults, so 200 is 200.00 and None is nothing."""
    loyalty = life(digits=2)
    give(loyalty, 350)
    first = loyalty.place(ride(), at=AT, redeem=Points(200))
    assert loyalty.place(Order(id="o1", customer="m1", **told), at=AT, redeem=Points("200.00", digits=2)) == first


DIGESTS = {
    "place": {"order": {"customer": "m1", "id": "o1", "price": 41200}},
    "complete": {"price": 40000, "worker": "w7"},
    "settle": {"order": {"channel": "приложение", "id": "o2", "price": 41200}, "redeem": "all"},
    "cancel": {},
    "no_show": {},
}


def test_digests_are_of_canonical_json_that_a_later_release_makes_too(life, repository):
    """The row "the same call twice": digests cover canonical JSON; repeated after an upgrade, a call is known."""
    loyalty = life()
    loyalty.place(ride(), at=AT)
    loyalty.complete("o1", at=AT, price=rub(400), worker="w7")
    loyalty.settle(ride(id="o2", customer=None, channel="приложение"), at=AT, redeem="all")
    loyalty.cancel("o1", at=AT)
    loyalty.no_show("o1", at=AT)
    for call, asked in DIGESTS.items():
        receipt = repository.receipt(f'["city","{call}","{"o2" if call == "settle" else "o1"}"]')
        canonical = json.dumps(asked, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert receipt.digest == hashlib.sha256(canonical.encode()).hexdigest(), call


def test_B8_what_was_promised_stands(repository):
    """What was promised stands: the revision in force at placing rules the completion, and awards follow it."""
    old = city(cashback=[{"percent": 5}], redemption=[{"maximum": 100}])
    new = city(cashback=[{"percent": 10}], redemption=[{"maximum": 7}], in_force_from="2026-03-11")
    loyalty = Loyalty(Revisions([old, new]), repository)
    give(loyalty, 350)
    loyalty.place(ride(), at=AT, redeem="all")
    loyalty.place(ride(None, id="o2"), at=AT, redeem="all")
    done = loyalty.complete("o1", at=AT + 2 * DAY)
    assert (done.redeemed, done.awards[0].points, done.revision) == (Points(100), Points(21), old.revision)
    assert loyalty.complete("o2", at=AT + 2 * DAY, price=rub(412)).redeemed == Points(100)
    after = loyalty.settle(ride(id="o3"), at=AT + 2 * DAY, redeem="all")
    assert (after.redeemed, after.awards[0].points, after.revision) == (Points(7), Points(41), new.revision)


def test_B8_also_where_nobody_has_the_file_any_more(repository):
    """What was promised stands: its id is kept with the order, its text in the store."""
    old = city(cashback=[{"percent": 5}], expiry={"after": "P1D"})
    Loyalty(old, repository).place(ride(), at=AT)
    new = Loyalty(city(cashback=[{"percent": 10}]), repository)
    assert new.complete("o1", at=AT + DAY).awards[0].points == Points(21)
    assert balance(new, AT + DAY) == Points(21)
    assert balance(new, AT + 3 * DAY) == Points(0)
    assert {line.revision for line in statement(new, AT + DAY)} == {old.revision}


def test_R10_points_captured_are_those_held(life):
    """Points captured are those held: share and minimum aren't applied again, only the final sum limits."""
    for order, price, redeemed in (("o1", 400, 200), ("o2", 210, 200), ("o3", 60, 60), ("o4", 0, 0), ("o5", 900, 200)):
        loyalty = life(**HALF)
        give(loyalty, 200, member=order, order=f"gift {order}")
        loyalty.place(ride("400", id=order, customer=order), at=AT, redeem="all")
        done = loyalty.complete(order, at=AT, price=rub(price))
        assert (done.redeemed, done.due) == (Points(redeemed), rub(price - redeemed))
        assert balance(loyalty, AT, order) == Points(200 - redeemed)


def test_R3_without_a_price_at_placing_the_limits_bind_at_completion(life):
    """With no price at placing, redemption holds the request up to balance and maximum."""
    loyalty = life(redemption=[{"max_share": "50", "minimum": 50, "maximum": 300}])
    give(loyalty, 350)
    placed = loyalty.place(ride(None), at=AT, redeem="all")
    assert (placed.redeemed, placed.due, codes(placed)[0]) == (Points(300), None, "limits_at_completion")
    done = loyalty.complete("o1", at=AT, price=rub(412))
    assert (done.redeemed, done.due, codes(done)[0]) == (Points(206), rub(206), "limited_by_share")
    assert balance(loyalty, AT) == Points(144)
    loyalty.place(ride(None, id="o2"), at=AT, redeem="all")
    few = loyalty.complete("o2", at=AT, price=rub(90))
    assert (few.redeemed, few.due) == (Points(0), rub(90))
    assert "below_minimum_redemption" in codes(few)
    assert balance(loyalty, AT) == Points(144)


def test_a_customer_less_order(life, repository):
    """Loyalty never stops an order: one that names no customer is placed, completed and cancelled like any other."""
    loyalty = life(cashback=[{"percent": 5}])
    for order in ("o1", "o2"):
        loyalty.place(ride(id=order, customer=None), at=AT, redeem="all")
    done = loyalty.complete("o1", at=AT, price=rub(400))
    assert (done.due, done.awards, loyalty.cancel("o2", at=AT).status) == (rub(400), (), "cancelled")
    assert entries_of(repository) == []


def test_R4_a_branch_outside_the_program(life):
    """A program runs in its branches: elsewhere nothing of it applies, and the order counts as a visit."""
    loyalty = life(cashback=[{"percent": 5}], branches=[{"id": "centre"}])
    loyalty.settle(ride("350", id="gift", tariff="gift", branch="centre"), at=AT)
    loyalty.place(ride(branch="south"), at=AT, redeem="all")
    done = loyalty.complete("o1", at=AT)
    assert (done.due, done.redeemed, done.awards, codes(done)) == (rub(412), Points(0), (), ["outside_branches"])
    assert balance(loyalty, AT) == Points(350)


def test_G6_the_first_app_order_by_history(life):
    """Step 7: the history is the channels of completed orders, across revisions and whoever placed them."""
    loyalty = life(first_app_order=[{"points": 100}])
    assert loyalty.settle(ride(id="o1", channel="phone"), at=AT).awards == ()
    assert loyalty.settle(ride(id="o2", channel="app"), at=AT).awards[0].points == Points(100)
    other = life(first_app_order=[{"points": 500}])
    assert "not_first_app_order" in codes(other.settle(ride(id="o3", channel="app"), at=AT))


def test_B8_every_entry_names_its_revision(repository):
    """Awards that of their order, expiries that of whoever booked them."""
    old = city(cashback=[{"percent": 5, "delay": "P3D"}], expiry={"after": "P5D"})
    new = city(expiry={"after": "P5D"}, in_force_from="2026-03-11")
    loyalty = Loyalty(Revisions([old, new]), repository)
    loyalty.settle(ride(), at=AT)
    loyalty.run_due(at=AT + 20 * DAY)
    said = [(line.kind, line.revision) for line in statement(loyalty, AT + 20 * DAY)]
    assert said == [("issued", old.revision), ("expired", new.revision)]


def test_B10_double_entry(life, repository):
    """Each operation's entries sum to zero, and the program's accounts mirror the members'."""
    loyalty = life(cashback=[{"percent": 5}], expiry={"after": "P1D"})
    for member in ("m1", "m2"):
        give(loyalty, 350, member=member, order=f"gift {member}")
        loyalty.settle(ride(id=f"o {member}", customer=member), at=AT, redeem=Points(200))
    loyalty.run_due(at=AT + 9 * DAY)
    sums = {}
    for entry in entries_of(repository):
        account = json.loads(entry.account)[1]
        sums[account] = sums.get(account, 0) + entry.amount
    assert sums == {"member": 0, "issued": -742, "redeemed": 400, "expired": 342}


IDS = [
    'с "кавычками"',
    "a/b\\c",
    "заказ №5",
    "'; DROP TABLE document; --",
    "я" * 128,
    "🚕" * 128,
    '"' * 128,
    " ",
    "null",
]


@pytest.mark.parametrize("name", IDS)
def test_ids_are_any_text_of_up_to_128_characters(repository, name):
    """Quotes, slashes, Cyrillic, four bytes a character: nothing collides, nothing is cut."""
    loyalty = Loyalty(city(id=name.strip() or "city", cashback=[{"percent": 5}], expiry={"after": "P1D"}), repository)
    give(loyalty, 350, member=name, order=name)
    order = ride(id=name + "2" if len(name) < 128 else name[:-1] + "2", customer=name)
    loyalty.place(order, at=AT, redeem=Points(200))
    done = loyalty.complete(order.id, at=AT + HOUR, worker=name, worker_tariff=name)
    assert (done.due, done.awards[0].member) == (rub(212), name)
    assert balance(loyalty, AT, name) == Points(171)
    assert [line.order for line in statement(loyalty, AT, member=name)] == [name, order.id, order.id]
    assert loyalty.run_due(at=AT + 9 * DAY).done == 1


@pytest.mark.parametrize("what", ["member", "order"])
@pytest.mark.parametrize(
    "call",
    [
        lambda loyalty: loyalty.complete("o1", at=AT),
        lambda loyalty: loyalty.cancel("o1", at=AT),
        lambda loyalty: loyalty.settle(ride(), at=AT, redeem="all"),
    ],
)
def test_a_later_form_of_a_document_stops_the_call_and_writes_nothing(life, repository, what, call):
    """Every body carries a version: a newer one than known is `StoreTooNew`."""
    loyalty = life()
    give(loyalty, 350)
    loyalty.place(ride(), at=AT, redeem=Points(200))
    key = next(key for key in keys_of(repository) if json.loads(key) in (["city", what, "m1"], ["city", what, "o1"]))
    held = repository.load([key])[key]
    _write(repository, key, held.body.replace('"v":1', '"v":2', 1))
    before = everything(repository)
    with pytest.raises(StoreTooNew, match="form 2"):
        call(loyalty)
    assert everything(repository) == before
    _write(repository, key, held.body)


def test_B2_the_grace_of_a_timeout_is_that_of_its_moment(repository):
    """The row "due but not yet swept": whether somebody looked before a revision changed the grace changes nothing."""
    old = city(expiry={"after": "P1D"}, hold_timeout="P5D")
    new = city(expiry={"after": "P1D", "returned_after_expiry": "P30D"}, hold_timeout="P5D", in_force_from="2026-03-17")
    loyalty = Loyalty(Revisions([old, new]), repository)
    for member in ("m1", "m2"):
        give(loyalty, 350, member=member, order=f"gift {member}")
        loyalty.place(ride(id=member, customer=member), at=AT, redeem="all")
    loyalty.settle(ride(id="a look", customer="m1"), at=AT + 5 * DAY + HOUR)
    later = AT + 9 * DAY
    assert balance(loyalty, later, "m1") == balance(loyalty, later, "m2")


def test_G8_an_account_costs_as_much_after_ten_years_as_after_two(life, repository):
    """The row "clawback": figures of what expired unspent are kept for `refundable_for`, so a document stays flat."""
    loyalty = life(expiry={"after": "P6M", "until_end_of": "month"})
    lengths = []
    for month in range(120):
        at = AT + month * 30 * DAY
        give(loyalty, 10, at=at, order=f"gift {month}")
        loyalty.run_due(at=at)
        key = '["city","member","m1"]'
        lengths.append(len(repository.load([key])[key].body))
    assert lengths[-1] <= lengths[24] + 20


def _write(repository, key, body):
    """Write *body* as somebody else might."""
    version = repository.load([key])[key].version
    repository.commit(Change(operation_id=f"by hand {version}", digest="d", guards={key: version}, puts={key: body}))
