"""Promo codes: what they give, to whom, and why not (G10, G11, B9)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from loyaltykit import (
    Advance,
    Award,
    CodeUse,
    Discount,
    History,
    InvalidValue,
    MixedUnits,
    Money,
    Order,
    Percent,
    Period,
    Points,
    PointValue,
    Promo,
    Reason,
    Scope,
    SettingsError,
    kept_promo,
    promo_for,
)
from loyaltykit.rules.promo import cost_of, promo_objection

AT = datetime(2026, 6, 20, 12, tzinfo=UTC)
WORTH = PointValue("0.50", "RUB")
MOSCOW = ZoneInfo("Europe/Moscow")


def rub(amount):
    return Money(amount, "RUB")


def promo(**settings):
    """Give the promo SUMMER of ten percent, or as *settings* say."""
    gain = {} if {"points", "sum", "percent"} & settings.keys() else {"percent": Percent(10)}
    code = {} if "code_kind" in settings else {"code": "SUMMER"}
    return Promo(**({"name": "summer"} | gain | code | settings))


def decide(rule, *, at=AT, zone=MOSCOW, visits=0, use=None, **facts):
    """Give what *rule* says to an order of m1's for 412.00, or as *facts* say."""
    order = Order(**({"id": "o1", "customer": "m1", "price": rub("412.00")} | facts))
    used = CodeUse(**({"code": "SUMMER", "promo": "summer"} | (use or {})))
    return promo_for(rule, order, at=at, use=used, history=History(visits=visits), point_value=WORTH, zone=zone)


def codes(decision):
    return [reason.code for reason in decision.reasons]


def test_G10_a_percent_comes_off_the_price():
    """Rounded once, half up."""
    assert decide(promo()).effects == (Discount("m1", rub("41.20"), Percent(10)),)
    assert decide(promo(percent=Percent("2.5")), price=rub("0.20")).effects[0].money == rub("0.01")


def test_G10_a_sum_comes_off_the_price():
    """But never more than the price."""
    assert decide(promo(sum=rub(100))).effects == (Discount("m1", rub("100.00")),)
    low = decide(promo(sum=rub(100)), price=rub("99.99"))
    assert (low.effects, codes(low)) == ((Discount("m1", rub("99.99")),), ["capped"])


def test_G10_points_come_with_the_order():
    """At completion; or at placing, so that this very order can be paid with them."""
    assert decide(promo(points=Points(100))).effects == (Award("m1", Points(100)),)
    assert decide(promo(points=Points(100), credited="placing")).effects == (Advance("m1", Points(100)),)


def test_G10_a_percent_has_a_maximum():
    """And says what it would have been."""
    decision = decide(promo(maximum_discount=rub(20)))
    assert decision.effects[0].money == rub(20)
    assert str(decision.reasons[0]) == "41.20 RUB would be due; an order gets at most 20.00 RUB"


@pytest.mark.parametrize(
    ("price", "reasons"), [("300.00", []), ("299.99", ["below_minimum"]), (None, ["price_unknown"])]
)
def test_G10_from_a_minimum_order(price, reasons):
    """The minimum itself counts."""
    rule = promo(points=Points(100), minimum=rub(300))
    assert codes(decide(rule, price=None if price is None else rub(price))) == reasons


def test_G10_points_without_a_minimum_need_no_price():
    """A discount does: it's to be asked for again when there's one."""
    assert decide(promo(points=Points(100)), price=None).points == Points(100)
    assert codes(decide(promo(), price=None)) == ["price_unknown"]
    assert codes(decide(promo(sum=rub(5)), price=None)) == ["price_unknown"]


def test_G10_for_a_period():
    """It ended a second ago by the clocks of the branch, though not by those of another zone."""
    rule = promo(scope=Scope(period=Period(None, date(2026, 6, 20))))
    last = datetime(2026, 6, 20, 23, 59, 59, tzinfo=MOSCOW)
    assert codes(decide(rule, at=last)) == []
    over = last + timedelta(seconds=1)
    assert codes(decide(rule, at=over)) == ["outside_period"]
    assert codes(decide(rule, at=over, zone=UTC)) == []


