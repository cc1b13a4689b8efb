"""
Calls that name codes, or bring friends, referrers and workers what is theirs, as they race over one store: which they
are, in which store, and what must hold of whatever comes of them.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from functools import partial

from loyaltykit import Order, Points, Program
from loyaltykit.documents import code as code_document
from loyaltykit.documents import promo_use
from loyaltykit.operations.run_due import sweep_due
from loyaltykit.operations.stands import DONE, refunded_of
from tests.testing.pairs import START, Race, Scene, World, _detail, members_of, orders_of, rub

HOUR = timedelta(hours=1)
SOON = START + 2 * HOUR
"""What is placed waits, what is completed can be refunded, the worker's day isn't over."""

LATER = START + 30 * HOUR
"""By then reservations and holds have timed out, and the worker's bonus has fallen due; nobody has booked it."""

SUMMER = {"name": "summer", "code": "SUMMER", "percent": "10", "limit": 2, "per_member": 1, "budget": "60"}
GIFT = {"name": "gift", "code": "GIFT", "points": 40, "credited": "placing", "limit": 2, "budget": "100"}
INVITATION = {"referee_points": 60, "referee_credited": "placing", "referrer_points": 50}
SPLIT = {
    "percent": "10",
    "shares": {"customer_referrer": "30", "customer": "40", "worker_referrer": "20", "worker": "10"},
}
BONUS = {"name": "daily", "every": "P1D", "ladder": [{"orders": 1, "sum": "50"}, {"orders": 2, "sum": "150"}]}

RAW = {
    "id": "city",
    "currency": "RUB",
    "point_value": "1",
    "time_zone": "Europe/Moscow",
    "redemption": [{"max_share": "50"}],
    "hold_timeout": "P1D",
    "promo": [SUMMER, GIFT],
    "invitation": [INVITATION],
    "referral_split": [SPLIT],
    "surcharge": [{"raise_to": "450"}, {"percent": "10"}],
    "worker_bonus": [BONUS],
    "worker_on_refund": "take_back",
    "codes": {"given": "request"},
}
PROGRAM = Program.from_dict(RAW)


def ride(order_id, price, *, customer):
    return Order(id=order_id, customer=customer, price=rub(price), worker="w1")


def prepare(loyalty):
    """
    Have an order of a friend's in each state, each their first, by m7's code: every promo has one use left, and less of
    its budget than that would take.
    """
    for code, member in (("SEVEN", "m7"), ("EIGHT", "m8"), ("NINE", "w9")):
        loyalty.codes.issue("first", member, at=START, code=code)
    loyalty.members.join("w1", at=START, referral_code="NINE")
    loyalty.place(ride("held", 400, customer="f2"), at=START, redeem="all", promo_code="summer", referral_code="seven")
    loyalty.settle(ride("done", 400, customer="f3"), at=START, redeem="all", promo_code="gift", referral_code="seven")
    loyalty.place(ride("gone", 400, customer="f4"), at=START, redeem="all", promo_code="gift", referral_code="seven")
    loyalty.cancel("gone", at=START)


SCENES = (
    Scene("not placed yet", "new", "f1"),
    Scene("placed", "held", "f2"),
    Scene("completed", "done", "f3"),
    Scene("cancelled", "gone", "f4"),
)


def _place(loyalty, scene, at, n, **codes):
    return loyalty.place(ride(scene.order, 400 + n, customer=scene.member), at=at, redeem="all", **codes)


def _place_other(loyalty, _, at, n):
    return loyalty.place(ride(f"other {n}", 430, customer=f"m{n}"), at=at, promo_code="summer")


def _place_second(loyalty, scene, at, n):
    order = ride(f"second {n}", 300, customer=scene.member)
    return loyalty.place(order, at=at, redeem="all", referral_code="seven")


def _settle(loyalty, scene, at, n):
    order = ride(scene.order, 410 + n, customer=scene.member)
    return loyalty.settle(order, at=at, redeem=Points(70), promo_code="gift", referral_code="seven")


def _settle_second(loyalty, scene, at, n):
    return loyalty.settle(ride(f"ride {n}", 420, customer=scene.member), at=at, referral_code="eight")


def _complete(loyalty, scene, at, n):
    return loyalty.complete(scene.order, at=at, price=rub(390 + 200 * n))


