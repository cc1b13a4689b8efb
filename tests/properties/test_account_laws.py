"""Accounts: nothing is lost, nothing goes below zero, and who looks when changes nothing (P14, G8, R10, B2)."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from attrs import evolve
from hypothesis import assume, event, example, given
from hypothesis import strategies as st

from loyaltykit import Currency, Money, Order
from loyaltykit.documents import member as member_document
from loyaltykit.documents import order as order_document
from loyaltykit.documents.member import Member
from loyaltykit.documents.order import PlacedOrder
from loyaltykit.ledger.account import (
    EXPIRED,
    ISSUED,
    NEVER,
    REDEEMED,
    Account,
    Hold,
    Pending,
    awaiting,
    brought_to,
    clawed_back,
    credited,
    ended,
    given_back,
    held_for,
    reheld,
)
from loyaltykit.ledger.cursor import from_micros
from loyaltykit.testing import strategies

ORDERS = st.sampled_from(["o1", "o2", "o3"])
SPANS = st.integers(0, 12)
AMOUNTS = st.integers(1, 50)
SHARES = st.integers(0, 100)
GRACES = st.sampled_from([None, 1, 5])

CREDIT = st.tuples(st.just("credit"), AMOUNTS, SPANS | st.none())
AWAIT = st.tuples(st.just("await"), AMOUNTS, SPANS, SPANS | st.none())
HOLD = st.tuples(st.just("hold"), ORDERS, SHARES, SPANS | st.none())
END = st.tuples(st.just("end"), ORDERS, SHARES)
RELEASE = st.tuples(st.just("end"), ORDERS, st.just(0))
PASS = st.tuples(st.just("pass"), SPANS)
TAKE_BACK = st.tuples(st.just("take back"), AMOUNTS, SPANS | st.none())
GIVE_BACK = st.tuples(st.just("give back"), AMOUNTS, st.integers(-5, 12) | st.none())
REHOLD = st.tuples(st.just("rehold"), ORDERS, SHARES, SPANS | st.none())
LATE = st.tuples(st.just("late"), AMOUNTS, SPANS)
VISIT = st.tuples(st.just("visit"), SPANS)
QUIET = (CREDIT, AWAIT, HOLD, HOLD, END, PASS, PASS, TAKE_BACK)
"""All that may happen in a program in which nobody is ever inactive."""

LIVES = st.lists(st.one_of(*QUIET, GIVE_BACK, REHOLD, VISIT, LATE), max_size=25)
QUIET_LIVES = st.lists(st.one_of(*QUIET), max_size=25)

ENDS = st.integers(1, 20)
STANDING_LOTS = st.dictionaries(st.tuples(ENDS | st.just(NEVER), st.integers(0, 1)), AMOUNTS, max_size=3).map(
    lambda lots: tuple((*kind, amount) for kind, amount in sorted(lots.items()))
)
HELD_LOTS = STANDING_LOTS.filter(bool)
WAITING = st.builds(Pending, ENDS, ENDS | st.just(NEVER), AMOUNTS, ORDERS, st.just("cashback"), st.just("r1"))
QUIET_ACCOUNTS = st.builds(
    Account,
    as_of=st.just(0),
    lots=STANDING_LOTS,
    holds=st.dictionaries(ORDERS, st.builds(Hold, ENDS, HELD_LOTS), max_size=2),
    pending=st.lists(WAITING.filter(lambda award: award.due < award.expires), max_size=3).map(tuple),
)
STANDING_ACCOUNTS = st.builds(lambda account, at: evolve(account, inactive_at=at), QUIET_ACCOUNTS, ENDS)
"""Accounts at the moment 0, to which all kinds of things are about to happen."""


def granted(term):
    """Give the grace of *term*, None for none."""
    return lambda moment: None if term is None else moment + term


def later(moment, span):
    """Give the moment *span* and one after another, so that nothing is due or expired when it's made."""
    return NEVER if span is None else moment + span + 1


