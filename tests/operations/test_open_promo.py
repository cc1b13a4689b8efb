"""What orders make of promo codes: reserved, consumed, given back, in no more documents than limits need (B3, B9)."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from functools import partial
from threading import Barrier, Thread

import pytest
from attrs import evolve

from loyaltykit import Decision, History, Loyalty, Order, Program, Reason, Retried
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.documents import code as code_document
from loyaltykit.documents import promo_use
from loyaltykit.documents.code import StoredCode
from loyaltykit.documents.form import as_json
from loyaltykit.documents.promo_use import MOST_BYTES, MOST_RESERVED, PromoUse
from loyaltykit.ledger.cursor import from_micros, micros
from loyaltykit.ledger.repository import Change
from loyaltykit.loyalty.async_driver import AsyncDriver
from loyaltykit.loyalty.driver import Driver
from loyaltykit.loyalty.observe import Retry, ignore
from loyaltykit.operations.book import Book
from loyaltykit.operations.check_code import check_code
from loyaltykit.operations.open_promo import OpenPromo, open_promo, reopen_promo
from loyaltykit.operations.programs import Programs
from loyaltykit.operations.requests import Commit
from loyaltykit.testing.schedules import StepwiseRepository, every_schedule
from loyaltykit.waterfall.discounted import promo_decision
from tests.operations.support import BASE, rub

AT = micros(datetime(2026, 3, 10, 9, tzinfo=UTC))
HOUR = 3_600_000_000
UNTIL = AT + HOUR
"""When what orders hold here times out."""

SUMMER = {"name": "summer", "code": "SUMMER", "percent": "10"}


def programs_of(*promos):
    return Programs(Program.from_dict(BASE | {"redemption": [{}], "promo": list(promos)}))


def ride(order_id="o1", price="412.00", customer="m1"):
    return Order(id=order_id, customer=customer, price=None if price is None else rub(price))


def decided(programs, opened, order):
    """Give what the promo says to an order of somebody's first."""
    at = datetime(2026, 3, 10, 9, tzinfo=UTC)
    program = programs.revisions.programs[0]
    return promo_decision(program, order, at=at, use=opened.use, history=History())


def place(programs, order, typed="summer", *, at=AT, until=UNTIL):
    """Reserve what a code grants to *order*: give what it keeps, or why there's nothing."""
    program = programs.revisions.programs[0]
    opened = yield from open_promo(programs, program, typed, order, at=at)
    if not isinstance(opened, OpenPromo):
        return opened
    decision = decided(programs, opened, order)
    held = opened.reserve(decision, until=until)
    book = Book(programs, "place", order.id, asked={})
    opened.write_into(book)
    committed = yield Commit(book.change(as_json([held is not None, 0 if held is None else held.units])))
    granted, units = json.loads(committed.result)
    return (held if held is not None and held.units == units else None) if granted else decision.reasons[-1]


def complete(programs, order, held, *, at=AT):
    """Consume what *order* holds, as it was promised."""
    program = programs.revisions.programs[0]
    opened = yield from reopen_promo(programs, program, held, order, at=at)
    kept = opened.kept(held) if opened.is_held(held, at) and held.judged else None
    at_placing = datetime(2026, 3, 10, 9, tzinfo=UTC)
    decision = promo_decision(program, order, at=at_placing, use=opened.use, history=History(), kept=kept)
    consumed = opened.consume(decision)
    book = Book(programs, "complete", order.id, asked={})
    opened.write_into(book)
    yield Commit(book.change("null"))
    return consumed, decision


def cancel(programs, order, held, *, at=AT):
    """Give back what *order* holds."""
    opened = yield from reopen_promo(programs, programs.revisions.programs[0], held, order, at=at)
    opened.release()
    book = Book(programs, "cancel", order.id, asked={})
    opened.write_into(book)
    yield Commit(change := book.change("null"))
    return change


def correct(programs, order, held, *, number="c1"):
    """Have what *order* consumed follow its price."""
    program = programs.revisions.programs[0]
    opened = yield from reopen_promo(programs, program, held, order, at=AT)
    use, kept = opened.use, opened.kept(held)
    at = datetime(2026, 3, 10, 9, tzinfo=UTC)
    decision = promo_decision(program, order, at=at, use=use, history=History(), kept=kept)
    corrected = opened.correct(held, decision)
    book = Book(programs, "correct", order.id, number, asked={})
    opened.write_into(book)
    yield Commit(book.change("null"))
    return corrected, decision


@pytest.fixture
def run(repository):
    """Give what runs an operation over the repository."""
    driver = Driver(repository, repository, retry=Retry(), observe=ignore)
    return lambda operation, *args, **options: driver.run(partial(operation, *args, **options))


