"""The rows that say what happens when an order goes wrong, question by question."""

from __future__ import annotations

import asyncio
import hashlib
import json

import pytest

from loyaltykit import AsyncLoyalty, CommitUnknown, Loyalty, OpeningMember, OperationMismatch, Points
from loyaltykit.adapters.memory import AsyncMemoryRepository
from tests.operations.support import AT, DAY, HOUR, account_of, balance, city, codes, everything, give, ride, rub

FIVE = [{"percent": 5}]
GOOD = [{"percent": 50, "scope": {"tariffs": ["good"]}}]


def begun(loyalty, *, paid=True):
    """Give m1 200 points, have them ride for 412.00 with all of these, and pay the rest."""
    give(loyalty, 200)
    done = loyalty.settle(ride(), at=AT, redeem="all")
    if paid:
        loyalty.record_payment("p1", "o1", done.due, at=AT)
    return done


def figures(loyalty, at=AT):
    view = loyalty.members.view("m1", at=at)
    return view.balance.minor, view.debt.minor, view.visits, view.sold, view.paid


def test_B2_refund_of_a_part(life):
    """
    The row "refund": charged 412, 200 points, paid 212; refund 100 → sold 312.00, paid 160.55; `carried` shows what is
    still under way.
    """
    loyalty = life(cashback=FIVE)
    begun(loyalty)
    done = loyalty.refund("r1", "o1", at=AT, amount=rub(100))
    assert (done.charged, done.due, done.refund, done.redeemed) == (
        rub(312),
        rub("160.55"),
        rub("51.45"),
        Points(152),
    )
    assert figures(loyalty) == (21 + 48 - 5, 0, 2, rub(512), rub("160.55"))
    assert [f"{each.what} {each.amount}" for each in done.carried] == [
        "money 65/103",
        "redemption 56/103",
        "cashback 10/103",
    ]


def test_B2_refund_of_each_kopeck(life):
    """The row "refund": ⌊part × cumulative ÷ charged⌋ less what was given back before, settled at the full refund."""
    loyalty = life(cashback=[{"percent": 33}])
    give(loyalty, 3)
    loyalty.settle(ride("7.01"), at=AT, redeem="all")
    back = [loyalty.refund(f"r{number}", "o1", at=AT, amount=rub("0.01")).refund.minor for number in range(701)]
    assert (sum(back), set(back)) == (401, {0, 1})
    assert figures(loyalty) == (3, 0, 1, rub(3), rub(0))


@pytest.mark.parametrize("amount", [None, rub(412), rub(500)])
def test_B2_refund_of_the_rest(life, amount):
    """The row "refund": *amount* is part of charged; none means the rest. Visits reverse at full refund only."""
    loyalty = life(cashback=FIVE, first_app_order=[{"points": 100}])
    give(loyalty, 200)
    loyalty.settle(ride(channel="app"), at=AT, redeem="all")
    loyalty.refund("r1", "o1", at=AT, amount=rub("411.99"))
    assert figures(loyalty)[2:4] == (2, rub("200.01"))
    assert loyalty.refund("r2", "o1", at=AT, amount=amount).status == "refunded"
    assert figures(loyalty) == (200, 0, 1, rub(200), rub(0))
    assert loyalty.settle(ride(id="o2", channel="app"), at=AT).awards[-1].points == Points(100)


def test_B2_refund_of_an_order_for_nothing(life):
    """The row "refund": charged 0: only a full refund exists."""
    loyalty = life()
    loyalty.settle(ride("0"), at=AT)
    assert codes(loyalty.refund("r1", "o1", at=AT, amount=rub(1))) == ["refund_limited"]
    assert loyalty.refund("r2", "o1", at=AT).status == "refunded"


def test_B2_refund_gives_before_it_takes(life):
    """The row "refund": give back first, then claw back: what's given back covers what's taken, and nobody owes."""
    loyalty = life(cashback=FIVE)
    give(loyalty, 200)
    loyalty.settle(ride(), at=AT, redeem="all")
    loyalty.settle(ride("21", id="o2"), at=AT, redeem="all")
    done = loyalty.refund("r1", "o1", at=AT)
    assert [decision.rule for decision in done.decisions] == ["redemption", "cashback"]
    assert figures(loyalty)[:2] == (200 - 21 + 1, 0)


