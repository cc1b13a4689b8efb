"""
An order's life under any mix of rules: whatever it got goes back with it, a quote is kept, and a correction that is
undone leaves nothing (B2, B3, B9, B10, G2, G3, G9, G10, R1).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import assume, event, given
from hypothesis import strategies as st

from loyaltykit import Loyalty, Money, Order, Points, Program
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.documents import promo_use
from loyaltykit.testing.contract.accounts import check_accounts

AT = datetime(2026, 3, 10, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
BASE = {
    "id": "city",
    "currency": "RUB",
    "time_zone": "Europe/Moscow",
    "redemption": [{}],
    "worker_on_refund": "take_back",
    "codes": {"given": "request"},
}
MEMBERS = ("m1", "m7", "w1", "w2", "w9")
PRICES = st.integers(1, 99_999).map(lambda minor: Money.from_minor(minor, "RUB"))
REDEEM = st.sampled_from([None, "all", Points(13)])

PROMOS = [
    {"percent": "10"},
    {"percent": "33.3", "maximum_discount": "70"},
    {"sum": "50"},
    {"points": 40},
    {"points": 40, "credited": "placing"},
]
LIMITS = [{}, {"limit": 3}, {"per_member": 2}, {"budget": "55.55"}, {"limit": 2, "per_member": 1, "budget": "1000"}]
INVITATIONS = [
    {"referee_points": 60, "referrer_points": 50},
    {"referee_points": 60, "referee_credited": "placing", "referrer_points": 50, "minimum": "100"},
]
SHARES = [("25", "25", "25", "25"), ("40", "40", "20", "0"), ("33.33", "33.33", "33.33", "0.01")]
ROLES = ("customer_referrer", "customer", "worker_referrer", "worker")
SURCHARGES = [[{"raise_to": "300"}], [{"percent": "7.7"}], [{"raise_to": "300"}, {"sum": "50"}]]


@st.composite
def programs(draw):
    """Draw a program with any of the rules that an order's life can have."""
    raw = dict(BASE, point_value=draw(st.sampled_from(["1", "0.50", "3"])), digits=draw(st.sampled_from([0, 2])))
    if draw(st.booleans()):
        promo = {"name": "summer", "code": "SUMMER"} | draw(st.sampled_from(PROMOS)) | draw(st.sampled_from(LIMITS))
        raw["promo"] = [promo]
    if draw(st.booleans()):
        raw["invitation"] = [draw(st.sampled_from(INVITATIONS))]
    if draw(st.booleans()):
        shares = dict(zip(ROLES, draw(st.sampled_from(SHARES)), strict=True))
        missing = draw(st.sampled_from(["participant", "program"]))
        raw["referral_split"] = [{"percent": "10", "shares": shares, "missing_referrer": missing}]
    else:
        raw["cashback"] = [{"percent": "12.5"}]
    if draw(st.booleans()):
        raw["surcharge"] = draw(st.sampled_from(SURCHARGES))
    return raw


def begun(raw):
    """Give a `Loyalty` and its store, in which m7 passes on a code, w9 brought w1, and everybody has some points."""
    store = MemoryRepository()
    loyalty = Loyalty(Program.from_dict(raw), store)
    for code, member in (("SEVEN", "m7"), ("NINE", "w9")):
        loyalty.codes.issue("i1", member, code=code, at=AT)
    if loyalty._programs.revisions.programs[0].referral_codes is not None:
        loyalty.members.join("w1", at=AT, referral_code="NINE")
    for member in MEMBERS:
        loyalty.members.adjust("begun", member, Points(200), at=AT)
    return loyalty, store


def ride(price, order="o1"):
    return Order(id=order, customer="m1", price=price, worker="w1")


def named(raw):
    """Give the codes that an order can name."""
    codes = {"promo_code": "summer"} if "promo" in raw else {}
    return codes | ({"referral_code": "seven"} if {"invitation", "referral_split"} & set(raw) else {})


def stands(loyalty, store, at):
    """Give what everybody has in points and in money, and what is taken of the promo's budget."""
    views = [loyalty.members.view(member, at=at) for member in MEMBERS]
    points = [(view.balance, view.held, view.pending, view.debt, view.visits, view.sold) for view in views]
    money = [loyalty.workers.view(worker, at=at).balance for worker in ("w1", "w2")]
    return points, money, taken(store)


def taken(store):
    """Give uses and units of the promo, in all and by m1."""
    keys = ['["city","promo","summer"]', '["city","promo_member","summer","m1"]']
    return [promo_use.decode(key, each.body).taken for key, each in store.load(keys).items()]


@st.composite
def parts(draw):
    """Draw how an order is refunded: in some parts, the last of which is all that's left."""
    return [*draw(st.lists(PRICES, max_size=4)), None]


@given(programs(), PRICES, REDEEM, parts())
def test_B2_refunded_in_any_pieces_everybody_has_what_they_had(raw, price, redeem, pieces):
    """Points, the worker's money, and what is sold; the money given back is what was due. Uses of a code are kept."""
    loyalty, store = begun(raw)
    before = stands(loyalty, store, AT)
    settled = loyalty.settle(ride(price), at=AT, redeem=redeem, **named(raw))
    used, back = taken(store), Money(0, "RUB")
    for number, piece in enumerate(pieces):
        refund = loyalty.refund(f"r{number}", "o1", at=AT + HOUR, amount=piece).refund
        back += refund or Money(0, "RUB")
    assert back == settled.due
    assert stands(loyalty, store, AT + HOUR) == (*before[:2], used)
    check_accounts(store)