def used(repository, programs, *parts):
    key = programs.key(*(parts or ("promo", "summer")))
    return promo_use.decode(key, repository.load([key])[key].body)


def issue(repository, programs, code, **told):
    key = programs.key("code", code)
    body = code_document.encode(StoredCode(**{"promo": "summer"} | told))
    repository.commit(Change(operation_id=f"issue {code}", digest="d", guards={key: 0}, puts={key: body}))


def code_of(answer):
    """Give the code of a reason, None for what is held."""
    return answer.code if isinstance(answer, Reason) else None


def test_B3_a_use_is_reserved_consumed_and_counted(repository, run):
    """A code's own hold never counts against its order."""
    programs = programs_of(SUMMER | {"limit": 1, "budget": "100"})
    held = run(place, programs, ride())
    assert (held.promo, held.code, held.units, held.judged) == ("summer", "SUMMER", 4120, True)
    assert used(repository, programs).reserved == {"o1": (UNTIL, 4120)}
    assert code_of(run(place, programs, ride("o2"))) == "code_used_up"
    consumed, decision = run(complete, programs, ride(price="500.00"), held)
    assert (consumed.units, decision.discounts[0].money) == (5000, rub(50))
    assert used(repository, programs) == PromoUse(uses=1, units=5000, as_of=AT)


def test_B3_a_use_is_given_back_by_cancelling(repository, run):
    """And free for another order."""
    programs = programs_of(SUMMER | {"limit": 1})
    held = run(place, programs, ride())
    run(cancel, programs, ride(), held)
    assert used(repository, programs) == PromoUse(as_of=AT)
    assert run(place, programs, ride("o2")).code == "SUMMER"
    assert not run(cancel, programs, ride("o3"), held).guards  # there's nothing to give back


def test_B3_what_is_reserved_passes_by_time_alone(repository, run):
    """Nobody has to sweep; an order that comes later is judged anew."""
    programs = programs_of(SUMMER | {"limit": 1})
    held = run(place, programs, ride())
    assert code_of(run(place, programs, ride("o2"), at=UNTIL - 1)) == "code_used_up"
    assert run(place, programs, ride("o3"), at=UNTIL, until=UNTIL + HOUR).code == "SUMMER"
    consumed, decision = run(complete, programs, ride(), held, at=UNTIL)
    assert (consumed, decision.reasons[0].code) == (None, "code_used_up")
    assert used(repository, programs).reserved == {"o3": (UNTIL + HOUR, 0)}


def test_B3_whoever_comes_late_finds_what_time_has_done(run):
    """A document is judged at the latest moment that it was judged at."""
    programs = programs_of(SUMMER | {"limit": 1})
    held = run(place, programs, ride())
    run(place, programs, ride("o3"), at=UNTIL, until=UNTIL + HOUR)
    consumed, decision = run(complete, programs, ride(), held, at=UNTIL - 1)
    assert (consumed, decision.reasons[0].code) == (None, "code_used_up")


def test_B3_what_is_told_late_has_timed_out_already(run):
    """Where the document was judged at a later moment than the hold's end."""
    programs = programs_of(SUMMER | {"limit": 2})
    run(place, programs, ride("o3"), at=UNTIL, until=UNTIL + HOUR)
    held = run(place, programs, ride())
    opened = run(reopen_promo, programs, programs.revisions.programs[0], held, ride(), at=AT)
    assert not opened.is_held(held, AT)


def test_B9_a_code_without_limits_takes_no_document(repository, run):
    """Nobody fights over it."""
    programs = programs_of(SUMMER)
    held = run(place, programs, ride())
    assert (held.units, held.judged) == (0, True)
    assert run(complete, programs, ride(), held)[0] == evolve(held, until=None)
    assert repository.keys("", after=None, limit=9) == []


def test_B3_a_use_without_effect_burns_nothing(repository, run):
    """At placing, and at a final price that leaves nothing to take off."""
    programs = programs_of(SUMMER | {"limit": 1, "budget": "100", "per_member": 1})
    assert code_of(run(place, programs, ride("o0", "0.04"))) == "rounded_to_nothing"
    assert repository.keys("", after=None, limit=9) == []
    held = run(place, programs, ride())
    consumed, _ = run(complete, programs, ride(price="0.00"), held)
    assert consumed is None
    assert used(repository, programs) == PromoUse(as_of=AT)
    assert used(repository, programs, "promo_member", "summer", "m1") == PromoUse(as_of=AT)