def test_B9_conditions_of_any_rule():
    """Channels, districts and the like, and hours of the week, by the promo's own scope."""
    rule = promo(scope=Scope(channels=("app",), districts=("76",)))
    assert codes(decide(rule, channel="app", district="76")) == []
    assert codes(decide(rule, channel="phone", district="76")) == ["outside_scope"]


def test_G10_for_first_orders_only():
    """Whoever has completed one gets nothing."""
    rule = promo(first_order_only=True)
    assert (codes(decide(rule)), codes(decide(rule, visits=1))) == ([], ["not_first_order"])


def test_G10_a_first_order_has_a_code_once():
    """Two that are placed at once are no two first orders, unless the promo says so."""
    assert codes(decide(promo(first_order_only=True), use={"member_uses": 1})) == ["promo_used_by_member"]
    assert codes(decide(promo(first_order_only=True, per_member=2), use={"member_uses": 1})) == []


def test_B9_a_limit_of_uses_per_code():
    """A hundred uses are a hundred."""
    rule = promo(limit=100)
    assert codes(decide(rule, use={"uses": 99})) == []
    decision = decide(rule, use={"uses": 100})
    assert str(decision) == "summer: all uses of SUMMER are taken: 100"


def test_G10_individual_codes_are_for_a_single_use():
    """Whatever else is limited."""
    rule = promo(code_kind="individual")
    assert rule.uses_per_code == 1
    assert codes(decide(rule, use={"code": "K7PX23WD"})) == []
    assert codes(decide(rule, use={"code": "K7PX23WD", "uses": 1})) == ["code_used_up"]


def test_G10_an_individual_code_may_be_bound_to_a_member():
    """Nobody else uses it."""
    rule = promo(code_kind="individual")
    assert codes(decide(rule, use={"bound_to": "m1"})) == []
    assert codes(decide(rule, use={"bound_to": "m2"})) == ["code_of_another"]


def test_B9_a_limit_per_member():
    """Over all codes of the promo."""
    rule = promo(per_member=2)
    assert codes(decide(rule, use={"member_uses": 1})) == []
    assert codes(decide(rule, use={"member_uses": 2})) == ["promo_used_by_member"]


def test_B9_a_budget_that_has_something_left_gives_that():
    """Of a discount; and says what would have been due."""
    rule = promo(budget=rub(5000))
    assert codes(decide(rule, use={"spent": rub("4958.80")})) == []
    short = decide(rule, use={"spent": rub("4990.00")})
    assert (short.effects[0].money, codes(short)) == (rub("10.00"), ["limited_by_budget"])
    assert str(short.reasons[0]) == "41.20 RUB would be due; 10.00 RUB of the budget are left"


@pytest.mark.parametrize("spent", ["5000.00", "5000.01"])
def test_B9_a_budget_that_has_nothing_left_gives_nothing(spent):
    """Even if it was lowered below what is spent."""
    for gain in ({}, {"sum": rub(1)}, {"points": Points(1)}):
        decision = decide(promo(budget=rub(5000), **gain), use={"spent": rub(spent)})
        assert (decision.effects, codes(decision)) == ((), ["budget_spent"])


def test_B9_points_from_a_budget_are_all_or_nothing():
    """At their value, counted as no less than they're worth."""
    rule = promo(points=Points(101), budget=rub(5000))
    assert codes(decide(rule, use={"spent": rub("4949.50")})) == []
    assert codes(decide(rule, use={"spent": rub("4949.51")})) == ["budget_spent"]
    thin = PointValue("0.0095", "RUB")
    assert cost_of(decide(promo(points=Points(1))), "m1", thin) == rub("0.01")


def test_G11_a_workers_code_brings_in_customers():
    """Who have had no order yet; the worker gets their reward, which is no part of the budget."""
    rule = promo(code_kind="worker", worker_points=Points(50), budget=rub("41.20"))
    decision = decide(rule, use={"worker": "w7"})
    assert decision.effects == (Discount("m1", rub("41.20"), Percent(10)), Award("w7", Points(50)))
    assert cost_of(decision, "m1", WORTH) == rub("41.20")
    assert codes(decide(rule, visits=1, use={"worker": "w7"})) == ["not_first_order"]
    assert codes(decide(promo(code_kind="worker", first_order_only=False), visits=1, use={"worker": "w7"})) == []


