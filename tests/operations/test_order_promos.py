"""Promo codes in an order's life: granted, kept, consumed, given back, and corrected (G10, G11, B3, B9)."""

from __future__ import annotations

import json
import time
from threading import Barrier, Thread

import pytest

from loyaltykit import InvalidValue, Loyalty, Points, Retried, Retry
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.documents import promo_use
from loyaltykit.testing.schedules import every_schedule, stepwise
from tests.operations.support import AT, DAY, HOUR, balance, city, give, keys_of, ride, rub

SUMMER = {"name": "summer", "code": "SUMMER", "percent": "10"}
GIFT = {"name": "present", "code": "GIFT", "points": 100}
CASHBACK = {"percent": "10"}
LIMITED = SUMMER | {"limit": 1}


def taken(repository, name="summer"):
    """Give the uses and units that are consumed or reserved of a promo."""
    key = json.dumps(["city", "promo", name], separators=(",", ":"))
    return promo_use.decode(key, repository.load([key])[key].body).taken


def codes(settlement):
    """Give the codes of its reasons, but for those of the rule by which tests give points."""
    return [reason.code for reason in settlement.reasons if reason.code != "outside_scope"]


def test_G10_a_discount_from_placing_to_completion(life):
    """A percentage follows the final price; cashback is of what's charged."""
    loyalty = life(promo=[SUMMER], cashback=[CASHBACK])
    quote = loyalty.quote(ride(), at=AT, promo_code="summer")
    placed = loyalty.place(ride(), at=AT, promo_code="summer")
    assert (quote.charged, placed.charged, placed.due) == (rub("370.80"), rub("370.80"), rub("370.80"))
    done = loyalty.complete("o1", at=AT, price=rub("500.00"))
    assert (done.price, done.charged, done.due, done.awards[0].points) == (rub(500), rub(450), rub(450), Points(45))
    assert balance(loyalty, AT) == Points(45)


def test_G10_points_at_completion(life):
    """Not before; and back again with a refund."""
    loyalty = life(promo=[GIFT])
    placed = loyalty.place(ride(), at=AT, promo_code="GIFT", redeem="all")
    assert (placed.redeemed, balance(loyalty, AT)) == (Points(0), Points(0))
    loyalty.complete("o1", at=AT)
    assert balance(loyalty, AT) == Points(100)
    loyalty.refund("r1", "o1", at=AT)
    assert balance(loyalty, AT) == Points(0)


def test_G10_points_at_placing_pay_for_this_very_order(life):
    """If it's cancelled, they're gone."""
    loyalty = life(promo=[GIFT | {"credited": "placing"}])
    placed = loyalty.place(ride(), at=AT, promo_code="GIFT", redeem="all")
    assert (placed.redeemed, placed.due, balance(loyalty, AT)) == (Points(100), rub("312.00"), Points(0))
    loyalty.cancel("o1", at=AT)
    assert balance(loyalty, AT) == Points(0)
    loyalty.place(ride(id="o2"), at=AT, promo_code="GIFT", redeem=Points(30))
    done = loyalty.complete("o2", at=AT)
    assert (done.redeemed, done.due, balance(loyalty, AT)) == (Points(30), rub("382.00"), Points(70))


def test_G11_a_workers_code_brings_a_customer_and_a_reward(life):
    """At the completion of their first order."""
    loyalty = life(promo=[{"name": "bring", "kind": "worker", "sum": "50", "worker_points": 30}])
    (code,) = loyalty.codes.generate("w7's", "bring", 1, at=AT, worker="w7", length=4)
    placed = loyalty.place(ride(worker="w1"), at=AT, promo_code=code.lower())
    assert placed.charged == rub("362.00")
    loyalty.complete("o1", at=AT)
    assert balance(loyalty, AT, "w7") == Points(30)
    again = loyalty.place(ride(id="o2"), at=AT, promo_code=code)
    assert (again.charged, codes(again)) == (rub("412.00"), ["not_first_order"])
    assert codes(loyalty.place(ride(id="o3", customer="w7"), at=AT, promo_code=code)) == ["own_code"]


def test_G10_an_individual_code_is_single(life):
    """Once it's used; cancelled, it's as good as new."""
    loyalty = life(promo=[{"name": "one", "kind": "individual", "percent": "10"}])
    (code,) = loyalty.codes.generate("march", "one", 1, at=AT, member="m1")
    assert codes(loyalty.place(ride(id="o0", customer="m2"), at=AT, promo_code=code)) == ["code_of_another"]
    loyalty.place(ride(), at=AT, promo_code=code)
    assert codes(loyalty.place(ride(id="o2"), at=AT, promo_code=code)) == ["code_used_up"]
    loyalty.cancel("o1", at=AT)
    loyalty.settle(ride(id="o3"), at=AT, promo_code=code)
    assert codes(loyalty.place(ride(id="o4"), at=AT, promo_code=code)) == ["code_used_up"]