def test_B3_a_use_waits_for_a_price(repository, run):
    """It's reserved, without any of the budget, and judged at completion."""
    programs = programs_of(SUMMER | {"limit": 1, "budget": "30"})
    held = run(place, programs, ride(price=None))
    assert (held.units, held.judged) == (0, False)
    consumed, decision = run(complete, programs, ride(), held)
    assert (consumed.units, [reason.code for reason in decision.reasons]) == (3000, ["limited_by_budget"])
    assert used(repository, programs) == PromoUse(uses=1, units=3000, as_of=AT)


def test_B9_uses_per_member_are_counted_for_each(repository, run):
    """Over all of the member's orders, whether they're under way or done."""
    programs = programs_of(SUMMER | {"per_member": 2})
    held = run(place, programs, ride())
    run(complete, programs, ride(), held)
    run(place, programs, ride("o2"))
    assert code_of(run(place, programs, ride("o3"))) == "promo_used_by_member"
    assert run(place, programs, ride("o4", customer="m2")).code == "SUMMER"
    assert used(repository, programs, "promo_member", "summer", "m1").taken == (2, 0)
    assert code_of(run(place, programs, ride("o5", customer=None))) == "no_customer"


def test_B9_a_budget_is_kept_by_corrections(repository, run):
    """What an order consumed follows its price, up to what the budget still has."""
    programs = programs_of(SUMMER | {"budget": "60"})
    held = run(place, programs, ride())
    consumed, _ = run(complete, programs, ride(), held)
    lower, _ = run(correct, programs, ride(price="300.00"), consumed)
    assert (lower.units, used(repository, programs)) == (3000, PromoUse(uses=1, units=3000, as_of=AT))
    higher, decision = run(correct, programs, ride(price="900.00"), lower, number="c2")
    assert (higher.units, decision.reasons[0].code) == (6000, "limited_by_budget")
    assert used(repository, programs).units == 6000
    same, _ = run(correct, programs, ride(price="900.00"), higher, number="c3")
    assert same == higher


def test_G10_an_individual_code_is_used_once(repository, run):
    """By the member whom it's bound to; its own document says so, the budget stands in the promo's."""
    programs = programs_of({"name": "summer", "kind": "individual", "percent": "10", "budget": "60"})
    issue(repository, programs, "K7PX23WD", bound_to="m1", batch="b1")
    assert code_of(run(place, programs, ride("o0", customer="m2"), "k7px 23wd")) == "code_of_another"
    held = run(place, programs, ride(), "K7PX23WD")
    assert code_of(run(place, programs, ride("o2"), "K7PX23WD")) == "code_used_up"
    run(complete, programs, ride(), held)
    key = programs.key("code", "K7PX23WD")
    stored = code_document.decode(key, repository.load([key])[key].body)
    assert stored == StoredCode(promo="summer", bound_to="m1", batch="b1", uses=1)
    assert used(repository, programs).units == 4120


def test_G11_a_workers_code_remembers_whose_it_is(repository, run):
    """Without a limit it's looked up, and not written; the order keeps the worker."""
    promo = {"name": "summer", "kind": "worker", "points": 100, "worker_points": 50}
    programs = programs_of(promo)
    issue(repository, programs, "W7", worker="w7")
    held = run(place, programs, ride(), "w7")
    assert held.worker == "w7"
    _, decision = run(complete, programs, ride(), held)
    assert [award.member for award in decision.awards] == ["m1", "w7"]
    key = programs.key("code", "W7")
    assert repository.load([key])[key].version == 1
    limited = programs_of(promo | {"limit": 1})
    run(place, limited, ride("o2", customer="m2"), "w7")
    assert code_of(run(place, limited, ride("o3", customer="m3"), "w7")) == "code_used_up"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("WINTER", "code_unknown"),
        ("sale 🎉", "code_malformed"),
        ("x" * 10_000, "code_malformed"),
        ("", "code_malformed"),
        ("D48M", "code_unknown"),
        ("OLD", "code_unknown"),
        ("ONCE", "code_unknown"),
    ],
)
def test_what_somebody_typed_never_stops_an_order(repository, run, typed, code):
    """Nor does a referral code, the code of a promo that's gone, or of one that has a common code now."""
    programs = programs_of(SUMMER)
    issue(repository, programs, "D48M", owner="m7", promo=None)
    issue(repository, programs, "OLD", promo="old")
    issue(repository, programs, "ONCE", promo="summer")
    assert code_of(run(place, programs, ride(), typed)) == code


