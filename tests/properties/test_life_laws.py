"""An order's life: whatever is called, in any order, books agree, and nobody loses or gains by who looks when."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import event, given, settings
from hypothesis import strategies as st

from loyaltykit import Loyalty, Money, OperationMismatch, Order, Points, Program, UnknownOrder
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.documents import member as member_document
from loyaltykit.ledger.account import NEVER
from loyaltykit.ledger.cursor import micros
from loyaltykit.ledger.entry import unbalanced

START = datetime(2026, 3, 10, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
MEMBERS = ("m1", "m2", None)
ORDERS = tuple(f"o{number}" for number in range(5))

EXPIRIES = st.sampled_from(
    [
        None,
        {"after": "P1D"},
        {"after": "PT5H"},
        {"after": "P2D", "returned_after_expiry": "PT9H"},
        {"after": "P1D", "returned_after_expiry": "P2D"},
        {"inactivity": "P1D"},
        {"after": "P3D", "inactivity": "P1D", "returned_after_expiry": "P1D"},
    ]
)


@st.composite
def programs(draw):
    """Draw a program that gives points freely, so that there's something to spend."""
    raw = {
        "id": "city",
        "currency": "RUB",
        "point_value": draw(st.sampled_from(["1", "0.50"])),
        "digits": draw(st.sampled_from([0, 2])),
        "time_zone": "Europe/Moscow",
        "cashback": [{"percent": "50", **draw(st.sampled_from([{}, {"delay": "PT3H"}, {"delay": "P2D"}]))}],
        "first_app_order": [{"points": 30}],
        "redemption": [draw(st.sampled_from([{}, {"max_share": "50"}, {"minimum": "20", "maximum": "60"}]))],
        "hold_timeout": draw(st.sampled_from(["PT6H", "P1D", "P7D"])),
    }
    expiry = draw(EXPIRIES)
    return Program.from_dict(raw if expiry is None else raw | {"expiry": expiry})


MOMENTS = st.integers(0, 120).map(lambda hours: START + hours * HOUR)
PRICES = st.none() | st.sampled_from(["0", "0.99", "40", "99.50", "100", "333.33"]).map(lambda text: Money(text, "RUB"))
REDEEM = st.sampled_from([None, "all", "all", Points(10), Points(60), Points(0)])
NAMES = st.sampled_from(ORDERS)


@st.composite
def rides(draw):
    """Draw an order; all of one id are one member's."""
    name = draw(NAMES)
    customer = MEMBERS[ORDERS.index(name) % len(MEMBERS)]
    channel = draw(st.sampled_from([None, "app"]))
    starts_at = draw(st.none() | MOMENTS)
    return Order(id=name, customer=customer, price=draw(PRICES), channel=channel, starts_at=starts_at)


CALL = st.one_of(
    st.tuples(st.just("place"), rides(), MOMENTS, REDEEM),
    st.tuples(st.just("place"), rides(), MOMENTS, REDEEM),
    st.tuples(st.just("settle"), rides(), MOMENTS, REDEEM),
    st.tuples(st.just("complete"), NAMES, MOMENTS, PRICES),
    st.tuples(st.just("complete"), NAMES, MOMENTS, PRICES),
    st.tuples(st.sampled_from(["cancel", "no_show"]), NAMES, MOMENTS),
    st.tuples(st.just("run_due"), MOMENTS),
)
OPENING = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(
    lambda hours: [
        ("settle", Order(id=f"opening {member}", customer=member, price=Money(200, "RUB")), START + each * HOUR, None)
        for member, each in zip(("m1", "m2"), hours, strict=True)
    ]
)
"""Both members begin with some points, so that there's something to spend."""

CALLS = st.builds(lambda opening, calls: opening + calls, OPENING, st.lists(CALL, min_size=2, max_size=16))
SWEEPS = st.lists(st.integers(0, 120), max_size=4)


def called(loyalty, call):
    """Make *call*, and give what comes of it; an order that was never placed, or told otherwise, is left alone."""
    try:
        match call:
            case ("place" | "settle") as name, order, at, redeem:
                return getattr(loyalty, name)(order, at=at, redeem=redeem)
            case "complete", order_id, at, price:
                return loyalty.complete(order_id, at=at, price=price)
            case ("cancel" | "no_show") as name, order_id, at:
                return getattr(loyalty, name)(order_id, at=at)
            case "run_due", at:
                assert loyalty.run_due(at=at).skipped == ()
    except OperationMismatch as mismatch:
        return mismatch.first
    except UnknownOrder:
        pass
    return None


def lived(program, calls):
    """Give the life that *calls* have led, its repository, and what came of each."""
    repository = MemoryRepository()
    loyalty = Loyalty(program, repository)
    return loyalty, repository, [called(loyalty, call) for call in calls]


def accounts_of(repository):
    """Give each member's account, by the key of the document."""
    keys = [key for key in repository.keys("", after=None, limit=1000) if json.loads(key)[1] == "member"]
    return {key: member_document.decode(key, found.body).account for key, found in repository.load(keys).items()}


def entries_of(repository):
    return repository.entries(account=None, start=None, end=None, after=None, limit=10_000)


def statement_of(loyalty, member, at, limit=100):
    """Give all lines of *member*, page by page."""
    lines, after = [], None
    while True:
        page = loyalty.members.statement(member, at=at, after=after, limit=limit)
        lines += page.lines
        after = page.after
        if after is None:
            return lines


