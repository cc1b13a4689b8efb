"""The laws of surcharges and worker bonuses (G1, G2, G3)."""

from __future__ import annotations

from datetime import UTC, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from loyaltykit import Loyalty, Money, Order, Program, Term, surcharge_for, work_out
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.rules.worker_bonus import period_at, period_start
from loyaltykit.testing import strategies
from tests.operations.support import AT, BASE, HOUR, audit
from tests.operations.workers import Shift

PRICES = st.none() | strategies.money("RUB", min_minor=0, max_minor=10**9)


@given(strategies.surcharges("RUB"), PRICES)
def test_G2_G3_a_surcharge_gives_what_it_says_or_a_reason(rule, price):
    """Raised, the worker gets the higher of price and figure; a percent is less than a unit off its exact share."""
    order = Order(id="o1", worker="w7", price=price)
    decision = surcharge_for(rule, order, at=AT, zone=Program.from_dict(BASE).zone)
    assert bool(decision.effects) is not bool(decision.reasons)
    assert order.price == price
    for credit in decision.credits:
        if rule.raise_to is not None:
            assert price + credit.money == max(price, rule.raise_to)
        elif rule.percent is not None:
            exact = price.minor * rule.percent.numerator
            assert abs(credit.money.minor * rule.percent.denominator - exact) < rule.percent.denominator
        else:
            assert credit.money == rule.sum
        assert credit.money.minor > 0


@given(
    st.lists(strategies.surcharges("RUB", raises=True), max_size=1), strategies.surcharges("RUB", raises=False), PRICES
)
def test_G2_an_orders_sums_are_the_same_with_and_without_surcharges(raising, fixed, price):
    """What the worker gets beside it's nothing to the customer."""
    plain = Program.from_dict(BASE | {"cashback": [{"percent": 5}]})
    rules = [rule.as_kind().write(rule) for rule in (*raising, fixed)]
    assume(len({rule.get("name", index) for index, rule in enumerate(rules)}) == len(rules))
    charged = Program.from_dict(plain.to_dict() | {"surcharge": rules})
    order = Order(id="o1", customer="m1", worker="w7", price=price)
    without, with_them = (work_out(program, order, at=AT) for program in (plain, charged))
    assert (without.price, without.charged, without.payable) == (price, with_them.charged, with_them.payable)
    assert without.awards == with_them.awards
    assert with_them.decisions[: len(without.decisions)] == without.decisions


@given(strategies.worker_bonuses(), strategies.moments(), st.integers(0, 5 * 365 * 86_400), strategies.zones())
def test_G1_every_moment_lies_in_the_period_that_is_found(bonus, anchor, seconds, zone):
    """From its start on, and before the next one's."""
    anchor = anchor.astimezone(UTC)
    moment = anchor + timedelta(seconds=seconds)
    number = period_at(bonus.every, anchor, moment, zone=zone)
    start, end = (period_start(bonus.every, anchor, each, zone=zone) for each in (number, number + 1))
    assert number >= 0
    assert start <= moment < end


@given(strategies.worker_bonuses("RUB"), st.integers(0, 400), st.integers(0, 400))
def test_G1_more_orders_never_earn_less(bonus, orders, more):
    """And what comes next is more than what is reached."""
    nothing = Money(0, "RUB")
    assert (bonus.sum_for(orders) or nothing) <= (bonus.sum_for(orders + more) or nothing)
    following = bonus.next_step(orders)
    assert following is None or (following.orders > orders and following.sum > (bonus.sum_for(orders) or nothing))
    assert (following is None) is (orders >= bonus.ladder[-1].orders)


LADDER = [{"orders": 1, "sum": 10}, {"orders": 2, "sum": 30}, {"orders": 4, "sum": 100}]
TERMS = st.sampled_from(["PT5H", "P1D", "P3D", "P1M"])
TOLD = st.lists(st.integers(-40, 400), min_size=1, max_size=9)
FAR = AT.replace(year=2030)


def paid_for(every, hours):
    """Give what orders completed so many hours after `AT`, told in that order, come to in the end: a plain model."""
    term, zone, counts = Term(every), Program.from_dict(BASE).zone, {}
    anchor = AT + hours[0] * HOUR
    as_of = anchor
    for moment in (AT + each * HOUR for each in hours):
        as_of = max(as_of, moment)
        running = period_at(term, anchor, as_of, zone=zone)
        falls = period_at(term, anchor, moment, zone=zone) if moment >= anchor else -1
        number = falls if falls in (running, running - 1) and falls >= 0 else running
        counts[number] = counts.get(number, 0) + 1
    return sum([max([step["sum"] for step in LADDER if step["orders"] <= count]) for count in counts.values()])


