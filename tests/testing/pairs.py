"""
Calls of an order's life and of members that race over one store: what they are, in which store, and what must hold of
whatever comes of them, whoever came first.

A `World` is a program, a store that is prepared under it, and the calls that meet there: the one here, and others.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from itertools import combinations, permutations

from attrs import frozen

from loyaltykit import Contended, InvalidValue, Loyalty, Money, OpeningMember, Order, Points, Program, UnknownOrder
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.documents import member as member_document
from loyaltykit.documents import order as order_document
from loyaltykit.ledger.account import NEVER
from loyaltykit.ledger.cursor import micros
from loyaltykit.operations.levels import next_moment
from loyaltykit.operations.stands import DONE, charged_of, refunded_of, spent_of
from loyaltykit.testing.contract.accounts import check_accounts
from loyaltykit.testing.schedules import LETTERS, _Moment, _Stand, copied, stepwise

DAY = timedelta(days=1)
_NOTHING_LEFT = (UnknownOrder, InvalidValue)
"""Errors of a call that came too soon, or went by another revision: no later one is answered by them."""

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
EARLY = START + 5 * DAY
"""Two lots live, an order holds points of both, an award waits."""

LATE = START + 9 * DAY
"""By then the lots have expired, the hold has timed out, the award is credited; and nobody has booked it."""

PROGRAM = Program.from_dict(
    {
        "id": "city",
        "currency": "RUB",
        "point_value": "1",
        "time_zone": "Europe/Moscow",
        "cashback": [{"percent": "10"}],
        "first_app_order": [{"points": "30", "delay": "P6D"}],
        "redemption": [{"max_share": "50"}],
        "expiry": {"after": "P6D"},
        "hold_timeout": "P7D",
    }
)


def rub(amount):
    return Money(str(amount), "RUB")


def ride(order_id, price, *, customer="m1", channel=None):
    return Order(id=order_id, customer=customer, price=rub(price), channel=channel)


def prepare(loyalty):
    """Have two lots, an order in each state, and a waiting award."""
    loyalty.settle(ride("lot 1", 1000), at=START)
    loyalty.settle(ride("lot 2", 1000), at=START + DAY)
    loyalty.place(ride("held", 400), at=START + DAY, redeem=Points(120))
    loyalty.place(ride("gone", 200), at=START + DAY, redeem=Points(15))
    loyalty.cancel("gone", at=START + 2 * DAY)
    loyalty.settle(ride("done", 300, channel="app"), at=START + 2 * DAY, redeem=Points(20))
    loyalty.record_payment("first", "done", rub(200), at=START + 2 * DAY)
    loyalty.members.adjust("sorry", "m1", Points(5), at=START + 3 * DAY, description="sorry for the wait")


@frozen
class Scene:
    """Whom, and which of their orders, a race is about."""

    name: str
    order: str
    member: str = "m1"


SCENES = (
    Scene("not placed yet", "new"),
    Scene("placed", "held"),
    Scene("completed", "done"),
    Scene("cancelled", "gone"),
)
STRANGER = Scene("of a stranger", "first", "m2")
"""Nobody has seen this member before."""


def _settle(loyalty, scene, at, n):
    return loyalty.settle(ride(scene.order, 410 + n, customer=scene.member), at=at, redeem=Points(70))


def _place(loyalty, scene, at, n):
    return loyalty.place(ride(scene.order, 400 + n, customer=scene.member), at=at, redeem=Points(90))


def _amend(loyalty, scene, at, n):
    return loyalty.amend(f"a{n}", scene.order, at=at, price=rub(160 * n), redeem="all")


def _complete(loyalty, scene, at, n):
    return loyalty.complete(scene.order, at=at, price=rub(390 + n))


def _cancel(loyalty, scene, at, _):
    return loyalty.cancel(scene.order, at=at)


def _no_show(loyalty, scene, at, _):
    return loyalty.no_show(scene.order, at=at)


def _refund_part(loyalty, scene, at, n):
    return loyalty.refund(f"part {n}", scene.order, at=at, amount=rub(100 + 37 * n))


def _refund(loyalty, scene, at, n):
    return loyalty.refund(f"rest {n}", scene.order, at=at)


def _correct(loyalty, scene, at, n):
    return loyalty.correct(f"c{n}", scene.order, at=at, price=rub(520 - 250 * n))


def _pay(loyalty, scene, at, n):
    return loyalty.record_payment(f"paid {n}", scene.order, rub(10 * n), at=at)


OF_ORDERS = {
    "settle": _settle,
    "place": _place,
    "amend": _amend,
    "complete": _complete,
    "cancel": _cancel,
    "no_show": _no_show,
    "refund part": _refund_part,
    "refund": _refund,
    "correct": _correct,
    "pay": _pay,
}
"""The calls that name an order."""


def _adjust_up(loyalty, scene, at, n):
    return loyalty.members.adjust(f"up {n}", scene.member, Points(20 + n), at=at, description="sorry again")


def _adjust_down(loyalty, scene, at, n):
    return loyalty.members.adjust(f"down {n}", scene.member, Points(-50 * n), at=at)


def _forget(loyalty, scene, at, _):
    return loyalty.members.forget(scene.member, at=at)


def _import(loyalty, scene, at, _):
    opening = OpeningMember(id=scene.member, lots=[(Points(40), EARLY + DAY)], visits=1, sold=rub(90))
    return loyalty.members.import_members([opening], at=at)


def _run_due(loyalty, _, at, __):
    return loyalty.run_due(at=at)


def _view(loyalty, scene, at, _):
    return loyalty.members.view(scene.member, at=at)


def _statement(loyalty, scene, at, _):
    return loyalty.members.statement(scene.member, at=at)


OF_MEMBERS = {
    "adjust up": _adjust_up,
    "adjust down": _adjust_down,
    "forget": _forget,
    "import": _import,
    "run_due": _run_due,
    "view": _view,
    "statement": _statement,
}
"""The calls that name a member, or nobody."""

CALLS = OF_ORDERS | OF_MEMBERS
ANEW = {"settle", "place", *OF_MEMBERS}
"""What can be done with somebody whom nobody has seen before."""

NO_ID = {"run_due", "view", "statement"}
"""What's made anew whenever it's called."""

TAKES_BACK = {"refund part", "refund", "correct"}
"""What can leave a debt."""


def scenes_of(*names):
    """Give the scenes in which the calls of those *names* meet."""
    orders = SCENES if set(names) & set(OF_ORDERS) else (Scene("any", "none"),)
    return (*orders, STRANGER) if set(names) <= ANEW else orders


class World:
    """
    Where races are run: a *program*, who *prepares* the store under it, and the *calls* that meet there.

    *randbelow* is what its codes are drawn by.
    """

    def __init__(self, program, prepares, calls, *, randbelow=None):
        self.program, self.calls = program, calls
        self._prepares, self._randbelow = prepares, randbelow

    @cached_property
    def store(self):
        """The store as every race finds it."""
        made = MemoryRepository()
        self._prepares(Loyalty(self.program, made, randbelow=self._randbelow))
        return made

    @cached_property
    def loyalty(self):
        """What the racers call."""
        made = stepwise(self.program, self.store)
        made._programs.randbelow = self._randbelow
        return made


CITY = World(PROGRAM, prepare, CALLS)


@frozen
class Called:
    """A call in a race: which, at what moment, and the number *n* that its ids and figures are made of."""

    name: str
    at: datetime
    n: int = 1

    @cache  # noqa: B019 - they're few, and the same one stands where it stood
    def racer(self, world, scene):
        """Give what makes this call in *scene* of that *world*."""
        call, loyalty = world.calls[self.name], world.loyalty
        return lambda: call(loyalty, scene, self.at, self.n)


# Schedules, those that have come to the same put together


@frozen
class End:
    """An *outcome*, which so many *schedules* come to: this one and others, after which all is the same."""

    outcome: object
    schedules: int


def ends(store, racers):
    """
    Play every schedule, and give what they come to.

    Schedules that have come to the same store, with all racers at the same place, go on as one: what's still to come
    depends on nothing else. So this is all that `every_schedule` plays, in a fraction of the time.
    """
    open_moments, ended = {None: (_Moment(copied(store), tuple(map(_stand, racers))), 1)}, {}
    while open_moments:
        following = {}
        for moment, schedules in open_moments.values():
            nexts, later = (moment.following(0), following) if moment.waiting() else ([moment], ended)
            for after in nexts:
                key = (tuple(map(id, after.stands)), _content(after.store))
                first, so_far = later.get(key, (after, 0))
                later[key] = first, so_far + schedules
        open_moments = following
    return [End(moment.outcome(), schedules) for moment, schedules in ended.values()]


@cache
def _stand(racer):
    """Give where *racer* begins: what it does after the same answers is worked out once for all races that it's in."""
    return _Stand(racer)