def test_G11_nobody_brings_in_themselves():
    """A worker's own code gives them nothing."""
    rule = promo(code_kind="worker", points=Points(100), worker_points=Points(50))
    decision = decide(rule, customer="w7", use={"worker": "w7"})
    assert (decision.effects, codes(decision)) == ((), ["own_code"])


def test_G11_who_gets_nothing_brings_no_reward():
    """A use without effect rewards nobody, nor does a code whose worker isn't told."""
    rule = promo(code_kind="worker", worker_points=Points(50))
    assert decide(rule, price=rub("0.04"), use={"worker": "w7"}).effects == ()
    assert decide(rule).effects == (Discount("m1", rub("41.20"), Percent(10)),)


def test_a_discount_of_nothing_isnt_given():
    """Of a coin's part, or of an order that costs nothing."""
    assert codes(decide(promo(), price=rub("0.04"))) == ["rounded_to_nothing"]
    assert codes(decide(promo(), price=rub(0))) == ["order_is_free"]
    assert codes(decide(promo(sum=rub(5)), price=rub(0))) == ["order_is_free"]


def test_a_code_needs_a_customer():
    """Nobody else could get anything."""
    assert codes(decide(promo(), customer=None)) == ["no_customer"]


def test_a_use_of_another_promo_is_the_hosts_mistake():
    """Asked of the wrong rule, the answer would be about another code."""
    with pytest.raises(InvalidValue, match="SUMMER is a code of winter, not of summer"):
        decide(promo(), use={"promo": "winter"})


def test_another_currency_is_refused():
    """As everywhere."""
    with pytest.raises(MixedUnits):
        decide(promo(), price=Money(412, "USD"))


def test_T6_what_stands_against_a_code_whatever_the_order():
    """Hours are judged by when the order starts, where the promo says so; nobody's facts stand against nobody."""
    over = Scope(period=Period(None, date(2026, 6, 19)))
    known = {"at": AT, "use": CodeUse(code="SUMMER", promo="summer", bound_to="m2"), "history": History()}
    assert promo_objection(promo(scope=over, scope_moment="starts"), None, zone=MOSCOW, **known) is None
    assert promo_objection(promo(scope=over), None, zone=MOSCOW, **known).code == "outside_period"
    assert promo_objection(promo(), "m1", **known).code == "code_of_another"


def kept(rule, price, *, reserved=None, left=None, customer="m1", worker=None):
    order = Order(id="o1", customer=customer, price=None if price is None else rub(price))
    use = CodeUse(code="SUMMER", promo="summer", worker=worker, uses=999, member_uses=999)
    money = [None if each is None else rub(each) for each in (reserved, left)]
    return kept_promo(rule, order, use=use, reserved=money[0], left=money[1], point_value=WORTH)


def test_B3_a_promised_percent_follows_the_final_price():
    """Up to its maximum; what else it takes was judged at placing."""
    rule = promo(limit=1, per_member=1, first_order_only=True, minimum=rub(500), maximum_discount=rub(50))
    assert kept(rule, "300.00").effects == (Discount("m1", rub("30.00"), Percent(10)),)
    assert kept(rule, "600.00").effects[0].money == rub(50)


def test_B3_a_promised_sum_stays():
    """Never more than the final price."""
    assert kept(promo(sum=rub(100)), "600.00").effects[0].money == rub(100)
    assert kept(promo(sum=rub(100)), "60.00").effects[0].money == rub(60)
    assert codes(kept(promo(sum=rub(100)), "0.00")) == ["order_is_free"]


def test_B3_a_promise_of_points_stays():
    """Whatever is left of the budget, and without a price."""
    rule = promo(code_kind="worker", points=Points(100), worker_points=Points(5), budget=rub(50))
    decision = kept(rule, None, reserved="50.00", left="0.00", worker="w7")
    assert decision.effects == (Award("m1", Points(100)), Award("w7", Points(5)))