@pytest.mark.parametrize("end", ["cancel", "no_show"])
def test_B3_an_order_that_ends_gives_its_use_back(life, repository, end):
    """Points and promo alike."""
    loyalty = life(promo=[LIMITED | {"budget": "100"}])
    give(loyalty, 50)
    loyalty.place(ride(), at=AT, promo_code="SUMMER", redeem=Points(50))
    assert (taken(repository), balance(loyalty, AT)) == ((1, 4120), Points(0))
    getattr(loyalty, end)("o1", at=AT)
    assert (taken(repository), balance(loyalty, AT)) == ((0, 0), Points(50))


def test_B3_a_hold_that_nobody_ends_times_out(life):
    """With its use of the code; completed late, the order is judged anew."""
    loyalty = life(promo=[LIMITED], hold_timeout="P1D")
    loyalty.place(ride(), at=AT, promo_code="SUMMER")
    assert codes(loyalty.place(ride(id="o2"), at=AT + DAY - HOUR, promo_code="SUMMER")) == ["code_used_up"]
    assert loyalty.place(ride(id="o3"), at=AT + DAY, promo_code="SUMMER").charged == rub("370.80")
    done = loyalty.complete("o1", at=AT + DAY)
    assert (done.charged, codes(done)) == (rub("412.00"), ["code_used_up"])
    assert loyalty.complete("o3", at=AT + DAY).charged == rub("370.80")


def test_B3_a_hold_that_ended_is_held_again_where_it_can_be(life, repository):
    """A cancelled order that is completed after all."""
    loyalty = life(promo=[LIMITED])
    loyalty.place(ride(), at=AT, promo_code="SUMMER")
    loyalty.cancel("o1", at=AT)
    assert loyalty.complete("o1", at=AT).charged == rub("370.80")
    assert taken(repository) == (1, 0)


def test_B3_codes_are_swapped_by_an_amendment(life, repository):
    """Taken back, named anew, or replaced by another; what can't be used leaves the one that stands."""
    loyalty = life(promo=[LIMITED | {"budget": "100"}, {"name": "off", "code": "OFF", "sum": "100", "limit": 1}])
    loyalty.place(ride(), at=AT, promo_code="SUMMER")
    assert loyalty.amend("a1", "o1", at=AT, price=rub("800.00")).charged == rub("720.00")
    assert taken(repository) == (1, 8000)
    swapped = loyalty.amend("a2", "o1", at=AT, promo_code="OFF")
    assert (swapped.charged, taken(repository), taken(repository, "off")) == (rub("700.00"), (0, 0), (1, 0))
    kept = loyalty.amend("a3", "o1", at=AT, promo_code="NOPE")
    assert (kept.charged, codes(kept)) == (rub("700.00"), ["code_unknown"])
    back = loyalty.amend("a4", "o1", at=AT, promo_code="")
    assert (back.charged, taken(repository, "off")) == (rub("800.00"), (0, 0))


def test_B3_a_fare_that_grows_takes_what_the_budget_still_has(life, repository):
    """And no more; a correction gives back what's too much."""
    loyalty = life(promo=[SUMMER | {"budget": "100"}])
    loyalty.place(ride(), at=AT, promo_code="SUMMER")
    loyalty.place(ride(id="o2"), at=AT, promo_code="SUMMER")
    done = loyalty.complete("o1", at=AT, price=rub("900.00"))
    assert (done.charged, codes(done)) == (rub("841.20"), ["limited_by_budget"])
    assert taken(repository) == (2, 10_000)
    corrected = loyalty.correct("c1", "o1", at=AT, price=rub("300.00"))
    assert (corrected.charged, taken(repository)) == (rub("270.00"), (2, 7120))


def test_B3_a_use_is_kept_on_refund(life, repository):
    """The discount was given."""
    loyalty = life(promo=[LIMITED | {"budget": "100"}])
    loyalty.settle(ride(), at=AT, promo_code="SUMMER")
    refund = loyalty.refund("r1", "o1", at=AT)
    assert (refund.charged, taken(repository)) == (rub(0), (1, 4120))


