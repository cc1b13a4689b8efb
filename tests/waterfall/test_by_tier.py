"""Step 2 with tiers: which discount an order has, and what of it stands at completion (Y1, G10, B3)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from loyaltykit import CodeUse, Money, Order, Percent, Points, Program, work_out
from loyaltykit.waterfall.captured import Promised
from loyaltykit.waterfall.discounted import KeptPromo, KeptTier

AT = datetime(2026, 6, 1, tzinfo=UTC)
SILVER, GOLD = {"name": "silver", "percent": 5, "visits": 3}, {"name": "gold", "percent": 10, "visits": 30}
REGULARS = {"name": "regulars", "levels": [{"name": "bronze", "visits": 1}, SILVER, GOLD]}
CLUB = {"name": "club", "levels": [SILVER, GOLD], "scope": {"branches": ["north"]}}
BASE = {
    "id": "salon",
    "currency": "RUB",
    "point_value": "1",
    "time_zone": "Europe/Moscow",
    "redemption": [{}],
    "tier": [REGULARS, CLUB],
    "promo": [
        {"name": "summer", "code": "SUMMER", "percent": 5, "minimum": "950"},
        {"name": "autumn", "code": "AUTUMN", "percent": 8, "budget": "500"},
        {"name": "fifty", "code": "FIFTY", "sum": "50"},
        {"name": "gift", "code": "GIFT", "points": 50, "credited": "placing"},
    ],
}
BEST, STACK = Program.from_dict(BASE), Program.from_dict(BASE | {"discounts": "stack"})
OF_SILVER = KeptTier(tier="regulars", level="silver", percent=Percent(5))


def rub(amount):
    return Money(amount, "RUB")


def visit(price="1000.00", **facts):
    return Order(id="o1", customer="m1", price=None if price is None else rub(price), **facts)


def code(name):
    return CodeUse(code=name.upper(), promo=name)


def done(program=BEST, order=None, *, regulars=None, club=None, promo=None, **told):
    levels = {ladder: level for ladder, level in {"regulars": regulars, "club": club}.items() if level is not None}
    use = None if promo is None else code(promo)
    return work_out(program, order or visit(), at=AT, levels=levels, use=use, **told)


def said(breakdown):
    return [(each.rule, [reason.code for reason in each.reasons]) for each in breakdown.decisions]


def test_Y1_the_level_that_a_customer_has_takes_its_percent_off():
    """The order can say which."""
    breakdown = done(regulars="silver")
    assert (breakdown.charged, breakdown.payable) == (rub(950), rub(950))
    assert breakdown.tier == OF_SILVER
    assert said(breakdown) == [("regulars", [])]


def test_Y1_of_several_ladders_the_largest_percent_counts():
    """Where their scope matches; of two equal ones the earlier in the file answers."""
    north = visit(branch="north")
    assert done(order=north, regulars="silver", club="gold").tier.tier == "club"
    assert done(order=north, regulars="gold", club="silver").charged == rub(900)
    assert done(order=north, regulars="gold", club="gold").tier.tier == "regulars"
    assert done(regulars="silver", club="gold").charged == rub(950)
    assert done(order=north, regulars="bronze", club="silver").charged == rub(950)


def test_B1_a_customer_without_a_discount_hears_why():
    """Each ladder's reason, once; and what nobody has takes nothing off."""
    assert said(done()) == [("tier", ["no_level", "outside_scope"])]
    assert said(done(regulars="bronze", club="gold")) == [("tier", ["level_without_discount", "outside_scope"])]
    assert said(work_out(BEST, Order(id="o1", price=rub(9)), at=AT)) == [("tier", ["no_customer"])]
    assert done().tier is None


def test_an_order_of_a_program_without_tiers_has_no_answer_of_them():
    """Whatever levels are told."""
    plain = Program.from_dict({key: BASE[key] for key in ("id", "currency", "point_value", "time_zone")})
    assert done(plain, regulars="gold").decisions == ()


@pytest.mark.parametrize(
    ("level", "promo", "price", "charged", "told"),
    [
        ("silver", "autumn", "1000", "920", [("regulars", ["other_discount"]), ("autumn", [])]),
        ("gold", "autumn", "1000", "900", [("regulars", []), ("autumn", ["other_discount"])]),
        ("silver", "summer", "1000", "950", [("regulars", []), ("summer", ["other_discount"])]),
        ("silver", "fifty", "1000", "950", [("regulars", []), ("fifty", ["other_discount"])]),
        ("silver", "fifty", "999", "949", [("regulars", ["other_discount"]), ("fifty", [])]),
        ("silver", "summer", "900", "855", [("regulars", []), ("summer", ["below_minimum"])]),
        (None, "autumn", "1000", "920", [("tier", ["no_level", "outside_scope"]), ("autumn", [])]),
        ("silver", "gift", "1000", "950", [("regulars", []), ("gift", [])]),
    ],
)
def test_Y1_best_gives_the_larger_of_both_discounts(level, promo, price, charged, told):
    """The tier's where they're equal; the other says why, and points are no discount."""
    breakdown = done(order=visit(price), regulars=level, promo=promo)
    assert breakdown.charged == rub(charged)
    assert said(breakdown) == told
    outdone = [reason for reason in breakdown.reasons if reason.code == "other_discount"]
    assert all(reason.discount == rub(price) - rub(charged) for reason in outdone)
    assert {reason.rule for reason in outdone} <= {"regulars", promo}
    assert all(
        reason not in each.reasons for each in breakdown.decisions for reason in outdone if each.rule == reason.rule
    )