def test_B3_an_amendment_swaps_codes_of_one_promo_in_one_document(repository, run):
    """The budget is released and reserved at once, and so is a code that's named again."""
    programs = programs_of({"name": "summer", "kind": "individual", "percent": "10", "budget": "60"})
    for code in ("AAAA", "BBBB"):
        issue(repository, programs, code)
    held = run(place, programs, ride(), "AAAA")

    def amend(typed):
        program, order = programs.revisions.programs[0], ride(price="500.00")
        before = yield from reopen_promo(programs, program, held, order, at=AT)
        after = yield from open_promo(programs, program, typed, order, at=AT, beside=before)
        before.release()
        decision = decided(programs, after, order)
        assert after.reserve(decision, until=UNTIL).units == 5000
        book = Book(programs, "amend", typed, asked={})
        before.write_into(book)
        after.write_into(book)
        yield Commit(change := book.change("null"))
        return change

    assert len(run(amend, "BBBB").guards) == 3
    assert used(repository, programs).reserved == {"o1": (UNTIL, 5000)}
    key = programs.key("code", "AAAA")
    assert code_document.decode(key, repository.load([key])[key].body).reserved == {}


def test_B3_a_code_that_gives_nothing_any_more_is_given_back(repository, run):
    """Where an edited order is below the minimum."""
    programs = programs_of(SUMMER | {"limit": 5, "minimum": "300"})
    run(place, programs, ride())

    def again():
        order, program = ride(price="200.00"), programs.revisions.programs[0]
        opened = yield from open_promo(programs, program, "summer", order, at=AT)
        assert opened.reserve(decided(programs, opened, order), until=UNTIL) is None
        book = Book(programs, "amend", "a1", asked={})
        opened.write_into(book)
        yield Commit(book.change("null"))

    run(again)
    assert used(repository, programs) == PromoUse(as_of=AT)


@pytest.mark.parametrize("name", [str, lambda number: "я" * 120 + f"{number:04}"])
def test_a_document_of_many_reservations_says_that_its_busy(repository, run, name):
    """It's bounded by its bytes: no body is refused by a store. What the order holds itself, it may hold anew."""
    programs = programs_of(SUMMER | {"limit": 100_000})
    reserved, key = {}, programs.key("promo", "summer")
    while not PromoUse(reserved=reserved).is_full:
        reserved[name(len(reserved))] = (UNTIL, 10**9)
    assert len(reserved) <= MOST_RESERVED
    body = promo_use.encode(PromoUse(reserved=reserved, as_of=AT))
    assert len(body.encode()) < MOST_BYTES + 1024
    repository.commit(Change(operation_id="full", digest="d", guards={key: 0}, puts={key: body}))
    assert code_of(run(place, programs, ride("another"))) == "code_busy"
    assert run(place, programs, ride(name(0))).code == "SUMMER"
    assert run(place, programs, ride("another again"), at=UNTIL, until=UNTIL + 1).code == "SUMMER"