def stands(view):
    """Give of a view what doesn't depend on who asks."""
    return view.balance, view.held, view.pending, view.debt, view.next_expiry, view.visits, view.sold


@given(programs(), CALLS)
def test_B10_the_books_agree_after_every_call(program, calls):
    """P14: posted = Σ entries = Σ lots + held − debt; operations sum to zero; liability = −Σ program accounts."""
    repository = MemoryRepository()
    loyalty = Loyalty(program, repository)
    for call in calls:
        called(loyalty, call)
        sums, operations = Counter(), {}
        for entry in entries_of(repository):
            sums[entry.account] += entry.amount
            operations.setdefault(entry.operation, []).append(entry)
            assert json.loads(entry.detail)["revision"] == program.revision
        assert not any(unbalanced(booked) for booked in operations.values())
        accounts = accounts_of(repository)
        due = {due.key: micros(due.moment) for due in repository.due(FOREVER, after=None, limit=1000)}
        for key, account in accounts.items():
            lots = sum(amount for _, _, amount in account.lots)
            held = sum(hold.amount for hold in account.holds.values())
            assert account.posted == sums[key] == lots + held - account.debt
            assert min(lots, held, account.debt) >= 0
            assert due.get(key, NEVER) == account.next_moment
        liability = sum(account.posted for account in accounts.values())
        assert liability == -sum(sums[key] for key in sums if key not in accounts)


@given(programs(), CALLS, MOMENTS)
def test_a_view_is_never_below_zero_and_a_statement_sums_up_to_it(program, calls, at):
    """At any moment, also before the last call; on pages of any size."""
    loyalty, _, _ = lived(program, calls)
    for member in ("m1", "m2"):
        view = loyalty.members.view(member, at=at)
        assert min(view.balance, view.held, view.pending, view.debt) >= Points(0)
        lines = statement_of(loyalty, member, at)
        total = sum((line.points for line in lines), start=Points(0))
        assert total == view.balance + view.held - view.debt
        assert statement_of(loyalty, member, at, limit=2) == lines
        event(f"lines: {min(len(lines), 4)}")


@given(programs(), CALLS, st.integers(-50, 50))
def test_every_call_again_gives_what_it_gave_and_changes_nothing(program, calls, hours):
    """At any other moment: the first call's stands."""
    loyalty, repository, results = lived(program, calls)
    before = entries_of(repository), accounts_of(repository)
    for call, result in zip(calls, results, strict=True):
        if result is not None:
            moved = tuple(max(part + hours * HOUR, START) if isinstance(part, datetime) else part for part in call)
            assert called(loyalty, moved) == result
            event(result.status)
    assert (entries_of(repository), accounts_of(repository)) == before


@given(programs(), CALLS, SWEEPS, st.integers(0, 60))
def test_G8_sweeping_changes_no_view_at_any_later_moment(program, calls, sweeps, hours):
    """Swept at any moments in between, or not at all: views, statements and what an order comes to are the same."""
    ordered = sorted((call for call in calls if call[0] != "run_due"), key=_moment_of)
    dues = [("run_due", START + each * HOUR) for each in sweeps]
    swept = sorted([*ordered, *dues], key=_moment_of)
    idle, _, one = lived(program, ordered)
    busy, _, other = lived(program, swept)
    assert one == [result for call, result in zip(swept, other, strict=True) if call[0] != "run_due"]
    at = START + (120 + hours) * HOUR
    for loyalty in (idle, busy):
        if hours % 2 and loyalty is busy:
            loyalty.run_due(at=at)
    for member in ("m1", "m2"):
        views = [loyalty.members.view(member, at=at) for loyalty in (idle, busy)]
        assert stands(views[0]) == stands(views[1])
        lines = [[_told(line) for line in statement_of(loyalty, member, at)] for loyalty in (idle, busy)]
        assert Counter(lines[0]) == Counter(lines[1])


@given(programs(), CALLS)
def test_what_is_settled_adds_up(program, calls):
    """Due is charged less the worth of what is redeemed, and a capture is of what was held, never more."""
    _, _, results = lived(program, calls)
    held = {}
    for call, result in zip(calls, results, strict=True):
        if result is None:
            continue
        if result.charged is not None:
            assert result.due == result.charged - result.worth
            assert result.due.minor >= 0
        assert result.worth == program.worth.worth(result.redeemed)
        if result.status == "placed":
            held[result.order_id] = result.redeemed
        if result.status == "completed" and result.order_id in held and call[0] == "complete":
            assert result.redeemed <= held[result.order_id]
        if result.status in ("cancelled", "no_show"):
            assert (result.due, result.redeemed) == (None, Points(0))


@settings(max_examples=20)
@given(programs(), CALLS)
def test_all_ended_and_all_expired_nothing_is_left(program, calls):
    """
    Long after the last order, where points expire by age, nobody has any, and nothing is due.

    By inactivity alone, points that arrive after its moment stay until another order is completed.
    """
    loyalty, repository, _ = lived(program, calls)
    run = loyalty.run_due(at=START + 5_000 * HOUR)
    assert run.skipped == ()
    for account in accounts_of(repository).values():
        assert not account.holds
        assert not account.pending
        assert account.next_moment > micros(START + 5_000 * HOUR)
        if program.expiry is not None and program.expiry.after is not None:
            assert account.lots == ()


def _moment_of(call):
    return next(part for part in call if isinstance(part, datetime))


def _told(line):
    return line.at, line.kind, line.points, line.order, line.rule
