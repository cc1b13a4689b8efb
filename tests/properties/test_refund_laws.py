"""Refunds: many small ones are one big one, nothing flips sign, and nobody gains by being given back (B2, Y8)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from attrs import evolve
from hypothesis import event, given
from hypothesis import strategies as st

from loyaltykit import Loyalty, Money, OperationMismatch, Order, Points, Program, Settlement, Term, UnknownOrder
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.operations.shares import Refunded
from loyaltykit.testing.contract.accounts import check_accounts

AT = datetime(2026, 3, 10, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

CHARGED = st.integers(1, 60_000)
PARTS = st.integers(0, 100_000)


@st.composite
def splits(draw, total):
    """Draw how *total* minor units are given back: in some parts of one unit at least, which sum to it."""
    cuts = draw(st.sets(st.integers(1, total - 1), max_size=8)) if total > 1 else set()
    edges = [0, *sorted(cuts), total]
    return [end - start for start, end in pairwise(edges)]


@st.composite
def programs(draw):
    """Draw a program whose points live longer than all refunds here, or for good."""
    raw = {
        "id": "city",
        "currency": "RUB",
        "point_value": draw(st.sampled_from(["1", "0.50", "0.0095", "3"])),
        "digits": draw(st.sampled_from([0, 2])),
        "time_zone": "Europe/Moscow",
        "cashback": [{"percent": draw(st.sampled_from(["5", "33.3", "100"])), **draw(st.sampled_from(DELAYS))}],
        "first_app_order": [{"points": 37}],
        "redemption": [{}],
        "clawback": draw(st.sampled_from(["debt", "within_balance"])),
    }
    return Program.from_dict(raw | draw(st.sampled_from([{}, {"expiry": {"after": "P60D"}}])))


CLAWBACKS = st.sampled_from(["debt", "within_balance"])
DELAYS = ({}, {"delay": "PT3H"}, {"delay": "P20D"})


@st.composite
def lives(draw):
    """Draw a life until the order o1 is to be refunded: points there, spent on it, earned by it, spent elsewhere."""
    opening = draw(st.integers(0, 90_000))
    price = draw(CHARGED)
    redeem = draw(st.sampled_from([None, "all", Points(13)]))
    paid = draw(st.sampled_from([0, 1, 5_000, 60_000]))
    elsewhere = draw(st.sampled_from([None, "settle", "place"]))
    return opening, price, redeem, paid, elsewhere


def lived(program, life, *, at):
    """Lead *life* up to the moment *at*, and give its `Loyalty` and repository."""
    opening, price, redeem, paid, elsewhere = life
    repository = MemoryRepository()
    loyalty = Loyalty(program, repository)
    if opening:
        loyalty.settle(Order(id="o0", customer="m1", price=Money.from_minor(opening, "RUB")), at=AT - DAY)
    order = Order(id="o1", customer="m1", price=Money.from_minor(price, "RUB"), channel="app")
    loyalty.settle(order, at=AT, redeem=redeem)
    if paid:
        loyalty.record_payment("p1", "o1", Money.from_minor(paid, "RUB"), at=AT)
    if elsewhere is not None:
        getattr(loyalty, elsewhere)(Order(id="o2", customer="m1", price=Money(9000, "RUB")), at=at, redeem="all")
    return loyalty, repository


def refunded(loyalty, parts, moments):
    """Refund o1 in *parts*, each at one of *moments*; give what money came back in all."""
    back = 0
    for number, part in enumerate(parts):
        at = moments[min(number, len(moments) - 1)]
        done = loyalty.refund(f"r{number}", "o1", at=at, amount=Money.from_minor(part, "RUB"))
        assert done.refund.minor >= 0
        assert all(0 < each.amount < 1 for each in done.carried)
        assert min(done.charged.minor, done.due.minor, done.redeemed.minor) >= 0
        back += done.refund.minor
    return back


def stands(loyalty, at):
    """Give what a member has and what lies behind."""
    view = loyalty.members.view("m1", at=at)
    assert min(view.balance, view.held, view.pending, view.debt) >= Points(0)
    assert min(view.sold.minor, view.paid.minor, view.visits) >= 0
    return evolve(view, next_expiry=None)


@given(st.data(), programs(), lives())
def test_B2_many_small_refunds_are_one_big_one(data, program, life):
    """To the unit, of points, money, awards, sold and paid, wherever the points are by then."""
    total = data.draw(st.integers(1, life[1]))
    parts = data.draw(splits(total))
    views, money = [], []
    for each in (parts, [total]):
        loyalty, repository = lived(program, life, at=AT)
        money.append(refunded(loyalty, each, [AT + DAY]))
        views.append(stands(loyalty, AT + DAY))
        check_accounts(repository)
    event(f"parts: {min(len(parts), 5)}")
    assert (views[0], money[0]) == (views[1], money[1])


AWARDS = st.sampled_from([{}, {"cashback": [{"percent": "33.3"}]}, {"cashback": [{"percent": "5", "delay": "P3D"}]}])
GRACES = st.sampled_from([{}, {"returned_after_expiry": "P5D"}])


@given(st.data(), st.integers(1, 90_000), st.integers(1, 300), AWARDS, GRACES, st.sampled_from(["P20D", "P1M"]))
def test_B2_also_once_all_points_have_expired(data, price, advance, awards, grace, lives):
    """What was spent of an award that the order alone could spend comes back too late, and is as good as taken back."""
    raw = {"id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow", "redemption": [{}]}
    raw |= {"promo": [{"name": "adv", "code": "ADV", "points": advance, "credited": "placing"}], **awards}
    program = Program.from_dict(raw | {"expiry": {"after": lives, **grace}})
    own, elsewhere = data.draw(st.integers(0, 400)), data.draw(st.booleans())
    parts, at, ends = data.draw(splits(price)), AT + data.draw(st.integers(4, 60)) * DAY, []
    for each in (parts, [price]):
        repository = MemoryRepository()
        loyalty = Loyalty(program, repository)
        loyalty.members.adjust("a1", "m1", Points(own + 1), at=AT - DAY)
        order = Order(id="o1", customer="m1", price=Money.from_minor(price, "RUB"))
        loyalty.settle(order, at=AT, redeem="all", promo_code="ADV")
        if elsewhere:
            loyalty.settle(evolve(order, id="o2"), at=AT + 3 * DAY, redeem="all")
        for number, part in enumerate(each):
            loyalty.refund(f"r{number}", "o1", at=at, amount=Money.from_minor(part, "RUB"))
        view = loyalty.members.view("m1", at=at)
        ends.append((view.balance, view.debt, view.pending))
        check_accounts(repository)
    assert ends[0] == ends[1]


@given(st.data(), programs(), lives())
def test_B2_also_at_different_moments(data, program, life):
    """Within the lives of the lots, and the term in which awards are taken back; a debt is paid as points come."""
    parts = data.draw(splits(life[1]))
    hours = sorted(data.draw(st.lists(st.integers(1, 24 * 50), min_size=len(parts), max_size=len(parts))))
    owing = evolve(program, clawback="debt")
    views, money = [], []
    for each, moments in ((parts, [AT + hour * HOUR for hour in hours]), ([life[1]], [AT + HOUR])):
        loyalty, repository = lived(owing, life, at=AT)
        money.append(refunded(loyalty, each, moments))
        views.append(stands(loyalty, AT + 50 * DAY))
        check_accounts(repository)
    assert (views[0], money[0]) == (views[1], money[1])


@given(programs(), lives(), st.integers(1, 40))
def test_B2_a_kopeck_at_a_time(program, life, left):
    """The last one settles whatever is under way."""
    opening, price, *rest = life
    life = (opening, min(price, left), *rest)
    loyalty, repository = lived(program, life, at=AT)
    back = refunded(loyalty, [1] * life[1], [AT + DAY])
    whole, _ = lived(program, life, at=AT)
    assert back == whole.refund("r", "o1", at=AT + DAY).refund.minor
    assert stands(loyalty, AT + DAY) == stands(whole, AT + DAY)
    check_accounts(repository)


@given(programs(), lives())
def test_B2_a_full_refund_leaves_what_would_be_without_the_order(program, life):
    """Earned, spent and refunded, in a program where what isn't covered is owed: nothing is gained, nothing is lost."""
    opening, price, redeem, _, _ = life
    owing = evolve(program, clawback="debt")
    loyalty, repository = lived(owing, (opening, price, redeem, 0, None), at=AT)
    loyalty.refund("r", "o1", at=AT + DAY)
    without = Loyalty(owing, MemoryRepository())
    if opening:
        without.settle(Order(id="o0", customer="m1", price=Money.from_minor(opening, "RUB")), at=AT - DAY)
    both = [stands(each, AT + 30 * DAY) for each in (loyalty, without)]
    one, other = (evolve(view, last_visit=None) for view in both)  # which isn't taken back where nothing asks for it
    assert one == other
    check_accounts(repository)