def race(repositories, programs, orders):
    """Have each repository's thread place its share of *orders*; give what came of each, and how many conflicts."""
    barrier, answers, conflicts = Barrier(len(repositories)), {}, []

    def observe(event):
        if isinstance(event, Retried):
            conflicts.append(event)

    def work(number, repository):
        driver = Driver(repository, repository, retry=Retry(attempts=200, longest=0.01), observe=observe)
        barrier.wait()
        for order in orders[number :: len(repositories)]:
            answers[order.id] = driver.run(partial(place, programs, order))

    threads = [Thread(target=work, args=each) for each in enumerate(repositories)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers, len(conflicts)


class Unhurried:
    """A repository that takes its time between a load and what follows, so that others come in between."""

    def __init__(self, repository):
        self._repository = repository
        self.commit = repository.commit

    def load(self, keys):
        found = self._repository.load(keys)
        time.sleep(0.0003)
        return found


@pytest.fixture(params=["memory", "sqlite"])
def raced_on(request, tmp_path):
    """Give what makes so many repositories of one store, and close them in the end."""
    opened = []

    def repositories(count=16):
        if request.param == "memory":
            return [Unhurried(MemoryRepository())] * count
        opened.extend(SqliteRepository(tmp_path / "store.db") for _ in range(count))
        return [*map(Unhurried, opened)]

    yield repositories
    for each in opened:
        each.close()


def test_B9_a_code_limited_to_100_by_16_threads_gives_exactly_100(raced_on):
    """With overlap seen: somebody was faster, and somebody began anew."""
    programs, repositories = programs_of(SUMMER | {"limit": 100}), raced_on()
    orders = [ride(f"o{number}", customer=f"m{number}") for number in range(160)]
    answers, conflicts = race(repositories, programs, orders)
    assert conflicts, "no two of them overlapped"
    assert sum(not isinstance(answer, Reason) for answer in answers.values()) == 100
    assert used(repositories[0], programs).taken == (100, 0)


def test_B9_a_budget_is_never_overspent_by_a_unit(raced_on):
    """And is spent to the last one."""
    programs, repositories = programs_of(SUMMER | {"budget": "1000.01"}), raced_on(8)
    orders = [ride(f"o{number}", f"{300 + number}.00", customer=f"m{number}") for number in range(64)]
    answers, conflicts = race(repositories, programs, orders)
    assert conflicts, "no two of them overlapped"
    held = [answer.units for answer in answers.values() if not isinstance(answer, Reason)]
    assert sum(held) == 100_001
    assert used(repositories[0], programs).taken == (len(held), 100_001)
    assert {code_of(answer) for answer in answers.values()} == {None, "budget_spent"}


def test_B9_the_last_use_goes_to_one_order_in_every_schedule():
    """Whoever comes first; and one that's cancelled frees it."""
    programs = programs_of(SUMMER | {"limit": 1})
    gate = StepwiseRepository()
    driver = AsyncDriver(gate, gate, retry=Retry(longest=0), observe=ignore)
    racers = [
        lambda: driver.run(partial(place, programs, ride("o1"))),
        lambda: driver.run(partial(place, programs, ride("o2"))),
    ]
    outcomes = list(every_schedule(MemoryRepository(), racers, lose=1))
    assert len(outcomes) > 6
    for outcome in outcomes:
        assert sorted(code_of(answer) or "" for answer in outcome.results) == ["", "code_used_up"]
        assert used(outcome.store, programs).taken == (1, 0)


def test_reasons_are_decisions():
    """A code that can't be used is told as a decision's reason."""
    assert str(Decision("promo_code", (), (Reason("code_unknown", typed="WINTER"),))) == (
        "promo_code: nobody was given the code WINTER"
    )


def checked(run, programs, typed="summer", *, at=AT, customer=None):
    """Give why a code can't be named now: kind, and reasons."""
    check = run(check_code, programs, typed, at=from_micros(at), customer=customer)
    return check.kind, [reason.code for reason in check.reasons]


def test_T6_a_promo_code_is_checked_while_its_typed(run):
    """As far as it can be without knowing the order; nothing is written."""
    period = {"period": {"until": "2026-03-10"}}
    programs = programs_of(SUMMER | {"limit": 1, "minimum": "9000", "scope": {"channels": ["app"]} | period})
    assert checked(run, programs, " Summer") == ("promo", [])
    assert checked(run, programs, at=AT + 24 * HOUR) == ("promo", ["outside_period"])
    assert checked(run, programs, "WINTER") == (None, ["code_unknown"])
    assert checked(run, programs, "sale 🎉") == (None, ["code_malformed"])


def test_T6_a_check_sees_what_others_use(repository, run):
    """Uses of the code and by the member, and the budget."""
    programs = programs_of(SUMMER | {"limit": 2, "per_member": 1, "budget": "82.40"})
    run(place, programs, ride())
    assert checked(run, programs, customer="m1") == ("promo", ["promo_used_by_member"])
    assert checked(run, programs, customer="m2") == ("promo", [])
    run(place, programs, ride("o2", customer="m2"))
    assert checked(run, programs, customer="m3") == ("promo", ["code_used_up"])
    spent = programs_of(SUMMER | {"budget": "82.40"})
    assert checked(run, spent) == ("promo", ["budget_empty"])
    full = PromoUse(reserved={str(number): (UNTIL, 0) for number in range(MOST_RESERVED)}, as_of=AT)
    key = programs.key("promo", "winter")
    change = Change(operation_id="full", digest="d", guards={key: 0}, puts={key: promo_use.encode(full)})
    repository.commit(change)
    winter = programs_of({"name": "winter", "code": "WINTER", "percent": "10", "limit": 9_000})
    assert checked(run, winter, "WINTER") == ("promo", ["code_busy"])


def test_T6_a_check_knows_whose_a_code_is(repository, run):
    """And who has ordered before."""
    programs = programs_of({"name": "summer", "kind": "worker", "points": 100})
    issue(repository, programs, "W7", worker="w7", bound_to="m1")
    assert checked(run, programs, "w7", customer="w7") == ("promo", ["code_of_another"])
    assert checked(run, programs, "w7", customer="m1") == ("promo", [])
    loyalty = Loyalty(programs, repository)
    loyalty.settle(ride("before"), at=from_micros(AT))
    assert checked(run, programs, "w7", customer="m1") == ("promo", ["not_first_order"])
    issue(repository, programs, "W8", worker="w8")
    assert checked(run, programs, "W8", customer="w8") == ("promo", ["own_code"])