def test_B3_a_promise_from_a_budget_is_capped_at_what_was_reserved_and_is_left():
    """So that no budget is overspent by a fare that grew."""
    rule = promo(budget=rub(5000))
    grown = kept(rule, "600.00", reserved="41.20", left="10.00")
    assert (grown.effects[0].money, codes(grown)) == (rub("51.20"), ["limited_by_budget"])
    assert kept(rule, "600.00", reserved="41.20", left="100.00").effects[0].money == rub("60.00")
    assert codes(kept(rule, "600.00", reserved="0.00", left="0.00")) == ["budget_spent"]


def test_B3_a_kept_discount_needs_price_and_customer():
    """As ever."""
    assert codes(kept(promo(), None)) == ["price_unknown"]
    assert codes(kept(promo(), "1.00", customer=None)) == ["no_customer"]


@pytest.mark.parametrize(
    ("settings", "problems"),
    [
        ({"code": None}, [("code", "missing")]),
        ({"code_kind": "individual", "code": "SUMMER"}, [("code", "no_effect")]),
        ({"percent": None}, [("", "no_gain")]),
        ({"sum": rub(5)}, [("", "two_gains")]),
        ({"percent": None, "points": Points(5), "maximum_discount": rub(5)}, [("maximum_discount", "no_effect")]),
        ({"credited": "placing"}, [("credited", "no_effect")]),
        ({"code_kind": "individual", "code": None, "limit": 5}, [("limit", "no_effect")]),
        ({"worker_points": Points(5)}, [("worker_points", "no_effect")]),
        ({"limit": 0}, [("limit", "too_small")]),
        ({"code": "sale 🎉"}, [("code", "bad_code")]),
        ({"name": None}, [("name", "wrong_type")]),
    ],
)
def test_settings_that_contradict_themselves_are_refused(settings, problems):
    """Each with its place."""
    with pytest.raises(SettingsError) as caught:
        Promo(**({"name": "summer", "code": "SUMMER", "percent": Percent(10)} | settings))
    assert [(problem.path, problem.code) for problem in caught.value.problems] == problems


def test_G10_a_use_of_another_promo_is_refused_everywhere():
    """Also where it's kept, and where it's only looked at."""
    rule, other = promo(), CodeUse(code="SUMMER", promo="winter")
    order = Order(id="o1", customer="m1", price=rub(412))
    with pytest.raises(InvalidValue, match="SUMMER is a code of winter, not of summer"):
        kept_promo(rule, order, use=other, reserved=None, left=None, point_value=PointValue(1, "RUB"))
    with pytest.raises(InvalidValue, match="SUMMER is a code of winter, not of summer"):
        promo_objection(rule, "m1", at=AT, use=other, history=History())
    assert caught_use(rule, other) is other


def caught_use(rule, use):
    """Give what the refusal of *use* by *rule* names."""
    with pytest.raises(InvalidValue) as caught:
        promo_objection(rule, "m1", at=AT, use=use, history=History())
    return caught.value.value


# Reasons, with their figures


@pytest.mark.parametrize(
    ("settings", "facts", "reason"),
    [
        ({"minimum": rub(500)}, {}, Reason("below_minimum", minimum=rub(500), actual=rub(412))),
        ({"limit": 2}, {"use": {"uses": 2}}, Reason("code_used_up", promo_code="SUMMER", limit=2)),
        (
            {"per_member": 2},
            {"use": {"member_uses": 2}},
            Reason("promo_used_by_member", promo="summer", limit=2),
        ),
        (
            {"code_kind": "individual"},
            {"use": {"bound_to": "m2"}},
            Reason("code_of_another", promo_code="SUMMER"),
        ),
        ({"code_kind": "worker"}, {"use": {"worker": "m1"}}, Reason("own_code", promo_code="SUMMER")),
        (
            {"budget": rub(100)},
            {"use": {"spent": rub(100)}},
            Reason("budget_spent", left=rub(0), due=rub("41.20")),
        ),
        (
            {"budget": rub(100), "points": Points(101)},
            {"use": {"spent": rub(60)}},
            Reason("budget_spent", left=rub(40), due=rub("50.50")),
        ),
        (
            {},
            {"price": rub("0.04")},
            Reason("rounded_to_nothing", share=Percent(10), basis=rub("0.04")),
        ),
    ],
)
def test_B1_a_promo_that_gives_nothing_says_why_in_figures(settings, facts, reason):
    """Which code, which limit, how much is left."""
    decision = decide(promo(**settings), **facts)
    assert (decision.rule, decision.effects, decision.reasons) == ("summer", (), (reason,))