@given(st.data(), CHARGED, PARTS)
def test_B2_shares_never_flip_sign_and_are_less_than_a_unit_off(data, charged, part):
    """Whatever was refunded before: each refund gives back what's missing to the floor of the exact share."""
    total, before = 0, 0
    for step in data.draw(splits(charged)):
        total += step
        shares = Refunded(total, charged, whole=total == charged)
        now = shares.of(part)
        assert now >= before
        assert now + shares.carried(part) == Fraction(part * total, charged)
        assert shares.carried(part) < 1
        before = now
    assert before == part


EXPIRIES = st.sampled_from(
    [
        {},
        {"expiry": {"after": "P1D"}},
        {"expiry": {"after": "P2D", "returned_after_expiry": "PT9H"}},
        {"expiry": {"inactivity": "P1D"}},
        {"expiry": {"after": "P3D", "inactivity": "P1D", "returned_after_expiry": "P1D"}},
    ]
)
MOMENTS = st.integers(0, 150).map(lambda hours: AT + hours * HOUR)
NAMES = st.sampled_from(["o1", "o2", "o3"])
CALLED = st.sampled_from(["x", "y", "z"])
SUMS = st.sampled_from(["0", "0.01", "33.33", "100", "412"]).map(lambda text: Money(text, "RUB"))
SOME = SUMS.filter(bool)
REDEEM = st.sampled_from([None, "all", Points(0), Points(40)])
TARIFFS = st.sampled_from([None, "slow", "none"])
CALL = st.one_of(
    st.tuples(st.sampled_from(["place", "settle"]), NAMES, st.none() | SUMS, TARIFFS, REDEEM, MOMENTS),
    st.tuples(st.just("complete"), NAMES, st.none() | SUMS, MOMENTS),
    st.tuples(st.sampled_from(["cancel", "no_show"]), NAMES, MOMENTS),
    st.tuples(st.just("refund"), CALLED, NAMES, st.none() | SOME, MOMENTS),
    st.tuples(st.just("refund"), CALLED, NAMES, st.none() | SOME, MOMENTS),
    st.tuples(st.just("correct"), CALLED, NAMES, st.none() | SUMS, TARIFFS, MOMENTS),
    st.tuples(st.just("amend"), CALLED, NAMES, st.none() | SUMS, TARIFFS, REDEEM, MOMENTS),
    st.tuples(st.just("pay"), CALLED, NAMES, SOME, MOMENTS),
    st.tuples(st.just("adjust"), CALLED, st.sampled_from([Points(90), Points(-50)]), MOMENTS),
    st.tuples(st.just("forget"), MOMENTS),
    st.tuples(st.just("run_due"), MOMENTS),
)