def test_B3_a_use_waits_for_a_price(life, repository):
    """It's reserved, and judged at completion."""
    loyalty = life(promo=[LIMITED | {"minimum": "300"}])
    placed = loyalty.place(ride(None), at=AT, promo_code="SUMMER")
    assert (codes(placed), taken(repository)) == (["price_unknown"], (1, 0))
    assert loyalty.complete("o1", at=AT, price=rub("412.00")).charged == rub("370.80")
    loyalty = life(promo=[SUMMER | {"name": "winter", "code": "WINTER", "limit": 1, "minimum": "300"}])
    loyalty.place(ride(None, id="o2"), at=AT, promo_code="WINTER")
    low = loyalty.complete("o2", at=AT, price=rub("299.99"))
    assert (low.charged, codes(low), taken(repository, "winter")) == (rub("299.99"), ["below_minimum"], (0, 0))


def test_B3_the_same_call_again_gives_the_same_and_reserves_once(life, repository):
    """A repeated webhook takes no second use."""
    loyalty = life(promo=[LIMITED])
    for _ in range(2):
        placed = loyalty.place(ride(), at=AT, promo_code="SUMMER")
        assert placed.charged == rub("370.80")
    for _ in range(2):
        assert loyalty.complete("o1", at=AT).charged == rub("370.80")
    assert taken(repository) == (1, 0)


@pytest.mark.parametrize("typed", ["WINTER", "sale 🎉", "x" * 10_000, "", "\0"])
def test_B3_loyalty_never_stops_an_order(life, typed):
    """Whatever was typed for a code; and no document is written for it."""
    loyalty = life(promo=[SUMMER])
    placed = loyalty.place(ride(), at=AT, promo_code=typed)
    assert (placed.charged, placed.status) == (rub("412.00"), "placed")
    assert codes(placed)[0] in {"code_unknown", "code_malformed"}


def test_B9_a_code_without_limits_takes_no_document(life, repository):
    """So no two orders of different members fight."""
    loyalty = life(promo=[SUMMER])
    loyalty.settle(ride(), at=AT, promo_code="SUMMER")
    kinds = {json.loads(key)[1] for key in keys_of(repository)}
    assert kinds == {"member", "order", "revision", "units"}


def test_B9_the_last_use_goes_to_one_order_in_every_schedule():
    """Whatever the order in which their requests meet, and whichever answer is lost."""
    program = city(promo=[LIMITED])
    store = MemoryRepository()
    loyalty = stepwise(program, store)
    racers = [
        lambda: loyalty.place(ride(customer="m1"), at=AT, promo_code="SUMMER"),
        lambda: loyalty.place(ride(id="o2", customer="m2"), at=AT, promo_code="SUMMER"),
    ]
    outcomes = list(every_schedule(store, racers, lose=1))
    assert len(outcomes) > 20
    for outcome in outcomes:
        assert sorted(placed.charged.minor for placed in outcome.results) == [37_080, 41_200]
        assert taken(outcome.store) == (1, 0)


@pytest.mark.parametrize("other", ["amend", "place", "cancel"])
def test_B9_a_budget_is_what_the_orders_took_in_every_schedule(other):
    """Whoever comes before the completion that takes all that's left."""
    program, store = city(promo=[SUMMER | {"budget": "100"}]), MemoryRepository()
    Loyalty(program, store).place(ride(), at=AT, promo_code="SUMMER")
    loyalty = stepwise(program, store)
    others = {
        "amend": lambda: loyalty.amend("a1", "o1", at=AT, price=rub("800.00")),
        "place": lambda: loyalty.place(ride(id="o2", customer="m2"), at=AT, promo_code="SUMMER"),
        "cancel": lambda: loyalty.cancel("o1", at=AT),
    }
    racers = [lambda: loyalty.complete("o1", at=AT, price=rub("900.00")), others[other]]
    for outcome in every_schedule(store, racers):
        done, second = outcome.results
        units = (done.price - done.charged).minor
        if other == "place":
            units += (second.price - second.charged).minor
            assert units == 10_000
        assert taken(outcome.store)[1] == units <= 10_000