def done(account, step, grace):  # noqa: C901, PLR0911 - one for each step
    """Do *step* to *account*, and give what comes of it."""
    now = account.as_of
    match step:
        case "credit", amount, span:
            return credited(account, Pending(now, later(now, span), amount, "o", "cashback", "r1"))
        case "late", amount, span:
            return credited(account, Pending(now, now - span, amount, "o", "cashback", "r1"))
        case "await", amount, wait, span:
            due = later(now, wait)
            return awaiting(account, Pending(due, later(due, span), amount, "o", "cashback", "r1")), ()
        case "hold", order, share, span:
            amount = account.balance * share // 100
            if not amount or order in account.holds:
                return account, ()
            return held_for(account, order, amount, until=later(now, span)), ()
        case "end", order, share:
            spent = account.holds[order].amount * share // 100 if order in account.holds else 0
            return ended(account, order, spent=spent, grace=grace, revision="r1")
        case "pass", span:
            return brought_to(account, now + span, grace=grace)
        case "take back", amount, span:
            clawed = clawed_back(account, Pending(now, later(now, span), amount, "o", "cashback", "r1"), amount)
            return clawed.account, clawed.postings
        case "give back", amount, span:
            lots = ((NEVER if span is None else now + span, 0, amount),)
            return given_back(account, lots, order="o", grace=grace, revision="r1")
        case "rehold", order, share, span:
            hold = account.holds.get(order)
            amount = (account.balance + (hold.amount if hold else 0)) * share // 100
            return reheld(account, order, amount, until=later(now, span), grace=grace)
        case "visit", span:
            return evolve(account, inactive_at=max(later(now, span), 0)), ()
    raise AssertionError(step)


def lived(steps, grace, *, account=None):
    """Give the account that *steps* lead to, and all that was posted on the way."""
    account, postings = account or Account(as_of=0), []
    for step in steps:
        account, more = done(account, step, grace)
        postings += more
    return account, postings


@given(LIVES, GRACES)
def test_P14_what_is_posted_is_the_sum_of_all_postings(steps, term):
    """Σ entries = Σ lots + held − debt, after every step; and nothing is ever below zero."""
    account, posted = Account(as_of=0), 0
    for step in steps:
        account, postings = done(account, step, granted(term))
        posted += sum(posting.amount for posting in postings)
        held = sum(hold.amount for hold in account.holds.values())
        lots = sum(amount for _, _, amount in account.lots)
        assert account.posted == posted == lots + held - account.debt
        assert min(account.balance, account.held, account.debt) >= 0
        event(step[0])


@given(LIVES, GRACES)
def test_lots_stand_by_their_expiry_none_twice_and_none_empty_or_expired(steps, term):
    """Held ones too, but that they may have expired, together with others where their member stayed away."""
    account = Account(as_of=0)
    for step in steps:
        account, _ = done(account, step, granted(term))
        assert all(one[:2] < other[:2] for one, other in pairwise(account.lots))
        for lots in (account.lots, *(hold.lots for hold in account.holds.values())):
            assert all(one[0] <= other[0] for one, other in pairwise(lots))
            assert all(amount > 0 for _, _, amount in lots)
        assert all(expires > account.as_of for expires, _, _ in account.lots)
        assert all(hold.lots for hold in account.holds.values())


@given(LIVES, GRACES)
def test_who_owes_has_nothing_to_spend(steps, term):
    """A debt is paid first by whatever comes."""
    account, _ = lived(steps, granted(term))
    assert not (account.debt and account.balance)


@given(LIVES, GRACES, AMOUNTS, SPANS, SHARES)
def test_B2_an_award_that_has_expired_by_its_credit_is_issued_and_gone(steps, term, amount, span, share):
    """It pays no debt and can't be spent; whatever is taken of it back is found among what expired."""
    account, _ = lived(steps, granted(term))
    award = Pending(account.as_of - span - 1, account.as_of - span, amount, "late", "cashback", "r1")
    after, postings = credited(account, evolve(award, due=account.as_of))
    assert [(posting.kind, posting.amount) for posting in postings] == [(ISSUED, amount), (EXPIRED, -amount)]
    assert evolve(after, unspent=()) == evolve(account, unspent=())
    less = amount * share // 100
    clawed = clawed_back(after, award, less)
    assert (clawed.postings, clawed.owed, clawed.account.lots) == ((), 0, account.lots)