@given(TERMS, TOLD, st.data())
def test_G1_what_is_paid_is_what_a_plain_model_says(every, hours, data):
    """Swept or not, looked at or not, whatever comes late."""
    shift = Shift(repository := MemoryRepository(), {"every": every, "ladder": LADDER})
    loyalty = Loyalty(shift.programs, repository)
    latest = hours[0]
    for number, hour in enumerate(hours):
        shift.complete(f"o{number}", AT + hour * HOUR)
        latest = max(latest, hour)
        if data.draw(st.booleans(), label="swept"):
            loyalty.run_due(at=AT + latest * HOUR)
    audit(repository)
    assert loyalty.workers.view("w7", at=FAR).balance == Money(paid_for(every, hours), "RUB")
    loyalty.run_due(at=FAR)
    audit(repository)
    assert loyalty.workers.view("w7", at=FAR).balance == Money(paid_for(every, hours), "RUB")


@given(TERMS, st.lists(st.integers(0, 9), min_size=1, max_size=9), st.randoms(use_true_random=False))
def test_G1_open_periods_pay_the_same_in_whatever_order_orders_come(every, moments, random):
    """Once the first has come: those of the running period and of the one before."""
    term, zone = Term(every), Program.from_dict(BASE).zone
    ends = [period_start(term, AT, number, zone=zone) for number in (0, 1, 2)]
    hours = [ends[each % 2] + each * timedelta(minutes=7) for each in moments]
    results = set()
    for _ in range(3):
        shift = Shift(repository := MemoryRepository(), {"every": every, "ladder": LADDER})
        shift.complete("first", AT)
        for number, moment in enumerate(random.sample(hours, len(hours))):
            shift.complete(f"o{number}", moment)
        results.add(Loyalty(shift.programs, repository).workers.view("w7", at=FAR).balance)
    assert len(results) == 1


@given(TERMS, TOLD, st.integers(0, 8))
def test_B2_an_order_that_is_counted_and_counted_no_more_changes_nothing(every, hours, place):
    """While its period is open: what's paid in the end is as if it had never come."""
    balances = []
    for undone in (False, True):
        shift = Shift(repository := MemoryRepository(), {"every": every, "ladder": LADDER})
        for number, hour in enumerate(hours):
            shift.complete(f"o{number}", AT + hour * HOUR)
        if undone:
            at = AT + hours[min(place, len(hours) - 1)] * HOUR
            _, counted = shift.complete("undone", at)
            shift.uncount("undone", counted, at)
        audit(repository)
        balances.append(Loyalty(shift.programs, repository).workers.view("w7", at=FAR).balance)
    assert balances[0] == balances[1]


RULES = {
    "none": None,
    "days": {"name": "bonus", "every": "P1D", "ladder": LADDER},
    "hours": {"name": "bonus", "every": "PT7H", "ladder": LADDER},
    "richer": {"name": "bonus", "every": "P1D", "ladder": [{"orders": 1, "sum": 25}]},
}
CHANGES = st.lists(
    st.tuples(st.integers(1, 90), st.sampled_from(sorted(RULES))), max_size=4, unique_by=lambda each: each[0]
)


def stepped(first, changes, hours):
    """Give what orders completed so many hours after `AT`, in their order, come to: one period after the other."""
    zone, total, chain = Program.from_dict(BASE).zone, 0, None

    def in_force(moment):
        return [first, *[rule for hour, rule in sorted(changes) if AT + hour * HOUR <= moment]][-1]

    def passed(chain, moment):
        """Pass time to *moment*: give the chain's rule, anchor, number and count by then, and what it paid."""
        paid = 0
        while chain is not None:
            rule, anchor, number, count = chain
            end = period_start(Term(RULES[rule]["every"]), anchor, number + 1, zone=zone)
            if end > moment:
                break
            paid += max([0, *[step["sum"] for step in RULES[rule]["ladder"] if step["orders"] <= count]])
            chain = (rule, anchor, number + 1, 0) if in_force(end) == rule else None
        return chain, paid

    for moment in (AT + hour * HOUR for hour in hours):
        chain, paid = passed(chain, moment)
        total += paid
        if chain is None and RULES[in_force(moment)] is not None:
            chain = (in_force(moment), moment, 0, 0)
        if chain is not None:
            chain = (*chain[:3], chain[3] + 1)
    return total + passed(chain, AT + 2000 * HOUR)[1]


@given(st.sampled_from(sorted(RULES)), CHANGES, st.lists(st.integers(0, 120), min_size=1, max_size=12).map(sorted))
def test_G1_what_revisions_change_is_what_a_plain_model_says(first, changes, hours):
    """A running period ends under its rule; the next one is that of the rule in force then, or none until an order."""

    def bonuses(rule):
        return {} if RULES[rule] is None else {"worker_bonus": [RULES[rule]]}

    later = [((AT + hour * HOUR).isoformat(), bonuses(rule)) for hour, rule in changes]
    first_of_all = () if RULES[first] is None else (RULES[first],)
    shift = Shift(repository := MemoryRepository(), *first_of_all, later=later)
    for number, hour in enumerate(hours):
        shift.complete(f"o{number}", AT + hour * HOUR)
    audit(repository)
    balance = Loyalty(shift.programs, repository).workers.view("w7", at=AT + 2000 * HOUR).balance
    assert balance == Money(stepped(first, changes, hours), "RUB")