def _cancel(loyalty, scene, at, _):
    return loyalty.cancel(scene.order, at=at)


def _amend(loyalty, scene, at, n, **told):
    return loyalty.amend(f"{[*told]} {n}", scene.order, at=at, **told)


def _refund_part(loyalty, scene, at, n):
    return loyalty.refund(f"part {n}", scene.order, at=at, amount=rub(100 + 37 * n))


def _refund(loyalty, scene, at, n):
    return loyalty.refund(f"rest {n}", scene.order, at=at)


def _correct(loyalty, scene, at, n):
    return loyalty.correct(f"c{n}", scene.order, at=at, price=rub(520 - 250 * n))


def _correct_worker(loyalty, scene, at, n):
    return loyalty.correct(f"w{n}", scene.order, at=at, worker="w2")


OF_ORDERS = {
    "place with promo": partial(_place, promo_code="summer"),
    "place with referral": partial(_place, referral_code="seven"),
    "place another": _place_other,
    "place a second": _place_second,
    "settle": _settle,
    "settle a second": _settle_second,
    "complete": _complete,
    "cancel": _cancel,
    "swap the promo": partial(_amend, promo_code="gift"),
    "name the promo": partial(_amend, promo_code="summer", price=rub(500)),
    "drop the promo": partial(_amend, promo_code=""),
    "refund part": _refund_part,
    "refund": _refund,
    "correct": _correct,
    "correct the worker": _correct_worker,
}
"""The calls that name an order."""


def _join(loyalty, scene, at, n):
    return loyalty.members.join(scene.member, at=at, referral_code=("seven", "eight")[n - 1])


def _issue(loyalty, _, at, n):
    return loyalty.codes.issue("personal", f"m{n}", at=at, code="#romashka")


def _pay_out(loyalty, _, at, n):
    return loyalty.workers.pay_out(f"p{n}", "w1", at=at)


def _sweep(loyalty, at, key):
    return loyalty._driver.run(partial(sweep_due, loyalty._programs, key, at=at))


def _sweep_member(loyalty, scene, at, _):
    return _sweep(loyalty, at, f'["city","member","{scene.member}"]')


def _sweep_worker(loyalty, _, at, __):
    return _sweep(loyalty, at, '["city","worker","w1"]')


def _forget(loyalty, scene, at, _):
    return loyalty.members.forget(scene.member, at=at)


def _forget_referrer(loyalty, _, at, __):
    return loyalty.members.forget("m7", at=at)


def _forget_worker(loyalty, _, at, __):
    return loyalty.members.forget("w1", at=at)


CALLS = OF_ORDERS | {
    "join": _join,
    "issue": _issue,
    "pay out": _pay_out,
    "sweep the member": _sweep_member,
    "sweep the worker": _sweep_worker,
    "forget": _forget,
    "forget the referrer": _forget_referrer,
    "forget the worker": _forget_worker,
}

FORGETS = {"forget", "forget the referrer", "forget the worker"}

CODES = World(PROGRAM, prepare, CALLS)
HOLD = 24 * 3_600_000_000
"""Microseconds after which a hold times out."""

DRAWN = World(
    Program.from_dict(RAW | {"codes": {"given": "completion"}}),
    prepare,
    {name: CALLS[name] for name in ("settle", "settle a second", "complete", "correct", "join", "issue", "forget")}
    | {"draw": lambda loyalty, _, at, n: loyalty.codes.issue(f"drawn {n}", "m7", at=at)},
    randbelow=lambda _: 0,
)
"""Where completed orders give codes: whoever draws one draws the same, so that all but one draw again."""

PROMOS = {each.name: each for each in PROGRAM.promo}


# What must hold


def check_promos(store):
    """See that what's counted of each promo is what orders say, and never above its limits or its budget."""
    orders = orders_of(store)
    for name, rule in PROMOS.items():
        use, mine = _use(store, "promo", name), _naming(name, orders)
        assert use.taken[0] <= rule.uses_per_code
        assert use.taken[1] <= rule.budget.minor
        _check_counted(use, mine, orders)
        for customer in {placed.order.customer for placed in mine} if rule.per_member else ():
            own = _use(store, "promo_member", name, customer)
            if _was_forgotten(store, customer) or _is_erased(store, "promo_member", name, customer):
                continue  # what they had used isn't known any more
            assert own.taken[0] <= rule.per_member
            _check_counted(own, [each for each in mine if each.order.customer == customer], orders, budget=False)