@given(LIVES, GRACES)
def test_postings_follow_each_other_in_time_and_by_their_kinds(steps, term):
    """Points are issued or taken back, redeemed or given back, and expire for good."""
    account, postings = lived(steps, granted(term))
    assert all(one.at <= other.at <= account.as_of for one, other in pairwise(postings))
    sums = Counter()
    for posting in postings:
        sums[posting.kind] += posting.amount
        assert posting.amount < 0 or posting.kind != EXPIRED
        assert posting.amount
    assert set(sums) <= {ISSUED, REDEEMED, EXPIRED}
    assert sum(sums.values()) == account.posted


def in_two_goes(account, between, end, grace):
    """Give account and postings at *end*, by way of *between*."""
    halfway, first = brought_to(account, between, grace=grace)
    there, second = brought_to(halfway, end, grace=grace)
    event(f"postings: {min(len(first) + len(second), 4)}")
    return there, first + second


@given(QUIET_ACCOUNTS, GRACES, st.integers(0, 20), SPANS)
def test_G8_time_that_passes_in_two_goes_does_what_it_does_in_one(account, term, between, more):
    """Swept or not: the account and the postings are the same."""
    end, grace = between + more, granted(term)
    assert in_two_goes(account, between, end, grace) == brought_to(account, end, grace=grace)


@given(STANDING_ACCOUNTS, GRACES, st.integers(0, 20), SPANS)
@example(Account(as_of=0, pending=(Pending(5, 9, 1, "o1", "cashback", "r1"),), inactive_at=3), None, 4, 2)
def test_G8_so_it_does_for_members_who_stay_away(account, term, between, more):
    """Inactivity strikes once, at its moment."""
    end, grace = between + more, granted(term)
    assert in_two_goes(account, between, end, grace) == brought_to(account, end, grace=grace)


@given(st.one_of(QUIET_ACCOUNTS, STANDING_ACCOUNTS), GRACES, st.integers(0, 40), st.integers(1, 4))
def test_batches_of_steps_do_what_one_go_does(account, term, end, steps):
    """And each but the last has at least as many postings as it may have."""
    part, gathered, grace = account, (), granted(term)
    while True:
        part, postings = brought_to(part, end, grace=grace, steps=steps)
        gathered += postings
        if part.next_moment > end:
            break
        assert len(postings) >= steps
    assert (part, gathered) == brought_to(account, end, grace=grace)


@given(LIVES, GRACES, SHARES, SPANS | st.none())
def test_R10_holding_and_releasing_at_once_is_nothing(steps, term, share, span):
    """Whatever lots the points came from."""
    grace = granted(term)
    account, _ = lived(steps, grace)
    amount = account.balance * share // 100
    assume(amount)
    held = held_for(account, "new", amount, until=later(account.as_of, span))
    assert held.posted == account.posted
    assert ended(held, "new", spent=0, grace=grace) == (account, ())


@given(LIVES, GRACES)
def test_a_moment_that_has_passed_changes_nothing(steps, term):
    """The row "calls out of order"."""
    account, _ = lived(steps, granted(term))
    settled, _ = brought_to(account, account.as_of, grace=granted(term))
    assert brought_to(settled, account.as_of - 20, grace=granted(term)) == (settled, ())


@given(
    st.lists(st.one_of(CREDIT, AWAIT, PASS), max_size=12),
    st.lists(st.one_of(HOLD, RELEASE, RELEASE, PASS, CREDIT), max_size=25),
    SPANS,
)
def test_B2_without_grace_no_placing_and_cancelling_keeps_a_point_alive(before, during, span):
    """At every moment, what a member has, with nothing held, is what somebody has who never placed an order."""
    start, _ = lived(before, granted(None))
    busy = idle = start
    for step in (*during, *[("end", order, 0) for order in ("o1", "o2", "o3")], ("pass", span)):
        busy, _ = done(busy, step, granted(None))
        if step[0] in ("credit", "pass"):
            idle, _ = done(idle, step, granted(None))
        assert busy.balance <= idle.balance
        assert busy.balance + busy.held >= idle.balance
    assert busy.lots == idle.lots