def _content(store):
    parts = store._documents, store._receipts, store._due
    return (*[frozenset(part.items()) for part in parts], tuple(store._entries))


# What must hold


def said(results, errors, *, notes=True):
    """
    Give what racers were told: the notes in it only if asked for, and not how many members `run_due` had on its list.

    That's the number of those whom it looked at: someone else may have booked all of it by the time of their turn. Of
    who came to no end it isn't told either on which key they met the last conflict.
    """
    told = [repr(getattr(result, "skipped", result)) for result in results]
    told = told if notes else [re.sub("description='.*?'", "description=None", word) for word in told]
    ended = ["Contended" if isinstance(error, Contended) else repr(error) for error in errors]
    return tuple(zip(told, ended, strict=True))


def left(store, *, notes):
    """
    Give what *store* says, its *notes* only if asked for.

    Without versions, and the ids that are made of them: whoever sweeps a member and finds that all was booked has
    written the same document once more.
    """
    bodies = {key: each.body for key, each in store._documents.items() if each.body is not None}
    if not notes:
        bodies = {key: body for key, body in bodies.items() if '"note"' not in key}
    entries = [
        (entry.at, _unversioned(entry.operation), entry.account, entry.unit, entry.amount, entry.detail)
        for entry in store._entries
    ]
    receipts = {key: (each.digest, each.result) for key, each in store._receipts.items() if _unversioned(key) == key}
    return bodies, sorted(entries), receipts, store._due


