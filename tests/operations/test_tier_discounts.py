"""The discount of a level in an order's life: chosen at placing, kept to the end (Y1, G10, B2)."""

from __future__ import annotations

import pytest

from loyaltykit import Money
from tests.operations.ladders import CLASSES, SOLD
from tests.operations.support import AT, DAY, HOUR, codes, ride, rub

TENTH = {"name": "regulars", "lapse_after": 60, "levels": [{"percent": "10", "visits": 1}]}
TENTH_MORE = {
    "name": "regulars",
    "levels": [{"percent": "10", "visits": 1}, {"name": "gold", "percent": "20", "visits": 3}],
}
SUMMER = {"name": "summer", "code": "SUMMER", "percent": "5"}


def come(loyalty, order="first", at=AT, **facts):
    return loyalty.settle(ride("100", id=order, **facts), at=at)


def test_Y1_the_level_gives_the_discount(life):
    """The visit that earns it has none yet; a quote, a placing and a settling after it do."""
    loyalty = life(tier=[TENTH])
    assert come(loyalty).charged == rub(100)
    assert loyalty.quote(ride("412"), at=AT).charged == rub("370.80")
    placed = loyalty.place(ride("412"), at=AT)
    assert (placed.charged, placed.due) == (rub("370.80"), rub("370.80"))
    assert loyalty.complete("o1", at=AT).charged == rub("370.80")
    assert come(loyalty, "other").charged == rub(90)
    assert loyalty.members.view("m1", at=AT).sold == rub("560.80")


def test_Y1_a_percent_follows_the_final_price(life):
    """What was chosen at placing is kept, whatever becomes of the level meanwhile."""
    loyalty = life(tier=[TENTH])
    come(loyalty)
    loyalty.place(ride("412"), at=AT + 60 * DAY)
    done = loyalty.complete("o1", at=AT + 90 * DAY, price=rub(500))
    assert (done.price, done.charged) == (rub(500), rub(450))


@pytest.mark.parametrize("price", ["0", "0.04"])
def test_Y1_a_percent_follows_a_price_that_begins_at_nothing(life, price):
    """Whoever takes an order at 0 and tells the fare at its end charges 900 of 1,000 still, corrected or amended."""
    loyalty = life(tier=[TENTH])
    come(loyalty)
    placed = loyalty.place(ride(price), at=AT)
    assert placed.charged == rub(price)
    assert {"order_is_free", "rounded_to_nothing"} & set(codes(placed))
    assert loyalty.complete("o1", at=AT, price=rub(1000)).charged == rub(900)
    loyalty.place(ride(price, id="o2"), at=AT)
    assert loyalty.amend("a1", "o2", at=AT, price=rub(1000)).charged == rub(900)
    loyalty.settle(ride(price, id="o3"), at=AT)
    assert loyalty.correct("c1", "o3", at=AT, price=rub(1000)).charged == rub(900)


def test_Y1_a_level_that_is_reached_after_placing_gives_nothing_more(life):
    """Nor does one that wasn't there when the order was placed at a known price."""
    loyalty = life(tier=[TENTH])
    loyalty.place(ride("412"), at=AT)
    come(loyalty)
    assert loyalty.complete("o1", at=AT).charged == rub(412)


def test_Y1_with_no_price_at_placing_the_level_at_completion_counts(life):
    """As codes are judged then."""
    loyalty = life(tier=[TENTH])
    loyalty.place(ride(None), at=AT)
    come(loyalty)
    assert loyalty.complete("o1", at=AT, price=rub(412)).charged == rub("370.80")
    assert loyalty.correct("c1", "o1", at=AT + 90 * DAY, price=rub(380)).charged == rub(342)


def test_Y2_an_order_after_the_lapse_has_no_discount(life):
    """Though nobody has swept."""
    loyalty = life(tier=[TENTH])
    come(loyalty)
    done = come(loyalty, "late", at=AT + 61 * DAY)
    assert done.charged == rub(100)
    assert "no_level" in codes(done)
    assert come(loyalty, "next", at=AT + 61 * DAY).charged == rub(90)