@given(QUIET_LIVES, st.integers(1, 5))
def test_B2_grace_is_granted_once(steps, term):
    """Points on grace come of points that weren't, and once the longest term has passed all dated ones are gone."""
    grace = granted(term)
    account = Account(as_of=0)
    on_grace = 0
    for step in steps:
        after, _ = done(account, step, grace)
        on_grace, before = _graced(after), on_grace
        assert on_grace <= before or _plain(after) < _plain(account)
        assert all(expires <= after.as_of + term for expires, graced, _ in after.lots if graced)
        account = after
    for order in tuple(account.holds):
        account, _ = ended(account, order, spent=0, grace=grace)
    account, _ = brought_to(account, account.as_of + 13 + 13 + term, grace=grace)
    assert all(expires == NEVER for expires, _, _ in account.lots)


def _all_lots(account):
    return [*account.lots, *(lot for hold in account.holds.values() for lot in hold.lots)]


def _graced(account):
    return sum(amount for _, graced, amount in _all_lots(account) if graced)


def _plain(account):
    waiting = sum(award.amount for award in account.pending)
    return waiting + sum(amount for _, graced, amount in _all_lots(account) if not graced)


# Documents hold any account

IDS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=128)
MOMENTS = st.integers(-(10**15), 2 * 10**17)
EXPIRIES = MOMENTS | st.just(NEVER)
UNITS = st.integers(1, 2**63 - 1)
LOTS = st.lists(st.tuples(EXPIRIES, st.integers(0, 1), UNITS), max_size=4).map(tuple)
HOLDS = st.dictionaries(IDS, st.builds(Hold, EXPIRIES, LOTS), max_size=3)
AWARDS = st.builds(Pending, MOMENTS, EXPIRIES, UNITS, IDS, IDS, IDS)
UNSPENT = st.lists(st.tuples(EXPIRIES, MOMENTS, UNITS), max_size=3).map(tuple)
WAITING_AWARDS = st.lists(AWARDS, max_size=3).map(tuple)
ACCOUNTS = st.builds(Account, MOMENTS, LOTS, HOLDS, WAITING_AWARDS, st.integers(0, 2**63 - 1), EXPIRIES, UNSPENT)
SUMS = st.integers(0)
MEMBERS = st.builds(Member, ACCOUNTS, st.dictionaries(IDS, st.integers(1), max_size=3), SUMS, SUMS, SUMS)
RUB = Currency("RUB")


@given(MEMBERS)
def test_a_member_is_read_as_it_was_written(member):
    """To the last figure, whatever names it has."""
    assert member_document.decode("member/m1", member_document.encode(member)) == member


@given(LIVES, GRACES)
def test_an_account_that_was_lived_is_read_as_it_was_written(steps, term):
    """And goes on as if it had never been away."""
    account, _ = lived(steps, granted(term))
    read = member_document.decode("member/m1", member_document.encode(Member(account))).account
    assert read == account
    assert lived([("pass", 9)], granted(term), account=read) == lived([("pass", 9)], granted(term), account=account)


@st.composite
def placed_orders(draw):
    """Draw an order's document."""
    facts = {name: draw(IDS | st.none()) for name in order_document._NAMES}
    order = Order(
        id=draw(IDS),
        price=draw(st.none() | st.integers(0, 10**12).map(lambda minor: Money.from_minor(minor, RUB))),
        starts_at=draw(st.none() | strategies.moments() | MOMENTS.map(from_micros)),
        **facts,
    )
    revision = draw(IDS)
    awards = [
        (draw(IDS), evolve(award, order=order.id, revision=revision)) for award in draw(st.lists(AWARDS, max_size=3))
    ]
    return PlacedOrder(
        order=order,
        placed_at=draw(MOMENTS),
        revision=revision,
        status=draw(st.sampled_from(["placed", "completed", "cancelled", "no_show"])),
        as_of=draw(MOMENTS),
        limited=draw(st.booleans()),
        held=draw(st.integers(0, 2**63 - 1)),
        captured=draw(LOTS),
        awards=tuple(awards),
    )


@given(placed_orders())
def test_an_order_is_read_as_it_was_written(placed):
    """With all that was told of it, and nothing that wasn't."""
    assert order_document.decode("order/o1", order_document.encode(placed), RUB) == placed