def test_G10_points_are_given_for_an_order_that_costs_nothing():
    """They come off no price."""
    assert decide(promo(points=Points(100)), price=rub(0)).effects == (Award("m1", Points(100)),)


def test_G10_a_discount_of_the_whole_price_isnt_capped():
    """Nor is one of its very maximum."""
    assert codes(decide(promo(sum=rub(100)), price=rub(100))) == []
    assert codes(decide(promo(maximum_discount=rub("41.20")))) == []


def off(money, charged):
    """Give a discount of ten percent off what is charged."""
    return (Discount("m1", rub(money), Percent(10), rub(charged)),)


def test_Y1_a_promo_comes_off_what_is_charged():
    """Which it names as the basis of a percent; placed or kept, with or without a budget."""
    order, use = Order(id="o1", customer="m1", price=rub(412)), CodeUse(code="SUMMER", promo="summer")
    told = {"use": use, "point_value": WORTH, "charged": rub(300)}
    placed = told | {"at": AT, "history": History()}
    assert promo_for(promo(), order, **placed).effects == off(30, 300)
    assert promo_for(promo(budget=rub(20)), order, **placed).effects == off(20, 300)
    assert promo_for(promo(sum=rub(400)), order, **placed).effects == (Discount("m1", rub(300)),)
    assert kept_promo(promo(), order, reserved=None, left=None, **told).effects == off(30, 300)
    kept_of = {"reserved": rub(5), "left": rub(6)}
    assert kept_promo(promo(budget=rub(20)), order, **kept_of, **told).effects == off(11, 300)
    nothing = promo_for(promo(), order, **placed | {"charged": rub(0)})
    assert (nothing.effects, nothing.reasons) == ((), (Reason("order_is_free"),))
    with pytest.raises(InvalidValue, match="what is charged"):
        promo_for(promo(), order, **placed | {"charged": rub(-1)})


def test_B3_a_promise_of_points_isnt_measured_by_what_is_left_of_the_budget():
    """It was all of them or none."""
    rule = promo(points=Points(100), budget=rub(50))
    assert kept(rule, "600.00", reserved="1.00", left="1.00").effects == (Award("m1", Points(100)),)


def test_a_kept_promo_answers_by_its_name():
    """Also where it gives nothing."""
    for decision in (kept(promo(), "1.00", customer=None), kept(promo(), None)):
        assert (decision.rule, decision.effects) == ("summer", ())


@pytest.mark.parametrize(
    ("settings", "use", "visits", "reason"),
    [
        ({"budget": rub(100)}, {"spent": rub(100)}, 0, Reason("budget_empty", budget=rub(100))),
        ({"budget": rub(100)}, {"spent": rub("99.99")}, 0, None),
        ({"budget": rub(100)}, {}, 0, None),
        ({"budget": rub(100), "limit": 1}, {"spent": rub(100), "uses": 1}, 0, "code_used_up"),
        ({"first_order_only": True}, {}, 1, "not_first_order"),
        ({"first_order_only": True}, {}, 0, None),
        ({"code_kind": "individual"}, {"bound_to": "m1"}, 0, None),
        ({"code_kind": "worker"}, {"worker": "m1"}, 0, "own_code"),
    ],
)
def test_T6_what_is_known_of_a_code_may_stand_against_it(settings, use, visits, reason):
    """Its budget last of all; what isn't spent yet stands against nobody."""
    told = CodeUse(**{"code": "SUMMER", "promo": "summer"} | use)
    objection = promo_objection(promo(**settings), "m1", at=AT, use=told, history=History(visits=visits))
    assert (objection.code if isinstance(reason, str) else objection) == reason