def test_B2_clawback_order(life, repository):
    """
    The row "clawback": from the award's own lot; what expired unspent for that date counts as taken; then other lots,
    never held points; the rest is `debt`.
    """
    loyalty = life(cashback=GOOD, expiry={"after": "P5D"})
    loyalty.settle(ride("400", tariff="good"), at=AT)
    loyalty.settle(ride("90", id="spent"), at=AT, redeem=Points(90))
    later = AT + 9 * DAY
    give(loyalty, 60, at=later, order="gift 2")
    loyalty.place(ride(id="holds"), at=later, redeem=Points(25))
    loyalty.refund("r1", "o1", at=later)
    view = loyalty.members.view("m1", at=later)
    assert (view.balance, view.held, view.debt) == (Points(0), Points(25), Points(200 - 110 - 35))
    assert account_of(repository).posted == 25 - 55


def test_B2_clawback_debt(life):
    """The row "clawback": later awards and returned points pay it first; debt never expires."""
    loyalty = life(cashback=GOOD, expiry={"after": "P5D"})
    loyalty.settle(ride("400", tariff="good"), at=AT)
    loyalty.settle(ride("200", id="spent"), at=AT, redeem="all")
    loyalty.refund("r1", "o1", at=AT)
    assert figures(loyalty, AT + 900 * DAY)[:2] == (0, 200)
    give(loyalty, 150, at=AT, order="gift 2")
    loyalty.refund("r1", "spent", at=AT, amount=rub(100))
    assert figures(loyalty)[:2] == (50, 0)


def test_B2_clawback_is_forgiven(life):
    """The row "clawback": or forgiven (`within_balance`)."""
    loyalty = life(cashback=GOOD, clawback="within_balance")
    loyalty.settle(ride("400", tariff="good"), at=AT)
    loyalty.settle(ride("150", id="spent"), at=AT, redeem=Points(150))
    done = loyalty.refund("r1", "o1", at=AT)
    assert (figures(loyalty)[:2], codes(done), done.reasons[0].points) == ((0, 0), ["forgiven"], Points(150))


@pytest.mark.parametrize(("term", "days"), [(None, 90), ("P1M", 31), ("PT24H", 1)])
def test_B2_clawback_for_so_long(life, term, days):
    """The row "clawback": `refundable_for`, default `P90D`, after which a refund gives back and claws nothing."""
    rules = {} if term is None else {"refundable_for": term}
    for late, code in ((0, []), (1, ["too_late_to_claw_back"])):
        loyalty = life(cashback=FIVE, **rules)
        name = f"o{late}"
        loyalty.settle(ride(id=name, customer=name), at=AT)
        done = loyalty.refund("r1", name, at=AT + days * DAY + late * HOUR)
        assert (done.refund, codes(done)) == (rub(412), code)


@pytest.mark.parametrize(("end", "left"), [("cancel", 0), ("complete", 0), ("cancel at once", 200)])
def test_B2_points_given_back_that_were_on_grace(life, end, left):
    """The row "points given back": those that came back late once, held over the inactive moment, are gone then."""
    loyalty = life(expiry={"after": "P1D", "inactivity": "P3D", "returned_after_expiry": "P9D"})
    give(loyalty, 200)
    loyalty.place(ride(id="o0"), at=AT, redeem="all")
    loyalty.cancel("o0", at=AT + 2 * DAY)
    loyalty.place(ride(), at=AT + 2 * DAY, redeem="all")
    later = AT + (2 if left else 4) * DAY
    if end == "complete":
        assert loyalty.complete("o1", at=later).redeemed == Points(200)
        loyalty.refund("r1", "o1", at=later)
    else:
        loyalty.cancel("o1", at=later)
    assert balance(loyalty, later) == Points(left)