@st.composite
def hard_programs(draw):
    """Draw a program in which points expire, wait, are owed or forgiven while orders go wrong."""
    slow = {"percent": "50", "delay": "P1D", "scope": {"tariffs": ["slow"]}}
    raw = {
        "id": "city",
        "currency": "RUB",
        "point_value": draw(st.sampled_from(["1", "0.50"])),
        "time_zone": "Europe/Moscow",
        "cashback": [slow, {"percent": "50", "scope": {"channels": ["app"]}}],
        "first_app_order": [{"points": 30}],
        "redemption": [draw(st.sampled_from([{}, {"max_share": "50"}]))],
        "hold_timeout": draw(st.sampled_from(["PT6H", "P7D"])),
        "clawback": draw(st.sampled_from(["debt", "within_balance"])),
        "refundable_for": draw(st.sampled_from(["P1D", "P90D"])),
    }
    return Program.from_dict(raw | draw(EXPIRIES))


def called(loyalty, call):  # noqa: C901, PLR0911 - one for each call
    """Make *call*, and give what comes of it; an order that was never placed is left alone."""
    try:
        match call:
            case ("place" | "settle") as name, order, price, tariff, redeem, at:
                ride = Order(id=order, customer="m1", price=price, tariff=tariff, channel="app")
                return getattr(loyalty, name)(ride, at=at, redeem=redeem)
            case "complete", order, price, at:
                return loyalty.complete(order, at=at, price=price)
            case ("cancel" | "no_show") as name, order, at:
                return getattr(loyalty, name)(order, at=at)
            case "refund", name, order, amount, at:
                return loyalty.refund(name, order, at=at, amount=amount)
            case "correct", name, order, price, tariff, at:
                return loyalty.correct(name, order, at=at, price=price, tariff=tariff)
            case "amend", name, order, price, tariff, redeem, at:
                return loyalty.amend(name, order, at=at, price=price, tariff=tariff, redeem=redeem)
            case "pay", name, order, amount, at:
                return loyalty.record_payment(name, order, amount, at=at)
            case "adjust", name, points, at:
                return loyalty.members.adjust(name, "m1", points, at=at, description="x")
            case "forget", at:
                return loyalty.members.forget("m1", at=at)
            case "run_due", at:
                assert loyalty.run_due(at=at).skipped == ()
    except OperationMismatch as mismatch:
        return mismatch.first
    except UnknownOrder:
        pass
    return None