def _was_forgotten(store, name):
    key = json.dumps(["city", "member", name], separators=(",", ":"))
    stored = store.load([key])[key]
    return stored.version > 0 and (stored.body is None or members_of(store)[name].life > 0)


def _is_erased(store, *parts):
    key = json.dumps(["city", *parts], separators=(",", ":"))
    stored = store.load([key])[key]
    return stored.version > 0 and stored.body is None


def _naming(promo, orders):
    return [each for each in orders.values() if each.promo is not None and each.promo.promo == promo]


def _use(store, *parts):
    key = json.dumps(["city", *parts], separators=(",", ":"))
    return promo_use.decode(key, store.load([key])[key].body)


def _check_counted(use, mine, orders, *, budget=True):
    """
    See that *use* counts the orders that are *mine*: the completed ones for good, others until that times out.

    What an order had reserved stands there when it has timed out, until the document is written again.
    """
    units = {placed.order.id: placed.promo.units * budget for placed in mine}
    done = [units[placed.order.id] for placed in mine if placed.status in DONE]
    assert (use.uses, use.units) == (len(done), sum(done))
    waiting = {placed.order.id for placed in mine if placed.status == "placed"}
    for order_id, (until, share) in use.reserved.items():
        assert until <= orders[order_id].as_of if order_id not in waiting else share == units[order_id]
    assert all(orders[order_id].as_of + HOLD <= use.as_of for order_id in waiting - {*use.reserved})


def check_credited(store):
    """See that what was credited for each order is what its document says, less what was taken back of it."""
    credited, said = Counter(), Counter()
    for entry in store._entries:
        detail = _detail(entry.detail)
        if detail["kind"] in ("issued", "surcharge") and entry.account != f'["city","{detail["kind"]}"]':
            credited[detail["order"], json.loads(entry.account)[-1], detail["rule"]] += entry.amount
    for order_id, placed in orders_of(store).items():
        earned = [(member, award.rule, award.amount) for member, award in placed.awards]
        for whose, rule, amount in (*earned, *[(worker, rule, minor) for worker, _, rule, minor in placed.credits]):
            said[order_id, whose, rule] += amount - refunded_of(placed).of(amount)
    assert +credited == +said
    assert not -credited


def check_codes(store):
    """See that nobody passes on a code that isn't theirs: no two have the same."""
    for name, member in members_of(store).items():
        if member.code is not None:
            key = f'["city","code","{member.code}"]'
            owned = code_document.decode(key, store.load([key])[key].body)
            assert (owned.owner, owned.life) == (name, member.life)


def check_friends(store):
    """See that whoever brought members is said to have brought so many, and that each friend was rewarded for once."""
    members = members_of(store)
    referrals = {name: each.referral for name, each in members.items() if each.referral is not None}
    brought = Counter(each.referrer for each in referrals.values() if each.joined)
    assert {name: each.invited for name, each in members.items()} == {name: brought[name] for name in members}
    first = Counter(
        placed.order.customer
        for placed in orders_of(store).values()
        if placed.status == "completed" and placed.invited is not None
    )
    assert first == Counter(name for name, each in referrals.items() if each.rewarded)


class CodeRace(Race):
    """
    Calls that meet where codes are named.

    Whoever is a member and a worker is forgotten as the one, then as the other: what comes between begins anew, or not.
    Who is told that a code is nobody's was told so when it was read, though they may have joined by it themselves.
    """

    world = CODES
    no_id = frozenset({"join", "forget the referrer", "sweep the member", "sweep the worker"})

    def _comes_in_turn(self, told, stored):
        if "forget the worker" in self.names:
            return True
        if self.names >= {"join", "forget the referrer"}:
            return stored in [each for _, each in self.in_turn]
        return super()._comes_in_turn(told, stored)

    def _check(self, outcome):
        super()._check(outcome)
        check_promos(outcome.store)
        check_codes(outcome.store)
        if not self.names & FORGETS:  # nothing is taken back of those who were forgotten, nor told who brought them
            check_credited(outcome.store)
            check_friends(outcome.store)


class DrawingRace(CodeRace):
    """Calls that meet where codes are drawn."""

    world = DRAWN