@pytest.mark.parametrize("end", ["cancel", "refund"])
@pytest.mark.parametrize(("grace", "left"), [({}, 0), ({"returned_after_expiry": "P3D"}, 200)])
def test_B2_points_given_back(life, end, grace, left):
    """
    The row "points given back by cancel, release or refund": to the lots they came from, with those dates; a lot
    already expired: `returned_after_expiry = expire` (default) or a grace term. Nothing launders expiry.
    """
    loyalty = life(expiry={"after": "P5D", **grace})
    give(loyalty, 200)
    loyalty.place(ride(), at=AT, redeem="all")
    if end == "refund":
        loyalty.complete("o1", at=AT)
    later = AT + 6 * DAY
    done = loyalty.cancel("o1", at=later) if end == "cancel" else loyalty.refund("r1", "o1", at=later)
    assert codes(done) == ([] if left else ["returned_after_expiry"])
    assert [balance(loyalty, later + day * DAY).minor for day in (0, 3, 4)] == [left, left, 0]


def test_B2_refund_farming(life):
    """The row "points given back": earn, spend, refund, again and again: in the end nothing is gained."""
    loyalty = life(cashback=GOOD, expiry={"after": "P2D", "returned_after_expiry": "P1D"})
    for turn in range(10):
        at = AT + turn * DAY
        loyalty.settle(ride("400", id=f"earns {turn}", tariff="good"), at=at)
        loyalty.settle(ride("200", id=f"spends {turn}"), at=at, redeem="all")
        loyalty.refund("r1", f"earns {turn}", at=at)
        loyalty.refund("r1", f"spends {turn}", at=at)
        view = loyalty.members.view("m1", at=at)
        assert (view.balance, view.debt, view.sold, view.visits) == (Points(0), Points(0), rub(0), 0)


CALLS = {
    "refund": lambda loyalty, at: loyalty.refund("x", "done", at=at, amount=rub(100)),
    "correct": lambda loyalty, at: loyalty.correct("x", "done", at=at, price=rub(380), worker="w8"),
    "record_payment": lambda loyalty, at: loyalty.record_payment("x", "done", rub(212), at=at),
    "amend": lambda loyalty, at: loyalty.amend("x", "placed", at=at, price=rub(380), redeem=Points(10)),
    "adjust": lambda loyalty, at: loyalty.members.adjust("x", "m1", Points(50), at=at, description="sorry"),
}
ASKED = {
    "refund": ("refund", "done", {"amount": 10_000}),
    "correct": ("correct", "done", {"price": 38_000, "worker": "w8"}),
    "record_payment": ("pay", "done", {"amount": 21_200}),
    "amend": ("amend", "placed", {"price": 38_000, "redeem": 10}),
    "adjust": ("adjust", "m1", {"description": "sorry", "points": 50}),
}

LOST = "the connection broke"


@pytest.fixture
def both(life):
    """Give a loyalty in which one order is placed and one is done."""
    loyalty = life(cashback=FIVE)
    give(loyalty, 350)
    loyalty.place(ride(id="placed"), at=AT, redeem=Points(50))
    loyalty.settle(ride(id="done"), at=AT, redeem=Points(100))
    return loyalty


@pytest.mark.parametrize("call", CALLS)
def test_the_same_call_twice(both, repository, call):
    """The row "the same call twice": the first result again; the first call's moment stands, whatever the program."""
    first = CALLS[call](both, AT + HOUR)
    before = everything(repository)
    for loyalty in (both, Loyalty(city(cashback=[{"percent": 9}], refundable_for="P1D"), repository)):
        for at in (AT, AT + HOUR, AT + 99 * DAY):
            assert CALLS[call](loyalty, at) == first
    again = everything(repository)
    assert (again[1:], {k: v for k, v in again[0].items() if k in before[0]}) == (before[1:], before[0])


@pytest.mark.parametrize("call", CALLS)
def test_the_same_call_twice_where_the_first_answer_was_lost(both, repository, call):
    """The row "the same call twice": a commit whose outcome is unknown is made again, and does nothing twice."""

    class Losing:
        lost = 0

        def __getattr__(self, name):
            return getattr(repository, name)

        def commit(self, change):
            committed = repository.commit(change)
            if '"x"' in change.operation_id and not self.lost:
                self.lost += 1
                raise CommitUnknown(LOST)
            return committed

    losing = Losing()
    first = CALLS[call](Loyalty(city(cashback=FIVE), losing), AT)
    assert losing.lost == 1
    before = everything(repository)
    assert CALLS[call](both, AT + DAY) == first
    assert everything(repository) == before