@pytest.mark.parametrize(
    ("level", "promo", "price", "charged"),
    [
        ("gold", "summer", "1000", "855"),
        ("gold", "fifty", "1000", "850"),
        ("silver", "summer", "951", "858.28"),
        ("gold", "fifty", "40", "0"),
        ("gold", None, "1000", "900"),
        (None, "summer", "1000", "950"),
        ("gold", "gift", "1000", "900"),
    ],
)
def test_Y1_stacked_a_promos_discount_comes_off_what_the_tier_has_left(level, promo, price, charged):
    """1,000 → 900 → 855; the minimum is one of the price; never below zero."""
    assert done(STACK, visit(price), regulars=level, promo=promo).charged == rub(charged)


def test_B1_a_stacked_discount_says_what_it_is_a_percent_of():
    """Not of the price."""
    said = str(done(STACK, visit(), regulars="gold", promo="summer"))
    assert "regulars: m1 gets 100.00 RUB off (10 % of the price)" in said
    assert "summer: m1 gets 45.00 RUB off (5 % of 900.00 RUB)" in said


def test_Y1_nothing_is_stacked_on_an_order_that_a_tier_has_paid():
    """100 % leaves nothing to take a percent of."""
    whole = {"name": "family", "levels": [{"percent": 100, "visits": 1}]}
    program = Program.from_dict(BASE | {"discounts": "stack", "tier": [whole]})
    breakdown = work_out(program, visit(), at=AT, levels={"family": "100 %"}, use=code("autumn"))
    assert said(breakdown) == [("family", []), ("autumn", ["order_is_free"])]
    assert breakdown.charged == rub(0)


def test_B3_a_tiers_discount_is_kept_at_the_final_price():
    """Whatever the level is by then; the percent follows."""
    promised = Promised(Points(0), limited=True, tier=OF_SILVER)
    breakdown = done(order=visit("2000"), regulars="gold", promised=promised)
    assert (breakdown.charged, breakdown.tier) == (rub(1900), OF_SILVER)
    assert done(order=Order(id="o1", price=rub(9)), promised=promised).charged == rub(9)


@pytest.mark.parametrize(("price", "reason"), [("0", "order_is_free"), ("0.04", "rounded_to_nothing")])
def test_B3_a_percent_of_nothing_as_yet_is_kept(price, reason):
    """An order may be placed at 0 before its fare is known: the largest percent whose scope matches follows it."""
    breakdown = done(order=visit(price), regulars="silver", club="gold")
    assert (breakdown.charged, breakdown.tier) == (rub(price), OF_SILVER)
    assert said(breakdown) == [("tier", [reason, "outside_scope"])]
    assert done(order=visit(price, branch="north"), regulars="silver", club="gold").tier.tier == "club"
    assert done(order=visit(price), regulars="bronze", club="gold").tier is None


def test_B3_a_promo_that_was_chosen_stays_though_the_tier_would_give_more_now():
    """50 off were more than 5 % of 900; of 2,000 they're less. What the tier offered is kept beside it."""
    promised = Promised(Points(0), limited=True, promo=KeptPromo(), tier=OF_SILVER)
    breakdown = done(order=visit("2000"), regulars="gold", promo="fifty", promised=promised)
    assert (breakdown.charged, said(breakdown), breakdown.tier) == (rub(1950), [("fifty", [])], OF_SILVER)


def test_B3_where_a_promos_reservation_has_ended_the_tiers_offer_stands():
    """The code is judged anew, and the larger counts."""
    promised = Promised(Points(0), limited=True, tier=OF_SILVER)
    spent = CodeUse(code="AUTUMN", promo="autumn", spent=rub(490))
    breakdown = work_out(BEST, visit(), at=AT, use=spent, promised=promised)
    assert breakdown.charged == rub(950)
    assert said(breakdown) == [("regulars", []), ("autumn", ["limited_by_budget", "other_discount"])]


def test_B3_promised_discounts_are_stacked_again():
    """Both percents follow the price."""
    promised = Promised(Points(0), limited=True, promo=KeptPromo(), tier=OF_SILVER)
    assert done(STACK, visit("2000"), promo="summer", promised=promised).charged == rub(1805)


def test_B3_an_order_that_was_promised_no_tier_gets_none_at_completion():
    """The level that it's judged by is that at placing."""
    breakdown = done(regulars="gold", promised=Promised(Points(0), limited=True))
    assert (breakdown.charged, breakdown.decisions, breakdown.tier) == (rub(1000), (), None)


def test_B3_an_order_without_a_price_is_judged_at_completion():
    """By the level that the customer has then, and by the code."""
    quoted = done(order=visit(None), regulars="silver", promo="autumn")
    assert (quoted.tier, said(quoted)) == (
        None,
        [("tier", ["price_unknown", "outside_scope"]), ("autumn", ["price_unknown"])],
    )
    both = done(order=visit(None, branch="north"), regulars="silver", club="gold")
    assert said(both) == [("tier", ["price_unknown"])]
    promised = Promised(Points(0), limited=False)
    assert done(regulars="gold", promo="autumn", promised=promised).charged == rub(900)
    assert done(regulars="silver", promo="autumn", promised=promised).charged == rub(920)