@given(hard_programs(), st.lists(CALL, min_size=3, max_size=18))
def test_B10_whatever_goes_wrong_in_whatever_order_the_books_agree(program, calls):
    """Nothing is ever below zero, members can be exported, and each call again gives what it gave."""
    repository = MemoryRepository()
    loyalty = Loyalty(program, repository)
    results = []
    for call in calls:
        results.append(called(loyalty, call))
        check_accounts(repository)
        stands(loyalty, AT)
        stands(loyalty, AT + 200 * HOUR)
        assert len(loyalty.members.export_members(at=AT + 200 * HOUR).members) <= 1
        result = results[-1]
        if isinstance(result, Settlement):
            sums = [result.price, result.charged, result.payable, result.refund]
            assert all(each is None or each.minor >= 0 for each in sums)
            event(f"{call[0]}: {result.status}")
    for call, result in zip(calls, results, strict=True):
        if call[0] not in ("forget", "run_due") and result is not None:
            assert called(loyalty, call) == result


@given(CLAWBACKS, st.integers(1, 90_000), st.integers(0, 90_000), PARTS, st.booleans(), st.sampled_from([0, 7, 60]))
def test_B2_what_a_correction_adds_to_an_expired_award_is_worth_nothing(clawback, price, more, spent, owing, late):
    """Nothing is there to be spent, no debt is paid, nothing is left to be swept; and the way back takes nothing."""
    raw = {"id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow", "clawback": clawback}
    raw |= {"cashback": [{"percent": "50"}], "expiry": {"after": "P30D"}}
    repository = MemoryRepository()
    loyalty = Loyalty(Program.from_dict(raw), repository)
    at = AT + (31 + late) * DAY
    loyalty.settle(Order(id="o1", customer="m1", price=Money.from_minor(price, "RUB")), at=AT)
    loyalty.members.adjust("a1", "m1", Points(-1 - spent % 1_000), at=AT)
    if owing:
        loyalty.settle(Order(id="o2", customer="m1", price=Money(500, "RUB")), at=at)
        loyalty.members.adjust("a2", "m1", Points(-200), at=at)
        loyalty.refund("r2", "o2", at=at)
    loyalty.run_due(at=at)
    before = stands(loyalty, at)
    loyalty.correct("c1", "o1", at=at, price=Money.from_minor(price + more, "RUB"))
    check_accounts(repository)
    after = stands(loyalty, at)
    assert (after.balance, after.debt) == (before.balance, before.debt)
    assert loyalty.run_due(at=at).done == 0
    loyalty.correct("c2", "o1", at=at, price=Money.from_minor(price, "RUB"))
    assert stands(loyalty, at) == before
    event(f"more: {bool(more)}, debt: {bool(before.debt)}")


@given(hard_programs(), st.lists(CALL, min_size=3, max_size=18))
def test_B2_fully_refunded_orders_leave_nothing_but_what_was_given(program, calls):
    """With all orders refunded or cancelled while there's time, nothing is there, owed or sold but by hand."""
    program = evolve(program, clawback="debt", refundable_for=Term("P90D"), expiry=None)
    loyalty = Loyalty(program, MemoryRepository())
    for call in calls:
        if call[0] != "forget":
            called(loyalty, call)
    end = AT + 200 * HOUR
    for order in ("o1", "o2", "o3"):
        called(loyalty, ("cancel", order, end))
        called(loyalty, ("refund", "end", order, None, end))
    view = stands(loyalty, end)
    lines = loyalty.members.statement("m1", at=end, limit=1000).lines
    given = sum((line.points for line in lines if line.kind == "adjusted"), start=Points(0))
    assert (view.visits, view.sold, view.pending, view.held) == (0, Money(0, "RUB"), Points(0), Points(0))
    assert view.balance - view.debt == given