@pytest.mark.parametrize("call", CALLS)
def test_the_same_call_twice_is_known_by_its_digest(both, repository, call):
    """The row "the same call twice": digests cover canonical JSON of what is asked, never `at` or the revision."""
    CALLS[call](both, AT)
    kind, what, asked = ASKED[call]
    canonical = json.dumps(asked, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    receipt = repository.receipt(f'["city","{kind}","{what}","x"]')
    assert receipt.digest == hashlib.sha256(canonical.encode()).hexdigest()


OTHERWISE = {
    "refund": lambda loyalty: loyalty.refund("x", "done", at=AT),
    "correct": lambda loyalty: loyalty.correct("x", "done", at=AT, price=rub(380)),
    "record_payment": lambda loyalty: loyalty.record_payment("x", "done", rub(213), at=AT),
    "amend": lambda loyalty: loyalty.amend("x", "placed", at=AT, price=rub(380)),
    "adjust": lambda loyalty: loyalty.members.adjust("x", "m1", Points(50), at=AT, description="Sorry"),
}


@pytest.mark.parametrize("call", CALLS)
def test_the_same_call_twice_with_other_arguments(both, repository, call):
    """The row "the same call twice": `OperationMismatch`, which carries the first result, so the order can go on."""
    first = CALLS[call](both, AT)
    before = everything(repository)
    with pytest.raises(OperationMismatch) as caught:
        OTHERWISE[call](both)
    assert (caught.value.first, everything(repository)) == (first, before)


def test_B3_an_order_edited_before_completion(life, repository):
    """
    The row "an order edited before completion": `amend(amendment_id, order_id, …)` swaps price, facts and redemption in
    one commit.
    """
    loyalty = life(cashback=[{"percent": 10, "scope": {"tariffs": ["comfort"]}}], redemption=[{"max_share": "50"}])
    give(loyalty, 350)
    assert loyalty.place(ride(), at=AT, redeem=Points(300)).redeemed == Points(206)
    keys = ['["city","order","o1"]', '["city","member","m1"]']
    before = repository.load(keys)
    done = loyalty.amend("a1", "o1", at=AT, price=rub(500), tariff="comfort", redeem="all")
    assert (done.redeemed, done.due, done.awards[0].points) == (Points(250), rub(250), Points(50))
    assert [repository.load(keys)[key].version - before[key].version for key in keys] == [1, 1]
    assert loyalty.complete("o1", at=AT).due == rub(250)


def test_B2_an_order_wrong_after_completion(life):
    """
    The row "an order wrong after completion (fare 412 → 380, other driver)": `correct(correction_id, order_id, …)`
    works it out again under its revision and posts the differences; after a refund it's refused.
    """
    loyalty = life(cashback=FIVE)
    begun(loyalty)
    done = loyalty.correct("c1", "o1", at=AT, price=rub(380), worker="w8")
    assert (done.due, done.awards[0].points) == (rub(180), Points(19))
    assert figures(loyalty) == (19, 0, 2, rub(580), rub(212))
    part = loyalty.refund("r1", "o1", at=AT, amount=rub(95))
    assert (part.refund, part.redeemed) == (rub(45), Points(150))
    assert codes(loyalty.correct("c2", "o1", at=AT, price=rub(412))) == ["partly_refunded"]
    assert figures(loyalty) == (19 + 50 - 4, 0, 2, rub(485), rub(167))


@pytest.mark.parametrize("then", ["amend", "complete"])
def test_R10_a_hold_that_nobody_ends(life, then):
    """
    The row "a hold that nobody ends": times out `hold_timeout` (default `P7D`); what it held is free, and edited or
    completed later, the order holds again what is still free.
    """
    loyalty = life()
    give(loyalty, 200)
    loyalty.place(ride(), at=AT, redeem="all")
    later = AT + 7 * DAY
    assert [balance(loyalty, moment) for moment in (later - HOUR, later)] == [Points(0), Points(200)]
    loyalty.settle(ride("150", id="o2"), at=later, redeem=Points(150))
    done = loyalty.amend("a1", "o1", at=later, tariff="x") if then == "amend" else loyalty.complete("o1", at=later)
    assert (done.redeemed, done.due) == (Points(50), rub(362))


def test_calls_out_of_order(life):
    """
    The row "calls out of order": each document keeps `as_of`; balances and expiry are judged at the later of `at` and
    `as_of`: a refund that's told late for an earlier moment brings nothing back that has expired since.
    """
    loyalty = life(cashback=FIVE, expiry={"after": "P5D"})
    begun(loyalty)
    give(loyalty, 7, at=AT + 9 * DAY, order="gift 2")
    done = loyalty.refund("r1", "o1", at=AT)
    assert (codes(done), done.at, figures(loyalty)[:2]) == (["returned_after_expiry"], AT, (7, 0))


@pytest.mark.parametrize("first", ["amend", "correct", "refund", "pay"])
def test_calls_out_of_order_on_one_order(life, first):
    """The row "calls out of order": whichever call is told first, at whichever moment, the last word is the same."""
    loyalty = life(cashback=FIVE)
    give(loyalty, 200)
    loyalty.place(ride("500"), at=AT + DAY, redeem="all")
    steps = {
        "amend": lambda at: loyalty.amend("a1", "o1", at=at, price=rub(450)),
        "refund": lambda at: loyalty.refund("early", "o1", at=at, amount=rub(1)),
        "correct": lambda at: loyalty.correct("early", "o1", at=at, price=rub(1)),
        "pay": lambda at: loyalty.record_payment("p1", "o1", rub(212), at=at),
    }
    steps.pop(first)(AT)
    for number, step in enumerate(steps.values()):
        step(AT + (5 - number) * DAY)
    loyalty.complete("o1", at=AT, price=rub(412))
    part = loyalty.refund("r1", "o1", at=AT, amount=rub(100))
    assert part.refund == rub("51.45")
    assert figures(loyalty) == (21 + 48 - 5, 0, 2, rub(512), rub("160.55"))


@pytest.mark.parametrize("steps", [("0.10", "0.20"), ("0.10",) * 3, ("0.29", "0.01")])
def test_sums_that_floats_would_miss(life, steps):
    """The row "refund": what's left after a tenth and two tenths of 0.30 is nothing, not 1e-14."""
    loyalty = life()
    loyalty.settle(ride("0.30"), at=AT)
    for number, step in enumerate(steps):
        done = loyalty.refund(f"r{number}", "o1", at=AT, amount=rub(step))
    assert (done.status, done.charged, codes(done)) == ("refunded", rub(0), [])


def test_with_await_it_is_all_the_same():
    """The same text, over an async repository."""

    async def serve():
        loyalty = AsyncLoyalty(city(cashback=FIVE), AsyncMemoryRepository())
        members = loyalty.members
        opening = OpeningMember(id="m1", lots=[(Points(150), None)])
        assert (await members.import_members([opening, opening], at=AT)).done == 2
        other = OpeningMember(id="m1", visits=1)
        skipped = (await members.import_members([other], at=AT)).skipped
        assert [type(each.reason) for each in skipped] == [OperationMismatch]
        await members.adjust("j1", "m1", Points(50), at=AT, description="x")
        await loyalty.place(ride("400"), at=AT, redeem="all")
        assert (await loyalty.amend("a1", "o1", at=AT, price=rub(390))).due == rub(190)
        await loyalty.complete("o1", at=AT)
        assert (await loyalty.correct("c1", "o1", at=AT, price=rub(412))).due == rub(212)
        await loyalty.record_payment("p1", "o1", rub(212), at=AT)
        assert (await loyalty.refund("r1", "o1", at=AT, amount=rub(100))).refund == rub("51.45")
        with pytest.raises(OperationMismatch) as caught:
            await members.adjust("j1", "m1", Points(51), at=AT)
        assert caught.value.first.points == Points(50)
        (exported,) = (await members.export_members(at=AT)).members
        assert (exported.lots, exported.paid) == (((Points(21 + 48 - 5), None),), rub("160.55"))
        await members.forget("m1", at=AT)
        return await members.view("m1", at=AT)

    assert asyncio.run(serve()).balance == Points(0)