def test_Y1_an_amendment_goes_by_the_levels_of_the_placing(life):
    """One that has lapsed since stands, as it was promised; a higher one is for later orders, as at completion."""
    loyalty = life(tier=[TENTH_MORE | {"lapse_after": 60}])
    come(loyalty)
    loyalty.place(ride("412"), at=AT)
    assert loyalty.amend("a1", "o1", at=AT + 70 * DAY, price=rub(500)).charged == rub(450)
    for order in ("second", "third"):
        come(loyalty, order, at=AT + 70 * DAY)
    assert loyalty.amend("a2", "o1", at=AT + 70 * DAY, price=rub(600)).charged == rub(540)
    assert loyalty.complete("o1", at=AT + 200 * DAY).charged == rub(540)


def test_Y1_an_edit_that_has_nothing_to_do_with_the_price_leaves_it(life):
    """Whoever had no level when the order was placed at 1,000 pays that, though they've one now."""
    loyalty = life(tier=[TENTH])
    loyalty.place(ride("1000"), at=AT)
    come(loyalty)
    assert loyalty.amend("a1", "o1", at=AT + HOUR, worker="w1").charged == rub(1000)
    assert loyalty.complete("o1", at=AT + HOUR).charged == rub(1000)


def test_Y1_an_amendment_can_lead_to_the_discount_of_another_ladder(life):
    """By the level of the placing there, too, and back again."""
    business = {"name": "business", "levels": [{"percent": "20", "visits": 1}, {"percent": "30", "visits": 2}]}
    scopes = [TENTH | {"scope": {"tariffs": ["economy"]}}, business | {"scope": {"tariffs": ["business"]}}]
    loyalty = life(tier=scopes)
    come(loyalty)
    assert loyalty.place(ride("1000", tariff="economy"), at=AT).charged == rub(900)
    come(loyalty, "other")
    assert loyalty.amend("a1", "o1", at=AT, tariff="comfort").charged == rub(1000)
    assert loyalty.amend("a2", "o1", at=AT, tariff="business").charged == rub(800)
    assert loyalty.amend("a3", "o1", at=AT, tariff="economy").charged == rub(900)


def test_Y1_an_amendment_that_tells_the_price_first_goes_by_the_levels_of_then(life):
    """As codes are judged then; from there on they stand."""
    loyalty = life(tier=[TENTH_MORE])
    loyalty.place(ride(None), at=AT)
    come(loyalty)
    assert loyalty.amend("a1", "o1", at=AT, price=rub(1000)).charged == rub(900)
    for order in ("second", "third"):
        come(loyalty, order)
    assert loyalty.amend("a2", "o1", at=AT, price=rub(500)).charged == rub(450)


def test_Y1_a_correction_keeps_the_discount(life):
    """The percent of the price as it should have been told; levels follow what was sold."""
    loyalty = life(tier=[TENTH])
    come(loyalty)
    loyalty.settle(ride("412"), at=AT)
    assert loyalty.correct("c1", "o1", at=AT + HOUR, price=rub(380)).charged == rub(342)
    assert loyalty.members.view("m1", at=AT + HOUR).sold == rub(442)
    loyalty.settle(ride("100", id="o2", customer="m2"), at=AT)
    come(loyalty, "of m2", customer="m2")
    assert loyalty.correct("c2", "o2", at=AT, price=rub(200)).charged == rub(200)


def test_B2_a_refund_is_of_what_was_charged(life):
    """The discount never was money: what's given back is what came off the account of the customer."""
    loyalty = life(tier=[TENTH])
    come(loyalty)
    loyalty.settle(ride("412"), at=AT)
    loyalty.record_payment("p1", "o1", rub("370.80"), at=AT)
    back = loyalty.refund("r1", "o1", at=AT)
    assert back.refund == rub("370.80")
    view = loyalty.members.view("m1", at=AT)
    assert (view.sold, view.paid, view.visits) == (rub(100), rub(0), 1)


@pytest.mark.parametrize(
    ("discounts", "promo", "charged", "used"),
    [
        ("best", {"percent": "5"}, "900", False),
        ("best", {"percent": "10"}, "900", False),
        ("best", {"percent": "15"}, "850", True),
        ("best", {"sum": "300"}, "700", True),
        ("stack", {"percent": "5"}, "855", True),
        ("stack", {"sum": "300"}, "600", True),
        ("stack", {"sum": "2000"}, "0", True),
    ],
)
def test_G10_the_best_of_tier_and_code_or_both(life, discounts, promo, charged, used):
    """1,000 at 10 % and a code; a use of a code that changes nothing isn't consumed."""
    code = {"name": "summer", "code": "SUMMER", "per_member": 1, **promo}
    loyalty = life(tier=[TENTH], discounts=discounts, promo=[code])
    come(loyalty)
    placed = loyalty.place(ride("1000"), at=AT, promo_code="summer")
    assert placed.charged == rub(charged)
    assert loyalty.complete("o1", at=AT).charged == rub(charged)
    assert loyalty.codes.check("summer", customer="m1", at=AT).valid is not used