@given(programs(), PRICES, REDEEM)
def test_G2_a_surcharge_changes_nothing_that_the_customer_sees(raw, price, redeem):
    """Neither price, charged nor payable, nor anybody's points."""
    assume("surcharge" in raw)
    plain = {name: value for name, value in raw.items() if name != "surcharge"}
    told = []
    for each in (raw, plain):
        loyalty, store = begun(each)
        done = loyalty.settle(ride(price), at=AT, redeem=redeem, **named(each))
        told.append((done.price, done.charged, done.payable, done.redeemed, done.awards, stands(loyalty, store, AT)[0]))
    assert told[0] == told[1]


@given(programs(), PRICES, REDEEM, st.sampled_from(["cancel", "no_show"]))
def test_B3_placed_and_cancelled_everything_is_as_it_was(raw, price, redeem, end):
    """Balances, counts, uses and budgets; a friend can name the code with another order."""
    loyalty, store = begun(raw)
    before = stands(loyalty, store, AT)
    placed = loyalty.place(ride(price), at=AT, redeem=redeem, **named(raw))
    getattr(loyalty, end)("o1", at=AT + HOUR)
    assert stands(loyalty, store, AT + HOUR) == before
    again = loyalty.place(ride(price, "o2"), at=AT + HOUR, redeem=redeem, **named(raw))
    assert (again.decisions, again.payable) == (placed.decisions, placed.payable)
    check_accounts(store)


def sums(settlement):
    return (
        settlement.price,
        settlement.charged,
        settlement.redeemed,
        settlement.payable,
        settlement.decisions,
    )


@given(programs(), PRICES, REDEEM)
def test_B10_a_quote_is_what_placing_and_completing_come_to(raw, price, redeem):
    """In sums and decisions; and settling comes to the same."""
    loyalty, store = begun(raw)
    quoted = loyalty.quote(ride(price), at=AT, redeem=redeem, **named(raw))
    placed = loyalty.place(ride(price), at=AT, redeem=redeem, **named(raw))
    assert sums(quoted) == sums(placed)
    completed = loyalty.complete("o1", at=AT)
    other, beside = begun(raw)
    settled = other.settle(ride(price), at=AT, redeem=redeem, **named(raw))
    assert sums(completed)[:4] == sums(settled)[:4] == sums(placed)[:4]
    assert completed.awards == settled.awards
    assert stands(loyalty, store, AT) == stands(other, beside, AT)


@given(programs(), PRICES, REDEEM)
def test_G10_what_is_charged_and_what_comes_off_are_the_price(raw, price, redeem):
    """And no discount is more than the price."""
    loyalty, _ = begun(raw)
    done = loyalty.settle(ride(price), at=AT, redeem=redeem, **named(raw))
    off = sum((each.money for decision in done.decisions for each in decision.discounts), start=Money(0, "RUB"))
    assert done.charged + off == done.price == price
    assert Money(0, "RUB") <= off <= price
    assert done.payable + done.worth == done.charged


CORRECTIONS = st.fixed_dictionaries({}, optional={"price": PRICES, "worker": st.sampled_from(["w1", "w2"])})


@given(programs(), PRICES, st.sampled_from([None, Points(13)]), CORRECTIONS)
def test_B2_a_correction_that_is_undone_leaves_nothing(raw, price, redeem, told):
    """Corrected to the same facts, nothing changes; to others and back, everybody has what they had."""
    loyalty, store = begun(raw)
    settled = loyalty.settle(ride(price), at=AT, redeem=redeem, **named(raw))
    before = stands(loyalty, store, AT)
    same = loyalty.correct("c0", "o1", at=AT, price=price, worker="w1")
    assert sums(same)[:4] == sums(settled)[:4]
    assert stands(loyalty, store, AT) == before
    changed = loyalty.correct("c1", "o1", at=AT, **told)
    counted(raw, store, [changed])
    check_accounts(store)
    back = loyalty.correct("c2", "o1", at=AT, price=price, worker="w1")
    check_accounts(store)
    event(f"fewer points: {changed.redeemed < settled.redeemed}")
    if changed.redeemed == settled.redeemed:  # of points, no more are spent than were
        assert sums(back)[:4] == sums(settled)[:4]
        assert stands(loyalty, store, AT) == before


@given(programs(), st.lists(st.tuples(PRICES, st.booleans(), st.none() | PRICES), min_size=2, max_size=8))
def test_B9_no_budget_is_overspent_whatever_orders_come_to(raw, rides):
    """Placed all at once, completed dearer or cheaper, or cancelled: what they got is what is counted."""
    assume("promo" in raw)
    loyalty, store = begun(raw)
    (rule,) = Program.from_dict(raw).promo
    for number, (price, _, _) in enumerate(rides):
        loyalty.place(ride(price, f"o{number}"), at=AT, promo_code="summer")
        within(rule, store)
    done = []
    for number, (_, ends, final) in enumerate(rides):
        if ends:
            done.append(loyalty.complete(f"o{number}", at=AT, price=final))
        else:
            loyalty.cancel(f"o{number}", at=AT)
        within(rule, store)
    counted(raw, store, done)


def counted(raw, store, completed):
    """See that what is counted of a budget is what *completed* orders got: money off, or points at their value."""
    promo, worth = raw.get("promo", [{}])[0], Program.from_dict(raw).worth
    if "budget" in promo:
        gave = [any(told.rule == "summer" and told.effects for told in each.decisions) for each in completed]
        off = sum((each.price - each.charged).minor for each in completed)
        got = sum(gave) * worth.worth(Points(promo["points"])).minor if "points" in promo else off
        assert taken(store)[0][1] == got <= Money(promo["budget"], "RUB").minor


def within(rule, store):
    """See that no limit or budget is exceeded."""
    (uses, units), (own, _) = taken(store)
    assert rule.budget is None or units <= rule.budget.minor
    assert rule.uses_per_code is None or uses <= rule.uses_per_code
    assert rule.per_member is None or own <= rule.per_member