class Unhurried:
    """A repository that takes its time between a load and what follows, so that others come in between."""

    def __init__(self, repository):
        self._repository = repository
        self.commit = repository.commit

    def load(self, keys):
        found = self._repository.load(keys)
        time.sleep(0.0003)
        return found


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_B9_a_code_limited_to_100_by_16_threads_gives_exactly_100(kind, tmp_path):
    """Placed and completed, with overlap seen."""
    program, count = city(promo=[SUMMER | {"limit": 100, "budget": "5000.01"}]), 16
    shared = MemoryRepository()
    stores = [shared if kind == "memory" else SqliteRepository(tmp_path / "store.db") for _ in range(count)]
    barrier, charged, conflicts = Barrier(count), [], []

    def observe(event):
        conflicts.extend([event] if isinstance(event, Retried) else [])

    def work(number):
        retry = Retry(attempts=500, longest=0.01)
        loyalty = Loyalty(program, Unhurried(stores[number]), retry=retry, observe=observe)
        barrier.wait()
        for turn in range(8):
            order = ride(f"{300 + number}.00", id=f"o{number}-{turn}", customer=f"m{number}-{turn}")
            loyalty.place(order, at=AT, promo_code="SUMMER")
            done = loyalty.complete(order.id, at=AT)
            charged.append((done.price - done.charged).minor)

    threads = [Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert conflicts, "no two of them overlapped"
    assert (len(charged), sum(map(bool, charged))) == (128, 100)
    assert taken(stores[0]) == (100, sum(charged))
    assert sum(charged) <= 500_001
    for store in stores if kind == "sqlite" else ():
        store.close()


def test_G10_two_first_orders_at_once_have_it_once(life):
    """Neither is completed yet; a cancelled one gives the use back."""
    loyalty = life(promo=[{"name": "new", "code": "NEW", "sum": "100", "first_order_only": True}])
    first, second = (loyalty.place(ride(id=name), at=AT, promo_code="NEW") for name in ("o1", "o2"))
    assert (first.charged, second.charged) == (rub("312.00"), rub("412.00"))
    assert codes(second) == ["promo_used_by_member"]
    loyalty.cancel("o1", at=AT)
    assert loyalty.place(ride(id="o3"), at=AT, promo_code="NEW").charged == rub("312.00")


def test_B3_a_code_that_gives_nothing_leaves_the_one_that_stands(life):
    """Below its minimum, used up, or the same once more."""
    rules = [
        {"name": "a", "code": "AA", "percent": "10", "limit": 1},
        {"name": "b", "code": "BB", "percent": "20", "minimum": "1000"},
        {"name": "c", "code": "CC", "percent": "20"},
    ]
    loyalty = life(promo=rules)
    loyalty.place(ride(), at=AT, promo_code="AA")
    for number, code in enumerate(["BB", "AA", "none"]):
        edited = loyalty.amend(f"e{number}", "o1", at=AT, promo_code=code)
        assert edited.charged == rub("370.80")
    assert codes(loyalty.place(ride(id="o2"), at=AT, promo_code="AA"))[0] == "code_used_up"
    assert loyalty.amend("e9", "o1", at=AT, promo_code="CC").charged == rub("329.60")
    assert loyalty.place(ride(id="o3"), at=AT, promo_code="AA").charged == rub("370.80")
    assert loyalty.amend("e10", "o1", at=AT, promo_code="").charged == rub("412.00")


@pytest.mark.parametrize("price", [0, None])
def test_B3_a_price_mistold_at_completion_costs_no_promise(life, price):
    """A correction judges the code that gave nothing."""
    loyalty = life(promo=[{"name": "a", "code": "AA", "percent": "10", "budget": "50", "limit": 1}])
    loyalty.place(ride(None if price is None else "412.00"), at=AT, promo_code="AA")
    loyalty.complete("o1", at=AT, price=None if price is None else rub(price))
    fixed = loyalty.correct("c1", "o1", at=AT, price=rub("412.00"))
    assert fixed.charged == rub("370.80")
    assert codes(loyalty.place(ride(id="o2"), at=AT, promo_code="AA"))[0] == "code_used_up"


def test_B3_a_correction_of_something_else_leaves_the_discount(life):
    """Though the budget has more by now; a price that rose takes it."""
    loyalty = life(promo=[{"name": "a", "code": "AA", "percent": "10", "budget": "50"}])
    loyalty.place(ride(), at=AT, promo_code="AA")
    assert loyalty.settle(ride(id="o2"), at=AT, promo_code="AA").charged == rub("403.20")
    loyalty.cancel("o1", at=AT)
    assert loyalty.correct("c1", "o2", at=AT, tariff="x").charged == rub("403.20")
    assert loyalty.correct("c2", "o2", at=AT, price=rub("413.00")).charged == rub("371.70")


@pytest.mark.parametrize("limits", [{}, {"limit": 5}])
@pytest.mark.parametrize("end", ["time", "cancel"])
def test_B3_a_hold_that_has_ended_is_judged_anew_with_limits_or_without(life, limits, end):
    """The final fare is below the minimum."""
    loyalty = life(promo=[{"name": "a", "code": "AA", "percent": "10", "minimum": "300"} | limits])
    loyalty.place(ride(), at=AT, promo_code="AA")
    if end == "cancel":
        loyalty.cancel("o1", at=AT)
    done = loyalty.complete("o1", at=AT + 30 * DAY if end == "time" else AT, price=rub(200))
    assert (done.charged, codes(done)[0]) == (rub(200), "below_minimum")


def test_B3_an_edit_keeps_what_was_granted_for_a_first_order(life):
    """Another order was completed meanwhile; naming the driver costs nothing."""
    loyalty = life(promo=[{"name": "f", "code": "FO", "percent": "20", "first_order_only": True}])
    loyalty.place(ride(), at=AT, promo_code="FO")
    loyalty.settle(ride(id="o2"), at=AT)
    assert loyalty.amend("e1", "o1", at=AT, worker="w7").charged == rub("329.60")
    assert loyalty.complete("o1", at=AT).charged == rub("329.60")


def test_G10_a_forgotten_customer_keeps_what_came_off_the_price(life):
    """They were told what the ride costs."""
    loyalty = life(promo=[{"name": "a", "code": "AA", "percent": "10"}])
    loyalty.place(ride(), at=AT, promo_code="AA")
    loyalty.members.forget("m1", at=AT)
    assert loyalty.complete("o1", at=AT).due == rub("370.80")


@pytest.mark.parametrize("who", ["worker", "member"])
def test_G11_a_forgotten_persons_codes_are_nobodys(life, who):
    """Whoever comes again under that id is somebody else; and neither were they ever counted."""
    rules = [
        {"name": "bring", "kind": "worker", "sum": "50", "worker_points": 30},
        {"name": "thanks", "kind": "individual", "sum": "50"},
    ]
    loyalty = life(promo=rules)
    person = "w7" if who == "worker" else "m1"
    (code,) = loyalty.codes.generate("b1", "bring" if who == "worker" else "thanks", 1, at=AT, **{who: person})
    assert loyalty.codes.check(code, at=AT, customer="m1").valid
    loyalty.members.adjust("a1", person, Points(5), at=AT)
    loyalty.members.forget(person, at=AT)
    assert codes(loyalty.place(ride(), at=AT, promo_code=code))[0] == "code_unknown"
    loyalty.members.adjust("a2", person, Points(5), at=AT)
    assert not loyalty.codes.check(code, at=AT, customer="m1").valid


def test_B9_uses_of_a_forgotten_member_are_erased(life, repository):
    """Who comes again may use the promo."""
    loyalty = life(promo=[{"name": "a", "code": "AA", "sum": "50", "per_member": 1}])
    loyalty.settle(ride(), at=AT, promo_code="AA")
    loyalty.members.forget("m1", at=AT)
    assert [key for key in keys_of(repository, '["city","promo_member"') if repository.load([key])[key].body] == []
    assert loyalty.quote(ride(id="o2"), at=AT, promo_code="AA").charged == rub("362.00")


def test_B3_a_correction_looks_at_what_lay_behind_the_customer_then(life):
    """Not the first order, whatever channel the earlier one came through: the code gives nothing now, either."""
    loyalty = life(promo=[{"name": "f", "code": "FO", "percent": "20", "first_order_only": True}])
    loyalty.settle(ride(id="o0"), at=AT)
    loyalty.settle(ride(), at=AT, promo_code="FO")
    assert loyalty.correct("c1", "o1", at=AT, tariff="x").charged == rub("412.00")


@pytest.mark.parametrize("code", [5, b"SUMMER", ["SUMMER"]])
def test_G10_a_code_that_isnt_text_is_the_hosts_mistake(life, code):
    """What somebody typed is text."""
    with pytest.raises(InvalidValue, match="a code is text, as somebody typed it"):
        life().place(ride(), at=AT, promo_code=code)


def test_B3_taking_back_a_code_that_nobody_named_changes_nothing(life):
    """The order has none."""
    loyalty = life(promo=[{"name": "a", "code": "AA", "percent": "10"}])
    loyalty.place(ride(), at=AT)
    assert loyalty.amend("e1", "o1", at=AT, promo_code="").charged == rub("412.00")


def test_B9_uses_are_erased_of_whoever_has_nothing_else(life):
    """An order was placed, and nothing is stored of its customer but the use of a promo."""
    loyalty = life(promo=[{"name": "a", "code": "AA", "sum": "50", "per_member": 1}])
    loyalty.place(ride(), at=AT, promo_code="AA")
    assert codes(loyalty.quote(ride(id="o2"), at=AT, promo_code="AA"))[0] == "promo_used_by_member"
    loyalty.members.forget("m1", at=AT)
    assert loyalty.quote(ride(id="o2"), at=AT, promo_code="AA").charged == rub("362.00")