UNVERSIONED = {"due", "due_card", "due_worker", "forget", "forget_worker", "erase", "join", "recalculate"}
"""Whose ids are made of a document's version."""


@cache
def _unversioned(operation_id):
    _, kind, *parts = json.loads(operation_id)
    return f"{kind} {parts[0]}" if kind in UNVERSIONED else operation_id


def in_turn(store, racers, turns, *, notes):
    """Play *racers* one after the other, in the order of *turns*; give what was told, and what's left."""
    results, errors = {}, {}
    for turn in turns:
        (end,) = ends(store, [racers[turn]])
        store = end.outcome.store
        (results[turn],), (errors[turn],) = end.outcome.results, end.outcome.errors
    places = range(len(racers))
    told = said([results[n] for n in places], [errors[n] for n in places], notes=notes)
    return told, left(store, notes=notes)


@cache
def _member(key, body):
    return member_document.decode(key, body)


@cache
def _order(key, body):
    return order_document.decode(key, body, PROGRAM.worth.currency)


@cache
def _detail(text):
    return json.loads(text)


def orders_of(store):
    """Give the orders in *store*, by their ids."""
    orders = [_order(key, each.body) for key, each in store._documents.items() if key.startswith('["city","order",')]
    return {placed.order.id: placed for placed in orders}


def members_of(store):
    """Give the members in *store*, by their ids."""
    keys = [key for key in store._documents if key.startswith('["city","member",')]
    return {json.loads(key)[-1]: _member(key, store._documents[key].body) for key in keys}


def check_books(store):
    """See that documents, entries, due moments and orders agree, and nothing is below zero (P14)."""
    accounts, orders = check_accounts(store), orders_of(store)
    moments = {
        f'["city","member","{name}"]': min(account.next_moment, next_moment(members_of(store)[name]))
        for name, account in accounts.items()
    }
    due = {key: micros(moment) for key, moment in store._due.items() if '"member"' in key}
    assert due == {key: moment for key, moment in moments.items() if moment != NEVER}
    for member in members_of(store).values():
        assert min(member.visits, member.sold, member.paid, *member.channels.values()) >= 0
    for account in accounts.values():
        for order_id, hold in account.holds.items():
            placed = orders[order_id]
            assert (placed.status, placed.held - placed.advanced) == ("placed", hold.amount)
    for placed in orders.values():
        assert 0 <= placed.refunded <= charged_of(placed)
        assert placed.paid >= 0