def test_G10_what_was_chosen_at_placing_is_kept(life):
    """A fixed sum that was the larger one then stays, though the tier's percent of the final price would be more."""
    loyalty = life(tier=[TENTH], promo=[{"name": "summer", "code": "SUMMER", "sum": "50"}])
    come(loyalty)
    assert loyalty.place(ride("400"), at=AT, promo_code="summer").charged == rub(350)
    assert loyalty.complete("o1", at=AT, price=rub(1000)).charged == rub(950)


def test_G10_a_code_that_an_edit_makes_the_smaller_one_is_given_back(life):
    """150 are more than 10 % of 1,000, less than 10 % of 3,000; it can be named again."""
    loyalty = life(tier=[TENTH], promo=[{"name": "summer", "code": "SUMMER", "sum": "150", "per_member": 1}])
    come(loyalty)
    assert loyalty.place(ride("1000"), at=AT, promo_code="summer").charged == rub(850)
    assert loyalty.amend("a1", "o1", at=AT, price=rub(3000)).charged == rub(2700)
    assert loyalty.codes.check("summer", customer="m1", at=AT).valid
    assert loyalty.amend("a2", "o1", at=AT, price=rub(1000)).charged == rub(900)
    assert loyalty.amend("a3", "o1", at=AT, promo_code="summer").charged == rub(850)


def test_Y1_a_customer_who_was_forgotten_keeps_what_came_off(life):
    """They were told what it costs; it's edited and completed by that, and lies behind nobody."""
    loyalty = life(tier=[TENTH])
    come(loyalty)
    loyalty.place(ride("412"), at=AT)
    loyalty.members.forget("m1", at=AT)
    assert loyalty.amend("a1", "o1", at=AT, price=rub(400)).charged == rub(360)
    done = loyalty.complete("o1", at=AT, price=rub(500))
    assert done.charged == rub(450)
    (tier,) = loyalty.members.view("m1", at=AT).tiers
    assert (tier.level, loyalty.members.view("m1", at=AT).visits) == (None, 0)
    assert loyalty.correct("c1", "o1", at=AT, price=rub(300)).charged == rub(270)


def test_Y1_a_class_without_a_percent_takes_nothing_off(life):
    """It's told, and the largest percent of all ladders counts."""
    loyalty = life(tier=[CLASSES, TENTH, SOLD])
    loyalty.members.set_tier("s1", "m1", "classes", "gold", at=AT)
    assert come(loyalty).charged == rub(100)
    loyalty.settle(ride("5000", id="o2"), at=AT)
    assert come(loyalty, "third").charged == rub(90)


def test_Y1_a_level_given_by_hand_gives_its_discount(life):
    """Up to its end."""
    loyalty = life(tier=[TENTH_MORE])
    loyalty.members.set_tier("s1", "m1", "regulars", "gold", at=AT, until=AT + DAY)
    assert loyalty.quote(ride("100"), at=AT + DAY - HOUR).charged == rub(80)
    assert loyalty.quote(ride("100"), at=AT + DAY).charged == rub(100)


def test_Y7_until_the_run_the_stored_name_has_the_new_percent(life):
    """A level that the new revision doesn't have gives nothing, with a reason."""
    come(life(tier=[TENTH_MORE | {"levels": [{"name": "gold", "percent": "20", "visits": 1}]}]))
    raised = life(tier=[TENTH_MORE | {"levels": [{"name": "gold", "percent": "30", "visits": 100}]}])
    assert raised.quote(ride("100"), at=AT).charged == rub(70)
    renamed = life(tier=[TENTH_MORE | {"levels": [{"name": "best", "percent": "30", "visits": 1}]}])
    quoted = renamed.quote(ride("100"), at=AT)
    assert (quoted.charged, "level_unknown" in codes(quoted)) == (rub(100), True)
    renamed.members.recalculate_all(at=AT)
    assert renamed.quote(ride("100"), at=AT).charged == rub(70)


def test_Y1_orders_without_a_customer_have_no_level(life):
    """There's nobody who'd have one."""
    loyalty = life(tier=[TENTH])
    assert loyalty.settle(ride("100", customer=None), at=AT).charged == Money(100, "RUB")