def check_spent(store):
    """See that what was booked as spent on each order is what its document says, less what was given back."""
    spent = Counter()
    for entry in store._entries:
        detail = _detail(entry.detail)
        if detail["kind"] == "redeemed" and '"member"' in entry.account:
            spent[detail["order"]] -= entry.amount
    for order_id, placed in orders_of(store).items():
        points = spent_of(placed) if placed.status in DONE else 0
        assert spent[order_id] == points - refunded_of(placed).of(points)


def check_history(store):
    """See that what lies behind members is what their orders come to, where nobody was forgotten or imported."""
    for name, member in members_of(store).items():
        orders = [placed for placed in orders_of(store).values() if placed.order.customer == name]
        done = [placed for placed in orders if placed.status in DONE]
        kept = [placed for placed in done if placed.status != "refunded"]
        assert member.visits == len(kept)
        assert member.sold == sum(charged_of(placed) - placed.refunded for placed in done)
        assert member.paid == sum(placed.paid for placed in orders)
        assert member.channels == Counter(placed.order.channel for placed in kept if placed.order.channel)


class Race:
    """Calls that meet in a prepared store: plays their schedules, and knows what they come to in turn."""

    world = CITY
    no_id = NO_ID

    def __init__(self, scene, *calls):
        self.scene, self.calls = scene, calls
        self.names = {call.name for call in calls}
        self.store = self.world.store
        self.racers = [call.racer(self.world, scene) for call in calls]
        # A member is forgotten first, and notes are erased then: who reads in between finds them, and a note that comes
        # in between may be erased, too.
        self._notes = "forget" not in self.names
        turns = [*permutations(range(len(calls)))]
        forgetting = [n for n, call in enumerate(calls) if call.name == "forget"]
        if len(forgetting) > 1:  # one that erases notes while another does begins anew, and forgets what came since
            turns = [each for n in forgetting for each in permutations((*range(len(calls)), n))]
        self.in_turn = [in_turn(self.store, self.racers, each, notes=self._notes) for each in turns]

    def check(self, law=lambda _: None):
        """Play every schedule, check what each comes to, and that it keeps the *law*; give how many there were."""
        schedules = 0
        for end in ends(self.store, self.racers):
            schedules += end.schedules
            try:
                self._check(end.outcome)
                law(end.outcome)
            except Exception as error:
                calls = [f"{letter} {call}" for letter, call in zip(LETTERS, self.calls, strict=False)]
                raise AssertionError("\n  ".join([self.scene.name, *calls, str(end.outcome)])) from error
        return schedules

    def _check(self, outcome):
        told = said(outcome.results, outcome.errors, notes=self._notes)
        assert self._comes_in_turn(told, left(outcome.store, notes=self._notes))
        check_books(outcome.store)
        if "forget" not in self.names:  # nothing is given back to those who were forgotten
            check_spent(outcome.store)
            if "import" not in self.names:
                check_history(outcome.store)
        if not self.names & TAKES_BACK:
            assert not any(member.account.debt for member in members_of(outcome.store).values())
        self._check_given_back(outcome)
        for one, other in self._duplicates():
            told = [(outcome.results[each], outcome.errors[each]) for each in (one, other)]
            assert len({repr(each) for each in told if type(each[1]) not in _NOTHING_LEFT}) <= 1

    def _comes_in_turn(self, told, stored):
        return (told, stored) in self.in_turn

    def _duplicates(self):
        """
        Give the pairs of racers that make the same call, of those calls that have an id.

        An import that has found its member known is told another reason once the member is forgotten.
        """
        free = self.no_id | ({"import"} if "forget" in self.names else set())
        return [
            (one, other)
            for (one, first), (other, then) in combinations(enumerate(self.calls), 2)
            if (first.name, first.n) == (then.name, then.n) and first.name not in free
        ]

    def _check_given_back(self, outcome):
        """See that refunds have given back what they say of the order's money, and never more than was to be paid."""
        given = {
            (call.name, call.n): result.refund.minor
            for call, result in zip(self.calls, outcome.results, strict=True)
            if call.name in ("refund", "refund part") and result is not None and result.refund is not None
        }
        placed = orders_of(outcome.store).get(self.scene.order)
        if given:
            paid = charged_of(placed) - self.world.program.worth.worth(Points(spent_of(placed))).minor
            assert sum(given.values()) == refunded_of(placed).of(paid) <= paid
